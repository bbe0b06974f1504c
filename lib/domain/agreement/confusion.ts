import { GrowingMap } from "./growing-map";
import type { AgreementReport } from "./report-schemas";

type Cells = AgreementReport["confusion"];

/** How often the one label was taken for the other; null is nothing marked. */
export class Confusion {
  readonly #rows = new GrowingMap<string | null, Map<string | null, number>>(() => new Map());

  count(one: string | null, other: string | null): void {
    const row = this.#rows.need(one);
    row.set(other, (row.get(other) ?? 0) + 1);
  }

  /** In the order of rows and columns. */
  get cells(): Cells {
    return byName(this.#rows).flatMap(([one, row]) =>
      byName(row).map(([other, count]) => ({ one, other, count })),
    );
  }
}

/** What the rows and columns of a matrix are of, in their order. */
export function labelsIn(cells: Cells): (string | null)[] {
  return [...new Set(cells.flatMap(({ one, other }) => [one, other]))].sort(nothingLast);
}

/** What is known of something, in the alphabetical order of names; of nothing last. */
export function byName<Name extends string | null, Of>(map: ReadonlyMap<Name, Of>): [Name, Of][] {
  return [...map].sort(([a], [b]) => nothingLast(a, b));
}

function nothingLast(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
