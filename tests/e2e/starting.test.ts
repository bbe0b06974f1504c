import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { embeddedUrl } from "@/lib/store/server/embedded";
import { anotherDatabase } from "../setup/database";
import { aReachableFolder } from "../setup/folder";
import { aRunningGainsay } from "../setup/gainsay";
import { aPort } from "../setup/port";
import { processId } from "../setup/process-id";

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

/** Gainsay as `npm start` starts it: by the launcher, which waits for the program. */
async function launched() {
  const child = spawn(process.execPath, ["scripts/start.mjs", "--no-seeds"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      ...process.env,
      DATABASE_URL: await anotherDatabase(),
      NEXTAUTH_SECRET: "a secret of the tests, longer than 32 characters",
      PORT: String(await aPort()),
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
  }
  const ended = once(child, "exit");
  while (!said.includes("Gainsay runs at") && child.exitCode === null) await pause(20);
  const pid = processId(child.pid);
  return { pid, said: () => said, code: async () => (await ended)[0] as number | null };
}

test.for([
  { name: "SIGINT to the launcher alone", whom: (pid: number) => pid, signal: "SIGINT" },
  { name: "Ctrl-C, which goes to the whole group", whom: (pid: number) => -pid, signal: "SIGINT" },
  { name: "SIGTERM to the launcher alone", whom: (pid: number) => pid, signal: "SIGTERM" },
])("$name ends it once, cleanly", async ({ whom, signal }) => {
  const { pid, said, code } = await launched();
  process.kill(whom(pid), signal);
  expect(await code()).toBe(0);
  expect(said().match(/Stopping/g)).toHaveLength(1);
});

test("a second order ends it at once, whoever still waits for an answer", async () => {
  const gainsay = await aRunningGainsay();
  const upload = request(`${gainsay.url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { origin: gainsay.url, "content-length": "1000" },
  });
  upload.on("error", () => undefined);
  upload.write("email=");
  await expect.poll(async () => (await fetch(`${gainsay.url}/healthz`)).status).toBe(200);
  process.kill(gainsay.pid, "SIGTERM");
  while (!gainsay.log().includes("Stopping")) await pause(20);
  await pause(600); // what follows sooner is the same order, by another way
  expect(await gainsay.stop()).toBe(143);
});
