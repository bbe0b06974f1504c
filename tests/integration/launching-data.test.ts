import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import {
  type Embedded,
  type EmbeddedOptions,
  embeddedUrl,
  keepEmbedded,
  releaseEmbedded,
  startEmbedded,
} from "@/lib/store/server/embedded";
import { makeLogAhead } from "@/lib/store/server/log-ahead";
import { aReachableFolder } from "../setup/folder";
import { postmasterOf } from "../setup/process-id";

/** Nothing here tests the disk, so nothing waits for it. */
const settings = { fsync: "off" };

const used = aReachableFolder("gainsay-launch-");

beforeAll(async () => {
  await (await startEmbedded({ dataDir: used })).stop();
});

afterAll(() => rmSync(used, { recursive: true }));

function anEmptyFolder(): string {
  const dataDir = aReachableFolder("gainsay-launch-");
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** A folder that a first start has filled, and that nobody uses. */
function aDataDir(): string {
  const dataDir = anEmptyFolder();
  execFileSync("cp", ["-a", `${used}/.`, dataDir]);
  // Its own port, or every server would be met by the others on the first one's.
  rmSync(join(dataDir, "database-port"));
  return dataDir;
}

async function started(dataDir: string, options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, settings, ...options });
  onTestFinished(() => embedded.stop());
  return embedded;
}

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return rows.map((row: T[]) => row[0] as T); // one column is asked for
  } finally {
    await client.end();
  }
}

async function killed(dataDir: string): Promise<void> {
  const pid = postmasterOf(dataDir);
  process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 30_000 });
}

const codeOf = (work: Promise<unknown>) =>
  expect(work).rejects.toMatchObject({ name: "Refusal", code: "unavailable" });

test("a new folder becomes a durable UTF-8 database behind a password", async () => {
  const dataDir = anEmptyFolder();
  const { url } = await started(dataDir, { settings: {} });
  const facts = await ask<string>(
    url,
    `SELECT current_setting(name) FROM unnest(ARRAY['server_encoding', 'fsync', 'synchronous_commit',
       'full_page_writes', 'data_checksums', 'listen_addresses', 'password_encryption']) AS name`,
  );
  expect(facts).toEqual(["UTF8", "on", "on", "on", "on", "127.0.0.1", "scram-sha-256"]);
  expect(statSync(join(dataDir, "database-password")).mode & 0o777).toBe(0o600);
  await expect(ask(url.replace(/:[^:@]+@/, ":wrong@"), "SELECT 1")).rejects.toMatchObject({
    code: "28P01",
  });
});

test.for([
  { script: "Russian", word: "выборы", upper: "ВЫБОРЫ" },
  { script: "Chinese", word: "选举干预", upper: "选举干预" },
  { script: "Persian", word: "انتخابات", upper: "انتخابات" },
])("$script letters are letters to search and case", async ({ word, upper }) => {
  const { url } = await started(aDataDir());
  await ask(url, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
  const [trigrams] = await ask<number>(url, `SELECT cardinality(show_trgm('${word}'))`);
  const [lower] = await ask<string>(url, `SELECT lower('${upper}')`);
  expect(trigrams).toBeGreaterThan(word.length);
  expect(lower).toBe(word);
});

test("a second start finds what was written, at the same address", async () => {
  const dataDir = aDataDir();
  const first = await started(dataDir);
  await ask(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  await first.stop();
  const second = await started(dataDir);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, "SELECT n FROM kept")).toEqual([7]);
});

test("what was committed before PostgreSQL was killed is there after the next start", async () => {
  const dataDir = aDataDir();
  const first = await started(dataDir, { settings: {} });
  await ask(first.url, "CREATE TABLE kept AS SELECT generate_series(1, 3) AS n");
  await killed(dataDir);
  expect(existsSync(join(dataDir, "pg", "postmaster.pid"))).toBe(true);
  const second = await started(dataDir);
  expect(await ask(second.url, "SELECT n FROM kept")).toEqual([1, 2, 3]);
});

