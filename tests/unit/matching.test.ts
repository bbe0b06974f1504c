import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "@/lib/domain/agreement/comparison";
import { countsByLabel, f1, matchSpans, sumOf } from "@/lib/domain/agreement/matching";
import { byWeek, tallyOf } from "@/lib/domain/agreement/scoring";
import type { Attributes, Span } from "@/lib/domain/span";

let made = 0;

/** "claim 0-5 7-9" */
function span(written: string, attributes: Attributes = {}): Span {
  const [label = "", ...ranges] = written.split(" ");
  const fragments = ranges.map((range) => {
    const [start = 0, end = 0] = range.split("-").map(Number);
    return { start, end };
  });
  made += 1;
  return { id: `s${made}`, label, fragments, quote: "", attributes };
}

const spans = (...written: string[]) => written.map((one) => span(one));
const told = ({ label, fragments }: Span) =>
  `${label} ${fragments.map(({ start, end }) => `${start}-${end}`).join(" ")}`;
const totals = (ones: readonly Span[], others: readonly Span[]) =>
  sumOf(Object.values(countsByLabel(ones, others)));

describe("spans of two sets go together", () => {
  test.for<{ name: string; ones: string[]; others: string[]; pairs: [string, string][] }>([
    {
      name: "exactly, before they do by overlap",
      ones: ["a 0-10", "a 12-20"],
      others: ["a 12-20", "a 0-10"],
      pairs: [
        ["a 0-10", "a 0-10"],
        ["a 12-20", "a 12-20"],
      ],
    },
    { name: "never with another label", ones: ["a 0-10"], others: ["b 0-10"], pairs: [] },
    { name: "never where they only touch", ones: ["a 0-10"], others: ["a 10-12"], pairs: [] },
    {
      name: "one to one",
      ones: ["a 0-10"],
      others: ["a 0-4", "a 5-10"],
      pairs: [["a 0-10", "a 5-10"]],
    },
    {
      name: "so that they share the most in all, not each for itself",
      // Alone, 0-10 shares most with 2-12 (8); then 11-20 has nothing. Together: 2 + 1 < 8, so that stays.
      ones: ["a 0-10", "a 11-20"],
      others: ["a 2-12", "a 0-2"],
      pairs: [["a 0-10", "a 2-12"]],
    },
    {
      name: "by way of another, where that makes more",
      // 4-20 would take 2-15 (11) and leave 0-6 nothing but 0-3 (3): 14. The other way round: 5 + 4 = 9.
      ones: ["a 0-6", "a 4-20"],
      others: ["a 0-3", "a 2-15"],
      pairs: [
        ["a 0-6", "a 0-3"],
        ["a 4-20", "a 2-15"],
      ],
    },
    {
      name: "by giving one up for a better sum",
      // 0-10 with 1-10 shares 9, but then 8-12 is alone; 0-10 with 0-8 (8) and 8-12 with 1-10 (2) make 10.
      ones: ["a 0-10", "a 8-12"],
      others: ["a 1-10", "a 0-8"],
      pairs: [
        ["a 0-10", "a 0-8"],
        ["a 8-12", "a 1-10"],
      ],
    },
    {
      name: "by their fragments, not by what lies between",
      ones: ["a 0-3 10-14"],
      others: ["a 4-9", "a 12-20"],
      pairs: [["a 0-3 10-14", "a 12-20"]],
    },
  ])("$name", ({ ones, others, pairs }) => {
    const found = matchSpans(spans(...ones), spans(...others));
    expect(found.map(({ one, other }) => [told(one), told(other)])).toEqual(pairs);
  });

  test("of those that are alike, with the one that has the same attributes", () => {
    const [yes, no] = [{ certain: "yes" }, { certain: "no" }];
    const found = matchSpans(
      [span("a 0-5", yes), span("a 0-5", no)],
      [span("a 0-5", no), span("a 0-5", yes)],
    );
    expect(found.map(({ one, other }) => [one.attributes, other.attributes])).toEqual([
      [yes, yes],
      [no, no],
    ]);
  });
});

