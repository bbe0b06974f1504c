import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sheet = readFileSync("app/icons.css", "utf8");
const drawn = [
  ...sheet.matchAll(
    /%3Cpath id='(\w+)'(?: stroke-width='[\d.]+')? transform='translate\(0 (\d+)\)'/g,
  ),
];

test("every icon that can be named is drawn, and every drawing can be named", () => {
  const source = readFileSync("components/ui/icons.tsx", "utf8");
  const named = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, name]) => name);
  expect(drawn.map(([, name]) => name)).toEqual(named);
  expect(drawn.length).toBeGreaterThan(20);
});

test("each is found in its place of the one image", () => {
  const places = [...sheet.matchAll(/\.icon-(\w+) \{\n\s+--at: (\d+);/g)].map(([, name, at]) => ({
    name,
    at: Number(at),
  }));
  expect(places).toEqual(drawn.map(([, name, y]) => ({ name, at: Number(y) / 20 })));
  expect(sheet).toContain(`--count: ${drawn.length};`);
  expect(sheet).toContain(`viewBox='0 0 20 ${20 * drawn.length}'`);
});
