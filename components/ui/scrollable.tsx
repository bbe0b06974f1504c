import type { ComponentProps } from "react";

/** What may be larger than its place and is scrolled there, by keys as well; its class says in which direction. */
export function Scrollable({ label, ...props }: ComponentProps<"section"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <section aria-label={label} tabIndex={0} {...props} />
  );
}
