import { z } from "zod";
import { findings } from "@/lib/domain/agreement/comparison";
import { AttributeValue, RelationShape, type Shape, SpanShape } from "@/lib/domain/schemas";
import { AnnotationSet } from "./annotation-sets";
import { Count, type Endpoints, NextCursor, PageQuery, Time } from "./endpoint";

/** How far a reviewer's spans agree with gold. */
export const Score = z.strictObject({
  /** Spans that the reviewer marked. */
  own: Count,
  /** Spans of gold. */
  gold: Count,
  /** Pairs with the same label and exactly the same words. */
  exact: Count,
  /** Pairs with the same label that share a character at least, one to one. */
  overlap: Count,
  /** 2 · exact / (own + gold); 1 where there is no span at all. */
  f1_exact: z.number().min(0).max(1),
  /** 2 · overlap / (own + gold); 1 where there is no span at all. */
  f1_overlap: z.number().min(0).max(1),
});
export type Score = Shape<typeof Score>;

const LabelScores = z.array(z.strictObject({ label: z.string(), ...Score.shape }));

const Somebody = z.strictObject({ id: z.uuid(), name: z.string() });
const NamedArticle = z.strictObject({ id: z.uuid(), title: z.string() });

/** How far what was first submitted in a round agrees with gold. */
export const RoundScores = z.strictObject({
  reviewers: z.array(
    z.strictObject({
      user: Somebody,
      /** How many of their articles were compared. */
      articles: Count,
      score: Score,
      labels: LabelScores,
      /** The earliest first, weeks without any left out. */
      weeks: z.array(
        z.strictObject({
          /** Its Monday, in UTC. */
          week: z.iso.date(),
          articles: Count,
          score: Score,
        }),
      ),
    }),
  ),
});
export type RoundScores = Shape<typeof RoundScores>;

export const ScoredArticlePage = z.strictObject({
  articles: z.array(
    z.strictObject({ article: NamedArticle, user: Somebody, scored_at: Time, score: Score }),
  ),
  next_cursor: NextCursor,
});
export type ScoredArticlePage = Shape<typeof ScoredArticlePage>;

/** Attributes that differ; null where one has none. */
const Differing = z.array(
  z.strictObject({
    name: z.string(),
    own: AttributeValue.nullable(),
    gold: AttributeValue.nullable(),
  }),
);

/** Submitted work beside gold, span by span. */
export const Feedback = z.strictObject({
  article: NamedArticle,
  user: Somebody,
  submitted_at: Time,
  /** Of what is submitted now. */
  score: Score,
  labels: LabelScores,
  /** Of what was submitted first, which counts; null where that was before the round. */
  first: z.strictObject({ scored_at: Time, score: Score, labels: LabelScores }).nullable(),
  /** In the order of the text. */
  spans: z.array(
    z.strictObject({
      finding: z.enum(findings),
      own: SpanShape.nullable(),
      gold: SpanShape.nullable(),
      attributes: Differing,
    }),
  ),
  relations: z.array(
    z.strictObject({
      finding: z.enum(["agrees", "missing", "extra"]),
      own: RelationShape.nullable(),
      gold: RelationShape.nullable(),
      attributes: Differing,
    }),
  ),
  /** Of the article itself. */
  attributes: Differing,
});
export type Feedback = Shape<typeof Feedback>;

export const goldEndpoints = {
  "POST /annotation-sets/{id}/gold": {
    summary: "Copy a submitted reviewer's set into the gold set of its article version",
    access: "see_all_sets",
    scope: "manage",
    body: z
      .strictObject({
        /** Whether gold that is there already is to be this instead; else that is a conflict. */
        replace: z.boolean().default(false),
      })
      .prefault({}),
    answer: AnnotationSet,
    status: 200,
  },
  "GET /projects/{project}/rounds/{number}/scores": {
    summary:
      "How far what was first submitted in a round agrees with gold: of practice, for reviewers, their own",
    access: "annotate",
    scope: "read",
    answer: RoundScores,
    status: 200,
  },
  "GET /projects/{project}/rounds/{number}/scored-articles": {
    summary: "The articles behind a round's scores, the latest first: for reviewers, as there",
    access: "annotate",
    scope: "read",
    query: z.strictObject({
      ...PageQuery.shape,
      /** The id of a reviewer. */
      user: z.uuid().optional(),
    }),
    answer: ScoredArticlePage,
    status: 200,
  },
  "GET /projects/{project}/rounds/{number}/feedback/{id}": {
    summary:
      "Submitted work on an article beside gold, span by span: for reviewers, their own of practice",
    access: "annotate",
    scope: "read",
    query: z.strictObject({
      /** The id of a reviewer; the caller's own work if left out. */
      user: z.uuid().optional(),
    }),
    answer: Feedback,
    status: 200,
  },
} as const satisfies Endpoints;
