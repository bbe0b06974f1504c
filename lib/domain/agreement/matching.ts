import { sharedLength } from "../likeness";
import { type Fragment, hull, keptUnder, type Relation, type Span, sameValue } from "../span";
import type { SpanScheme } from "./report-schemas";

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
  const found = overlaps(ones, others);
  const partner = new Int32Array(ones.length).fill(-1);
  const taken = new Uint8Array(others.length);
  const exact = pairExact(found, ones, others, partner, taken);
  pairSharing(found, ({ isAlike }) => isAlike, partner, taken);
  return ones.flatMap((one, at) => {
    const other = others[partner[at] ?? -1];
    return other ? [{ one, other, isExact: exact[at] === 1 }] : [];
  });
}

/**
 * The relations that two sets have in common: of the same type, between spans that go together, the other way round
 * too if the type has no direction.
 *
 * @param partner by the id of a span of the first set, that of the span that it goes with
 */
export function matchRelations(
  ones: readonly Relation[],
  others: readonly Relation[],
  partner: ReadonlyMap<string, string>,
  isSymmetric: (type: string) => boolean,
): Map<Relation, Relation> {
  const keyOf = (type: string, from: string, to: string) =>
    [type, ...(isSymmetric(type) ? [from, to].sort() : [from, to])].join(" ");
  const there = Map.groupBy(others, ({ type, from, to }) => keyOf(type, from, to));
  const pairs = new Map<Relation, Relation>();
  for (const relation of ones) {
    const [from, to] = [partner.get(relation.from), partner.get(relation.to)];
    if (from === undefined || to === undefined) continue;
    const other = there.get(keyOf(relation.type, from, to))?.shift();
    if (other) pairs.set(relation, other);
  }
  return pairs;
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
  return f1Of(counts[by], counts.one, counts.other) ?? 1;
}

/** 2m / (a + b): the F1 of m pairs among a and b things. Null of nothing among nothing, which nothing can be said of. */
export function f1Of(pairs: number, one: number, other: number): number | null {
  return one + other === 0 ? null : (2 * pairs) / (one + other);
}

/**
 * What became of the spans of two sets, of which the first is taken for the truth (SemEval 2013, task 9.1): correct,
 * incorrect, partly correct, missing, spurious; how many the truth has, and how many there are.
 */
export type SchemeCounts = {
  readonly COR: number;
  readonly INC: number;
  readonly PAR: number;
  readonly MIS: number;
  readonly SPU: number;
  /** Possible: of the truth. */
  readonly POS: number;
  /** Actual: of the other. */
  readonly ACT: number;
};

/** Null where there is nothing that it could be a share of. */
export type Shares = {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
};

/**
 * Counts how the spans of a set stand to those of another, by the four schemes of SemEval 2013, task 9.1 (Segura-Bedmar,
 * Martínez and Herrero-Zazo, "SemEval-2013 task 9", 341-350; after MUC-5, Chinchor and Sundheim 1993). Spans go
 * together one to one if they share a character or are at one place, whatever their labels, and are
 * - `strict`: correct with the same fragments and label, else incorrect;
 * - `exact`: correct with the same fragments, else incorrect;
 * - `partial`: correct with the same fragments, else partly correct, which counts half;
 * - `type`: correct with the same label, else incorrect.
 * Of all ways to put them together each scheme takes the one by which it counts best, and of these the one with the
 * fewest missing and spurious (`partial`: with the most correct): no figure depends on the order of spans.
 */
export function countsByScheme(
  truth: readonly Markable[],
  others: readonly Markable[],
): Record<SpanScheme, SchemeCounts> {
  const found = overlaps(truth, others);
  // What counts outweighs all the pairs that there can be.
  const much = Math.min(truth.length, others.length) + 1;
  const count = (isCorrect: (of: Overlap) => boolean, isHalf: boolean): SchemeCounts => {
    const partner = heaviestMatching(
      truth.length,
      others.length,
      found.map((of) => ({
        one: of.one,
        other: of.other,
        weight: isHalf ? (isCorrect(of) ? 2 * much + 1 : much) : isCorrect(of) ? much + 1 : 1,
      })),
    );
    const pairs = found.filter(({ one, other }) => partner[one] === other);
    const COR = pairs.filter(isCorrect).length;
    return {
      COR,
      INC: isHalf ? 0 : pairs.length - COR,
      PAR: isHalf ? pairs.length - COR : 0,
      MIS: truth.length - pairs.length,
      SPU: others.length - pairs.length,
      POS: truth.length,
      ACT: others.length,
    };
  };
  return {
    strict: count(({ isExact, isAlike }) => isExact && isAlike, false),
    exact: count(({ isExact }) => isExact, false),
    partial: count(({ isExact }) => isExact, true),
    type: count(({ isAlike }) => isAlike, false),
  };
}

