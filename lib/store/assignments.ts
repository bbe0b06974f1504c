import type { AssignmentState, FreeStory, RoundKind, SkipCause } from "@/lib/domain/rounds";
import type { Sql } from "./database";
import { live } from "./live";

/** One reviewer's work on one article in one round. */
export type AssignmentRow = {
  readonly id: string;
  readonly state: AssignmentState;
  readonly articleId: string;
  readonly title: string;
  readonly language: string | null;
  readonly versionId: string;
  /** The set that its work is in; null while there is none. */
  readonly setId: string | null;
  readonly userId: string;
  readonly userName: string;
  /** In the round. */
  readonly position: number;
  readonly story: number;
  readonly comment: string | null;
  readonly returnedAt: Date | null;
  readonly skipCause: SkipCause | null;
  readonly skipReason: string | null;
  readonly leaseUntil: Date | null;
  readonly openedAt: Date | null;
  readonly submittedAt: Date | null;
};

/**
 * The condition that a user has nothing to do with an article in any round that is not over: that they are to do by
 * themselves, before they see what others made of it. Both are expressions of the query.
 */
export const hasNothingToDo = (user: string, articleId: string) => `NOT EXISTS (
  SELECT FROM assignments owed JOIN rounds r ON r.id = owed.round_id AND r.closed_at IS NULL
  WHERE owed.user_id = ${user} AND owed.article_id = ${articleId}
    AND owed.state IN ('queued', 'open', 'returned'))`;

const assignmentColumns = `x.id, x.state, x.article_id AS "articleId", a.title, a.language,
  x.version_id AS "versionId", w.id AS "setId", x.user_id AS "userId", u.name AS "userName", ra.position, ra.story, x.comment,
  x.returned_at AS "returnedAt", x.skip_cause AS "skipCause", x.skip_reason AS "skipReason",
  x.lease_until AS "leaseUntil", x.opened_at AS "openedAt", x.submitted_at AS "submittedAt"
  FROM assignments x
  JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id
  JOIN articles a ON a.id = x.article_id AND ${live("a")}
  JOIN users u ON u.id = x.user_id
  LEFT JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
  LEFT JOIN annotation_sets w ON w.version_id = x.version_id AND w.kind = 'reviewer' AND w.annotator = n.number`;

/**
 * The assignments of a round, in its order; those of an article by the reviewers' ids.
 *
 * @param state, userId only such; all if null
 */
export async function listAssignments(
  sql: Sql,
  {
    roundId,
    state,
    userId,
    after,
    limit,
  }: {
    roundId: string;
    state: AssignmentState | null;
    userId: string | null;
    after: { position: number; userId: string } | null;
    limit: number;
  },
): Promise<AssignmentRow[]> {
  const { rows } = await sql.query<AssignmentRow>(
    `SELECT ${assignmentColumns}
     WHERE x.round_id = $1 AND ($2::assignment_state IS NULL OR x.state = $2)
       AND ($3::uuid IS NULL OR x.user_id = $3)
       AND ($4::int IS NULL OR (ra.position, x.user_id) > ($4, $5::uuid))
     ORDER BY ra.position, x.user_id LIMIT $6`,
    [roundId, state, userId, after?.position ?? null, after?.userId ?? null, limit],
  );
  return rows;
}

export async function findAssignment(
  sql: Sql,
  { roundId, id }: { roundId: string; id: string },
): Promise<AssignmentRow | null> {
  const { rows } = await sql.query<AssignmentRow>(
    `SELECT ${assignmentColumns} WHERE x.round_id = $1 AND x.id = $2`,
    [roundId, id],
  );
  return rows[0] ?? null;
}

