import type { Range } from "@/lib/domain/text";
import type { BlockRange, Positions } from "./positions";

/** What is drawn of a span. */
export type Highlight = {
  readonly id: string;
  readonly fragments: readonly Range[];
  /** The drawn style, 1-8, of its label. */
  readonly style: number;
  readonly letter: string;
  /** What a screen reader says of it. */
  readonly name: string;
};

/** Which spans stand out: the selected one, and the other ends of its relations. */
export type Emphasis = { readonly selected: string | null; readonly related: ReadonlySet<string> };

/** One mark: a stretch of one block, drawn for one span. The first of a span carries its letter. */
export type LabelMark = BlockRange & { readonly id: string; readonly attributes: MarkAttributes };

export type MarkAttributes = Readonly<Record<string, string>>;

/** A change of what is drawn: marks that go and marks that come. */
export type Redraw = { readonly remove: readonly LabelMark[]; readonly add: readonly LabelMark[] };

type Drawn = {
  readonly highlight: Highlight;
  readonly pieces: readonly BlockRange[];
  readonly hull: Range;
  /** 0 for the line nearest to the words; spans that overlap have different ones, up to 3. */
  readonly lane: number;
  marks: readonly LabelMark[];
};

const LANES = 4;

/**
 * Works out the marks of an article's spans, and for each change of the spans only the marks that
 * change with it. Knows no DOM and no editor.
 *
 * A span has one mark for each block it touches; its first is cut in two at the next boundary of
 * any other span, because marks that overlap are drawn in pieces, all with the same attributes,
 * and the letter and the name are to be there once.
 */
export class LabelDrawing {
  readonly positions: Positions;
  readonly #drawn = new Map<string, Drawn>();
  /** All positions where a piece starts or ends, sorted, each as often as it is one. */
  readonly #bounds: number[] = [];
  /** The spans whose first piece starts at a position. */
  readonly #firsts = new Map<number, Set<string>>();
  #emphasis: Emphasis = { selected: null, related: new Set() };

