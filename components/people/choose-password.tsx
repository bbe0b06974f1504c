"use client";

import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { FormFailure } from "../ui/form-failure";
import { useForm } from "../ui/use-form";
import { EndTokens, NewPasswordField, UsernameForPasswordManagers } from "./password-field";

/** Chooses a password by a password link, and signs in. */
export function ChoosePassword({ token, email }: { token: string; email: string }) {
  const form = useForm({
    send: (written) =>
      call("POST /password", {
        body: { token, password: written("password"), end_tokens: written("end_tokens") !== "" },
      }),
    onDone: () => location.assign("/projects"),
    leaves: true,
  });
  return (
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} fields={["password"]} />
      <UsernameForPasswordManagers email={email} />
      <NewPasswordField label="New password" name="password" error={form.errorOf("password")} />
      <EndTokens />
      <Button type="submit" variant="primary" busy={form.busy} className="w-full">
        Save and sign in
      </Button>
    </form>
  );
}
