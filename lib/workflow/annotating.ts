import { LRUCache } from "lru-cache";
import { v7 as uuidv7 } from "uuid";
import { type Actor, hasScope, isAlmighty, type UserActor, userIdOf } from "@/lib/access/actor";
import type {
  Acknowledgement,
  ActiveTime,
  ActiveTimeReport,
  AnnotationSet,
  ComparedSet,
  History,
  Reasons,
} from "@/lib/api/annotation-sets";
import type { Article } from "@/lib/api/articles";
import type { OwnSchemeChange } from "@/lib/api/schemes";
import { countsByLabel } from "@/lib/domain/agreement/matching";
import { annotationsIn, sourceKey } from "@/lib/domain/decisions";
import { counted } from "@/lib/domain/figures";
import { capitalised } from "@/lib/domain/grammar";
import { checkedRemark } from "@/lib/domain/naming";
import type { AnnotationContext, Change, Operation, OperationBatch } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { type Role, roleMay, seesGold } from "@/lib/domain/roles";
import type { HistoryHead } from "@/lib/domain/schemas";
import type { Scheme } from "@/lib/domain/scheme";
import { commitLogged, reversedLogged } from "@/lib/domain/scheme-change";
import { hasRequired, unsetRequired } from "@/lib/domain/submit-check";
import { ArticleText } from "@/lib/domain/text";
import { activeSeconds, addActiveTime } from "@/lib/store/active-times";
import { compareSubmitted } from "@/lib/store/agreements";
import {
  type Applied,
  contentOf,
  findOwnSet,
  findVisibleSet,
  knownOperations,
  listSets,
  lockGold,
  lockOwnSet,
  lockSetToChange,
  noteGuidelines,
  operationsAfter,
  operationsFrom,
  ownSet,
  recordOperations,
  type SetContent,
  type SetRow,
  setReasons,
  setSubmitted,
  touchedContent,
} from "@/lib/store/annotation-sets";
import { annotatorNumber } from "@/lib/store/annotators";
import {
  type ArticleVersionRow,
  findArticleVersion,
  isOnLiveArticle,
  versionsWithOwnWork,
  versionText,
} from "@/lib/store/article-versions";
import {
  noteOpened,
  type OwnAssignment,
  ownAssignments,
  reopenAssignments,
  resumeAssignments,
  skipAssignments,
  submitAssignments,
} from "@/lib/store/assignments";
import {
  database,
  inOneSnapshot,
  type Pipeline,
  pipelinedTransaction,
  type Sql,
  sqlTransaction,
} from "@/lib/store/database";
import { type SourceContent, sourcesAsDecided, submittedSources } from "@/lib/store/decisions";
import { insertScores, unscored } from "@/lib/store/gold-scores";
import { findProject, isUuid } from "@/lib/store/projects";
import { settleExclusive } from "@/lib/store/schemes";
import { refreshStatistics } from "@/lib/store/statistics";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { effectsIn, inOneScheme, stepsTo } from "./changing-schemes";
import { tellMentioned, tellMentionedInNote } from "./notifying";
import { reachOf } from "./permissions";
import { schemeVersionOf } from "./schemes";

/** An article as somebody opens it, with their own annotations and those they may see beside. */
export type OpenArticle = {
  readonly article: Article;
  readonly projectTitle: string;
  /** What the project adds to the words of reported speech. */
  readonly cues: readonly string[];
  readonly others: readonly AnnotationSet[];
  /** Earlier versions with work of this reviewer, newest first. */
  readonly earlierWork: readonly number[];
  /** What the reader was given of it in rounds that are not over, what was returned first. */
  readonly assignments: readonly OwnAssignment[];
  /** Whether the reader's own set waits for them to agree to what it would lose in the scheme that holds. */
  readonly schemeWaits: boolean;
};

/**
 * Opens an article for reading and, if the role allows it, for annotating: the reviewer's own set
 * is made at the first opening, so that there is something to send operations to.
 *
 * @param version a version's number; the current one by default
 * @throws Refusal "not_found"
 */
