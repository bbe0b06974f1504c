import { rm } from "node:fs/promises";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { anotherDatabase } from "../setup/database";
import { aReachableFolder } from "../setup/folder";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { postmasterOf } from "../setup/process-id";

/** What a start and a stop tell people. */
const forPeople = /^(?:|[✓…✗] .*|Gainsay runs at .*|Set up the first administrator.*|Stopping …)$/;

/** The log of a server, without what it tells people. */
function entriesOf(gainsay: RunningGainsay) {
  const lines = gainsay
    .log()
    .split("\n")
    .filter((line) => !forPeople.test(line));
  return lines.map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      throw new Error(`This is no JSON: ${line}`);
    }
  });
}

test("all that a server writes, but for what it tells people, is a line of JSON each", async () => {
  const url = await anotherDatabase();
  const gainsay = await aRunningGainsay({ env: { DATABASE_URL: url } });
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("ALTER TABLE users RENAME TO lost");
  await client.end();
  // A page that fails, of which Next tells the console.
  expect((await fetch(`${gainsay.url}/sign-in`)).status).toBe(500);
  await gainsay.stop();
  const parsed = entriesOf(gainsay);
  for (const entry of parsed) {
    expect(entry).toMatchObject({ level: expect.any(Number), time: expect.any(Number) });
    expect(entry.msg).not.toMatch(/^[⨯✓⚠▲]/);
    expect(entry.msg).not.toContain("\u001b");
  }
  const messages = parsed.map(({ msg, err }) => `${msg} ${err?.message ?? ""}`).join("\n");
  expect(messages).toMatch(/next\.config/);
  expect(messages).toMatch(/lost|users|does not exist/);
});

test("that its database had to be started again is a line of JSON, too", async () => {
  const dataDir = aReachableFolder("gainsay-logging-");
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const gainsay = await aRunningGainsay({ env: { GAINSAY_DATA_DIR: dataDir } });
  process.kill(postmasterOf(dataDir), "SIGKILL");
  const words = "The database had stopped and has been started again.";
  await expect.poll(gainsay.log, { timeout: 60_000 }).toContain(words);
  await gainsay.stop();
  expect(entriesOf(gainsay).map(({ msg }) => msg)).toContain(words);
});
