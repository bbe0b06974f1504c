"use client";

import { type KeyboardEvent, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import { inNextFrame } from "@/components/ui/next-frame";
import { type CheckGroup, checkGroups } from "@/lib/annotator/check-groups";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { durationInWords } from "@/lib/domain/active-time";
import { counted, inFigures } from "@/lib/domain/figures";
import { excerpt } from "@/lib/domain/span";
import { submitCheck } from "@/lib/domain/submit-check";
import { useActiveSeconds } from "./active-time";
import type { SyncedAnnotator } from "./use-annotator";
import "./submit-check.css";

/** What there is to look at before the own set is submitted; empty where nothing is. */
export function checkedGroups({ scheme, set }: SyncedAnnotator): readonly CheckGroup[] {
  return checkGroups(scheme, set, submitCheck(scheme, set));
}

/** For how many frames what is said of the article is waited for: it comes up once no span is selected. */
const MOST_FRAMES = 60;

/** Gives the first field of what is said of the article the focus. */
function focusArticle(frames = MOST_FRAMES): void {
  const field = document.querySelector<HTMLElement>(".about-article section :is(input, select)");
  if (field) field.focus();
  else if (frames > 0) inNextFrame(() => focusArticle(frames - 1));
}

/** More than this is not listed at once: whoever has mended those, looks again. */
const MOST_LISTED = 200;

/** What was found before submitting, each with a key to go there. */
export function SubmitCheck({
  annotator,
  commands,
  groups,
  at,
  onLeave,
  onSubmit,
  onClose,
}: {
  annotator: SyncedAnnotator;
  commands: AnnotatorCommands;
  groups: readonly CheckGroup[];
  /** The number of the one that has the focus at first, from 0. */
  at: number;
  /** Closes it, and does something once that is done; from the one with this number in the list. */
  onLeave: (number: number, work: () => void) => void;
  onSubmit: () => void;
  onClose: () => void;
}) {
  const { scheme } = annotator;
  const seconds = useActiveSeconds(annotator);
  /** Goes to a span, or with null to what is said of the article. */
  const go = (span: string | null, number: number) =>
    onLeave(number, () => {
      annotator.select(span);
      commands.reveal(span);
      if (span !== null) commands.focusText();
      else focusArticle();
    });
  const list = useRef<HTMLDivElement>(null);
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  const blocking = groups
    .filter(({ isBlocking }) => isBlocking)
    .reduce((sum, { items }) => sum + items.length, 0);
  const first = Math.min(at, Math.min(count, MOST_LISTED) - 1);
  const pressed = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const here = buttons.findIndex((button) => button.matches(":focus"));
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (blocking === 0 && !event.repeat) onSubmit();
    } else if (/^[1-9]$/.test(event.key)) buttons[Number(event.key) - 1]?.click();
    else if (event.key === "ArrowDown") buttons[(here + 1) % buttons.length]?.focus();
    else if (event.key === "ArrowUp") buttons.at(here <= 0 ? -1 : here - 1)?.focus();
    else if (event.key === "Home") buttons[0]?.focus();
    else if (event.key === "End") buttons.at(-1)?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Before you submit"
      description={
        blocking > 0
          ? `${counted(blocking, "place")} ${blocking === 1 ? "lacks" : "lack"} what the scheme requires: the annotation cannot be submitted like this.`
          : `${counted(count, "place")} to look at once more. All of it may be as it should be.`
      }
      footer={
        <>
          <Button onClick={onClose}>Back to the text</Button>
          {blocking === 0 && (
            <Button variant="primary" onClick={onSubmit}>
              Submit all the same <Kbd>Ctrl+Enter</Kbd>
            </Button>
          )}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its buttons have the focus, this hears their keys */}
      <div ref={list} onKeyDown={pressed} className="submit-check">
        {numbered(groups).map(({ title, count: all, items }) => (
          <section key={title} aria-label={title}>
            <h3>
              {title} <span className="figures">{inFigures(all)}</span>
            </h3>
            <ul>
              {items.map(({ span, note, number }) => {
                const look = span && appearanceOf(scheme, span.label);
                return (
                  <li key={number}>
                    <button
                      type="button"
                      tabIndex={number === first ? 0 : -1}
                      onClick={() => go(span?.id ?? null, number)}
                    >
                      {look && (
                        <LabelBadge
                          style={look.style}
                          letter={look.letter}
                          name={look.name}
                          compact
                        />
                      )}
                      <span className="quote" dir="auto">
                        {span ? excerpt(span.quote) : "The article"}
                      </span>
                      {note && <span className="note">{note}</span>}
                      {number < 9 && <Kbd>{String(number + 1)}</Kbd>}
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
        {seconds !== null && (
          <p className="text-sm text-muted">
            Your active time on this article, without pauses of more than a minute:{" "}
            {durationInWords(seconds)}.
          </p>
        )}
        {count > MOST_LISTED && (
          <p className="text-muted">
            The first {inFigures(MOST_LISTED)} of {inFigures(count)}.
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** The groups with their items numbered through from 0, no more of them than are listed. */
function numbered(groups: readonly CheckGroup[]) {
  let before = 0;
  return groups.flatMap(({ title, items }) => {
    const begin = before;
    before += items.length;
    const listed = items.slice(0, Math.max(0, MOST_LISTED - begin));
    if (listed.length === 0) return [];
    const count = items.length;
    return [{ title, count, items: listed.map((item, at) => ({ ...item, number: begin + at })) }];
  });
}
