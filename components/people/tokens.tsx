"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { Cell, HeaderCell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { call } from "./call";

export type ApiToken = {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
};

/** A user's own API tokens, each to be revoked. */
export function Tokens({ tokens }: { tokens: readonly ApiToken[] }) {
  const router = useRouter();
  const [asking, setAsking] = useState<ApiToken | null>(null);
  const [busy, setBusy] = useState(false);

  async function revoke(token: ApiToken) {
    setBusy(true);
    const answer = await call("DELETE", `/api/v1/tokens/${token.id}`);
    setBusy(false);
    setAsking(null);
    if (answer.ok) toast.success("The token has been revoked.");
    else toast.error(answer.message);
    router.refresh();
  }

  if (tokens.length === 0) return <p className="text-muted">You have no tokens.</p>;
  return (
    <>
      <Table label="API tokens">
        <thead>
          <tr>
            <HeaderCell>Name</HeaderCell>
            <HeaderCell className="hidden sm:table-cell">Made</HeaderCell>
            <HeaderCell>Last used</HeaderCell>
            <HeaderCell>
              <span className="sr-only">Actions</span>
            </HeaderCell>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <Cell dir="auto" className="min-w-32 font-medium wrap-anywhere">
                {token.name}
              </Cell>
              <Cell className="hidden sm:table-cell">
                <TimeAgo at={token.created_at} />
              </Cell>
              <Cell>
                {token.last_used_at ? (
                  <TimeAgo at={token.last_used_at} />
                ) : (
                  <span className="text-muted">Never</span>
                )}
              </Cell>
              <Cell className="text-end">
                <Button
                  size="small"
                  variant="quiet"
                  className="-my-1"
                  aria-label={`Revoke ${token.name}`}
                  onClick={() => setAsking(token)}
                >
                  Revoke
                </Button>
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        title={`Revoke ${asking?.name ?? ""}?`}
        confirm="Revoke"
        danger
        busy={busy}
        onConfirm={() => asking && revoke(asking)}
      >
        Scripts that use it will be refused from now on.
      </ConfirmDialog>
    </>
  );
}

/** The button that makes a token, and shows it once. */
export function NewToken() {
  const router = useRouter();
  const form = useId();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [token, setToken] = useState<string | null>(null);

  function show(now: boolean) {
    setOpen(now);
    if (!now) return;
    setToken(null);
    setTrouble(null);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const name = String(new FormData(event.currentTarget).get("name"));
    setBusy(true);
    setTrouble(null);
    const answer = await call<{ token: string }>("POST", "/api/v1/tokens", { name });
    setBusy(false);
    if (answer.ok) {
      setToken(answer.value.token);
      router.refresh();
    } else {
      setTrouble(answer.message);
    }
  }

  return (
    <Dialog
      open={open}
      onOpenChange={show}
      trigger={<Button icon="plus">New token</Button>}
      title={token ? "Your new token" : "New API token"}
      description={
        token
          ? "Copy it now: it is not shown again."
          : "It may do whatever you may, except change tokens and passwords."
      }
      footer={
        token ? (
          // A key of its own: reused for the form's button, it would submit that by the same press.
          <Button key="done" variant="primary" onClick={() => show(false)}>
            Done
          </Button>
        ) : (
          <Button key="make" type="submit" form={form} variant="primary" busy={busy}>
            Make the token
          </Button>
        )
      }
    >
      {token ? (
        <CopyField
          label="API token"
          value={token}
          hint="Scripts send it as “Authorization: Bearer …”."
        />
      ) : (
        <form id={form} onSubmit={submit}>
          <TextField
            label="Name"
            name="name"
            required
            maxLength={200}
            hint="What it is for, such as “nightly export”."
            error={trouble}
          />
        </form>
      )}
    </Dialog>
  );
}
