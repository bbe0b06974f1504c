"use client";

import { call } from "@/lib/api/client";
import type { Round } from "@/lib/api/rounds";
import { useConfirmedChange } from "../people/use-confirmed-change";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";

type Change = { readonly paused: boolean } | { readonly closed: boolean };

/** What an admin does to a whole round: pause it, close it, and back. */
export function RoundActions({ project, round }: { project: string; round: Round }) {
  const change = useConfirmedChange(
    (body: Change) =>
      call("PATCH /projects/{project}/rounds/{number}", {
        path: { project, number: String(round.number) },
        body,
      }),
    told,
  );
  const isPaused = round.paused_at !== null;
  const isClosed = round.closed_at !== null;
  return (
    <>
      {!isClosed && (
        <Button busy={change.busy} onClick={() => change.make({ paused: !isPaused })}>
          {isPaused ? "Go on" : "Pause"}
        </Button>
      )}
      {isClosed ? (
        <Button busy={change.busy} onClick={() => change.make({ closed: false })}>
          Reopen
        </Button>
      ) : (
        <Button onClick={() => change.ask({ closed: true })}>Close…</Button>
      )}
      <ConfirmDialog {...change.dialog} title="Close this round?" confirm="Close the round">
        <p>
          Nothing more is given out or counted in it. What people have annotated stays, and you can
          reopen the round.
        </p>
      </ConfirmDialog>
    </>
  );
}

function told(change: Change): string {
  if ("paused" in change) return change.paused ? "The round is paused." : "The round goes on.";
  return change.closed ? "The round is closed." : "The round is open again.";
}
