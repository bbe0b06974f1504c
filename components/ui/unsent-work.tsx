"use client";

import { useEffect, useState } from "react";
import { hasStoredWork } from "@/lib/sync/stored-work";
import { onDemand, useOnDemand } from "./on-demand";
import { onReturn } from "./on-return";

/** What sends, and tells: few browsers have anything to be sent. */
const list = onDemand(() => import("./unsent-work-list"));

/**
 * What earlier visits of this user left unsent in this browser: sends it, and says what there is of
 * it on whichever page they are. Nothing is shown while there is nothing.
 */
export function UnsentWorkBar({ user }: { user: string }) {
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    if (isThere) return undefined; // the list looks from now on
    return onReturn(() => {
      void hasStoredWork(user).then((found) => {
        if (found) setThere(true);
      });
    });
  }, [user, isThere]);
  const code = useOnDemand(list, isThere);
  return (
    // It is there before it has anything to say, so that this is read out when it comes.
    <div role="status" aria-label="Unsent work">
      {isThere && code && <code.UnsentWorkList user={user} />}
    </div>
  );
}
