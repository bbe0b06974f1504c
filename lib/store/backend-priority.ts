import { readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
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
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
    return true;
  } catch {
    return false; // no such process here, no such folder on this system, or not ours to say
  }
}
