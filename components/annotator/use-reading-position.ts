"use client";

import { type RefObject, useLayoutEffect } from "react";
import { inNextFrame } from "@/components/ui/next-frame";
import type { ArticleEditor } from "@/lib/editor/article-editor";

/**
 * Where somebody is in a text, whatever the width it is set in: the block at the top of the view, how
 * much of its height is above that (negative where what is before it is at the top), and the caret, in
 * code points; null for one whose text had none yet.
 */
type ReadingPosition = {
  readonly block: number;
  readonly part: number;
  readonly caret: number | null;
};

/** The place of a text that has not been scrolled: as far above its first block as there is room. */
const TOP = { block: 0, part: -1e6 } as const;

/** How long after the last scrolling the position is kept, in milliseconds. */
const PAUSE = 150;

/**
 * For how many frames a text is followed that moves because what is above gets its real height, and
 * for how many it has to stand still. Some tens of sections come into view by then.
 */
const [MOST_FRAMES, STILL_FRAMES] = [60, 4] as const;

/**
 * Keeps the place in an article while this tab lives: after a reload, after Back, and when it is opened
 * again. An address that names a place in the page goes before it.
 *
 * @param pane what the text scrolls in
 * @param version of which article
 * @param editor null until it is there; the text of the first paint is put in its place, too
 */
export function useReadingPosition(
  pane: RefObject<HTMLElement | null>,
  version: string,
  editor: ArticleEditor | null,
): void {
  const key = `gainsay:reading ${version}`;
  useLayoutEffect(() => {
    const element = pane.current;
    const position = placeToGoTo(key);
    if (!element || position === null) return;
    if (position.caret !== null) editor?.putCaret(position.caret);
    return goTo(element, position);
  }, [pane, key, editor]);

  useLayoutEffect(() => {
    const element = pane.current;
    if (!element) return;
    const listening = new AbortController();
    const { signal } = listening;
    let timer: ReturnType<typeof setTimeout> | null = null;
    /** Where the text was found last. */
    let place: Omit<ReadingPosition, "caret"> | null = placeToGoTo(key) ?? TOP;
    const keep = () => {
      // Of a first paint that ends before it, the place is kept that is to be gone to yet.
      if (place === null || (editor === null && kept(key) !== null)) return;
      const position: ReadingPosition = { ...place, caret: editor?.caret() ?? null };
      try {
        sessionStorage.setItem(key, JSON.stringify(position));
      } catch {
        // Storage that is full or switched off: the place is not worth a word.
      }
    };
    const look = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      place = placeIn(element);
      keep();
    };
    const moved = () => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    };
    element.addEventListener("scroll", moved, { passive: true, signal });
    addEventListener("resize", moved, { passive: true, signal });
    addEventListener("pagehide", look, { signal });
    return () => {
      listening.abort();
      const isMoving = timer !== null;
      if (timer !== null) clearTimeout(timer);
      if (!editor) return;
      // The text is still there, but to look where would have all that changes with it laid out first.
      if (isMoving) look();
      else keep();
    };
  }, [pane, key, editor]);
}

/** Where a text is to be scrolled to as it is shown; null where it stays, or an address says where. */
function placeToGoTo(key: string): ReadingPosition | null {
  return location.hash === "" ? kept(key) : null;
}

function kept(key: string): ReadingPosition | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return isPosition(stored) ? stored : null;
  } catch {
    return null;
  }
}

function isPosition(value: unknown): value is ReadingPosition {
  if (typeof value !== "object" || value === null) return false;
  const { block, part, caret } = value as Record<keyof ReadingPosition, unknown>;
  return (
    Number.isInteger(block) && Number.isFinite(part) && (caret === null || Number.isInteger(caret))
  );
}

/** The sections of the text that is shown: that of the first paint, or the editor's. */
function sectionsIn(pane: HTMLElement): Element[] {
  const texts = [...pane.querySelectorAll<HTMLElement>(".article")];
  return [...(texts.find(({ offsetParent }) => offsetParent !== null)?.children ?? [])];
}

/** What of a text is at the top of the view; null where nothing of it is. */
function placeIn(pane: HTMLElement): Omit<ReadingPosition, "caret"> | null {
  const { top } = pane.getBoundingClientRect();
  const isBelow = (element: Element) => element.getBoundingClientRect().bottom > top;
  let before = 0;
  for (const section of sectionsIn(pane)) {
    const at = isBelow(section) ? [...section.children].findIndex(isBelow) : -1;
    const block = section.children[at];
    if (block) {
      const box = block.getBoundingClientRect();
      const part = (top - box.top) / Math.max(1, box.height);
      return { block: before + at, part };
    }
    before += section.children.length;
  }
  return null;
}

/** Scrolls a text there, and on while it moves; not against the reader. Returns what calls it off. */
function goTo(pane: HTMLElement, position: ReadingPosition): () => void {
  const taken = new AbortController();
  const { signal } = taken;
  for (const event of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(event, () => taken.abort(), { signal, capture: true, passive: true });
  }
  let still = 0;
  const turn = (frame: number) => {
    if (signal.aborted) return;
    still = scrollTo(pane, position) ? 0 : still + 1;
    if (still >= STILL_FRAMES || frame >= MOST_FRAMES) taken.abort();
    else inNextFrame(() => turn(frame + 1));
  };
  turn(0);
  return () => taken.abort();
}

/** @returns whether it had to be moved */
function scrollTo(pane: HTMLElement, { block, part }: ReadingPosition): boolean {
  let before = 0;
  for (const section of sectionsIn(pane)) {
    const element = section.children[block - before];
    if (element) {
      const box = element.getBoundingClientRect();
      const by = box.top + part * box.height - pane.getBoundingClientRect().top;
      const was = pane.scrollTop;
      pane.scrollTop += by;
      return Math.abs(pane.scrollTop - was) >= 1;
    }
    before += section.children.length;
  }
  return false;
}
