import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ActiveLedger,
  acted,
  durationInWords,
  IDLE,
  ledgerIn,
  rested,
  secondsOf,
} from "@/lib/domain/active-time";
import { ActiveTimes, type Told } from "@/lib/sync/active-time";

const fresh: ActiveLedger = { source: "browser", counted: 0, last: null, told: 0 };

/** Seconds at which something is done: "0 10 100!" are two acts and a leaving. */
const after = (written: string) =>
  secondsOf(
    written.split(" ").reduce((ledger, step) => {
      const now = 1000 * Number.parseInt(step, 10);
      return step.endsWith("!") ? rested(ledger, now) : acted(ledger, now);
    }, fresh),
  );

test.for([
  { name: "one act alone", acts: "5", seconds: 0 },
  { name: "what passes between acts", acts: "0 10 25", seconds: 25 },
  { name: "a gap of just a minute", acts: "0 60", seconds: 60 },
  { name: "a longer gap, as a minute", acts: "0 61", seconds: 60 },
  { name: "a night, as a minute", acts: "0 36000 36005", seconds: 65 },
  { name: "what passes until the page is left", acts: "0 10 30!", seconds: 30 },
  { name: "a minute at most until the page is left", acts: "0 500!", seconds: 60 },
  { name: "nothing between leaving and coming back", acts: "0 10! 40 45", seconds: 15 },
  { name: "nothing of leaving without having begun", acts: "10! 20!", seconds: 0 },
  { name: "nothing of a clock that is put back", acts: "100 50 60", seconds: 10 },
])("counts $name", ({ acts, seconds }) => {
  expect(after(acts)).toBe(seconds);
});

const times = fc.array(fc.integer({ min: 0, max: 3600 }), { maxLength: 60 });

test("it is never more than the time from the first act to the last, nor than a minute for each", () => {
  fc.assert(
    fc.property(times, (given) => {
      const seconds = [...given].sort((a, b) => a - b);
      const counted = secondsOf(
        seconds.reduce((ledger, second) => acted(ledger, 1000 * second), fresh),
      );
      expect(counted).toBeLessThanOrEqual((seconds.at(-1) ?? 0) - (seconds[0] ?? 0));
      expect(counted).toBeLessThanOrEqual((IDLE / 1000) * Math.max(0, seconds.length - 1));
    }),
  );
});

test("acts in between never make it less, and make nothing of it count twice", () => {
  fc.assert(
    fc.property(times, times, (one, other) => {
      const count = (given: readonly number[]) =>
        [...given].sort((a, b) => a - b).reduce((ledger, s) => acted(ledger, 1000 * s), fresh)
          .counted;
      const both = count([...one, ...other]);
      expect(both).toBeGreaterThanOrEqual(Math.max(count(one), count(other)));
      // As many seconds as lie within a minute behind some act but the last.
      const all = [...new Set([...one, ...other])].sort((a, b) => a - b);
      const active = all.slice(1).reduce((sum, s, at) => sum + Math.min(60, s - (all[at] ?? s)), 0);
      expect(both).toBe(1000 * active);
    }),
  );
});

test.for([null, "", "{}", "[1]", "null", '{"source":"a","counted":-1,"last":null,"told":0}', "{"])(
  "what is no ledger is none: %s",
  (stored) => {
    expect(ledgerIn(stored)).toBeNull();
  },
);

test("a ledger is read as it was written", () => {
  const ledger = { ...fresh, counted: 1500, last: 7, told: 1 };
  expect(ledgerIn(JSON.stringify(ledger))).toEqual(ledger);
});

test.for([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [89, "1 min"],
  [3570, "1 h"],
  [3900, "1 h 5 min"],
  [7200, "2 h"],
] as const)("%d seconds are %s", ([seconds, words]) => {
  expect(durationInWords(seconds)).toBe(words);
});

