import { z } from "zod";
import {
  articleSorts,
  articleStates,
  MAX_QUERY_LENGTH,
  ownStates,
} from "@/lib/domain/article-list";
import { layers } from "@/lib/domain/layers";
import { MAX_INT } from "@/lib/domain/limits";
import { Excerpt, Scheme, type Shape } from "@/lib/domain/schemas";
import { blockKinds } from "@/lib/domain/text";
import { AnnotationSet } from "./annotation-sets";
import { Count, type Endpoints, NextCursor, pageSize, Time } from "./endpoint";

/** What the articles of a project may be picked by, wherever some of them are meant: lists, exports. */
export const ArticleFilterQuery = z.strictObject({
  /** Words, "words in a row", -words to leave out. */
  q: z
    .string()
    .max(MAX_QUERY_LENGTH, `A search has at most ${MAX_QUERY_LENGTH} characters`)
    .optional(),
  state: z.enum(articleStates).optional(),
  label: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, "A label has lower-case letters, digits and _")
    .optional(),
  /**
   * Whose work `state` is about, where that is not the caller's own: a user, or anyone's. An article is as far as
   * whoever is furthest: submitted before open before skipped. For those who may see everybody's work.
   */
  reviewer: z.union([z.literal("anyone"), z.uuid()]).optional(),
  /**
   * Days (UTC) within which the article was first submitted, by whom `reviewer` says; with `label`, within which a
   * set with that label was; with `state=compared`, within which the second reviewer submitted.
   */
  from: z.iso.date().optional(),
  /** The day after the last. */
  until: z.iso.date().optional(),
  /** A language with or without region and script, which make no difference; "und" for articles without one. */
  language: z.string().min(1).max(100).optional(),
  /** As it is written; "" for articles without one. */
  publisher: z.string().max(2000).optional(),
  /** The number of a round whose articles these are. For those who may see everybody's work. */
  round: z.coerce.number<number | string>().int().min(1).max(MAX_INT).optional(),
});
export type ArticleFilterQuery = Shape<typeof ArticleFilterQuery>;

/** What an address picks articles by; what it gets wrong counts as not said. */
export function readFilters(params: URLSearchParams): ArticleFilterQuery {
  const { shape } = ArticleFilterQuery;
  const said = Object.entries(shape).flatMap(([name, schema]) => {
    const { data } = schema.safeParse(params.get(name) ?? undefined);
    return data === undefined || data === "" ? [] : [[name, data] as const];
  });
  return ArticleFilterQuery.parse(Object.fromEntries(said));
}

export const ArticleListQuery = z.strictObject({
  ...ArticleFilterQuery.shape,
  sort: z.enum(articleSorts).optional(),
  cursor: z.string().max(4000).optional(),
  limit: pageSize(200).optional(),
});
export type ArticleListQuery = Shape<typeof ArticleListQuery>;

/** An article in the list, with what the reader may know of the work on its current text. */
export const ListedArticle = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  publisher: z.string().nullable(),
  published_at: Time.nullable(),
  language: z.string().nullable(),
  created_at: Time,
  /** In code points. */
  text_length: z.number().int(),
  /** The oldest article of the project with the same text, such as another outlet's; null if there is none. */
  duplicate_of: z.uuid().nullable(),
  state: z.enum(ownStates),
  /**
   * Spans by label in one annotation set, `label_layer`: that with which the article opens for the reader, or
   * where that is their own with nothing in it, another one that they may see.
   */
  label_counts: z.record(z.string(), z.number().int()),
  /** Whose spans `label_counts` are of: the reader's own set or one of another kind; null where there is none. */
  label_layer: z.enum(layers).nullable(),
  /** How many reviewers have worked on it; null for readers who see only their own work. */
  annotators: z.number().int().nullable(),
  /** What of the title was searched for; null without a search. */
  title_match: Excerpt.nullable(),
  /** The first place in the text that was searched for; null where that is only in the title. */
  snippet: Excerpt.nullable(),
});
export type ListedArticle = Shape<typeof ListedArticle>;

/** Words that were searched for in place of one that no article has. */
export const Substitution = z.strictObject({ word: z.string(), words: z.array(z.string()) });
export type Substitution = Shape<typeof Substitution>;

/** How far the work on a project has come. */
export const ArticleTotals = z.strictObject({
  articles: Count,
  /** How many have been submitted on their current text; null for readers who neither annotate nor see others' work. */
  submitted: Count.nullable(),
  /** By the reader, or by at least one reviewer for those who see the work of all. */
  submitted_by: z.enum(["reader", "any_reviewer"]).nullable(),
});
export type ArticleTotals = Shape<typeof ArticleTotals>;

const Facet = z.strictObject({ value: z.string(), articles: Count });

