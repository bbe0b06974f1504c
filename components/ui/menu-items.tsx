"use client";

import { createContext, type MouseEvent, type ReactNode, useContext } from "react";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Kbd } from "./kbd";
import { Link } from "./link";

/** Closes the menu that an item is in. */
export const Closing = createContext<() => void>(() => undefined);

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
