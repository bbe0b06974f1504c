import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { expect, onTestFinished, test } from "vitest";
import type { Adjudication } from "@/lib/api/adjudication";
import { closeDatabase, database } from "@/lib/store/database";
import { embeddedUrl } from "@/lib/store/server/embedded";
import { aBrowser, pictureOf } from "../setup/browser";
import { type ApiClient, apiClient, aToken } from "../setup/client";
import { anotherDatabase } from "../setup/database";
import { aReachableFolder } from "../setup/folder";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { setUp } from "../setup/people-pages";
import { postmasterOf, processId } from "../setup/process-id";
import { type Marked, markAndSubmit } from "../setup/rounds";
import { aMember, anArticle, aProject } from "../setup/world";

type Acknowledged = { operation: string; span: string };
type OwnSet = { id: string; revision: number; spans: { id: string; note?: string }[] };

async function useDatabase(url: string): Promise<void> {
  await closeDatabase();
  process.env.DATABASE_URL = url;
}

/** A reviewer with a token in a new project with one article of many words. */
async function aReviewer() {
  const project = await aProject();
  const words = Array.from({ length: 3000 }, (_, index) => `word${index}`);
  const article = await anArticle(project.id, words.join(" "));
  const token = await aToken(await aMember(project.id));
  return { article, token };
}

async function ownSet(api: ApiClient, articleId: string): Promise<OwnSet> {
  const { status, body } = await api(`/articles/${articleId}`);
  expect(status).toBe(200);
  // The shape is the API's, which its own tests check.
  return (body as { annotation_set: OwnSet }).annotation_set;
}

