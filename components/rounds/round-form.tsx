"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { call } from "@/lib/api/client";
import type { RoundPreview, WrittenRound } from "@/lib/api/rounds";
import { counted, inFigures } from "@/lib/domain/figures";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { CheckboxGroup, RadioGroup } from "../ui/choices";
import { Select, TextField } from "../ui/field";
import { Notice } from "../ui/notice";
import { Section } from "../ui/page";
import { useForm } from "../ui/use-form";
import { languageName, OTHERS_SEEN_OPTIONS } from "./wording";
import { dueAtOf, languagesIn } from "./written";

type Choices = {
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: string;
  }[];
  readonly languages: readonly { readonly value: string; readonly articles: number }[];
  readonly publishers: readonly { readonly value: string; readonly articles: number }[];
  /** How many articles have gold. */
  readonly gold: number;
};

/** What is written in the form, as texts and choices. */
type Written = {
  readonly title: string;
  readonly kind: "annotation" | "practice";
  readonly way: "assigned" | "queue";
  readonly overlap: string;
  readonly doubled: string;
  /** Of a hundred articles, so many with gold; none if empty. */
  readonly gold: string;
  readonly order: "newest" | "oldest" | "random";
  readonly due: string;
  readonly othersSeen: "never" | "when_submitted" | "when_closed";
  readonly seed: string;
  readonly q: string;
  readonly unassigned: boolean;
  readonly languages: ReadonlySet<string>;
  readonly publishers: ReadonlySet<string>;
  readonly size: string;
  readonly by: ReadonlySet<string>;
  readonly reviewers: ReadonlySet<string>;
  /** By reviewers' ids, as they are written: "fa, en". */
  readonly reads: Readonly<Record<string, string>>;
};

/** Milliseconds after the last change before it is counted anew. */
const PAUSE = 400;

