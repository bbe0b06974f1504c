import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { type Actor, type UserActor, userIdOf } from "@/lib/access/actor";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { Feedback, RoundScores, Score, ScoredArticlePage } from "@/lib/api/gold";
import { type Comparison, compare } from "@/lib/domain/agreement/comparison";
import { countsByLabel, f1, type SpanCounts } from "@/lib/domain/agreement/matching";
import { byWeek, tallyOf } from "@/lib/domain/agreement/scoring";
import type { Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { type Scheme, symmetricTypes } from "@/lib/domain/scheme";
import type { Attributes } from "@/lib/domain/span";
import {
  contentOf,
  findGold,
  findVisibleSet,
  insertGold,
  type LabelCounts,
  lockGold,
  lockSubmitted,
  recordOperations,
  type SetContent,
  type SetRow,
  settleGold,
} from "@/lib/store/annotation-sets";
import { annotatorNumber } from "@/lib/store/annotators";
import { type ArticleVersionRow, isOnLiveArticle } from "@/lib/store/article-versions";
import { logEvent } from "@/lib/store/audit";
import { database, inOneSnapshot, type Pipeline, pipelinedTransaction } from "@/lib/store/database";
import { comparedWork, listScores, type ScoreRow } from "@/lib/store/gold-scores";
import { asAnnotationSet, contextOf, findArticle, noSuchSet, planned } from "./annotating";
import { seenOf, visibleRound } from "./assigning";
import { inOneScheme } from "./changing-schemes";
import { type Mask, maskFor } from "./masking";
import { KeyTime, type PageAsked, pageOf } from "./paging";
import { reachOf, requireId } from "./permissions";
import { projectFor } from "./projects";
import { schemeVersionOf } from "./schemes";

/**
 * Has what a reviewer has submitted be the gold of its article version: as operations of the gold set, so that its
 * history shows what it was before.
 *
 * @param replace whether gold that is there already is to be this instead
 * @throws Refusal "not_found", "forbidden", "deleted", "conflict" for what is not submitted or not a reviewer's, and with
 *   `has_gold` where there is gold already
 */
export async function makeGold(
  actor: UserActor,
  setId: string,
  { replace }: { replace: boolean },
): Promise<AnnotationSet> {
  requireId(setId, "There is no such annotation set.");
  const { pool } = database();
  const seen = await findVisibleSet(pool, { setId, ...reachOf(actor) });
  if (!seen) throw noSuchSet();
  await projectFor(actor, seen.projectId, "see_all_sets");
  const goldId = await pipelinedTransaction(database(), async (sql) => {
    const source = await lockSubmitted(sql, setId);
    if (!source) {
      throw new Refusal("conflict", "Only what a reviewer has submitted can be made gold.");
    }
    if (!(await isOnLiveArticle(sql, setId))) throw noSuchSet();
    const gold = await goldToChange(sql, source, { actor, replace });
    await rewrite(sql, gold, { source, userId: actor.userId });
    await logEvent(sql, {
      action: gold.isNew ? "gold.made" : "gold.replaced",
      userId: actor.userId,
      projectId: source.projectId,
      subject: source.articleId,
      details: { annotation_set: setId, annotator: `a${source.annotator}` },
    });
    return gold.id;
  });
  return inOneSnapshot(async (sql) => {
    const gold = await findVisibleSet(sql, { setId: goldId, ...reachOf(actor) });
    const [content] = gold ? await contentOf(sql, [gold]) : [];
    if (!content) throw noSuchSet();
    return asAnnotationSet(content);
  });
}

type LockedGold = SetRow & { readonly labelCounts: LabelCounts };

/** The gold set of a submitted set's version, made if there is none, which nobody else changes. */
async function goldToChange(
  sql: Pipeline,
  source: SetRow,
  { actor, replace }: { actor: UserActor; replace: boolean },
): Promise<LockedGold & { isNew: boolean }> {
  const id = uuidv7();
  let gold = await lockGold(sql, source.versionId, "change");
  if (!gold) {
    const { projectId } = source;
    const annotator = await annotatorNumber(sql, { projectId, userId: actor.userId });
    await insertGold(sql, { id, of: source, annotator });
    // Somebody else may have made one at the same time.
    gold = await lockGold(sql, source.versionId, "change");
  }
  if (!gold) throw new Error("A gold set vanished while it was being made.");
  const isNew = gold.id === id;
  if (!isNew && !replace) {
    throw new Refusal("conflict", "This version of the article has gold already.", {
      has_gold: true,
    });
  }
  return { ...gold, isNew };
}

/** Has a gold set have what another set has, and nothing else. */
async function rewrite(
  sql: Pipeline,
  gold: LockedGold,
  { source, userId }: { source: SetRow; userId: string },
): Promise<void> {
  const [before, wanted] = await contentOf(sql, [gold, source]);
  if (!before || !wanted) throw noSuchSet();
  const context = await contextOf(sql, source);
  const [from, to] = [gold.schemeVersion, source.schemeVersion];
  const nothing = {
    kind: "gold",
    note: gold.note,
    attributes: {},
    spans: [],
    relations: [],
  } as const;
  const done: Parameters<typeof recordOperations>[2]["done"] = [
    ...planned(before, await contextOf(sql, gold), emptying(before)),
    // Emptied, it has nothing that would not fit.
    ...(from === to ? [] : [changeOfScheme(from, to)]),
    ...planned(nothing, context, filling(wanted)),
  ];
  if (done.length > 0) {
    await recordOperations(sql, gold, { userId, scheme: context.scheme, done });
  }
  await settleGold(sql, gold.id, source);
}

function changeOfScheme(before: number, after: number) {
  return {
    operation: { id: uuidv7(), type: "change_scheme", version: after },
    change: { kind: "scheme", before, after, changes: [] },
  } as const;
}

function emptying({ spans, relations, decisions, attributes }: SetContent): Operation[] {
  const none = Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));
  return [
    ...decisions.map(
      ({ id }): Operation => ({ id: uuidv7(), type: "remove_decision", decision: { id } }),
    ),
    ...relations.map(
      ({ id }): Operation => ({
        id: uuidv7(),
        type: "remove_relation",
        relation: { id },
      }),
    ),
    ...spans.map(({ id }): Operation => ({ id: uuidv7(), type: "remove_span", span: { id } })),
    ...(Object.keys(none).length > 0 ? [articleAttributes(none)] : []),
  ];
}

