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

test.for([
  {
    name: "takes no changes",
    sql: "ALTER DATABASE %I SET default_transaction_read_only = on",
    says: "The database takes no changes.",
  },
  {
    name: "has no space left",
    sql: `CREATE FUNCTION full_disk() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
          CREATE EVENT TRIGGER full_disk ON ddl_command_start EXECUTE FUNCTION full_disk()`,
    says: "The database has no space left.",
  },
])("is not ready on a database that $name", async ({ sql, says }) => {
  const url = await aDatabase();
  await database().pool.query(sql.replace("%I", new URL(url).pathname.slice(1)));
  await closeDatabase(); // a setting of a database holds for new connections
  const answer = await readyz();
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).not.toBeNull();
  expect(await answer.json()).toMatchObject({ code: "unavailable", detail: says });
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
