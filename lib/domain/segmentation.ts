import { type ArticleText, type Block, codePointLength, type Range, shownBlocks } from "./text";

/** What a selection grows to. */
export type Unit = "word" | "sentence" | "paragraph";

/**
 * The words and sentences of an article version, as they were found when it was stored: see
 * {@link import("./segmenting").segment}. Everything about selecting asks here, so that a word is the same
 * thing to every gesture and in every browser. Offsets are code points.
 *
 * A word has a letter or a digit, a sentence has a word, and no sentence goes beyond its block.
 */
export class Segmentation {
  readonly #text: ArticleText;
  readonly #blocks: readonly Block[];
  readonly #words: Ranges;
  readonly #sentences: Ranges;

  /**
   * @param encoded what {@link encodeSegmentation} made for this very text
   * @throws Error if it is damaged or of another text: it is only ever written by that
   */
  constructor(text: ArticleText, blocks: readonly Block[], encoded: Uint8Array) {
    this.#text = text;
    this.#blocks = shownBlocks(text, blocks);
    const reader = new Reader(encoded, text.length);
    this.#words = new Ranges(reader.ranges());
    this.#sentences = new Ranges(reader.ranges());
    reader.end();
  }

  get words(): readonly Range[] {
    return this.#words.all();
  }

  get sentences(): readonly Range[] {
    return this.#sentences.all();
  }

  /** The word that an offset is in, or else the one that ends there; null beside all words. */
  wordAt(offset: number): Range | null {
    return this.#words.at(offset) ?? this.#words.endingAt(offset);
  }

  /**
   * The sentence that an offset is in, or else the one that ends there; before, between and behind those
   * of a block the nearest in that block, the next if there is one. Null in a block without any.
   */
  sentenceAt(offset: number): Range | null {
    const found = this.#sentences.at(offset) ?? this.#sentences.endingAt(offset);
    const block = this.blockAt(offset);
    if (found || !block) return found;
    const next = this.#sentences.firstEndingAfter(offset);
    const around = [this.#sentences.get(next), this.#sentences.get(next - 1)];
    return around.find((one) => one && one.start >= block.start && one.end <= block.end) ?? null;
  }

  /** The block that an offset is in, its end included; null between two of them. */
  blockAt(offset: number): Block | null {
    return this.#blocks[this.#blockIndex(offset)] ?? null;
  }

  /** The next start or end of a word before or behind an offset; null where there is none. */
  nextWordEdge(offset: number, by: -1 | 1, edge: "start" | "end"): number | null {
    const words = this.#words;
    if (edge === "start") {
      const at = words.firstStartingFrom(by === 1 ? offset + 1 : offset);
      return words.get(by === 1 ? at : at - 1)?.start ?? null;
    }
    const at = words.firstEndingAfter(by === 1 ? offset : offset - 1);
    return words.get(by === 1 ? at : at - 1)?.end ?? null;
  }

  /** The start or end of a word that is nearest to an offset, the later of two; null in a text without words. */
  nearestWordEdge(offset: number, edge: "start" | "end"): number | null {
    const [before, behind] = [
      this.nextWordEdge(offset + 1, -1, edge),
      this.nextWordEdge(offset - 1, 1, edge),
    ];
    if (before === null || behind === null) return before ?? behind;
    return offset - before < behind - offset ? before : behind;
  }

  /**
   * What a selection means: the whole words that it touches, without the space and punctuation around
   * them, yet with emoji, and with quotation marks if both are inside. Other brackets stay if only one of the two is among
   * the words. Null without a word. What comes out is itself when it is selected again.
   */
  snap({ start, end }: Range): Range | null {
    const first = this.#words.get(this.#words.firstEndingAfter(start));
    const last = this.#words.get(this.#words.firstStartingFrom(end) - 1);
    if (!first || !last || start >= end || first.start > last.start) return null;
    return this.#withPairs({ start, end }, { start: first.start, end: last.end });
  }

  /**
   * What a smaller selection means that a larger one was taken back to: a word that has lost a part at an
   * edge that was moved is out. Null if none is left.
   */
  shrunk({ start, end }: Range, from: Range): Range | null {
    const first = start > from.start ? this.#words.at(start) : null;
    const last = end < from.end ? this.#words.at(end) : null;
    return this.snap({
      start: first && first.start < start ? first.end : start,
      end: last && last.start < end ? last.start : end,
    });
  }

  /** As {@link snap}, but a range for each block that the selection has words of. */
  pieces(selected: Range): Range[] {
    return this.#inBlocks(selected).flatMap((one) => this.snap(one) ?? []);
  }

  /**
   * A range as it is if it lies in one block, or in none; otherwise as {@link pieces}: what lies between
   * blocks is nothing that anybody said.
   */
  withinBlocks(range: Range): Range[] {
    const blocks = this.#inBlocks(range);
    const pieces = blocks.length > 1 ? this.pieces(range) : [];
    return pieces.length > 0 ? pieces : [range];
  }

  #inBlocks({ start, end }: Range): Range[] {
    const found: Range[] = [];
    for (let at = this.#firstBlockEndingFrom(start + 1); ; at += 1) {
      const block = this.#blocks[at];
      if (!block || block.start >= end) return found;
      found.push({ start: Math.max(start, block.start), end: Math.min(end, block.end) });
    }
  }

