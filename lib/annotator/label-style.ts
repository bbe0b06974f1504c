/** Which of the eight drawn styles a label has: 1 claim, 2 denial, 3 attribution, 4-8 free. */
export type LabelStyle = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const styles: readonly LabelStyle[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** The style of the label at `index` (0-based) of its scheme; the ninth looks like the first. */
export function labelStyleAt(index: number): LabelStyle {
  return styles[index % styles.length] ?? 1;
}
