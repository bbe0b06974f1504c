import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Client } from "pg";
import { expect, test } from "vitest";
import { aDatabase } from "../setup/database";

test("records a migration as Prisma does", async () => {
  const client = new Client({ connectionString: await aDatabase() });
  await client.connect();
  const { rows } = await client
    .query("SELECT * FROM _prisma_migrations")
    .finally(() => client.end());
  const sql = readFileSync("prisma/migrations/0001_foundation/migration.sql");
  expect(rows[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    checksum: createHash("sha256").update(sql).digest("hex"),
    migration_name: "0001_foundation",
    logs: null,
    started_at: expect.any(Date),
    finished_at: expect.any(Date),
    rolled_back_at: null,
    applied_steps_count: 1,
  });
});