export async function openArticle(
  actor: Actor,
  articleId: string,
  { version = null }: { version?: number | null } = {},
): Promise<OpenArticle> {
  const article = await findArticle(actor, articleId, version);
  const role = roleIn(actor, article.role);
  const sql = database().pool;
  const userId = userIdOf(actor);
  const isCurrent = article.number === article.currentVersion;
  const visible = () =>
    inOneSnapshot(async (snapshot) =>
      contentOf(snapshot, await visibleSets(snapshot, actor, article)),
    );
  let sets = await visible();
  // What was opened before can be read on a database that takes no changes.
  const isFirst = isCurrent && !sets.some((set) => set.own);
  const begins = isFirst && roleMay(role, "annotate") && hasScope(actor, "annotate");
  if (begins && actor.kind === "user") {
    await makeOwnSet(actor, article);
    sets = await visible();
  }
  const own = sets.find((set) => set.own) ?? null;
  const scheme = await schemeVersionOf(sql, {
    projectId: article.projectId,
    version: own?.schemeVersion ?? article.schemeVersion,
  });
  const worked = userId === null ? [] : await versionsWithOwnWork(sql, { articleId, userId });
  const assignments = userId === null ? [] : await ownAssignments(sql, { userId, articleId });
  const opens = isCurrent && roleMay(role, "annotate") && hasScope(actor, "annotate");
  if (userId !== null && opens && assignments.some(({ state }) => state === "queued")) {
    // It can be read all the same on a database that takes no changes.
    await noteOpened(sql, { userId, articleId }).catch(rethrowUnlessTrouble);
  }
  return {
    article: asArticle(article, { scheme, set: roleMay(role, "annotate") ? own : null }),
    projectTitle: article.projectTitle,
    cues: article.cues,
    others: sets.filter((set) => set !== own).map((set) => asAnnotationSet(set)),
    earlierWork: worked.filter((number) => number < article.number),
    assignments,
    schemeWaits: own?.schemeWaitsFor === article.schemeVersion,
  };
}

function rethrowUnlessTrouble(error: unknown): void {
  if (!isDatabaseTrouble(error)) throw error;
}

/** The annotation sets of an article version that an actor may see, their own first. */
export function visibleSets(
  sql: Sql,
  actor: Actor,
  { versionId, role: given }: ArticleVersionRow,
): Promise<(SetRow & { own: boolean })[]> {
  const role = roleIn(actor, given);
  const reviewers = roleMay(role, "see_all_sets");
  return listSets(sql, { versionId, userId: userIdOf(actor), reviewers, gold: seesGold(role) });
}

/**
 * The annotation sets of an article's current version that the actor may see, their own first.
 *
 * @throws Refusal "not_found"
 */
export async function setsOf(actor: Actor, articleId: string): Promise<AnnotationSet[]> {
  const article = await findArticle(actor, articleId, null);
  const role = roleIn(actor, article.role);
  const reviewers = roleMay(role, "see_all_sets");
  const sets = await inOneSnapshot(async (sql) =>
    contentOf(sql, await visibleSets(sql, actor, article)),
  );
  return sets.map((set) => asAnnotationSet(set, { decisions: reviewers }));
}

/**
 * A set as it is, and whether its history goes on from what the caller knows of it.
 *
 * @param head where the history ends that the caller knows
 * @throws Refusal "not_found"
 */
export function annotationSet(
  actor: Actor,
  setId: string,
  { head }: { head?: string | undefined } = {},
): Promise<ComparedSet> {
  return inOneSnapshot(async (sql) => {
    const set = await readSet(sql, actor, setId);
    const decisions = set.kind === "gold" && (await seesAllSets(actor, set.projectId));
    const common = await commonState(sql, set, appliedOf(head));
    return {
      ...asAnnotationSet(set, { decisions }),
      common: common && (decisions ? common : { ...common, decisions: undefined }),
    };
  });
}

export async function readSet(sql: Sql, actor: Actor, setId: string): Promise<SetContent> {
  const [set] = await contentOf(sql, [await visibleSet(sql, actor, setId)]);
  if (!set) throw noSuchSet();
  return set;
}

/**
 * What a set was before its history parted from the one that `known` is of; null if it has not. That
 * one was lost before this one went on, so whatever is here and is later than it was done since; a
 * server whose clock is behind by more than it was away can be wrong in that.
 */
