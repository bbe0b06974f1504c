"use client";

import { createContext, useContext } from "react";
import { Kbd } from "@/components/ui/kbd";
import type { ActionId } from "@/lib/annotator/actions";
import { Keymap } from "@/lib/annotator/keymap";

/** The keys as the reader has them. */
export const OwnKeys = createContext(new Keymap());

/** The key that does something for this reader; undefined for none. */
export function useKeyOf(action: ActionId): string | undefined {
  return useContext(OwnKeys).keysOf(action)[0];
}

/** The same, drawn; nothing for none. */
export function KeyOf({ action }: { action: ActionId }) {
  const key = useKeyOf(action);
  return key === undefined ? null : <Kbd>{key}</Kbd>;
}

/** The key of a label, drawn where letters, digits and signs alone are keys; nothing for none. */
export function LabelKey({ of }: { of: string }) {
  const { single } = useContext(OwnKeys).settings;
  return of === "" || !single ? null : <Kbd>{of}</Kbd>;
}
