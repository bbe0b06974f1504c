import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Markable } from "@/lib/domain/agreement/matching";
import { spanAgreement } from "@/lib/domain/agreement/pairwise";

/** "claim 0-9" is a claim with one fragment, "claim 0-9 12-15" one with two. */
const span = (written: string): Markable => {
  const [label = "", ...fragments] = written.split(" ");
  return {
    label,
    fragments: fragments.map((fragment) => {
      const [start = 0, end = 0] = fragment.split("-").map(Number);
      return { start, end };
    }),
    attributes: {},
  };
};

/** Each reviewer's spans, and what they come to: [exact, overlap] for all labels, then by label. */
const cases: {
  name: string;
  reviewers: string[][];
  expected: Record<string, [number | null, number | null]>;
}[] = [
  {
    name: "the same spans in another order",
    reviewers: [
      ["claim 0-9", "denial 20-30"],
      ["denial 20-30", "claim 0-9"],
    ],
    expected: { all: [1, 1], claim: [1, 1], denial: [1, 1] },
  },
  {
    name: "one of two that is found, and one beside it",
    // Precision 1/2, recall 1/1. Both of the first share a character with the second's one, which goes with one of them.
    reviewers: [["claim 0-9", "claim 5-12"], ["claim 0-9"]],
    expected: { all: [2 / 3, 2 / 3], claim: [2 / 3, 2 / 3] },
  },
  {
    name: "spans that only touch",
    reviewers: [["claim 0-9"], ["claim 9-12"]],
    expected: { all: [0, 0], claim: [0, 0] },
  },
  {
    name: "the same words under another label",
    reviewers: [["claim 0-9"], ["denial 0-9"]],
    expected: { all: [0, 0], claim: [0, 0], denial: [0, 0] },
  },
  {
    name: "one fragment of two in common",
    reviewers: [["claim 0-9 20-30"], ["claim 25-40"]],
    expected: { all: [0, 1], claim: [0, 1] },
  },
  {
    name: "a gap that the other has marked",
    reviewers: [["claim 0-9 20-30"], ["claim 9-20"]],
    expected: { all: [0, 0], claim: [0, 0] },
  },
  {
    name: "one long span over three short ones and one elsewhere",
    // Overlapping: one of the three has it, so precision 1/1, recall 1/4.
    reviewers: [["claim 0-100"], ["claim 0-9", "claim 20-30", "claim 50-60", "claim 200-210"]],
    expected: { all: [0, (2 * 0.25) / 1.25], claim: [0, (2 * 0.25) / 1.25] },
  },
  {
    name: "two that overlap with two, each with its own",
    reviewers: [
      ["claim 0-10", "claim 12-20"],
      ["claim 0-14", "claim 15-30"],
    ],
    expected: { all: [0, 1], claim: [0, 1] },
  },
  {
    name: "labels of different weight",
    // All: 2 pairs of 3 and 2 spans, of which one is exact.
    reviewers: [
      ["claim 0-9", "denial 20-30", "denial 40-50"],
      ["claim 0-9", "denial 25-35"],
    ],
    expected: { all: [2 / 5, 4 / 5], claim: [1, 1], denial: [0, 2 / 3] },
  },
  {
    name: "three reviewers, of whom two agree",
    // Pairs: 1, 0, 0.
    reviewers: [["claim 0-9"], ["claim 0-9"], ["claim 50-60"]],
    expected: { all: [1 / 3, 1 / 3], claim: [1 / 3, 1 / 3] },
  },
  {
    name: "three reviewers, of whom one has marked anything",
    // The pair of the other two is left out.
    reviewers: [["claim 0-9"], [], []],
    expected: { all: [0, 0], claim: [0, 0] },
  },
  { name: "nothing marked at all", reviewers: [[], []], expected: { all: [null, null] } },
  {
    name: "one reviewer",
    reviewers: [["claim 0-9"]],
    expected: { all: [null, null], claim: [null, null] },
  },
];

test.for(cases)("$name", ({ reviewers, expected }) => {
  const found = spanAgreement(reviewers.map((spans) => spans.map(span)));
  expect(found.map(({ label }) => label ?? "all")).toEqual(Object.keys(expected));
  for (const { label, exact, overlap } of found) {
    const [wantedExact, wantedOverlap] = expected[label ?? "all"] ?? [];
    if (wantedExact === null) expect(exact).toBeNull();
    else expect(exact).toBeCloseTo(wantedExact ?? Number.NaN, 12);
    if (wantedOverlap === null) expect(overlap).toBeNull();
    else expect(overlap).toBeCloseTo(wantedOverlap ?? Number.NaN, 12);
  }
});

