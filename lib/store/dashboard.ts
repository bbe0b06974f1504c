import { isGiven } from "./articles";
import type { Sql } from "./database";
import { live } from "./live";

/** How many articles are how far, by whoever is furthest. */
export type ProgressRow = {
  readonly articles: number;
  readonly open: number;
  readonly submitted: number;
  readonly skipped: number;
  readonly flagged: number;
};

/** What one reviewer has done; a day is UTC, such as "2026-11-27". */
export type ReviewerRow = {
  readonly annotator: number;
  readonly open: number;
  readonly submitted: number;
  readonly skipped: number;
  /** Of an article that they have submitted, in seconds; null where none was measured. */
  readonly median: number | null;
  /** Null for who has only opened articles. */
  readonly lastActive: string | null;
};

/** Seconds that submitted sets have taken, of those that were measured. */
export type TimeRow = {
  readonly sets: number;
  readonly lower: number | null;
  readonly median: number | null;
  readonly upper: number | null;
};

/**
 * Versions that nothing is told of in a project `$1`: earlier texts, and those of the trash. They are few, and
 * found by indexes of their own, so that not every article has to be looked at to leave them out.
 */
const passedOver = `
  SELECT v.id FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number < a.current_version
  WHERE a.project_id = $1 AND a.current_version > 1 AND ${live("a")}
  UNION ALL
  SELECT v.id FROM articles a JOIN article_versions v ON v.article_id = a.id
  WHERE a.project_id = $1 AND NOT (${live("a")})`;

/** The condition that sets `s` are reviewers' work on the current texts of a project `$1`. */
const isWork = `s.project_id = $1 AND s.kind = 'reviewer' AND s.version_id NOT IN (${passedOver})`;

const day = (moment: string) => `(${moment} AT TIME ZONE 'UTC')::date`;
const week = (moment: string) => `date_trunc('week', ${moment} AT TIME ZONE 'UTC')::date`;

/** What is told of the articles of a project. Days are UTC. */
export type ArticlesRow = {
  readonly progress: ProgressRow;
  /** The first day on which anything was submitted; null before. */
  readonly firstDay: string | null;
  /** How many articles were first submitted on each day on which any was, in order. */
  readonly days: readonly { readonly day: string; readonly submitted: number }[];
};

/** How far the articles of a project are, and on which days since a moment they were first submitted. */
export async function articlesDone(
  sql: Sql,
  { projectId, since }: { projectId: string; since: Date },
): Promise<ArticlesRow> {
  const { rows } = await sql.query<{ told: ArticlesRow }>(
    `WITH done AS MATERIALIZED (
       SELECT min(s.submitted_at) AS first, bool_or(s.skip_reason IS NOT NULL) AS skipped,
         bool_or(s.submitted_at IS NULL AND s.skip_reason IS NULL AND s.revision > 0) AS open,
         bool_or(s.flag_reason IS NOT NULL) AS flagged
       FROM annotation_sets s WHERE ${isWork} GROUP BY s.article_id)
     SELECT json_build_object(
       'progress', (SELECT json_build_object(
           'articles', (SELECT count(*) FROM articles a WHERE a.project_id = $1 AND ${live("a")}),
           'submitted', count(first),
           'open', count(*) FILTER (WHERE first IS NULL AND open),
           'skipped', count(*) FILTER (WHERE first IS NULL AND NOT open AND skipped),
           'flagged', count(*) FILTER (WHERE flagged)) FROM done),
       'firstDay', (SELECT ${day("min(first)")} FROM done),
       'days', (SELECT coalesce(json_agg(d ORDER BY d.day), '[]') FROM (
           SELECT ${day("first")} AS day, count(*) AS submitted FROM done WHERE first >= $2 GROUP BY 1) AS d)) AS told`,
    [projectId, since],
  );
  return theRow(rows).told;
}

/** Spans of a label in what one reviewer submitted in a week, its Monday, UTC. */
type SpansRow = {
  readonly annotator: number;
  readonly week: string;
  readonly label: string;
  readonly spans: number;
};

/** The spans of what is submitted in a project. */
export async function spansSubmitted(sql: Sql, projectId: string): Promise<SpansRow[]> {
  const { rows } = await sql.query<SpansRow>(
    // Much work has the same counts in the same week: taken apart once for all of it, not once a set.
    `WITH alike AS MATERIALIZED (
       SELECT s.annotator, ${week("s.submitted_at")} AS week, s.label_counts, count(*) AS sets
       FROM annotation_sets s WHERE ${isWork} AND s.submitted_at IS NOT NULL GROUP BY 1, 2, 3)
     SELECT annotator, week::text AS week, l.key AS label, sum(sets * l.value::int)::int AS spans
     FROM alike, jsonb_each_text(label_counts) AS l GROUP BY annotator, alike.week, l.key ORDER BY 1, 2, 3`,
    [projectId],
  );
  return rows;
}

