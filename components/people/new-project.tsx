"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { Notice } from "../ui/state";
import { call } from "./call";

/** A path segment out of a title; empty where the title has no Latin letters. */
function slugFrom(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

/** The button that makes a project, and its dialog. */
export function NewProject() {
  const router = useRouter();
  const form = useId();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [title, setTitle] = useState("");
  const [ownSlug, setOwnSlug] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<{ message: string; field: string | null } | null>(null);
  const slug = ownSlug ?? slugFrom(title);
  const errorOf = (field: string) => (trouble?.field === field ? trouble.message : null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setTrouble(null);
    const answer = await call<{ slug: string }>("POST", "/api/v1/projects", { slug, title });
    setBusy(false);
    if (answer.ok) {
      router.push(`/projects/${answer.value.slug}/articles`);
      router.refresh(); // the shell lists the projects
    } else {
      setTrouble(answer);
    }
  }

  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon="plus">
          New project
        </Button>
      }
      title="New project"
      description="A corpus with its own articles, scheme and members. It begins with the default scheme."
      footer={
        <Button type="submit" form={form} variant="primary" busy={busy}>
          Create project
        </Button>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        {trouble && !["title", "slug"].includes(trouble.field ?? "") && (
          <Notice tone="danger">{trouble.message}</Notice>
        )}
        <TextField
          label="Title"
          required
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          error={errorOf("title")}
        />
        <TextField
          label="Short name"
          required
          dir="ltr"
          maxLength={63}
          autoCapitalize="none"
          spellCheck={false}
          value={slug}
          onChange={(event) => setOwnSlug(event.target.value)}
          hint={`Stands in links and commands, and stays: /projects/${slug || "…"}`}
          error={errorOf("slug")}
        />
      </form>
    </Dialog>
  );
}
