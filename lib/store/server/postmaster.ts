import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "@/lib/domain/refusal";
import { serverEnvironment } from "./cluster";
import type { Place } from "./data-folder";
import { type ProcessMark, postmasterIn, stillRuns } from "./processes";

export type Postmaster = { readonly mark: ProcessMark; readonly port: number };

/** How often a start is tried when the port or the last run's shared memory is still taken. */
const attempts = 40;

/** How often it is tried when something ends the server from outside while it starts. */
const endedAttempts = 3;

/** The log is put aside when it has grown past this, in bytes; one old one is kept. */
const largestLog = 10 * 1024 * 1024;

/**
 * The server that runs on this data folder, whoever started it, once it accepts connections.
 *
 * @param signal gives up waiting for one that is starting, recovering or stopping
 */
export async function runningPostmaster(
  place: Place,
  signal?: AbortSignal,
): Promise<Postmaster | null> {
  for (;;) {
    const found = presentPostmaster(place);
    if (found === null || found.ready) return found;
    await pause(20, undefined, { signal });
  }
}

/** The server that runs on this data folder, whoever started it, in whatever state. */
export function presentPostmaster({
  cluster,
}: Place): (Postmaster & { readonly ready: boolean }) | null {
  const file = readPidFile(cluster);
  if (file === null) return null;
  const mark = postmasterIn(cluster, file.pid);
  if (mark === null) {
    // Left by a crash. PostgreSQL sees through that unless the number belongs to somebody again.
    rmSync(join(cluster, "postmaster.pid"), { force: true });
    return null;
  }
  return { mark, port: file.port, ready: file.status === "ready" };
}

/** Lines of postmaster.pid: 1 process, 4 port, 8 status (src/include/utils/pidfile.h). */
function readPidFile(cluster: string): { pid: number; port: number; status: string } | null {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? "" };
  } catch {
    return null;
  }
}

/**
 * Starts the server and waits until it accepts connections, which after a crash includes recovery.
 *
 * @param port tried first; `exactly` when addresses already given out hold it
 * @param signal stops the server again, however far it is
 * @throws Refusal "unavailable" if it cannot start; the signal's reason
 */
export async function startPostmaster(
  place: Place,
  {
    port,
    exactly,
    settings,
    signal,
  }: {
    port: number | null;
    exactly: boolean;
    settings: Settings;
    signal?: AbortSignal | undefined;
  },
): Promise<Postmaster> {
  const log = join(place.dataDir, "postgres.log");
  if (existsSync(log) && statSync(log).size > largestLog) renameSync(log, `${log}.1`);
  let tried = port ?? (await freePort());
  let complaint = "";
  let ended = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const outcome = await launch(place, tried, log, settings, signal);
    if ("mark" in outcome) return outcome;
    complaint = outcome.complaint;
    if (outcome.endedBy !== null) {
      ended += 1;
      if (ended === endedAttempts) throw endedFromOutside(place, log, outcome.endedBy);
    } else if (/could not bind|could not create any TCP/.test(complaint)) {
      if (exactly) await pause(250);
      else tried = await freePort();
    } else if (
      /shared memory block .* is still in use|lock file .* already exists/s.test(complaint)
    ) {
      await pause(250); // the last run's processes are on their way out
    } else {
      break;
    }
  }
  throw explain(place, log, complaint);
}

export type Settings = Readonly<Record<string, string>>;

type FailedStart = {
  /** What it wrote into its log. */
  readonly complaint: string;
  /** The signal by which somebody ended it or a process of it; null if it ended by itself. */
  readonly endedBy: string | null;
};

