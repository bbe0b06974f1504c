import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { isMigrated } from "@/lib/store/schema/readiness";

/** Milliseconds after which whoever asks would have given up. */
const PATIENCE = 3000;

/**
 * Makes sure that requests can be served now: the database answers, and has the tables of this code.
 *
 * @throws Refusal "unavailable"; why, is for the operator to find out
 */
export async function checkReady(): Promise<void> {
  const over = new AbortController();
  const tooLate = pause(PATIENCE, "late" as const, { signal: over.signal, ref: false }).catch(
    () => "late" as const,
  );
  try {
    const answer = await Promise.race([tooLate, isMigrated(database().pool)]).catch(
      () => "broken" as const,
    );
    if (answer === true) return;
    throw new Refusal(
      "unavailable",
      answer === false
        ? "The database is not migrated to this version."
        : "The database does not answer.",
    );
  } finally {
    over.abort();
  }
}