describe("of whatever is marked", () => {
  const spans = fc.array(
    fc.record({
      label: fc.constantFrom("claim", "denial"),
      fragments: fc
        .uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 6 })
        .map((places) => {
          const sorted = places.sort((a, b) => a - b);
          return Array.from({ length: sorted.length >> 1 }, (_, at) => ({
            start: sorted[2 * at] ?? 0,
            end: sorted[2 * at + 1] ?? 0,
          }));
        }),
      attributes: fc.constant({}),
    }),
    { maxLength: 8 },
  );
  const reviewers = fc.array(spans, { minLength: 2, maxLength: 4 });

  test("both are shares, overlapping is never less than exact, and nobody is first", () => {
    fc.assert(
      fc.property(reviewers, (given) => {
        const found = spanAgreement(given);
        const reversed = spanAgreement([...given].reverse());
        for (const [at, { exact, overlap }] of found.entries()) {
          if (exact === null || overlap === null) {
            expect([exact, overlap]).toEqual([null, null]);
            continue;
          }
          expect(exact).toBeGreaterThanOrEqual(0);
          expect(overlap).toBeLessThanOrEqual(1);
          expect(overlap).toBeGreaterThanOrEqual(exact);
          expect(reversed[at]?.exact).toBeCloseTo(exact, 12);
          expect(reversed[at]?.overlap).toBeCloseTo(overlap, 12);
        }
      }),
    );
  });

  test("overlapping is never more than comparing every span with every other one gives, and that where none meets two", () => {
    fc.assert(
      fc.property(spans, spans, (one, other) => {
        const meets = (a: Markable, b: Markable) =>
          a.label === b.label &&
          a.fragments.some((f) => b.fragments.some((g) => f.start < g.end && g.start < f.end));
        const found = (of: readonly Markable[], by: readonly Markable[]) =>
          of.filter((span) => by.some((candidate) => meets(span, candidate))).length;
        const [ofOne, ofOther] = [found(one, other), found(other, one)];
        const expected =
          one.length + other.length === 0
            ? null
            : ofOne === 0
              ? 0
              : 2 / (one.length / ofOne + other.length / ofOther);
        const { overlap } = spanAgreement([one, other])[0] ?? {};
        if (expected === null) {
          expect(overlap).toBeNull();
          return;
        }
        expect(overlap).toBeLessThanOrEqual(expected + 1e-12);
        const isOneToOne = [
          [one, other],
          [other, one],
        ].every(([of = [], by = []]) =>
          of.every((span) => by.filter((candidate) => meets(span, candidate)).length < 2),
        );
        if (isOneToOne) expect(overlap).toBeCloseTo(expected, 12);
      }),
    );
  });

  test("of three or more it is the mean over all pairs of whom one at least marked anything", () => {
    fc.assert(
      fc.property(reviewers, (given) => {
        const pairs = given.flatMap((one, at) =>
          given.slice(at + 1).map((other) => spanAgreement([one, other])),
        );
        for (const { label, exact, overlap } of spanAgreement(given)) {
          const ofPairs = pairs.flatMap(
            (pair) => pair.find((of) => of.label === label && of.exact !== null) ?? [],
          );
          const mean = (of: (number | null)[]) =>
            of.length === 0
              ? null
              : of.reduce<number>((sum, one) => sum + (one ?? 0), 0) / of.length;
          expect([exact, overlap]).toEqual([
            mean(ofPairs.map((pair) => pair.exact)),
            mean(ofPairs.map((pair) => pair.overlap)),
          ]);
        }
      }),
    );
  });
});

test("a label that is called as what every object has counts where a pair has it", () => {
  const reviewers = [[span("constructor 0-9")], [span("constructor 0-9")], [], []];
  // Of six pairs one agrees, and four are of somebody who has it and somebody who has not.
  const agreed = { exact: expect.closeTo(1 / 5, 12), overlap: expect.closeTo(1 / 5, 12) };
  expect(spanAgreement(reviewers)).toEqual([
    { label: null, ...agreed },
    { label: "constructor", ...agreed },
  ]);
});