test("a server that dies under us is started again at the same address", async () => {
  const dataDir = aDataDir();
  const notices: string[] = [];
  const { url } = await started(dataDir, { onNotice: (notice) => notices.push(notice) });
  const before = postmasterOf(dataDir);
  await killed(dataDir);
  await vi.waitFor(async () => expect(await ask(url, "SELECT 1")).toEqual([1]), {
    timeout: 20_000,
  });
  expect(postmasterOf(dataDir)).not.toBe(before);
  await vi.waitFor(() => expect(notices).toHaveLength(1));
});

test("a postmaster.pid whose number belongs to another program now is seen through", async () => {
  const dataDir = aDataDir();
  writeFileSync(
    join(dataDir, "pg", "postmaster.pid"),
    [process.pid, join(dataDir, "pg"), 1, 5432, "", "127.0.0.1", "", "ready", ""].join("\n"),
  );
  const { url } = await started(dataDir);
  expect(await ask(url, "SELECT 1")).toEqual([1]);
});

test("an interrupted first start is begun again", async () => {
  const dataDir = anEmptyFolder();
  mkdirSync(join(dataDir, "pg.new", "base"), { recursive: true });
  writeFileSync(join(dataDir, "pg.new", "PG_VERSION"), "18\n");
  const { url, notices } = await started(dataDir);
  expect(await ask(url, "SELECT 1")).toEqual([1]);
  expect(notices).toEqual([]);
});

test("a half-written data folder is put aside, not deleted", async () => {
  const dataDir = anEmptyFolder();
  mkdirSync(join(dataDir, "pg"));
  writeFileSync(join(dataDir, "pg", "PG_VERSION"), "18\n");
  const { url, notices } = await started(dataDir);
  expect(await ask(url, "SELECT 1")).toEqual([1]);
  expect(notices).toHaveLength(1);
  const aside = readdirSync(dataDir).find((name) => name.startsWith("pg.unfinished-"));
  expect(readdirSync(join(dataDir, aside ?? ""))).toEqual(["PG_VERSION"]);
});

test("a folder that lost PG_VERSION is left alone", async () => {
  const dataDir = aDataDir();
  rmSync(join(dataDir, "pg", "PG_VERSION"));
  const before = readdirSync(join(dataDir, "pg")).length;
  await codeOf(startEmbedded({ dataDir, settings }));
  expect(readdirSync(join(dataDir, "pg"))).toHaveLength(before);
});

test("another version's data is left alone", async () => {
  const dataDir = aDataDir();
  writeFileSync(join(dataDir, "pg", "PG_VERSION"), "15\n");
  await expect(startEmbedded({ dataDir, settings })).rejects.toThrow(
    /PostgreSQL 15.*PostgreSQL 18/,
  );
});