/** Labels word after word until told to stop, and writes down what was acknowledged. */
async function keepAnnotating(
  api: () => ApiClient,
  articleId: string,
  text: string,
  until: AbortSignal,
  acknowledged: Acknowledged[],
): Promise<OwnSet> {
  let set = await ownSet(api(), articleId);
  let revision = set.revision;
  let waiting: { operation: string; span: string; body: unknown } | null = null;
  for (let index = 0; !until.aborted; ) {
    const [operation, spanId] = [uuidv7(), uuidv7()];
    if (!waiting) {
      const quote = `word${index}`;
      const start = text.search(new RegExp(`\\b${quote}\\b`));
      const span = {
        id: spanId,
        label: "claim",
        fragments: [{ start, end: start + quote.length }],
        quote,
        attributes: {},
      };
      waiting = { operation, span: spanId, body: { id: operation, type: "add_span", span } };
      index += 1;
    }
    try {
      const { status, body } = await api()(`/annotation-sets/${set.id}/operations`, {
        method: "POST",
        body: { revision, operations: [waiting.body] },
        signal: AbortSignal.timeout(5000),
      });
      if (status === 200) {
        revision = (body as { revision: number }).revision;
        acknowledged.push(waiting);
        waiting = null;
      } else if (status < 500) {
        throw new Error(`Refused with ${status}: ${JSON.stringify(body)}`);
      }
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("Refused")) throw error;
      // Cut off: the same operation is sent again, as a browser does.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  set = await ownSet(api(), articleId);
  return set;
}

/** The processes of an embedded server: its postmaster and what that has begun. */
function serverOf(dataDir: string): number[] {
  const postmaster = postmasterOf(dataDir);
  const begun = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8");
  return [postmaster, ...begun.trim().split(" ").map(processId)];
}

/** A Gainsay that Ana has set up and looks at, with a database that can stand still and go on. */
async function aSiteOfItsOwn() {
  const dataDir = aReachableFolder("gainsay-surviving-");
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const gainsay = await aRunningGainsay({ env: { GAINSAY_DATA_DIR: dataDir } });
  const browser = await aBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await setUp(page, gainsay);
  const server = serverOf(dataDir);
  const signal = (name: NodeJS.Signals) => {
    for (const pid of server) process.kill(pid, name);
  };
  return {
    page,
    url: gainsay.url,
    standStill: () => signal("SIGSTOP"),
    goOn: () => signal("SIGCONT"),
  };
}

test("a page that is opened while the database stands still says so, and comes back by itself", async () => {
  const { page, url, standStill, goOn } = await aSiteOfItsOwn();
  standStill();
  const answer = await page.goto(`${url}/projects`);
  expect(answer?.status()).toBe(503);
  expect(answer?.headers()["retry-after"]).toBeDefined();
  await page.getByRole("heading", { name: "The database is not available" }).waitFor();
  await page.screenshot({ path: pictureOf("database away") });
  const ofArticle = await page.goto(`${url}/projects/sample/articles/${uuidv7()}`);
  expect(ofArticle?.status()).toBe(503);
  await page.getByRole("heading", { name: "The database is not available" }).waitFor();
  await page.goto(`${url}/projects`);
  goOn();
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
});

test("whoever signs out while the database stands still is told that they are still signed in", async () => {
  const { page, url, standStill, goOn } = await aSiteOfItsOwn();
  const signOut = async () => {
    await page.getByRole("button", { name: "Your account: Ana" }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  };
  standStill();
  await signOut();
  await page.getByText("You are still signed in").waitFor();
  expect(page.url()).toBe(`${url}/projects`);
  goOn();
  await page.reload();
  await signOut();
  await page.waitForURL("**/sign-in");
  await page.goto(`${url}/account`);
  await page.waitForURL("**/sign-in?next=*");
});

/** An export that its client does not read. */
async function aHeldExport(url: string, path: string, token: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.pause();
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  return socket;
}

test("twenty exports that nobody reads, and HEAD, keep no request waiting, nor the end", async () => {
  const url = await anotherDatabase();
  await useDatabase(url);
  const project = await aProject();
  for (let at = 0; at < 40; at += 1) await anArticle(project.id, `Text ${at}. `.repeat(40_000));
  const token = await aToken(await aMember(project.id, "admin"));
  const gainsay = await aRunningGainsay({ env: { DATABASE_URL: url } });
  const path = `/api/v1/projects/${project.slug}/export?layer=all`;
  const held = await Promise.all(
    Array.from({ length: 20 }, () => aHeldExport(gainsay.url, path, token)),
  );
  const headers = { authorization: `Bearer ${token}` };
  for (let at = 0; at < 20; at += 1) {
    const head = await fetch(gainsay.url + path, { method: "HEAD", headers });
    expect(head.status).toBe(200);
  }
  expect((await apiClient(gainsay.url, token)("/projects")).status).toBe(200);
  expect((await fetch(`${gainsay.url}/readyz`)).status).toBe(200);
  expect(await gainsay.stop()).toBe(0);
  for (const socket of held) socket.destroy();
  await closeDatabase();
});

/** Waits until a list has grown by some: however slow the machine is. */
async function growth(list: readonly unknown[], by: number): Promise<void> {
  const enough = list.length + by;
  while (list.length < enough) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("no acknowledged operation is lost when the app and PostgreSQL are killed while annotating", async () => {
  const dataDir = aReachableFolder("gainsay-surviving-");
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  let gainsay: RunningGainsay = await aRunningGainsay({ env: { GAINSAY_DATA_DIR: dataDir } });
  await useDatabase((await embeddedUrl(dataDir)) ?? "");
  const { article, token } = await aReviewer();
  let api = apiClient(gainsay.url, token);

  const stop = new AbortController();
  const acknowledged: Acknowledged[] = [];
  const { value } = article.text;
  const working = keepAnnotating(() => api, article.id, value, stop.signal, acknowledged);
  await Promise.race([growth(acknowledged, 20), working]);

  await gainsay.kill("SIGKILL");
  gainsay = await gainsay.restart();
  api = apiClient(gainsay.url, token);
  await Promise.race([growth(acknowledged, 20), working]);

  process.kill(postmasterOf(dataDir), "SIGKILL");
  await Promise.race([growth(acknowledged, 20), working]);

  stop.abort();
  const set = await working;
  const spans = new Set(set.spans.map(({ id }) => id));
  expect(acknowledged.filter(({ span }) => !spans.has(span))).toEqual([]);
  // The database may have died under an idle connection of this process.
  await useDatabase((await embeddedUrl(dataDir)) ?? "");
  const { rows } = await database().pool.query<{ id: string; revision: number }>(
    "SELECT id, revision FROM operations WHERE set_id = $1 ORDER BY revision",
    [set.id],
  );
  const stored = new Set(rows.map(({ id }) => id));
  expect(acknowledged.filter(({ operation }) => !stored.has(operation))).toEqual([]);
  expect(rows.map(({ revision }) => revision)).toEqual(rows.map((_, index) => index + 1));
  await closeDatabase();
});

/** Decides on one passage after the other until told to stop, and writes down which decisions were acknowledged. */
async function keepDeciding(
  api: () => ApiClient,
  articleId: string,
  until: AbortSignal,
  acknowledged: string[],
): Promise<void> {
  const begin = () => api()(`/articles/${articleId}/adjudication`, { method: "POST", body: {} });
  const { gold, sources } = (await begin()).body as Pick<Adjudication, "gold" | "sources">;
  if (!gold) throw new Error("It is begun.");
  let { revision } = gold;
  for (const source of sources.flatMap(({ id: set, spans }) =>
    spans.map((span) => ({ set, span: span.id })),
  )) {
    const decision = {
      id: uuidv7(),
      sources: [source],
      outcome: "rejected",
      spans: [],
      reason: "",
    };
    const operations = [{ id: uuidv7(), type: "add_decision", decision }];
    for (let isKept = false; !isKept && !until.aborted; ) {
      try {
        const { status, body } = await api()(`/annotation-sets/${gold.id}/operations`, {
          method: "POST",
          body: { revision, operations },
          signal: AbortSignal.timeout(5000),
        });
        if (status < 500 && status !== 200) {
          throw new Error(`Refused with ${status}: ${JSON.stringify(body)}`);
        }
        if (status !== 200) continue;
        revision = (body as { revision: number }).revision;
        acknowledged.push(decision.id);
        isKept = true;
      } catch (error) {
        if (error instanceof Error && error.message.startsWith("Refused")) throw error;
        await pause(50); // cut off: the same operation is sent again, as a browser does
      }
    }
  }
}

test("no acknowledged decision is lost when the app and PostgreSQL are killed while adjudicating", async () => {
  const dataDir = aReachableFolder("gainsay-surviving-");
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  let gainsay: RunningGainsay = await aRunningGainsay({ env: { GAINSAY_DATA_DIR: dataDir } });
  await useDatabase((await embeddedUrl(dataDir)) ?? "");
  const project = await aProject();
  const words = Array.from({ length: 3000 }, (_, index) => `word${index}`);
  const article = await anArticle(project.id, words.join(" "));
  const curator = await aMember(project.id, "curator");
  let at = 0;
  const spans = words.map((word): Marked => {
    const start = at;
    at += word.length + 1;
    return ["claim", start, start + word.length];
  });
  // Nobody has what the other has: all of it is for a curator.
  const own = spans.slice(0, 1500);
  for (const marked of [
    own.filter((_, nth) => nth % 2 === 0),
    own.filter((_, nth) => nth % 2 === 1),
  ]) {
    await markAndSubmit(await aMember(project.id), article.id, marked);
  }
  const token = await aToken(curator);
  let api = apiClient(gainsay.url, token);
  const stop = new AbortController();
  const acknowledged: string[] = [];
  const working = keepDeciding(() => api, article.id, stop.signal, acknowledged);
  await Promise.race([growth(acknowledged, 20), working]);

  await gainsay.kill("SIGKILL");
  gainsay = await gainsay.restart();
  api = apiClient(gainsay.url, token);
  await Promise.race([growth(acknowledged, 20), working]);

  process.kill(postmasterOf(dataDir), "SIGKILL");
  await Promise.race([growth(acknowledged, 20), working]);

  stop.abort();
  await working;
  const { body } = await api(`/articles/${article.id}/adjudication`);
  const { gold } = body as Pick<Adjudication, "gold">;
  const kept = new Set(gold?.decisions?.map(({ id }) => id));
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  await useDatabase((await embeddedUrl(dataDir)) ?? "");
  const { rows } = await database().pool.query<{ revision: number }>(
    "SELECT revision FROM operations WHERE set_id = $1 ORDER BY revision",
    [gold?.id],
  );
  expect(rows.map(({ revision }) => revision)).toEqual(rows.map((_, index) => index + 1));
  await closeDatabase();
});

test("two app nodes on one database save into one set without losing or doubling anything", async () => {
  const url = await anotherDatabase();
  await useDatabase(url);
  const nodes = await Promise.all(
    [0, 1].map(() => aRunningGainsay({ env: { DATABASE_URL: url } })),
  );
  const { article, token } = await aReviewer();
  const clients = nodes.map((node) => apiClient(node.url, token));
  const stop = new AbortController();
  let turn = 0;
  // Every request goes to the other node than the one before.
  const next = () => {
    turn += 1;
    const client = clients[turn % clients.length];
    if (!client) throw new Error("There are two nodes.");
    return client;
  };
  const acknowledged: Acknowledged[] = [];
  const working = keepAnnotating(next, article.id, article.text.value, stop.signal, acknowledged);
  await Promise.race([growth(acknowledged, 30), working]);
  stop.abort();
  const set = await working;
  expect(set.spans).toHaveLength(acknowledged.length);
  expect(set.revision).toBe(acknowledged.length);
  await closeDatabase();
});
