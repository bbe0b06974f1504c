"use client";

import { type RefObject, useEffect, useState } from "react";
import { Icon } from "@/components/ui/icons";

/** Says that more is below the lower edge of what scrolls, and goes there. */
export function MoreBelow({ region }: { region: RefObject<HTMLElement | null> }) {
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
