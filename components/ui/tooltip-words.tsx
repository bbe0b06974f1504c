"use client";

import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Kbd } from "./kbd";

/** How long the pointer rests before a word appears, and how long after one the next is at once. */
const [DELAY, GRACE] = [400, 400] as const;

/** How far the word stays away from its control and from the edges of the window, in pixels. */
const [GAP, MARGIN] = [6, 5] as const;

/** The tooltips of the page: one at a time, and the next at once where one was. */
export function TooltipWords() {
  const [control, setControl] = useState<HTMLElement | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let shown: HTMLElement | null = null;
    /** What the pointer rests on, and is not shown yet. */
    let awaited: HTMLElement | null = null;
    let hiddenAt = Number.NEGATIVE_INFINITY;
    const show = (next: HTMLElement | null) => {
      clearTimeout(timer);
      awaited = null;
      if (next === shown) return;
      if (shown) hiddenAt = performance.now();
      shown = next;
      setControl(next);
    };
    const hide = () => show(null);
    const over = ({ target, pointerType }: PointerEvent) => {
      if (pointerType !== "touch") pointAt(controlAt(target));
    };
    const pointAt = (next: HTMLElement | null) => {
      if (next === (awaited ?? shown)) return;
      const isWarm = shown !== null || performance.now() - hiddenAt < GRACE;
      hide();
      if (!next) return;
      awaited = next;
      timer = setTimeout(() => show(next), isWarm ? 0 : DELAY);
    };
    const focused = ({ target }: FocusEvent) => focusOn(controlAt(target));
    const focusOn = (next: HTMLElement | null) => {
      if (next?.matches(":focus-visible")) show(next);
    };
    // A focus that goes is no reason to hide what the pointer rests on.
    const blurred = ({ target }: FocusEvent) => {
      if (shown !== null && controlAt(target) === shown) hide();
    };
    // The reader may have come to a control before this was here.
    if (matchMedia("(hover: hover)").matches)
      pointAt(document.querySelector("[data-tooltip]:hover"));
    focusOn(controlAt(document.activeElement));
    const pressed = ({ key }: KeyboardEvent) => {
      if (key === "Escape") hide();
    };
    const stop = new AbortController();
    const { signal } = stop;
    document.addEventListener("pointerover", over, { signal });
    document.documentElement.addEventListener("pointerleave", hide, { signal });
    document.addEventListener("pointerdown", hide, { signal });
    document.addEventListener("focusin", focused, { signal });
    document.addEventListener("focusout", blurred, { signal });
    document.addEventListener("keydown", pressed, { signal });
    addEventListener("scroll", hide, { signal, capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, []);
  if (!control?.isConnected) return null;
  return createPortal(<Word key={wordOf(control)} control={control} />, document.body);
}

function controlAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tooltip]") : null;
}

function wordOf({ dataset }: HTMLElement): string {
  return dataset.tooltip ?? "";
}

/** Above the control, or below it where there is no room. */
function Word({ control }: { control: HTMLElement }) {
  const word = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = word.current;
    if (!element) return;
    const { left, right, top, bottom } = control.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = element;
    const x = Math.min(
      (left + right - width) / 2,
      document.documentElement.clientWidth - width - MARGIN,
    );
    element.style.left = `${Math.max(MARGIN, x)}px`;
    element.style.top = `${top - GAP - height < MARGIN ? bottom + GAP : top - GAP - height}px`;
    element.style.opacity = "1";
  }, [control]);
  return (
    <div
      ref={word}
      aria-hidden="true" // the control has a name of its own
      className="pointer-events-none fixed z-10 flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-sm text-paper opacity-0 shadow-floating transition-opacity"
    >
      {wordOf(control)}
      {control.dataset.tooltipKeys && <Kbd>{control.dataset.tooltipKeys}</Kbd>}
    </div>
  );
}
