"use client";

import { signIn } from "next-auth/react";
import { useEffect, useEffectEvent, useState } from "react";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { Spinner } from "../ui/spinner";
import { proofChannel } from "./proof-channel";

/** Goes to a provider, to come back to `/prove` having shown who one is. */
export function ProveByProvider({ id, name }: { id: string; name: string }) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const go = useEffectEvent(async () => {
    setTrouble(null);
    const answer = await call("POST /me/proof/provider", {});
    if (answer.ok) await signIn(id, { callbackUrl: "/prove" }).catch(() => undefined);
    else setTrouble(answer.message);
  });
  useEffect(() => void go(), []);
  if (trouble === null) {
    return (
      <p className="flex items-center gap-2">
        <Spinner /> On the way to {name}…
      </p>
    );
  }
  return (
    <div className="space-y-4">
      <Notice tone="danger">{trouble}</Notice>
      <Button className="w-full" onClick={() => location.reload()}>
        Try again
      </Button>
    </div>
  );
}

/** Tells the window that waits, and closes this one where the browser lets it. */
export function Proved() {
  useEffect(() => {
    const channel = new BroadcastChannel(proofChannel);
    channel.postMessage("proved");
    channel.close();
    window.close();
  }, []);
  return <p>You can close this window and go on where you were.</p>;
}
