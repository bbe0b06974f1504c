import type {
  ImportDetailView,
  ImportItemView,
  ImportView,
  importOutcomes,
  importStates,
  PreviewedArticleView,
  PreviewView,
} from "@/lib/api/schemas/importing";
import type { IncomingArticle } from "@/lib/domain/article";

type ImportShape = {
  readonly id: string;
  readonly state: (typeof importStates)[number];
  readonly format: string;
  readonly files: number;
  readonly bytes: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly failure: string | null;
  readonly createdByName: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
};

type ItemShape = {
  readonly item: number;
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly outcome: (typeof importOutcomes)[number];
  readonly reason: string | null;
  readonly articleId: string | null;
  readonly title: string | null;
};

/** @param progress from 0 to 1; null where nobody knows */
export function importView(row: ImportShape, progress: number | null): ImportView {
  return {
    id: row.id,
    state: row.state,
    format: row.format,
    files: row.files,
    bytes: row.bytes,
    progress,
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    rejected_count: row.rejected,
    failure: row.failure,
    created_by: row.createdByName,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}

export function importDetailView(
  row: ImportShape & { readonly rejectedItems: readonly ItemShape[] },
  progress: number | null,
): ImportDetailView {
  const rejected = row.rejectedItems.map(({ path, line, column, reason }) => ({
    path,
    line,
    column,
    reason: reason ?? "",
  }));
  return { ...importView(row, progress), rejected };
}

export function importItemView(row: ItemShape): ImportItemView {
  const { item, path, line, column, outcome, reason, articleId, title } = row;
  return { item, path, line, column, outcome, reason, article_id: articleId, title };
}

type PreviewShape = {
  readonly items: readonly (
    | {
        readonly kind: "article";
        readonly path: string;
        readonly line: number | null;
        readonly article: IncomingArticle;
        readonly textLength: number;
        readonly cut: boolean;
      }
    | {
        readonly kind: "rejected";
        readonly path: string;
        readonly line: number | null;
        readonly column: number | null;
        readonly reason: string;
      }
  )[];
  readonly more: boolean;
};

export function previewView({ items, more }: PreviewShape): PreviewView {
  return {
    items: items.map((item) => (item.kind === "rejected" ? { ...item } : articleView(item))),
    more,
  };
}

function articleView({
  path,
  line,
  article,
  textLength,
  cut,
}: Extract<PreviewShape["items"][number], { kind: "article" }>): PreviewedArticleView {
  return {
    kind: "article",
    path,
    line,
    source_id: article.sourceId,
    title: article.title,
    publisher: article.publisher,
    author: article.author,
    url: article.url,
    published_at: article.publishedAt,
    language: article.language,
    meta: { ...article.meta },
    text: article.text,
    text_length: textLength,
    cut,
    blocks: [...article.blocks],
    spans: article.annotations.flatMap(({ annotator, spans }) =>
      spans.map((span) => ({
        ...span,
        fragments: [...span.fragments],
        attributes: { ...span.attributes },
        annotator,
      })),
    ),
  };
}
