import type { Database, Sql } from "./database";
import type { ReportState } from "./generated/client";
import { live } from "./live";
import { takeRight } from "./sole-right";

/** A kept report on agreement, and how far the one is that is being made. */
export type ReportRow = {
  readonly id: string;
  readonly projectId: string;
  readonly roundId: string | null;
  /** What was asked, as it was written. */
  readonly asked: string;
  readonly state: ReportState;
  /** How many are to be compared; null until that is known. */
  readonly articles: number | null;
  readonly articlesDone: number;
  readonly attempts: number;
  readonly failure: string | null;
  readonly madeOf: string | null;
  readonly asOf: Date | null;
  readonly madeAt: Date | null;
};

const columns = `k.id, k.project_id AS "projectId", k.round_id AS "roundId", k.asked, k.state, k.articles,
  k.articles_done AS "articlesDone", k.attempts, k.failure, k.made_of AS "madeOf", k.as_of AS "asOf",
  k.made_at AS "madeAt"`;

/** Which report of a project: what is asked of it, as JSON that is the same for the same. */
export type ReportKey = { readonly projectId: string; readonly asked: string };

export async function findReport(
  sql: Sql,
  { projectId, asked }: ReportKey,
): Promise<ReportRow | null> {
  const { rows } = await sql.query<ReportRow>(
    `SELECT ${columns} FROM agreement_reports k WHERE k.project_id = $1 AND k.asked = $2`,
    [projectId, asked],
  );
  return rows[0] ?? null;
}

/**
 * The report of a project that was made last of all its work, with what it says; null if none has been. One that is
 * being made anew is what it was until then.
 */
export async function newestReport(
  sql: Sql,
  projectId: string,
): Promise<{ readonly madeOf: string; readonly asOf: Date; readonly report: unknown } | null> {
  const { rows } = await sql.query<{ madeOf: string; asOf: Date; report: unknown }>(
    `SELECT made_of AS "madeOf", as_of AS "asOf", report FROM agreement_reports
     WHERE project_id = $1 AND made_at IS NOT NULL
       AND asked::jsonb @> '{"round": null, "label": null, "language": null}'
     ORDER BY made_at DESC, id DESC LIMIT 1`,
    [projectId],
  );
  return rows[0] ?? null;
}

/** A report for whoever makes it, whatever project it is of, unless that lies in the trash. */
export async function reportToMake(sql: Sql, id: string): Promise<ReportRow | null> {
  const { rows } = await sql.query<ReportRow>(
    `SELECT ${columns} FROM agreement_reports k JOIN projects p ON p.id = k.project_id AND ${live("p")}
     WHERE k.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** What a report says, as it was written; null while none has been made. */
export async function reportText(sql: Sql, id: string): Promise<string | null> {
  const { rows } = await sql.query<{ report: string | null }>(
    "SELECT report::text AS report FROM agreement_reports WHERE id = $1",
    [id],
  );
  return rows[0]?.report ?? null;
}

/** As many different reports of a project are kept; who wants an older one again has it made again. */
const MOST_KEPT = 100;

/**
 * Has a report be made, or made anew: what was made before stays until then. One that waits already, or is being
 * made, is not asked for twice.
 *
 * @returns its id
 */
export async function askForReport(
  sql: Sql,
  { id, projectId, roundId, asked }: ReportKey & { id: string; roundId: string | null },
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO agreement_reports AS k (id, project_id, round_id, asked, state) VALUES ($1, $2, $3, $4, 'queued')
     ON CONFLICT (project_id, asked) DO UPDATE SET
       asked_at = now(),
       state = CASE WHEN k.state IN ('queued', 'running') THEN k.state ELSE 'queued' END,
       articles = CASE WHEN k.state IN ('queued', 'running') THEN k.articles END,
       articles_done = CASE WHEN k.state IN ('queued', 'running') THEN k.articles_done ELSE 0 END,
       attempts = CASE WHEN k.state IN ('queued', 'running') THEN k.attempts ELSE 0 END,
       failure = NULL
     RETURNING id`,
    [id, projectId, roundId, asked],
  );
  await sql.query(
    `DELETE FROM agreement_reports WHERE state IN ('done', 'failed') AND id IN (
       SELECT id FROM agreement_reports WHERE project_id = $1 ORDER BY asked_at DESC, id OFFSET ${MOST_KEPT})`,
    [projectId],
  );
  const row = rows[0];
  if (!row) throw new Error("A report vanished while it was being asked for.");
  return row.id;
}

/** Reports that wait or were left by whoever made them, the oldest first. */
export async function unfinishedReports(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT k.id FROM agreement_reports k JOIN projects p ON p.id = k.project_id AND ${live("p")}
     WHERE k.state IN ('queued', 'running') ORDER BY k.asked_at, k.id LIMIT 100`,
  );
  return rows.map(({ id }) => id);
}

/** Holds the right to make a report; nobody else gets it before `end`, or before the connection ends. */
export type Making = {
  /**
   * Reads in one state of the database, on the connection that holds the right: a report takes one, not two.
   *
   * @param work is given when that state was
   */
  inOneState<T>(work: (sql: Sql, asOf: Date) => Promise<T>): Promise<T>;
  end(): Promise<void>;
};

/** The right to make a report; null if somebody has it. */
export async function beginMaking(db: Database, id: string): Promise<Making | null> {
  const right = await takeRight(db, "agreement-report", id);
  return (
    right && {
      async inOneState(work) {
        const { client } = right;
        await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        try {
          await client.query("SET LOCAL jit = off"); // compiling costs more than such short queries
          const { rows } = await client.query<{ now: Date }>("SELECT now() AS now");
          return await work(client, rows[0]?.now ?? new Date());
        } finally {
          await client.query("ROLLBACK").catch(() => undefined); // it ends with its connection
        }
      },
      end: () => right.end(),
    }
  );
}

/** Notes that making a report begins, before anything is done. */
export async function noteMaking(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `UPDATE agreement_reports SET state = 'running', attempts = attempts + 1, articles = NULL, articles_done = 0
     WHERE id = $1 AND state IN ('queued', 'running')`,
    [id],
  );
}

/** Takes an attempt back that did not end its process. */
export async function forgetMaking(sql: Sql, id: string): Promise<void> {
  await sql.query(
    "UPDATE agreement_reports SET attempts = greatest(attempts - 1, 0) WHERE id = $1",
    [id],
  );
}

export async function noteProgress(
  sql: Sql,
  id: string,
  { articles, done }: { articles: number; done: number },
): Promise<void> {
  await sql.query(
    "UPDATE agreement_reports SET articles = $2, articles_done = $3 WHERE id = $1 AND state = 'running'",
    [id, articles, done],
  );
}

/** Keeps a report. @param report as JSON, which is given out as it is */
export async function keepReport(
  sql: Sql,
  id: string,
  { report, madeOf, asOf }: { report: string; madeOf: string; asOf: Date },
): Promise<void> {
  await sql.query(
    `UPDATE agreement_reports SET state = 'done', report = $2::json, made_of = $3, as_of = $4, made_at = now(),
       articles_done = coalesce(articles, 0), attempts = 0
     WHERE id = $1`,
    [id, report, madeOf, asOf],
  );
}

/** Marks a report as one that cannot be made. @param failure why, for people */
export async function failReport(sql: Sql, id: string, failure: string): Promise<void> {
  await sql.query(
    `UPDATE agreement_reports SET state = 'failed', failure = $2
     WHERE id = $1 AND state IN ('queued', 'running')`,
    [id, failure],
  );
}