async function launch(
  place: Place,
  port: number,
  log: string,
  settings: Settings,
  signal?: AbortSignal,
): Promise<Postmaster | FailedStart> {
  const from = existsSync(log) ? statSync(log).size : 0;
  const output = openSync(log, "a", 0o600);
  const fixed: Settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    cluster_name: "gainsay",
    ...settings,
  };
  // Detached: Ctrl-C goes to a terminal's whole group, and the server must outlive the app by a moment.
  const child = spawn(
    join(place.binaries, "postgres"),
    [
      "-D",
      place.cluster,
      "-p",
      String(port),
      ...Object.entries(fixed).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    {
      ...place.owner,
      cwd: "/",
      detached: true,
      env: serverEnvironment,
      stdio: ["ignore", output, output],
    },
  );
  closeSync(output);
  child.unref();
  let ended = false;
  let endedBy: string | null = null;
  const failed = new Promise<Error>((resolve) => child.once("error", resolve));
  child.once("exit", (_code, by) => {
    ended = true;
    endedBy = by;
  });
  child.once("error", () => {
    ended = true;
  });
  while (!ended) {
    const file = readPidFile(place.cluster);
    if (file !== null && file.pid === child.pid && file.status === "ready") {
      const mark = postmasterIn(place.cluster, file.pid);
      if (mark !== null) return { mark, port };
    }
    // While it recovers, nothing is lost by dropping it: the next start recovers again.
    if (signal?.aborted) child.kill("SIGQUIT");
    await pause(10);
  }
  signal?.throwIfAborted();
  if (child.pid === undefined) throw await failed;
  const complaint = readFileSync(log).subarray(from).toString("utf8");
  const killed = /process \(PID \d+\) was terminated by signal (?:9|15)\b: (\w+)/.exec(complaint);
  return { complaint, endedBy: endedBy ?? killed?.[1] ?? null };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no TCP address"));
        else resolve(address.port);
      });
    });
  });
}

/** Milliseconds that a fast shutdown may take before the server is told to drop everything. */
const shutdownPatience = 60_000;

/**
 * Stops the server: open transactions are rolled back, everything committed is on disk already. One
 * that is recovering is dropped at once: nothing is lost by that, and it may have minutes to go.
 */
export async function stopPostmaster(place: Place, { mark }: Postmaster): Promise<void> {
  const patientUntil = Date.now() + shutdownPatience;
  const recovers = presentPostmaster(place)?.ready === false;
  signal(mark, recovers ? "SIGQUIT" : "SIGINT"); // "immediate" and "fast" in PostgreSQL's words
  while (stillRuns(mark)) {
    if (Date.now() > patientUntil) signal(mark, "SIGQUIT");
    await pause(10);
  }
}

function signal(mark: ProcessMark, name: NodeJS.Signals): void {
  if (!stillRuns(mark)) return;
  try {
    process.kill(mark.pid, name);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EPERM") {
      throw new Refusal(
        "unavailable",
        `The database (process ${mark.pid}) was started by another user of this machine: stop it as that user or as root.`,
      );
    }
  }
}

/** What is in the folder is as safe as before, so nobody must be led to part with it. */
const keepFolder = (place: Place) => `The data in ${place.cluster} is untouched: keep that folder.`;

function endedFromOutside(place: Place, log: string, by: string): Refusal {
  return new Refusal(
    "unavailable",
    `Something ended the database while it started (${by}), ${endedAttempts} times: most often the system, because memory ran out. ${keepFolder(place)} Make memory free and start again; see ${log}.`,
  );
}

function explain(place: Place, log: string, complaint: string): Refusal {
  if (/No space left/.test(complaint)) {
    return new Refusal(
      "unavailable",
      `The database cannot start, because the disk of ${place.cluster} is full: make space and start again.`,
    );
  }
  const reason =
    /(?:FATAL|PANIC): +(.*)/.exec(complaint)?.[1] ??
    complaint
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^.*(?:LOG|HINT|DETAIL): +/, "");
  return new Refusal(
    "unavailable",
    `The database in ${place.cluster} cannot start (${reason}). ${keepFolder(place)} See ${log} for what is wrong, mend it and start again, or restore a backup into another folder, named in GAINSAY_DATA_DIR.`,
  );
}
