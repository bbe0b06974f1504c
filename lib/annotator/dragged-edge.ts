import { labelRule } from "@/lib/domain/scheme";
import { type Fragment, hasLetterOrDigit, quoteOf, type Span } from "@/lib/domain/span";
import { isBlankEdge } from "@/lib/editor/selection";
import type { AnnotatorController } from "./controller";
import { withEdge } from "./edits";

/**
 * Moves an edge of the selected span to an offset, as a drag does: to the nearest edge of a word, or just
 * there. Where it would leave nothing, or lie on what is blank or over another span that its label keeps it
 * from, it stays.
 *
 * @param goesOn whether it is the same gesture as the move before
 */
export function dragEdge(
  annotator: AnnotatorController,
  edge: "start" | "end",
  offset: number,
  { exact, goesOn }: { exact: boolean; goesOn: boolean },
): boolean {
  const span = annotator.selectedSpan;
  const fragments = span && dragged(annotator, span, { edge, offset, exact });
  if (!fragments) return false;
  if (JSON.stringify(fragments) === JSON.stringify(span.fragments)) return true;
  return annotator.moveTo(fragments, { edge, goesOn });
}

function dragged(
  { text, segmentation, scheme, set }: AnnotatorController,
  { id, label, fragments }: Span,
  { edge, offset, exact }: { edge: "start" | "end"; offset: number; exact: boolean },
): Fragment[] | null {
  const at = exact ? text.boundaryBefore(offset) : segmentation.nearestWordEdge(offset, edge);
  if (at === null || (exact && isBlankEdge(text, at, edge))) return null;
  const moved = withEdge(segmentation, fragments, { edge, at, exact });
  if (!moved || !hasLetterOrDigit(quoteOf(text, moved))) return null;
  const others = labelRule(scheme, label).overlap ? [] : set.overlapping(moved, label);
  return others.some((other) => other.id !== id) ? null : moved;
}