/** What a project's articles can be picked by, as {@link ArticleFilterQuery} takes it. */
export const ArticleFacets = z.strictObject({
  /** Without region and script, the most frequent first, 100 at most; "und" for articles without one. */
  languages: z.array(Facet),
  /** The most frequent first, 100 at most. */
  publishers: z.array(Facet),
  /** The latest first, 100 at most; none for readers who see only their own work. */
  rounds: z.array(z.strictObject({ number: z.number().int(), title: z.string() })),
});
export type ArticleFacets = Shape<typeof ArticleFacets>;

export const ArticlePage = z.strictObject({
  articles: z.array(ListedArticle),
  next_cursor: NextCursor,
  /** On the first page: how many there are, counted up to 1000. */
  count: z.number().int().nullable(),
  /** Whether there are just so many; if not, there may be more. */
  count_is_exact: z.boolean().nullable(),
  instead: z.array(Substitution),
  /** On the first page: how many articles of the project came in a moment ago, so that no search finds them yet. */
  not_searchable: Count.nullable(),
});
export type ArticlePage = Shape<typeof ArticlePage>;

/** A range of a text with a kind, in code points. */
export const Block = z.strictObject({
  kind: z.enum(blockKinds),
  /** Of a heading, from 1 to 6. */
  level: z.number().int().exactOptional(),
  start: Count,
  end: Count,
});

const VersionInQuery = z.coerce.number<number | string>().int().min(1).max(1_000_000).optional();

/** What is known of an article beside its text. */
export const metadata = {
  source_id: z.string().nullable(),
  title: z.string(),
  publisher: z.string().nullable(),
  author: z.string().nullable(),
  url: z.string().nullable(),
  published_at: Time.nullable(),
  language: z.string().nullable(),
  meta: z.record(z.string(), z.unknown()),
};

/** A version of an article with its text, as somebody opens it. */
export const Article = z.strictObject({
  id: z.uuid(),
  project: z.string(),
  ...metadata,
  /** The oldest article of the project whose current text is this one's; null if that is this one. */
  duplicate_of: z.uuid().nullable(),
  version: z.strictObject({ id: z.uuid(), number: z.number().int(), current: z.boolean() }),
  text: z.string(),
  text_sha256: z.string(),
  offset_unit: z.literal("code_point"),
  blocks: z.array(Block),
  scheme: Scheme,
  /** The caller's own; null for those who may only read. */
  annotation_set: AnnotationSet.nullable(),
});
export type Article = Shape<typeof Article>;

export const articleEndpoints = {
  "GET /projects/{project}/articles": {
    summary: "The articles of a project: search, filter, sort, page by page",
    access: "read",
    scope: "read",
    query: ArticleListQuery,
    answer: ArticlePage,
    status: 200,
  },
  "GET /projects/{project}/articles/totals": {
    summary: "How many articles a project has, and how many of them are submitted",
    access: "read",
    scope: "read",
    answer: ArticleTotals,
    status: 200,
  },
  "GET /projects/{project}/articles/facets": {
    summary:
      "What a project's articles can be picked by: the most frequent languages and publishers, with how many articles each has, and for those who see everybody's work, the latest rounds",
    access: "read",
    scope: "read",
    answer: ArticleFacets,
    status: 200,
  },
  "GET /projects/{project}/articles/next": {
    summary: "The next article down the list, newest first, that the caller has not submitted",
    access: "annotate",
    scope: "read",
    query: z.strictObject({
      /** The id of the article that the reader comes from. */
      after: z.string().max(100).optional(),
    }),
    answer: z.strictObject({
      /** Null when all others are submitted. */
      article: z.strictObject({ id: z.uuid(), title: z.string() }).nullable(),
    }),
    status: 200,
  },
  "GET /articles/{id}": {
    summary: "An article's text, blocks and scheme, with the caller's own annotation set",
    access: "read",
    scope: "read",
    query: z.strictObject({
      /** The number of an earlier version; the current one if left out. */
      version: VersionInQuery,
    }),
    answer: Article,
    status: 200,
  },
  "GET /articles/{id}/print": {
    summary:
      "A page of HTML to print: an article with one annotation set that the caller may see, numbered, with tables of what is in it",
    access: "read",
    scope: "read",
    query: z.strictObject({
      /** The number of an earlier version; the current one if left out. */
      version: VersionInQuery,
      /** The id of a set on it; if left out, the caller's own, or else the first of those that they may see. */
      set: z.uuid().optional(),
    }),
    answerType: "text/html",
    status: 200,
  },
  "GET /articles/{id}/annotation-sets": {
    summary: "The annotation sets of an article's current version that the caller may see",
    access: "read",
    scope: "read",
    answer: z.strictObject({ annotation_sets: z.array(AnnotationSet) }),
    status: 200,
  },
} as const satisfies Endpoints;
