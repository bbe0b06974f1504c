"use client";

import { useEffect } from "react";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import { spansAround } from "./article-view";
import type { SyncedAnnotator } from "./use-annotator";

/**
 * A drag from the selected span to another one links the two, if the scheme has a relation for them; what is
 * about to be linked shows while the pointer is over it. One that ends anywhere else selects text.
 */
export function useLinkByDrag(annotator: SyncedAnnotator, editor: ArticleEditor): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    /** The span that the drag began in; null while there is none. */
    let from: string | null = null;
    let isOverTarget = false;
    const pressed = ({ target, pointerType, button }: PointerEvent) => {
      const { selected, linking } = annotator.state();
      from = null;
      if (pointerType !== "mouse" || button !== 0 || linking || selected === null) return;
      if (target instanceof Element && spansAround(target).includes(selected)) from = selected;
    };
    const moved = ({ target, buttons }: PointerEvent) => {
      if (from === null) return;
      const over = buttons > 0 && target instanceof Element ? spansAround(target) : [];
      // Within its own words a drag selects some of them.
      if (isOverTarget || over.length > 0) {
        isOverTarget = annotator.dragLink(over.includes(from) ? [] : over);
      }
    };
    const released = () => {
      from = null;
      if (!isOverTarget) return;
      isOverTarget = false;
      annotator.dropLink();
      const ending = new AbortController();
      // The words between the two were not meant, and neither was a press on what is around both.
      addEventListener("mouseup", () => editor.collapse(), { signal: ending.signal });
      const swallow = (event: Event) => event.stopPropagation();
      addEventListener("click", swallow, { signal: ending.signal, capture: true });
      setTimeout(() => ending.abort());
    };
    editor.element.addEventListener("pointerdown", pressed, { signal });
    addEventListener("pointermove", moved, { signal });
    addEventListener("pointerup", released, { signal });
    return () => listening.abort();
  }, [annotator, editor]);
}
