import { type LabelStyle, labelStyle, styleNumberOf } from "@/lib/domain/label-style";
import type { Scheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import type { Highlight } from "@/lib/editor/label-drawing";
import { readable, spokenEdges } from "./wording";

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
    style: labelStyle(rule ? styleNumberOf(rule, index) : 1),
  };
}

/** Spans are never changed in place, so the same span always gives the same highlight. */
const known = new WeakMap<Span, Highlight>();

/** What is drawn of a span: always the same object for the same span, which so is drawn once. */
export function highlightOf(scheme: Scheme, span: Span): Highlight {
  const made = known.get(span);
  if (made) return made;
  const { name, letter, style } = appearanceOf(scheme, span.label);
  const spoken = spokenEdges(name, span.fragments.length);
  const highlight = { id: span.id, fragments: span.fragments, style, letter, spoken };
  known.set(span, highlight);
  return highlight;
}
