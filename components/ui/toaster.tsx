"use client";

import { useEffect, useSyncExternalStore } from "react";
import { Button } from "./button";
import { useIsAway, useOnDemand } from "./on-demand";
import type { Theme } from "./theme";
import { type Message, sonner, undrawn } from "./toast";

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

/** How long plain messages stay after the last one, in milliseconds. */
const PASSING = 8000;

/** The same without what draws them, which a page that has gone offline may not have got. */
function PlainMessages({ messages }: { messages: readonly Message[] }) {
  useEffect(() => {
    const timer = setTimeout(() => undrawn.remove(messages), PASSING);
    return () => clearTimeout(timer);
  }, [messages]);
  return (
    <div
      role="status"
      className="fixed start-6 bottom-6 z-20 w-89 max-w-[calc(100vw-3rem)] space-y-3"
    >
      {messages.map((message) => {
        const { words, options } = message;
        return (
          <div key={words} className="popup flex items-center gap-2 p-4 text-sm">
            <span className="min-w-0 grow">{words}</span>
            {options.action && (
              <Button
                size="small"
                onClick={() => {
                  options.action?.onClick();
                  undrawn.remove([message]);
                }}
              >
                {options.action.label}
              </Button>
            )}
            <Button
              variant="quiet"
              size="small"
              icon="close"
              aria-label="Close toast"
              onClick={() => undrawn.remove([message])}
            />
          </div>
        );
      })}
    </div>
  );
}
