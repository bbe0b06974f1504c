import type { Fragment } from "../span";

/** A piece of a text that somebody gave a category: half-open, in positions. Categories are numbers from 1 on. */
export type Piece = { readonly start: number; readonly end: number; readonly category: number };

/**
 * What several coders said of the stretches of a text, of all of whose positions they said the same: in flat lists,
 * since a corpus has millions of them.
 */
export type Stretches = {
  readonly coders: number;
  /** How many there are: the lists may be longer. */
  readonly count: number;
  /** In positions, one after the other from the beginning of the text to its end. */
  readonly lengths: Float64Array;
  /**
   * At `coders` × stretch + coder, the categories that are there, joined as {@link Categories} does; 0 for none.
   */
  readonly said: Int32Array;
  /** Pieces that begin or end, in the order of the text: whose they are, and of which category. */
  readonly edgeCoders: Int32Array;
  readonly edgeCategories: Int32Array;
  /** By stretch, where the edges end that are at its beginning. */
  readonly edgesUntil: Int32Array;
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
): Stretches {
  const m = coders.length;
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
  const most = edges.length + 1;
  const lengths = new Float64Array(most);
  const said = new Int32Array(most * m);
  const edgeCoders = new Int32Array(edges.length);
  const edgeCategories = new Int32Array(edges.length);
  const edgesUntil = new Int32Array(most);
  const active: number[][] = coders.map(() => []);
  let count = 0;
  let from = 0;
  let passed = 0;
  for (const key of order) {
    const at = key % edges.length;
    const position = (key - at) / edges.length;
    if (position > from) {
      lengths[count] = position - from;
      edgesUntil[count] = passed;
      said.copyWithin((count + 1) * m, count * m, (count + 1) * m);
      count += 1;
      from = position;
    }
    const { coder, category } = pieces[at >> 1] ?? NO_PIECE;
    const of = active[coder] ?? [];
    if (at % 2 === 0) of.push(category);
    else of.splice(of.indexOf(category), 1);
    said[count * m + coder] = of.length > 1 ? categories.together([...new Set(of)]) : (of[0] ?? 0);
    edgeCoders[passed] = coder;
    edgeCategories[passed] = category;
    passed += 1;
  }
  if (length > from) {
    lengths[count] = length - from;
    edgesUntil[count] = passed;
    count += 1;
  }
  return { coders: m, count, lengths, said, edgeCoders, edgeCategories, edgesUntil };
}

/** Every edge is of a piece: this is for the compiler. */
const NO_PIECE = { coder: 0, category: 0 };

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
