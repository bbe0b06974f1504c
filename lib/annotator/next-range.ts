import type { Placed } from "@/lib/domain/range-set";
import { normaliseFragments } from "@/lib/domain/span";
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

/** What some items cover, sorted and apart; kept for as long as the list of them is the same. */
const covered = new WeakMap<readonly Placed[], readonly Range[]>();

/** Whether one of the items shares a character with a range. The list is never changed. */
export function isTouched(range: Range, items: readonly Placed[]): boolean {
  const known = covered.get(items);
  const ranges = known ?? normaliseFragments(items.flatMap(({ fragments }) => fragments));
  if (!known) covered.set(items, ranges);
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= range.start) low = middle + 1;
    else high = middle;
  }
  return (ranges[low]?.start ?? Number.POSITIVE_INFINITY) < range.end;
}
