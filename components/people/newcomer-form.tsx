"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { Notice } from "../ui/state";
import { type Answer, call } from "./call";
import { EmailField } from "./email-field";
import { PasswordField } from "./password-field";

type Newcomer = { name: string; email: string; password: string };
type Arrival = { project: string | null };

/** Where somebody goes who has just come in. */
export function firstPage(project: string | null): string {
  return project ? `/projects/${project}/articles` : "/projects";
}

/** Makes the first site admin by the setup link. */
export function SetupForm({ token }: { token: string }) {
  return (
    <NewcomerForm
      button="Set up Gainsay"
      email=""
      send={(newcomer) => call<Arrival>("POST", "/api/v1/setup", { token, ...newcomer })}
    />
  );
}

/** Makes an account by an invite. */
export function JoinForm({ token, email }: { token: string; email: string }) {
  return (
    <NewcomerForm
      button="Join"
      email={email}
      send={(newcomer) => call<Arrival>("POST", "/api/v1/invites/accept", { token, newcomer })}
    />
  );
}

function NewcomerForm({
  button,
  email,
  send,
}: {
  button: string;
  email: string;
  send: (newcomer: Newcomer) => Promise<Answer<Arrival>>;
}) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ message: string; field: string | null } | null>(null);
  const errorOf = (field: string) => (trouble?.field === field ? trouble.message : null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget);
    const [name, address, password] = ["name", "email", "password"].map((field) =>
      String(form.get(field)),
    );
    setBusy(true);
    setTrouble(null);
    const answer = await send({ name: name ?? "", email: address ?? "", password: password ?? "" });
    if (answer.ok) {
      location.assign(firstPage(answer.value.project));
      return;
    }
    setTrouble(answer);
    setBusy(false);
  }

  const known = ["name", "email", "password"];
  return (
    <form method="post" onSubmit={submit} className="space-y-4">
      {trouble && !known.includes(trouble.field ?? "") && (
        <Notice tone="danger">{trouble.message}</Notice>
      )}
      <TextField
        label="Your name"
        name="name"
        autoComplete="name"
        required
        maxLength={200}
        hint="Colleagues see it; datasets never hold it."
        error={errorOf("name")}
      />
      <EmailField
        label="E-mail address"
        name="email"
        defaultValue={email}
        autoComplete="username"
        required
        error={errorOf("email")}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        hint="At least 12 characters. Several unrelated words make a good one."
        error={errorOf("password")}
      />
      <Button type="submit" variant="primary" busy={busy} className="w-full">
        {button}
      </Button>
    </form>
  );
}
