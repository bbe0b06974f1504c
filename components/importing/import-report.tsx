"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { call } from "@/lib/api/client";
import type { Import, ImportItem, ImportItemPage } from "@/lib/api/imports";
import { counted, inFigures } from "@/lib/domain/figures";
import { importOutcomes } from "@/lib/domain/imports";
import { UndoImport } from "../trash/undo-import";
import { Badge } from "../ui/badge";
import { Button, ButtonLink } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { LoadMore } from "../ui/load-more";
import { Notice } from "../ui/notice";
import { ProgressBar } from "../ui/progress";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { WarningList } from "./warning-list";
import {
  choiceNames,
  countOf,
  countOfChoice,
  type ItemChoice,
  isOver,
  itemChoices,
  outcomeTones,
  placeIn,
} from "./wording";

/** Milliseconds between two looks at an import that runs. */
const LOOK_EVERY = 1000;

/** An import: how far it is, and what became of each article. */
export function ImportReport({
  project,
  initial,
  first,
}: {
  /** Its slug. */
  project: string;
  initial: Import;
  /** The first of its items; empty while it runs. */
  first: ImportItemPage;
}) {
  const [run, setRun] = useState(initial);
  const [lost, setLost] = useState(false);
  const [resuming, setResuming] = useState(false);
  // What the server drew of an import that failed is not all of it, once that goes on.
  const [isResumed, setIsResumed] = useState(false);
  const over = isOver(run);
  const look = useEffectEvent(async () => {
    const answer = await call("GET /projects/{project}/imports/{id}", {
      path: { project, id: initial.id },
    });
    setLost(!answer.ok);
    if (answer.ok) setRun(answer.value);
  });
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [over]);
  async function resume() {
    setResuming(true);
    const answer = await call("POST /projects/{project}/imports/{id}/resume", {
      path: { project, id: initial.id },
    });
    setResuming(false);
    if (!answer.ok) return toast.error(answer.message);
    setIsResumed(true);
    setRun(answer.value);
  }
  const items = importOutcomes.reduce((sum, outcome) => sum + countOf(run, outcome), 0);
  return (
    <>
      <div aria-live="polite">
        {!over && (
          <div className="mb-6 rounded-lg border border-line bg-surface p-4 sm:p-6">
            {run.waiting_pages > 0 ? (
              <ProgressBar
                label="Fetching the pages"
                value={run.progress}
                max={1}
                detail={`${inFigures(run.files - run.waiting_pages)} of ${counted(run.files, "page")}`}
              />
            ) : (
              <ProgressBar
                label={run.state === "running" ? "Importing" : "Waiting for its turn"}
                value={run.state === "running" ? run.progress : null}
                max={1}
                detail={`${counted(items, "article")} so far`}
              />
            )}
            <p className="mt-3 text-sm text-muted">
              You may leave this page: the import goes on, and stands in the list of imports.
            </p>
          </div>
        )}
        {lost && <Notice tone="warn">Gainsay cannot be reached at the moment.</Notice>}
        {run.failure && (
          <div className="mb-6">
            <Notice tone="danger">
              {run.failure}
              {run.resumable && (
                <>
                  <span className="mt-1 block">
                    Its files are kept: it can go on where it stopped. What is in stays.
                  </span>
                  <Button className="mt-3" busy={resuming} onClick={() => void resume()}>
                    Take it up again
                  </Button>
                </>
              )}
            </Notice>
          </div>
        )}
        {run.undone_at && (
          <div className="mb-6">
            <Notice>
              This import was undone <TimeAgo at={run.undone_at} />. What it created is in the{" "}
              <TextLink href="/trash">trash</TextLink> for 30 days.
            </Notice>
          </div>
        )}
        {run.state === "done" && run.undone_at === null && (
          <div className="mb-6">
            <Notice tone={run.rejected_count + run.warned_count > 0 ? "warn" : "ok"}>
              <bdi>{summaryOf(run)}</bdi>
            </Notice>
          </div>
        )}
      </div>
      {over && items > 0 && (
        <Items
          project={project}
          run={run}
          first={isResumed ? { items: [], next_cursor: null } : first}
        />
      )}
      {over && (
        <div className="mt-6 flex flex-wrap gap-2">
          <ButtonLink href={`/projects/${project}/articles`} variant="primary">
            To the articles
          </ButtonLink>
          <ButtonLink href={`/projects/${project}/import`}>Import more</ButtonLink>
          {run.undone_at === null && run.created + run.updated > 0 && (
            <UndoImport project={project} importId={run.id} onUndone={() => void look()} />
          )}
        </div>
      )}
    </>
  );
}

function summaryOf(run: Import): string {
  const parts = importOutcomes
    .filter((outcome) => countOf(run, outcome) > 0)
    .map((outcome) => `${inFigures(countOf(run, outcome))} ${outcome}`);
  if (run.warned_count > 0) parts.push(`${inFigures(run.warned_count)} with warnings`);
  return parts.length > 0 ? `Done: ${parts.join(", ")}.` : "Done: there was nothing in it.";
}

/** What became of each article, all of them or those with one outcome. */
function Items({ project, run, first }: { project: string; run: Import; first: ImportItemPage }) {
  const [outcome, setOutcome] = useState<ItemChoice | null>(null);
  const [isFirst, setIsFirst] = useState(first.items.length > 0);
  const all = importOutcomes.reduce((sum, one) => sum + countOf(run, one), 0);
  const choices = [null, ...itemChoices.filter((one) => countOfChoice(run, one) > 0)];
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
              onClick={() => {
                setOutcome(one);
                setIsFirst(false);
              }}
            >
              {one === null ? "all" : choiceNames[one]}
              <span className="figures opacity-80">
                {inFigures(one === null ? all : countOfChoice(run, one))}
              </span>
            </Button>
          ))}
        </fieldset>
      )}
      <ItemTable
        key={outcome ?? "all"}
        project={project}
        importId={run.id}
        outcome={outcome}
        first={isFirst ? first : null}
      />
    </>
  );
}

function ItemTable({
  project,
  importId,
  outcome,
  first,
}: {
  project: string;
  importId: string;
  outcome: ItemChoice | null;
  first: ImportItemPage | null;
}) {
  const { items, ...list } = useCollection({
    of: "items",
    first,
    idOf: ({ item }: ImportItem) => String(item),
    load: (cursor) =>
      call("GET /projects/{project}/imports/{id}/items", {
        path: { project, id: importId },
        query: { outcome: outcome ?? undefined, sort: "trouble", cursor },
      }),
  });
  return (
    <>
      {list.failure !== null && <Notice tone="danger">{list.failure}</Notice>}
      {items?.length === 0 ? (
        <EmptyState title="There is nothing to show" />
      ) : (
        <Table
          label="What became of each article"
          columns={[
            "Outcome",
            { name: "Article", className: "w-full" },
            { name: "File", wide: true },
          ]}
        >
          {items?.map((item) => (
            <ItemRow key={item.item} project={project} item={item} />
          ))}
        </Table>
      )}
      {list.hasMore && <LoadMore busy={list.busy} onLoad={list.loadMore} />}
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
          <span dir="auto">{item.reason ?? <span className="text-muted">Deleted since</span>}</span>
        )}
        <WarningList warnings={item.warnings} />
        <div className="mt-0.5 text-sm text-muted sm:hidden">{file}</div>
      </Cell>
      <Cell className="hidden max-w-72 min-w-32 text-sm text-muted sm:table-cell">{file}</Cell>
    </tr>
  );
}
