import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every icon that can be named is drawn, and every drawing can be named", () => {
  const source = readFileSync("components/ui/icons.tsx", "utf8");
  const named = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, name]) => name);
  const sheet = readFileSync("app/icons.css", "utf8");
  const drawn = [...sheet.matchAll(/\.icon-(\w+) \{\n\s+--drawing/g)].map(([, name]) => name);
  expect(drawn).toEqual(named);
  expect(drawn.length).toBeGreaterThan(20);
});
