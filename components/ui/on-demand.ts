import { useEffect, useRef, useSyncExternalStore } from "react";

/** Code that is loaded when it is first needed. */
export type OnDemand<Code> = {
  /** Null until it is there. */
  readonly get: () => Code | null;
  /** It could not be fetched; it is tried again when the network is back, and when it is next needed. */
  readonly isAway: () => boolean;
  /** Does nothing where it is there or on its way. */
  readonly load: () => void;
  readonly subscribe: (listener: () => void) => () => void;
};

/** What is said where something cannot be done without code that cannot be fetched. */
export const NOT_LOADED = "You are offline, and this is not loaded yet.";

const waiting = new Set<() => void>();
const signs = ["pointermove", "pointerdown", "touchstart", "keydown"] as const;
let touched = false;

/**
 * Code that a page does without until it is needed. So that it is there by then, and is also where
 * the network has gone in between, it is fetched in idle time once the reader does anything at all.
 */
export function onDemand<Code>(load: () => Promise<Code>): OnDemand<Code> {
  let code: Code | null = null;
  let isComing = false;
  let isAway = false;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const fetched = () => {
    if (code !== null || isComing) return;
    isComing = true;
    isAway = false;
    load()
      .then(
        (loaded) => {
          code = loaded;
          tell();
        },
        () => {
          isAway = true;
          addEventListener("online", fetched, { once: true });
          tell();
        },
      )
      .finally(() => {
        isComing = false;
      });
  };
  if (touched) whenIdle(fetched);
  else waiting.add(fetched);
  return {
    get: () => code,
    isAway: () => isAway,
    load: fetched,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The code, loaded if it is not there yet; null where it cannot be fetched now. */
export function whenLoaded<Code>(code: OnDemand<Code>): Promise<Code | null> {
  return new Promise((resolve) => {
    const look = () => {
      const loaded = code.get();
      if (loaded === null && !code.isAway()) return;
      stop();
      resolve(loaded);
    };
    const stop = code.subscribe(look);
    code.load();
    look();
  });
}

/**
 * @param wanted whether it is needed now
 * @param onAway what to do where it is needed and cannot be fetched
 */
export function useOnDemand<Code>(
  code: OnDemand<Code>,
  wanted: boolean,
  onAway?: () => void,
): Code | null {
  const latest = useRef(onAway);
  latest.current = onAway;
  useEffect(() => {
    if (!wanted) return;
    let isOver = false;
    void whenLoaded(code).then((loaded) => {
      if (loaded === null && !isOver) latest.current?.();
    });
    return () => {
      isOver = true;
    };
  }, [code, wanted]);
  return useSyncExternalStore(code.subscribe, code.get, nothing);
}

/** Whether it is to be done without. */
export function useIsAway<Code>(code: OnDemand<Code>): boolean {
  return useSyncExternalStore(code.subscribe, code.isAway, never);
}

const nothing = () => null;
const never = () => false;

function touch(): void {
  touched = true;
  for (const sign of signs) removeEventListener(sign, touch);
  for (const load of waiting) whenIdle(load);
  waiting.clear();
}

function whenIdle(load: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(load, { timeout: 2000 });
  else setTimeout(load, 200);
}

if (typeof window !== "undefined") {
  for (const sign of signs) addEventListener(sign, touch, { passive: true });
}