async function commonState(
  sql: Sql,
  set: SetContent,
  known: Applied | null,
): Promise<ComparedSet["common"]> {
  if (known === null || (await isInHistory(sql, set, known))) return null;
  const since = await operationsFrom(sql, { setId: set.id, moment: known.createdAt });
  const before = annotationsIn(set);
  for (const { change } of since) commitLogged(before, reversedLogged(change));
  return {
    revision: set.revision - since.length,
    note: before.note,
    attributes: before.attributes,
    spans: before.spansInOrder(),
    relations: [...before.relations.values()],
    ...(before.decided ? { decisions: [...before.decided.all.values()] } : {}),
  };
}

/**
 * A set's operations after the revision that `cursor` is, oldest first.
 *
 * @throws Refusal "not_found"
 */
export async function historyOf(
  actor: Actor,
  setId: string,
  { cursor, limit }: { cursor: number; limit: number },
): Promise<History> {
  const sql = database().pool;
  const set = await visibleSet(sql, actor, setId);
  const logged = await operationsAfter(sql, { setId: set.id, revision: cursor, limit });
  const last = logged.at(-1);
  // What gold came of is for those who see the sets that it came of.
  const isWhole = set.kind !== "gold" || (await seesAllSets(actor, set.projectId));
  const shown = isWhole ? logged : logged.filter(({ change }) => change.kind !== "decision");
  return {
    operations: shown.map(({ id, revision, createdAt, body, change }) => ({
      id,
      revision,
      created_at: createdAt.toISOString(),
      // The body was an operation when it came in, and its id has a column of its own.
      operation: { id, ...body } as History["operations"][number]["operation"],
      change: { ...change },
    })),
    next_cursor: last && logged.length === limit ? String(last.revision) : null,
  };
}

/** How many operations a refusal of a stale batch carries; with more, the client loads the set anew. */
const MAX_SINCE = 1000;

/** A batch of so many operations is no typing: many of them, one after the other, fill the tables. */
const BULK = 100;

/**
 * Applies a batch of operations to the actor's own set, or to gold that they may settle, all or none (DESIGN 5).
 * Operations that the history has already are answered as before and change nothing.
 *
 * @throws Refusal "not_found"; "other_history" if the set has never had what the sender knows; "stale_revision"
 *   with `revision` and the `operations` since the batch's; "operation_reused" for a known id with another
 *   body; "conflict" for a submitted set; and what {@link Annotations.plan} throws, with `operation`, the
 *   id of the culprit
 */
export async function annotate(
  actor: UserActor,
  setId: string,
  batch: OperationBatch,
): Promise<Acknowledgement> {
  const ids = new Set(batch.operations.map(({ id }) => id));
  if (ids.size < batch.operations.length) {
    throw new Refusal("invalid", "Two operations of one batch have the same id.");
  }
  if (!isUuid(setId)) throw noSuchSet();
  const { operations } = batch;
  const head = appliedOf(batch.head);
  const asked = head === null ? [...ids] : [...ids, head.id];
  const acknowledgement = await pipelinedTransaction(database(), async (sql) => {
    const [set, found, touched] = await Promise.all([
      lockedSetToChange(sql, actor, setId),
      knownOperations(sql, { setId, ids: asked }),
      touchedContent(sql, { setId, operations }),
    ]);
    if (head !== null && !hasApplied(found, head)) throw otherHistory(set);
    const known = found.filter(({ id }) => ids.has(id));
    const knownById = new Map(known.map((logged) => [logged.id, logged]));
    const fresh: Operation[] = [];
    // Where a batch that grew since it was sent goes on. What is known behind something new lifts
    // nothing: then this is a late copy, and its sender has long gone on without the rest.
    let base = batch.revision;
    for (const operation of batch.operations) {
      const logged = knownById.get(operation.id);
      if (!logged) fresh.push(operation);
      else if (!sameBody(logged.body, operation)) {
        throw new Refusal("operation_reused", "This operation id was used for something else.", {
          operation: operation.id,
        });
      } else if (fresh.length === 0) base = Math.max(base, logged.revision);
    }
    const revisions = new Map(known.map(({ id, revision }) => [id, revision]));
    let last: Applied | undefined = known.at(-1);
    if (fresh.length > 0) {
      if (base !== set.revision) throw await stale(sql, set, batch.revision);
      if (set.submittedAt) throw submitted();
      const context = await contextOf(sql, set);
      const asDecided = await requireSources(sql, set, fresh);
      const done = planned(
        { ...touched, kind: set.kind, note: set.note, attributes: set.attributes },
        context,
        fresh,
      );
      const recorded = recordOperations(sql, set, {
        userId: actor.userId,
        scheme: context.scheme,
        done,
        asDecided,
      });
      sql.commit();
      const createdAt = await recorded;
      const id = fresh.at(-1)?.id;
      if (id !== undefined) last = { id, createdAt };
      fresh.forEach(({ id }, index) => {
        revisions.set(id, set.revision + index + 1);
      });
    }
    if (!last) throw new Error("A batch without operations came in.");
    return {
      revision: Math.max(...revisions.values()),
      head: headOf(last),
      operations: batch.operations.map(({ id }) => ({ id, revision: revisions.get(id) ?? 0 })),
    };
  });
  if (batch.operations.length >= BULK) {
    // It is saved, whatever becomes of this.
    await refreshStatistics(database().pool).catch(() => undefined);
  }
  return acknowledgement;
}