/** Makes a round, and says meanwhile what it would be. */
export function RoundForm({
  project,
  choices,
  seed,
}: {
  project: string;
  choices: Choices;
  seed: number;
}) {
  const router = useRouter();
  const [written, setWritten] = useState<Written>({
    title: "",
    kind: "annotation",
    way: "assigned",
    overlap: "2",
    doubled: "10",
    gold: "",
    order: "newest",
    due: "",
    othersSeen: "never",
    seed: String(seed),
    q: "",
    unassigned: true,
    languages: new Set(),
    publishers: new Set(),
    size: "",
    by: new Set(["language"]),
    reviewers: new Set(
      choices.members.filter(({ role }) => role === "reviewer").map(({ id }) => id),
    ),
    reads: {},
  });
  const set = (change: Partial<Written>) => setWritten((before) => ({ ...before, ...change }));
  const round = roundOf(written);
  const preview = usePreview(project, round);
  const form = useForm({
    send: () =>
      call("POST /projects/{project}/rounds", {
        path: { project },
        body: { ...round, title: written.title },
      }),
    onDone: ({ number }) => router.push(`/projects/${project}/rounds/${number}`),
    leaves: true,
  });
  const isShared = written.way === "queue";
  return (
    <form onSubmit={form.submit}>
      <Section title="The round">
        <div className="space-y-4">
          <TextField
            label="Title"
            name="title"
            required
            maxLength={200}
            value={written.title}
            onChange={({ target }) => set({ title: target.value })}
            error={form.errorOf("title")}
          />
          <RadioGroup
            label="How articles are given"
            name="way"
            value={written.way}
            onValueChange={(way) => set({ way: way === "queue" ? "queue" : "assigned" })}
            options={[
              {
                value: "assigned",
                label: "Now, evenly",
                hint: "Each article is given to its reviewers when the round is made.",
              },
              {
                value: "queue",
                label: "From a shared queue",
                hint: "Whoever is free takes the next article.",
              },
            ]}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label="Reviewers of each article"
              value={written.overlap}
              onChange={({ target }) => set({ overlap: target.value })}
              options={[
                ...[1, 2, 3, 4, 5].map((n) => ({ value: String(n), label: String(n) })),
                { value: "share", label: "1, and 2 for a share" },
              ]}
            />
            {written.overlap === "share" && (
              <TextField
                label="Share with two reviewers, in percent"
                inputMode="numeric"
                value={written.doubled}
                onChange={({ target }) => set({ doubled: target.value })}
                error={form.errorOf("doubled_percent")}
              />
            )}
            <Select
              label="Kind"
              hint={
                written.kind === "practice"
                  ? `Of what has gold: ${counted(choices.gold, "article")}. Reviewers see how theirs compares once they have submitted it.`
                  : undefined
              }
              value={written.kind}
              onChange={({ target }) =>
                set(
                  target.value === "practice"
                    ? { kind: "practice", gold: "", unassigned: false }
                    : { kind: "annotation" },
                )
              }
              options={[
                { value: "annotation", label: "Annotation" },
                { value: "practice", label: "Practice" },
              ]}
            />
            {written.kind === "annotation" && choices.gold > 0 && (
              <TextField
                label="Mixed in with gold, in percent"
                hint="To watch how well reviewers do: they cannot tell which. It needs a random order."
                inputMode="numeric"
                value={written.gold}
                onChange={({ target }) =>
                  set({
                    gold: target.value,
                    ...(target.value.trim() === "" ? {} : { order: "random" as const }),
                  })
                }
                error={form.errorOf("gold_percent")}
              />
            )}
            <Select
              label="Order"
              value={written.order}
              // The options are the orders.
              onChange={({ target }) => set({ order: target.value as Written["order"] })}
              options={[
                { value: "newest", label: "Newest first" },
                { value: "oldest", label: "Oldest first" },
                { value: "random", label: "Random" },
              ]}
            />
            <TextField
              label="Due"
              type="date"
              value={written.due}
              onChange={({ target }) => set({ due: target.value })}
            />
            <Select
              label="Reviewers see each other’s work"
              value={written.othersSeen}
              // The options are those that there are.
              onChange={({ target }) => set({ othersSeen: target.value as Written["othersSeen"] })}
              options={OTHERS_SEEN_OPTIONS}
            />
          </div>
        </div>
      </Section>
      <Section title="Articles">
        <div className="space-y-4">
          <Checkbox
            label="Only what is in no round yet"
            checked={written.unassigned}
            onChange={({ target }) => set({ unassigned: target.checked })}
          />
          <TextField
            label="Words in them"
            hint="As in the list of articles; all if left empty."
            value={written.q}
            onChange={({ target }) => set({ q: target.value })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Facets
              label="Languages"
              facets={choices.languages}
              nameOf={languageName}
              chosen={written.languages}
              onChange={(languages) => set({ languages })}
            />
            <Facets
              label="Publishers"
              facets={choices.publishers}
              nameOf={(publisher) => (publisher === "" ? "No publisher given" : publisher)}
              chosen={written.publishers}
              onChange={(publishers) => set({ publishers })}
            />
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label="Sample of how many"
              hint="All if left empty."
              inputMode="numeric"
              value={written.size}
              onChange={({ target }) => set({ size: target.value })}
            />
            {written.size.trim() !== "" && (
              <CheckboxGroup
                label="With the same shares as in all"
                options={[
                  { value: "language", label: "Of languages" },
                  { value: "publisher", label: "Of publishers" },
                  { value: "length", label: "Of short and long texts" },
                ]}
                chosen={written.by}
                onChange={(by) => set({ by })}
              />
            )}
          </div>
          <TextField
            label="Seed"
            hint="What chance begins from: the same seed draws and gives the same again."
            inputMode="numeric"
            value={written.seed}
            onChange={({ target }) => set({ seed: target.value })}
          />
        </div>
      </Section>
      <Section title="Reviewers">
        {choices.members.length === 0 ? (
          <p className="text-muted">Nobody in this project may annotate yet: invite somebody.</p>
        ) : (
          <ul className="divide-y divide-line">
            {choices.members.map(({ id, name, role }) => (
              <li
                key={id}
                className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-2"
              >
                <Checkbox
                  label={role === "reviewer" ? name : `${name} (${role})`}
                  checked={written.reviewers.has(id)}
                  onChange={({ target }) => {
                    const others = [...written.reviewers].filter((one) => one !== id);
                    set({ reviewers: new Set(target.checked ? [...others, id] : others) });
                  }}
                />
                {written.reviewers.has(id) && (
                  <TextField
                    label={`Languages that ${name} reads`}
                    hideLabel
                    placeholder="All languages, or: fa, en"
                    className="w-full sm:w-64"
                    value={written.reads[id] ?? ""}
                    onChange={({ target }) =>
                      set({ reads: { ...written.reads, [id]: target.value } })
                    }
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <div aria-live="polite" className="mb-6 space-y-3">
        {preview &&
          ("message" in preview ? (
            <Notice tone="warn">{preview.message}</Notice>
          ) : (
            <PreviewWords
              preview={preview}
              each={written.overlap === "share" ? null : Number(written.overlap)}
              isShared={isShared}
              choices={choices}
            />
          ))}
      </div>
      {form.failure && form.failure.field !== "title" && (
        <div className="mb-4">
          <Notice tone="danger">{form.failure.message}</Notice>
        </div>
      )}
      <Button type="submit" variant="primary" busy={form.busy}>
        Make the round
      </Button>
    </form>
  );
}

/** A choice among the values that the articles of the project have; none where they have but one. */
function Facets({
  label,
  facets,
  nameOf,
  chosen,
  onChange,
}: {
  label: string;
  facets: readonly { readonly value: string; readonly articles: number }[];
  nameOf: (value: string) => string;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}) {
  if (facets.length < 2) return null;
  return (
    <CheckboxGroup
      label={label}
      hint="All if none is chosen."
      options={facets.map(({ value, articles }) => ({
        value,
        label: nameOf(value),
        hint: counted(articles, "article"),
      }))}
      chosen={chosen}
      onChange={onChange}
    />
  );
}

/** "120 articles × 2 reviewers = 240 assignments", and what is missing of that. */
function PreviewWords({
  preview,
  each,
  isShared,
  choices,
}: {
  preview: RoundPreview;
  /** How many reviewers each article is to have; null where that differs. */
  each: number | null;
  isShared: boolean;
  choices: Choices;
}) {
  const { articles, copies, gold, assignments, missing, reviewers } = preview;
  const loads = reviewers.map((one) => one.assignments);
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  const lacking = missing.reduce((sum, shortage) => sum + shortage.assignments, 0);
  const times = each === null ? " →" : ` × ${counted(each, "reviewer")} =`;
  const nameOf = (id: string) => choices.members.find((member) => member.id === id)?.name ?? "";
  return (
    <>
      <Notice>
        <p className="font-medium">
          {counted(articles, "article")}
          {times} {counted(assignments + lacking, "assignment")}
        </p>
        {articles < preview.selected && (
          <p className="text-sm text-muted">
            A sample of {inFigures(preview.selected)} that meet this.
          </p>
        )}
        {gold > 0 && (
          <p className="text-sm text-muted">
            {gold === articles
              ? "All have gold, with which what is submitted is compared."
              : `${counted(gold, "has gold", "have gold")} that reviewers do not know of.`}
          </p>
        )}
        {copies > 0 && (
          <p className="text-sm text-muted">
            {counted(copies, "is a copy", "are copies")} of another one’s text: one reviewer gets
            all copies.
          </p>
        )}
        {!isShared && loads.length > 0 && (
          <p className="text-sm text-muted">
            {least === most
              ? `${counted(least, "assignment")} for each reviewer.`
              : `${inFigures(least)} to ${inFigures(most)} assignments for each reviewer: ${reviewers
                  .map((one) => `${nameOf(one.user)} ${inFigures(one.assignments)}`)
                  .join(", ")}.`}
          </p>
        )}
      </Notice>
      {reviewers.length === 0 && <Notice tone="warn">Choose who is to review them.</Notice>}
      {reviewers.length > 0 && lacking > 0 && (
        <Notice tone="warn">
          <p>{counted(lacking, "assignment")} of them cannot be given:</p>
          <ul className="list-disc ps-5">
            {missing.map((shortage) => (
              <li key={shortage.language}>{shortageWords(shortage)}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}

/** "4 of 2 articles in Russian: nobody reads it". */
function shortageWords({
  assignments,
  articles,
  language,
  readers,
}: RoundPreview["missing"][number]): string {
  const where = `${inFigures(assignments)} of ${counted(articles, "article")}`;
  if (language === null) {
    return `${where} of no given language: there ${readers === 1 ? "is one reviewer" : `are ${inFigures(readers)} reviewers`}`;
  }
  const who = readers === 0 ? "nobody reads it" : `${inFigures(readers)} of the reviewers read it`;
  return `${where} in ${languageName(language)}: ${readers === 1 ? "one reviewer reads it" : who}`;
}

const wholeNumber = (text: string) => (/^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null);

/** What the API is told. */
function roundOf(written: Written): WrittenRound {
  const size = wholeNumber(written.size);
  const seed = wholeNumber(written.seed);
  const isShare = written.overlap === "share";
  const q = written.q.trim();
  return {
    title: written.title.trim() || "Round",
    kind: written.kind,
    way: written.way,
    overlap: isShare ? 1 : Number(written.overlap),
    doubled_percent: isShare ? Math.min(100, wholeNumber(written.doubled) ?? 0) : null,
    order: written.order,
    gold_percent: wholeNumber(written.gold),
    due_at: dueAtOf(written.due),
    others_seen: written.othersSeen,
    ...(seed === null ? {} : { seed }),
    articles: {
      ...(q === "" ? {} : { q }),
      ...(written.languages.size > 0 ? { languages: [...written.languages] } : {}),
      ...(written.publishers.size > 0 ? { publishers: [...written.publishers] } : {}),
      ...(written.unassigned ? { unassigned: true } : {}),
    },
    sample: size
      ? {
          size,
          by: (["language", "publisher", "length"] as const).filter((one) => written.by.has(one)),
        }
      : null,
    reviewers: [...written.reviewers].map((user) => ({
      user,
      languages: languagesIn(written.reads[user] ?? ""),
    })),
  };
}

/** What a round would be; what is wrong with it; null until that is known. */
function usePreview(
  project: string,
  round: WrittenRound,
): RoundPreview | { message: string } | null {
  const [preview, setPreview] = useState<RoundPreview | { message: string } | null>(null);
  // Its title and date change nothing of it.
  const asked = JSON.stringify({ ...round, title: "Round", due_at: null });
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const path = { project };
      // It has just been written from one.
      const body = JSON.parse(asked) as WrittenRound;
      const answer = await call("POST /projects/{project}/round-previews", {
        path,
        body,
        signal: stop.signal,
      });
      if (stop.signal.aborted) return;
      setPreview(answer.ok ? answer.value : { message: answer.message });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [project, asked]);
  return preview;
}
