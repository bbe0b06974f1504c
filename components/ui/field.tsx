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

/** How a control looks. */
const box =
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

/** Parts what a field says, to be given to {@link Field}, from what its control is given. */
function useField<Props extends Wording & Pick<ComponentProps<"input">, "id" | "className">>(
  props: Props,
) {
  const { label, hint, error, hideLabel = false, className, ...rest } = props;
  const made = useId();
  const id = rest.id ?? made;
  return {
    field: { id, label, hint, error, hideLabel, className },
    control: { ...rest, id, ...describe(id, { hint, error }) },
  };
}

export function TextField(props: Wording & ComponentProps<"input">) {
  const { field, control } = useField(props);
  return (
    <Field {...field}>
      <input type="text" dir="auto" {...control} className={classNames(box, "h-10")} />
    </Field>
  );
}

export function TextArea(props: Wording & ComponentProps<"textarea">) {
  const { field, control } = useField(props);
  return (
    <Field {...field}>
      <textarea dir="auto" rows={4} {...control} className={classNames(box, "py-2")} />
    </Field>
  );
}

export type Option = { value: string; label: string; hint?: string; disabled?: boolean };

export function Select({
  options,
  ...props
}: Wording & Omit<ComponentProps<"select">, "children"> & { options: readonly Option[] }) {
  const { field, control } = useField(props);
  return (
    <Field {...field}>
      <div className="relative">
        <select {...control} className={classNames(box, "h-10 appearance-none truncate pe-9")}>
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

export function Checkbox(
  props: Omit<Wording, "hideLabel"> & Omit<ComponentProps<"input">, "type">,
) {
  const { field, control } = useField(props);
  return (
    <div className={classNames("min-w-0", field.className)}>
      <label className="flex items-start gap-2.5 py-1">
        <input {...control} type="checkbox" className="mt-0.5 size-4.5 shrink-0" />
        <span>{field.label}</span>
      </label>
      <div className="ps-7">
        <Notes {...field} />
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
