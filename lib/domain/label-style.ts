/** How many colours and how many kinds of lines labels are drawn with, each with each other; app/labels.css has them. */
export const LABEL_COLOURS = 20;
export const LABEL_LINES = 10;

/** How many labels can look different from each other. */
export const LABEL_STYLES = LABEL_COLOURS * LABEL_LINES;

/** How a label is drawn: its colour and its line, from 1 on. */
export type LabelStyle = `${number}.${number}`;

/**
 * The style of a number from 1 to {@link LABEL_STYLES}: the first ten differ in colour and in line, and any two in one
 * of them. One further on looks like an earlier one.
 */
export function labelStyle(number: number): LabelStyle {
  const at = number - 1;
  const round = Math.floor(at / LABEL_COLOURS);
  return `${(at % LABEL_COLOURS) + 1}.${((at + round) % LABEL_LINES) + 1}`;
}

/** The number of a colour and a line, from 1 on each: the inverse of {@link labelStyle}. */
export function styleNumber(colour: number, line: number): number {
  return colour + LABEL_COLOURS * ((line - colour + LABEL_COLOURS) % LABEL_LINES);
}

/** The number of a label's style: its own, or that of its place (0-based) in the scheme. */
export function styleNumberOf(
  { style }: { readonly style?: number | undefined },
  index: number,
): number {
  return style ?? (index % LABEL_STYLES) + 1;
}
