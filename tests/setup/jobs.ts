import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { database } from "@/lib/store/database";

/** A process that runs jobs on this test's database, until the test is over at the latest. */
export function aJobsProcess(): ChildProcess {
  const script = fileURLToPath(new URL("jobs-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], { stdio: "inherit" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/**
 * Lets whoever adds rows to a table come as far as one of them and no further, until it is let go.
 *
 * @param when which row it is, as a condition on NEW in SQL
 */
export async function heldAtRow(table: string, when: string) {
  const holder = await database().pool.connect();
  await holder.query("SELECT pg_advisory_lock(7)");
  await holder.query(`
    CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER hold BEFORE INSERT ON ${table} FOR EACH ROW
      WHEN (${when}) EXECUTE FUNCTION hold()`);
  const isThere = async () => {
    const { rowCount } = await holder.query(
      "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted",
    );
    return rowCount !== 0;
  };
  return {
    /** Waits until somebody is there. */
    reached: async () => {
      while (!(await isThere())) await pause(20);
    },
    letGo: async () => {
      await holder.query("SELECT pg_advisory_unlock(7)");
      holder.release();
    },
  };
}
