import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import type { ArticleRecord } from "@/lib/domain/record";
import type { AttributeRule, Scheme } from "@/lib/domain/scheme";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText, codePointLength, decodeUtf8, type Range } from "@/lib/domain/text";
import { companionOf, isSame, nameIn, type StandoffLine, standoffLines, withinLines } from "./brat";
import { readAll } from "./bytes";
import { splitOf } from "./dataset-survey";
import {
  covers,
  type ForeignAnnotator,
  type ForeignRelation,
  type ForeignSpan,
  joined,
  wholeFileArticle,
} from "./foreign";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { titledParagraphs } from "./text";
import { Warnings } from "./warnings";
import {
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
  type RecordPart,
  setsIn,
  stemOf,
  type WrittenFile,
  type WrittenSet,
} from "./writing";

/** What the corpus calls its annotators: its files of marks are called as the text is, with one of these behind. */
const ANNOTATORS = ["4b22", "4e07", "5fec", "6b86", "d473", "ef2d"] as const;

/** Folders of the corpus, side by side. */
const TEXTS = "text";
const MARKS = "attributions";

/** The table of all articles, in the folder above those of each part. */
const METADATA = "metadata.tsv";

/** The files that would say what is marked in a text, if it lies as the corpus has them. */
export function polnearBeside(path: string): readonly string[] {
  const name = nameIn(path);
  const folder = path.slice(0, path.length - name.length);
  const marks = besideIn(folder, TEXTS, MARKS);
  if (marks === folder || !name.endsWith(".txt")) return [];
  const stem = name.slice(0, -".txt".length);
  const table = tableOf(folder);
  return [
    ...["", ...ANNOTATORS.map((one) => `_${one}`)].map((behind) => `${marks}${stem}${behind}.ann`),
    // Its annotators may be others.
    ...(table === null ? [] : [table]),
  ];
}

/** Whether a file begins as the table of all articles does. */
export const isPolnearTable = (beginning: string): boolean =>
  beginning.startsWith(`${COLUMNS.slice(0, 3).join("\t")}\t`);

/** The texts that a file of marks would belong to, if it lies as the corpus has them. */
export function polnearTexts(path: string): readonly string[] {
  const name = nameIn(path);
  const folder = path.slice(0, path.length - name.length);
  const texts = besideIn(folder, MARKS, TEXTS);
  return texts !== folder && name.endsWith(".ann") ? textsIn(texts, name) : [];
}

/** Texts in a folder that a file may belong to by its name. */
function textsIn(folder: string, name: string): string[] {
  const stem = name.replace(/\.[^.]*$/, "");
  return [stem.replace(/_(?:[0-9a-f]{4}|a\d{1,9})$/, ""), stem].map((one) => `${folder}${one}.txt`);
}

/**
 * Reads a text of the corpus with what each annotator marked in it. Source and cue become one span, an attribution; the
 * content a claim, of which that is the source.
 */
export async function* readPolnear(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  if ((context.skip ?? 0) > 0) return;
  const name = nameIn(file.path);
  const folder = file.path.slice(0, file.path.length - name.length);
  if (name === METADATA) {
    yield { kind: "companion", of: folder };
    return;
  }
  if (!name.endsWith(".txt")) {
    yield await companionOf(file, [...polnearTexts(file.path), ...textsIn(folder, name)]);
    return;
  }
  const stem = name.slice(0, -".txt".length);
  const text = decodeUtf8(await readAll(file.stream, MAX_ARTICLE_BYTES));
  const warnings = new Warnings(context);
  const spans: ForeignSpan[] = [];
  const relations: ForeignRelation[] = [];
  const annotators: ForeignAnnotator[] = [];
  const whole = new ArticleText(text);
  const { metadata, annotators: listed } = await rowOf(file, folder, stem);
  for (const annotator of new Set([null, ...ANNOTATORS, ...listed])) {
    const marks = stem + (annotator === null ? "" : `_${annotator}`);
    const folders = new Set([besideIn(folder, TEXTS, MARKS), folder]);
    for (const where of folders) {
      const path = `${where}${marks}.ann`;
      const bytes = await file.beside?.(path);
      if (!bytes) continue;
      const lines = standoffLines(decodeUtf8(bytes), path, warnings);
      const found = attributionsIn(lines, whole, { annotator, path, context, warnings });
      spans.push(...found.spans);
      relations.push(...found.relations);
      annotators.push({ annotator });
      break;
    }
  }
  if (annotators.length === 0) {
    const message = `There are no attributions of ${name} beside it: nothing is marked.`;
    warnings.add("annotations_left_out", message);
  }
  const { blocks } = titledParagraphs(text);
  const marks = { annotators, spans, relations };
  const found = { text, unit: "code_point", metadata, blocks, recordId: stem, ...marks } as const;
  yield wholeFileArticle(file, found, context, warnings);
}

