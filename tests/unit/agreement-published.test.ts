import { describe, expect, test } from "vitest";
import {
  cohenKappa,
  cohenKappaOnPositions,
  fleissKappa,
  fleissKappaPerCategory,
  krippendorffAlpha,
  krippendorffAlphaNominalOnPositions,
} from "@/lib/domain/agreement/chance-corrected";
import {
  gamma,
  gammaBestAlignmentDisorder,
  gammaGivenSamples,
  gammaPositionalDissimilarity,
} from "@/lib/domain/agreement/gamma";
import { spanPrfSemeval2013 } from "@/lib/domain/agreement/matching";
import { type Unit, uAlphaFamily } from "@/lib/domain/agreement/unitizing";
import { SeededRandom } from "@/lib/domain/random";
import * as figures from "./agreement-figures";

const units = (written: string): Unit[] =>
  written === "" ? [] : written.split(", ").map((unit) => unitOf(unit));

function unitOf(written: string): Unit {
  const [range = "", category = "in"] = written.split(" ");
  const [start = 0, end = 0] = range.split("-").map(Number);
  return [start, end, category];
}

/** Everything that is defined and expected, within the tolerance; null is null. */
function expectFigures(found: object, expected: object, tolerance: number): void {
  for (const [name, value] of Object.entries(expected)) {
    const own: unknown = Object.entries(found).find(([key]) => key === name)?.[1];
    if (typeof value === "object" && value !== null) {
      expectFigures(Object(own), value, tolerance);
    } else if (typeof value === "number" && typeof own === "number") {
      expect(Math.abs(own - value), `${name} is ${own}`).toBeLessThanOrEqual(tolerance + 1e-12);
    } else expect(own, name).toBe(value);
  }
}

const random = new SeededRandom(46);
/** As it is, and in other orders. */
const orders = <T>(items: readonly T[]): T[][] => [
  [...items],
  ...[1, 2, 3, 4].map(() => random.shuffled(items)),
];
const coderOrders = (coders: readonly string[]): Unit[][][] =>
  orders(coders.map(units)).map((order) => order.map((of) => random.shuffled(of)));

describe("published figures hold, whoever is first and whatever comes first", () => {
  test.for(figures.cohen)("κ $id", ({ input, expected, tolerance }) => {
    expectFigures(cohenKappa(input), expected, tolerance);
    const swapped =
      "confusion" in input
        ? { confusion: input.confusion.map((_, at) => input.confusion.map((row) => row[at] ?? 0)) }
        : { a: input.b, b: input.a };
    expectFigures(cohenKappa(swapped), expected, tolerance);
  });

  test.for(figures.positions)("positions $id", (of) => {
    const { length, one, other, alpha, tolerance } = of;
    for (const [first = [], second = []] of coderOrders([one, other])) {
      const input = { length, coder1_spans: first, coder2_spans: second };
      const { kappa, pi } = cohenKappaOnPositions(input);
      const found = { kappa, pi, alpha: krippendorffAlphaNominalOnPositions(input).alpha };
      const expected = { kappa: of.kappa, pi: of.pi, alpha };
      const known = Object.entries(expected).filter(([, value]) => value !== undefined);
      expectFigures(found, Object.fromEntries(known), tolerance);
    }
  });

  test.for(figures.fleiss)("Fleiss $id", ({ input, expected, tolerance }) => {
    const inputs =
      "counts" in input
        ? orders(input.counts).map((counts) => ({ counts }))
        : orders(input.ratings).map((of) => ({ ratings: of.map((row) => random.shuffled(row)) }));
    for (const each of inputs) expectFigures(fleissKappa(each), expected, tolerance);
  });

  test.for(figures.fleissPerCategory)("Fleiss $id", ({ counts, expected, tolerance }) => {
    expectFigures(fleissKappaPerCategory({ counts }), expected, tolerance);
  });

  test.for(figures.alpha)("α $id", ({ level, data, expected, tolerance }) => {
    for (const rows of orders(data)) {
      const order = random.shuffled([...(rows[0] ?? []).keys()]);
      const shuffled = rows.map((row) => order.map((at) => row[at] ?? null));
      expectFigures(krippendorffAlpha({ level, data: shuffled }), expected, tolerance);
    }
  });

  test.for(figures.unitizing)("uα $id", ({ length, coders, expected, tolerance }) => {
    for (const order of coderOrders(coders)) {
      expectFigures(uAlphaFamily({ length, coders: order }), expected, tolerance);
    }
  });

  test.for(figures.positional)("d_pos $id", ({ pairs, expected, tolerance }) => {
    const placed = pairs.map(([one, other]) => [unitOf(one), unitOf(other)] as const);
    expectFigures(gammaPositionalDissimilarity({ pairs: placed }), expected, tolerance);
    const swapped = placed.map(([one, other]) => [other, one] as const);
    expectFigures(gammaPositionalDissimilarity({ pairs: swapped }), expected, tolerance);
  });

  test.for(figures.disorder)("$id", ({ alpha, coders, expected, tolerance }) => {
    for (const order of coderOrders(coders)) {
      expectFigures(
        { disorder: gammaBestAlignmentDisorder({ coders: order, alpha, beta: 1, delta_empty: 1 }) },
        { disorder: expected },
        tolerance,
      );
    }
  });

  test.for(figures.samples)("γ $id", ({ coders, samples, expected, tolerance }) => {
    for (const order of coderOrders(coders)) {
      const drawn = samples.map((sample) => coderOrders(sample)[1] ?? []);
      expectFigures(gammaGivenSamples({ coders: order, samples: drawn }), expected, tolerance);
    }
  });

  test.for(figures.identical)("γ $id", ({ coders, expected }) => {
    for (const order of coderOrders(coders)) expect(gamma({ coders: order }).gamma).toBe(expected);
  });

  test.for(figures.schemes)("SemEval $id", ({ gold, pred, expected }) => {
    for (const order of orders(units(gold))) {
      const found = spanPrfSemeval2013({ gold: order, pred: random.shuffled(units(pred)) });
      const told = Object.entries(found).map(([scheme, { COR, INC, PAR, MIS, SPU }]) => [
        scheme,
        [COR, INC, PAR, MIS, SPU].join(" "),
      ]);
      expect(Object.fromEntries(told)).toMatchObject(expected);
    }
  });
});
