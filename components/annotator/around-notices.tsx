"use client";

import { type RefObject, useEffect, useState } from "react";
import { Icon } from "@/components/ui/icons";

/**
 * Keeps the text where it is while notices come and go above it, and says where more of them are below the
 * lower edge of what they scroll in.
 */
export function AroundNotices({
  region,
  pane,
}: {
  region: RefObject<HTMLElement | null>;
  /** What the text scrolls in. */
  pane: RefObject<HTMLElement | null>;
}) {
  useStillText(region, pane);
  if (!useHasMore(region)) return null;
  return (
    // For the eye: a screen reader and the Tab key come to what is below anyway.
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      className="notices-more"
      onClick={() => region.current?.scrollBy({ top: region.current.clientHeight * 0.7 })}
    >
      More below <Icon name="chevron" size={14} />
    </button>
  );
}

/** Whether something is below the lower edge of what scrolls; a line or less does not count. */
function useHasMore(region: RefObject<HTMLElement | null>): boolean {
  const [hasMore, setHasMore] = useState(false);
  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const look = () => {
      const { scrollHeight, scrollTop, clientHeight } = element;
      setHasMore(scrollHeight - scrollTop - clientHeight > 24);
    };
    const observer = new ResizeObserver(look);
    const observe = () => {
      observer.disconnect();
      for (const one of [element, ...element.children]) observer.observe(one);
    };
    observe();
    const changes = new MutationObserver(observe);
    changes.observe(element, { childList: true });
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      changes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [region]);
  return hasMore;
}

/** How much of the text stays in view around what is worked on, in pixels. */
const AROUND = 12;

/**
 * Scrolls the text by what its view loses or gains above it, so that nobody loses the line, and never
 * covers what is being worked on.
 */
function useStillText(
  region: RefObject<HTMLElement | null>,
  pane: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const element = region.current;
    if (!element) return;
    let height = element.offsetHeight;
    const observer = new ResizeObserver(() => {
      const by = element.offsetHeight - height;
      height += by;
      const text = pane.current;
      if (by === 0 || !text) return;
      // At its very beginning the text gives way: its title is not to be pushed out of sight.
      const isStill = text.scrollTop > 0;
      if (isStill) text.scrollTop += by;
      const work = placeOfWork(text);
      if (!work) return;
      const view = text.getBoundingClientRect();
      const before = isStill ? work.top : work.top - by;
      if (before < view.top - by || before > view.bottom) return;
      if (work.top < view.top) text.scrollTop -= view.top - work.top + AROUND;
      else if (work.bottom > view.bottom) text.scrollTop += work.bottom - view.bottom + AROUND;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [region, pane]);
}

/** Where the selected span is on the screen, or else the caret; null without either. */
function placeOfWork(text: HTMLElement): DOMRect | null {
  const { focusNode } = getSelection() ?? {};
  const caret = focusNode instanceof Element ? focusNode : focusNode?.parentElement;
  const within = caret && text.contains(caret) ? caret : null;
  const work = text.querySelector("mark[data-selected]") ?? within;
  return work?.getBoundingClientRect() ?? null;
}
