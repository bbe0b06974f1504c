import { Refusal, type RefusalDetails } from "./refusal";

/** A half-open range of an article's text, in Unicode code points. */
export type Range = { readonly start: number; readonly end: number };

export const blockKinds = ["title", "heading", "paragraph", "list_item", "quote"] as const;
export type BlockKind = (typeof blockKinds)[number];

/** A range of the text with a kind; `level` (1-6) is there for headings only. */
export type Block = Range & { readonly kind: BlockKind; readonly level?: number };

/** The blocks of a text as it is shown: one without any is a single paragraph. */
export function shownBlocks(text: ArticleText, blocks: readonly Block[]): readonly Block[] {
  return blocks.length > 0 ? blocks : [{ kind: "paragraph", start: 0, end: text.length }];
}

/** How far apart the remembered positions of a text with astral characters are, in code points. */
const STRIDE = 1024;

/** By grapheme cluster, as it does unless told otherwise. */
const graphemes = new Intl.Segmenter();

/** The first half of a character of two UTF-16 units. */
const ASTRAL = /[\ud800-\udbff]/;

/** How many UTF-16 units behind an offset may decide whether it splits a grapheme cluster. */
const GRAPHEME_WINDOW = 64;

/** How many before it, so that the cluster it may lie in has its start among them. */
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
    // Stryker disable next-line ConditionalExpression,Regex,BlockStatement: a table says the same, and takes time and memory
    if (!ASTRAL.test(value)) {
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
    // Stryker disable next-line EqualityOperator: from the mark before, it is found as well, but later
    const mark = this.#marks.findLastIndex((at) => at <= unit);
    let offset = mark * STRIDE;
    const start = this.#marks[mark] ?? 0;
    for (
      let end = start + widthAt(this.value, start);
      end <= unit;
      end += widthAt(this.value, end)
    ) {
      offset += 1;
    }
    return offset;
  }

  /** Whether a span may start or end here: true unless the offset splits a grapheme cluster. */
  isBoundary(offset: number): boolean {
    const unit = this.toUtf16(offset);
    const before = this.value.charCodeAt(unit - 1);
    const after = this.value.charCodeAt(unit);
    // Below the combining marks only CR LF is a cluster, and asking the segmenter takes 50 times as long.
    // Stryker disable next-line ConditionalExpression: it would say the same
    if (Math.max(before, after) < 0x300) return before !== 0x0d || after !== 0x0a;
    const { window, from } = this.#around(unit);
    const segment = graphemes.segment(window).containing(unit - from);
    // Where the text ends there is nothing to split.
    return segment === undefined || segment.index === unit - from;
  }

  /** The nearest boundary at or before the offset. */
  boundaryBefore(offset: number): number {
    let at = offset;
    while (!this.isBoundary(at)) at -= 1;
    return at;
  }

  /** The nearest boundary at or after the offset. */
  boundaryAfter(offset: number): number {
    let at = offset;
    while (!this.isBoundary(at)) at += 1;
    return at;
  }

  /**
   * The stretch of text that decides about a boundary. Joined emoji and stacked marks are seen to
   * belong together wherever it begins; flags pair off from the first letter of their run on, so a
   * run must be whole.
   */
  #around(unit: number): { window: string; from: number } {
    let from = Math.max(0, unit - FARTHEST_START);
    while (/\p{Regional_Indicator}/u.test(this.value.slice(from - 2, from))) from -= 2;
    return { window: this.value.slice(from, unit + GRAPHEME_WINDOW), from };
  }
}

/** The length of a well-formed string in code points. */
export function codePointLength(value: string): number {
  return value.length - (value.match(/[\ud800-\udbff]/g)?.length ?? 0);
}

/** What gives the lengths of parts of a text in code points: looked at once, where it has no others than UTF-16 units. */
export function codePointLengthIn(text: string): (part: string) => number {
  // Stryker disable next-line ConditionalExpression: counting says the same
  return ASTRAL.test(text) ? codePointLength : (part) => part.length;
}

/** Orders texts by UTF-16 unit, which is the same everywhere. */
export function compareByUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
  const text = textOrBadByte(bytes);
  if (typeof text === "string") return text;
  const { byte, value } = text;
  const line = 1 + bytes.subarray(0, byte).filter((before) => before === 0x0a).length;
  throw new Refusal(
    "unprocessable",
    value === "00"
      ? `A NUL character cannot be stored: line ${line}, byte ${byte}.`
      : notUtf8({ value, line, byte }),
    { line, byte },
  );
}

/** @param bad a byte in hex, the line that it is on, 1-based, and its place in the file, 0-based */
export function notUtf8({
  value,
  line,
  byte,
}: {
  readonly value: string;
  readonly line: number;
  readonly byte: number;
}): string {
  return `This is not UTF-8: byte 0x${value} at line ${line}, byte ${byte}.`;
}

/** As {@link decodeUtf8}, but a bad byte is answered: its place, 0-based, and its two hex digits. */
export function textOrBadByte(bytes: Uint8Array): string | { byte: number; value: string } {
  const bad = (byte: number) => ({
    byte,
    value: (bytes[byte] ?? 0).toString(16).padStart(2, "0"),
  });
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return bad(firstInvalidUtf8(bytes));
  }
  const nul = bytes.indexOf(0);
  return nul < 0 ? text : bad(nul);
}

/**
 * Checks a string that did not come through {@link decodeUtf8}, such as one out of JSON, where
 * escapes can spell NUL and lone surrogates. PostgreSQL would refuse or silently change those.
 *
 * @param at details of the refusal that say more of the place than the string does
 * @throws Refusal "unprocessable" with `line`, and `offset` in UTF-16 units
 */
export function checkStorable(value: string, what: string, at: RefusalDetails = {}): void {
  if (value.isWellFormed() && !value.includes("\0")) return;
  const offset = value.search(/[\0\p{Surrogate}]/u);
  const name = value[offset] === "\0" ? "a NUL character" : "a lone surrogate";
  const line = value.slice(0, offset).split("\n").length;
  throw new Refusal(
    "unprocessable",
    `${what} contains ${name} at character ${offset}${line > 1 ? ` (line ${line})` : ""}, which cannot be stored.`,
    { field: what, line, offset, ...at },
  );
}

/**
 * Where the first bytes are that a decoder replaces, for all but "\ufffd" itself. They must not be
 * UTF-8 as a whole.
 */
function firstInvalidUtf8(bytes: Uint8Array): number {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  let byte = 0;
  let from = 0;
  for (;;) {
    const to = text.indexOf("\ufffd", from);
    byte += utf8.encode(text.slice(from, to)).length;
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return byte;
    byte += 3;
    from = to + 1;
  }
}

const utf8 = new TextEncoder();

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
