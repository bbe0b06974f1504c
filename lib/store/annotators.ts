import type { Sql } from "./database";

/** Whose work is meant: a user's, or that of somebody a file names. */
export type AnnotatorKey =
  | { readonly projectId: string; readonly userId: string }
  | { readonly projectId: string; readonly sourceName: string };

/**
 * The number of an annotator in a project, given out at first need and never again to another.
 * Datasets show it as `a<number>`. Runs inside a transaction: numbers are dealt one at a time, the next
 * one to each, or, where reviewers are anonymous, any: whoever knows who began first is not to know by it who is who.
 */
export async function annotatorNumber(sql: Sql, key: AnnotatorKey): Promise<number> {
  const found = await knownAnnotatorNumber(sql, key);
  if (found !== null) return found;
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('annotators:' || $1, 0))", [
    key.projectId,
  ]);
  const again = await knownAnnotatorNumber(sql, key);
  if (again !== null) return again;
  const { column, value } = columnOf(key);
  const made = await sql.query<{ number: number }>(
    `INSERT INTO annotators (project_id, number, ${column})
     SELECT $1, ${NEXT_NUMBER}, $2 FROM projects p WHERE p.id = $1
     RETURNING number`,
    [key.projectId, value],
  );
  return made.rows[0]?.number ?? 0;
}

/** Of the project `p`. Twice as many as there are, and twenty, are enough to draw from. */
const NEXT_NUMBER = `CASE WHEN p.reviewers_anonymous THEN (
    SELECT free FROM generate_series(1, 20 + 2 * (SELECT count(*) FROM annotators WHERE project_id = p.id)) AS free
    WHERE free NOT IN (SELECT number FROM annotators WHERE project_id = p.id)
    ORDER BY gen_random_uuid() LIMIT 1)
  ELSE (SELECT coalesce(max(number), 0) + 1 FROM annotators WHERE project_id = p.id) END`;

/** The number of an annotator in a project; null if none was given out. */
export async function knownAnnotatorNumber(sql: Sql, key: AnnotatorKey): Promise<number | null> {
  const { column, value } = columnOf(key);
  const { rows } = await sql.query<{ number: number }>(
    `SELECT number FROM annotators WHERE project_id = $1 AND ${column} = $2`,
    [key.projectId, value],
  );
  return rows[0]?.number ?? null;
}

const columnOf = (key: AnnotatorKey) =>
  "userId" in key
    ? { column: "user_id", value: key.userId }
    : { column: "source_name", value: key.sourceName };

/** The numbers given out in a project so far. */
export async function annotatorNumbers(sql: Sql, projectId: string): Promise<Set<number>> {
  const { rows } = await sql.query<{ number: number }>(
    "SELECT number FROM annotators WHERE project_id = $1",
    [projectId],
  );
  return new Set(rows.map(({ number }) => number));
}

/** What reviewers of a project are called, by number; those whom only a file names are none. */
export async function reviewerNames(sql: Sql, projectId: string): Promise<Map<number, string>> {
  const { rows } = await sql.query<{ number: number; name: string }>(
    `SELECT n.number, u.name FROM annotators n JOIN users u ON u.id = n.user_id WHERE n.project_id = $1`,
    [projectId],
  );
  return new Map(rows.map(({ number, name }) => [number, name]));
}
