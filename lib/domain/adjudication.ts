import { compareSources, decisionsOf, sourceKey } from "./decisions";
import { attributesKey, lengthOf, placeKey, sharedLength } from "./likeness";
import type { Annotations, Intent, Source } from "./operation";
import { inTextOrder, type Placed, RangeSet } from "./range-set";
import { Refusal } from "./refusal";
import type { AdjudicationRule, Outcome } from "./schemas";
import { type AttributeHolder, isValueOf, labelRule, relationHolder, type Scheme } from "./scheme";
import {
  type Attributes,
  type AttributeValue,
  type Fragment,
  keptUnder,
  normaliseFragments,
  quoteOf,
  type Relation,
  type Span,
  sameValue,
} from "./span";
import { type ArticleText, compareByUnit } from "./text";

export type { Decision, Source } from "./operation";
export type { AdjudicationRule } from "./schemas";

/** What one reviewer has submitted. Where sets are listed, the first is the first reviewer's. */
export type ReviewedSet = {
  readonly id: string;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** A reviewer's span, with what it is, or as much of it as is known. */
export type SourceSpan<Content extends Placed = Span> = Source & { readonly content: Content };

/** Reviewers' spans that overlap, or are linked by others that do, in text order. */
export type Cluster<Content extends Placed = Span> = readonly SourceSpan<Content>[];

/** Sources that come to the same span of gold. */
export type Agreement = {
  readonly sources: readonly SourceSpan[];
  readonly label: string;
  readonly fragments: readonly Fragment[];
  readonly attributes: Attributes;
};

/** Sources as a decision lists them: sorted, each once, without what they are. */
export function sortedSources(sources: Iterable<Source>): Source[] {
  const known = new Map<string, Source>();
  for (const { set, span } of sources) known.set(sourceKey({ set, span }), { set, span });
  return [...known.values()].sort(compareSources);
}

/**
 * The spans of some sets in clusters: two are in one if they share a character, whatever their labels, or if a chain
 * of others leads from the one to the other. Each span is in exactly one; the order of sets and spans changes nothing.
 *
 * One sweep over all fragments: a time that grows with their number, as sorting does.
 *
 * @returns in the order in which they begin
 */
export function clustersOf<Content extends Placed>(
  sets: readonly { readonly id: string; readonly spans: readonly Content[] }[],
): Cluster<Content>[] {
  const sources = sets.flatMap(({ id: set, spans }) =>
    spans.map((content): SourceSpan<Content> => ({ set, span: content.id, content })),
  );
  const chains = new Chains(sources.length);
  const pieces = sources
    .flatMap(({ content }, index) => content.fragments.map((at) => ({ ...at, index })))
    .sort((a, b) => a.start - b.start);
  // What is being swept over: how far it reaches, and one of those that are in it.
  let swept: { end: number; index: number } | null = null;
  for (const { start, end, index } of pieces) {
    if (swept && start < swept.end) {
      chains.join(swept.index, index);
      swept.end = Math.max(swept.end, end);
    } else swept = { end, index };
  }
  const clusters = Map.groupBy(sources, (_, index) => chains.of(index));
  return [...clusters.values()]
    .map((cluster) => cluster.sort(inSourceOrder))
    .sort((a, b) => (a[0] && b[0] ? inSourceOrder(a[0], b[0]) : 0));
}

function inSourceOrder(a: SourceSpan<Placed>, b: SourceSpan<Placed>): number {
  return inTextOrder(a.content, b.content) || compareSources(a, b);
}

/** Which of some numbered things hang together. */
class Chains {
  readonly #towards: number[];

  constructor(count: number) {
    this.#towards = Array.from({ length: count }, (_, index) => index);
  }

  /** The number of one of those that a thing hangs together with, the same for all of them. */
  of(index: number): number {
    let at = index;
    for (;;) {
      const next = this.#towards[at] ?? at;
      if (next === at) return at;
      const further = this.#towards[next] ?? next;
      this.#towards[at] = further; // halves the way for whoever comes after
      at = further;
    }
  }

  join(one: number, other: number): void {
    this.#towards[this.of(one)] = this.of(other);
  }
}

/** How many of `reviewers` who have submitted a passage must have marked the same; more than those for never. */
export function neededOf({ needed }: AdjudicationRule, reviewers: number): number {
  if (needed === "all") return Math.max(reviewers, 1);
  return needed === "majority" ? Math.floor(reviewers / 2) + 1 : needed;
}

/**
 * What reviewers agree on in a cluster, as a rule has it. A reviewer counts once for each, and each source is in at
 * most one.
 *
 * - "strict": the same label and fragments. Where somebody marked the same words twice, so must the others have.
 * - "partial": the same label, and fragments that overlap the span that most have, ties to the longest; of several
 *   of one reviewer, the one that shares most with it.
 *
 * Attributes are by attribute what most have, none being a value too, ties to the first reviewer.
 *
 * @param reviewers the ids of all sets that were submitted, those without a span here too; the first reviewer's first
 */
export function agreedIn(
  cluster: Cluster,
  rule: AdjudicationRule,
  reviewers: readonly string[],
): Agreement[] {
  const needed = neededOf(rule, reviewers.length);
  const order = new Map(reviewers.map((id, index) => [id, index]));
  const groups = rule.match === "strict" ? sameIn(cluster) : overlappingIn(cluster, needed);
  return groups.flatMap(({ placed, sources }): Agreement[] => {
    if (new Set(sources.map(({ set }) => set)).size < needed) return [];
    const { label, fragments } = placed;
    const first = byReviewer(sources, order);
    return [{ sources: first, label, fragments, attributes: usualAttributes(first) }];
  });
}

/** Some sources, and the label and fragments that they stand for. */
type Group = { readonly placed: Span; readonly sources: readonly SourceSpan[] };

function sameIn(cluster: Cluster): Group[] {
  const groups = new Map<string, SourceSpan[]>();
  const ofSet = new Map<string, number>();
  for (const source of [...cluster].sort(byAttributes)) {
    const place = placeKey(source.content);
    const key = `${source.set} ${place}`;
    const nth = ofSet.get(key) ?? 0;
    ofSet.set(key, nth + 1);
    const group = groups.get(`${nth} ${place}`);
    if (group) group.push(source);
    else groups.set(`${nth} ${place}`, [source]);
  }
  return [...groups.values()].flatMap((sources) =>
    sources[0] ? [{ placed: sources[0].content, sources }] : [],
  );
}

/** So that of what is marked twice by several, the same goes with the same. */
function byAttributes(one: SourceSpan, other: SourceSpan): number {
  return (
    compareByUnit(attributesKey(one.content), attributesKey(other.content)) ||
    inSourceOrder(one, other)
  );
}

function overlappingIn(cluster: Cluster, needed: number): Group[] {
  const groups: Group[] = [];
  for (const alike of Map.groupBy(cluster, ({ content }) => content.label).values()) {
    // Mostly too few marked this at all, and nothing is to be compared then.
    if (new Set(alike.map(({ set }) => set)).size < needed) continue;
    const counts = new Map<string, Set<string>>();
    for (const { set, content } of alike) {
      const key = placeKey(content);
      counts.set(key, (counts.get(key) ?? new Set()).add(set));
    }
    const countOf = ({ content }: SourceSpan) => counts.get(placeKey(content))?.size ?? 0;
    const candidates = [...alike].sort(
      (a, b) =>
        countOf(b) - countOf(a) ||
        lengthOf(b.content.fragments) - lengthOf(a.content.fragments) ||
        inSourceOrder(a, b),
    );
    // Ids of spans may be the same in two sets; those of what lies here are not.
    const lying = (source: SourceSpan) => ({ ...source.content, id: sourceKey(source), source });
    const free = new RangeSet(alike.map(lying));
    const taken = new Set<string>();
    for (const candidate of candidates) {
      if (taken.has(sourceKey(candidate))) continue;
      const best = new Map<string, { source: SourceSpan; shared: number }>();
      for (const { source } of free.overlapping(candidate.content.fragments)) {
        const shared = sharedLength(source.content.fragments, candidate.content.fragments);
        const known = best.get(source.set);
        const isBetter =
          !known ||
          shared > known.shared ||
          (shared === known.shared && inSourceOrder(source, known.source) < 0);
        if (isBetter) best.set(source.set, { source, shared });
      }
      // It stands for its own set, whatever else of that set lies over it.
      best.set(candidate.set, { source: candidate, shared: 0 });
      if (best.size < needed) continue;
      const sources = [...best.values()].map(({ source }) => source);
      for (const source of sources) {
        taken.add(sourceKey(source));
        free.delete(lying(source));
      }
      groups.push({ placed: candidate.content, sources });
    }
  }
  return groups;
}

function byReviewer(
  sources: readonly SourceSpan[],
  order: ReadonlyMap<string, number>,
): SourceSpan[] {
  const at = ({ set }: Source) => order.get(set) ?? Number.POSITIVE_INFINITY;
  // Two that are not known are told apart by what they are.
  return [...sources].sort((a, b) => (at(a) === at(b) ? inSourceOrder(a, b) : at(a) - at(b)));
}

/** By attribute what most have, none being a value too; ties to what comes first. */
function usualAttributes(sources: readonly { content: { attributes: Attributes } }[]): Attributes {
  return usual(sources.map(({ content }) => content.attributes));
}

function usual(all: readonly Attributes[]): Attributes {
  const names = new Set(all.flatMap((attributes) => Object.keys(attributes)));
  const chosen: [string, AttributeValue][] = [];
  for (const name of names) {
    const counts: { value: AttributeValue | undefined; count: number }[] = [];
    for (const attributes of all) {
      const value = keptUnder(attributes, name);
      const known = counts.find((one) => sameValue(one.value, value));
      if (known) known.count += 1;
      else counts.push({ value, count: 1 });
    }
    // A sort keeps the order of what is equal, so the first reviewer's comes first.
    const [most] = counts.sort((a, b) => b.count - a.count);
    if (most?.value !== undefined) chosen.push([name, most.value]);
  }
  return Object.fromEntries(chosen);
}

/** What gestures are made on. */
export type Desk = {
  /** What the reviewers have submitted of the passage, the first reviewer's first. */
  readonly sets: readonly ReviewedSet[];
  readonly gold: Annotations;
  readonly text: ArticleText;
  readonly scheme: Scheme;
  /** From how many reviewers relations follow. */
  readonly rule: AdjudicationRule;
  /** Makes an id for what is new. */
  readonly newId: () => string;
};

/** What a gesture asks of a gold set: one step of undo. */
export type Gesture = readonly Intent[];

/** What a span of gold is to be. */
export type Wanted = Pick<Span, "label" | "fragments" | "attributes">;

/**
 * Whether a cluster waits for somebody: whether one of its sources has no decision, or is not any more what it was
 * when it was decided on.
 *
 * @param changed by their keys, those that are not
 */
export function isDispute(
  cluster: readonly Source[],
  gold: Annotations,
  changed: ReadonlySet<string> = new Set(),
): boolean {
  return cluster.some((source) => !decisionsOf(gold).on(source) || changed.has(sourceKey(source)));
}

/** The sources of a span of gold: those of its decisions. None for one that is the curator's own. */
export function derivedFrom(gold: Annotations, spanId: string): Source[] {
  return sortedSources(
    decisionsOf(gold)
      .naming(spanId)
      .flatMap(({ sources }) => sources),
  );
}

/**
 * What a rule settles by itself: what reviewers agree on, and nothing that has been decided. Sources that are the same
 * as a span of gold that came of others join it. Where two that agree are in each other's way, the one of more
 * reviewers comes; of as many, neither: that is a dispute.
 *
 * @param decided by their keys, sources that were decided on before: they are left to people
 */
export function preaccepting(desk: Desk, decided: ReadonlySet<string> = new Set()): Gesture {
  const work = new Work(desk);
  const reviewers = desk.sets.map(({ id }) => id);
  const isFree = (source: Source) =>
    !decisionsOf(desk.gold).on(source) && !decided.has(sourceKey(source));
  const settled = new Map(
    [...desk.gold.spans.values()]
      .filter(({ id }) => decisionsOf(desk.gold).naming(id).length > 0)
      .map((span) => [placeKey(span), span]),
  );
  for (const cluster of clustersOf(desk.sets)) {
    const free: SourceSpan[] = [];
    for (const source of cluster.filter(isFree)) {
      const same = settled.get(placeKey(source.content));
      const isIn = same && !derivedFrom(work.gold, same.id).some(({ set }) => set === source.set);
      if (isIn) work.decide("agreed", [source], [same.id], "");
      else free.push(source);
    }
    const agreements = agreedIn(free, desk.rule, reviewers).sort(
      (a, b) => b.sources.length - a.sources.length,
    );
    for (const agreement of agreements) {
      const rivals = labelRule(desk.scheme, agreement.label).overlap
        ? []
        : agreements.filter(
            (other) =>
              other !== agreement &&
              other.label === agreement.label &&
              other.sources.length === agreement.sources.length &&
              sharedLength(other.fragments, agreement.fragments) > 0,
          );
      if (rivals.length === 0)
        work.tryTo(() => work.settle("agreed", agreement.sources, agreement));
    }
  }
  work.relate();
  return work.done;
}

/** What reviewers agree on of the article itself, by attribute, as far as gold says nothing of it yet. */
export function agreedOnArticle({
  sets,
  gold,
  rule,
}: Pick<Desk, "gold" | "rule"> & {
  sets: readonly { readonly attributes: Attributes }[];
}): Gesture {
  const needed = neededOf(rule, sets.length);
  const all = sets.map(({ attributes }) => attributes);
  const agreed = Object.entries(usual(all)).filter(
    ([name, value]) =>
      keptUnder(gold.attributes, name) === undefined &&
      all.filter((attributes) => sameValue(keptUnder(attributes, name), value)).length >= needed,
  );
  const attributes = Object.fromEntries(agreed.map(([name, value]) => [name, copied(value)]));
  return agreed.length === 0 ? [] : [{ type: "set_article_attributes", attributes }];
}

/**
 * Takes a reviewer's span as it is, its attributes too. Others' with the same label and fragments are taken with it,
 * one of each reviewer; what competes with it is rejected with the same gesture.
 *
 * @param passedOver what else is rejected; {@link rivalsOf} it unless told
 */
export function accepting(
  desk: Desk,
  chosen: Source,
  { reason = "", passedOver }: { reason?: string; passedOver?: readonly Source[] } = {},
): Gesture {
  const work = new Work(desk);
  const source = work.found(chosen);
  work.free([source]);
  const near = work.undecidedOver(source.content.fragments);
  const same = near.filter(
    ({ set, content }) => set !== source.set && placeKey(content) === placeKey(source.content),
  );
  const first = new Map(same.toReversed().map((other) => [other.set, other]));
  const sources = [source, ...first.values()];
  const rest = passedOver ?? rivalsIn(source, near);
  work.settle("accepted", sources, source.content, reason);
  work.passOver(rest, sources);
  work.relate();
  return work.done;
}

/**
 * The sources without a decision that compete with one: that overlap it and have its label, or share at least half
 * of all words that the two cover, whatever their label. A claim within an attribution is none.
 */
export function rivalsOf(desk: Desk, chosen: Source): Source[] {
  const work = new Work(desk);
  const source = work.found(chosen);
  return sortedSources(rivalsIn(source, work.undecidedOver(source.content.fragments)));
}

function rivalsIn(chosen: SourceSpan, near: readonly SourceSpan[]): SourceSpan[] {
  const { label, fragments } = chosen.content;
  return near.filter((other) => {
    if (sourceKey(other) === sourceKey(chosen)) return false;
    const shared = sharedLength(other.content.fragments, fragments);
    if (shared === 0) return false;
    const all = lengthOf(other.content.fragments) + lengthOf(fragments) - shared;
    return other.content.label === label || 2 * shared >= all;
  });
}

/**
 * Makes one span of several: all their fragments, the label that most have, ties to the first reviewer, and by
 * attribute of that label the value that most have.
 */
export function merging(desk: Desk, chosen: readonly Source[], reason = ""): Gesture {
  const work = new Work(desk);
  const order = new Map(desk.sets.map(({ id }, index) => [id, index]));
  const sources = byReviewer(
    chosen.map((one) => work.found(one)),
    order,
  );
  const { label = "" } = usual(sources.map(({ content }) => ({ label: content.label })));
  const rule = labelRule(desk.scheme, String(label));
  const fragments = normaliseFragments(sources.flatMap(({ content }) => content.fragments));
  const attributes = fitting(rule, usualAttributes(sources));
  work.free(sources);
  work.settle("merged", sources, { label: rule.name, fragments, attributes }, reason);
  work.relate();
  return work.done;
}

/** Makes of some sources what the curator says. */
export function editing(
  desk: Desk,
  chosen: readonly Source[],
  wanted: Wanted,
  reason = "",
): Gesture {
  const work = new Work(desk);
  const sources = chosen.map((one) => work.found(one));
  work.free(sources);
  work.settle("edited", sources, wanted, reason);
  work.relate();
  return work.done;
}

/** Leaves some sources out of gold. */
export function rejecting(desk: Desk, chosen: readonly Source[], reason = ""): Gesture {
  const work = new Work(desk);
  const sources = chosen.map((one) => work.found(one));
  work.free(sources);
  work.decide("rejected", sources, [], reason);
  return work.done;
}

/**
 * Adds a span that no reviewer marked.
 *
 * @param passedOver sources that are rejected with it, as far as they have no decision
 */
export function ownSpan(
  desk: Desk,
  wanted: Wanted,
  { reason = "", passedOver = [] }: { reason?: string; passedOver?: readonly Source[] } = {},
): Gesture {
  const work = new Work(desk);
  work.add(wanted);
  work.passOver(passedOver, [], reason);
  return work.done;
}

/** Takes decisions back, and the spans of gold that are of no other decision: their sources are disputes again. */
export function takingBack(desk: Desk, decisions: readonly string[]): Gesture {
  const work = new Work(desk);
  for (const id of decisions) work.takeBack(id);
  return work.done;
}

/** Removes a span of gold, its relations and the decisions that came to it first. */
export function removing(desk: Desk, spanId: string): Gesture {
  const work = new Work(desk);
  for (const { id } of decisionsOf(desk.gold).naming(spanId)) work.takeBack(id);
  if (work.gold.spans.has(spanId)) work.remove(spanId);
  return work.done;
}

/** A gesture as it is being made: what it asks so far, and what gold would be then. */
class Work {
  readonly #desk: Desk;
  readonly #done: Intent[] = [];
  readonly #known: ReadonlyMap<string, SourceSpan>;
  /** Spans of gold that sources came to, by this gesture. */
  readonly #reached = new Set<string>();
  readonly gold: Annotations;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.gold = desk.gold.copy();
    this.#known = new Map(
      desk.sets.flatMap(({ id: set, spans }) =>
        spans.map((content) => {
          const source = { set, span: content.id, content };
          return [sourceKey(source), source] as const;
        }),
      ),
    );
  }

  get done(): Gesture {
    return this.#done;
  }

  /** @throws Refusal "conflict" for what none of the sets has */
  found(source: Source): SourceSpan {
    const known = this.#known.get(sourceKey(source));
    if (!known) throw new Refusal("conflict", "This reviewer's span is no longer there.", source);
    return known;
  }

  /** The sources without a decision that overlap some words, in text order. */
  undecidedOver(fragments: readonly Fragment[]): SourceSpan[] {
    const decided = decisionsOf(this.gold);
    return [...this.#known.values()]
      .filter((source) => sharedLength(source.content.fragments, fragments) > 0)
      .filter((source) => !decided.on(source))
      .sort(inSourceOrder);
  }

  /** Does nothing at all where something of it is refused. */
  tryTo(attempt: () => void): void {
    const before = this.#done.length;
    try {
      attempt();
    } catch (error) {
      // What was refused came first: a span is added before its decision.
      if (!(error instanceof Refusal) || this.#done.length > before) throw error;
    }
  }

  /** Takes back what was decided on some sources. */
  free(sources: readonly Source[]): void {
    for (const source of sources) {
      const decision = decisionsOf(this.gold).on(source);
      if (decision) this.takeBack(decision.id);
    }
  }

  takeBack(id: string): void {
    const decision = decisionsOf(this.gold).all.get(id);
    if (!decision)
      throw new Refusal("conflict", "This decision is no longer there.", { decision: id });
    this.#ask({ type: "remove_decision", decision: { id } });
    for (const span of decision.spans) {
      if (decisionsOf(this.gold).naming(span).length === 0) this.remove(span);
    }
  }

  remove(spanId: string): void {
    for (const { id } of this.gold.relationsOf(spanId)) {
      this.#ask({ type: "remove_relation", relation: { id } });
    }
    this.#ask({ type: "remove_span", span: { id: spanId } });
  }

  add({ label, fragments, attributes }: Wanted): string {
    const id = this.#desk.newId();
    const quote = quoteOf(this.#desk.text, fragments);
    const span = { id, label, fragments: [...fragments], quote, attributes: copied(attributes) };
    this.#ask({ type: "add_span", span });
    return id;
  }

  /** Has sources come to a span, which may be one of the curator's own that is there already. */
  settle(
    outcome: Exclude<Outcome, "rejected">,
    sources: readonly Source[],
    wanted: Wanted,
    reason = "",
  ): void {
    const own = this.gold
      .overlapping(wanted.fragments, wanted.label)
      .find((span) => placeKey(span) === placeKey(wanted) && this.#isOwn(span.id));
    this.decide(outcome, sources, [own?.id ?? this.add(wanted)], reason);
  }

  #isOwn(spanId: string): boolean {
    return decisionsOf(this.gold).naming(spanId).length === 0;
  }

  decide(
    outcome: Outcome,
    sources: readonly Source[],
    spans: readonly string[],
    reason: string,
  ): void {
    const decision = {
      id: this.#desk.newId(),
      sources: sortedSources(sources),
      outcome,
      spans: [...spans],
      reason,
    };
    this.#ask({ type: "add_decision", decision });
    for (const span of spans) this.#reached.add(span);
  }

  /** Rejects what is neither decided nor among some that are kept. */
  passOver(rest: readonly Source[], kept: readonly Source[], reason = ""): void {
    const keys = new Set(kept.map(sourceKey));
    const over = rest.filter(
      (source) => !keys.has(sourceKey(source)) && !decisionsOf(this.gold).on(source),
    );
    if (over.length > 0) this.decide("rejected", over, [], reason);
  }

  /**
   * Adds the relations that follow what came to gold: those between two spans of it of which one came now, that as
   * many reviewers have as the rule wants, or all who marked both ends, where those are fewer.
   */
  relate(): void {
    const { sets, rule, scheme } = this.#desk;
    const needed = neededOf(rule, sets.length);
    const found = new Map<string, Followed>();
    for (const set of sets) {
      for (const relation of set.relations) {
        const [from, to] = [this.#cameTo(set, relation.from), this.#cameTo(set, relation.to)];
        if (from === null || to === null || from === to) continue;
        if (!this.#reached.has(from) && !this.#reached.has(to)) continue;
        const type = scheme.relations.find(({ name }) => name === relation.type);
        const ends = type?.symmetric ? [from, to].sort(compareByUnit) : [from, to];
        const key = `${relation.type} ${ends.join(" ")}`;
        const known = found.get(key);
        if (known?.sets.has(set.id)) continue;
        const all = [...(known?.attributes ?? []), relation.attributes];
        const who = (known?.sets ?? new Set()).add(set.id);
        found.set(key, { type: relation.type, from, to, attributes: all, sets: who });
      }
    }
    for (const { type, from, to, attributes, sets: who } of found.values()) {
      const could = sets.filter(({ id }) => this.#marked(id, from) && this.#marked(id, to));
      if (who.size < Math.min(needed, could.length)) continue;
      const rule = scheme.relations.find(({ name }) => name === type);
      // What the scheme does not let be is left to the curator.
      if (!rule || !this.gold.mayRelate(rule, from, to)) continue;
      this.tryTo(() =>
        this.#ask({
          type: "add_relation",
          relation: {
            id: this.#desk.newId(),
            type,
            from,
            to,
            attributes: copied(fitting(relationHolder(rule), usual(attributes))),
          },
        }),
      );
    }
  }

  /** The one span of gold that a source came to; null for none, or for several. */
  #cameTo({ id: set }: ReviewedSet, span: string): string | null {
    const spans = decisionsOf(this.gold).on({ set, span })?.spans ?? [];
    return spans.length === 1 ? (spans[0] ?? null) : null;
  }

  #marked(set: string, goldSpan: string): boolean {
    return decisionsOf(this.gold)
      .naming(goldSpan)
      .some(({ sources }) => sources.some((source) => source.set === set));
  }

  #ask(intent: Intent): void {
    const { text, scheme } = this.#desk;
    this.gold.apply(intent, { text, scheme });
    this.#done.push(intent);
  }
}

/** A relation between two spans of gold that some sets have. */
type Followed = Pick<Relation, "type" | "from" | "to"> & {
  readonly attributes: readonly Attributes[];
  readonly sets: Set<string>;
};

/** Those of some attributes that a label or a relation may have. */
function fitting(holder: AttributeHolder, attributes: Attributes): Attributes {
  const rules = new Map(holder.attributes.map((rule) => [rule.name, rule]));
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => {
      const rule = rules.get(name);
      return rule !== undefined && isValueOf(rule, value);
    }),
  );
}

/** The same again, which its receiver may change. */
function copied<T extends AttributeValue | Attributes>(value: T): Mutable<T> {
  return structuredClone(value) as Mutable<T>; // a clone is nobody else's
}

type Mutable<T> = T extends readonly string[]
  ? string[]
  : T extends Attributes
    ? Record<string, T[string] extends infer Value ? Mutable<Value> : never>
    : T;
