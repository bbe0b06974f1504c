import { v7 as uuid } from "uuid";
import {
  type AdjudicationRule,
  accepting,
  type Cluster,
  clustersOf,
  type Desk,
  editing,
  type Gesture,
  isDispute,
  merging,
  ownSpan,
  type ReviewedSet,
  rejecting,
  rivalsOf,
  type Source,
  type SourceSpan,
  takingBack,
  type Wanted,
} from "@/lib/domain/adjudication";
import { decisionsOf, sourceKey } from "@/lib/domain/decisions";
import { labelStyle } from "@/lib/domain/label-style";
import { extentOf, placeKey } from "@/lib/domain/likeness";
import type { Annotations, Decision, Intent } from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import { defaultsOf, labelRule } from "@/lib/domain/scheme";
import { normaliseFragments, overlap, quoteOf, type Span } from "@/lib/domain/span";
import type { Range } from "@/lib/domain/text";
import type { Emphasis, Highlight } from "@/lib/editor/label-drawing";
import type { AnnotatorController } from "./controller";
import { usualVersion, type Version, versionsOf } from "./dispute-versions";
import { appearanceOf } from "./label-appearance";
import { readable } from "./wording";

/** Who has submitted the article: by the pseudonym, and by name where curators may know that. */
export type Reviewer = { readonly set: string; readonly key: string; readonly name: string | null };

/** A passage that reviewers marked, and how far it is settled. */
export type Passage = {
  /** The same as long as the reviewers' sets are. */
  readonly key: string;
  readonly cluster: Cluster;
  readonly range: Range;
  /** "agreed": by the rule alone, so that nobody had to look at it. */
  readonly state: "open" | "decided" | "agreed";
};

export type AdjudicatorState = {
  /** All of them, in text order. */
  readonly passages: readonly Passage[];
  readonly inHand: Passage | null;
  /** Of those in hand that nothing is decided on, or all of them where all is decided. */
  readonly versions: readonly Version[];
  /** How many passages nobody has settled yet … */
  readonly left: number;
  /** … of so many that the rule did not settle. */
  readonly disputes: number;
  /** What was decided here last, in words; null after something was undone. */
  readonly last: string | null;
  /** What is written as the reason of the next decision. */
  readonly reason: string;
};

/** What is drawn on the text, and how. */
export type ShownGold = Pick<
  AnnotatorController,
  "text" | "segmentation" | "subscribe" | "highlightOf" | "emphasis"
> & {
  state(): { readonly spans: readonly Span[] };
};

/** The ids of what is drawn beside the spans of gold begin with these, which no span's does. */
const CANDIDATE = "candidate ";
const OPEN = "open ";
/** Before those of candidates in the order of ids: the outermost where both begin and end together. */
const IN_HAND = "_hand ";

/**
 * The workbench of a curator without its looks: which dispute is in hand, what each gesture makes of it, and what is
 * to be drawn on the text. The gold set itself, its saving and its undoing are the annotator's.
 */
