"use client";

import { useEffect, useState } from "react";
import { onProofNeeded } from "@/lib/api/client";
import { onDemand, useOnDemand } from "../ui/on-demand";

const dialog = onDemand(() => import("./proof-dialog"));

/**
 * Stands on pages where things are done that outlast a session: asks who it is when the API wants to know, in one
 * dialog, and then what was asked for goes on.
 */
export function Proving() {
  const [asked, setAsked] = useState<((proven: boolean) => void) | null>(null);
  const code = useOnDemand(dialog, asked !== null);
  useEffect(() => {
    onProofNeeded(
      () =>
        new Promise((resolve) => {
          setAsked(() => (proven: boolean) => {
            setAsked(null);
            resolve(proven);
          });
        }),
    );
    return () => onProofNeeded(null);
  }, []);
  return asked && code ? <code.ProofDialog onEnd={asked} /> : null;
}
