import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { Refusal } from "@/lib/domain/refusal";
import { hurried, type Limits, openPool, setPipelined, unhurried, unhurry } from "./connection";
import { type Prisma, PrismaClient } from "./generated/client";
import { goLast } from "./priority";
import { inOurWordsFromPrisma } from "./trouble";

/** The connections of one process to one PostgreSQL. */
export type Database = {
  /** For shapes: people, projects, settings. */
  readonly prisma: PrismaClient;
  /** For volume: annotation, import, export, search. */
  readonly pool: pg.Pool;
  readonly url: string;
  /** Who may hold a connection for as long as a client reads: a part of the pool, never all of it. */
  readonly longReads: Allowance;
  /** Ends every connection: those that are in use get a moment, and are cut off then. */
  close(): Promise<void>;
};

/** Milliseconds that somebody waits for a place, and seconds after which it is worth trying again. */
const PATIENCE = 5_000;
const TRY_AGAIN = 10;

/** So many places; who finds none waits a while for one to be given back. */
export class Allowance {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Takes a place, waiting for one if need be, first come, first served.
   *
   * @param signal gives up waiting
   * @returns what gives it back; more than once is once
   * @throws Refusal "unavailable" if none comes free in five seconds; the signal's reason
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [next] = this.#waiting;
      if (next) next();
      else this.#free += 1;
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(enter);
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
      };
      const enter = () => {
        leave();
        resolve();
      };
      const giveUp = () => {
        leave();
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(
          new Refusal("unavailable", "Too many datasets are being read just now. Try again soon.", {
            retry_after_seconds: TRY_AGAIN,
          }),
        );
      }, PATIENCE);
      signal?.addEventListener("abort", giveUp);
      this.#waiting.add(enter);
    });
  }
}

/** A transaction over shapes. */
export type Transaction = Prisma.TransactionClient;

/** Runs SQL with `$1` parameters: the pool, or one connection inside a transaction. */
export type Sql = Pick<pg.ClientBase, "query">;

/** One connection that may be asked several things at once, which it answers in their order. */
export type Pipeline = Sql & {
  readonly pipeline: true;
  /**
   * Sends the end of the transaction behind what it has been asked so far, of which all comes to stay or
   * nothing. Without it, that travels by itself once the work is done.
   */
  commit(): void;
};

/** One connection, such as COPY needs. */
export type Connection = pg.ClientBase;

/** One in so many connections of the pool may be held for long; at least one. */
const LONG_READS = 5;

/** Milliseconds that queries under way get when the connections are closed. */
const CLOSE_WITHIN = 2_000;

type ConnectionOptions = {
  readonly max?: number;
  readonly limits?: Limits;
  readonly last?: boolean;
};

/**
 * Opens connections to a PostgreSQL; nothing is sent before the first query.
 *
 * @param limits how long is waited for it; while somebody waits for us, if left out
 * @param last whether PostgreSQL is to serve everybody else first, where it can be told so
 */
export function openDatabase(
  url: string,
  { max = 20, limits = hurried, last = false }: ConnectionOptions = {},
): Database {
  const pool = openPool(url, { max, limits });
  if (last) pool.on("connect", goLast);
  const clients = new Set<pg.PoolClient>();
  pool.on("connect", (client) => clients.add(client));
  pool.on("remove", (client) => clients.delete(client));
  let prisma: PrismaClient | null = null;
  return {
    // Made when it is asked for: what it knows of the shapes takes 22 MB, which work on rows alone can do without.
    get prisma() {
      prisma ??= clientOver(pool);
      return prisma;
    },
    pool,
    url,
    longReads: new Allowance(Math.max(1, Math.floor(max / LONG_READS))),
    close: async () => {
      const ending = (async () => {
        await prisma?.$disconnect();
        if (!pool.ended) await pool.end();
      })();
      // Ending a pool waits for whoever uses a connection of it, however long that takes.
      let late: ReturnType<typeof setTimeout> | undefined;
      const cutOff = new Promise<void>((resolve) => {
        late = setTimeout(() => {
          for (const { connection } of clients) connection.stream.destroy();
          resolve();
        }, CLOSE_WITHIN);
      });
      await Promise.race([ending, cutOff]).finally(() => clearTimeout(late));
    },
  };
}

/** Prisma over a pool, which says what goes wrong in our words. */
function clientOver(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) }).$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          return await query(args);
        } catch (error) {
          throw inOurWordsFromPrisma(error);
        }
      },
    },
  }) as unknown as PrismaClient; // which this extension does not change for its callers
}

// Next bundles routes and pages apart from the server around them, and each bundle has its own
// copy of this module; the process still wants one pool.
const shared = globalThis as typeof globalThis & { gainsayDatabase?: Database };

