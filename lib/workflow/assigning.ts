import { z } from "zod";
import { type Actor, limitsOf, type UserActor, userIdOf } from "@/lib/access/actor";
import type { Project } from "@/lib/api/projects";
import {
  type Assignment,
  type AssignmentPage,
  type OwnWork,
  Picked,
  type Round,
  type RoundPage,
  type RoundWithReviewers,
} from "@/lib/api/rounds";
import type { AuditAction } from "@/lib/domain/audit";
import { MAX_INT } from "@/lib/domain/limits";
import { checkedName, checkedRemark } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { roleMay } from "@/lib/domain/roles";
import { type AssignmentState, fillingOf, languagesOf, type OthersSeen } from "@/lib/domain/rounds";
import { activeTimeOf } from "@/lib/store/active-times";
import { compareSubmitted } from "@/lib/store/agreements";
import { lockSubmitted, setSubmitted } from "@/lib/store/annotation-sets";
import {
  type AssignmentRow,
  catchUp,
  findAssignment,
  giveStories,
  listAssignments,
  lockFreeStories,
  type Reassigned,
  reassignStory,
  recountPlaces,
  removeRoundReviewer,
  reopenAssignments,
  returnAssignment,
  returnedTo,
  setOfAssignment,
} from "@/lib/store/assignments";
import { logEvent } from "@/lib/store/audit";
import { database, type Sql, sqlTransaction } from "@/lib/store/database";
import {
  changeRound as changeRoundRow,
  findRound,
  type LockedRound,
  listRounds,
  lockRound,
  possibleReviewers,
  putReviewers,
  type RoundProgress,
  type RoundRow,
  reviewersOf,
  roundOfReviewer,
  roundsOfReviewer,
} from "@/lib/store/rounds";
import { scoreAgainstGold } from "./annotating";
import { type Mask, maskFor } from "./masking";
import { nextInRound } from "./next-in-rounds";
import { tellOfQueue, tellOfReturn, tellOfWork } from "./notifying";
import { type PageAsked, pageOf } from "./paging";
import { requireId } from "./permissions";
import { projectFor } from "./projects";

/** How many rounds the page of one's own work has. */
const MOST_ROUNDS = 200;

/** How much of what was returned the page of one's own work has. */
const MOST_RETURNED = 100;

/** Whose rounds and assignments an actor sees: their own, or everybody's if null. */
export function seenOf(actor: Actor, { role }: Project): string | null {
  return roleMay(role, "see_all_sets") ? null : userIdOf(actor);
}

/**
 * A page of the rounds of a project, the latest first. Reviewers see those that they are in.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a cursor of another list
 */
export async function roundsPage(
  actor: Actor,
  projectRef: string,
  asked: PageAsked = {},
): Promise<RoundPage> {
  const project = await projectFor(actor, projectRef, "annotate");
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([z.number().int().min(1).max(MAX_INT)]),
    keyOf: ({ number }: RoundRow): [number] => [number],
    load: ({ after, limit }) =>
      listRounds(database().pool, {
        projectId: project.id,
        userId: seenOf(actor, project),
        before: after?.[0] ?? null,
        limit,
      }),
  });
  const seesAll = seenOf(actor, project) === null;
  return { rounds: rows.map((row) => asRound(row, seesAll)), next_cursor };
}

/**
 * A round, with its reviewers. Reviewers see those that they are in, and themselves.
 *
 * @param number as it stands in an address
 * @throws Refusal "not_found", "forbidden"
 */
export async function round(
  actor: Actor,
  projectRef: string,
  number: string,
): Promise<RoundWithReviewers> {
  const project = await projectFor(actor, projectRef, "annotate");
  return roundOf(actor, project, numberOf(number));
}

async function roundOf(
  actor: Actor,
  project: Project,
  number: number,
): Promise<RoundWithReviewers> {
  const row = await roundRow(actor, project, number);
  const userId = seenOf(actor, project);
  const reviewers = await reviewersOf(database().pool, { roundId: row.id, userId });
  const mask = await maskFor(actor, project);
  return {
    ...asRound(row, userId === null),
    // What it was picked by is for those who see all of it.
    picked: userId === null ? pickedBy(row.selection) : null,
    reviewers: [
      ...mask.inOrder(
        reviewers.map((reviewer) => ({
          user: mask.shown({ id: reviewer.id, name: reviewer.name }),
          languages: [...reviewer.languages],
          active: reviewer.active,
          removed_at: reviewer.removedAt?.toISOString() ?? null,
          progress: progressOf(reviewer),
        })),
      ),
    ],
  };
}