/**
 * Submits the actor's own set; submitting it again changes nothing.
 *
 * @param head where the history ends that the actor has seen, at `revision`
 * @throws Refusal "not_found", "other_history", "stale_revision" if the set has moved on since `revision`,
 *   "unprocessable" with `spans` and their `attributes` if some lack what the scheme requires
 */
export async function submit(
  actor: UserActor,
  setId: string,
  seen: SeenSet,
): Promise<AnnotationSet> {
  if (!isUuid(setId)) throw noSuchSet();
  await pipelinedTransaction(database(), async (sql) => {
    const set = await lockedOwnSet(sql, actor, setId);
    await requireSeen(sql, set, seen);
    if (set.submittedAt) return;
    await requireAttributes(sql, set);
    await setSubmitted(sql, setId, true);
    await submitAssignments(sql, { ...set, userId: actor.userId });
    await noteGuidelines(sql, set, actor.userId);
    await scoreAgainstGold(sql, set, actor.userId);
    await compareSubmitted(sql, set.versionId);
    const { projectId, articleId, note } = set;
    await tellMentionedInNote(sql, { actor, projectId, articleId, setId, note });
  });
  return inOneSnapshot(async (sql) => asAnnotationSet(await readSet(sql, actor, setId)));
}

/**
 * Opens the actor's own submitted set again; an open one stays as it is.
 *
 * @param head where the history ends that the actor has seen, at `revision`
 * @throws Refusal "not_found", "other_history", "stale_revision" if the set has moved on since `revision`
 */
export async function reopen(
  actor: UserActor,
  setId: string,
  seen: SeenSet,
): Promise<AnnotationSet> {
  if (!isUuid(setId)) throw noSuchSet();
  await pipelinedTransaction(database(), async (sql) => {
    const set = await lockedOwnSet(sql, actor, setId);
    await requireSeen(sql, set, seen);
    if (!set.submittedAt) return;
    await scoreAgainstGold(sql, set, actor.userId);
    await setSubmitted(sql, setId, false);
    await reopenAssignments(sql, { ...set, userId: actor.userId });
    await compareSubmitted(sql, set.versionId);
  });
  return inOneSnapshot(async (sql) => asAnnotationSet(await readSet(sql, actor, setId)));
}

/**
 * Keeps how far what is submitted agrees with gold, for those rounds that ask it and have no score of it yet: of what is
 * submitted again, the first counts. So what has none is scored before it is opened again, too: what comes after may have
 * been made with gold in sight. Without gold of this version there is none.
 */
export async function scoreAgainstGold(sql: Sql, set: SetRow, userId: string): Promise<void> {
  const assignments = await unscored(sql, { ...set, userId });
  if (assignments.length === 0) return;
  const gold = await lockGold(sql, set.versionId, "use");
  const sets = gold ? await contentOf<SetRow>(sql, [set, gold]) : [];
  const [own, wanted] = await inOneScheme(sql, sets);
  if (!gold || !own || !wanted) return;
  const counts = countsByLabel(own.spans, wanted.spans);
  const { projectId, revision } = set;
  await insertScores(sql, assignments, { projectId, revision, gold, counts });
}

