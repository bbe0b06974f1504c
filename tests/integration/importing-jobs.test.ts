import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { operator } from "@/lib/access/actor";
import { closeDatabase, database } from "@/lib/store/database";
import { CHUNK, storeChunks, storedBytes, storedFiles } from "@/lib/store/import-files";
import { dropOldBytes, finishImport } from "@/lib/store/imports";
import { holdUpload, unheldUploads } from "@/lib/store/receiving";
import { migrate } from "@/lib/store/schema/migrate";
import { startEmbedded } from "@/lib/store/server/embedded";
import { importFiles, importOf, receiveImport, resumeImport } from "@/lib/workflow/importing";
import { runQueued } from "@/lib/workflow/importing/as-job";
import { startJobs } from "@/lib/workflow/jobs";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aReachableFolder } from "../setup/folder";
import { aJobsProcess, heldAtRow } from "../setup/jobs";
import { processId } from "../setup/process-id";
import { haveSearchable } from "../setup/searchable";
import { aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

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
  const received = await receiveImport(operator, project.slug, {
    format: "auto",
    files: files(),
  });
  expect(received.finished_at).toBeNull();
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
function heldAt(importId: string, item: number) {
  return heldAtRow("import_items", `NEW.item = ${item} AND NEW.import_id = '${importId}'`);
}

/** Everything is there once, and nothing of the upload is left. */
async function expectWhole({ project, id, state }: Large) {
  expect(await state()).toMatchObject({ state: "done", created: count - 3, rejected_count: 3 });
  // They go after it is said to be done.
  while ((await uploadsInto(project.id)).chunks > 0) await pause(20);
  await haveSearchable();
  const { rows } = await database().pool.query(
    `SELECT (SELECT count(*)::int FROM articles WHERE project_id = $1) AS articles,
       (SELECT count(*)::int FROM article_versions WHERE project_id = $1) AS versions,
       (SELECT count(*)::int FROM article_search WHERE project_id = $1) AS searchable,
       (SELECT count(*)::int FROM import_items WHERE import_id = $2) AS items,
       (SELECT count(DISTINCT (path, line))::int FROM import_items WHERE import_id = $2) AS places`,
    [project.id, id],
  );
  const articles = count - 3;
  expect(rows).toEqual([
    { articles, versions: articles, searchable: articles, items: count, places: count },
  ]);
}

test("an import goes on where a killed process left it, without a loss or a double", async () => {
  const large = await aLargeImport();
  const held = await heldAt(large.id, 1700);
  const first = aJobsProcess();
  await held.reached();
  first.kill("SIGKILL");
  await once(first, "exit");
  await held.letGo();
  const left = await large.state();
  expect(left.state).toBe("running");
  expect(left.created).toBeGreaterThan(0);
  expect(left.created).toBeLessThan(1700);
  aJobsProcess();
  await until(large, ({ finished_at: finishedAt }) => finishedAt !== null);
  await expectWhole(large);
});

test("a process that is told to stop does so after the batch at hand, and another goes on", async () => {
  const large = await aLargeImport();
  const held = await heldAt(large.id, 1700);
  const first = aJobsProcess();
  await held.reached();
  first.kill("SIGTERM");
  const ended = once(first, "exit");
  await held.letGo();
  const [code] = await ended;
  expect(code).toBe(0);
  const left = await large.state();
  expect(left.state).toBe("running");
  expect(left.created).toBeLessThan(count - 3); // it did not stay to the end
  aJobsProcess();
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
  const received = await receiveImport(operator, project.slug, {
    format: "auto",
    files: files(),
  });
  await importFiles(operator, project.slug, { format: "auto", files: [aFile("a.txt", "Text 0")] });
  await database().pool.query(
    `WITH i AS (UPDATE imports SET state = 'running', next_file = 1, created = 1 WHERE id = $1 RETURNING id)
     INSERT INTO import_items (import_id, item, path, outcome, article_id, title)
     SELECT i.id, 0, 'a.txt', 'created', a.id, a.title FROM i, articles a WHERE a.project_id = $2`,
    [received.id, project.id],
  );
  await runQueued(database(), received.id, unheard);
  return importOf(operator, project.slug, received.id);
}

test("one that goes on knows the articles of the files before", async () => {
  expect(await anImportAfterItsFirstFile()).toMatchObject({
    created: 201,
    rejected: [{ path: "a.txt", reason: expect.stringContaining("has this path: a.txt.") }],
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

/** A process that receives an upload which never ends, once some of it is stored. */
async function aReceivingProcess(): Promise<{ child: ChildProcess; projectId: string }> {
  const project = await aProject();
  const script = fileURLToPath(new URL("../setup/receiving-process.ts", import.meta.url));
  const args = ["--import", "tsx", script, project.slug];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  while ((await uploadsInto(project.id)).chunks === 0) await pause(20);
  return { child, projectId: project.id };
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of stream) found.push(one);
  return found;
}

async function uploadsInto(projectId: string): Promise<{ imports: number; chunks: number }> {
  const { rows } = await database().pool.query(
    `SELECT count(DISTINCT i.id)::int AS imports, count(c.chunk)::int AS chunks
       FROM imports i LEFT JOIN import_chunks c ON c.import_id = i.id WHERE i.project_id = $1`,
    [projectId],
  );
  return rows[0];
}

/** Lets jobs look once at what there is. */
async function aLook({ uploadPatience = 0 } = {}): Promise<void> {
  const jobs = await startJobs({ uploadPatience });
  await jobs.stop();
}

test("an upload is left alone while its process lives, and forgotten once that has died", async () => {
  const { child, projectId } = await aReceivingProcess();
  await aLook();
  expect(await uploadsInto(projectId)).toMatchObject({ imports: 1 });
  child.kill("SIGKILL");
  await once(child, "exit");
  while ((await uploadsInto(projectId)).imports > 0) await aLook(); // its connection may end later
  expect(await uploadsInto(projectId)).toEqual({ imports: 0, chunks: 0 });
});

test("a process that lost its connection has a while to say that it lives", async () => {
  const { projectId } = await aReceivingProcess();
  const lost = await database().pool.query<{ pid: number }>(
    `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'gainsay uploads'`,
  );
  const pids = lost.rows.map(({ pid }) => pid); // which hold it until they have ended
  await aLook({ uploadPatience: 60_000 });
  const isHeld = async () =>
    (
      await database().pool.query(
        `SELECT FROM pg_locks l JOIN pg_stat_activity USING (pid)
          WHERE l.locktype = 'advisory' AND datname = current_database()
            AND application_name = 'gainsay uploads' AND pid <> ALL($1)`,
        [pids],
      )
    ).rowCount !== 0;
  while (!(await isHeld())) await pause(50);
  await aLook();
  expect(await uploadsInto(projectId)).toMatchObject({ imports: 1 });
});

test("several uploads are held at once, each for as long as it arrives", async () => {
  const { pool } = database();
  const project = await aProject();
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO imports (id, project_id, format, state)
     SELECT gen_random_uuid(), $1, 'auto', 'receiving' FROM generate_series(1, 6) RETURNING id`,
    [project.id],
  );
  const ids = rows.map(({ id }) => id);
  const held = async () => {
    const free = await unheldUploads(pool);
    return ids.filter((id) => !free.includes(id));
  };
  const letGo = await Promise.all(ids.map((id) => holdUpload(database(), id)));
  expect(await held()).toEqual(ids);
  await Promise.all(letGo.slice(0, 4).map((end) => end()));
  expect(await held()).toEqual(ids.slice(4));
  await Promise.all(letGo.slice(4).map((end) => end()));
  await expect.poll(held).toEqual([]);
  await pool.query("DELETE FROM imports WHERE project_id = $1", [project.id]);
});

test("an upload that was taken for abandoned is to be sent again", async () => {
  const project = await aProject();
  const forget = async () => {
    await database().pool.query("DELETE FROM imports WHERE project_id = $1", [project.id]);
  };
  async function* bytes() {
    for (let sent = 0; sent < 12; sent += 1) {
      if (sent === 10) await forget();
      yield new Uint8Array(1024 * 1024).fill(97);
    }
  }
  const files = (async function* () {
    yield { path: "a.txt", stream: bytes() };
  })();
  await expect(
    receiveImport(operator, project.slug, { format: "text", files }),
  ).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("send it again"),
  });
});

test("a database that dies again and again does not use up an import's attempts", async () => {
  const dataDir = aReachableFolder("gainsay-jobs-");
  const embedded = await startEmbedded({ dataDir, settings: { fsync: "off" } });
  const before = process.env.DATABASE_URL;
  onTestFinished(async () => {
    await useDatabase(before ?? "");
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  await migrate(embedded.url);
  await useDatabase(embedded.url);
  const large = await aLargeImport();
  for (let crash = 0; crash < 4; crash += 1) {
    const held = await heldAt(large.id, 3);
    const run = runQueued(database(), large.id, unheard);
    run.catch(() => undefined);
    await held.reached();
    const { rows } = await database().pool.query("SELECT pg_read_file('postmaster.pid') AS file");
    process.kill(processId(rows[0].file), "SIGKILL");
    await expect(run).rejects.toMatchObject({ code: "unavailable" });
    await held.letGo().catch(() => undefined);
    await vi.waitFor(() => database().pool.query("SELECT 1"), { timeout: 60_000 });
  }
  await database().pool.query("DROP TRIGGER hold ON import_items");
  await runQueued(database(), large.id, unheard);
  await expectWhole(large);
});

async function useDatabase(url: string): Promise<void> {
  await closeDatabase();
  process.env.DATABASE_URL = url;
}

test("a defect fails the import, once, and is told under its id; mended, it goes on", async () => {
  const large = await aLargeImport();
  const defects: unknown[] = [];
  const options = { ...unheard, onDefect: (_error: unknown, id: string) => defects.push(id) };
  await database().pool.query("ALTER TABLE search_waiting RENAME TO elsewhere");
  try {
    await runQueued(database(), large.id, options);
    await runQueued(database(), large.id, options);
    expect(defects).toEqual([large.id]);
    expect(await large.state()).toMatchObject({ state: "failed", resumable: true });
  } finally {
    await database().pool.query("ALTER TABLE elsewhere RENAME TO search_waiting");
  }
  const again = await resumeImport(operator, large.project.slug, large.id);
  expect(again).toMatchObject({ state: "queued", failure: null, resumable: false });
  await runQueued(database(), large.id, options);
  await expectWhole(large);
  const resume = resumeImport(operator, large.project.slug, large.id);
  await expect(resume).rejects.toMatchObject({ code: "conflict" });
});

test("one whose files are gone is not taken up again", async () => {
  const large = await aLargeImport();
  await finishImport(database(), large.id, { failure: "It broke off." });
  await database().pool.query(
    "UPDATE imports SET finished_at = now() - interval '31 days' WHERE id = $1",
    [large.id],
  );
  await aLook();
  expect(await large.state()).toMatchObject({ state: "failed", resumable: false });
  const resume = resumeImport(operator, large.project.slug, large.id);
  await expect(resume).rejects.toMatchObject({ code: "conflict" });
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

test("an upload is stored in pieces of one size, however it came, and nothing holds it any more", async () => {
  const { id } = await aLargeImport();
  const sql = database().pool;
  const files = await all(storedFiles(sql, id, { from: 0 }));
  expect(files.map(({ file }) => file)).toEqual([0, 1, 2]);
  for (const { file, bytes } of files) {
    const pieces = await all(storedBytes(sql, id, file));
    const sizes = pieces.map(({ byteLength }) => byteLength);
    const whole = Math.floor(bytes / CHUNK);
    expect(sizes).toEqual([...Array(whole).fill(CHUNK), bytes - whole * CHUNK]);
  }
  await expect
    .poll(async () => {
      const { rowCount } = await sql.query(
        "SELECT FROM pg_stat_activity WHERE application_name = 'gainsay uploads' AND datname = current_database()",
      );
      return rowCount;
    })
    .toBe(0);
});

test("an upload takes less room where it can, and is read as it came", async () => {
  const { id } = await aLargeImport();
  const text = Buffer.from("Nobody poisoned the well. ".repeat(2000));
  const random = randomBytes(50_000);
  const store = (smaller: boolean, ...chunks: { chunk: number; bytes: Buffer }[]) =>
    storeChunks(
      database(),
      id,
      chunks.map((piece) => ({ file: 7, ...piece })),
      { smaller },
    );
  await store(true, { chunk: 0, bytes: text }, { chunk: 1, bytes: random });
  await store(true, { chunk: 2, bytes: Buffer.alloc(0) });
  await store(false, { chunk: 3, bytes: text });
  const { rows } = await database().pool.query<{ size: number }>(
    `SELECT octet_length(bytes) AS size FROM import_chunks
     WHERE import_id = $1 AND file = 7 ORDER BY chunk`,
    [id],
  );
  expect(rows[0]?.size).toBeLessThan(text.byteLength / 2);
  expect(rows.slice(1)).toEqual([
    { size: random.byteLength },
    { size: 0 },
    { size: text.byteLength },
  ]);
  const read = await all(storedBytes(database().pool, id, 7));
  expect(Buffer.concat(read).equals(Buffer.concat([text, random, text]))).toBe(true);
});

test("files of imports that are over are kept no longer than they may be needed", async () => {
  const project = await aProject();
  const sql = database().pool;
  const imports = [
    { name: "done just now", state: "done", days: 0, kept: false },
    { name: "failed a month ago less a day", state: "failed", days: 29, kept: true },
    { name: "failed a month and a day ago", state: "failed", days: 31, kept: false },
    { name: "waits since long", state: "queued", days: null, kept: true },
  ];
  for (const { name, state, days } of imports) {
    await sql.query(
      `WITH i AS (
         INSERT INTO imports (id, project_id, state, format, created_at, finished_at, failure)
         VALUES (gen_random_uuid(), $1, $2::import_state, 'auto', now() - interval '90 days',
           now() - make_interval(days => $3::int), CASE WHEN $2 = 'failed' THEN 'No.' END) RETURNING id),
       f AS (INSERT INTO import_files (import_id, file, path) SELECT id, 0, $4 FROM i)
       INSERT INTO import_chunks (import_id, file, chunk, bytes) SELECT id, 0, 0, 'x' FROM i`,
      [project.id, state, days, name],
    );
  }
  await dropOldBytes(sql, { days: 30 });
  const { rows } = await sql.query<{ path: string }>(
    `SELECT f.path FROM import_files f JOIN import_chunks c USING (import_id)
     JOIN imports i ON i.id = f.import_id WHERE i.project_id = $1 ORDER BY f.path`,
    [project.id],
  );
  expect(rows.map(({ path }) => path)).toEqual(
    imports.filter(({ kept }) => kept).map(({ name }) => name),
  );
});
