"use client";

import { useEffect, useSyncExternalStore } from "react";
import { PlainMessages } from "./failures";
import { useIsAway, useOnDemand } from "./on-demand";
import type { Theme } from "./theme";
import { drawing, undrawn } from "./toast";

/** Where passing messages appear. Say them with `toast`. */
export function Toaster({ theme }: { theme: Theme }) {
  const code = useOnDemand(drawing, false);
  const isAway = useIsAway(drawing);
  const messages = useSyncExternalStore(undrawn.subscribe, undrawn.get, undrawn.get);
  useEffect(() => {
    if (!code) return;
    for (const { kind, words, options } of messages) code.toast[kind](words, options);
    undrawn.remove(messages);
  }, [code, messages]);
  if (!code) return isAway ? <PlainMessages messages={messages} /> : null;
  return <code.DrawnMessages theme={theme} />;
}