/**
 * What would become of the actor's own set in the scheme that holds in its project.
 *
 * @throws Refusal "not_found"
 */
export async function ownSchemeChange(actor: UserActor, setId: string): Promise<OwnSchemeChange> {
  return inOneSnapshot(async (sql) => {
    const row = isUuid(setId)
      ? await findOwnSet(sql, { setId, ...reachOf(actor), userId: actor.userId })
      : null;
    const [set] = row ? await contentOf(sql, [row]) : [];
    if (!set) throw noSuchSet();
    const steps = await stepsTo(sql, set.projectId);
    const { effects } = await steps.carry(set);
    return {
      from: set.schemeVersion,
      to: steps.target.version,
      effects: await effectsIn(sql, set, effects),
    };
  });
}

/**
 * Carries the actor's own set over to the scheme that holds, leaving out what has no place there. Done before, it
 * changes nothing.
 *
 * @param version the one that the actor agrees to
 * @param head where the history ends that the actor has seen, at `revision`
 * @throws Refusal "not_found", "other_history", "stale_revision" if the set has moved on since `revision`,
 *   "conflict" with the `version` that holds if it is another one
 */
export async function carryOwnSet(
  actor: UserActor,
  setId: string,
  { version, ...seen }: SeenSet & { version: number },
): Promise<AnnotationSet> {
  if (!isUuid(setId)) throw noSuchSet();
  await pipelinedTransaction(database(), async (sql) => {
    const set = await lockedOwnSet(sql, actor, setId);
    const steps = await stepsTo(sql, set.projectId);
    const { target } = steps;
    if (target.version !== version) {
      throw new Refusal("conflict", `Version ${target.version} of the scheme holds by now.`, {
        version: target.version,
      });
    }
    if (set.schemeVersion === version) return;
    await requireSeen(sql, set, seen);
    const [content] = await contentOf(sql, [set]);
    if (!content) throw noSuchSet();
    const { done } = await steps.carry(content);
    await recordOperations(sql, set, { userId: actor.userId, scheme: target.scheme, done });
    await settleExclusive(sql, [setId], target.scheme);
  });
  return inOneSnapshot(async (sql) => asAnnotationSet(await readSet(sql, actor, setId)));
}

/** The most spans that a refusal names. */
const MOST_NAMED = 100;

/** @throws Refusal "unprocessable" if spans of a set lack attributes that its scheme requires */
export async function requireAttributes(sql: Sql, set: LockedSet): Promise<void> {
  const { projectId, schemeVersion: version } = set;
  const scheme = await schemeVersionOf(sql, { projectId, version });
  if (!hasRequired(scheme)) return;
  const [content] = await contentOf(sql, [set]);
  const unset = content ? unsetRequired(scheme, annotationsIn(content)) : [];
  if (unset.length === 0) return;
  const spans = unset.filter(({ span, relation }) => span !== null && relation === undefined);
  const relations = unset.flatMap(({ relation, attributes }) =>
    relation === undefined ? [] : [{ id: relation, attributes }],
  );
  const article = unset.find(({ span }) => span === null)?.attributes;
  const lacking = [
    article ? "the article" : "",
    spans.length > 0 ? counted(spans.length, "span") : "",
    relations.length > 0 ? counted(relations.length, "relation") : "",
  ].filter((part) => part !== "");
  const isOne = unset.length === 1;
  throw new Refusal(
    "unprocessable",
    `${capitalised(new Intl.ListFormat("en").format(lacking))} ${isOne ? "lacks" : "lack"} an attribute that the scheme requires.`,
    {
      count: unset.length,
      spans: spans.slice(0, MOST_NAMED).map(({ span: id, attributes }) => ({ id, attributes })),
      ...(relations.length > 0 ? { relations: relations.slice(0, MOST_NAMED) } : {}),
      ...(article ? { article } : {}),
    },
  );
}

/**
 * Says why the actor skips an article, which "next" then passes over, or why it needs a second look;
 * null takes that back, and what is left out stays. A submitted set is not skipped any more.
 *
 * @throws Refusal "not_found", "invalid" for a reason that is blank or too long, "conflict" for skipping
 *   what is submitted
 */