/** The set that an assignment's submitted work is in; null if there is none. */
export async function setOfAssignment(sql: Sql, id: string): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT s.id FROM assignments x
     JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
     JOIN annotation_sets s ON s.version_id = x.version_id AND s.kind = 'reviewer' AND s.annotator = n.number
     WHERE x.id = $1 FOR NO KEY UPDATE OF s`,
    [id],
  );
  return rows[0]?.id ?? null;
}

/** What somebody has open, as their pages tell them: in which round, and what a curator said. */
export type OwnAssignment = {
  readonly id: string;
  readonly round: number;
  readonly roundTitle: string;
  readonly kind: RoundKind;
  readonly state: AssignmentState;
  readonly comment: string | null;
};

/** A user's assignments of an article in rounds that are not over, what was returned first. */
export async function ownAssignments(
  sql: Sql,
  { userId, articleId }: { userId: string; articleId: string },
): Promise<OwnAssignment[]> {
  const { rows } = await sql.query<OwnAssignment>(
    `SELECT x.id, r.number AS round, r.title AS "roundTitle", r.kind, x.state, x.comment
     FROM assignments x JOIN rounds r ON r.id = x.round_id AND r.closed_at IS NULL
     WHERE x.user_id = $1 AND x.article_id = $2
     ORDER BY x.state <> 'returned', r.number`,
    [userId, articleId],
  );
  return rows;
}

/** Notes that a reviewer has opened what they were given. */
export async function noteOpened(
  sql: Sql,
  { userId, articleId }: { userId: string; articleId: string },
): Promise<void> {
  await sql.query(
    `UPDATE assignments x SET state = 'open', opened_at = coalesce(x.opened_at, now()) FROM rounds r
     WHERE r.id = x.round_id AND r.closed_at IS NULL AND x.user_id = $1 AND x.article_id = $2 AND x.state = 'queued'`,
    [userId, articleId],
  );
}

/** Whose work on what has changed. Work on the current version of an article counts where an earlier one was given. */
export type OwnWork = {
  readonly userId: string;
  readonly articleId: string;
  readonly versionId: string;
};

const isOfWork = `x.user_id = $1 AND x.article_id = $2 AND r.id = x.round_id AND r.closed_at IS NULL
  AND (x.version_id = $3 OR EXISTS (
    SELECT FROM article_versions v JOIN articles a ON a.id = v.article_id AND a.current_version = v.number AND ${live("a")}
    WHERE v.id = $3))`;

/** Has a reviewer's assignments of an article be submitted. The caller holds the set's lock, as for all of these. */
export async function submitAssignments(sql: Sql, work: OwnWork): Promise<void> {
  const isResumed = await resumeAssignments(sql, work);
  const { rowCount } = await sql.query(
    `UPDATE assignments x SET state = 'submitted', submitted_at = now(), lease_until = NULL, version_id = $3
     FROM rounds r WHERE ${isOfWork} AND x.state IN ('queued', 'open', 'returned')`,
    [work.userId, work.articleId, work.versionId],
  );
  if (isResumed && rowCount === 0) throw new Error("An assignment was resumed and not submitted.");
}

/** Has a reviewer's submitted assignments of a version be open again. */
export async function reopenAssignments(sql: Sql, work: OwnWork): Promise<void> {
  await sql.query(
    `UPDATE assignments x SET state = 'open', submitted_at = NULL, opened_at = now(), lease_until = CASE r.way
       WHEN 'queue' THEN now() + make_interval(mins => r.lease_minutes) END
     FROM rounds r WHERE ${isOfWork} AND x.version_id = $3 AND x.state = 'submitted'`,
    [work.userId, work.articleId, work.versionId],
  );
}

/** Has a submitted assignment be returned, whose set is open again; false if it is not submitted any more. */
export async function returnAssignment(
  sql: Sql,
  { id, comment, returnedBy }: { id: string; comment: string; returnedBy: string | null },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE assignments SET state = 'returned', submitted_at = NULL, lease_until = NULL, comment = $2,
       returned_at = now(), returned_by = $3
     WHERE id = $1 AND state = 'submitted'`,
    [id, comment, returnedBy],
  );
  return rowCount === 1;
}

/** A story of a round that is about to change hands. */
type StoryKey = { readonly roundId: string; readonly story: number };

/** Locks stories of somebody's assignments of an article, in one order. @returns them, with the assignments' ids */
async function lockStories(
  sql: Sql,
  work: OwnWork,
  condition: string,
): Promise<(StoryKey & { id: string })[]> {
  const { rows } = await sql.query<StoryKey & { id: string }>(
    `SELECT x.id, s.round_id AS "roundId", s.number AS story
     FROM assignments x
     JOIN rounds r ON r.id = x.round_id
     JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id
     JOIN round_stories s ON s.round_id = ra.round_id AND s.number = ra.story
     WHERE ${isOfWork} AND ${condition}
     ORDER BY s.round_id, s.number FOR NO KEY UPDATE OF s`,
    [work.userId, work.articleId, work.versionId],
  );
  return rows;
}

/** Has a reviewer's assignments of an article be skipped; their places are free again. */
export async function skipAssignments(sql: Sql, work: OwnWork, reason: string): Promise<void> {
  const isHeld = "(x.state IN ('queued', 'open', 'returned') OR x.skip_cause = 'reviewer')";
  for (const { id, roundId, story } of await lockStories(sql, work, isHeld)) {
    await sql.query(
      `UPDATE assignments SET state = 'skipped', skip_cause = 'reviewer', skip_reason = $2, lease_until = NULL
       WHERE id = $1 AND (state IN ('queued', 'open', 'returned') OR skip_cause = 'reviewer')`,
      [id, reason],
    );
    await recountPlaces(sql, { roundId, stories: [story] });
  }
}

/**
 * Has what a reviewer skipped, or left until its lease ended, be theirs again, where nobody else has the
 * place by now.
 *
 * @returns whether anything is
 */
