import { setTimeout as pause } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { NOTIFICATION_DAYS } from "@/lib/domain/notifications";
import { unfinishedReports } from "@/lib/store/agreement-reports";
import { forgetPassing } from "@/lib/store/audit";
import { type Database, database } from "@/lib/store/database";
import { dropOldBytes, finishImport, forgetUpload, unfinishedImports } from "@/lib/store/imports";
import { forgetNotifications, tellOfDueRounds } from "@/lib/store/notifications";
import { unheldUploads } from "@/lib/store/receiving";
import { dropPastSessions } from "@/lib/store/sessions";
import { isRightFree } from "@/lib/store/sole-right";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { carryAllSets } from "./changing-schemes";
import { purge } from "./deleting";
import { type Arrival, ArrivingUploads } from "./importing/arriving";
import { runQueued, takeSurvivedBack } from "./importing/as-job";
import { fetchPages } from "./importing/fetched-pages";
import { mailSettings, sendDueMails } from "./mailing";
import { makeReport } from "./making-agreement-reports";
import { makeSearchable } from "./making-searchable";

const queue = "imports";

/** Imports whose pages are to be fetched: apart from those that are run, since sites answer when they like. */
const pagesQueue = "pages";

/** Reports on agreement that somebody waits for. */
const reportQueue = "agreement-reports";

/** Deleting for good what has lain in the trash for its time; one job at a time is enough for all nodes. */
const purgeQueue = "purge";

/** Seconds between two looks into the trash: nothing there is in a hurry. */
const PURGE_EVERY = 3600;

/** Carrying annotation sets over to another version of their scheme. */
const carryQueue = "schemes";

/** Seconds between two looks for sets that are to be carried over, which usually whoever changed the scheme has done. */
const CARRY_EVERY = 20;

/** Milliseconds between two looks at whether an import was left by whoever ran it. */
const LOOK_EVERY = 5_000;

/**
 * Milliseconds that an import is left alone before articles are made searchable beside it: both take the processor, and
 * somebody waits for a short one.
 */
const SEARCH_PATIENCE = 10_000;

/**
 * Milliseconds for which nobody may receive an upload before it is forgotten: its process is given
 * that long to say that it lives, should the database have been away.
 */
const UPLOAD_PATIENCE = 30_000;

/** Days for which a failed import keeps its files, to be taken up again. */
const FILES_LAST = 30;

/** Milliseconds between two looks at files that are kept too long, and sessions past their limits. */
const TIDY_EVERY = 10 * 60_000;

/** Milliseconds between two looks at rounds that are due, and at mail that waits. */
const TELL_EVERY = 15_000;

/** Milliseconds that a mail under way gets when the jobs are stopped. */
const STOP_WITHIN = 1_000;

export type Jobs = {
  /** Takes note of what arrived of an upload, whose job comes once it is whole. */
  hear(importId: string, arrival: Arrival): void;
  stop(): Promise<void>;
};

/** What waits to be done: an import, its pages or a report of an id, or articles that searching does not know yet. */
export type WaitingJob =
  | { readonly kind: "import" | "pages" | "report"; readonly id: string }
  | { readonly kind: "search" };

type Wake = (job: WaitingJob) => Promise<void>;

// Next bundles handlers apart from the server around them, which runs the jobs: the two have
// different copies of this module.
const shared = globalThis as typeof globalThis & { gainsayWakeJobs?: Wake };

/** Has another process told of what waits, because it runs the jobs for this one. */
export function wakeJobsBy(tell: (job: WaitingJob) => void): void {
  shared.gainsayWakeJobs = async (job) => tell(job);
}

/** Says that something waits. Where no jobs run in this process, another one finds it soon. */
export async function wakeJobs(job: WaitingJob): Promise<void> {
  await shared.gainsayWakeJobs?.(job).catch(() => undefined);
}

/**
 * Runs imports that wait, and makes reports that do, one of each at a time, until stopped. Any number of processes may
 * do so on one database: pg-boss hands an import to one of them, and an advisory lock held by the one that runs it
 * keeps others off. What a process leaves when it dies, the next look finds and goes on with.
 *
 * @param onDefect told of every defect, with the id of its import or report if it is one's
 * @param onLeft told of every import that is over, or that others go on with
 */
