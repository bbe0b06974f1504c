import type { Scheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import type { Highlight } from "@/lib/editor/label-drawing";
import { readable } from "./wording";

/** Which of the eight drawn styles a label has: 1 claim, 2 denial, 3 attribution, 4-8 free. */
export type LabelStyle = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const styles: readonly LabelStyle[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** How a label is told from the others, in the text and beside it. */
export type LabelAppearance = {
  readonly style: LabelStyle;
  readonly letter: string;
  /** The key that sets it. */
  readonly key: string;
  readonly name: string;
};

/** How a label looks; one that the scheme does not have gets a question mark and no key. */
export function appearanceOf(scheme: Scheme, label: string): LabelAppearance {
  const index = scheme.labels.findIndex(({ name }) => name === label);
  const rule = scheme.labels[index];
  return {
    name: readable(label),
    letter: rule?.letter ?? "?",
    key: rule?.key ?? "",
    style: labelStyleAt(Math.max(index, 0)),
  };
}

/** The style of the label at `index` (0-based) of its scheme; the ninth looks like the first. */
export function labelStyleAt(index: number): LabelStyle {
  return styles[index % styles.length] ?? 1;
}

/** Spans are never changed in place, so the same span always gives the same highlight. */
const known = new WeakMap<Span, Highlight>();

/** What is drawn of a span: always the same object for the same span, which so is drawn once. */
export function highlightOf(scheme: Scheme, span: Span): Highlight {
  const made = known.get(span);
  if (made) return made;
  const { name, letter, style } = appearanceOf(scheme, span.label);
  const highlight = { id: span.id, fragments: span.fragments, style, letter, name };
  known.set(span, highlight);
  return highlight;
}
