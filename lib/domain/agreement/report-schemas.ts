// The shape of the report on agreement: what validates it, and the only place that says what it consists of. What
// computes it (report.ts) takes the types alone.
import { z } from "zod";
import type { Shape } from "../schemas";

/** What the positions of a text are: its words, as they were found when it was stored, or its characters. */
export const positionUnits = ["token", "character"] as const;
export const PositionUnit = z.enum(positionUnits);
export type PositionUnit = Shape<typeof PositionUnit>;

/** How spans are held to be the same (SemEval 2013, task 9.1): docs/decisions/0046-agreement-measures.md. */
export const spanSchemes = ["strict", "exact", "partial", "type"] as const;
export const SpanScheme = z.enum(spanSchemes);
export type SpanScheme = Shape<typeof SpanScheme>;

export const measureNames = [
  "krippendorff_alpha",
  "fleiss_kappa",
  "cohen_kappa",
  "u_alpha",
  "u_alpha_binary",
  "cu_alpha",
  "ku_alpha",
  "precision_strict",
  "recall_strict",
  "f1_strict",
  "precision_exact",
  "recall_exact",
  "f1_exact",
  "precision_partial",
  "recall_partial",
  "f1_partial",
  "precision_type",
  "recall_type",
  "f1_type",
  "relation_f1",
  "percent_agreement",
  "attribute_alpha",
  "gamma",
] as const;
export const MeasureName = z.enum(measureNames);
export type MeasureName = Shape<typeof MeasureName>;

/** What `n` counts. */
export const countedUnits = [
  ...positionUnits,
  "span",
  "span_pair",
  "relation",
  "relation_pair",
  "article_pair",
  "article",
] as const;
export const CountedUnit = z.enum(countedUnits);
export type CountedUnit = Shape<typeof CountedUnit>;

/** A figure of agreement: never clamped, and null where it is not defined. */
export const Measure = z.strictObject({
  name: MeasureName,
  value: z.number().nullable(),
  /** A sentence for people; only where the value is null. */
  why_undefined: z.string().optional(),
  /** The 95 % interval of the bootstrap over articles; null where it has none, as of one article. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** On how many of what it rests. */
  n: z.int().nonnegative(),
  n_unit: CountedUnit,
});
export type Measure = Shape<typeof Measure>;

const Count = z.int().nonnegative();

/** Cells with a count; null for nothing marked there. */
const Confusion = z.array(
  z.strictObject({
    one: z.string().nullable(),
    other: z.string().nullable(),
    /** Of spans. */
    count: Count,
  }),
);

const ReportedReviewer = z.strictObject({
  /** As in datasets: "a1". */
  key: z.string(),
  /** What they have submitted of what is compared. */
  articles: Count,
  /** Of these, how many without any span: annotated, and nothing found. */
  found_nothing: Count,
  /** What was theirs to do, and is not submitted. */
  not_annotated: Count,
});

const ReportedArticle = z.strictObject({
  article: z.uuid(),
  /** The number of the version that was marked: an article of several is there more than once. */
  version: z.int().positive(),
  rounds: z.array(Count),
  reviewers: Count,
  /** Of all of them together. */
  spans: Count,
  /** Spans that another reviewer has not exactly so, over all pairs of reviewers. */
  disputes: Count,
  krippendorff_alpha: z.number().nullable(),
  u_alpha: z.number().nullable(),
  f1_strict: z.number().nullable(),
  f1_partial: z.number().nullable(),
});
export type ReportedArticle = Shape<typeof ReportedArticle>;

const Distribution = z.strictObject({
  measure: MeasureName,
  /** From the least that there is; `from` is in it, `to` only in the last one. */
  bins: z.array(z.strictObject({ from: z.number(), to: z.number(), articles: Count })),
  /** Articles where it is not defined. */
  undefined: Count,
});

export const AgreementReport = z.strictObject({
  unit: PositionUnit,
  seed: z.int().nonnegative(),
  /** Of the bootstrap. */
  resamples: Count,
  reviewers: z.array(ReportedReviewer),
  /** With the submitted work of two reviewers or more. */
  articles: Count,
  /** With that of one alone: nothing to compare. */
  articles_of_one: Count,
  /** Places of reviewers whose work is not submitted: missing, not empty. */
  not_annotated: Count,
  /** Submitted sets without any span: empty, not missing. */
  found_nothing: Count,
  measures: z.array(Measure),
  /** In alphabetical order. */
  labels: z.array(z.strictObject({ label: z.string(), measures: z.array(Measure) })),
  /** `one` is what precision and recall take for the truth. */
  pairs: z.array(
    z.strictObject({
      one: z.string(),
      other: z.string(),
      /** That both have submitted. */
      articles: Count,
      measures: z.array(Measure),
      /** `one` in rows. */
      confusion: Confusion,
    }),
  ),
  /** Between spans that go together. */
  relations: z.array(z.strictObject({ type: z.string(), measures: z.array(Measure) })),
  /** Of spans, relations and articles that go together. */
  attributes: z.array(
    z.strictObject({
      holder_kind: z.enum(["label", "relation", "article"]),
      /** The label or the type of relation; null for the article. */
      holder: z.string().nullable(),
      name: z.string(),
      /** Pairs of holders that go together. */
      n: Count,
      measures: z.array(Measure),
    }),
  ),
  /** Over all pairs, each disagreement once: `one` comes first in the alphabet, nothing last. */
  confusion: Confusion,
  distribution: z.array(Distribution),
  /** In the order in which they came. */
  by_article: z.array(ReportedArticle),
  /** The earliest first. */
  rounds: z.array(z.strictObject({ round: Count, articles: Count, measures: z.array(Measure) })),
  /** Only if asked for. */
  gamma: z
    .strictObject({
      /** The mean over articles, each with two spans or more. */
      measure: Measure,
      by_article: z.array(
        z.strictObject({
          article: z.uuid(),
          version: z.int().positive(),
          value: z.number().nullable(),
          why_undefined: z.string().optional(),
          /** The 95 % interval of what chance would have come to, of other samples. */
          low: z.number().nullable(),
          high: z.number().nullable(),
          samples: Count,
        }),
      ),
    })
    .optional(),
});
export type AgreementReport = Shape<typeof AgreementReport>;
