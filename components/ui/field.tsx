import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icons";

export type Wording = {
  label: string;
  hint?: ReactNode;
  /** What is wrong and how to put it right; read out when it appears. */
  error?: string | null | undefined;
  /** Keeps the label for screen readers only: where the place says it to the eye. */
  hideLabel?: boolean;
};

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

export function Notes({ id, hint, error }: { id: string } & Pick<Wording, "hint" | "error">) {
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

export function describe(id: string, { hint, error }: Pick<Wording, "hint" | "error">) {
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  return {
    "aria-describedby": notes.length > 0 ? notes.join(" ") : undefined,
    "aria-invalid": error ? true : undefined,
  };
}

/** Parts what a field says, to be given to {@link Field}, from what its control is given. */
export function useField<Props extends Wording & Pick<ComponentProps<"input">, "id" | "className">>(
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
      <input type="text" dir="auto" {...control} className={"field h-10"} />
    </Field>
  );
}

export function TextArea(props: Wording & ComponentProps<"textarea">) {
  const { field, control } = useField(props);
  return (
    <Field {...field}>
      <textarea dir="auto" rows={4} {...control} className={"field py-2"} />
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
        <select {...control} className="field select">
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
