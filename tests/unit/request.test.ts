import { beforeEach, describe, expect, test, vi } from "vitest";
import { checkOrigin, parseJson, readJson } from "@/lib/web/request";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const list = (count: number, item = "1") => `[${Array(count).fill(item).join(",")}]`;

test.for([
  { name: "text with all that JSON counts by", text: String.raw`{"a,[{\"":"}],\\","b":[1,{}]}` },
  { name: "the deepest", text: nested(41) },
  { name: "the longest list", text: list(1000) },
  { name: "a word that looks like a forbidden key", text: '{"a":"__proto__"}' },
])("$name is read as the engine reads it", ({ text }) => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test.for([
  { name: "too deep a body", text: nested(42), says: /40 levels/ },
  { name: "too deep a body that is no JSON", text: "[".repeat(1_000_000), says: /40 levels/ },
  { name: "too long a list", text: list(1001), says: /1000 members/ },
  { name: "too many values", text: list(300, list(1000)), says: /200000 values/ },
  { name: "a forbidden key", text: '{"a":[{"__proto__":{}}]}', says: /__proto__/ },
  { name: "a forbidden key in escapes", text: String.raw`{"\u005F_proto__":1}`, says: /__proto__/ },
  { name: "half a body", text: '{"a":"', says: /not JSON/ },
])("$name is refused", ({ text, says }) => {
  expect(() => parseJson(text)).toThrow(says);
});

test("a body is 32 KiB at most, unless its endpoint says otherwise", async () => {
  const body = JSON.stringify({ text: "x".repeat(33_000) });
  const headers = { "content-type": "application/json" };
  const request = () => new Request("http://here.invalid/", { method: "POST", body, headers });
  await expect(readJson(request())).rejects.toMatchObject({ code: "too_large" });
  await expect(readJson(request(), { limit: 40_000 })).resolves.toEqual(JSON.parse(body));
});

test("a body may be as large as its limit", async () => {
  const body = JSON.stringify({ text: "x" });
  const headers = { "content-type": "application/json" };
  const request = () => new Request("http://here.invalid/", { method: "POST", body, headers });
  await expect(readJson(request(), { limit: body.length })).resolves.toEqual({ text: "x" });
  await expect(readJson(request(), { limit: body.length - 1 })).rejects.toMatchObject({
    code: "too_large",
  });
});

describe("a body that may be left out", () => {
  const read = (init: RequestInit, optional = true) =>
    readJson(new Request("http://here.invalid/", { method: "POST", ...init }), { optional });

  test("reads as undefined where there is none, or an empty one without a type", async () => {
    expect(await read({})).toBeUndefined();
    expect(await read({ body: new Uint8Array() })).toBeUndefined();
  });

  test.for([
    { name: "has no type", init: { body: new TextEncoder().encode("{}") }, code: "unsupported" },
    { name: "has another type", init: { body: "{}" }, code: "unsupported" },
    {
      name: "is called JSON and empty",
      init: { headers: { "content-type": "application/json" } },
      code: "invalid",
    },
  ])("is refused as any other where it $name", async ({ init, code }) => {
    await expect(read(init)).rejects.toMatchObject({ code });
  });

  test("is refused where it is missing and may not be", async () => {
    await expect(read({}, false)).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("a change by a browser comes from", () => {
  const host = "news.example:3000";
  const asked = (method: string, origin: string | null) => () =>
    checkOrigin(
      new Request("http://here.invalid/", {
        method,
        headers: { host, ...(origin === null ? {} : { origin }) },
      }),
    );
  beforeEach(() => {
    vi.stubEnv("NEXTAUTH_URL", "https://gainsay.example/annotate/");
    return () => vi.unstubAllEnvs();
  });

  test.for([
    { name: "the address that the browser asked", origin: "http://news.example:3000" },
    { name: "it through a proxy that speaks TLS", origin: "https://news.example:3000" },
    { name: "the public address, whatever its path", origin: "https://gainsay.example" },
  ])("$name", ({ origin }) => {
    expect(asked("POST", origin)).not.toThrow();
  });

  test.for([
    { name: "nobody knows where", origin: null },
    { name: "a page without an origin", origin: "null" },
    { name: "another site", origin: "https://evil.example" },
    { name: "another port of this one", origin: "http://news.example:4000" },
    { name: "a name that begins alike", origin: "https://gainsay.example.evil.example" },
    { name: "the public address without TLS", origin: "http://gainsay.example" },
  ])("nowhere else, as $name", ({ origin }) => {
    for (const method of ["POST", "PATCH", "PUT", "DELETE"]) {
      expect(asked(method, origin), method).toThrow(
        "This request did not come from a page of this site.",
      );
    }
  });

  test("anywhere, where it changes nothing", () => {
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      expect(asked(method, "https://evil.example"), method).not.toThrow();
    }
  });
});
