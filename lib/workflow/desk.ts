import { type Actor, limitsOf, type UserActor } from "@/lib/access/actor";
import type { Adjudication, OwnDecisions } from "@/lib/api/adjudication";
import { annotationsIn } from "@/lib/domain/decisions";
import { inTextOrder } from "@/lib/domain/range-set";
import type { Scheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import { latestDecidedVersion } from "@/lib/store/adjudication";
import { contentOf, findGold } from "@/lib/store/annotation-sets";
import type { ArticleVersionRow } from "@/lib/store/article-versions";
import { database } from "@/lib/store/database";
import { listDecidedWork } from "@/lib/store/decided-work";
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
  /** The spans of gold that lie where one was left out, by the id of that. */
  readonly instead: Readonly<Record<string, readonly Span[]>>;
};

/** @throws Refusal as {@link ownDecisions} */
export async function showDecisions(
  actor: UserActor,
  articleId: string,
  { version }: { version?: number | undefined } = {},
): Promise<ShownDecisions> {
  const decisions = await ownDecisions(actor, articleId, { version });
  const article = await findArticle(actor, articleId, decisions.version.number);
  const { projectId, schemeVersion, versionId } = article;
  const { pool } = database();
  const row = await findGold(pool, versionId, { settled: true });
  const [gold] = row ? await contentOf(pool, [row]) : [];
  const known = gold ? annotationsIn(gold) : null;
  const out = decisions.spans.filter(({ outcome }) => outcome === "rejected");
  const scheme = await schemeVersionOf(pool, {
    projectId,
    version: gold?.schemeVersion ?? schemeVersion,
  });
  return {
    decisions,
    article,
    scheme,
    instead: Object.fromEntries(
      out.map(({ span }) => [span.id, known?.overlapping(span.fragments).sort(inTextOrder) ?? []]),
    ),
  };
}

/** The most articles that somebody is shown of those that were decided: older ones are found from their pages. */
const MOST_DECIDED = 20;

/** An article of which somebody's work was decided, as they find it in their work. */
export type DecidedArticle = {
  readonly article: { readonly id: string; readonly title: string };
  readonly project: { readonly slug: string; readonly title: string };
  readonly settled_at: string;
};

/** The articles of which the actor's work was decided, the latest first; not all, where there are many. */
export async function decidedWork(actor: UserActor): Promise<DecidedArticle[]> {
  const rows = await listDecidedWork(database().pool, {
    userId: actor.userId,
    within: limitsOf(actor),
    limit: MOST_DECIDED,
  });
  return rows.map(({ articleId, title, projectSlug, projectTitle, settledAt }) => ({
    article: { id: articleId, title },
    project: { slug: projectSlug, title: projectTitle },
    settled_at: settledAt.toISOString(),
  }));
}

/** Whether what the actor has submitted of an article was decided. */
export async function isDecided(actor: UserActor, articleId: string): Promise<boolean> {
  const { userId } = actor;
  return (await latestDecidedVersion(database().pool, { articleId, userId })) !== null;
}
