import { expect, test } from "vitest";
import { aRunningGainsay } from "../setup/gainsay";

/** What a start and a stop tell people. */
const forPeople = /^(?:|[✓…✗] .*|Gainsay runs at .*|Set up the first administrator.*|Stopping …)$/;

test("all that a server writes, but for what it tells people, is a line of JSON each", async () => {
  const gainsay = await aRunningGainsay({ env: { NODE_OPTIONS: "--trace-deprecation" } });
  await fetch(`${gainsay.url}/sign-in`);
  // Next complains of this one itself: it asks for a Server Action, of which there is none.
  await fetch(`${gainsay.url}/sign-in`, {
    method: "POST",
    headers: { "next-action": "0".repeat(40), "content-type": "text/plain" },
    body: "[]",
  });
  await fetch(`${gainsay.url}/api/auth/callback/nobody`);
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
  expect(messages).toMatch(/Server Action/);
});
