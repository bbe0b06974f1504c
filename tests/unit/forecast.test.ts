import fc from "fast-check";
import { expect, test } from "vitest";
import { FEWEST_DAYS, forecast, HORIZON } from "@/lib/domain/forecast";
import { SeededRandom } from "@/lib/domain/random";
import { addDays, dayOf, mondayOf } from "@/lib/domain/utc-days";

const always = (count: number, days = 28) => Array.from({ length: days }, () => count);

test.for([
  { name: "fewer than seven days", days: always(10, FEWEST_DAYS - 1), rest: 100 },
  { name: "days on which nothing was done", days: always(0), rest: 100 },
  { name: "nothing left", days: always(10), rest: 0 },
])("of $name there is no forecast", ({ days, rest }) => {
  expect(forecast(days, rest)).toBeNull();
});

test("where every day is alike, there is no doubt", () => {
  expect(forecast(always(10), 95)).toEqual({ early: 10, likely: 10, late: 10 });
});

test("what would take more than five years is said so", () => {
  const far = forecast(always(1), HORIZON + 1);
  expect(far).toEqual({ early: null, likely: null, late: null });
  expect(forecast(always(1), HORIZON)).toMatchObject({ likely: HORIZON });
});

test("a week's rhythm is kept: five days of ten and two of none", () => {
  const weeks = Array.from({ length: 28 }, (_, day) => (day % 7 < 5 ? 10 : 0));
  // 100 articles are two weeks of it, wherever a future begins.
  const { early, likely, late } = forecast(weeks, 100) ?? {};
  expect(early).toBeGreaterThanOrEqual(12);
  expect(late).toBeLessThanOrEqual(16);
  expect(likely).toBeGreaterThanOrEqual(early ?? 0);
});

test("the more the days differ, the wider is the interval, about the same middle", () => {
  const uneven = always(0).map((_, day) => (day % 14 === 3 ? 140 : 0));
  const found = forecast(uneven, 1400);
  const even = forecast(always(10), 1400);
  expect((found?.late ?? 0) - (found?.early ?? 0)).toBeGreaterThan(10);
  expect(Math.abs((found?.likely ?? 0) - (even?.likely ?? 0))).toBeLessThan(30);
});

/** How much is done on each of many days by a team that does so much a day, but for weekends. */
function simulated(
  random: SeededRandom,
  perDay: number,
  isRegular: boolean,
  days: number,
): number[] {
  return Array.from({ length: days }, (_, day) => {
    if (day % 7 > 4) return 0;
    const mean = isRegular ? perDay : perDay * ([0, 0.4, 1, 1.6, 2][random.below(5)] ?? 1);
    // As many as come by chance: a Poisson number of that mean (Knuth).
    let count = -1;
    for (let left = 1; left > Math.exp(-mean); count += 1) left *= random.below(1e6) / 1e6;
    return count;
  });
}

// Four weeks are few to know a team by: with all the time in the world it would be eight in ten.
test.for([
  { name: "even days", isRegular: true },
  { name: "good days and bad ones", isRegular: false },
])("of teams with $name, seven to nine in ten are done within the interval", ({ isRegular }) => {
  const random = new SeededRandom(80);
  const TEAMS = 300;
  let [within, early, late] = [0, 0, 0];
  for (let team = 0; team < TEAMS; team += 1) {
    const days = simulated(random, 12, isRegular, 28 + HORIZON);
    const rest = 100 + random.below(300);
    const found = forecast(days.slice(0, 28), rest);
    let [done, took] = [0, 0];
    while (done < rest) done += days[28 + took++] ?? rest;
    if (found?.early == null || found.late === null) throw new Error("It says nothing.");
    if (took < found.early) early += 1;
    else if (took > found.late) late += 1;
    else within += 1;
  }
  expect(within / TEAMS).toBeGreaterThan(0.65);
  expect(within / TEAMS).toBeLessThan(0.95);
  // It errs on both sides alike.
  expect(Math.abs(early - late) / TEAMS).toBeLessThan(0.12);
});

test("the same numbers give the same forecast, in order", () => {
  const days = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 7, maxLength: 28 });
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 5000 }), (recent, rest) => {
      const found = forecast(recent, rest);
      expect(forecast(recent, rest)).toEqual(found);
      if (!found) return;
      const far = Number.POSITIVE_INFINITY;
      expect(found.early ?? far).toBeLessThanOrEqual(found.likely ?? far);
      expect(found.likely ?? far).toBeLessThanOrEqual(found.late ?? far);
    }),
    { numRuns: 30 },
  );
});

test.for([
  ["2026-11-27", "2026-11-23"],
  ["2026-11-23", "2026-11-23"],
  ["2026-11-29", "2026-11-23"],
  ["2027-01-01", "2026-12-28"],
] as const)("the week of %s begins on %s", ([day, monday]) => {
  expect(mondayOf(day)).toBe(monday);
});

test("days are counted over months and leap days", () => {
  expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  expect(dayOf(new Date("2026-11-27T23:59:59.999Z"))).toBe("2026-11-27");
});
