import { metadataKeys, readMetadata } from "./metadata";
import type { ReadArticle, ReadContext, ReadItem, WebOrigin } from "./source-file";
import { rejectionOf } from "./source-file";
import { Warnings } from "./warnings";

/** Our names for the fields of metadata, and those of articles. */
const fields = {
  title: "title",
  published_at: "publishedAt",
  publisher: "publisher",
  author: "author",
  url: "url",
  language: "language",
  source_id: "sourceId",
} as const satisfies Record<(typeof metadataKeys)[number], string>;

/**
 * An article that was fetched, with its address, and with what whoever asked for it says of it: a list of addresses is
 * somebody's work, and counts more than the page where the two differ. What the page says then is in `meta`, as
 * `page_title` and the like. The text is the page's, its title too.
 */
export function withOrigin(
  item: ReadItem,
  origin: WebOrigin | undefined,
  context: ReadContext,
): ReadItem {
  if (item.kind !== "article" || origin === undefined) return item;
  try {
    return joined(item, origin, context);
  } catch (error) {
    return rejectionOf(error, item.path, item.line);
  }
}

function joined(item: ReadArticle, origin: WebOrigin, context: ReadContext): ReadArticle {
  const warnings = new Warnings(context);
  const listed = readMetadata(new Map(Object.entries(origin.given)), {
    dialect: "record",
    warnings,
  });
  const { article } = item;
  const own = { ...article, url: article.url ?? origin.address };
  const meta: Record<string, unknown> = { ...listed.meta, ...article.meta };
  for (const [key, value] of Object.entries(listed.meta)) {
    if (key in article.meta && !isSame(article.meta[key], value)) {
      meta[key] = value;
      meta[`page_${key}`] = article.meta[key];
    }
  }
  for (const key of metadataKeys) {
    const [said, found] = [listed[fields[key]], own[fields[key]]];
    if (said !== null && found !== null && said !== found) meta[`page_${key}`] = found;
  }
  return {
    ...item,
    article: {
      ...own,
      title: listed.title ?? own.title,
      publishedAt: listed.publishedAt ?? own.publishedAt,
      publisher: listed.publisher ?? own.publisher,
      author: listed.author ?? own.author,
      language: listed.language ?? own.language,
      sourceId: listed.sourceId ?? own.sourceId,
      meta,
    },
    warnings: [...item.warnings, ...warnings.list()],
  };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
