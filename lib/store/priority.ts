import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";

/** What `pg` knows of a connection that is open, beside what its types tell. */
type Opened = pg.ClientBase & {
  readonly processID?: number | null;
  readonly connection: { readonly stream: { localPort?: number; localAddress?: string } };
};

/**
 * Lets everybody else have the processor before PostgreSQL's own process for a connection. That takes
 * a PostgreSQL on this machine and the right to say so, as with the embedded one: of any other it
 * does nothing, and changes nothing about what the connection can do.
 *
 * @returns whether that process goes last from now on
 */
export function goLast(client: pg.ClientBase): boolean {
  const { processID: pid, connection } = client as Opened; // once it is open
  const { localAddress, localPort } = connection.stream;
  if (!pid || localAddress === undefined || localPort === undefined) return false;
  try {
    // A number from another machine or container may be anybody's here, so it has to say that it serves
    // this very connection: "postgres: user database 127.0.0.1(port) idle".
    const title = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (!title.startsWith("postgres:")) return false;
    if (!title.includes(` ${localAddress}(${localPort})`)) return false;
    putLast(pid);
    return true;
  } catch {
    return false; // no such process here, no such folder on this system, or not ours to say
  }
}

/**
 * Lets everybody else have the processor before a process of this machine.
 *
 * @throws if there is no such process, or it is not ours to say
 */
export function putLast(pid: number): void {
  setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  void putSessionLast(pid);
}

/** How often, and how many milliseconds apart, it is tried to tell the system of a session. */
const ATTEMPTS = 50;
const BETWEEN = 150;

/**
 * Linux shares the processor among sessions, unless it is told not to, and among the processes of each by
 * their priority. Each process of PostgreSQL is a session of its own, so that its priority alone says
 * nothing. Who is not the administrator is heard ten times a second, all processes together.
 *
 * Source: sched(7), "The autogroup feature"
 */
async function putSessionLast(pid: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await writeFile(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_BELOW_NORMAL));
      return;
    } catch (error) {
      // Another system, one that shares otherwise, or a process that is gone.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return;
      await pause(BETWEEN, undefined, { ref: false });
    }
  }
}