export async function startJobs({
  onDefect = () => undefined,
  onLeft = () => undefined,
  uploadPatience = UPLOAD_PATIENCE,
}: {
  onDefect?: (error: unknown, id: string | null) => void;
  onLeft?: (importId: string) => void;
  uploadPatience?: number;
} = {}): Promise<Jobs> {
  const db = database();
  const stopping = new AbortController();
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.pool.query(text, values) },
    schedule: false,
  });
  const trouble = (error: unknown) => {
    // A database that went away comes back, or the next request tells of it.
    if (!stopping.signal.aborted && !isDatabaseTrouble(error)) onDefect(error, null);
  };
  boss.on("error", trouble);
  await boss.start();
  // One queued job an import at most; a job is a call to look, so it is never tried again.
  await boss.createQueue(queue, { policy: "short", retryLimit: 0, deleteAfterSeconds: 3600 });
  await boss.updateQueue(queue, { retryLimit: 0, expireInSeconds: 24 * 3600 - 1 });
  await boss.createQueue(pagesQueue, {
    policy: "short",
    retryLimit: 0,
    deleteAfterSeconds: 3600,
  });
  await boss.updateQueue(pagesQueue, { retryLimit: 0, expireInSeconds: 24 * 3600 - 1 });
  await boss.createQueue(reportQueue, {
    policy: "short",
    retryLimit: 0,
    deleteAfterSeconds: 3600,
  });
  await boss.updateQueue(reportQueue, { retryLimit: 0, expireInSeconds: 24 * 3600 - 1 });
  const searching = new Searching(stopping.signal, trouble);
  const arriving = new ArrivingUploads(db);
  /** When the import began that is run here, in milliseconds of this process. */
  let begun = Number.NEGATIVE_INFINITY;
  const imports = await boss.work<{ importId: string }>(
    queue,
    { pollingIntervalSeconds: 1 },
    async (jobs) => {
      const { signal } = stopping;
      for (const { data } of jobs) {
        const onDone = () => onLeft(data.importId);
        begun = performance.now();
        await runQueued(db, data.importId, { signal, onDefect, onDone, arriving });
        begun = Number.NEGATIVE_INFINITY;
        onLeft(data.importId);
        searching.wake();
      }
    },
  );
  const wake: Wake = async (job) => {
    switch (job.kind) {
      case "import":
        await boss.send(queue, { importId: job.id }, { singletonKey: job.id });
        boss.notifyWorker(imports); // not at its next look
        break;
      case "pages":
        await boss.send(pagesQueue, { importId: job.id }, { singletonKey: job.id });
        break;
      case "report":
        await boss.send(reportQueue, { reportId: job.id }, { singletonKey: job.id });
        break;
      case "search":
        searching.wake();
    }
  };
  await boss.work<{ importId: string }>(pagesQueue, { pollingIntervalSeconds: 1 }, async (jobs) => {
    for (const { data } of jobs) {
      await fetchPages(db, data.importId, { signal: stopping.signal, onDefect });
      await wake({ kind: "import", id: data.importId });
    }
  });
  await boss.work<{ reportId: string }>(
    reportQueue,
    { pollingIntervalSeconds: 0.5 },
    async (jobs) => {
      for (const { data } of jobs) {
        await makeReport(db, data.reportId, { signal: stopping.signal, onDefect });
      }
    },
  );
  await boss.createQueue(purgeQueue, {
    policy: "exclusive",
    retryLimit: 0,
    deleteAfterSeconds: 3600,
  });
  await boss.work(purgeQueue, { pollingIntervalSeconds: 10 }, async () => {
    // Whoever stops it, or a database that goes away, leaves the rest for the next hour.
    await purge(db, { signal: stopping.signal }).catch(trouble);
  });
  await boss.createQueue(carryQueue, {
    policy: "exclusive",
    retryLimit: 0,
    deleteAfterSeconds: 3600,
  });
  await boss.work(carryQueue, { pollingIntervalSeconds: 2 }, async () => {
    // What is left over is there at the next look.
    await carryAllSets(db, { signal: stopping.signal }).catch(trouble);
  });
  const abandoned = new AbandonedUploads(db, uploadPatience);
  let tidied = Number.NEGATIVE_INFINITY;
  const look = async () => {
    await takeSurvivedBack(db);
    await boss.send(purgeQueue, {}, { singletonSeconds: PURGE_EVERY });
    await boss.send(carryQueue, {}, { singletonSeconds: CARRY_EVERY });
    await lookAfterImports(db, wake);
    if (performance.now() - begun > SEARCH_PATIENCE) searching.wake();
    for (const id of await unfinishedReports(db.pool)) {
      if (await isRightFree(db.pool, "agreement-report", id)) await wake({ kind: "report", id });
    }
    await abandoned.look();
    if (performance.now() - tidied < TIDY_EVERY) return;
    await dropOldBytes(db.pool, { days: FILES_LAST });
    await dropPastSessions(db.pool);
    await forgetPassing(db.pool);
    await forgetNotifications(db.pool, { days: NOTIFICATION_DAYS });
    tidied = performance.now();
  };
  const telling = startTelling(db, { signal: stopping.signal, trouble });
  const looking = setInterval(() => void look().catch(trouble), LOOK_EVERY);
  looking.unref();
  shared.gainsayWakeJobs = wake;
  await look().catch(trouble);
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    stopping.abort(new Error("The server stops."));
    clearInterval(looking);
    await telling.stop();
    await searching.stop();
    if (shared.gainsayWakeJobs === wake) delete shared.gainsayWakeJobs;
    await boss.stop({ graceful: true, timeout: 5_000, close: false });
  };
  return {
    hear: (importId, arrival) => arriving.hear(importId, arrival),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Tells of rounds that are due, and sends the mail that waits, one pass at a time: a dead server holds up nothing else. */
function startTelling(
  db: Database,
  { signal, trouble }: { signal: AbortSignal; trouble: (error: unknown) => void },
): { stop(): Promise<void> } {
  const settings = mailSettings();
  let pass: Promise<void> | null = null;
  const tellNow = async () => {
    await tellOfDueRounds(db.pool, { isMailed: settings !== null });
    const failed = await sendDueMails(db, settings, { signal });
    if (failed) trouble(new Error("Mail could not be sent.", { cause: failed }));
  };
  const timer = setInterval(() => {
    pass ??= tellNow()
      .catch(trouble)
      .finally(() => {
        pass = null;
      });
  }, TELL_EVERY);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      // What a server does not take by then is sent again by another node, or the next start.
      await Promise.race([pass, pause(STOP_WITHIN, undefined, { ref: false })]);
    },
  };
}

