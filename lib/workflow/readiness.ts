import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { type Readiness, readinessOf } from "@/lib/store/schema/readiness";

/** Milliseconds after which whoever asks would have given up. */
const PATIENCE = 3000;

/** Seconds after which it is worth asking again. */
const ASK_AGAIN = 5;

const sentences: Record<Exclude<Readiness, "ready"> | "broken" | "late", string> = {
  not_migrated: "The database is not migrated to this version.",
  read_only: "The database takes no changes.",
  full: "The database has no space left.",
  broken: "The database does not answer.",
  late: "The database does not answer.",
};

/**
 * Makes sure that requests can be served now: the database answers, has the tables of this code, and
 * takes changes.
 *
 * @throws Refusal "unavailable"; why, is for the operator to find out
 */
export async function checkReady(): Promise<void> {
  const over = new AbortController();
  const tooLate = pause(PATIENCE, "late" as const, { signal: over.signal, ref: false }).catch(
    () => "late" as const,
  );
  try {
    const asked = readinessOf(database()).catch(() => "broken" as const);
    const answer = await Promise.race([tooLate, asked]);
    if (answer === "ready") return;
    throw new Refusal("unavailable", sentences[answer], { retry_after_seconds: ASK_AGAIN });
  } finally {
    over.abort();
  }
}