/** Precision COR / ACT, recall COR / POS and their harmonic mean, a part being half of one. */
export function sharesOf({ COR, PAR, POS, ACT }: SchemeCounts): Shares {
  const right = COR + PAR / 2;
  return {
    precision: ACT > 0 ? right / ACT : null,
    recall: POS > 0 ? right / POS : null,
    f1: f1Of(right, POS, ACT),
  };
}

/** How many spans each of two sets has, and how many of them are right by each scheme: correct, and half of partly so. */
export type RightSpans = Record<SpanScheme, number> & { one: number; other: number };

/**
 * What {@link countsByScheme} comes to for {@link sharesOf}, of all spans and of those of each label by themselves, and
 * what {@link alignSpans} says, all at once. Of one label, `exact` is `strict`.
 */
export function rightSpans<Of extends Markable>(
  ones: readonly Of[],
  others: readonly Of[],
): {
  readonly all: RightSpans;
  readonly labels: ReadonlyMap<string, RightSpans>;
  readonly aligned: readonly Alignment<Of>[];
} {
  const none = () => ({ one: 0, other: 0, strict: 0, exact: 0, partial: 0, type: 0 });
  const [all, labels] = [none(), new Map<string, RightSpans>()];
  const at = (label: string | undefined) => {
    const known = labels.get(label ?? "") ?? none();
    labels.set(label ?? "", known);
    return known;
  };
  for (const { label } of ones) at(label).one += 1;
  for (const { label } of others) at(label).other += 1;
  [all.one, all.other] = [ones.length, others.length];
  const found = overlaps(ones, others);
  const much = Math.min(ones.length, others.length) + 1;
  const best = (of: readonly Overlap[], weightOf: (overlap: Overlap) => number) => {
    const edges = of.map((each) => ({
      one: each.one,
      other: each.other,
      weight: weightOf(each),
    }));
    const partner = heaviestMatching(ones.length, others.length, edges);
    return of.filter(({ one, other }) => partner[one] === other);
  };
  // Most meet one alone, and go together by every scheme.
  const ofOne = new Uint32Array(ones.length);
  const ofOther = new Uint32Array(others.length);
  for (const { one, other } of found) {
    ofOne[one] = (ofOne[one] ?? 0) + 1;
    ofOther[other] = (ofOther[other] ?? 0) + 1;
  }
  const tangled: Overlap[] = [];
  for (const overlap of found) {
    const { one, other, isExact, isAlike } = overlap;
    if (ofOne[one] !== 1 || ofOther[other] !== 1) {
      tangled.push(overlap);
      continue;
    }
    const share = isExact ? 1 : 0.5;
    all.partial += share;
    if (isExact) all.exact += 1;
    if (!isAlike) continue;
    const of = at(ones[one]?.label);
    of.partial += share;
    of.type += 1;
    all.type += 1;
    if (!isExact) continue;
    of.strict += 1;
    of.exact += 1;
    all.strict += 1;
  }
  if (tangled.length > 0) {
    const exact = tangled.filter(({ isExact }) => isExact);
    const alike = tangled.filter(({ isAlike }) => isAlike);
    const both = exact.filter(({ isAlike }) => isAlike);
    const half = ({ isExact }: Overlap) => (isExact ? 2 * much + 1 : much);
    all.exact += best(exact, () => 1).length;
    for (const { isExact } of best(tangled, half)) all.partial += isExact ? 1 : 0.5;
    for (const { one } of best(both, () => 1)) {
      const of = at(ones[one]?.label);
      of.strict += 1;
      of.exact += 1;
      all.strict += 1;
    }
    for (const { one } of best(alike, () => 1)) {
      at(ones[one]?.label).type += 1;
      all.type += 1;
    }
    for (const { one, isExact } of best(alike, half)) {
      at(ones[one]?.label).partial += isExact ? 1 : 0.5;
    }
  }
  return { all, labels, aligned: alignOverlaps(found, ones, others) };
}

