import { type Scheme, symmetricTypes } from "@/lib/domain/scheme";
import type { Relation } from "@/lib/domain/span";
import { readable } from "./wording";

// Everything here is in pixels, from the upper left corner of the frame that the text stands in.

/** What a span takes of its first line. */
export type Box = { readonly left: number; readonly right: number; readonly top: number };

/**
 * Where the text stands in its frame, how wide the frame is, and how much there is to be seen beyond it
 * on either side: the rest are the margins.
 */
export type Column = {
  readonly left: number;
  readonly right: number;
  readonly frame: number;
  readonly beyond: number;
};

type Side = "left" | "right";

/** A relation as a curve around the words: over those of one line, else through a margin. */
export type RelationCurve = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** An SVG path from the one span to the other. */
  readonly path: string;
  /** The part of it that is in the margin, where nothing lies beneath it; null for an arc over words. */
  readonly inMargin: string | null;
  readonly words: string;
  readonly symmetric: boolean;
  readonly side: Side;
  /** The heights of its ends. */
  readonly ends: { readonly from: number; readonly to: number };
};

/** The name of a relation, in the margin: where it is, and how large it is thought to be. */
export type RelationName = {
  readonly id: string;
  readonly words: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Words whose upper edges differ by less stand in one line. */
const SAME_LINE = 8;

/** How far the lines in a margin keep from the words, and from each other. */
const [FROM_WORDS, LANE] = [10, 6] as const;

/**
 * Lays relations out as curves, those in the margins beside each other.
 *
 * @param boxOf null for a span that is not drawn; its relations are left out
 */
export function relationCurves(
  relations: readonly Relation[],
  {
    scheme,
    column,
    boxOf,
  }: {
    readonly scheme: Scheme;
    readonly column: Column;
    readonly boxOf: (span: string) => Box | null;
  },
): RelationCurve[] {
  const symmetric = symmetricTypes(scheme);
  const placed = relations.flatMap(({ id, type, from, to }) => {
    const [start, end] = [boxOf(from), boxOf(to)];
    if (!start || !end) return [];
    const side: Side = isLeft(column, start, end) ? "left" : "right";
    const ends = { from: start.top, to: end.top };
    const named = { id, from, to, words: readable(type), symmetric: symmetric.has(type) };
    return [{ ...named, side, ends, start, end }];
  });
  const lanes = lanesOf(placed);
  return placed.map(({ start, end, ...curve }) => {
    const lane = lanes.get(curve.id);
    const shape =
      lane === undefined ? over(start, end) : beside(column, curve.side, lane, start, end);
    return { ...curve, ...shape };
  });
}

function isLeft({ left, right }: Column, from: Box, to: Box): boolean {
  return from.left - left + (to.left - left) <= right - from.right + (right - to.right);
}

type Placed = Pick<RelationCurve, "id" | "side" | "ends">;

/** For each curve that goes through a margin, how many lines are between it and the words at least. */
function lanesOf(curves: readonly Placed[]): Map<string, number> {
  const length = ({ ends }: Placed) => Math.abs(ends.to - ends.from);
  const lanes = new Map<string, number>();
  const taken: Record<Side, Placed[][]> = { left: [], right: [] };
  const through = curves.filter((curve) => length(curve) >= SAME_LINE);
  // The shorter ones are nearer, so that few lines cross.
  for (const curve of through.toSorted((a, b) => length(a) - length(b))) {
    const here = taken[curve.side];
    const free = here.findIndex((lane) => !lane.some((other) => isBeside(curve, other)));
    const lane = free < 0 ? here.length : free;
    here[lane] = [...(here[lane] ?? []), curve];
    lanes.set(curve.id, lane);
  }
  return lanes;
}

function isBeside({ ends: one }: Placed, { ends: other }: Placed): boolean {
  const [low, high] = [Math.min(other.from, other.to), Math.max(other.from, other.to)];
  return Math.min(one.from, one.to) <= high && low <= Math.max(one.from, one.to);
}

/** Between words of one line: an arc over them, as flat as the leading is high. */
function over(from: Box, to: Box) {
  const x1 = (from.left + from.right) / 2;
  const x2 = (to.left + to.right) / 2;
  const y = Math.min(from.top, to.top);
  const lift = Math.min(14, 10 + Math.abs(x2 - x1) / 40);
  return {
    path: `M${x1} ${from.top} C${x1} ${y - lift} ${x2} ${y - lift} ${x2} ${to.top - 1}`,
    inMargin: null,
  };
}

/** Between lines: along the upper edges of the two, where the leading is, and through a margin. */
function beside(column: Column, side: Side, lane: number, from: Box, to: Box) {
  const { left, right, frame, beyond } = column;
  const [y1, y2] = [from.top + 1, to.top + 1];
  const [x1, x2] = side === "left" ? [from.left, to.left] : [from.right, to.right];
  const away = FROM_WORDS + lane * LANE;
  const edge =
    side === "left"
      ? Math.max(left - away, 4 - beyond)
      : Math.min(right + away, frame + beyond - 4);
  const bend = Math.max(-10, Math.min(10, (y2 - y1) / 2));
  const inMargin = `${edge} ${y1 + bend} V${y2 - bend}`;
  const turn = edge + (side === "left" ? 10 : -10);
  return {
    path: `M${x1} ${y1} H${turn} Q${edge} ${y1} ${inMargin} Q${edge} ${y2} ${turn} ${y2} H${x2}`,
    inMargin: `M${inMargin}`,
  };
}

/** What the reader looks at: a span, for all its relations, or one relation, at a height in its margin. */
export type Focus =
  | { readonly kind: "span"; readonly id: string }
  | { readonly kind: "relation"; readonly id: string; readonly y: number };

/** Whether a curve is of what the reader looks at. */
export function isOf({ id, from, to }: RelationCurve, focus: Focus): boolean {
  return focus.kind === "relation" ? focus.id === id : focus.id === from || focus.id === to;
}

/** About how wide a letter is, what is around the letters, and how high a line of them is. */
const [LETTER, AROUND, LINE] = [7, 10, 14] as const;

/** In a margin that is narrower nothing is named: a name would only hide words. */
const NARROWEST = 24;

/** As far as this, a curve's other end is in view with the one that is looked at. */
const NEAR = 320;

/** How far from the one end the name is, where the other is further away. */
const ASIDE = 40;

/**
 * The names of the curves that are looked at, in the margins and none on another: each at the end that
 * is not looked at, or on the way there if that is far. Names are broken into lines where a margin is
 * narrow; one with a word that is wider still begins at its outer edge.
 */
export function relationNames(
  curves: readonly RelationCurve[],
  focus: Focus,
  { left, right, frame, beyond }: Column,
): RelationName[] {
  const rooms = { left: left + beyond - FROM_WORDS, right: frame + beyond - right - FROM_WORDS };
  const names = curves
    .filter((curve) => isOf(curve, focus) && rooms[curve.side] >= NARROWEST)
    .map(({ id, words, side, from, ends }) => {
      const { width, height } = sizeOf(words, rooms[side]);
      return {
        side,
        id,
        words,
        width,
        height,
        left:
          side === "left"
            ? Math.max(2 - beyond, left - FROM_WORDS / 2 - width)
            : Math.min(right + FROM_WORDS / 2, frame + beyond - 2 - width),
        top: heightOf(focus, from, ends) - height / 2,
      };
    });
  return (["left", "right"] as const).flatMap((side) => {
    const here = names.filter((name) => name.side === side).sort((a, b) => a.top - b.top);
    let free = Number.NEGATIVE_INFINITY;
    return here.map(({ side: _, ...name }) => {
      const top = Math.max(name.top, free);
      free = top + name.height + 2;
      return { ...name, top };
    });
  });
}

/** A name in as many lines as it takes in some room, each as long as it can be. */
function sizeOf(words: string, room: number): { width: number; height: number } {
  const lengths = words.split(" ").map((word) => word.length);
  const most = Math.max(...lengths, Math.floor((room - AROUND) / LETTER));
  const lines: number[] = [];
  for (const length of lengths) {
    const last = lines.at(-1);
    if (last !== undefined && last + 1 + length <= most)
      lines[lines.length - 1] = last + 1 + length;
    else lines.push(length);
  }
  return {
    width: Math.ceil(Math.max(...lines) * LETTER + AROUND),
    height: lines.length * LINE + 4,
  };
}

function heightOf(focus: Focus, from: string, ends: RelationCurve["ends"]): number {
  if (focus.kind === "relation") return focus.y;
  const [near, far] = focus.id === from ? [ends.from, ends.to] : [ends.to, ends.from];
  return Math.abs(far - near) <= NEAR ? far : near + Math.sign(far - near) * ASIDE;
}
