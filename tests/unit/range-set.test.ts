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
