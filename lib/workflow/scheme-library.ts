import { Refusal } from "@/lib/domain/refusal";
import type { Scheme } from "@/lib/domain/scheme";
import { type ReadScheme, readSchemeFile } from "@/lib/domain/scheme-file-schemas";
import claims from "@/seeds/schemes/1-claims.json";
import attribution from "@/seeds/schemes/2-attribution.json";
import propaganda from "@/seeds/schemes/3-propaganda.json";
import stance from "@/seeds/schemes/4-stance.json";
import checkWorthiness from "@/seeds/schemes/5-check-worthiness.json";
import disarm from "@/seeds/schemes/6-disarm.json";

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

/** What there is to start from, for a list. */
export type LibraryEntry = { readonly id: string; readonly title: string };

export function libraryEntries(): LibraryEntry[] {
  return schemeLibrary().map(({ id, title }) => ({ id, title }));
}

/** @throws Refusal "unprocessable" if there is no such scheme */
export function librarySchemeOf(sought: string): Scheme {
  const library = schemeLibrary();
  const found = library.find(({ id }) => id === sought);
  if (found) return found.scheme;
  const known = library.map(({ id }) => id).join(", ");
  throw new Refusal("unprocessable", `The library has no such scheme; it has: ${known}.`, {
    field: "scheme",
  });
}
