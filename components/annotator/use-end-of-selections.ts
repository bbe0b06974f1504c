"use client";

import { type RefObject, useEffect } from "react";
import { inNextFrame } from "@/components/ui/next-frame";
import type { AnnotatorCommands } from "@/lib/annotator/commands";

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
