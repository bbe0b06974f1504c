import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client, DatabaseError } from "pg";
import { Refusal } from "@/lib/domain/refusal";
import { inOurWords, isDatabaseTrouble } from "../trouble";
import { ensureCluster, serverEnvironment, superuser } from "./cluster";
import { findPlace, folderTrouble, makeFolders, type Place } from "./data-folder";
import { makeLogAhead } from "./log-ahead";
import {
  type Postmaster,
  presentPostmaster,
  runningPostmaster,
  type Settings,
  startPostmaster,
  stopPostmaster,
} from "./postmaster";
import { alone, enter, isKept, keep, leave, present, type User } from "./process-registry";
import { stillRuns } from "./processes";

/** The database in the embedded server that holds everything. */
const database = "gainsay";

/** Milliseconds between two looks at whether the server still runs. */
const watchEvery = 500;

/** Milliseconds between two attempts to start it again. */
const retryEvery = 5_000;

/** Milliseconds after the start of an app in which its database has other things to do. */
const logAheadAfter = 60_000;

/** Bytes that are left free on the disk, whatever would be good to have ready. */
const leftFree = 4 * 1024 ** 3;

export type Embedded = {
  readonly url: string;
  /** What the user should be told, in whole sentences. */
  readonly notices: readonly string[];
  /**
   * Has the server write to its files now what it would have to write when it is stopped, so that it is
   * down soon after the last who works in it. That it cannot, is nothing to tell of.
   */
  expectStop(): Promise<void>;
  /** Leaves the server, and stops it if nobody else uses it. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Holds the data, the log and the password; made if missing. */
  readonly dataDir: string;
  /** Where the app answers that starts it; `null` for anything else that needs the database. */
  readonly address?: string | null;
  /** Server settings beside those in postgresql.conf. */
  readonly settings?: Settings;
  readonly onNotice?: (notice: string) => void;
  /** Gives up, however far the server is, and leaves nothing running. */
  readonly signal?: AbortSignal;
};

/**
 * Starts the PostgreSQL that comes with Gainsay, or joins the one that already runs on this folder.
 *
 * Should the server die while we use it, it is started again at the same address; should we die, a
 * guard stops it when nobody else uses it, and whoever starts next joins or recovers it.
 *
 * @throws Refusal if another app runs on this folder, or the folder cannot be used; the signal's reason
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  try {
    return await start(options);
  } catch (error) {
    const dataDir = resolve(options.dataDir);
    const isThere =
      error instanceof Error && "path" in error && String(error.path).startsWith(dataDir);
    throw isThere ? folderTrouble(dataDir, error) : error;
  }
}

async function start(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  const address = options.address ?? null;
  const settings = options.settings ?? {};
  const { signal } = options;
  const notices: string[] = [];
  const place = findPlace(dataDir);
  const { user, password, postmaster } = await alone(dataDir, async () => {
    const app = present(dataDir).find((other) => other.address !== null);
    if (address !== null && app !== undefined) throw alreadyRuns(app, dataDir);
    const { password, postmaster } = await ensureRunning(place, settings, notices, signal);
    return { user: enter(dataDir, address), password, postmaster };
  });
  const url = urlOf(postmaster.port, password);
  const dismissGuard = setGuard(dataDir, user);
  const stopWatching = watch(place, postmaster, settings, options.onNotice ?? (() => {}));
  const stayed = new AbortController();
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= (async () => {
      stayed.abort();
      await stopWatching();
      await leaveEmbedded(dataDir, user.id);
      dismissGuard();
    })();
    return stopping;
  };
  try {
    await untilThere(() => ensureDatabase(url), signal);
  } catch (error) {
    await stop();
    throw error;
  }
  // What a command has to write is soon written.
  if (address !== null) void keepLogAhead(place, url, stayed.signal);
  return { url, notices, expectStop: () => checkpoint(url), stop };
}

async function keepLogAhead(place: Place, url: string, signal: AbortSignal): Promise<void> {
  try {
    await pause(logAheadAfter, undefined, { signal, ref: false });
    const room = () => {
      const { bavail, bsize } = statfsSync(place.cluster);
      return bavail * bsize > leftFree;
    };
    await makeLogAhead(url, { room, signal });
  } catch {
    // It does without, and the next start tries again.
  }
}

async function checkpoint(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined); // the server may be stopped before it is done
  try {
    await client.connect();
    await client.query("CHECKPOINT");
  } catch {
    // it writes as much when it stops
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Milliseconds in which a server that dies at once is started again by those who watch it. */
const restartPatience = 60_000;

