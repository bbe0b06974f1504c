import type { Scheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import type { Highlight } from "@/lib/editor/label-drawing";
import { readable } from "./wording";

/** The letter, the drawn style and the readable name of a label. */
export type LabelAppearance = {
  readonly name: string;
  readonly letter: string;
  readonly key: string;
  readonly style: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
};

const styles = [1, 2, 3, 4, 5, 6, 7, 8] as const;

export function appearanceOf(scheme: Scheme, label: string): LabelAppearance {
  const index = scheme.labels.findIndex(({ name }) => name === label);
  const rule = scheme.labels[index];
  return {
    name: readable(label),
    letter: rule?.letter ?? "?",
    key: rule?.key ?? "",
    style: styles[Math.max(index, 0) % styles.length] ?? 1,
  };
}

/** Spans are never changed in place, so the same span always gives the same highlight. */
const known = new WeakMap<Span, Highlight>();

export function highlightOf(scheme: Scheme, span: Span): Highlight {
  const made = known.get(span);
  if (made) return made;
  const { name, letter, style } = appearanceOf(scheme, span.label);
  const highlight = { id: span.id, fragments: span.fragments, style, letter, name };
  known.set(span, highlight);
  return highlight;
}
