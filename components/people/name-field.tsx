import type { ComponentProps } from "react";
import { TextField } from "../ui/field";
import type { Form } from "../ui/use-form";

/** What somebody is to call a thing of theirs: nothing that a browser would know to offer. */
export function NameField({
  form,
  ...props
}: { form: Pick<Form, "errorOf"> } & Pick<
  ComponentProps<typeof TextField>,
  "hint" | "defaultValue"
>) {
  return (
    <TextField
      {...props}
      label="Name"
      name="name"
      required
      maxLength={200}
      autoComplete="off"
      error={form.errorOf("name")}
    />
  );
}
