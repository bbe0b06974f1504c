"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../ui/button";
import { Notice } from "../ui/state";
import { call } from "./call";
import { PasswordField } from "./password-field";

/** Chooses a password by a password link, and signs in. */
export function ChoosePassword({ token, email }: { token: string; email: string }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ message: string; field: string | null } | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const password = String(new FormData(event.currentTarget).get("password"));
    setBusy(true);
    setTrouble(null);
    const answer = await call("POST", "/api/v1/password", { token, password });
    if (answer.ok) {
      location.assign("/projects");
      return;
    }
    setTrouble(answer);
    setBusy(false);
  }

  return (
    <form method="post" onSubmit={submit} className="space-y-4">
      {trouble && trouble.field !== "password" && <Notice tone="danger">{trouble.message}</Notice>}
      {/* Password managers want to know whose password it is. */}
      <input type="text" name="email" value={email} autoComplete="username" readOnly hidden />
      <PasswordField
        label="New password"
        name="password"
        autoComplete="new-password"
        hint="At least 12 characters. Several unrelated words make a good one."
        error={trouble?.field === "password" ? trouble.message : null}
      />
      <Button type="submit" variant="primary" busy={busy} className="w-full">
        Save and sign in
      </Button>
    </form>
  );
}
