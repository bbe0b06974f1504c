"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { stateOfOthers, stateWords } from "@/components/articles/state-words";
import { Button, ButtonLink } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { RadioGroup } from "@/components/ui/choices";
import { Select } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { saveFile } from "@/components/ui/save-file";
import { TextLink } from "@/components/ui/text-link";
import type { ArticleFilterQuery } from "@/lib/api/articles";
import { failureIn } from "@/lib/api/client";
import { articleStates } from "@/lib/domain/article-list";
import { datasetName } from "@/lib/domain/dataset-name";
import { counted, inFigures } from "@/lib/domain/figures";
import type { DatasetPreview, Layer, UsualLayer } from "@/lib/domain/record";
import { type TagOverlap, tagOverlaps, tagOverlapsInWords } from "@/lib/domain/tag-overlap";
import { Scrollable } from "../ui/scrollable";

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

/** What a dataset is narrowed to, by the names that its address has for it. */
export type Narrowing = Readonly<Partial<Record<keyof ArticleFilterQuery | "annotator", string>>>;

/** Chooses what goes into a dataset, says how much that is, and downloads it. */
export function ExportForm({
  project,
  preview,
  formats,
  narrowing,
  whose,
}: {
  project: string;
  preview: DatasetPreview;
  /** In which datasets go out, our own first. */
  formats: readonly FormatChoice[];
  narrowing: Narrowing;
  /** The name of the reviewer whose work it is narrowed by; null where that is nobody in particular. */
  whose: string | null;
}) {
  const router = useRouter();
  const [named, setNamed] = useState("jsonl");
  /** The shape that was asked for; null for what is usual. */
  const [wanted, setWanted] = useState<string | null>(null);
  const [context, setContext] = useState("sentence");
  const [overlap, setOverlap] = useState<TagOverlap>("longest");
  const [omits, setOmits] = useState(false);
  const [layer, setLayer] = useState<Layer>(preview.usual);
  const [open, setOpen] = useState(false);
  const format = formats.find(({ name }) => name === named);
  const shape = format?.shapes.find(({ name }) => name === wanted) ?? format?.shapes[0];
  const hasReviewers = layer !== "gold";
  const includeOpen = hasReviewers && open;
  const texts = !(omits && shape?.mayOmitTexts === true);
  const ableTitles = formats
    .filter(({ shapes }) => shapes.some(({ mayOmitTexts }) => mayOmitTexts))
    .map(({ title }) => `“${title}”`);
  const losses = shape?.losses[shape.hasTags ? overlap : "longest"] ?? [];
  const hasContext = texts && (shape?.name === "span" || shape?.name === "pair");
  const size = preview.layers[layer][includeOpen ? "withOpen" : "finished"];
  const query = new URLSearchParams({ ...narrowing, format: named, layer });
  if (shape && shape.name !== format?.shapes[0]?.name) query.set("shape", shape.name);
  if (hasContext && context !== "sentence") query.set("context", context);
  if (shape?.hasTags && overlap !== "longest") query.set("overlap", overlap);
  if (!texts) query.set("texts", "false");
  if (includeOpen) query.set("include_open", "true");
  const href = `/api/v1/projects/${encodeURIComponent(project)}/export?${query}`;
  const extension = format?.extension ?? "";
  const nameWith = (ending: string) =>
    datasetName({ project, layer, shape: shape?.name ?? "article", texts, extension: ending });
  const file = nameWith(extension);
  const pageOf = (changed: Narrowing) => addressOf(project, changed);
  const { annotator = "" } = narrowing;
  return (
    <div className="space-y-6">
      <Articles
        project={project}
        narrowing={narrowing}
        whose={whose}
        pageOf={pageOf}
        count={preview.articles}
      />

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
        {preview.annotators.length > 1 && (
          <div className="mt-5 sm:max-w-sm">
            <Select
              label="Whose work"
              hint="By the pseudonyms that stand in datasets."
              value={annotator}
              onChange={({ target }) =>
                router.push(pageOf({ ...narrowing, annotator: target.value }))
              }
              options={[
                { value: "", label: "Everybody’s" },
                ...[...new Set([...preview.annotators, annotator])]
                  .filter((name) => name !== "")
                  .map((name) => ({ value: name, label: name.replaceAll(",", ", ") })),
              ]}
            />
          </div>
        )}
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
        <div className="grid gap-5 sm:grid-cols-2">
          <Select
            label="Format"
            value={named}
            onChange={(event) => setNamed(event.target.value)}
            options={formats.map(({ name, title }) => ({ value: name, label: title }))}
          />
          {format && format.shapes.length > 1 && (
            <Select
              label="Made of"
              value={shape?.name ?? ""}
              onChange={(event) => setWanted(event.target.value)}
              options={format.shapes.map(({ name, title }) => ({ value: name, label: title }))}
            />
          )}
          {hasContext && (
            <Select
              label="What goes along"
              hint={shape?.name === "span" ? "Around each span." : "Around both spans."}
              value={context}
              onChange={(event) => setContext(event.target.value)}
              options={contexts}
            />
          )}
          {shape?.hasTags && (
            <Select
              label="Spans of a label that overlap"
              hint="A token has one tag of a label."
              value={overlap}
              onChange={({ target }) => {
                const chosen = tagOverlaps.find((way) => way === target.value);
                if (chosen) setOverlap(chosen);
              }}
              options={tagOverlaps.map((way) => ({
                value: way,
                label: tagOverlapsInWords[way].title,
              }))}
            />
          )}
        </div>
        {format && shape && (
          <p className="mt-3 max-w-prose text-sm text-muted" aria-live="polite">
            {format.about}
            {format.shapes.length > 1 && ` ${shape.about}`}
            {shape.hasTags && ` ${tagOverlapsInWords[overlap].about}`}
            {losses.length > 0 && ` It has no place for ${inWords(losses)}.`}
          </p>
        )}
        <div className="mt-5 border-t border-line pt-5">
          <Checkbox
            label="Leave the texts out"
            hint={
              shape?.mayOmitTexts
                ? "For articles that you may not hand on: labels and where they stand, and a hash by which whoever has the texts puts them back (gainsay rehydrate). Notes and attributes stay, and may quote."
                : `This format is nothing without texts. What can go out without: ${inWords(ableTitles)}.`
            }
            checked={!texts}
            disabled={!shape?.mayOmitTexts}
            onChange={(event) => setOmits(event.target.checked)}
          />
        </div>
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
        {preview.articles === 0 && Object.keys(narrowing).length > 0 && (
          <div className="mt-4">
            <Notice>No article is like this. Take off what you can do without.</Notice>
          </div>
        )}
        {size.sets === 0 && preview.articles > 0 && (
          <div className="mt-4">
            <Notice>
              Nothing is annotated in this layer
              {annotator === "" ? "" : " by whom you chose"}: the articles go out without spans.{" "}
              {elsewhere[layer]}
            </Notice>
          </div>
        )}
        <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-2">
          {shape?.hasTags && overlap === "refuse" && preview.articles > 0 ? (
            <RefusableDownload key={href} href={href} file={file} />
          ) : (
            <DownloadButton href={href} disabled={preview.articles === 0} />
          )}
          <p className="text-sm text-muted">
            <span className="font-mono wrap-anywhere">{file}</span>:{" "}
            {counted(size.records, "article version")}
          </p>
        </div>
      </section>

      {(shape?.name ?? "article") === "article" && texts && (
        <Loading format={named} file={file} folder={nameWith("")} />
      )}
    </div>
  );
}

