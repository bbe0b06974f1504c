"use client";

import { type Answer, failureIn } from "@/lib/api/client";
import { Button } from "../ui/button";
import { FormFailure } from "../ui/form-failure";
import { useForm } from "../ui/use-form";
import { EmailField } from "./email-field";
import { PasswordField } from "./password-field";

/** Signs in with next-auth, which has an API of its own. */
async function signIn(email: string, password: string): Promise<Answer<null>> {
  const unreachable = failed("Gainsay cannot be reached. Are you online?");
  const csrf = await fetch("/api/auth/csrf").catch(() => null);
  if (!csrf?.ok) return unreachable;
  const { csrfToken } = await csrf.json();
  const response = await fetch("/api/auth/callback/credentials", {
    method: "POST",
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
  }).catch(() => null);
  if (!response) return unreachable;
  if (!response.ok) return failureIn(response);
  const { url } = await response.json();
  return String(url).includes("csrf=true")
    ? failed("Your browser keeps no cookies for this page, and signing in needs one.")
    : { ok: true, value: null };
}

function failed(message: string): Answer<null> {
  return { ok: false, message, field: null, code: "unreachable" };
}

/** @param next a path of this site to go to afterwards */
export function SignInForm({ next }: { next: string }) {
  const form = useForm({
    send: (written) => signIn(written("email"), written("password")),
    onDone: () => location.assign(next),
    leaves: true,
  });

  return (
    // Until the scripts are here, the form must not put the password into an address.
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} />
      <EmailField label="E-mail address" name="email" autoComplete="username" required autoFocus />
      <PasswordField label="Password" name="password" autoComplete="current-password" />
      <Button type="submit" variant="primary" busy={form.busy} className="w-full">
        Sign in
      </Button>
    </form>
  );
}
