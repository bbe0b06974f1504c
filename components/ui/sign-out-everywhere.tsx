"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import { ConfirmDialog } from "./dialog";
import { toast } from "./toast";

/** Asks, and then ends every session of one's own. */
export function SignOutEverywhereDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [busy, setBusy] = useState(false);

  async function signOut() {
    setBusy(true);
    const answer = await call("POST /me/sign-out-everywhere", {});
    if (answer.ok) {
      location.assign("/sign-in");
      return;
    }
    setBusy(false);
    onOpenChange(false);
    toast.error(answer.message);
  }

  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Sign out everywhere?"
      confirm="Sign out everywhere"
      busy={busy}
      onConfirm={signOut}
    >
      Every browser in which you are signed in, this one too, will have to sign in again.
    </ConfirmDialog>
  );
}
