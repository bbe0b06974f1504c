"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import { counted } from "@/lib/domain/figures";
import { MAX_CUES } from "@/lib/domain/limits";
import { Button } from "../ui/button";
import { TextArea } from "../ui/field";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

/** The words of reported speech that a project adds to the lists that come with Gainsay, one a line. */
export function ProjectCues({ slug, cues }: { slug: string; cues: readonly string[] }) {
  const [written, setWritten] = useState(cues.join("\n"));
  const form = useForm({
    send: () =>
      call("PUT /projects/{project}/cues", {
        path: { project: slug },
        body: { cues: written.split("\n").filter((line) => line.trim() !== "") },
      }),
    onDone: (kept) => {
      setWritten(kept.cues.join("\n"));
      toast.success(
        kept.cues.length === 0
          ? "The project has no words of its own now."
          : `Saved: ${counted(kept.cues.length, "word")} of the project’s own.`,
      );
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-4">
      <TextArea
        label="Cues of reported speech"
        name="cues"
        rows={5}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
        error={form.failure?.message}
        hint={`Words and phrases that reviewers come to with C, one a line, in each form that occurs; ${MAX_CUES} at most. They are added to the lists that Gainsay has for English, Persian, Arabic, Russian and Chinese.`}
      />
      <Button type="submit" busy={form.busy}>
        Save cues
      </Button>
    </form>
  );
}
