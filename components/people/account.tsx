"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { Notice } from "../ui/state";
import { call } from "./call";
import { PasswordField } from "./password-field";
import { type Provider, ProviderButtons } from "./provider-buttons";

/** One's own name. */
export function NameForm({ name }: { name: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const written = String(new FormData(event.currentTarget).get("name"));
    setBusy(true);
    setTrouble(null);
    const answer = await call("PATCH", "/api/v1/me", { name: written });
    setBusy(false);
    if (answer.ok) {
      toast.success("Your name has been changed.");
      router.refresh();
    } else {
      setTrouble(answer.message);
    }
  }

  return (
    <form onSubmit={submit} className="space-y-4">
      <TextField
        label="Name"
        name="name"
        defaultValue={name}
        autoComplete="name"
        required
        maxLength={200}
        error={trouble}
      />
      <Button type="submit" busy={busy}>
        Save
      </Button>
    </form>
  );
}

/** Changes one's own password. */
export function PasswordForm({ email }: { email: string }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ message: string; field: string | null } | null>(null);
  const errorOf = (field: string) => (trouble?.field === field ? trouble.message : null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const written = new FormData(form);
    setBusy(true);
    setTrouble(null);
    const answer = await call("POST", "/api/v1/me/password", {
      current: String(written.get("current")),
      replacement: String(written.get("replacement")),
    });
    setBusy(false);
    if (answer.ok) {
      form.reset();
      toast.success("Your password has been changed. Other browsers are signed out.");
    } else {
      setTrouble(answer);
    }
  }

  return (
    <form method="post" onSubmit={submit} className="space-y-4">
      {trouble && !["current", "password"].includes(trouble.field ?? "") && (
        <Notice tone="danger">{trouble.message}</Notice>
      )}
      {/* Password managers want to know whose password it is. */}
      <input type="text" name="email" value={email} autoComplete="username" readOnly hidden />
      <PasswordField
        label="Current password"
        name="current"
        autoComplete="current-password"
        error={errorOf("current")}
      />
      <PasswordField
        label="New password"
        name="replacement"
        autoComplete="new-password"
        hint="At least 12 characters. Several unrelated words make a good one."
        error={errorOf("password")}
      />
      <Button type="submit" busy={busy}>
        Change the password
      </Button>
    </form>
  );
}

export type Connection = { readonly id: string; readonly name: string };

/** The providers one can sign in through. */
export function Connections({
  connected,
  providers,
}: {
  connected: readonly Connection[];
  /** Those that are not connected yet. */
  providers: readonly Provider[];
}) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);

  async function disconnect({ id, name }: Connection) {
    setBusy(true);
    const answer = await call("DELETE", `/api/v1/me/identities/${id}`);
    setBusy(false);
    if (answer.ok) toast.success(`${name} has been disconnected.`);
    else toast.error(answer.message);
    router.refresh();
  }

  return (
    <div className="space-y-3">
      {connected.map((connection) => (
        <div key={connection.id} className="flex items-center justify-between gap-3">
          <span className="font-medium">{connection.name}</span>
          <ConfirmDialog
            trigger={
              <Button size="small" busy={busy} aria-label={`Disconnect ${connection.name}`}>
                Disconnect
              </Button>
            }
            title={`Disconnect ${connection.name}?`}
            confirm="Disconnect"
            onConfirm={() => void disconnect(connection)}
          >
            You will no longer sign in through it.
          </ConfirmDialog>
        </div>
      ))}
      <ProviderButtons
        providers={providers}
        verb="Connect"
        callbackUrl="/account"
        before={() => call("POST", "/api/v1/me/connect")}
      />
    </div>
  );
}

/** Ends every session of one's own. */
export function SignOutEverywhere() {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);

  async function signOut() {
    setBusy(true);
    const answer = await call("POST", "/api/v1/me/sign-out-everywhere");
    if (answer.ok) {
      location.assign("/sign-in");
      return;
    }
    setBusy(false);
    setOpen(false);
    toast.error(answer.message);
  }

  return (
    <>
      <Button icon="signOut" onClick={() => setOpen(true)}>
        Sign out everywhere
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Sign out everywhere?"
        confirm="Sign out everywhere"
        busy={busy}
        onConfirm={signOut}
      >
        Every browser in which you are signed in, this one too, will have to sign in again.
      </ConfirmDialog>
    </>
  );
}
