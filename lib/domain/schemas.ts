// The shapes of schemes, operations and warnings: what validates them, and the only place that says what they
// consist of. The rules (scheme.ts, operation.ts) take the types alone, because a page judges
// operations by them and has no need of what validates.
import { z } from "zod";
import {
  columnMeanings,
  encodings,
  offsetUnits,
  tableDelimiters,
  tableQuotes,
  warningCodes,
} from "./imports";
import { LABEL_STYLES } from "./label-style";
import {
  MAX_ATTRIBUTE_LENGTH,
  MAX_ATTRIBUTES,
  MAX_BATCH,
  MAX_CHOICES,
  MAX_DECISION_SOURCES,
  MAX_DECISION_SPANS,
  MAX_DEFINITION_LENGTH,
  MAX_EXAMPLES,
  MAX_FRAGMENTS,
  MAX_GROUP_LENGTH,
  MAX_INT,
  MAX_LABELS,
  MAX_NOTE_LENGTH,
  MAX_REASON_OF_DECISION,
  MAX_RELATION_TYPES,
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

/** What a label, a relation or an attribute means, for those who annotate. */
const Definition = z.string().max(MAX_DEFINITION_LENGTH).optional();

/** The values of a choice, in the order in which they are offered. */
const Choices = z
  .array(SchemeName)
  .min(1)
  .max(MAX_CHOICES)
  .refine((values) => new Set(values).size === values.length, { error: "A value is there twice" });

/** What attributes of every kind have. */
const attribute = {
  name: SchemeName,
  definition: Definition,
  /** A set that lacks it cannot be submitted, where it is shown. */
  required: z.boolean().optional(),
  /** It is shown only where another attribute, one before it, has a value, or one of these. */
  only_if: z
    .strictObject({
      attribute: SchemeName,
      values: z
        .array(z.union([SchemeName, z.boolean()]))
        .min(1)
        .max(MAX_CHOICES)
        .optional(),
    })
    .optional(),
};

/** An attribute of a label, a relation or an article. `default` is what a new span or relation has. */
export const AttributeRule = z.discriminatedUnion("type", [
  z
    .strictObject({
      ...attribute,
      /** One of some values. */
      type: z.literal("choice"),
      values: Choices,
      default: SchemeName.optional(),
    })
    .refine((rule) => rule.default === undefined || rule.values.includes(rule.default), {
      error: "The default is none of the values",
      path: ["default"],
    }),
  z
    .strictObject({
      ...attribute,
      /** Several of some values: a list of at least one, each once, in their order. */
      type: z.literal("choices"),
      values: Choices,
      default: z.array(SchemeName).min(1).max(MAX_CHOICES).optional(),
    })
    .refine(({ values, default: given = [] }) => given.every((value) => values.includes(value)), {
      error: "The default is none of the values",
      path: ["default"],
    }),
  z.strictObject({
    ...attribute,
    /** Yes or no, written as true or false. */
    type: z.literal("boolean"),
    default: z.boolean().optional(),
  }),
  z
    .strictObject({
      ...attribute,
      type: z.literal("number"),
      /** The least and the greatest it may be; none for no limit. */
      min: z.number().optional(),
      max: z.number().optional(),
      /** Whether it has to be a whole one. */
      integer: z.boolean().optional(),
      default: z.number().optional(),
    })
    .refine(({ min = -Infinity, max = Infinity }) => min <= max, {
      error: "The least is greater than the greatest",
      path: ["min"],
    })
    .refine(
      ({ min = -Infinity, max = Infinity, integer = false, default: given }) =>
        given === undefined ||
        (given >= min && given <= max && (!integer || Number.isInteger(given))),
      { error: "The default is not within the limits", path: ["default"] },
    ),
  z.strictObject({
    ...attribute,
    type: z.literal("text"),
    default: z.string().min(1).max(MAX_ATTRIBUTE_LENGTH).optional(),
  }),
]);
export type AttributeRule = Shape<typeof AttributeRule>;

/** Each name once; what an attribute depends on comes before it. */
const AttributeRules = z
  .array(AttributeRule)
  .max(MAX_ATTRIBUTES)
  .check(({ value: rules, issues }) => {
    const before = new Set<string>();
    rules.forEach(({ name, only_if: condition }, index) => {
      const refuse = (message: string, ...path: string[]) =>
        issues.push({ code: "custom", message, path: [index, ...path], input: rules });
      if (before.has(name)) refuse(`The attribute "${name}" is there twice`, "name");
      if (condition && !before.has(condition.attribute)) {
        refuse(`No attribute "${condition.attribute}" comes before it`, "only_if", "attribute");
      }
      before.add(name);
    });
  });

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
  attributes: AttributeRules,
  /** What it is listed under, in a scheme with many. */
  group: z.string().min(1).max(MAX_GROUP_LENGTH).optional(),
  definition: Definition,
  /** Passages that have it, in whatever words make it clear. */
  examples: z.array(z.string().min(1).max(MAX_DEFINITION_LENGTH)).max(MAX_EXAMPLES).optional(),
  /** Its colour and line, as label-style.ts numbers them; that of its place in the scheme where it says none. */
  style: z.number().int().min(1).max(LABEL_STYLES).optional(),
});
export type LabelRule = Shape<typeof LabelRule>;

