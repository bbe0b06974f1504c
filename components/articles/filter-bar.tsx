"use client";

import type { ReactNode, RefObject } from "react";
import type { ArticleSort, ArticleState } from "@/lib/domain/article-list";
import { articleSorts, articleStates, workStates } from "@/lib/domain/article-list";
import { Button } from "../ui/button";
import { Select } from "../ui/field";
import type { ListLabel } from "./initial-list";
import type { ListQuery } from "./list-query";
import { SearchBox } from "./search-box";
import { stateOfOthers, stateWords } from "./state-words";
import type { ChangeQuery } from "./use-list-query";

const sorts: Record<ArticleSort, string> = {
  newest: "Newest first",
  oldest: "Oldest first",
  published: "By date of publication",
  title: "By title",
};

/** Search, filters and order; on a wide screen it stays in view over the list. */
export function FilterBar({
  query,
  serial,
  change,
  labels,
  whose,
  mayAnnotate,
  isBusy,
  bar,
  input,
  onDown,
  more,
  onMore,
}: {
  query: ListQuery;
  /** Of the change that asked for it. */
  serial: number;
  change: ChangeQuery;
  labels: readonly ListLabel[];
  /** Whose work a link asked for, in words. */
  whose: string;
  mayAnnotate: boolean;
  isBusy: boolean;
  bar: RefObject<HTMLDivElement | null>;
  input: RefObject<HTMLInputElement | null>;
  onDown: () => void;
  /** Further filters; null while they are put away. */
  more: ReactNode;
  /** Shows them, or puts them away with what they filter by. */
  onMore: () => void;
}) {
  const { reviewer, from, until } = query;
  const offered = articleStates.filter(
    (state) =>
      state === query.state ||
      (state !== "compared" && (mayAnnotate || !workStates.some((own) => own === state))),
  );
  const nameOf = (state: ArticleState) => (reviewer ? stateOfOthers(state) : stateWords[state]);
  return (
    <div
      ref={bar}
      className="z-5 -mx-4 flex flex-wrap gap-2 bg-paper px-4 py-3 sm:sticky sm:top-(--shell-height) sm:-mx-6 sm:px-6"
    >
      <SearchBox
        q={query.q}
        serial={serial}
        change={change}
        isBusy={isBusy}
        input={input}
        onDown={onDown}
      />
      <div className="grid grow grid-cols-2 gap-2 sm:flex sm:grow-0">
        <Select
          label="State"
          hideLabel
          className="sm:w-42"
          value={query.state ?? ""}
          options={[
            { value: "", label: "Any state" },
            ...offered.map((state) => ({ value: state, label: nameOf(state) })),
          ]}
          onChange={({ target }) => {
            const state = articleStates.find((name) => name === target.value) ?? null;
            change({ state }, "push");
          }}
        />
        <Select
          label="Label"
          hideLabel
          className="sm:w-36"
          value={query.label ?? ""}
          options={[
            { value: "", label: "Any label" },
            ...labels.map(({ name }) => ({ value: name, label: name.replaceAll("_", " ") })),
          ]}
          onChange={({ target }) => change({ label: target.value || null }, "push")}
        />
        <Select
          label="Order"
          hideLabel
          className="sm:w-42"
          value={query.sort}
          options={articleSorts.map((sort) => ({ value: sort, label: sorts[sort] }))}
          onChange={({ target }) => {
            const sort = articleSorts.find((name) => name === target.value);
            if (sort) change({ sort }, "push");
          }}
        />
        <Button aria-expanded={more !== null} onClick={onMore}>
          {more === null ? "More filters" : "Fewer filters"}
        </Button>
      </div>
      {more && <div className="flex basis-full flex-wrap items-center gap-2">{more}</div>}
      {(reviewer || from || until) && (
        <p className="flex basis-full flex-wrap items-center gap-x-2 text-sm text-muted">
          <span>
            {reviewer && (
              <>
                Work of <bdi className="font-medium text-ink">{whose}</bdi>.{" "}
              </>
            )}
            {from && `From ${from} (UTC). `}
            {until && `Before ${until} (UTC). `}
          </span>
          <Button
            size="small"
            variant="quiet"
            onClick={() => change({ reviewer: null, from: null, until: null }, "push")}
          >
            Back to my own view
          </Button>
        </p>
      )}
    </div>
  );
}
