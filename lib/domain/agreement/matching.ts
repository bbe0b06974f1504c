import { type Fragment, hull, type Span, sameValue } from "../span";

/** What of a span says whether another annotator marked the same. */
export type Markable = Pick<Span, "label" | "fragments" | "attributes">;

/** A span of one set, and the one of another that it goes with. */
export type Match<One extends Markable, Other extends Markable = One> = {
  readonly one: One;
  readonly other: Other;
  /** Whether both have exactly the same fragments; else they share a character at least. */
  readonly isExact: boolean;
};

/**
 * How far the spans of a label in two sets agree: how many each set has, how many go together if they must be
 * exactly the same, and how many if it is enough that they overlap. `exact` ≤ `overlap` ≤ the lesser of the others.
 */
export type SpanCounts = {
  readonly one: number;
  readonly other: number;
  readonly exact: number;
  readonly overlap: number;
};

/**
 * Puts the spans of two sets together, one to one, the same label with the same label: first those with exactly the
 * same fragments, of which those with the same attributes, and then so that what the pairs share, in characters, is
 * the most that it can be in all; of what comes to that, as many pairs as can be.
 *
 * Exact pairs first takes nothing from that sum: were R in both sets and paired with x there and y here instead,
 * |R∩x| + |R∩y| ≤ |R| + |x∩y|. Which set is called the first changes nothing in how many pairs there are.
 *
 * Finding them takes a time that grows with the spans, and with how many of them hang together by overlaps,
 * times those overlaps.
 *
 * @returns in the order of `ones`
 */
export function matchSpans<One extends Markable, Other extends Markable>(
  ones: readonly One[],
  others: readonly Other[],
): Match<One, Other>[] {
  const exact = exactPairs(ones, others);
  const used = new Set(exact.values());
  const pairs = new Map<One, Other>(exact);
  const left = Map.groupBy(
    ones.filter((one) => !exact.has(one)),
    ({ label }) => label,
  );
  const right = Map.groupBy(
    others.filter((other) => !used.has(other)),
    ({ label }) => label,
  );
  for (const [label, of] of left) {
    for (const [one, other] of overlapPairs(of, right.get(label) ?? [])) pairs.set(one, other);
  }
  return ones.flatMap((one) => {
    const other = pairs.get(one);
    return other ? [{ one, other, isExact: exact.has(one) }] : [];
  });
}

/** How far two sets agree, by label, labels that neither has left out. */
export function countsByLabel(
  ones: readonly Markable[],
  others: readonly Markable[],
): Record<string, SpanCounts> {
  const counts = new Map<string, { one: number; other: number; exact: number; overlap: number }>();
  const at = (label: string) => {
    const known = counts.get(label) ?? { one: 0, other: 0, exact: 0, overlap: 0 };
    counts.set(label, known);
    return known;
  };
  for (const { label } of ones) at(label).one += 1;
  for (const { label } of others) at(label).other += 1;
  for (const { one, isExact } of matchSpans(ones, others)) {
    at(one.label).overlap += 1;
    if (isExact) at(one.label).exact += 1;
  }
  return Object.fromEntries(counts);
}

/** Counts of several labels, or articles, together: what is made of the sum weighs every span the same (micro-averaging). */
export function sumOf(counts: Iterable<SpanCounts>): SpanCounts {
  const sum = { one: 0, other: 0, exact: 0, overlap: 0 };
  for (const { one, other, exact, overlap } of counts) {
    sum.one += one;
    sum.other += other;
    sum.exact += exact;
    sum.overlap += overlap;
  }
  return sum;
}

/**
 * Span F1, the harmonic mean of how much of each set the other has: 2m / (a + b) for m pairs among a and b spans.
 * It is the same whichever of the two is taken for the truth, and needs no count of what nobody marked, which
 * texts do not have (Hripcsak and Rothschild, "Agreement, the F-measure, and reliability in information retrieval",
 * JAMIA 12, 2005, 296-298). `exact` takes pairs with the same label and the same fragments, as CoNLL does
 * (Tjong Kim Sang and De Meulder 2003); `overlap` pairs with the same label that share a character, one to one.
 *
 * @returns from 0 to 1; 1 where neither set has a span: both say that there is nothing to mark
 */
export function f1(counts: SpanCounts, by: "exact" | "overlap"): number {
  const spans = counts.one + counts.other;
  return spans === 0 ? 1 : (2 * counts[by]) / spans;
}

/** The spans of one set that another has exactly so. Of several that are alike, those with the same attributes go together. */
function exactPairs<One extends Markable, Other extends Markable>(
  ones: readonly One[],
  others: readonly Other[],
): Map<One, Other> {
  const pairs = new Map<One, Other>();
  const free = Map.groupBy(others, keyOf);
  for (const [key, alike] of Map.groupBy(ones, keyOf)) {
    const there = free.get(key) ?? [];
    const take = (one: One, at: number) => {
      const [other] = there.splice(at, 1);
      if (other) pairs.set(one, other);
    };
    for (const one of alike) {
      const at = there.findIndex((other) => differing(one, other).length === 0);
      if (at >= 0) take(one, at);
    }
    for (const one of alike) if (!pairs.has(one) && there.length > 0) take(one, 0);
  }
  return pairs;
}

/** The same for spans of one label with the same fragments. */
function keyOf({ label, fragments }: Pick<Markable, "label" | "fragments">): string {
  return `${placeOf(fragments)} ${label}`;
}

