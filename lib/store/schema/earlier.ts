import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "@/lib/domain/refusal";
import type { Sql } from "../database";
import { migrate } from "./migrate";

const committed = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

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
    await migrate(url, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
