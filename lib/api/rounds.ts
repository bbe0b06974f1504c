import { z } from "zod";
import { articleStates, MAX_QUERY_LENGTH } from "@/lib/domain/article-list";
import { MAX_REASON_LENGTH } from "@/lib/domain/limits";
import {
  assignmentStates,
  MAX_GOLD_PERCENT,
  MAX_OVERLAP,
  MAX_ROUND_ARTICLES,
  MAX_ROUND_REVIEWERS,
  othersSeen,
  roundKinds,
  roundOrders,
  roundWays,
  skipCauses,
  strata,
} from "@/lib/domain/rounds";
import type { Shape } from "@/lib/domain/schemas";
import {
  Count,
  type Endpoints,
  NextCursor,
  PageQuery,
  pageSize,
  Time,
  WrittenText,
} from "./endpoint";

/** A language as reviewers name what they read, such as "fa" or "pt-BR": region and script do not count. */
const Language = z
  .string()
  .regex(/^[a-zA-Z]{2,8}([-_][a-zA-Z0-9]{1,8})*$/, "A language is a tag such as “fa”");

/** Assignments by their state. */
export const RoundProgress = z.strictObject({
  queued: Count,
  open: Count,
  submitted: Count,
  returned: Count,
  skipped: Count,
});
export type RoundProgress = Shape<typeof RoundProgress>;

/** A batch of articles given to reviewers. Who sees only their own work gets their own progress. */
export const Round = z.strictObject({
  project: z.strictObject({ slug: z.string(), title: z.string() }),
  /** Within the project. */
  number: z.number().int(),
  title: z.string(),
  kind: z.enum(roundKinds),
  way: z.enum(roundWays),
  /** Reviewers of each article. */
  overlap: z.number().int(),
  /** Of a hundred articles with one reviewer, so many have a second one. */
  doubled_percent: z.number().int().nullable(),
  /** What chance began from: with it, the same is drawn and given again. */
  seed: z.number().int(),
  order: z.enum(roundOrders),
  /** How long somebody keeps what they took from the queue without saving anything in it. */
  lease_minutes: z.number().int(),
  /** Of the guidelines that its reviewers go by: those of when it was made; null where there were none. */
  guideline_version: z.number().int().nullable(),
  /** Of a hundred articles, so many have gold that its reviewers do not know of; null for whoever sees only their own work. */
  gold_percent: z.number().int().nullable(),
  others_seen: z.enum(othersSeen),
  due_at: Time.nullable(),
  paused_at: Time.nullable(),
  closed_at: Time.nullable(),
  created_at: Time,
  articles: Count,
  /** Places that nobody has yet, or any more. */
  free: Count,
  progress: RoundProgress,
});
export type Round = Shape<typeof Round>;

export const RoundWithReviewers = z.strictObject({
  ...Round.shape,
  reviewers: z.array(
    z.strictObject({
      user: z.strictObject({ id: z.uuid(), name: z.string() }),
      /** What they are given; everything if empty. */
      languages: z.array(z.string()),
      /** False for who may not annotate in the project any more. */
      active: z.boolean(),
      progress: RoundProgress,
    }),
  ),
});
export type RoundWithReviewers = Shape<typeof RoundWithReviewers>;

export const RoundPage = z.strictObject({ rounds: z.array(Round), next_cursor: NextCursor });
export type RoundPage = Shape<typeof RoundPage>;

/** Which articles a round is made of: those that meet all conditions, each of which may be left out. */
const Selection = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(MAX_ROUND_ARTICLES).optional(),
  /** As in the list of articles. */
  q: z.string().max(MAX_QUERY_LENGTH).optional(),
  state: z.enum(articleStates).optional(),
  label: z.string().max(63).optional(),
  /** "und" for articles of no language that anybody named. */
  languages: z.array(Language).min(1).max(100).optional(),
  /** "" for articles without one. */
  publishers: z.array(z.string().max(1000)).min(1).max(200).optional(),
  /** Only what is in no round yet. */
  unassigned: z.boolean().optional(),
});

