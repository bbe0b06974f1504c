"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import type { RoundWithReviewers } from "@/lib/api/rounds";
import { counted, inFigures } from "@/lib/domain/figures";
import { useConfirmedChange } from "../people/use-confirmed-change";
import { Button } from "../ui/button";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { RowButton } from "../ui/table";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";
import { DialogForm } from "./dialog-form";
import { OTHERS_SEEN_OPTIONS } from "./wording";
import { dueAtOf, languagesIn } from "./written";

type OfRound = { readonly project: string; readonly round: RoundWithReviewers };
type Reviewer = RoundWithReviewers["reviewers"][number];

const pathOf = ({ project, round }: OfRound) => ({ project, number: String(round.number) });

/** Changes what a round is called, when it is due, and who sees whose work. */
export function EditRound({ project, round }: OfRound) {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const form = useForm({
    send: (written) => {
      const due = written("due");
      return call("PATCH /projects/{project}/rounds/{number}", {
        path: pathOf({ project, round }),
        body: {
          title: written("title"),
          // A time of day that was set elsewhere stays with its day.
          ...(due === (round.due_at?.slice(0, 10) ?? "") ? {} : { due_at: dueAtOf(due) }),
          // The options are those that there are.
          others_seen: written("others_seen") as RoundWithReviewers["others_seen"],
        },
      });
    },
    onDone: () => {
      setOpen(false);
      toast.success("The round is changed.");
      router.refresh();
    },
  });
  return (
    <Dialog
      open={isOpen}
      onOpenChange={setOpen}
      title="Edit the round"
      trigger={<Button>Edit…</Button>}
    >
      <DialogForm form={form} verb="Save">
        <TextField
          label="Title"
          name="title"
          required
          maxLength={200}
          defaultValue={round.title}
          error={form.errorOf("title")}
        />
        <TextField
          label="Due"
          hint="To the end of this day in UTC; empty for no date."
          name="due"
          type="date"
          defaultValue={round.due_at?.slice(0, 10) ?? ""}
          error={form.errorOf("due_at")}
        />
        <Select
          label="Reviewers see each other’s work"
          name="others_seen"
          defaultValue={round.others_seen}
          options={OTHERS_SEEN_OPTIONS}
        />
        <FormFailure form={form} fields={["title", "due_at"]} />
      </DialogForm>
    </Dialog>
  );
}

/** What an admin does about the reviewers of a round: adds one, and has free places given. */
export function ReviewerActions({
  project,
  round,
  members,
}: OfRound & { members: readonly { readonly id: string; readonly name: string }[] }) {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [isGiving, setGiving] = useState(false);
  const path = pathOf({ project, round });
  const there = new Set(
    round.reviewers.filter(({ removed_at }) => removed_at === null).map(({ user }) => user.id),
  );
  const others = members.filter(({ id }) => !there.has(id));
  const form = useForm({
    send: (written) =>
      call("PUT /projects/{project}/rounds/{number}/reviewers/{id}", {
        path: { ...path, id: written("user") },
        body: { languages: languagesIn(written("languages")) },
      }),
    onDone: () => {
      setOpen(false);
      toast.success(
        round.way === "assigned" && round.free > 0
          ? "They are a reviewer now. Give them free places to have them begin."
          : "They are a reviewer now.",
      );
      router.refresh();
    },
  });

  async function give() {
    setGiving(true);
    const answer = await call("POST /projects/{project}/rounds/{number}/free-places", { path });
    setGiving(false);
    if (!answer.ok) toast.error(answer.message);
    else if (answer.value.given === 0) {
      toast.error("Nobody is left who reads these articles and has not had them.");
    } else toast.success(givenWords(answer.value));
    router.refresh();
  }

  return (
    <div className="flex flex-wrap gap-2">
      {round.way === "assigned" && round.free > 0 && (
        <Button busy={isGiving} onClick={() => void give()}>
          Give {counted(round.free, "free place")}
        </Button>
      )}
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Add a reviewer"
        description={
          round.way === "queue"
            ? "They take articles from the queue."
            : "They get nothing by that: give them free places, or reassign articles."
        }
        trigger={<Button icon="plus">Add a reviewer</Button>}
      >
        {others.length === 0 ? (
          <p>Everybody in this project who may annotate is a reviewer of this round.</p>
        ) : (
          <DialogForm form={form} verb="Add">
            <Select
              label="Member"
              name="user"
              options={others.map(({ id, name }) => ({ value: id, label: name }))}
            />
            <LanguagesField error={form.failure?.message} />
          </DialogForm>
        )}
      </Dialog>
    </div>
  );
}

