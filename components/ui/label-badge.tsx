import type { LabelStyle } from "@/lib/domain/label-style";
import { classNames } from "./class-names";

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
