import type { CountedUnit, Measure, MeasureName } from "./report-schemas";
import type { ArticleSums, Figure } from "./sums";

/** A measure before it is computed: what it is of sums. */
export type Definition = {
  readonly name: MeasureName;
  readonly of: Figure;
  /** Why it is not defined, where it is not. */
  readonly why: (sums: Float64Array) => string;
  /** What it rests on, in `unit`. */
  readonly n: (sums: Float64Array) => number;
  readonly unit: CountedUnit;
};

/** Measures of some articles, each with its interval; see {@link ArticleSums.intervals}. */
export function measured(
  sums: ArticleSums,
  definitions: readonly Definition[],
  rows: readonly number[],
  bootstrap: { readonly seed: number; readonly resamples: number },
): ReadonlyMap<Definition, Measure> {
  const total = sums.of(rows);
  const figures = definitions.map(({ of }) => of);
  const intervals = sums.intervals(figures, rows, bootstrap);
  return new Map(
    definitions.map((definition, at) => {
      const { name, of, why, n, unit } = definition;
      const value = of(total);
      const isDefined = !Number.isNaN(value);
      const measure: Measure = {
        name,
        value: isDefined ? value : null,
        ...(isDefined ? {} : { why_undefined: why(total) }),
        low: isDefined ? (intervals[at]?.low ?? null) : null,
        high: isDefined ? (intervals[at]?.high ?? null) : null,
        n: n(total),
        n_unit: unit,
      };
      return [definition, measure];
    }),
  );
}
