import {
  LABEL_COLOURS,
  LABEL_LINES,
  type LabelStyle,
  labelStyle,
  styleNumber,
} from "@/lib/domain/label-style";
import { lineNames } from "@/lib/domain/scheme-differences";

const count = (most: number) => Array.from({ length: most }, (_, at) => at + 1);

/** How a label is drawn: one of the colours and one of the lines, as they look. */
export function LabelLook({
  number,
  taken,
  onChange,
}: {
  /** Of its style. */
  number: number;
  /** The labels that have each style, by its number. */
  taken: ReadonlyMap<number, string>;
  onChange: (number: number) => void;
}) {
  const [colour = 1, line = 1] = labelStyle(number).split(".").map(Number);
  const other = taken.get(number);
  const options = (what: "colour" | "line", most: number) =>
    count(most).map((at) => {
      const to = what === "colour" ? styleNumber(at, line) : styleNumber(colour, at);
      const style: LabelStyle = labelStyle(to);
      const name = what === "colour" ? `Colour ${at}` : (lineNames[at - 1] ?? `Line ${at}`);
      const owner = to === number ? undefined : taken.get(to);
      return (
        <label
          key={at}
          title={owner === undefined ? name : `${name}: ${owner} looks like this`}
          className={`relative grid size-9 cursor-pointer place-items-center rounded-md border has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent ${
            to === number ? "border-accent bg-accent-soft" : "border-line hover:bg-sunken"
          } ${owner === undefined ? "" : "border-edge border-dashed"}`}
        >
          <input
            type="radio"
            name={`label-${what}`}
            className="sr-only"
            checked={to === number}
            onChange={() => onChange(to)}
            aria-label={owner === undefined ? name : `${name}, as ${owner}`}
          />
          <span aria-hidden="true" data-label-style={style} className="label-badge">
            {what === "colour" ? (
              <span className="label-letter">&nbsp;</span>
            ) : (
              <span className="label-name">ab</span>
            )}
          </span>
        </label>
      );
    });
  return (
    <div className="space-y-3">
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Colour</legend>
        <div className="flex flex-wrap gap-1">{options("colour", LABEL_COLOURS)}</div>
      </fieldset>
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Line</legend>
        <div className="flex flex-wrap gap-1">{options("line", LABEL_LINES)}</div>
      </fieldset>
      {other !== undefined && (
        <p role="alert" className="text-sm font-medium text-danger">
          <bdi>{other}</bdi> looks the same: choose another colour or line.
        </p>
      )}
    </div>
  );
}
