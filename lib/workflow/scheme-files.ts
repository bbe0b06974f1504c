import type { Actor } from "@/lib/access/actor";
import type { Scheme } from "@/lib/domain/scheme";
import { readSchemeFile } from "@/lib/domain/scheme-file-schemas";
import { projectFor } from "./projects";

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
