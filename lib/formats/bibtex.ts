import { oneLine } from "./markdown-words";
import type { DatasetOrigin } from "./writing";

/** Who made it where nobody is named. */
export const annotatorsOf = (title: string) => `The annotators of ${title}`;

/** Whether somebody has written BibTeX, and no reference in words. */
export const isBibtex = (citation: string) => /^@\w+\s*[{(]/.test(citation);

/** BibTeX of the dataset: what the project says how it is to be cited, or else made of what it says of itself. */
export function bibtex(origin: Pick<DatasetOrigin, "slug" | "title" | "publishing">): string {
  const { creators, doi, url, published_on, citation } = origin.publishing;
  if (isBibtex(citation)) return citation;
  const title = oneLine(origin.title);
  const year = published_on?.slice(0, 4);
  const authors = creators.map(({ name, given_names }) =>
    given_names === null ? `{${tex(name)}}` : `${tex(name)}, ${tex(given_names)}`,
  );
  const members = [
    ["author", authors.join(" and ") || `{${tex(annotatorsOf(title))}}`],
    ["title", `{${tex(title)}}`],
    ["year", year],
    ["howpublished", "Annotated dataset"],
    ["doi", doi && tex(doi)],
    ["url", url && tex(url)],
  ].flatMap(([name, value]) => (value ? [`  ${name} = {${value}}`] : []));
  return `@misc{${origin.slug}${year ?? ""},\n${members.join(",\n")}\n}`;
}

/** Text as TeX sets it. A backslash and a brace have to be spelled, since one alone would end the entry. */
function tex(text: string): string {
  return text.replaceAll(/[\\{}%&#$_~^]/g, (found) => spelled[found] ?? `\\${found}`);
}

const spelled: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};
