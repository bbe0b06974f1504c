import type { ReactNode } from "react";

/** The measure of the list: wider than reading, narrower than tables. */
export function ListFrame({ children }: { children: ReactNode }) {
  return <div className="mx-auto w-full max-w-5xl px-4 pt-6 pb-10 sm:px-6 sm:pt-8">{children}</div>;
}
