import type { Range } from "@/lib/domain/text";

/**
 * Of sorted, disjoint ranges the next one from a place on: going forward the first that starts at
 * its end or later, going back the last that ends at its start or before. So whoever is in one goes
 * on to the next, and at the start of one, with nothing selected, to that one. Null where there is none.
 *
 * @param from what is selected, or an empty range for a caret
 * @param isMeant leaves out the others
 */
export function nextRange(
  ranges: readonly Range[],
  from: Range,
  by: -1 | 1,
  isMeant: (range: Range) => boolean = () => true,
): Range | null {
  const found =
    by === 1
      ? ranges.find((range) => range.start >= from.end && isMeant(range))
      : ranges.findLast((range) => range.end <= from.start && isMeant(range));
  return found ?? null;
}