/** Makes articles searchable behind their imports, one pass at a time. */
class Searching {
  readonly #signal: AbortSignal;
  readonly #trouble: (error: unknown) => void;
  #pass: Promise<void> | null = null;
  /** Whether more may have come since the pass began. */
  #again = false;

  constructor(signal: AbortSignal, trouble: (error: unknown) => void) {
    this.#signal = signal;
    this.#trouble = trouble;
  }

  wake(): void {
    this.#again = true;
    this.#pass ??= this.#work().finally(() => {
      this.#pass = null;
    });
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#signal.aborted) {
      this.#again = false;
      // What is left over is there at the next look.
      await makeSearchable({ signal: this.#signal }).catch(this.#trouble);
    }
  }

  async stop(): Promise<void> {
    await this.#pass;
  }
}

/** Forgets uploads whose process died while they arrived. */
class AbandonedUploads {
  readonly #db: Database;
  readonly #patience: number;
  /** Since when nobody was seen to receive them, in milliseconds of this process. */
  #since = new Map<string, number>();

  constructor(db: Database, patience: number) {
    this.#db = db;
    this.#patience = patience;
  }

  async look(): Promise<void> {
    const now = performance.now();
    const seen = await unheldUploads(this.#db.pool);
    this.#since = new Map(seen.map((id) => [id, this.#since.get(id) ?? now]));
    for (const [id, since] of this.#since) {
      if (now - since >= this.#patience) await forgetUpload(this.#db.pool, id);
    }
  }
}

/** Takes care of imports that nobody runs: those with their files go on, the others have failed. */
async function lookAfterImports(db: Database, wake: Wake): Promise<void> {
  for (const { id, stored, waiting } of await unfinishedImports(db.pool)) {
    if (waiting) {
      if (await isRightFree(db.pool, "pages", id)) await wake({ kind: "pages", id });
      continue;
    }
    if (!(await isRightFree(db.pool, "import", id))) continue;
    if (stored) await wake({ kind: "import", id });
    else {
      const failure =
        "It broke off before it was done. What is in stays; import the files again for the rest.";
      await finishImport(db, id, { failure });
    }
  }
}
