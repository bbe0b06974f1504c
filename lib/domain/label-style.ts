import type { LabelRule } from "./schemas";

/** How many colours and how many kinds of lines labels are drawn with, each with each other; app/labels.css has them. */
export const LABEL_COLOURS = 20;
export const LABEL_LINES = 10;

/** How many labels can look different from each other. */
export const LABEL_STYLES = LABEL_COLOURS * LABEL_LINES;

/**
 * The style of the label at `index` (0-based) of its scheme that has none of its own, from 1 on. The first ten
 * differ in colour and line, all {@link LABEL_STYLES} in one of them.
 */
export function labelStyleAt(index: number): number {
  return (index % LABEL_STYLES) + 1;
}

/** The style of a label of a scheme: a label's own, or the one of its place (0-based). */
export function styleOfLabel({ style }: Pick<LabelRule, "style">, index: number): number {
  return style ?? labelStyleAt(index);
}

/** The colour and the line of a style, from 0 on each. */
export function partsOfStyle(style: number): { readonly colour: number; readonly line: number } {
  const at = style - 1;
  const round = Math.floor(at / LABEL_COLOURS);
  return { colour: at % LABEL_COLOURS, line: (at + round) % LABEL_LINES };
}

/** The style of a colour and a line: the inverse of {@link partsOfStyle}. */
export function styleOfParts({ colour, line }: ReturnType<typeof partsOfStyle>): number {
  const round = (line - colour + LABEL_COLOURS) % LABEL_LINES;
  return colour + LABEL_COLOURS * round + 1;
}