/** How the articles of a round were picked, as it was asked for; null where that was not kept, or is not understood. */
function pickedBy(selection: unknown): Picked | null {
  const { success, data } = Picked.safeParse(selection);
  return success ? data : null;
}

const noRound = "There is no such round.";

/** @throws Refusal "not_found" */
function numberOf(written: string): number {
  if (!/^[1-9]\d{0,8}$/.test(written)) throw new Refusal("not_found", noRound);
  return Number(written);
}

/**
 * A round that somebody sees: of their project, and with them in it if they see only their own work.
 *
 * @param written its number, as it stands in an address
 * @throws Refusal "not_found"
 */
export function visibleRound(actor: Actor, project: Project, written: string): Promise<RoundRow> {
  return roundRow(actor, project, numberOf(written));
}

/**
 * The id of a round that somebody sees, which was asked for by its number; null if none was.
 *
 * @throws Refusal "not_found"
 */
export async function visibleRoundId(
  actor: Actor,
  project: Project,
  number: number | null | undefined,
): Promise<string | null> {
  if (number === null || number === undefined) return null;
  return (await visibleRound(actor, project, String(number))).id;
}

async function roundRow(actor: Actor, project: Project, number: number): Promise<RoundRow> {
  const userId = seenOf(actor, project);
  const row = await findRound(database().pool, { projectId: project.id, number, userId });
  if (!row) throw new Refusal("not_found", noRound);
  return row;
}

/** What of a round can be changed; what is left out stays. */
export type RoundChange = {
  readonly title?: string | undefined;
  readonly due_at?: string | null | undefined;
  readonly others_seen?: OthersSeen | undefined;
  readonly paused?: boolean | undefined;
  readonly closed?: boolean | undefined;
};

/** @throws Refusal "not_found", "forbidden", "invalid" */
export async function changeRound(
  actor: Actor,
  projectRef: string,
  written: string,
  change: RoundChange,
): Promise<RoundWithReviewers> {
  const project = await projectFor(actor, projectRef, "manage");
  const number = numberOf(written);
  await sqlTransaction(database(), async (sql) => {
    const row = await lockRound(sql, { projectId: project.id, number }, "change");
    if (!row) throw new Refusal("not_found", noRound);
    const { next, actions, fields } = changed(row, change);
    if (row.closedAt && !next.closedAt) {
      await catchUp(sql, { roundId: row.id, closedAt: row.closedAt });
    }
    await changeRoundRow(sql, row.id, next);
    for (const action of actions) {
      await logEvent(sql, {
        action,
        userId: userIdOf(actor),
        projectId: project.id,
        subject: row.id,
        details: {
          round: row.number,
          ...(action === "round.changed" ? { fields } : {}),
        },
      });
    }
  });
  return roundOf(actor, project, number);
}

/** What a round is after a change, and what is to be said of it. @throws Refusal "invalid" */
function changed(
  row: LockedRound,
  change: RoundChange,
): {
  next: Pick<LockedRound, "title" | "dueAt" | "othersSeen" | "pausedAt" | "closedAt">;
  actions: AuditAction[];
  fields: string[];
} {
  const title =
    change.title === undefined ? row.title : checkedName(change.title, "The title", "title");
  const dueAt = change.due_at === undefined ? row.dueAt : change.due_at && new Date(change.due_at);
  const othersSeen = change.others_seen ?? row.othersSeen;
  const actions: AuditAction[] = [];
  const fields = [
    title !== row.title && "title",
    (dueAt || null)?.getTime() !== row.dueAt?.getTime() && "due_at",
    othersSeen !== row.othersSeen && "others_seen",
  ].filter((field) => field !== false);
  if (fields.length > 0) actions.push("round.changed");
  const since = (
    wanted: boolean | undefined,
    at: Date | null,
    [begun, ended]: readonly [AuditAction, AuditAction],
  ) => {
    if (wanted === undefined || wanted === (at !== null)) return at;
    actions.push(wanted ? begun : ended);
    return wanted ? new Date() : null;
  };
  const pausedAt = since(change.paused, row.pausedAt, ["round.paused", "round.resumed"]);
  const closedAt = since(change.closed, row.closedAt, ["round.closed", "round.reopened"]);
  const next = { title, dueAt: dueAt || null, othersSeen, pausedAt, closedAt };
  return { next, actions, fields };
}

