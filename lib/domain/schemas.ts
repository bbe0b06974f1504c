// The shapes of schemes, operations and warnings: what validates them, and the only place that says what they
// consist of. The rules (scheme.ts, operation.ts) take the types alone, because a page judges
// operations by them and has no need of what validates.
import { z } from "zod";
import { warningCodes } from "./imports";
import {
  MAX_ATTRIBUTE_LENGTH,
  MAX_BATCH,
  MAX_FRAGMENTS,
  MAX_INT,
  MAX_LABELS,
  MAX_NOTE_LENGTH,
} from "./limits";

/** What a schema lets through, as nobody changes it afterwards. */
export type Shape<Schema extends z.ZodType> = Unchanging<z.output<Schema>>;

type Unchanging<T> = T extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanging<T[Key]> }
    : T;

/** A name in a scheme. */
const SchemeName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

/** What attributes of every kind have. */
const attribute = {
  name: SchemeName,
  /** A set that lacks it on a span cannot be submitted. */
  required: z.boolean().optional(),
};

/** An attribute of a label: one of some values, or free text. `default` is what a new span has. */
export const AttributeRule = z.discriminatedUnion("type", [
  z
    .strictObject({
      ...attribute,
      type: z.literal("choice"),
      values: z.array(SchemeName).min(1).max(50),
      default: SchemeName.optional(),
    })
    .refine((rule) => rule.default === undefined || rule.values.includes(rule.default), {
      error: "The default is none of the values",
      path: ["default"],
    }),
  z.strictObject({
    ...attribute,
    type: z.literal("text"),
    default: z.string().min(1).max(MAX_ATTRIBUTE_LENGTH).optional(),
  }),
]);
export type AttributeRule = Shape<typeof AttributeRule>;

export const LabelRule = z.strictObject({
  name: SchemeName,
  /** The key that sets the label, if it has one, and the letter drawn beside it. */
  key: z
    .string()
    .regex(/^[1-9]$/)
    .optional(),
  letter: z.string().regex(/^\p{Lu}$/u),
  /** Whether two spans of this label in one set may share characters; spans of different labels may. */
  overlap: z.boolean(),
  attributes: z.array(AttributeRule).max(30),
});
export type LabelRule = Shape<typeof LabelRule>;

export const RelationRule = z.strictObject({
  name: SchemeName,
  from: z.array(SchemeName).min(1),
  to: z.array(SchemeName).min(1),
  symmetric: z.boolean(),
});
export type RelationRule = Shape<typeof RelationRule>;

/** What may be marked in a project: labels with their attributes, and relation types. */
export const Scheme = z.strictObject({
  labels: z.array(LabelRule).min(1).max(MAX_LABELS),
  relations: z.array(RelationRule).max(30),
});
export type Scheme = Shape<typeof Scheme>;

/** A scheme as a database may have it: labels say whether they may overlap since there is a choice. */
export const StoredScheme = Scheme.extend({
  labels: z
    .array(LabelRule.partial({ overlap: true }))
    .min(1)
    .max(MAX_LABELS),
});
export type StoredScheme = Shape<typeof StoredScheme>;

/** UUIDs are compared as text, so there is one way to write each. */
const Id = z.uuid().toLowerCase();
const Offset = z.number().int().min(0).max(MAX_INT);
const Fragments = z
  .array(z.strictObject({ start: Offset, end: Offset }))
  .min(1)
  .max(MAX_FRAGMENTS);
const Name = z.string().min(1).max(63);
const Quote = z.string().max(5_000_000);
const AttributeValues = z.record(z.string().max(63), z.string());

/** Values to set; null takes a value away. What is not named stays. */
const AttributePatch = z.record(z.string().max(63), z.string().nullable());

export const SpanShape = z.strictObject({
  id: Id,
  label: Name,
  fragments: Fragments,
  quote: Quote,
  attributes: AttributeValues,
});

export const RelationShape = z.strictObject({
  id: Id,
  type: Name,
  from: Id,
  to: Id,
  attributes: AttributeValues,
});

/** One change to an annotation set, as it is sent, stored and shown in the history (DESIGN 5). */
export const Operation = z.discriminatedUnion("type", [
  z.strictObject({ id: Id, type: z.literal("add_span"), span: SpanShape }),
  z.strictObject({
    id: Id,
    type: z.literal("edit_span"),
    span: z.strictObject({
      id: Id,
      label: Name.optional(),
      fragments: Fragments.optional(),
      quote: Quote.optional(),
      attributes: AttributePatch.optional(),
    }),
  }),
  z.strictObject({ id: Id, type: z.literal("remove_span"), span: z.strictObject({ id: Id }) }),
  z.strictObject({ id: Id, type: z.literal("add_relation"), relation: RelationShape }),
  z.strictObject({
    id: Id,
    type: z.literal("edit_relation"),
    relation: z.strictObject({
      id: Id,
      type: Name.optional(),
      from: Id.optional(),
      to: Id.optional(),
      attributes: AttributePatch.optional(),
    }),
  }),
  z.strictObject({
    id: Id,
    type: z.literal("remove_relation"),
    relation: z.strictObject({ id: Id }),
  }),
  z.strictObject({
    id: Id,
    type: z.literal("set_article_note"),
    note: z.string().max(MAX_NOTE_LENGTH),
  }),
]);
export type Operation = Shape<typeof Operation>;

/**
 * Names the last operation of a set's history, and with it all before it: its id, and when it was
 * applied, since a client may send an operation to a restored database once more.
 */
export const HistoryHead = z.templateLiteral([z.uuid(), "@", z.iso.datetime({ precision: 3 })]);
export type HistoryHead = Shape<typeof HistoryHead>;

/** What a client sends: operations in order, made against a revision of the set. */
export const OperationBatch = z.strictObject({
  revision: z.number().int().min(0).max(MAX_INT),
  /** Of the history that the client knows: refused with "other_history" if the set has not had it. */
  head: HistoryHead.nullish(),
  operations: z.array(Operation).min(1).max(MAX_BATCH),
});
export type OperationBatch = Shape<typeof OperationBatch>;

/** A piece of a text or a title around what was searched for. */
export const Excerpt = z.strictObject({
  text: z.string(),
  /** In code points of `text`. */
  highlights: z.array(z.strictObject({ start: z.number().int(), end: z.number().int() })),
});
export type Excerpt = Shape<typeof Excerpt>;

/** Something of an article that was not read as its file has it; the article is in all the same. */
export const ImportWarning = z.strictObject({
  code: z.enum(warningCodes),
  /** A sentence for people. */
  message: z.string(),
  /** 1-based; null where it is not known, or is the item's. */
  line: z.number().int().nullable(),
  /** The key or part that is meant, such as `published_at` or `spans[3]`. */
  field: z.string().nullable(),
});
export type ImportWarning = Shape<typeof ImportWarning>;
