import { z } from "zod";
import { AttributeValues } from "./schemas";
import { type Attributes, hull, type Relation, type SetKind, type Span, setKinds } from "./span";
import { type Block, blockKinds, compareByUnit } from "./text";

/** What a dataset may hold: settled work, the reviewers' own, or every annotation set. */
export const layers = ["gold", "reviewers", "all"] as const;
export type Layer = (typeof layers)[number];

/** What goes out when nobody says which: gold where there is some, else the reviewers' work. */
export type UsualLayer = Exclude<Layer, "all">;

export const RECORD_SCHEMA = "gainsay.article/2";

/** The name of the file with its JSON Schema, in docs/schemas and below /api/v1/schemas. */
export const SCHEMA_FILE = "gainsay.article-2.schema.json";

const Offset = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const Pseudonym = z.string().regex(/^a[1-9][0-9]*$/);
const AttributesOf = AttributeValues.describe(
  "Of a choice or text a string, of several choices a list of strings, yes or no a boolean, else a number.",
);

/** A time of the dataset. All have milliseconds, or loaders take times with and without for two types. */
const Time = z.iso.datetime({ precision: 3 }).describe("In UTC, with milliseconds.");

/**
 * One article version of a dataset with its annotations. The order of the keys is part of the format,
 * so that the same data makes the same bytes.
 */
export const ArticleRecord = z
  .strictObject({
    schema: z.literal(RECORD_SCHEMA),
    id: z.guid().describe("Of the article: its versions have it in common."),
    version: z.int().min(1).describe("Which of the article's versions this is, from 1."),
    source_id: z.string().nullable().describe("What the source calls the article."),
    title: z.string().min(1),
    publisher: z.string().nullable(),
    author: z.string().nullable(),
    url: z.string().nullable(),
    published_at: Time.nullable(),
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
        level: z.int().min(1).max(6).exactOptional().describe("Of a heading."),
      }),
    ),
    layer: z.enum(layers),
    sets: z
      .array(
        z.strictObject({
          annotator: Pseudonym,
          kind: z.enum(setKinds),
          scheme_version: z.int().min(1),
          guideline_version: z.int().min(1).nullable(),
          revision: z.int().min(0).describe("How many changes were made in it."),
          submitted_at: Time.nullable(),
          updated_at: Time,
          note: z.string().describe("What the annotator wrote about the article."),
          attributes: AttributesOf.describe("Of the article itself."),
        }),
      )
      .describe("All annotation sets that are in, also those without a span; by annotator, kind."),
    spans: z
      .array(
        z.strictObject({
          id: z.guid(),
          label: z.string().min(1),
          start: Offset.describe("Of the first fragment."),
          end: Offset.describe("Of the last fragment."),
          fragments: z.array(z.strictObject({ start: Offset, end: Offset })).min(1),
          text: z.string().min(1).describe("The text of the fragments, joined by one space."),
          attributes: AttributesOf,
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
          attributes: AttributesOf,
          annotator: Pseudonym,
        }),
      )
      .describe("Sorted by type, from, to, annotator, id."),
    split: z.enum(["train", "dev", "test"]).nullable(),
    meta: z.record(z.string(), z.unknown()),
  })
  .describe("One article version of a Gainsay dataset with its annotations.");
export type ArticleRecord = z.infer<typeof ArticleRecord>;
type Written = ArticleRecord["sets"][number]["attributes"];

/** The JSON Schema (2020-12) of one line of a dataset, published as docs/schemas. */
export function recordJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(ArticleRecord);
  return { $schema, $id: `urn:gainsay:schema:${RECORD_SCHEMA}`, title: RECORD_SCHEMA, ...schema };
}

/** An article version as it goes into a dataset. */
export type RecordedArticle = {
  readonly id: string;
  readonly version: number;
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
  readonly kind: SetKind;
  readonly schemeVersion: number;
  /** Of the guidelines that its author went by when it was last submitted; null for none. */
  readonly guidelineVersion: number | null;
  readonly revision: number;
  readonly submittedAt: Date | null;
  readonly updatedAt: Date;
  readonly note: string;
  /** Of the article itself. */
  readonly attributes: Attributes;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** Puts an article version and the annotation sets on it into the form of the dataset, in its order. */
export function articleRecord(
  article: RecordedArticle,
  sets: readonly RecordedSet[],
  layer: Layer,
): ArticleRecord {
  return {
    schema: RECORD_SCHEMA,
    id: article.id,
    version: article.version,
    source_id: article.sourceId,
    title: article.title,
    publisher: article.publisher,
    author: article.author,
    url: article.url,
    published_at: article.publishedAt?.toISOString() ?? null,
    language: article.language,
    text: article.text,
    text_sha256: article.textSha256,
    offset_unit: "code_point",
    blocks: article.blocks.map(({ kind, start, end, level }) =>
      level === undefined ? { kind, start, end } : { kind, start, end, level },
    ),
    layer,
    sets: sets
      .toSorted((a, b) => a.annotator - b.annotator || compareByUnit(a.kind, b.kind))
      .map(aboutSet),
    spans: spansOf(sets),
    relations: relationsOf(sets),
    split: null,
    meta: { ...article.meta },
  };
}

/** The name under which an annotator is known outside. */
export function pseudonym(annotator: number): string {
  return `a${annotator}`;
}

function aboutSet(set: RecordedSet): ArticleRecord["sets"][number] {
  return {
    annotator: pseudonym(set.annotator),
    kind: set.kind,
    scheme_version: set.schemeVersion,
    guideline_version: set.guidelineVersion,
    revision: set.revision,
    submitted_at: set.submittedAt?.toISOString() ?? null,
    updated_at: set.updatedAt.toISOString(),
    note: set.note,
    attributes: set.attributes as Written, // read only here too
  };
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
          attributes: attributes as Written, // read only here too
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
      relation: {
        id,
        type,
        from,
        to,
        attributes: attributes as Written, // as above
        annotator: pseudonym(annotator),
      },
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
  /** Lines: article versions with a set in it, and every other article in its current version. */
  readonly records: number;
  readonly sets: number;
  readonly spans: number;
};

/** What datasets of a project would hold, by layer. */
export type DatasetPreview = {
  /** All of the project, or those that it is narrowed to. */
  readonly articles: number;
  /** Everybody who annotates in the project, by pseudonym. */
  readonly annotators: readonly string[];
  /** The layer that goes out if none is asked for. */
  readonly usual: UsualLayer;
  readonly layers: Readonly<
    Record<Layer, { readonly finished: DatasetSize; readonly withOpen: DatasetSize }>
  >;
};
