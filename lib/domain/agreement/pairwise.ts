import { countsByLabel, f1, type Markable, type SpanCounts, sumOf } from "./matching";

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
 * The {@link f1} of spans, averaged over every pair of reviewers: for all labels together first, then for each label
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
    const counts = pairs
      .map((pair) => (label === null ? sumOf(Object.values(pair)) : pair[label]))
      .filter((of): of is SpanCounts => of !== undefined && of.one + of.other > 0);
    return { label, exact: mean(counts, "exact"), overlap: mean(counts, "overlap") };
  });
}

function mean(counts: readonly SpanCounts[], by: "exact" | "overlap"): number | null {
  if (counts.length === 0) return null;
  return counts.reduce((sum, of) => sum + f1(of, by), 0) / counts.length;
}