/** {@link countsByScheme} and {@link sharesOf} of spans of one fragment. */
export function spanPrfSemeval2013(input: {
  readonly gold: readonly (readonly [start: number, end: number, label: string])[];
  readonly pred: readonly (readonly [start: number, end: number, label: string])[];
}): Record<SpanScheme, SchemeCounts & Shares> {
  const spans = (of: (typeof input)["gold"]) =>
    of.map(([start, end, label]) => ({ label, fragments: [{ start, end }], attributes: {} }));
  const counts = countsByScheme(spans(input.gold), spans(input.pred));
  const told = (of: SchemeCounts) => ({ ...of, ...sharesOf(of) });
  return {
    strict: told(counts.strict),
    exact: told(counts.exact),
    partial: told(counts.partial),
    type: told(counts.type),
  };
}

/** A span of one set and what goes with it, if anything does; each span of both sets is in one. */
export type Alignment<Of extends Markable> = { readonly one: Of | null; readonly other: Of | null };

/**
 * Every span of two sets, with the one of the other set that it goes with: as {@link matchSpans} says, and then, of
 * what is left and whatever the label, so that the pairs share the most characters. This says what was taken for what.
 */
export function alignSpans<Of extends Markable>(
  ones: readonly Of[],
  others: readonly Of[],
): Alignment<Of>[] {
  return alignOverlaps(overlaps(ones, others), ones, others);
}

function alignOverlaps<Of extends Markable>(
  found: readonly Overlap[],
  ones: readonly Of[],
  others: readonly Of[],
): Alignment<Of>[] {
  const partner = new Int32Array(ones.length).fill(-1);
  const taken = new Uint8Array(others.length);
  pairExact(found, ones, others, partner, taken);
  pairSharing(found, ({ isAlike }) => isAlike, partner, taken);
  pairSharing(found, () => true, partner, taken);
  return [
    ...ones.map((one, at) => ({ one, other: others[partner[at] ?? -1] ?? null })),
    ...others.filter((_, at) => taken[at] === 0).map((other) => ({ one: null, other })),
  ];
}

/**
 * Pairs spans of one label with exactly the same fragments. Of several that are alike, those with the same attributes go
 * together.
 *
 * @param partner by the ones, what each goes with: is added to, as is which of the others are taken
 * @returns by the ones, 1 for those
 */
function pairExact(
  found: readonly Overlap[],
  ones: readonly Markable[],
  others: readonly Markable[],
  partner: Int32Array,
  taken: Uint8Array,
): Uint8Array {
  const same = found.filter(({ isExact, isAlike }) => isExact && isAlike);
  const isPaired = new Uint8Array(ones.length);
  const pair = ({ one, other }: Overlap) => {
    if (isPaired[one] === 1 || taken[other] === 1) return;
    partner[one] = other;
    isPaired[one] = 1;
    taken[other] = 1;
  };
  for (const overlap of same) {
    const [one, other] = [ones[overlap.one], others[overlap.other]];
    if (one && other && differing(one, other).length === 0) pair(overlap);
  }
  for (const overlap of same) pair(overlap);
  return isPaired;
}

/** Pairs those that are left, so that the pairs share the most characters, and of these ways as many as can be. */
function pairSharing(
  found: readonly Overlap[],
  mayGoTogether: (overlap: Overlap) => boolean,
  partner: Int32Array,
  taken: Uint8Array,
): void {
  // A character outweighs all the pairs that there can be.
  const much = Math.min(partner.length, taken.length) + 1;
  const edges = found
    .filter((of) => partner[of.one] === -1 && taken[of.other] === 0 && mayGoTogether(of))
    .map(({ one, other, shared }) => ({ one, other, weight: shared * much + 1 }));
  heaviestMatching(partner.length, taken.length, edges).forEach((other, one) => {
    if (other === -1) return;
    partner[one] = other;
    taken[other] = 1;
  });
}

