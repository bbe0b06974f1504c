import { classNames } from "./class-names";

/** Which of the eight drawn styles a label has: 1 claim, 2 denial, 3 attribution, 4-8 free. */
export type LabelStyle = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const styles: readonly LabelStyle[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** The style of the label at `index` (0-based) of its scheme; the ninth looks like the first. */
export function labelStyleAt(index: number): LabelStyle {
  return styles[index % styles.length] ?? 1;
}

/** A label outside the text: its letter, its name and its line, or the letter alone with `compact`. */
export function LabelBadge({
  style,
  letter,
  name,
  count,
  compact = false,
}: {
  style: LabelStyle;
  letter: string;
  name: string;
  /** How many spans carry it. */
  count?: number;
  compact?: boolean;
}) {
  return (
    <span data-label-style={style} className="label-badge" title={compact ? name : undefined}>
      <span aria-hidden="true" className="label-letter">
        {letter}
      </span>
      <span dir="auto" className={classNames("label-name", compact && "sr-only")}>
        {name}
      </span>
      {count !== undefined && <span className="figures text-muted">{count}</span>}
    </span>
  );
}