  /**
   * A selection, empty for a caret, grown to whole units; one that is just that grows by the next unit. At
   * the end of the text it stays as it is; null where there is nothing to grow to.
   */
  grown(selected: Range, unit: Unit): Range | null {
    const { start, end } = selected;
    const first = this.#unitAt(start, unit);
    const last = this.#unitAt(end > start ? end - 1 : end, unit) ?? first;
    if (!first || !last) {
      const found = start < end ? selected : this.#next(end, unit);
      return found && this.snap(found);
    }
    const whole = this.snap({
      start: Math.min(start, first.start),
      end: Math.max(end, last.end),
    });
    if (!whole || whole.start < start || whole.end > end || start === end) return whole;
    const next = this.#next(Math.max(end, last.end), unit);
    return next ? this.snap({ start, end: next.end }) : whole;
  }

  #unitAt(offset: number, unit: Unit): Range | null {
    if (unit === "word") return this.wordAt(offset);
    return unit === "sentence" ? this.sentenceAt(offset) : this.blockAt(offset);
  }

  /** The first unit with a word that starts at an offset or later. */
  #next(offset: number, unit: Unit): Range | null {
    const word = this.#words.get(this.#words.firstStartingFrom(offset));
    return word ? this.#unitAt(word.start, unit) : null;
  }

  #blockIndex(offset: number): number {
    const at = this.#firstBlockEndingFrom(offset);
    return (this.#blocks[at]?.start ?? Number.POSITIVE_INFINITY) <= offset ? at : -1;
  }

  #firstBlockEndingFrom(offset: number): number {
    return firstIndex(this.#blocks.length, (at) => (this.#blocks[at]?.end ?? 0) >= offset);
  }

  /** Words with the marks around them that belong to them, out of a selection. */
  #withPairs(selected: Range, words: Range): Range {
    const from = this.#text.boundaryBefore(selected.start);
    const to = this.#text.boundaryAfter(selected.end);
    let { start, end } = words;
    for (const pair of this.#pairs({ start: from, end: to })) {
      const isBefore = pair.open < words.start;
      const isBehind = pair.close >= words.end;
      if (isBefore === isBehind && !(isBefore && pair.isQuote)) continue;
      if (pair.close < words.start || pair.open >= words.end) continue;
      if (isBefore) start = Math.min(start, pair.open);
      if (isBehind) end = Math.max(end, pair.close + 1);
    }
    const before = this.#text.slice({ start: from, end: Math.max(from, start) });
    const behind = this.#text.slice({ start: Math.min(end, to), end: to });
    const first = before.search(emoji);
    const last = [...behind.matchAll(emojis)].at(-1);
    if (first >= 0) start = from + codePointLength(before.slice(0, first));
    if (last) end = end + codePointLength(behind.slice(0, last.index + last[0].length));
    return { start: this.#text.boundaryBefore(start), end: this.#text.boundaryAfter(end) };
  }

  /** The marks in a range that belong together, by where they are. */
  *#pairs(range: Range): Generator<{ open: number; close: number; isQuote: boolean }> {
    const from = this.#text.toUtf16(range.start);
    const selected = this.#text.value.slice(from, this.#text.toUtf16(range.end));
    const open: { readonly sign: string; readonly at: number }[] = [];
    for (const { 0: sign, index } of selected.matchAll(marks)) {
      const at = this.#text.fromUtf16(from + index);
      const word = this.#words.at(at);
      if (word && word.start < at) continue; // an apostrophe
      const partner = open.findLastIndex((one) => pairs.get(one.sign)?.includes(sign) === true);
      if (partner >= 0 && !this.#canOnlyOpen(from + index)) {
        const opening = open[partner];
        open.length = partner;
        if (opening) yield { open: opening.at, close: at, isQuote: !brackets.test(sign) };
      } else if (pairs.has(sign) && (isSurelyOpening(sign) || this.#canOpen(from + index))) {
        open.push({ sign, at });
      }
    }
  }

  /** Whether a mark that looks the same on both sides may open: something comes after it, nothing right before. */
  #canOpen(unit: number): boolean {
    const { value } = this.#text;
    const before = value.slice(Math.max(0, unit - 1), unit);
    return !/^[\p{L}\p{N}\p{M}.,!?;:…]$/u.test(before) && /\S/.test(value.charAt(unit + 1));
  }

  #canOnlyOpen(unit: number): boolean {
    const { value } = this.#text;
    if (!sameOnBothSides.test(value.charAt(unit))) return false;
    return /^\s?$/.test(value.charAt(unit - 1)) && /[\p{L}\p{N}]/u.test(value.charAt(unit + 1));
  }
}

