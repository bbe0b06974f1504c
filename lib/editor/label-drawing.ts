import type { LabelStyle } from "@/lib/domain/label-style";
import { changesBetween } from "@/lib/domain/list-changes";
import { RangeSet } from "@/lib/domain/range-set";
import type { Range } from "@/lib/domain/text";
import type { BlockRange, Positions } from "./positions";

/** What is drawn of a span. */
export type Highlight = {
  readonly id: string;
  readonly fragments: readonly Range[];
  /** The drawn style of its label. */
  readonly style: LabelStyle;
  readonly letter: string;
  /** What a screen reader says where each fragment begins and ends, in their order. */
  readonly spoken: readonly SpokenEdges[];
};

export type SpokenEdges = { readonly opens: string; readonly closes: string };

/** Which spans stand out: the selected one, and the other ends of its relations. */
export type Emphasis = { readonly selected: string | null; readonly related: ReadonlySet<string> };

/**
 * One mark: a stretch of one block, drawn for one span. The first of a span carries its letter, those
 * at the ends of its fragments what is said there.
 */
export type LabelMark = BlockRange & { readonly id: string; readonly attributes: MarkAttributes };

export type MarkAttributes = Readonly<Record<string, string>>;

/** What of a span says which it is and where it lies. */
export type Lying = { readonly id: string; readonly fragments: readonly Range[] };

/** A span that is still to go, to come, or to be drawn anew. */
type Outstanding<Span> = {
  readonly id: string;
  /** Null for one that goes. */
  readonly span: Span | null;
  readonly place: Range;
};

/** A change of what is drawn: marks that go and marks that come. */
export type Redraw = { readonly remove: readonly LabelMark[]; readonly add: readonly LabelMark[] };

/** What of a fragment lies in one block; the edges of the fragment, where they are in it, say something. */
type Piece = BlockRange & { readonly opens?: string; readonly closes?: string };

type Drawn = {
  readonly id: string;
  readonly highlight: Highlight;
  /** All are told apart from each other, whatever their labels are. */
  readonly label: "";
  /** From the first of the span's fragments to its last. */
  readonly fragments: readonly [Range];
  readonly pieces: readonly Piece[];
  /** 0 for the line nearest to the words; spans that overlap have different ones, up to 3. */
  readonly lane: number;
  marks: readonly LabelMark[];
};

const LANES = 4;

/** Spans that go or come in one turn of a large change: about 8 ms with drawing them, on a small laptop. */
const TURN = 100;

/**
 * Works out the marks of an article's spans, and for each change of the spans only the marks that
 * change with it. Knows no DOM and no editor.
 *
 * A span has one mark for each block it touches; where one of its fragments begins or ends it is cut
 * at the nearest boundary of any other span, because marks that overlap are drawn in pieces, all with
 * the same attributes, and its letter and what is said at its ends are to be there once.
 */
export class LabelDrawing<Span extends Lying> {
  readonly positions: Positions;
  readonly #highlightOf: (span: Span) => Highlight;
  readonly #drawn = new Map<string, Drawn>();
  /** All positions where a piece starts or ends, sorted, each as often as it is one. */
  readonly #bounds: number[] = [];
  /** What was to be drawn last; nobody changes a list that was given. */
  #spans: readonly Span[] = [];
  readonly #lanes = new RangeSet<Drawn>();
  /** The spans of which a fragment begins at a position … */
  readonly #opening = new Map<number, Set<string>>();
  /** … and of which one ends there. */
  readonly #closing = new Map<number, Set<string>>();
  #emphasis: Emphasis = { selected: null, related: new Set() };
  /** What a large change has left for later turns, the next first. */
  #outstanding: readonly Outstanding<Span>[] = [];

  /**
   * @param highlightOf what is drawn of a span; asked once for each, when its turn comes
   * @param spans in text order
   */
  constructor(
    positions: Positions,
    highlightOf: (span: Span) => Highlight,
    spans: readonly Span[] = [],
    emphasis: Emphasis = { selected: null, related: new Set() },
  ) {
    this.positions = positions;
    this.#highlightOf = highlightOf;
    this.#emphasis = emphasis;
    this.#spans = spans;
    this.#outstanding = spans.map(coming);
    this.#carryOut(spans.length, new Set());
  }