export async function resumeAssignments(sql: Sql, work: OwnWork): Promise<boolean> {
  const isLetGo = "x.state = 'skipped' AND x.skip_cause IN ('reviewer', 'lease')";
  let isResumed = false;
  for (const key of await lockStories(sql, work, isLetGo)) {
    if (await resume(sql, key)) isResumed = true;
  }
  return isResumed;
}

/** Has one that was let go be its reviewer's again, if there is a place. The caller has the story's row locked. */
async function resume(
  sql: Sql,
  { id, roundId, story }: StoryKey & { id: string },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    // What was reopened after it was returned was submitted in between.
    `UPDATE assignments x SET state = CASE
         WHEN x.returned_at >= coalesce(x.opened_at, x.returned_at) THEN 'returned'
         WHEN x.opened_at IS NULL THEN 'queued' ELSE 'open' END::assignment_state,
       skip_cause = NULL, skip_reason = NULL,
       lease_until = CASE WHEN r.way = 'queue' AND NOT coalesce(x.returned_at >= coalesce(x.opened_at, x.returned_at), false)
         THEN now() + make_interval(mins => r.lease_minutes) END
     FROM rounds r
     WHERE r.id = x.round_id AND x.id = $1 AND x.state = 'skipped'
       AND EXISTS (SELECT FROM round_reviewers v
                   WHERE v.round_id = x.round_id AND v.user_id = x.user_id AND v.removed_at IS NULL)
       AND (EXISTS (SELECT FROM round_stories t
                    WHERE t.round_id = x.round_id AND t.number = $2::int AND t.places_left > 0)
         OR ${holds("x.round_id", "$2::int", "x.user_id")})`,
    [id, story],
  );
  await recountPlaces(sql, { roundId, stories: [story] });
  return rowCount === 1;
}

/** The condition that somebody has a place in a story: an assignment of it that they have not given up. */
const holds = (round: string, story: string, user: string) => `EXISTS (
  SELECT FROM round_articles h JOIN assignments y ON y.round_id = h.round_id AND y.article_id = h.article_id
  WHERE h.round_id = ${round} AND h.story = ${story} AND y.user_id = ${user} AND y.state <> 'skipped')`;

/** Counts anew which places of some stories are left. The caller has their rows locked, so nobody else changes what is counted. */
export async function recountPlaces(
  sql: Sql,
  { roundId, stories }: { roundId: string; stories: readonly number[] },
): Promise<void> {
  await sql.query(
    `UPDATE round_stories s SET places_left = s.places - (
       SELECT count(DISTINCT x.user_id) FROM round_articles ra
       JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id AND x.state <> 'skipped'
       WHERE ra.round_id = s.round_id AND ra.story = s.number)
     WHERE s.round_id = $1 AND s.number = ANY($2::int[])`,
    [roundId, stories],
  );
}

/** The stories that some articles are of, in all rounds, locked until the transaction ends. */
export async function lockStoriesOf(sql: Sql, articles: readonly string[]): Promise<StoryKey[]> {
  const { rows } = await sql.query<StoryKey>(
    `SELECT s.round_id AS "roundId", s.number AS story FROM round_stories s
     WHERE (s.round_id, s.number) IN (
       SELECT ra.round_id, ra.story FROM article_versions v JOIN round_articles ra ON ra.version_id = v.id
       WHERE v.article_id = ANY($1::uuid[]))
     ORDER BY s.round_id, s.number FOR UPDATE OF s`,
    [articles],
  );
  return rows;
}

/** Counts anew what is left of stories, some of whose articles are gone for good. The caller has them locked. */
export async function settleStories(sql: Sql, stories: readonly StoryKey[]): Promise<void> {
  for (const [roundId, of] of Map.groupBy(stories, (key) => key.roundId)) {
    const numbers = of.map(({ story }) => story);
    await sql.query(
      `DELETE FROM round_stories s WHERE s.round_id = $1 AND s.number = ANY($2::int[]) AND NOT EXISTS (
         SELECT FROM round_articles ra WHERE ra.round_id = s.round_id AND ra.story = s.number)`,
      [roundId, numbers],
    );
    await recountPlaces(sql, { roundId, stories: numbers });
  }
}

/**
 * Takes a reviewer out of a round, whose places of what they have not submitted are free again.
 *
 * @returns false if they are no reviewer of it, or out of it already
 */
