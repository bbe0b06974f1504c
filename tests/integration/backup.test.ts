import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { database, sqlTransaction } from "@/lib/store/database";
import { describeDatabase } from "@/lib/store/schema/backup";
import { migrate, migrateUpTo } from "@/lib/store/schema/migrate";
import { backUp, restore } from "@/lib/workflow/backup";
import { diagnose } from "@/lib/workflow/doctor";
import { actorOfSession } from "@/lib/workflow/sessions";
import { aDatabase, sql } from "../setup/database";
import { aUser, inSession } from "../setup/world";

const folder = await mkdtemp(join(tmpdir(), "gainsay-backup-"));
const file = join(folder, "all.gainsay");
afterAll(() => rm(folder, { recursive: true }));

/** What COPY must carry unharmed: its own escapes, its end mark, nothing, and everything in UTF-8. */
const awkward = [
  "\\.",
  "\\N",
  "a\tb\\n\r\nc\n\\.\nd",
  "\u0001\u007f",
  "«نه» 😀 e\u0301\u00a0",
  "\\\\",
  "NULL",
];

/** One text larger than the pieces in which files and connections are read. */
const long = awkward.join("\n").repeat(20_000);

async function fill() {
  const project = uuidv7();
  await sql(
    `WITH p AS (INSERT INTO projects (id, slug, title) VALUES ($1, 'corpus', 'Corpus') RETURNING id)
     INSERT INTO scheme_versions (project_id, version, definition) SELECT id, 1, $2 FROM p`,
    [project, JSON.stringify(defaultScheme)],
  );
  for (const [index, text] of [...awkward, long].entries()) {
    await sql(
      `WITH a AS (INSERT INTO articles (id, project_id, source_key, title, meta, published_at)
                  VALUES ($1, $2, $3, 'Title', $4, '1999-12-31T23:59:59.999Z') RETURNING id)
       INSERT INTO article_versions (id, project_id, article_id, number, title, meta, published_at, text, text_sha256, text_length, blocks)
       SELECT $1, $2, id, 1, 'Title', $4, '1999-12-31T23:59:59.999Z', $5, encode(sha256(convert_to($5, 'UTF8')), 'hex'), char_length($5), '[]' FROM a`,
      [uuidv7(), project, `article ${index}`, JSON.stringify({ text: text.slice(0, 100) }), text],
    );
  }
  await migrate(database().url); // makes the articles searchable, as whoever writes them does
  const [reviewer, round] = [uuidv7(), uuidv7()];
  await sql("INSERT INTO users (id, email, name) VALUES ($1, 'r@example.org', 'R')", [reviewer]);
  await sql(
    `INSERT INTO rounds (id, project_id, number, title, kind, way, overlap, seed, article_order)
     VALUES ($1, $2, 1, 'Round', 'annotation', 'queue', 1, 1, 'random')`,
    [round, project],
  );
  await sql(
    `INSERT INTO round_reviewers (round_id, user_id, project_id, languages) VALUES ($1, $2, $3, '{fa,"a\\b"}')`,
    [round, reviewer, project],
  );
  await sql(
    `WITH v AS (SELECT id, article_id, row_number() OVER (ORDER BY id) AS n FROM article_versions),
       s AS (INSERT INTO round_stories (round_id, number, project_id, places, places_left)
             SELECT $1, n, $2, 1, 0 FROM v)
     INSERT INTO round_articles (round_id, article_id, project_id, version_id, story, position)
     SELECT $1, article_id, $2, id, n, n FROM v`,
    [round, project],
  );
  await sql(
    `INSERT INTO assignments (id, round_id, article_id, user_id, project_id, version_id, state, comment, returned_at)
     SELECT gen_random_uuid(), $1, article_id, $2, $3, version_id, 'returned', $4, now() FROM round_articles`,
    [round, reviewer, project, awkward.join(" ")],
  );
  const imported = uuidv7();
  await sql(
    "INSERT INTO imports (id, project_id, state, format) VALUES ($1, $2, 'queued', 'auto')",
    [imported, project],
  );
  await sql("INSERT INTO import_chunks (import_id, file, chunk, bytes) VALUES ($1, 0, 0, $2)", [
    imported,
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ]);
}

/** Every row of every table, as text. */
async function everything(): Promise<Record<string, string[]>> {
  const { tables } = await sqlTransaction(database(), describeDatabase);
  const contents: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await sql(`SELECT t::text AS row FROM "${name}" AS t ORDER BY 1`);
    contents[name] = rows.map(({ row }) => row);
  }
  return contents;
}

let before: Record<string, string[]> = {};

beforeAll(async () => {
  await aDatabase();
  await fill();
  before = await everything();
  await backUp(file);
});

beforeEach(async () => {
  await aDatabase();
});

test("a restored database holds in every table what the backed-up one held", async () => {
  const { rows } = await restore(file, { replace: false });
  const after = await everything();
  expect(after).toEqual(before);
  expect(rows).toBe(Object.values(before).flat().length);
  expect(Object.keys(after)).toContain("import_chunks");
});

