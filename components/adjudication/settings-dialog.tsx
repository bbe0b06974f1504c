"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { AdjudicationSettings } from "@/lib/api/adjudication";
import { call } from "@/lib/api/client";
import { DialogForm } from "../rounds/dialog-form";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { RadioGroup } from "../ui/choices";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

/** From how many reviewers a span comes into gold by itself; and, for admins, whether curators see names. */
export function SettingsDialog({
  project,
  settings,
  mayHideNames,
}: {
  project: string;
  settings: AdjudicationSettings;
  mayHideNames: boolean;
}) {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [needed, setNeeded] = useState(
    typeof settings.rule.needed === "number" ? "number" : settings.rule.needed,
  );
  const [match, setMatch] = useState<string>(settings.rule.match);
  const [isAnonymous, setAnonymous] = useState(settings.reviewers_anonymous);
  const form = useForm({
    send: (written) =>
      call("PATCH /projects/{project}/adjudication/settings", {
        path: { project },
        body: {
          rule: {
            needed:
              needed === "number"
                ? Number(written("count"))
                : needed === "all"
                  ? "all"
                  : "majority",
            match: match === "partial" ? "partial" : "strict",
          },
          ...(mayHideNames ? { reviewers_anonymous: isAnonymous } : {}),
        },
      }),
    onDone: () => {
      setOpen(false);
      toast.success("This holds for the articles that are begun from now on.");
      router.refresh();
    },
  });
  return (
    <Dialog
      open={isOpen}
      onOpenChange={setOpen}
      title="How gold is settled"
      description="What reviewers agree on comes into gold by itself as an article is begun. The rest is for curators."
      trigger={<Button>Rule…</Button>}
    >
      <DialogForm form={form} verb="Save">
        <FormFailure form={form} />
        <RadioGroup
          label="A span is agreed on by"
          name="needed"
          value={needed}
          onValueChange={(value) =>
            setNeeded(value === "all" || value === "majority" ? value : "number")
          }
          options={[
            { value: "majority", label: "More than half of its reviewers" },
            { value: "all", label: "All of its reviewers" },
            { value: "number", label: "A number of them" },
          ]}
        />
        {needed === "number" && (
          <TextField
            label="How many"
            name="count"
            type="number"
            min={1}
            max={1000}
            required
            defaultValue={typeof settings.rule.needed === "number" ? settings.rule.needed : 2}
          />
        )}
        <RadioGroup
          label="Spans are the same with"
          name="match"
          value={match}
          onValueChange={setMatch}
          options={[
            { value: "strict", label: "The same label and the same words" },
            {
              value: "partial",
              label: "The same label and words that overlap",
              hint: "The span that most have is taken, of as many the longest.",
            },
          ]}
        />
        {mayHideNames && (
          <Checkbox
            label="Reviewers are anonymous to curators"
            hint="They are a7, a3, a12 … at the desk, in comments and in its data. Best before anybody begins: who has a number keeps it, and those of before are in the order of their first work."
            checked={isAnonymous}
            onChange={({ target }) => setAnonymous(target.checked)}
          />
        )}
      </DialogForm>
    </Dialog>
  );
}
