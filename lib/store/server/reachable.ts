import { setTimeout as pause } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { Refusal } from "@/lib/domain/refusal";

/** The oldest PostgreSQL that has what the migrations use. */
const oldestMajor = 15;

/** Milliseconds for one attempt to connect: a server with much to do takes more than ten seconds. */
const patience = 30_000;

/** Milliseconds that a server which says that it is starting may still take. */
const startPatience = 60_000;

/**
 * Makes sure that a PostgreSQL we can work with answers at `url`.
 *
 * @param signal gives up waiting for one that is starting
 * @throws Refusal with the remedy, never with the password; the signal's reason
 */
export async function checkServer(url: string, signal?: AbortSignal): Promise<void> {
  const where = describe(url);
  const patientUntil = Date.now() + startPatience;
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: patience });
    client.on("error", () => {}); // a break after connecting shows in the query that follows
    try {
      await client.connect();
      const { rows } = await client.query<{ version: number; encoding: string }>(
        "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
      );
      const { version = 0, encoding = "" } = rows[0] ?? {};
      if (version < oldestMajor * 10_000) {
        throw unusable(
          `The PostgreSQL at ${where} is version ${Math.floor(version / 10_000)}, and Gainsay needs ${oldestMajor} or newer: update it, or name another in DATABASE_URL.`,
        );
      }
      if (encoding !== "UTF8") {
        throw unusable(
          `The database at ${where} stores text as ${encoding}, and Gainsay needs UTF8: make another with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
        );
      }
      return;
    } catch (error) {
      const starting = error instanceof DatabaseError && error.code === "57P03";
      if (!starting || Date.now() > patientUntil) throw explain(error, where);
      await pause(500, undefined, { signal });
    } finally {
      await client.end().catch(() => {});
    }
  }
}

const unusable = (message: string) => new Refusal("unavailable", message);

/** Host, port and database of a URL, without its password. */
function describe(url: string): string {
  try {
    const { protocol, hostname, port, pathname } = new URL(url);
    if (!/^postgres(ql)?:$/.test(protocol)) throw new Error(protocol);
    return `${hostname}:${port || 5432}${pathname}`;
  } catch {
    throw unusable(
      "DATABASE_URL is not an address of a PostgreSQL: it looks like postgresql://user:password@host:5432/database, with special characters in the password written as %40 and the like.",
    );
  }
}

function explain(error: unknown, where: string): unknown {
  if (error instanceof Refusal) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case "28P01":
    case "28000":
      return unusable(
        `The PostgreSQL at ${where} refuses this user or password: correct them in DATABASE_URL (${message}).`,
      );
    case "3D000":
      return unusable(
        `The PostgreSQL at ${where} has no such database: make it with CREATE DATABASE, or correct DATABASE_URL.`,
      );
    case "53300":
      return unusable(
        `The PostgreSQL at ${where} has no connection left: raise its max_connections, or lower GAINSAY_POOL.`,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return unusable(`The host of DATABASE_URL (${where}) is unknown: correct its name.`);
    default:
      return unusable(
        `No PostgreSQL answers at ${where} (${message || code}): start it, or correct DATABASE_URL.`,
      );
  }
}
