import { type Database, type Sql, unhurriedConnection } from "./database";
import { live } from "./live";

/** What there is of a project that was made at the machine itself: nothing, a start, or all of it. */
export type SampleState = "missing" | "begun" | "there";

/** Runs work while no other process loads samples; who comes meanwhile waits for its turn. */
export async function loadingAlone<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const client = await unhurriedConnection(db);
  const lock = "hashtextextended('samples', 0)";
  try {
    // Others may load for minutes. The lock goes with the connection.
    await client.query("SET lock_timeout = 0");
    await client.query(`SELECT pg_advisory_lock(${lock})`);
    return await work();
  } finally {
    client.release(true);
  }
}

/**
 * How far the loading of samples into a project has come. A project without any import of the
 * machine's own was made by somebody for something else, and counts as there.
 */
export async function sampleState(sql: Sql, slug: string): Promise<SampleState> {
  // Whoever deleted the project does not want it back with the next start, not even after years.
  const deleted = await sql.query(
    `SELECT FROM projects WHERE slug = $1 AND deleted_at IS NOT NULL
     UNION ALL SELECT FROM audit_events WHERE action = 'project.purged' AND details->>'slug' = $1 LIMIT 1`,
    [slug],
  );
  if (deleted.rowCount === 1) return "there";
  const { rows } = await sql.query<{ begun: boolean; done: boolean }>(
    `SELECT coalesce(bool_or(i.id IS NOT NULL), false) AS begun, coalesce(bool_or(i.state = 'done'), false) AS done
       FROM projects p LEFT JOIN imports i ON i.project_id = p.id AND i.created_by IS NULL
      WHERE p.slug = $1 AND ${live("p")} GROUP BY p.id`,
    [slug],
  );
  const [row] = rows;
  if (!row) return "missing";
  return row.begun && !row.done ? "begun" : "there";
}