/**
 * The process's database, at DATABASE_URL.
 *
 * @throws Error if DATABASE_URL is not set: starting Gainsay sets it
 */
export function database(): Database {
  shared.gainsayDatabase ??= openShared();
  return shared.gainsayDatabase;
}

/** Lets the process's database take as long as it likes: nobody waits for the operator's commands. */
export async function withoutHurry(): Promise<void> {
  await closeDatabase();
  shared.gainsayDatabase = openShared({ limits: unhurried });
}

/** Lets everybody else be served before this process, by PostgreSQL too, where it can be told so. */
export async function afterEverybody(): Promise<void> {
  await closeDatabase();
  shared.gainsayDatabase = openShared({ last: true });
}

function openShared(options: Omit<ConnectionOptions, "max"> = {}): Database {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error("DATABASE_URL is not set.");
  return openDatabase(url, { max: Number(process.env.GAINSAY_POOL ?? 20), ...options });
}

/** Closes the process's database, if it was opened. */
export async function closeDatabase(): Promise<void> {
  const open = shared.gainsayDatabase;
  delete shared.gainsayDatabase;
  await open?.close();
}

/**
 * Runs work in one transaction over shapes; it is rolled back if the work throws.
 *
 * @param timeout the longest it may take, in milliseconds
 * @throws Refusal "unavailable" if there is no connection for it, or it takes longer than a person waits
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { timeout = hurried.statement }: { timeout?: number } = {},
): Promise<T> {
  try {
    return await db.prisma.$transaction(work, { timeout, maxWait: hurried.connection });
  } catch (error) {
    throw inOurWordsFromPrisma(error);
  }
}

/** A connection for work that takes long, such as an import; closed when it is given back. */
export async function unhurriedConnection(db: Database): Promise<pg.PoolClient> {
  const client = await db.pool.connect();
  try {
    await unhurry(client);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/**
 * Runs work in one transaction over SQL; it is rolled back if the work throws. One that only reads a
 * state of the database may take as long as it likes, as may one that is told not to hurry.
 *
 * @throws Refusal "unavailable" for whatever is the matter with the database
 */
export async function sqlTransaction<T>(
  db: Database,
  work: (sql: pg.PoolClient) => Promise<T>,
  {
    mode = "",
    hurry = mode === "",
  }: { mode?: "" | "ISOLATION LEVEL REPEATABLE READ READ ONLY"; hurry?: boolean } = {},
): Promise<T> {
  const client = hurry ? await db.pool.connect() : await unhurriedConnection(db);
  let broken = !hurry;
  try {
    await client.query(`BEGIN ${mode}`);
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Reads that belong together see one state of the database. */
export function inOneSnapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
  const mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY";
  return sqlTransaction(database(), work, { mode, hurry: true });
}

/**
 * Runs work in one short transaction over SQL on a connection that is a pipeline: statements that need
 * not wait for each other's answers travel together. On a busy machine each way there and back is some
 * milliseconds. Each statement sees what those before it have waited for.
 *
 * @throws Refusal "unavailable" for whatever is the matter with the database
 */
export async function pipelinedTransaction<T>(
  db: Database,
  work: (sql: Pipeline) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect();
  setPipelined(client, true);
  let broken = false;
  let failed: unknown; // that of several in one flight which the others failed after
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  let committed: Promise<unknown> | null = null;
  const sql = {
    pipeline: true,
    commit: () => {
      committed = query("COMMIT");
      committed.catch(() => undefined); // heard of below
    },
    query: (...args: unknown[]) =>
      query(...args).catch((error: unknown) => {
        failed ??= error;
        throw error;
      }),
  };
  try {
    // Nothing that travels with it is to come to stay if it fails.
    client.query("BEGIN").catch(() => client.connection.stream.destroy());
    const result = await work(sql as unknown as Pipeline);
    await (committed ?? query("COMMIT"));
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {
      broken = true;
    });
    throw isAfterFailure(error) ? failed : error;
  } finally {
    setPipelined(client, false);
    client.release(broken);
  }
}

/**
 * Lets work ask several things of a connection at once, which answers them in their order. Nothing is under way when it
 * is over.
 */
export async function pipelined<T>(client: Connection, work: () => Promise<T>): Promise<T> {
  setPipelined(client, true);
  try {
    return await work();
  } catch (error) {
    await client.query("SELECT").catch(() => undefined); // answered once all before it are
    throw error;
  } finally {
    setPipelined(client, false);
  }
}

/** Whether a statement failed because one before it in its transaction had. */
function isAfterFailure(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "25P02";
}
