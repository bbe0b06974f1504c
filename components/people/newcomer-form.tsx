"use client";

import { type Answer, call } from "@/lib/api/client";
import type { Joined, Newcomer } from "@/lib/api/people";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { useForm } from "../ui/use-form";
import { EmailField } from "./email-field";
import { NewPasswordField } from "./password-field";

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
      send={(newcomer) => call("POST /setup", { body: { token, ...newcomer } })}
    />
  );
}

/** Makes an account by an invite. */
export function JoinForm({ token, email }: { token: string; email: string }) {
  return (
    <NewcomerForm
      button="Join"
      email={email}
      send={(newcomer) =>
        call("POST /invites/accept", { body: { token, newcomer }, signedOut: "stay" })
      }
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
  send: (newcomer: Newcomer) => Promise<Answer<Joined>>;
}) {
  const form = useForm({
    send: (written) =>
      send({ name: written("name"), email: written("email"), password: written("password") }),
    onDone: ({ project }) => location.assign(firstPage(project)),
    leaves: true,
  });
  return (
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} fields={["name", "email", "password"]} />
      <TextField
        label="Your name"
        name="name"
        autoComplete="name"
        required
        maxLength={200}
        hint="Colleagues see it; datasets never hold it."
        error={form.errorOf("name")}
      />
      <EmailField
        label="E-mail address"
        name="email"
        defaultValue={email}
        autoComplete="username"
        required
        error={form.errorOf("email")}
      />
      <NewPasswordField label="Password" name="password" error={form.errorOf("password")} />
      <Button type="submit" variant="primary" busy={form.busy} className="w-full">
        {button}
      </Button>
    </form>
  );
}
