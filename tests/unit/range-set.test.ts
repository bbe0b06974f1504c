import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inTextOrder, type Placed, RangeSet } from "@/lib/domain/range-set";
import { overlap } from "@/lib/domain/span";

/** The runs of dashes: "--  -" are the fragments 0-2 and 4-5. */
const drawn = (picture: string) =>
  [...picture.matchAll(/-+/g)].map(({ index, 0: run }) => ({
    start: index,
    end: index + run.length,
  }));
const item = (id: string, picture: string, label = "claim"): Placed => {
  return { id, label, fragments: drawn(picture) };
};
const ids = (items: Iterable<Placed>) => [...items].map(({ id }) => id).sort();

describe("what overlaps", () => {
  //                    0123456789
  const a = item("a", " ---");
  const b = item("b", "   --  --");
  const c = item("c", "  -----", "denial");
  const set = new RangeSet([c, a, b]);
  test.for([
    { name: "a range before all of them", picture: "-", found: [] },
    { name: "one that touches an item", picture: "-", found: [] },
    { name: "the first character of an item", picture: " -", found: ["a"] },
    { name: "the last one", picture: "        -", found: ["b"] },
    { name: "the gap of an item", picture: "     --", found: ["c"] },
    { name: "a range over all", picture: "---------", found: ["a", "b", "c"] },
    {
      name: "two ranges, and an item under both of them once",
      picture: "   -   -",
      found: ["a", "b", "c"],
    },
    { name: "a range behind all of them", picture: "         --", found: [] },
    { name: "nothing", picture: "", found: [] },
  ])("$name", ({ picture, found }) => {
    expect(ids(set.overlapping(drawn(picture)))).toEqual(found);
  });

  test("only one label, if one is given", () => {
    expect(ids(set.overlapping(drawn("---------"), "denial"))).toEqual(["c"]);
    expect(ids(set.overlapping(drawn("---------"), "rumour"))).toEqual([]);
  });

  test("an empty range has nothing, wherever it lies", () => {
    expect(ids(set.overlapping([{ start: 2, end: 2 }]))).toEqual([]);
  });
});

test("what is not there is not removed, nor is what lies where it was said to lie", () => {
  const set = new RangeSet([item("a", "--")]);
  set.delete(item("b", "--"));
  set.delete(item("a", "--", "denial"));
  expect(ids(set.inOrder())).toEqual(["a"]);
});

test("neither a copy nor what it is of sees what becomes of the other", () => {
  const set = new RangeSet([item("a", "--")]);
  const copy = set.copy();
  copy.add(item("b", " --"));
  set.delete(item("a", "--"));
  expect([ids(set.inOrder()), ids(copy.inOrder())]).toEqual([[], ["a", "b"]]);
});

const picture = fc
  .array(fc.constantFrom("-", " "), { minLength: 1, maxLength: 24 })
  .map((marks) => marks.join(""));
const label = fc.constantFrom("claim", "denial", "attribution");
const step = fc.record({ id: fc.integer({ min: 0, max: 40 }), label, picture });

test("it finds what comparing with every item finds, and undoing gives back every state before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), picture, label, (steps, asked, of) => {
      const set = new RangeSet<Placed>();
      const known = new Map<string, Placed>();
      const undo: { before: RangeSet<Placed>; items: Placed[]; back: () => void }[] = [];
      const agree = () => {
        expect(set.inOrder()).toEqual([...known.values()].sort(inTextOrder));
        const found = [...known.values()].filter(({ fragments }) =>
          overlap(fragments, drawn(asked)),
        );
        expect(ids(set.overlapping(drawn(asked)))).toEqual(ids(found));
        expect(ids(set.overlapping(drawn(asked), of))).toEqual(
          ids(found.filter((one) => one.label === of)),
        );
      };
      for (const { id, label: under, picture: where } of steps) {
        const next = item(String(id), where, under);
        if (next.fragments.length === 0) continue;
        const last = known.get(next.id);
        const before = set.copy();
        const items = set.inOrder();
        if (last) {
          set.delete(last);
          known.delete(last.id);
          undo.push({ before, items, back: () => set.add(last) });
        } else {
          set.add(next);
          known.set(next.id, next);
          undo.push({ before, items, back: () => set.delete(next) });
        }
        agree();
      }
      expect(new RangeSet(known.values()).inOrder()).toEqual(set.inOrder());
      for (const { before, items, back } of undo.reverse()) {
        back();
        expect(set.inOrder()).toEqual(items);
        expect(before.inOrder()).toEqual(items);
      }
    }),
    { numRuns: 200 },
  );
});