/** How many relations of a type one span may have, at the end they lead from and at the one they lead to. */
export const cardinalities = ["many_to_many", "many_to_one", "one_to_many", "one_to_one"] as const;
export type Cardinality = (typeof cardinalities)[number];

export const RelationRule = z.strictObject({
  name: SchemeName,
  from: z.array(SchemeName).min(1),
  to: z.array(SchemeName).min(1),
  symmetric: z.boolean(),
  /** "many_to_one": from many spans to one each; a span has at most one that leads from it. Many by default. */
  cardinality: z.enum(cardinalities).optional(),
  /** Whether no chain of them may lead back to where it began. */
  acyclic: z.boolean().optional(),
  attributes: AttributeRules,
  definition: Definition,
});
export type RelationRule = Shape<typeof RelationRule>;

/** What may be marked in a project: labels and relation types with their attributes, and those of an article. */
export const Scheme = z.strictObject({
  labels: z.array(LabelRule).min(1).max(MAX_LABELS),
  relations: z.array(RelationRule).max(MAX_RELATION_TYPES),
  article: AttributeRules,
});
export type Scheme = Shape<typeof Scheme>;

/** A scheme as a database or a file may have it: what older ones do not say is as it was then. */
export const StoredScheme = Scheme.extend({
  labels: z
    .array(LabelRule.partial({ overlap: true }))
    .min(1)
    .max(MAX_LABELS),
  relations: z.array(RelationRule.partial({ attributes: true })).max(MAX_RELATION_TYPES),
  article: AttributeRules.optional(),
});
export type StoredScheme = Shape<typeof StoredScheme>;

/** What becomes of the values of one attribute: of a label's, a relation type's, or, with neither, the article's. */
const AttributeMapping = z
  .strictObject({
    label: SchemeName.optional(),
    relation: SchemeName.optional(),
    name: SchemeName,
    /** Null for one that is left out. */
    becomes: SchemeName.nullable(),
    /** By what they were; those that are not named stay as they are, and null is left out. */
    values: z.record(SchemeName, SchemeName.nullable()).default({}),
  })
  .refine(({ label, relation }) => label === undefined || relation === undefined, {
    error: "An attribute is of a label or of a relation type",
  });
export type AttributeMapping = Shape<typeof AttributeMapping>;

/**
 * What becomes of the names of a scheme in its next version. What is not named keeps its name, and is left
 * out where the next version has none such.
 */
export const SchemeMapping = z.strictObject({
  labels: z.record(SchemeName, SchemeName.nullable()).default({}),
  relations: z.record(SchemeName, SchemeName.nullable()).default({}),
  attributes: z.array(AttributeMapping).max(2_000).default([]),
});
export type SchemeMapping = Shape<typeof SchemeMapping>;

/** UUIDs are compared as text, so there is one way to write each. */
const Id = z.uuid().toLowerCase();
const Offset = z.number().int().min(0).max(MAX_INT);
const Fragments = z
  .array(z.strictObject({ start: Offset, end: Offset }))
  .min(1)
  .max(MAX_FRAGMENTS);
const Name = z.string().min(1).max(63);
const Quote = z.string().max(5_000_000);

