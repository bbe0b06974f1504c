"use client";

import { useRouter } from "next/navigation";
import type { ComponentProps } from "react";
import { type Answer, call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

/** The project's title, to be changed in place. */
export function RenameProject({ slug, title }: { slug: string; title: string }) {
  return (
    <RenameForm
      field={{ label: "Title", defaultValue: title, className: "min-w-56 grow" }}
      button={{ children: "Rename", className: "sm:mt-6.5" }}
      className="flex flex-wrap items-start gap-3"
      send={(written) =>
        call("PATCH /projects/{project}", { path: { project: slug }, body: { title: written } })
      }
      told="The title has been changed."
    />
  );
}

/** One's own name. */
export function RenameMyself({ name }: { name: string }) {
  return (
    <RenameForm
      field={{ label: "Name", defaultValue: name, autoComplete: "name" }}
      button={{ children: "Save" }}
      className="space-y-4"
      send={(written) => call("PATCH /me", { body: { name: written } })}
      told="Your name has been changed."
    />
  );
}

function RenameForm({
  field,
  button,
  className,
  send,
  told,
}: {
  field: ComponentProps<typeof TextField>;
  button: ComponentProps<typeof Button>;
  className: string;
  send: (written: string) => Promise<Answer<unknown>>;
  /** What to say once it is done. */
  told: string;
}) {
  const router = useRouter();
  const form = useForm({
    send: (written) => send(written("name")),
    onDone: () => {
      toast.success(told);
      router.refresh();
    },
  });
  return (
    <form onSubmit={form.submit} className={className}>
      <TextField {...field} name="name" required maxLength={200} error={form.failure?.message} />
      <Button {...button} type="submit" busy={form.busy} />
    </form>
  );
}