describe("span F1", () => {
  test("is 2m / (a + b): of 3 and 2 spans with 1 exact and 2 overlapping pairs, 2/5 and 4/5", () => {
    const counts = totals(
      spans("claim 0-7", "denial 8-12", "attribution 13-14"),
      spans("claim 0-7", "denial 8-9"),
    );
    expect(counts).toEqual({ one: 3, other: 2, exact: 1, overlap: 2 });
    expect([f1(counts, "exact"), f1(counts, "overlap")]).toEqual([2 / 5, 4 / 5]);
  });

  test("is 1 of nothing with nothing, and 0 of something with nothing", () => {
    expect(f1(totals([], []), "exact")).toBe(1);
    expect(f1(totals(spans("a 0-1"), []), "overlap")).toBe(0);
  });

  test("weighs every span the same, whichever article it is in", () => {
    const works = [
      { counts: countsByLabel(spans("a 0-1"), spans("a 0-1")) },
      { counts: countsByLabel(spans("a 0-1", "b 2-3", "b 4-5"), spans("b 2-4")) },
      { counts: countsByLabel([], []) },
    ];
    const { articles, total, labels } = tallyOf(works);
    expect({ articles, total }).toEqual({
      articles: 3,
      total: { one: 4, other: 2, exact: 1, overlap: 2 },
    });
    expect(labels).toEqual([
      { label: "a", counts: { one: 2, other: 1, exact: 1, overlap: 1 } },
      { label: "b", counts: { one: 2, other: 1, exact: 0, overlap: 1 } },
    ]);
  });

  const aSpan = fc
    .record({
      label: fc.constantFrom("a", "b"),
      start: fc.nat(30),
      length: fc.integer({ min: 1, max: 12 }),
      gap: fc.integer({ min: 1, max: 4 }),
      more: fc.nat(3),
    })
    .map(({ label, start, length, gap, more }) => {
      const end = start + length;
      const second = more > 0 ? ` ${end + gap}-${end + gap + more}` : "";
      return span(`${label} ${start}-${end}${second}`);
    });
  const aSet = fc.array(aSpan, { maxLength: 6 });

  test("is 1 of a set with itself, and the same whichever set comes first", () => {
    fc.assert(
      fc.property(aSet, aSet, (ones, others) => {
        for (const by of ["exact", "overlap"] as const) {
          expect(f1(totals(ones, ones), by)).toBe(1);
          expect(f1(totals(ones, others), by)).toBe(f1(totals(others, ones), by));
        }
        const { one, other, exact, overlap } = totals(ones, others);
        expect(exact).toBeLessThanOrEqual(overlap);
        expect(overlap).toBeLessThanOrEqual(Math.min(one, other));
      }),
    );
  });

  const shared = (one: Span, other: Span) =>
    one.fragments
      .flatMap((a) =>
        other.fragments.map((b) =>
          Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start)),
        ),
      )
      .reduce((sum, each) => sum + each, 0);

  /** The most that pairs can share, and the most pairs that share so much, by trying all ways. */
  function best(ones: readonly Span[], others: readonly Span[]): [sum: number, pairs: number] {
    const [first, ...rest] = ones;
    if (!first) return [0, 0];
    const ways = others.flatMap((other): [number, number][] => {
      const own = first.label === other.label ? shared(first, other) : 0;
      if (own === 0) return [];
      const [sum, pairs] = best(
        rest,
        others.filter((one) => one !== other),
      );
      return [[sum + own, pairs + 1]];
    });
    return [best(rest, others), ...ways].reduce((a, b) =>
      b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a,
    );
  }

  test("is of pairs that share the most characters that any pairs could", () => {
    const few = fc.array(aSpan, { maxLength: 5 });
    fc.assert(
      fc.property(few, few, (ones, others) => {
        const found = matchSpans(ones, others);
        const sum = found.reduce((all, { one, other }) => all + shared(one, other), 0);
        expect(sum).toBe(best(ones, others)[0]);
        expect(new Set(found.map(({ other }) => other)).size).toBe(found.length);
        const isExact = found.filter((pair) => pair.isExact);
        if (isExact.length === 0) expect(found).toHaveLength(best(ones, others)[1]);
      }),
    );
  });

  test("is found of a thousand that all hang together", () => {
    // Each shares 2 characters with its own and 3 with the one after it, which leaves the first and the last alone.
    const ones = Array.from({ length: 1000 }, (_, at) => span(`a ${at * 10}-${at * 10 + 8}`));
    const others = ones.map((_, at) => span(`a ${at * 10 + 6}-${at * 10 + 13}`));
    expect(matchSpans(ones, others)).toHaveLength(999);
  });

  test("is found of hundreds that each overlap with all of the others", () => {
    const nested = (ends: (at: number) => number) =>
      Array.from({ length: 300 }, (_, at) => span(`a ${(at * 7) % 300}-${ends(at)}`));
    const ones = nested((at) => 600 + ((at * 13) % 300));
    const others = nested((at) => 900 + ((at * 17) % 300));
    expect(matchSpans(ones, others)).toHaveLength(300);
  });
});

