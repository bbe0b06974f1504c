import { keptUnder } from "../span";
import { countsByLabel, f1Of, type Markable, type SpanCounts, sumOf } from "./matching";

/** How far two reviewers or more agree on the spans of one article. */
export type SpanAgreement = {
  /** Null for all labels together. */
  readonly label: string | null;
  /** From 0, nothing in common, to 1; null where nobody marked anything, which says nothing on agreeing. */
  readonly exact: number | null;
  /** The same, where it is enough that spans overlap. Never less than `exact`. */
  readonly overlap: number | null;
};

/**
 * The {@link f1Of} of spans, averaged over every pair of reviewers: for all labels together first, then for each label
 * that anybody used, in alphabetical order. It is 0 where only one of a pair marked anything; a pair of which
 * neither did is left out.
 *
 * The mean of pairwise F1 is what Hripcsak and Rothschild (2005), "Agreement, the F-measure, and reliability in
 * information retrieval", JAMIA 12(3), 296-298, propose where there are no negative cases to be counted, as
 * there are none of spans: it is not corrected for chance.
 *
 * @param reviewers the spans of each, in any order; of fewer than two, everything is null
 */
export function spanAgreement(reviewers: readonly (readonly Markable[])[]): SpanAgreement[] {
  const labels = new Set(reviewers.flatMap((spans) => spans.map(({ label }) => label)));
  const pairs = reviewers.flatMap((one, at) =>
    reviewers.slice(at + 1).map((other) => countsByLabel(one, other)),
  );
  return [null, ...[...labels].sort()].map((label) => {
    const counts = pairs.flatMap((pair) =>
      label === null ? sumOf(Object.values(pair)) : (keptUnder(pair, label) ?? []),
    );
    return { label, exact: mean(counts, "exact"), overlap: mean(counts, "overlap") };
  });
}

function mean(counts: readonly SpanCounts[], by: "exact" | "overlap"): number | null {
  const known = counts.flatMap(({ [by]: pairs, one, other }) => f1Of(pairs, one, other) ?? []);
  return known.length === 0 ? null : known.reduce((sum, of) => sum + of, 0) / known.length;
}
