/** Words that are drawn around a point, in pixels. */
export type Placed = {
  readonly name: string;
  readonly at: { readonly x: number; readonly y: number };
};

/** Half the height of a line of names, and about half the width of a letter. */
const [HALF_LINE, HALF_LETTER] = [7, 3.6] as const;

/** How far a name may be moved, the nearest first: further away, it would seem another's. */
const shifts = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((lines) => lines * 2 * HALF_LINE);

/** Moves names that would lie on each other up or down; one without any room stays. */
export function apart<Name extends Placed>(names: readonly Name[]): Name[] {
  const taken: Placed[] = [];
  return names.map((name) => {
    const { x, y } = name.at;
    const places = shifts.map((shift) => ({ ...name, at: { x, y: y + shift } }));
    const free = places.find((place) => !taken.some((other) => overlap(place, other))) ?? name;
    taken.push(free);
    return free;
  });
}

function overlap(one: Placed, other: Placed): boolean {
  return (
    Math.abs(one.at.x - other.at.x) < (one.name.length + other.name.length + 1) * HALF_LETTER &&
    Math.abs(one.at.y - other.at.y) < 2 * HALF_LINE
  );
}
