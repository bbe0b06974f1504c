import { dayOf, mondayOf } from "../utc-days";
import { type SpanCounts, sumOf } from "./matching";

/** How far one piece of work agrees with another, by label, and when that was found. */
export type ScoredWork = {
  readonly scoredAt: Date;
  readonly counts: Readonly<Record<string, SpanCounts>>;
};

/** What some scored work comes to; every span weighs the same, whichever article it is in. */
export type Tally = {
  readonly articles: number;
  readonly total: SpanCounts;
  /** By the names of the labels. */
  readonly labels: readonly { readonly label: string; readonly counts: SpanCounts }[];
};

export function tallyOf(works: readonly Pick<ScoredWork, "counts">[]): Tally {
  const all = works.flatMap(({ counts }) => Object.entries(counts));
  const byLabel = Map.groupBy(all, ([label]) => label);
  return {
    articles: works.length,
    total: sumOf(all.map(([, counts]) => counts)),
    labels: [...byLabel]
      .map(([label, of]) => ({ label, counts: sumOf(of.map(([, counts]) => counts)) }))
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
  };
}

/** Week by week (UTC, from Monday on), the earliest first; weeks without work are left out. */
export function byWeek(
  works: readonly ScoredWork[],
): { readonly week: string; readonly articles: number; readonly total: SpanCounts }[] {
  return [...Map.groupBy(works, ({ scoredAt }) => mondayOf(dayOf(scoredAt)))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([week, of]) => {
      const { articles, total } = tallyOf(of);
      return { week, articles, total };
    });
}
