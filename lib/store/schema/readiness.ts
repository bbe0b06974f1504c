import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Sql } from "../database";

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
