"use client";

import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { hasStoredWork } from "@/lib/sync/stored-work";
import type { UnsentWork } from "@/lib/sync/unsent-work";
import { onDemand } from "./on-demand";

/** What sends and tells: few browsers have anything to be sent. */
const sender = onDemand(() => import("./unsent-work-list"));

/** How often it is looked for what others have left, and tried again, in milliseconds. */
const EVERY = 30_000;

/** How long it is said that something was sent, in milliseconds. */
const SAID = 10_000;

/**
 * What earlier visits of this user left unsent in this browser: sends it, and says what there is of
 * it on whichever page they are. Nothing is shown while there is nothing.
 */
export function UnsentWorkBar({ user }: { user: string }) {
  const works = useUnsentWork(user);
  const List = sender.get()?.UnsentWorkList;
  return (
    // It is there before it has anything to say, so that this is read out when it comes.
    <div role="status" aria-label="Unsent work" ref={measureBar}>
      {List && works.length > 0 && <List works={works} />}
    </div>
  );
}

/** Pages that fill the window reckon with the bar. */
function measureBar(bar: HTMLElement | null): (() => void) | undefined {
  if (!bar) return undefined;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => {
    style.setProperty("--unsent-work-height", `${bar.offsetHeight}px`);
  });
  observer.observe(bar);
  return () => {
    observer.disconnect();
    style.removeProperty("--unsent-work-height");
  };
}

function useUnsentWork(user: string): readonly UnsentWork[] {
  const path = usePathname();
  const [works, setWorks] = useState<readonly UnsentWork[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    let isLooking = false;
    let forget: ReturnType<typeof setTimeout> | undefined;
    const forgetSent = () => setWorks((now) => now.filter((work) => !isSent(work)));
    /** Undefined until what sends is here. */
    const send = async () => {
      if (!(await hasStoredWork(user))) return [];
      sender.load();
      return sender.get()?.sendUnsentWork({
        user,
        path,
        sending: (work) => setWorks((others) => [...without(others, [work]), work]),
      });
    };
    const look = async () => {
      if (isLooking || document.visibilityState === "hidden") return;
      isLooking = true;
      try {
        const found = await send();
        if (!found) return;
        setWorks((before) => [...without(before.filter(isSent), found), ...found]);
        if (!found.some(isSent)) return;
        clearTimeout(forget);
        forget = setTimeout(forgetSent, SAID);
      } catch {
        // The storage fails; an article's own page says so.
      } finally {
        isLooking = false;
      }
    };
    void look();
    const timer = setInterval(look, EVERY);
    const stop = sender.subscribe(look);
    for (const event of ["online", "focus", "pageshow"]) {
      window.addEventListener(event, look, { signal });
    }
    document.addEventListener("visibilitychange", look, { signal });
    return () => {
      leaving.abort();
      clearInterval(timer);
      clearTimeout(forget);
      forgetSent();
      stop();
    };
  }, [user, path]);
  return works;
}

const isSent = ({ state }: UnsentWork) => state === "sent";

function without(works: readonly UnsentWork[], known: readonly UnsentWork[]): UnsentWork[] {
  return works.filter((work) => known.every(({ set }) => set !== work.set));
}
