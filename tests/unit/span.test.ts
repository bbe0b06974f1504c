import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_FRAGMENTS } from "@/lib/domain/limits";
import { inTextOrder } from "@/lib/domain/range-set";
import {
  checkFragments,
  checkQuote,
  excerpt,
  type Fragment,
  hull,
  normaliseFragments,
  overlap,
  quoteOf,
} from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";

/** The runs of dashes: "--  -" are the fragments 0-2 and 4-5. */
const drawn = (picture: string): Fragment[] =>
  [...picture.matchAll(/-+/g)].map(({ index, 0: run }) => ({
    start: index,
    end: index + run.length,
  }));

describe("two spans", () => {
  test.for([
    { one: "---", other: "---", share: true },
    { one: "---", other: "  ---", share: true },
    { one: "---", other: "   ---", share: false },
    { one: "-----", other: " --", share: true },
    { one: "--   --", other: "  ---", share: false },
    { one: "--   --", other: "      --", share: true },
    { one: "-- -- --", other: "  -  -", share: false },
    { one: "--   --   --", other: "           -", share: true },
    { one: "", other: "---", share: false },
  ])("“$one” and “$other” share a character: $share", ({ one, other, share }) => {
    expect(overlap(drawn(one), drawn(other))).toBe(share);
    expect(overlap(drawn(other), drawn(one))).toBe(share);
    // Nothing depends on the order of fragments.
    expect(overlap(drawn(one).reverse(), drawn(other).reverse())).toBe(share);
  });

  test("come in the order of their beginnings, then of their ends, then of their ids", () => {
    const span = (id: string, picture: string) => ({
      id,
      label: "claim",
      fragments: drawn(picture),
      quote: "",
      attributes: {},
    });
    const sorted = [
      span("e", "-"),
      span("b", "--"),
      span("c", "--"),
      span("a", "-  -"),
      span("d", " -"),
    ];
    expect(sorted.toReversed().sort(inTextOrder)).toEqual(sorted);
    expect(inTextOrder(span("b", "-"), span("a", "-"))).toBe(1);
    expect(inTextOrder(span("a", "-"), span("b", "-"))).toBe(-1);
    expect(inTextOrder(span("a", "-"), span("a", "-"))).toBe(0);
  });
});

test("a hull reaches from the first fragment to the last", () => {
  expect(hull(drawn("  -- -  ---"))).toEqual({ start: 2, end: 11 });
  expect(hull(drawn(" --"))).toEqual({ start: 1, end: 3 });
  expect(() => hull([])).toThrow(RangeError);
});

describe("fragments that a person selected", () => {
  test.for([
    { selected: [""], kept: "" },
    { selected: ["---", "   --"], kept: "-----" },
    { selected: ["---", "    --"], kept: "--- --" },
    { selected: ["    --", "--"], kept: "--  --" },
    { selected: ["------", " --"], kept: "------" },
    { selected: [" --", "------", "        -"], kept: "------  -" },
    { selected: ["-", "-----", "--"], kept: "-----" },
  ])("$selected are joined to “$kept”", ({ selected, kept }) => {
    expect(normaliseFragments(selected.flatMap(drawn))).toEqual(drawn(kept));
  });

  test("are sorted and apart afterwards, and cover the same characters", () => {
    const fragment = fc
      .tuple(fc.nat(40), fc.integer({ min: 1, max: 8 }))
      .map(([start, length]) => ({ start, end: start + length }));
    const covered = (fragments: readonly Fragment[]) =>
      new Set(
        fragments.flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, at) => start + at),
        ),
      );
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1, maxLength: 8 }), (selected) => {
        const kept = normaliseFragments(selected);
        expect(covered(kept)).toEqual(covered(selected));
        kept.forEach(({ end }, index) => {
          expect(kept[index + 1]?.start ?? Number.POSITIVE_INFINITY).toBeGreaterThan(end);
        });
      }),
    );
  });
});

describe("a quote", () => {
  const text = new ArticleText("“The plot”, he said, “was real”. 😀 e\u0301");

  test("is the text of the fragments, joined by one space", () => {
    const fragments = [
      { start: 1, end: 9 },
      { start: 22, end: 30 },
    ];
    expect(quoteOf(text, fragments)).toBe("The plot was real");
    expect(() => checkQuote(text, fragments, "The plot was real")).not.toThrow();
    expect(() => checkQuote(text, fragments, "The plot")).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        details: { quote: "The plot", actual: "The plot was real" },
      }),
    );
    expect(quoteOf(text, [])).toBe("");
  });

  test("is told up to 200 characters", () => {
    expect(excerpt("😀".repeat(200))).toBe("😀".repeat(200));
    expect(excerpt("😀".repeat(201))).toBe(`${"😀".repeat(200)}…`);
    expect(excerpt("x".repeat(2000))).toBe(`${"x".repeat(200)}…`);
    const long = new ArticleText("a".repeat(300));
    expect(() => checkQuote(long, [{ start: 0, end: 300 }], "b".repeat(300))).toThrow(
      expect.objectContaining({
        details: { quote: `${"b".repeat(200)}…`, actual: `${"a".repeat(200)}…` },
      }),
    );
  });
});