  /** All marks, span by span. */
  marks(): LabelMark[] {
    return [...this.#drawn.values()].flatMap(({ marks }) => marks);
  }

  /**
   * Brings the drawing to these spans and this emphasis; only the marks that differ are redrawn. Of a
   * large change, such as that to another layer, only what is near or emphasised: {@link proceed} does
   * the rest, turn by turn.
   *
   * @param spans in text order; another list wherever one of them is another
   * @param near what is in view, asked for only where it matters; all of the text by default
   */
  update(
    spans: readonly Span[],
    emphasis: Emphasis,
    near: () => Range = () => ({ start: 0, end: this.positions.text.length }),
  ): Redraw {
    const stale = this.#emphasise(emphasis);
    const { gone, come } = changesBetween(this.#spans, spans);
    this.#spans = spans;
    if (gone.length + come.length === 0 && stale.size === 0) return { remove: [], add: [] };
    const changes = this.#differences(gone, come);
    // What was outstanding is so no longer where it has changed since.
    const changed = new Set(changes.map(({ id }) => id));
    const before = this.#outstanding.filter(({ id }) => !changed.has(id));
    if (changes.length <= TURN) {
      const isUrgent = ({ id }: Outstanding<Span>) => stale.has(id);
      const urgent = before.length > 0 ? before.filter(isUrgent) : before;
      const others = urgent.length > 0 ? before.filter((one) => !isUrgent(one)) : before;
      this.#outstanding = [...changes, ...urgent, ...others];
      return this.#carryOut(changes.length + urgent.length, stale);
    }
    const view = near();
    const distance = ({ id, place }: Outstanding<Span>) =>
      emphasis.selected === id || emphasis.related.has(id)
        ? 0
        : Math.max(0, view.start - place.end, place.start - view.end);
    // What goes and what comes at one place keep their order.
    const all = [...changes, ...before];
    const order = Float64Array.from(all, (one, index) => distance(one) * all.length + index).sort();
    this.#outstanding = Array.from(order, (key) => all[key % all.length]).filter(
      (one) => one !== undefined,
    );
    const nearest = order.findIndex((key) => key >= all.length);
    return this.#carryOut(nearest < 0 ? all.length : nearest, stale);
  }

  /** Whether a large change is not carried out yet. */
  get isBehind(): boolean {
    return this.#outstanding.length > 0;
  }

  /**
   * Carries out the next turn of a large change; nothing without one.
   *
   * @param view what is in view where that has changed: it comes before the rest
   */
  proceed(view: Range | null = null): Redraw {
    if (view) {
      const isSeen = ({ place }: Outstanding<Span>) =>
        place.start < view.end && place.end > view.start;
      const seen = this.#outstanding.filter(isSeen);
      if (seen.length > 0) {
        this.#outstanding = [...seen, ...this.#outstanding.filter((one) => !isSeen(one))];
      }
    }
    return this.#carryOut(TURN, new Set());
  }

  /** What leads from what is drawn to what is to be. */
  #differences(gone: readonly Span[], come: readonly Span[]): Outstanding<Span>[] {
    const ids = new Set(come.map(({ id }) => id));
    const leaving = gone
      .filter(({ id }) => !ids.has(id))
      .map((span): Outstanding<Span> => ({ id: span.id, span: null, place: hullOf(span) }));
    return [...leaving, ...come.map(coming)];
  }

