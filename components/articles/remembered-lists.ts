import type { ListedArticle, Substitution } from "@/lib/api/articles";

/** The pages of a list that have been fetched. */
export type Listing = {
  /** Another one for each time a list is fetched from its beginning. */
  readonly number: number;
  readonly address: string;
  readonly pages: readonly ListedPage[];
  readonly count: number;
  readonly countIsExact: boolean;
  readonly instead: readonly Substitution[];
  /** How many articles no search found yet. */
  readonly notSearchable: number;
  /** Where the reader is in it; changed in place as they move. */
  readonly place: Place;
};

export type ListedPage = {
  /** What this page was asked for with; null for the first. */
  readonly cursor: string | null;
  readonly articles: readonly ListedArticle[];
  readonly next: string | null;
};

export type Place = {
  /** Of the window, in pixels; null until the list has been on the screen. */
  scroll: number | null;
  /** Where the list begins on the page, in pixels. */
  margin: number;
  /** The article the reader is at. */
  active: string | null;
  /** Of rows that have been drawn, in pixels, by article. */
  readonly heights: Map<string, number>;
};

/** Lists are kept while this tab lives, so that coming back from an article is coming back. */
const MOST_REMEMBERED = 20;
const lists = new Map<string, Listing>();
const keyOf = (project: string, address: string) => `${project} ${address}`;

export function remember(project: string, listing: Listing): void {
  const key = keyOf(project, listing.address);
  lists.delete(key);
  lists.set(key, listing);
  const [oldest] = lists.keys();
  if (lists.size > MOST_REMEMBERED && oldest !== undefined) lists.delete(oldest);
}

export function remembered(project: string, address: string): Listing | null {
  return lists.get(keyOf(project, address)) ?? null;
}

/** The address of the list that was shown last in this tab: "" or "?q=…". */
export function lastAddress(project: string): string {
  const last = [...lists].findLast(([key]) => key.startsWith(keyOf(project, "")));
  return last?.[1].address ?? "";
}

export function forget(project: string, address: string): void {
  lists.delete(keyOf(project, address));
}

/** The readings of the server that have been shown: where one comes again, it is out of date. */
const shown = new Set<string>();

export function isKnown(reading: string): boolean {
  return shown.has(reading);
}

export function markKnown(reading: string): void {
  shown.add(reading);
}