const emoji = /(?!\p{P})[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const emojis = new RegExp(emoji, "gu");

/** What closes what each mark opens: quotation marks of all languages, and brackets. */
const pairs: ReadonlyMap<string, string> = new Map([
  ["“", "”"],
  ["„", "“”"],
  ["‟", "”"],
  ["”", "”"],
  ["‘", "’"],
  ["‚", "‘’"],
  ["’", "’"],
  ["«", "»"],
  ["»", "«»"],
  ["‹", "›"],
  ["›", "‹›"],
  ['"', '"'],
  ["'", "'"],
  ["＂", "＂"],
  ["＇", "＇"],
  ["「", "」"],
  ["『", "』"],
  ["｢", "｣"],
  ["〝", "〞〟"],
  ["《", "》"],
  ["〈", "〉"],
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["（", "）"],
  ["［", "］"],
  ["【", "】"],
  ["〔", "〕"],
]);
const marks = new RegExp(
  `[${[...pairs]
    .flat()
    .join("")
    .replaceAll(/[[\](){}]/g, String.raw`\$&`)}]`,
  "g",
);
const brackets = /[()[\]{}（）［］【】〔〕]/;
/** These open and close: what is around one tells which. */
const sameOnBothSides = /["'＂＇”’»›]/;

function isSurelyOpening(sign: string): boolean {
  return !sameOnBothSides.test(sign);
}

/** Ranges that are sorted and disjoint, as starts and ends in turn. */
class Ranges {
  readonly #edges: Int32Array;
  #all: readonly Range[] | null = null;

  constructor(edges: Int32Array) {
    this.#edges = edges;
  }

  get length(): number {
    return this.#edges.length / 2;
  }

  all(): readonly Range[] {
    this.#all ??= Array.from({ length: this.length }, (_, at) => ({
      start: this.#start(at),
      end: this.#end(at),
    }));
    return this.#all;
  }

  get(at: number): Range | null {
    return at >= 0 && at < this.length ? { start: this.#start(at), end: this.#end(at) } : null;
  }

  at(offset: number): Range | null {
    const found = this.get(this.firstEndingAfter(offset));
    return found && found.start <= offset ? found : null;
  }

  endingAt(offset: number): Range | null {
    const found = this.get(this.firstEndingAfter(offset - 1));
    return found?.end === offset ? found : null;
  }

  firstEndingAfter(offset: number): number {
    return firstIndex(this.length, (at) => this.#end(at) > offset);
  }

  firstStartingFrom(offset: number): number {
    return firstIndex(this.length, (at) => this.#start(at) >= offset);
  }

  #start(at: number): number {
    return this.#edges[2 * at] ?? 0;
  }

  #end(at: number): number {
    return this.#edges[2 * at + 1] ?? 0;
  }
}

