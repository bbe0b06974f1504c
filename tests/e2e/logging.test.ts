import { Client } from "pg";
import { expect, test } from "vitest";
import { anotherDatabase } from "../setup/database";
import { aRunningGainsay } from "../setup/gainsay";

/** What a start and a stop tell people. */
const forPeople = /^(?:|[✓…✗] .*|Gainsay runs at .*|Set up the first administrator.*|Stopping …)$/;

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
  const lines = gainsay
    .log()
    .split("\n")
    .filter((line) => !forPeople.test(line));
  const parsed = lines.map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      throw new Error(`This is no JSON: ${line}`);
    }
  });
  for (const entry of parsed) {
    expect(entry).toMatchObject({ level: expect.any(Number), time: expect.any(Number) });
    expect(entry.msg).not.toMatch(/^[⨯✓⚠▲]/);
    expect(entry.msg).not.toContain("\u001b");
  }
  const messages = parsed.map(({ msg, err }) => `${msg} ${err?.message ?? ""}`).join("\n");
  expect(messages).toMatch(/next\.config/);
  expect(messages).toMatch(/lost|users|does not exist/);
});
