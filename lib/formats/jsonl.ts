import { z } from "zod";
import {
  type IncomingArticle,
  MAX_ARTICLE_BYTES,
  paragraphsOf,
  titleFrom,
} from "@/lib/domain/article";
import { type ArticleRecord, RECORD_SCHEMA } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import {
  ArticleText,
  type Block,
  blockKinds,
  checkStorable,
  decodeUtf8,
  textOrBadByte,
} from "@/lib/domain/text";
import { parse, readAnnotations } from "./annotations";
import { checkText, checkTitle } from "./blocks";
import { linesOf, mebibytes, readAll } from "./bytes";
import { parseJsonText } from "./json";
import { fieldOf, isKnown, nameOf, readMetadata } from "./metadata";
import {
  type ReadArticle,
  type ReadContext,
  type ReadItem,
  rejectionOf,
  type SourceFile,
} from "./source-file";
import { Warnings } from "./warnings";

/** What our own records call themselves: today's, and those that went out before. */
const SCHEMAS: readonly unknown[] = [RECORD_SCHEMA, "gainsay.article/1"];

/**
 * The longest line, in bytes. A record repeats its text in its spans, so it may be longer than the
 * longest article.
 */
export const MAX_LINE = 4 * MAX_ARTICLE_BYTES;

/** Reads one article a line. A bad line is rejected, and the next one read. */
export async function* readJsonl(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  let skip = context.skip ?? 0;
  for await (const { number, offset, length, bytes } of linesOf(file.stream, MAX_LINE)) {
    if (bytes !== null && isBlank(bytes)) continue;
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    try {
      if (bytes === null) {
        throw new Refusal(
          "too_large",
          `The line has ${length} bytes; it may have ${mebibytes(MAX_LINE)}.`,
        );
      }
      const record = parseJsonText(decodeLine(bytes, offset));
      yield { ...recordArticle(record, context), path: file.path, line: number, wholeFile: false };
    } catch (error) {
      yield rejectionOf(error, file.path, number);
    }
  }
}

/** Reads a JSON file that holds one record, or a list of them. */
export async function* readJson(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  const value = parseJsonText(decodeUtf8(await readAll(file.stream, MAX_LINE)));
  const records: unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, record] of records.entries()) {
    if (index < (context.skip ?? 0)) continue;
    try {
      yield {
        ...recordArticle(record, context),
        path: file.path,
        line: null,
        wholeFile: !Array.isArray(value),
      };
    } catch (error) {
      const { reason, ...rejection } = rejectionOf(error, file.path);
      const which = Array.isArray(value) ? `Article ${index + 1} of the list: ` : "";
      yield { ...rejection, reason: which + reason };
    }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length < 200 && bytes.every((byte) => byte === 32 || byte === 9);
}

/** Decodes one line; a bad byte is told by its place in the file. */
function decodeLine(bytes: Uint8Array, offset: number): string {
  const text = textOrBadByte(bytes);
  if (typeof text === "string") return text;
  const { byte, value } = text;
  const what =
    value === "00" ? "A NUL character cannot be stored" : `This is not UTF-8 (0x${value})`;
  throw new Refusal("unprocessable", `${what}: byte ${offset + byte} of the file.`, {
    column: byte + 1,
  });
}

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
 * @throws Refusal "unprocessable"; its message names the field
 */
export function recordArticle(
  record: unknown,
  { scheme, sha256, strict }: ReadContext,
): Pick<ReadArticle, "kind" | "recordId" | "ours" | "version" | "article" | "warnings"> {
  const warnings = new Warnings({ strict });
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw new Refusal("unprocessable", `An article must be an object, but is ${nameOf(record)}.`);
  }
  const fields = new Map<string, unknown>(Object.entries(record));
  const own = SCHEMAS.includes(fields.get("schema"));
  checkDialect(fields.get("schema"), fields.get("offset_unit"));
  const given = readMetadata(metadataOf(fields, own), {
    dialect: own ? "ours" : "record",
    warnings,
  });
  const recordId = fieldOf("id", fields.get("id"), undefined);
  const source = fields.get("text");
  if (typeof source !== "string") {
    const what = source === undefined ? "missing" : nameOf(source);
    throw new Refusal("unprocessable", `text must be text, but is ${what}.`);
  }
  checkStorable(source, "text");
  const hash = fields.get("text_sha256");
  if (hash != null && hash !== sha256(source)) {
    throw new Refusal("unprocessable", "text_sha256 is not the hash of the text.");
  }
  const annotated = {
    spans: fields.get("spans"),
    relations: fields.get("relations"),
    annotators: fields.get("annotators"),
    sets: own ? fields.get("sets") : undefined,
  };
  const verbatim = [annotated.spans, annotated.relations, fields.get("blocks")].some(
    (value) => value != null,
  );
  const { title, text, blocks } = verbatim
    ? verbatimText(source, given.title, fields.get("blocks"))
    : titledText(source.replace(/\r\n?/g, "\n"), given.title);
  checkText(text, blocks);
  const annotations = verbatim
    ? readAnnotations(annotated, { text: new ArticleText(text), scheme, warnings })
    : [];
  const sourceId = given.sourceId ?? (own ? null : recordId);
  const article: IncomingArticle = { ...given, sourceId, title, text, blocks, annotations };
  const version = own ? parse(Version, fields.get("version") ?? null, "version") : null;
  return { kind: "article", recordId, ours: own, version, article, warnings: warnings.list() };
}