  /**
   * Carries out the next of what is outstanding.
   *
   * @param stale the ids of others that are drawn anew
   */
  #carryOut(count: number, stale: Set<string>): Redraw {
    const turn = this.#outstanding.slice(0, count);
    this.#outstanding = this.#outstanding.slice(count);
    const remove: LabelMark[] = [];
    const gone: Drawn[] = [];
    for (const { id } of turn) {
      const old = this.#drawn.get(id);
      if (!old) continue;
      remove.push(...old.marks);
      this.#leave(old);
      gone.push(old);
    }
    const added = new Set<Drawn>();
    const entering = turn.flatMap(({ span }) => span ?? []).sort(byLane);
    for (const span of entering) added.add(this.#enter(this.#highlightOf(span)));
    const [left, come] = [boundsOf(gone), boundsOf(added)];
    moveBounds(this.#bounds, left, come);
    const add: LabelMark[] = [];
    for (const drawn of added) {
      drawn.marks = this.#marksOf(drawn);
      add.push(...drawn.marks);
    }
    for (const id of this.#cutBy(new Set([...left, ...come]))) stale.add(id);
    for (const id of stale) {
      const drawn = this.#drawn.get(id);
      if (!drawn || added.has(drawn)) continue;
      remove.push(...drawn.marks);
      drawn.marks = this.#marksOf(drawn);
      add.push(...drawn.marks);
    }
    return { remove, add };
  }

  /** Takes the emphasis and tells whose changes. */
  #emphasise(emphasis: Emphasis): Set<string> {
    const old = this.#emphasis;
    this.#emphasis = emphasis;
    const ids = [old.selected, emphasis.selected, ...old.related, ...emphasis.related];
    const changed = (id: string) =>
      (old.selected === id) !== (emphasis.selected === id) ||
      old.related.has(id) !== emphasis.related.has(id);
    return new Set(ids.filter((id) => id !== null).filter(changed));
  }

  #enter(highlight: Highlight): Drawn {
    const { id } = highlight;
    const fragments = [hullOf(highlight)] as const;
    const pieces = piecesOf(highlight, this.positions);
    const lane = this.#freeLane(fragments);
    const drawn: Drawn = { id, highlight, label: "", fragments, pieces, lane, marks: [] };
    this.#drawn.set(id, drawn);
    this.#lanes.add(drawn);
    for (const { from, to, opens, closes } of pieces) {
      if (opens !== undefined) note(this.#opening, from, id);
      if (closes !== undefined) note(this.#closing, to, id);
    }
    return drawn;
  }

  #freeLane(fragments: readonly Range[]): number {
    const taken = new Set<number>();
    for (const { lane } of this.#lanes.overlapping(fragments)) {
      // What finds none free lies in the last one, whoever is there.
      if (lane < LANES - 1) taken.add(lane);
      if (taken.size === LANES - 1) break;
    }
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    return lane;
  }

  #leave(drawn: Drawn): void {
    const { id, pieces } = drawn;
    this.#drawn.delete(id);
    this.#lanes.delete(drawn);
    for (const { from, to } of pieces) {
      this.#opening.get(from)?.delete(id);
      this.#closing.get(to)?.delete(id);
    }
  }

  /** The spans that may be cut elsewhere now that there are or were these boundaries. */
  #cutBy(moved: ReadonlySet<number>): Set<string> {
    const ids = new Set<string>();
    for (const bound of moved) {
      const around = ({ from, to }: Piece) => from < bound && bound < to;
      // Between the edge of such a span and the boundary there is no other.
      const opened = this.#opening.get(this.#boundBefore(bound)) ?? [];
      const closed = this.#closing.get(this.#boundAfter(bound)) ?? [];
      for (const id of [...opened, ...closed]) {
        if (this.#drawn.get(id)?.pieces.some(around)) ids.add(id);
      }
    }
    return ids;
  }

