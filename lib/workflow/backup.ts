import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { Refusal } from "@/lib/domain/refusal";
import { database, sqlTransaction } from "@/lib/store/database";
import {
  type BackupHeader,
  describeDatabase,
  emptyTables,
  readHeader,
  readScript,
  writeScript,
} from "@/lib/store/schema/backup";
import { isUntouched, migrate, migrateUpTo } from "@/lib/store/schema/migrate";
import { fileTrouble, writeWhole } from "./files";

/** What was written or read. */
export type BackupSummary = { readonly tables: number; readonly rows: number };

export type Watch = { readonly onTable?: (table: string) => void };

/**
 * Writes one consistent state of the whole database into a file. The file appears under its name
 * when it is whole and on the disk, never before.
 *
 * @param file replaced if it is there
 * @param onLeft told of what a backup that was killed has left
 * @returns its size in bytes
 * @throws Refusal "unprocessable" if the file cannot be written
 */
export async function backUp(
  file: string,
  { onTable, onLeft }: Watch & { onLeft?: (path: string, bytes: number) => void } = {},
): Promise<{ bytes: number }> {
  await sqlTransaction(
    database(),
    async (sql) => {
      const script = Readable.from(writeScript(sql, onTable), { objectMode: false });
      // A backup holds password hashes and who wrote what.
      const options = { through: createGzip(), mode: 0o600, ...(onLeft && { onLeft }) };
      await writeWhole(file, script, options);
    },
    { mode: "ISOLATION LEVEL REPEATABLE READ READ ONLY" },
  );
  return { bytes: (await stat(file)).size };
}

/**
 * Reads a backup into the database, whole or not at all. A new database gets the tables that the
 * backup was made with, the rows, and then what came later, so a backup of an earlier version can be
 * restored; any other database must have the tables of the backup, and be empty unless `replace` says
 * that what is in it may go. Nobody is signed in afterwards.
 *
 * @throws Refusal "conflict" if the database holds anything; "unprocessable" if the backup is no
 *   backup, damaged, or of other tables
 */
export async function restore(
  file: string,
  { replace, onTable }: { replace: boolean } & Watch,
): Promise<BackupSummary> {
  const db = database();
  const { migrations } = await unzipped(file, readHeader);
  if (await isUntouched(db.pool)) {
    await migrateUpTo(
      db.url,
      migrations.map(({ name }) => name),
    );
  } else await migrate(db.url);
  const header = await sqlTransaction(db, async (sql) => {
    const here = await describeDatabase(sql);
    if (rowsIn(here) > 0) {
      if (!replace) throw notEmpty(here);
      await emptyTables(sql, here);
    }
    const read = await unzipped(file, (script) => readScript(sql, script, here, onTable));
    // Whoever signed out since the backup was made stays so: everybody signs in again.
    if (here.tables.some(({ name }) => name === "sessions"))
      await sql.query("DELETE FROM sessions");
    return read;
  });
  await migrate(db.url);
  // The planner knows nothing of the new rows until then.
  await db.pool.query("ANALYZE");
  return { tables: header.tables.length, rows: rowsIn(header) };
}

/** Reads a file of ours, as far as the reader wants it. */
async function unzipped<T>(
  file: string,
  read: (script: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const script = createGunzip();
  // What goes wrong in the file reaches the reader, wherever it is then.
  pipeline(createReadStream(file), script).catch(() => {});
  try {
    return await read(script);
  } catch (error) {
    throw inPlainWords(error, file);
  } finally {
    script.destroy();
  }
}

const rowsIn = ({ tables }: BackupHeader) => tables.reduce((sum, { rows }) => sum + rows, 0);

function notEmpty({ tables }: BackupHeader): Refusal {
  const held = tables.filter(({ rows }) => rows > 0).map(({ name, rows }) => `${name}: ${rows}`);
  return new Refusal(
    "conflict",
    `The database is not empty (${held.slice(0, 6).join(", ")}${held.length > 6 ? " …" : ""}). A restore puts the backup in the place of everything in it: back that up first, then give --force.`,
  );
}

function inPlainWords(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return new Refusal("not_found", "There is no such file.");
  if (code.startsWith("Z_")) {
    return new Refusal("unprocessable", "The backup is damaged or not whole; nothing was changed.");
  }
  return fileTrouble(error, file);
}
