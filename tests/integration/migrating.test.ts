import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { checksums, migrate, migrateUpTo } from "@/lib/store/schema/migrate";
import { diagnose } from "@/lib/workflow/doctor";
import { aDatabase } from "../setup/database";

/** A folder of migrations, by name and SQL, beside an empty database. */
async function aHistory(migrations: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "gainsay-migrations-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync("prisma/migrations/migration_lock.toml", join(folder, "migration_lock.toml"));
  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "migration.sql"), sql);
  };
  for (const [name, sql] of Object.entries(migrations)) write(name, sql);
  const url = await aDatabase();
  await ask(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  return { folder, url, write };
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("a migration is recorded as Prisma records it", async () => {
  const [row] = await ask(
    await aDatabase(),
    "SELECT * FROM _prisma_migrations ORDER BY started_at",
  );
  const sql = readFileSync("prisma/migrations/0001_foundation/migration.sql");
  expect(row).toEqual({
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

test("only what is missing is applied, in order", async () => {
  const { folder, url, write } = await aHistory({
    "0002_b": "INSERT INTO seen VALUES (2)",
    "0001_a": "CREATE TABLE seen (n int)",
  });
  expect(await migrate(url, { folder })).toEqual({ applied: ["0001_a", "0002_b"] });
  write("0003_c", "INSERT INTO seen VALUES (3)");
  expect(await migrate(url, { folder })).toEqual({ applied: ["0003_c"] });
  expect(await migrate(url, { folder })).toEqual({ applied: [] });
  expect(await ask(url, "SELECT n FROM seen")).toEqual([{ n: 2 }, { n: 3 }]);
});

test("a function body with semicolons is one statement", async () => {
  const { folder, url } = await aHistory({
    "0001_a": `CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$
      BEGIN PERFORM 1; RETURN 2; END; $$; -- the end; really`,
  });
  await migrate(url, { folder });
  expect(await ask(url, "SELECT two()")).toEqual([{ two: 2 }]);
});

test("of nodes that start at once, one migrates and the others wait", async () => {
  const { folder, url } = await aHistory({
    "0001_a": "CREATE TABLE once (n int); SELECT pg_sleep(0.3)",
  });
  const outcomes = await Promise.all([1, 2, 3].map(() => migrate(url, { folder })));
  expect(outcomes.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 1]);
});

test("a migration that fails leaves nothing of itself, and is tried again", async () => {
  const { folder, url, write } = await aHistory({
    "0001_a": "CREATE TABLE half (n int); SELECT 1 / 0",
  });
  for (const _attempt of [1, 2]) {
    await expect(migrate(url, { folder })).rejects.toThrow(/is as it was: division by zero/);
  }
  expect(await ask(url, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  const logged = "SELECT logs FROM _prisma_migrations WHERE rolled_back_at IS NULL";
  expect(await ask(url, logged)).toEqual([{ logs: "division by zero" }]);
  write("0001_a", "CREATE TABLE half (n int)");
  expect(await migrate(url, { folder })).toEqual({ applied: ["0001_a"] });
});

test("a migration whose process was killed is applied anew", async () => {
  const { folder, url } = await aHistory({ "0001_a": "CREATE TABLE done (n int)" });
  await migrate(url, { folder });
  await ask(url, "DROP TABLE done; UPDATE _prisma_migrations SET finished_at = NULL");
  expect(await migrate(url, { folder })).toEqual({ applied: ["0001_a"] });
  expect(await ask(url, "SELECT count(*)::int AS rows FROM _prisma_migrations")).toEqual([
    { rows: 2 },
  ]);
  expect(await migrate(url, { folder })).toEqual({ applied: [] });
});

test("a migration changed after it ran is refused", async () => {
  const { folder, url, write } = await aHistory({ "0001_a": "CREATE TABLE a (n int)" });
  await migrate(url, { folder });
  write("0001_a", "CREATE TABLE a (n bigint)");
  await expect(migrate(url, { folder })).rejects.toThrow(/0001_a was changed after/);
});

test("a database newer than the code is refused", async () => {
  const { folder, url } = await aHistory({ "0001_a": "SELECT 1", "0002_b": "SELECT 1" });
  await migrate(url, { folder });
  rmSync(join(folder, "0002_b"), { recursive: true });
  await expect(migrate(url, { folder })).rejects.toThrow(/newer than this Gainsay: .* 0002_b/);
});

test("line ends of a checkout do not count as a change", () => {
  expect(checksums("a;\r\nb;\r\n")).toContain(checksums("a;\nb;\n")[0]);
});

test("a version that was there before metadata was its own is called as its text says", async () => {
  const all = readdirSync("prisma/migrations").filter((name) => /^\d{4}_/.test(name));
  const before = all.filter((name) => name < "0006");
  const { url } = await aHistory({});
  await migrateUpTo(url, before);
  const id = "0198f0a0-0000-7000-8000-000000000001";
  const [project, record] = [id.replace("1", "2"), id.replace("1", "3")];
  const versions = [
    { number: 1, text: "Port open\n\nYes.", blocks: [{ kind: "title", start: 0, end: 9 }] },
    { number: 2, text: "Port shut\n\nNo.", blocks: [{ kind: "title", start: 0, end: 9 }] },
  ];
  await ask(
    url,
    `INSERT INTO projects (id, slug, title) VALUES ('${project}', 'p', 'P');
     INSERT INTO scheme_versions (project_id, version, definition) VALUES ('${project}', 1, '{}');
     BEGIN;
     INSERT INTO articles (id, project_id, source_key, url, title, publisher, meta, current_version)
     VALUES ('${id}', '${project}', 'https://example.org/a', 'https://example.org/a', 'The port', 'P', '{"a": 1}', 2),
       ('${record}', '${project}', 'reports/a.md', NULL, 'Another', NULL, '{}', 1);
     ${[
       ...versions.map((version) => ({ ...version, article: id })),
       { number: 1, text: "Text", blocks: [], article: record },
     ]
       .map(
         ({ article, number, text, blocks }) =>
           `INSERT INTO article_versions (id, project_id, article_id, number, text, text_sha256, text_length, blocks)
            VALUES (gen_random_uuid(), '${project}', '${article}', ${number}, '${text}',
              encode(sha256(convert_to('${text}', 'UTF8')), 'hex'), char_length('${text}'), '${JSON.stringify(blocks)}');`,
       )
       .join("\n")}
     COMMIT`,
  );
  await migrate(url);
  const found = await ask(
    url,
    "SELECT number, title, publisher, url, meta FROM article_versions ORDER BY article_id, number",
  );
  const [known, none] = [
    { publisher: "P", url: "https://example.org/a", meta: { a: 1 } },
    { publisher: null, url: null, meta: {} },
  ];
  expect(found).toEqual([
    { number: 1, title: "Port open", ...known },
    { number: 2, title: "The port", ...known },
    { number: 1, title: "Another", ...none },
  ]);
  expect(await ask(url, "SELECT source_key FROM articles ORDER BY id")).toEqual([
    { source_key: "url:https://example.org/a" },
    { source_key: "path:reports/a.md" },
  ]);
});

test("spans that were there before their label had a rule get it, and the doctor finds nothing", async () => {
  const all = readdirSync("prisma/migrations").filter((name) => /^\d{4}_/.test(name));
  const { url } = await aHistory({});
  await migrateUpTo(
    url,
    all.filter((name) => name < "0005"),
  );
  const id = (number: number) => `0198f0a0-0000-7000-8000-00000000000${number}`;
  const [project, article, version, set, user] = [1, 2, 3, 4, 5].map(id);
  const silent = {
    ...defaultScheme,
    labels: defaultScheme.labels.map(({ overlap: _, ...rule }) => rule),
  };
  const span = (number: number, label: string, start: number, end: number) => {
    const quote = "Tehran denied it.".slice(start, end);
    return { id: id(number), label, fragments: [{ start, end }], quote, attributes: {} };
  };
  const spans = [span(6, "claim", 0, 13), span(7, "denial", 7, 13), span(8, "attribution", 0, 6)];
  const counts = JSON.stringify({ claim: 1, denial: 1, attribution: 1 });
  await ask(
    url,
    `INSERT INTO users (id, email, name) VALUES ('${user}', 'r@example.org', 'R');
     INSERT INTO projects (id, slug, title) VALUES ('${project}', 'p', 'P');
     INSERT INTO scheme_versions (project_id, version, definition)
     VALUES ('${project}', 1, '${JSON.stringify(silent)}');
     INSERT INTO annotators (project_id, number, user_id) VALUES ('${project}', 1, '${user}');
     BEGIN;
     INSERT INTO articles (id, project_id, source_key, title) VALUES ('${article}', '${project}', 'a.md', 'T');
     INSERT INTO article_versions (id, project_id, article_id, number, text, text_sha256, text_length, blocks)
     SELECT '${version}', '${project}', '${article}', 1, text, encode(sha256(convert_to(text, 'UTF8')), 'hex'), char_length(text), '[]'
     FROM (VALUES ('Tehran denied it.')) AS of (text);
     COMMIT;
     INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision, label_counts)
     VALUES ('${set}', '${project}', '${article}', '${version}', 'reviewer', 1, 1, 3, '${counts}');
     ${spans
       .map(
         (one, index) =>
           `INSERT INTO spans (set_id, id, project_id, label, fragments, quote)
            VALUES ('${set}', '${one.id}', '${project}', '${one.label}',
              int4multirange(int4range(${one.fragments[0]?.start}, ${one.fragments[0]?.end})), '${one.quote}');
            INSERT INTO operations (set_id, id, project_id, revision, user_id, body, change)
            VALUES ('${set}', '${one.id}', '${project}', ${index + 1}, '${user}',
              '${JSON.stringify({ type: "add_span", span: one })}',
              '${JSON.stringify({ kind: "span", before: null, after: one })}');`,
       )
       .join("\n")}`,
  );
  await migrate(url);
  expect(await ask(url, "SELECT label, exclusive FROM spans ORDER BY id")).toEqual([
    { label: "claim", exclusive: true },
    { label: "denial", exclusive: true },
    { label: "attribution", exclusive: false },
  ]);
  const add = (label: string) =>
    ask(
      url,
      `INSERT INTO spans (set_id, id, project_id, label, exclusive, fragments, quote)
       SELECT set_id, gen_random_uuid(), project_id, label, exclusive, fragments, quote FROM spans WHERE label = '${label}'`,
    );
  for (const label of ["claim", "denial"]) {
    await expect(add(label)).rejects.toThrow("spans_of_one_label_do_not_overlap");
  }
  expect((await diagnose()).filter(({ breaches }) => breaches > 0)).toEqual([]);
});