export class Adjudicator {
  readonly annotator: AnnotatorController;
  readonly reviewers: readonly Reviewer[];
  readonly #sets: readonly ReviewedSet[];
  readonly #rule: AdjudicationRule;
  /** The ids of decisions on sources that were not what they had been any more when the desk was opened. */
  readonly #outdated: ReadonlySet<string>;
  /** With the keys of their sources. */
  readonly #clusters: readonly {
    readonly key: string;
    readonly cluster: Cluster;
    readonly range: Range;
    readonly sources: readonly string[];
  }[];
  readonly #listeners = new Set<() => void>();
  /** What is drawn of a passage: the same objects as long as it is the same. */
  readonly #open = new Map<string, Span>();
  readonly #drawings = new Map<string, readonly Span[]>();
  readonly #highlights = new WeakMap<Span, Highlight>();
  /** The key of the passage in hand. */
  #inHand: string | null;
  #last: string | null = null;
  #reason = "";
  #gold: Annotations;
  #state: AdjudicatorState;
  /** While a gesture is made: what it comes to is looked at once, when it is. */
  #isActing = false;
  #drawn: readonly Span[] = [];
  #emphasis: Emphasis = { selected: null, related: new Set() };

  constructor(
    annotator: AnnotatorController,
    given: {
      readonly reviewers: readonly Reviewer[];
      /** In the order of those. */
      readonly sets: readonly ReviewedSet[];
      readonly rule: AdjudicationRule;
      readonly changed: readonly Source[];
    },
  ) {
    this.annotator = annotator;
    this.reviewers = given.reviewers;
    this.#sets = given.sets;
    this.#rule = given.rule;
    this.#outdated = new Set(
      given.changed.flatMap((source) => decisionsOf(annotator.set).on(source)?.id ?? []),
    );
    this.#clusters = clustersOf(given.sets).map((cluster) => {
      const sources = cluster.map(sourceKey);
      const range = extentOf(cluster.map(({ content }) => content));
      return { key: sources.join(" "), cluster, range, sources };
    });
    this.shown = {
      text: annotator.text,
      get segmentation() {
        return annotator.segmentation;
      },
      subscribe: this.subscribe,
      state: () => ({ spans: this.#drawn }),
      highlightOf: (span) => this.#highlightOf(span),
      emphasis: () => this.#emphasis,
    };
    this.#gold = annotator.set;
    this.#inHand = null;
    this.#state = this.#currentState();
    this.#inHand = this.#state.passages.find(({ state }) => state === "open")?.key ?? null;
    this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): AdjudicatorState => this.#state;

  /** Follows the gold set; the returned function stops that. */
  start(): () => void {
    const stop = this.annotator.subscribe(() => this.#emit());
    this.#emit();
    return stop;
  }

  /** The text as it is drawn: gold, what is still open, and all that reviewers made of the passage in hand. */
  readonly shown: ShownGold;

  /** Takes a passage in hand. */
  take(key: string | null): void {
    if (key === this.#inHand) return;
    this.#inHand = key;
    this.#reason = "";
    this.annotator.select(null);
    this.#emit();
    this.#sayInHand();
  }

  /**
   * Takes the next or previous passage in hand that is open, or any that the rule did not settle; after the last comes
   * the first again.
   *
   * @returns false where there is none, which is said
   */
  step(by: -1 | 1, { any = false } = {}): boolean {
    const { passages } = this.#state;
    const wanted = ({ state }: Passage) => (any ? state !== "agreed" : state === "open");
    const at = passages.findIndex(({ key }) => key === this.#inHand);
    const behind = at < 0 ? passages : [...passages.slice(at + 1), ...passages.slice(0, at)];
    const next = by === 1 ? behind.find(wanted) : behind.findLast(wanted);
    if (!next) {
      const isInHand = this.#state.inHand?.state === "open";
      this.annotator.announce(
        any || isInHand ? "There is no other dispute." : "No dispute is left.",
      );
      return false;
    }
    this.take(next.key);
    return true;
  }

  /**
   * A press on what is drawn at one place takes its passage in hand; a span of gold of it is selected.
   *
   * @returns whether there is anything
   */
  press(ids: readonly string[]): boolean {
    const gold = ids.filter((id) => this.#gold.spans.has(id));
    const marked = ids.find((id) => id.startsWith(OPEN))?.slice(OPEN.length);
    const source = gold.flatMap((id) => decisionsOf(this.#gold).naming(id))[0]?.sources[0];
    const key = marked ?? (source ? this.#passageOf(source) : null);
    if (key !== null && key !== undefined) this.take(key);
    if (gold.length > 0) this.annotator.press(gold);
    return key !== null || gold.length > 0;
  }

  /** Writes the reason of the next decision. */
  because(reason: string): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#emit();
  }

  /** Has the decisions on the passage in hand have the written reason. */
  giveReason(): boolean {
    const decisions = this.decisionsInHand().filter(({ reason }) => reason !== this.#reason);
    if (decisions.length === 0 || this.#state.inHand?.state !== "decided") return false;
    return this.annotator.perform(
      decisions.flatMap((decision) => [
        { type: "remove_decision", decision: { id: decision.id } },
        { type: "add_decision", decision: { ...decision, id: uuid(), reason: this.#reason } },
      ]),
    );
  }

  /** Takes what a reviewer made of the passage in hand, and nothing else there. */
  accept(reviewer: number): boolean {
    const version = this.#state.versions.find(({ reviewers }) => reviewers.includes(reviewer));
    return version !== undefined && this.#take(version, "accept");
  }

  /** Takes what most reviewers made of it; see {@link usualVersion}. */
  acceptUsual(): boolean {
    const version = usualVersion(this.#state.versions);
    return version !== null && this.#take(version, "accept");
  }

  /** Takes one span of a version, and leaves open what it does not stand in the way of. */
  acceptSpan(source: Source): boolean {
    return this.#decide((desk) => accepting(desk, source, { reason: this.#reason }));
  }

  /** Makes one span of all that overlap each other and mean the same passage; see {@link rivalsOf}. */
  merge(): boolean {
    const reason = this.#reason;
    return this.#decide((desk, open) =>
      inTurn(
        desk,
        groupsOf(desk, open).map(
          (group) => (now: Desk) =>
            group.length === 1 && group[0]
              ? accepting(now, group[0], { reason, passedOver: [] })
              : merging(now, group, reason),
        ),
      ),
    );
  }

  /** Leaves all out of gold that reviewers marked there. */
  reject(): boolean {
    return this.#decide((desk, open) => rejecting(desk, open, this.#reason));
  }

  /**
   * Has what most reviewers made of the passage, or what it came to already, be there to be changed, and selects it.
   *
   * @returns the span that is selected; null where nothing can be
   */
  edit(): string | null {
    const here = this.decisionsInHand().flatMap(({ spans }) => spans);
    if (here.length === 0) {
      const version = usualVersion(this.#state.versions.filter(({ spans }) => spans.length > 0));
      if (!version || !this.#take(version, "edit", { stays: true })) return null;
    }
    const spans = this.decisionsInHand()
      .flatMap((decision) => decision.spans)
      .flatMap((id) => this.#gold.spans.get(id) ?? [])
      .sort(inTextOrder);
    const at = spans.findIndex(({ id }) => id === this.annotator.state().selected);
    const next = spans[(at + 1) % spans.length];
    if (!next) return null;
    this.annotator.select(next.id);
    return next.id;
  }

  /** Whether something can be made of a selection under this label. */
  own(label: string, covered: readonly Range[]): boolean {
    const rule = this.annotator.scheme.labels.find(({ name }) => name === label);
    if (!rule || covered.length === 0) return false;
    const wanted: Wanted = {
      label,
      fragments: normaliseFragments(covered),
      attributes: defaultsOf(rule),
    };
    const touches = (source: SourceSpan) => overlap(source.content.fragments, wanted.fragments);
    const isHere = this.#state.inHand?.cluster.some(touches) === true;
    if (!isHere) {
      // Beside what is in hand, that stays as it is.
      const desk = this.#desk([]);
      return this.#do(() => ownSpan(desk, wanted, { reason: this.#reason }), { stays: true });
    }
    return this.#decide((desk, open) => {
      const reason = this.#reason;
      const met = open.filter(touches);
      const rest = open.filter((source) => !touches(source));
      return inTurn(desk, [
        (now) => (met.length > 0 ? editing(now, met, wanted, reason) : ownSpan(now, wanted)),
        (now) => (rest.length > 0 ? rejecting(now, rest, reason) : []),
      ]);
    });
  }

  /** Takes back what was decided on the passage in hand: it is open again. */
  takeBack(): boolean {
    const decisions = this.decisionsInHand().map(({ id }) => id);
    if (decisions.length === 0) return false;
    const desk = this.#desk(this.#state.inHand?.cluster ?? []);
    return this.#do(() => takingBack(desk, decisions), { stays: true });
  }

  undo(): void {
    this.#turn(() => this.annotator.undo());
  }

  redo(): void {
    this.#turn(() => this.annotator.redo());
  }

  /** The decisions on the passage in hand. */
  decisionsInHand(): readonly Decision[] {
    const decisions = (this.#state.inHand?.cluster ?? []).flatMap(
      (source) => decisionsOf(this.#gold).on(source) ?? [],
    );
    return [...new Set(decisions)];
  }

  /** Why the passage in hand was decided as it was; "" where nobody has said. */
  reasonInHand(): string {
    return this.decisionsInHand().find(({ reason }) => reason !== "")?.reason ?? "";
  }

  /** The reviewers of some sources, by their places. */
  reviewersOf(sources: readonly Source[]): number[] {
    const sets = new Set(sources.map(({ set }) => set));
    return this.reviewers.flatMap(({ set }, index) => (sets.has(set) ? [index] : []));
  }

  /** How a reviewer is called here. */
  nameOf(reviewer: number): string {
    const known = this.reviewers[reviewer];
    return known?.name ?? known?.key ?? "";
  }

  /** How the reviewers of some sources are called, one after the other. */
  namesOf(sources: readonly Source[]): string {
    return this.reviewersOf(sources)
      .map((reviewer) => this.nameOf(reviewer))
      .join(", ");
  }

  /** The relations of a reviewer's span, with the other end. */
  relationsOf({ set, span }: Source): { type: string; isFrom: boolean; other: Span }[] {
    const of = this.#sets.find(({ id }) => id === set);
    return (of?.relations ?? []).flatMap(({ type, from, to }) => {
      if (from !== span && to !== span) return [];
      const other = of?.spans.find(({ id }) => id === (from === span ? to : from));
      return other ? [{ type, isFrom: from === span, other }] : [];
    });
  }

  #take(version: Version, how: "accept" | "edit", { stays = false } = {}): boolean {
    const reason = this.#reason;
    return this.#decide(
      (desk, open) => {
        if (version.spans.length === 0) return rejecting(desk, open, reason);
        const steps = version.spans.map((source) => (now: Desk) => {
          if (decisionsOf(now.gold).on(source)) return [];
          if (how === "accept") return accepting(now, source, { reason, passedOver: [] });
          const { label, fragments, attributes } = source.content;
          const same = [source, ...rivalsOf(now, source).filter((one) => isOf(open, one))];
          return editing(now, same, { label, fragments, attributes }, reason);
        });
        return inTurn(desk, [
          ...steps,
          (now) => {
            const rest = open.filter((source) => !decisionsOf(now.gold).on(source));
            return rest.length > 0 ? rejecting(now, rest, reason) : [];
          },
        ]);
      },
      { stays },
    );
  }

  /** Has a gesture decide on the passage in hand, on all of it anew where all of it was decided. */
  #decide(
    gesture: (desk: Desk, open: readonly SourceSpan[]) => Gesture,
    options: { stays?: boolean } = {},
  ): boolean {
    const { inHand } = this.#state;
    if (!inHand) return false;
    const desk = this.#desk(inHand.cluster);
    const open = this.#openOf(inHand);
    return this.#do(
      () =>
        inTurn(desk, [
          (now) => {
            const stale = open.flatMap((source) => decisionsOf(now.gold).on(source)?.id ?? []);
            return takingBack(now, [...new Set(stale)]);
          },
          (now) => gesture(now, open),
        ]),
      options,
    );
  }

  /** @param stays whether the same passage is in hand after it */
  #do(make: () => Gesture, { stays = false }: { stays?: boolean } = {}): boolean {
    const { annotator } = this;
    const { inHand } = this.#state;
    if (!annotator.mayChange()) return false;
    let gesture: Gesture;
    try {
      gesture = make();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      annotator.told.problem(error.message);
      annotator.announce(error.message);
      return false;
    }
    const before = this.#gold;
    const isDone = this.#acting(() => {
      annotator.select(null);
      return annotator.perform(gesture);
    });
    if (!isDone) {
      this.#emit();
      return false;
    }
    this.#last =
      inHand &&
      deedWords(gesture, before, {
        scheme: annotator.scheme,
        nameOf: (sources) => this.namesOf(sources),
      });
    this.#reason = "";
    if (!stays) this.#goOn();
    this.#emit();
    this.#sayDeed({ stays });
    return true;
  }

  #acting<Of>(act: () => Of): Of {
    this.#isActing = true;
    try {
      return act();
    } finally {
      this.#isActing = false;
    }
  }

  /** After a decision, the next open passage is in hand; without any, this one stays. */
  #goOn(): void {
    this.#gold = this.annotator.set;
    const passages = this.#currentPassages();
    const at = passages.findIndex(({ key }) => key === this.#inHand);
    const behind = [...passages.slice(at + 1), ...passages.slice(0, at + 1)];
    const next = behind.find(({ state }) => state === "open");
    if (next) this.#inHand = next.key;
  }

  #turn(turn: () => void): void {
    const before = new Map(this.#state.passages.map(({ key, state }) => [key, state]));
    this.#last = null;
    this.#acting(turn);
    this.#look();
    const changed = this.#state.passages.find(({ key, state }) => before.get(key) !== state);
    if (changed) this.#inHand = changed.key;
    this.#emit();
    if (changed) this.#sayInHand();
  }

  #sayDeed({ stays }: { stays: boolean }): void {
    const { left, inHand } = this.#state;
    const done = this.#last ?? "";
    const next =
      left === 0
        ? " All disputes are decided."
        : stays || !inHand
          ? ""
          : ` ${left} left. Next: ${this.#wordsOf(inHand)}`;
    this.annotator.announce(done + next);
  }

  #sayInHand(): void {
    const { inHand } = this.#state;
    if (inHand) this.annotator.announce(this.#wordsOf(inHand));
  }

  #wordsOf({ state, range }: Passage): string {
    const words = this.annotator.text.slice(range);
    const what = state === "open" ? "Dispute" : state === "decided" ? "Decided" : "Agreed";
    return `${what}: ${words.length > 120 ? `${words.slice(0, 120)} …` : words}`;
  }

  #desk(passage: Cluster): Desk {
    const bySet = Map.groupBy(passage, ({ set }) => set);
    return {
      sets: this.#sets.map((set) => ({
        ...set,
        spans: (bySet.get(set.id) ?? []).map(({ content }) => content),
      })),
      gold: this.#gold,
      text: this.annotator.text,
      scheme: this.annotator.scheme,
      rule: this.#rule,
      newId: uuid,
    };
  }

  #passageOf(source: Source): string | null {
    const sought = sourceKey(source);
    const found = this.#clusters.find(({ cluster }) =>
      cluster.some((one) => sourceKey(one) === sought),
    );
    return found?.key ?? null;
  }

  /** Of a passage, the sources that wait for a decision; all where none does. */
  #openOf({ cluster }: Passage): Cluster {
    const changed = this.#changed();
    const open = cluster.filter((source) => isDispute([source], this.#gold, changed));
    return open.length > 0 ? open : cluster;
  }

  #emit(): void {
    if (this.#isActing) return;
    this.#look();
    for (const listener of [...this.#listeners]) listener();
  }

  #look(): void {
    this.#gold = this.annotator.set;
    this.#state = this.#currentState();
    this.#drawn = this.#currentDrawing();
    const { selected, linking } = this.annotator.state();
    const target = linking === null ? [] : [linking.target];
    const related = this.decisionsInHand().flatMap(({ spans }) => spans);
    this.#emphasis = { selected, related: new Set(linking === null ? related : target) };
  }

  /**
   * The keys of sources that are to be decided on anew, since one of those that were decided on together is not what it
   * was. A decision that comes in the place of that one is on what they are now.
   */
  #changed(): ReadonlySet<string> {
    const { all } = decisionsOf(this.#gold);
    const sources = [...this.#outdated].flatMap((id) => all.get(id)?.sources ?? []);
    return new Set(sources.map(sourceKey));
  }

  #currentState(): AdjudicatorState {
    const passages = this.#currentPassages();
    const inHand = passages.find(({ key }) => key === this.#inHand) ?? null;
    const disputes = passages.filter(({ state }) => state !== "agreed");
    const sets = this.#sets.map(({ id }) => id);
    return {
      passages,
      inHand,
      versions: inHand ? versionsOf(this.#openOf(inHand), sets) : [],
      left: disputes.filter(({ state }) => state === "open").length,
      disputes: disputes.length,
      last: this.#last,
      reason: this.#reason,
    };
  }

  #currentPassages(): readonly Passage[] {
    const changed = this.#changed();
    const decided = decisionsOf(this.#gold);
    return this.#clusters.map(({ sources, ...one }): Passage => {
      const decisions = sources.map((key) => (changed.has(key) ? null : decided.onKey(key)));
      const state = decisions.includes(null)
        ? "open"
        : decisions.every((decision) => decision?.outcome === "agreed")
          ? "agreed"
          : "decided";
      return { ...one, state };
    });
  }

  #currentDrawing(): readonly Span[] {
    const { passages, inHand } = this.#state;
    const beside = passages.flatMap((passage) => {
      const isInHand = passage === inHand;
      if (!isInHand) return passage.state === "open" ? [this.#openDrawingOf(passage)] : [];
      const [hand, ...candidates] = this.#drawingInHand(passage);
      return !hand ? [] : passage.state === "open" ? [hand, ...candidates] : [hand];
    });
    return [...this.annotator.state().spans, ...beside].sort(inTextOrder);
  }

  /** All that was marked there, as one span that is none of gold. */
  #coveredBy({ key, cluster }: Passage, kind: typeof OPEN | typeof IN_HAND): Span {
    const fragments = normaliseFragments(cluster.flatMap(({ content }) => content.fragments));
    const quote = quoteOf(this.annotator.text, fragments);
    const span = { id: `${kind}${key}`, label: "", quote, fragments, attributes: {} };
    const words =
      kind === OPEN
        ? { opens: "open dispute:", closes: "end of dispute" }
        : { opens: "in hand:", closes: "end of what is in hand" };
    this.#highlights.set(span, {
      id: span.id,
      fragments,
      style: labelStyle(1),
      letter: "?",
      spoken: fragments.map(() => words),
    });
    return span;
  }

  #openDrawingOf(passage: Passage): Span {
    const known = this.#open.get(passage.key);
    if (known) return known;
    const made = this.#coveredBy(passage, OPEN);
    this.#open.set(passage.key, made);
    return made;
  }

  /** The passage, and then what each of the reviewers made of it. */
  #drawingInHand(passage: Passage): readonly Span[] {
    const known = this.#drawings.get(passage.key);
    if (known) return known;
    const { scheme } = this.annotator;
    const places = Map.groupBy(passage.cluster, ({ content }) => placeKey(content));
    const candidates = [...places].flatMap(([place, [first, ...others]]): Span[] => {
      if (!first) return [];
      const span = { ...first.content, id: `${CANDIDATE}${place}` };
      const { name, letter, style } = appearanceOf(scheme, span.label);
      const reviewers = this.reviewersOf([first, ...others]);
      const names = reviewers.map((at) => this.nameOf(at)).join(", ");
      this.#highlights.set(span, {
        id: span.id,
        fragments: span.fragments,
        style,
        // By the digits that accept it, which stand beside their names in the panel.
        letter: `${letter} ${reviewers.map((at) => at + 1).join(" ")}`,
        spoken: span.fragments.map(() => ({
          opens: `${name} by ${names}:`,
          closes: `end of ${name}`,
        })),
      });
      return [span];
    });
    const made = [this.#coveredBy(passage, IN_HAND), ...candidates];
    this.#drawings.set(passage.key, made);
    return made;
  }

  #highlightOf(span: Span): Highlight {
    return this.#highlights.get(span) ?? this.annotator.highlightOf(span);
  }
}

