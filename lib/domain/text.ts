import { Refusal } from "./refusal";

/** A half-open range of an article's text, in Unicode code points. */
export type Range = { readonly start: number; readonly end: number };

export const blockKinds = ["title", "heading", "paragraph", "list_item", "quote"] as const;
export type BlockKind = (typeof blockKinds)[number];

/** A range of the text with a kind; `level` (1-6) is there for headings only. */
export type Block = Range & { readonly kind: BlockKind; readonly level?: number };

/** How far apart the remembered positions of a text with astral characters are, in code points. */
const STRIDE = 1024;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many UTF-16 units behind an offset may decide whether it splits a grapheme cluster. */
const GRAPHEME_WINDOW = 64;

/** How far back a place is looked for where a cluster surely starts, in UTF-16 units. */
const FARTHEST_START = 1024;

/**
 * The immutable text of an article version, addressed in code points.
 *
 * JavaScript strings count UTF-16 units. A text without astral characters needs no table; one with
 * them keeps the UTF-16 position of every 1024th code point, so a conversion walks at most that far.
 */
export class ArticleText {
  readonly value: string;
  /** In code points. */
  readonly length: number;
  /** UTF-16 positions of the code points 0, STRIDE, 2·STRIDE …; null where both counts agree. */
  readonly #marks: readonly number[] | null;

  constructor(value: string) {
    this.value = value;
    if (!/[\ud800-\udbff]/.test(value)) {
      this.length = value.length;
      this.#marks = null;
      return;
    }
    const marks: number[] = [];
    let count = 0;
    for (let unit = 0; unit < value.length; unit += widthAt(value, unit)) {
      if (count % STRIDE === 0) marks.push(unit);
      count += 1;
    }
    this.length = count;
    this.#marks = marks;
  }

  /** @throws RangeError if the range leaves the text */
  slice({ start, end }: Range): string {
    if (end < start)
      throw new RangeError(`A range cannot end at ${end} before its start ${start}.`);
    return this.value.slice(this.toUtf16(start), this.toUtf16(end));
  }

