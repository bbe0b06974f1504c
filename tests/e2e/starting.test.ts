import { rmSync } from "node:fs";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { embeddedUrl } from "@/lib/store/server/embedded";
import { aReachableFolder } from "../setup/folder";
import { aRunningGainsay } from "../setup/gainsay";

function aDataDir(): string {
  const dataDir = aReachableFolder("gainsay-start-");
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

test("a first start fills the samples, names the setup link, and ends cleanly; a second one keeps all", async () => {
  const GAINSAY_DATA_DIR = aDataDir();
  const first = await aRunningGainsay({ env: { GAINSAY_DATA_DIR, NEXTAUTH_SECRET: "" }, args: [] });
  const link = /http:\S+\/setup\/\S+/.exec(first.log())?.[0];
  expect((await fetch(link ?? "")).status).toBe(200);
  expect(await first.stop()).toBe(0);
  expect(await embeddedUrl(GAINSAY_DATA_DIR)).toBeNull();

  const second = await first.restart();
  const url = await embeddedUrl(GAINSAY_DATA_DIR);
  const client = new Client({ connectionString: url ?? "" });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS articles FROM articles");
  await client.end();
  expect(rows).toEqual([{ articles: 12 }]);
  expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
});

test("an app that was killed leaves nothing in the way of the next start", async () => {
  const GAINSAY_DATA_DIR = aDataDir();
  const killed = await aRunningGainsay({ env: { GAINSAY_DATA_DIR } });
  await killed.kill("SIGKILL");
  const next = await killed.restart();
  expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
});
