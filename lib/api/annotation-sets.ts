import { z } from "zod";
import { MAX_INT, MAX_REASON_LENGTH } from "@/lib/domain/limits";
import {
  AttributeValues,
  DecisionShape,
  HistoryHead,
  Operation,
  OperationBatch,
  RelationShape,
  type Shape,
  SpanShape,
} from "@/lib/domain/schemas";
import { setKinds } from "@/lib/domain/span";
import { Count, type Endpoints, NextCursor, pageSize, Time } from "./endpoint";

/** All spans and relations of one author on one article version. */
export const AnnotationSet = z.strictObject({
  id: z.uuid(),
  article_id: z.uuid(),
  version_id: z.uuid(),
  kind: z.enum(setKinds),
  /** The pseudonym under which its author is known in the project and in datasets. */
  annotator: z.string(),
  /** The version of the project's scheme that it is made by. */
  scheme_version: z.number().int(),
  /** How many operations have been applied to it. */
  revision: z.number().int(),
  /** Where its history ends; null while there is none. Sent back, it tells whether that is still so. */
  head: HistoryHead.nullable(),
  submitted_at: Time.nullable(),
  /** Why its author has skipped the article; null unless they have. */
  skip_reason: z.string().nullable(),
  /** Why the article needs a second look, as its author says; null unless they do. */
  flag_reason: z.string().nullable(),
  note: z.string(),
  /** Of the article itself. */
  attributes: AttributeValues,
  spans: z.array(SpanShape),
  relations: z.array(RelationShape),
  /** What the spans of gold came of; left out of other sets, and for whoever does not see every reviewer's set. */
  decisions: z.array(DecisionShape).optional(),
});
export type AnnotationSet = Shape<typeof AnnotationSet>;

/** An annotation set, compared with what the caller knows of it. */
export const ComparedSet = AnnotationSet.extend({
  /**
   * Null if its history has the `head` that the caller knows, or none was named. Else the set as it
   * was before its history parted from theirs, as far as the times of its operations tell.
   */
  common: AnnotationSet.pick({
    revision: true,
    note: true,
    attributes: true,
    spans: true,
    relations: true,
    decisions: true,
  }).nullable(),
});
export type ComparedSet = Shape<typeof ComparedSet>;

/** What a batch came to: the set's revision after it, and that of each of its operations. */
export const Acknowledgement = z.strictObject({
  revision: z.number().int(),
  /** Where the history ended at that revision. */
  head: HistoryHead,
  operations: z.array(z.strictObject({ id: z.uuid(), revision: z.number().int() })),
});
export type Acknowledgement = Shape<typeof Acknowledgement>;

/**
 * The revision that the caller has seen, so that nothing is submitted that they have not; with where
 * the history ended there, another one that is as long is told from it.
 */
const AtRevision = z.strictObject({ revision: Count.max(MAX_INT), head: HistoryHead.nullish() });

const Submission = AtRevision.extend({
  /** Of gold: whether it is settled with disputes left; else that is refused, with their number. */
  leave_disputes: z.boolean().default(false),
});

export const History = z.strictObject({
  operations: z.array(
    z.strictObject({
      id: z.uuid(),
      revision: z.number().int(),
      created_at: Time,
      /** What was sent; or that the set came to another version of its scheme. */
      operation: z.union([
        Operation,
        z.strictObject({
          id: z.uuid(),
          type: z.literal("change_scheme"),
          version: z.number().int(),
        }),
      ]),
      /** What it did: the record before and after. */
      change: z.record(z.string(), z.unknown()),
    }),
  ),
  next_cursor: NextCursor,
});
export type History = Shape<typeof History>;

/** As it comes in; what is too long for people is refused in their words. */
const Reason = z.string().max(10 * MAX_REASON_LENGTH);

/** Null takes a reason back; what is left out stays. */
const Reasons = z
  .strictObject({ skip_reason: Reason.nullable(), flag_reason: Reason.nullable() })
  .partial()
  .refine((reasons) => Object.keys(reasons).length > 0, "Say what to change.");
export type Reasons = Shape<typeof Reasons>;

/** For how long somebody was at work on a set, as one browser has counted all in all. */
const ActiveTimeReport = z.strictObject({
  /** The browser, by an id that it made for this set. */
  source: z.uuid(),
  /** Since that id was made: sent again, late or twice it is counted once. */
  seconds: Count.max(MAX_INT),
});
export type ActiveTimeReport = Shape<typeof ActiveTimeReport>;

/** For how long the author of a set was at work on it, on all browsers. */
export const ActiveTime = z.strictObject({ seconds: Count });
export type ActiveTime = Shape<typeof ActiveTime>;

export const annotationSetEndpoints = {
  "GET /annotation-sets/{id}": {
    summary: "An annotation set with its spans and relations",
    access: "read",
    scope: "read",
    query: z.strictObject({
      /** As it was when the caller last heard of the set. */
      head: HistoryHead.optional(),
    }),
    answer: ComparedSet,
    status: 200,
  },
  "PATCH /annotation-sets/{id}": {
    summary:
      "Skip the article of the caller's own set or flag it for a second look, or take that back",
    access: "annotate",
    scope: "annotate",
    body: Reasons,
    answer: AnnotationSet,
    status: 200,
  },
  "POST /annotation-sets/{id}/operations": {
    summary:
      "Apply a batch of operations to the caller's own set, or to gold for those who may, all or none; safe to repeat",
    access: "annotate",
    scope: "annotate",
    body: OperationBatch,
    bodyLimit: 4 * 1024 * 1024, // the largest batch a client sends is far below it
    answer: Acknowledgement,
    status: 200,
  },
  "GET /annotation-sets/{id}/history": {
    summary: "A set's operations, oldest first",
    access: "read",
    scope: "read",
    query: z.strictObject({
      /** A revision, as `next_cursor` gives it. */
      cursor: z.coerce.number<number | string>().int().min(0).max(MAX_INT).default(0),
      limit: pageSize(1000).default(200),
    }),
    answer: History,
    status: 200,
  },
  "PUT /annotation-sets/{id}/active-time": {
    summary:
      "Tell for how long the caller was at work on their own set; no more is taken than has passed since last told; safe to repeat",
    access: "annotate",
    scope: "annotate",
    body: ActiveTimeReport,
    answer: ActiveTime,
    status: 200,
  },
  "POST /annotation-sets/{id}/submit": {
    summary:
      "Submit the caller's own set, or settle gold for those who may, at the revision they have seen",
    access: "annotate",
    scope: "annotate",
    body: Submission,
    answer: AnnotationSet,
    status: 200,
  },
  "POST /annotation-sets/{id}/reopen": {
    summary: "Open the caller's own submitted set again, or settled gold for those who may",
    access: "annotate",
    scope: "annotate",
    body: AtRevision,
    answer: AnnotationSet,
    status: 200,
  },
} as const satisfies Endpoints;
