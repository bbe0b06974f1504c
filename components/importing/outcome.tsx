"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { call } from "../people/call";
import { Badge } from "../ui/badge";
import { Button, ButtonLink, TextLink } from "../ui/button";
import { LoadMore } from "../ui/load-more";
import { ProgressBar } from "../ui/progress";
import { EmptyState, Notice } from "../ui/state";
import { Cell, HeaderCell, Table } from "../ui/table";
import {
  counted,
  countOf,
  type ImportItem,
  type ImportRun,
  inFigures,
  isOver,
  type Outcome,
  outcomes,
  outcomeTones,
  placeIn,
} from "./shapes";

/** Milliseconds between two looks at an import that runs. */
const LOOK_EVERY = 1000;

type Listed = { readonly items: readonly ImportItem[]; readonly next_cursor: string | null };

/** An import: how far it is, and what became of each article. */
export function ImportOutcome({
  project,
  initial,
  first,
}: {
  /** Its slug. */
  project: string;
  initial: ImportRun;
  /** The first of its items; empty while it runs. */
  first: Listed;
}) {
  const path = `/api/v1/projects/${project}/imports/${initial.id}` as const;
  const [run, setRun] = useState(initial);
  const [lost, setLost] = useState(false);
  const over = isOver(run);
  const look = useEffectEvent(async () => {
    const answer = await call<ImportRun>("GET", path);
    setLost(!answer.ok);
    if (answer.ok) setRun(answer.value);
  });
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [over]);
  const items = outcomes.reduce((sum, outcome) => sum + countOf(run, outcome), 0);
  return (
    <>
      <div aria-live="polite">
        {!over && (
          <div className="mb-6 rounded-lg border border-line bg-surface p-4 sm:p-6">
            <ProgressBar
              label={run.state === "running" ? "Importing" : "Waiting for its turn"}
              value={run.state === "running" ? run.progress : null}
              max={1}
              detail={`${counted(items, "article")} so far`}
            />
            <p className="mt-3 text-sm text-muted">
              You may leave this page: the import goes on, and stands in the list of imports.
            </p>
          </div>
        )}
        {lost && <Notice tone="warn">Gainsay cannot be reached at the moment.</Notice>}
        {run.failure && (
          <div className="mb-6">
            <Notice tone="danger">{run.failure}</Notice>
          </div>
        )}
        {run.state === "done" && (
          <div className="mb-6">
            <Notice tone={run.rejected_count > 0 ? "warn" : "ok"}>{summaryOf(run)}</Notice>
          </div>
        )}
      </div>
      {over && items > 0 && <Items project={project} path={path} run={run} first={first} />}
      {over && (
        <div className="mt-6 flex flex-wrap gap-2">
          <ButtonLink href={`/projects/${project}/articles`} variant="primary">
            To the articles
          </ButtonLink>
          <ButtonLink href={`/projects/${project}/import`}>Import more</ButtonLink>
        </div>
      )}
    </>
  );
}

function summaryOf(run: ImportRun): string {
  const parts = outcomes
    .filter((outcome) => countOf(run, outcome) > 0)
    .map((outcome) => `${inFigures(countOf(run, outcome))} ${outcome}`);
  return parts.length > 0 ? `Done: ${parts.join(", ")}.` : "Done: there was nothing in it.";
}

/** What became of each article, all of them or those with one outcome. */
function Items({
  project,
  path,
  run,
  first,
}: {
  project: string;
  path: `/api/${string}`;
  run: ImportRun;
  first: Listed;
}) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [listed, setListed] = useState<Listed | null>(first.items.length > 0 ? first : null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function load(chosen: Outcome | null, from: Listed | null) {
    setBusy(true);
    setTrouble(null);
    const query = new URLSearchParams();
    if (chosen) query.set("outcome", chosen);
    if (from?.next_cursor) query.set("cursor", from.next_cursor);
    const answer = await call<Listed>("GET", `${path}/items?${query}`);
    setBusy(false);
    if (!answer.ok) setTrouble(answer.message);
    else setListed({ ...answer.value, items: [...(from?.items ?? []), ...answer.value.items] });
  }
  const loadFirst = useEffectEvent(() => {
    if (listed === null && !busy) void load(outcome, null);
  });
  useEffect(() => loadFirst(), []);

  function choose(chosen: Outcome | null) {
    setOutcome(chosen);
    setListed(null);
    void load(chosen, null);
  }

  const all = outcomes.reduce((sum, one) => sum + countOf(run, one), 0);
  const choices = [null, ...outcomes.filter((one) => countOf(run, one) > 0)];
  return (
    <>
      {choices.length > 2 && (
        <fieldset className="mb-3 flex flex-wrap gap-2">
          <legend className="sr-only">Show the articles that were</legend>
          {choices.map((one) => (
            <Button
              key={one ?? "all"}
              size="small"
              variant={outcome === one ? "primary" : "secondary"}
              aria-pressed={outcome === one}
              onClick={() => choose(one)}
            >
              {one ?? "all"}
              <span className="figures opacity-80">
                {inFigures(one === null ? all : countOf(run, one))}
              </span>
            </Button>
          ))}
        </fieldset>
      )}
      {trouble && <Notice tone="danger">{trouble}</Notice>}
      {listed && listed.items.length === 0 ? (
        <EmptyState title="There is nothing to show" />
      ) : (
        <Table label="What became of each article">
          <thead>
            <tr>
              <HeaderCell>Outcome</HeaderCell>
              <HeaderCell className="w-full">Article</HeaderCell>
              <HeaderCell className="hidden sm:table-cell">File</HeaderCell>
            </tr>
          </thead>
          <tbody>
            {listed?.items.map((item) => (
              <ItemRow key={item.item} project={project} item={item} />
            ))}
          </tbody>
        </Table>
      )}
      {listed?.next_cursor && !trouble && (
        <LoadMore busy={busy} onLoad={() => void load(outcome, listed)} />
      )}
    </>
  );
}

function ItemRow({ project, item }: { project: string; item: ImportItem }) {
  const place = placeIn(item);
  const file = (
    <>
      <bdi className="wrap-anywhere">{item.path}</bdi>
      {place && <span className="figures block whitespace-nowrap">{place}</span>}
    </>
  );
  return (
    <tr>
      <Cell>
        <Badge tone={outcomeTones[item.outcome]}>{item.outcome}</Badge>
      </Cell>
      <Cell className="wrap-anywhere sm:min-w-56">
        {item.article_id ? (
          <TextLink
            href={`/projects/${project}/articles/${item.article_id}`}
            prefetch={false} // there are hundreds, and few are opened
          >
            <bdi>{item.title}</bdi>
          </TextLink>
        ) : (
          <span dir="auto">{item.reason}</span>
        )}
        <div className="mt-0.5 text-sm text-muted sm:hidden">{file}</div>
      </Cell>
      <Cell className="hidden max-w-72 min-w-32 text-sm text-muted sm:table-cell">{file}</Cell>
    </tr>
  );
}