test("a lost password is set anew", async () => {
  const dataDir = aDataDir();
  const first = await started(dataDir);
  await ask(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  await first.stop();
  rmSync(join(dataDir, "database-password"));
  const second = await started(dataDir);
  expect(second.url).not.toBe(first.url);
  expect(await ask(second.url, "SELECT n FROM kept")).toEqual([7]);
});

test("a taken port is avoided", async () => {
  const dataDir = aDataDir();
  const other = await started(aDataDir());
  writeFileSync(join(dataDir, "database-port"), new URL(other.url).port);
  const { url } = await started(dataDir);
  expect(url).not.toContain(`:${new URL(other.url).port}/`);
  expect(await ask(url, "SELECT 1")).toEqual([1]);
});

test("the last one to leave stops the server, and a kept one goes on", async () => {
  const dataDir = aDataDir();
  const first = await started(dataDir);
  const second = await started(dataDir);
  expect(second.url).toBe(first.url);
  await first.stop();
  expect(await ask(second.url, "SELECT 1")).toEqual([1]);
  await second.stop();
  expect(await embeddedUrl(dataDir)).toBeNull();
  const url = await keepEmbedded(dataDir);
  onTestFinished(async () => {
    await releaseEmbedded(dataDir);
  });
  await (await started(dataDir)).stop();
  expect(await ask(url, "SELECT 1")).toEqual([1]);
});

test("of two apps on one folder the second is told where the first runs", async () => {
  const dataDir = aDataDir();
  await started(dataDir, { address: "http://127.0.0.1:3000" });
  await expect(startEmbedded({ dataDir, address: "http://127.0.0.1:3001" })).rejects.toThrow(
    /already runs on .* at http:\/\/127\.0\.0\.1:3000 /,
  );
});

test("processes that start at once share one server", async () => {
  const dataDir = aDataDir();
  const servers = await Promise.all([started(dataDir), started(dataDir), started(dataDir)]);
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
});

test("what a process that died left does not count", async () => {
  const dataDir = aDataDir();
  writeFileSync(join(dataDir, "lock"), JSON.stringify({ pid: 999_999_999, started: "1" }));
  writeFileSync(join(dataDir, "users", "cut-off.json"), "");
  const { url } = await started(dataDir);
  expect(await ask(url, "SELECT 1")).toEqual([1]);
});

/** Looks again and again for the server of a folder while it starts. */
async function whileItStarts(dataDir: string, met: (pid: number) => void, until: Promise<unknown>) {
  let over = false;
  const end = () => {
    over = true;
  };
  until.then(end, end);
  while (!over) {
    try {
      met(postmasterOf(dataDir));
    } catch {
      // not there, or gone already
    }
    await new Promise(setImmediate);
  }
}

test("a server that is killed while it recovers is told as what it is, and its data is kept", async () => {
  const dataDir = aDataDir();
  const first = await started(dataDir, { settings: {} });
  await ask(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  // So much that it still recovers when this process, which others may keep from running, comes to kill it.
  await ask(
    first.url,
    "CREATE TABLE much AS SELECT n, md5(n::text) AS words FROM generate_series(1, 400000) AS n",
  );
  await killed(dataDir);
  await first.stop();
  const starting = startEmbedded({ dataDir, settings });
  await whileItStarts(dataDir, (pid) => process.kill(pid, "SIGKILL"), starting);
  const told = await starting.catch((error: unknown) => String(error));
  expect(told).toMatch(/ended the database while it started \(SIGKILL\).*keep that folder/);
  expect(told).not.toMatch(/move|empty|delete/);
  const { url } = await started(dataDir);
  expect(await ask(url, "SELECT n FROM kept")).toEqual([7]);
});

test("whoever is told to stop while the server starts leaves nothing running", async () => {
  const dataDir = aDataDir();
  const stop = new AbortController();
  const starting = startEmbedded({ dataDir, settings, signal: stop.signal });
  await whileItStarts(dataDir, () => stop.abort(new Error("told to stop")), starting);
  await expect(starting).rejects.toThrow("told to stop");
  expect(await embeddedUrl(dataDir)).toBeNull();
});

test("the log has its files before they are needed, and takes them again", async () => {
  const { url } = await started(aDataDir(), { settings: { ...settings, min_wal_size: "128MB" } });
  const made = async () => {
    const [row] = await ask<{ made: number }>(
      url,
      `SELECT sum(writes)::int AS made FROM pg_stat_io WHERE object = 'wal' AND context = 'init'`,
    );
    return row?.made ?? 0;
  };
  await makeLogAhead(url, { every: 0 });
  const before = await made();
  // Three files' worth, which a new server would have had to make.
  for (let file = 0; file < 3; file += 1) {
    await ask(url, "SELECT pg_logical_emit_message(false, 'test', ''), pg_switch_wal()");
  }
  expect(await made()).toBe(before);
});

test("a log is not made ahead where there is no room, and not twice", async () => {
  const { url } = await started(aDataDir(), { settings: { ...settings, min_wal_size: "128MB" } });
  const files = async () =>
    (await ask<{ name: string }>(url, "SELECT name FROM pg_ls_waldir() ORDER BY name")).length;
  const before = await files();
  await makeLogAhead(url, { every: 0, room: () => false });
  expect(await files()).toBe(before);
  await makeLogAhead(url, { every: 0 });
  const after = await files();
  expect(after).toBeGreaterThanOrEqual(8);
  await makeLogAhead(url, { every: 0 });
  expect(await files()).toBe(after);
});