describe("the fragments of a span", () => {
  const text = new ArticleText("She 😀 denied e\u0301, ‚so‘ … 12 times.");

  test.for([
    { name: "a word", fragments: [{ start: 0, end: 3 }] },
    { name: "the whole text", fragments: [{ start: 0, end: text.length }] },
    { name: "digits only", fragments: [{ start: 24, end: 26 }] },
    {
      name: "a word and a mark",
      fragments: [
        { start: 0, end: 3 },
        { start: 15, end: 16 },
      ],
    },
    {
      name: "with one character between them",
      fragments: [
        { start: 0, end: 1 },
        { start: 2, end: 3 },
      ],
    },
  ])("may be $name", ({ fragments }) => {
    expect(() => checkFragments(text, fragments)).not.toThrow();
  });

  test.for([
    { name: "none", fragments: [], fragment: 0, says: "A span needs at least one fragment." },
    {
      name: "fractions",
      fragments: [{ start: 0.5, end: 3 }],
      fragment: 0,
      says: "Offsets are whole numbers: 0.5-3 is none.",
    },
    {
      name: "up to a fraction",
      fragments: [{ start: 0, end: 2.5 }],
      fragment: 0,
      says: "Offsets are whole numbers: 0-2.5 is none.",
    },
    {
      name: "empty",
      fragments: [{ start: 2, end: 2 }],
      fragment: 0,
      says: "A fragment ends after its start: 2-2 does not.",
    },
    {
      name: "reversed",
      fragments: [{ start: 3, end: 0 }],
      fragment: 0,
      says: "A fragment ends after its start: 3-0 does not.",
    },
    {
      name: "before the text",
      fragments: [{ start: -1, end: 3 }],
      fragment: 0,
      says: "-1-3 leaves the text, which has 33 characters.",
    },
    {
      name: "behind the text",
      fragments: [{ start: 0, end: 34 }],
      fragment: 0,
      says: "0-34 leaves the text, which has 33 characters.",
    },
    {
      name: "touching",
      fragments: [
        { start: 0, end: 1 },
        { start: 1, end: 3 },
      ],
      fragment: 1,
      says: "Fragments are sorted and do not touch: 1 comes after 1.",
    },
    {
      name: "overlapping",
      fragments: [
        { start: 0, end: 3 },
        { start: 2, end: 8 },
      ],
      fragment: 1,
      says: "Fragments are sorted and do not touch: 2 comes after 3.",
    },
    {
      name: "unsorted",
      fragments: [
        { start: 6, end: 8 },
        { start: 0, end: 3 },
      ],
      fragment: 1,
      says: "Fragments are sorted and do not touch: 0 comes after 8.",
    },
    {
      name: "inside a character at the end",
      fragments: [{ start: 6, end: 14 }],
      fragment: 0,
      says: "Offset 14 splits a character that readers see as one.",
    },
    {
      name: "inside a character at the start",
      fragments: [
        { start: 0, end: 3 },
        { start: 14, end: 20 },
      ],
      fragment: 1,
      says: "Offset 14 splits a character that readers see as one.",
    },
    {
      name: "without a letter or digit",
      fragments: [
        { start: 3, end: 6 },
        { start: 22, end: 23 },
      ],
      fragment: 0,
      says: "A span covers at least one letter or digit.",
    },
  ])("are not $name", ({ fragments, fragment, says }) => {
    expect(() => checkFragments(text, fragments)).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        message: says,
        details: { fragment, ...fragments[fragment] },
      }),
    );
  });

  test("are not of fillers alone, which Unicode calls letters", () => {
    const filled = new ArticleText("a\u3164\u115f b");
    expect(() => checkFragments(filled, [{ start: 1, end: 3 }])).toThrow("one letter or digit");
  });

  test("may begin and end with what is not seen, as in other people's files", () => {
    const marked = new ArticleText("x\u200fa\u200b \u3164");
    expect(() => checkFragments(marked, [{ start: 1, end: 6 }])).not.toThrow();
  });

  test("are a hundred at most", () => {
    const many = new ArticleText("a ".repeat(MAX_FRAGMENTS + 1));
    const fragments = Array.from({ length: MAX_FRAGMENTS + 1 }, (_, at) => ({
      start: 2 * at,
      end: 2 * at + 1,
    }));
    expect(() => checkFragments(many, fragments.slice(1))).not.toThrow();
    expect(() => checkFragments(many, fragments)).toThrow("A span has at most 100 fragments.");
  });
});
