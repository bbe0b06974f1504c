"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextArea } from "@/components/ui/field";
import { Kbd } from "@/components/ui/kbd";
import { Notice } from "@/components/ui/notice";
import { setName } from "@/lib/annotator/wording";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import { call } from "@/lib/api/client";
import { MAX_REASON_LENGTH } from "@/lib/domain/limits";
import { toast } from "../ui/toast";
import type { AnnotatePage } from "./annotate-page-props";
import { type SyncedAnnotator, useOwnSet } from "./use-annotator";

type Reasons = Pick<AnnotationSet, "skip_reason" | "flag_reason">;

const none: Reasons = { skip_reason: null, flag_reason: null };

/** By set, since this window was loaded: going back shows a page as it was fetched. */
const lastKnown = new Map<string, Reasons>();

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

/**
 * What reviewers say of the article beside annotating it, over the text: that they have skipped it, or
 * that it needs a second look; and the question for the reason.
 */
export function SetAside({
  annotator,
  page,
  asking,
  ask,
  early,
  next,
  onLeft,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  asking: "skip" | "flag" | null;
  ask: (what: "skip" | "flag" | null) => void;
  /** Takes what has been typed before the field for the reason had the focus. */
  early: () => string;
  /** Goes to the next article. */
  next: () => void;
  /** The question has been answered or left. */
  onLeft: () => void;
}) {
  const isSubmitted = useOwnSet(annotator)?.submittedAt != null;
  const { reasons, write } = useReasons(page.ownSet, isSubmitted);
  // What others have flagged it for, where the reader may see their sets.
  const others = page.readOnlySets.filter((set) => set.flag_reason !== null);
  const isSkipped = reasons.skip_reason !== null;
  const skip = async (reason: string): Promise<boolean> => {
    if (!(await write({ skip_reason: reason }))) return false;
    toast(`Skipped “${page.article.title}”`, {
      action: { label: "Undo", onClick: () => void write({ skip_reason: null }) },
    });
    next();
    return true;
  };
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
              <Button size="small" onClick={() => void write({ skip_reason: null })}>
                Take it up again
              </Button>
            </Strip>
          )}
          {isFlagged && (
            <Strip words="Flagged for a second look:" reason={reasons.flag_reason}>
              <Button size="small" onClick={() => ask("flag")}>
                Change
              </Button>
              <Button
                size="small"
                variant="quiet"
                onClick={() => void write({ flag_reason: null })}
              >
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
          answer={(reason) => (asking === "skip" ? skip(reason) : write({ flag_reason: reason }))}
          early={early}
          leave={leave}
        />
      )}
    </>
  );
}

/** The reviewer's own reasons, and what writes them: it tells whether they have been kept, and why not. */
function useReasons(ownSet: AnnotationSet | null, isSubmitted: boolean) {
  const id = ownSet?.id ?? "";
  const [reasons, setReasons] = useState<Reasons>(() => lastKnown.get(id) ?? ownSet ?? none);
  const keep = ({ skip_reason, flag_reason }: Reasons) => {
    lastKnown.set(id, { skip_reason, flag_reason });
    setReasons({ skip_reason, flag_reason });
  };
  // The server has taken it for done.
  if (isSubmitted && reasons.skip_reason !== null) keep({ ...reasons, skip_reason: null });
  const write = async (change: Partial<Reasons>): Promise<boolean> => {
    const answer = await call("PATCH /annotation-sets/{id}", { path: { id }, body: change });
    if (answer.ok) keep(answer.value);
    else toast.error(`Not kept. ${answer.message}`);
    return answer.ok;
  };
  return { reasons, write };
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
  early,
  answer,
  leave,
}: {
  title: string;
  hint: string;
  /** The verb on the button. */
  confirm: string;
  before: string;
  early: () => string;
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
        onFocus={({ currentTarget }) => {
          currentTarget.value += early();
        }}
        onKeyDown={pressed}
      />
    </Dialog>
  );
}
