import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "./generated/client";

/** The connections of one process to one PostgreSQL. */
export type Database = {
  /** For shapes: people, projects, settings. */
  readonly prisma: PrismaClient;
  /** For volume: annotation, import, export, search. */
  readonly pool: pg.Pool;
  readonly url: string;
  close(): Promise<void>;
};

/** A transaction over shapes. */
export type Transaction = Prisma.TransactionClient;

/** Runs SQL with `$1` parameters: the pool, or one connection inside a transaction. */
export type Sql = Pick<pg.ClientBase, "query">;

/** One connection, such as COPY needs. */
export type Connection = pg.ClientBase;

/** Opens connections to a PostgreSQL; nothing is sent before the first query. */
export function openDatabase(url: string, { max = 20 }: { max?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    application_name: "gainsay",
  });
  // A connection that breaks while idle is replaced at the next query, which reports trouble that lasts.
  pool.on("error", () => undefined);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    url,
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
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
  if (!shared.gainsayDatabase) {
    const url = process.env.DATABASE_URL;
    if (!url) throw new Error("DATABASE_URL is not set.");
    shared.gainsayDatabase = openDatabase(url, { max: Number(process.env.GAINSAY_POOL ?? 20) });
  }
  return shared.gainsayDatabase;
}

/** Closes the process's database, if it was opened. */
export async function closeDatabase(): Promise<void> {
  const open = shared.gainsayDatabase;
  delete shared.gainsayDatabase;
  await open?.close();
}

/** Runs work in one transaction over shapes; it is rolled back if the work throws. */
export function transaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.prisma.$transaction(work, { timeout: 60_000, maxWait: 10_000 });
}

/** Runs work in one transaction over SQL; it is rolled back if the work throws. */
export async function sqlTransaction<T>(
  db: Database,
  work: (sql: pg.PoolClient) => Promise<T>,
  { mode = "" }: { mode?: "" | "ISOLATION LEVEL REPEATABLE READ READ ONLY" } = {},
): Promise<T> {
  const client = await db.pool.connect();
  let broken: Error | undefined;
  // Between two queries nobody else listens, and an error without a listener ends the process.
  const remember = (error: Error) => {
    broken = error;
  };
  client.on("error", remember);
  try {
    await client.query(`BEGIN ${mode}`);
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(remember);
    throw error;
  } finally {
    client.off("error", remember);
    client.release(broken);
  }
}
