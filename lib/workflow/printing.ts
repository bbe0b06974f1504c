import type { Actor } from "@/lib/access/actor";
import { articleRecord, type RecordedArticle, type RecordedSet } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { printedPage } from "@/lib/formats/printed";
import type { SetRow } from "@/lib/store/annotation-sets";
import type { ArticleVersionRow } from "@/lib/store/article-versions";
import { inOneSnapshot, type Sql } from "@/lib/store/database";
import { readDataset } from "@/lib/store/export";
import { findArticle, visibleSets } from "./annotating";
import { schemeVersionOf } from "./schemes";

/**
 * An article as a page of HTML to print, as the export for print has it, with one annotation set.
 *
 * @param set on that version; if left out, the actor's own, or else the first of those that they may see
 * @throws Refusal "not_found", also for a set that is not theirs to see
 */
export async function printedArticle(
  actor: Actor,
  articleId: string,
  { version, set }: { version?: number | undefined; set?: string | undefined },
): Promise<string> {
  const article = await findArticle(actor, articleId, version ?? null);
  const { projectId, schemeVersion } = article;
  return inOneSnapshot(async (sql) => {
    const sets = await visibleSets(sql, actor, article);
    const shown = set === undefined ? sets[0] : sets.find(({ id }) => id === set);
    if (set !== undefined && !shown) {
      throw new Refusal("not_found", "There is no such annotation set on this version.");
    }
    const scheme = await schemeVersionOf(sql, {
      projectId,
      version: shown?.schemeVersion ?? schemeVersion,
    });
    const recorded = shown ? await recordedSets(sql, article, shown) : [];
    return printedPage(articleRecord(asRecorded(article), recorded, "all"), { scheme });
  });
}

/** The set as datasets have it; none if nothing has been done in it. */
async function recordedSets(
  sql: Sql,
  { projectId, articleId, number }: ArticleVersionRow,
  { annotator, kind }: SetRow,
): Promise<readonly RecordedSet[]> {
  const selection = {
    projectId,
    layer: "all",
    open: true,
    articles: [articleId],
    annotators: [annotator],
  } as const;
  for await (const { article, sets } of readDataset(sql, selection)) {
    if (article.version === number) return sets.filter((one) => one.kind === kind);
  }
  return [];
}

const asRecorded = ({ articleId: id, number: version, ...article }: ArticleVersionRow) =>
  ({ ...article, id, version }) satisfies RecordedArticle;
