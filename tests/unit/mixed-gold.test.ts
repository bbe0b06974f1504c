import { expect, test } from "vitest";
import { mixedWithGold } from "@/lib/domain/rounds";

const candidates = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `${prefix}${String(at).padStart(3, "0")}`,
    language: at % 2 === 0 ? "en" : "fa",
    publisher: null,
    length: 100,
    story: `${prefix}${at}`,
  }));

const [plain, gold] = [candidates("p", 90), candidates("g", 30)];

test.for<{ name: string; percent: number; sample: number | null; all: number; gold: number }>([
  { name: "besides all that there is", percent: 10, sample: null, all: 100, gold: 10 },
  { name: "as a part of a sample", percent: 20, sample: 50, all: 50, gold: 10 },
  { name: "one at least", percent: 1, sample: 10, all: 10, gold: 1 },
  { name: "as many as there are at most", percent: 50, sample: null, all: 120, gold: 30 },
])("gold is mixed in $name", ({ percent, sample, all, gold: mixed }) => {
  const asked = { percent, sample: sample === null ? null : { size: sample, by: [] }, seed: 7 };
  const drawn = mixedWithGold({ plain, gold }, asked);
  expect([drawn.articles.length, drawn.gold.length]).toEqual([all, mixed]);
  expect(new Set(drawn.articles.map(({ id }) => id)).size).toBe(all);
  expect(drawn.gold.every(({ id }) => id.startsWith("g"))).toBe(true);
  expect(mixedWithGold({ plain: plain.toReversed(), gold }, asked)).toEqual(drawn);
});

test("nothing is drawn where there is nothing to mix it into", () => {
  const asked = { percent: 10, sample: null, seed: 7 };
  expect(mixedWithGold({ plain: [], gold }, asked)).toEqual({ articles: [], gold: [] });
});

test("gold is drawn in the strata of the sample", () => {
  const asked = { percent: 20, sample: { size: 50, by: ["language" as const] }, seed: 7 };
  const drawn = mixedWithGold({ plain, gold }, asked);
  expect(drawn.gold.filter(({ language }) => language === "fa")).toHaveLength(5);
});