/** As a database is that was just created. */
async function anUntouchedDatabase() {
  await aDatabase();
  await sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

test("nobody is signed in after a restore, whoever was when the backup was made", async () => {
  const user = await aUser();
  const here = await inSession(user);
  const whole = join(folder, "signed-in.gainsay");
  await backUp(whole);
  await sql("DELETE FROM sessions");
  await restore(whole, { replace: true });
  await rm(whole);
  expect(await actorOfSession(here.session.id)).toBeNull();
  expect((await sql("SELECT id FROM users")).rows).toEqual([{ id: user.userId }]);
});

test("a new database needs no tables", async () => {
  await anUntouchedDatabase();
  await restore(file, { replace: false });
  expect(await everything()).toEqual(before);
});

test("a backup of an earlier version is restored, and brought up to this one", async () => {
  const earlier = join(folder, "earlier.gainsay");
  await anUntouchedDatabase();
  await migrateUpTo(database().url, ["0001_foundation"]);
  await sql(await readFile("tests/fixtures/database-0001.sql", "utf8"));
  const texts = async () =>
    (await sql("SELECT article_id, number, text FROM article_versions ORDER BY 1, 2")).rows;
  const written = await texts();
  await backUp(earlier);
  await anUntouchedDatabase();
  await restore(earlier, { replace: false });
  expect(await texts()).toEqual(written);
  expect(Object.keys(await everything())).toEqual(Object.keys(before));
  expect((await diagnose()).filter(({ breaches }) => breaches > 0)).toEqual([]);
  await rm(earlier);
});

test("a backup of a later version is refused", async () => {
  const later = join(folder, "later.gainsay");
  const script = gunzipSync(await readFile(file)).toString("latin1");
  const name = '{"name":"9999_later","checksum":"0"}';
  await writeFile(
    later,
    gzipSync(Buffer.from(script.replace('"migrations":[', `"migrations":[${name},`), "latin1")),
  );
  await anUntouchedDatabase();
  await expect(restore(later, { replace: false })).rejects.toMatchObject({ code: "unprocessable" });
  await rm(later);
});

test("a backup is of one moment, whatever is written meanwhile", async () => {
  const moment = join(folder, "moment.gainsay");
  await fill();
  const held = await everything();
  let written = false;
  await backUp(moment, {
    onTable: () => {
      if (written) return;
      written = true;
      // Another process, for this one has to wait until the row is there.
      execFileSync(process.execPath, [
        "-e",
        `const { Client } = require("pg");
         const client = new Client({ connectionString: process.argv[1] });
         client.connect()
           .then(() => client.query("INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'late@example.org', 'Late')"))
           .then(() => client.end());`,
        database().url,
      ]);
    },
  });
  expect((await everything()).users).toHaveLength(2);
  await restore(moment, { replace: true });
  expect(await everything()).toEqual(held);
  await rm(moment);
});

test("a backup is nobody else's to read", async () => {
  const { mode } = await stat(file);
  expect(mode & 0o077).toBe(0);
});

test("leaves nothing beside the backup", async () => {
  expect(await readdir(folder)).toEqual(["all.gainsay"]);
});

test("is a script that a person can read", () => {
  return expect(
    readFile(file).then((bytes) => gunzipSync(bytes).toString("utf8")),
  ).resolves.toMatch(
    /^-- \{"format":"gainsay\.backup\/1".*\n[\s\S]*\nCOPY "articles" \([\s\S]*\n-- \{"sha256":"[0-9a-f]{64}"\}\n$/,
  );
});

test("a database that holds something is left alone", async () => {
  await fill();
  const held = await everything();
  await expect(restore(file, { replace: false })).rejects.toMatchObject({ code: "conflict" });
  expect(await everything()).toEqual(held);
});

test("a database that holds something is replaced when told to", async () => {
  await fill();
  await restore(file, { replace: true });
  expect(await everything()).toEqual(before);
});

test.for([
  {
    name: "cut short in the rows",
    damage: (script: Buffer) => gzipSync(script.subarray(0, script.length >> 1)),
  },
  {
    name: "without its trailer",
    damage: (script: Buffer) => gzipSync(script.subarray(0, script.lastIndexOf("-- "))),
  },
  {
    name: "with one letter changed",
    damage: (script: Buffer) =>
      gzipSync(script.toString("latin1").replace("\tTitle\t", "\tTitle!\t"), {}),
  },
  {
    name: "with a row left out",
    damage: (script: Buffer) =>
      gzipSync(script.toString("latin1").replace(/\n[^\n]*article 3\t[^\n]*/, "")),
  },
  {
    name: "with other numbers of rows than it says, sealed again",
    damage: (script: Buffer) => {
      const body = script
        .subarray(0, script.lastIndexOf("-- "))
        .toString("latin1")
        .replace(/("name":"identities","columns":[^}]*"rows":)0/, "$11");
      const bytes = Buffer.from(body, "latin1");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return gzipSync(Buffer.concat([bytes, Buffer.from(`-- {"sha256":"${sha256}"}\n`)]));
    },
  },
  {
    name: "with bytes of the file missing",
    damage: (script: Buffer) => gzipSync(script).subarray(0, -100),
  },
  { name: "that is no backup", damage: () => gzipSync("-- hello\n") },
  { name: "that is not even compressed", damage: () => Buffer.from("hello") },
  {
    name: "of other migrations",
    damage: (script: Buffer) =>
      gzipSync(script.toString("latin1").replace("0001_foundation", "0000_foundation")),
  },
])("a file $name is refused, and the database stays as it was", async ({ damage }) => {
  await fill();
  const held = await everything();
  const damaged = join(folder, "damaged.gainsay");
  await writeFile(damaged, damage(gunzipSync(await readFile(file))));
  await expect(restore(damaged, { replace: true })).rejects.toMatchObject({
    code: "unprocessable",
  });
  expect(await everything()).toEqual(held);
  await rm(damaged);
});

test("a file that is not there is refused", async () => {
  await expect(restore(join(folder, "none"), { replace: false })).rejects.toMatchObject({
    code: "not_found",
  });
});
