"use client";

import { Toaster } from "sonner";
import type { Theme } from "./theme";

export { toast } from "sonner";

/** Passing messages with all that sonner does for them. */
export function DrawnMessages({ theme }: { theme: Theme }) {
  return (
    <Toaster
      theme={theme}
      // On the right, they would cover the form of the annotate page.
      position="bottom-left"
      closeButton
      toastOptions={{
        classNames: {
          toast: "!border-line !bg-surface !text-ink !shadow-floating !font-sans",
          description: "!text-muted",
          error: "[&_[data-icon]]:text-danger",
          success: "[&_[data-icon]]:text-ok",
          closeButton: "!border-line !bg-surface !text-ink",
        },
      }}
    />
  );
}