  #marksOf({ highlight, pieces, lane }: Drawn): LabelMark[] {
    const { id, style, letter } = highlight;
    const attributes: Record<string, string> = {
      "data-span": id,
      "data-label-style": style,
      "data-depth": String(lane),
    };
    if (this.#emphasis.selected === id) attributes["data-selected"] = "";
    if (this.#emphasis.related.has(id)) attributes["data-related"] = "";
    return pieces.flatMap(({ from, to, block, opens, closes }, index) => {
      const isFirst = index === 0;
      // Cut where the next boundary is and where the last one was; at neither without any in it.
      const head = opens === undefined && !isFirst ? from : Math.min(this.#boundAfter(from), to);
      const tail = closes === undefined ? to : Math.max(this.#boundBefore(to), from);
      const cuts = head < to ? [from, head, tail, to] : [from, to];
      return cuts.slice(1).flatMap((end, cut) => {
        const start = cuts[cut] ?? from;
        if (start >= end) return [];
        const edges: Record<string, string> = {};
        if (start === from && isFirst)
          Object.assign(edges, { "data-first": "", "data-letter": letter });
        if (start === from && opens !== undefined) edges["data-opens"] = opens;
        if (end === to && closes !== undefined) edges["data-closes"] = closes;
        return [{ from: start, to: end, block, id, attributes: { ...attributes, ...edges } }];
      });
    });
  }

  #boundAfter(position: number): number {
    return this.#bounds[firstAbove(this.#bounds, position)] ?? Number.POSITIVE_INFINITY;
  }

  #boundBefore(position: number): number {
    return this.#bounds[firstAbove(this.#bounds, position - 1) - 1] ?? -1;
  }
}

/** Block by block; each fragment's first piece says that it opens and its last that it closes. */
function piecesOf({ fragments, spoken }: Highlight, positions: Positions): Piece[] {
  return fragments.flatMap((fragment, index) => {
    const ranges = positions.blockRanges(fragment);
    const last = ranges.length - 1;
    const { opens, closes } = spoken[index] ?? { opens: "", closes: "" };
    return ranges.map((range, at) => ({
      ...range,
      ...(at === 0 ? { opens } : {}),
      ...(at === last ? { closes } : {}),
    }));
  });
}

function note(places: Map<number, Set<string>>, position: number, id: string): void {
  const here = places.get(position);
  if (here) here.add(id);
  else places.set(position, new Set([id]));
}

/** A stretch of a block under the same marks, those that start later outside, as the editor nests. */
export type MarkedText = { readonly words: string; readonly marks: readonly LabelMark[] };

/** Cuts the words of a block where the marks on it start and end. */
export function markedTexts(
  positions: Positions,
  block: number,
  marks: readonly LabelMark[],
): MarkedText[] {
  const { from, to } = positions.content(block);
  const words = positions.words(block);
  const cuts = new Set([from, to, ...marks.flatMap((mark) => [mark.from, mark.to])]);
  const sorted = [...cuts].sort((a, b) => a - b);
  const ordered = [...marks].sort((a, b) => a.from - b.from || a.to - b.to);
  let around: LabelMark[] = [];
  let next = 0;
  return sorted.slice(0, -1).map((start, index) => {
    const end = sorted[index + 1] ?? to;
    around = around.filter((mark) => mark.to > start);
    for (let mark = ordered[next]; mark && mark.from <= start; mark = ordered[next]) {
      around.push(mark);
      next += 1;
    }
    return { words: words.slice(start - from, end - from), marks: around };
  });
}

function coming<Span extends Lying>(span: Span): Outstanding<Span> {
  return { id: span.id, span, place: hullOf(span) };
}

/** The longer of two that start together gets the lane nearest to the words. */
function byLane(one: Lying, other: Lying): number {
  const [a, b] = [hullOf(one), hullOf(other)];
  return a.start - b.start || b.end - a.end;
}

function hullOf({ fragments }: Lying): Range {
  return { start: fragments[0]?.start ?? 0, end: fragments.at(-1)?.end ?? 0 };
}

/** Where the pieces start and end, sorted, each as often as it is one. */
function boundsOf(drawn: Iterable<Drawn>): number[] {
  const bounds: number[] = [];
  for (const { pieces } of drawn) for (const { from, to } of pieces) bounds.push(from, to);
  return bounds.sort((a, b) => a - b);
}

/** Takes some out of sorted bounds and puts others in, both sorted; between the first and the last of them alone. */
function moveBounds(bounds: number[], gone: readonly number[], come: readonly number[]): void {
  const lowest = Math.min(gone[0] ?? Number.POSITIVE_INFINITY, come[0] ?? Number.POSITIVE_INFINITY);
  const highest = Math.max(gone.at(-1) ?? -1, come.at(-1) ?? -1);
  if (highest < 0) return;
  const start = firstAbove(bounds, lowest - 1);
  const end = firstAbove(bounds, highest);
  const moved = mergedBounds(bounds.slice(start, end), gone, come);
  if (moved.length < 1000) {
    bounds.splice(start, end - start, ...moved);
    return;
  }
  const behind = bounds.slice(end);
  bounds.length = start;
  for (const bound of moved) bounds.push(bound);
  for (const bound of behind) bounds.push(bound);
}

/** All three sorted; `gone` is among the bounds. One pass, for there may be as many changes as bounds. */
function mergedBounds(
  bounds: readonly number[],
  gone: readonly number[],
  come: readonly number[],
): number[] {
  const merged: number[] = [];
  let [out, into] = [0, 0];
  for (const bound of bounds) {
    if (gone[out] === bound) {
      out += 1;
      continue;
    }
    for (let next = come[into]; next !== undefined && next < bound; next = come[into]) {
      merged.push(next);
      into += 1;
    }
    merged.push(bound);
  }
  for (; into < come.length; into += 1) merged.push(come[into] ?? 0);
  return merged;
}

/** The index of the first number above `limit` in a sorted list. */
function firstAbove(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
