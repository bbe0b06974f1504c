import { z } from "zod";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { codePointLength } from "@/lib/domain/text";
import {
  type ForeignSpan,
  isObject,
  type JsonDialect,
  type JsonObject,
  listIn,
  tellOfOtherKeys,
} from "./foreign";
import { rangesOfTags, WITHIN } from "./tagging";
import { placed } from "./token-rows";
import type { Warnings } from "./warnings";
import { type LostInWriting, losePartsOf, recordParts } from "./writing";

const Offset = z.int().min(0);

/** As examples to train with have them: `[0, 2, "ORG"]`. */
const Triple = z
  .tuple([Offset, Offset, z.string()])
  .rest(z.unknown())
  .transform(([start, end, label]) => ({ start, end, label, rest: {} }));

/** As documents in JSON have them; what else there is of one may be an id in a knowledge base. */
const Entity = z
  .looseObject({ id: z.unknown(), start: Offset, end: Offset, label: z.string() })
  .partial({ id: true })
  .transform(({ start, end, label, id: _, ...rest }) => ({ start, end, label, rest }));

const Mark = z.union([Triple, Entity]);

/** Documents and training examples of spaCy. */
export const spacy: JsonDialect = {
  recognises: (record) =>
    isCorpus(record) ||
    (typeof record.text === "string" &&
      !("_task_hash" in record || "_input_hash" in record || "Comments" in record) &&
      !Array.isArray(record.cats) &&
      (isMarks(record.ents) || isMarks(record.entities) || isGroups(record))),
  reading: () => ({
    read: (record, warnings) =>
      isCorpus(record) ? corpusArticle(record, warnings) : articleIn(record, warnings),
  }),
};

/**
 * The texts to train with that an object holds beside the names of their labels, as annotators made for spaCy save them:
 * `{"classes": […], "annotations": [["A text", {"entities": […]}], null]}`, where what nobody looked at is null.
 * Null if it is no such object.
 */
export function examplesIn(value: unknown): readonly unknown[] | null {
  if (!isObject(value) || "text" in value || "data" in value) return null;
  const examples = listIn(value.annotations).filter((one) => one !== null);
  const isExample = (one: unknown) =>
    Array.isArray(one) && one.length === 2 && typeof one[0] === "string" && isObject(one[1]);
  return examples.length > 0 && examples.every(isExample) ? examples : null;
}

/** A document as version 2 was trained with, and as `docs_to_json` of version 3 makes it. */
const isCorpus = ({ text, paragraphs }: JsonObject) =>
  text === undefined &&
  Array.isArray(paragraphs) &&
  paragraphs.length > 0 &&
  paragraphs.every((one) => isObject(one) && Array.isArray(one.sentences));

/** What is read of a paragraph of such a document. */
const OF_PARAGRAPHS: ReadonlySet<string> = new Set(
  "raw sentences entities links cats brackets".split(" "),
);

const OF_SENTENCES: ReadonlySet<string> = new Set(["tokens", "brackets"]);

/** Its paragraphs are divided by a blank line; entities are those with offsets, else those of the words' tags. */
function corpusArticle(record: JsonObject, warnings: Warnings) {
  let text = "";
  let length = 0;
  const spans: ForeignSpan[] = [];
  const metadata = new Map(
    Object.entries(record).filter(([name]) => name !== "id" && name !== "paragraphs"),
  );
  const words: unknown[] = [];
  for (const [index, paragraph] of listIn(record.paragraphs).entries()) {
    if (!isObject(paragraph)) continue;
    const sentences = listIn(paragraph.sentences).filter(isObject);
    for (const sentence of sentences) {
      tellOfOtherKeys(sentence, OF_SENTENCES, `paragraphs[${index}].sentences`, warnings);
    }
    const tokens = sentences
      .flatMap((sentence) => listIn(sentence.tokens))
      .filter(isObject)
      .filter(({ orth }) => typeof orth === "string" && orth !== "");
    words.push(...tokens.map(({ id: _, orth: __, ner: ___, space: ____, ...more }) => more));
    const laidOut = placed(
      tokens.map(({ orth }) => String(orth)),
      paragraph.raw,
      warnings,
    );
    if (text !== "") {
      text += "\n\n";
      length += 2;
    }
    const begin = length;
    const add = ({ label, start, end }: Pick<z.infer<typeof Triple>, "label" | "start" | "end">) =>
      spans.push({
        label,
        fragments: [{ start: begin + start, end: begin + end }],
        place: `paragraphs[${index}], span ${spans.length + 1}`,
      });
    const marks = listIn(paragraph.entities).flatMap((one) => Mark.safeParse(one).data ?? []);
    const odd = listIn(paragraph.entities).length - marks.length;
    if (odd > 0) {
      const message = `${odd} entities are not of a form that is read as spans.`;
      warnings.add("annotations_left_out", message, { field: `paragraphs[${index}].entities` });
    }
    const tags = tokens.map(({ ner }) => (typeof ner === "string" && WITHIN.test(ner) ? ner : "O"));
    if (marks.length > 0) for (const mark of marks) add(mark);
    else for (const span of rangesOfTags(tags, laidOut.places)) add(span);
    for (const name of ["cats", "links"]) {
      const given = paragraph[name];
      if (Object.keys(Object(given)).length > 0) metadata.set(name, given);
    }
    for (const [name, value] of Object.entries(paragraph)) {
      if (!OF_PARAGRAPHS.has(name)) metadata.set(name, value);
    }
    text += laidOut.text;
    length += codePointLength(laidOut.text);
  }
  tellOfTokens(words, warnings);
  return { text, unit: "code_point" as const, metadata, recordId: idIn(record), spans };
}

