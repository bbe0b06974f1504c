import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { finishImport } from "@/lib/store/imports";
import { importOf, receiveImport } from "@/lib/workflow/importing";
import { runQueued } from "@/lib/workflow/importing/as-job";
import { startJobs } from "@/lib/workflow/jobs";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that runs jobs on this test's database. */
function aNode(): ChildProcess {
  const script = fileURLToPath(new URL("../setup/jobs-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], { stdio: "inherit" });
  children.push(child);
  return child;
}

const count = 3000;

/** An upload too large to wait for, of three files; in each a line in the middle is bad. */
async function aLargeImport() {
  const project = await aProject();
  const file = (name: string) => {
    const lines = Array.from({ length: count / 3 }, (_, at) => {
      const text = `Text ${at} of ${name}. `.repeat(120);
      return at === 500 ? "{bad" : JSON.stringify({ id: `${name}-${at}`, text });
    });
    return aFile(`${name}.jsonl`, lines.join("\n"), { piece: 100_000 });
  };
  async function* files() {
    yield* ["a", "b", "c"].map(file);
  }
  const { import: received, done } = await receiveImport(operator, project.slug, {
    format: "auto",
    files: files(),
  });
  expect(done).toBe(false);
  const { id } = received;
  const state = () => importOf(operator, project.slug, id);
  return { project, id, state };
}

type Large = Awaited<ReturnType<typeof aLargeImport>>;

async function until(large: Large, reached: (row: Awaited<ReturnType<Large["state"]>>) => boolean) {
  // However slow the machine is: the test's own limit ends what never comes.
  for (;;) {
    const row = await large.state();
    if (reached(row)) return row;
    await pause(20);
  }
}

/** Lets an import come as far as an item and no further, until it is let go. */
async function heldAt(importId: string, item: number) {
  const holder = await database().pool.connect();
  await holder.query("SELECT pg_advisory_lock(7)");
  await holder.query(`
    CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER hold BEFORE INSERT ON import_items FOR EACH ROW
      WHEN (NEW.item = ${item} AND NEW.import_id = '${importId}') EXECUTE FUNCTION hold()`);
  const isThere = async () => {
    const { rowCount } = await holder.query(
      "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted",
    );
    return rowCount !== 0;
  };
  return {
    reached: async () => {
      while (!(await isThere())) await pause(20);
    },
    letGo: async () => {
      await holder.query("SELECT pg_advisory_unlock(7)");
      holder.release();
    },
  };
}

/** Everything is there once, and nothing of the upload is left. */
async function expectWhole({ project, id, state }: Large) {
  expect(await state()).toMatchObject({ state: "done", created: count - 3, rejected_count: 3 });
  const { rows } = await database().pool.query(
    `SELECT (SELECT count(*)::int FROM articles WHERE project_id = $1) AS articles,
       (SELECT count(*)::int FROM article_versions WHERE project_id = $1) AS versions,
       (SELECT count(*)::int FROM article_search WHERE project_id = $1) AS searchable,
       (SELECT count(*)::int FROM import_items WHERE import_id = $2) AS items,
       (SELECT count(DISTINCT (path, line))::int FROM import_items WHERE import_id = $2) AS places,
       (SELECT count(*)::int FROM import_chunks WHERE import_id = $2) AS chunks`,
    [project.id, id],
  );
  const articles = count - 3;
  expect(rows).toEqual([
    { articles, versions: articles, searchable: articles, items: count, places: count, chunks: 0 },
  ]);
}

test("an import goes on where a killed process left it, without a loss or a double", async () => {
  const large = await aLargeImport();
  const held = await heldAt(large.id, 1700);
  const first = aNode();
  await held.reached();
  first.kill("SIGKILL");
  await once(first, "exit");
  await held.letGo();
  const left = await large.state();
  expect(left.state).toBe("running");
  expect(left.created).toBeGreaterThan(0);
  expect(left.created).toBeLessThan(1700);
  aNode();
  await until(large, ({ finished_at: finishedAt }) => finishedAt !== null);
  await expectWhole(large);
});

test("a process that is told to stop does so after the batch at hand, and another goes on", async () => {
  const large = await aLargeImport();
  const held = await heldAt(large.id, 1700);
  const first = aNode();
  await held.reached();
  first.kill("SIGTERM");
  const ended = once(first, "exit");
  await held.letGo();
  const [code] = await ended;
  expect(code).toBe(0);
  const left = await large.state();
  expect(left.state).toBe("running");
  expect(left.created).toBeLessThan(count - 3); // it did not stay to the end
  aNode();
  await until(large, ({ finished_at: finishedAt }) => finishedAt !== null);
  await expectWhole(large);
});

test("of several processes one runs an import", async () => {
  const large = await aLargeImport();
  const never = new AbortController();
  const defects: unknown[] = [];
  const run = () =>
    runQueued(database(), large.id, {
      signal: never.signal,
      onDefect: (error) => defects.push(error),
    });
  await Promise.all([run(), run(), run()]);
  expect(defects).toEqual([]);
  await expectWhole(large);
});

test("one that ends its process each time is given up", async () => {
  const large = await aLargeImport();
  await database().pool.query("UPDATE imports SET attempts = 3 WHERE id = $1", [large.id]);
  const defects: unknown[] = [];
  await runQueued(database(), large.id, {
    signal: new AbortController().signal,
    onDefect: (_error, id) => defects.push(id),
  });
  expect(defects).toEqual([large.id]);
  expect(await large.state()).toMatchObject({
    state: "failed",
    failure: "Something went wrong on our side. The log has it under this import's id.",
  });
});

const attemptsOf = async (id: string) =>
  (await database().pool.query("SELECT attempts FROM imports WHERE id = $1", [id])).rows[0]
    ?.attempts;

const unheard = { signal: new AbortController().signal, onDefect: () => undefined };

test("one that gets any further has its attempts before it again", async () => {
  const large = await aLargeImport();
  await database().pool.query("UPDATE imports SET attempts = 2 WHERE id = $1", [large.id]);
  await runQueued(database(), large.id, unheard);
  expect(await attemptsOf(large.id)).toBe(0);
});

test("one that is told to stop before it got anywhere has not tried", async () => {
  const large = await aLargeImport();
  await runQueued(database(), large.id, { ...unheard, signal: AbortSignal.abort() });
  expect(await attemptsOf(large.id)).toBe(0);
  expect((await large.state()).state).toBe("running");
});

/** An upload of many files, of which the first is done: the last has its path, and another text. */
async function anImportAfterItsFirstFile() {
  const project = await aProject();
  const paths = ["a.txt", ...Array.from({ length: 200 }, (_, at) => `${at}.txt`), "a.txt"];
  async function* files() {
    for (const [at, path] of paths.entries()) yield aFile(path, `Text ${at}`);
  }
  const { import: received } = await receiveImport(operator, project.slug, {
    format: "auto",
    files: files(),
  });
  await database().pool.query("UPDATE imports SET state = 'running', next_file = 1 WHERE id = $1", [
    received.id,
  ]);
  await runQueued(database(), received.id, unheard);
  return importOf(operator, project.slug, received.id);
}

test("one that goes on knows the paths of the files before", async () => {
  expect(await anImportAfterItsFirstFile()).toMatchObject({
    created: 200,
    rejected: [{ path: "a.txt", reason: expect.stringContaining("has the same path") }],
  });
});

test("one that goes on counts the bytes of the files before", async () => {
  const { id, bytes } = await anImportAfterItsFirstFile();
  const { rows } = await database().pool.query(
    "SELECT bytes_done::int AS done FROM imports WHERE id = $1",
    [id],
  );
  expect(rows).toEqual([{ done: bytes }]);
});

test("one that has ended does not end in another way", async () => {
  const large = await aLargeImport();
  await finishImport(database(), large.id, { failure: "It broke off." });
  await finishImport(database(), large.id, { failure: null });
  expect(await large.state()).toMatchObject({ state: "failed", failure: "It broke off." });
  const { rowCount } = await database().pool.query(
    "SELECT FROM audit_events WHERE subject = $1 AND action = 'import.finished'",
    [large.id],
  );
  expect(rowCount).toBe(1);
});

test("only an upload that broke off long ago is forgotten", async () => {
  const project = await aProject();
  const make = (state: string, age: string) =>
    database().pool.query(
      `INSERT INTO imports (id, project_id, format, state, created_at, finished_at)
       VALUES (gen_random_uuid(), $1, 'auto', $2::import_state, now() - $3::interval,
         CASE WHEN $2 = 'done' THEN now() END)`,
      [project.id, state, age],
    );
  await make("receiving", "25 hours");
  await make("receiving", "23 hours");
  await make("done", "25 hours");
  const jobs = await startJobs();
  await jobs.stop();
  const { rows } = await database().pool.query(
    "SELECT state, created_at > now() - interval '1 day' AS young FROM imports WHERE project_id = $1 ORDER BY created_at",
    [project.id],
  );
  expect(rows).toEqual([
    { state: "done", young: false },
    { state: "receiving", young: true },
  ]);
});

test("a defect fails the import, once, and is told under its id", async () => {
  const large = await aLargeImport();
  await database().pool.query("ALTER TABLE article_search RENAME TO elsewhere");
  try {
    const defects: unknown[] = [];
    const options = {
      signal: new AbortController().signal,
      onDefect: (_error: unknown, id: string) => defects.push(id),
    };
    await runQueued(database(), large.id, options);
    await runQueued(database(), large.id, options);
    expect(defects).toEqual([large.id]);
    expect((await large.state()).state).toBe("failed");
  } finally {
    await database().pool.query("ALTER TABLE elsewhere RENAME TO article_search");
  }
});

test("what broke off in a process that is gone is not shown as running for ever", async () => {
  const project = await aProject();
  const id = "0198f0a0-0000-7000-8000-000000000002";
  await database().pool.query(
    "INSERT INTO imports (id, project_id, format, state) VALUES ($1, $2, 'auto', 'running')",
    [id, project.id],
  );
  const jobs = await startJobs();
  await jobs.stop();
  expect(await importOf(operator, project.slug, id)).toMatchObject({
    state: "failed",
    failure: expect.stringMatching(/^It broke off/),
  });
});
