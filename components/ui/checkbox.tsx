import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Notes, useField, type Wording } from "./field";

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