export async function removeRoundReviewer(
  sql: Sql,
  { roundId, userId }: { roundId: string; userId: string },
): Promise<boolean> {
  // First of all, as whoever takes from a queue does it.
  const { rowCount } = await sql.query(
    `UPDATE round_reviewers SET removed_at = now() WHERE round_id = $1 AND user_id = $2 AND removed_at IS NULL`,
    [roundId, userId],
  );
  if (rowCount !== 1) return false;
  const held = await sql.query<{ id: string; story: number }>(
    `SELECT x.id, ra.story FROM assignments x
     JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id
     WHERE x.round_id = $1 AND x.user_id = $2 AND x.state IN ('queued', 'open', 'submitted', 'returned')`,
    [roundId, userId],
  );
  // Who is submitting has the set locked, and then the story.
  await lockSets(
    sql,
    held.rows.map(({ id }) => id),
  );
  const stories = [...new Set(held.rows.map(({ story }) => story))];
  await lockStoriesOfRound(sql, roundId, stories);
  await sql.query(
    `UPDATE assignments SET state = 'skipped', skip_cause = 'removal', skip_reason = NULL, lease_until = NULL
     WHERE round_id = $1 AND user_id = $2 AND state IN ('queued', 'open', 'returned')`,
    [roundId, userId],
  );
  await recountPlaces(sql, { roundId, stories });
  return true;
}

async function lockStoriesOfRound(
  sql: Sql,
  roundId: string,
  stories: readonly number[],
): Promise<void> {
  await sql.query(
    `SELECT FROM round_stories WHERE round_id = $1 AND number = ANY($2::int[])
     ORDER BY number FOR NO KEY UPDATE`,
    [roundId, stories],
  );
}

/** A story with free places, and who has or had it: who was taken out of the round and is back may get it again. */
export type FreeStoryRow = FreeStory & { readonly number: number };

/** Locks the stories of a round that have free places, for these to be given. Those in the trash are left out. */
export async function lockFreeStories(sql: Sql, roundId: string): Promise<FreeStoryRow[]> {
  // Who takes up again what they have begun has its set locked first, and then the story.
  const begun = await sql.query<{ id: string }>(
    `SELECT x.id FROM round_stories s
     JOIN round_articles ra ON ra.round_id = s.round_id AND ra.story = s.number
     JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id AND x.skip_cause = 'removal'
     WHERE s.round_id = $1 AND s.places_left > 0`,
    [roundId],
  );
  await lockSets(
    sql,
    begun.rows.map(({ id }) => id),
  );
  const { rows: free } = await sql.query<{ number: number }>(
    `SELECT number FROM round_stories WHERE round_id = $1 AND places_left > 0 ORDER BY number FOR NO KEY UPDATE`,
    [roundId],
  );
  const { rows } = await sql.query<FreeStoryRow>(
    `SELECT s.number, s.language, s.places_left AS places, w.copies, ARRAY(
         SELECT DISTINCT x.user_id::text FROM round_articles ra
         JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id
         WHERE ra.round_id = s.round_id AND ra.story = s.number AND x.skip_cause IS DISTINCT FROM 'removal') AS without
     FROM round_stories s CROSS JOIN LATERAL (
       SELECT count(*)::int AS copies FROM round_articles ra JOIN articles a ON a.id = ra.article_id AND ${live("a")}
       WHERE ra.round_id = s.round_id AND ra.story = s.number) AS w
     WHERE s.round_id = $1 AND s.number = ANY($2::int[]) AND s.places_left > 0 AND w.copies > 0 ORDER BY s.number`,
    [roundId, free.map(({ number }) => number)],
  );
  return rows;
}

/** What became of giving something to somebody else. */
export type Reassigned = "reassigned" | "submitted" | "has_it" | "full";

/**
 * Gives what one reviewer has not submitted of a story to another, who gets all its articles.
 *
 * @returns "submitted" if there is nothing of that kind, "has_it" if the other has any of it, "full" if the
 *   first keeps a submitted copy of the text, and there is no place beside
 */
export async function reassignStory(
  sql: Sql,
  { roundId, story, from, to }: StoryKey & { from: string; to: string },
): Promise<Reassigned> {
  // Whoever takes up again what they let go has its set locked first, and then the story.
  const letGo = await sql.query<{ id: string }>(
    `SELECT x.id FROM round_articles ra JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id
     WHERE ra.round_id = $1 AND ra.story = $2 AND x.user_id = $3`,
    [roundId, story, to],
  );
  await lockSets(
    sql,
    letGo.rows.map(({ id }) => id),
  );
  await sql.query(
    "SELECT FROM round_stories WHERE round_id = $1 AND number = $2 FOR NO KEY UPDATE",
    [roundId, story],
  );
  const has = await sql.query(
    `SELECT FROM round_articles ra JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id
     WHERE ra.round_id = $1 AND ra.story = $2 AND x.user_id = $3
       AND x.state <> 'skipped' LIMIT 1`,
    [roundId, story, to],
  );
  if (has.rowCount !== 0) return "has_it";
  const { rowCount } = await sql.query(
    `UPDATE assignments x SET state = 'skipped', skip_cause = 'reassignment', skip_reason = NULL, lease_until = NULL
     FROM round_articles ra
     WHERE ra.round_id = $1 AND ra.story = $2 AND x.round_id = ra.round_id AND x.article_id = ra.article_id
       AND x.user_id = $3 AND x.state <> 'submitted' AND x.skip_cause IS DISTINCT FROM 'reassignment'`,
    [roundId, story, from],
  );
  if (rowCount === 0) return "submitted";
  await recountPlaces(sql, { roundId, stories: [story] });
  const { rows } = await sql.query<{ left: number }>(
    "SELECT places_left AS left FROM round_stories WHERE round_id = $1 AND number = $2",
    [roundId, story],
  );
  if ((rows[0]?.left ?? 0) === 0) return "full";
  await giveStory(sql, { roundId, story, userId: to, leased: false });
  await recountPlaces(sql, { roundId, stories: [story] });
  return "reassigned";
}