/**
 * Has a member be a reviewer of a round, or read other languages in it from now on.
 *
 * @throws Refusal "not_found", "forbidden", "conflict" for a round that is over
 */
export async function setReviewer(
  actor: Actor,
  projectRef: string,
  { number, userId, languages }: { number: string; userId: string; languages: readonly string[] },
): Promise<void> {
  const project = await projectFor(actor, projectRef, "manage");
  await sqlTransaction(database(), async (sql) => {
    const row = await openRound(sql, project, number);
    const members = await possibleReviewers(sql, project.id);
    if (!members.some(({ id }) => id === userId)) {
      throw new Refusal("not_found", "There is no such member who may annotate.");
    }
    const reviewers = [{ id: userId, languages: languagesOf(languages) }];
    const [before] = await reviewersOf(sql, { roundId: row.id, userId });
    await putReviewers(sql, { roundId: row.id, projectId: project.id, reviewers });
    // What they are given of another round is told when it is.
    if (row.way === "queue" && (!before || before.removedAt !== null)) {
      await tellOfQueue(sql, { actor, projectId: project.id, roundId: row.id }, [userId]);
    }
    await logEvent(sql, {
      action: "round.reviewer_set",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: userId,
      details: { round: row.number },
    });
  });
}

/**
 * Takes a reviewer out of a round: what they have submitted stays, and what they have not, also what was returned to
 * them, is free. What they have marked in it stays theirs, and comes back to them if they do.
 *
 * @throws Refusal "not_found", "forbidden", "conflict" for a round that is over
 */
export async function removeReviewer(
  actor: Actor,
  projectRef: string,
  { number, userId }: { number: string; userId: string },
): Promise<void> {
  const project = await projectFor(actor, projectRef, "manage");
  requireId(userId, noReviewer);
  await sqlTransaction(database(), async (sql) => {
    // Whoever gives something to them has seen that they are a reviewer: one after the other.
    const row = await openRound(sql, project, number, "change");
    if (!(await removeRoundReviewer(sql, { roundId: row.id, userId }))) {
      throw new Refusal("not_found", noReviewer);
    }
    await logEvent(sql, {
      action: "round.reviewer_removed",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: userId,
      details: { round: row.number },
    });
  });
}

const noReviewer = "This round has no such reviewer.";

/**
 * Gives the free places of a round to its reviewers, by the same rules as when it was made: as evenly as can be with
 * what they have, in languages that they read, and to nobody what they have or gave up.
 *
 * @returns how many assignments were given, and how many places nobody could be given
 * @throws Refusal "not_found", "forbidden", "conflict" for a queue, or a round that is over
 */
export async function giveFreePlaces(
  actor: Actor,
  projectRef: string,
  written: string,
): Promise<{ given: number; left: number }> {
  const project = await projectFor(actor, projectRef, "manage");
  return sqlTransaction(database(), async (sql) => {
    // Two that give at once would not know what the other gives.
    const row = await openRound(sql, project, written, "change");
    if (row.way === "queue") {
      throw new Refusal("conflict", "From a shared queue its reviewers take for themselves.");
    }
    const stories = await lockFreeStories(sql, row.id);
    const all = await reviewersOf(sql, { roundId: row.id, userId: null });
    const reviewers = all
      .filter(({ active }) => active)
      .map(({ id, languages, queued, open, submitted, returned }) => ({
        id,
        languages,
        load: queued + open + submitted + returned,
      }));
    const filling = fillingOf(stories, reviewers, row.seed);
    const places = filling.flatMap((users, index) =>
      users.map((userId) => ({ userId, story: stories[index]?.number ?? 0 })),
    );
    const copiesOf = (index: number) => stories[index]?.copies ?? 0;
    const free = stories.reduce((sum, story) => sum + story.places * story.copies, 0);
    const given = filling.reduce((sum, users, index) => sum + users.length * copiesOf(index), 0);
    if (places.length > 0) {
      await giveStories(sql, row.id, places, { leased: false });
      await recountPlaces(sql, { roundId: row.id, stories: stories.map((story) => story.number) });
      await tellOfWork(sql, { actor, roundId: row.id }, places);
      await logEvent(sql, {
        action: "round.places_given",
        userId: userIdOf(actor),
        projectId: project.id,
        subject: row.id,
        details: { round: row.number, given },
      });
    }
    return { given, left: free - given };
  });
}