/** The first index of which something is true that stays true from there on; `length` if there is none. */
function firstIndex(length: number, isTrue: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The form of the bytes: another one would begin with another number. */
const FORM = 1;

/**
 * Words and sentences as bytes: the form, and then both lists, each its length and, range by range, how far
 * it starts after the last one and how long it is. A word takes one byte mostly.
 *
 * @param words starts and ends in turn, in code points; sorted, disjoint, none empty
 */
export function encodeSegmentation(words: Int32Array, sentences: Int32Array): Uint8Array {
  const bytes: number[] = [FORM];
  for (const edges of [words, sentences]) {
    write(bytes, edges.length / 2);
    let last = 0;
    for (let at = 0; at < edges.length; at += 2) {
      const [start = 0, end = 0] = edges.subarray(at, at + 2);
      const gap = start - last;
      write(bytes, (end - start - 1) * SHORT_GAPS + Math.min(gap, SHORT_GAPS - 1));
      if (gap >= SHORT_GAPS - 1) write(bytes, gap - (SHORT_GAPS - 1));
      last = end;
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * Starts and ends of the words alone, in turn, in code points, without the text.
 *
 * @param length of the text, in code points
 * @throws Error as the constructor of {@link Segmentation}
 */
export function wordsIn(encoded: Uint8Array, length: number): Int32Array {
  return new Reader(encoded, length).ranges();
}

/** Gaps below the last of these are in one number with the length. */
const SHORT_GAPS = 4;

/** Seven bits a byte, the lowest first; the eighth says that there are more. */
function write(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
}

/** What comes to a page as text. */
export function bytesOfBase64(text: string): Uint8Array {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = characters.charCodeAt(at);
  return bytes;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  #at = 0;

  /** @param limit where the last range ends at the latest */
  constructor(bytes: Uint8Array, limit: number) {
    this.#bytes = bytes;
    this.#limit = limit;
    if (this.#next() !== FORM) throw damaged("it is in no known form");
  }

  ranges(): Int32Array {
    const count = this.#number();
    // Each takes a byte or more, and a character or more.
    if (count > this.#bytes.length - this.#at || count > this.#limit) {
      throw damaged("it has fewer ranges than it says");
    }
    const edges = new Int32Array(count * 2);
    let last = 0;
    for (let at = 0; at < edges.length; at += 2) {
      const both = this.#number();
      const short = both % SHORT_GAPS;
      const start = last + short + (short === SHORT_GAPS - 1 ? this.#number() : 0);
      last = start + (both - short) / SHORT_GAPS + 1;
      if (last > this.#limit) throw damaged("it is of another text");
      edges[at] = start;
      edges[at + 1] = last;
    }
    return edges;
  }

  end(): void {
    if (this.#at < this.#bytes.length) throw damaged("it goes on behind its end");
  }

  #number(): number {
    let value = 0;
    for (let factor = 1; factor <= 0x7f ** 5; factor *= 0x80) {
      const byte = this.#next();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw damaged("a number in it is too large");
  }

  #next(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw damaged("it breaks off");
    this.#at += 1;
    return byte;
  }
}

function damaged(how: string): Error {
  return new Error(`The words of a text cannot be read: ${how}.`);
}
