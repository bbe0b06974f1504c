"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import { Fragment, type ReactElement, type ReactNode } from "react";

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
 * reader needs may live only here: touch has no hover.
 */
export function Tooltip({
  label,
  keys,
  children,
}: {
  label: ReactNode;
  keys?: string;
  children: ReactElement<Record<string, unknown>>;
}) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={400} />
      <Base.Portal>
        <Base.Positioner sideOffset={6}>
          <Base.Popup className="flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-sm text-paper shadow-floating transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            {label}
            {keys && <Kbd>{keys}</Kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Puts the tooltips of a page in step: once one shows, its neighbours show at once. */
export const TooltipGroup = Base.Provider;
