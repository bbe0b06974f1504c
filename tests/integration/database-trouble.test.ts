import { createServer } from "node:net";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { hurried, type Limits } from "@/lib/store/connection";
import { CopyRows, copyInto } from "@/lib/store/copy-rows";
import {
  type Database,
  openDatabase,
  pipelinedTransaction,
  sqlTransaction,
  transaction,
} from "@/lib/store/database";
import { takePoint } from "@/lib/store/rate-limits";
import { problem } from "@/lib/web/respond";
import { anotherDatabase } from "../setup/database";

let url: string;
beforeAll(async () => {
  url = await anotherDatabase();
});

function open(
  limits: Partial<Limits> = {},
  { at = url, max }: { at?: string; max?: number } = {},
): Database {
  const db = openDatabase(at, { limits: { ...hurried, ...limits }, ...(max && { max }) });
  onTestFinished(() => db.close());
  return db;
}

/** The ways in which code asks a database, each given SQL that fails. */
const doors: Record<string, (db: Database, sql: string) => Promise<unknown>> = {
  "the pool": (db, sql) => db.pool.query(sql),
  "a transaction over SQL": (db, sql) => sqlTransaction(db, (tx) => tx.query(sql)),
  // What is behind it in the pipeline fails too, and is heard of sooner.
  "a pipeline": (db, sql) =>
    pipelinedTransaction(db, (tx) =>
      Promise.all([Promise.all([Promise.all([tx.query(sql)])]), tx.query("SELECT 1")]),
    ),
  "Prisma outside of a transaction": (db, sql) => db.prisma.$executeRawUnsafe(sql),
  "a transaction over shapes": (db, sql) => transaction(db, (tx) => tx.$executeRawUnsafe(sql)),
};

const unavailable = (reason: string) => ({
  name: "Refusal",
  code: "unavailable",
  details: { reason, retry_after_seconds: expect.any(Number) },
});

/** What PostgreSQL says of itself, whoever is asked: the SQLSTATE, and what it is taken for. */
const told = [
  { state: "08006", meaning: "connection failure", reason: "away" },
  { state: "28P01", meaning: "a password that was changed", reason: "away" },
  { state: "40001", meaning: "serialisation failure", reason: "busy" },
  { state: "40P01", meaning: "deadlock", reason: "busy" },
  { state: "25006", meaning: "read-only transaction", reason: "read_only" },
  { state: "53100", meaning: "disk full", reason: "full" },
  { state: "53200", meaning: "out of memory", reason: "busy" },
  { state: "53300", meaning: "too many connections", reason: "crowded" },
  { state: "53400", meaning: "a configured limit", reason: "busy" },
  { state: "55P03", meaning: "lock not available", reason: "busy" },
  { state: "57014", meaning: "query cancelled", reason: "busy" },
  { state: "57P01", meaning: "shutting down", reason: "away" },
  { state: "57P02", meaning: "crashed", reason: "away" },
  { state: "57P03", meaning: "starting", reason: "away" },
  { state: "57P05", meaning: "idle for too long", reason: "away" },
  { state: "58030", meaning: "input or output failed", reason: "away" },
];

test.for(told.flatMap((row) => Object.keys(doors).map((door) => ({ ...row, door }))))(
  "$state ($meaning) is expected trouble through $door",
  async ({ state, reason, door }) => {
    const failing = `DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = '${state}'; END $$`;
    await expect(doors[door]?.(open(), failing)).rejects.toMatchObject(unavailable(reason));
  },
);

test.for(["22003", "23505", "42P01", "XX001"])("%s stays a defect", async (state) => {
  const failing = `DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = '${state}'; END $$`;
  for (const ask of Object.values(doors)) {
    await expect(ask(open(), failing)).rejects.not.toMatchObject({ name: "Refusal" });
  }
});

/** Ways to have no database at all, or none that answers. */
const absent: { name: string; at: () => Promise<string> | string; reason: string }[] = [
  { name: "nobody listens", at: () => "postgresql://a:b@127.0.0.1:1/c", reason: "away" },
  { name: "its host is unknown", at: () => "postgresql://a:b@nowhere.invalid/c", reason: "away" },
  { name: "it never answers", at: silentServer, reason: "away" },
  {
    name: "its database is gone",
    at: () => changed((to) => (to.pathname = "/gone")),
    reason: "away",
  },
  {
    name: "it refuses the password",
    at: () => changed((to) => (to.password = "x")),
    reason: "away",
  },
];

