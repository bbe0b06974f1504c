import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { Refusal } from "@/lib/domain/refusal";
import { type ProcessMark, stillRuns, thisProcess } from "./processes";

/**
 * A process that needs the embedded server; the last one to leave stops it. `address` is where a
 * running app answers, of which a data folder has at most one, and `null` for any other process.
 */
const User = z.object({
  pid: z.number(),
  started: z.string(),
  id: z.string(),
  address: z.string().nullable(),
});
export type User = z.infer<typeof User>;

const folderOf = (dataDir: string) => join(dataDir, "users");
/** Its presence keeps the server up when no process needs it: `gainsay db start`. */
const keptMark = (dataDir: string) => join(dataDir, "kept");

export function enter(dataDir: string, address: string | null): User {
  const user: User = { ...thisProcess(), id: randomUUID(), address };
  mkdirSync(folderOf(dataDir), { recursive: true });
  writeFileSync(join(folderOf(dataDir), `${user.id}.json`), JSON.stringify(user));
  return user;
}

export function leave(dataDir: string, id: string): void {
  rmSync(join(folderOf(dataDir), `${id}.json`), { force: true });
}

/** The processes that use the server now; those that died without leaving are forgotten. */
export function present(dataDir: string): User[] {
  const folder = folderOf(dataDir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const user = parseUser(file);
    if (user !== null && stillRuns(user)) return [user];
    rmSync(file, { force: true });
    return [];
  });
}

function parseUser(file: string): User | null {
  try {
    return User.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null; // a file cut off by a crash
  }
}

export function keep(dataDir: string, kept: boolean): void {
  if (kept) writeFileSync(keptMark(dataDir), "");
  else rmSync(keptMark(dataDir), { force: true });
}

export const isKept = (dataDir: string): boolean => existsSync(keptMark(dataDir));

/** Longest wait for another process that starts or stops the server: a first start on a slow disk. */
const startOrStop = { patienceMs: 120_000, doing: "starting or stopping the database" };

/**
 * Runs `action` while no other process runs one on this folder.
 *
 * @param patienceMs the longest wait, in milliseconds
 * @param doing what the others are doing there
 * @throws Refusal "unavailable" if they do it for longer
 */
export async function alone<T>(
  dataDir: string,
  action: () => Promise<T>,
  { patienceMs, doing } = startOrStop,
): Promise<T> {
  const lock = join(dataDir, "lock");
  const mine = `${lock}.${randomUUID()}`;
  writeFileSync(mine, JSON.stringify(thisProcess()));
  try {
    const patientUntil = Date.now() + patienceMs;
    while (!taken(lock, mine)) {
      const holder = parseMark(lock);
      if (holder === "unreadable" || (holder !== null && !stillRuns(holder))) {
        // Its holder died. Of several processes that see this, one renames; the others find no file.
        renameIfThere(lock, `${mine}.stale`);
      } else if (Date.now() > patientUntil) {
        throw new Refusal(
          "unavailable",
          `Another process has been ${doing} for ${patienceMs / 60_000} minutes: end it, or delete ${lock}.`,
        );
      } else {
        await pause(30);
      }
    }
    try {
      return await action();
    } finally {
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
    rmSync(`${mine}.stale`, { force: true });
  }
}

/** `link` fails when the lock exists, and the file it makes is complete from the first moment. */
function taken(lock: string, mine: string): boolean {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

const Mark = z.object({ pid: z.number(), started: z.string() });

function parseMark(lock: string): ProcessMark | "unreadable" | null {
  let text: string;
  try {
    text = readFileSync(lock, "utf8");
  } catch {
    return null; // released in between
  }
  try {
    return Mark.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // another process was faster
  }
}
