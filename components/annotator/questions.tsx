"use client";

import { ConfirmDialog } from "@/components/ui/dialog";

/** Asks whether there really is nothing to mark. */
export function NothingMarked({
  open,
  onOpenChange,
  onConfirm,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
}) {
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Nothing marked: no claims in this article?"
      confirm="Submit without marks"
      onConfirm={onConfirm}
    >
      Your annotation has no spans. Submitted like this, it says that you have read the article and
      that there is nothing in it to mark.
    </ConfirmDialog>
  );
}

/** Asks whether a span is to go over so many paragraphs; null while there is none to ask about. */
export function LongSpan({
  paragraphs,
  onAnswer,
}: {
  paragraphs: number | null;
  onAnswer: (isMeant: boolean) => void;
}) {
  return (
    <ConfirmDialog
      open={paragraphs !== null}
      onOpenChange={() => onAnswer(false)}
      title={`One span over ${paragraphs ?? 0} paragraphs?`}
      confirm="Make the span"
      onConfirm={() => onAnswer(true)}
    >
      What you have selected goes over {paragraphs ?? 0} paragraphs. The span would have a part in
      each of them.
    </ConfirmDialog>
  );
}
