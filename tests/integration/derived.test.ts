import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import type { ArticleListQuery } from "@/lib/api/articles";
import { rules } from "@/lib/store/doctor";
import { migrate, migrateUpTo } from "@/lib/store/schema/migrate";
import { listArticles } from "@/lib/workflow/articles";
import { derivedByCode, diagnose, repair } from "@/lib/workflow/doctor";
import { aDatabase, sql } from "../setup/database";
import { broken } from "../setup/health";
import { processId } from "../setup/process-id";
import { aProject } from "../setup/world";

const titles = async (query: ArticleListQuery) =>
  (await listArticles(operator, "corpus", query)).articles.map(({ title }) => title);

/** A database of the first version with some work in it. */
async function anOldDatabase(): Promise<string> {
  const url = await aDatabase();
  await sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await migrateUpTo(url, ["0001_foundation"]);
  await sql(readFileSync("tests/fixtures/database-0001.sql", "utf8"));
  return url;
}

async function aMigratedOldDatabase(): Promise<string> {
  const url = await anOldDatabase();
  await migrate(url);
  return url;
}

test("a populated database of the first version is searched, sorted and healthy once migrated", async () => {
  await aMigratedOldDatabase();
  for (const q of ["elysee plot", "کتابهای 12", "外交部", "МИНИСТР снова", "😀"]) {
    expect(await titles({ q }), q).toHaveLength(1);
  }
  expect(await titles({ q: "zuric" })).toEqual(["Zurich denies the Élysée leak"]);
  expect(await titles({ sort: "title" })).toEqual([
    "Zurich denies the Élysée leak",
    "«Это ложь» — министр",
    "وزارت خارجه شایعه را رد کرد",
    "官员否认虚假信息",
  ]);
  expect(await broken()).toEqual([]);
});

/** Articles without anything derived, as an older node would write them. */
async function manyArticles(count: number): Promise<void> {
  const { id } = await aProject();
  await sql(
    `BEGIN;
     INSERT INTO articles (id, project_id, source_key, title)
     SELECT gen_random_uuid(), '${id}', n::text, 'Title ' || n FROM generate_series(1, ${count}) n;
     INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
     SELECT gen_random_uuid(), project_id, id, 1, title, t.text, encode(sha256(convert_to(t.text, 'UTF8')), 'hex'), char_length(t.text), '[]'
     FROM articles, LATERAL (SELECT source_key || string_agg(' word' || w, '') AS text FROM generate_series(1, 60) w) t;
     COMMIT`,
  );
}

