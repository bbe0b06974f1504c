import type { ArticleItemView, ArticleListView } from "@/lib/api/schemas/articles";
import type { OwnState } from "@/lib/domain/article-list";
import type { Excerpt } from "@/lib/search/query";

type Item = {
  readonly id: string;
  readonly title: string;
  readonly publisher: string | null;
  readonly publishedAt: Date | null;
  readonly language: string | null;
  readonly createdAt: Date;
  readonly textLength: number;
  readonly state: OwnState;
  readonly labelCounts: Readonly<Record<string, number>>;
  readonly annotators: number | null;
  readonly titleMatch: Excerpt | null;
  readonly snippet: Excerpt | null;
};

type Page = {
  readonly articles: readonly Item[];
  readonly nextCursor: string | null;
  readonly count: number | null;
  readonly instead: readonly { readonly word: string; readonly words: readonly string[] }[];
};

/** Of the words put in place of one, as many as a reader takes in. */
const MOST_WORDS_SHOWN = 10;

export function articleListView(page: Page): ArticleListView {
  return {
    articles: page.articles.map(itemView),
    next_cursor: page.nextCursor,
    count: page.count,
    instead: page.instead.map(({ word, words }) => ({
      word,
      words: words.slice(0, MOST_WORDS_SHOWN),
    })),
  };
}

function itemView(item: Item): ArticleItemView {
  return {
    id: item.id,
    title: item.title,
    publisher: item.publisher,
    published_at: item.publishedAt?.toISOString() ?? null,
    language: item.language,
    created_at: item.createdAt.toISOString(),
    text_length: item.textLength,
    state: item.state,
    label_counts: { ...item.labelCounts },
    annotators: item.annotators,
    title_match: excerptView(item.titleMatch),
    snippet: excerptView(item.snippet),
  };
}

function excerptView(excerpt: Excerpt | null) {
  return excerpt && { text: excerpt.text, highlights: [...excerpt.highlights] };
}
