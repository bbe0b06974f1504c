"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { call } from "./call";

/** The project's title, to be changed in place. */
export function RenameProject({ slug, title }: { slug: string; title: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const written = String(new FormData(event.currentTarget).get("title"));
    setBusy(true);
    setTrouble(null);
    const answer = await call("PATCH", `/api/v1/projects/${slug}`, { title: written });
    setBusy(false);
    if (answer.ok) {
      toast.success("The title has been changed.");
      router.refresh();
    } else {
      setTrouble(answer.message);
    }
  }

  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-3">
      <TextField
        label="Title"
        name="title"
        defaultValue={title}
        required
        maxLength={200}
        className="min-w-56 grow"
        error={trouble}
      />
      <Button type="submit" busy={busy} className="sm:mt-6.5">
        Rename
      </Button>
    </form>
  );
}
