import { expect, test } from "vitest";
import { GET as healthz } from "@/app/healthz/route";
import { GET as readyz } from "@/app/readyz/route";
import { closeDatabase, database } from "@/lib/store/database";
import { aDatabase } from "../setup/database";

test("is ready on a migrated database", async () => {
  await aDatabase();
  expect((await readyz()).status).toBe(200);
});

test("is not ready while a migration is missing", async () => {
  await aDatabase();
  await database().pool.query("UPDATE _prisma_migrations SET finished_at = NULL");
  const answer = await readyz();
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: "unavailable" });
});

test("is not ready with a migration that was rolled back", async () => {
  await aDatabase();
  await database().pool.query("UPDATE _prisma_migrations SET rolled_back_at = now()");
  expect((await readyz()).status).toBe(503);
});

test("is alive but not ready without a database", async () => {
  await closeDatabase();
  process.env.DATABASE_URL = "postgresql://nobody:secret@127.0.0.1:1/none";
  const answer = await readyz();
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("secret");
  expect((await healthz()).status).toBe(200);
  await closeDatabase();
});
