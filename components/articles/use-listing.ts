"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ArticlePage, ListedArticle } from "@/lib/api/articles";
import { call } from "@/lib/api/client";
import type { InitialList } from "./initial-list";
import { askedBy, readListQuery } from "./list-query";
import {
  isKnown,
  type ListedPage,
  type Listing,
  markKnown,
  remember,
  remembered,
} from "./remembered-lists";

/** How far fetching more has come. */
export type More = "none" | "there" | "loading" | "failed";

/**
 * The list that an address asks for. While another one is being fetched, the last one stays; of
 * two answers only the one to the last question counts.
 */
export function useListing(project: string, address: string, initial: InitialList) {
  const [listing, setListing] = useState(() => startOf(project, address, initial));
  const [problem, setProblem] = useState<{ address: string; message: string } | null>(null);
  const [more, setMore] = useState<"idle" | "loading" | "failed">("idle");
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(listing);
  const loading = useRef<AbortController | null>(null);
  const refreshing = useRef<AbortController | null>(null);

  const show = useCallback(
    (next: Listing) => {
      latest.current = next;
      setListing(next);
      remember(project, next);
    },
    [project],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt is a reason to fetch again
  useEffect(() => {
    setMore("idle");
    setProblem(null);
    const controller = new AbortController();
    const { signal } = controller;
    const stop = () => {
      controller.abort();
      loading.current?.abort();
      loading.current = null;
      refreshing.current?.abort();
    };
    const isNew = !isKnown(initial.id);
    markKnown(initial.id);
    const current = latest.current;
    if (isNew && initial.address === address) {
      const isShown = current?.pages[0]?.articles === initial.page.articles;
      show(isShown ? current : listingOf(address, initial.page));
      return stop;
    }
    if (current?.address === address) {
      remember(project, current); // as the last one shown
      return stop;
    }
    const known = remembered(project, address);
    if (known) {
      show(known);
      return stop;
    }
    fetchPage(project, address, null, signal).then((answer) => {
      if (signal.aborted) return;
      if (answer.ok) show(listingOf(address, answer.value));
      else setProblem({ address, message: answer.message });
    });
    return stop;
  }, [project, address, initial.id, attempt, show]);

  const loadMore = useCallback(async () => {
    const current = latest.current;
    const cursor = current?.pages.at(-1)?.next;
    if (!current || !cursor || loading.current) return;
    refreshing.current?.abort();
    const controller = new AbortController();
    loading.current = controller;
    setMore("loading");
    const answer = await fetchPage(project, current.address, cursor, controller.signal);
    if (controller.signal.aborted) return;
    loading.current = null;
    setMore(answer.ok ? "idle" : "failed");
    if (answer.ok && latest.current === current) {
      show({ ...current, pages: [...current.pages, pageOf(cursor, answer.value)] });
    }
  }, [project, show]);

  /** Reads some rows again, after other pages or other people may have changed them. */
  const refresh = useCallback(
    async (from: number, to: number) => {
      const current = latest.current;
      if (!current || loading.current) return;
      refreshing.current?.abort();
      const controller = new AbortController();
      refreshing.current = controller;
      const pages = await readAgain(project, current, { from, to }, controller.signal);
      // Not if the list has gone on meanwhile, or is another.
      if (pages && latest.current === current) show({ ...current, pages });
    },
    [project, show],
  );

  /** Fetches the list again from its beginning: there may be more in it. */
  const restart = useCallback(async () => {
    const current = latest.current;
    if (!current || loading.current) return;
    refreshing.current?.abort();
    const controller = new AbortController();
    refreshing.current = controller;
    const answer = await fetchPage(project, current.address, null, controller.signal);
    if (answer.ok && latest.current === current) show(listingOf(current.address, answer.value));
  }, [project, show]);

  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  const articles = useMemo(() => articlesIn(listing?.pages ?? []), [listing?.pages]);
  const failed = problem?.address === address ? problem.message : null;
  const hasMore = listing !== null && listing.pages.at(-1)?.next !== null;
  const state: More = !hasMore ? "none" : more === "idle" ? "there" : more;
  return {
    listing,
    articles,
    /** Whether the list shown is not yet the one asked for. */
    isStale: listing?.address !== address && failed === null,
    problem: failed,
    more: state,
    retry,
    loadMore,
    refresh,
    restart,
  };
}

/** The articles of all pages, each once: one that moved meanwhile may be on two of them. */
function articlesIn(pages: readonly ListedPage[]): readonly ListedArticle[] {
  const all = pages.flatMap(({ articles }) => articles);
  return [...new Map(all.map((article) => [article.id, article])).values()];
}

function startOf(project: string, address: string, initial: InitialList): Listing | null {
  const known = isKnown(initial.id) ? remembered(project, address) : null;
  if (known) return known;
  return initial.address === address ? listingOf(address, initial.page) : null;
}

let listings = 0;

function listingOf(address: string, page: ArticlePage): Listing {
  listings += 1;
  return {
    number: listings,
    address,
    pages: [pageOf(null, page)],
    count: page.count ?? page.articles.length,
    countIsExact: page.count_is_exact ?? false,
    instead: page.instead,
    notSearchable: page.not_searchable ?? 0,
    place: { scroll: null, margin: 0, active: null, heights: new Map() },
  };
}

function pageOf(cursor: string | null, { articles, next_cursor }: ArticlePage): ListedPage {
  return { cursor, articles, next: next_cursor };
}

function fetchPage(project: string, address: string, cursor: string | null, signal: AbortSignal) {
  const query = askedBy(readListQuery(new URLSearchParams(address), null));
  return call("GET /projects/{project}/articles", {
    path: { project },
    query: { ...query, ...(cursor === null ? {} : { cursor }) },
    signal,
  });
}

/**
 * The pages of a list, those between two rows read again. Where one ends elsewhere now, what came
 * after it is left out, to be fetched when it is looked at.
 *
 * @returns null if one could not be read: what is shown stays
 */
async function readAgain(
  project: string,
  { address, pages }: Listing,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): Promise<ListedPage[] | null> {
  const result: ListedPage[] = [];
  let row = 0;
  for (const page of pages) {
    const start = row;
    row += page.articles.length;
    if (row <= from || start > to) {
      result.push(page);
      continue;
    }
    const answer = await fetchPage(project, address, page.cursor, signal);
    if (signal.aborted || !answer.ok) return null;
    const again = pageOf(page.cursor, answer.value);
    result.push(again);
    if (again.next === page.next) continue;
    if (row > to) return result;
    // The rest of the screen is on what follows now.
    let next = again.next;
    while (next !== null && result.reduce((sum, { articles }) => sum + articles.length, 0) <= to) {
      const following = await fetchPage(project, address, next, signal);
      if (signal.aborted || !following.ok) return null;
      result.push(pageOf(next, following.value));
      next = following.value.next_cursor;
    }
    return result;
  }
  return result;
}
