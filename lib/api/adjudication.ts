import { z } from "zod";
import { MAX_COMMENT_LENGTH, MAX_GUIDELINE_LENGTH, MAX_INT } from "@/lib/domain/limits";
import {
  AdjudicationRule,
  AttributeValues,
  outcomes,
  RelationShape,
  type Shape,
  SourceShape,
  SpanShape,
} from "@/lib/domain/schemas";
import { AnnotationSet } from "./annotation-sets";
import { Count, type Endpoints, NextCursor, PageQuery, Time, VersionNumber } from "./endpoint";
import { GuidelineVersion } from "./guidelines";

/** How a project settles what its reviewers disagree on. */
export const AdjudicationSettings = z.strictObject({
  rule: AdjudicationRule,
  /** Whether curators see reviewers by pseudonyms only. */
  reviewers_anonymous: z.boolean(),
});
export type AdjudicationSettings = Shape<typeof AdjudicationSettings>;

/** "open": nobody has begun; "begun"; "settled": the gold of it is submitted. */
export const adjudicationStates = ["open", "begun", "settled"] as const;
const AdjudicationStateName = z.enum(adjudicationStates);

/** An article that reviewers have submitted, as the list of adjudication has it. */
export const AdjudicationItem = z.strictObject({
  article: z.strictObject({ id: z.uuid(), title: z.string() }),
  version: VersionNumber,
  /** Whether the article has no later version. */
  current: z.boolean(),
  /** How many have submitted it. */
  reviewers: Count,
  /** Clusters of their spans in which one has no decision, or has changed since; before anybody begins, all. */
  disputes_left: Count,
  state: AdjudicationStateName,
  gold_set: z.uuid().nullable(),
  /** The name of who changed its gold last; null where nobody has. */
  decided_by: z.string().nullable(),
  settled_at: Time.nullable(),
});
export type AdjudicationItem = Shape<typeof AdjudicationItem>;

export const AdjudicationPage = z.strictObject({
  items: z.array(AdjudicationItem),
  /** Of all that is asked for, whatever its state. */
  totals: z.strictObject({ open: Count, begun: Count, settled: Count }),
  next_cursor: NextCursor,
});
export type AdjudicationPage = Shape<typeof AdjudicationPage>;

/** A remark on a reviewer's span and what was decided on it. */
export const AdjudicationComment = z.strictObject({
  id: z.uuid(),
  /** The reviewer's span that it is on. */
  set: z.uuid(),
  span: z.uuid(),
  text: z.string(),
  from: z.enum(["curator", "reviewer"]),
  /** Who wrote it, by name or, where reviewers are anonymous, by pseudonym. */
  by: z.string(),
  /** Whether it is the caller's, who may take it back. */
  own: z.boolean(),
  created_at: Time,
});
export type AdjudicationComment = Shape<typeof AdjudicationComment>;

/** What one reviewer has submitted, as a curator sees it. */
export const AdjudicationSource = z.strictObject({
  /** The id of their annotation set. */
  id: z.uuid(),
  /** The pseudonym under which they are known in the project and in datasets: "a1". */
  key: z.string(),
  /** Null where reviewers are anonymous. */
  name: z.string().nullable(),
  submitted_at: Time,
  note: z.string(),
  /** Of the article itself. */
  attributes: AttributeValues,
  spans: z.array(SpanShape),
  relations: z.array(RelationShape),
});
export type AdjudicationSource = Shape<typeof AdjudicationSource>;

/** What has become of a source since it was decided on. */
const sourceChanges = ["changed", "gone", "reopened"] as const;

/** An article that is being adjudicated. */
export const Adjudication = z.strictObject({
  article: z.strictObject({ id: z.uuid(), title: z.string() }),
  version: z.strictObject({ id: z.uuid(), number: VersionNumber, current: z.boolean() }),
  rule: AdjudicationRule,
  reviewers_anonymous: z.boolean(),
  /** With its decisions; null where nobody has begun. */
  gold: AnnotationSet.nullable(),
  /** Who made which decision of gold, and when. */
  decided: z.array(
    z.strictObject({
      decision: z.uuid(),
      /** By name; null for the machine itself. */
      by: z.string().nullable(),
      at: Time,
    }),
  ),
  /**
   * Sources of decisions that are not as they were then: the span was changed, or is gone, or its reviewer has opened
   * their work again. One that was changed is a dispute again until it is decided on anew.
   */
  moved: z.array(z.strictObject({ ...SourceShape.shape, how: z.enum(sourceChanges) })),
  /** The first reviewer's first, in the scheme of gold. */
  sources: z.array(AdjudicationSource),
  comments: z.array(AdjudicationComment),
  disputes_left: Count,
});
export type Adjudication = Shape<typeof Adjudication>;

export const AdjudicationComments = z.strictObject({ comments: z.array(AdjudicationComment) });
export type AdjudicationComments = Shape<typeof AdjudicationComments>;

