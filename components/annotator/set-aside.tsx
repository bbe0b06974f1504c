"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextArea } from "@/components/ui/field";
import { Kbd } from "@/components/ui/kbd";
import { Notice } from "@/components/ui/notice";
import { setName } from "@/lib/annotator/wording";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import { MAX_REASON_LENGTH } from "@/lib/domain/limits";

export type Reasons = Pick<AnnotationSet, "skip_reason" | "flag_reason">;

const words = {
  skip: {
    title: "Skip this article?",
    hint: "Next article does not come back to it. The list has it under “Skipped by me”.",
    confirm: "Skip",
  },
  flag: {
    title: "Flag this article for a second look?",
    hint: "Who looks after the project finds it in the list under “Flagged”, with your reason.",
    confirm: "Flag",
  },
} as const;

/** That the article is skipped or flagged, over the text; and the question for the reason. */
export function SetAside({
  reasons,
  others,
  isSkipped,
  asking,
  ask,
  flag,
  skip,
  takeUp,
  onLeft,
}: {
  reasons: Reasons;
  /** What others, whose sets the reader may see, have flagged it for. */
  others: readonly AnnotationSet[];
  isSkipped: boolean;
  asking: "skip" | "flag" | null;
  ask: (what: "skip" | "flag" | null) => void;
  flag: (change: { flag_reason: string | null }) => Promise<boolean>;
  skip: (reason: string) => Promise<boolean>;
  takeUp: () => void;
  /** The question has been answered or left. */
  onLeft: () => void;
}) {
  const leave = () => {
    ask(null);
    onLeft();
  };
  const isFlagged = reasons.flag_reason !== null;
  return (
    <>
      {(isSkipped || isFlagged || others.length > 0) && (
        <section aria-label="Set aside" className="notices space-y-1">
          {isSkipped && (
            <Strip words="You have skipped this article:" reason={reasons.skip_reason}>
              <Button size="small" onClick={takeUp}>
                Take it up again
              </Button>
            </Strip>
          )}
          {isFlagged && (
            <Strip words="Flagged for a second look:" reason={reasons.flag_reason}>
              <Button size="small" onClick={() => ask("flag")}>
                Change
              </Button>
              <Button size="small" variant="quiet" onClick={() => void flag({ flag_reason: null })}>
                Take the flag away
              </Button>
            </Strip>
          )}
          {others.map((set) => (
            <Strip
              key={set.id}
              words={`Flagged for a second look by ${setName(set)}:`}
              reason={set.flag_reason}
            />
          ))}
        </section>
      )}
      {asking && (
        <Question
          key={asking}
          {...words[asking]}
          before={(asking === "skip" ? reasons.skip_reason : reasons.flag_reason) ?? ""}
          answer={(reason) => (asking === "skip" ? skip(reason) : flag({ flag_reason: reason }))}
          leave={leave}
        />
      )}
    </>
  );
}

function Strip({
  words: said,
  reason,
  children,
}: {
  words: string;
  reason: string | null;
  children?: React.ReactNode;
}) {
  return (
    <Notice tone="neutral" compact>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-60">
          {said} <bdi className="font-medium wrap-anywhere">{reason}</bdi>
        </span>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 empty:hidden">{children}</div>
      </div>
    </Notice>
  );
}

function Question({
  title,
  hint,
  confirm,
  before,
  answer,
  leave,
}: {
  title: string;
  hint: string;
  /** The verb on the button. */
  confirm: string;
  before: string;
  /** Whether it has been kept. */
  answer: (reason: string) => Promise<boolean>;
  leave: () => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const send = async () => {
    const reason = field.current?.value.trim() ?? "";
    if (busy) return;
    if (reason === "") {
      setError("Say why, in a word or two.");
      field.current?.focus();
      return;
    }
    setBusy(true);
    if (await answer(reason)) leave();
    else setBusy(false);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || event.repeat) return;
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    void send();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) leave();
      }}
      title={title}
      footer={
        <>
          <Button onClick={leave}>Cancel</Button>
          <Button variant="primary" busy={busy} onClick={() => void send()}>
            {confirm} <Kbd>Ctrl+Enter</Kbd>
          </Button>
        </>
      }
    >
      <TextArea
        ref={field}
        label="Reason"
        rows={3}
        maxLength={MAX_REASON_LENGTH}
        defaultValue={before}
        hint={hint}
        error={error}
        onKeyDown={pressed}
      />
    </Dialog>
  );
}
