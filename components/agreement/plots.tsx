// Drawings that stand by themselves: their text is in them, at a size that does not change with the room there is, so
// that one that is saved is what was seen.

/** What a cell of a heat map shows. */
export type HeatCell = {
  readonly text: string;
  /** How much of it there is, from -1 to 1; below zero in another colour. Null where there is nothing to show. */
  readonly heat: number | null;
  /** What is said of it under the pointer, and to whoever does not see it. */
  readonly says: string;
  readonly href?: string;
};

const LABEL_WIDTH = 160;
const CELL = { width: 88, height: 40 };
const HEAD = 30;

/** The fullest colour of a cell: text in ink has 4.5:1 on it, light and dark. */
const FULL = 0.4;

/** Rows and columns of cells, coloured by what is in them. @param cells by row */
export function HeatMap({
  label,
  rows,
  columns,
  cells,
}: {
  label: string;
  rows: readonly string[];
  columns: readonly string[];
  cells: readonly (readonly HeatCell[])[];
}) {
  const width = LABEL_WIDTH + columns.length * CELL.width;
  const height = HEAD + rows.length * CELL.height;
  const hasLinks = cells.some((row) => row.some(({ href }) => href !== undefined));
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden={!hasLinks}
      className="block text-sm"
    >
      <title>{label}</title>
      {columns.map((name, column) => (
        <text
          key={name}
          x={LABEL_WIDTH + (column + 0.5) * CELL.width}
          y={HEAD - 10}
          textAnchor="middle"
          className="fill-muted"
        >
          {shortened(name, 11)}
        </text>
      ))}
      {rows.map((name, row) => (
        <g key={name}>
          <text
            x={LABEL_WIDTH - 10}
            y={HEAD + (row + 0.5) * CELL.height}
            textAnchor="end"
            dominantBaseline="central"
            className="fill-muted"
          >
            {shortened(name, 17)}
          </text>
          {cells[row]?.map((cell, column) => (
            <Heat
              key={columns[column]}
              cell={cell}
              x={LABEL_WIDTH + column * CELL.width}
              y={HEAD + row * CELL.height}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

function Heat({
  cell: { text, heat, says, href },
  x,
  y,
}: {
  cell: HeatCell;
  x: number;
  y: number;
}) {
  const drawn = (
    <>
      <title>{says}</title>
      <rect
        x={x + 1}
        y={y + 1}
        width={CELL.width - 2}
        height={CELL.height - 2}
        rx={3}
        className={heat === null ? "fill-sunken" : heat < 0 ? "fill-danger" : "fill-accent"}
        fillOpacity={heat === null ? 1 : Math.min(1, Math.abs(heat)) * FULL}
      />
      <text
        x={x + CELL.width / 2}
        y={y + CELL.height / 2}
        textAnchor="middle"
        dominantBaseline="central"
        className={heat === null ? "fill-muted" : "fill-ink"}
        textDecoration={href === undefined ? undefined : "underline"}
      >
        {text}
      </text>
    </>
  );
  return href === undefined ? (
    <g>{drawn}</g>
  ) : (
    <a href={href} aria-label={says} className="group">
      {drawn}
      <rect
        x={x + 1}
        y={y + 1}
        width={CELL.width - 2}
        height={CELL.height - 2}
        rx={3}
        className="fill-transparent group-hover:stroke-accent"
      />
    </a>
  );
}

/** A name as there is room for it. */
function shortened(name: string, most: number): string {
  const letters = [...name];
  return letters.length <= most ? name : `${letters.slice(0, most - 1).join("")}…`;
}

const PLOT = { width: 520, height: 230, start: 46, end: 10, top: 12, bottom: 44 };
const INNER = {
  width: PLOT.width - PLOT.start - PLOT.end,
  height: PLOT.height - PLOT.top - PLOT.bottom,
};

/** Bars side by side, each over what it is of. */
export function Histogram({
  bars,
  below,
}: {
  bars: readonly { readonly name: string; readonly count: number }[];
  /** What the names are of. */
  below: string;
}) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = INNER.width / Math.max(1, bars.length);
  return (
    <Plot>
      {[0, most].map((count) => (
        <Level key={count} y={INNER.height * (1 - count / most)} name={String(count)} />
      ))}
      {bars.map(({ name, count }, at) => {
        const height = (count / most) * INNER.height;
        return (
          <g key={name}>
            <title>{`${name}: ${count}`}</title>
            <rect
              x={PLOT.start + (at + 0.08) * step}
              y={PLOT.top + INNER.height - height}
              width={step * 0.84}
              height={height}
              className="fill-accent"
            />
            <text
              x={PLOT.start + at * step}
              y={PLOT.top + INNER.height + 16}
              textAnchor="middle"
              className="fill-muted"
            >
              {name.split(" to ")[0]}
            </text>
          </g>
        );
      })}
      <text
        x={PLOT.start + INNER.width}
        y={PLOT.top + INNER.height + 16}
        textAnchor="middle"
        className="fill-muted"
      >
        {bars.at(-1)?.name.split(" to ")[1]}
      </text>
      <text
        x={PLOT.start + INNER.width / 2}
        y={PLOT.height - 6}
        textAnchor="middle"
        className="fill-muted"
      >
        {below}
      </text>
    </Plot>
  );
}

/** A figure over time; null where it is not defined, which breaks the line. */
export type Point = {
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
};

export type Series = { readonly name: string; readonly points: readonly Point[] };

/** What tells lines apart without colours. */
const dashes = ["none", "7 4", "2 4", "10 3 2 3"] as const;
const strokes = ["stroke-accent", "stroke-warn", "stroke-danger", "stroke-ok"] as const;
const fills = ["fill-accent", "fill-warn", "fill-danger", "fill-ok"] as const;
const LEGEND = 18;

/** Lines over one another, from the least there is (0, or below) to 1, with their intervals. */
export function LinePlot({
  names,
  series,
}: {
  /** Of the places from left to right. */
  names: readonly string[];
  series: readonly Series[];
}) {
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value, low }) =>
      [value, low].filter((one) => one !== null && one !== undefined),
    ),
  );
  const least = Math.min(0, Math.floor(Math.min(...values, 0) * 5) / 5);
  const x = (at: number) => PLOT.start + ((at + 0.5) / names.length) * INNER.width;
  const y = (value: number) => PLOT.top + ((1 - value) / (1 - least)) * INNER.height;
  const legend = Math.ceil(series.length / 2) * LEGEND;
  const every = Math.ceil(names.length / 6);
  return (
    <Plot height={PLOT.height + legend}>
      {[...new Set([least, 0, 0.5, 1])].map((value) => (
        <Level key={value} y={y(value) - PLOT.top} name={value.toString().replace("-", "−")} />
      ))}
      {names.map((name, at) =>
        at % every === 0 ? (
          <text
            key={name}
            x={x(at)}
            y={PLOT.top + INNER.height + 18}
            textAnchor="middle"
            className="fill-muted"
          >
            {shortened(name, 12)}
          </text>
        ) : null,
      )}
      {series.map(({ name, points }, nth) => {
        const look = nth % dashes.length;
        const offset = (nth - (series.length - 1) / 2) * 5;
        const place = (at: number) => x(at) + offset;
        return (
          <g key={name}>
            {runsOf(points).map((run) => (
              <polyline
                key={run[0]?.at}
                points={run.map(({ at, value }) => `${place(at)},${y(value)}`).join(" ")}
                fill="none"
                strokeWidth={2}
                strokeDasharray={dashes[look]}
                className={strokes[look] ?? strokes[0]}
              />
            ))}
            {points.map(({ value, low, high }, at) =>
              value === null ? null : (
                <g key={names[at]}>
                  <title>{`${name}, ${names[at]}: ${value.toFixed(2)}`}</title>
                  {typeof low === "number" && typeof high === "number" && (
                    <line
                      x1={place(at)}
                      x2={place(at)}
                      y1={y(low)}
                      y2={y(high)}
                      className={strokes[look] ?? strokes[0]}
                    />
                  )}
                  <circle cx={place(at)} cy={y(value)} r={4} className={fills[look] ?? fills[0]} />
                </g>
              ),
            )}
            <g
              transform={`translate(${PLOT.start + (nth % 2) * 235} ${PLOT.height - 4 + Math.floor(nth / 2) * LEGEND})`}
            >
              <line
                x1={0}
                x2={24}
                y1={0}
                y2={0}
                strokeWidth={2}
                strokeDasharray={dashes[look]}
                className={strokes[look] ?? strokes[0]}
              />
              <text x={30} y={0} dominantBaseline="central" className="fill-ink">
                {shortened(name, 24)}
              </text>
            </g>
          </g>
        );
      })}
    </Plot>
  );
}

/** Points that follow one another, without those that have no value. */
function runsOf(points: readonly Point[]): { at: number; value: number }[][] {
  const runs: { at: number; value: number }[][] = [[]];
  for (const [at, { value }] of points.entries()) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ at, value });
  }
  return runs.filter((run) => run.length > 0);
}

function Level({ y, name }: { y: number; name: string }) {
  return (
    <g>
      <line
        x1={PLOT.start}
        x2={PLOT.start + INNER.width}
        y1={PLOT.top + y}
        y2={PLOT.top + y}
        className="stroke-line"
      />
      <text
        x={PLOT.start - 8}
        y={PLOT.top + y}
        textAnchor="end"
        dominantBaseline="central"
        className="fill-muted"
      >
        {name}
      </text>
    </g>
  );
}

function Plot({ height = PLOT.height, children }: { height?: number; children: React.ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      width={PLOT.width}
      height={height}
      viewBox={`0 0 ${PLOT.width} ${height}`}
      className="block max-w-none text-sm"
    >
      {children}
    </svg>
  );
}
