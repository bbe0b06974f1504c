import type { Span } from "../span";
import type { Range } from "../text";

/** What is compared of a span. */
export type ComparedSpan = Pick<Span, "label" | "fragments">;

/** How far two reviewers or more agree on the spans of one article. */
export type SpanAgreement = {
  /** Null for all labels together. */
  readonly label: string | null;
  /** From 0, nothing in common, to 1; null where nobody marked anything, which says nothing on agreeing. */
  readonly exact: number | null;
  /** The same, where a span need only overlap one of the other reviewer's. Never less than `exact`. */
  readonly overlap: number | null;
};

/**
 * The F1 of spans, averaged over every pair of reviewers: for all labels together first, then for each label
 * that anybody used, in alphabetical order.
 *
 * Of a pair, a span of the one counts as found by the other if that has one of the same label with the same
 * fragments (`exact`), or one of the same label that shares a character with it (`overlap`). Precision and
 * recall are the shares of found spans on both sides, and F1 is their harmonic mean: 0 where only one of the
 * two marked anything. A pair of which neither did is left out.
 *
 * The mean of pairwise F1 is what Hripcsak and Rothschild (2005), "Agreement, the F-measure, and reliability in
 * information retrieval", JAMIA 12(3), 296-298, propose where there are no negative cases to be counted, as
 * there are none of spans: it is not corrected for chance. That overlapping counts follows the measure `agr` of
 * Wiebe, Wilson and Cardie (2005), "Annotating expressions of opinions and emotions in language", Language
 * Resources and Evaluation 39, 165-210, section 4.
 *
 * @param reviewers the spans of each, in any order; of fewer than two, everything is null
 */
export function spanAgreement(reviewers: readonly (readonly ComparedSpan[])[]): SpanAgreement[] {
  const labels = new Set(reviewers.flatMap((spans) => spans.map(({ label }) => label)));
  const compared = reviewers.map((spans) => new Marked(spans));
  const pairs = compared.flatMap((one, at) =>
    compared.slice(at + 1).map((other) => ({ one, other })),
  );
  return [null, ...[...labels].sort()].map((label) => {
    const names = label === null ? [...labels] : [label];
    const shared = pairs.map(({ one, other }) => sharedOf(one, other, names));
    return {
      label,
      exact: mean(shared.map(({ spans, exact }) => f1(spans, exact))),
      overlap: mean(shared.map(({ spans, overlap }) => f1(spans, overlap))),
    };
  });
}

/** A number for each of two reviewers. */
type OfBoth = readonly [number, number];

/** How many spans of these labels two reviewers have, and how many of them the other one has, too. */
function sharedOf(one: Marked, other: Marked, labels: readonly string[]) {
  const sum = (count: (of: Marked, by: Marked, label: string) => number): OfBoth => [
    labels.reduce((total, label) => total + count(one, other, label), 0),
    labels.reduce((total, label) => total + count(other, one, label), 0),
  ];
  return {
    spans: sum((of, _, label) => of.of(label).length),
    exact: sum((of, by, label) => of.of(label).filter((span) => by.has(span)).length),
    overlap: sum((of, by, label) => of.of(label).filter((span) => by.overlaps(span)).length),
  };
}

function f1([one, other]: OfBoth, [ofOne, ofOther]: OfBoth): number | null {
  if (one + other === 0) return null;
  if (ofOne === 0 || ofOther === 0) return 0;
  const [precision, recall] = [ofOne / one, ofOther / other];
  return (2 * precision * recall) / (precision + recall);
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** What one reviewer marked, ready to be asked about. */
class Marked {
  readonly #byLabel: ReadonlyMap<string, readonly ComparedSpan[]>;
  readonly #keys: ReadonlySet<string>;
  /** Of each label, what its spans cover: in order and disjoint. */
  readonly #covered = new Map<string, readonly Range[]>();

  constructor(spans: readonly ComparedSpan[]) {
    this.#byLabel = Map.groupBy(spans, ({ label }) => label);
    this.#keys = new Set(spans.map(keyOf));
    for (const [label, ofLabel] of this.#byLabel) {
      this.#covered.set(label, union(ofLabel.flatMap(({ fragments }) => fragments)));
    }
  }

  of(label: string): readonly ComparedSpan[] {
    return this.#byLabel.get(label) ?? [];
  }

  has(span: ComparedSpan): boolean {
    return this.#keys.has(keyOf(span));
  }

  overlaps({ label, fragments }: ComparedSpan): boolean {
    const covered = this.#covered.get(label) ?? [];
    return fragments.some((fragment) => touches(covered, fragment));
  }
}

function keyOf({ label, fragments }: ComparedSpan): string {
  return `${label} ${fragments.map(({ start, end }) => `${start}-${end}`).join(" ")}`;
}

/** What some ranges cover, in order and disjoint. */
function union(ranges: readonly Range[]): Range[] {
  const covered: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = covered.at(-1);
    if (last && range.start <= last.end) {
      covered[covered.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else covered.push(range);
  }
  return covered;
}

/** Whether a range shares anything with one of those, which are in order and disjoint. */
function touches(covered: readonly Range[], { start, end }: Range): boolean {
  // The first that ends behind the beginning of the range.
  let [low, high] = [0, covered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((covered[middle]?.end ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  const next = covered[low];
  return next !== undefined && next.start < end;
}