describe("a comparison with gold", () => {
  const directed = () => false;
  const set = (of: Span[], relations: [string, Span, Span, Attributes?][] = []) => ({
    spans: of,
    relations: relations.map(([type, from, to, attributes = {}], index) => ({
      id: `r${index}`,
      type,
      from: from.id,
      to: to.id,
      attributes,
    })),
    attributes: {},
  });

  test("says of each span what became of it, in the order of the text", () => {
    const own = spans("claim 0-5", "claim 10-15", "denial 20-25", "claim 40-45");
    const gold = spans("claim 0-5", "denial 10-15", "denial 22-29", "claim 30-35");
    expect(
      compare(set(own), set(gold), directed).spans.map(({ finding, own: one, gold: other }) => [
        finding,
        one && told(one),
        other && told(other),
      ]),
    ).toEqual([
      ["agrees", "claim 0-5", "claim 0-5"],
      ["label", "claim 10-15", "denial 10-15"],
      ["boundary", "denial 20-25", "denial 22-29"],
      ["missing", null, "claim 30-35"],
      ["extra", "claim 40-45", null],
    ]);
  });

  test("names the attributes that differ, those of the article too", () => {
    const own = { ...set([span("a 0-5", { x: "1", y: "2" })]), attributes: { topic: ["war"] } };
    const gold = { ...set([span("a 0-5", { y: "3", z: true })]), attributes: { topic: ["war"] } };
    const compared = compare(own, gold, directed);
    expect(compared.spans[0]?.attributes).toEqual(["x", "y", "z"]);
    expect(compared.attributes).toEqual([]);
    expect(compare({ ...own, attributes: {} }, gold, directed).attributes).toEqual(["topic"]);
  });

  test("puts relations together by the spans that they are between, in their direction if they have one", () => {
    const own = spans("a 0-5", "a 10-15", "a 20-25");
    const gold = spans("a 0-5", "a 10-14", "a 30-35");
    const [a, b, c] = own as [Span, Span, Span];
    const [x, y, z] = gold as [Span, Span, Span];
    const mine = set(own, [
      ["denies", a, b, { sure: true }],
      ["same", b, a],
      ["denies", a, c],
    ]);
    const theirs = set(gold, [
      ["denies", x, y],
      ["same", x, y],
      ["denies", x, z],
    ]);
    const found = (symmetric: boolean) =>
      compare(mine, theirs, (type) => symmetric && type === "same").relations.map(
        ({ finding, attributes }) => [finding, ...attributes],
      );
    expect(found(true)).toEqual([["agrees", "sure"], ["agrees"], ["extra"], ["missing"]]);
    expect(found(false)).toEqual([
      ["agrees", "sure"],
      ["extra"],
      ["extra"],
      ["missing"],
      ["missing"],
    ]);
  });
});

test("weeks begin on Mondays, in UTC", () => {
  const at = (day: string) => ({
    scoredAt: new Date(day),
    counts: { a: { one: 1, other: 1, exact: 1, overlap: 1 } },
  });
  const weeks = byWeek(
    ["2026-11-23T00:00:00Z", "2026-11-10", "2026-11-22T23:59:59Z", "2026-11-29T23:59:59Z"].map(at),
  );
  expect(weeks.map(({ week, articles }) => [week, articles])).toEqual([
    ["2026-11-09", 1],
    ["2026-11-16", 1],
    ["2026-11-23", 2],
  ]);
});
