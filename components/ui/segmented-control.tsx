import { type ReactNode, useId } from "react";
import { classNames } from "./class-names";

/**
 * One of a few, all in view and in a row; arrow keys move within it. The option "" stands for none
 * and is drawn quietly.
 */
export function SegmentedControl({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly { value: string; label: ReactNode }[];
  value: string;
  onChange: (value: string) => void;
}) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-1">
        {options.map((option) => (
          <label
            key={option.value}
            className={classNames(
              "relative cursor-pointer rounded-md border px-2 py-0.5 text-sm hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent",
              option.value !== value
                ? "border-line text-muted"
                : option.value === ""
                  ? "border-edge border-dashed text-muted"
                  : "border-accent bg-accent-soft font-medium text-accent-strong",
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
