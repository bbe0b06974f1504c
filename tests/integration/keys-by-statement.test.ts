import type pg from "pg";
import { beforeEach, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing";
import { aDatabase, sql } from "../setup/database";
import { aFile } from "../setup/files";
import { broken } from "../setup/health";
import { aProject } from "../setup/world";

/** What is of something else without a foreign key, as the migrations have it. */
const keys = [
  { table: "articles", column: "project_id", of: "projects", name: "articles_are_of_projects" },
  {
    table: "article_versions",
    column: "article_id",
    of: "articles",
    name: "versions_are_of_articles",
  },
  { table: "import_items", column: "import_id", of: "imports", name: "items_are_of_imports" },
  { table: "spans", column: "set_id", of: "annotation_sets", name: "spans_are_of_sets" },
];

const triggersOf = async (name: string) => {
  const { rows } = await sql(
    `SELECT t.tgname AS name, c.relname AS "table", string_to_array(encode(t.tgargs, 'escape'), '\\000') AS given
       FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
      WHERE p.proname = $1`,
    [name],
  );
  return rows;
};

const count = async (table: string) =>
  Number((await sql(`SELECT count(*) AS count FROM ${table}`)).rows[0]?.count);

/** A copy of the one row of a table, with something of its own in a column. */
const copy = (table: string, column: string, value: string) =>
  `INSERT INTO ${table} SELECT (jsonb_populate_record(x, jsonb_build_object(
     'id', gen_random_uuid(), 'item', 7, 'number', 7, 'source_key', 'another', '${column}', ${value}))).* FROM ${table} x`;

const somebodyWaits = (client: pg.ClientBase) =>
  expect
    .poll(async () => (await client.query("SELECT FROM pg_locks WHERE NOT granted")).rowCount, {
      timeout: 10_000,
    })
    .toBeGreaterThan(0);

beforeEach(async () => {
  await aDatabase();
  // A copy of an article has no version.
  await sql("ALTER TABLE articles DROP CONSTRAINT articles_current_version_exists");
  const project = await aProject();
  const spans = [{ start: 0, end: 3, label: "claim" }];
  await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("a.jsonl", JSON.stringify({ id: 1, text: "One word.", spans }))],
  });
});

test("the keys that are looked up once for a statement are these, and each has its other half", async () => {
  const needing = await triggersOf("rows_need_what_they_are_of");
  expect(
    needing.map(({ name, table, given: [of, column] }) => ({ table, column, of, name })),
  ).toEqual(expect.arrayContaining(keys));
  expect(needing).toHaveLength(keys.length);
  const taking = await triggersOf("rows_go_with_what_they_are_of");
  const taken = taking.map(({ table: of, given: [table, column] }) => ({ table, column, of }));
  expect(taken).toEqual(expect.arrayContaining(keys.map(({ name: _, ...key }) => key)));
  expect(taken).toHaveLength(keys.length);
});

test.for(keys)("rows of $table are of $of that are there", async ({ table, column, of, name }) => {
  expect(await count(table)).toBe(1);
  await expect(sql(copy(table, column, "gen_random_uuid()"))).rejects.toMatchObject({
    code: "23503",
    constraint: name,
    table,
  });
  await expect(sql(`UPDATE ${table} SET ${column} = gen_random_uuid()`)).rejects.toMatchObject({
    code: "23001",
  });
  await expect(sql(`UPDATE ${of} SET id = gen_random_uuid()`)).rejects.toMatchObject({
    code: "23001",
  });
  // Of one that somebody else is just deleting: that is waited for, and then there is none.
  const deleting = await database().pool.connect();
  await deleting.query(`BEGIN; SET session_replication_role = replica; DELETE FROM ${of}`);
  const adding = expect(sql(copy(table, column, `x.${column}`))).rejects.toMatchObject({
    code: "23503",
    constraint: name,
  });
  await somebodyWaits(deleting);
  await deleting.query("COMMIT");
  deleting.release(true);
  await adding;
});

test.for(keys)(
  "rows of $table go with theirs, also where somebody is just adding some",
  async ({ table, column, of }) => {
    const adding = await database().pool.connect();
    await adding.query("BEGIN");
    await adding.query(copy(table, column, `x.${column}`));
    const deleting = sql(`DELETE FROM ${of}`);
    await somebodyWaits(adding);
    await adding.query("COMMIT");
    adding.release();
    await deleting;
    expect(await count(table)).toBe(0);
  },
);

test.for(keys)("rows of $table that are of nothing are found", async ({ of }) => {
  expect(await broken()).toEqual([]);
  await sql(`BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM ${of}; COMMIT`);
  expect(await broken()).toContain("nothing_is_left_behind");
});
