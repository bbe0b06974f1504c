import { inTextOrder } from "@/lib/domain/range-set";
import { type Fragment, hull, type Span } from "@/lib/domain/span";
import type { Range } from "@/lib/domain/text";

/** What a place of a text lies in, in code points; null where it lies in none. */
export type Surroundings = {
  sentenceAt(offset: number): Range | null;
  blockAt(offset: number): Range | null;
};

/**
 * Spans by how near they are to one of them: those of its sentence first, then those of its paragraph,
 * then the others, each by the text between the two; of two as near as each other, the first in the text.
 */
export function nearestFirst(from: Span, spans: readonly Span[], places: Surroundings): Span[] {
  const sentence = sentenceOf(from, places);
  const paragraph = around(from, (offset) => places.blockAt(offset));
  const tierOf = ({ fragments }: Span) =>
    isIn(sentence, fragments) ? 0 : isIn(paragraph, fragments) ? 1 : 2;
  return spans
    .map((span) => ({ span, tier: tierOf(span), gap: gapBetween(from, span) }))
    .sort((a, b) => a.tier - b.tier || a.gap - b.gap || inTextOrder(a.span, b.span))
    .map(({ span }) => span);
}

/** The sentence that a span lies in, or from its first to its last. */
export function sentenceOf(span: Span, places: Surroundings): Range {
  return around(span, (offset) => places.sentenceAt(offset));
}

/** From the start of what the first of a span lies in to the end of what its last lies in. */
function around({ fragments }: Span, at: (offset: number) => Range | null): Range {
  const { start, end } = hull(fragments);
  return { start: at(start)?.start ?? start, end: at(end - 1)?.end ?? end };
}

function isIn({ start, end }: Range, fragments: readonly Fragment[]): boolean {
  return fragments.some((one) => one.start < end && start < one.end);
}

/** The code points between the nearest parts of two spans; 0 where they touch or overlap. */
function gapBetween({ fragments: ours }: Span, { fragments: theirs }: Span): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of ours) {
    for (const other of theirs) {
      least = Math.min(least, Math.max(0, other.start - one.end, one.start - other.end));
    }
  }
  return least;
}