/** A round to make. */
export const NewRound = z.strictObject({
  title: WrittenText,
  kind: z.enum(roundKinds).default("annotation"),
  way: z.enum(roundWays).default("assigned"),
  overlap: z.number().int().min(1).max(MAX_OVERLAP).default(1),
  /** With an overlap of 1: for how many of a hundred articles a second reviewer is to be. */
  doubled_percent: z.number().int().min(0).max(100).nullable().default(null),
  /** Any if left out. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  order: z.enum(roundOrders).default("newest"),
  lease_minutes: z.number().int().min(5).max(43_200).default(120),
  others_seen: z.enum(othersSeen).default("never"),
  due_at: Time.nullable().default(null),
  /**
   * For an annotation round in random order: of a hundred articles, so many have gold. Reviewers cannot tell which.
   * Of a practice round, all have.
   */
  gold_percent: z.number().int().min(1).max(MAX_GOLD_PERCENT).nullable().default(null),
  articles: Selection.prefault({}),
  /** Only so many of them, in strata; null for all. */
  sample: z
    .strictObject({
      size: z.number().int().min(1).max(MAX_ROUND_ARTICLES),
      by: z.array(z.enum(strata)).max(strata.length).default([]),
    })
    .nullable()
    .default(null),
  reviewers: z
    .array(
      z.strictObject({
        user: z.uuid(),
        /** Everything if empty. */
        languages: z.array(Language).max(50).default([]),
      }),
    )
    .max(MAX_ROUND_REVIEWERS),
});
export type NewRound = Shape<typeof NewRound>;
/** As a caller writes it. */
export type WrittenRound = z.input<typeof NewRound>;

/** What a round would be, if it were made now. */
export const RoundPreview = z.strictObject({
  /** Articles that meet the conditions. */
  selected: Count,
  /** Of these, those that the round would have. */
  articles: Count,
  /** How many of those are copies of another one's text, which go to the same reviewers. */
  copies: Count,
  /** How many of those are compared with gold. */
  gold: Count,
  assignments: Count,
  /** What cannot be given, by language. */
  missing: z.array(
    z.strictObject({
      language: z.string().nullable(),
      articles: Count,
      assignments: Count,
      /** How many reviewers read it. */
      readers: Count,
    }),
  ),
  /** How many assignments each would have; none in a queue. */
  reviewers: z.array(z.strictObject({ user: z.uuid(), assignments: Count })),
});
export type RoundPreview = Shape<typeof RoundPreview>;

export const Assignment = z.strictObject({
  id: z.uuid(),
  state: z.enum(assignmentStates),
  /** The id of the set that its work is in; null while there is none. */
  annotation_set: z.uuid().nullable(),
  article: z.strictObject({ id: z.uuid(), title: z.string(), language: z.string().nullable() }),
  user: z.strictObject({ id: z.uuid(), name: z.string() }),
  /** Of the article in the round. */
  position: z.number().int(),
  /** Why it was last returned. */
  comment: z.string().nullable(),
  returned_at: Time.nullable(),
  skip_cause: z.enum(skipCauses).nullable(),
  skip_reason: z.string().nullable(),
  lease_until: Time.nullable(),
  opened_at: Time.nullable(),
  submitted_at: Time.nullable(),
});
export type Assignment = Shape<typeof Assignment>;

export const AssignmentPage = z.strictObject({
  assignments: z.array(Assignment),
  next_cursor: NextCursor,
});
export type AssignmentPage = Shape<typeof AssignmentPage>;

/** What somebody has to do, in all their projects. */
export const OwnWork = z.strictObject({
  /** Rounds that are not over, with the caller's own progress; the first due first. */
  rounds: z.array(Round),
  /** What was returned to them, the latest first; a hundred at most. */
  returned: z.array(
    z.strictObject({
      article: z.strictObject({ id: z.uuid(), title: z.string() }),
      project: z.strictObject({ slug: z.string(), title: z.string() }),
      round: z.number().int(),
      comment: z.string(),
      returned_at: Time,
    }),
  ),
  /** What they have spent on what they submitted, as far as it was measured. */
  active_time: z.strictObject({
    articles: Count,
    seconds: Count,
    /** Of an article, in seconds; null where none was measured. */
    median_seconds: z.number().min(0).nullable(),
  }),
});
export type OwnWork = Shape<typeof OwnWork>;

