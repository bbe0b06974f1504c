import type { Actor } from "@/lib/access/actor";
import type { Scheme } from "@/lib/domain/scheme";
import { type ReadScheme, readSchemeFile } from "@/lib/domain/scheme-file-schemas";
import claims from "@/seeds/schemes/1-claims.json";
import attribution from "@/seeds/schemes/2-attribution.json";
import propaganda from "@/seeds/schemes/3-propaganda.json";
import stance from "@/seeds/schemes/4-stance.json";
import checkWorthiness from "@/seeds/schemes/5-check-worthiness.json";
import disarm from "@/seeds/schemes/6-disarm.json";
import { projectFor } from "./projects";

/** In the order in which they are offered, by their ids. */
const files = {
  claims,
  attribution,
  propaganda,
  stance,
  check_worthiness: checkWorthiness,
  disarm,
};

/** A scheme to start from. `id` names it. */
export type LibraryScheme = ReadScheme & { readonly id: string };

let read: readonly LibraryScheme[] | null = null;

/** The schemes to start from. One that cannot be used is a defect. */
export function schemeLibrary(): readonly LibraryScheme[] {
  read ??= Object.entries(files).map(([id, file]) => ({
    id,
    ...readSchemeFile(JSON.stringify(file)),
  }));
  return read;
}

/**
 * The scheme in the text of a file, for whoever may change that of a project; changes nothing.
 *
 * @throws Refusal "not_found", "forbidden", and what {@link readSchemeFile} throws
 */
export async function schemeInFile(
  actor: Actor,
  ref: string,
  text: string,
): Promise<{ title: string; scheme: Scheme }> {
  await projectFor(actor, ref, "manage");
  const { title, scheme } = readSchemeFile(text);
  return { title, scheme };
}
