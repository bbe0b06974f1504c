"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { useForm } from "./use-form";

/** The project's title, to be changed in place. */
export function RenameProject({ slug, title }: { slug: string; title: string }) {
  const router = useRouter();
  const form = useForm({
    send: (written) =>
      call("PATCH /projects/{project}", {
        path: { project: slug },
        body: { title: written("title") },
      }),
    onDone: () => {
      toast.success("The title has been changed.");
      router.refresh();
    },
  });
  return (
    <form onSubmit={form.submit} className="flex flex-wrap items-start gap-3">
      <TextField
        label="Title"
        name="title"
        defaultValue={title}
        required
        maxLength={200}
        className="min-w-56 grow"
        error={form.failure?.message}
      />
      <Button type="submit" busy={form.busy} className="sm:mt-6.5">
        Rename
      </Button>
    </form>
  );
}
