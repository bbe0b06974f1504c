import { z } from "zod";
import { hull, type Relation, type Span } from "./span";
import { type Block, blockKinds, compareByUnit } from "./text";

/** What a dataset may hold: settled work, the reviewers' own, or every annotation set. */
export const layers = ["gold", "reviewers", "all"] as const;
export type Layer = (typeof layers)[number];

/** How a dataset may be written. */

export const RECORD_SCHEMA = "gainsay.article/1";

/** The name of the file with its JSON Schema, in docs/schemas and below /api/v1/schemas. */
export const SCHEMA_FILE = "gainsay.article-1.schema.json";

const Offset = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const Pseudonym = z.string().regex(/^a[1-9][0-9]*$/);
const Attributes = z.record(z.string(), z.string());

/**
 * One article of a dataset with its annotations (DESIGN 10). The order of the keys is part of the
 * format, so that the same data makes the same bytes.
 */
export const ArticleRecord = z
  .strictObject({
    schema: z.literal(RECORD_SCHEMA),
    id: z.guid(),
    source_id: z.string().nullable().describe("What the source calls the article."),
    title: z.string().min(1),
    publisher: z.string().nullable(),
    author: z.string().nullable(),
    url: z.string().nullable(),
    published_at: z.iso.datetime().nullable().describe("In UTC."),
    language: z.string().nullable(),
    text: z.string().min(1),
    text_sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe("SHA-256 of the text's UTF-8 bytes."),
    offset_unit: z
      .literal("code_point")
      .describe("All offsets count Unicode code points of the text, from 0, ends exclusive."),
    blocks: z.array(
      z.strictObject({
        kind: z.enum(blockKinds),
        start: Offset,
        end: Offset,
        level: z.int().min(1).max(6).optional().describe("Of a heading."),
      }),
    ),
    layer: z.enum(layers),
    annotators: z.array(Pseudonym).describe("Whose sets are in, also those without a span."),
    spans: z
      .array(
        z.strictObject({
          id: z.guid(),
          label: z.string().min(1),
          start: Offset.describe("Of the first fragment."),
          end: Offset.describe("Of the last fragment."),
          fragments: z.array(z.strictObject({ start: Offset, end: Offset })).min(1),
          text: z.string().min(1).describe("The text of the fragments, joined by one space."),
          attributes: Attributes,
          annotator: Pseudonym,
        }),
      )
      .describe("Sorted by start, end, label, annotator, id."),
    relations: z
      .array(
        z.strictObject({
          id: z.guid(),
          type: z.string().min(1),
          from: z.guid().describe("The id of a span."),
          to: z.guid().describe("The id of a span."),
          attributes: Attributes,
          annotator: Pseudonym,
        }),
      )
      .describe("Sorted by type, from, to, annotator, id."),
    split: z.enum(["train", "dev", "test"]).nullable(),
    meta: z.record(z.string(), z.unknown()),
  })
  .describe("One article of a Gainsay dataset with its annotations.");
export type ArticleRecord = z.infer<typeof ArticleRecord>;

/** The JSON Schema (2020-12) of one line of a dataset, published as docs/schemas. */
export function recordJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(ArticleRecord);
  return { $schema, $id: `urn:gainsay:schema:${RECORD_SCHEMA}`, title: RECORD_SCHEMA, ...schema };
}

/** An article version as it goes into a dataset. */
export type RecordedArticle = {
  readonly id: string;
  readonly sourceId: string | null;
  readonly title: string;
  readonly publisher: string | null;
  readonly author: string | null;
  readonly url: string | null;
  readonly publishedAt: Date | null;
  readonly language: string | null;
  readonly text: string;
  readonly textSha256: string;
  readonly blocks: readonly Block[];
  readonly meta: Readonly<Record<string, unknown>>;
};

/** What one annotator made of it. `annotator` is the number in the project. */
export type RecordedSet = {
  readonly annotator: number;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** Puts an article and its annotation sets into the form of the dataset, in its order. */
export function articleRecord(
  article: RecordedArticle,
  sets: readonly RecordedSet[],
  layer: Layer,
): ArticleRecord {
  const annotators = [...new Set(sets.map(({ annotator }) => annotator))].sort((a, b) => a - b);
  return {
    schema: RECORD_SCHEMA,
    id: article.id,
    source_id: article.sourceId,
    title: article.title,
    publisher: article.publisher,
    author: article.author,
    url: article.url,
    published_at: article.publishedAt && timeOf(article.publishedAt),
    language: article.language,
    text: article.text,
    text_sha256: article.textSha256,
    offset_unit: "code_point",
    blocks: article.blocks.map(({ kind, start, end, level }) =>
      level === undefined ? { kind, start, end } : { kind, start, end, level },
    ),
    layer,
    annotators: annotators.map(pseudonym),
    spans: spansOf(sets),
    relations: relationsOf(sets),
    split: null,
    meta: { ...article.meta },
  };
}

/** The name under which an annotator is known outside. */
function pseudonym(annotator: number): string {
  return `a${annotator}`;
}

/** "2024-07-30T14:35:34Z", with milliseconds only where there are some. */
function timeOf(time: Date): string {
  return time.toISOString().replace(".000Z", "Z");
}

function spansOf(sets: readonly RecordedSet[]): ArticleRecord["spans"] {
  const sorted: { annotator: number; span: ArticleRecord["spans"][number] }[] = [];
  for (const { annotator, spans } of sets) {
    const name = pseudonym(annotator);
    for (const { id, label, fragments, quote, attributes } of spans) {
      const { start, end } = hull(fragments);
      sorted.push({
        annotator,
        span: {
          id,
          label,
          start,
          end,
          fragments: fragments as ArticleRecord["spans"][number]["fragments"], // read only here too
          text: quote,
          attributes,
          annotator: name,
        },
      });
    }
  }
  sorted.sort(
    (a, b) =>
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compareByUnit(a.span.label, b.span.label) ||
      a.annotator - b.annotator ||
      compareByUnit(a.span.id, b.span.id),
  );
  return sorted.map(({ span }) => span);
}

function relationsOf(sets: readonly RecordedSet[]): ArticleRecord["relations"] {
  const sorted = sets.flatMap(({ annotator, relations }) =>
    relations.map(({ id, type, from, to, attributes }) => ({
      annotator,
      relation: { id, type, from, to, attributes, annotator: pseudonym(annotator) },
    })),
  );
  sorted.sort(
    (a, b) =>
      compareByUnit(a.relation.type, b.relation.type) ||
      compareByUnit(a.relation.from, b.relation.from) ||
      compareByUnit(a.relation.to, b.relation.to) ||
      a.annotator - b.annotator ||
      compareByUnit(a.relation.id, b.relation.id),
  );
  return sorted.map(({ relation }) => relation);
}

/** How much a dataset holds. */
export type DatasetSize = {
  /** Articles that have at least one set in it. */
  readonly annotated: number;
  readonly sets: number;
  readonly spans: number;
};

/** What datasets of a project would hold, by layer. */
export type DatasetPreview = {
  readonly articles: number;
  readonly layers: Readonly<
    Record<Layer, { readonly finished: DatasetSize; readonly withOpen: DatasetSize }>
  >;
};
