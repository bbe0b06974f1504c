import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Database, type Sql, sqlTransaction } from "../database";
import { isDatabaseTrouble } from "../trouble";

/** The names of the migrations that belong to this code; they change only with it. */
let expected: Promise<string[]> | undefined;

async function readNames(root: string): Promise<string[]> {
  const entries = await readdir(join(root, "prisma", "migrations"), {
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/**
 * Whether every migration of this code has been applied.
 *
 * @param root the project's folder. The server runs in it, and cannot tell it from its own place:
 *   it is bundled.
 */
export async function isMigrated(sql: Sql, root = process.cwd()): Promise<boolean> {
  expected ??= readNames(root);
  const { rows } = await sql.query<{ missing: string }>(
    `SELECT count(*) AS missing FROM unnest($1::text[]) AS wanted(name)
      WHERE NOT EXISTS (SELECT FROM _prisma_migrations
                         WHERE migration_name = wanted.name AND finished_at IS NOT NULL AND rolled_back_at IS NULL)`,
    [await expected],
  );
  return Number(rows[0]?.missing) === 0;
}

/** What to make of a database that answers: with the tables of this code, and ready for changes? */
export type Readiness = "ready" | "not_migrated" | "read_only" | "full";

/** Milliseconds for which it is believed that there was space, and that there was none. */
const SPACE_LASTS = { yes: 15_000, no: 3_000 };

const space = new WeakMap<Database, { readonly free: boolean; readonly until: number }>();

/**
 * What can be done with the database now. Whether its disk is full shows only when it is given
 * something that takes new space there, which is tried now and then.
 *
 * @throws Refusal "unavailable" if it does not answer
 */
export async function readinessOf(db: Database): Promise<Readiness> {
  if (!(await isMigrated(db.pool))) return "not_migrated";
  // A standby, and a server or database that was told to take no changes.
  const { rows } = await db.pool.query<{ closed: boolean }>(
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS closed",
  );
  if (rows[0]?.closed !== false) return "read_only";
  return (await hasSpaceLately(db)) ? "ready" : "full";
}

async function hasSpaceLately(db: Database): Promise<boolean> {
  const known = space.get(db);
  if (known && performance.now() < known.until) return known.free;
  const free = await hasSpace(db);
  space.set(db, { free, until: performance.now() + SPACE_LASTS[free ? "yes" : "no"] });
  return free;
}

/** Makes a table of some pages, and forgets it: pages that exist may be written on a full disk too. */
async function hasSpace(db: Database): Promise<boolean> {
  try {
    await sqlTransaction(db, (sql) =>
      sql.query(
        `CREATE TEMP TABLE space ON COMMIT DROP AS
         SELECT repeat('x', 1500) AS filling FROM generate_series(1, 40)`,
      ),
    );
    return true;
  } catch (error) {
    if (isDatabaseTrouble(error, "full")) return false;
    throw error;
  }
}
