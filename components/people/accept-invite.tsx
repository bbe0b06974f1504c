"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { signOut } from "../ui/sign-out";
import { firstPage } from "./newcomer-form";
import { type Provider, ProviderButtons } from "./provider-buttons";

/** For somebody who is signed in: takes what the invite offers. */
export function AcceptInvite({
  token,
  name,
  email,
}: {
  token: string;
  name: string;
  email: string;
}) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function accept() {
    setBusy(true);
    setTrouble(null);
    const answer = await call("POST /invites/accept", { body: { token }, signedOut: "stay" });
    if (answer.ok) {
      location.assign(firstPage(answer.value.project));
      return;
    }
    setTrouble(answer.message);
    setBusy(false);
  }

  return (
    <div className="space-y-4">
      {trouble && <Notice tone="danger">{trouble}</Notice>}
      <p>
        You are signed in as{" "}
        <strong dir="auto" className="font-medium">
          {name}
        </strong>{" "}
        <span className="text-muted wrap-anywhere">({email})</span>.
      </p>
      <Button variant="primary" busy={busy} onClick={accept} className="w-full">
        Accept the invite
      </Button>
      <Button variant="quiet" className="w-full" onClick={() => void signOut(location.pathname)}>
        Not you? Sign out first
      </Button>
    </div>
  );
}

/** Joins through a provider, which the invite waits for in a cookie. */
export function JoinThrough({
  token,
  providers,
}: {
  token: string;
  providers: readonly Provider[];
}) {
  return (
    <ProviderButtons
      providers={providers}
      verb="Join with"
      callbackUrl="/projects"
      before={() => call("POST /invites/hold", { body: { token }, signedOut: "stay" })}
    />
  );
}
