/**
 * How far something has come.
 *
 * @param value from 0 to `max`; null where the end is not known
 */
export function ProgressBar({
  label,
  value,
  max = 100,
  detail,
}: {
  label: string;
  value: number | null;
  max?: number;
  /** Said in words beside the bar: "312 of 20,000". */
  detail?: string;
}) {
  const share = value === null || max <= 0 ? null : Math.min(1, Math.max(0, value / max));
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap justify-between gap-x-4 text-sm">
        <span className="font-medium">{label}</span>
        {detail && <span className="figures text-muted">{detail}</span>}
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value ?? undefined}
        aria-valuetext={detail}
        className="h-2 overflow-hidden rounded-full bg-sunken inset-ring inset-ring-line forced-colors:border"
      >
        <div
          className={
            share === null
              ? "h-full w-full animate-pulse bg-accent/60"
              : "h-full rounded-full bg-accent transition-[width] duration-200 forced-colors:bg-[Highlight]"
          }
          style={share === null ? undefined : { width: `${share * 100}%` }}
        />
      </div>
    </div>
  );
}

/** The place of text that is still coming. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div aria-hidden="true" className="animate-pulse space-y-3 motion-reduce:animate-none">
      {Array.from({ length: lines }, (_, line) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
          key={line}
          className="h-4 rounded-sm bg-sunken last:w-3/5"
        />
      ))}
    </div>
  );
}
