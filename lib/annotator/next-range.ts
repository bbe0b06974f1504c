import { inTextOrder, type Placed } from "@/lib/domain/range-set";
import { hull, normaliseFragments, type Span } from "@/lib/domain/span";
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

/** A place means the most particular span there; of two as long as each other, the first in the text. */
export function shortestFirst(spans: readonly Span[]): Span[] {
  const length = ({ fragments }: Span) =>
    fragments.reduce((sum, { start, end }) => sum + end - start, 0);
  return spans.toSorted((a, b) => length(a) - length(b) || inTextOrder(a, b));
}

/**
 * The span after or before another one in text order, or from an offset: on from there, the first
 * that starts at it or later; back, the last that starts before it. Undefined at either end.
 *
 * @param counts whether a span is one of those that are meant
 */
export function neighbourOf(
  spans: readonly Span[],
  by: -1 | 1,
  from: Span | number,
  counts: (span: Span) => boolean = () => true,
): Span | undefined {
  const side = (span: Span) =>
    typeof from === "number" ? hull(span.fragments).start - from : inTextOrder(span, from);
  if (by === -1) return spans.findLast((span) => side(span) < 0 && counts(span));
  const first = typeof from === "number" ? 0 : 1; // a span is not after itself
  return spans.find((span) => side(span) >= first && counts(span));
}
