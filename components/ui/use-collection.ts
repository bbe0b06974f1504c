"use client";

import { useEffect, useEffectEvent, useState } from "react";
import type { Answer } from "@/lib/api/client";

/** A page of a list as the API answers it: its items under a name of their own, and where it goes on. */
type Page<Name extends string, Item> = { readonly [Key in Name]: readonly Item[] } & {
  readonly next_cursor: string | null;
};

/**
 * A list that the server has begun and the browser goes on with, page by page. Another list needs
 * another `key` of its component.
 *
 * @param first the first page; null to fetch it too
 * @param load the page at a cursor, or the first one
 */
export function useCollection<Name extends string, Item extends object>({
  of,
  first,
  idOf,
  load,
}: {
  /** What the items are called in a page. */
  of: Name;
  first: Page<Name, Item> | null;
  idOf: (item: Item) => string;
  load: (cursor: string | undefined) => Promise<Answer<Page<Name, Item>>>;
}) {
  const [more, setMore] = useState<readonly Page<Name, Item>[]>([]);
  /** Items as they are now, by id; null for those that are gone. */
  const [changed, setChanged] = useState<ReadonlyMap<string, Item | null>>(new Map());
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const pages = first ? [first, ...more] : more;
  const cursor = pages.at(-1)?.next_cursor;

  async function loadMore() {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    const answer = await load(cursor ?? undefined);
    setBusy(false);
    if (answer.ok) setMore((before) => [...before, answer.value]);
    else setFailure(answer.message);
  }
  const loadFirst = useEffectEvent(() => {
    if (pages.length === 0) void loadMore();
  });
  useEffect(() => loadFirst(), []);

  return {
    /** Those fetched so far; null before the first page is there. */
    items:
      pages.length === 0
        ? null
        : pages.flatMap((page) =>
            page[of].flatMap((item) => {
              const now = changed.get(idOf(item));
              return now === null ? [] : (now ?? item);
            }),
          ),
    /** Whether there is more to ask for: not where the last time failed. */
    hasMore: typeof cursor === "string" && failure === null,
    busy,
    /** Why a page could not be fetched, in words to show. */
    failure,
    loadMore: () => void loadMore(),
    /** Puts items as they are now in the place of those with their ids. */
    update: (items: readonly Item[]) =>
      setChanged(
        (before) => new Map([...before, ...items.map((item) => [idOf(item), item] as const)]),
      ),
    /** Takes an item out that is gone. */
    remove: (item: Item) => setChanged((before) => new Map([...before, [idOf(item), null]])),
  };
}
