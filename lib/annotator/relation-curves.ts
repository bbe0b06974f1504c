import type { Scheme } from "@/lib/domain/scheme";
import type { Relation } from "@/lib/domain/span";
import { readable } from "./wording";

// Everything here is in pixels, from the upper left corner of the frame that the text stands in.

/** What a span takes of its first line. */
export type Box = { readonly left: number; readonly right: number; readonly top: number };

/** Where the text stands in its frame, and how wide the frame is: the rest are the margins. */
export type Column = { readonly left: number; readonly right: number; readonly frame: number };

type Point = { readonly x: number; readonly y: number };

/** A relation as a curve over the text, with its name at a point of it. */
export type RelationCurve = {
  readonly id: string;
  /** An SVG path from the one span to the other. */
  readonly path: string;
  readonly name: string;
  /** The middle of the name's baseline. */
  readonly at: Point;
  readonly symmetric: boolean;
};

/**
 * Lays relations out as curves whose names do not lie on each other.
 *
 * @param boxOf null for a span that is not drawn; its relations are left out
 * @param selected the span near which a curve between two lines is named, where it is one of its
 *   ends: its middle may be pages away
 */
export function relationCurves(
  relations: readonly Relation[],
  {
    scheme,
    selected,
    column,
    boxOf,
  }: {
    readonly scheme: Scheme;
    readonly selected: string | null;
    readonly column: Column;
    readonly boxOf: (span: string) => Box | null;
  },
): RelationCurve[] {
  const symmetric = new Set(
    scheme.relations.filter((rule) => rule.symmetric).map(({ name }) => name),
  );
  return withNamesApart(
    relations.flatMap(({ id, type, from, to }) => {
      const [start, end] = [boxOf(from), boxOf(to)];
      if (!start || !end) return [];
      const shape =
        Math.abs(start.top - end.top) < SAME_LINE
          ? over(start, end)
          : beside(column, start, end, to === selected);
      return [{ id, name: readable(type), symmetric: symmetric.has(type), ...shape }];
    }),
  );
}

/** Words whose upper edges differ by less stand in one line. */
const SAME_LINE = 8;

/** Between words of one line: an arc over them. */
function over(from: Box, to: Box) {
  const x1 = (from.left + from.right) / 2;
  const x2 = (to.left + to.right) / 2;
  const y = Math.min(from.top, to.top);
  const lift = Math.min(34, 14 + Math.abs(x2 - x1) / 12);
  return {
    path: `M${x1} ${from.top} C${x1} ${y - lift} ${x2} ${y - lift} ${x2} ${to.top - 1}`,
    at: { x: (x1 + x2) / 2, y: y - lift * 0.75 - 5 },
  };
}

/**
 * Between lines: along the upper edges of the two, where the leading is, and through the nearer
 * margin.
 *
 * @param atEnd whether its name is near where it ends; else it is near where it starts
 */
function beside({ left, right, frame }: Column, from: Box, to: Box, atEnd: boolean) {
  const [y1, y2] = [from.top + 1, to.top + 1];
  const onLeft = from.left - left + (to.left - left) <= right - from.right + (right - to.right);
  const [x1, x2] = onLeft ? [from.left, to.left] : [from.right, to.right];
  const room = Math.min(40, left - 6, 16 + Math.abs(y2 - y1) / 12);
  const edge = onLeft ? left - room : right + room;
  const bend = Math.max(-36, Math.min(36, (y2 - y1) / 2));
  const [near, far] = atEnd ? [y2, y1] : [y1, y2];
  return {
    path: `M${x1} ${y1} C${edge} ${y1} ${edge} ${y1} ${edge} ${y1 + bend} V${y2 - bend} C${edge} ${y2} ${edge} ${y2} ${x2} ${y2}`,
    at: {
      x: onLeft ? Math.max(30, edge) : Math.min(edge, frame - 30),
      y: near + Math.max(-64, Math.min(64, (far - near) / 2)) + 4,
    },
  };
}

/** Half the height of a line of names, and about half the width of a letter. */
const [HALF_LINE, HALF_LETTER] = [7, 3.6] as const;

/** How far a name may be moved, the nearest first: further away, it would seem another's. */
const shifts = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((lines) => lines * 2 * HALF_LINE);

/** Moves names that would lie on each other up or down; one without any room stays. */
function withNamesApart(curves: readonly RelationCurve[]): RelationCurve[] {
  /** Names by the line of names that they begin in: only neighbouring lines can collide. */
  const lines = new Map<number, RelationCurve[]>();
  const lineOf = ({ at }: RelationCurve) => Math.floor(at.y / (2 * HALF_LINE));
  const isFree = (place: RelationCurve) =>
    [-1, 0, 1].every((by) => {
      // Stryker disable next-line ArithmeticOperator: from below or from above
      const near = lines.get(lineOf(place) + by) ?? [];
      return !near.some((one) => collide(place, one));
    });
  return curves.map((curve) => {
    const { x, y } = curve.at;
    const places = shifts.map((shift) => ({ ...curve, at: { x, y: y + shift } }));
    const placed = places.find(isFree) ?? curve;
    const line = lines.get(lineOf(placed));
    if (line) line.push(placed);
    else lines.set(lineOf(placed), [placed]);
    return placed;
  });
}

function collide(one: RelationCurve, other: RelationCurve): boolean {
  return (
    Math.abs(one.at.x - other.at.x) < (one.name.length + other.name.length + 1) * HALF_LETTER &&
    Math.abs(one.at.y - other.at.y) < 2 * HALF_LINE
  );
}
