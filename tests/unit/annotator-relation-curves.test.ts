import { expect, test } from "vitest";
import { apart } from "@/lib/annotator/relation-curves";

const named = (name: string, x: number, y: number) => ({ name, at: { x, y } });

test("names on each other are moved apart, the others stay", () => {
  const names = [named("denies", 50, 20), named("denies", 55, 24), named("source of", 300, 22)];
  const placed = apart(names);
  expect([placed[0], placed[2]]).toEqual([names[0], names[2]]);
  expect(placed[1]?.at.x).toBe(55);
  expect(Math.abs((placed[1]?.at.y ?? 0) - 20)).toBeGreaterThanOrEqual(14);
});

test("a whole pile is unpiled", () => {
  const lines = apart(Array.from({ length: 7 }, () => named("denies", 50, 20))).map(
    ({ at }) => at.y,
  );
  const sorted = lines.toSorted((a, b) => a - b);
  for (const [index, y] of sorted.slice(1).entries()) {
    expect(y - (sorted[index] ?? 0)).toBeGreaterThanOrEqual(14);
  }
});
