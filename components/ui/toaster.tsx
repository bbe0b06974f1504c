"use client";

import { useEffect } from "react";
import { useOnDemand } from "./on-demand";
import type { Theme } from "./theme";
import { drawToasts, sonner } from "./toast";

/** Where passing messages appear. Say them with `toast`. */
export function Toaster({ theme }: { theme: Theme }) {
  const code = useOnDemand(sonner, false);
  useEffect(() => {
    if (!code) return;
    const { toast } = code;
    return drawToasts(({ kind, words, options }) => toast[kind](words, options));
  }, [code]);
  if (!code) return null;
  return (
    <code.Toaster
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
