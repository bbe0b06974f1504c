import { useEffect, useState } from "react";
import type { ActiveTime } from "@/lib/api/annotation-sets";
import { urlOf } from "@/lib/api/client";
import { ActiveTimes, type Keeping, type Told } from "@/lib/sync/active-time";
import { browser } from "@/lib/sync/environment";
import type { SyncedAnnotator } from "./use-annotator";

/** What an act is: by keys, by pointer, by scrolling or by selecting. */
const acts = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "selectionchange"];

/** No more than one act is written down in so many milliseconds. */
const NOTED = 1000;

/** How often the server is told, in milliseconds. */
const TOLD = 60_000;

/** What counts on the open pages, for those that show it. */
const counting = new WeakMap<SyncedAnnotator, () => Promise<number | null>>();

/**
 * Counts for how long the reader is at work on their own set: while the page is seen, and the set not submitted.
 *
 * @param set the id of what is counted on; null where nothing is, as in practice
 */
export function useActiveTime(annotator: SyncedAnnotator, set: string | null, user: string): void {
  useEffect(() => {
    if (set === null) return;
    const times = new ActiveTimes({
      user,
      keeping: browserKeeping,
      now: browser.now,
      newId: browser.newId,
      send,
    });
    counting.set(annotator, () => times.tell(set));
    const listening = new AbortController();
    const options = { signal: listening.signal, capture: true, passive: true };
    let noted = 0;
    const act = () => {
      const now = browser.now();
      if (document.visibilityState !== "visible" || !annotator.state().writable) return;
      if (now >= noted && now - noted < NOTED) return;
      noted = now;
      times.act(set);
    };
    for (const name of acts) document.addEventListener(name, act, options);
    const tellAll = () => void times.tellAll();
    const leave = () => {
      times.rest(set);
      noted = 0;
      tellAll();
    };
    const seen = () => {
      if (document.visibilityState === "hidden") leave();
    };
    document.addEventListener("visibilitychange", seen, options);
    addEventListener("pagehide", leave, options);
    addEventListener("online", tellAll, options);
    const timer = setInterval(tellAll, TOLD);
    tellAll(); // what an outage or a crash has left
    return () => {
      listening.abort();
      clearInterval(timer);
      leave();
    };
  }, [annotator, set, user]);
}

/** How many seconds the reader was at work on their own set; null where that is not known. */
export function useActiveSeconds(annotator: SyncedAnnotator): number | null {
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    let isLeft = false;
    void counting
      .get(annotator)?.()
      .then((told) => {
        if (!isLeft) setSeconds(told);
      });
    return () => {
      isLeft = true;
    };
  }, [annotator]);
  return seconds;
}

async function send(set: string, report: { source: string; seconds: number }): Promise<Told> {
  const url = urlOf("PUT /annotation-sets/{id}/active-time", { path: { id: set } });
  const response = await fetch(url, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(report),
    keepalive: true, // also as the page is left
  }).catch(() => null);
  if (response?.ok) {
    // The server answers with what the contract says; its tests see to that.
    const answer: ActiveTime | null = await response.json().catch(() => null);
    return answer ?? "unanswered";
  }
  // Gone, or somebody else's now. Who is signed out may sign in again.
  return response && [403, 404, 410].includes(response.status) ? "refused" : "unanswered";
}

/** Where a browser keeps nothing, what is not told yet goes with the page. */
const unkept = new Map<string, string>();

const browserKeeping: Keeping = {
  get: (name) => kept((storage) => storage.getItem(name)) ?? unkept.get(name) ?? null,
  set: (name, words) => {
    if (kept((storage) => storage.setItem(name, words)) === null) unkept.set(name, words);
  },
  remove: (name) => {
    kept((storage) => storage.removeItem(name));
    unkept.delete(name);
  },
  names: () => [...(kept((storage) => Object.keys(storage)) ?? []), ...unkept.keys()],
};

/** Null where the browser keeps nothing. */
function kept<T>(work: (storage: Storage) => T): T | null {
  try {
    return work(localStorage);
  } catch {
    return null;
  }
}
