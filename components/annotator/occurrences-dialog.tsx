"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { LabelBadge } from "@/components/ui/label-badge";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { labelAlike, occurrencesOf } from "@/lib/annotator/occurrences";
import { excerpt } from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";
import type { SyncedAnnotator } from "./use-annotator";

export { nowhereElse } from "@/lib/annotator/occurrences";

/** How much is shown before and behind the words, in code points. */
const AROUND = 48;

/**
 * Every further place of the selected span's words, each with what is around it, to be labelled at once;
 * nothing where there is none.
 */
export function OccurrencesDialog({
  annotator,
  commands,
  onClose,
}: {
  annotator: SyncedAnnotator;
  commands: AnnotatorCommands;
  onClose: () => void;
}) {
  const [span] = useState(annotator.selectedSpan);
  const [places] = useState(() => (span ? occurrencesOf(annotator, span) : []));
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const chosen = places.filter(({ start }) => !left.has(start));
  const close = () => {
    onClose();
    commands.focusText();
  };
  if (!span || places.length === 0) return null;
  const { style, letter, name } = appearanceOf(annotator.scheme, span.label);
  const toggle = (start: number) => {
    const next = new Set(left);
    if (!next.delete(start)) next.add(start);
    setLeft(next);
  };
  return (
    <Dialog
      open
      onOpenChange={close}
      wide
      title="The same words elsewhere"
      description={
        <span className="flex min-w-0 items-center gap-2">
          <LabelBadge style={style} letter={letter} name={name} />
          <bdi className="min-w-0 truncate">{excerpt(span.quote)}</bdi>
        </span>
      }
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form="occurrences" variant="primary" disabled={chosen.length === 0}>
            {chosen.length === places.length && places.length > 1
              ? `Label all ${places.length}`
              : `Label ${chosen.length}`}
          </Button>
        </>
      }
    >
      <form
        id="occurrences"
        onSubmit={(event) => {
          event.preventDefault();
          labelAlike(annotator, chosen);
          close();
        }}
      >
        <ol className="space-y-1">
          {places.map((place) => (
            <li key={place.start}>
              <label className="flex items-baseline gap-3 rounded-md px-2 py-1.5 hover:bg-sunken">
                <input
                  type="checkbox"
                  checked={!left.has(place.start)}
                  onChange={() => toggle(place.start)}
                  onKeyDown={(event) => {
                    if (event.key !== "Enter") return;
                    event.preventDefault();
                    event.currentTarget.form?.requestSubmit();
                  }}
                />
                <InContext text={annotator.text} place={place} />
              </label>
            </li>
          ))}
        </ol>
      </form>
    </Dialog>
  );
}

function InContext({ text, place }: { text: ArticleText; place: Range }) {
  const from = text.boundaryBefore(Math.max(0, place.start - AROUND));
  const to = text.boundaryAfter(Math.min(text.length, place.end + AROUND));
  // One line of the article: what is in another paragraph is no context.
  const before = text.slice({ start: from, end: place.start }).replace(/^.*\n/s, "");
  const behind = text.slice({ start: place.end, end: to }).replace(/\n.*$/s, "");
  return (
    <span className="min-w-0 font-reading" dir="auto">
      {before}
      <mark className="bg-accent-soft text-accent-strong">{text.slice(place)}</mark>
      {behind}
    </span>
  );
}