/** This page with what a dataset is narrowed to. */
function addressOf(project: string, narrowing: Narrowing): string {
  const said = Object.entries(narrowing).filter(([, value]) => value !== "");
  const query = new URLSearchParams(said);
  return `/projects/${encodeURIComponent(project)}/export${query.size > 0 ? `?${query}` : ""}`;
}

/** Which articles go out, and by what they were picked, each of which can be taken off. */
function Articles({
  project,
  narrowing,
  whose,
  pageOf,
  count,
}: {
  project: string;
  narrowing: Narrowing;
  whose: string | null;
  pageOf: (narrowing: Narrowing) => string;
  count: number;
}) {
  const { annotator: _, ...picked } = narrowing;
  const filters = filtersIn(picked, whose);
  const list = `/projects/${encodeURIComponent(project)}/articles`;
  return (
    <section
      aria-labelledby="which-articles"
      className="rounded-lg border border-line bg-surface p-4 sm:p-6"
    >
      <h2 id="which-articles" className="mb-1.5 text-sm font-medium">
        Articles
      </h2>
      {filters.length === 0 ? (
        <p>
          All of the project. <TextLink href={list}>Search or filter the list</TextLink> to export
          some of them.
        </p>
      ) : (
        <>
          <p>{counted(count, "article")} that the list shows for</p>
          <ul className="mt-2 flex flex-wrap gap-2">
            {filters.map(({ names, words }) => {
              const rest = Object.entries(narrowing).filter(
                ([name]) => !names.some((own) => own === name),
              );
              return (
                <li
                  key={names.join()}
                  className="flex min-w-0 items-center gap-1 rounded-md border border-line bg-sunken ps-3"
                >
                  <bdi className="min-w-0 wrap-anywhere">{words}</bdi>
                  <ButtonLink
                    href={pageOf(Object.fromEntries(rest))}
                    variant="quiet"
                    icon="close"
                    aria-label={`Without ${words}`}
                  />
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}

/** Filters as people read them; what makes sense together only is taken off together. */
function filtersIn(
  { q, state, label, reviewer, from, until, language, publisher, round }: Narrowing,
  whose: string | null,
): { readonly names: readonly (keyof Narrowing)[]; readonly words: string }[] {
  const known = articleStates.find((one) => one === state);
  const isOthers = reviewer !== undefined;
  const by = whose ?? (reviewer === "anyone" ? "anyone" : null);
  const stated = known && (isOthers ? stateOfOthers(known) : stateWords[known]);
  const days = [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(" ");
  const work = [stated, days && `first submitted ${days}`, by && `by ${by}`].filter(Boolean);
  return [
    ...(q ? [{ names: ["q"] as const, words: `“${q}”` }] : []),
    ...(stated || days
      ? [{ names: ["state", "reviewer", "from", "until"] as const, words: work.join(", ") }]
      : []),
    ...(label ? [{ names: ["label"] as const, words: `Label ${label}` }] : []),
    ...(language ? [{ names: ["language"] as const, words: `Language ${language}` }] : []),
    ...(publisher ? [{ names: ["publisher"] as const, words: `Publisher ${publisher}` }] : []),
    ...(round ? [{ names: ["round"] as const, words: `Round ${round}` }] : []),
  ];
}

/** What may stand around a span in its row. */
const contexts = [
  { value: "sentence", label: "The sentence" },
  ...[50, 100, 250, 1000].map((count) => ({
    value: String(count),
    label: `${inFigures(count)} characters on either side`,
  })),
];

/** What a dataset can go out in. */
type FormatChoice = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** The usual one first. */
  readonly shapes: readonly {
    readonly name: string;
    readonly title: string;
    readonly about: string;
    readonly losses: Readonly<Record<TagOverlap, readonly string[]>>;
    /** Whether it is asked what becomes of spans that overlap. */
    readonly hasTags: boolean;
    readonly mayOmitTexts: boolean;
  }[];
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

/** Fetches a dataset that may be refused for what is in it, so that the page can say why; else it is saved. */
function RefusableDownload({ href, file }: { href: string; file: string }) {
  const [isUnderWay, setUnderWay] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const download = async () => {
    setUnderWay(true);
    setRefused(null);
    try {
      const response = await fetch(href);
      if (response.ok) saveFile(file, await response.blob());
      else setRefused((await failureIn(response)).message);
    } catch {
      setRefused("The server did not answer. Please try again.");
    }
    setUnderWay(false);
  };
  return (
    <>
      {refused !== null && (
        <div className="basis-full pb-2">
          <Notice tone="danger">{refused}</Notice>
        </div>
      )}
      <Button variant="primary" icon="download" busy={isUnderWay} onClick={download}>
        Download
      </Button>
    </>
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
      <Scrollable
        label="Lines of Python"
        dir="ltr"
        className="overflow-x-auto rounded-lg border border-line bg-sunken p-4"
      >
        <pre className="font-mono text-sm leading-relaxed">{lines}</pre>
      </Scrollable>
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
