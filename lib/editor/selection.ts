import { isBlank } from "@/lib/domain/blank";
import { hasLetterOrDigit } from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";

/**
 * What an exact selection means as a span; others mean words: see `Segmentation`. Whole characters as readers see them, without what is blank at
 * its ends. Null if nothing is left, or nothing that has a letter or a digit.
 */
export function spanRange(text: ArticleText, selected: Range): Range | null {
  let start = text.boundaryBefore(selected.start);
  let end = text.boundaryAfter(selected.end);
  while (start < end && isBlankEdge(text, start, "start")) start = nextBoundary(text, start, 1);
  while (start < end && isBlankEdge(text, end, "end")) end = nextBoundary(text, end, -1);
  return hasLetterOrDigit(text.slice({ start, end })) ? { start, end } : null;
}

/**
 * Whether a span with this edge at an offset, a boundary, would have something blank there, or
 * nothing at all. Joiners within a word belong to the letter before them, and are not asked about.
 */
export function isBlankEdge(text: ArticleText, offset: number, edge: "start" | "end"): boolean {
  const range =
    edge === "start"
      ? { start: offset, end: nextBoundary(text, offset, 1) }
      : { start: nextBoundary(text, offset, -1), end: offset };
  return isBlank(text.slice(range));
}

/** The next place from `offset` where a span may start or end, or `offset` at the text's edge. */
export function nextBoundary(text: ArticleText, offset: number, by: -1 | 1): number {
  if (by === 1) return offset < text.length ? text.boundaryAfter(offset + 1) : offset;
  return offset > 0 ? text.boundaryBefore(offset - 1) : offset;
}
