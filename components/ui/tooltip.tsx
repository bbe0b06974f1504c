"use client";

import {
  cloneElement,
  Fragment,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";

/** Keys to press, written "Ctrl+Shift+Z": each in its own cap. */
export function Kbd({ children }: { children: string }) {
  const keys = children.split("+");
  return (
    <kbd className="inline-flex gap-0.5 font-sans text-xs" dir="ltr">
      {keys.map((key, index) => (
        <Fragment key={key}>
          {index > 0 && <span className="sr-only">+</span>}
          <kbd className="min-w-5 rounded-sm border border-current/40 px-1 text-center font-sans leading-4.5">
            {key}
          </kbd>
        </Fragment>
      ))}
    </kbd>
  );
}

/**
 * A word on hover or focus for a control that has its own accessible name. Nothing that a
 * reader needs may live only here: touch has no hover. It is shown by a {@link Tooltips} around it.
 */
export function Tooltip({
  label,
  keys,
  children,
}: {
  label: string;
  keys?: string;
  children: ReactElement<Record<string, unknown>>;
}) {
  return cloneElement(children, { "data-tooltip": label, "data-tooltip-keys": keys });
}

/** How long the pointer rests before a word appears, and how long after one the next is at once. */
const [DELAY, GRACE] = [400, 400] as const;

/** How far the word stays away from its control and from the edges of the window, in pixels. */
const [GAP, MARGIN] = [6, 5] as const;

/** Shows the tooltips of the page within: one at a time, and the next at once where one was. */
export function Tooltips({ children }: { children: ReactNode }) {
  const [control, setControl] = useState<HTMLElement | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let shown: HTMLElement | null = null;
    let hiddenAt = Number.NEGATIVE_INFINITY;
    const show = (next: HTMLElement | null) => {
      clearTimeout(timer);
      if (next === shown) return;
      if (shown) hiddenAt = performance.now();
      shown = next;
      setControl(next);
    };
    const hide = () => show(null);
    const over = ({ target, pointerType }: PointerEvent) => {
      if (pointerType === "touch") return;
      const next = controlAt(target);
      if (next === shown) return;
      const isWarm = shown !== null || performance.now() - hiddenAt < GRACE;
      hide();
      if (next) timer = setTimeout(() => show(next), isWarm ? 0 : DELAY);
    };
    const focused = ({ target }: FocusEvent) => {
      const next = controlAt(target);
      if (next?.matches(":focus-visible")) show(next);
    };
    const pressed = ({ key }: KeyboardEvent) => {
      if (key === "Escape") hide();
    };
    const stop = new AbortController();
    const { signal } = stop;
    document.addEventListener("pointerover", over, { signal });
    document.documentElement.addEventListener("pointerleave", hide, { signal });
    document.addEventListener("pointerdown", hide, { signal });
    document.addEventListener("focusin", focused, { signal });
    document.addEventListener("focusout", hide, { signal });
    document.addEventListener("keydown", pressed, { signal });
    addEventListener("scroll", hide, { signal, capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, []);
  return (
    <>
      {children}
      {control?.isConnected &&
        createPortal(<Word key={wordOf(control)} control={control} />, document.body)}
    </>
  );
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
      className="pointer-events-none fixed z-10 flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-sm text-paper opacity-0 shadow-floating transition-opacity"
    >
      {wordOf(control)}
      {control.dataset.tooltipKeys && <Kbd>{control.dataset.tooltipKeys}</Kbd>}
    </div>
  );
}
