import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { ArticleText, codePointLength, decodeUtf8, type Range } from "@/lib/domain/text";
import { type ForeignSpan, isObject, type JsonDialect, type JsonObject, listIn } from "./foreign";
import { readHead } from "./front-matter";
import { parseJsonText } from "./json";
import type { SourceFile } from "./source-file";
import { rangesOfTags, taggedText, tagsColumn, touchedBy, WITHIN } from "./tagging";
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
const TAGS = /(?:^|_)(?:tags|labels)$|^ner$/;

/** Where tokens stand, and what they are tokens of. */
const TOKENS = ["tokens", "words"] as const;
const TEXTS = ["text", "sentence"] as const;

/** Tags of these say something of each word, and mark no spans. */
const OF_WORDS = /pos|chunk|lemma|morph|dep/i;

/** Rows of tokens and their tags, as `datasets` of Hugging Face writes them. */
export const tokenRows: JsonDialect = {
  recognises: (record) => tokensKeyOf(record) !== null && tagKeysOf(record).length > 0,
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

const tokensKeyOf = (record: JsonObject) => TOKENS.find((key) => isWords(record[key])) ?? null;

/** The lists of a row that have tags for its tokens. */
function tagKeysOf(record: JsonObject): string[] {
  return Object.entries(record).flatMap(([key, value]) =>
    TAGS.test(key) && Array.isArray(value) && (value.every(Number.isInteger) || isWords(value))
      ? [key]
      : [],
  );
}

/** Files beside rows, or in a folder above, that say what their numbers mean; of a card, its front matter does. */
const DESCRIPTIONS = ["dataset_info.json", "dataset_infos.json"] as const;
const CARD = "README.md";

/** Whether a file says what the columns of a data set are. */
export const isDescription = (path: string): boolean =>
  DESCRIPTIONS.some((name) => path === name || path.endsWith(`/${name}`));

/** What the numbers of each column mean; what is nearest to the file counts. */
async function namesBeside({
  path,
  beside,
}: SourceFile): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  const say = (column: string, feature: unknown) => {
    const found = classesIn(feature);
    if (found && !names.has(column)) names.set(column, found);
  };
  const inside = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > 4) return;
    for (const [key, held] of Object.entries(value)) {
      if (key !== "features") inside(held, depth + 1);
      // In a card, a list of columns with their names.
      else if (Array.isArray(held)) {
        for (const one of held) {
          const name: unknown = Object(one).name;
          if (typeof name === "string") say(name, one);
        }
      } else for (const [column, feature] of Object.entries(Object(held))) say(column, feature);
    }
  };
  for (const folder of foldersOf(path)) {
    for (const name of DESCRIPTIONS) {
      const bytes = await beside?.(folder + name);
      if (bytes) inside(parseJsonText(decodeUtf8(bytes)), 0);
    }
    const card = await beside?.(folder + CARD);
    if (card) inside(cardIn(decodeUtf8(card)), 0);
  }
  return names;
}

/** What the front matter of a card says; nothing where it cannot be read: it has its own outcome. */
function cardIn(source: string): unknown {
  try {
    return readHead(source.replaceAll("\r\n", "\n")).given.meta;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The folder of a file and those above it, the nearest first. */
function foldersOf(path: string): readonly string[] {
  const steps = path.split("/").slice(0, -1);
  return [...steps.map((_, index) => `${steps.slice(0, steps.length - index).join("/")}/`), ""];
}

/** The names of a feature's classes, in whichever list it lies; null if it has none. */
export function classesIn(feature: unknown, depth = 0): readonly string[] | null {
  if (typeof feature !== "object" || feature === null || depth > 4) return null;
  if (Array.isArray(feature)) return classesIn(feature[0], depth + 1);
  const fields = new Map<string, unknown>(Object.entries(feature));
  const names = fields.get("names");
  if (isWords(names)) return names;
  if (isObject(names)) return numbered(names);
  for (const key of ["feature", "sequence", "list", "dtype", "class_label"]) {
    const found = classesIn(fields.get(key), depth + 1);
    if (found) return found;
  }
  return null;
}

/** The most classes that a column has names for, in a card. */
const MOST_CLASSES = 10_000;

/** The classes of a card, each under its number. */
function numbered(names: object): readonly string[] | null {
  const found: string[] = [];
  for (const [number, name] of Object.entries(names)) {
    if (typeof name !== "string" || !/^\d+$/.test(number) || Number(number) >= MOST_CLASSES)
      return null;
    found[Number(number)] = name;
  }
  return found;
}

function articleIn(
  record: JsonObject,
  names: ReadonlyMap<string, readonly string[]>,
  warnings: Warnings,
) {
  const { id } = record;
  const annotator = typeof record.annotator === "string" ? record.annotator : null;
  const tokensKey = tokensKeyOf(record) ?? "tokens";
  const tokens = record[tokensKey];
  if (!isWords(tokens)) throw new Refusal("unprocessable", "tokens must be a list of words.");
  const textKey = TEXTS.find((name) => typeof record[name] === "string") ?? "text";
  const { text, places } = placed(tokens, record[textKey], warnings);
  const spans: ForeignSpan[] = [];
  const read = new Set<string>(["id", tokensKey, "annotator"]);
  // One that the tokens are not of is kept beside that which they make.
  if (text === record[textKey]) read.add(textKey);
  for (const key of tagKeysOf(record)) {
    const count = listIn(record[key]).length;
    if (count !== tokens.length) {
      const message = `"${key}" has ${count} tags for ${tokens.length} tokens. They are kept among the article's metadata.`;
      warnings.add("annotations_left_out", message, { field: key });
      continue;
    }
    const given = tagsIn(record[key], names.get(key));
    const tags = given && withPrefixes(given, key);
    if (tags === null) {
      const message = `The numbers of "${key}" have names in dataset_info.json or README.md, which do not lie beside the file, or do not have them all. They are kept among the article's metadata.`;
      warnings.add("annotations_left_out", message, { field: key });
    } else if (tags.every((tag) => tag === "O" || WITHIN.test(tag))) {
      read.add(key);
      for (const { label, start, end } of rangesOfTags(tags, places)) {
        const place = `${key}, span ${spans.length + 1}`;
        spans.push({ label, fragments: [{ start, end }], place, annotator });
      }
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
export function placed(tokens: readonly string[], given: unknown, warnings: Warnings) {
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
  const before =
    typeof given === "string"
      ? "the text that stands beside them has not all of them, one after another."
      : "how it was before is not in the file.";
  const message = `The text was put together from tokens, with a space between two: ${before}`;
  warnings.add("detail_left_out", message, { field: "tokens" });
  return { text: tokens.join(" "), places };
}

/** Some files leave out the letter of a tag: then each is within a span of its label. */
function withPrefixes(tags: readonly string[], key: string): readonly string[] {
  const isOfSpans = /^ner/.test(key) || (tags.includes("O") && !OF_WORDS.test(key));
  if (!isOfSpans || tags.some((tag) => WITHIN.test(tag))) return tags;
  return tags.map((tag) => (tag === "O" ? tag : `I-${tag}`));
}

/** Tags by their names; null if they are numbers without. */
function tagsIn(value: unknown, names: readonly string[] | undefined): string[] | null {
  const tags = listIn(value).map((tag) => (typeof tag === "string" ? tag : names?.[Number(tag)]));
  return tags.every((tag) => tag !== undefined) ? tags : null;
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
