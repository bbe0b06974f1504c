import type { ArticleRecord } from "@/lib/domain/record";
import { ArticleText } from "@/lib/domain/text";
import { OWN } from "./tei-marks";
import { BETWEEN } from "./tei-text";
import type { DatasetAbout, LostInWriting, RecordPart, WrittenFile } from "./writing";
import { stemOf } from "./writing";
import { unsaidInXml, xmlText } from "./xml";

/** What of a record has no place in it. */
export const teiLoses = [] as const satisfies readonly RecordPart[];

/** A part of the text, from one place to the next: a block, or what stands between two. */
type Part = {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly block: ArticleRecord["blocks"][number] | null;
};

/**
 * A record as a document of TEI P5: its blocks as they are, and all that is marked apart from them, in pointers that
 * count code points.
 */
export function writeTei(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): readonly WrittenFile[] {
  const text = new ArticleText(record.text);
  const people = new Map(
    [
      ...new Set(
        [...record.sets, ...record.spans, ...record.relations].map(({ annotator }) => annotator),
      ),
    ].map((annotator, index) => [annotator, `person-${index + 1}`] as const),
  );
  const written = new Writing(text, record, people);
  const document = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<TEI xmlns="http://www.tei-c.org/ns/1.0"${record.language === null ? "" : ` xml:lang="${xmlText(record.language)}"`}>`,
    ...headerOf(
      record,
      people,
      scheme.labels.map(({ name }) => name),
    ),
    ...written.body(),
    ...written.standOff(),
    "</TEI>",
    "",
  ].join("\n");
  lost.add("characters that XML does not have", unsaidInXml(record.text));
  return [{ path: `${stemOf(record)}.xml`, text: document }];
}

type People = ReadonlyMap<string, string>;

function headerOf(record: ArticleRecord, people: People, names: readonly string[]): string[] {
  const { id, version, title, author, publisher, published_at, url, source_id, language } = record;
  const said = (name: string, value: string | null, attributes = "") =>
    value === null ? [] : [`<${name}${attributes}>${xmlText(value)}</${name}>`];
  const labels = [...new Set([...names, ...record.spans.map(({ label }) => label)])];
  const notes = record.sets
    .filter(({ note }) => note !== "")
    .map(
      ({ annotator, note }) =>
        `<note type="annotation" resp="#${people.get(annotator)}" xml:space="preserve">${xmlText(note)}</note>`,
    );
  return [
    "<teiHeader>",
    "<fileDesc>",
    "<titleStmt>",
    ...said("title", title),
    ...said("author", author),
    ...[...people].map(
      ([name, person]) =>
        `<respStmt xml:id="${person}"><resp>annotation</resp><name>${xmlText(name)}</name></respStmt>`,
    ),
    "</titleStmt>",
    `<publicationStmt><p>Article ${id}, version ${version}, with its annotations, as Gainsay has it.</p></publicationStmt>`,
    ...(notes.length > 0 ? ["<notesStmt>", ...notes, "</notesStmt>"] : []),
    "<sourceDesc><bibl>",
    ...said("title", title),
    ...said("author", author),
    ...said("publisher", publisher),
    ...(published_at === null ? [] : [`<date when="${published_at}"/>`]),
    ...said("idno", url, ' type="URI"'),
    ...said("idno", source_id ?? id, ' type="source"'),
    "</bibl></sourceDesc>",
    "</fileDesc>",
    "<encodingDesc><classDecl><taxonomy>",
    ...labels.map(
      (label) =>
        `<category xml:id="${OWN.label}${label}"><catDesc>${xmlText(label)}</catDesc></category>`,
    ),
    "</taxonomy></classDecl></encodingDesc>",
    ...(language === null
      ? []
      : [
          `<profileDesc><langUsage><language ident="${xmlText(language)}">${xmlText(language)}</language></langUsage></profileDesc>`,
        ]),
    ...(Object.keys(record.meta).length > 0
      ? [`<xenoData type="meta">${xmlText(JSON.stringify(record.meta))}</xenoData>`]
      : []),
    "</teiHeader>",
  ];
}

class Writing {
  readonly #text: ArticleText;
  readonly #record: ArticleRecord;
  readonly #people: People;
  readonly #parts: readonly Part[];
  #structures = 0;

  constructor(text: ArticleText, record: ArticleRecord, people: People) {
    this.#text = text;
    this.#record = record;
    this.#people = people;
    this.#parts = partsOf(text, record);
  }

  body(): string[] {
    const lines = ["<text><body>", "<div>"];
    let isEmpty = true;
    let isList = false;
    const list = (open: boolean) => {
      if (open !== isList) lines.push(open ? "<list>" : "</list>");
      isList = open;
    };
    for (const { id, start, end, block } of this.#parts) {
      const inside = ` xml:id="${id}" xml:space="preserve">${xmlText(this.#text.slice({ start, end }))}`;
      list(block?.kind === "list_item");
      // A heading begins its division.
      const isHead = block?.kind === "heading" || block?.kind === "title";
      if (isHead && !isEmpty) lines.push("</div>", "<div>");
      isEmpty = false;
      switch (block?.kind) {
        case undefined:
          lines.push(`<ab type="${BETWEEN}"${inside}</ab>`);
          break;
        case "title":
          lines.push(`<head type="title"${inside}</head>`);
          break;
        case "heading":
          lines.push(`<head n="${block.level ?? 0}"${inside}</head>`);
          break;
        case "list_item":
          lines.push(`<item${inside}</item>`);
          break;
        case "quote":
          lines.push(`<quote${inside}</quote>`);
          break;
        case "paragraph":
          lines.push(`<p${inside}</p>`);
      }
    }
    list(false);
    return [...lines, "</div>", "</body></text>"];
  }

  standOff(): string[] {
    const { sets, spans, relations } = this.#record;
    const lines = [
      ...sets.flatMap(
        ({ annotator, attributes }) =>
          this.#structure(attributes, ` type="article"${this.#by(annotator)}`).lines,
      ),
      ...spans.flatMap(({ id, label, fragments, attributes, annotator }) => {
        const { name, lines } = this.#structure(attributes, ' type="attributes"');
        const target = fragments.map((fragment) => this.#pointer(fragment)).join(" ");
        const ana = [`#${OWN.label}${label}`, ...(name === null ? [] : [`#${name}`])].join(" ");
        return [
          `<span xml:id="${OWN.span}${id}" ana="${ana}" target="${target}"${this.#by(annotator)}/>`,
          ...lines,
        ];
      }),
    ];
    const links = relations.flatMap(({ id, type, from, to, attributes, annotator }) => {
      const { name, lines: own } = this.#structure(attributes, ' type="attributes"');
      lines.push(...own);
      const ana = name === null ? "" : ` ana="#${name}"`;
      return `<link xml:id="${OWN.relation}${id}" type="${xmlText(type)}" target="#${OWN.span}${from} #${OWN.span}${to}"${ana}${this.#by(annotator)}/>`;
    });
    if (links.length > 0) lines.push('<linkGrp type="relations">', ...links, "</linkGrp>");
    return lines.length > 0 ? ["<standOff>", ...lines, "</standOff>"] : [];
  }

  #by(annotator: string): string {
    return ` resp="#${this.#people.get(annotator)}"`;
  }

  /** Attributes as a feature structure; none for none. */
  #structure(
    attributes: ArticleRecord["spans"][number]["attributes"],
    about: string,
  ): { name: string | null; lines: string[] } {
    const entries = Object.entries(attributes);
    if (entries.length === 0) return { name: null, lines: [] };
    this.#structures += 1;
    const name = `fs-${this.#structures}`;
    const features = entries.map(
      ([key, value]) => `<f name="${xmlText(key)}">${featureValue(value)}</f>`,
    );
    return { name, lines: [`<fs xml:id="${name}"${about}>${features.join("")}</fs>`] };
  }

  /** Within one element a range of its string; else from a place in one to a place in another. */
  #pointer({ start, end }: { readonly start: number; readonly end: number }): string {
    const first = this.#parts.find((part) => start >= part.start && start < part.end);
    const inOne = first && end <= first.end;
    if (inOne) return `#string-range(${first.id},${start - first.start},${end - start})`;
    const from = first ?? this.#parts.find((part) => part.end === start);
    const to =
      this.#parts.find((part) => end > part.start && end <= part.end) ??
      this.#parts.find((part) => part.start === end);
    const index = (part: Part | undefined, at: number) =>
      `string-index(${part?.id},${at - (part?.start ?? 0)})`;
    return `#range(${index(from, start)},${index(to, end)})`;
  }
}

