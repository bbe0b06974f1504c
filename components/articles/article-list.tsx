"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import type { ArticleTotals, Substitution } from "@/lib/api/articles";
import { counted, inFigures } from "@/lib/domain/figures";
import { Button, ButtonLink } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { Kbd } from "../ui/kbd";
import { LoadMore } from "../ui/load-more";
import { Notice } from "../ui/notice";
import { onDemand, useOnDemand } from "../ui/on-demand";
import { Spinner } from "../ui/spinner";
import { TextLink } from "../ui/text-link";
import { ArticleRows, type Rows } from "./article-rows";
import { FilterBar } from "./filter-bar";
import type { InitialList, ListLabel } from "./initial-list";
import { addressOf, everything, isNarrowed, type ListQuery } from "./list-query";
import { RowSkeletons } from "./row-skeletons";
import { useListQuery } from "./use-list-query";
import { type More, useListing } from "./use-listing";
import { none, useSelection } from "./use-selection";
import { useTotals } from "./use-totals";

/** A project's articles: searched, filtered, sorted, and fetched as far as one scrolls. */
export function ArticleList({
  project,
  initial,
  labels,
  whose,
  may,
}: {
  /** The slug. */
  project: string;
  initial: InitialList;
  labels: readonly ListLabel[];
  /** Of the reviewer whose work the page was asked for, in words. */
  whose: string;
  may: Readonly<Record<"annotate" | "import" | "delete" | "export", boolean>>;
}) {
  const { query, serial, change } = useListQuery(project, labels);
  const address = addressOf(query);
  const list = useListing(project, address, initial);
  const { listing, isStale, problem, more } = list;
  const [gone, setGone] = useState<ReadonlySet<string>>(none);
  const articles = useMemo(
    () => list.articles.filter(({ id }) => !gone.has(id)),
    [list.articles, gone],
  );
  const selection = useSelection(articles);
  const bar = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const rows = useRef<Rows | null>(null);
  useTopOfNewLists(listing?.number, listing?.place.scroll ?? null);

  const left = (listing?.count ?? 0) - (list.articles.length - articles.length);
  const total = more === "none" ? articles.length : Math.max(articles.length, left);
  const isExact = more === "none" || listing?.countIsExact === true;
  const totals = useTotals(project, !isNarrowed(query), { firstPage: listing?.pages[0], gone });
  const showAll = () => {
    change({ ...everything, sort: query.sort }, "push");
    input.current?.focus();
  };
  const Bar = useOnDemand(selectionBar, selection.ids.size > 0);
  const selected = Bar && (
    <Bar project={project} articles={articles} selection={selection} setGone={setGone} />
  );
  const Waiting = useOnDemand(notSearchable, (listing?.notSearchable ?? 0) > 0);
  const waiting = Waiting && listing && listing.notSearchable > 0 && (
    <Waiting
      key={listing.number}
      project={project}
      count={listing.notSearchable}
      onChange={() => query.q !== "" && list.restart()}
    />
  );
  const isNarrowedMore = Boolean(query.language ?? query.publisher ?? query.round);
  const [wantsMore, setWantsMore] = useState(isNarrowedMore); // and they stay when one takes the last off
  const showsMore = wantsMore || isNarrowedMore;
  const More = useOnDemand(moreFilters, showsMore, () => setWantsMore(false));
  const isEmpty = articles.length === 0 && more === "none";
  if (isEmpty && !isStale && problem === null && !isNarrowed(query)) {
    return (
      <>
        <NoArticles project={project} mayImport={may.import} />
        {selected}
      </>
    );
  }

  return (
    <>
      <FilterBar
        query={query}
        serial={serial}
        change={change}
        labels={labels}
        whose={whose}
        mayAnnotate={may.annotate}
        isBusy={isStale}
        bar={bar}
        input={input}
        onDown={() => rows.current?.enter()}
        more={
          showsMore ? (
            More ? (
              <More project={project} query={query} change={change} />
            ) : (
              <Spinner />
            )
          ) : null
        }
        onMore={() => {
          setWantsMore(!showsMore);
          if (showsMore) change({ language: null, publisher: null, round: null }, "push");
        }}
      />
      <div className="mb-2 flex min-h-6 items-center justify-between gap-4 px-0.5 text-sm text-muted">
        <p role="status" aria-label="Articles found">
          {problem !== null
            ? ""
            : isStale
              ? "Searching…"
              : totals
                ? totalsInWords(totals)
                : countInWords(total, isExact)}
        </p>
        {articles.length > 0 && problem === null && (
          <div className="flex items-center gap-4">
            <Keys selects={may.delete} />
            {may.export && isNarrowed(query) && (
              <TextLink href={`/projects/${project}/export${address}`} prefetch={false}>
                Export these
              </TextLink>
            )}
          </div>
        )}
      </div>
      {waiting}
      {problem !== null ? (
        <ErrorState
          title="The articles could not be listed"
          message={problem}
          action={<Button onClick={list.retry}>Try again</Button>}
        />
      ) : listing === null ? (
        <RowSkeletons />
      ) : isEmpty && isStale ? (
        <RowSkeletons />
      ) : isEmpty ? (
        <NothingMatches query={query} onShowAll={showAll} />
      ) : (
        <>
          <OtherWords instead={listing.instead} />
          <div className="overflow-clip rounded-lg border border-line bg-surface [&_li:last-child]:border-b-0">
            <ArticleRows
              key={listing.number}
              project={project}
              articles={articles}
              total={isExact ? total : -1}
              labels={labels}
              showsState={may.annotate}
              place={listing.place}
              isDimmed={isStale}
              bar={bar}
              rows={rows}
              onNearEnd={list.loadMore}
              onLeave={() => input.current?.focus()}
              onReturn={list.refresh}
              selected={selection.ids}
              onSelect={may.delete ? selection.select : null}
              onDelete={selection.ask}
            />
          </div>
          {!isStale && <End more={more} onLoad={list.loadMore} />}
        </>
      )}
      {selected}
    </>
  );
}

