import type { ArticleText, Range } from "@/lib/domain/text";

/** White space and what is invisible at the edge of a selection: no span starts or ends with it. */
const blank = /[\s\u200b\u2060\ufeff]/u;

/**
 * What a selection means as a span: cut back to whole characters as readers see them, without
 * white space at its ends. Null if nothing is left, or nothing that has a letter or a digit.
 */
export function spanRange(text: ArticleText, selected: Range): Range | null {
  let start = text.boundaryBefore(selected.start);
  let end = text.boundaryAfter(selected.end);
  while (start < end && blank.test(text.slice({ start, end: start + 1 }))) start += 1;
  while (end > start && blank.test(text.slice({ start: end - 1, end }))) end -= 1;
  // Trimming may have stopped inside a cluster, such as a space with a combining mark.
  start = text.boundaryAfter(start);
  end = text.boundaryBefore(end);
  if (start >= end) return null;
  return /[\p{L}\p{N}]/u.test(text.slice({ start, end })) ? { start, end } : null;
}

/** The next place from `offset` where a span may start or end, or `offset` at the text's edge. */
export function nextBoundary(text: ArticleText, offset: number, by: -1 | 1): number {
  if (by === 1) return offset < text.length ? text.boundaryAfter(offset + 1) : offset;
  return offset > 0 ? text.boundaryBefore(offset - 1) : offset;
}

const words = new Intl.Segmenter(undefined, { granularity: "word" });

/** How much text around an offset is looked at for words, in UTF-16 units. */
const WINDOW = 400;

/**
 * The next edge of a word: its start going back, its end going on. Punctuation and white space
 * between words are passed over.
 */
export function nextWordEdge(text: ArticleText, offset: number, by: -1 | 1): number {
  const unit = text.toUtf16(offset);
  const from = Math.max(0, by === 1 ? unit : unit - WINDOW);
  const window = text.value.slice(from, by === 1 ? unit + WINDOW : unit);
  const edges = [...words.segment(window)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => from + (by === 1 ? index + segment.length : index));
  const edge = by === 1 ? edges.find((at) => at > unit) : edges.findLast((at) => at < unit);
  if (edge === undefined) return by === 1 ? text.length : 0;
  const found = text.fromUtf16(edge);
  return by === 1 ? text.boundaryAfter(found) : text.boundaryBefore(found);
}
