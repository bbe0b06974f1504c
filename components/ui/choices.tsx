import { useId } from "react";
import { classNames } from "./class-names";
import { describe, Notes, type Option, type Wording } from "./field";

/** A choice of one, all options in view. */
export function RadioGroup({
  label,
  hint,
  error,
  hideLabel,
  className,
  options,
  name,
  value,
  onValueChange,
  disabled,
}: Wording & {
  options: readonly Option[];
  name: string;
  value: string | null;
  onValueChange: (value: string) => void;
  className?: string;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <fieldset
      className={classNames("min-w-0", className)}
      disabled={disabled}
      {...describe(id, { hint, error })}
    >
      <legend className={hideLabel ? "sr-only" : "mb-1.5 block text-sm font-medium"}>
        {label}
      </legend>
      {options.map((option) => (
        <label key={option.value} className="flex items-start gap-2.5 py-1">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            disabled={option.disabled}
            onChange={() => onValueChange(option.value)}
            className="mt-0.5 size-4.5 shrink-0"
          />
          <span>
            {option.label}
            {option.hint && <span className="block text-sm text-muted">{option.hint}</span>}
          </span>
        </label>
      ))}
      <Notes id={id} hint={hint} error={error} />
    </fieldset>
  );
}

/** A choice of any number, all options in view; a long list scrolls. */
export function CheckboxGroup({
  label,
  hint,
  error,
  hideLabel,
  options,
  chosen,
  onChange,
}: Wording & {
  options: readonly Option[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}) {
  const id = useId();
  const isLong = options.length > 8;
  return (
    <fieldset className="min-w-0" {...describe(id, { hint, error })}>
      <legend className={hideLabel ? "sr-only" : "mb-1.5 block text-sm font-medium"}>
        {label}
      </legend>
      <div className={isLong ? "max-h-64 overflow-y-auto rounded-md border border-line px-3" : ""}>
        {options.map(({ value, label: words, hint: note }) => (
          <label key={value} className="flex items-start gap-2.5 py-1">
            <input
              type="checkbox"
              checked={chosen.has(value)}
              onChange={({ target }) => {
                const others = [...chosen].filter((one) => one !== value);
                onChange(new Set(target.checked ? [...others, value] : others));
              }}
              className="mt-0.5 size-4.5 shrink-0"
            />
            <span className="wrap-anywhere">
              <bdi>{words}</bdi>
              {note && <span className="block text-sm text-muted">{note}</span>}
            </span>
          </label>
        ))}
      </div>
      <Notes id={id} hint={hint} error={error} />
    </fieldset>
  );
}