/** A round that is not over, and is not closed before the transaction ends. @throws Refusal "not_found", "conflict" */
async function openRound(
  sql: Sql,
  project: Project,
  number: string,
  to: "change" | "use" = "use",
): Promise<LockedRound> {
  const row = await lockRound(sql, { projectId: project.id, number: numberOf(number) }, to);
  if (!row) throw new Refusal("not_found", noRound);
  if (row.closedAt) throw new Refusal("conflict", "This round is closed.");
  return row;
}

/**
 * A page of the assignments of a round, in its order. Reviewers see their own.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a cursor of another list
 */
export async function assignmentsPage(
  actor: Actor,
  projectRef: string,
  {
    number,
    state,
    user,
    ...asked
  }: PageAsked & {
    number: string;
    state?: AssignmentState | undefined;
    user?: string | undefined;
  },
): Promise<AssignmentPage> {
  const project = await projectFor(actor, projectRef, "annotate");
  const { id: roundId } = await roundRow(actor, project, numberOf(number));
  const own = seenOf(actor, project);
  if (own !== null && user !== undefined && user !== own)
    return { assignments: [], next_cursor: null };
  const mask = await maskFor(actor, project);
  const of = user === undefined ? null : mask.userOf(user);
  if (user !== undefined && of === null) return { assignments: [], next_cursor: null };
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([z.number().int().min(0).max(MAX_INT), z.uuid()]),
    keyOf: ({ position, userId: id, userName: name }: AssignmentRow): [number, string] => [
      position,
      mask.shown({ id, name }).id,
    ],
    load: ({ after, limit }) =>
      listAssignments(database().pool, {
        roundId,
        state: state ?? null,
        userId: own ?? of,
        after: after && { position: after[0], userId: mask.userOf(after[1]) ?? after[1] },
        limit,
      }),
  });
  return { assignments: rows.map((row) => asAssignment(row, mask)), next_cursor };
}

const noAssignment = "There is no such assignment.";

/**
 * Gives submitted work back to its reviewer, whose set is open again.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a comment that is blank or too long, "conflict" if it is not
 *   submitted, or the round is over
 */
export async function returnWork(
  actor: Actor,
  projectRef: string,
  { number, id, comment: written }: { number: string; id: string; comment: string },
): Promise<Assignment> {
  const project = await projectFor(actor, projectRef, "see_all_sets");
  requireId(id, noAssignment);
  const comment = checkedRemark(written, "comment", "comment");
  const returned = await sqlTransaction(database(), async (sql) => {
    const row = await openRound(sql, project, number);
    const setId = await setOfAssignment(sql, id);
    const assignment = await theAssignment(sql, row.id, id);
    const { userId, articleId, versionId } = assignment;
    const set = setId && (await lockSubmitted(sql, setId));
    if (set) await scoreAgainstGold(sql, set, userId);
    if (!setId || !(await returnAssignment(sql, { id, comment, returnedBy: userIdOf(actor) }))) {
      throw new Refusal("conflict", "This is not submitted, so it cannot be returned.");
    }
    await setSubmitted(sql, setId, false);
    // The set is one, however many rounds it was submitted in.
    await reopenAssignments(sql, { userId, articleId, versionId });
    await logEvent(sql, {
      action: "assignment.returned",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: articleId,
      details: { round: row.number, reviewer: userId },
    });
    const about = { actor, projectId: project.id, roundId: row.id, articleId };
    await tellOfReturn(sql, { ...about, reviewer: userId, comment });
    await compareSubmitted(sql, versionId);
    return theAssignment(sql, row.id, id);
  });
  return asAssignment(returned, await maskFor(actor, project));
}

async function theAssignment(
  sql: Parameters<typeof findAssignment>[0],
  roundId: string,
  id: string,
): Promise<AssignmentRow> {
  const assignment = await findAssignment(sql, { roundId, id });
  if (!assignment) throw new Refusal("not_found", noAssignment);
  return assignment;
}

/** Why something cannot be given to somebody else. */
const whyNot: Readonly<Record<Exclude<Reassigned, "reassigned">, string>> = {
  submitted: "This is submitted. Return it first.",
  has_it: "This reviewer has the article in this round already.",
  full: "The first reviewer has submitted a copy of this article, and there is no place beside.",
};

/**
 * Gives what a reviewer has not submitted, and copies of its text, to another reviewer of the round.
 *
 * @throws Refusal "not_found", "forbidden", "conflict" if that cannot be, or the round is over
 */
