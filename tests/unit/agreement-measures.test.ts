import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cohenKappa,
  cohenKappaOnPositions,
  fleissKappa,
  fleissKappaPerCategory,
  krippendorffAlpha,
  krippendorffAlphaNominalOnPositions,
  type Level,
  type Value,
} from "@/lib/domain/agreement/chance-corrected";
import { alignSpans, rightSpans, spanPrfSemeval2013 } from "@/lib/domain/agreement/matching";
import { inWords } from "@/lib/domain/agreement/positions";
import { spanSchemes } from "@/lib/domain/agreement/report-schemas";
import { type Unit, uAlphaFamily } from "@/lib/domain/agreement/unitizing";

const LENGTH = 24;
const aUnit = fc
  .tuple(fc.nat(LENGTH), fc.nat(8), fc.constantFrom("a", "b", "c"))
  .map(([start, length, category]): Unit => [start, Math.min(LENGTH, start + length), category]);
const someUnits = fc.array(aUnit, { maxLength: 5 });

/** Units of one coder that do not overlap; some touch. */
const apart = someUnits.map((units) => {
  const sorted = [...units].sort((x, y) => x[0] - y[0]);
  return sorted.filter(
    ([start, end], at) =>
      start < end && sorted.slice(0, at).every(([, earlier]) => earlier <= start),
  );
});

/** What somebody said of each position: the categories there, in alphabetical order. */
const positionsOf = (units: readonly Unit[]) =>
  Array.from({ length: LENGTH }, (_, at) =>
    [...new Set(units.filter(([start, end]) => start <= at && at < end).map(([, , of]) => of))]
      .sort()
      .join("+"),
  );

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Within what rounding does to it, or both null. */
function expectClose(found: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(expected, 9);
}

describe("Cohen's κ", () => {
  /** From the shares that each gave, one value after the other. */
  function slowly(a: readonly Value[], b: readonly Value[]): number | null {
    const names = [...new Set([...a, ...b])];
    const share = (of: readonly Value[], name: Value) =>
      of.filter((value) => value === name).length / of.length;
    const po = a.filter((value, at) => value === b[at]).length / a.length;
    const pe = sum(names.map((name) => share(a, name) * share(b, name)));
    return Math.abs(1 - pe) < 1e-12 || a.length === 0 ? null : (po - pe) / (1 - pe);
  }
  const pairs = fc.array(fc.tuple(fc.constantFrom("x", "y", "z"), fc.constantFrom("x", "y", "z")));

  test("is that of its definition, and the same whoever comes first", () => {
    fc.assert(
      fc.property(pairs, (of) => {
        const [a, b] = [of.map(([one]) => one), of.map(([, other]) => other)];
        const { kappa } = cohenKappa({ a, b });
        expectClose(kappa, slowly(a, b));
        expectClose(cohenKappa({ a: b, b: a }).kappa, kappa);
        if (kappa !== null) {
          expect(kappa).toBeLessThanOrEqual(1);
          expect(kappa).toBeGreaterThanOrEqual(-1);
          expectClose(cohenKappa({ a, b: a }).kappa, new Set(a).size > 1 ? 1 : null);
        }
      }),
    );
  });

  test("is negative where people agree less than by chance", () => {
    expect(cohenKappa({ a: ["x", "y"], b: ["y", "x"] }).kappa).toBe(-1);
    // Of 10¹² things: n = 10¹² + 3, expected to differ 4 (10¹² + 1) / n², and two of n do.
    const many = [
      [1e12, 1],
      [1, 1],
    ];
    expect(cohenKappa({ confusion: many }).kappa).toBeCloseTo(0.5, 11);
  });

  test("leaves out what one of the two did not judge", () => {
    const { po, kappa } = cohenKappa({ a: ["x", "y", null, "x"], b: ["x", "y", "y", null] });
    expect([po, kappa]).toEqual([1, 1]);
  });

  test("is not defined of nothing, and refuses what is no confusion matrix", () => {
    expect(cohenKappa({ a: [], b: [] })).toMatchObject({ po: null, pe: null, kappa: null });
    expect(cohenKappa({ confusion: [[3]] }).why_undefined).toBeTruthy();
    expect(() => cohenKappa({ confusion: [[1, 2]] })).toThrow(RangeError);
    expect(() => cohenKappa({ a: ["x"], b: [] })).toThrow(RangeError);
  });

  test("of positions, and α of them, are those of every character by itself", () => {
    fc.assert(
      fc.property(someUnits, someUnits, someUnits, (one, other, third) => {
        const [a, b, c] = [positionsOf(one), positionsOf(other), positionsOf(third)];
        const input = { length: LENGTH, coder1_spans: one, coder2_spans: other };
        expectClose(cohenKappaOnPositions(input).kappa, slowly(a, b));
        const coders = [one, other, third];
        const { alpha } = krippendorffAlphaNominalOnPositions({ length: LENGTH, coders });
        expectClose(alpha, krippendorffAlpha({ level: "nominal", data: [a, b, c] }).alpha);
      }),
    );
  });

  test("of positions refuses what leaves the text, and has nothing to say of an empty one", () => {
    const marked = (length: number, start: number, end: number) => () =>
      cohenKappaOnPositions({ length, coder1_spans: [[start, end]], coder2_spans: [] });
    expect(marked(5, 2, 6)).toThrow(RangeError);
    expect(marked(5, 3, 2)).toThrow(RangeError);
    expect(marked(0, 0, 0)()).toMatchObject({ kappa: null, pi: null });
  });
});