describe("no side of an item holds more than three times as many places as the other", () => {
  const count = 120;
  const all = Array.from({ length: count }, (_, n) => n);
  /** The items that are looked at for adding another one, from the top of the tree down. */
  let way: number[] = [];
  const items = all.map((n): Placed => {
    const fragment = {
      end: n * 3 + 2,
      get start() {
        way.push(n);
        return n * 3;
      },
    };
    return { id: String(n), label: "claim", fragments: [fragment] };
  });
  const itemAt = (n: number) => items[n] as Placed; // n is below the count

  /** Adds items and, with a negative sign, removes them; item 0 stays away. */
  function balanced(set: RangeSet<Placed>, steps: readonly number[], there: Set<number>) {
    const worst = { ratio: 1, after: 0 };
    for (const [done, step] of steps.entries()) {
      if (step > 0) set.add(itemAt(step));
      else set.delete(itemAt(-step));
      if (step > 0) there.add(step);
      else there.delete(-step);
      const sides = new Map<number, { before: number; behind: number }>();
      // The places between those that are there, and at either end.
      for (const place of [0, ...there]) {
        way = [];
        const fragments = [{ start: place * 3 + 1, end: place * 3 + 2 }];
        set.copy().add({ id: "new", label: "claim", fragments });
        for (const n of way) {
          const side = sides.get(n) ?? { before: 0, behind: 0 };
          side[place < n ? "before" : "behind"] += 1;
          sides.set(n, side);
        }
      }
      for (const { before, behind } of sides.values()) {
        const ratio = Math.max(before, behind) / Math.min(before, behind);
        if (ratio > worst.ratio) Object.assign(worst, { ratio, after: done + 1 });
      }
    }
    return worst;
  }

  const rising = all.slice(1);
  const orders = [
    { name: "to the end", order: rising },
    { name: "to the beginning", order: rising.toReversed() },
    {
      name: "at either end, the last first",
      order: rising.map((n) => (n % 2 ? count - ((n + 1) >> 1) : n >> 1)),
    },
    {
      name: "at either end, the first first",
      order: rising.map((n) => (n % 2 ? (n + 1) >> 1 : count - (n >> 1))),
    },
    {
      name: "from the middle on either side",
      order: rising.map((n) => (count >> 1) + (n % 2 ? -(n >> 1) : n >> 1)),
    },
    {
      name: "between all that are there",
      order: [1, 2, 3, 4, 5, 6, 7].flatMap((first) => rising.filter((n) => n % 7 === first % 7)),
    },
  ];

  test.for(orders)("added $name, and removed in every order", ({ order }) => {
    const set = new RangeSet<Placed>();
    const there = new Set<number>();
    expect(balanced(set, order, there)).toMatchObject({ ratio: 3 });
    for (const { order: gone } of orders) {
      const { ratio } = balanced(
        set.copy(),
        gone.map((n) => -n),
        new Set(there),
      );
      expect(ratio).toBeLessThanOrEqual(3);
    }
  });

  test("given at once, the two differ by one place at most", () => {
    const set = new RangeSet(rising.map(itemAt));
    const first = count - 1;
    const { ratio } = balanced(set, [-first], new Set(rising));
    expect(ratio).toBeLessThanOrEqual(2);
  });
});

test("among twenty thousand items it looks at a few, in whatever order they came", () => {
  const count = 20_000;
  let looked = 0;
  const watched = (at: number): Placed => {
    const fragment = {
      end: at + 2,
      get start() {
        looked += 1;
        return at;
      },
    };
    return { id: String(at), label: "claim", fragments: [fragment] };
  };
  const items = Array.from({ length: count }, (_, n) => watched(n * 3));
  const fromBothEnds = items.map((_, n) => (n % 2 ? items[n >> 1] : items[count - 1 - (n >> 1)]));
  const orders = [items, items.toReversed(), fromBothEnds.filter((one) => one !== undefined)];
  for (const [order, given] of orders.entries()) {
    const set = new RangeSet<Placed>();
    for (const one of given) set.add(one);
    for (const one of given.slice(0, count / 2)) set.delete(one);
    for (const one of given.slice(0, count / 2)) set.add(one);
    looked = 0;
    set.add(watched(30_001));
    expect.soft(looked, `adding, order ${order}`).toBeLessThan(100);
    looked = 0;
    expect(ids(set.overlapping([{ start: 30_002, end: 30_004 }]))).toEqual(["30001", "30003"]);
    expect.soft(looked, `finding, order ${order}`).toBeLessThan(100);
  }
});
