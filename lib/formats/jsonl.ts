import { z } from "zod";
import {
  type IncomingArticle,
  MAX_ARTICLE_BYTES,
  paragraphsOf,
  titleFrom,
} from "@/lib/domain/article";
import { OFFSETS_SCHEMA, withoutText } from "@/lib/domain/offsets-record";
import { type ArticleRecord, RECORD_SCHEMA } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { excerpt } from "@/lib/domain/span";
import {
  ArticleText,
  type Block,
  blockKinds,
  checkStorable,
  codePointLength,
  textOrBadByte,
} from "@/lib/domain/text";
import { Losses, Names, parse, partOf, readAnnotations } from "./annotations";
import { checkText, checkTitle, foundBlocks } from "./blocks";
import { type ByteLine, linesOf, mebibytes } from "./bytes";
import type { ColumnType } from "./columns";
import { articleFrom, type JsonDialect, type JsonObject } from "./foreign";
import { isUnfinishedJson, jsonValuesIn, parseJsonText } from "./json";
import { asLongList, elementsOf, type ListElement } from "./json-list";
import {
  fieldOf,
  isEssential,
  isKnown,
  nameOf,
  plainName,
  readMetadata,
  textNames,
} from "./metadata";
import type { Shape } from "./shapes";
import {
  type Companion,
  type ReadContext,
  type ReadItem,
  type ReadRecord,
  rejectionOf,
  type SourceFile,
} from "./source-file";
import { examplesIn } from "./spacy";
import { isDescription } from "./token-rows";
import { rowsOfAnswer } from "./viewer-rows";
import { Warnings } from "./warnings";
import type { DatasetAbout, LostInWriting, Writer } from "./writing";

/** What our own records call themselves: today's, and those that went out before. */
const SCHEMAS: readonly unknown[] = [RECORD_SCHEMA, "gainsay.article/1"];

/**
 * The longest line, in bytes. A record repeats its text in its spans, so it may be longer than the
 * longest article.
 */
export const MAX_LINE = 4 * MAX_ARTICLE_BYTES;

const OPENING_BRACE = "{".charCodeAt(0);

/** How the records of a JSON file are to be read. */
type Reading = {
  /** Records that are not ours are of one of these kinds, or of none in particular. */
  readonly dialects: readonly JsonDialect[];
  /** What the one kind of records is called that is read, if there is but one: "a Label Studio task". */
  readonly only?: string;
  /** Whether a record that is alone in its file is that file. */
  readonly oneIsTheFile: boolean;
};

/** Something that should be a record, and where it stands. */
type Found = {
  /** 1-based; null within a list over several lines. */
  readonly line: number | null;
  /** Its place in a list, 0-based; null if it is in none. */
  readonly index: number | null;
  /** Whether nothing else is in the file. */
  readonly isAlone: boolean;
  /** About how much of the file it is, in bytes. */
  readonly size: number;
  /** Whether it begins as our own do. */
  readonly isOurs: boolean;
  /** @throws Refusal "too_large", "unprocessable" if it is no JSON */
  readonly record: () => unknown;
};

/**
 * Reads records one a line, where a bad line is rejected and the next one read; or a list of them; or one
 * or more laid out over several lines. A file of the latter kinds is read whole, and refused as a whole
 * from where it is no JSON; but a list that is longer than a line may be is read record by record.
 */
