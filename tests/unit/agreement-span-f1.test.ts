import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ComparedSpan, spanAgreement } from "@/lib/domain/agreement/span-f1";

/** "claim 0-9" is a claim with one fragment, "claim 0-9 12-15" one with two. */
const span = (written: string): ComparedSpan => {
  const [label = "", ...fragments] = written.split(" ");
  return {
    label,
    fragments: fragments.map((fragment) => {
      const [start = 0, end = 0] = fragment.split("-").map(Number);
      return { start, end };
    }),
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
    // Exact: precision 1/2, recall 1/1. Overlapping: both of the first share a character with the second's one.
    reviewers: [["claim 0-9", "claim 5-12"], ["claim 0-9"]],
    expected: { all: [2 / 3, 1], claim: [2 / 3, 1] },
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
    // Overlapping: precision 1/1, recall 3/4.
    reviewers: [["claim 0-100"], ["claim 0-9", "claim 20-30", "claim 50-60", "claim 200-210"]],
    expected: { all: [0, (2 * 0.75) / 1.75], claim: [0, (2 * 0.75) / 1.75] },
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

  test("overlapping is what comparing every span with every other one gives", () => {
    fc.assert(
      fc.property(spans, spans, (one, other) => {
        const meets = (a: ComparedSpan, b: ComparedSpan) =>
          a.label === b.label &&
          a.fragments.some((f) => b.fragments.some((g) => f.start < g.end && g.start < f.end));
        const found = (of: readonly ComparedSpan[], by: readonly ComparedSpan[]) =>
          of.filter((span) => by.some((candidate) => meets(span, candidate))).length;
        const [ofOne, ofOther] = [found(one, other), found(other, one)];
        const expected =
          one.length + other.length === 0
            ? null
            : ofOne === 0
              ? 0
              : 2 / (one.length / ofOne + other.length / ofOther);
        const { overlap } = spanAgreement([one, other])[0] ?? {};
        if (expected === null) expect(overlap).toBeNull();
        else expect(overlap).toBeCloseTo(expected, 12);
      }),
    );
  });
});