/** A folder with the last part of its path changed, where that is as it is said. */
function besideIn(folder: string, from: string, to: string): string {
  const end = `${from}/`;
  const isIt = folder === end || folder.endsWith(`/${end}`);
  return isIt ? `${folder.slice(0, -end.length)}${to}/` : folder;
}

type Reading = {
  readonly annotator: string | null;
  readonly path: string;
  readonly context: ReadContext;
  readonly warnings: Warnings;
};

/** What one annotator marked: an event is an attribution, and what is in none is kept as it is called. */
function attributionsIn(
  lines: readonly StandoffLine[],
  text: ArticleText,
  { annotator, path, context, warnings }: Reading,
) {
  const said = sayingsOf(context);
  const spans: ForeignSpan[] = [];
  const relations: ForeignRelation[] = [];
  const placeOf = ({ line }: StandoffLine) => `${nameIn(path)}, line ${line}`;
  const marked = new Map<string, StandoffLine & { kind: "span" }>();
  for (const one of lines) {
    if (one.kind !== "span") continue;
    if (isThere(one.fragments, text) && covers(text, joined(one.fragments), one.quote)) {
      marked.set(one.id, one);
    } else {
      const place = placeOf(one);
      const message = `What ${one.label} is said to cover is not the text at its offsets.`;
      warnings.add("span_left_out", message, { line: one.line, place, field: place });
    }
  }
  const used = new Set<string>();
  const claims = new Set<string>();
  for (const one of lines) {
    if (one.kind !== "event" || !/^attribution/i.test(one.type)) continue;
    const place = placeOf(one);
    const inRole = (role: RegExp) =>
      one.args.slice(1).flatMap(({ role: name, id }) => {
        const found = role.test(name) ? marked.get(id) : undefined;
        return found ? [found] : [];
      });
    const [sources, cues, contents] = [
      inRole(/^source\d*$/i),
      inRole(/^cue\d*$/i),
      inRole(/^content\d*$/i),
    ];
    for (const { id } of one.args) used.add(id);
    const fragments = closed(
      [...sources, ...cues].flatMap((part) => part.fragments),
      text,
    );
    if (fragments.length === 0) {
      const message = "It has neither a source nor a cue.";
      warnings.add("span_left_out", message, { line: one.line, place, field: place });
      continue;
    }
    const wordsOf = (parts: readonly { readonly fragments: readonly Range[] }[]) =>
      parts.map((part) => wordsIn(text, joined(part.fragments))).join(" ");
    const attributes = said(wordsOf(sources), wordsOf(cues));
    spans.push({ id: one.id, label: "attribution", fragments, attributes, annotator, place });
    for (const content of contents) {
      if (!claims.has(content.id)) {
        claims.add(content.id);
        const { id, quote } = content;
        // What is called otherwise was written here.
        const label = /^content\d*$/i.test(content.label) ? "claim" : content.label;
        const pieces = closed(content.fragments, text);
        spans.push({ id, label, fragments: pieces, quote, annotator, place: placeOf(content) });
      }
      const id = `${one.id}-${content.id}`;
      relations.push({ id, type: "source_of", from: one.id, to: content.id, annotator, place });
    }
  }
  for (const one of marked.values()) {
    if (used.has(one.id)) continue;
    const { id, label, quote } = one;
    const fragments = closed(one.fragments, text);
    spans.push({ id, label, fragments, quote, annotator, place: placeOf(one) });
  }
  for (const one of lines) {
    if (one.kind === "span" || one.kind === "event") continue;
    const place = placeOf(one);
    const message = "Only attributions are read, and this says something else.";
    warnings.add("detail_left_out", message, { line: one.line, place, field: place });
  }
  return { spans, relations };
}