export function recordsReader({ dialects, only, oneIsTheFile }: Reading) {
  return async function* readRecords(
    file: SourceFile,
    context: ReadContext,
  ): AsyncGenerator<ReadItem | Companion> {
    let skip = context.skip ?? 0;
    if (isDescription(file.path) && only === undefined) {
      yield { kind: "companion", of: file.path };
      return;
    }
    const readers = dialects.map(({ recognises, reading }) => ({
      recognises,
      ...reading(file, context),
    }));
    const noticing = readers.filter(({ notice }) => notice !== undefined);
    const notice = ({ record, isOurs }: Found): boolean => {
      const value = isOurs ? null : readable(record);
      if (!isOfOthers(value)) return false;
      const reader = noticing.find((one) => one.recognises(value));
      reader?.notice?.(value);
      return reader !== undefined;
    };
    const readOne = async (record: unknown): Promise<ReadRecord> => {
      const foreign = isOfOthers(record) ? readers.find((one) => one.recognises(record)) : null;
      if (!foreign || !isOfOthers(record)) {
        if (only !== undefined) throw new Refusal("unprocessable", `This is not ${only}.`);
        return recordArticle(record, context);
      }
      const warnings = new Warnings(context);
      return articleFrom(await foreign.read(record, warnings), context, warnings);
    };
    try {
      const all = recordsIn(file.stream);
      const seen = noticing.length > 0 ? ahead(all, notice) : all;
      let isFirst = true;
      for await (const { index, isAlone, record, isOurs, ...found } of seen) {
        // A file of annotations is refused once, whatever comes after.
        if (isFirst && !isOurs && only === undefined && areAnnotations(readable(record))) {
          throw new Refusal("unprocessable", ANNOTATIONS);
        }
        isFirst = false;
        if (skip > 0) {
          skip -= 1;
          continue;
        }
        const wholeFile = oneIsTheFile && isAlone;
        const line = wholeFile ? null : found.line;
        try {
          yield { ...(await readOne(record())), path: file.path, line, wholeFile };
        } catch (error) {
          const { reason, ...rejection } = rejectionOf(error, file.path, line);
          const which = index === null ? "" : `Article ${index + 1} of the list: `;
          yield { ...rejection, reason: which + reason };
        }
      }
    } catch (error) {
      // What is no JSON ends the file; it is an item like those before it.
      const rejection = rejectionOf(error, file.path);
      if (skip === 0) yield rejection;
    }
  };
}

/** How many records are seen before the first is read, and about how much of a file, in UTF-16 units. */
const AHEAD = 200;
const AHEAD_SIZE = 1024 * 1024;

/**
 * Gives what comes, each after so many others have been seen as are looked at ahead; at once, until there is one that
 * is explained by others.
 *
 * @param see whether it is such a one
 */
async function* ahead(
  all: AsyncIterable<Found>,
  see: (one: Found) => boolean,
): AsyncGenerator<Found> {
  let waiting: Found[] = [];
  let size = 0;
  let isFilled = false;
  try {
    for await (const one of all) {
      const isExplained = see(one);
      if (!isExplained && waiting.length === 0) {
        yield one;
        continue;
      }
      waiting.push(one);
      size += one.size;
      isFilled ||= waiting.length >= AHEAD || size >= AHEAD_SIZE;
      if (!isFilled) continue;
      const ready = waiting;
      waiting = [];
      yield* ready;
    }
  } catch (error) {
    yield* waiting;
    throw error;
  }
  yield* waiting;
}

/** What is read; undefined where it cannot be, which is told when it is its turn. */
function readable(record: () => unknown): unknown {
  try {
    return record();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** An object that does not say to be a record of ours. */
function isOfOthers(record: unknown): record is JsonObject {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return false;
  const schema: unknown = "schema" in record ? record.schema : undefined;
  return !(typeof schema === "string" && schema.startsWith("gainsay."));
}

async function* recordsIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Found> {
  const { isLongList, bytes } = await asLongList(stream, MAX_LINE);
  if (isLongList) {
    yield* listed(bytes);
    return;
  }
  const lines = linesOf(bytes, MAX_LINE);
  const first = await nextFilled(lines);
  if (first === null) return;
  const second = await nextFilled(lines);
  if (second !== null && isLaidOut(first, second)) {
    yield* laidOut(await wholeText([first, second], lines));
    return;
  }
  yield* onLine(first, second === null);
  for (let line = second; line !== null; line = await nextFilled(lines)) {
    yield* onLine(line, false);
  }
}

/** The records of a list, each parsed by itself. */
async function* listed(list: AsyncIterable<Uint8Array>): AsyncGenerator<Found> {
  let index = 0;
  for await (const { bytes, length, line } of elementsOf(list, MAX_LINE)) {
    const record = once(() => asRecord(elementValue({ bytes, length, line })));
    yield { line: null, index, isAlone: false, size: length, isOurs: false, record };
    index += 1;
  }
}

/** @throws Refusal "too_large", "unprocessable" with the line where it is no JSON */
function elementValue({ bytes, length, line }: ListElement): unknown {
  if (bytes === null) {
    const message = `It has ${length} bytes; a record may have ${mebibytes(MAX_LINE)}.`;
    throw new Refusal("too_large", message);
  }
  const text = textOrBadByte(bytes);
  if (typeof text !== "string") {
    throw new Refusal("unprocessable", `${badByte(text.value)}.`, { line });
  }
  try {
    return parseJsonText(text, line);
  } catch (error) {
    // The column is one of what begins anywhere on its line.
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message, { line: error.details.line ?? line });
  }
}

async function nextFilled(lines: AsyncGenerator<ByteLine>): Promise<ByteLine | null> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return null;
    if (value.bytes === null || !isBlank(value.bytes)) return value;
  }
}