/**
 * Gives a story to a reviewer, with all its articles. What they have submitted of it before counts as done.
 * The caller has its row locked.
 *
 * @returns whether there is something to do in it
 */
async function giveStory(
  sql: Sql,
  { roundId, story, userId, leased }: StoryKey & { userId: string; leased: boolean },
): Promise<boolean> {
  return (await giveStories(sql, roundId, [{ userId, story }], { leased })) > 0;
}

/**
 * Gives stories to reviewers, also what they let go before. The caller has their rows locked, or has just made them. What they have submitted is
 * seen however late that comes: what is given must be seen by those who submit, or the other way round.
 *
 * @returns how many of the assignments there is something to do in
 */
export async function giveStories(
  sql: Sql,
  roundId: string,
  places: readonly { readonly userId: string; readonly story: number }[],
  { leased }: { leased: boolean },
): Promise<number> {
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO assignments (id, round_id, article_id, user_id, project_id, version_id, state, lease_until)
     SELECT gen_random_uuid(), r.id, ra.article_id, p.user_id, r.project_id, ra.version_id, 'queued',
       CASE WHEN $4::boolean THEN now() + make_interval(mins => r.lease_minutes) END
     FROM unnest($2::uuid[], $3::int[]) AS p (user_id, story)
     JOIN rounds r ON r.id = $1
     JOIN round_articles ra ON ra.round_id = r.id AND ra.story = p.story
     ON CONFLICT (round_id, article_id, user_id) DO UPDATE SET state = 'queued', skip_cause = NULL,
       skip_reason = NULL, version_id = excluded.version_id, lease_until = excluded.lease_until
       WHERE assignments.state = 'skipped'
     RETURNING id`,
    [roundId, places.map(({ userId }) => userId), places.map(({ story }) => story), leased],
  );
  const ids = rows.map(({ id }) => id);
  await lockSets(sql, ids);
  const done = await sql.query(
    `UPDATE assignments x SET state = 'submitted', submitted_at = w.submitted_at, version_id = w.version_id, lease_until = NULL
     FROM assignments y JOIN LATERAL (${workOf("y")}) w ON w.submitted_at IS NOT NULL
     WHERE y.id = ANY($1::uuid[]) AND x.id = y.id`,
    [ids],
  );
  return ids.length - (done.rowCount ?? 0);
}

/** The set that says what state an assignment is in: of what was given, or of the article's current version. */
const workOf = (of: string) => `
  SELECT s.version_id, s.submitted_at, s.skip_reason, s.updated_at FROM annotation_sets s
  JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator AND n.user_id = ${of}.user_id
  WHERE s.kind = 'reviewer' AND n.project_id = ${of}.project_id AND s.version_id IN (
    SELECT ${of}.version_id UNION ALL
    SELECT v.id FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
    WHERE a.id = ${of}.article_id AND ${live("a")})
  ORDER BY s.submitted_at IS NULL, s.skip_reason IS NULL, s.version_id <> ${of}.version_id LIMIT 1`;

/** Waits for whoever is submitting, reopening or skipping what some assignments are of, and keeps others from it. */
async function lockSets(sql: Sql, assignments: readonly string[]): Promise<void> {
  await sql.query(
    `SELECT FROM annotation_sets s WHERE s.id IN (
       SELECT t.id FROM assignments x
       JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
       JOIN articles a ON a.id = x.article_id AND ${live("a")}
       JOIN article_versions v ON v.article_id = a.id
       JOIN annotation_sets t ON t.version_id = v.id AND t.kind = 'reviewer' AND t.annotator = n.number
       WHERE x.id = ANY($1::uuid[]))
     ORDER BY s.id FOR SHARE OF s`,
    [assignments],
  );
}

/**
 * Has the assignments of a round that is opened again follow what was submitted, reopened, skipped and taken up
 * again while it was closed. The caller has the round locked, and opens it in the same transaction.
 *
 * @param closedAt since when they have not
 */
export async function catchUp(
  sql: Sql,
  { roundId, closedAt }: { roundId: string; closedAt: Date },
): Promise<void> {
  const all = await sql.query<{ id: string }>("SELECT id FROM assignments WHERE round_id = $1", [
    roundId,
  ]);
  await lockSets(
    sql,
    all.rows.map(({ id }) => id),
  );
  await sql.query(
    "SELECT FROM round_stories WHERE round_id = $1 ORDER BY number FOR NO KEY UPDATE",
    [roundId],
  );
  const follow = () =>
    sql.query(
      `UPDATE assignments x SET state = w.state::assignment_state,
         version_id = CASE w.state WHEN 'submitted' THEN w.version_id ELSE x.version_id END,
         submitted_at = CASE w.state WHEN 'submitted' THEN w.submitted_at END,
         skip_cause = CASE w.state WHEN 'skipped' THEN 'reviewer'::skip_cause END,
         skip_reason = CASE w.state WHEN 'skipped' THEN w.skip_reason END,
         opened_at = CASE w.state WHEN 'open' THEN now() ELSE x.opened_at END,
         lease_until = CASE WHEN w.state = 'open' AND w.way = 'queue'
           THEN now() + make_interval(mins => w.lease_minutes) END
       FROM (
         SELECT y.id, r.way, r.lease_minutes, s.version_id, s.submitted_at, s.skip_reason, CASE
             WHEN s.submitted_at IS NOT NULL THEN 'submitted'
             WHEN s.skip_reason IS NOT NULL AND s.updated_at >= $2 THEN 'skipped'
             WHEN y.state = 'submitted' THEN 'open'
             ELSE y.state::text END AS state
         FROM assignments y JOIN rounds r ON r.id = y.round_id LEFT JOIN LATERAL (${workOf("y")}) s ON true
         WHERE y.round_id = $1 AND y.state <> 'skipped') w
       WHERE w.id = x.id AND (w.state <> x.state::text OR w.state = 'submitted' AND w.version_id <> x.version_id)`,
      [roundId, closedAt],
    );
  await follow();
  const { rows } = await sql.query<{ story: number }>(
    "SELECT number AS story FROM round_stories WHERE round_id = $1",
    [roundId],
  );
  await recountPlaces(sql, { roundId, stories: rows.map(({ story }) => story) });
  const takenUp = await sql.query<{ id: string; story: number }>(
    `SELECT x.id, ra.story FROM assignments x
     JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id
     JOIN LATERAL (${workOf("x")}) w ON w.updated_at >= $2
     WHERE x.round_id = $1 AND (
       x.skip_cause IN ('reviewer', 'lease') AND w.submitted_at IS NOT NULL
       OR x.skip_cause = 'reviewer' AND w.skip_reason IS NULL)
     ORDER BY ra.story, x.id`,
    [roundId, closedAt],
  );
  for (const { id, story } of takenUp.rows) await resume(sql, { id, roundId, story });
  if (takenUp.rows.length > 0) await follow();
}

/** A queue to take from: a round whose articles are not given out, neither paused nor over. */
export type Queue = { readonly roundId: string; readonly languages: readonly string[] };

/**
 * Locks somebody's place in a round, so that they take one thing at a time; null unless they can take anything from it
 * now.
 */
export async function lockQueue(
  sql: Sql,
  { roundId, userId }: { roundId: string; userId: string },
): Promise<Queue | null> {
  const { rows } = await sql.query<Queue>(
    `SELECT v.round_id AS "roundId", v.languages FROM round_reviewers v JOIN rounds r ON r.id = v.round_id
     WHERE v.round_id = $1 AND v.user_id = $2 AND v.removed_at IS NULL AND r.way = 'queue' AND r.paused_at IS NULL AND r.closed_at IS NULL
     FOR NO KEY UPDATE OF v`,
    [roundId, userId],
  );
  return rows[0] ?? null;
}

/** So often somebody tries again, where another was quicker at a place whose lease had ended. */
const TRIES = 5;

/** So much of what somebody has submitted before is passed over in a transaction. */
const MOST_DONE = 200;

/**
 * Takes the next story of a queue for a reviewer: one that they were never given, that they read, and that
 * has a place, the first in the order of the round. Rows that somebody else is just taking are passed over.
 * Where none is left but such rows, they are waited for, or two that ask at once for the last story would get nothing
 * though it has a place for each. Where no place is free, that of somebody whose lease has ended and who has saved
 * nothing since.
 *
 * @returns "again" if there may be one, and the caller is to ask in another transaction, for this holds many rows
 */
export async function takeFromQueue(
  sql: Sql,
  { roundId, languages }: Queue,
  userId: string,
): Promise<"taken" | "none" | "again"> {
  // Tags are compared without region and script: `languages` are so already.
  const isForThem = `(s.language IS NULL OR cardinality($3::text[]) = 0 OR s.language = ANY($3))
    AND NOT EXISTS (
      SELECT FROM round_articles ra JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id
      WHERE ra.round_id = s.round_id AND ra.story = s.number AND x.user_id = $2)
    AND EXISTS (
      SELECT FROM round_articles ra JOIN articles a ON a.id = ra.article_id AND ${live("a")}
      WHERE ra.round_id = s.round_id AND ra.story = s.number)`;
  const freeStory = async (skipsLocked: boolean) => {
    const { rows } = await sql.query<{ story: number }>({
      name: skipsLocked ? "lock-free-story" : "wait-for-free-story",
      text: `SELECT s.number AS story FROM round_stories s
             WHERE s.round_id = $1 AND s.places_left > 0 AND ${isForThem}
             ORDER BY s.number LIMIT 1 FOR NO KEY UPDATE OF s ${skipsLocked ? "SKIP LOCKED" : ""}`,
      values: [roundId, userId, languages],
    });
    return rows[0]?.story;
  };
  let isMore = false;
  for (let done = 0; done < MOST_DONE; done += 1) {
    const story = (await freeStory(true)) ?? (done === 0 ? await freeStory(false) : undefined);
    // Who holds rows does not wait for others, who may wait for these.
    if (story === undefined && done > 0) return "again";
    if (story === undefined) break;
    if (done === MOST_DONE - 1) isMore = true;
    const { rowCount } = await sql.query({
      name: "take-place",
      text: `UPDATE round_stories SET places_left = places_left - 1
             WHERE round_id = $1 AND number = $2 AND places_left > 0`,
      values: [roundId, story],
    });
    if (rowCount !== 1) throw new Error("A place was taken while its row was locked.");
    if (await giveStory(sql, { roundId, story, userId, leased: true })) return "taken";
  }
  if (isMore) return "again";
  for (let tried = 0; tried < TRIES; tried += 1) {
    const lapsed = await sql.query<{ story: number; from: string }>(
      `SELECT s.number AS story, l.user_id AS from FROM assignments l
       JOIN rounds r ON r.id = l.round_id
       JOIN round_articles of ON of.round_id = l.round_id AND of.article_id = l.article_id
       JOIN round_stories s ON s.round_id = of.round_id AND s.number = of.story
       WHERE l.round_id = $1 AND l.lease_until < now() AND l.user_id <> $2 AND ${isForThem}
         AND NOT EXISTS (
           SELECT FROM round_articles ra JOIN assignments y ON y.round_id = ra.round_id AND y.article_id = ra.article_id
           WHERE ra.round_id = s.round_id AND ra.story = s.number AND y.user_id = l.user_id
             AND y.state <> 'skipped' AND (y.lease_until IS NULL OR y.lease_until >= now()))
         AND NOT EXISTS (
           SELECT FROM round_articles ra JOIN annotation_sets t ON t.article_id = ra.article_id AND t.kind = 'reviewer'
           JOIN annotators n ON n.project_id = t.project_id AND n.number = t.annotator AND n.user_id = l.user_id
           WHERE ra.round_id = s.round_id AND ra.story = s.number
             AND t.updated_at > now() - make_interval(mins => r.lease_minutes))
       ORDER BY l.lease_until, s.number LIMIT 1 FOR NO KEY UPDATE OF s SKIP LOCKED`,
      [roundId, userId, languages],
    );
    const [found] = lapsed.rows;
    if (!found) return "none";
    const { rowCount } = await sql.query(
      `UPDATE assignments x SET state = 'skipped', skip_cause = 'lease', lease_until = NULL FROM round_articles ra
       WHERE ra.round_id = $1 AND ra.story = $2 AND x.round_id = ra.round_id AND x.article_id = ra.article_id
         AND x.user_id = $3 AND x.state IN ('queued', 'open') AND x.lease_until < now()`,
      [roundId, found.story, found.from],
    );
    await recountPlaces(sql, { roundId, stories: [found.story] });
    if (rowCount === 0) continue;
    const { rows } = await sql.query<{ left: number }>(
      "SELECT places_left AS left FROM round_stories WHERE round_id = $1 AND number = $2",
      [roundId, found.story],
    );
    if ((rows[0]?.left ?? 0) === 0) continue;
    const hasWork = await giveStory(sql, { roundId, story: found.story, userId, leased: true });
    await recountPlaces(sql, { roundId, stories: [found.story] });
    if (hasWork) return "taken";
  }
  return "none";
}

/** Where somebody's work stands in what they have to do: returned, open, queued; then by round and its order. */
export type WorkPlace = {
  readonly rank: number;
  readonly round: number;
  readonly position: number;
};

const rank = "CASE x.state WHEN 'returned' THEN 0 WHEN 'open' THEN 1 ELSE 2 END";

/** What somebody has to do of a project: in rounds that are not over, and nothing new in paused ones. */
const toDo = `FROM assignments x
  JOIN rounds r ON r.id = x.round_id AND r.closed_at IS NULL AND (r.paused_at IS NULL OR x.state <> 'queued')
  JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id
  JOIN articles a ON a.id = x.article_id AND ${live("a")}
  WHERE x.user_id = $1 AND x.project_id = $2 AND x.state IN ('queued', 'open', 'returned')`;

/**
 * What a reviewer has to do next of a project.
 *
 * @param except the id of the article that they come from, which is not next again
 * @param after only what comes after this place; from the beginning if null
 */
export async function nextToDo(
  sql: Sql,
  {
    userId,
    projectId,
    except,
    after,
    roundId = null,
  }: {
    userId: string;
    projectId: string;
    except: string | null;
    after: WorkPlace | null;
    /** Only of this round; of all if null. */
    roundId?: string | null;
  },
): Promise<{ id: string; title: string } | null> {
  const { rows } = await sql.query<{ id: string; title: string }>({
    name: "next-to-do",
    text: `SELECT a.id, a.title ${toDo} AND ($3::uuid IS NULL OR x.article_id <> $3)
             AND ($4::int IS NULL OR (${rank}, r.number, ra.position) > ($4, $5::int, $6::int))
             AND ($7::uuid IS NULL OR x.round_id = $7)
           ORDER BY ${rank}, r.number, ra.position LIMIT 1`,
    values: [
      userId,
      projectId,
      except,
      after?.rank ?? null,
      after?.round ?? null,
      after?.position ?? null,
      roundId,
    ],
  });
  return rows[0] ?? null;
}

/** Where an article stands in what somebody has to do; null if it is no part of that. */
export async function placeToDo(
  sql: Sql,
  { userId, projectId, articleId }: { userId: string; projectId: string; articleId: string },
): Promise<WorkPlace | null> {
  const { rows } = await sql.query<WorkPlace>(
    `SELECT ${rank} AS rank, r.number AS round, ra.position ${toDo} AND x.article_id = $3 ORDER BY 1, 2 LIMIT 1`,
    [userId, projectId, articleId],
  );
  return rows[0] ?? null;
}

/** A round that somebody is a reviewer of, and how much they have in hand that is not submitted. */
export type ReviewersRound = {
  readonly roundId: string;
  readonly isQueue: boolean;
  readonly inHand: number;
};

/** The rounds of a project that somebody is a reviewer of and that are not over, in their order. */
export async function roundsWithReviewer(
  sql: Sql,
  { userId, projectId }: { userId: string; projectId: string },
): Promise<ReviewersRound[]> {
  const { rows } = await sql.query<ReviewersRound>({
    name: "rounds-with-reviewer",
    text: `SELECT r.id AS "roundId", r.way = 'queue' AND r.paused_at IS NULL AS "isQueue", (
             SELECT count(*)::int FROM assignments x JOIN articles a ON a.id = x.article_id AND ${live("a")}
             WHERE x.round_id = r.id AND x.user_id = $1 AND x.state IN ('queued', 'open')) AS "inHand"
           FROM round_reviewers v JOIN rounds r ON r.id = v.round_id
           WHERE v.user_id = $1 AND v.removed_at IS NULL AND r.project_id = $2 AND r.closed_at IS NULL ORDER BY r.number`,
    values: [userId, projectId],
  });
  return rows;
}

/** Work of somebody's that was returned, the last first. */
export type ReturnedRow = {
  readonly articleId: string;
  readonly title: string;
  readonly projectSlug: string;
  readonly projectTitle: string;
  readonly round: number;
  readonly comment: string;
  readonly returnedAt: Date;
};

export async function returnedTo(
  sql: Sql,
  { userId, within, limit }: { userId: string; within: readonly string[] | null; limit: number },
): Promise<ReturnedRow[]> {
  const { rows } = await sql.query<ReturnedRow>(
    `SELECT a.id AS "articleId", a.title, p.slug AS "projectSlug", p.title AS "projectTitle",
       r.number AS round, x.comment, x.returned_at AS "returnedAt"
     FROM assignments x
     JOIN rounds r ON r.id = x.round_id AND r.closed_at IS NULL
     JOIN articles a ON a.id = x.article_id AND ${live("a")}
     JOIN projects p ON p.id = x.project_id AND ${live("p")}
     WHERE x.user_id = $1 AND x.state = 'returned' AND ($2::uuid[] IS NULL OR x.project_id = ANY($2))
     ORDER BY x.returned_at DESC, x.id LIMIT $3`,
    [userId, within, limit],
  );
  return rows;
}
