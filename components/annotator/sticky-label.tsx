"use client";

import { type RefObject, useEffect } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import { inNextFrame } from "@/components/ui/next-frame";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";

/** Which label every selection gets; at the foot of the text while one does. */
export function StickyLabel({ annotator }: { annotator: SyncedAnnotator }) {
  const { sticky, linking } = useAnnotatorState(annotator);
  if (sticky === null || linking) return null;
  const { style, letter, name } = appearanceOf(annotator.scheme, sticky);
  return (
    <section
      aria-label="Sticky label"
      className="popup absolute inset-x-3 bottom-3 z-10 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
    >
      <span className="flex items-center gap-2">
        Each selection becomes <LabelBadge style={style} letter={letter} name={name} />
      </span>
      <Button size="small" variant="quiet" onClick={() => annotator.stick(null)}>
        Stop <Kbd>Escape</Kbd>
      </Button>
    </section>
  );
}

/** Tells the commands when a gesture of selecting is over: the button is let go, or Shift. */
export function useEndOfSelections(
  commands: AnnotatorCommands,
  pane: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    let isSelecting = false;
    addEventListener(
      "pointerdown",
      ({ target }) => {
        isSelecting = target instanceof Node && pane.current?.contains(target) === true;
      },
      { signal, capture: true },
    );
    addEventListener(
      "pointerup",
      () => {
        // By then the editor has taken what was selected.
        if (isSelecting) inNextFrame(() => commands.selectionEnded());
        isSelecting = false;
      },
      { signal },
    );
    addEventListener(
      "keyup",
      ({ key, target }) => {
        const isInText = target instanceof Element && target.closest(".article") !== null;
        if (key === "Shift" && isInText) commands.selectionEnded();
      },
      { signal },
    );
    return () => listening.abort();
  }, [commands, pane]);
}
