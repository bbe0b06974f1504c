"use client";

import { useRouter } from "next/navigation";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import type { Answer } from "@/lib/api/client";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { Dialog } from "../ui/dialog";
import { type Form, useForm } from "../ui/use-form";

type Wording = { readonly title: string; readonly description: string };

/** A button whose dialog makes a link or a token: a form first, then what it made, which is shown this once. */
export function SecretDialog({
  trigger,
  asking,
  made,
  send,
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  asking: Wording & { readonly button: string };
  made: Wording & { readonly label: string; readonly hint?: string };
  /** Makes the secret out of what is written. */
  send: (written: (field: string) => string) => Promise<Answer<string>>;
  /** The fields of the form. */
  children: (form: Form) => ReactNode;
}) {
  const router = useRouter();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm({
    send,
    onDone: (value) => {
      setSecret(value);
      router.refresh();
    },
  });

  function show(now: boolean) {
    setOpen(now);
    if (!now) return;
    setSecret(null);
    form.forget();
  }

  const { title, description } = secret === null ? asking : made;
  return (
    <Dialog
      open={open}
      onOpenChange={show}
      trigger={trigger}
      title={title}
      description={description}
      footer={
        secret === null ? (
          <Button key="make" type="submit" form={id} variant="primary" busy={form.busy}>
            {asking.button}
          </Button>
        ) : (
          // A key of its own: reused for the form's button, it would submit that by the same press.
          <Button key="done" variant="primary" onClick={() => show(false)}>
            Done
          </Button>
        )
      }
    >
      {secret === null ? (
        <form id={id} onSubmit={form.submit} className="space-y-4">
          {children(form)}
        </form>
      ) : (
        <CopyField
          label={made.label}
          value={secret}
          {...(made.hint === undefined ? {} : { hint: made.hint })}
        />
      )}
    </Dialog>
  );
}
