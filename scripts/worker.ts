// The process beside the server that works through many rows: it makes datasets and reports and runs imports, on
// DATABASE_URL, for as long as the channel to the server is open. lib/workflow/worker.ts starts it.
import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "@/lib/domain/refusal";
import { afterEverybody, closeDatabase, putLast } from "@/lib/store/for-scripts";
import { log, takeConsole } from "@/lib/web/log";
import { datasetBytes } from "@/lib/workflow/dataset-bytes";
import { type Jobs, startJobs, wakeJobs } from "@/lib/workflow/jobs";
import type { FromWorker, ToWorker } from "@/lib/workflow/worker";

/** Milliseconds until jobs are tried again that could not be begun: the database may be away. */
const AGAIN_AFTER = 2_000;

/** A dataset on its way out, its next piece being made while the one before is taken. */
type Read = {
  readonly bytes: AsyncGenerator<Uint8Array>;
  next: Promise<IteratorResult<Uint8Array>>;
};
const reads = new Map<number, Read>();
const resting = new AbortController();

if (process.env.NODE_ENV === "production") takeConsole();

// Whoever waits for a page or a save goes first, here and in the database.
await afterEverybody();
try {
  putLast(process.pid);
} catch {
  // some containers do not allow it
}

const jobs = beginJobs();

// A terminal tells the whole group, and a service manager every process: the server says when.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => void end());
process.on("message", (order) => void obey(order as ToWorker)); // only the server writes there
process.on("unhandledRejection", (err) => log.error({ err }, "a defect outside of any job"));

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function obey(order: ToWorker): Promise<void> {
  switch (order.kind) {
    case "next":
      return next(order);
    case "end":
      await endRead(order.read);
      return tell({ kind: "ended", read: order.read });
    case "import":
    case "pages":
    case "report":
    case "search":
      return wakeJobs(order);
    case "upload":
      return (await jobs)?.hear(order.id, order.arrival);
    case "rest":
      await endJobs();
      return tell({ kind: "rested" });
  }
}

async function next({ read, dataset }: ToWorker & { kind: "next" }): Promise<void> {
  try {
    const known = reads.get(read) ?? begin(read, dataset);
    const { done, value } = await known.next;
    if (done) return tell({ kind: "whole", read });
    tell({ kind: "piece", read, bytes: value });
    ahead(known);
  } catch (error) {
    const isRefused = error instanceof Refusal;
    if (!isRefused) log.warn({ err: error }, "a dataset broke off");
    const why = error instanceof Error ? error.message : String(error);
    const refusal = isRefused ? { code: error.code, details: error.details } : null;
    tell({ kind: "broken", read, why, refusal });
  }
}

function begin(read: number, dataset: (ToWorker & { kind: "next" })["dataset"]): Read {
  const bytes = datasetBytes(dataset);
  const begun = { bytes, next: bytes.next() };
  reads.set(read, begun);
  return begun;
}

function ahead(read: Read): void {
  read.next = read.bytes.next();
  read.next.catch(() => undefined); // awaited when it is asked for, which may be never
}

async function endRead(read: number): Promise<void> {
  const known = reads.get(read);
  reads.delete(read);
  await known?.bytes.return(undefined).catch(() => undefined); // it broke off before
}

async function beginJobs(): Promise<Jobs | null> {
  while (!resting.signal.aborted) {
    try {
      return await startJobs({
        onDefect: (err, id) => log.error({ err, id }, "a job failed"),
        onLeft: (id) => tell({ kind: "import_left", id }),
      });
    } catch (error) {
      log.warn({ err: error }, "jobs could not be begun");
      await pause(AGAIN_AFTER, undefined, resting).catch(() => undefined);
    }
  }
  return null;
}

async function endJobs(): Promise<void> {
  resting.abort();
  await (await jobs)?.stop();
}

async function end(): Promise<void> {
  await Promise.allSettled([endJobs(), ...[...reads.keys()].map(endRead)]);
  await closeDatabase().catch(() => undefined);
  process.exit(0);
}

tell({ kind: "ready" });
