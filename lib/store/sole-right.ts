import type pg from "pg";
import { type Database, type Sql, unhurriedConnection } from "./database";

/** What one process does at a time for each id. */
export type Task = "import" | "pages" | "agreement-report";

/** The sole right to do something, on a connection of its own: nobody else gets it before `end`, or before that is lost. */
export type SoleRight = { readonly client: pg.PoolClient; end(): Promise<void> };

/** $1 is whose it is. */
const lockOf = (task: Task) => `hashtextextended('${task}:' || $1, 0)`;

/** The right to do something; null if somebody has it. */
export async function takeRight(db: Database, task: Task, id: string): Promise<SoleRight | null> {
  const client = await unhurriedConnection(db);
  let isMine = false;
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_lock(${lockOf(task)}) AS mine`,
      [id],
    );
    isMine = rows[0]?.mine === true;
  } finally {
    if (!isMine) client.release(true);
  }
  if (!isMine) return null;
  const ignore = () => undefined; // a lost connection shows at the next query of whoever has the right
  client.on("error", ignore);
  return {
    client,
    async end() {
      // The lock goes with the connection, which the server may notice a moment later.
      await client.query(`SELECT pg_advisory_unlock(${lockOf(task)})`, [id]).catch(() => undefined);
      client.off("error", ignore);
      client.release(true);
    },
  };
}

/** Whether nobody has the right: a moment's answer, for looking after what was left. */
export async function isRightFree(sql: Sql, task: Task, id: string): Promise<boolean> {
  // Within one statement's transaction: the lock is gone again with the answer.
  const { rows } = await sql.query<{ free: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${lockOf(task)}) AS free`,
    [id],
  );
  return rows[0]?.free === true;
}