/** The same for the same fragments. */
export function placeOf(fragments: readonly Fragment[]): string {
  return fragments.map(({ start, end }) => `${start}-${end}`).join(",");
}

/** The names of the attributes in which two records differ, in the order of the first, then of the other. */
export function differing(
  one: Pick<Markable, "attributes">,
  other: Pick<Markable, "attributes">,
): string[] {
  const names = new Set([...Object.keys(one.attributes), ...Object.keys(other.attributes)]);
  return [...names].filter((name) => !sameValue(one.attributes[name], other.attributes[name]));
}

/** How many characters two spans share, in code points. */
function sharedLength(one: readonly Fragment[], other: readonly Fragment[]): number {
  let shared = 0;
  for (const a of one) {
    for (const b of other) {
      shared += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
    }
  }
  return shared;
}

/** An overlap of the span `one` with the span `other`, by their places in the lists. */
type Edge = { readonly one: number; readonly other: number; readonly shared: number };

/** Pairs spans of one label, so that what they share is the most. */
function overlapPairs<One extends Markable, Other extends Markable>(
  ones: readonly One[],
  others: readonly Other[],
): [One, Other][] {
  const edges = overlaps(ones, others);
  const partner = heaviestMatching(ones.length, others.length, edges);
  return ones.flatMap((one, index): [One, Other][] => {
    const other = others[partner[index] ?? -1];
    return other ? [[one, other]] : [];
  });
}

/** Which spans overlap, found by going through both lists in the order of the text. */
function overlaps(ones: readonly Markable[], others: readonly Markable[]): Edge[] {
  const placed = (spans: readonly Markable[]) =>
    spans
      .map(({ fragments }, index) => ({ index, fragments, ...hull(fragments) }))
      .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  const there = placed(others);
  const edges: Edge[] = [];
  let open: typeof there = [];
  let next = 0;
  for (const one of placed(ones)) {
    for (; next < there.length; next += 1) {
      const other = there[next];
      if (!other || other.start >= one.end) break;
      open.push(other);
    }
    open = open.filter(({ end }) => end > one.start);
    for (const other of open) {
      const shared = sharedLength(one.fragments, other.fragments);
      if (shared > 0) edges.push({ one: one.index, other: other.index, shared });
    }
  }
  return edges;
}

/**
 * A matching of a bipartite graph of the greatest weight, and of those of the most pairs: by augmenting along the
 * path that adds most, which leaves the greatest weight for each number of pairs (Ford and Fulkerson's flows of
 * least cost), as long as one adds anything or takes nothing away.
 *
 * @returns by the ones, which other each goes with; -1 for none
 */
function heaviestMatching(ones: number, others: number, edges: readonly Edge[]): number[] {
  const partner = new Array<number>(ones).fill(-1);
  const taken = new Array<number>(others).fill(-1);
  for (const component of componentsOf(ones, edges)) {
    while (augment(component, partner, taken));
  }
  return partner;
}

/** Edges from each of the ones that hang together. */
type Component = ReadonlyMap<number, readonly Edge[]>;

function componentsOf(ones: number, edges: readonly Edge[]): Component[] {
  const byOne = Map.groupBy(edges, ({ one }) => one);
  const byOther = Map.groupBy(edges, ({ other }) => other);
  const seen = new Array<boolean>(ones).fill(false);
  const components: Component[] = [];
  for (const start of byOne.keys()) {
    if (seen[start]) continue;
    const component = new Map<number, readonly Edge[]>();
    const queue = [start];
    seen[start] = true;
    for (const one of queue) {
      const from = byOne.get(one) ?? [];
      component.set(one, from);
      for (const { other } of from) {
        for (const back of byOther.get(other) ?? []) {
          if (seen[back.one]) continue;
          seen[back.one] = true;
          queue.push(back.one);
        }
      }
    }
    components.push(component);
  }
  return components;
}

/**
 * Matches one more pair along the path that adds most to the weight, if it takes nothing away.
 *
 * @param partner, taken changed
 * @returns whether there was such a path
 */
function augment(component: Component, partner: number[], taken: number[]): boolean {
  // What is gained by having each of the ones free, and how it comes to be: by whom its other is taken.
  const gain = new Map<number, number>();
  const via = new Map<number, Edge>();
  const queue = [...component.keys()].filter((one) => partner[one] === -1);
  for (const one of queue) gain.set(one, 0);
  let best: { readonly edge: Edge; readonly gain: number } | null = null;
  const weightOf = (one: number) =>
    component.get(one)?.find(({ other }) => other === partner[one])?.shared ?? 0;
  // Bellman and Ford's way, as weights are also given back; no circle adds anything, the matching being heaviest.
  for (const one of queue) {
    const before = gain.get(one) ?? 0;
    for (const edge of component.get(one) ?? []) {
      if (edge.other === partner[one]) continue;
      const after = before + edge.shared;
      const holder = taken[edge.other] ?? -1;
      if (holder === -1) {
        if (after >= 0 && (best === null || after > best.gain)) best = { edge, gain: after };
        continue;
      }
      const freed = after - weightOf(holder);
      if (freed > (gain.get(holder) ?? Number.NEGATIVE_INFINITY)) {
        gain.set(holder, freed);
        via.set(holder, edge);
        queue.push(holder);
      }
    }
  }
  if (!best) return false;
  for (let edge: Edge | undefined = best.edge; edge; ) {
    const before: number = partner[edge.one] ?? -1;
    partner[edge.one] = edge.other;
    taken[edge.other] = edge.one;
    edge = before === -1 ? undefined : via.get(edge.one);
  }
  return true;
}
