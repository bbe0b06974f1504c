import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { ArticleText, codePointLength, decodeUtf8, type Range } from "@/lib/domain/text";
import type { ForeignSpan, JsonDialect, JsonObject } from "./foreign";
import { parseJsonText } from "./json";
import type { SourceFile } from "./source-file";
import { taggedText, tagsColumn, touchedBy } from "./tagging";
import type { Warnings } from "./warnings";
import {
  allButSpans,
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
  stemOf,
  type Writer,
} from "./writing";

/** Where tags stand, by the names that datasets have for them. */
const TAGS = /(?:^|_)(?:tags|labels)$/;

/** A place within a span of a label; the letters are those of IOB1, IOB2, BIOES and BILOU. */
const TAG = /^([BIESLU])-(.+)$/s;

/** Rows of tokens and their tags, as `datasets` of Hugging Face writes them. */
export const tokenRows: JsonDialect = {
  recognises: (record) => isWords(record.tokens) && tagKeysOf(record).length > 0,
  reading: (file) => {
    let names: Promise<ReadonlyMap<string, readonly string[]>> | null = null;
    return {
      read: async (record, warnings) => {
        names ??= namesBeside(file);
        return articleIn(record, await names, warnings);
      },
    };
  },
};

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** The lists of a row that have a tag for each token. */
function tagKeysOf(record: JsonObject): string[] {
  const { tokens } = record;
  if (!isWords(tokens)) return [];
  return Object.entries(record).flatMap(([key, value]) =>
    TAGS.test(key) &&
    Array.isArray(value) &&
    value.length === tokens.length &&
    (value.every(Number.isInteger) || isWords(value))
      ? [key]
      : [],
  );
}

/** What the numbers of each column mean, as `dataset_info.json` beside the file has it; nothing without one. */
async function namesBeside({
  path,
  beside,
}: SourceFile): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const inside = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > 4) return;
    for (const [key, held] of Object.entries(value)) {
      if (key !== "features") {
        inside(held, depth + 1);
        continue;
      }
      for (const [column, feature] of Object.entries(Object(held))) {
        const found = classesIn(feature);
        if (found && !names.has(column)) names.set(column, found);
      }
    }
  };
  for (const name of ["dataset_info.json", "dataset_infos.json"]) {
    const bytes = await beside?.(folder + name);
    if (bytes) inside(parseJsonText(decodeUtf8(bytes)), 0);
  }
  return names;
}

/** The names of a feature's classes, in whichever list it lies; null if it has none. */
function classesIn(feature: unknown, depth = 0): readonly string[] | null {
  if (typeof feature !== "object" || feature === null || depth > 4) return null;
  if (Array.isArray(feature)) return classesIn(feature[0], depth + 1);
  const fields = new Map<string, unknown>(Object.entries(feature));
  const names = fields.get("names");
  return isWords(names) ? names : classesIn(fields.get("feature"), depth + 1);
}

function articleIn(
  record: JsonObject,
  names: ReadonlyMap<string, readonly string[]>,
  warnings: Warnings,
) {
  const { tokens, id } = record;
  const annotator = typeof record.annotator === "string" ? record.annotator : null;
  if (!isWords(tokens)) throw new Refusal("unprocessable", "tokens must be a list of words.");
  const { text, places } = placed(tokens, record.text, warnings);
  const spans: ForeignSpan[] = [];
  const read = new Set<string>(["id", "tokens", "text", "annotator"]);
  for (const key of tagKeysOf(record)) {
    const tags = tagsIn(record[key], names.get(key));
    if (tags === null) {
      const message = `The numbers of "${key}" have names in dataset_info.json, which is not beside the file. They are kept among the article's metadata.`;
      warnings.add("annotations_left_out", message, { field: key });
    } else if (tags.every((tag) => tag === "O" || TAG.test(tag))) {
      read.add(key);
      spans.push(...spansOf(tags, places, key).map((span) => ({ ...span, annotator })));
    }
  }
  return {
    text,
    unit: "code_point" as const,
    metadata: new Map(Object.entries(record).filter(([key]) => !read.has(key))),
    recordId: typeof id === "string" || Number.isInteger(id) ? String(id) : null,
    annotators: annotator === null ? [] : [{ annotator }],
    spans,
  };
}