/**
 * Each span and relation gets an id of its own: a dataset has those of all sets side by side. What was copied is
 * accepted with that.
 */
function filling({ id: set, spans, relations, attributes }: SetContent): Operation[] {
  const ids = new Map(spans.map(({ id }) => [id, uuidv7()]));
  const idOf = (id: string) => ids.get(id) ?? id;
  return [
    ...spans.map(
      (span): Operation => ({
        id: uuidv7(),
        type: "add_span",
        span: {
          ...span,
          id: idOf(span.id),
          fragments: [...span.fragments],
          attributes: { ...span.attributes },
        },
      }),
    ),
    ...relations.map(
      ({ type, from, to, attributes: of }): Operation => ({
        id: uuidv7(),
        type: "add_relation",
        relation: { id: uuidv7(), type, from: idOf(from), to: idOf(to), attributes: { ...of } },
      }),
    ),
    ...(Object.keys(attributes).length > 0 ? [articleAttributes({ ...attributes })] : []),
    ...spans.map(
      ({ id }): Operation => ({
        id: uuidv7(),
        type: "add_decision",
        decision: {
          id: uuidv7(),
          sources: [{ set, span: id }],
          outcome: "accepted",
          spans: [idOf(id)],
          reason: "",
        },
      }),
    ),
  ];
}

type ArticleAttributes = Extract<Operation, { type: "set_article_attributes" }>["attributes"];

function articleAttributes(attributes: ArticleAttributes): Operation {
  return { id: uuidv7(), type: "set_article_attributes", attributes };
}

/**
 * How far what was first submitted in a round agrees with gold. Who sees only their own work gets their own of
 * practice; of other rounds nothing, whether or not gold is mixed into them.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function roundScores(
  actor: Actor,
  projectRef: string,
  number: string,
): Promise<RoundScores> {
  const whose = await scoresSeen(actor, projectRef, number);
  if (!whose) return { reviewers: [] };
  const { mask } = whose;
  const rows = await listScores(database().pool, { ...whose, after: null, limit: MOST_SCORES });
  const reviewers = [...Map.groupBy(rows, ({ userId }) => userId)].map(([id, of]) => {
    const { articles, total, labels } = tallyOf(of);
    return {
      user: mask.shown({ id, name: of[0]?.userName ?? "" }),
      articles,
      score: asScore(total),
      labels: labels.map(({ label, counts }) => ({ label, ...asScore(counts) })),
      weeks: byWeek(of).map((week) => ({
        week: week.week,
        articles: week.articles,
        score: asScore(week.total),
      })),
    };
  });
  const byName = reviewers.sort((a, b) => a.user.name.localeCompare(b.user.name, "en"));
  return { reviewers: mask.inOrder(byName) };
}

/** More than a round has assignments. */
const MOST_SCORES = 100_000;

/**
 * A page of the articles behind the scores of a round.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a cursor of another list
 */
export async function scoredArticles(
  actor: Actor,
  projectRef: string,
  { number, user, ...asked }: PageAsked & { number: string; user?: string | undefined },
): Promise<ScoredArticlePage> {
  const whose = await scoresSeen(actor, projectRef, number);
  const of = user === undefined ? null : (whose?.mask.userOf(user) ?? null);
  const isNobodys = user !== undefined && (of === null || (whose?.userId ?? of) !== of);
  if (!whose || isNobodys) return { articles: [], next_cursor: null };
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([KeyTime, z.uuid()]),
    keyOf: (row: ScoreRow): [string, string] => [row.scoredAt.toISOString(), row.assignmentId],
    load: ({ after, limit }) =>
      listScores(database().pool, {
        roundId: whose.roundId,
        userId: whose.userId ?? of,
        after: after && { scoredAt: new Date(after[0]), assignmentId: after[1] },
        limit,
      }),
  });
  return {
    articles: rows.map((row) => ({
      article: { id: row.articleId, title: row.title },
      user: whose.mask.shown({ id: row.userId, name: row.userName }),
      scored_at: row.scoredAt.toISOString(),
      score: asScore(tallyOf([row]).total),
    })),
    next_cursor,
  };
}

