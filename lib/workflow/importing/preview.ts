import type { Actor } from "@/lib/access/actor";
import type { ImportPreview, PreviewedArticle } from "@/lib/api/imports";
import { readArticles } from "@/lib/formats/index";
import type { ReadArticle, Rejection, SourceFile } from "@/lib/formats/source-file";
import { projectFor } from "@/lib/workflow/projects";
import { schemeOfProject } from "@/lib/workflow/schemes";
import { cleanPath, sha256 } from "./article-identity";
import type { ImportFormat } from "./batches";

/** How many items a preview shows of all its files together. */
const MOST_ITEMS = 20;

/** How much of a text a preview shows, in code points; blocks and spans beyond it are left out. */
const MOST_TEXT = 20_000;

/**
 * What an import of these files would read. Nothing is stored.
 *
 * @throws Refusal "not_found" or "forbidden" for the project
 */
export async function previewImport(
  actor: Actor,
  projectRef: string,
  {
    format,
    strict,
    files,
  }: { format: ImportFormat; strict?: boolean; files: AsyncIterable<SourceFile> },
): Promise<ImportPreview> {
  const project = await projectFor(actor, projectRef, "import");
  const scheme = await schemeOfProject(project);
  const items: ImportPreview["items"][number][] = [];
  for await (const { path, stream } of files) {
    for await (const item of readArticles(
      { path: cleanPath(path), stream },
      { format, scheme, sha256, strict },
    )) {
      if (items.length === MOST_ITEMS) return { items, more: true };
      items.push(item.kind === "article" ? previewed(item) : rejected(item));
    }
  }
  return { items, more: false };
}

function rejected({ path, line, column, reason }: Rejection) {
  return { kind: "rejected" as const, path, line, column, reason };
}

/** An article as it would be read, a long text cut short. */
function previewed({ path, line, article, warnings }: ReadArticle): PreviewedArticle {
  const characters = [...article.text];
  const cut = characters.length > MOST_TEXT;
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
    meta: article.meta,
    text: cut ? characters.slice(0, MOST_TEXT).join("") : article.text,
    text_length: characters.length,
    cut,
    blocks: article.blocks
      .filter(({ start }) => start < MOST_TEXT)
      .map((block) => ({ ...block, end: Math.min(block.end, MOST_TEXT) })),
    warnings: [...warnings],
    spans: article.annotations.flatMap(({ annotator, spans }) =>
      spans
        .filter(({ fragments }) => fragments.every(({ end }) => end <= MOST_TEXT))
        .map((span) => ({ ...span, annotator })),
    ),
  };
}
