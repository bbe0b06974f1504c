import type { LabelCounts } from "./annotation-sets";
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

/** What one reviewer has done; days are UTC, such as "2026-11-27". */
export type ReviewerRow = {
  readonly annotator: number;
  readonly open: number;
  readonly submitted: number;
  readonly skipped: number;
  /** In what they have submitted. */
  readonly spans: number;
  /** Of an article that they have submitted, in seconds; null where none was measured. */
  readonly median: number | null;
  readonly lastActive: string;
};

/** Seconds that submitted sets have taken, of those that were measured. */
export type TimeRow = {
  readonly sets: number;
  readonly lower: number | null;
  readonly median: number | null;
  readonly upper: number | null;
};

/** What is told of the work on the current texts of a project. Days and weeks are UTC; a week is its Monday. */
export type WorkRow = {
  readonly progress: ProgressRow;
  /** The first day on which anything was submitted; null before. */
  readonly firstDay: string | null;
  /** How many articles were first submitted on each day on which any was. */
  readonly days: readonly { readonly day: string; readonly submitted: number }[];
  readonly weeks: readonly { readonly week: string; readonly labels: LabelCounts }[];
  readonly time: TimeRow;
  readonly reviewers: readonly ReviewerRow[];
};

/**
 * The work on a project, read once for all that is told of it.
 *
 * @param days, weeks since when days and weeks are told
 */
export async function workOf(
  sql: Sql,
  { projectId, days, weeks }: { projectId: string; days: Date; weeks: Date },
): Promise<WorkRow> {
  const { rows } = await sql.query<{ told: WorkRow }>(
    `WITH work AS MATERIALIZED (
       SELECT s.id, s.article_id, s.annotator, s.submitted_at, s.label_counts, s.updated_at,
         s.submitted_at IS NULL AND s.skip_reason IS NULL AND s.revision > 0 AS open,
         s.skip_reason IS NOT NULL AS skipped, s.flag_reason IS NOT NULL AS flagged
       FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
       JOIN articles a ON a.id = s.article_id AND a.current_version = v.number AND ${live("a")}
       WHERE s.project_id = $1 AND s.kind = 'reviewer'),
     ofArticles AS MATERIALIZED (
       SELECT min(submitted_at) AS first, bool_or(open) AS open, bool_or(skipped) AS skipped,
         bool_or(flagged) AS flagged FROM work GROUP BY article_id),
     times AS (SELECT set_id, sum(seconds) AS seconds FROM active_times WHERE project_id = $1 GROUP BY set_id),
     counted AS (
       SELECT w.annotator, w.open, w.skipped, w.submitted_at, w.updated_at,
         CASE WHEN w.submitted_at IS NOT NULL THEN t.seconds END AS seconds,
         CASE WHEN w.submitted_at IS NOT NULL
           THEN (SELECT sum(value::int) FROM jsonb_each_text(w.label_counts)) END AS spans
       FROM work w LEFT JOIN times t ON t.set_id = w.id),
     ofReviewers AS MATERIALIZED (
       SELECT annotator, grouping(annotator) = 1 AS "isAll",
         count(*) FILTER (WHERE open) AS open, count(submitted_at) AS submitted,
         count(*) FILTER (WHERE skipped) AS skipped, coalesce(sum(spans), 0) AS spans, count(seconds) AS measured,
         percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY seconds) AS quartiles,
         (max(updated_at) AT TIME ZONE 'UTC')::date AS "lastActive"
       FROM counted GROUP BY GROUPING SETS ((annotator), ()))
     SELECT json_build_object(
       'progress', (SELECT json_build_object(
           'articles', (SELECT count(*) FROM articles a WHERE a.project_id = $1 AND ${live("a")}),
           'submitted', count(first),
           'open', count(*) FILTER (WHERE first IS NULL AND open),
           'skipped', count(*) FILTER (WHERE first IS NULL AND NOT open AND skipped),
           'flagged', count(*) FILTER (WHERE flagged)) FROM ofArticles),
       'firstDay', (SELECT (min(first) AT TIME ZONE 'UTC')::date FROM ofArticles),
       'days', (SELECT coalesce(json_agg(d ORDER BY d.day), '[]') FROM (
           SELECT (first AT TIME ZONE 'UTC')::date AS day, count(*) AS submitted FROM ofArticles
           WHERE first >= $2 GROUP BY 1) AS d),
       'weeks', (SELECT coalesce(json_agg(k ORDER BY k.week), '[]') FROM (
           SELECT week, json_object_agg(label, spans) AS labels FROM (
             SELECT date_trunc('week', w.submitted_at AT TIME ZONE 'UTC')::date AS week, l.key AS label,
               sum(l.value::int) AS spans
             FROM work w, jsonb_each_text(w.label_counts) AS l
             WHERE w.submitted_at >= $3 GROUP BY 1, 2) AS x GROUP BY week) AS k),
       'time', (SELECT json_build_object('sets', measured, 'lower', quartiles[1], 'median', quartiles[2],
           'upper', quartiles[3]) FROM ofReviewers WHERE "isAll"),
       'reviewers', (SELECT coalesce(json_agg(json_build_object('annotator', annotator, 'open', open,
           'submitted', submitted, 'skipped', skipped, 'spans', spans, 'median', quartiles[2],
           'lastActive', "lastActive")), '[]') FROM ofReviewers WHERE NOT "isAll")) AS told`,
    [projectId, days, weeks],
  );
  const [row] = rows;
  if (!row) throw new Error("A SELECT without FROM has a row.");
  return row.told;
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
    `SELECT date_trunc('week', g.compared_at AT TIME ZONE 'UTC')::date::text AS week, g.label,
       count(*)::int AS articles, avg(g.exact) AS exact, avg(g.overlap) AS overlap
     FROM agreements g JOIN article_versions v ON v.id = g.version_id
     JOIN articles a ON a.id = v.article_id AND a.current_version = v.number AND ${live("a")}
     WHERE g.project_id = $1 AND g.compared_at >= $2 AND g.exact IS NOT NULL
     GROUP BY GROUPING SETS ((1, 2), (2)) ORDER BY 1, 2`,
    [projectId, since],
  );
  return rows;
}

/** Who may annotate in a project `$1`, has begun to, or was given something there. */
const reviewersOfProject = `SELECT user_id FROM members WHERE project_id = $1 AND role <> 'viewer'
  UNION SELECT user_id FROM annotators WHERE project_id = $1 AND user_id IS NOT NULL
  UNION SELECT user_id FROM assignments WHERE project_id = $1`;

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
       SELECT x.user_id, count(DISTINCT x.article_id)::int AS assigned,
         count(DISTINCT x.article_id) FILTER (WHERE x.state = 'returned')::int AS returned
       FROM assignments x JOIN articles a ON a.id = x.article_id AND ${live("a")}
       WHERE x.project_id = $1 AND ${isGiven} GROUP BY x.user_id)
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
