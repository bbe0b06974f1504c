"use client";

import { useEffect, useEffectEvent, useRef } from "react";
import { Button } from "./button";

/**
 * The end of a list that goes on: fetches the next page when it nears the screen, or by its button
 * where scrolling is not how the reader moves. It asks again as soon as it is no longer busy, so
 * leave it out when there is no next page or the last one could not be fetched.
 */
export function LoadMore({ busy, onLoad }: { busy: boolean; onLoad: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  const load = useEffectEvent(onLoad);
  useEffect(() => {
    const element = end.current;
    if (!element || busy) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) load();
      },
      { rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [busy]);
  return (
    <div ref={end} className="flex justify-center py-4">
      <Button variant="quiet" busy={busy} onClick={onLoad}>
        {busy ? "Loading…" : "Show more"}
      </Button>
    </div>
  );
}