/** A server and a browser; `answers` says what becomes of the next reports. */
function aBrowser() {
  const kept = new Map<string, string>();
  const server = new Map<string, Map<string, number>>();
  const world = { now: 0, id: 0, answers: [] as ("lost" | "refused")[], reports: 0 };
  const secondsAt = (set: string) =>
    [...(server.get(set)?.values() ?? [])].reduce((sum, seconds) => sum + seconds, 0);
  const times = (user = "ana") =>
    new ActiveTimes({
      user,
      keeping: {
        get: (name) => kept.get(name) ?? null,
        set: (name, words) => void kept.set(name, words),
        remove: (name) => void kept.delete(name),
        names: () => [...kept.keys()],
      },
      now: () => world.now,
      newId: () => {
        world.id += 1;
        return `source-${world.id}`;
      },
      send: async (set, { source, seconds }): Promise<Told> => {
        world.reports += 1;
        const answer = world.answers.shift();
        if (answer === "refused") return "refused";
        const sources = server.get(set) ?? new Map<string, number>();
        server.set(set, sources);
        // What is lost on its way back has arrived.
        sources.set(source, Math.max(sources.get(source) ?? 0, seconds));
        return answer === "lost" ? "unanswered" : { seconds: secondsAt(set) };
      },
    });
  return { kept, world, times, secondsAt };
}

describe("telling the server", () => {
  test("an answer that is lost makes nothing count twice", async () => {
    const { world, times, secondsAt } = aBrowser();
    const page = times();
    page.act("set");
    world.now = 30_000;
    page.act("set");
    world.answers.push("lost");
    await page.tellAll();
    await page.tellAll();
    expect(secondsAt("set")).toBe(30);
  });

  test("two pages of one set count the same seconds once", async () => {
    const { world, times, secondsAt } = aBrowser();
    const [one, other] = [times(), times()];
    for (let second = 0; second <= 50; second += 5) {
      world.now = second * 1000;
      one.act("set");
      other.act("set");
    }
    await one.tellAll();
    await other.tellAll();
    expect(secondsAt("set")).toBe(50);
  });

  test("what an outage kept from the server is told by another page, of another set", async () => {
    const { world, times, secondsAt, kept } = aBrowser();
    const page = times();
    page.act("one");
    world.now = 20_000;
    page.rest("one");
    world.answers.push("lost");
    // What is lost on the way there, too.
    await page.tellAll();
    world.now = 9_000_000;
    await times().tellAll();
    expect(secondsAt("one")).toBe(20);
    expect(kept.size).toBe(0);
  });

  test("what is told and over is forgotten, and what comes after it is added", async () => {
    const { world, times, secondsAt, kept } = aBrowser();
    const page = times();
    for (const begin of [0, 1_000_000]) {
      world.now = begin;
      page.act("set");
      world.now = begin + 10_000;
      page.rest("set");
      await page.tellAll();
      expect(kept.size).toBe(0);
    }
    expect(secondsAt("set")).toBe(20);
    expect(world.reports).toBe(2);
  });

  test("what is told and has not grown is not told again", async () => {
    const { world, times } = aBrowser();
    const page = times();
    page.act("set");
    world.now = 5000;
    page.act("set");
    await page.tellAll();
    await page.tellAll();
    expect(world.reports).toBe(1);
  });

  test("what the server will not have is not kept, and another user's is left alone", async () => {
    const { world, times, kept } = aBrowser();
    times("ana").act("set");
    times("omid").act("other");
    world.now = 10_000;
    times("ana").rest("set");
    world.answers.push("refused");
    await times("ana").tellAll();
    expect([...kept.keys()]).toEqual(["gainsay:active omid other"]);
  });

  test("a page that crashed has its last minute at most", async () => {
    const { world, times, secondsAt } = aBrowser();
    times().act("set");
    world.now = 5_000_000;
    await times().tellAll();
    expect(secondsAt("set")).toBe(60);
  });
});