/** Of a choice or text a string, of several choices a list of them, yes or no a boolean, else a number. */
export const AttributeValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()).min(1).max(MAX_CHOICES),
]);
export type AttributeValue = Shape<typeof AttributeValue>;

export const AttributeValues = z.record(z.string().max(63), AttributeValue);

/** Values to set; null takes a value away. What is not named stays. */
const AttributePatch = z.record(z.string().max(63), AttributeValue.nullable());
export type AttributePatch = Shape<typeof AttributePatch>;

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

/** A reviewer's span, of whatever set. */
export const SourceShape = z.strictObject({ set: Id, span: Id });

/** What became of a source: it was like others', taken as it is, put together, changed, or left out. */
export const outcomes = ["agreed", "accepted", "merged", "edited", "rejected"] as const;
export type Outcome = (typeof outcomes)[number];

/** What a curator, or a rule of theirs, made of some reviewers' spans in a gold set. */
export const DecisionShape = z.strictObject({
  id: Id,
  /** Sorted by set and then by span, each once. */
  sources: z.array(SourceShape).min(1).max(MAX_DECISION_SOURCES),
  outcome: z.enum(outcomes),
  /** Of the gold set: what it came to; none just where they are rejected. */
  spans: z.array(Id).max(MAX_DECISION_SPANS),
  reason: z.string().max(MAX_REASON_OF_DECISION),
});

/** From how many of the reviewers on the same passage a span comes into gold by itself. */
export const AdjudicationRule = z.strictObject({
  /** Of those who have submitted the article. */
  needed: z.union([z.number().int().min(1).max(1000), z.enum(["all", "majority"])]),
  /** "strict": the same label and words; "partial": the same label, and words that overlap. */
  match: z.enum(["strict", "partial"]),
});
export type AdjudicationRule = Shape<typeof AdjudicationRule>;

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
  z.strictObject({ id: Id, type: z.literal("add_decision"), decision: DecisionShape }),
  z.strictObject({
    id: Id,
    type: z.literal("remove_decision"),
    decision: z.strictObject({ id: Id }),
  }),
  z.strictObject({
    id: Id,
    type: z.literal("set_article_note"),
    note: z.string().max(MAX_NOTE_LENGTH),
  }),
  z.strictObject({
    id: Id,
    type: z.literal("set_article_attributes"),
    attributes: AttributePatch,
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

/** What a column or a sheet is called, of which something can be said and kept. */
const Named = z
  .string()
  .max(1000)
  .regex(/^[^\0\p{Surrogate}]*$/u);

const ForeignName = z.string().min(1).max(200);
const Names = z.record(ForeignName, z.string().min(1).max(63).nullable()).default({});

/**
 * What names of a file stand for here, by kind. With null, what has the name is left out; with "+", the name is
 * added to the scheme, which is done before anything is read.
 */
export const NameMapping = z.strictObject({ label: Names, relation: Names, attribute: Names });
export type NameMapping = Shape<typeof NameMapping>;

/** What is said of how a table is read; null where that is found out. */
export const TableReading = z.strictObject({
  /** What columns are taken for, by their names; null for one that is left out. Others are found out. */
  columns: z.record(Named.min(1), z.enum(columnMeanings).nullable()).default({}),
  delimiter: z.enum(tableDelimiters).nullable().default(null),
  quote: z.enum(tableQuotes).nullable().default(null),
  /** Whether the first row names the columns. Where it does not, they are called by their numbers: `column 1`. */
  header: z.boolean().nullable().default(null),
  /** Which sheet of a workbook; the first with rows is found. */
  sheet: Named.nullable().default(null),
});
export type TableReading = Shape<typeof TableReading>;

/** How tables are read: by the keys that their columns give them, or "*" for all that are not named by one. */
export const TableReadings = z.record(z.string().regex(/^(?:[*]|[0-9a-f]{64})$/), TableReading);
export type TableReadings = Shape<typeof TableReadings>;

/** How files are read beside what their format says. */
export const Reading = z.strictObject({
  names: NameMapping.prefault({}),
  /** What offsets count where the files do not say; null to find out. */
  offsets: z.enum(offsetUnits).nullable().default(null),
  /** What files are encoded in that do not say it themselves; null for UTF-8. */
  encoding: z.enum(encodings).nullable().default(null),
  tables: TableReadings.default({}),
});
export type Reading = Shape<typeof Reading>;