/** What an attribution says of its source and its cue, as far as the scheme asks for it. */
function sayingsOf({ scheme, mapping }: Pick<ReadContext, "scheme" | "mapping">) {
  const label = mapping?.label.attribution ?? "attribution";
  const rules = scheme.labels.find(({ name }) => name === label)?.attributes ?? [];
  const ruleOf = (name: string) =>
    rules.find((rule) => rule.name === (mapping?.attribute[name] ?? name));
  return (source: string, cue: string): Record<string, unknown> => ({
    ...valueIn("source", source, ruleOf("source")),
    ...valueIn("cue", cue, ruleOf("cue")),
  });
}

function valueIn(name: string, words: string, rule: AttributeRule | undefined) {
  if (words === "") return {};
  if (rule?.type === "text") return { [name]: words };
  const chosen = words.toLowerCase().replaceAll(/\P{L}+/gu, "_");
  return rule?.type === "choice" && rule.values.includes(chosen) ? { [name]: chosen } : {};
}

const isThere = (fragments: readonly Range[], text: ArticleText) =>
  fragments.every(({ start, end }) => start < end && end <= text.length);

/** Pieces of text as one line. */
const wordsIn = (text: ArticleText, fragments: readonly Range[]) =>
  quoteOf(text, fragments).replaceAll(/\s+/gu, " ");

/** Pieces in order; with no more than space between them they are one. */
function closed(ranges: readonly Range[], text: ArticleText): Range[] {
  const pieces: Range[] = [];
  for (const range of joined(ranges)) {
    const last = pieces.at(-1);
    const gap = last ? text.slice({ start: last.end, end: range.start }) : "";
    if (last && /^\s*$/u.test(gap)) {
      pieces[pieces.length - 1] = { start: last.start, end: range.end };
    } else pieces.push(range);
  }
  return pieces;
}

/** Where the table of all articles lies that a folder of texts is in; null where it can lie nowhere. */
function tableOf(folder: string): string | null {
  const data = folder.replace(/[^/]*\/[^/]*\/$/, "");
  return data === folder ? null : data + METADATA;
}

/** What the table says of a text, and who annotated it; nothing where there is no table, or it is not in it. */
async function rowOf(
  { beside }: SourceFile,
  folder: string,
  stem: string,
): Promise<{ metadata: Map<string, unknown>; annotators: readonly string[] }> {
  const metadata = new Map<string, unknown>();
  const path = tableOf(folder);
  const bytes = path === null ? null : await beside?.(path);
  const table = bytes ? decodeUtf8(bytes) : "";
  const found = table.indexOf(`\t${stem}\t`);
  if (found < 0) return { metadata, annotators: [] };
  const [names = ""] = table.split("\n", 1);
  const start = table.lastIndexOf("\n", found) + 1;
  const end = table.indexOf("\n", found);
  const row = table.slice(start, end < 0 ? undefined : end).split("\t");
  for (const [index, name] of names.split("\t").entries()) {
    const value = row[index]?.trim() ?? "";
    if (value !== "" && value !== NONE) metadata.set(name.trim(), value);
  }
  const annotators = String(metadata.get("annotators") ?? "").split("|");
  metadata.delete("annotators");
  metadata.delete("filename");
  return { metadata, annotators: annotators.filter((one) => /^\w{1,40}$/.test(one)) };
}

