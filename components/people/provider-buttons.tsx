"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import type { Answer } from "@/lib/api/client";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";

export type Provider = { readonly id: string; readonly name: string };

/** Goes to a provider and comes back. `before` runs first; if it fails, nobody goes anywhere. */
export function ProviderButtons({
  providers,
  verb,
  callbackUrl,
  before,
}: {
  providers: readonly Provider[];
  /** "Continue with", "Connect" */
  verb: string;
  callbackUrl: string;
  before?: () => Promise<Answer<null>>;
}) {
  const [busy, setBusy] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function go(provider: Provider) {
    setBusy(provider.id);
    setTrouble(null);
    const ready = await before?.();
    if (ready && !ready.ok) {
      setBusy(null);
      setTrouble(ready.message);
      return;
    }
    await signIn(provider.id, { callbackUrl }).catch(() => undefined);
    // Still here: the page would have been left.
    setTimeout(() => setBusy(null), 5000);
  }

  return (
    <div className="space-y-2">
      {trouble && <Notice tone="danger">{trouble}</Notice>}
      {providers.map((provider) => (
        <Button
          key={provider.id}
          className="w-full"
          busy={busy === provider.id}
          onClick={() => go(provider)}
        >
          {verb} {provider.name}
        </Button>
      ))}
    </div>
  );
}

/** Between two ways in. */
export function Or() {
  return (
    <div className="my-5 flex items-center gap-3 text-sm text-muted" aria-hidden="true">
      <span className="grow border-t border-line" />
      or
      <span className="grow border-t border-line" />
    </div>
  );
}
