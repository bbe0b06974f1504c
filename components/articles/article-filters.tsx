"use client";

import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { Select, TextField } from "@/components/ui/field";
import { Spinner } from "@/components/ui/progress";
import { type ArticleSort, type ArticleState, MAX_QUERY_LENGTH } from "@/lib/domain/article-list";
import type { ListContext, ListQuery } from "./shapes";

/** How long typing rests before the list follows, in milliseconds. */
const REST = 250;

const sorts: { value: ArticleSort; label: string }[] = [
  { value: "newest", label: "Newest import first" },
  { value: "oldest", label: "Oldest import first" },
  { value: "published", label: "Latest published first" },
  { value: "title", label: "By title" },
];

const ownStates: { value: ArticleState; label: string }[] = [
  { value: "new", label: "New to me" },
  { value: "open", label: "Open: I began" },
  { value: "submitted", label: "Submitted by me" },
];
const anyStates: { value: ArticleState; label: string }[] = [
  { value: "annotated", label: "With annotations" },
  { value: "unannotated", label: "Without annotations" },
];

/** The search box and what narrows and orders the list. */
export function ArticleFilters({
  query,
  context,
  busy,
  searchBox,
  onChange,
  onLeave,
}: {
  query: ListQuery;
  context: ListContext;
  busy: boolean;
  searchBox: RefObject<HTMLInputElement | null>;
  /** `typing` while a word is being written, so that the way back has no stop for each letter. */
  onChange: (query: ListQuery, how: { typing: boolean }) => void;
  /** The reader goes on from the box into the list. */
  onLeave: () => void;
}) {
  const [typed, setTyped] = useState(query.q);
  const sent = useRef(query.q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (query.q === sent.current) return; // our own change has come back
    sent.current = query.q;
    setTyped(query.q);
  }, [query.q]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const send = (q: string) => {
    clearTimeout(timer.current);
    if (q === sent.current) return;
    sent.current = q;
    onChange({ ...query, q }, { typing: true });
  };
  const change = (part: Partial<ListQuery>) => {
    clearTimeout(timer.current);
    sent.current = typed;
    onChange({ ...query, q: typed, ...part }, { typing: false });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") send(typed);
    else if (event.key === "ArrowDown") {
      event.preventDefault();
      onLeave();
    } else if (event.key === "Escape" && typed !== "") {
      event.preventDefault();
      setTyped("");
      send("");
    }
  };

  return (
    <search className="mb-4 flex flex-wrap gap-3">
      <div className="relative w-full grow basis-64 sm:w-auto">
        <TextField
          ref={searchBox}
          type="search"
          label="Search titles and texts"
          hideLabel
          placeholder="Search titles and texts  ( / )"
          aria-keyshortcuts="/"
          autoComplete="off"
          spellCheck={false}
          maxLength={MAX_QUERY_LENGTH}
          value={typed}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            const { value } = event.target;
            setTyped(value);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => send(value), REST);
          }}
        />
        {busy && (
          <span className="pointer-events-none absolute end-9 top-2.5 text-muted">
            <Spinner size={18} />
          </span>
        )}
      </div>
      <Select
        label="State"
        hideLabel
        className="grow sm:grow-0"
        value={query.state}
        options={[
          { value: "", label: "Any state" },
          ...(context.mayAnnotate ? ownStates : []),
          ...anyStates,
        ]}
        // The values are those of the options.
        onChange={(event) => change({ state: event.target.value as ListQuery["state"] })}
      />
      <Select
        label="Label"
        hideLabel
        className="grow sm:grow-0"
        value={query.label}
        options={[
          { value: "", label: "Any label" },
          ...context.labels.map(({ name }) => ({ value: name, label: `With ${name}` })),
        ]}
        onChange={(event) => change({ label: event.target.value })}
      />
      <Select
        label="Order"
        hideLabel
        className="grow sm:grow-0"
        value={query.sort}
        options={sorts}
        onChange={(event) => change({ sort: event.target.value as ArticleSort })}
      />
    </search>
  );
}
