import { expect, test } from "vitest";
import { parseJson, readJson } from "@/lib/web/request";

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
  await expect(readJson(request(), 40_000)).resolves.toEqual(JSON.parse(body));
});