export async function setAside(
  actor: UserActor,
  setId: string,
  written: Reasons,
): Promise<AnnotationSet> {
  if (!isUuid(setId)) throw noSuchSet();
  const skip = checkedReason(written.skip_reason, "skip_reason");
  const flag = checkedReason(written.flag_reason, "flag_reason");
  await pipelinedTransaction(database(), async (sql) => {
    const set = await lockedOwnSet(sql, actor, setId);
    if (skip && set.submittedAt) throw submitted();
    await setReasons(sql, setId, {
      skipReason: skip === undefined ? set.skipReason : skip,
      flagReason: flag === undefined ? set.flagReason : flag,
    });
    const work = { ...set, userId: actor.userId };
    if (skip) await skipAssignments(sql, work, skip);
    else if (skip === null && set.skipReason !== null) await resumeAssignments(sql, work);
    for (const [remark, before] of [
      [skip, set.skipReason],
      [flag, set.flagReason],
    ] as const) {
      const { projectId, articleId } = set;
      const about = { actor, projectId, articleId, roundId: null };
      if (remark) await tellMentioned(sql, { ...about, remark, before: before ?? "" });
    }
  });
  return inOneSnapshot(async (sql) => asAnnotationSet(await readSet(sql, actor, setId)));
}

/**
 * Takes for how long the actor was at work on their own set, submitted or not, as {@link addActiveTime} says.
 *
 * @throws Refusal "not_found", "deleted"
 */
export async function reportActiveTime(
  actor: UserActor,
  setId: string,
  { source, seconds }: ActiveTimeReport,
): Promise<ActiveTime> {
  if (!isUuid(setId)) throw noSuchSet();
  return pipelinedTransaction(database(), async (sql) => {
    await lockedOwnSet(sql, actor, setId);
    await addActiveTime(sql, { setId, source, seconds });
    return { seconds: await activeSeconds(sql, setId) };
  });
}

function checkedReason(
  written: string | null | undefined,
  field: "skip_reason" | "flag_reason",
): string | null | undefined {
  if (written === null || written === undefined) return written;
  return checkedRemark(written, "reason", field);
}

type LockedSet = NonNullable<Awaited<ReturnType<typeof lockOwnSet>>>;

/**
 * The actor's own set, which nobody else changes until the transaction ends. What is asked for together
 * with it, in the same pipeline, is read once it is locked.
 *
 * @throws Refusal "not_found", "deleted"
 */
async function lockedOwnSet(sql: Pipeline, actor: UserActor, setId: string): Promise<LockedSet> {
  return lockedSet(sql, lockOwnSet(sql, { setId, ...reachOf(actor), userId: actor.userId }), setId);
}

/**
 * A set that the actor may change, their own or gold that they may settle, which nobody else changes until the
 * transaction ends; as {@link lockedOwnSet}.
 *
 * @throws Refusal "not_found", "deleted"
 */
export async function lockedSetToChange(
  sql: Pipeline,
  actor: UserActor,
  setId: string,
): Promise<LockedSet> {
  const found = lockSetToChange(sql, { setId, ...reachOf(actor), userId: actor.userId });
  return lockedSet(sql, found, setId);
}

async function lockedSet(
  sql: Pipeline,
  found: ReturnType<typeof lockOwnSet>,
  setId: string,
): Promise<LockedSet> {
  const [set, isLive] = await Promise.all([
    found,
    // Asked once the set is ours: whoever deletes the article waits for its sets, so one of us sees the other.
    isOnLiveArticle(sql, setId),
  ]);
  if (!set) throw noSuchSet();
  if (!isLive) throw deleted();
  return set;
}

/**
 * What operations do to a set, one after the other.
 *
 * @param content what the operations can touch
 * @throws Refusal as {@link Annotations.plan} does, with `operation`, the id of the culprit
 */
