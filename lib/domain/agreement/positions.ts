import type { Fragment } from "../span";

/** A piece of a text that somebody gave a category: half-open, in positions. Categories are numbers from 1 on. */
export type Piece = { readonly start: number; readonly end: number; readonly category: number };

/** What several people said of a stretch of a text: the same of all of its positions. */
export type Stretch = {
  readonly start: number;
  readonly length: number;
  /** By coder: the categories that are there, joined as {@link Categories} does; 0 for none. */
  readonly said: readonly number[];
  /** By coder: of which categories a piece of theirs begins or ends where this begins. */
  readonly edges: readonly (readonly number[])[];
};

/**
 * Sets of categories, as numbers: a position that is in a claim and in an attribution has a category of its own,
 * "attribution and claim". One category alone is its own number, none is 0.
 */
export class Categories {
  readonly #names: string[] = [];
  readonly #byName = new Map<string, number>();
  readonly #members: (readonly number[])[] = [[]];
  readonly #bySet = new Map<string, number>();

  /** The number of one category. */
  numberOf(name: string): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const number = this.#members.length;
    this.#byName.set(name, number);
    this.#members.push([number]);
    this.#names[number] = name;
    return number;
  }

  /** The number of several together. */
  together(categories: readonly number[]): number {
    const [first = 0, second] = categories;
    if (second === undefined) return first;
    const key = [...categories].sort((a, b) => a - b).join(" ");
    const known = this.#bySet.get(key);
    if (known !== undefined) return known;
    const number = this.#members.length;
    this.#bySet.set(key, number);
    this.#members.push([...categories]);
    return number;
  }

  /** The categories that a number stands for. */
  membersOf(number: number): readonly number[] {
    return this.#members[number] ?? [];
  }

  /** The name of one category. */
  nameOf(number: number): string {
    return this.#names[number] ?? "";
  }

  /** How many numbers are given, the 0 of none among them. */
  get size(): number {
    return this.#members.length;
  }
}

/**
 * Goes once over a text, from where something begins or ends to where the next does: a sweep, which takes n log n for
 * n pieces however long the text is. Pieces of one coder may touch, be nested or overlap; empty ones are nowhere.
 *
 * @param length of the text, in positions
 * @throws RangeError if a piece leaves the text or ends before its start
 */
export function stretchesOf(
  length: number,
  coders: readonly (readonly Piece[])[],
  categories: Categories,
): Stretch[] {
  const pieces: { readonly coder: number; readonly category: number }[] = [];
  const edges: number[] = [];
  coders.forEach((of, coder) => {
    for (const { start, end, category } of of) {
      if (!(start >= 0 && start <= end && end <= length)) {
        throw new RangeError(`${start}-${end} is no piece of a text of ${length} positions.`);
      }
      if (start === end) continue;
      pieces.push({ coder, category });
      edges.push(start, end);
    }
  });
  // Sorted as numbers that hold the position and which edge it is.
  const order = new Float64Array(edges.length);
  for (let at = 0; at < edges.length; at += 1) order[at] = (edges[at] ?? 0) * edges.length + at;
  order.sort();
  const active: number[][] = coders.map(() => []);
  let said: number[] = coders.map(() => 0);
  let cuts: (readonly number[])[] = coders.map(() => UNCUT);
  let from = 0;
  const stretches: Stretch[] = [];
  for (const key of order) {
    const at = key % edges.length;
    const position = (key - at) / edges.length;
    if (position > from) {
      stretches.push({ start: from, length: position - from, said, edges: cuts });
      from = position;
      said = said.slice();
      cuts = new Array<readonly number[]>(coders.length).fill(UNCUT);
    }
    const piece = pieces[at >> 1];
    const of = active[piece?.coder ?? 0];
    if (!piece || !of) continue;
    if (at % 2 === 0) of.push(piece.category);
    else of.splice(of.indexOf(piece.category), 1);
    said[piece.coder] = of.length > 1 ? categories.together([...new Set(of)]) : (of[0] ?? 0);
    const cut = cuts[piece.coder] ?? UNCUT;
    cuts[piece.coder] = cut.length === 0 ? [piece.category] : [...cut, piece.category];
  }
  if (length > from) stretches.push({ start: from, length: length - from, said, edges: cuts });
  return stretches;
}

const UNCUT: readonly number[] = [];

/**
 * Fragments in code points as pieces in words: those that they share a character with. What has no word is nowhere.
 *
 * @param words starts and ends in turn, in code points; sorted and disjoint
 */
export function inWords(fragments: readonly Fragment[], words: Int32Array): Fragment[] {
  const found: Fragment[] = [];
  for (const { start, end } of fragments) {
    const from = firstWord(words, 1, start + 1);
    const to = firstWord(words, 0, end);
    if (from < to) found.push({ start: from, end: to });
  }
  return found;
}

/** The first word of which the start (0) or the end (1) is at an offset or later. */
function firstWord(words: Int32Array, edge: 0 | 1, offset: number): number {
  let low = 0;
  let high = words.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[2 * middle + edge] ?? 0) >= offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
