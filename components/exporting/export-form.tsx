"use client";

import { useState } from "react";
import { Button, ButtonLink } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { RadioGroup } from "@/components/ui/choices";
import { Select } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { counted, inFigures } from "@/lib/domain/figures";
import type { DatasetPreview, Layer, UsualLayer } from "@/lib/domain/record";

const layerOptions: { value: Layer; label: string; hint: string }[] = [
  { value: "gold", label: "Gold", hint: "What curators settled: one set for each version." },
  {
    value: "reviewers",
    label: "Reviewers",
    hint: "What each reviewer submitted, side by side.",
  },
  {
    value: "all",
    label: "All",
    hint: "Gold, reviewers, and what was imported or suggested by a model.",
  },
];

/** Chooses what goes into a dataset, says how much that is, and downloads it. */
export function ExportForm({
  project,
  preview,
  formats,
}: {
  project: string;
  preview: DatasetPreview;
  /** In which datasets go out, our own first. */
  formats: readonly FormatChoice[];
}) {
  const [named, setNamed] = useState("jsonl");
  const format = formats.find(({ name }) => name === named);
  const [layer, setLayer] = useState<Layer>(preview.usual);
  const [open, setOpen] = useState(false);
  const hasReviewers = layer !== "gold";
  const includeOpen = hasReviewers && open;
  const size = preview.layers[layer][includeOpen ? "withOpen" : "finished"];
  const query = new URLSearchParams({ format: named, layer });
  if (includeOpen) query.set("include_open", "true");
  const href = `/api/v1/projects/${encodeURIComponent(project)}/export?${query}`;
  const file = `${project}-${layer}${format?.extension ?? ""}`;
  return (
    <div className="space-y-6">
      <section className="rounded-lg border border-line bg-surface p-4 sm:p-6">
        <RadioGroup
          label="Annotations"
          name="layer"
          options={layerOptions}
          value={layer}
          onValueChange={(value) => {
            const chosen = layerOptions.find((option) => option.value === value);
            if (chosen) setLayer(chosen.value);
          }}
        />
        <p className="mt-3 text-sm text-muted">{usualBecause[preview.usual]}</p>
        <div className="mt-5 border-t border-line pt-5">
          <Checkbox
            label="Include work that is not submitted"
            hint="A dataset usually holds finished work only."
            checked={includeOpen}
            disabled={!hasReviewers}
            onChange={(event) => setOpen(event.target.checked)}
          />
        </div>
      </section>

      <section className="rounded-lg border border-line bg-surface p-4 sm:p-6">
        <div className="sm:max-w-sm">
          <Select
            label="Format"
            value={named}
            onChange={(event) => setNamed(event.target.value)}
            options={formats.map(({ name, title }) => ({ value: name, label: title }))}
          />
        </div>
        {format && (
          <p className="mt-3 max-w-prose text-sm text-muted" aria-live="polite">
            {format.about}
            {format.losses.length > 0 && ` It has no place for ${inWords(format.losses)}.`}
          </p>
        )}
      </section>

      <section
        aria-label="The dataset"
        className="rounded-lg border border-line bg-surface p-4 sm:p-6"
      >
        <dl aria-live="polite" className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Figure name="Articles" value={preview.articles} />
          <Figure name="Annotated" value={size.annotated} />
          <Figure name="Annotation sets" value={size.sets} />
          <Figure name="Spans" value={size.spans} />
        </dl>
        {size.sets === 0 && preview.articles > 0 && (
          <div className="mt-4">
            <Notice>
              Nothing is annotated in this layer: the articles go out without spans.{" "}
              {elsewhere[layer]}
            </Notice>
          </div>
        )}
        <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-2">
          <DownloadButton href={href} disabled={preview.articles === 0} />
          <p className="text-sm text-muted">
            <span className="font-mono wrap-anywhere">{file}</span>:{" "}
            {counted(size.records, "article version")}
          </p>
        </div>
      </section>

      <Loading format={named} file={file} folder={`${project}-${layer}`} />
    </div>
  );
}

/** What a dataset can go out in. */
type FormatChoice = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly losses: readonly string[];
  readonly extension: string;
};

const inWords = (list: readonly string[]) =>
  new Intl.ListFormat("en", { type: "disjunction" }).format(list);

