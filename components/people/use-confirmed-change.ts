"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Answer } from "@/lib/api/client";
import { toast } from "../ui/toast";

/**
 * Changes to the rows of a table that the server has drawn: asked about first where `ask` is called,
 * carried out by the API, told in passing, and then the page is read again.
 *
 * @param told what to say once a change is made
 */
export function useConfirmedChange<Change>(
  carryOut: (change: Change) => Promise<Answer<unknown>>,
  told: (change: Change) => string,
) {
  const router = useRouter();
  const [asked, ask] = useState<Change | null>(null);
  const [busy, setBusy] = useState(false);

  async function make(change: Change) {
    setBusy(true);
    const answer = await carryOut(change);
    setBusy(false);
    ask(null);
    if (answer.ok) toast.success(told(change));
    else toast.error(answer.message);
    router.refresh();
  }

  return {
    /** The change that is being asked about; null while none is. */
    asked,
    ask: (change: Change) => ask(change),
    /** Makes a change that needs no question. */
    make: (change: Change) => void make(change),
    busy,
    /** For a ConfirmDialog. */
    dialog: {
      open: asked !== null,
      onOpenChange: (open: boolean) => {
        if (!open) ask(null);
      },
      busy,
      onConfirm: () => {
        if (asked !== null) void make(asked);
      },
    },
  };
}