/** How somebody's own work on an article was decided. */
export const OwnDecisions = z.strictObject({
  article: z.strictObject({ id: z.uuid(), title: z.string() }),
  version: z.strictObject({ id: z.uuid(), number: VersionNumber, current: z.boolean() }),
  gold_set: z.uuid(),
  settled_at: Time,
  /** Their own set. */
  set: z.uuid(),
  /** In the order of the text. */
  spans: z.array(
    z.strictObject({
      span: SpanShape,
      /** Null where nothing was decided on it. */
      outcome: z.enum(outcomes).nullable(),
      /** What it came to. */
      gold: z.array(SpanShape),
      reason: z.string(),
      decided_at: Time.nullable(),
      /** Whether the span is another now than the one that was decided on. */
      changed: z.boolean(),
      comments: z.array(AdjudicationComment),
    }),
  ),
});
export type OwnDecisions = Shape<typeof OwnDecisions>;

/** As it comes in; what is too long for people is refused in their words. */
const CommentText = z.string().max(10 * MAX_COMMENT_LENGTH);

/** A line for the section of a label in the guidelines. */
export const Amendment = z.strictObject({
  /** The version of the guidelines that it was made for, 0 for none: refused with 409 if another holds by now. */
  from: z.number().int().min(0).max(MAX_INT),
  label: z.string().min(1).max(63),
  text: z.string().min(1).max(MAX_GUIDELINE_LENGTH),
  /** A passage that shows what is meant. */
  example: z
    .strictObject({
      article: z.uuid(),
      /** The number of its version; the current one if left out. */
      version: VersionNumber.optional(),
      fragments: SpanShape.shape.fragments,
      /** What it is shown as: of the same label if left out. */
      label: z.string().min(1).max(63).optional(),
    })
    .optional(),
});
export type Amendment = Shape<typeof Amendment>;

/** The media types of the discussion sheet, by its format. */
export const sheetTypes = {
  html: "text/html; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  csv: "text/csv; charset=utf-8",
} as const;
export type SheetFormat = keyof typeof sheetTypes;

const WhichVersion = VersionNumber.optional();

export const adjudicationEndpoints = {
  "GET /projects/{project}/adjudication/settings": {
    summary: "By which rule spans come into gold by themselves, and whether curators see names",
    access: "see_all_sets",
    scope: "read",
    answer: AdjudicationSettings,
    status: 200,
  },
  "PATCH /projects/{project}/adjudication/settings": {
    summary: "Change the rule of adjudication, or, for admins, whether curators see names",
    access: "see_all_sets",
    scope: "manage",
    body: AdjudicationSettings.partial().prefault({}),
    answer: AdjudicationSettings,
    status: 200,
  },
  "GET /projects/{project}/adjudication": {
    summary: "The articles that reviewers have submitted, with what is left to settle",
    access: "see_all_sets",
    scope: "read",
    query: z.strictObject({
      /** The number of a round. */
      round: z.coerce.number<number | string>().int().min(1).max(MAX_INT).optional(),
      state: AdjudicationStateName.optional(),
      ...PageQuery.shape,
    }),
    answer: AdjudicationPage,
    status: 200,
  },
  "POST /articles/{id}/adjudication": {
    summary:
      "Begin to adjudicate an article: its gold set is made, with what the project's rule settles; safe to repeat",
    access: "see_all_sets",
    scope: "annotate",
    body: z
      .strictObject({
        /** The number of a version; the current one if left out. */
        version: WhichVersion,
      })
      .prefault({}),
    answer: Adjudication,
    status: 200,
  },
  "GET /articles/{id}/adjudication": {
    summary: "An article's gold set, what reviewers have submitted, and the comments on it",
    access: "see_all_sets",
    scope: "read",
    query: z.strictObject({
      version: z.coerce.number<number | string>().int().min(1).max(MAX_INT).optional(),
    }),
    answer: Adjudication,
    status: 200,
  },
  "GET /articles/{id}/decisions": {
    summary: "How the caller's own submitted work was decided, once its gold is settled",
    access: "annotate",
    scope: "read",
    query: z.strictObject({
      version: z.coerce.number<number | string>().int().min(1).max(MAX_INT).optional(),
    }),
    answer: OwnDecisions,
    status: 200,
  },
  "GET /annotation-sets/{id}/comments": {
    summary:
      "The comments on what was decided in a gold set: for reviewers, those on their own spans",
    access: "annotate",
    scope: "read",
    answer: AdjudicationComments,
    status: 200,
  },
  "POST /annotation-sets/{id}/comments": {
    summary:
      "Comment on a reviewer's span in a gold set: for reviewers, on their own once it is settled",
    access: "annotate",
    scope: "annotate",
    body: z.strictObject({ ...SourceShape.shape, text: CommentText }),
    answer: AdjudicationComment,
    status: 201,
  },
  "DELETE /annotation-sets/{id}/comments/{comment}": {
    summary: "Take a comment of the caller's own back",
    access: "annotate",
    scope: "annotate",
    status: 204,
  },
  "GET /projects/{project}/rounds/{number}/disputes": {
    summary: "What reviewers disagree on in a round, as a sheet for discussion: by pseudonyms",
    access: "see_all_sets",
    scope: "read",
    query: z.strictObject({ format: z.enum(["html", "md", "csv"]).default("html") }),
    answerType: "text/html",
    status: 200,
  },
  "POST /projects/{project}/guidelines/amendments": {
    summary: "Add a line to the section of a label, as the next version of the guidelines",
    access: "write_guidelines",
    scope: "manage",
    body: Amendment,
    answer: GuidelineVersion,
    status: 201,
  },
} as const satisfies Endpoints;