test("a filling that is killed goes on where it was, on two nodes at once", async () => {
  const url = await aDatabase();
  await manyArticles(6000);
  const lacking = async () =>
    (
      await sql(
        "SELECT count(*)::int AS n FROM articles WHERE id NOT IN (SELECT article_id FROM article_search)",
      )
    ).rows[0].n;

  const child = spawn(process.execPath, ["scripts/gainsay.mjs", "db", "migrate"], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const ended = once(child, "exit");
  let said = "";
  for await (const chunk of child.stderr.setEncoding("utf8")) {
    said += chunk;
    if (said.includes("Making articles searchable")) break;
  }
  process.kill(-processId(child.pid), "SIGKILL"); // the launcher and what it launched
  await ended;
  const left = await lacking();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(6000);

  const told: string[][] = [[], []];
  await Promise.all(
    told.map((notices) => migrate(url, { onNotice: (line) => notices.push(line) })),
  );
  expect(await lacking()).toBe(0);
  expect(told.filter((notices) => notices.length > 0)).toHaveLength(1);
  expect(told.flat().at(-1)).toMatch(/Making articles searchable: ([\d,]+) of \1$/);
  expect(await broken()).toEqual([]);
});

test.for<{ name: string; breaking: string; seen: string[] }>([
  {
    name: "an article that searching does not know",
    breaking: "DELETE FROM article_search WHERE title LIKE 'zurich%'",
    seen: ["search_entries_are_of_the_texts"],
  },
  {
    name: "another title in the index",
    breaking: "UPDATE article_search SET title = 'another' WHERE title LIKE 'zurich%'",
    seen: ["search_entries_are_of_the_texts"],
  },
  {
    name: "a term too few in the index",
    breaking: "UPDATE article_search SET terms = ts_delete(terms, 'plot')",
    seen: ["search_entries_are_of_the_texts"],
  },
  {
    name: "a term too many in the index",
    breaking: "UPDATE article_search SET terms = terms || array_to_tsvector('{moon}')",
    seen: ["search_entries_are_of_the_texts"],
  },
  {
    name: "an entry under another project",
    breaking: "UPDATE article_search SET project_id = gen_random_uuid()",
    seen: ["search_entries_are_of_the_texts"],
  },
  {
    name: "a word too few in the list",
    breaking: "DELETE FROM search_words WHERE word = 'tehran'",
    seen: ["search_words_are_all_there"],
  },
  {
    name: "an empty list of words",
    breaking: "DELETE FROM search_words",
    seen: ["search_words_are_all_there"],
  },
  {
    name: "spans that are kept apart, or are not, otherwise than their label has it",
    breaking: "UPDATE spans SET exclusive = NOT exclusive",
    seen: ["spans_know_the_rule_of_their_label"],
  },
  {
    name: "labels counted wrongly",
    breaking: `UPDATE annotation_sets SET label_counts = '{"claim": 7}'`,
    seen: ["label_counts_are_right"],
  },
  {
    name: "labels not counted",
    breaking: "UPDATE annotation_sets SET label_counts = '{}'",
    seen: ["label_counts_are_right"],
  },
  {
    name: "outcomes counted wrongly",
    breaking: "UPDATE imports SET created = created + 1, rejected = 0",
    seen: ["import_counts_are_right"],
  },
  {
    name: "an older version taken for the current one",
    breaking: "UPDATE articles SET current_version = 1",
    seen: ["current_version_is_the_highest", "search_entries_are_of_the_texts"],
  },
  {
    name: "metadata that the current version does not have",
    breaking: "UPDATE articles SET publisher = 'Nobody', published_at = now()",
    seen: ["articles_say_what_their_current_version_says"],
  },
  {
    name: "copies of the project that are of another",
    breaking: `UPDATE article_versions SET project_id = gen_random_uuid();
      UPDATE spans SET project_id = gen_random_uuid();
      UPDATE relations SET project_id = gen_random_uuid();
      UPDATE operations SET project_id = gen_random_uuid()`,
    seen: ["one_project_along_the_chain"],
  },
  {
    name: "an agreement that nobody has reached",
    breaking: `INSERT INTO agreements SELECT id, '', project_id, now(), 1, 1 FROM article_versions`,
    seen: ["agreements_are_of_what_is_submitted"],
  },
  {
    name: "a set under another article",
    breaking: `UPDATE annotation_sets s SET article_id =
      (SELECT a.id FROM articles a WHERE a.id <> s.article_id LIMIT 1)`,
    seen: ["one_project_along_the_chain"],
  },
])("finds and repairs $name, and touches nothing else", async ({ breaking, seen }) => {
  await aMigratedOldDatabase();
  const before = await everything();
  await sql(`BEGIN; SET LOCAL session_replication_role = replica; ${breaking}; COMMIT`);
  expect(await everything()).not.toEqual(before);
  const findings = await diagnose();
  expect(findings.filter(({ breaches }) => breaches > 0).map(({ check }) => check)).toEqual(seen);
  expect((await repair(findings)).map(({ check }) => check)).toEqual(
    expect.arrayContaining(seen.slice(0, 1)),
  );
  expect(await broken()).toEqual([]);
  expect(await everything()).toEqual(before);
});

/** Every row that a repair might touch, as text. */
async function everything(): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {};
  const tables = `articles article_versions article_search search_words annotation_sets spans relations
    operations imports import_items annotators scheme_versions active_times agreements`;
  for (const table of tables.split(/\s+/)) {
    const { rows } = await sql(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    contents[table] = rows.map(({ row }) => row);
  }
  return contents;
}

test("words that no article has any more are forgotten by a repair", async () => {
  await aMigratedOldDatabase();
  await sql("INSERT INTO search_words SELECT id, 'leftover' FROM projects");
  expect(await broken()).toEqual([]);
  expect(await repair(await diagnose())).toEqual([
    { check: "search_words_are_all_there", rows: 1 },
  ]);
  const { rows } = await sql("SELECT FROM search_words WHERE word = 'leftover'");
  expect(rows).toEqual([]);
});

test("what a person wrote is not repaired", async () => {
  await aMigratedOldDatabase();
  await sql(
    "BEGIN; SET LOCAL session_replication_role = replica; UPDATE annotation_sets SET note = 'x'; COMMIT",
  );
  const findings = await diagnose();
  expect(await repair(findings)).toEqual([]);
  expect(findings.filter(({ breaches }) => breaches > 0)).toMatchObject([{ repairable: false }]);
  expect(await broken()).toEqual(["histories_give_what_is_stored"]);
});

test("the doctor compares everything that the schema calls derived", () => {
  const compared = [...rules.flatMap(({ derived = [] }) => derived), ...derivedByCode].sort();
  expect(compared).toEqual(derivedInSchema().sort());
});

/** Columns, and whole tables, whose comment in schema.prisma begins with "Derived". */
function derivedInSchema(): string[] {
  const found: string[] = [];
  const models = /((?:^\/\/\/.*\n)*)^model \w+ \{\n([\s\S]*?)^\}/gm;
  for (const [, doc = "", body = ""] of readFileSync("prisma/schema.prisma", "utf8").matchAll(
    models,
  )) {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? "";
    if (/^\/\/\/ Derived/m.test(doc)) found.push(table);
    for (const [, name = "", rest = ""] of body.matchAll(
      /^ {2}\/\/\/ Derived.*\n(?: {2}\/\/\/.*\n)* {2}(\w+)(.*)/gm,
    )) {
      found.push(`${table}.${/@map\("(\w+)"\)/.exec(rest)?.[1] ?? name}`);
    }
  }
  return found;
}
