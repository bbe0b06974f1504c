"use client";

import { useRouter } from "next/navigation";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { FormFailure } from "../ui/form-failure";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";
import {
  EndTokens,
  NewPasswordField,
  PasswordField,
  UsernameForPasswordManagers,
} from "./password-field";
import { type Provider, ProviderButtons } from "./provider-buttons";
import { useConfirmedChange } from "./use-confirmed-change";

/** Changes one's own password. */
export function PasswordForm({ email }: { email: string }) {
  const router = useRouter();
  const form = useForm({
    send: (written) =>
      call("POST /me/password", {
        body: {
          current: written("current"),
          replacement: written("replacement"),
          end_tokens: written("end_tokens") !== "",
        },
      }),
    onDone: (_, element) => {
      element.reset();
      toast.success("Your password has been changed. Other browsers are signed out.");
      router.refresh(); // the list of tokens may be shorter now
    },
  });
  return (
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} fields={["current", "password"]} />
      <UsernameForPasswordManagers email={email} />
      <PasswordField
        label="Current password"
        name="current"
        autoComplete="current-password"
        error={form.errorOf("current")}
      />
      <NewPasswordField label="New password" name="replacement" error={form.errorOf("password")} />
      <EndTokens />
      <Button type="submit" busy={form.busy}>
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
  const disconnecting = useConfirmedChange(
    ({ id }: Connection) => call("DELETE /me/identities/{id}", { path: { id } }),
    ({ name }) => `${name} has been disconnected.`,
  );

  return (
    <div className="space-y-3">
      {connected.map((connection) => (
        <div key={connection.id} className="flex items-center justify-between gap-3">
          <span className="font-medium">{connection.name}</span>
          <ConfirmDialog
            trigger={
              <Button
                size="small"
                busy={disconnecting.busy}
                aria-label={`Disconnect ${connection.name}`}
              >
                Disconnect
              </Button>
            }
            title={`Disconnect ${connection.name}?`}
            confirm="Disconnect"
            onConfirm={() => disconnecting.make(connection)}
          >
            You will no longer sign in through it.
          </ConfirmDialog>
        </div>
      ))}
      <ProviderButtons
        providers={providers}
        verb="Connect"
        callbackUrl="/account"
        before={() => call("POST /me/connect", {})}
      />
    </div>
  );
}
