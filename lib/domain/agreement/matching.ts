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
 * times those overlaps, at worst: 300 that all overlap with 300 take some tenths of a second.
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

/** How an other is reached from a one that comes in: by which edge last, and what all of the way costs. */
type Way = { readonly edge: Edge; readonly cost: number };

/**
 * A matching of a bipartite graph of the greatest weight, and of those of the most pairs. The ones come in one after
 * the other, each by the cheapest way of moving those that are in (Kuhn, "The Hungarian method for the assignment
 * problem", Naval Research Logistics Quarterly 2, 1955, 83-97), which is found as Dijkstra finds ways.
 *
 * @returns by the ones, which other each goes with; -1 for none
 */
function heaviestMatching(ones: number, others: number, edges: readonly Edge[]): number[] {
  const partner = new Array<number>(ones).fill(-1);
  const taken = new Array<number>(others).fill(-1);
  // Less these prices no pair costs less than nothing, nor does being alone, and what is decided costs nothing.
  const ofOnes = new Float64Array(ones);
  const ofOthers = new Float64Array(others);
  // A character outweighs all the pairs that there can be.
  const costOf = ({ one, other, shared }: Edge) =>
    -shared * (ones + 1) - 1 - (ofOnes[one] ?? 0) - (ofOthers[other] ?? 0);
  const edgesOf = Map.groupBy(edges, ({ one }) => one);
  const ways = new Array<Way | undefined>(others);

  for (const [root, own] of edgesOf) {
    ofOnes[root] = own.reduce((least, edge) => Math.min(least, costOf(edge)), 0);
    const moved = [{ one: root, cost: 0 }];
    const passed: Way[] = [];
    const open: number[] = [];
    let alone = { one: root, cost: Number.POSITIVE_INFINITY };
    let end: Way | undefined;
    for (const { one, cost } of moved) {
      const ifAlone = cost - (ofOnes[one] ?? 0);
      if (ifAlone < alone.cost) alone = { one, cost: ifAlone };
      for (const edge of edgesOf.get(one) ?? []) {
        const there = cost + costOf(edge);
        const known = ways[edge.other];
        if (known && known.cost <= there) continue;
        if (!known) open.push(edge.other);
        ways[edge.other] = { edge, cost: there };
      }
      end = takeCheapest(open, ways, alone.cost);
      if (!end) break;
      passed.push(end);
      const holder = taken[end.edge.other] ?? -1;
      if (holder !== -1) moved.push({ one: holder, cost: end.cost });
    }
    const spent = end?.cost ?? alone.cost;
    for (const { one, cost } of moved) ofOnes[one] = (ofOnes[one] ?? 0) + spent - cost;
    for (const { edge, cost } of passed) {
      ofOthers[edge.other] = (ofOthers[edge.other] ?? 0) - spent + cost;
    }
    if (!end) {
      // Who is alone from now on leaves theirs to the one before.
      end = ways[partner[alone.one] ?? -1];
      partner[alone.one] = -1;
    }
    while (end) {
      const { one, other }: Edge = end.edge;
      end = ways[partner[one] ?? -1];
      partner[one] = other;
      taken[other] = one;
    }
    for (const { edge } of passed) ways[edge.other] = undefined;
    for (const other of open) ways[other] = undefined;
  }
  return partner;
}

/** Takes the place out to which the way is the cheapest. @returns the way; none if all cost as much as the limit */
function takeCheapest(
  open: number[],
  ways: readonly (Way | undefined)[],
  limit: number,
): Way | undefined {
  let found: Way | undefined;
  let at = -1;
  let least = limit;
  for (let index = 0; index < open.length; index += 1) {
    const way = ways[open[index] ?? -1];
    if (!way || way.cost >= least) continue;
    found = way;
    least = way.cost;
    at = index;
  }
  const last = found && open.pop();
  if (last !== undefined && at < open.length) open[at] = last;
  return found;
}