/** Whose scores of a round somebody sees, everybody's if `userId` is null; null where they see none. */
async function scoresSeen(
  actor: Actor,
  projectRef: string,
  number: string,
): Promise<{ roundId: string; userId: string | null; mask: Mask } | null> {
  const project = await projectFor(actor, projectRef, "annotate");
  const { id: roundId, kind } = await visibleRound(actor, project, number);
  const userId = seenOf(actor, project);
  const mask = await maskFor(actor, project);
  return userId !== null && kind !== "practice" ? null : { roundId, userId, mask };
}

/** What a page shows of submitted work beside gold. */
export type ShownFeedback = {
  readonly feedback: Feedback;
  readonly article: ArticleVersionRow;
  /** Of gold, which has the labels of both. */
  readonly scheme: Scheme;
};

/**
 * Submitted work on an article of a round beside gold, span by span. Reviewers see their own of practice.
 *
 * @param user the id of whose; the actor's own if left out
 * @throws Refusal "not_found" also where there is no gold, "forbidden", "conflict" for what is not submitted
 */
export async function feedbackOn(
  actor: Actor,
  projectRef: string,
  { number, articleId, user }: { number: string; articleId: string; user?: string | undefined },
): Promise<ShownFeedback> {
  const nothing = "There is nothing to compare here.";
  const project = await projectFor(actor, projectRef, "annotate");
  const { id: roundId, kind } = await visibleRound(actor, project, number);
  const own = seenOf(actor, project);
  const mask = await maskFor(actor, project);
  const userId = user === undefined ? userIdOf(actor) : mask.userOf(user);
  requireId(articleId, nothing);
  const isTheirs = own === null || (kind === "practice" && userId === own);
  if (userId === null || !isTheirs) throw new Refusal("not_found", nothing);
  return inOneSnapshot(async (sql) => {
    const work = await comparedWork(sql, { roundId, articleId, userId });
    if (!work) throw new Refusal("not_found", nothing);
    const { setId, submittedAt } = work;
    if (work.state !== "submitted" || setId === null || submittedAt === null) {
      throw new Refusal("conflict", "Submit this first: then you see how it compares.");
    }
    const gold = await findGold(sql, work.versionId, { settled: true });
    if (!gold) throw new Refusal("not_found", "There is no gold of this version of the article.");
    const set = await findVisibleSet(sql, { setId, ...reachOf(actor) });
    const [mine, theirs] = await inOneScheme(sql, set ? await contentOf(sql, [set, gold]) : []);
    if (!mine || !theirs) throw new Refusal("not_found", nothing);
    const article = await findArticle(actor, articleId, work.version);
    const { projectId, schemeVersion: version } = theirs;
    const scheme = await schemeVersionOf(sql, { projectId, version });
    const symmetric = symmetricTypes(scheme);
    const compared = compare(mine, theirs, (type) => symmetric.has(type));
    const now = tallyOf([{ counts: countsByLabel(mine.spans, theirs.spans) }]);
    const first = work.counts && tallyOf([{ counts: work.counts }]);
    return {
      article,
      scheme,
      feedback: {
        article: { id: articleId, title: article.title },
        user: mask.shown({ id: userId, name: work.userName }),
        submitted_at: submittedAt.toISOString(),
        ...asScores(now),
        first: first &&
          work.scoredAt && { scored_at: work.scoredAt.toISOString(), ...asScores(first) },
        ...asFindings(compared),
        attributes: asDiffering(compared.attributes, mine, theirs),
      },
    };
  });
}

function asScores({ total, labels }: ReturnType<typeof tallyOf>) {
  return {
    score: asScore(total),
    labels: labels.map(({ label, counts }) => ({ label, ...asScore(counts) })),
  };
}

function asScore(counts: SpanCounts): Score {
  return {
    own: counts.one,
    gold: counts.other,
    exact: counts.exact,
    overlap: counts.overlap,
    f1_exact: f1(counts, "exact"),
    f1_overlap: f1(counts, "overlap"),
  };
}

function asFindings({ spans, relations }: Comparison): Pick<Feedback, "spans" | "relations"> {
  return {
    spans: spans.map(({ attributes, ...found }) => ({
      ...found,
      attributes: asDiffering(attributes, found.own, found.gold),
    })),
    relations: relations.map(({ attributes, ...found }) => ({
      ...found,
      attributes: asDiffering(attributes, found.own, found.gold),
    })),
  };
}

type Attributed = { readonly attributes: Attributes } | null;

function asDiffering(
  names: readonly string[],
  own: Attributed,
  gold: Attributed,
): Feedback["attributes"] {
  return names.map((name) => ({
    name,
    own: own?.attributes[name] ?? null,
    gold: gold?.attributes[name] ?? null,
  }));
}