function isOf(sources: readonly Source[], sought: Source): boolean {
  return sources.some((source) => sourceKey(source) === sourceKey(sought));
}

/** Makes one gesture of several, each on what those before it have made. */
function inTurn(desk: Desk, steps: readonly ((now: Desk) => Gesture)[]): Gesture {
  const gold = desk.gold.copy();
  return steps.flatMap((step) => {
    const gesture = step({ ...desk, gold });
    for (const intent of gesture) gold.apply(intent, desk);
    return gesture;
  });
}

/** Some sources in groups of those that are each other's rivals, directly or by others of them. */
function groupsOf(desk: Desk, sources: readonly SourceSpan[]): SourceSpan[][] {
  const groups: SourceSpan[][] = [];
  const left = new Map(sources.map((source) => [sourceKey(source), source]));
  for (const source of sources) {
    if (!left.delete(sourceKey(source))) continue;
    const group = [source];
    for (const one of group) {
      for (const rival of rivalsOf(desk, one)) {
        const known = left.get(sourceKey(rival));
        if (known && left.delete(sourceKey(rival))) group.push(known);
      }
    }
    groups.push(group);
  }
  return groups;
}

/** What a gesture does, for people. */
function deedWords(
  gesture: readonly Intent[],
  before: Annotations,
  {
    scheme,
    nameOf,
  }: { scheme: AnnotatorController["scheme"]; nameOf: (sources: readonly Source[]) => string },
): string {
  const added = new Map(
    gesture.flatMap((intent) =>
      intent.type === "add_span" ? [[intent.span.id, intent.span] as const] : [],
    ),
  );
  const made = gesture.flatMap((intent) =>
    intent.type === "add_decision" ? [intent.decision] : [],
  );
  const follow = gesture.filter(({ type }) => type === "add_relation").length;
  const kept = made.filter(({ outcome }) => outcome !== "rejected");
  const words = kept.map(({ outcome, spans, sources }) => {
    const span = spans.map((id) => added.get(id) ?? before.spans.get(id))[0];
    const what = span
      ? `${readable(labelRule(scheme, span.label).name)} “${short(span.quote)}”`
      : "";
    const how =
      outcome === "accepted" || outcome === "agreed"
        ? "Accepted"
        : outcome === "merged"
          ? "Merged into"
          : "Became";
    return `${how} ${what} (${nameOf(sources)})`;
  });
  const relations =
    follow === 0 ? "" : follow === 1 ? "1 relation followed" : `${follow} relations followed`;
  const isOwn = made.every(({ outcome }) => outcome === "rejected") && added.size > 0;
  const first =
    words.length > 0
      ? words
      : isOwn
        ? [...added.values()].map((span) => `Added ${readable(span.label)} “${short(span.quote)}”`)
        : [made.length > 0 ? "All left out" : "Taken back: open again"];
  return [...first, ...(relations ? [relations] : [])].join(" · ");
}

function short(words: string): string {
  return words.length > 60 ? `${words.slice(0, 57).trimEnd()} …` : words;
}
