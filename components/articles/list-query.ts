import {
  type ArticleSort,
  type ArticleState,
  articleSorts,
  articleStates,
  MAX_QUERY_LENGTH,
} from "@/lib/domain/article-list";

/** Which articles are listed, in which order. The address holds it, so that a list can be shared. */
export type ListQuery = {
  readonly q: string;
  readonly state: ArticleState | null;
  readonly label: string | null;
  readonly sort: ArticleSort;
};

export const everything: ListQuery = { q: "", state: null, label: null, sort: "newest" };

/** What an address asks for; what it gets wrong counts as not said. */
export function readListQuery(
  params: URLSearchParams,
  labels: readonly { readonly name: string }[],
): ListQuery {
  const label = params.get("label");
  return {
    q: (params.get("q") ?? "").trim().slice(0, MAX_QUERY_LENGTH).toWellFormed(),
    state: articleStates.find((state) => state === params.get("state")) ?? null,
    label: labels.some(({ name }) => name === label) ? label : null,
    sort: articleSorts.find((sort) => sort === params.get("sort")) ?? everything.sort,
  };
}

/** The same as the search part of an address, without what goes without saying: "" or "?q=…". */
export function addressOf({ q, state, label, sort }: ListQuery): string {
  const params = new URLSearchParams();
  if (q !== "") params.set("q", q);
  if (state) params.set("state", state);
  if (label) params.set("label", label);
  if (sort !== everything.sort) params.set("sort", sort);
  return params.size > 0 ? `?${params}` : "";
}

/** Whether a list may leave articles out. */
export function isNarrowed({ q, state, label }: ListQuery): boolean {
  return q !== "" || state !== null || label !== null;
}
