import { z } from "zod";
import { articleSorts, articleStates, MAX_QUERY_LENGTH } from "@/lib/domain/article-list";

export const ArticleListQuery = z.strictObject({
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
  sort: z.enum(articleSorts).optional(),
  cursor: z.string().max(4000).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const NextArticleQuery = z.strictObject({
  /** The id of the article that the reader comes from. */
  after: z.string().max(100).optional(),
});

const Time = z.iso.datetime();

const ExcerptView = z.strictObject({
  text: z.string(),
  /** In code points of `text`. */
  highlights: z.array(z.strictObject({ start: z.number().int(), end: z.number().int() })),
});

export const ArticleItemView = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  publisher: z.string().nullable(),
  published_at: Time.nullable(),
  language: z.string().nullable(),
  created_at: Time,
  /** In code points. */
  text_length: z.number().int(),
  state: z.enum(["new", "open", "submitted"]),
  label_counts: z.record(z.string(), z.number().int()),
  annotators: z.number().int().nullable(),
  title_match: ExcerptView.nullable(),
  snippet: ExcerptView.nullable(),
});
export type ArticleItemView = z.infer<typeof ArticleItemView>;

export const ArticleListView = z.strictObject({
  articles: z.array(ArticleItemView),
  next_cursor: z.string().nullable(),
  /** On the first page: how many there are; 1001 stands for more than 1000. */
  count: z.number().int().nullable(),
  /** What was searched for in place of words that no article has. */
  instead: z.array(z.strictObject({ word: z.string(), words: z.array(z.string()) })),
});
export type ArticleListView = z.infer<typeof ArticleListView>;

export const NextArticleView = z.strictObject({
  article: z.strictObject({ id: z.uuid(), title: z.string() }).nullable(),
});
