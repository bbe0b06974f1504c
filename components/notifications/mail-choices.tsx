"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import { type NotificationKind, notificationKinds } from "@/lib/domain/notifications";
import { CheckboxGroup } from "../ui/choices";
import { toast } from "../ui/toast";

const words: Readonly<Record<NotificationKind, string>> = {
  assigned: "You are given work",
  returned: "Your work comes back",
  mentioned: "Somebody mentions you",
  decided: "An article that you annotated is settled",
  commented: "Somebody comments on how your work was decided, or answers you",
  round_due: "A round is due, and you have work left",
};

/** Of what somebody gets a mail: each choice is kept as soon as it is made. */
export function MailChoices({ kinds }: { kinds: readonly NotificationKind[] }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(kinds));
  async function choose(next: ReadonlySet<string>) {
    const before = chosen;
    setChosen(next);
    const body = { kinds: notificationKinds.filter((kind) => next.has(kind)) };
    const answer = await call("PUT /me/mail", { body });
    if (answer.ok) toast.success("Saved.");
    else {
      setChosen(before);
      toast.error(answer.message);
    }
  }
  return (
    <CheckboxGroup
      label="You get a mail when"
      options={notificationKinds.map((kind) => ({ value: kind, label: words[kind] }))}
      chosen={chosen}
      onChange={(next) => void choose(next)}
    />
  );
}
