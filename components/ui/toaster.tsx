"use client";

import { Toaster as Sonner } from "sonner";
import type { Theme } from "./theme";

/** Where passing messages appear. Say them with `toast` from sonner. */
export function Toaster({ theme }: { theme: Theme }) {
  return (
    <Sonner
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