export const roundEndpoints = {
  "GET /projects/{project}/rounds": {
    summary:
      "The rounds of a project, the latest first: for reviewers, those that they are in, with their own progress",
    access: "annotate",
    scope: "read",
    query: PageQuery,
    answer: RoundPage,
    status: 200,
  },
  "POST /projects/{project}/rounds": {
    summary: "Make a round: pick articles, and give them to reviewers or into a queue",
    access: "manage",
    scope: "manage",
    body: NewRound,
    bodyLimit: 2 * 1024 * 1024, // of ids
    answer: RoundWithReviewers,
    status: 201,
  },
  "POST /projects/{project}/round-previews": {
    summary:
      "What a round would be: how many articles, who would get how many, what nobody can be given",
    access: "manage",
    scope: "manage",
    body: NewRound,
    bodyLimit: 2 * 1024 * 1024,
    answer: RoundPreview,
    status: 200,
  },
  "GET /projects/{project}/rounds/{number}": {
    summary: "A round with its progress and its reviewers: of reviewers, only the caller",
    access: "annotate",
    scope: "read",
    answer: RoundWithReviewers,
    status: 200,
  },
  "PATCH /projects/{project}/rounds/{number}": {
    summary: "Change a round's title or date, pause it or have it go on, close or reopen it",
    access: "manage",
    scope: "manage",
    body: z
      .strictObject({
        title: WrittenText.optional(),
        due_at: Time.nullable().optional(),
        others_seen: z.enum(othersSeen).optional(),
        /** Whether nothing new is given out. */
        paused: z.boolean().optional(),
        /** Whether it is over. */
        closed: z.boolean().optional(),
      })
      .prefault({}),
    answer: RoundWithReviewers,
    status: 200,
  },
  "PUT /projects/{project}/rounds/{number}/reviewers/{id}": {
    summary: "Have a member be a reviewer of a round, or read other languages in it from now on",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ languages: z.array(Language).max(50).default([]) }).prefault({}),
    status: 204,
  },
  "GET /projects/{project}/rounds/{number}/assignments": {
    summary: "The assignments of a round in its order: for reviewers, their own",
    access: "annotate",
    scope: "read",
    query: z.strictObject({
      ...PageQuery.shape,
      limit: pageSize(1000).default(50),
      state: z.enum(assignmentStates).optional(),
      /** The id of a reviewer. */
      user: z.uuid().optional(),
    }),
    answer: AssignmentPage,
    status: 200,
  },
  "POST /projects/{project}/rounds/{number}/assignments/{id}/return": {
    summary: "Give submitted work back to its reviewer, with a comment",
    access: "see_all_sets",
    scope: "manage",
    body: z.strictObject({
      /** For the reviewer. */
      comment: WrittenText.describe(`At most ${MAX_REASON_LENGTH} characters`),
    }),
    answer: Assignment,
    status: 200,
  },
  "POST /projects/{project}/rounds/{number}/assignments/{id}/reassign": {
    summary: "Give what is not submitted, and copies of its text, to another reviewer of the round",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ user: z.uuid() }),
    status: 204,
  },
  "POST /projects/{project}/rounds/{number}/next": {
    summary: "What the caller has to do next in a round, taken from its queue if need be",
    access: "annotate",
    scope: "annotate",
    answer: z.strictObject({
      /** Null when there is nothing left for them. */
      article: z.strictObject({ id: z.uuid(), title: z.string() }).nullable(),
    }),
    status: 200,
  },
  "GET /me/work": {
    summary: "What the caller has to do: rounds with their own progress, and what was returned",
    access: "signed_in",
    scope: "read",
    answer: OwnWork,
    status: 200,
  },
} as const satisfies Endpoints;
