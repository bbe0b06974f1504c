import type { ReactNode } from "react";

/** A bar or point, with what is said of it under the pointer. */
export type Mark = { readonly value: number; readonly says: string; readonly href: string };

/** Units of the drawings, which are stretched to the room there is. */
const WIDTH = 1000;
const HEIGHT = 100;

/**
 * Bars from left to right in the order of time, the highest as high as there is room. For the eye and the
 * pointer only: what it shows has to stand beside it in words or in a table.
 *
 * @param most what would fill the height, where several drawings are to be compared
 */
export function Bars({
  marks,
  most = Math.max(...marks.map(({ value }) => value)),
  className = "h-28",
}: {
  marks: readonly Mark[];
  most?: number;
  className?: string;
}) {
  const width = WIDTH / Math.max(1, marks.length);
  return (
    <Drawing className={className}>
      {marks.map(({ value, says, href }, at) => {
        const height = most === 0 ? 0 : (value / most) * HEIGHT;
        return (
          <a key={says} href={href} tabIndex={-1} className="group">
            <title>{says}</title>
            {/* All of the column hears the pointer, however low the bar is. */}
            <rect
              x={at * width}
              y={0}
              width={width}
              height={HEIGHT}
              className="fill-transparent group-hover:fill-sunken"
            />
            <rect
              x={at * width + width * 0.1}
              y={HEIGHT - height}
              width={width * 0.8}
              height={height}
              className="fill-accent group-hover:fill-accent-strong forced-colors:fill-[CanvasText]"
            />
          </a>
        );
      })}
    </Drawing>
  );
}

/** A line of values from 0 to 1 at places from 0 to 1; `dashed` to be told from another one without colours. */
export type Line = {
  readonly points: readonly { readonly at: number; readonly value: number }[];
  readonly dashed: boolean;
};

/** Lines over one another, 1 at the top. For the eye only, as {@link Bars}. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  const x = (at: number) => at * WIDTH;
  const y = (value: number) => (1 - value) * HEIGHT;
  const scale = [0, 0.5, 1];
  const drawing = (
    <Drawing className="h-36">
      {scale.map((value) => (
        <line
          key={value}
          x1={0}
          x2={WIDTH}
          y1={y(value)}
          y2={y(value)}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {lines.map(({ points, dashed }) => (
        <g key={String(dashed)} className="stroke-accent forced-colors:stroke-[CanvasText]">
          <polyline
            points={points.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ")}
            fill="none"
            strokeWidth={2}
            strokeDasharray={dashed ? "5 4" : undefined}
            vectorEffect="non-scaling-stroke"
          />
          {points.map(({ at, value }) => (
            // A line of no length with round ends is a dot that is not stretched.
            <line
              key={at}
              x1={x(at)}
              x2={x(at)}
              y1={y(value)}
              y2={y(value)}
              strokeWidth={7}
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </g>
      ))}
    </Drawing>
  );
  return (
    <div className="flex gap-2 pt-2">
      <p
        aria-hidden="true"
        className="flex flex-col-reverse justify-between text-end text-xs leading-none text-muted"
      >
        {scale.map((value) => (
          <span key={value} className="first:translate-y-1/2 last:-translate-y-1/2">
            {value}
          </span>
        ))}
      </p>
      {drawing}
    </div>
  );
}

function Drawing({ className, children }: { className: string; children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={`block w-full min-w-0 overflow-visible border-b border-edge ${className}`}
    >
      {children}
    </svg>
  );
}

/** What is under a drawing: where it begins and ends. */
export function Ends({ from, to }: { from: string; to: string }) {
  return (
    <p aria-hidden="true" dir="ltr" className="mt-1 flex justify-between text-xs text-muted">
      <span>{from}</span>
      <span>{to}</span>
    </p>
  );
}
