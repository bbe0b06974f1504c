import type { Actor } from "@/lib/access/actor";
import type { IncomingArticle } from "@/lib/domain/article";
import { readArticles } from "@/lib/formats/index";
import type { Rejection, SourceFile } from "@/lib/formats/source";
import { projectFor } from "@/lib/workflow/projects";
import { cleanPath, sha256 } from "./article-identity";
import type { ImportFormat } from "./batches";
import { schemeFor } from "./scheme";

/** How many items a preview shows of all its files together. */
const MOST_ITEMS = 20;

/** How much of a text a preview shows, in code points; blocks and spans beyond it are left out. */
const MOST_TEXT = 20_000;

export type PreviewedArticle = {
  readonly kind: "article";
  readonly path: string;
  readonly line: number | null;
  readonly article: IncomingArticle;
  /** In code points, of the whole text. */
  readonly textLength: number;
  /** Whether the text shown is only its beginning. */
  readonly cut: boolean;
};

export type Preview = {
  readonly items: readonly (PreviewedArticle | Rejection)[];
  /** Whether there is more than is shown. */
  readonly more: boolean;
};

/**
 * What an import of these files would read. Nothing is stored.
 *
 * @throws Refusal "not_found" or "forbidden" for the project
 */
export async function previewImport(
  actor: Actor,
  projectRef: string,
  { format, files }: { format: ImportFormat; files: AsyncIterable<SourceFile> },
): Promise<Preview> {
  const project = await projectFor(actor, projectRef, "import");
  const { scheme } = await schemeFor(project);
  const items: (PreviewedArticle | Rejection)[] = [];
  for await (const { path, stream } of files) {
    for await (const item of readArticles(
      { path: cleanPath(path), stream },
      { format, scheme, sha256 },
    )) {
      if (items.length === MOST_ITEMS) return { items, more: true };
      items.push(item.kind === "article" ? shortened(item) : item);
    }
  }
  return { items, more: false };
}

function shortened({
  path,
  line,
  article,
}: {
  path: string;
  line: number | null;
  article: IncomingArticle;
}): PreviewedArticle {
  const characters = [...article.text];
  const textLength = characters.length;
  const shown = { kind: "article" as const, path, line, textLength };
  if (textLength <= MOST_TEXT) return { ...shown, article, cut: false };
  const { blocks, annotations, ...rest } = article;
  const short: IncomingArticle = {
    ...rest,
    text: characters.slice(0, MOST_TEXT).join(""),
    blocks: blocks
      .filter(({ start }) => start < MOST_TEXT)
      .map((block) => ({ ...block, end: Math.min(block.end, MOST_TEXT) })),
    annotations: annotations.map((set) => ({
      ...set,
      spans: set.spans.filter(({ fragments }) => fragments.every(({ end }) => end <= MOST_TEXT)),
      relations: [],
    })),
  };
  return { ...shown, article: short, cut: true };
}