export function planned(
  content: Parameters<typeof annotationsIn>[0],
  context: AnnotationContext,
  operations: readonly Operation[],
) {
  const annotations = annotationsIn(content);
  return operations.map((operation): { operation: Operation; change: Change } => {
    try {
      return { operation, change: annotations.apply(operation, context) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(error.code, error.message, { ...error.details, operation: operation.id });
    }
  });
}

/**
 * What decisions are about: what reviewers have submitted of the set's version, or what the decisions were about in
 * whose place they come. Else gold could not be changed while a reviewer's work that it came of is open again.
 *
 * @returns what the latter were when they were decided on, by their keys
 * @throws Refusal "conflict" with `operation`, the id of the culprit, if a decision is about neither
 */
async function requireSources(
  sql: Sql,
  { id: setId, versionId }: SetRow,
  operations: readonly Operation[],
): Promise<ReadonlyMap<string, SourceContent>> {
  const added = operations.filter((operation) => operation.type === "add_decision");
  const sources = added.flatMap(({ decision }) => decision.sources);
  if (sources.length === 0) return new Map();
  const known = await submittedSources(sql, { versionId, sources });
  const gone = operations.flatMap((operation) =>
    operation.type === "remove_decision" ? [operation.decision.id] : [],
  );
  const isWhole = sources.every((source) => known.has(sourceKey(source)));
  const decided =
    isWhole || gone.length === 0
      ? new Map<string, SourceContent>()
      : await sourcesAsDecided(sql, { setId, decisions: gone });
  for (const key of known.keys()) decided.delete(key);
  for (const { id, decision } of added) {
    const missing = decision.sources.find(
      (source) => !known.has(sourceKey(source)) && !decided.has(sourceKey(source)),
    );
    if (!missing) continue;
    throw new Refusal(
      "conflict",
      "No reviewer has submitted this span of this version, or not any more.",
      {
        operation: id,
        decision: decision.id,
        source: missing,
      },
    );
  }
  return decided;
}

/** A set as somebody has seen it: its revision, and where its history ended; null or left out if they do not say. */
export type SeenSet = {
  readonly revision: number;
  readonly head?: string | null | undefined;
};

/** @throws Refusal "other_history"; "stale_revision" if the set has moved on since it was seen */
export async function requireSeen(
  sql: Sql,
  set: SetRow,
  { revision, head }: SeenSet,
): Promise<void> {
  await requireHistory(sql, set, head);
  if (set.revision !== revision) throw await stale(sql, set, revision);
}

/** @throws Refusal "other_history" if the set's history is not one in which somebody has seen `head` */
async function requireHistory(
  sql: Sql,
  set: SetRow,
  head: string | null | undefined,
): Promise<void> {
  const known = appliedOf(head);
  if (known !== null && !(await isInHistory(sql, set, known))) throw otherHistory(set);
}

/** Whether a set's history has this, and so all that was before it. */
async function isInHistory(sql: Sql, { id: setId }: SetRow, applied: Applied): Promise<boolean> {
  return hasApplied(await knownOperations(sql, { setId, ids: [applied.id] }), applied);
}

/** Whether this is among what a history has, and not the same once more at another time. */
function hasApplied(logged: readonly Applied[], { id, createdAt }: Applied): boolean {
  return logged.some((one) => one.id === id && one.createdAt.getTime() === createdAt.getTime());
}

function otherHistory({ revision }: SetRow): Refusal {
  return new Refusal(
    "other_history",
    "The server has gone back to an earlier state, as after a restored backup, and lacks what was saved since.",
    { revision },
  );
}

/** As clients know it, who need not know what it is made of. */
function headOf({ id, createdAt }: Applied): HistoryHead {
  return `${id}@${createdAt.toISOString()}`;
}

function appliedOf(head: string | null | undefined): Applied | null {
  if (!head) return null;
  const [id = "", time = ""] = head.split("@");
  return { id, createdAt: new Date(time) };
}

async function stale(sql: Sql, set: SetRow, revision: number): Promise<Refusal> {
  const since = await operationsAfter(sql, { setId: set.id, revision, limit: MAX_SINCE });
  const last = since.at(-1);
  // Under another scheme, what a client has is not to be put together with what came since: it loads the set anew.
  const sameScheme = since.every(({ change }) => change.kind !== "scheme");
  const complete = last?.revision === set.revision && sameScheme;
  return new Refusal("stale_revision", "This annotation has changed since you opened it.", {
    revision: set.revision,
    operations: since.map(({ id, body, revision: at }) => ({ id, revision: at, ...body })),
    complete,
    head: complete ? headOf(last) : null,
  });
}

function submitted(): Refusal {
  return new Refusal("conflict", "This annotation is submitted; reopen it to change it.", {
    submitted: true,
  });
}

function deleted(): Refusal {
  return new Refusal(
    "deleted",
    "This article has been deleted. An admin of the project can restore it from the trash; until then nothing can be saved in it.",
  );
}

export function noSuchSet(): Refusal {
  return new Refusal("not_found", "There is no such annotation set.");
}

async function visibleSet(sql: Sql, actor: Actor, setId: string): Promise<SetRow> {
  const set = isUuid(setId) ? await findVisibleSet(sql, { setId, ...reachOf(actor) }) : null;
  if (!set) throw noSuchSet();
  return set;
}

export async function findArticle(
  actor: Actor,
  articleId: string,
  version: number | null,
): Promise<ArticleVersionRow> {
  const article = isUuid(articleId)
    ? await findArticleVersion(database().pool, {
        articleId,
        version,
        ...reachOf(actor),
      })
    : null;
  if (!article) throw new Refusal("not_found", "There is no such article.");
  return article;
}

function roleIn(actor: Actor, role: Role | null): Role {
  return isAlmighty(actor) ? "admin" : (role ?? "viewer");
}

function makeOwnSet(actor: UserActor, article: ArticleVersionRow): Promise<SetRow> {
  const { projectId, articleId, versionId, schemeVersion } = article;
  return sqlTransaction(database(), async (sql) => {
    const annotator = await annotatorNumber(sql, { projectId, userId: actor.userId });
    return ownSet(sql, { id: uuidv7(), projectId, articleId, versionId, annotator, schemeVersion });
  });
}

// Versions of texts never change, so a process may keep them. Weighed by characters.
const texts = new LRUCache<string, ArticleText>({
  maxSize: 20_000_000,
  sizeCalculation: ({ value }) => value.length + 1,
});

/** What operations of a set are judged against. */
export async function contextOf(sql: Sql, set: SetRow): Promise<AnnotationContext> {
  let text = texts.get(set.versionId);
  if (!text) {
    text = new ArticleText((await versionText(sql, set.versionId)) ?? "");
    texts.set(set.versionId, text);
  }
  const { projectId, schemeVersion: version } = set;
  return { text, scheme: await schemeVersionOf(sql, { projectId, version }) };
}

function asArticle(
  row: ArticleVersionRow,
  { scheme, set }: { scheme: Scheme; set: SetContent | null },
): Article {
  return {
    id: row.articleId,
    project: row.projectSlug,
    source_id: row.sourceId,
    title: row.title,
    publisher: row.publisher,
    author: row.author,
    url: row.url,
    published_at: row.publishedAt?.toISOString() ?? null,
    language: row.language,
    meta: row.meta,
    duplicate_of: row.duplicateOf,
    version: { id: row.versionId, number: row.number, current: row.number === row.currentVersion },
    text: row.text,
    text_sha256: row.textSha256,
    offset_unit: "code_point",
    blocks: row.blocks,
    scheme,
    annotation_set: set && asAnnotationSet(set),
  };
}

/** @param decisions whether it says what gold came of: only for who sees every reviewer's set */
export function asAnnotationSet(
  set: SetContent,
  { decisions = false }: { decisions?: boolean } = {},
): AnnotationSet {
  return {
    id: set.id,
    article_id: set.articleId,
    version_id: set.versionId,
    kind: set.kind,
    annotator: `a${set.annotator}`,
    scheme_version: set.schemeVersion,
    revision: set.revision,
    head: set.last && headOf(set.last),
    submitted_at: set.submittedAt?.toISOString() ?? null,
    skip_reason: set.skipReason,
    flag_reason: set.flagReason,
    note: set.note,
    attributes: set.attributes,
    spans: set.spans,
    relations: set.relations,
    ...(decisions && set.kind === "gold" ? { decisions: set.decisions } : {}),
  };
}

/** Whether the actor sees the sets of all reviewers of a project, and with that what gold came of. */
async function seesAllSets(actor: Actor, projectId: string): Promise<boolean> {
  const project = await findProject(database(), { ref: projectId, ...reachOf(actor) });
  return project !== null && roleMay(roleIn(actor, project.role), "see_all_sets");
}

/** Whether an operation says what the history holds under its id. JSON objects have no order. */
function sameBody(logged: unknown, { id: _, ...operation }: Operation): boolean {
  return canonical(logged) === canonical(operation);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
