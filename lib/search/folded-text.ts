import type { ArticleText, Range } from "@/lib/domain/text";
import { foldWord, joinsWhatIsBefore } from "./folding";

/** What the reading of a text knows of a UTF-16 unit that does not fold to a unit of its own. */
const SEPARATING = 0xd800; // halves of pairs, so no unit folds to them
const JOINING = 0xd801;
const WITH_OTHERS = 0xd802;

/** Marks that are written in more than one way; those within words are folded with them. */
const alikeMarks: Readonly<Record<string, string>> = {
  "“": '"',
  "”": '"',
  "„": '"',
  "‟": '"',
  "«": '"',
  "»": '"',
  "‘": "'",
  "’": "'",
  "‚": "'",
  "‛": "'",
  ʼ: "'",
  "‐": "-",
  "‒": "-",
  "–": "-",
  "—": "-",
  "―": "-",
  "،": ",",
  "؛": ";",
  "؟": "?",
  "٪": "%",
  "。": ".",
  "、": ",",
};

/** What a text of a single unit folds to, 0 where that has not been asked yet; see {@link unitOf}. */
const foldedUnits = new Uint16Array(0x10000);

/**
 * A text in which anything that a reader types is found, parts of words and signs among it, compared
 * as the search compares words: case, accents, vowel marks, joiners, Arabic and Persian letters and
 * widths make no difference, nor do curly quotation marks. White space is one space, but nothing goes
 * over a blank line. Making it takes a while for a long text, looking something up in it hardly any.
 */
export class FoldedText {
  readonly #text: ArticleText;
  readonly #folded: string;
  /**
   * For each unit of the folded text, where in the text the character begins that it is of, in UTF-16
   * units; at the end the length of the text. One character may be several units ("ß").
   */
  readonly #starts: Uint32Array;

  constructor(text: ArticleText) {
    this.#text = text;
    const { folded, starts } = fold(text.value);
    this.#folded = folded;
    this.#starts = starts;
  }

  /** Every place at which stands what somebody has typed; null where that is nothing but white space. */
  find(typed: string): Hits | null {
    const { folded: wanted } = fold(typed);
    if (wanted.trim() === "") return null;
    const starts = this.#starts;
    const found: number[] = [];
    let at = this.#folded.indexOf(wanted);
    while (at >= 0) {
      let end = at + wanted.length;
      found.push(starts[at] ?? 0);
      // To the end of its last character, in which the next one cannot begin.
      while (end < this.#folded.length && starts[end] === starts[end - 1]) end += 1;
      found.push(starts[end] ?? 0);
      at = this.#folded.indexOf(wanted, end);
    }
    return new Hits(this.#text, Uint32Array.from(found));
  }
}

/** The places at which something stands in a text, in order and apart from each other. */
export class Hits {
  readonly #text: ArticleText;
  /** The start and the end of each, in UTF-16 units. */
  readonly #places: Uint32Array;

  constructor(text: ArticleText, places: Uint32Array) {
    this.#text = text;
    this.#places = places;
  }

  get count(): number {
    return this.#places.length / 2;
  }

  /**
   * The place with a number from 0, in code points: whole characters as readers see them, so that a
   * part of a joined emoji has all of it.
   *
   * @throws RangeError if there is none
   */
  at(index: number): Range {
    const [start, end] = [this.#places[index * 2], this.#places[index * 2 + 1]];
    if (start === undefined || end === undefined) throw new RangeError(`There is no hit ${index}.`);
    return {
      start: this.#text.boundaryBefore(this.#text.fromUtf16(start)),
      end: this.#text.boundaryAfter(this.#text.fromUtf16(end)),
    };
  }

  /** The number of the first that begins at an offset or behind it, in code points; `count` if none does. */
  firstFrom(offset: number): number {
    const unit = this.#text.toUtf16(offset);
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle * 2] ?? 0) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How many units are given to a function at once. */
const CHUNK = 8192;

function fold(value: string): { folded: string; starts: Uint32Array } {
  const written = new FoldedUnits(value.length);
  const clusters = new Map<string, string>();
  for (let at = 0; at < value.length; ) {
    const start = at;
    const unit = unitOf(value.charCodeAt(at));
    if (unit === SEPARATING) {
      while (at < value.length && unitOf(value.charCodeAt(at)) === SEPARATING) at += 1;
      const isBlankLine = at > start + 1 && /\n\s*\n/.test(value.slice(start, at));
      written.add(isBlankLine ? 0x0a : 0x20, start);
      continue;
    }
    at += unit === WITH_OTHERS && isPair(value, at) ? 2 : 1;
    const single = at;
    while (at < value.length && joinsAt(value, at)) at += isPair(value, at) ? 2 : 1;
    if (at === single && unit < SEPARATING) {
      written.add(unit, start);
      continue;
    }
    const cluster = value.slice(start, at);
    let folded = clusters.get(cluster);
    if (folded === undefined) {
      folded = foldCluster(cluster);
      clusters.set(cluster, folded);
    }
    for (let index = 0; index < folded.length; index += 1) {
      written.add(folded.charCodeAt(index), start);
    }
  }
  return written.end(value.length);
}

/** Folded text as it is being written, and where each of its units comes from. */
class FoldedUnits {
  #units: Uint16Array;
  #starts: Uint32Array;
  #length = 0;

  /** @param capacity how many units there will be, more or less */
  constructor(capacity: number) {
    this.#units = new Uint16Array(capacity + 1);
    this.#starts = new Uint32Array(capacity + 1);
  }

  add(unit: number, start: number): void {
    if (this.#length === this.#units.length) {
      const [units, starts] = [this.#units, this.#starts];
      this.#units = new Uint16Array(this.#length * 2);
      this.#starts = new Uint32Array(this.#length * 2);
      this.#units.set(units);
      this.#starts.set(starts);
    }
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = start;
    this.#length += 1;
  }

  /** @param length of the text, which stands behind the last start */
  end(length: number): { folded: string; starts: Uint32Array } {
    let folded = "";
    for (let at = 0; at < this.#length; at += CHUNK) {
      const chunk = this.#units.subarray(at, Math.min(at + CHUNK, this.#length));
      folded += String.fromCharCode(...chunk);
    }
    this.add(0, length);
    return { folded, starts: this.#starts.slice(0, this.#length) };
  }
}

function foldCluster(cluster: string): string {
  const folded = foldWord(cluster);
  return alikeMarks[folded] ?? folded;
}

/** The unit that a unit folds to wherever it stands, or which of the three above it is. */
function unitOf(unit: number): number {
  const known = foldedUnits[unit] ?? 0;
  if (known !== 0) return known;
  const found = newUnitOf(String.fromCharCode(unit));
  foldedUnits[unit] = found;
  return found;
}

function newUnitOf(character: string): number {
  if (/\s/.test(character)) return SEPARATING;
  if (joins(character)) return JOINING;
  const folded = foldCluster(character);
  if (folded.length !== 1 || /\p{Surrogate}/u.test(character)) return WITH_OTHERS;
  return folded.charCodeAt(0);
}

/** Beside what joins in words, the vowels and finals of Hangul, which compose with what is before. */
function joins(character: string): boolean {
  return joinsWhatIsBefore(character) || /[\u1160-\u11ff\ud7b0-\ud7ff]/.test(character);
}

function joinsAt(value: string, at: number): boolean {
  if (isPair(value, at)) return joinsWhatIsBefore(value.slice(at, at + 2));
  return unitOf(value.charCodeAt(at)) === JOINING;
}

function isPair(value: string, at: number): boolean {
  return (value.codePointAt(at) ?? 0) > 0xffff;
}
