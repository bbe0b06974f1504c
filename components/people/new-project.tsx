"use client";

import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { useForm } from "../ui/use-form";

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

/** A scheme that a project can begin with. `id` names it. */
type Beginning = { readonly id: string; readonly title: string };

/** The button that makes a project, and its dialog. The first of the schemes is the default one. */
export function NewProject({ schemes }: { schemes: readonly Beginning[] }) {
  const router = useRouter();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState("");
  const [ownSlug, setOwnSlug] = useState<string | null>(null);
  const [scheme, setScheme] = useState(schemes[0]?.id);
  const slug = ownSlug ?? slugFrom(title);
  const form = useForm({
    send: () => call("POST /projects", { body: { slug, title, scheme } }),
    onDone: (project) => {
      router.push(`/projects/${project.slug}/articles`);
      router.refresh(); // the shell lists the projects
    },
  });

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
      description="A corpus with its own articles, scheme and members."
      footer={
        <Button type="submit" form={id} variant="primary" busy={form.busy}>
          Create project
        </Button>
      }
    >
      <form id={id} onSubmit={form.submit} className="space-y-4">
        <FormFailure form={form} fields={["title", "slug"]} />
        <TextField
          label="Title"
          required
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          error={form.errorOf("title")}
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
          error={form.errorOf("slug")}
        />
        <Select
          label="Scheme to begin with"
          value={scheme}
          onChange={({ target }) => setScheme(target.value)}
          options={schemes.map((one) => ({ value: one.id, label: one.title }))}
          hint="It can be changed at any time."
          error={form.errorOf("scheme")}
        />
      </form>
    </Dialog>
  );
}
