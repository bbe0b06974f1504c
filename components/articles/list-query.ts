import type { ArticleListQuery } from "@/lib/api/articles";
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
  /** Whose work the state is about: a user's id, or "anyone"; null for the reader's own. */
  readonly reviewer: string | null;
  /** Days of submitting, UTC, such as "2026-11-27"; `until` is the day after the last. */
  readonly from: string | null;
  readonly until: string | null;
  /** Without region and script; "und" for articles without one. */
  readonly language: string | null;
  readonly publisher: string | null;
  /** The number of a round. */
  readonly round: number | null;
  readonly sort: ArticleSort;
};

export const everything: ListQuery = {
  q: "",
  state: null,
  label: null,
  reviewer: null,
  from: null,
  until: null,
  language: null,
  publisher: null,
  round: null,
  sort: "newest",
};

const reviewers = /^(anyone|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const tags = /^[^\0]{1,100}$/;
const publishers = /^(?=.*\S)[^\0]{1,2000}$/s;
const numbers = /^[1-9]\d{0,8}$/;
const days = /^\d{4}-\d\d-\d\d$/;

/** What stands in an address, where it is of a form. */
function said(value: string | null, form: RegExp): string | null {
  return value?.isWellFormed() && form.test(value) ? value : null;
}

/**
 * What an address asks for; what it gets wrong counts as not said.
 *
 * @param labels those there are; null where the address is one of {@link addressOf}
 */
export function readListQuery(
  params: URLSearchParams,
  labels: readonly { readonly name: string }[] | null,
): ListQuery {
  const label = params.get("label");
  return {
    q: (params.get("q") ?? "").trim().slice(0, MAX_QUERY_LENGTH).toWellFormed(),
    state: articleStates.find((state) => state === params.get("state")) ?? null,
    label: labels === null || labels.some(({ name }) => name === label) ? label : null,
    reviewer: said(params.get("reviewer"), reviewers),
    from: said(params.get("from"), days),
    until: said(params.get("until"), days),
    language: said(params.get("language"), tags),
    publisher: said(params.get("publisher"), publishers),
    round: Number(said(params.get("round"), numbers)) || null,
    sort: articleSorts.find((sort) => sort === params.get("sort")) ?? everything.sort,
  };
}

/** The same as the search part of an address, without what goes without saying: "" or "?q=…". */
export function addressOf(query: ListQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(askedBy(query))) {
    if (value !== undefined) params.set(name, String(value));
  }
  return params.size > 0 ? `?${params}` : "";
}

/** A query as the API is asked it, without what goes without saying. */
export function askedBy(query: ListQuery): ArticleListQuery {
  const { q, state, label, reviewer, from, until, language, publisher, round, sort } = query;
  return {
    q: q || undefined,
    state: state ?? undefined,
    label: label ?? undefined,
    reviewer: reviewer ?? undefined,
    from: from ?? undefined,
    until: until ?? undefined,
    language: language ?? undefined,
    publisher: publisher ?? undefined,
    round: round ?? undefined,
    sort: sort === everything.sort ? undefined : sort,
  };
}

/** Whether a list may leave articles out. */
export function isNarrowed(query: ListQuery): boolean {
  return addressOf({ ...query, sort: everything.sort }) !== "";
}

/** A change of the address: "push" makes a step of the browser's history, "replace" does not. */
export type AddressWrite = { readonly address: string; readonly how: "push" | "replace" };

/**
 * Writes the address one change at a time. When the router draws a page, it writes that page's
 * address once more: over a newer one, if there is one by then. So the next change waits until the
 * last one was drawn; what replaces a change that waits takes its place.
 */
export class AddressWriter {
  /** What was written and not drawn yet. */
  #written: string | null = null;
  #waiting: AddressWrite[] = [];

  /** @returns what is to be written now; null if it has to wait */
  change(write: AddressWrite): AddressWrite | null {
    const before = this.#waiting.at(-1);
    if (before && write.how === "replace") {
      this.#waiting[this.#waiting.length - 1] = { ...write, how: before.how };
    } else this.#waiting.push(write);
    return this.#written === null ? this.#next() : null;
  }

  /**
   * The router has drawn the page of an address.
   *
   * @returns whether it was written here, and what is to be written now; of another address than the
   *   one under way, nothing that waits is: somebody went elsewhere
   */
  drawn(address: string): { isOurs: boolean; due: AddressWrite | null } {
    if (address !== this.#written) {
      this.forget();
      return { isOurs: false, due: null };
    }
    this.#written = null;
    return { isOurs: true, due: this.#next() };
  }

  /** Gives up what is under way and what waits. */
  forget(): void {
    this.#written = null;
    this.#waiting = [];
  }

  #next(): AddressWrite | null {
    const due = this.#waiting.shift() ?? null;
    this.#written = due?.address ?? null;
    return due;
  }
}
