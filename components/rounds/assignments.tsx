"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import type { Assignment, AssignmentPage, RoundWithReviewers } from "@/lib/api/rounds";
import { inFigures } from "@/lib/domain/figures";
import { MAX_REASON_LENGTH } from "@/lib/domain/limits";
import { type AssignmentState, assignmentStates } from "@/lib/domain/rounds";
import { Badge } from "../ui/badge";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { Select, TextArea } from "../ui/field";
import { Link } from "../ui/link";
import { LoadMore } from "../ui/load-more";
import { Section } from "../ui/page";
import { Cell, RowButton, Table } from "../ui/table";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { useForm } from "../ui/use-form";
import { DialogForm } from "./dialog-form";
import { skipWords, stateTones, stateWords } from "./wording";

/**
 * Who has which article of a round, and how far it is. Give it a `key` of its state and where its first
 * page ends: it goes on from there.
 */
export function Assignments({
  project,
  round,
  first,
  state,
  may,
}: {
  project: string;
  round: RoundWithReviewers;
  first: AssignmentPage;
  /** Which are shown; all if null. */
  state: AssignmentState | null;
  may: { readonly seeAll: boolean; readonly manage: boolean };
}) {
  const router = useRouter();
  const path = { project, number: String(round.number) };
  const [returning, setReturning] = useState<Assignment | null>(null);
  const [moving, setMoving] = useState<Assignment | null>(null);
  const [replacing, setReplacing] = useState<Assignment | null>(null);
  const assignments = useCollection({
    of: "assignments",
    first,
    idOf: ({ id }: Assignment) => id,
    load: async (cursor) => {
      const query = { cursor, ...(state ? { state } : {}) };
      const answer = await call("GET /projects/{project}/rounds/{number}/assignments", {
        path,
        query,
      });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  async function makeGold(assignment: Assignment, replace: boolean) {
    const id = assignment.annotation_set;
    if (id === null) return;
    const answer = await call("POST /annotation-sets/{id}/gold", {
      path: { id },
      body: { replace },
    });
    const isThere = !answer.ok && !replace && answer.code === "conflict"; // what is submitted, as this is
    setReplacing(isThere ? assignment : null);
    if (answer.ok) toast.success("This is the gold of the article now.");
    else if (!isThere) toast.error(answer.message);
  }
  const isOpen = round.closed_at === null;
  const { progress } = round;
  const here = `/projects/${project}/rounds/${round.number}`;
  return (
    <Section
      title={may.seeAll ? "Articles" : "Your articles"}
      actions={
        <Select
          label="Which articles"
          hideLabel
          value={state ?? ""}
          onChange={({ target }) =>
            router.push(target.value === "" ? here : `${here}?state=${target.value}`, {
              scroll: false,
            })
          }
          options={[
            { value: "", label: "All states" },
            ...assignmentStates.map((one) => ({
              value: one,
              label: `${stateWords[one]} (${inFigures(progress[one])})`,
            })),
          ]}
        />
      }
    >
      {assignments.items?.length === 0 ? (
        <p className="text-muted">
          {round.way === "queue" && state === null
            ? "Nobody has taken an article yet."
            : "There are none."}
        </p>
      ) : (
        <Table
          label="Articles"
          columns={[
            "Article",
            ...(may.seeAll ? [{ name: "Reviewer", wide: true } as const] : []),
            { name: "State", unseen: true },
          ]}
        >
          {assignments.items?.map((assignment) => (
            <tr key={assignment.id}>
              <Cell className="min-w-40">
                <Link
                  href={`/projects/${project}/articles/${assignment.article.id}`}
                  prefetch={false}
                  className="wrap-anywhere"
                >
                  <bdi>{assignment.article.title}</bdi>
                </Link>
                {may.seeAll && (
                  <span className="block text-sm text-muted sm:hidden">
                    <bdi>{assignment.user.name}</bdi>
                  </span>
                )}
                <WhatWasSaid assignment={assignment} />
                {round.kind === "practice" && assignment.state === "submitted" && (
                  <Link
                    href={`${here}/feedback/${assignment.article.id}${may.seeAll ? `?user=${assignment.user.id}` : ""}`}
                    prefetch={false}
                    className="block text-sm underline"
                    aria-label={`See how it compares: ${assignment.article.title}`}
                  >
                    See how it compares
                  </Link>
                )}
              </Cell>
              {may.seeAll && (
                <Cell className="hidden min-w-36 sm:table-cell">
                  <bdi className="wrap-anywhere">{assignment.user.name}</bdi>
                </Cell>
              )}
              <Cell className="text-end">
                <Badge tone={stateTones[assignment.state]}>{stateWords[assignment.state]}</Badge>
                {may.seeAll && assignment.state === "submitted" && (
                  <RowAction
                    words="Make gold"
                    label={`Make gold: “${assignment.article.title}” of ${assignment.user.name}`}
                    onClick={() => void makeGold(assignment, false)}
                  />
                )}
                {may.seeAll && isOpen && assignment.state === "submitted" && (
                  <RowAction
                    words="Return"
                    label={`Return “${assignment.article.title}” to ${assignment.user.name}`}
                    onClick={() => setReturning(assignment)}
                  />
                )}
                {may.manage && isOpen && isMovable(assignment) && (
                  <RowAction
                    words="Reassign"
                    label={`Reassign “${assignment.article.title}” of ${assignment.user.name}`}
                    onClick={() => setMoving(assignment)}
                  />
                )}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      {assignments.hasMore && <LoadMore busy={assignments.busy} onLoad={assignments.loadMore} />}
      {returning && (
        <ReturnDialog
          path={path}
          assignment={returning}
          onClose={(returned) => {
            setReturning(null);
            if (returned) {
              assignments.update([returned]);
              router.refresh();
            }
          }}
        />
      )}
      <ConfirmDialog
        open={replacing !== null}
        onOpenChange={(open) => !open && setReplacing(null)}
        title="Replace the gold of this article?"
        confirm="Replace gold"
        onConfirm={() => replacing && void makeGold(replacing, true)}
      >
        <p>
          It has gold already. That stays in the history of the gold set; scores that were taken
          with it stay as they are.
        </p>
      </ConfirmDialog>
      {moving && (
        <ReassignDialog
          path={path}
          assignment={moving}
          round={round}
          onClose={(isMoved) => {
            setMoving(null);
            if (isMoved) location.reload(); // the rows of two reviewers have changed
          }}
        />
      )}
    </Section>
  );
}

/** Something to be done about an assignment, below its state. */
function RowAction({
  words,
  label,
  onClick,
}: {
  words: string;
  label: string;
  onClick: () => void;
}) {
  return (
    <span className="block pt-2">
      <RowButton label={label} onClick={onClick}>
        {words}
      </RowButton>
    </span>
  );
}

function isMovable({ state, skip_cause }: Assignment): boolean {
  return state !== "submitted" && skip_cause !== "reassignment" && skip_cause !== "lease";
}

function WhatWasSaid({ assignment }: { assignment: Assignment }) {
  const { state, comment, skip_cause: cause, skip_reason: reason } = assignment;
  const words =
    state === "returned"
      ? comment
      : state === "skipped" && cause
        ? (reason ?? (cause === "reviewer" ? null : skipWords[cause]))
        : null;
  if (words === null) return null;
  return (
    <span dir="auto" className="block text-sm whitespace-pre-line text-muted wrap-anywhere">
      {words}
    </span>
  );
}

type RoundPath = { readonly project: string; readonly number: string };

function ReturnDialog({
  path,
  assignment,
  onClose,
}: {
  path: RoundPath;
  assignment: Assignment;
  onClose: (returned: Assignment | null) => void;
}) {
  const form = useForm({
    send: (written) =>
      call("POST /projects/{project}/rounds/{number}/assignments/{id}/return", {
        path: { ...path, id: assignment.id },
        body: { comment: written("comment") },
      }),
    onDone: (returned) => {
      toast.success(`Returned to ${assignment.user.name}.`);
      onClose(returned);
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose(null)}
      title={`Return this to ${assignment.user.name}?`}
      description={<bdi>{assignment.article.title}</bdi>}
    >
      <DialogForm form={form} verb="Return">
        <TextArea
          label="Comment"
          hint="The reviewer sees it over the text."
          name="comment"
          required
          maxLength={MAX_REASON_LENGTH}
          error={form.failure?.message}
        />
      </DialogForm>
    </Dialog>
  );
}

function ReassignDialog({
  path,
  assignment,
  round,
  onClose,
}: {
  path: RoundPath;
  assignment: Assignment;
  round: RoundWithReviewers;
  onClose: (isMoved: boolean) => void;
}) {
  const others = round.reviewers.filter(
    ({ user, active }) => active && user.id !== assignment.user.id,
  );
  const form = useForm({
    send: (written) =>
      call("POST /projects/{project}/rounds/{number}/assignments/{id}/reassign", {
        path: { ...path, id: assignment.id },
        body: { user: written("user") },
      }),
    onDone: () => onClose(true),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose(false)}
      title="Give this to somebody else"
      description={<bdi>{assignment.article.title}</bdi>}
    >
      {others.length === 0 ? (
        <p>Nobody else is a reviewer of this round.</p>
      ) : (
        <DialogForm form={form} verb="Reassign">
          <Select
            label="Reviewer"
            name="user"
            options={others.map(({ user }) => ({ value: user.id, label: user.name }))}
            error={form.failure?.message}
          />
        </DialogForm>
      )}
    </Dialog>
  );
}