/** What the table of the corpus has, and what else is known of an article here. */
const COLUMNS = [
  ...["compartment", "filename", "annotators", "publisher", "publication_date", "author", "title"],
  ...["url", "language", "source_id"],
] as const;

/** What stands in the table where nothing is known. */
const NONE = "None";

/** What of a record has no place in it. */
export const polnearLoses = [
  "blocks",
  "notes",
  "article_attributes",
  "relation_attributes",
] as const satisfies readonly RecordPart[];

const LOST_META = "keys of metadata of its own";
const LOST_CELLS = "line ends and tabs within metadata";
const LOST_ATTRIBUTES = "attributes of spans, but sources that are words of their attribution";
const LOST_RELATIONS = "relations, but those from an attribution to what is said";
const LOST_SPACE = "white space at the edges of spans and pieces, or alone between two";
export const polnearLosesToo = [
  LOST_META,
  LOST_CELLS,
  LOST_ATTRIBUTES,
  LOST_RELATIONS,
  LOST_SPACE,
] as const;

/** The table of all articles. */
export const polnearTable = {
  path: `data/${METADATA}`,
  before: `${COLUMNS.join("\t")}\n`,
  entry: (record: ArticleRecord) => `${cellsOf(record).map(onOneLine).join("\t")}\n`,
  after: "",
};

function cellsOf(record: ArticleRecord): string[] {
  const { sets, publisher, published_at: date, author, title, url, language } = record;
  const names = [...new Set(sets.map(({ annotator }) => annotator))].join("|");
  const known = [publisher, date, author, title, url, language, record.source_id];
  return [splitOf(record), stemOf(record), names || NONE, ...known.map((one) => one ?? NONE)];
}

const onOneLine = (text: string) => text.replaceAll(/[\t\r\n]+/g, " ");

/**
 * A text as the corpus has it, and what each annotator marked in it. An attribution is an event of a source and a cue:
 * the source is where the words of its attribute stand in it, the cue is the rest, or all of it where they stand nowhere.
 * What it is the source of is its content, a claim called `Content`, all else by its label; spans in no event are, too.
 */
export function writePolnear(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): readonly WrittenFile[] {
  losePartsOf(record, polnearLoses, lost);
  const cells = cellsOf(record);
  lost.add(LOST_CELLS, cells.filter((one) => onOneLine(one) !== one).length);
  lost.add(LOST_META, Object.keys(record.meta).length);
  const folder = `data/${splitOf(record)}/`;
  const stem = stemOf(record);
  const text = new ArticleText(record.text);
  return [
    { path: `${folder}${TEXTS}/${stem}.txt`, text: record.text },
    ...setsIn(record, lost).map((set) => ({
      path: `${folder}${MARKS}/${stem}_${set.annotator}.ann`,
      text: linesOf(set, text, scheme, lost),
    })),
  ];
}

/** What the events of attributions are made of. */
const ATTRIBUTION = "attribution";
const SOURCE_OF = "source_of";

