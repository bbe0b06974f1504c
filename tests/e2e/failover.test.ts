import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/store/database";
import { migrate } from "@/lib/store/schema/migrate";
import { type Embedded, startEmbedded } from "@/lib/store/server/embedded";
import { openArticle } from "@/lib/workflow/annotating";
import { sessionCookieOf } from "../setup/annotating";
import { aReachableFolder } from "../setup/folder";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { aMember, anArticle, aProject } from "../setup/world";

// A PostgreSQL with a standby that follows it by streaming replication, and an address that leads to the
// one or the other, as a newsroom's IT sets it up. The tests go on from each other: the primary serves, is
// gone, the standby answers, and is promoted.

const folder = aReachableFolder("gainsay-failover-");
let primary: Embedded;
let standby: Embedded;
let gainsay: RunningGainsay;
/** Where the address leads. */
let leader: URL;
let address: URL;
let cookie: string;
let closeAddress: () => void;
let set: string;
let article: string;
let project: string;

beforeAll(async () => {
  const [first, second] = [join(folder, "primary"), join(folder, "standby")];
  const made = await startEmbedded({ dataDir: first });
  await migrate(made.url);
  await made.stop();
  execFileSync("cp", ["-a", first, second]); // with its owner, who is not root
  primary = await startEmbedded({ dataDir: first });
  const { hostname: host, port, username: user, password } = new URL(primary.url);
  const cluster = join(second, "pg");
  writeFileSync(join(cluster, "standby.signal"), "");
  const follows = `host=${host} port=${port} user=${user} password=${password}`;
  writeFileSync(join(cluster, "postgresql.auto.conf"), `primary_conninfo = '${follows}'\n`);
  standby = await startEmbedded({ dataDir: second });

  leader = new URL(primary.url);
  const server = createServer((socket) => {
    const way = connect(Number(leader.port), leader.hostname);
    socket.pipe(way).pipe(socket);
    for (const [one, other] of [
      [socket, way],
      [way, socket],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAddress = () => server.close();
  address = new URL(primary.url);
  const at = server.address();
  address.port = String(typeof at === "object" ? at?.port : "");
  gainsay = await aRunningGainsay({ env: { DATABASE_URL: address.href } });

  await closeDatabase();
  process.env.DATABASE_URL = primary.url;
  const corpus = await aProject();
  project = corpus.slug;
  article = (await anArticle(corpus.id, "The plot was real. He denied it.")).id;
  const reviewer = await aMember(corpus.id, "admin");
  set = (await openArticle(reviewer, article)).article.annotation_set?.id ?? "";
  const { name, value } = await sessionCookieOf(reviewer);
  cookie = `${name}=${value}`;
  await closeDatabase();
});

afterAll(async () => {
  await gainsay?.stop();
  closeAddress?.();
  await standby?.stop();
  await primary?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An answer's status and body, and when it says to try again. */
async function ask(path: string, body?: unknown) {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const headers = { cookie, origin: gainsay.url, "content-type": "application/json" };
  const response = await fetch(gainsay.url + path, { ...init, headers });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  const after = Number(response.headers.get("retry-after"));
  return { status: response.status, body: isJson ? JSON.parse(text) : text, after };
}

const aNote = (note: string, revision: number, head: string | null) => ({
  revision,
  head,
  operations: [{ id: uuidv7(), type: "set_article_note", note }],
});

const operations = () => `/api/v1/annotation-sets/${set}/operations`;

/** Asks one of the servers itself, past Gainsay. */
async function onServer({ url }: Embedded, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** What the primary acknowledged last, which the standby has never heard of. */
let lost: { revision: number; head: string };

test("a standby follows", async () => {
  const { status } = await ask(operations(), aNote("followed", 0, null));
  expect(status).toBe(200);
  const revision = `SELECT revision FROM annotation_sets WHERE id = '${set}'`;
  await expect.poll(() => onServer(standby, revision), { timeout: 30_000 }).toBe(1);
  expect(await onServer(standby, "SELECT pg_is_in_recovery()")).toBe(true);
});

test("on a standby everything can be read, nothing written, and /readyz says so", async () => {
  // It falls behind before the primary is gone.
  await onServer(standby, "ALTER SYSTEM SET primary_conninfo = ''");
  await onServer(standby, "SELECT pg_reload_conf()");
  const receivers = "SELECT count(*)::int FROM pg_stat_wal_receiver";
  await expect.poll(() => onServer(standby, receivers), { timeout: 30_000 }).toBe(0);
  const known = (await ask(`/api/v1/annotation-sets/${set}`)).body;
  const answer = await ask(operations(), aNote("lost", known.revision, known.head));
  expect(answer.status).toBe(200);
  lost = answer.body;

  leader = new URL(standby.url);
  await primary.stop();
  await expect
    .poll(async () => (await ask("/readyz")).body.detail, { timeout: 60_000 })
    .toBe("The database takes no changes.");
  const ready = await ask("/readyz");
  expect(ready.status).toBe(503);
  expect(ready.after).toBeGreaterThan(0);

  for (const path of [
    "/api/v1/me",
    "/api/v1/projects",
    `/api/v1/projects/${project}/articles`,
    `/api/v1/projects/${project}/articles?q=plot`,
    `/api/v1/projects/${project}/export?layer=all`,
    `/api/v1/articles/${article}`,
    `/api/v1/annotation-sets/${set}`,
    `/api/v1/annotation-sets/${set}/history`,
    "/projects",
    `/projects/${project}/articles`,
    `/projects/${project}/articles/${article}`,
    "/account",
  ]) {
    expect.soft({ path, status: (await ask(path)).status }).toEqual({ path, status: 200 });
  }
  for (const [path, body] of [
    [operations(), aNote("refused", 1, null)],
    [`/api/v1/annotation-sets/${set}/submit`, { revision: 1 }],
    ["/api/v1/tokens", { name: "script" }],
    ["/api/v1/password", { token: "x", password: "y" }],
  ] as const) {
    const refused = await ask(path, body);
    expect.soft({ path, ...refused }).toMatchObject({
      path,
      status: 503,
      body: { code: "unavailable", reason: "read_only" },
    });
    expect.soft(refused.after).toBeGreaterThan(0);
  }
});

test("once it is promoted, Gainsay comes back by itself, and says what was lost", async () => {
  expect(await onServer(standby, "SELECT pg_promote()")).toBe(true);
  await expect.poll(async () => (await ask("/readyz")).status, { timeout: 60_000 }).toBe(200);
  const { head } = lost;
  const other = await ask(operations(), aNote("on the lost", lost.revision, head));
  expect(other).toMatchObject({ status: 409, body: { code: "other_history", revision: 1 } });
  const query = new URLSearchParams({ head });
  const compared = (await ask(`/api/v1/annotation-sets/${set}?${query}`)).body;
  expect(compared).toMatchObject({ revision: 1, note: "followed", common: { revision: 1 } });
  const again = await ask(operations(), aNote("goes on", 1, compared.head));
  expect(again.status).toBe(200);
});