/** Does something with a server that may have died meanwhile, until it can be done. */
async function untilThere(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const patientUntil = Date.now() + restartPatience;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      const error = inOurWords(thrown);
      if (!isDatabaseTrouble(error) || Date.now() > patientUntil) throw error;
      await pause(watchEvery, undefined, { signal });
    }
  }
}

/** Starts the server if need be and keeps it up until `releaseEmbedded`, whoever leaves. */
export async function keepEmbedded(dataDirGiven: string): Promise<string> {
  const embedded = await startEmbedded({ dataDir: dataDirGiven });
  keep(resolve(dataDirGiven), true);
  await embedded.stop();
  return embedded.url;
}

/**
 * Ends what `keepEmbedded` began.
 *
 * @returns whether the server has stopped: it has not while a command still uses it
 * @throws Refusal if an app runs on it
 */
export async function releaseEmbedded(dataDirGiven: string): Promise<boolean> {
  const dataDir = resolve(dataDirGiven);
  const app = present(dataDir).find((user) => user.address !== null);
  if (app !== undefined) throw alreadyRuns(app, dataDir);
  return alone(dataDir, async () => {
    keep(dataDir, false);
    return stopIfUnused(dataDir);
  });
}

/** The address of the server that runs on this folder, or `null` if none does. */
export async function embeddedUrl(dataDirGiven: string): Promise<string | null> {
  const dataDir = resolve(dataDirGiven);
  const password = readPassword(dataDir);
  if (password === null) return null;
  const postmaster = await runningPostmaster(findPlace(dataDir));
  return postmaster === null ? null : urlOf(postmaster.port, password);
}

/** Takes a user off the list, dead or alive, and stops the server if that was the last. */
export async function leaveEmbedded(dataDir: string, userId: string): Promise<void> {
  await alone(dataDir, async () => {
    leave(dataDir, userId);
    await stopIfUnused(dataDir);
  });
}

async function stopIfUnused(dataDir: string): Promise<boolean> {
  if (isKept(dataDir) || present(dataDir).length > 0) return false;
  const place = findPlace(dataDir);
  const postmaster = presentPostmaster(place);
  if (postmaster !== null) await stopPostmaster(place, postmaster);
  return true;
}

async function ensureRunning(
  place: Place,
  settings: Settings,
  notices: string[],
  signal: AbortSignal | undefined,
): Promise<{ password: string; postmaster: Postmaster }> {
  const known = readPassword(place.dataDir);
  const running = existsSync(place.cluster) ? await runningPostmaster(place, signal) : null;
  if (running !== null) {
    if (known !== null) return { password: known, postmaster: running };
    await stopPostmaster(place, running); // its password is lost: set a new one below
  }
  const password = known ?? randomBytes(24).toString("base64url");
  const isNew = !existsSync(place.cluster);
  const notice = await ensureCluster(place, password);
  if (notice !== null) notices.push(notice);
  if (known === null) {
    if (!isNew && notice === null) await resetPassword(place, password);
    writePassword(place.dataDir, password);
  } else if (isNew || notice !== null) {
    writePassword(place.dataDir, password);
  }
  const port = readPort(place.dataDir);
  const postmaster = await startPostmaster(place, { port, exactly: false, settings, signal });
  if (postmaster.port !== port) {
    writeFileSync(join(place.dataDir, "database-port"), `${postmaster.port}\n`);
  }
  return { password, postmaster };
}

const passwordFile = (dataDir: string) => join(dataDir, "database-password");

function readPassword(dataDir: string): string | null {
  try {
    return readFileSync(passwordFile(dataDir), "utf8").trim() || null;
  } catch {
    return null;
  }
}

function writePassword(dataDir: string, password: string): void {
  try {
    makeFolders(dataDir);
    writeFileSync(passwordFile(dataDir), `${password}\n`, { mode: 0o600 });
  } catch (error) {
    throw folderTrouble(dataDir, error);
  }
}

