import { annotatorNumbers } from "@/lib/store/annotators";
import { findArticles, findByText, findVersions } from "@/lib/store/articles-write";
import type { Sql } from "@/lib/store/database";
import { findSets } from "@/lib/store/imported-sets";
import type { SeenArticle } from "@/lib/store/imports";
import { numberIn } from "./article-identity";
import type { PreparedItem } from "./batches";
import type { Existing } from "./decisions";

/** The annotations of a file that names no annotator are kept under this name. */
const UNNAMED = "imported";

/** The numbers of annotators in a project, by the names that files give them. */
export type AnnotatorNumbers = {
  /** The number of a name: the same each time, also of one that had none before. */
  readonly find: (sourceName: string) => Promise<number>;
};

/**
 * Looks up what there is already of the articles in a batch.
 *
 * @param seen articles that the import has been through before, with their places
 * @throws whatever `begun` does
 */
export async function findExisting(
  sql: Sql,
  {
    projectId,
    items,
    seen,
    annotators,
    begun = Promise.resolve(),
  }: {
    readonly projectId: string;
    readonly items: readonly PreparedItem[];
    readonly seen: ReadonlyMap<string, SeenArticle>;
    readonly annotators: AnnotatorNumbers;
    /** What `sql` was asked before and has yet to answer: the first questions travel right behind it. */
    readonly begun?: Promise<void>;
  },
): Promise<Existing> {
  const articles = items.filter((item) => item.kind === "article");
  const keys = articles.flatMap(({ identity: { sourceKey, recordKey } }) => [
    sourceKey,
    ...(recordKey === null ? [] : [recordKey]),
  ]);
  const ids = articles.flatMap(({ identity }) => identity.recordId ?? []);
  const hashes = articles.map(({ textSha256 }) => textSha256);
  const [stored, sameText] = await Promise.all([
    findArticles(sql, { projectId, keys, ids }),
    findByText(sql, { projectId, hashes }),
    begun,
  ]);
  const annotated = articles.filter(({ article }) => article.annotations.length > 0);
  const versions = articles.some(({ version }) => version !== null)
    ? await findVersions(sql, [...new Set(stored.map(({ id }) => id))])
    : [];
  const annotatable = stored.map(({ versionId }) => versionId);
  annotatable.push(...versions.map(({ id }) => id));
  const numbers = annotated.some(({ ours }) => ours)
    ? await annotatorNumbers(sql, projectId)
    : new Set<number>();
  const here = new Set(stored.map(({ id }) => id));
  const named = new Map<string, number>();
  for (const { article, ours, identity } of annotated) {
    const known = ours && identity.recordId !== null && here.has(identity.recordId);
    for (const { annotator } of article.annotations) {
      const name = annotator ?? UNNAMED;
      if (named.has(name) || (known && numberIn(annotator, numbers) !== null)) continue;
      named.set(name, await annotators.find(name));
    }
  }
  return {
    articles: stored.map(withTimeAsWritten),
    sameText,
    versions: versions.map(withTimeAsWritten),
    sets: await findSets(sql, annotated.length > 0 ? [...new Set(annotatable)] : []),
    seen,
    annotatorNumber: (annotator) => named.get(annotator ?? UNNAMED) ?? 0,
    numbers,
  };
}

/** With its time as formats write it, without milliseconds where there are none, to be compared with theirs. */
function withTimeAsWritten<Stored extends { readonly publishedAt: Date | null }>(stored: Stored) {
  const written = stored.publishedAt?.toISOString().replace(/\.000Z$/, "Z") ?? null;
  return { ...stored, publishedAt: written };
}
