"use client";

import { cloneElement, Fragment, type ReactElement } from "react";
import { onDemand, useOnDemand } from "./on-demand";

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
 * reader needs may live only here: touch has no hover. It is shown by {@link Tooltips}.
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

const drawing = onDemand(() => import("./tooltip-words"));

/** Shows the tooltips of the page: nobody sees one who has not touched anything. */
export function Tooltips() {
  const code = useOnDemand(drawing, false);
  return code && <code.TooltipWords />;
}
