import { spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "@/lib/domain/refusal";
import { folderTrouble, type Place } from "./data-folder";

/** The role that owns the embedded server, and the database in it. */
export const superuser = "gainsay";

/** The major version of the PostgreSQL that package.json asks for. */
const major = "18";

/**
 * pg_trgm asks the C library which characters are letters, and under LC_CTYPE=C only A-Z are: every
 * other script would have no trigrams at all. Sorting and case come from PostgreSQL's own C.UTF-8,
 * whose order no system update can change beneath an index.
 */
const characterTypes = ["C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8", "UTF-8"];

/** Written to postgresql.conf once, where an administrator may change them. For a machine of 2 GB. */
const settings: Readonly<Record<string, string>> = {
  max_connections: "200",
  shared_buffers: "256MB",
  work_mem: "16MB",
  maintenance_work_mem: "128MB",
  effective_cache_size: "1GB",
  min_wal_size: "1GB", // made ahead: see makeLogAhead
  max_wal_size: "2GB",
  checkpoint_completion_target: "0.9",
  random_page_cost: "1.1",
  jit: "off", // compiling costs more than it saves on short queries
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C", // its log is read for the reason of a failed start
};

/** Small containers give /dev/shm 64 MB, less than one parallel index build asks for. */
const smallestSharedMemory = 512 * 1024 * 1024;

/**
 * Makes sure that `place.cluster` holds a complete, readable data folder.
 *
 * A new one is made in `pg.new` and renamed, so that `pg` is always whole. What an interrupted
 * initdb left is made again; a folder that may hold somebody's data is never deleted.
 *
 * @returns what the user should be told, if anything
 * @throws Refusal if the folder is damaged or another version's
 */
export async function ensureCluster(place: Place, password: string): Promise<string | null> {
  const { cluster } = place;
  let notice: string | null = null;
  if (existsSync(cluster)) {
    const hasVersion = existsSync(join(cluster, "PG_VERSION"));
    const hasControl = existsSync(join(cluster, "global", "pg_control"));
    if (hasVersion && hasControl) {
      checkVersion(cluster);
      return null;
    }
    if (hasControl) {
      throw new Refusal(
        "unavailable",
        `The data folder ${cluster} is damaged (PG_VERSION is missing). Keep it, and restore a backup into another folder, named in GAINSAY_DATA_DIR.`,
      );
    }
    notice = setAside(cluster);
  }
  await makeCluster(place, password);
  return notice;
}

function checkVersion(cluster: string): void {
  const found = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (found === major) return;
  throw new Refusal(
    "unavailable",
    `${cluster} holds data of PostgreSQL ${found}, and this Gainsay brings PostgreSQL ${major}: make a backup with the Gainsay that wrote it (gainsay db backup FILE), move the folder away, and restore the backup here (gainsay db restore FILE).`,
  );
}

/** A folder without pg_control never held a table: initdb was interrupted, or it is something else. */
function setAside(cluster: string): string | null {
  if (readdirSync(cluster).length === 0) {
    rmdirSync(cluster);
    return null;
  }
  const aside = `${cluster}.unfinished-${new Date().toISOString().replaceAll(/[-:]|\..*/g, "")}`;
  renameSync(cluster, aside);
  return `The data folder was incomplete; it is now ${aside}, and a new one has been made.`;
}

async function makeCluster(place: Place, password: string): Promise<void> {
  const fresh = `${place.cluster}.new`;
  const passwordFile = join(tmpdir(), `gainsay-${process.pid}-${Date.now()}`);
  try {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (place.owner !== null) {
      chownSync(fresh, place.owner.uid, place.owner.gid);
      chownSync(passwordFile, place.owner.uid, place.owner.gid);
    }
    for (const [attempt, characterType] of characterTypes.entries()) {
      const failure = await initdb(place, fresh, passwordFile, characterType);
      if (failure === null) break;
      const unknownHere = failure.includes("invalid locale name");
      if (!unknownHere || attempt === characterTypes.length - 1) throw explain(place, failure);
    }
    renameSync(fresh, place.cluster);
  } catch (error) {
    throw folderTrouble(place.dataDir, error);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Runs initdb into the empty folder `fresh`; `null` on success, else what it complained of. */
function initdb(
  place: Place,
  fresh: string,
  passwordFile: string,
  characterType: string,
): Promise<string | null> {
  const args = [
    `--pgdata=${fresh}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    `--lc-ctype=${characterType}`,
    "--data-checksums",
    ...Object.entries({ ...settings, ...sharedMemory() }).map(
      ([name, value]) => `--set=${name}=${value}`,
    ),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(join(place.binaries, "initdb"), args, {
      ...place.owner,
      cwd: "/",
      env: serverEnvironment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      complaint += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? null : complaint));
  });
}

function sharedMemory(): Record<string, string> {
  if (process.platform !== "linux") return {};
  try {
    const { blocks, bsize } = statfsSync("/dev/shm");
    return blocks * bsize < smallestSharedMemory ? { dynamic_shared_memory_type: "sysv" } : {};
  } catch {
    return { dynamic_shared_memory_type: "sysv" };
  }
}

/** Nothing of ours: PGDATA, PGPORT or a locale of the user's must not change the server. */
export const serverEnvironment: NodeJS.ProcessEnv = {
  NODE_ENV: "production",
  PATH: process.env.PATH,
  LC_ALL: "C",
  TZ: "UTC",
};

function explain(place: Place, complaint: string): Refusal {
  if (/No space left/i.test(complaint)) {
    return new Refusal(
      "unavailable",
      `There is no space left for the database in ${place.cluster}: make some, or name another folder in GAINSAY_DATA_DIR.`,
    );
  }
  if (/Permission denied/i.test(complaint)) {
    return new Refusal(
      "unavailable",
      `The database's user may not write to ${place.cluster}: give it the right to, or name another folder in GAINSAY_DATA_DIR.`,
    );
  }
  const line = /(?:error|fatal|initdb): .*/i.exec(complaint)?.[0] ?? complaint.trim();
  return new Refusal("unavailable", `The database could not be made in ${place.cluster}: ${line}`);
}