/** Why a layer is chosen before anybody chooses, and what it is for scripts that name none. */
const usualBecause: Record<UsualLayer, string> = {
  gold: "Gold is chosen where there is some, here as by API and command line.",
  reviewers:
    "There is no gold yet, so the reviewers’ work is chosen, here as by API and command line.",
};

/** Where there may be work if there is none in a layer. */
const elsewhere: Record<Layer, string> = {
  gold: "Reviewers has what was submitted, All what was imported too.",
  reviewers: "All has what was imported too.",
  all: "",
};

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="figures text-xl font-semibold">{inFigures(value)}</dd>
    </div>
  );
}

/** A link with `download`: the browser streams the answer to a file, however large. */
function DownloadButton({ href, disabled }: { href: string; disabled: boolean }) {
  return disabled ? (
    <Button variant="primary" icon="download" disabled>
      Download
    </Button>
  ) : (
    <ButtonLink variant="primary" icon="download" href={href} download prefetch={false}>
      Download
    </ButtonLink>
  );
}

/** What reads a format in Python, in three lines; all else has programs of its own that read it. */
const loading: Readonly<Record<string, (names: { file: string; folder: string }) => string>> = {
  jsonl: ({ file }) => `import json
articles = list(map(json.loads, open("${file}", encoding="utf-8")))
spans = [(s["label"], s["text"]) for a in articles for s in a["spans"]]`,
  parquet: ({ file }) => `import pandas as pd
articles = pd.read_parquet("${file}")
spans = pd.json_normalize(list(articles["spans"].explode().dropna()))`,
  dataset: ({ folder }) => `from datasets import load_dataset
articles = load_dataset("${folder}")["train"]
spans = [(s["label"], s["text"]) for a in articles for s in a["spans"]]`,
};

function Loading({ format, file, folder }: { format: string; file: string; folder: string }) {
  const lines = loading[format]?.({ file, folder });
  if (lines === undefined) return null;
  return (
    <section aria-labelledby="loading-it">
      <h2 id="loading-it" className="mb-2 text-lg font-semibold">
        Loading it in Python
      </h2>
      <pre
        dir="ltr"
        // Scrolls sideways, so the keyboard must reach it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
        tabIndex={0}
        className="overflow-x-auto rounded-lg border border-line bg-sunken p-4 font-mono text-sm leading-relaxed"
      >
        {lines}
      </pre>
      {format === "dataset" && (
        <p className="mt-2 text-sm text-muted">
          Unpack the archive first: <code className="font-mono wrap-anywhere">{folder}</code> is the
          folder in it, which is also what goes to Hugging Face. Read{" "}
          <code className="font-mono">README.md</code> and{" "}
          <code className="font-mono">DATA_STATEMENT.md</code> before it does: what only you know is
          asked there.
        </p>
      )}
      {format !== "jsonl" && (
        <p className="mt-2 text-sm text-muted">
          <code className="font-mono">meta</code> and{" "}
          <code className="font-mono">other_attributes</code> are JSON as text; the latter has what
          the scheme does not have now.
        </p>
      )}
      <p className="mt-2 text-sm text-muted">
        <code className="font-mono">start</code> and <code className="font-mono">end</code> count
        Unicode code points of <code className="font-mono">text</code> from 0, as Python does;{" "}
        <code className="font-mono">end</code> is the first after the span. A span of several
        fragments has its own range for each in <code className="font-mono">fragments</code>; its{" "}
        <code className="font-mono">start</code> and <code className="font-mono">end</code> are
        those of the first and the last, with what lies between them. Its{" "}
        <code className="font-mono">text</code> is only what the fragments cover, joined by a space.{" "}
        {format !== "parquet" && (
          <>
            Every line {format === "dataset" ? "of JSON " : ""}follows this{" "}
            <a
              className="text-accent underline hover:text-accent-strong"
              href="/api/v1/schemas/gainsay.article-2.schema.json"
            >
              JSON Schema
            </a>
            .{" "}
          </>
        )}
        An article comes in every version that has work on it, with the text, title and metadata of
        that version; without any, in its current one. Annotators go by stable pseudonyms; no name
        or e-mail is in the file, but the notes they wrote are.
      </p>
    </section>
  );
}