/** What the reviewers of a project have done and how long it took; the time over all of them is the row of nobody. */
export async function reviewersDone(
  sql: Sql,
  projectId: string,
): Promise<{ reviewers: readonly ReviewerRow[]; time: TimeRow }> {
  const { rows } = await sql.query<{ told: { reviewers: readonly ReviewerRow[]; time: TimeRow } }>(
    `WITH done AS MATERIALIZED (
       SELECT s.annotator, grouping(s.annotator) = 1 AS "isAll", count(s.submitted_at) AS submitted,
         count(*) FILTER (WHERE s.submitted_at IS NULL AND s.skip_reason IS NULL AND s.revision > 0) AS open,
         count(*) FILTER (WHERE s.skip_reason IS NOT NULL) AS skipped,
         count(t.seconds) FILTER (WHERE s.submitted_at IS NOT NULL) AS measured,
         percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY t.seconds)
           FILTER (WHERE s.submitted_at IS NOT NULL) AS quartiles,
         max(s.updated_at) FILTER (WHERE s.revision > 0 OR s.submitted_at IS NOT NULL
           OR s.skip_reason IS NOT NULL OR s.flag_reason IS NOT NULL) AS last
       FROM annotation_sets s LEFT JOIN (
         SELECT set_id, sum(seconds)::int AS seconds FROM active_times WHERE project_id = $1 GROUP BY set_id) AS t
         ON t.set_id = s.id
       WHERE ${isWork} GROUP BY GROUPING SETS ((s.annotator), ()))
     SELECT json_build_object(
       'time', (SELECT json_build_object('sets', measured, 'lower', quartiles[1], 'median', quartiles[2],
           'upper', quartiles[3]) FROM done WHERE "isAll"),
       'reviewers', (SELECT coalesce(json_agg(json_build_object('annotator', annotator, 'open', open,
           'submitted', submitted, 'skipped', skipped, 'median', quartiles[2],
           'lastActive', ${day("last")})), '[]') FROM done WHERE NOT "isAll")) AS told`,
    [projectId],
  );
  return theRow(rows).told;
}

function theRow<Row>([row]: readonly Row[]): Row {
  if (!row) throw new Error("A SELECT of one row gave none.");
  return row;
}

/** How far the reviewers agree whose second submitted in a week, or on a label: the mean over articles. */
export type AgreementMeans = {
  /** Of the week, its Monday, UTC; null for all weeks together. */
  readonly week: string | null;
  /** "" for all labels together. */
  readonly label: string;
  /** Of which agreement can be told: those on which anybody marked anything. */
  readonly articles: number;
  readonly exact: number;
  readonly overlap: number;
};

/**
 * The agreement on the current texts that several have submitted: all labels together by weeks, and each label
 * over all these weeks.
 *
 * @param since the first moment of it
 */
export async function agreementMeans(
  sql: Sql,
  { projectId, since }: { projectId: string; since: Date },
): Promise<AgreementMeans[]> {
  const { rows } = await sql.query<AgreementMeans>(
    `SELECT week::text AS week, label, articles, exact, overlap FROM (
       SELECT ${week("g.compared_at")} AS week, g.label, count(*)::int AS articles, avg(g.exact) AS exact,
         avg(g.overlap) AS overlap
       FROM agreements g
       WHERE g.project_id = $1 AND g.compared_at >= $2 AND g.exact IS NOT NULL AND g.version_id NOT IN (${passedOver})
       GROUP BY GROUPING SETS ((1, 2), (2))) AS means ORDER BY 1, 2`,
    [projectId, since],
  );
  return rows;
}

/** Who may annotate in a project `$1`, has begun to, or was given something there. */
const reviewersOfProject = `SELECT user_id FROM members WHERE project_id = $1 AND role <> 'viewer'
  UNION SELECT user_id FROM annotators WHERE project_id = $1 AND user_id IS NOT NULL
  UNION SELECT user_id FROM round_reviewers WHERE project_id = $1`;

/** What a reviewer of a project is called; null for who is none. */
export async function findReviewerName(
  sql: Sql,
  { projectId, userId }: { projectId: string; userId: string },
): Promise<string | null> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT name FROM users WHERE id = $2 AND id IN (${reviewersOfProject})`,
    [projectId, userId],
  );
  return rows[0]?.name ?? null;
}

/** Somebody who reviews in a project, or has, and what they were given in its rounds. */
export type ReviewingUser = {
  readonly userId: string;
  readonly name: string;
  /** Their number in the project; null until they have opened an article. */
  readonly annotator: number | null;
  /** Whether they may annotate there now. */
  readonly active: boolean;
  /** Articles, each once. */
  readonly assigned: number;
  readonly returned: number;
};

/** Who may annotate in a project, has begun to, or was given something there, by name; `most` of them. */
export async function reviewingUsers(
  sql: Sql,
  { projectId, most }: { projectId: string; most: number },
): Promise<ReviewingUser[]> {
  const { rows } = await sql.query<ReviewingUser>(
    `WITH given AS (
       SELECT user_id, count(*)::int AS assigned, count(*) FILTER (WHERE returned)::int AS returned FROM (
         SELECT x.user_id, bool_or(x.state = 'returned') AS returned FROM assignments x
         WHERE x.project_id = $1 AND ${isGiven} AND x.article_id NOT IN (
           SELECT a.id FROM articles a WHERE a.project_id = $1 AND NOT (${live("a")}))
         GROUP BY x.user_id, x.article_id) AS articles
       GROUP BY user_id)
     SELECT u.id AS "userId", u.name, n.number AS annotator,
       u.disabled_at IS NULL AND m.role IS NOT NULL AND m.role <> 'viewer' AS active,
       coalesce(g.assigned, 0) AS assigned, coalesce(g.returned, 0) AS returned
     FROM users u
     LEFT JOIN members m ON m.project_id = $1 AND m.user_id = u.id
     LEFT JOIN annotators n ON n.project_id = $1 AND n.user_id = u.id
     LEFT JOIN given g ON g.user_id = u.id
     WHERE u.id IN (${reviewersOfProject})
     ORDER BY u.name, u.id LIMIT $2`,
    [projectId, most],
  );
  return rows;
}
