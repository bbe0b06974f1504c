"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { AnnotatorController } from "@/lib/annotator/controller";
import { type Command, commandOf } from "@/lib/annotator/keymap";
import { hull } from "@/lib/domain/span";
import { spanRange } from "@/lib/editor/selection";
import type { ArticleHandle } from "./article-view";

/** What the page itself does on a key. */
export type PageActions = {
  readonly submitOrNext: () => void;
  readonly help: () => void;
};

/** What a reviewer does with the selected text, by key or by the bar. */
export function textActions(
  annotator: AnnotatorController,
  handle: RefObject<ArticleHandle | null>,
) {
  const range = () => {
    const selected = handle.current?.selected();
    return selected ? spanRange(annotator.text, selected) : null;
  };
  /** What is drawn for it takes the selection back to a caret; what is refused leaves it. */
  const drawing = (work: () => void) => {
    if (handle.current) handle.current.drawing(work);
    else work();
  };
  return {
    label: (label: string) => {
      const selected = handle.current?.selected() ?? null;
      const usable = range();
      if (selected && !usable) annotator.tell("A span covers at least one letter or digit.");
      else if (usable) drawing(() => annotator.label(label, usable));
      else annotator.label(label, null);
    },
    boundaries: () => {
      const usable = range();
      if (!annotator.selected)
        annotator.tell("Select a span first, then the text it should cover.");
      else if (usable) drawing(() => annotator.reshape([usable]));
      else annotator.tell("Select the text that the span should cover, then press B.");
    },
    fragment: () => {
      const usable = range();
      if (!annotator.selected) annotator.tell("Select a span first, then the text to add to it.");
      else if (usable) drawing(() => annotator.addFragment(usable));
      else annotator.tell("Select the text to add to the span, then press F.");
    },
    go: (id: string | null) => {
      const span = id === null ? undefined : annotator.set.spans.get(id);
      if (span) handle.current?.reveal(hull(span.fragments).start);
    },
  };
}

/** Listens to the whole page, so that keys work wherever the focus is but in a field. */
export function useKeyboard(
  annotator: AnnotatorController,
  handle: RefObject<ArticleHandle | null>,
  page: PageActions,
): void {
  const actions = useRef(page);
  actions.current = page;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const command = commandOf(event);
      if (!command || isElsewhere(event, command)) return;
      if (!carryOut(command, event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const carryOut = (command: Command, event: KeyboardEvent): boolean => {
      const text = textActions(annotator, handle);
      const { linking } = annotator.view();
      switch (command.kind) {
        case "label": {
          if (linking?.target) {
            annotator.chooseLink(Number(command.key) - 1);
            return true;
          }
          const label = annotator.scheme.labels.find(({ key }) => key === command.key);
          if (!label) return false;
          text.label(label.name);
          return true;
        }
        case "edge": {
          const span = annotator.selected;
          if (!span) return false;
          const { start, end } = hull(span.fragments);
          const at = command.edge === "start" ? start : Math.max(start, end - 1);
          const forward = handle.current?.directionAt(at) === "rtl" ? "left" : "right";
          const by = command.towards === forward ? 1 : -1;
          annotator.move({ edge: command.edge, by, unit: command.unit });
          return true;
        }
        case "remove":
          if (handle.current?.selected()) return inText(event);
          return annotator.remove() || inText(event);
        case "boundaries":
          text.boundaries();
          return true;
        case "fragment":
          text.fragment();
          return true;
        case "link":
          annotator.startLinking();
          return true;
        case "next":
        case "previous":
          text.go(annotator.step(command.kind === "next" ? 1 : -1, handle.current?.caret() ?? 0));
          return true;
        case "choose":
          if (linking) {
            annotator.confirmLink();
            return true;
          }
          if (!inText(event)) return false;
          pickAtCaret(annotator, handle, { around: true });
          return true;
        case "cycle":
          // After the last one there, Tab leaves the text as it does everywhere.
          if (!inText(event) || annotator.selected === null) return false;
          // With text selected, it leads on to the bar that is about it.
          if (handle.current?.selected()) return false;
          return pickAtCaret(annotator, handle, { around: false });
        case "cancel":
          if (handle.current?.selected()) {
            handle.current.collapse();
            return true;
          }
          return annotator.cancel();
        case "undo":
          annotator.undo();
          return true;
        case "redo":
          annotator.redo();
          return true;
        case "submit":
          actions.current.submitOrNext();
          return true;
        case "help":
          actions.current.help();
          return true;
      }
    };
    // Before the editor and the widgets see it.
    document.addEventListener("keydown", pressed, { capture: true });
    return () => document.removeEventListener("keydown", pressed, { capture: true });
  }, [annotator, handle]);
}

function pickAtCaret(
  annotator: AnnotatorController,
  handle: RefObject<ArticleHandle | null>,
  how: { around: boolean },
): boolean {
  const caret = handle.current?.caret() ?? 0;
  return annotator.cycle(caret, how) || (caret > 0 && annotator.cycle(caret - 1, how));
}

function inText({ target }: Event): boolean {
  return target instanceof Element && target.closest(".article") !== null;
}

/** Whether a key belongs to a field, a widget or a dialog rather than to the page. */
function isElsewhere({ target }: Event, { kind }: Command): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu]")) return true;
  const radio = target instanceof HTMLInputElement && target.type === "radio";
  const field = target.closest("input, textarea, select") !== null && !radio;
  if (field) return kind !== "submit";
  // Enter and Tab are the widget's own.
  return (kind === "choose" || kind === "cycle") && target.closest("button, a, input") !== null;
}
