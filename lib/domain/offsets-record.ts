import { z } from "zod";
import { ArticleRecord } from "./record";
import { checkFragments, quoteOf } from "./span";
import { type ArticleText, type Block, codePointLength } from "./text";

/** What a record without its text calls itself: no reader takes it for one with a text. */
export const OFFSETS_SCHEMA = "gainsay.article/2.offsets";

/** The name of the file with its JSON Schema, in docs/schemas and below /api/v1/schemas. */
export const OFFSETS_SCHEMA_FILE = "gainsay.article-2.offsets.schema.json";

/** How the words of a title stand in the text. */
const titleForms = ["written", "cut", "one_line"] as const;

const TitleAt = z
  .strictObject({
    ...ArticleRecord.shape.blocks.element.pick({ start: true, end: true }).shape,
    as: z
      .enum(titleForms)
      .describe("As it is written there; cut, with … behind; or in one line, with single spaces."),
  })
  .describe("Where in the text the title stands, if it does: it is left out then.");
export type TitleAt = z.infer<typeof TitleAt>;

const { schema: _, title, text: __, spans, ...others } = ArticleRecord.shape;
const { id, version, source_id, ...behind } = others;

/**
 * A record without what repeats its text, for texts that may not be handed on. The text is known by its hash, and with
 * it the record can be made whole again. The order of the keys is part of the format.
 */
export const OffsetsRecord = z
  .strictObject({
    schema: z.literal(OFFSETS_SCHEMA),
    id,
    version,
    source_id,
    title: title.nullable().describe("Null where it stands in the text."),
    title_at: TitleAt.nullable(),
    ...behind,
    spans: z
      .array(spans.element.omit({ text: true }))
      .describe("Sorted by start, end, label, annotator, id."),
    relations: behind.relations,
    split: behind.split,
    meta: behind.meta,
  })
  .describe("One article version of a Gainsay dataset with its annotations, without its text.");
export type OffsetsRecord = z.infer<typeof OffsetsRecord>;

/** The JSON Schema (2020-12) of one line of a dataset without texts, published as docs/schemas. */
export function offsetsJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(OffsetsRecord);
  return { $schema, $id: `urn:gainsay:schema:${OFFSETS_SCHEMA}`, title: OFFSETS_SCHEMA, ...schema };
}

/** Where a title stands in a text; null where it does not. */
export function titleAt(
  title: string,
  text: ArticleText,
  blocks: readonly Block[],
): TitleAt | null {
  const block = blocks.find(({ kind }) => kind === "title");
  const words = block ? text.slice(block) : null;
  if (block && words === title) return { start: block.start, end: block.end, as: "written" };
  const found = placeOf(title, text);
  if (found) return { ...found, as: "written" };
  if (block && words !== null && inOneLine(words) === title) {
    return { start: block.start, end: block.end, as: "one_line" };
  }
  const cut = title.endsWith("…") ? placeOf(title.slice(0, -1), text) : null;
  return cut && { ...cut, as: "cut" };
}

function placeOf(words: string, text: ArticleText): { start: number; end: number } | null {
  const unit = words === "" ? -1 : text.value.indexOf(words);
  if (unit < 0) return null;
  const start = text.fromUtf16(unit);
  return { start, end: start + codePointLength(words) };
}

const inOneLine = (words: string) => words.replaceAll(/\s+/gu, " ").trim();

/** A record without its text. */
export function withoutText(record: ArticleRecord, text: ArticleText): OffsetsRecord {
  const { schema: _, id, version, source_id, title, text: __, spans, ...rest } = record;
  const { relations, split, meta, ...known } = rest;
  const at = titleAt(title, text, record.blocks);
  return {
    schema: OFFSETS_SCHEMA,
    id,
    version,
    source_id,
    title: at ? null : title,
    title_at: at,
    ...known,
    spans: spans.map(({ id, label, start, end, fragments, attributes, annotator }) => ({
      id,
      label,
      start,
      end,
      fragments,
      attributes,
      annotator,
    })),
    relations,
    split,
    meta,
  };
}

/**
 * The record of which {@link withoutText} was made, key for key.
 *
 * @param text whose hash is the record's
 * @throws Refusal "unprocessable" if a span does not lie in the text, or splits what is one character to its readers
 */
export function withText(offsets: OffsetsRecord, text: ArticleText): ArticleRecord {
  const { schema: _, id, version, source_id, title, title_at: at, spans, ...rest } = offsets;
  const { relations, split, meta, ...known } = rest;
  const { publisher, author, url, published_at, language, ...behind } = known;
  return {
    schema: "gainsay.article/2",
    id,
    version,
    source_id,
    title: at ? titleIn(text, at) : (title ?? ""),
    publisher,
    author,
    url,
    published_at,
    language,
    text: text.value,
    ...behind,
    spans: spans.map(({ id, label, start, end, fragments, attributes, annotator }) => {
      checkFragments(text, fragments);
      const quote = quoteOf(text, fragments);
      return { id, label, start, end, fragments, text: quote, attributes, annotator };
    }),
    relations,
    split,
    meta,
  };
}

function titleIn(text: ArticleText, { as, ...range }: TitleAt): string {
  const words = text.slice(range);
  if (as === "cut") return `${words}…`;
  return as === "one_line" ? inOneLine(words) : words;
}
