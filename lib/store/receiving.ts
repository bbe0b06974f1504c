import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { setPipelined } from "./connection";
import type { Database, Sql } from "./database";

/*
 * An upload belongs to the process that receives it. That process holds a lock for it, on a connection
 * of its own, as long as it lives: PostgreSQL gives the lock back when the connection is gone, whatever
 * has become of the process. The connection is there only while something is received.
 */

const lockOf = (id: string) => `hashtextextended('receiving:' || ${id}, 0)`;

/** Milliseconds between two attempts to hold the locks again after the connection broke. */
const RETRY = 1_000;

class Holder {
  readonly #url: string;
  readonly #ids = new Set<string>();
  #client: Promise<pg.Client> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async hold(id: string): Promise<() => Promise<void>> {
    this.#ids.add(id);
    // Where it cannot be held now, it is as soon as the database is back: nobody looks before.
    await this.#connected().then(
      (client) => this.#lock(client, id),
      () => undefined,
    );
    return async () => {
      this.#ids.delete(id);
      const client = await this.#client?.catch(() => null);
      if (!client) return;
      if (this.#ids.size === 0) {
        this.#client = null;
        await client.end().catch(() => undefined);
      } else {
        await client
          .query(`SELECT pg_advisory_unlock(${lockOf("$1")})`, [id])
          .catch(() => undefined);
      }
    };
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "gainsay uploads",
      keepAlive: true,
      connectionTimeoutMillis: 4_000,
    });
    client.on("error", () => undefined); // told by "end" as well
    client.once("end", () => {
      if (this.#ids.size === 0) return;
      this.#client = null;
      void this.#holdAgain();
    });
    await client.connect();
    setPipelined(client, true); // uploads begin and end beside each other
    return client;
  }

  async #holdAgain(): Promise<void> {
    while (this.#ids.size > 0 && this.#client === null) {
      await pause(RETRY, undefined, { ref: false });
      const trying = this.#connect();
      this.#client = trying;
      try {
        const client = await trying;
        for (const id of this.#ids) await this.#lock(client, id);
      } catch {
        if (this.#client === trying) this.#client = null;
      }
    }
  }

  async #lock(client: pg.Client, id: string): Promise<void> {
    await client.query(`SELECT pg_try_advisory_lock(${lockOf("$1")})`, [id]);
  }
}

const holders = new WeakMap<Database, Holder>();

/**
 * Says that this process receives an upload, before anybody can see it.
 *
 * @returns says that it does no more
 */
export function holdUpload(db: Database, id: string): Promise<() => Promise<void>> {
  const holder = holders.get(db) ?? new Holder(db.url);
  holders.set(db, holder);
  return holder.hold(id);
}

/** The uploads that nobody receives at this moment, though they have not all come. */
export async function unheldUploads(sql: Sql): Promise<string[]> {
  // Within one statement's transaction: the locks are gone again with the answer.
  const { rows } = await sql.query<{ id: string; free: boolean }>(
    `SELECT id, pg_try_advisory_xact_lock(${lockOf("id")}) AS free
       FROM imports WHERE state = 'receiving'`,
  );
  return rows.filter(({ free }) => free).map(({ id }) => id);
}
