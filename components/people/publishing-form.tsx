"use client";

import { useRef, useState } from "react";
import { call } from "@/lib/api/client";
import { knownLicences, OTHER_LICENCE } from "@/lib/domain/licences";
import { MAX_CREATORS } from "@/lib/domain/limits";
import { nameOf } from "@/lib/domain/publishing";
import type { Creator, Publishing } from "@/lib/domain/publishing-schemas";
import { Button } from "../ui/button";
import { Select, TextArea, TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { IconButton } from "../ui/icon-button";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

/** A creator while it is written, by a number that stays its own. */
type Row = { readonly key: number; readonly creator: Creator };

const nobody: Creator = { name: "", given_names: null, orcid: null, affiliation: null };

const rowsOf = (creators: readonly Creator[]): Row[] =>
  creators.map((creator, key) => ({ key, creator }));

/** What stands in a project's datasets: who made them, under which licence they go out, and how they are cited. */
export function PublishingForm({ slug, publishing }: { slug: string; publishing: Publishing }) {
  const [said, setSaid] = useState(publishing);
  const [rows, setRows] = useState(() => rowsOf(publishing.creators));
  const form = useForm({
    send: () =>
      call("PATCH /projects/{project}/publishing", {
        path: { project: slug },
        body: {
          ...said,
          // A line that nobody has written in is no creator.
          creators: rows
            .map(({ creator }) => creator)
            .filter((creator) => Object.values(creator).some((part) => part?.trim())),
        },
      }),
    onDone: (kept) => {
      setSaid(kept);
      setRows(rowsOf(kept.creators));
      toast.success("Datasets say this from now on.");
    },
  });
  const { licence } = said;
  const set = (change: Partial<Publishing>) => setSaid((before) => ({ ...before, ...change }));
  return (
    <form onSubmit={form.submit} className="space-y-5">
      <FormFailure
        form={form}
        fields={["licence", "creators", "description", "doi", "url", "citation"]}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <Select
          label="Licence"
          className="sm:col-span-2"
          hint="Of the annotations, and of what else is yours. Texts of articles stay their publishers’."
          error={form.errorOf("licence")}
          value={licence?.id ?? ""}
          onChange={({ target: { value } }) =>
            set({ licence: value === "" ? null : { id: value, name: null, url: null } })
          }
          options={[
            { value: "", label: "None is stated" },
            ...knownLicences.map(({ id, spdx, name }) => ({
              value: id,
              label: `${name} (${spdx})`,
            })),
            { value: OTHER_LICENCE, label: "Another one" },
          ]}
        />
        {licence?.id === OTHER_LICENCE && (
          <>
            <TextField
              label="Name of the licence"
              required
              maxLength={200}
              value={licence.name ?? ""}
              onChange={({ target }) => set({ licence: { ...licence, name: target.value } })}
            />
            <TextField
              label="Address of the licence"
              type="url"
              required
              dir="ltr"
              value={licence.url ?? ""}
              onChange={({ target }) => set({ licence: { ...licence, url: target.value } })}
            />
          </>
        )}
      </div>
      <Creators rows={rows} onChange={setRows} error={form.errorOf("creators")} />
      <TextArea
        label="What the dataset is about"
        rows={4}
        value={said.description}
        onChange={({ target }) => set({ description: target.value })}
        error={form.errorOf("description")}
        hint="In a few sentences; how many articles and spans there are is counted."
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          label="DOI"
          dir="ltr"
          value={said.doi ?? ""}
          onChange={({ target }) => set({ doi: target.value })}
          error={form.errorOf("doi")}
          hint="Such as 10.5281/zenodo.1003150."
        />
        <TextField
          label="Came out on"
          type="date"
          value={said.published_on ?? ""}
          onChange={({ target }) => set({ published_on: target.value || null })}
          hint="Its year is cited."
        />
        <TextField
          label="Address of the dataset"
          type="url"
          dir="ltr"
          className="sm:col-span-2"
          value={said.url ?? ""}
          onChange={({ target }) => set({ url: target.value })}
          error={form.errorOf("url")}
        />
      </div>
      <TextArea
        label="How to cite it"
        rows={4}
        value={said.citation}
        onChange={({ target }) => set({ citation: target.value })}
        error={form.errorOf("citation")}
        hint="Only if not by the dataset itself, as where a paper tells of it: a reference, or its BibTeX. Else BibTeX is made of what is said above."
      />
      <Button type="submit" busy={form.busy}>
        Save what datasets say
      </Button>
    </form>
  );
}

function Creators({
  rows,
  onChange,
  error,
}: {
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  error: string | null;
}) {
  const adder = useRef<HTMLButtonElement>(null);
  /** The one whose name is to be written next. */
  const [added, setAdded] = useState<number | null>(null);
  return (
    <fieldset className="min-w-0 space-y-3">
      <legend className="mb-1.5 text-sm font-medium">Creators</legend>
      {rows.length === 0 && (
        <p className="text-sm text-muted">
          Nobody is named: datasets are by “the annotators” of the project. Reviewers stay
          pseudonyms, whoever is named here.
        </p>
      )}
      {rows.map(({ key, creator }, index) => (
        <CreatorRow
          key={key}
          creator={creator}
          number={index + 1}
          isNew={key === added}
          onChange={(changed) => onChange(rows.with(index, { key, creator: changed }))}
          onRemove={() => {
            onChange(rows.toSpliced(index, 1));
            adder.current?.focus();
          }}
        />
      ))}
      {error && (
        <p role="alert" className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
      <Button
        ref={adder}
        size="small"
        icon="plus"
        disabled={rows.length >= MAX_CREATORS}
        onClick={() => {
          const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
          setAdded(key);
          onChange([...rows, { key, creator: nobody }]);
        }}
      >
        Creator
      </Button>
    </fieldset>
  );
}

function CreatorRow({
  creator,
  number,
  isNew,
  onChange,
  onRemove,
}: {
  creator: Creator;
  number: number;
  isNew: boolean;
  onChange: (creator: Creator) => void;
  onRemove: () => void;
}) {
  const named = creator.name.trim() === "" ? `creator ${number}` : nameOf(creator);
  const field = (part: keyof Creator) => ({
    value: creator[part] ?? "",
    maxLength: 200,
    onChange: ({ target }: { target: HTMLInputElement }) =>
      onChange({ ...creator, [part]: target.value }),
  });
  return (
    <fieldset className="min-w-0 rounded-md border border-line p-3">
      <legend className="sr-only">Creator {number}</legend>
      <div className="flex items-start gap-2">
        <div className="grid min-w-0 grow gap-3 sm:grid-cols-2">
          <TextField
            label="Family name, or organisation"
            required
            {...field("name")}
            ref={isNew ? focus : null}
          />
          <TextField label="Given names" {...field("given_names")} />
          <TextField
            label="ORCID"
            dir="ltr"
            placeholder="0000-0002-1825-0097"
            {...field("orcid")}
          />
          <TextField label="Affiliation" {...field("affiliation")} />
        </div>
        <IconButton
          icon="trash"
          label={`Remove ${named}`}
          onClick={onRemove}
          className="mt-6.5 shrink-0"
        />
      </div>
    </fieldset>
  );
}

const focus = (field: HTMLInputElement | null) => field?.focus();
