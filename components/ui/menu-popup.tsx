"use client";

import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from "react";
import { classNames } from "./class-names";
import { Closing } from "./menu-items";
import { inNextFrame } from "./next-frame";

/** How far a menu stays away from its button and from the edges of the window, in pixels. */
const GAP = 6;
const MARGIN = 8;

/** Letters typed within this time belong to one word, in milliseconds. */
const TYPING = 750;

export type Align = "start" | "center" | "end";

/** What is highlighted as it opens: by mouse, nothing is. */
export type Highlight = "first" | "last" | "nothing";

/** What a menu opens: its items, and the keys and pointers that go through them. */
export function MenuPopup({
  id,
  button,
  align,
  highlight,
  isLeaving,
  onClose,
  onGone,
  children,
}: {
  id: string;
  button: RefObject<HTMLElement | null>;
  align: Align;
  highlight: Highlight;
  isLeaving: boolean;
  onClose: () => void;
  onGone: () => void;
  children: ReactNode;
}) {
  const popup = useRef<HTMLDivElement>(null);
  const isPressed = useRef(false);
  const typed = useRef({ letters: "", at: 0 });
  const latest = useRef({ onClose, onGone });
  latest.current = { onClose, onGone };

  const items = () => [
    ...(popup.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not([aria-disabled])") ??
      []),
  ];
  const closeAndReturn = () => {
    if (popup.current?.contains(document.activeElement)) {
      button.current?.focus({ preventScroll: true });
    }
    onClose();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it opens: later the focus is where the keys have moved it
  useLayoutEffect(() => {
    const place = () => {
      if (popup.current && button.current) putBelow(popup.current, button.current, align);
    };
    place();
    const first =
      highlight === "nothing" ? popup.current : items().at(highlight === "first" ? 0 : -1);
    first?.focus({ preventScroll: true });
    const stay = inNextFrame(() => popup.current?.removeAttribute("data-starting-style"));
    const pressed = ({ target }: PointerEvent) => {
      if (!(target instanceof Node) || popup.current?.contains(target)) return;
      if (!button.current?.contains(target)) latest.current.onClose();
    };
    document.addEventListener("pointerdown", pressed, { capture: true });
    addEventListener("scroll", place, { capture: true, passive: true });
    addEventListener("resize", place);
    return () => {
      stay();
      document.removeEventListener("pointerdown", pressed, { capture: true });
      removeEventListener("scroll", place, { capture: true });
      removeEventListener("resize", place);
    };
  }, []);
  useEffect(() => {
    if (!isLeaving) return;
    let isBack = false;
    const running = popup.current?.getAnimations() ?? [];
    void Promise.allSettled(running.map(({ finished }) => finished)).then(() => {
      if (!isBack) latest.current.onGone();
    });
    return () => {
      isBack = true;
    };
  }, [isLeaving]);

  const move = (event: KeyboardEvent) => {
    const all = items();
    const at = all.findIndex((item) => item.matches(":focus"));
    const go = (to: HTMLElement | undefined) => {
      event.preventDefault();
      to?.focus();
    };
    event.stopPropagation();
    const letters = event.timeStamp - typed.current.at < TYPING ? typed.current.letters : "";
    if (event.key === "ArrowDown") go(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") go(all.at(at <= 0 ? -1 : at - 1));
    else if (event.key === "Home") go(all[0]);
    else if (event.key === "End") go(all.at(-1));
    else if (event.key === "Escape") closeAndReturn();
    // From the button on, as if the menu had not been there.
    else if (event.key === "Tab") closeAndReturn();
    else if (event.key === "Enter" || (event.key === " " && letters === "")) {
      event.preventDefault();
      all[at]?.click();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const word = letters + event.key.toLowerCase();
      typed.current = { letters: word, at: event.timeStamp };
      // One letter, or the same again and again, goes on to the next item that begins with it.
      const isOne = [...word].every((letter) => letter === word[0]);
      const sought = isOne ? (word[0] ?? "") : word;
      const from = isOne ? at + 1 : Math.max(at, 0);
      const order = [...all.slice(from), ...all.slice(0, from)];
      go(order.find((one) => one.textContent?.trim().toLowerCase().startsWith(sought)));
    }
  };
  return (
    <div
      id={id}
      ref={popup}
      role="menu"
      tabIndex={-1}
      aria-labelledby={`${id}-button`}
      data-starting-style=""
      data-ending-style={isLeaving ? "" : undefined}
      className={classNames(
        "popup fixed z-10 max-w-80 min-w-48 overflow-y-auto p-1 outline-none",
        isLeaving && "pointer-events-none",
      )}
      onKeyDown={move}
      onMouseDown={() => {
        isPressed.current = true;
      }}
      onMouseUp={({ target }) => {
        // Pressed on the button, let go here.
        if (isPressed.current || !(target instanceof Element)) return;
        target.closest<HTMLElement>("[role^=menuitem]")?.click();
      }}
      onBlur={({ relatedTarget }) => {
        const isInside = popup.current?.contains(relatedTarget) || relatedTarget === button.current;
        if (relatedTarget && !isInside) onClose();
      }}
    >
      <Closing value={closeAndReturn}>{children}</Closing>
    </div>
  );
}

/** Below the button, or above it where there is more room; never out of the window. */
function putBelow(popup: HTMLElement, button: HTMLElement, align: Align): void {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = clientHeight - bottom - GAP - MARGIN;
  const above = top - GAP - MARGIN;
  popup.style.maxHeight = "";
  const { offsetWidth: width, offsetHeight: height } = popup;
  const isAbove = height > below && above > below;
  const room = Math.max(isAbove ? above : below, 0);
  const atStart = getComputedStyle(button).direction === "rtl" ? "end" : "start";
  const x =
    align === "center" ? (left + right - width) / 2 : align === atStart ? left : right - width;
  popup.style.maxHeight = `${room}px`;
  popup.style.left = `${Math.max(MARGIN, Math.min(x, clientWidth - width - MARGIN))}px`;
  popup.style.top = `${isAbove ? top - GAP - Math.min(height, room) : bottom + GAP}px`;
}
