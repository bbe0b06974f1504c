import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  gamma,
  gammaBestAlignmentDisorder,
  gammaGivenSamples,
  gammaInSteps,
  gammaPositionalDissimilarity,
} from "@/lib/domain/agreement/gamma";
import type { Unit } from "@/lib/domain/agreement/unitizing";
import { SeededRandom } from "@/lib/domain/random";

const aUnit = fc
  .tuple(fc.nat(30), fc.integer({ min: 1, max: 8 }), fc.constantFrom("a", "b"))
  .map(([start, length, category]): Unit => [start, start + length, category]);
const weights = fc.record({
  alpha: fc.constantFrom(0, 1, 3),
  beta: fc.constantFrom(0, 1, 2),
  delta_empty: fc.constantFrom(1, 0.5),
});
const coders = (min: number, max: number, units: number) =>
  fc
    .array(fc.array(aUnit, { maxLength: units }), { minLength: min, maxLength: max })
    .filter((of) => of.flat().length > 0);

type Weights = { alpha: number; beta: number; delta_empty: number };

/** The disorder of the best alignment by trying every one, from the definitions. */
function slowly(all: readonly (readonly Unit[])[], weights: Weights): number {
  const { alpha, beta, delta_empty } = weights;
  const distance = (one: Unit | null, other: Unit | null) => {
    if (!one || !other) return delta_empty;
    const place = gammaPositionalDissimilarity({ pairs: [[one, other]], delta_empty })[0] ?? 0;
    return alpha * place + (one[2] === other[2] ? 0 : beta * delta_empty);
  };
  const costOf = (tuple: readonly (Unit | null)[]) => {
    const pairs = tuple.flatMap((one, at) =>
      tuple.slice(at + 1).map((other) => distance(one, other)),
    );
    return pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
  };
  const least = (left: readonly (readonly Unit[])[]): number => {
    const first = left.findIndex((units) => units.length > 0);
    if (first === -1) return 0;
    let best = Number.POSITIVE_INFINITY;
    const choose = (at: number, tuple: (Unit | null)[]) => {
      if (at === left.length) {
        const rest = left.map((units, coder) => units.filter((unit) => unit !== tuple[coder]));
        best = Math.min(best, costOf(tuple) + least(rest));
        return;
      }
      const own = left[at] ?? [];
      // The first unit of the first coder who has one is in one of them.
      const options = at === first ? own.slice(0, 1) : at < first ? [null] : [null, ...own];
      for (const option of options) choose(at + 1, [...tuple, option]);
    };
    choose(0, []);
    return best;
  };
  return (least(all) * all.length) / all.flat().length;
}

describe("the disorder of the best alignment", () => {
  test("of two coders is the least of all alignments", () => {
    fc.assert(
      fc.property(coders(2, 2, 4), weights, (of, by) => {
        expect(gammaBestAlignmentDisorder({ coders: of, ...by })).toBeCloseTo(slowly(of, by), 8);
      }),
    );
  });

  test("of three and four coders is the least of all alignments", () => {
    fc.assert(
      fc.property(coders(3, 3, 3), weights, (of, by) => {
        expect(gammaBestAlignmentDisorder({ coders: of, ...by })).toBeCloseTo(slowly(of, by), 8);
      }),
    );
    fc.assert(
      fc.property(coders(4, 4, 2), weights, (of, by) => {
        expect(gammaBestAlignmentDisorder({ coders: of, ...by })).toBeCloseTo(slowly(of, by), 8);
      }),
      { numRuns: 50 },
    );
  });

  test("is 0 of the same units, whoever is asked, and at most Δ∅ times the number of coders", () => {
    fc.assert(
      fc.property(coders(2, 4, 5), (of) => {
        const found = gammaBestAlignmentDisorder({ coders: of });
        const reversed = of.map((units) => [...units].reverse()).reverse();
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(of.length);
        expect(gammaBestAlignmentDisorder({ coders: reversed })).toBeCloseTo(found ?? -1, 9);
        const [one = []] = of;
        if (one.length === 0) return;
        expect(gammaBestAlignmentDisorder({ coders: [one, one, one] })).toBe(0);
      }),
    );
  });

  test("is found of three coders with sixty units each that touch each other", () => {
    const units = (shift: number): Unit[] =>
      Array.from({ length: 60 }, (_, at) => {
        const start = at * 20 + ((at * 7 + shift * 5) % 6);
        return [start, start + 12 + ((at + shift) % 9), "abc"[(at * shift) % 3] ?? "a"];
      });
    const found = gammaBestAlignmentDisorder({ coders: [units(1), units(2), units(3)] });
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(1);
  });

  // Found by integer programming over all unitary alignments (HiGHS, as scipy.optimize.milp has it).
  test.for([
    { what: "fifteen of three labels", labels: "abc", expected: 0.002818230299834278 },
    { what: "fifteen of one label", labels: "aaa", expected: 0.0002665514774912916 },
  ])("is found of three coders, with $what each that all lie over each other", (of) => {
    const pile = [0, 1, 2].map((c) =>
      Array.from({ length: 15 }, (_, i): Unit => {
        const [start, end] = [(7 * i + 3 * c) % 11, 200 + ((29 * i + 17 * c) % 97)];
        return [start, end, of.labels[(i + c) % 3] ?? "a"];
      }),
    );
    expect(gammaBestAlignmentDisorder({ coders: pile })).toBeCloseTo(of.expected, 10);
  });

  test("is found of four coders whose units lie over each other here and there", () => {
    const units = (c: number) =>
      Array.from({ length: 9 }, (_, i): Unit => {
        const start = (7 * i + 5 * c) % 60;
        return [start, start + 1 + ((29 * i + 17 * c) % 60), "abc"[(i * c) % 3] ?? "a"];
      });
    const found = gammaBestAlignmentDisorder({ coders: [0, 1, 2, 3].map(units) });
    expect(found).toBeCloseTo(0.7534708121148879, 10);
  });

  test("is 0 of thirty coders who all marked the same", () => {
    const units = Array.from({ length: 20 }, (_, at): Unit => [at * 3, at * 3 + 40, "a"]);
    const coders = Array.from({ length: 30 }, (_, turn) =>
      turn % 2 === 0 ? units : units.toReversed(),
    );
    expect(gammaBestAlignmentDisorder({ coders })).toBe(0);
    expect(gamma({ coders })).toMatchObject({ gamma: 1, samples: 0 });
  });

  test("where far too many lie over each other it is given up, with rests before that", () => {
    const random = new SeededRandom(5);
    const pile = [0, 1, 2].map(() =>
      Array.from({ length: 70 }, (): Unit => [random.below(10), 20 + random.below(1000), "a"]),
    );
    let rests = 0;
    const steps = gammaInSteps({ coders: pile });
    for (;;) {
      const step = steps.next();
      rests += 1;
      if (!step.done) continue;
      expect(step.value).toMatchObject({
        gamma: null,
        why_undefined: expect.stringContaining("Too many"),
      });
      break;
    }
    expect(rests).toBeGreaterThan(50);
  });

  test("is not defined of one coder, or of nothing; a unit that ends before its start is refused", () => {
    expect(gammaBestAlignmentDisorder({ coders: [[[0, 5, "a"]]] })).toBeNull();
    expect(gammaBestAlignmentDisorder({ coders: [[], []] })).toBeNull();
    expect(() => gammaBestAlignmentDisorder({ coders: [[[5, 4, "a"]], []] })).toThrow(RangeError);
    expect(() => gammaBestAlignmentDisorder({ coders: [[], []], delta_empty: 0 })).toThrow(
      RangeError,
    );
  });

  test("of units of which one coder has none, each costs Δ∅", () => {
    expect(gammaBestAlignmentDisorder({ coders: [[[0, 5, "a"]], []] })).toBe(2);
  });

  test("empty units are the same at one place, and never together at two", () => {
    const at = (start: number): Unit => [start, start, "a"];
    expect(gammaBestAlignmentDisorder({ coders: [[at(3)], [at(3)]] })).toBe(0);
    expect(gammaBestAlignmentDisorder({ coders: [[at(3)], [at(4)]] })).toBe(2);
  });
});

