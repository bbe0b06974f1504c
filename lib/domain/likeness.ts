import { type Fragment, hull, type Span } from "./span";
import { compareByUnit, type Range } from "./text";

// How spans lie to each other and how far they are the same, whosever they are. Fragments are sorted and disjoint; lengths are in code points.

/** From where the first of some spans begins to where the last ends: one span at least. */
export function extentOf(spans: readonly Pick<Span, "fragments">[]): Range {
  const hulls = spans.map(({ fragments }) => hull(fragments));
  return {
    start: Math.min(...hulls.map(({ start }) => start)),
    end: Math.max(...hulls.map(({ end }) => end)),
  };
}

/** How much of the text a span covers. */
export function lengthOf(fragments: readonly Fragment[]): number {
  return fragments.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** How much of the text two spans share, 0 for those that touch. Goes over both once. */
export function sharedLength(one: readonly Fragment[], other: readonly Fragment[]): number {
  let shared = 0;
  for (let a = 0, b = 0; a < one.length && b < other.length; ) {
    const [left, right] = [one[a], other[b]];
    if (!left || !right) break;
    shared += Math.max(0, Math.min(left.end, right.end) - Math.max(left.start, right.start));
    if (left.end < right.end) a += 1;
    else b += 1;
  }
  return shared;
}

/** The same for the same fragments. */
export function placeOf(fragments: readonly Fragment[]): string {
  return fragments.map(({ start, end }) => `${start}-${end}`).join(",");
}

/** The same for spans with the same label and fragments. */
export function placeKey({ label, fragments }: Pick<Span, "label" | "fragments">): string {
  return `${label} ${placeOf(fragments)}`;
}

/** The same for the same attributes, whatever order they are in. */
export function attributesKey({ attributes }: Pick<Span, "attributes">): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => compareByUnit(a, b)));
}

/** The same for spans that differ in nothing but their ids. */
export function contentKey(span: Pick<Span, "label" | "fragments" | "attributes">): string {
  return `${placeKey(span)} ${attributesKey(span)}`;
}