function givenWords({ given, left }: { given: number; left: number }): string {
  const rest = left > 0 ? ` ${inFigures(left)} of them nobody is left for.` : "";
  return `${counted(given, "assignment")} given.${rest}`;
}

function LanguagesField({
  languages = [],
  error,
}: {
  languages?: readonly string[];
  error: string | undefined;
}) {
  return (
    <TextField
      label="Languages they read"
      hint="Such as: fa, en. All if left empty."
      name="languages"
      autoCapitalize="none"
      spellCheck={false}
      defaultValue={languages.join(", ")}
      error={error}
    />
  );
}

/** What an admin does about one reviewer: says what they read, and takes them out. */
export function ReviewerRowActions({ project, round, reviewer }: OfRound & { reviewer: Reviewer }) {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const path = { ...pathOf({ project, round }), id: reviewer.user.id };
  const { name } = reviewer.user;
  const form = useForm({
    send: (written) =>
      call("PUT /projects/{project}/rounds/{number}/reviewers/{id}", {
        path,
        body: { languages: languagesIn(written("languages")) },
      }),
    onDone: () => {
      setOpen(false);
      toast.success("Saved.");
      router.refresh();
    },
  });
  const removing = useConfirmedChange(
    (_: Reviewer) => call("DELETE /projects/{project}/rounds/{number}/reviewers/{id}", { path }),
    () => `${name} is out of the round.`,
  );
  const back = useConfirmedChange(
    ({ languages }: Reviewer) =>
      call("PUT /projects/{project}/rounds/{number}/reviewers/{id}", {
        path,
        body: { languages: [...languages] },
      }),
    () => `${name} is a reviewer again.`,
  );
  if (reviewer.removed_at !== null) {
    return (
      <RowButton label={`Take back ${name}`} onClick={() => back.make(reviewer)}>
        Take back
      </RowButton>
    );
  }
  return (
    <>
      <RowButton label={`Edit ${name}`} onClick={() => setOpen(true)}>
        Edit
      </RowButton>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={<bdi>{name}</bdi>}
        description="What they read counts for what is given from now on."
      >
        <DialogForm
          form={form}
          verb="Save"
          beside={
            <Button
              variant="quiet"
              onClick={() => {
                setOpen(false);
                removing.ask(reviewer);
              }}
            >
              Take out of the round…
            </Button>
          }
        >
          <LanguagesField languages={reviewer.languages} error={form.failure?.message} />
        </DialogForm>
      </Dialog>
      <ConfirmDialog
        {...removing.dialog}
        title={
          <>
            Take <bdi>{name}</bdi> out of this round?
          </>
        }
        confirm="Take out"
        danger
      >
        <RemovalWords round={round} reviewer={reviewer} />
      </ConfirmDialog>
    </>
  );
}

/** What becomes of somebody's work, said before. */
function RemovalWords({ round, reviewer }: { round: RoundWithReviewers; reviewer: Reviewer }) {
  const { queued, open, returned, submitted } = reviewer.progress;
  const toDo = queued + open + returned;
  return (
    <>
      {submitted > 0 && (
        <p>{counted(submitted, "article")} that they have submitted stay in the round.</p>
      )}
      <p>
        {toDo === 0
          ? "They have nothing else in it."
          : `${counted(toDo, "article")} that they have not submitted ${toDo === 1 ? "is" : "are"} free again${
              round.way === "queue" ? ", for whoever takes them" : ", for you to give to others"
            }.`}
        {open + returned > 0 &&
          ` They have begun ${counted(open + returned, "of them", "of them")}: what they have marked is kept with them, and does not count here.`}
      </p>
    </>
  );
}
