"use client";

import { useEffect, useEffectEvent, useId, useState } from "react";
import { call } from "@/lib/api/client";
import type { ProofWays } from "@/lib/api/sessions";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { FormFailure } from "../ui/form-failure";
import { Notice } from "../ui/notice";
import { useForm } from "../ui/use-form";
import { proveByPasskey } from "./passkeys";
import { PasswordField, UsernameForPasswordManagers } from "./password-field";
import { proofChannel } from "./proof-channel";
import { Or } from "./provider-buttons";

/** Asks somebody who is signed in to show that it is still they. */
export function ProofDialog({
  onEnd,
}: {
  /** Told once whether they did, or left it. */
  onEnd: (proven: boolean) => void;
}) {
  const id = useId();
  const [ways, setWays] = useState<ProofWays | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const load = useEffectEvent(async () => {
    const answer = await call("GET /me/proof", {});
    if (answer.ok) setWays(answer.value);
    else setTrouble(answer.message);
  });
  useEffect(() => void load(), []);
  const done = useEffectEvent(() => onEnd(true));
  useEffect(() => {
    const channel = new BroadcastChannel(proofChannel);
    channel.onmessage = () => done();
    return () => channel.close();
  }, []);
  const form = useForm({
    send: (written) => call("POST /me/proof", { body: { password: written("password") } }),
    onDone: () => onEnd(true),
  });
  const [isShowing, setShowing] = useState(false);
  const providers = ways?.providers ?? [];

  async function show() {
    setShowing(true);
    setTrouble(null);
    const answer = await proveByPasskey();
    setShowing(false);
    if (answer.ok) onEnd(true);
    else setTrouble(answer.message);
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onEnd(false)}
      title="Is it still you?"
      description="What you are about to do outlasts this session, so show once more who you are. You are not asked again for ten minutes."
      footer={
        <>
          <Button onClick={() => onEnd(false)}>Cancel</Button>
          {ways?.password && (
            <Button type="submit" form={id} variant="primary" busy={form.busy}>
              Confirm
            </Button>
          )}
        </>
      }
    >
      {trouble !== null && (
        <div className="mb-4">
          <Notice tone="danger">{trouble}</Notice>
        </div>
      )}
      {ways?.password && (
        <form id={id} method="post" onSubmit={form.submit} className="space-y-4">
          <FormFailure form={form} fields={["password"]} />
          <UsernameForPasswordManagers email={ways.email} />
          <PasswordField
            label="Your password"
            name="password"
            autoComplete="current-password"
            error={form.errorOf("password")}
            autoFocus
          />
        </form>
      )}
      {ways?.password && (providers.length > 0 || ways.passkey) && <Or />}
      <div className="space-y-2">
        {ways?.passkey && (
          <Button className="w-full" busy={isShowing} onClick={() => void show()}>
            Use a passkey
          </Button>
        )}
        {providers.map((provider) => (
          <Button
            key={provider.id}
            className="w-full"
            onClick={() => {
              // In a window of its own: what was written here stays.
              window.open(`/prove?with=${provider.id}`, "gainsay-proof", "width=520,height=720");
            }}
          >
            Continue with {provider.name}
          </Button>
        ))}
      </div>
      {ways && !ways.password && !ways.passkey && providers.length === 0 && (
        <p>Sign out and in again, and come back within ten minutes.</p>
      )}
    </Dialog>
  );
}
