import type { OwnState } from "@/lib/domain/article-list";
import type { Excerpt } from "@/lib/search/query";

// What the API answers; lib/api/schemas/articles.ts says the same to machines.

export type ArticleItem = {
  readonly id: string;
  readonly title: string;
  readonly publisher: string | null;
  readonly published_at: string | null;
  readonly language: string | null;
  readonly created_at: string;
  /** In code points. */
  readonly text_length: number;
  readonly state: OwnState;
  readonly label_counts: Readonly<Record<string, number>>;
  /** Null for readers who see only their own work. */
  readonly annotators: number | null;
  readonly title_match: Excerpt | null;
  readonly snippet: Excerpt | null;
};

export type Instead = { readonly word: string; readonly words: readonly string[] };

export type ArticlePage = {
  readonly articles: readonly ArticleItem[];
  readonly next_cursor: string | null;
  /** On the first page only; one more than `MOST_COUNTED` stands for all larger numbers. */
  readonly count: number | null;
  readonly instead: readonly Instead[];
};

/** What the server read for the page as it was asked for. */
export type InitialList = {
  /** Of this reading: it comes back where the browser shows an old page again. */
  readonly id: string;
  /** Which list it is, as `addressOf` writes it. */
  readonly address: string;
  readonly page: ArticlePage;
};

/** A label that articles can be picked by, as it is drawn. */
export type ListLabel = { readonly name: string; readonly letter: string };