test.for(absent)("where $name, every way of asking says so", async ({ at, reason }) => {
  const db = open({ connection: 500 }, { at: await at() });
  for (const ask of Object.values(doors)) {
    await expect(ask(db, "SELECT 1")).rejects.toMatchObject(unavailable(reason));
  }
  const limit = { name: "trouble", points: 1, seconds: 1 };
  await expect(takePoint(db, limit, "a")).rejects.toMatchObject(unavailable(reason));
});

function changed(change: (to: URL) => void): string {
  const to = new URL(url);
  change(to);
  return to.href;
}

/** Takes connections and says nothing, as a postmaster that was stopped does. */
async function silentServer(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `postgresql://a:b@127.0.0.1:${typeof address === "object" ? address?.port : 0}/c`;
}

test.for(Object.keys(doors))("a backend that is killed under %s is trouble", async (door) => {
  const kill = "DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$";
  const db = open();
  await expect(doors[door]?.(db, kill)).rejects.toMatchObject(unavailable("away"));
  await expect(doors[door]?.(db, "SELECT 1")).resolves.toBeDefined();
});

test.for(Object.keys(doors))("a backend that stands still under %s is given up", async (door) => {
  const db = open({ answer: 400, statement: 0 });
  const pids = await stoppedBackends(db);
  await expect(doors[door]?.(db, "SELECT 1")).rejects.toMatchObject(unavailable("away"));
  expect(pids).not.toHaveLength(0);
  // Its connection is not used again.
  await expect(doors[door]?.(db, "SELECT 1")).resolves.toBeDefined();
});

/** Stops the one backend that a pool has made so far. */
async function stoppedBackends(db: Database): Promise<number[]> {
  const { rows } = await db.pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  for (const { pid } of rows) {
    process.kill(pid, "SIGSTOP");
    onTestFinished(() => void process.kill(pid, "SIGCONT"));
  }
  return rows.map(({ pid }) => pid);
}

test("a statement beyond its time is ended by the server, and its connection is kept", async () => {
  const client = await open({ statement: 100 }).pool.connect();
  const sleeping = client.query("SELECT pg_sleep(60)");
  await expect(sleeping).rejects.toMatchObject(unavailable("busy"));
  await expect(client.query("SELECT 1")).resolves.toBeDefined();
  client.release();
});

test("who waits for a locked row gives up, and then others are served", async () => {
  const holder = open();
  const db = open({ lock: 200 }, { max: 20 });
  await db.pool.query("CREATE TABLE IF NOT EXISTS locked AS SELECT 1 AS id");
  await sqlTransaction(holder, async (tx) => {
    await tx.query("SELECT * FROM locked FOR UPDATE");
    const waiting = Array.from({ length: 25 }, () =>
      db.pool.query("SELECT * FROM locked FOR UPDATE"),
    );
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(25).fill("rejected"));
    await expect(db.pool.query("SELECT 1")).resolves.toBeDefined();
  });
});

test("a pool whose connections are all in use says so", async () => {
  const db = open({ connection: 200 }, { max: 1 });
  const held = await db.pool.connect();
  try {
    for (const ask of Object.values(doors)) {
      await expect(ask(db, "SELECT 1")).rejects.toMatchObject({ code: "unavailable" });
    }
  } finally {
    held.release();
  }
});

test("a transaction over shapes that takes too long is trouble, not a defect", async () => {
  const db = open({ statement: 0 });
  const slow = transaction(
    db,
    async (tx) => {
      await tx.$executeRawUnsafe("SELECT pg_sleep(0.05)");
      await new Promise((resolve) => setTimeout(resolve, 300));
      await tx.$executeRawUnsafe("SELECT 1");
    },
    { timeout: 200 },
  );
  await expect(slow).rejects.toMatchObject(unavailable("busy"));
});

test("COPY into a connection that breaks is trouble", async () => {
  const db = open();
  const client = await db.pool.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  await db.pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
  const table = { target: "copied (id)", rows: () => new CopyRows(1).row().int(1) };
  await client.query("CREATE TEMP TABLE copied (id int)").catch(() => undefined);
  await expect(copyInto(client, table)).rejects.toMatchObject(unavailable("away"));
  client.release(true);
});

test("trouble is answered with 503 and when to try again", async () => {
  const error = await open({ connection: 200 }, { at: "postgresql://a:b@127.0.0.1:1/c" })
    .pool.query("SELECT 1")
    .catch((thrown: unknown) => thrown);
  const answer = problem(error);
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ code: "unavailable", reason: "away" });
});