/** What can be done with several articles: most visits do without. */
const selectionBar = onDemand(async () => (await import("./selection-bar")).SelectionBar);

/** Of a project with several languages, publishers or rounds. */
const moreFilters = onDemand(async () => (await import("./more-filters")).MoreFilters);

/** Articles are not searchable only in the moments after they came in. */
const notSearchable = onDemand(async () => (await import("./not-searchable")).NotSearchable);

/** A list that was asked for in the middle of another begins at its beginning. */
function useTopOfNewLists(number: number | undefined, scroll: number | null) {
  const before = useRef(number);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where a list was left is read once
  useEffect(() => {
    if (before.current === number) return;
    before.current = number;
    if (scroll === null) window.scrollTo({ top: 0, behavior: "instant" });
  }, [number]);
}

function countInWords(total: number, isExact: boolean): string {
  if (!isExact) return `${inFigures(total)}+ articles`;
  return total === 0 ? "No articles" : counted(total, "article");
}

function totalsInWords({ articles, submitted, submitted_by }: ArticleTotals): string {
  const all = countInWords(articles, true);
  if (submitted === null) return all;
  const by = submitted_by === "reader" ? "by you" : "by at least one reviewer";
  return `${all}, ${inFigures(submitted)} submitted ${by}`;
}

function Keys({ selects }: { selects: boolean }) {
  return (
    <p aria-hidden="true" className="hidden items-center gap-1.5 md:flex pointer-coarse:hidden">
      <Kbd>J</Kbd>
      <Kbd>K</Kbd> move <span className="ms-1.5" />
      <Kbd>Enter</Kbd> opens
      {selects && (
        <>
          <span className="ms-1.5" />
          <Kbd>X</Kbd> selects
        </>
      )}
    </p>
  );
}

function OtherWords({ instead }: { instead: readonly Substitution[] }) {
  if (instead.length === 0) return null;
  return (
    <div className="mb-3">
      <Notice>
        {instead.map(({ word, words }) => (
          <p key={word}>
            No article has <bdi className="font-semibold">{word}</bdi>. These have{" "}
            {words.map((other, index) => (
              <span key={other}>
                {index > 0 && (index === words.length - 1 ? " or " : ", ")}
                <bdi className="font-semibold">{other}</bdi>
              </span>
            ))}
            .
          </p>
        ))}
      </Notice>
    </div>
  );
}

function End({ more, onLoad }: { more: More; onLoad: () => void }) {
  if (more === "none") return null;
  if (more === "failed") {
    return (
      <div role="alert" className="flex flex-wrap items-center justify-center gap-3 py-4">
        <span className="text-danger">More articles could not be fetched.</span>
        <Button size="small" onClick={onLoad}>
          Try again
        </Button>
      </div>
    );
  }
  return <LoadMore busy={more === "loading"} onLoad={onLoad} />;
}

function NothingMatches({ query, onShowAll }: { query: ListQuery; onShowAll: () => void }) {
  const narrowing = [
    query.q !== "" && "this search",
    isNarrowed({ ...query, q: "" }) && "these filters",
  ];
  return (
    <EmptyState
      icon="search"
      title="Nothing matches"
      action={<Button onClick={onShowAll}>Show all articles</Button>}
    >
      No article fits {narrowing.filter(Boolean).join(" and ")}.
    </EmptyState>
  );
}

function NoArticles({ project, mayImport }: { project: string; mayImport: boolean }) {
  return (
    <EmptyState
      title="No articles yet"
      action={
        mayImport ? (
          <ButtonLink href={`/projects/${project}/import`} variant="primary" icon="upload">
            Import articles
          </ButtonLink>
        ) : undefined
      }
    >
      {mayImport
        ? "Bring some in, as files of text, Markdown or JSONL."
        : "An admin of this project has to bring some in."}
    </EmptyState>
  );
}
