"use client";

import { useEffect, useSyncExternalStore } from "react";
import { PlainMessages } from "./failures";
import { useIsAway, useOnDemand } from "./on-demand";
import type { Theme } from "./theme";
import { sonner, undrawn } from "./toast";

/** Where passing messages appear. Say them with `toast`. */
export function Toaster({ theme }: { theme: Theme }) {
  const code = useOnDemand(sonner, false);
  const isAway = useIsAway(sonner);
  const messages = useSyncExternalStore(undrawn.subscribe, undrawn.get, undrawn.get);
  useEffect(() => {
    if (!code) return;
    for (const { kind, words, options } of messages) code.toast[kind](words, options);
    undrawn.remove(messages);
  }, [code, messages]);
  if (!code) return isAway ? <PlainMessages messages={messages} /> : null;
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
