"use client";

import {
  cloneElement,
  createContext,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Kbd } from "./kbd";
import { Link } from "./link";
import { inNextFrame } from "./next-frame";

/** How far a menu stays away from its button and from the edges of the window, in pixels. */
const GAP = 6;
const MARGIN = 8;

/** Letters typed within this time belong to one word, in milliseconds. */
const TYPING = 750;

type Align = "start" | "center" | "end";

/** What is highlighted as it opens: by mouse, nothing is. */
type Highlight = "first" | "last" | "nothing";

/** Closes the menu that an item is in. */
const Closing = createContext<() => void>(() => undefined);

/**
 * A button that opens a list of things to do or places to go, by the menu button pattern of the
 * ARIA Authoring Practices. Like those of desktops it opens as the button goes down, and what is
 * under the pointer when that is let go is chosen.
 */
export function Menu({
  trigger,
  align = "start",
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  align?: Align;
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
  };
  const isOpen = open !== null && !isLeaving;
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
      {open !== null &&
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
          document.body,
        )}
    </>
  );
}

function Popup({
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
    const at = all.findIndex((one) => one === document.activeElement);
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

/** Pointing at an item is going to it. */
function follow({ currentTarget }: MouseEvent<HTMLElement>): void {
  if (currentTarget !== document.activeElement) currentTarget.focus({ preventScroll: true });
}

/** What has been pointed at is left again: the focus stays in the menu. */
function leave({ currentTarget }: MouseEvent<HTMLElement>): void {
  currentTarget.closest<HTMLElement>("[role=menu]")?.focus({ preventScroll: true });
}

const pointed = { onMouseMove: follow, onMouseLeave: leave };

export function MenuItem({
  icon,
  keys,
  danger = false,
  disabled = false,
  onSelect,
  children,
}: {
  icon?: IconName;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  const close = useContext(Closing);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the menu hears the keys of all its items
    <div
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      className={classNames("menu-item", danger && "danger")}
      {...pointed}
      onClick={() => {
        if (disabled) return;
        close();
        onSelect();
      }}
    >
      {icon && <Icon name={icon} />}
      <span className="grow">{children}</span>
      {keys && <Kbd>{keys}</Kbd>}
    </div>
  );
}

/** A place to go. `current` marks where the reader is. */
export function MenuLink({
  href,
  icon,
  current = false,
  children,
}: {
  href: string;
  icon?: IconName;
  current?: boolean;
  children: ReactNode;
}) {
  return (
    <Link
      href={href}
      role="menuitem"
      tabIndex={-1}
      aria-current={current ? "page" : undefined}
      className="menu-item"
      {...pointed}
      onClick={useContext(Closing)}
    >
      {icon && <Icon name={icon} />}
      <span className="min-w-0 grow truncate" dir="auto">
        {children}
      </span>
      {current && <Icon name="check" />}
    </Link>
  );
}

/** One of several; the chosen one carries a tick. Choosing leaves the menu open. */
export function MenuChoice<Value extends string>({
  label,
  options,
  value,
  onValueChange,
}: {
  label: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onValueChange: (value: Value) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a menu has no fieldsets
    <div role="group" aria-label={label}>
      <MenuLabel>{label}</MenuLabel>
      {options.map((option) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the menu hears the keys of all its items
        <div
          key={option.value}
          role="menuitemradio"
          tabIndex={-1}
          aria-checked={option.value === value}
          className="menu-item"
          {...pointed}
          onClick={() => onValueChange(option.value)}
        >
          <span className="grow">{option.label}</span>
          {option.value === value && <Icon name="check" />}
        </div>
      ))}
    </div>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2.5 pt-2 pb-1 text-xs font-semibold text-muted">{children}</div>;
}

export function MenuSeparator() {
  return <hr className="my-1 border-t border-line" />;
}