/** Where each token stands, in code points; in a text of their own with a space between two, if there is no other. */
function placed(tokens: readonly string[], given: unknown, warnings: Warnings) {
  const places: { start: number; end: number }[] = [];
  if (typeof given === "string") {
    let [unit, at] = [0, 0];
    for (const token of tokens) {
      const found = given.indexOf(token, unit);
      if (found < 0) break;
      const start = at + codePointLength(given.slice(unit, found));
      const end = start + codePointLength(token);
      places.push({ start, end });
      [unit, at] = [found + token.length, end];
    }
    if (places.length === tokens.length) return { text: given, places };
    places.length = 0;
  }
  let at = 0;
  for (const token of tokens) {
    const end = at + codePointLength(token);
    places.push({ start: at, end });
    at = end + 1;
  }
  const message =
    "The text was put together from tokens, with a space between two: how it was before is not in the file.";
  warnings.add("detail_left_out", message, { field: "tokens" });
  return { text: tokens.join(" "), places };
}

/** Tags by their names; null if they are numbers without. */
function tagsIn(value: unknown, names: readonly string[] | undefined): string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const tags = list.map((tag) => (typeof tag === "string" ? tag : names?.[Number(tag)]));
  return tags.every((tag) => tag !== undefined) ? tags : null;
}

/** A span begins where a tag says so, or where the label changes: older files say only where one follows another. */
function spansOf(
  tags: readonly string[],
  places: readonly { start: number; end: number }[],
  key: string,
): ForeignSpan[] {
  const spans: ForeignSpan[] = [];
  type Open = { readonly label: string; readonly start: number; readonly end: number };
  const keep = ({ label, start, end }: Open) =>
    spans.push({ label, fragments: [{ start, end }], place: `${key}, span ${spans.length + 1}` });
  let open: Open | null = null;
  for (const [index, tag] of tags.entries()) {
    const place = places[index] ?? { start: 0, end: 0 };
    const [, letter = "O", label = ""] = TAG.exec(tag) ?? [];
    if (open !== null && "IEL".includes(letter) && open.label === label) {
      open = { label: open.label, start: open.start, end: place.end };
    } else {
      if (open !== null) keep(open);
      open = letter === "O" ? null : { label, ...place };
    }
    if (open !== null && "ESLU".includes(letter)) {
      keep(open);
      open = null;
    }
  }
  if (open !== null) keep(open);
  return spans;
}

type RowUnit = "article" | "sentence";

/**
 * Rows that are read again as they were, and that `datasets` loads: the text, its tokens, and for each label a list with
 * a tag for each, called as `ner_tags` is. Tags are written as their names: numbers would need a file beside them to say
 * what they mean. What nobody annotated has no row, since nothing said is not the same as "O".
 */
export const tokenRowsOf = (unit: RowUnit): Writer => ({
  kind: "file",
  extension: ".jsonl",
  mediaType: "application/x-ndjson",
  write: (record, lost, about) =>
    rowsOf(record, unit, about, lost)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  loses: allButSpans,
  losesToo: [
    "articles that nobody annotated",
    ...(unit === "article"
      ? []
      : [
          "text and spans outside of all sentences",
          "that what goes on in the next sentence is one span",
        ]),
  ],
  hasTags: true,
  rowIs: `A row for each ${unit} and annotator, with its text, tokens and tags (IOB2) for each label.`,
});

function rowsOf(
  record: ArticleRecord,
  unit: RowUnit,
  about: DatasetAbout,
  lost: LostInWriting,
): object[] {
  losePartsOf(record, allButSpans, lost);
  const annotators = [...new Set(record.sets.map(({ annotator }) => annotator))];
  if (annotators.length === 0) lost.add("articles that nobody annotated");
  const text = new ArticleText(record.text);
  const sentences = unit === "sentence" ? sentencesOf(record, text) : null;
  const stem = stemOf(record);
  return annotators.flatMap((annotator) => {
    const whose = { record, annotator, sentences };
    const { tokens, tags } = taggedText(text, whose, about, lost);
    const row = (id: string, range: Range, indexes: readonly number[]) => ({
      id,
      annotator,
      text: text.slice(range),
      tokens: indexes.map((index) => text.slice(tokens[index] ?? range)),
      ...Object.fromEntries(
        [...tags].map(([label, all]) => [
          tagsColumn(label),
          // What began in the sentence before begins anew.
          indexes.map((index, at) => (at === 0 ? all[index]?.replace(/^I/, "B") : all[index])),
        ]),
      ),
    });
    if (sentences === null) {
      return row(stem, { start: 0, end: text.length }, [...tokens.keys()]);
    }
    return sentences.map((sentence, at) =>
      row(`${stem}:${at}`, sentence, touchedBy([sentence], tokens)),
    );
  });
}

function sentencesOf({ blocks, language }: ArticleRecord, text: ArticleText): readonly Range[] {
  return new Segmentation(text, blocks, segment(text, blocks, language)).sentences;
}
