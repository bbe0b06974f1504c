"use client";

import { useState } from "react";
import { call, type Failure } from "@/lib/api/client";
import type { SecondStep } from "@/lib/api/second-factors";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { Notice } from "../ui/notice";
import { signOut } from "../ui/sign-out";
import { useForm } from "../ui/use-form";
import { CodeField } from "./code-field";
import { showPasskey } from "./passkeys";
import { Or } from "./provider-buttons";

/** Shows a second factor, and goes on to `next`. */
export function SecondStepForm({ ways, next }: { ways: SecondStep; next: string }) {
  const hasNone = !ways.code && !ways.passkey;
  const [isRecovering, setRecovering] = useState(hasNone);
  return (
    <div className="space-y-4">
      {hasNone && (
        <Notice tone="warn">
          Your passkey belongs to another address of Gainsay: sign in there, or use a recovery code.
        </Notice>
      )}
      {isRecovering ? (
        <RecoveryForm next={next} />
      ) : (
        <>
          {ways.code && <CodeForm next={next} />}
          {ways.code && ways.passkey && <Or />}
          {ways.passkey && <PasskeyButton next={next} isOnly={!ways.code} />}
        </>
      )}
      <div className="flex flex-col gap-1 border-t border-line pt-4">
        {!hasNone && (ways.recovery_code || isRecovering) && (
          <Button variant="quiet" onClick={() => setRecovering(!isRecovering)}>
            {isRecovering ? "Use your second factor" : "Use a recovery code"}
          </Button>
        )}
        <SignOutLink />
      </div>
    </div>
  );
}

function CodeForm({ next }: { next: string }) {
  const form = useForm({
    send: (written) => call("POST /second-step", { body: { code: written("code") } }),
    onDone: () => location.assign(next),
    leaves: true,
  });
  return (
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} fields={["code"]} />
      <CodeField
        label="The code that your authenticator app shows"
        name="code"
        required
        autoFocus
        error={form.errorOf("code")}
      />
      <Button type="submit" variant="primary" busy={form.busy} className="w-full">
        Go on
      </Button>
    </form>
  );
}

function RecoveryForm({ next }: { next: string }) {
  const form = useForm({
    send: (written) =>
      call("POST /second-step", { body: { recovery_code: written("recovery_code") } }),
    onDone: () => location.assign(next),
    leaves: true,
  });
  return (
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} fields={["recovery_code"]} />
      <TextField
        label="Recovery code"
        name="recovery_code"
        dir="ltr"
        required
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={100}
        hint="Each works once."
        error={form.errorOf("recovery_code")}
      />
      <Button type="submit" variant="primary" busy={form.busy} className="w-full">
        Go on
      </Button>
    </form>
  );
}

function PasskeyButton({ next, isOnly }: { next: string; isOnly: boolean }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function show() {
    setBusy(true);
    setFailure(null);
    const options = await call("POST /second-step/passkey", {});
    const shown = options.ok ? await showPasskey(options.value) : options;
    const answer = shown.ok
      ? await call("POST /second-step", { body: { passkey: { ...shown.value } } })
      : shown;
    if (answer.ok) {
      location.assign(next);
      return;
    }
    setBusy(false);
    setFailure(answer);
  }

  return (
    <div className="space-y-3">
      {failure && <Notice tone="danger">{failure.message}</Notice>}
      <Button
        variant={isOnly ? "primary" : "secondary"}
        className="w-full"
        busy={busy}
        autoFocus={isOnly}
        onClick={() => void show()}
      >
        Use a passkey
      </Button>
    </div>
  );
}

/** The way back for who does not get on here. */
export function SignOutLink() {
  return (
    <Button variant="quiet" className="w-full" onClick={() => void signOut()}>
      Sign in as somebody else
    </Button>
  );
}
