import type { AdjudicationItem } from "@/lib/api/adjudication";

export type ListFilter = {
  /** A round's number; null for all articles. */
  readonly round: number | null;
  readonly state: AdjudicationItem["state"] | null;
};

/** The address of the list, filtered. */
export function listAddress(project: string, { round, state }: ListFilter): string {
  const query = new URLSearchParams();
  if (round !== null) query.set("round", String(round));
  if (state !== null) query.set("state", state);
  return `/projects/${project}/adjudication${query.size > 0 ? `?${query}` : ""}`;
}

/** The address of the desk of an article. */
export function deskAddress(
  project: string,
  { article, version, current }: Pick<AdjudicationItem, "article" | "version" | "current">,
): string {
  return `/projects/${project}/adjudication/${article.id}${current ? "" : `?version=${version}`}`;
}
