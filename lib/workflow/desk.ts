import type { Actor, UserActor } from "@/lib/access/actor";
import type { Adjudication, OwnDecisions } from "@/lib/api/adjudication";
import type { Scheme } from "@/lib/domain/scheme";
import type { ArticleVersionRow } from "@/lib/store/article-versions";
import { database } from "@/lib/store/database";
import { adjudicationOf, ownDecisions } from "./adjudicating";
import { findArticle } from "./annotating";
import { schemeVersionOf } from "./schemes";
import { segmentationOf } from "./segmenting";

/** What a curator's desk is made of. */
export type OpenDesk = {
  readonly article: ArticleVersionRow;
  readonly adjudication: Adjudication;
  /** Of gold, or the project's own where nobody has begun. */
  readonly scheme: Scheme;
  readonly segmentation: Uint8Array;
};

/**
 * An article as a curator has it before them. Makes nothing: beginning does.
 *
 * @param version its number; the current one if left out
 * @throws Refusal "not_found", "forbidden"
 */
export async function openDesk(
  actor: Actor,
  articleId: string,
  { version }: { version?: number | undefined } = {},
): Promise<OpenDesk> {
  const adjudication = await adjudicationOf(actor, articleId, { version });
  const { number } = adjudication.version;
  const article = await findArticle(actor, articleId, number);
  const { projectId, schemeVersion, text, blocks, language } = article;
  const scheme = await schemeVersionOf(database().pool, {
    projectId,
    version: adjudication.gold?.scheme_version ?? schemeVersion,
  });
  const segmentation = await segmentationOf({
    version: adjudication.version,
    text,
    blocks: [...blocks],
    language,
  });
  return { article, adjudication, scheme, segmentation };
}

/** How somebody's own work was decided, with what labels look like. */
export type ShownDecisions = {
  readonly decisions: OwnDecisions;
  readonly article: ArticleVersionRow;
  readonly scheme: Scheme;
};

/** @throws Refusal as {@link ownDecisions} */
export async function showDecisions(
  actor: UserActor,
  articleId: string,
  { version }: { version?: number | undefined } = {},
): Promise<ShownDecisions> {
  const decisions = await ownDecisions(actor, articleId, { version });
  const article = await findArticle(actor, articleId, decisions.version.number);
  const { projectId, schemeVersion } = article;
  const scheme = await schemeVersionOf(database().pool, { projectId, version: schemeVersion });
  return { decisions, article, scheme };
}
