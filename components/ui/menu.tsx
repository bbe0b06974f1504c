"use client";

import { Menu as Base } from "@base-ui/react/menu";
import Link from "next/link";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Kbd } from "./tooltip";

const item =
  "flex w-full min-h-9 items-center gap-2.5 rounded-sm px-2.5 py-1 text-start no-underline outline-none select-none data-disabled:text-faint data-highlighted:bg-accent-soft data-highlighted:text-accent-strong forced-colors:data-highlighted:bg-[Highlight] forced-colors:data-highlighted:text-[HighlightText]";

/** A button that opens a list of things to do or places to go. */
export function Menu({
  trigger,
  align = "start",
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  align?: "start" | "center" | "end";
  children: ReactNode;
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} collisionPadding={8} className="z-10">
          <Base.Popup className="popup max-h-(--available-height) max-w-80 min-w-48 overflow-y-auto p-1 outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

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
  return (
    <Base.Item
      className={classNames(item, danger ? "text-danger" : "text-ink")}
      disabled={disabled}
      onClick={onSelect}
    >
      {icon && <Icon name={icon} />}
      <span className="grow">{children}</span>
      {keys && <Kbd>{keys}</Kbd>}
    </Base.Item>
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
    <Base.LinkItem
      className={classNames(item, "text-ink")}
      closeOnClick
      render={<Link href={href} aria-current={current ? "page" : undefined} />}
    >
      {icon && <Icon name={icon} />}
      <span className="min-w-0 grow truncate" dir="auto">
        {children}
      </span>
      {current && <Icon name="check" />}
    </Base.LinkItem>
  );
}

/** One of several; the chosen one carries a tick. */
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
    <Base.RadioGroup value={value} onValueChange={onValueChange}>
      <MenuLabel>{label}</MenuLabel>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} className={item}>
          <span className="grow">{option.label}</span>
          <Base.RadioItemIndicator>
            <Icon name="check" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2.5 pt-2 pb-1 text-xs font-semibold text-muted">{children}</div>;
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 border-t border-line" />;
}
