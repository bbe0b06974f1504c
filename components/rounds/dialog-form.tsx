import type { ReactNode } from "react";
import { Button } from "../ui/button";
import type { Form } from "../ui/use-form";

/** What is written in a dialog, with the button that sends it. */
export function DialogForm({
  form,
  verb,
  beside,
  children,
}: {
  form: Form;
  /** On the button. */
  verb: string;
  /** What else can be done. */
  beside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {children}
      <div className="flex flex-wrap gap-2">
        {beside}
        <Button type="submit" variant="primary" busy={form.busy} className="ms-auto">
          {verb}
        </Button>
      </div>
    </form>
  );
}
