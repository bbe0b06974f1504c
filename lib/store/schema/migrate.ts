import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, DatabaseError } from "pg";
import { Refusal } from "@/lib/domain/refusal";
import { fillAgreements } from "../agreements";
import type { Sql } from "../database";
import { fillSearchIndex, lacksEntries } from "../search-index";
import { noFilters, openEngine } from "./engine";

/** The folder of the migrations that belong to this code. */
const committed = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

/** Any number that nobody else locks with in this database: "gainsay" in ASCII. */
const lockKey = "29104508263162233";

/** A migration as it is written in the folder. */
type Migration = { readonly name: string; readonly sql: string };

/** A row of the table that `prisma migrate deploy` keeps as well. */
type Row = {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
};

export type Migrated = { readonly applied: readonly string[] };

/**
 * Brings the database's tables up to this code. Of several processes that start at once, one
 * migrates and the others wait for it. What is written to `_prisma_migrations` is what
 * `prisma migrate deploy` writes, so both may be used on one database.
 *
 * What no SQL can fill is filled after that: the index of searching, of which whoever is killed at it leaves
 * the rest to the next one, and how far reviewers agree, of which they leave it to the doctor.
 *
 * @param folder other migrations than the committed ones, after which nothing is filled
 * @param onNotice told in a sentence how far a long filling is
 * @throws Refusal if the database is newer than the code, or a migration was edited or fails
 */
export async function migrate(
  url: string,
  {
    folder = committed,
    onNotice = () => {},
  }: { folder?: string; onNotice?: (notice: string) => void } = {},
): Promise<Migrated> {
  const migrations = readMigrations(folder);
  const fills = folder === committed;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // Nearly every start finds nothing to do, and then needs neither the lock nor the engine.
    const isCurrent = pending(migrations, await readRows(client)).length === 0;
    if (isCurrent && !(fills && (await lacksEntries(client)))) return { applied: [] };
    await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
    const rows = await readRows(client);
    const missing = pending(migrations, rows);
    if (missing.length > 0) {
      const failure = await apply(url, folder, migrations, unfinished(rows));
      if (failure !== null) throw await failed(client, failure);
    }
    if (fills) await fillSearchIndex(client, fillingNotices(onNotice));
    if (fills && missing.length > 0) await fillAgreements(client);
    return { applied: missing.map(({ name }) => name) };
  } finally {
    await client.end(); // releases the lock
  }
}

async function failed(client: Client, failure: string): Promise<Refusal> {
  await client.query(
    `UPDATE _prisma_migrations SET logs = $1 WHERE finished_at IS NULL AND rolled_back_at IS NULL`,
    [failure],
  );
  return new Refusal(
    "unavailable",
    `The database could not be brought up to this version, and is as it was: ${failure}. Mend the cause and start again, or go back to the version before.`,
  );
}

/** One sentence a tenth of the way; none where there is so little to do that nobody waits. */
function fillingNotices(onNotice: (notice: string) => void) {
  const worthTelling = 1000;
  let told = 0;
  return ({ done, total }: { done: number; total: number }) => {
    const tenth = Math.floor((done * 10) / total);
    if (total < worthTelling || tenth === told) return;
    told = tenth;
    onNotice(
      `Making articles searchable: ${done.toLocaleString("en")} of ${total.toLocaleString("en")}`,
    );
  };
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, "migration.sql"), "utf8") }));
}

async function readRows(client: Client): Promise<Row[]> {
  try {
    const { rows } = await client.query<Row>(
      `SELECT migration_name, checksum, finished_at, rolled_back_at, logs
         FROM _prisma_migrations ORDER BY started_at`,
    );
    return rows;
  } catch (error) {
    const noSuchTable = error instanceof DatabaseError && error.code === "42P01";
    if (noSuchTable) return [];
    throw error;
  }
}

/**
 * Migrations that failed, or whose process died: PostgreSQL has rolled them back, whole, so that they
 * can be tried again once the cause is mended.
 */
function unfinished(rows: readonly Row[]): string[] {
  return rows
    .filter((row) => row.finished_at === null && row.rolled_back_at === null)
    .map((row) => row.migration_name);
}

function pending(migrations: readonly Migration[], rows: readonly Row[]): Migration[] {
  const finished = new Map<string, Row>();
  const known = new Set(migrations.map(({ name }) => name));
  for (const row of rows) {
    if (row.rolled_back_at !== null) continue;
    if (!known.has(row.migration_name)) {
      throw new Refusal(
        "unavailable",
        `The database is newer than this Gainsay: it has the migration ${row.migration_name}, which this version does not know. Update Gainsay, or restore a backup made with this version.`,
      );
    }
    if (row.finished_at !== null) finished.set(row.migration_name, row);
  }
  return migrations.filter((migration) => {
    const row = finished.get(migration.name);
    if (row === undefined) return true;
    if (checksums(migration.sql).includes(row.checksum)) return false;
    throw new Refusal(
      "unavailable",
      `The migration ${migration.name} was changed after this database had run it: bring back prisma/migrations/${migration.name}/migration.sql as it was, and put the change into a new migration.`,
    );
  });
}

/** SHA-256 of the file as Prisma takes it, for either kind of line end a checkout may have. */
export function checksums(sql: string): string[] {
  const unix = sql.replaceAll("\r\n", "\n");
  return [sql, unix, unix.replaceAll("\n", "\r\n")].map((text) =>
    createHash("sha256").update(text).digest("hex"),
  );
}

/** Applies what is missing; `null`, or what PostgreSQL said of the migration that failed. */
async function apply(
  url: string,
  folder: string,
  migrations: readonly Migration[],
  begun: readonly string[],
): Promise<string | null> {
  await using engine = await openEngine(url);
  for (const migrationName of begun) await engine.markMigrationRolledBack({ migrationName });
  try {
    await engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: {
          path: "migration_lock.toml",
          content: readFileSync(join(folder, "migration_lock.toml"), "utf8"),
        },
        shadowDbInitScript: "",
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
        })),
      },
      filters: noFilters,
    });
    return null;
  } catch (error) {
    const complaint = engine.complaint();
    if (complaint === null) throw error;
    return complaint;
  }
}

/** Whether nothing was ever migrated in a database. */
export async function isUntouched(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ untouched: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NULL AS untouched",
  );
  return rows[0]?.untouched === true;
}

/**
 * Brings an untouched database to what it was like after some of this code's migrations.
 *
 * @param names the first ones, in their order
 * @throws Refusal "unprocessable" if this code has other migrations
 */
export async function migrateUpTo(url: string, names: readonly string[]): Promise<void> {
  const entries = await readdir(committed, { withFileTypes: true });
  const known = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const first = known.sort().slice(0, names.length);
  if (names.length === 0 || first.join() !== names.join()) {
    throw new Refusal(
      "unprocessable",
      `The backup was made by another version of Gainsay, after the migration ${names.at(-1) ?? "none"}: restore it with that version or a newer one.`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "gainsay-migrations-"));
  try {
    for (const name of [...first, "migration_lock.toml"]) {
      await cp(join(committed, name), join(folder, name), { recursive: true });
    }
    await migrate(url, { folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
