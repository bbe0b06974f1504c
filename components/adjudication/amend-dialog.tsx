"use client";

import { useEffect, useState } from "react";
import type { SyncedAnnotator } from "@/components/annotator/use-annotator";
import { DialogForm } from "@/components/rounds/dialog-form";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Select, TextArea } from "@/components/ui/field";
import { FormFailure } from "@/components/ui/form-failure";
import { Link } from "@/components/ui/link";
import { useForm } from "@/components/ui/use-form";
import type { Passage } from "@/lib/annotator/adjudicator";
import { readable } from "@/lib/annotator/wording";
import { call } from "@/lib/api/client";
import { capitalised } from "@/lib/domain/grammar";
import { normaliseFragments, quoteOf } from "@/lib/domain/span";

/** Makes a line of the guidelines of a dispute: in the section of its label, with the passage as an example. */
export function AmendDialog({
  project,
  article,
  annotator,
  passage,
  gold,
  reason,
  onClose,
}: {
  project: string;
  article: { readonly id: string; readonly version: number };
  annotator: SyncedAnnotator;
  passage: Passage;
  /** The ids of the spans of gold that it came to. */
  gold: readonly string[];
  reason: string;
  onClose: () => void;
}) {
  const [from, setFrom] = useState<number | null>(null);
  const [stale, setStale] = useState(0);
  const [made, setMade] = useState<number | null>(null);
  const [hasExample, setExample] = useState(true);
  const span = gold.map((id) => annotator.set.spans.get(id)).find((one) => one !== undefined);
  const [label, setLabel] = useState(span?.label ?? passage.cluster[0]?.content.label ?? "");
  const fragments =
    span?.fragments ??
    normaliseFragments(passage.cluster.flatMap(({ content }) => content.fragments));
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again where somebody else has written a version
  useEffect(() => {
    let isGone = false;
    void call("GET /projects/{project}/guidelines", { path: { project }, signedOut: "stay" }).then(
      (answer) => {
        if (!isGone && answer.ok) setFrom(answer.value.current?.version ?? 0);
      },
    );
    return () => {
      isGone = true;
    };
  }, [project, stale]);
  const form = useForm({
    send: async (written) => {
      const answer = await call("POST /projects/{project}/guidelines/amendments", {
        path: { project },
        body: {
          from: from ?? 0,
          label,
          text: written("text"),
          ...(hasExample
            ? {
                example: {
                  article: article.id,
                  version: article.version,
                  fragments: fragments.map(({ start, end }) => ({ start, end })),
                },
              }
            : {}),
        },
        signedOut: "stay",
      });
      if (!answer.ok && answer.code === "conflict") setStale((count) => count + 1);
      return answer;
    },
    onDone: ({ version }) => setMade(version),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Amend the guideline"
      description={
        made === null
          ? "A line for the section of a label, as the next version of the guidelines."
          : undefined
      }
    >
      {made !== null ? (
        <div role="status" className="space-y-4">
          <p>
            Version {made} of the guidelines has the line.{" "}
            <Link href={`/projects/${project}/guidelines`} className="underline">
              Read the guidelines
            </Link>
          </p>
          <div className="flex justify-end">
            <Button variant="primary" onClick={onClose}>
              Back to the dispute
            </Button>
          </div>
        </div>
      ) : (
        <DialogForm form={form} verb={from === null ? "Loading…" : "Add the line"}>
          <FormFailure form={form} fields={["text"]} />
          <TextArea
            name="text"
            label="The line"
            hint="What is to be done in cases like this."
            required
            rows={3}
            defaultValue={reason}
            error={form.errorOf("text")}
          />
          <Select
            label="Section of the label"
            value={label}
            onChange={({ target }) => setLabel(target.value)}
            options={annotator.scheme.labels.map(({ name }) => ({
              value: name,
              label: capitalised(readable(name)),
            }))}
          />
          <Checkbox
            label="With the passage as an example"
            checked={hasExample}
            onChange={({ target }) => setExample(target.checked)}
          />
          {hasExample && (
            <blockquote
              dir="auto"
              className="line-clamp-4 border-s-2 border-line ps-3 font-reading wrap-anywhere"
            >
              {quoteOf(annotator.text, fragments)}
            </blockquote>
          )}
        </DialogForm>
      )}
    </Dialog>
  );
}
