"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import type { Session, SessionPage } from "@/lib/api/sessions";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { LoadMore } from "../ui/load-more";
import { SignOutEverywhereDialog } from "../ui/sign-out-everywhere";
import { Cell, RowButton, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { useConfirmedChange } from "./use-confirmed-change";

/** The browsers in which one is signed in, each to be signed out. Give it a `key` of where its first page ends. */
export function Sessions({ first }: { first: SessionPage }) {
  const sessions = useCollection({
    of: "sessions",
    first,
    idOf: ({ id }: Session) => id,
    load: async (cursor) => {
      const answer = await call("GET /me/sessions", { query: { cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const ending = useConfirmedChange(
    async (session: Session) => {
      const answer = await call("DELETE /me/sessions/{id}", { path: { id: session.id } });
      if (answer.ok) sessions.remove(session);
      return answer;
    },
    ({ browser }) => `${browser} is signed out.`,
  );
  const others = useConfirmedChange(
    async (_: "all") => {
      const answer = await call("POST /me/sign-out-elsewhere", {});
      if (answer.ok) for (const one of sessions.items ?? []) if (!one.current) sessions.remove(one);
      return answer;
    },
    () => "Your other browsers are signed out.",
  );
  const [isLeaving, setLeaving] = useState(false);
  const hasOthers = sessions.hasMore || (sessions.items?.length ?? 0) > 1;
  return (
    <>
      <Table
        label="Sessions"
        columns={[
          "Browser",
          { name: "Signed in", wide: true },
          { name: "Last seen", wide: true },
          { name: "Actions", unseen: true },
        ]}
      >
        {sessions.items?.map((session) => (
          <tr key={session.id}>
            <Cell className="wrap-anywhere">
              <span className="font-medium">{session.browser}</span>
              {session.current && (
                <span className="ms-2 inline-block align-middle">
                  <Badge tone="accent">This one</Badge>
                </span>
              )}
              <span className="block text-sm text-muted sm:hidden">{lastSeen(session)}</span>
            </Cell>
            <Cell className="hidden sm:table-cell">
              <TimeAgo at={session.created_at} />
            </Cell>
            <Cell className="hidden sm:table-cell">{lastSeen(session)}</Cell>
            <Cell className="text-end">
              {!session.current && (
                <RowButton
                  label={`Sign out ${session.browser}`}
                  onClick={() => ending.ask(session)}
                >
                  Sign out
                </RowButton>
              )}
            </Cell>
          </tr>
        ))}
      </Table>
      {sessions.hasMore && <LoadMore busy={sessions.busy} onLoad={sessions.loadMore} />}
      <div className="mt-4 flex flex-wrap gap-2">
        {hasOthers && (
          <Button icon="signOut" onClick={() => others.ask("all")}>
            Sign out all others
          </Button>
        )}
        <Button icon="signOut" onClick={() => setLeaving(true)}>
          Sign out everywhere
        </Button>
      </div>
      <ConfirmDialog
        {...ending.dialog}
        title={`Sign out ${ending.asked?.browser ?? ""}?`}
        confirm="Sign out"
      >
        Whoever uses it has to sign in again. Work that it has not sent stays in it until then.
      </ConfirmDialog>
      <ConfirmDialog {...others.dialog} title="Sign out all others?" confirm="Sign out all others">
        Every browser but this one has to sign in again. Work that they have not sent stays in them
        until then.
      </ConfirmDialog>
      <SignOutEverywhereDialog open={isLeaving} onOpenChange={setLeaving} />
    </>
  );
}

function lastSeen({ current, last_seen_at }: Session) {
  return current ? "now" : <TimeAgo at={last_seen_at} />;
}
