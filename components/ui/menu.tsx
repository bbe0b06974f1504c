"use client";

import {
  cloneElement,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useId,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import type { Align, Highlight } from "./menu-popup";
import { onDemand, useOnDemand } from "./on-demand";

const popup = onDemand(async () => (await import("./menu-popup")).MenuPopup);

/**
 * A button that opens a list of things to do or places to go, by the menu button pattern of the
 * ARIA Authoring Practices. Like those of desktops it opens as the button goes down, and what is
 * under the pointer when that is let go is chosen. Items that are yet to be loaded are null: it
 * opens when they are there.
 */
export function Menu({
  trigger,
  align = "start",
  onOpen,
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  align?: Align;
  onOpen?: () => void;
  children: ReactNode;
}) {
  const [open, setOpen] = useState<Highlight | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isPressed = useRef(false);
  const id = useId();

  const show = (highlight: Highlight) => {
    setLeaving(false);
    setOpen(highlight);
    onOpen?.();
  };
  const Popup = useOnDemand(popup, open !== null);
  const isThere = Popup !== null && children !== null;
  const isOpen = isThere && open !== null && !isLeaving;
  return (
    <>
      {cloneElement(trigger, {
        id: `${id}-button`,
        ref: button,
        "aria-haspopup": "menu",
        "aria-expanded": isOpen,
        "aria-controls": isOpen ? id : undefined,
        "data-popup-open": isOpen ? "" : undefined,
        onMouseDown: (event: MouseEvent) => {
          if (event.button !== 0) return;
          event.preventDefault(); // the focus goes to the menu
          isPressed.current = true;
          if (isOpen) setLeaving(true);
          else show("nothing");
        },
        onClick: () => {
          // Keys and assistive technology click without pressing.
          if (!isPressed.current) {
            if (isOpen) setLeaving(true);
            else show("first");
          }
          isPressed.current = false;
        },
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          show(event.key === "ArrowDown" ? "first" : "last");
        },
      })}
      {isThere &&
        open !== null &&
        createPortal(
          <Popup
            id={id}
            button={button}
            align={align}
            highlight={open}
            isLeaving={isLeaving}
            onClose={() => setLeaving(true)}
            onGone={() => setOpen(null)}
          >
            {children}
          </Popup>,
          // In the landmark of its button, for who goes from one of these to the next.
          button.current?.closest("header, main") ?? document.body,
        )}
    </>
  );
}
