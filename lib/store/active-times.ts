import type { Sql } from "./database";

/**
 * Takes what a browser has counted on a set so far: a sum, so that the same said twice, late or in another
 * order counts once. No more is added than has passed since anybody last told of the set, or since it was
 * made. The caller holds the set's lock.
 *
 * @param source the browser
 * @param seconds all that it has ever counted
 */
export async function addActiveTime(
  sql: Sql,
  { setId, source, seconds }: { setId: string; source: string; seconds: number },
): Promise<void> {
  await sql.query(
    // Whole seconds on both sides, so that what is cut off each time does not add up.
    `INSERT INTO active_times AS t (set_id, source, project_id, seconds, reported_at)
     SELECT s.id, $2, s.project_id, k.known + k.added, date_trunc('second', now())
     FROM annotation_sets s CROSS JOIN LATERAL (
       SELECT coalesce(max(x.seconds) FILTER (WHERE x.source = $2), 0) AS known,
         least($3 - coalesce(max(x.seconds) FILTER (WHERE x.source = $2), 0),
           extract(epoch FROM date_trunc('second', now())
             - date_trunc('second', coalesce(max(x.reported_at), s.created_at)))::int) AS added
       FROM active_times x WHERE x.set_id = s.id) AS k
     WHERE s.id = $1 AND k.added > 0
     ON CONFLICT (set_id, source) DO UPDATE SET seconds = excluded.seconds, reported_at = excluded.reported_at`,
    [setId, source, seconds],
  );
}

/** How many seconds somebody was at work on a set, on all browsers. */
export async function activeSeconds(sql: Sql, setId: string): Promise<number> {
  const { rows } = await sql.query<{ seconds: number }>(
    "SELECT coalesce(sum(seconds), 0)::int AS seconds FROM active_times WHERE set_id = $1",
    [setId],
  );
  return rows[0]?.seconds ?? 0;
}

/** The time that somebody has spent on articles they submitted. */
export type OwnActiveTime = {
  /** How many were measured. */
  readonly articles: number;
  /** All together, in seconds. */
  readonly seconds: number;
  /** Of an article; null where none was measured. */
  readonly median: number | null;
};

/**
 * What a user has spent on what they submitted, in the projects within reach.
 *
 * @param within null for all projects
 */
export async function activeTimeOf(
  sql: Sql,
  { userId, within }: { userId: string; within: readonly string[] | null },
): Promise<OwnActiveTime> {
  const { rows } = await sql.query<OwnActiveTime>(
    `SELECT count(*)::int AS articles, coalesce(sum(seconds), 0)::int AS seconds,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median
     FROM (SELECT sum(t.seconds) AS seconds FROM annotators n
       JOIN annotation_sets s ON s.project_id = n.project_id AND s.annotator = n.number
         AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
       JOIN active_times t ON t.set_id = s.id
       WHERE n.user_id = $1 AND ($2::uuid[] IS NULL OR n.project_id = ANY($2)) GROUP BY s.id) AS sets`,
    [userId, within],
  );
  return rows[0] ?? { articles: 0, seconds: 0, median: null };
}
