import type { Annotations } from "@/lib/domain/operation";
import { hull, inTextOrder, type Span } from "@/lib/domain/span";
import { readable } from "./wording";

/** The spans at an offset, the shortest first: a place means the most particular one. */
export function spansAt(spans: readonly Span[], offset: number): Span[] {
  const length = ({ fragments }: Span) =>
    fragments.reduce((sum, { start, end }) => sum + end - start, 0);
  return spans
    .filter(({ fragments }) => fragments.some(({ start, end }) => start <= offset && offset < end))
    .sort((a, b) => length(a) - length(b));
}

/** The span after or before another, or after or before an offset, in text order. */
export function neighbour(
  spans: readonly Span[],
  by: -1 | 1,
  from: Span | number,
): Span | undefined {
  const side = (span: Span) =>
    typeof from === "number" ? hull(span.fragments).start - from : inTextOrder(span, from);
  if (by === -1) return spans.findLast((span) => side(span) < 0);
  return typeof from === "number"
    ? spans.find((span) => side(span) >= 0)
    : spans.find((span) => span.id !== from.id && side(span) > 0);
}

/** A span as a screen reader is to say it. */
export function spoken(set: Annotations, span: Span): string {
  const relations = set.relationsOf(span.id).length;
  const linked = relations === 0 ? "" : `, ${relations} relation${relations === 1 ? "" : "s"}`;
  return `${readable(span.label)}${linked}: ${span.quote}`;
}