/** @param isAlone whether it is the only line with anything on it */
function* onLine(line: ByteLine, isAlone: boolean): Generator<Found> {
  const read = once(() => asRecord(parseJsonText(textOf(line))));
  // Stryker disable next-line ConditionalExpression: without this glance it only takes longer
  const list =
    line.bytes?.[0] !== OPENING_BRACE
      ? listFrom(read)?.map((value) => () => asRecord(value))
      : beginsAsAnswer(line)
        ? rowsFrom(read)
        : null;
  const isOurs = list == null && beginsAsOurs(line);
  const found = { line: line.number, isOurs, size: line.length };
  if (list == null) {
    // Nobody asks for one that was done before: it is not even parsed.
    yield { ...found, index: null, isAlone, record: read };
    return;
  }
  for (const [index, record] of list.entries()) {
    const size = line.length / list.length;
    yield { ...found, size, line: isAlone ? null : line.number, index, isAlone: false, record };
  }
}

/**
 * How a line begins that has an answer of the viewer of Hugging Face, in any order of its keys, or texts to train spaCy
 * with.
 */
const ANSWER =
  /^\{\s*"(?:features|rows|dataset|config|split|num_rows_total|num_rows_per_page|partial|truncated|classes|annotations)"\s*:/;

function beginsAsAnswer({ bytes }: ByteLine): boolean {
  return bytes !== null && ANSWER.test(new TextDecoder("latin1").decode(bytes.subarray(0, 60)));
}

/** The rows of an object that holds some; null if it is none, or cannot be read: reading it again says why. */
function rowsFrom(read: () => unknown): readonly (() => unknown)[] | null {
  try {
    return rowsHeldBy(read());
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The records that an object is nothing but the list of; null if it is a record itself. */
const rowsHeldBy = (value: unknown) =>
  rowsOfAnswer(value) ?? examplesIn(value)?.map((example) => () => asRecord(example)) ?? null;

/** How a line of our own begins: the order of its keys is part of the format. */
const OWN_BEGINNING = new TextEncoder().encode('{"schema":"gainsay.');

function beginsAsOurs({ bytes }: ByteLine): boolean {
  return bytes !== null && OWN_BEGINNING.every((byte, at) => bytes[at] === byte);
}

/** The same work done no more than once, unless it fails. */
function once<T>(work: () => T): () => T {
  let done: { value: T } | null = null;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

/** What spaCy was trained with, `["A text", {"entities": …}]`, as an object; all else as it is. */
function asRecord(value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 2) return value;
  const [text, said]: readonly unknown[] = value;
  if (typeof text !== "string" || typeof said !== "object" || said === null) return value;
  if (Array.isArray(said) || "text" in said) return value;
  return { ...said, text };
}

/** What is read, if it is a list; null if it is anything else, or cannot be read: reading it again says why. */
function listFrom(read: () => unknown): readonly unknown[] | null {
  try {
    const value = read();
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Records over several lines: one, a list, or one after another. */
function* laidOut(text: string): Generator<Found> {
  for (const { value: found, line, isAlone } of jsonValuesIn(text)) {
    const value = asRecord(found);
    const about = { isOurs: false, size: 0 };
    const list = Array.isArray(value)
      ? value.map((record: unknown) => () => asRecord(record))
      : rowsHeldBy(value);
    if (list === null) {
      yield { ...about, line, index: null, isAlone, record: () => value };
      continue;
    }
    for (const [index, record] of list.entries()) {
      yield { ...about, line: null, index, isAlone: false, record };
    }
  }
}

/**
 * Whether records do not stand one a line: the first line opens something that it does not close. A line
 * that was cut off is told from that by the next one, which is whole.
 */
function isLaidOut(first: ByteLine, second: ByteLine): boolean {
  const begins = legible(first);
  if (/^\s*\[\s*$/.test(begins)) return true;
  return isUnfinishedJson(begins) && !isObjectAlone(legible(second));
}

function isObjectAlone(line: string): boolean {
  if (!/^\s*\{.*\}\s*$/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false; // such as the last of a list: `{…}]}`
  }
}

/** What a line says; nothing if it is too long, or is not UTF-8. */
function legible({ bytes }: ByteLine): string {
  const text = bytes === null ? null : textOrBadByte(bytes);
  return typeof text === "string" ? text : "";
}

/**
 * The text of lines that are there and all that follow, each on the line that it has in the file.
 *
 * @throws Refusal "too_large" where the file goes on beyond the limit, blank lines and all
 */
async function wholeText(
  begun: readonly ByteLine[],
  lines: AsyncGenerator<ByteLine>,
): Promise<string> {
  let text = "";
  let number = 1;
  const take = (line: ByteLine) => {
    if (line.offset + line.length > MAX_LINE) {
      throw new Refusal(
        "too_large",
        `JSON laid out over several lines may have ${mebibytes(MAX_LINE)}; put each article on a line of its own.`,
      );
    }
    text += "\n".repeat(line.number - number) + textOf(line);
    number = line.number;
  };
  for (const line of begun) take(line);
  for (let line = await nextFilled(lines); line !== null; line = await nextFilled(lines)) {
    take(line);
  }
  return text;
}

/** @throws Refusal "too_large", "unprocessable" with its place */
function textOf({ number, bytes, length, offset }: ByteLine): string {
  if (bytes !== null) return decodeLine(bytes, { number, offset });
  throw new Refusal(
    "too_large",
    `The line has ${length} bytes; it may have ${mebibytes(MAX_LINE)}.`,
  );
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length < 200 && bytes.every((byte) => byte === 32 || byte === 9);
}

/** Decodes one line; a bad byte is told by its place in the file. */
function decodeLine(
  bytes: Uint8Array,
  { number, offset }: Pick<ByteLine, "number" | "offset">,
): string {
  const text = textOrBadByte(bytes);
  if (typeof text === "string") return text;
  const { byte, value } = text;
  throw new Refusal("unprocessable", `${badByte(value)}: byte ${offset + byte} of the file.`, {
    line: number,
    column: byte + 1,
  });
}

/** @param value the byte, in two hexadecimal digits */
const badByte = (value: string) =>
  value === "00" ? "A NUL character cannot be stored" : `This is not UTF-8 (0x${value})`;

/** What a record may hold beside metadata; everything else goes to `meta`. */
const structure = new Set([
  "schema",
  "id",
  "text",
  "text_sha256",
  "offset_unit",
  "blocks",
  "annotators",
  "spans",
  "relations",
  "meta",
]);

/** What our exports say about a record that is no property of the article. */
const ownStructure = new Set(["version", "sets", "layer", "split"]);

/**
 * The article in one record: of ours, or any object with a `text`.
 *
 * With spans or blocks, offsets count in the text as it stands, so it is kept verbatim. Otherwise
 * CR LF becomes LF and the title becomes the first block.
 *
 * @param named whose names its fields have, if it is none of ours: "ours" where they have been settled before
 * @throws Refusal "unprocessable"; its message names the field
 */
export function recordArticle(
  record: unknown,
  { scheme, sha256, strict, mapping }: ReadContext,
  named: "ours" | "record" = "record",
): ReadRecord {
  const warnings = new Warnings({ strict });
  const names = new Names(mapping);
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw new Refusal("unprocessable", `An article must be an object, but is ${nameOf(record)}.`);
  }
  const fields = new Map<string, unknown>(Object.entries(record));
  const own = SCHEMAS.includes(fields.get("schema"));
  checkDialect(fields.get("schema"), fields.get("offset_unit"));
  const source = textIn(fields, own);
  const { given: annotated, keys } = annotationsOf(fields, own);
  if (!own) tellOfMarks(fields, warnings);
  const given = readMetadata(metadataOf(fields, { own, keys, warnings }), {
    dialect: own ? "ours" : named,
    warnings,
  });
  const recordId = fieldOf("id", fields.get("id"), undefined);
  const hash = fields.get("text_sha256");
  if (hash != null && hash !== sha256(source)) {
    throw new Refusal("unprocessable", "text_sha256 is not the hash of the text.");
  }
  const verbatim = [annotated.spans, annotated.relations, fields.get("blocks")].some(
    (value) => value != null,
  );
  const { title, text, blocks } = verbatim
    ? verbatimText(source, given.title, fields.get("blocks"), warnings)
    : titledText(source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source, given.title);
  checkText(text, blocks);
  const annotations = verbatim
    ? readAnnotations(annotated, { text: new ArticleText(text), scheme, warnings, names })
    : [];
  const sourceId = given.sourceId ?? (own ? null : recordId);
  const article: IncomingArticle = { ...given, sourceId, title, text, blocks, annotations };
  const version = own ? parse(Version, fields.get("version") ?? null, "version") : null;
  return {
    kind: "article",
    recordId,
    ours: own,
    version,
    article,
    warnings: warnings.list(),
    unknown: names.unknown,
  };
}

/** With room for versions that come after, below what PostgreSQL counts to. */
const Version = z.int().min(1).max(1_000_000_000).nullable();

function checkDialect(schema: unknown, unit: unknown): void {
  if (schema === OFFSETS_SCHEMA) {
    throw new Refusal(
      "unprocessable",
      "This record went out without its text. Put the text back first: gainsay rehydrate.",
      { field: "schema" },
    );
  }
  if (typeof schema === "string" && schema.startsWith("gainsay.") && !SCHEMAS.includes(schema)) {
    throw new Refusal("unprocessable", `Records of ${schema.slice(0, 80)} are not known here.`);
  }
  if (unit != null && unit !== "code_point") {
    throw new Refusal("unprocessable", "offset_unit must be code_point: offsets count those.");
  }
}

/**
 * Where the text of a record is: in `text`, else in `data`, as doccano called it once, else under a name that columns of
 * tables have for it.
 */
function textKeyOf(fields: ReadonlyMap<string, unknown>, own: boolean): string {
  if (own || fields.has("text")) return "text";
  if (typeof fields.get("data") === "string") return "data";
  const keys = [...fields].flatMap(([key, value]) => (typeof value === "string" ? [key] : []));
  const found = textNames.flatMap((name) => keys.find((key) => plainName(key) === name) ?? []);
  return found[0] ?? (fields.has("data") ? "data" : "text");
}

/** The text of a record. */
function textIn(fields: ReadonlyMap<string, unknown>, own: boolean): string {
  if (!own && isAnnotation(fields)) throw new Refusal("unprocessable", ANNOTATIONS);
  const source = fields.get(textKeyOf(fields, own));
  if (typeof source !== "string") {
    if (source === undefined) {
      const keys = [...fields.keys()].map((key) => `"${excerpt(key)}"`);
      const listed = keys.slice(0, 20).join(", ") + (keys.length > 20 ? " …" : "");
      const instead = keys.length > 0 ? ` There is ${listed}.` : "";
      throw new Refusal("unprocessable", `text must be text, but is missing.${instead}`);
    }
    throw new Refusal("unprocessable", `text must be text, but is ${nameOf(source)}.`);
  }
  checkStorable(source, "text");
  return source;
}

/** Why annotations are no articles: of all in a file it is said once. */
const ANNOTATIONS =
  "These are annotations of a text, and the text is not there: give it as .txt, with these beside it as .jsonld of the same name.";

function areAnnotations(value: unknown): boolean {
  return isOfOthers(value) && isAnnotation(new Map(Object.entries(value)));
}

/** Whether a record is of W3C Web Annotation, or what Hypothesis answers: such annotations lie beside their text. */
function isAnnotation(fields: ReadonlyMap<string, unknown>): boolean {
  if (isOfHypothesis(fields)) return true;
  if (fields.has("text") || fields.has("data")) return false;
  const rows = fields.get("rows") ?? fields.get("items") ?? fields.get("first");
  const [first] = Array.isArray(rows) ? rows : [rows];
  if ("target" in Object(first) || "items" in Object(first)) return true;
  // Pairs of texts to train with have a target, too.
  const isObject = typeof fields.get("target") === "object" && fields.get("target") !== null;
  const ofWeb = ["@context", "body", "bodyValue"].some((key) => fields.has(key));
  return fields.has("target") && (isObject || ofWeb);
}

/** Whether a record is an annotation of Hypothesis, whose `text` is what somebody wrote of the page. */
function isOfHypothesis(fields: ReadonlyMap<string, unknown>): boolean {
  const target: unknown = fields.get("target");
  const user = fields.get("user");
  return (
    Array.isArray(target) &&
    target.every((one) => typeof one === "object" && one !== null && "source" in one) &&
    ((typeof user === "string" && user.startsWith("acct:")) || fields.has("permissions"))
  );
}

/** What it says of its text in our form, and the keys that said it; only records of ours have sets. */
function annotationsOf(fields: ReadonlyMap<string, unknown>, own: boolean) {
  const names = ["spans", "relations", "annotators", ...(own ? (["sets"] as const) : [])] as const;
  const [spans, relations, annotators, sets] = names.map((name) => fields.get(name));
  return { given: { spans, relations, annotators, sets }, keys: new Set<string>(names) };
}

/** Keys that hold nothing but marks: an empty list says nothing of the article. */
const MARKS_ONLY: ReadonlySet<string> = new Set(["entities", "ents"]);

/** Tells where programs keep marks, and these are of no form that is read. */
function tellOfMarks(fields: ReadonlyMap<string, unknown>, warnings: Warnings): void {
  for (const key of ["label", "labels", "entities", "ents", "annotations", "annotation"]) {
    const value = fields.get(key);
    if (!Array.isArray(value) || value.length === 0) continue;
    // A list of words classifies the article, which is no mark; but of entities it names some, or has tags for words.
    const isOfMarks = MARKS_ONLY.has(key) || value.some((entry) => typeof entry === "object");
    if (!isOfMarks) continue;
    const message = `What "${key}" holds is not of a form that is read as spans. It is kept among the article's metadata.`;
    warnings.add("annotations_left_out", message, { field: key });
  }
}

/** @param keys those that have been read as annotations */
function metadataOf(
  fields: ReadonlyMap<string, unknown>,
  { own, keys, warnings }: { own: boolean; keys: ReadonlySet<string>; warnings: Warnings },
): Map<string, unknown> {
  const metadata = new Map<string, unknown>();
  const textKey = textKeyOf(fields, own);
  for (const [key, value] of fields) {
    if (structure.has(key) || keys.has(key) || (own && ownStructure.has(key))) continue;
    if (key === textKey) continue;
    if (!own && MARKS_ONLY.has(key) && Array.isArray(value) && value.length === 0) continue;
    metadata.set(key, value);
  }
  const meta = fields.get("meta");
  if (meta == null) return metadata;
  if (typeof meta !== "object" || Array.isArray(meta)) {
    const message = `meta must be an object, but is ${nameOf(meta)}; it was left out.`;
    warnings.add("unreadable_field", message, { field: "meta" });
    return metadata;
  }
  for (const [key, value] of Object.entries(meta)) {
    // A key of `meta` that is also a field's name would be taken for the field.
    if (isKnown(key) && own) {
      const message = `meta.${key} belongs outside meta`;
      if (isEssential(key)) throw new Refusal("unprocessable", `${message}.`);
      const field = `meta.${key}`;
      warnings.add("unreadable_field", `${message}; it was left out.`, { field });
    } else if (metadata.has(key)) {
      const message = `"${key}" stands in meta and beside it; what stands in meta was left out.`;
      warnings.add("repeated_field", message, { field: `meta.${key}` });
    } else metadata.set(key, value);
  }
  return metadata;
}

type Titled = { title: string; text: string; blocks: Block[] };

function titledText(text: string, title: string | null): Titled {
  const blocks = paragraphsOf(text);
  if (title === null) return { title: checkTitle(titleFrom(text)), text, blocks };
  checkText(text, blocks);
  const [first, ...others] = blocks;
  if (first && new ArticleText(text).slice(first) === title) {
    return { title, text, blocks: [{ ...first, kind: "title" }, ...others] };
  }
  const body = text.replace(/^\n+/, "");
  const end = codePointLength(title);
  const by = end + 2 - (text.length - body.length);
  const below = blocks.map((block) => ({ ...block, start: block.start + by, end: block.end + by }));
  return {
    title,
    text: `${title}\n\n${body}`,
    blocks: [{ kind: "title", start: 0, end }, ...below],
  };
}

function verbatimText(
  text: string,
  title: string | null,
  given: unknown,
  warnings: Warnings,
): Titled {
  const whole = new ArticleText(text);
  const named = given == null ? null : readBlocks(given, whole, warnings);
  const blocks = named ?? foundBlocks(whole, title);
  const titled = blocks.find(({ kind }) => kind === "title");
  const own = title ?? (titled ? checkTitle(whole.slice(titled)) : null);
  return { title: titleFrom(text, own), text, blocks };
}

const FileBlock = z.looseObject({
  kind: z.string(),
  start: z.int(),
  end: z.int(),
  level: z.unknown().optional(),
});
type FileBlock = z.infer<typeof FileBlock>;

const Level = z.int().min(1).max(6);

/**
 * The blocks that a record names. Where they are no ranges of the text, in order and apart, all are left
 * out.
 *
 * @param warnings told of that, and of what else of them is not kept
 * @returns null if they were left out
 */
function readBlocks(given: unknown, text: ArticleText, warnings: Warnings): Block[] | null {
  let blocks: readonly FileBlock[];
  try {
    blocks = parse(z.array(FileBlock), given, "blocks");
    checkRanges(blocks, text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const message = `${error.message} All blocks were left out, and paragraphs found in the text.`;
    warnings.add("detail_left_out", message, { field: partOf(error, "blocks") });
    return null;
  }
  return blocks.map((block, index) => {
    const losses = new Losses(`blocks[${index}]`);
    losses.ofKeys("A block", block, FileBlock);
    const kept = blockOf(block, losses);
    losses.tell(warnings);
    return kept;
  });
}

/** @throws Refusal "unprocessable" */
function checkRanges(blocks: readonly FileBlock[], text: ArticleText): void {
  let before = 0;
  for (const [index, { start, end }] of blocks.entries()) {
    if (start < before || end <= start || end > text.length) {
      const field = `blocks[${index}]`;
      throw new Refusal(
        "unprocessable",
        `${field}: ${start}-${end} is no range of the text (${text.length} characters) after the block before it.`,
        { field },
      );
    }
    before = end;
  }
}

/** A block without what it cannot have here; of a kind that there is not, it is a paragraph. */
function blockOf({ kind: named, start, end, level }: FileBlock, losses: Losses): Block {
  const kind = blockKinds.find((one) => one === named) ?? "paragraph";
  if (kind !== named) {
    losses.add(`"${named.slice(0, 80)}" is no kind of block; it became a paragraph.`, "kind");
  }
  if (level == null) return { kind, start, end };
  const height = losses.orNull("level", () => {
    if (kind !== "heading") throw new Refusal("unprocessable", "Only a heading has a level.");
    return parse(Level, level, "level");
  });
  return height === null ? { kind, start, end } : { kind, start, end, level: height };
}

/** One record as a line. Its keys come in the order in which the record was made. */
export function writeJsonl(record: ArticleRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The same, or the record without its text, where texts are not to go out. */
export function writeRecord(
  record: ArticleRecord,
  _lost: LostInWriting,
  { texts }: DatasetAbout,
): string {
  if (texts !== false) return writeJsonl(record);
  return `${JSON.stringify(withoutText(record, new ArticleText(record.text)))}\n`;
}

/** Rows of a shape as lines: every key in each, in the order of the columns, so that loaders infer one type for it. */
export function rowLinesOf(shape: Shape): Writer & { kind: "file" } {
  const { loses, losesToo = [], hasTags = false } = shape;
  return {
    kind: "file",
    extension: ".jsonl",
    mediaType: "application/x-ndjson",
    write: (record, lost, about) => {
      const columns = shape.columns(about);
      const lines = shape.rows(record, lost, about).map((row) => {
        const cells = columns.map(({ name, type }) => [name, jsonCell(row[name] ?? null, type)]);
        return `${JSON.stringify(Object.fromEntries(cells))}\n`;
      });
      return lines.join("");
    },
    loses,
    losesToo,
    hasTags,
    mayOmitTexts: true,
  };
}

/** What differs from row to row is text, or loaders would take it for many types. */
function jsonCell(value: unknown, type: ColumnType): unknown {
  return type === "json" && value !== null ? JSON.stringify(value) : value;
}