/** The names of the attributes in which two records differ, in the order of the first, then of the other. */
export function differing(
  one: Pick<Markable, "attributes">,
  other: Pick<Markable, "attributes">,
): string[] {
  const names = new Set([...Object.keys(one.attributes), ...Object.keys(other.attributes)]);
  return [...names].filter(
    (name) => !sameValue(keptUnder(one.attributes, name), keptUnder(other.attributes, name)),
  );
}

function isSamePlace(one: readonly Fragment[], other: readonly Fragment[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ start, end }, at) => start === other[at]?.start && end === other[at].end)
  );
}

/** What two things are worth that go together, by their places in the lists; a whole number above 0. */
export type Edge = { readonly one: number; readonly other: number; readonly weight: number };

/** Two spans that share characters, by their places in the lists. */
type Overlap = {
  readonly one: number;
  readonly other: number;
  readonly shared: number;
  /** Whether they have exactly the same fragments. */
  readonly isExact: boolean;
  readonly isAlike: boolean;
};

/** Which spans overlap or are at one place, found by going through both lists in the order of the text. */
function overlaps(ones: readonly Markable[], others: readonly Markable[]): Overlap[] {
  const placed = (spans: readonly Markable[]) =>
    spans
      .map(({ label, fragments }, index) => ({ index, label, fragments, ...hull(fragments) }))
      .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  const there = placed(others);
  const found: Overlap[] = [];
  let open: typeof there = [];
  let next = 0;
  for (const one of placed(ones)) {
    for (; next < there.length; next += 1) {
      const other = there[next];
      // What is empty is at one place with what is so too.
      if (!other || (other.start >= one.end && other.start > one.start)) break;
      open.push(other);
    }
    open = open.filter(({ start, end }) => end > one.start || start === one.start);
    for (const other of open) {
      const shared = sharedLength(one.fragments, other.fragments);
      const isExact = isSamePlace(one.fragments, other.fragments);
      if (shared === 0 && !isExact) continue;
      const isAlike = one.label === other.label;
      found.push({ one: one.index, other: other.index, shared, isExact, isAlike });
    }
  }
  return found;
}

/** How an other is reached from a one that comes in: by which edge last, and what all of the way costs. */
type Way = { readonly edge: Edge; readonly cost: number };

/**
 * A matching of a bipartite graph of the greatest weight. The ones come in one after the other, each by the cheapest way of moving those that are in (Kuhn, "The Hungarian method for the assignment
 * problem", Naval Research Logistics Quarterly 2, 1955, 83-97), which is found as Dijkstra finds ways.
 *
 * @returns by the ones, which other each goes with; -1 for none
 */
export function heaviestMatching(ones: number, others: number, edges: readonly Edge[]): number[] {
  const partner = new Array<number>(ones).fill(-1);
  // Most meet nobody else: they go together without further ado.
  const ofOne = new Int32Array(ones);
  const ofOther = new Int32Array(others);
  for (const { one, other } of edges) {
    ofOne[one] = (ofOne[one] ?? 0) + 1;
    ofOther[other] = (ofOther[other] ?? 0) + 1;
  }
  const entangled: Edge[] = [];
  for (const edge of edges) {
    if (ofOne[edge.one] === 1 && ofOther[edge.other] === 1) partner[edge.one] = edge.other;
    else entangled.push(edge);
  }
  if (entangled.length > 0) match(partner, others, entangled);
  return partner;
}

/** Adds to a matching, which has none of them yet, what are not alone. */
function match(partner: number[], others: number, edges: readonly Edge[]): void {
  const taken = new Array<number>(others).fill(-1);
  // Less these prices no pair costs less than nothing, nor does being alone, and what is decided costs nothing.
  const ofOnes = new Float64Array(partner.length);
  const ofOthers = new Float64Array(others);
  const costOf = ({ one, other, weight }: Edge) =>
    -weight - (ofOnes[one] ?? 0) - (ofOthers[other] ?? 0);
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
