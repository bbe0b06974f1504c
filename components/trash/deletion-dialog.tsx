"use client";

import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import type { Answer } from "@/lib/api/client";
import type { Work } from "@/lib/api/trash";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { Notice } from "../ui/notice";
import { Spinner } from "../ui/spinner";
import { workOfOthersInWords } from "./wording";

/** What would happen, as it is shown, and whose work would go with it. */
export type Plan = { readonly description: ReactNode; readonly work: Work };

/**
 * Asks before something is deleted: says first what would go, and where that is other people's work has a
 * word typed for it.
 */
export function DeletionDialog({
  open,
  onOpenChange,
  about = "",
  title,
  verb,
  word,
  plan,
  carryOut,
  onDone,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What is to be deleted; when that changes, it is counted anew. */
  about?: string;
  title: ReactNode;
  /** On the button: "Delete". */
  verb: string;
  /** What is typed to delete other people's work. */
  word: string;
  /** Asks the server what would happen. */
  plan: () => Promise<Answer<Plan>>;
  /** @param force whether other people's work may go */
  carryOut: (force: boolean) => Promise<Answer<unknown>>;
  onDone: () => void;
}) {
  const [planned, setPlanned] = useState<Plan | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);

  const look = useEffectEvent(async () => {
    setPlanned(null);
    const answer = await plan();
    if (answer.ok) setPlanned(answer.value);
    else setFailure(answer.message);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `about` names what would be deleted; `look` is a new function each time
  useEffect(() => {
    if (!open) return;
    setFailure(null);
    setTyped("");
    void look();
  }, [open, about]);

  const others = planned && workOfOthersInWords(planned.work);
  const isSure = planned !== null && (others === null || typed.trim() === word);
  async function act() {
    if (!isSure || busy) return;
    setBusy(true);
    setFailure(null);
    const answer = await carryOut(others !== null);
    setBusy(false);
    if (answer.ok) {
      onOpenChange(false);
      onDone();
      return;
    }
    setFailure(answer.message);
    // Somebody has begun to work on it since it was counted.
    if (answer.code === "has_work") void look();
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="danger" disabled={!isSure} busy={busy} onClick={() => void act()}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <div aria-live="polite">
          {planned ? (
            planned.description
          ) : failure === null ? (
            <p className="flex items-center gap-2 text-muted">
              <Spinner /> Counting what would go …
            </p>
          ) : null}
        </div>
        {failure !== null && <Notice tone="danger">{failure}</Notice>}
        {others !== null && (
          <>
            <Notice tone="warn">{others}</Notice>
            <TextField
              label={`To delete it all the same, type ${word}`}
              name="sure"
              dir="ltr"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </>
        )}
      </form>
    </Dialog>
  );
}