const idIn = ({ id }: JsonObject) =>
  typeof id === "string" || Number.isInteger(id) ? String(id) : null;

const isMarks = (value: unknown) =>
  Array.isArray(value) && value.some((one) => Mark.safeParse(one).success);

/** Named groups of spans, which may overlap, or a document in which nothing was found. */
const isGroups = ({ ents, spans, tokens }: JsonObject) =>
  isObject(spans) || (Array.isArray(ents) && Array.isArray(tokens));

/** What of a document is its text and its division into words, which is not kept. */
const STRUCTURE: ReadonlySet<string> = new Set(
  "text ents entities spans tokens sents links".split(" "),
);

function articleIn(record: JsonObject, warnings: Warnings) {
  const { text } = record;
  if (typeof text !== "string") throw new Refusal("unprocessable", "text must be text.");
  const groups = typeof record.spans === "object" && record.spans !== null ? record.spans : {};
  const lists = new Map<string, unknown>([
    ["ents", record.ents],
    ["entities", record.entities],
  ]);
  for (const [name, list] of Object.entries(Array.isArray(groups) ? { "": groups } : groups)) {
    lists.set(name === "" ? "spans" : `spans.${name}`, list);
  }
  // Groups repeat what is an entity too.
  const spans = new Map<string, ForeignSpan>();
  for (const [list, given] of lists) {
    if (given != null && !Array.isArray(given)) {
      const message = `"${list.slice(0, 80)}" is no list of spans.`;
      warnings.add("annotations_left_out", message, { field: list });
    }
    for (const [index, one] of (Array.isArray(given) ? given : []).entries()) {
      const place = `${list}[${index}]`;
      const { data: mark } = Mark.safeParse(one);
      if (!mark) {
        const message = "It is not of a form that is read as a span.";
        warnings.add("span_left_out", message, { place, field: place });
        continue;
      }
      const { start, end, label, rest } = mark;
      const key = JSON.stringify([start, end, label]);
      const said = Object.entries(rest).filter(([, value]) => value !== "" && value !== null);
      const attributes = { ...spans.get(key)?.attributes, ...Object.fromEntries(said) };
      spans.set(key, {
        label,
        fragments: [{ start, end }],
        attributes,
        place: spans.get(key)?.place ?? place,
      });
    }
  }
  tellOfTokens(record.tokens, warnings);
  if (Array.isArray(record.links) ? record.links.length > 0 : record.links != null) {
    const message = "Links into a knowledge base have no place here.";
    warnings.add("annotations_left_out", message, { field: "links" });
  }
  return {
    text,
    unit: "code_point" as const,
    metadata: new Map(
      Object.entries(record).filter(([name]) => !STRUCTURE.has(name) && name !== "id"),
    ),
    recordId: idIn(record),
    spans: [...spans.values()],
  };
}

/** Words are not kept; where more is said of them than where they are, that is told. */
function tellOfTokens(tokens: unknown, warnings: Warnings): void {
  const more = (Array.isArray(tokens) ? tokens : []).filter((token) =>
    Object.entries(Object(token)).some(
      ([name, value]) => !["id", "start", "end", "text"].includes(name) && value !== "",
    ),
  ).length;
  if (more === 0) return;
  const message = `What is said of each of ${more} words, such as parts of speech, has no place here.`;
  warnings.add("annotations_left_out", message, { field: "tokens" });
}

/**
 * One training example a line: all spans in the group `sc`, which may overlap, and as entities those that do not,
 * the longest first.
 */
export function writeSpacy(record: ArticleRecord, lost: LostInWriting): string {
  losePartsOf(record, recordParts, lost);
  const pieces = record.spans.flatMap(({ label, fragments }) =>
    fragments.map(({ start, end }) => [start, end, label] as const),
  );
  const byLength = pieces.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]) || a[0] - b[0]);
  const taken: (readonly [number, number, string])[] = [];
  const held = new Intervals();
  for (const piece of byLength) if (held.take(piece[0], piece[1])) taken.push(piece);
  const entities = taken.toSorted((a, b) => a[0] - b[0]);
  return `${JSON.stringify([record.text, { entities, spans: { sc: pieces } }])}\n`;
}

/** Ranges that do not overlap, in their order. */
class Intervals {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Takes a range, unless it overlaps one that is there. */
  take(start: number, end: number): boolean {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    if ((this.#ends[low - 1] ?? 0) > start || (this.#starts[low] ?? end) < end) return false;
    this.#starts.splice(low, 0, start);
    this.#ends.splice(low, 0, end);
    return true;
  }
}