describe("γ", () => {
  const two: Unit[][] = [
    [
      [0, 10, "a"],
      [30, 42, "b"],
      [60, 65, "a"],
    ],
    [
      [2, 11, "a"],
      [31, 40, "a"],
      [80, 90, "b"],
    ],
  ];

  test("is the same for the same seed, and about the same for another", () => {
    const found = gamma({ coders: two, seed: 1 });
    expect(gamma({ coders: two, seed: 1 })).toEqual(found);
    const turned = [...two].reverse().map((units) => [...units].reverse());
    expect(gamma({ coders: turned, seed: 1 }).gamma).toBeCloseTo(found.gamma ?? -1, 12);
    const other = gamma({ coders: two, seed: 2 });
    expect(other).not.toEqual(found);
    expect(other.gamma).toBeCloseTo(found.gamma ?? -1, 1);
    expect(found.low).toBeLessThan(found.gamma ?? -1);
    expect(found.high).toBeGreaterThan(found.gamma ?? 2);
  });

  test("takes more samples for more precision", () => {
    const rough = gamma({ coders: two, seed: 1, precision: 0.2 });
    const fine = gamma({ coders: two, seed: 1, precision: 0.05 });
    expect(rough.samples).toBe(30);
    expect(fine.samples).toBeGreaterThan(rough.samples);
  });

  test("is at most 1, and 1 of the same work", () => {
    fc.assert(
      fc.property(coders(2, 3, 4), fc.nat(), (of, seed) => {
        const { gamma: value, why_undefined } = gamma({ coders: of, seed, precision: 0.3 });
        if (value === null) expect(why_undefined).toBeTruthy();
        else expect(value).toBeLessThanOrEqual(1);
        const [one = []] = of;
        if (one.length > 0) expect(gamma({ coders: [one, one], seed }).gamma).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  test("is not clamped: what is less alike than chance is below 0", () => {
    const apart: Unit[][] = [[[0, 5, "a"]], [[100, 105, "b"]]];
    const alike: Unit[][] = [[[0, 5, "a"]], [[1, 6, "a"]]];
    const { gamma: value } = gammaGivenSamples({ coders: apart, samples: [alike, alike] });
    expect(value).toBeLessThan(0);
  });

  test("says why it is not defined", () => {
    expect(gamma({ coders: [[], []] })).toMatchObject({
      gamma: null,
      why_undefined: "Nobody marked anything.",
    });
    expect(gamma({ coders: [two[0] ?? []] })).toMatchObject({
      gamma: null,
      why_undefined: "There is the work of one person only.",
    });
    const without = gammaGivenSamples({ coders: two, samples: [] });
    expect(without).toMatchObject({ gamma: null });
    expect(without.why_undefined).toBeTruthy();
  });
});