export async function reassign(
  actor: Actor,
  projectRef: string,
  { number, id, userId }: { number: string; id: string; userId: string },
): Promise<void> {
  const project = await projectFor(actor, projectRef, "manage");
  requireId(id, noAssignment);
  await sqlTransaction(database(), async (sql) => {
    const row = await openRound(sql, project, number);
    const reviewers = await reviewersOf(sql, { roundId: row.id, userId });
    if (!reviewers.some(({ active }) => active)) {
      throw new Refusal("conflict", "This is no reviewer of the round who may annotate.");
    }
    const assignment = await theAssignment(sql, row.id, id);
    const { story, userId: from } = assignment;
    const outcome = await reassignStory(sql, { roundId: row.id, story, from, to: userId });
    if (outcome !== "reassigned") throw new Refusal("conflict", whyNot[outcome]);
    await logEvent(sql, {
      action: "assignment.reassigned",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: assignment.articleId,
      details: { round: row.number, reviewer: from, instead: userId },
    });
    await tellOfWork(sql, { actor, roundId: row.id }, [{ userId, story }]);
  });
}

/**
 * What the actor has to do next in a round, taken from its queue if need be.
 *
 * @throws Refusal "not_found" also for a round that they are no reviewer of, "forbidden"
 */
export async function nextOfRound(actor: UserActor, projectRef: string, number: string) {
  const project = await projectFor(actor, projectRef, "annotate");
  const own = { projectId: project.id, number: numberOf(number), userId: actor.userId };
  const roundId = await roundOfReviewer(database().pool, own);
  if (!roundId) throw new Refusal("not_found", noRound);
  return nextInRound(actor, { projectId: project.id, roundId });
}

/** What an actor has to do, in all their projects. */
export async function ownWork(actor: UserActor): Promise<OwnWork> {
  const sql = database().pool;
  const whose = { userId: actor.userId, within: limitsOf(actor) };
  const rounds = await roundsOfReviewer(sql, { ...whose, limit: MOST_ROUNDS });
  const projects = new Set(rounds.map(({ projectSlug }) => projectSlug));
  const returned = await returnedTo(sql, { ...whose, limit: MOST_RETURNED });
  const { articles, seconds, median } = await activeTimeOf(sql, whose);
  return {
    rounds: rounds.map((row) => asRound(row, false)),
    returned: returned
      // Of projects in which they still annotate.
      .filter(({ projectSlug }) => projects.has(projectSlug))
      .map((row) => ({
        article: { id: row.articleId, title: row.title },
        project: { slug: row.projectSlug, title: row.projectTitle },
        round: row.round,
        comment: row.comment,
        returned_at: row.returnedAt.toISOString(),
      })),
    active_time: { articles, seconds, median_seconds: median },
  };
}

/** @param seesAll whether it is for somebody who sees the work of all: others are not told of gold that is mixed in */
function asRound(row: RoundRow, seesAll: boolean): Round {
  return {
    project: { slug: row.projectSlug, title: row.projectTitle },
    number: row.number,
    title: row.title,
    kind: row.kind,
    way: row.way,
    overlap: row.overlap,
    doubled_percent: row.doubledPercent,
    seed: row.seed,
    order: row.articleOrder,
    lease_minutes: row.leaseMinutes,
    guideline_version: row.guidelineVersion,
    gold_percent: seesAll ? row.goldPercent : null,
    others_seen: row.othersSeen,
    due_at: row.dueAt?.toISOString() ?? null,
    paused_at: row.pausedAt?.toISOString() ?? null,
    closed_at: row.closedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    articles: row.articles,
    free: row.free,
    progress: progressOf(row),
  };
}

function progressOf({ queued, open, submitted, returned, skipped }: RoundProgress): RoundProgress {
  return { queued, open, submitted, returned, skipped };
}

function asAssignment(row: AssignmentRow, mask: Mask): Assignment {
  return {
    id: row.id,
    state: row.state,
    annotation_set: row.setId,
    article: { id: row.articleId, title: row.title, language: row.language },
    user: mask.shown({ id: row.userId, name: row.userName }),
    position: row.position,
    comment: row.comment,
    returned_at: row.returnedAt?.toISOString() ?? null,
    skip_cause: row.skipCause,
    skip_reason: row.skipReason,
    lease_until: row.leaseUntil?.toISOString() ?? null,
    opened_at: row.openedAt?.toISOString() ?? null,
    submitted_at: row.submittedAt?.toISOString() ?? null,
  };
}
