import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { database } from "@/lib/store/database";
import { diagnose } from "@/lib/workflow/doctor";
import { loadSeeds } from "@/lib/workflow/seeding";
import { aDatabase } from "../setup/database";
import { aReachableFolder } from "../setup/folder";

const seeds = readdirSync(fileURLToPath(new URL("../../seeds", import.meta.url))).filter((name) =>
  name.endsWith(".md"),
);

const value = async (sql: string): Promise<unknown> =>
  (await database().pool.query(`SELECT (${sql}) AS value`)).rows[0]?.value;

beforeEach(async () => {
  await aDatabase();
});

test("loads every sample once, two of them annotated", async () => {
  await loadSeeds();
  expect(await value("SELECT title FROM projects WHERE slug = 'sample'")).toBe(
    "Sample: influence operations",
  );
  expect(await value("SELECT count(*)::int FROM articles")).toBe(seeds.length);
  expect(await value("SELECT count(*)::int FROM article_versions")).toBe(seeds.length);
  expect(await value("SELECT count(*)::int FROM annotation_sets WHERE kind = 'imported'")).toBe(2);
  expect(await value("SELECT array_agg(source_name) FROM annotators")).toEqual(["sample"]);
  expect(await value("SELECT count(*)::int FROM relations")).toBeGreaterThan(20);
  const sections = "jsonb_path_query_array(content, '$.blocks[*].label')";
  expect(await value(`SELECT ${sections} FROM guideline_versions`)).toEqual([
    "claim",
    "denial",
    "attribution",
  ]);
});

test("the samples keep every rule of the data", async () => {
  await loadSeeds();
  expect((await diagnose()).filter(({ breaches }) => breaches > 0)).toEqual([]);
});

test("loading them again changes nothing, whatever was deleted meanwhile", async () => {
  await loadSeeds();
  await database().pool.query(
    "DELETE FROM articles WHERE id = (SELECT min(id::text)::uuid FROM articles)",
  );
  await loadSeeds();
  expect(await value("SELECT count(*)::int FROM articles")).toBe(seeds.length - 1);
  expect(await value("SELECT count(*)::int FROM imports")).toBe(1);
});

test("a loading that was cut off is finished", async () => {
  await loadSeeds();
  await database().pool.query("UPDATE imports SET state = 'running', finished_at = NULL");
  await database().pool.query(
    "DELETE FROM articles WHERE id <> (SELECT min(id::text)::uuid FROM articles)",
  );
  await loadSeeds();
  expect(await value("SELECT count(*)::int FROM articles")).toBe(seeds.length);
});

test("a node that starts while another one is loading them waits for it", async () => {
  const holder = await database().pool.connect();
  await holder.query("BEGIN; LOCK TABLE import_items IN EXCLUSIVE MODE");
  const first = loadSeeds();
  await expect.poll(() => value("SELECT count(*)::int FROM imports")).toBe(1);
  const second = loadSeeds();
  await expect
    .poll(() => value("SELECT count(*)::int FROM pg_locks WHERE NOT granted"))
    .toBeGreaterThan(1);
  await holder.query("COMMIT");
  holder.release();
  await Promise.all([first, second]);
  expect(await value("SELECT count(*)::int FROM imports")).toBe(1);
  expect(await value("SELECT count(*)::int FROM articles")).toBe(seeds.length);
});

test("of two nodes that start at once, one loads them", async () => {
  await Promise.all([loadSeeds(), loadSeeds()]);
  expect(await value("SELECT count(*)::int FROM articles")).toBe(seeds.length);
  expect(await value("SELECT count(*)::int FROM imports")).toBe(1);
});

test("the samples may be without guidelines, but not with some that cannot be read", async () => {
  const dir = aReachableFolder("gainsay-seeds-");
  onTestFinished(() => rmSync(dir, { recursive: true }));
  cpSync(fileURLToPath(new URL("../../seeds", import.meta.url)), dir, { recursive: true });
  const guidelines = join(dir, "guidelines.yaml");
  rmSync(guidelines);
  mkdirSync(guidelines);
  await expect(loadSeeds({ dir })).rejects.toThrow("EISDIR");
  rmSync(guidelines, { recursive: true });
  await loadSeeds({ dir });
  expect(await value("SELECT count(*)::int FROM articles")).toBe(seeds.length);
  expect(await value("SELECT count(*)::int FROM guideline_versions")).toBe(0);
});