function featureValue(value: unknown): string {
  if (Array.isArray(value)) return `<vColl org="list">${value.map(featureValue).join("")}</vColl>`;
  if (typeof value === "number") return `<numeric value="${value}"/>`;
  if (typeof value === "boolean") return `<binary value="${value}"/>`;
  return `<string xml:space="preserve">${xmlText(String(value))}</string>`;
}

/**
 * The blocks, and between them what is not one blank line, or has an end of something marked in it: all else is said by
 * the blocks.
 */
function partsOf(text: ArticleText, { blocks, spans }: ArticleRecord): readonly Part[] {
  const ends = spans.flatMap(({ fragments }) =>
    fragments.flatMap(({ start, end }) => [start, end]),
  );
  const parts: Part[] = [];
  const add = (start: number, end: number, block: Part["block"]) =>
    parts.push({ id: `b${parts.length + 1}`, start, end, block });
  const between = (start: number, end: number, isWithin: boolean) => {
    const isPlain = isWithin && text.slice({ start, end }) === "\n\n";
    if (start < end && !(isPlain && !ends.some((at) => at > start && at < end)))
      add(start, end, null);
    // Without anything between them, two would be divided by a blank line.
    else if (start === end && isWithin) add(start, end, null);
  };
  let at = 0;
  for (const block of blocks) {
    between(at, block.start, at > 0);
    add(block.start, block.end, block);
    at = block.end;
  }
  between(at, text.length, false);
  return parts;
}
