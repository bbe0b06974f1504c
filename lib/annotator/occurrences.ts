import { v7 as uuid } from "uuid";
import type { Annotations } from "@/lib/domain/operation";
import type { Span } from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";
import type { AnnotatorController } from "./controller";
import { addSpan } from "./edits";

/**
 * Where the words of a span are besides, exactly as they are there and not as a part of longer words; not
 * where a span of its label lies on them already. Only words in one piece are looked for.
 */
export function occurrencesOf(
  { text, set }: { readonly text: ArticleText; readonly set: Annotations },
  { label, fragments, quote }: Pick<Span, "label" | "fragments" | "quote">,
): Range[] {
  if (fragments.length !== 1 || quote === "") return [];
  const found: Range[] = [];
  const { value } = text;
  const isLetter = (unit: number) => /^[\p{L}\p{N}\p{M}]$/u.test(value.charAt(unit));
  const startsWord = /^[\p{L}\p{N}]/u.test(quote) && !noSpaces.test(quote);
  const endsWord = /[\p{L}\p{N}\p{M}]$/u.test(quote) && !noSpaces.test(quote);
  for (let unit = value.indexOf(quote); unit >= 0; unit = value.indexOf(quote, unit + 1)) {
    const behind = unit + quote.length;
    if ((startsWord && isLetter(unit - 1)) || (endsWord && isLetter(behind))) continue;
    const range = { start: text.fromUtf16(unit), end: text.fromUtf16(behind) };
    if (!text.isBoundary(range.start) || !text.isBoundary(range.end)) continue;
    const isFree = range.start >= (found.at(-1)?.end ?? 0);
    if (isFree && set.overlapping([range], label).length === 0) found.push(range);
  }
  return found;
}

/** Scripts without spaces between words: what is before and behind tells nothing there. */
const noSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether the words of the selected span are nowhere else, which is told then. */
export function nowhereElse(annotator: AnnotatorController): boolean {
  const span = annotator.selectedSpan;
  if (!span || occurrencesOf(annotator, span).length > 0) return false;
  const where = span.fragments.length > 1 ? "in one piece " : "";
  annotator.told.notice(`These words are nowhere else ${where}without a label of this kind.`);
  return true;
}

/** Labels ranges as the selected span is, with its attributes, in one step. */
export function labelAlike(annotator: AnnotatorController, ranges: readonly Range[]): boolean {
  const span = annotator.selectedSpan;
  if (!span || ranges.length === 0) return false;
  const { label, attributes } = span;
  const edit = ranges.flatMap((range) =>
    addSpan(annotator.text, uuid(), label, [range], attributes),
  );
  if (!annotator.perform(edit)) return false;
  annotator.announce(`Labelled ${ranges.length} more`);
  return true;
}