/** The port of the last run, so that a client of the user's finds the server again. */
function readPort(dataDir: string): number | null {
  try {
    const port = Number(readFileSync(join(dataDir, "database-port"), "utf8"));
    return Number.isInteger(port) && port > 1023 && port < 65536 ? port : null;
  } catch {
    return null;
  }
}

/** Gives the superuser a new password without the old one: the folder is ours, so are its keys. */
function resetPassword(place: Place, password: string): void {
  const { status } = spawnSync(
    join(place.binaries, "postgres"),
    ["--single", "-D", place.cluster, "postgres"],
    {
      ...place.owner,
      cwd: "/",
      env: serverEnvironment,
      input: `ALTER ROLE ${superuser} PASSWORD '${password}'\n`,
    },
  );
  if (status !== 0) {
    throw new Refusal(
      "unavailable",
      `The database's password (${passwordFile(place.dataDir)}) is lost and could not be set anew: see ${join(place.dataDir, "postgres.log")}.`,
    );
  }
}

const urlOf = (port: number, password: string): string =>
  `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}`;

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
  } catch (error) {
    const missing = error instanceof DatabaseError && error.code === "3D000";
    if (!missing) throw error;
    const admin = new Client({ connectionString: url.replace(/[^/]*$/, "postgres") });
    await admin.connect();
    try {
      await admin.query(`CREATE DATABASE ${database}`);
    } catch (made) {
      // Two processes that start at once both find it missing: duplicate_database, or the unique
      // violation beneath it.
      const there = made instanceof DatabaseError && /^(42P04|23505)$/.test(made.code ?? "");
      if (!there) throw made;
    } finally {
      await admin.end();
    }
  } finally {
    await client.end().catch(() => {});
  }
}

function alreadyRuns(app: User, dataDir: string): Refusal {
  return new Refusal(
    "unavailable",
    `Gainsay already runs on ${dataDir}, at ${app.address} (process ${app.pid}): stop it first, or name another folder in GAINSAY_DATA_DIR.`,
  );
}

/**
 * A shell that waits for the end of our life and then has the server stopped. It holds one end of a
 * pipe whose other end only we hold, so it notices SIGKILL too, and costs nothing while it waits.
 *
 * @returns dismisses the guard
 */
function setGuard(dataDir: string, user: User): () => void {
  const script = fileURLToPath(new URL("../../../scripts/leave-database.ts", import.meta.url));
  const guard = spawn(
    "sh",
    [
      "-c",
      'cat >/dev/null; sleep 2; exec "$@"',
      "sh",
      process.execPath,
      "--import",
      "tsx",
      script,
      dataDir,
      user.id,
    ],
    {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  guard.on("error", () => {}); // no shell: the next start finds the server running and joins it
  guard.unref();
  // The pipe must not keep us alive; a socket at run time, though typed as a stream.
  if (guard.stdin !== null && "unref" in guard.stdin && typeof guard.stdin.unref === "function") {
    guard.stdin.unref();
  }
  return () => {
    if (guard.pid === undefined || guard.exitCode !== null) return;
    try {
      process.kill(-guard.pid, "SIGKILL"); // the shell and its `cat`
    } catch {
      // gone already
    }
  };
}

/** Starts the server again, at the same port, whenever it has died. */
function watch(
  place: Place,
  first: Postmaster,
  settings: Settings,
  onNotice: (notice: string) => void,
): () => Promise<void> {
  const stopped = new AbortController();
  let current = first;
  let told = "";
  const watching = (async () => {
    for (;;) {
      // While it cannot be started, as on a full disk, there is no hurry to try again.
      const wait = told === "" ? watchEvery : retryEvery;
      await pause(wait, undefined, { signal: stopped.signal, ref: false });
      if (stillRuns(current.mark)) continue;
      try {
        current = await alone(place.dataDir, async () => {
          const { signal } = stopped;
          const options = { port: first.port, exactly: true, settings, signal };
          return (
            (await runningPostmaster(place, signal)) ?? (await startPostmaster(place, options))
          );
        });
        told = "";
        onNotice("The database had stopped and has been started again.");
      } catch (error) {
        if (stopped.signal.aborted) return;
        const trouble = error instanceof Error ? error.message : String(error);
        if (trouble !== told) onNotice(trouble);
        told = trouble;
      }
    }
  })().catch(() => {}); // the pause was aborted: we are done
  return async () => {
    stopped.abort();
    await watching;
  };
}
