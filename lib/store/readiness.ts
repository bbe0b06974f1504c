import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Sql } from "./database";

/** The names of the migrations that belong to this code; they change only with it. */
let expected: Promise<string[]> | undefined;

// The server runs in the project's folder; paths beside the source are other ones once it is bundled.
async function readNames(): Promise<string[]> {
  const entries = await readdir(join(process.cwd(), "prisma", "migrations"), {
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Whether every migration of this code has been applied. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  expected ??= readNames();
  const { rows } = await sql.query<{ missing: string }>(
    `SELECT count(*) AS missing FROM unnest($1::text[]) AS wanted(name)
      WHERE NOT EXISTS (SELECT FROM _prisma_migrations
                         WHERE migration_name = wanted.name AND finished_at IS NOT NULL AND rolled_back_at IS NULL)`,
    [await expected],
  );
  return Number(rows[0]?.missing) === 0;
}
