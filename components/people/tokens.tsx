"use client";

import { call } from "@/lib/api/client";
import type { ApiToken, ApiTokenPage } from "@/lib/api/people";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { LoadMore } from "../ui/load-more";
import { Cell, RowButton, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { SecretDialog } from "./secret-dialog";
import { useConfirmedChange } from "./use-confirmed-change";

/** A user's own API tokens, each to be revoked. Give it a `key` of where its first page ends. */
export function Tokens({ first }: { first: ApiTokenPage }) {
  const tokens = useCollection({
    of: "tokens",
    first,
    idOf: ({ id }: ApiToken) => id,
    load: async (cursor) => {
      const answer = await call("GET /tokens", { query: { cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const revoking = useConfirmedChange(
    async (token: ApiToken) => {
      const answer = await call("DELETE /tokens/{id}", { path: { id: token.id } });
      if (answer.ok) tokens.remove(token);
      return answer;
    },
    () => "The token has been revoked.",
  );
  if (tokens.items?.length === 0) return <p className="text-muted">You have no tokens.</p>;
  return (
    <>
      <Table
        label="API tokens"
        columns={[
          "Name",
          { name: "Made", wide: true },
          "Last used",
          { name: "Actions", unseen: true },
        ]}
      >
        {tokens.items?.map((token) => (
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
              <RowButton label={`Revoke ${token.name}`} onClick={() => revoking.ask(token)}>
                Revoke
              </RowButton>
            </Cell>
          </tr>
        ))}
      </Table>
      {tokens.hasMore && <LoadMore busy={tokens.busy} onLoad={tokens.loadMore} />}
      <ConfirmDialog
        {...revoking.dialog}
        title={`Revoke ${revoking.asked?.name ?? ""}?`}
        confirm="Revoke"
        danger
      >
        Scripts that use it will be refused from now on.
      </ConfirmDialog>
    </>
  );
}

/** The button that makes a token, and shows it once. */
export function NewToken() {
  return (
    <SecretDialog
      trigger={<Button icon="plus">New token</Button>}
      asking={{
        title: "New API token",
        description: "It may do whatever you may, except change tokens and passwords.",
        button: "Make the token",
      }}
      made={{
        title: "Your new token",
        description: "Copy it now: it is not shown again.",
        label: "API token",
        hint: "Scripts send it as “Authorization: Bearer …”.",
      }}
      send={async (written) => {
        const answer = await call("POST /tokens", { body: { name: written("name") } });
        return answer.ok ? { ok: true, value: answer.value.token } : answer;
      }}
    >
      {(form) => (
        <TextField
          label="Name"
          name="name"
          required
          maxLength={200}
          hint="What it is for, such as “nightly export”."
          error={form.failure?.message}
        />
      )}
    </SecretDialog>
  );
}