  constructor(
    positions: Positions,
    highlights: Iterable<Highlight> = [],
    emphasis: Emphasis = { selected: null, related: new Set() },
  ) {
    this.positions = positions;
    this.#emphasis = emphasis;
    // The longer of two that start together gets the lane nearest to the words.
    const sorted = [...highlights].sort(
      (a, b) => hullOf(a).start - hullOf(b).start || hullOf(b).end - hullOf(a).end,
    );
    let open: Drawn[] = [];
    for (const highlight of sorted) {
      const { start } = hullOf(highlight);
      open = open.filter(({ hull }) => hull.end > start);
      const drawn = this.#enter(highlight, open);
      open.push(drawn);
      for (const { from, to } of drawn.pieces) this.#bounds.push(from, to);
    }
    this.#bounds.sort((a, b) => a - b);
    for (const drawn of this.#drawn.values()) drawn.marks = this.#marksOf(drawn);
  }

  /** All marks, span by span. */
  marks(): LabelMark[] {
    return [...this.#drawn.values()].flatMap(({ marks }) => marks);
  }

  /** Brings the drawing to these spans and this emphasis; only the marks that differ are redrawn. */
  update(highlights: ReadonlyMap<string, Highlight>, emphasis: Emphasis): Redraw {
    const put: Highlight[] = [];
    for (const highlight of highlights.values()) {
      if (this.#drawn.get(highlight.id)?.highlight !== highlight) put.push(highlight);
    }
    const drop: string[] = [];
    for (const id of this.#drawn.keys()) if (!highlights.has(id)) drop.push(id);
    const stale = this.#emphasise(emphasis);
    const moved = new Set<number>();
    const remove: LabelMark[] = [];
    for (const id of [...drop, ...put.map((highlight) => highlight.id)]) {
      const old = this.#drawn.get(id);
      if (!old) continue;
      remove.push(...old.marks);
      this.#leave(old, moved);
    }
    const added = new Set<Drawn>();
    for (const highlight of put) {
      const drawn = this.#enter(highlight, this.#drawn.values());
      for (const { from, to } of drawn.pieces) {
        for (const bound of [from, to]) {
          this.#bounds.splice(firstAbove(this.#bounds, bound), 0, bound);
          moved.add(bound);
        }
      }
      added.add(drawn);
    }
    const add: LabelMark[] = [];
    for (const drawn of added) {
      drawn.marks = this.#marksOf(drawn);
      add.push(...drawn.marks);
    }
    for (const id of this.#cutBy(moved)) stale.add(id);
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

  #enter(highlight: Highlight, near: Iterable<Drawn>): Drawn {
    const hull = hullOf(highlight);
    const taken = new Set<number>();
    for (const other of near) {
      if (other.hull.start < hull.end && hull.start < other.hull.end) taken.add(other.lane);
    }
    let lane = 0;
    while (taken.has(lane) && lane < LANES - 1) lane += 1;
    const pieces = highlight.fragments.flatMap((fragment) => this.positions.blockRanges(fragment));
    const drawn: Drawn = { highlight, pieces, hull, lane, marks: [] };
    this.#drawn.set(highlight.id, drawn);
    const first = pieces[0]?.from;
    if (first !== undefined) {
      const here = this.#firsts.get(first);
      if (here) here.add(highlight.id);
      else this.#firsts.set(first, new Set([highlight.id]));
    }
    return drawn;
  }

  #leave(drawn: Drawn, moved: Set<number>): void {
    const { id } = drawn.highlight;
    this.#drawn.delete(id);
    const first = drawn.pieces[0]?.from;
    if (first !== undefined) this.#firsts.get(first)?.delete(id);
    for (const { from, to } of drawn.pieces) {
      for (const bound of [from, to]) {
        this.#bounds.splice(firstAbove(this.#bounds, bound) - 1, 1);
        moved.add(bound);
      }
    }
  }

  /** The spans whose first mark may end elsewhere now that there are or were these boundaries. */
  #cutBy(moved: ReadonlySet<number>): Set<string> {
    const ids = new Set<string>();
    for (const bound of moved) {
      // Between the start of such a span and the boundary there is no other.
      const before = this.#bounds[firstAbove(this.#bounds, bound - 1) - 1];
      if (before === undefined) continue;
      for (const id of this.#firsts.get(before) ?? []) {
        const first = this.#drawn.get(id)?.pieces[0];
        if (first && bound < first.to) ids.add(id);
      }
    }
    return ids;
  }

  #marksOf({ highlight, pieces, lane }: Drawn): LabelMark[] {
    const { id, style, letter, name } = highlight;
    const attributes: Record<string, string> = {
      "data-span": id,
      "data-label-style": String(style),
      "data-depth": String(lane),
    };
    if (this.#emphasis.selected === id) attributes["data-selected"] = "";
    if (this.#emphasis.related.has(id)) attributes["data-related"] = "";
    return pieces.flatMap((piece, index) => {
      if (index > 0) return [{ ...piece, id, attributes }];
      const bound = this.#bounds[firstAbove(this.#bounds, piece.from)] ?? piece.to;
      const cut = Math.min(bound, piece.to);
      // A mark may not be named by itself (ARIA 1.3), a group may.
      const named = {
        ...attributes,
        "data-first": "",
        "data-letter": letter,
        role: "group",
        "aria-label": name,
      };
      const first = { ...piece, to: cut, id, attributes: named };
      return cut < piece.to ? [first, { ...piece, from: cut, id, attributes }] : [first];
    });
  }
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
  return sorted.slice(0, -1).map((start, index) => {
    const end = sorted[index + 1] ?? to;
    return {
      words: words.slice(start - from, end - from),
      marks: ordered.filter((mark) => mark.from <= start && mark.to >= end),
    };
  });
}

function hullOf({ fragments }: Highlight): Range {
  return { start: fragments[0]?.start ?? 0, end: fragments.at(-1)?.end ?? 0 };
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
