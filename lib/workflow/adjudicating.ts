import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { type Actor, type UserActor, userIdOf } from "@/lib/access/actor";
import type {
  Adjudication,
  AdjudicationComment,
  AdjudicationComments,
  AdjudicationItem,
  AdjudicationPage,
  AdjudicationSettings,
  OwnDecisions,
} from "@/lib/api/adjudication";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { Project } from "@/lib/api/projects";
import {
  agreedOnArticle,
  clustersOf,
  isDispute,
  preaccepting,
  type Source,
} from "@/lib/domain/adjudication";
import { annotationsIn, sourceKey } from "@/lib/domain/decisions";
import { counted } from "@/lib/domain/figures";
import { MAX_COMMENT_LENGTH, MAX_INT } from "@/lib/domain/limits";
import { checkedRemark } from "@/lib/domain/naming";
import type { Decision, Intent, Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { roleMay } from "@/lib/domain/roles";
import type { Span } from "@/lib/domain/span";
import {
  type AdjudicationRow,
  adjudicationSettings,
  type CommentRow,
  changeAdjudicationSettings,
  countAdjudicated,
  countComments,
  curatorsOf,
  decidedReviewers,
  decidersIn,
  deleteComment,
  findGoldById,
  insertComment,
  isSourceOf,
  latestDecidedVersion,
  listAdjudicated,
  listComments,
  ownDecidedSet,
  type PlacedSource,
  placedSources,
  type SettingsRow,
  submittedSets,
} from "@/lib/store/adjudication";
import {
  contentOf,
  findGold,
  insertGold,
  lockGold,
  noteGuidelines,
  recordOperations,
  type SetContent,
  setSubmitted,
} from "@/lib/store/annotation-sets";
import { annotatorNumber } from "@/lib/store/annotators";
import { type ArticleVersionRow, isOnLiveArticle } from "@/lib/store/article-versions";
import { logEvent } from "@/lib/store/audit";
import {
  database,
  inOneSnapshot,
  pipelinedTransaction,
  type Sql,
  sqlTransaction,
} from "@/lib/store/database";
import { everDecided, movedSources } from "@/lib/store/decisions";
import { membersWhoSeeAll } from "@/lib/store/members";
import { refreshStatistics } from "@/lib/store/statistics";
import {
  asAnnotationSet,
  contextOf,
  findArticle,
  lockedSetToChange,
  noSuchSet,
  planned,
  readSet,
  reopen,
  requireAttributes,
  requireSeen,
  type SeenSet,
  submit,
} from "./annotating";
import { visibleRoundId } from "./assigning";
import { inOneScheme } from "./changing-schemes";
import { isBlindTo } from "./masking";
import { tellMentionedInNote, tellOfComment, tellOfDecisions } from "./notifying";
import { type PageAsked, pageOf } from "./paging";
import { requireId } from "./permissions";
import { projectFor } from "./projects";

/**
 * By which rule spans come into gold by themselves, and whether curators see names.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function adjudicationSettingsOf(
  actor: Actor,
  ref: string,
): Promise<AdjudicationSettings> {
  const { id } = await projectFor(actor, ref, "see_all_sets");
  return asSettings(await adjudicationSettings(database().pool, id));
}

/**
 * Changes them; what is left out stays. What has been settled by another rule stays, too.
 *
 * @throws Refusal "not_found", "forbidden", also for whoever would see names by it and is no admin
 */
export async function changeAdjudication(
  actor: Actor,
  ref: string,
  {
    rule,
    reviewers_anonymous: anonymous,
  }: {
    rule?: AdjudicationSettings["rule"] | undefined;
    reviewers_anonymous?: boolean | undefined;
  },
): Promise<AdjudicationSettings> {
  const needed = anonymous === undefined ? "see_all_sets" : "manage";
  const { id } = await projectFor(actor, ref, needed);
  if (rule === undefined && anonymous === undefined) return adjudicationSettingsOf(actor, ref);
  return sqlTransaction(database(), async (sql) => {
    await changeAdjudicationSettings(sql, id, { rule, anonymous });
    await logEvent(sql, {
      action: "project.adjudication_changed",
      userId: userIdOf(actor),
      projectId: id,
      subject: id,
      details: {
        ...(rule ? { needed: rule.needed, match: rule.match } : {}),
        ...(anonymous === undefined ? {} : { anonymous }),
      },
    });
    return asSettings(await adjudicationSettings(sql, id));
  });
}

function asSettings({ rule, anonymous }: SettingsRow): AdjudicationSettings {
  return { rule, reviewers_anonymous: anonymous };
}

/**
 * A page of the articles that reviewers have submitted, with what is left to decide.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a cursor of another list
 */
export async function adjudicationPage(
  actor: Actor,
  ref: string,
  {
    round,
    state,
    ...asked
  }: PageAsked & {
    round?: number | undefined;
    state?: AdjudicationItem["state"] | undefined;
  } = {},
): Promise<AdjudicationPage> {
  const project = await projectFor(actor, ref, "see_all_sets");
  const roundId = await visibleRoundId(actor, project, round);
  const filter = { projectId: project.id, roundId };
  return inOneSnapshot(async (sql) => {
    const { rows, next_cursor } = await pageOf(asked, {
      key: z.tuple([z.uuid(), z.number().int().min(1).max(MAX_INT)]),
      keyOf: (row: AdjudicationRow): [string, number] => [row.articleId, row.version],
      load: ({ after, limit }) =>
        listAdjudicated(sql, filter, {
          state: state ?? null,
          after: after && { articleId: after[0], version: after[1] },
          limit,
        }),
    });
    const left = await disputesIn(
      sql,
      rows.map(({ versionId }) => versionId),
    );
    return {
      items: rows.map((row) => ({
        article: { id: row.articleId, title: row.title },
        version: row.version,
        current: row.isCurrent,
        reviewers: row.reviewers,
        disputes_left: left.get(row.versionId) ?? 0,
        state: stateOf(row),
        gold_set: row.goldId,
        decided_by: row.decidedBy,
        settled_at: row.settledAt?.toISOString() ?? null,
      })),
      totals: await countAdjudicated(sql, filter),
      next_cursor,
    };
  });
}

function stateOf({
  goldId,
  settledAt,
}: Pick<AdjudicationRow, "goldId" | "settledAt">): AdjudicationItem["state"] {
  if (goldId === null) return "open";
  return settledAt === null ? "begun" : "settled";
}

/** How many disputes are left of some versions, by their ids; versions without any are left out. */
async function disputesIn(
  sql: Sql,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const byVersion = Map.groupBy(await placedSources(sql, versionIds), ({ versionId }) => versionId);
  return new Map(
    [...byVersion].map(([version, placed]) => [
      version,
      clustersOf(setsOf(placed)).filter((cluster) =>
        cluster.some(({ content }) => !content.isDecided),
      ).length,
    ]),
  );
}

/** Sources by their sets, as clusters are made of them. */
function setsOf(placed: readonly PlacedSource[]) {
  return [...Map.groupBy(placed, ({ set }) => set)].map(([id, of]) => ({
    id,
    spans: of.map(({ span, fragments, isDecided }) => ({
      id: span,
      label: "",
      fragments,
      isDecided,
    })),
  }));
}

/**
 * Begins to adjudicate a version of an article: makes its gold set, if there is none, with what the project's rule
 * settles. Again, it adds what reviewers have submitted since, and leaves alone what was ever decided on.
 *
 * @param version its number; the current one if left out
 * @throws Refusal "not_found", "forbidden", "deleted", "conflict" where nobody has submitted it
 */
export async function beginAdjudication(
  actor: UserActor,
  articleId: string,
  { version }: { version?: number | undefined } = {},
): Promise<Adjudication> {
  const article = await findArticle(actor, articleId, version ?? null);
  const project = await projectFor(actor, article.projectId, "see_all_sets");
  const { versionId, projectId } = article;
  const done = await pipelinedTransaction(database(), async (sql) => {
    // The sets first and gold then, as whoever submits or makes gold of a set does.
    const rows = await submittedSets(sql, versionId, { lock: true });
    if (rows.length === 0 && (await findGold(sql, versionId, { settled: false })) === null) {
      throw new Refusal("conflict", "No reviewer has submitted this version of the article yet.");
    }
    const id = uuidv7();
    if ((await lockGold(sql, versionId, "change")) === null) {
      const annotator = await annotatorNumber(sql, { projectId, userId: actor.userId });
      await insertGold(sql, { id, of: article, annotator });
    }
    // Somebody else may have made one at the same time.
    const gold = await lockGold(sql, versionId, "change");
    if (!gold) throw new Error("A gold set vanished while it was being made.");
    if (!(await isOnLiveArticle(sql, gold.id))) {
      throw new Refusal("not_found", "There is no such article.");
    }
    if (gold.submittedAt) return 0;
    const isNew = gold.id === id;
    const [before, ...sources] = await inOneScheme(
      sql,
      await contentOf<SetContent | (typeof rows)[number] | typeof gold>(sql, [gold, ...rows]),
    );
    if (!before) throw noSuchSet();
    // Where the scheme has moved on, gold comes to it by itself, and what is agreed on after that.
    const isBehind = before.schemeVersion !== gold.schemeVersion;
    const operations = isBehind
      ? []
      : await settledByRule(sql, before, sources, {
          isNew,
          decided: await everDecided(sql, gold.id),
        });
    const context = await contextOf(sql, gold);
    const planning = planned(before, context, operations);
    if (planning.length > 0) {
      await recordOperations(sql, gold, {
        userId: actor.userId,
        scheme: context.scheme,
        done: planning,
      });
    }
    if (isNew) {
      await logEvent(sql, {
        action: "gold.begun",
        userId: actor.userId,
        projectId,
        subject: article.articleId,
        details: { annotation_set: gold.id },
      });
    }
    return planning.length;
  });
  if (done >= MANY) await refreshStatistics(database().pool).catch(() => undefined);
  return inOneSnapshot((sql) => adjudicationIn(sql, actor, project, article));
}

/** So many operations at once fill the tables; see {@link refreshStatistics}. */
const MANY = 100;

async function settledByRule(
  sql: Sql,
  gold: SetContent,
  sets: readonly SetContent[],
  { isNew, decided }: { isNew: boolean; decided: ReadonlySet<string> },
): Promise<Operation[]> {
  const { text, scheme } = await contextOf(sql, gold);
  const { rule } = await adjudicationSettings(sql, gold.projectId);
  const desk = { sets, gold: annotationsIn(gold), text, scheme, rule, newId: uuidv7 };
  const gesture = [...preaccepting(desk, decided), ...(isNew ? agreedOnArticle(desk) : [])];
  return gesture.map((intent: Intent): Operation => ({ id: uuidv7(), ...intent }));
}

/**
 * An article's gold set, what reviewers have submitted, and the comments on it.
 *
 * @param version its number; the current one if left out
 * @throws Refusal "not_found", "forbidden"
 */
export async function adjudicationOf(
  actor: Actor,
  articleId: string,
  { version }: { version?: number | undefined } = {},
): Promise<Adjudication> {
  const article = await findArticle(actor, articleId, version ?? null);
  const project = await projectFor(actor, article.projectId, "see_all_sets");
  return inOneSnapshot((sql) => adjudicationIn(sql, actor, project, article));
}

async function adjudicationIn(
  sql: Sql,
  actor: Actor,
  project: Project,
  article: ArticleVersionRow,
): Promise<Adjudication> {
  const { versionId } = article;
  const settings = await adjudicationSettings(sql, project.id);
  const isBlind = await isBlindTo(sql, project);
  const { gold, sources, names, comments } = await workToSettle(sql, versionId);
  const moved = gold ? await movedSources(sql, gold.id) : [];
  const annotations = annotationsIn(gold ?? { kind: "gold" });
  const changed = new Set(moved.filter(({ how }) => how === "changed").map(sourceKey));
  return {
    article: { id: article.articleId, title: article.title },
    version: {
      id: versionId,
      number: article.number,
      current: article.number === article.currentVersion,
    },
    ...asSettings(settings),
    gold: gold ? asAnnotationSet(gold, { decisions: true }) : null,
    decided: gold
      ? (await decidersIn(sql, gold.id)).map(({ id, userName, decidedAt }) => ({
          decision: id,
          by: userName,
          at: decidedAt.toISOString(),
        }))
      : [],
    moved,
    sources: sources.map((set) => ({
      id: set.id,
      key: `a${set.annotator}`,
      name: isBlind ? null : (names.get(set.id) ?? null),
      submitted_at: set.submittedAt?.toISOString() ?? "",
      note: set.note,
      attributes: set.attributes,
      spans: set.spans,
      relations: set.relations,
    })),
    comments: comments.map((comment) => asComment(comment, { actor, isBlind })),
    disputes_left: clustersOf(sources).filter((cluster) => isDispute(cluster, annotations, changed))
      .length,
  };
}

/**
 * The gold set of a version, if there is one, with the comments in it, and what reviewers have submitted of that version:
 * in the scheme of gold, as far as that can be. `names` are the reviewers', by the ids of their sets.
 */
export async function workToSettle(
  sql: Sql,
  versionId: string,
): Promise<{
  gold: SetContent | null;
  sources: readonly SetContent[];
  names: ReadonlyMap<string, string>;
  comments: CommentRow[];
}> {
  const row = await findGold(sql, versionId, { settled: false });
  const rows = await submittedSets(sql, versionId, { lock: false });
  const [gold = null] = row ? await contentOf(sql, [row]) : [];
  const contents = await contentOf(sql, rows);
  const carried = await inOneScheme<SetContent>(sql, gold ? [gold, ...contents] : contents);
  return {
    gold,
    sources: gold ? carried.slice(1) : carried,
    names: new Map(rows.map(({ id, userName }) => [id, userName])),
    comments: gold ? await listComments(sql, gold.id, { of: null }) : [],
  };
}

function asComment(
  row: CommentRow,
  { actor, isBlind }: { actor: Actor; isBlind: boolean },
): AdjudicationComment {
  return {
    id: row.id,
    set: row.set,
    span: row.span,
    text: row.text,
    from: row.fromReviewer ? "reviewer" : "curator",
    by: isBlind && row.fromReviewer ? `a${row.annotator}` : row.userName,
    own: row.userId === userIdOf(actor),
    created_at: row.createdAt.toISOString(),
  };
}

/**
 * Submits the actor's own set as {@link submit} does, or settles gold: its reviewers are told. Settled again, nothing
 * changes.
 *
 * @throws Refusal as {@link submit}; "conflict" with their number as `disputes` if gold has some left and
 *   `leave_disputes` does not say so
 */
export async function submitSet(
  actor: UserActor,
  setId: string,
  { leave_disputes: leave = false, ...seen }: SeenSet & { leave_disputes?: boolean },
): Promise<AnnotationSet> {
  if (!(await isGold(setId))) return submit(actor, setId, seen);
  await pipelinedTransaction(database(), async (sql) => {
    const gold = await lockedSetToChange(sql, actor, setId);
    await requireSeen(sql, gold, seen);
    if (gold.submittedAt) return;
    await requireAttributes(sql, gold);
    const { versionId, articleId, projectId } = gold;
    const left = (await disputesIn(sql, [versionId])).get(versionId) ?? 0;
    if (left > 0 && !leave) {
      throw new Refusal(
        "conflict",
        `${counted(left, "dispute")} ${left === 1 ? "is" : "are"} not decided yet.`,
        { disputes: left },
      );
    }
    await setSubmitted(sql, setId, true);
    await noteGuidelines(sql, gold, actor.userId);
    const about = { userId: actor.userId, projectId, subject: articleId };
    const details = { annotation_set: setId, disputes: left };
    await logEvent(sql, { action: "gold.settled", ...about, details });
    const told = await decidedReviewers(sql, setId);
    await tellOfDecisions(sql, { actor, projectId, articleId }, told);
    await tellMentionedInNote(sql, { actor, projectId, articleId, setId, note: gold.note });
  });
  return settledSet(actor, setId);
}

/**
 * Opens the actor's own submitted set again as {@link reopen} does, or settled gold.
 *
 * @throws Refusal as {@link reopen}
 */
export async function reopenSet(
  actor: UserActor,
  setId: string,
  seen: SeenSet,
): Promise<AnnotationSet> {
  if (!(await isGold(setId))) return reopen(actor, setId, seen);
  await pipelinedTransaction(database(), async (sql) => {
    const gold = await lockedSetToChange(sql, actor, setId);
    await requireSeen(sql, gold, seen);
    if (!gold.submittedAt) return;
    await setSubmitted(sql, setId, false);
    await logEvent(sql, {
      action: "gold.reopened",
      userId: actor.userId,
      projectId: gold.projectId,
      subject: gold.articleId,
      details: { annotation_set: setId },
    });
  });
  return settledSet(actor, setId);
}

function settledSet(actor: UserActor, setId: string): Promise<AnnotationSet> {
  return inOneSnapshot(async (sql) =>
    asAnnotationSet(await readSet(sql, actor, setId), { decisions: true }),
  );
}

/** What kind a set is of never changes. */
async function isGold(setId: string): Promise<boolean> {
  requireId(setId, "There is no such annotation set.");
  return (await findGoldById(database().pool, setId)) !== null;
}

/**
 * How the actor's own submitted work on an article was decided. Others' work is not told.
 *
 * @param version its number; the latest that there is something of if left out
 * @throws Refusal "not_found" also where nothing is settled, or while they have the article to do once more; "forbidden"
 */
export async function ownDecisions(
  actor: UserActor,
  articleId: string,
  { version }: { version?: number | undefined } = {},
): Promise<OwnDecisions> {
  const found = await findArticle(actor, articleId, version ?? null);
  await projectFor(actor, found.projectId, "annotate");
  const { userId } = actor;
  const { pool } = database();
  const number = version ?? (await latestDecidedVersion(pool, { articleId, userId }));
  const article =
    number === null || number === found.number
      ? found
      : await findArticle(actor, articleId, number);
  const { versionId } = article;
  return inOneSnapshot(async (sql) => {
    const row = await ownDecidedSet(sql, { versionId, userId });
    const goldRow = await findGold(sql, versionId, { settled: true });
    const contents = row && goldRow ? await contentOf(sql, [row, goldRow]) : [];
    const [own, gold] = contents;
    if (!own || !gold?.submittedAt) throw nothingDecided();
    const { decided } = annotationsIn(gold);
    const spans = new Map(gold.spans.map((span) => [span.id, span]));
    const deciders = new Map((await decidersIn(sql, gold.id)).map((one) => [one.id, one]));
    const moved = await movedSources(sql, gold.id);
    const changed = new Set(moved.filter(({ set }) => set === own.id).map(sourceKey));
    const comments = Map.groupBy(
      await listComments(sql, gold.id, { of: own.id }),
      ({ span }) => span,
    );
    return {
      article: { id: articleId, title: article.title },
      version: {
        id: versionId,
        number: article.number,
        current: article.number === article.currentVersion,
      },
      gold_set: gold.id,
      settled_at: gold.submittedAt.toISOString(),
      set: own.id,
      spans: own.spans.map((span) => {
        const source = { set: own.id, span: span.id };
        const decision = decided?.on(source) ?? null;
        const by = decision && deciders.get(decision.id);
        return {
          span,
          outcome: decision?.outcome ?? null,
          gold: decision ? spansOf(decision, spans) : [],
          reason: decision?.reason ?? "",
          decided_at: by?.decidedAt.toISOString() ?? null,
          changed: changed.has(sourceKey(source)),
          comments: (comments.get(span.id) ?? []).map((comment) =>
            asComment(comment, { actor, isBlind: false }),
          ),
        };
      }),
    };
  });
}

function spansOf({ spans: ids }: Decision, spans: ReadonlyMap<string, Span>): Span[] {
  return ids.flatMap((id) => spans.get(id) ?? []);
}

function nothingDecided(): Refusal {
  return new Refusal("not_found", "Nothing of your work on this article has been decided yet.");
}

/** Where somebody speaks about what was decided, and as what. */
type Discussion = {
  readonly gold: NonNullable<Awaited<ReturnType<typeof findGoldById>>>;
  readonly isBlind: boolean;
  /** The only set whose spans are spoken of; null for a curator, who speaks of all. */
  readonly own: string | null;
};

/**
 * @throws Refusal "not_found" for what is no gold set, or no settled one that decided on work of the actor's
 */
async function discussionOf(sql: Sql, actor: UserActor, setId: string): Promise<Discussion> {
  const nothing = "There is no such annotation set.";
  requireId(setId, nothing);
  const gold = await findGoldById(sql, setId);
  if (!gold) throw noSuchSet();
  const project = await projectFor(actor, gold.projectId, "read").catch((error: unknown) => {
    // A project that is not there for somebody must not be told by a set in it.
    throw error instanceof Refusal && error.code === "not_found" ? noSuchSet() : error;
  });
  if (roleMay(project.role, "see_all_sets")) {
    return { gold, isBlind: await isBlindTo(sql, project), own: null };
  }
  if (!roleMay(project.role, "annotate") || !gold.submittedAt) throw noSuchSet();
  const { versionId } = gold;
  const own = await ownDecidedSet(sql, { versionId, userId: actor.userId });
  if (!own) throw noSuchSet();
  return { gold, isBlind: false, own: own.id };
}

/** The comments in a gold set. For reviewers, those on their own spans. @throws Refusal "not_found" */
export async function commentsIn(actor: UserActor, setId: string): Promise<AdjudicationComments> {
  const sql = database().pool;
  const { gold, isBlind, own } = await discussionOf(sql, actor, setId);
  const comments = await listComments(sql, gold.id, { of: own });
  return { comments: comments.map((comment) => asComment(comment, { actor, isBlind })) };
}

/** The most comments of one person in one gold set: enough for any talk, and too few to fill a disk. */
const MOST_COMMENTS = 1000;

/**
 * Comments on a reviewer's span in a gold set. Who it concerns is told: the reviewer, once the gold is settled, or those
 * who decided.
 *
 * @throws Refusal "not_found" also for a span that is of no reviewer of the version, or for a reviewer not their own;
 *   "invalid" for one that is blank or too long; "conflict" for too many
 */
export async function comment(
  actor: UserActor,
  setId: string,
  { text: written, ...source }: Source & { text: string },
): Promise<AdjudicationComment> {
  const text = checkedRemark(written, "comment", "text", MAX_COMMENT_LENGTH);
  const id = uuidv7();
  return sqlTransaction(database(), async (sql) => {
    const { gold, isBlind, own } = await discussionOf(sql, actor, setId);
    const { projectId, versionId, articleId } = gold;
    const isThere = await isSourceOf(sql, { setId, versionId, source });
    if (!isThere || (own !== null && source.set !== own)) {
      throw new Refusal("not_found", "There is no such span of a reviewer.");
    }
    const { userId } = actor;
    if ((await countComments(sql, { setId, userId })) >= MOST_COMMENTS) {
      throw new Refusal("conflict", `There are ${MOST_COMMENTS} comments of yours here already.`);
    }
    const fromReviewer = own !== null;
    await insertComment(sql, { id, projectId, setId, source, userId, fromReviewer, text });
    const told = fromReviewer ? await toAnswer(sql, gold) : await reviewersTold(sql, gold, source);
    await tellOfComment(sql, { actor, projectId, articleId, remark: text }, told);
    const [row] = await listComments(sql, setId, { of: null, id });
    if (!row) throw new Error("A comment vanished while it was being written.");
    return asComment(row, { actor, isBlind });
  });
}

/** Who answers a reviewer: those who decided and still may, or all who could. */
async function toAnswer(sql: Sql, { id, projectId }: Discussion["gold"]): Promise<string[]> {
  const all = (await membersWhoSeeAll(sql, projectId)).map((member) => member.id);
  const took = new Set(await curatorsOf(sql, id));
  const some = all.filter((member) => took.has(member));
  return some.length > 0 ? some : all;
}

/** The author of a source, if they can see what was decided on their work: it is settled, and not of others alone. */
async function reviewersTold(
  sql: Sql,
  { versionId, submittedAt }: Discussion["gold"],
  { set }: Source,
): Promise<string[]> {
  if (!submittedAt) return [];
  const rows = await submittedSets(sql, versionId, { lock: false });
  const author = rows.find(({ id }) => id === set)?.userId;
  if (author === undefined) return [];
  return (await ownDecidedSet(sql, { versionId, userId: author })) ? [author] : [];
}

/** Takes a comment of the actor's own back. @throws Refusal "not_found" */
export async function takeCommentBack(actor: UserActor, setId: string, id: string): Promise<void> {
  const nothing = "There is no such comment of yours.";
  requireId(id, nothing);
  await sqlTransaction(database(), async (sql) => {
    await discussionOf(sql, actor, setId);
    const { userId } = actor;
    if (!(await deleteComment(sql, { setId, id, userId }))) throw new Refusal("not_found", nothing);
  });
}
