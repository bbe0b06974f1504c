"use client";

import { useEffect, useSyncExternalStore } from "react";
import type { AttributeStrip } from "@/lib/annotator/attribute-strip";

/** Whether attributes are asked for after labelling: somebody's own choice, on this machine. */
export function useAsking(strip: AttributeStrip): boolean {
  return useSyncExternalStore(strip.subscribe, strip.asks, strip.asks);
}

/** Takes up the choice as it was the last time, and keeps it as it changes. */
export function useKeptAsking(strip: AttributeStrip, user: string): void {
  useEffect(() => {
    const key = `gainsay:asking ${user}`;
    let asks = kept(key) !== "no";
    strip.setAsking(asks);
    return strip.subscribe(() => {
      if (strip.asks() === asks) return;
      asks = strip.asks();
      keep(key, asks ? "yes" : "no");
    });
  }, [strip, user]);
}

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser may keep nothing
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds for this page, then.
  }
}
