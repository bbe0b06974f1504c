import { z } from "zod";
import { AgreementReport, PositionUnit } from "@/lib/domain/agreement/report-schemas";
import { MAX_INT } from "@/lib/domain/limits";
import type { Shape } from "@/lib/domain/schemas";
import {
  Count,
  type Endpoints,
  Flag,
  NextCursor,
  PageQuery,
  Time,
  VersionNumber,
} from "./endpoint";

/** More resamples than anybody needs for an interval of two digits. */
const MOST_RESAMPLES = 10_000;
const USUAL_RESAMPLES = 1000;

const Language = z.string().min(1).max(100);
const Label = z.string().min(1).max(200);
const RoundNumber = z.number().int().min(1).max(MAX_INT);
const Seed = z.number().int().min(0).max(MAX_INT);
const Resamples = z.number().int().min(0).max(MOST_RESAMPLES);

/** Which report: each combination is one of its own, and of the same data it always says the same. */
export const AskedAgreement = z.strictObject({
  /** Of the work that was submitted in this round; of all that was submitted if null. */
  round: RoundNumber.nullable().default(null),
  unit: PositionUnit.default("token"),
  /** Of the spans of this label alone; of all if null. */
  label: Label.nullable().default(null),
  /** Of articles in this language alone; of all if null. */
  language: Language.nullable().default(null),
  /** Whether γ is in it, which takes long: it compares with chance by sampling. */
  gamma: z.boolean().default(false),
  /** What the samples of the bootstrap and of γ begin from. */
  seed: Seed.default(1),
  /** Of the bootstrap; without any, no figure has an interval. */
  resamples: Resamples.default(USUAL_RESAMPLES),
});
export type AskedAgreement = Shape<typeof AskedAgreement>;

const numberIn = (schema: z.ZodNumber) => z.coerce.number<number | string>().pipe(schema);

/** The same in a query. */
const AskedInQuery = {
  round: numberIn(RoundNumber).optional(),
  unit: PositionUnit.default("token"),
  label: Label.optional(),
  language: Language.optional(),
  gamma: Flag,
  seed: numberIn(Seed).default(1),
  resamples: numberIn(Resamples).default(USUAL_RESAMPLES),
};

/** "none": nobody has asked for it. While one is made anew, the one before is there. */
export const reportStates = ["none", "queued", "running", "done", "failed"] as const;

/** A report that is kept, and how far the one is that is being made. */
export const KeptAgreement = z.strictObject({
  asked: AskedAgreement,
  state: z.enum(reportStates),
  /** While it is made: how many articles are done of how many; null until that is known. */
  progress: z.strictObject({ done: Count, articles: Count.nullable() }).nullable(),
  /** Why it could not be made. */
  failure: z.string().nullable(),
  made: z
    .strictObject({
      at: Time,
      /** The state of the project that it tells of. */
      as_of: Time,
      /** Sets that were submitted since. */
      submitted_since: Count,
      /** Whether made again it would say the same: nothing was submitted, taken back, changed or deleted. */
      current: z.boolean(),
    })
    .nullable(),
  report: AgreementReport.nullable(),
  /** Who the reviewers of the report are; without a name where whoever asks is not to know it. */
  reviewers: z.array(z.strictObject({ key: z.string(), name: z.string().nullable() })),
  /** The articles with the most disputes, ten at most, without those that are gone by now. */
  most_disputed: z.array(
    z.strictObject({
      article: z.strictObject({ id: z.uuid(), title: z.string() }),
      /** The number of the version that is disputed. */
      version: VersionNumber,
      reviewers: Count,
      spans: Count,
      disputes: Count,
      krippendorff_alpha: z.number().nullable(),
      f1_strict: z.number().nullable(),
    }),
  ),
  /** The articles of which γ was asked for and is not defined, ten at most, without those that are gone by now. */
  without_gamma: z.array(
    z.strictObject({
      article: z.strictObject({ id: z.uuid(), title: z.string() }),
      version: VersionNumber,
      why_undefined: z.string(),
    }),
  ),
  /** By round, reviewer and week: how far what was first submitted agrees with gold that its reviewers do not know of. */
  drift: z.array(
    z.strictObject({
      round: RoundNumber,
      reviewer: z.string(),
      /** Its Monday, in UTC. */
      week: z.iso.date(),
      articles: Count,
      f1_exact: z.number(),
      f1_overlap: z.number(),
    }),
  ),
});
export type KeptAgreement = Shape<typeof KeptAgreement>;

/** A span of one reviewer, without what it says: that is in the text around it. */
const MarkedPassage = z.strictObject({
  label: z.string(),
  fragments: z.array(z.strictObject({ start: Count, end: Count })),
});

/** What two reviewers made of the same place: null for nothing. */
export const DisputedPassages = z.strictObject({
  passages: z.array(
    z.strictObject({
      article: z.strictObject({ id: z.uuid(), title: z.string() }),
      version: VersionNumber,
      /** The text around both spans, from this code point on. */
      start: Count,
      text: z.string(),
      one: z.strictObject({ reviewer: z.string(), span: MarkedPassage.nullable() }),
      other: z.strictObject({ reviewer: z.string(), span: MarkedPassage.nullable() }),
    }),
  ),
  next_cursor: NextCursor,
});
export type DisputedPassages = Shape<typeof DisputedPassages>;

export const agreementEndpoints = {
  "GET /projects/{project}/agreement": {
    summary:
      "The kept report on how far reviewers agree; 202 while it is made, with the one before if there is one",
    access: "see_all_sets",
    scope: "read",
    query: z.strictObject({
      ...AskedInQuery,
      /** Leaves out what there is of it: how far it is, and no more. */
      brief: Flag,
    }),
    answer: KeptAgreement,
    status: [200, 202],
  },
  "POST /projects/{project}/agreement": {
    summary: "Have the report be made, or made anew; 200 where the kept one is of the same data",
    access: "see_all_sets",
    scope: "read",
    body: AskedAgreement.prefault({}),
    answer: KeptAgreement,
    status: [200, 202],
  },
  "GET /projects/{project}/agreement/passages": {
    summary: "The passages behind a cell of the confusion matrix, as they are now, by article",
    access: "see_all_sets",
    scope: "read",
    query: z.strictObject({
      ...PageQuery.shape,
      round: AskedInQuery.round,
      language: AskedInQuery.language,
      /** Of the spans of this label alone; of all if left out. */
      label: AskedInQuery.label,
      /** The label that one of the two gave; what they did not mark if left out. */
      one: Label.optional(),
      other: Label.optional(),
      /** Only these two reviewers: "a1-a2", of whom the first gave `one`. */
      pair: z
        .string()
        .regex(/^a[1-9]\d{0,8}-a[1-9]\d{0,8}$/, 'This is no pair such as "a1-a2"')
        .optional(),
    }),
    answer: DisputedPassages,
    status: 200,
  },
} as const satisfies Endpoints;
