import type { z } from "zod";
import type { AnnotationSetView, ArticleView, HistoryView } from "@/lib/api/schemas/annotating";
import type { Scheme } from "@/lib/domain/scheme";
import type { Relation, Span } from "@/lib/domain/span";
import type { Block } from "@/lib/domain/text";

type SetContent = {
  readonly id: string;
  readonly articleId: string;
  readonly versionId: string;
  readonly kind: "reviewer" | "gold" | "model" | "imported";
  readonly annotator: number;
  readonly revision: number;
  readonly submittedAt: Date | null;
  readonly note: string;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** The pseudonym under which an annotator is known outside. */
export function pseudonym(annotator: number): string {
  return `a${annotator}`;
}

export function annotationSetView(set: SetContent): z.input<typeof AnnotationSetView> {
  return {
    id: set.id,
    article_id: set.articleId,
    version_id: set.versionId,
    kind: set.kind,
    annotator: pseudonym(set.annotator),
    revision: set.revision,
    submitted_at: set.submittedAt?.toISOString() ?? null,
    note: set.note,
    spans: set.spans.map(({ fragments, attributes, ...span }) => ({
      ...span,
      fragments: [...fragments],
      attributes: { ...attributes },
    })),
    relations: set.relations.map(({ attributes, ...relation }) => ({
      ...relation,
      attributes: { ...attributes },
    })),
  };
}

export function articleView({
  article,
  scheme,
  set,
}: {
  article: {
    readonly articleId: string;
    readonly projectSlug: string;
    readonly sourceId: string | null;
    readonly title: string;
    readonly publisher: string | null;
    readonly author: string | null;
    readonly url: string | null;
    readonly publishedAt: Date | null;
    readonly language: string | null;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly versionId: string;
    readonly number: number;
    readonly currentVersion: number;
    readonly text: string;
    readonly textSha256: string;
    readonly blocks: readonly Block[];
  };
  scheme: Scheme;
  set: SetContent | null;
}): z.input<typeof ArticleView> {
  return {
    id: article.articleId,
    project: article.projectSlug,
    source_id: article.sourceId,
    title: article.title,
    publisher: article.publisher,
    author: article.author,
    url: article.url,
    published_at: article.publishedAt?.toISOString() ?? null,
    language: article.language,
    meta: { ...article.meta },
    version: {
      id: article.versionId,
      number: article.number,
      current: article.number === article.currentVersion,
    },
    text: article.text,
    text_sha256: article.textSha256,
    offset_unit: "code_point",
    blocks: [...article.blocks],
    scheme,
    annotation_set: set ? annotationSetView(set) : null,
  };
}

export function historyView(
  operations: readonly {
    readonly id: string;
    readonly revision: number;
    readonly createdAt: Date;
    readonly body: object;
    readonly change: object;
  }[],
  limit: number,
): z.input<typeof HistoryView> {
  const last = operations.at(-1);
  return {
    operations: operations.map(({ id, revision, createdAt, body, change }) => ({
      id,
      revision,
      created_at: createdAt.toISOString(),
      // The body was validated as an operation when it came in.
      operation: { id, ...body } as z.input<typeof HistoryView>["operations"][number]["operation"],
      change: { ...change },
    })),
    next_cursor: last && operations.length === limit ? String(last.revision) : null,
  };
}