function linesOf(
  { spans, relations }: WrittenSet,
  text: ArticleText,
  scheme: Scheme,
  lost: LostInWriting,
): string {
  const lines: string[] = [];
  const mark = (label: string, pieces: readonly Range[]): string => {
    const id = `T${lines.length + 1}`;
    const offsets = pieces.map(({ start, end }) => `${start} ${end}`).join(";");
    lines.push(`${id}\t${label} ${offsets}\t${wordsIn(text, pieces)}\n`);
    return id;
  };
  const said = sayingsOf({ scheme });
  const byId = new Map(spans.map((span) => [span.id, span]));
  const contents = new Map<string, string[]>();
  const linked = new Set<string>();
  for (const { type, from, to } of relations) {
    const isSaid =
      type === SOURCE_OF &&
      byId.get(from)?.label === ATTRIBUTION &&
      byId.get(to)?.label !== ATTRIBUTION;
    if (!isSaid) {
      lost.add(LOST_RELATIONS);
      continue;
    }
    contents.set(from, [...(contents.get(from) ?? []), to]);
    linked.add(to);
  }
  const ids = new Map<string, string>();
  const events: { readonly id: string; readonly roles: readonly string[] }[] = [];
  for (const { id, label, fragments, attributes } of spans) {
    const pieces = trimmed(fragments, text);
    if (!isSame(closed(pieces, text), fragments)) lost.add(LOST_SPACE);
    const all = Object.entries(attributes);
    if (label !== ATTRIBUTION) {
      const isClaim = label === "claim" && linked.has(id);
      ids.set(id, mark(isClaim ? "Content" : label, pieces));
      lost.add(LOST_ATTRIBUTES, all.length);
      continue;
    }
    const source = sourceIn(pieces, attributes.source, text);
    const cue = source === null ? pieces : trimmed(without(pieces, source), text);
    const read = said(
      source === null ? "" : wordsIn(text, [source]),
      cue.length === 0 ? "" : wordsIn(text, cue),
    );
    lost.add(LOST_ATTRIBUTES, all.filter(([name, value]) => read[name] !== value).length);
    const type = source === null ? "Attribution-no-source" : "Attribution";
    const roles = [
      ...(source === null ? [] : [`Source:${mark("Source", [source])}`]),
      ...(cue.length === 0 ? [] : [`Cue:${mark("Cue", cue)}`]),
    ];
    const trigger = mark(type, cue.length === 0 && source !== null ? [source] : cue);
    events.push({ id, roles: [`${type}:${trigger}`, ...roles] });
  }
  for (const [at, { id, roles }] of events.entries()) {
    const parts = (contents.get(id) ?? []).map((to) => `Content:${ids.get(to)}`);
    lines.push(`E${at + 1}\t${[...roles, ...parts].join(" ")}\n`);
  }
  return lines.join("");
}

/** Pieces of one line each, without white space at their ends, as far as what is seen as one is not cut. */
function trimmed(fragments: readonly Range[], text: ArticleText): Range[] {
  return fragments
    .flatMap((fragment) => withinLines(fragment, text))
    .flatMap(({ start, end }) => {
      const words = text.slice({ start, end });
      if (words.trim() === "") return [];
      const from = start + codePointLength(words) - codePointLength(words.trimStart());
      const to = start + codePointLength(words.trimEnd());
      return [{ start: text.boundaryBefore(from), end: text.boundaryAfter(to) }];
    });
}

/** What is left of pieces beside a range that lies within one of them. */
const without = (pieces: readonly Range[], { start, end }: Range): Range[] =>
  pieces
    .flatMap((piece) => [
      { start: piece.start, end: Math.min(piece.end, start) },
      { start: Math.max(piece.start, end), end: piece.end },
    ])
    .filter((piece) => piece.start < piece.end);

/** What means something else in a pattern than itself. */
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

const wordEnds = new Intl.Segmenter("und", { granularity: "word" });

/** Where the words of a source stand in one of the pieces of its attribution, as words of their own; null for nowhere. */
function sourceIn(pieces: readonly Range[], source: unknown, text: ArticleText): Range | null {
  const words = typeof source === "string" ? source.split(/\s+/u).filter((one) => one !== "") : [];
  if (words.length === 0) return null;
  const pattern = new RegExp(
    words.map((word) => word.replaceAll(SYNTAX, "\\$&")).join("\\s+"),
    "gu",
  );
  for (const piece of pieces) {
    const slice = text.slice(piece);
    const edges = new Set([slice.length]);
    for (const { index } of wordEnds.segment(slice)) edges.add(index);
    for (const { index, 0: found } of slice.matchAll(pattern)) {
      const start = piece.start + codePointLength(slice.slice(0, index));
      const end = start + codePointLength(found);
      const isOwn = edges.has(index) && edges.has(index + found.length);
      if (isOwn && text.isBoundary(start) && text.isBoundary(end)) return { start, end };
    }
  }
  return null;
}