describe("Fleiss' κ", () => {
  const ratings = fc.integer({ min: 2, max: 5 }).chain((raters) =>
    fc.array(fc.array(fc.constantFrom(1, 2, 3), { minLength: raters, maxLength: raters }), {
      minLength: 1,
      maxLength: 8,
    }),
  );

  test("is that of its definition, in whatever order raters and subjects are", () => {
    fc.assert(
      fc.property(ratings, (of) => {
        const pairs = of.flatMap((row) =>
          row.flatMap((x, at) => row.slice(at + 1).map((y) => x === y)),
        );
        const observed = pairs.filter(Boolean).length / pairs.length;
        const all = of.flat();
        const shares = [1, 2, 3].map((name) => all.filter((x) => x === name).length / all.length);
        const expected = sum(shares.map((share) => share ** 2));
        const { kappa } = fleissKappa({ ratings: of });
        const isSame = new Set(all).size === 1;
        expectClose(kappa, isSame ? null : (observed - expected) / (1 - expected));
        const turned = [...of].reverse().map((row) => [...row].reverse());
        expectClose(fleissKappa({ ratings: turned }).kappa, kappa);
        const each = fleissKappaPerCategory({ ratings: of }).flatMap((value) => value ?? []);
        for (const value of each) expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("of two categories is that of each of them", () => {
    const counts = [
      [3, 0],
      [1, 2],
      [2, 1],
    ];
    const { kappa } = fleissKappa({ counts });
    for (const value of fleissKappaPerCategory({ counts })) expectClose(value, kappa);
  });

  test("is not defined of one rater or none, or of subjects with different numbers of raters", () => {
    expect(fleissKappa({ counts: [[1, 0]] }).kappa).toBeNull();
    expect(fleissKappa({ counts: [] }).kappa).toBeNull();
    expect(fleissKappaPerCategory({ counts: [[4, 0]] })).toEqual([null, null]);
    const counts = [
      [1, 1],
      [3, 0],
    ];
    expect(fleissKappa({ counts })).toMatchObject({ P: null, Pe: null, kappa: null });
    expect(fleissKappa({ counts }).why_undefined).toContain("the same number");
    expect(fleissKappaPerCategory({ counts })).toEqual([null, null]);
  });
});

describe("Krippendorff's α", () => {
  const levels: Level[] = ["nominal", "ordinal", "interval", "ratio"];
  const table = fc.array(
    fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 6, maxLength: 6 }),
    { minLength: 1, maxLength: 4 },
  );

  /** From every pair of values, within units and of all. */
  function slowly(level: Level, data: readonly (readonly (number | null)[])[]): number | null {
    const units = [0, 1, 2, 3, 4, 5]
      .map((at) => data.flatMap((row) => row[at] ?? []))
      .filter((values) => values.length > 1);
    const all = units.flat();
    const distance = (x: number, y: number) => {
      if (level === "nominal") return x === y ? 0 : 1;
      if (level === "interval") return (x - y) ** 2;
      if (level === "ratio") return ((x - y) / (x + y)) ** 2;
      const [low, high] = [Math.min(x, y), Math.max(x, y)];
      const between = all.filter((value) => value >= low && value <= high).length;
      const ends = all.filter((value) => value === x).length + all.filter((v) => v === y).length;
      return (between - ends / 2) ** 2 * (x === y ? 0 : 1);
    };
    const within = (values: readonly number[]) =>
      sum(values.flatMap((x, at) => values.map((y, to) => (at === to ? 0 : distance(x, y)))));
    if (new Set(all).size < 2) return null;
    const observed = sum(units.map((values) => within(values) / (values.length - 1))) / all.length;
    return 1 - observed / (within(all) / (all.length * (all.length - 1)));
  }

  test("is that of its definition at every level, with missing values, whoever comes first", () => {
    fc.assert(
      fc.property(fc.constantFrom(...levels), table, (level, data) => {
        const { alpha, why_undefined } = krippendorffAlpha({ level, data });
        expectClose(alpha, slowly(level, data));
        expectClose(krippendorffAlpha({ level, data: [...data].reverse() }).alpha, alpha);
        if (alpha === null) expect(why_undefined).toBeTruthy();
        else expect(alpha).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("is published for the same data at the other levels too: 0.815 ordinal, 0.797 ratio", () => {
    // Krippendorff 2011, section C; figures as the R package irr and fast-krippendorff print them.
    const data = [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
      [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
    ];
    expect(krippendorffAlpha({ level: "ordinal", data }).alpha).toBeCloseTo(0.815, 3);
    expect(krippendorffAlpha({ level: "ratio", data }).alpha).toBeCloseTo(0.797, 3);
  });

  test("is 1 of perfect agreement, also with what is missing", () => {
    const data = [
      [1, 2, null, 3],
      [1, 2, 3, null],
    ];
    for (const level of levels) expect(krippendorffAlpha({ level, data }).alpha).toBe(1);
  });

  test("is not defined of one coder, of nothing, or of units that one coder each has judged", () => {
    for (const data of [
      [],
      [[1, 2, 3]],
      [
        [1, null],
        [null, 2],
      ],
      [[null], [null]],
    ]) {
      const found = krippendorffAlpha({ level: "nominal", data });
      expect(found).toMatchObject({ alpha: null, Do: null, De: null });
      expect(found.why_undefined).toBe("Nothing was judged by two people or more.");
    }
  });

  test("takes rows of different lengths as ending in what is missing", () => {
    const data = [[1, 2], [1, 2, 3], [1]];
    const full = [
      [1, 2, null],
      [1, 2, 3],
      [1, null, null],
    ];
    const level = "interval";
    expect(krippendorffAlpha({ level, data })).toEqual(krippendorffAlpha({ level, data: full }));
  });

  test("refuses words where values have distances", () => {
    expect(() => krippendorffAlpha({ level: "interval", data: [["a"], ["b"]] })).toThrow(
      RangeError,
    );
    expect(
      krippendorffAlpha({
        level: "ordinal",
        data: [
          ["a", "b"],
          ["a", "b"],
        ],
      }).alpha,
    ).toBe(1);
  });
});

describe("α for unitizing", () => {
  /** From the equations, with every unit and gap compared with every other one. */
  function slowly(coders: readonly (readonly Unit[])[]) {
    const m = coders.length;
    const parts = coders.map((units) => {
      const sorted = [...units].sort((x, y) => x[0] - y[0]);
      const found: Unit[] = [];
      let at = 0;
      for (const unit of sorted) {
        if (unit[0] > at) found.push([at, unit[0], ""]);
        found.push(unit);
        at = unit[1];
      }
      if (at < LENGTH) found.push([at, LENGTH, ""]);
      return found;
    });
    const common = ([s1, e1]: Unit, [s2, e2]: Unit) =>
      Math.max(0, Math.min(e1, e2) - Math.max(s1, s2));
    const across = parts.flatMap((ours, i) =>
      parts.flatMap((theirs, j) =>
        i === j
          ? []
          : ours.flatMap((one) =>
              theirs.map((other) => ({ one, other, length: common(one, other) / (m - 1) })),
            ),
      ),
    );
    const names = [...new Set(parts.flat().map(([, , category]) => category))];
    const alphaOf = (of: typeof across, own: (category: string) => number, groups: string[][]) => {
      const ell = (c: string[], k: string[]) =>
        sum(
          of
            .filter(({ one, other }) => c.includes(one[2]) && k.includes(other[2]))
            .map(({ length }) => length),
        );
      const total = sum(of.map(({ length }) => length));
      const all = sum(groups.flat().map(own));
      if (total > 0 && Math.abs(total - all / total) < 1e-12) return onlyOwn(of);
      const margin = (c: string[]) => ell(c, groups.flat());
      let [observed, expected] = [0, 0];
      for (const c of groups) {
        for (const k of groups) {
          if (c === k) continue;
          observed += ell(c, k);
          expected += (margin(c) * margin(k)) / (total - all / total);
        }
      }
      if (total > 0 && observed === 0 && !groups.flat().includes("")) return 1;
      return expected > 0 ? 1 - observed / expected : null;
    };
    /** Where each unit could by chance meet itself only. */
    const onlyOwn = (of: typeof across) =>
      of.every(({ one, other, length }) => length === 0 || one[2] === other[2]) ? 1 : null;
    const ownOf = (category: string) =>
      sum(
        parts
          .flat()
          .filter(([, , of]) => of === category)
          .map(([start, end]) => (category === "" ? end - start : (end - start) ** 2)),
      );
    const valued = names.filter((name) => name !== "");
    const met = across.filter(({ one, other }) => one[2] !== "" && other[2] !== "");
    const ownMet = (category: string) =>
      sum(
        parts.flatMap((ours, i) =>
          ours
            .filter(([, , of]) => of === category)
            .flatMap((one) =>
              parts.map((theirs, j) =>
                i === j
                  ? 0
                  : sum(
                      theirs.filter(([, , of]) => of !== "").map((other) => common(one, other)),
                    ) **
                      2 /
                    (m - 1),
              ),
            ),
        ),
      );
    /** Equation 38. */
    const kuOf = (k: string) => {
      const ell = (c: string) =>
        sum(
          met.flatMap(({ one, other, length }) => (one[2] === c && other[2] === k ? length : [])),
        );
      const total = sum(met.map(({ length }) => length));
      const own = sum(valued.map(ownMet));
      const margin = (c: string) =>
        sum(met.flatMap(({ one, length }) => (one[2] === c ? length : [])));
      const epsilon = (c: string) =>
        (margin(c) * margin(k) - (c === k ? ownMet(k) : 0)) / (total - own / total);
      const [all, expected] = [sum(valued.map(ell)), sum(valued.map(epsilon))];
      if (all > 0 && Math.abs(all - ell(k)) < 1e-12) return 1;
      // Where the unit could by chance meet itself only, or nothing could.
      if (!(margin(k) * total - ownMet(k) > 1e-12)) return null;
      return 1 - ((expected / all) * (all - ell(k))) / (expected - epsilon(k));
    };
    return {
      ku_alpha: Object.fromEntries(valued.map((name) => [name, kuOf(name)])),
      u_alpha: alphaOf(
        across,
        ownOf,
        names.map((name) => [name]),
      ),
      u_alpha_binary: alphaOf(across, ownOf, [valued, names.filter((name) => name === "")]),
      cu_alpha: alphaOf(
        met,
        ownMet,
        valued.map((name) => [name]),
      ),
    };
  }

  test("is that of the equations, for two and three coders, whoever comes first", () => {
    fc.assert(
      fc.property(fc.array(apart, { minLength: 2, maxLength: 3 }), (coders) => {
        const found = uAlphaFamily({ length: LENGTH, coders });
        const expected = slowly(coders);
        expectClose(found.u_alpha, expected.u_alpha);
        expectClose(found.u_alpha_binary, expected.u_alpha_binary);
        expectClose(found.cu_alpha, expected.cu_alpha);
        for (const [name, own] of Object.entries(expected.ku_alpha)) {
          // The pool of cuα, which is 0 / 0 in the equation, is not in what it comes to.
          if (own === null || Number.isFinite(own)) expectClose(found.ku_alpha[name] ?? null, own);
        }
        const turned = [...coders].reverse().map((units) => [...units].reverse());
        const again = uAlphaFamily({ length: LENGTH, coders: turned });
        expectClose(again.u_alpha, found.u_alpha);
        expectClose(again.cu_alpha, found.cu_alpha);
        for (const [name, value] of Object.entries(found.ku_alpha)) {
          expectClose(again.ku_alpha[name], value);
          if (value !== null) expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("of the same units is 1, if there is anything to tell apart", () => {
    fc.assert(
      fc.property(apart, (units) => {
        const found = uAlphaFamily({ length: LENGTH, coders: [units, units, units] });
        const isVaried = new Set(positionsOf(units)).size > 1;
        expectClose(found.u_alpha, isVaried ? 1 : null);
        expectClose(found.cu_alpha, units.length > 0 ? 1 : null);
      }),
    );
  });

  test("of two categories (k)uα is below 0 where one is taken for the other throughout", () => {
    const coders: Unit[][] = [
      [
        [0, 5, "a"],
        [10, 15, "b"],
      ],
      [
        [0, 5, "b"],
        [10, 15, "a"],
      ],
    ];
    const { cu_alpha, ku_alpha } = uAlphaFamily({ length: LENGTH, coders });
    expect(cu_alpha).toBeLessThan(0);
    expect(ku_alpha.a).toBeLessThan(0);
  });

  test("is not defined where nobody marked anything, of one coder, or where units of one overlap", () => {
    const empty = uAlphaFamily({ length: LENGTH, coders: [[], []] });
    expect(empty).toMatchObject({ u_alpha: null, u_alpha_binary: null, cu_alpha: null });
    expect(Object.keys(empty.why_undefined)).toEqual(["u_alpha", "u_alpha_binary", "cu_alpha"]);
    const alone = uAlphaFamily({ length: LENGTH, coders: [[[0, 5, "a"]]] });
    expect(alone).toMatchObject({ u_alpha: null, ku_alpha: { a: null } });
    const over: Unit[] = [
      [0, 5, "a"],
      [4, 8, "b"],
    ];
    const { u_alpha, why_undefined } = uAlphaFamily({ length: LENGTH, coders: [over, over] });
    expect(u_alpha).toBeNull();
    expect(why_undefined.u_alpha).toContain("overlap");
  });

  test("of units that one coder alone has is defined, and of categories there is nothing to say", () => {
    const { u_alpha, cu_alpha, why_undefined } = uAlphaFamily({
      length: LENGTH,
      coders: [[[0, 5, "a"]], []],
    });
    expect(u_alpha).toBeLessThanOrEqual(0);
    expect(cu_alpha).toBeNull();
    expect(why_undefined.cu_alpha).toBe("Nowhere did two people mark the same place.");
  });
});

describe("spans by the schemes of SemEval 2013", () => {
  type Score = { readonly right: number; readonly pairs: number; readonly correct: number };

  /** The best of all ways to put spans together one to one. */
  function slowly(gold: readonly Unit[], pred: readonly Unit[], scheme: string): Score {
    const [first, ...rest] = gold;
    if (!first) return { right: 0, pairs: 0, correct: 0 };
    const better = (a: Score, b: Score) => {
      const second = scheme === "partial" ? b.correct - a.correct : b.pairs - a.pairs;
      return b.right > a.right || (b.right === a.right && second > 0) ? b : a;
    };
    const ways = pred.flatMap((other, at) => {
      const isExact = first[0] === other[0] && first[1] === other[1];
      if (!isExact && Math.min(first[1], other[1]) <= Math.max(first[0], other[0])) return [];
      const isAlike = first[2] === other[2];
      const isCorrect = { strict: isExact && isAlike, type: isAlike }[scheme] ?? isExact;
      const left = slowly(rest, pred.toSpliced(at, 1), scheme);
      return [
        {
          right: left.right + (isCorrect ? 1 : scheme === "partial" ? 0.5 : 0),
          pairs: left.pairs + 1,
          correct: left.correct + (isCorrect ? 1 : 0),
        },
      ];
    });
    return ways.reduce(better, slowly(rest, pred, scheme));
  }

  const few = fc.array(aUnit, { maxLength: 5 });

  test("count what the best of all ways counts, in whatever order spans are", () => {
    fc.assert(
      fc.property(few, few, (gold, pred) => {
        const found = spanPrfSemeval2013({ gold, pred });
        const turned = spanPrfSemeval2013({ gold: [...gold].reverse(), pred: [...pred].reverse() });
        expect(turned).toEqual(found);
        for (const scheme of spanSchemes) {
          const best = slowly(gold, pred, scheme);
          const { COR, INC, PAR, MIS, SPU, POS, ACT } = found[scheme];
          expect([COR, COR + PAR / 2]).toEqual([best.correct, best.right]);
          expect([COR + INC + PAR + MIS, COR + INC + PAR + SPU]).toEqual([POS, ACT]);
          expect([POS, ACT]).toEqual([gold.length, pred.length]);
        }
      }),
    );
  });

  test("have the same F1 whichever set is the truth, precision being the other's recall", () => {
    fc.assert(
      fc.property(few, few, (gold, pred) => {
        const [there, back] = [
          spanPrfSemeval2013({ gold, pred }),
          spanPrfSemeval2013({ gold: pred, pred: gold }),
        ];
        for (const scheme of spanSchemes) {
          const { precision, recall, f1 } = there[scheme];
          expect(back[scheme]).toMatchObject({ precision: recall, recall: precision, f1 });
          if (f1 === null) continue;
          expect(f1).toBeGreaterThanOrEqual(0);
          expect(f1).toBeLessThanOrEqual(1);
        }
        const { strict, exact, partial, type } = there;
        expect(strict.COR).toBeLessThanOrEqual(Math.min(exact.COR, type.COR));
        expect(exact.f1 ?? 0).toBeLessThanOrEqual(partial.f1 ?? 0);
        const own = spanPrfSemeval2013({ gold, pred: gold });
        for (const scheme of spanSchemes) expectClose(own[scheme].f1, gold.length > 0 ? 1 : null);
      }),
    );
  });

  test("are not greedy: what overlaps most is left where that makes two of one", () => {
    // 0-10 shares most with 0-14, which then leaves 12-20 alone, and 8-11 too.
    const { partial, type } = spanPrfSemeval2013({
      gold: [
        [0, 10, "a"],
        [12, 20, "a"],
      ],
      pred: [
        [0, 14, "a"],
        [8, 11, "a"],
      ],
    });
    expect(partial).toMatchObject({ PAR: 2, MIS: 0, SPU: 0, f1: 0.5 });
    expect(type).toMatchObject({ COR: 2, f1: 1 });
  });

  test("do not hold spans together that touch, nor those of which one is empty", () => {
    const { partial } = spanPrfSemeval2013({
      gold: [
        [0, 5, "a"],
        [9, 9, "a"],
      ],
      pred: [
        [5, 9, "a"],
        [9, 9, "a"],
      ],
    });
    expect(partial).toMatchObject({ COR: 1, PAR: 0, MIS: 1, SPU: 1 });
  });

  test("of one set that is empty have a recall or a precision, and no other", () => {
    const { strict } = spanPrfSemeval2013({ gold: [[0, 5, "a"]], pred: [] });
    expect(strict).toMatchObject({ MIS: 1, precision: null, recall: 0, f1: 0 });
  });

  const span = ([start, end, label]: Unit) => ({
    label,
    fragments: [{ start, end }],
    attributes: {},
  });

  test("count for the report what they count, of all spans and of each label by itself", () => {
    fc.assert(
      fc.property(few, few, (gold, pred) => {
        const { all, labels } = rightSpans(gold.map(span), pred.map(span));
        const expectSame = (ours: readonly Unit[], theirs: readonly Unit[], of = all) => {
          const found = spanPrfSemeval2013({ gold: ours, pred: theirs });
          for (const scheme of spanSchemes) {
            expect(of[scheme]).toBe(found[scheme].COR + found[scheme].PAR / 2);
          }
        };
        expectSame(gold, pred);
        for (const [label, of] of labels) {
          const own = ([, , name]: Unit) => name === label;
          expectSame(gold.filter(own), pred.filter(own), of);
        }
      }),
    );
  });

  test("say what was taken for what: each span once, with its like first", () => {
    fc.assert(
      fc.property(few, few, (gold, pred) => {
        const [ones, others] = [gold.map(span), pred.map(span)];
        const found = alignSpans(ones, others);
        expect(found.flatMap(({ one }) => one ?? [])).toHaveLength(ones.length);
        expect(new Set(found.flatMap(({ other }) => other ?? [])).size).toBe(others.length);
      }),
    );
    const told = alignSpans(
      (
        [
          [0, 9, "a"],
          [20, 25, "a"],
        ] satisfies Unit[]
      ).map(span),
      (
        [
          [0, 9, "b"],
          [2, 4, "a"],
          [20, 29, "b"],
          [40, 45, "c"],
        ] satisfies Unit[]
      ).map(span),
    );
    expect(told.map(({ one, other }) => [one?.label, other?.fragments[0]?.start])).toEqual([
      ["a", 2],
      ["a", 20],
      [undefined, 0],
      [undefined, 40],
    ]);
  });

  test("hold spans with several fragments for the same only if all of these are", () => {
    const of = (...fragments: [number, number][]) => ({
      label: "a",
      fragments: fragments.map(([start, end]) => ({ start, end })),
      attributes: {},
    });
    const { all } = rightSpans([of([0, 5], [8, 12])], [of([0, 5])]);
    expect(all).toMatchObject({ strict: 0, partial: 0.5, type: 1 });
    // The gap of the one is what the other has marked.
    expect(rightSpans([of([0, 5], [8, 12])], [of([5, 8])]).all.type).toBe(0);
  });
});

test("a range in characters is the words that it shares a character with", () => {
  const words = Int32Array.from([0, 3, 4, 8, 10, 12]);
  const found = (start: number, end: number) => inWords([{ start, end }], words)[0] ?? null;
  expect(found(0, 3)).toEqual({ start: 0, end: 1 });
  expect(found(2, 5)).toEqual({ start: 0, end: 2 });
  expect(found(3, 4)).toBeNull();
  expect(found(8, 11)).toEqual({ start: 2, end: 3 });
  expect(found(3, 12)).toEqual({ start: 1, end: 3 });
});
