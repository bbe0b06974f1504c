import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findPlace } from "@/lib/store/server/data-folder";

/**
 * The id of one process, from whatever holds it: a signal to process 0, which an empty file or a missing
 * answer would name, goes to every process of our own group, the whole run of the tests included.
 *
 * @throws Error if it names no single process
 */
export function processId(held: unknown): number {
  const id = Number(typeof held === "string" ? held.split("\n")[0] : held);
  if (!Number.isSafeInteger(id) || id <= 1) throw new Error(`${String(held)} names no process.`);
  return id;
}

/** The id of the embedded server of a data folder. */
export function postmasterOf(dataDir: string): number {
  return processId(readFileSync(join(findPlace(dataDir).cluster, "postmaster.pid"), "utf8"));
}
