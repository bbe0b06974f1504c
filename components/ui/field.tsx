import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icons";

type Wording = {
  label: string;
  hint?: ReactNode;
  /** What is wrong and how to put it right; read out when it appears. */
  error?: string | null | undefined;
  /** Keeps the label for screen readers only: where the place says it to the eye. */
  hideLabel?: boolean;
};

const control =
  "w-full rounded-md border border-edge bg-surface px-3 text-ink disabled:bg-sunken disabled:text-muted aria-invalid:border-danger aria-invalid:outline-danger";

/** Label above, hint and error below, all tied to the control by id. */
function Field({
  id,
  label,
  hint,
  error,
  hideLabel,
  className,
  children,
}: Wording & { id: string; className?: string | undefined; children: ReactNode }) {
  return (
    <div className={classNames("min-w-0", className)}>
      <label
        htmlFor={id}
        className={hideLabel ? "sr-only" : "mb-1.5 block text-sm font-medium text-ink"}
      >
        {label}
      </label>
      {children}
      <Notes id={id} hint={hint} error={error} />
    </div>
  );
}

function Notes({ id, hint, error }: { id: string } & Pick<Wording, "hint" | "error">) {
  return (
    <>
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </>
  );
}

function describe(id: string, { hint, error }: Pick<Wording, "hint" | "error">) {
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  return {
    "aria-describedby": notes.length > 0 ? notes.join(" ") : undefined,
    "aria-invalid": error ? true : undefined,
  };
}

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Wording & ComponentProps<"input">) {
  const made = useId();
  const id = rest.id ?? made;
  const wording = { label, hint, error, ...(hideLabel ? { hideLabel } : {}) };
  return (
    <Field id={id} className={className} {...wording}>
      <input
        type="text"
        dir="auto"
        {...rest}
        id={id}
        {...describe(id, wording)}
        className={classNames(control, "h-10")}
      />
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Wording & ComponentProps<"textarea">) {
  const made = useId();
  const id = rest.id ?? made;
  const wording = { label, hint, error, ...(hideLabel ? { hideLabel } : {}) };
  return (
    <Field id={id} className={className} {...wording}>
      <textarea
        dir="auto"
        rows={4}
        {...rest}
        id={id}
        {...describe(id, wording)}
        className={classNames(control, "py-2")}
      />
    </Field>
  );
}

export type Option = { value: string; label: string; hint?: string; disabled?: boolean };

export function Select({
  label,
  hint,
  error,
  hideLabel,
  className,
  options,
  ...rest
}: Wording & Omit<ComponentProps<"select">, "children"> & { options: readonly Option[] }) {
  const made = useId();
  const id = rest.id ?? made;
  const wording = { label, hint, error, ...(hideLabel ? { hideLabel } : {}) };
  return (
    <Field id={id} className={className} {...wording}>
      <div className="relative">
        <select
          {...rest}
          id={id}
          {...describe(id, wording)}
          className={classNames(control, "h-10 appearance-none truncate pe-9")}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
        <span className="pointer-events-none absolute inset-y-0 end-2.5 flex items-center text-muted">
          <Icon name="chevron" size={16} />
        </span>
      </div>
    </Field>
  );
}

export function Checkbox({
  label,
  hint,
  error,
  className,
  ...rest
}: Omit<Wording, "hideLabel"> & Omit<ComponentProps<"input">, "type">) {
  const made = useId();
  const id = rest.id ?? made;
  return (
    <div className={classNames("min-w-0", className)}>
      <label className="flex items-start gap-2.5 py-1">
        <input
          {...rest}
          type="checkbox"
          id={id}
          {...describe(id, { hint, error })}
          className="mt-0.5 size-4.5 shrink-0"
        />
        <span>{label}</span>
      </label>
      <div className="ps-7">
        <Notes id={id} hint={hint} error={error} />
      </div>
    </div>
  );
}

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
