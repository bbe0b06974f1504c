"use client";

import { cloneElement, type ReactElement } from "react";
import { onDemand, useOnDemand } from "./on-demand";

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