/** With room for versions that come after, below what PostgreSQL counts to. */
const Version = z.int().min(1).max(1_000_000_000).nullable();

function checkDialect(schema: unknown, unit: unknown): void {
  if (typeof schema === "string" && schema.startsWith("gainsay.") && !SCHEMAS.includes(schema)) {
    throw new Refusal("unprocessable", `Records of ${schema.slice(0, 80)} are not known here.`);
  }
  if (unit != null && unit !== "code_point") {
    throw new Refusal("unprocessable", "offset_unit must be code_point: offsets count those.");
  }
}

function metadataOf(fields: ReadonlyMap<string, unknown>, own: boolean): Map<string, unknown> {
  const metadata = new Map<string, unknown>();
  for (const [key, value] of fields) {
    if (structure.has(key) || (own && ownStructure.has(key))) continue;
    metadata.set(key, value);
  }
  const meta = fields.get("meta");
  if (meta == null) return metadata;
  if (typeof meta !== "object" || Array.isArray(meta)) {
    throw new Refusal("unprocessable", `meta must be an object, but is ${nameOf(meta)}.`);
  }
  for (const [key, value] of Object.entries(meta)) {
    // A key of `meta` that is also a field's name would be taken for the field.
    if (isKnown(key)) {
      throw new Refusal("unprocessable", `meta.${key} belongs outside meta.`);
    }
    metadata.set(key, value);
  }
  return metadata;
}

type Titled = { title: string; text: string; blocks: Block[] };

function titledText(text: string, title: string | null): Titled {
  const blocks = paragraphsOf(text);
  if (title === null) return { title: checkTitle(titleFrom(text)), text, blocks };
  checkText(text, blocks);
  const [first] = blocks;
  const repeated = first && new ArticleText(text).slice(first) === title;
  const titled = repeated ? text : `${title}\n\n${text.replace(/^\n+/, "")}`;
  return { title, text: titled, blocks: foundBlocks(new ArticleText(titled), title) };
}

function verbatimText(text: string, title: string | null, given: unknown): Titled {
  const whole = new ArticleText(text);
  const blocks = given == null ? foundBlocks(whole, title) : readBlocks(given, whole);
  const titled = blocks.find(({ kind }) => kind === "title");
  const shown = title ?? (titled ? checkTitle(whole.slice(titled)) : titleFrom(text));
  return { title: shown, text, blocks };
}

function foundBlocks(text: ArticleText, title: string | null): Block[] {
  return paragraphsOf(text.value).map((block, index): Block => {
    const isTitle = index === 0 && text.slice(block).trim() === title;
    return isTitle ? { ...block, kind: "title" } : block;
  });
}

const FileBlocks = z.array(
  z.strictObject({
    kind: z.enum(blockKinds),
    start: z.int(),
    end: z.int(),
    level: z.int().min(1).max(6).optional(),
  }),
);

/** @throws Refusal "unprocessable" unless they are ranges of the text, in order and apart */
function readBlocks(given: unknown, text: ArticleText): Block[] {
  let before = 0;
  return parse(FileBlocks, given, "blocks").map(({ level, ...block }, index) => {
    const { start, end, kind } = block;
    if (start < before || end <= start || end > text.length) {
      throw new Refusal(
        "unprocessable",
        `blocks[${index}]: ${start}-${end} is no range of the text (${text.length} characters) after the block before it.`,
      );
    }
    if (level !== undefined && kind !== "heading") {
      throw new Refusal("unprocessable", `blocks[${index}]: only a heading has a level.`);
    }
    before = end;
    return level === undefined ? block : { ...block, level };
  });
}

/** One record as a line. Its keys come in the order in which the record was made. */
export function writeJsonl(record: ArticleRecord): string {
  return `${JSON.stringify(record)}\n`;
}