  /**
   * The UTF-16 position of a code point offset.
   *
   * @throws RangeError if the offset is not a whole number within the text
   */
  toUtf16(offset: number): number {
    if (!Number.isInteger(offset) || offset < 0 || offset > this.length) {
      throw new RangeError(`${offset} is not an offset of a text of ${this.length} code points.`);
    }
    if (!this.#marks) return offset;
    if (offset === this.length) return this.value.length;
    const mark = Math.floor(offset / STRIDE);
    let unit = this.#marks[mark] ?? 0;
    for (let at = mark * STRIDE; at < offset; at += 1) unit += widthAt(this.value, unit);
    return unit;
  }

  /**
   * The code point offset of a UTF-16 position; a position inside a surrogate pair counts as the
   * start of its character.
   *
   * @throws RangeError if the position is not a whole number within the string
   */
  fromUtf16(unit: number): number {
    if (!Number.isInteger(unit) || unit < 0 || unit > this.value.length) {
      throw new RangeError(`${unit} is not a position in a string of ${this.value.length} units.`);
    }
    if (!this.#marks) return unit;
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#marks[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    let at = this.#marks[low] ?? 0;
    let offset = low * STRIDE;
    while (at < unit) {
      const next = at + widthAt(this.value, at);
      if (next > unit) break;
      at = next;
      offset += 1;
    }
    return offset;
  }

  /** Whether a span may start or end here: true unless the offset splits a grapheme cluster. */
  isBoundary(offset: number): boolean {
    if (offset === 0 || offset === this.length) return true;
    const unit = this.toUtf16(offset);
    const before = this.value.charCodeAt(unit - 1);
    const after = this.value.charCodeAt(unit);
    // Below the combining marks only CR LF is a cluster, and asking the segmenter takes 50 times as long.
    if (before < 0x300 && after < 0x300) return before !== 0x0d || after !== 0x0a;
    const { window, from } = this.#around(unit);
    const segment = graphemes.segment(window).containing(unit - from);
    return segment?.index === unit - from;
  }

  /** The nearest boundary at or before the offset. */
  boundaryBefore(offset: number): number {
    let at = offset;
    while (at > 0 && !this.isBoundary(at)) at -= 1;
    return at;
  }

  /** The nearest boundary at or after the offset. */
  boundaryAfter(offset: number): number {
    let at = offset;
    while (at < this.length && !this.isBoundary(at)) at += 1;
    return at;
  }

  /**
   * The stretch of text that decides about a boundary. It grows back to a place where a cluster
   * surely starts (after a line feed or a space), because runs of joined emoji, flags and stacked
   * marks have no bound on their length.
   */
  #around(unit: number): { window: string; from: number } {
    let from = unit - 1;
    const floor = Math.max(0, unit - FARTHEST_START);
    for (; from > floor; from -= 1) {
      const before = this.value.charCodeAt(from - 1);
      if (before === 0x0a || before === 0x20) break;
    }
    // Flags pair off from the first letter of their run on, so the run must be whole.
    if (isFlagLetter(this.value, from - 1)) from -= 1;
    while (isFlagLetter(this.value, from - 2)) from -= 2;
    return { window: this.value.slice(from, unit + GRAPHEME_WINDOW), from };
  }
}

/** The length of a well-formed string in code points. */
export function codePointLength(value: string): number {
  return value.length - (value.match(/[\ud800-\udbff]/g)?.length ?? 0);
}

/** Whether a regional indicator symbol, half of a flag, starts at a UTF-16 position. */
function isFlagLetter(value: string, unit: number): boolean {
  const code = value.codePointAt(unit) ?? 0;
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}

function widthAt(value: string, unit: number): 1 | 2 {
  const code = value.charCodeAt(unit);
  return code >= 0xd800 && code <= 0xdbff ? 2 : 1;
}

/**
 * Decodes a file as strict UTF-8, without a byte-order mark and without NUL (DESIGN 4). Nothing
 * else is changed: no normalisation, line ends stay.
 *
 * @throws Refusal "unprocessable" with `line` (1-based) and `byte` (0-based) of the first bad byte
 */
export function decodeUtf8(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    const byte = firstInvalidUtf8(bytes);
    const value = (bytes[byte] ?? 0).toString(16).padStart(2, "0");
    throw new Refusal(
      "unprocessable",
      `This is not UTF-8: byte 0x${value} at line ${lineOf(bytes, byte)}, byte ${byte}.`,
      { line: lineOf(bytes, byte), byte },
    );
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new Refusal(
      "unprocessable",
      `A NUL character cannot be stored: line ${lineOf(bytes, nul)}, byte ${nul}.`,
      { line: lineOf(bytes, nul), byte: nul },
    );
  }
  return text;
}

/**
 * Checks a string that did not come through {@link decodeUtf8}, such as one out of JSON, where
 * escapes can spell NUL and lone surrogates. PostgreSQL would refuse or silently change those.
 *
 * @throws Refusal "unprocessable" with `line`, and `offset` in UTF-16 units
 */
export function checkStorable(value: string, what: string): void {
  const nul = value.indexOf("\0");
  const lone = value.isWellFormed() ? -1 : value.search(/\p{Surrogate}/u);
  if (nul < 0 && lone < 0) return;
  const offset = nul >= 0 && (lone < 0 || nul < lone) ? nul : lone;
  const name = offset === nul ? "a NUL character" : "a lone surrogate";
  const line = value.slice(0, offset).split("\n").length;
  throw new Refusal(
    "unprocessable",
    `${what} contains ${name} at character ${offset}${line > 1 ? ` (line ${line})` : ""}, which cannot be stored.`,
    { field: what, line, offset },
  );
}

function lineOf(bytes: Uint8Array, position: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < position; at = bytes.indexOf(10, at + 1))
    line += 1;
  return line;
}

/** Finds the first byte that cannot be part of well-formed UTF-8 (Unicode 17, table 3-7). */
function firstInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    const more =
      lead < 0x80
        ? 0
        : lead >= 0xc2 && lead < 0xe0
          ? 1
          : lead >= 0xe0 && lead < 0xf0
            ? 2
            : lead >= 0xf0 && lead < 0xf5
              ? 3
              : -1;
    if (more < 0) return at;
    for (let next = 1; next <= more; next += 1) {
      const byte = bytes[at + next];
      if (byte === undefined) return at;
      const low = next > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
      const high = next > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
      if (byte < low || byte > high) return at;
    }
    at += more + 1;
  }
  return bytes.length;
}
