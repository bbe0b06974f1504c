"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../ui/button";
import { Notice } from "../ui/state";
import { problemIn } from "./call";
import { EmailField } from "./email-field";
import { PasswordField } from "./password-field";

/** Signs in with next-auth. @returns why not, or null */
async function signIn(email: string, password: string): Promise<string | null> {
  const unreachable = "Gainsay cannot be reached. Are you online?";
  const csrf = await fetch("/api/auth/csrf").catch(() => null);
  if (!csrf?.ok) return unreachable;
  const { csrfToken } = await csrf.json();
  const response = await fetch("/api/auth/callback/credentials", {
    method: "POST",
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
  }).catch(() => null);
  if (!response) return unreachable;
  if (!response.ok) return (await problemIn(response)).answer.message;
  const { url } = await response.json();
  return String(url).includes("csrf=true")
    ? "Your browser keeps no cookies for this page, and signing in needs one."
    : null;
}

/** @param next a path of this site to go to afterwards */
export function SignInForm({ next }: { next: string }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setTrouble(null);
    const refused = await signIn(String(form.get("email")), String(form.get("password")));
    if (refused === null) {
      location.assign(next);
      return;
    }
    setTrouble(refused);
    setBusy(false);
  }

  return (
    // Until the scripts are here, the form must not put the password into an address.
    <form method="post" onSubmit={submit} className="space-y-4">
      {trouble && <Notice tone="danger">{trouble}</Notice>}
      <EmailField label="E-mail address" name="email" autoComplete="username" required autoFocus />
      <PasswordField label="Password" name="password" autoComplete="current-password" />
      <Button type="submit" variant="primary" busy={busy} className="w-full">
        Sign in
      </Button>
    </form>
  );
}
