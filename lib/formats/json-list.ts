import { Refusal } from "@/lib/domain/refusal";
import { joinBytes } from "./bytes";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];
const LF = 10;

const isSpace = (byte: number) => byte === 32 || byte === LF || byte === 13 || byte === 9;

/** Something that stands between two commas of a list, or what should. */
export type ListElement = {
  /** Where it begins, 1-based. */
  readonly line: number;
  /** In bytes. */
  readonly length: number;
  /** Without the space before it; null if it is longer than the limit. */
  readonly bytes: Uint8Array | null;
};

/** What a list is made of, told by its commas and brackets alone: whether that is JSON shows when it is parsed. */
class ListScanner {
  /** How many lists and objects are open, the list itself among them. */
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  line = 1;
  isClosed = false;

  /**
   * Goes on to the next byte that ends an element of the list: a comma, or the bracket that closes it.
   *
   * @param from where to begin in these bytes, which follow those before
   * @param onFirst told where an element begins, before it ends
   * @returns its place, or the length of the bytes if there is none
   */
  next(bytes: Uint8Array, from: number, onFirst: (at: number) => void): number {
    let isBetween = !this.#isInString;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInString = false;
        continue;
      }
      if (isSpace(byte)) {
        if (byte === LF) this.line += 1;
        continue;
      }
      if (this.isClosed) throw behindTheEnd(byte, this.line);
      if (this.#depth === 0) {
        this.#depth = 1; // its opening bracket, with which it was told to be a list
        continue;
      }
      if (this.#depth === 1 && (byte === COMMA || byte === CLOSE_LIST)) {
        this.isClosed = byte === CLOSE_LIST;
        return at;
      }
      if (isBetween) {
        onFirst(at);
        isBetween = false;
      }
      if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth += 1;
      else if ((byte === CLOSE_LIST || byte === CLOSE_OBJECT) && this.#depth > 1) this.#depth -= 1;
    }
    return bytes.length;
  }
}

function behindTheEnd(byte: number, line: number): Refusal {
  const found = byte > 32 && byte < 127 ? JSON.stringify(String.fromCharCode(byte)) : "something";
  return new Refusal("unprocessable", `This is no JSON: ${found} where the end should stand.`, {
    line,
  });
}

/**
 * Whether a file is one list that is longer than a limit, which is told as soon as that is known: at once of a file that is
 * no list, and where the first list in it ends.
 *
 * @param limit in bytes
 * @returns with the bytes of the file, which can be read once
 */
export async function asLongList(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly isLongList: boolean; readonly bytes: AsyncIterable<Uint8Array> }> {
  const pieces = stream[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  const scanner = new ListScanner();
  let size = 0;
  let isBegun = false;
  let isLongList = false;
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) break;
    held.push(value);
    size += value.byteLength;
    if (!isBegun) {
      const first = value.find((byte) => !isSpace(byte));
      if (first === undefined && size <= limit) continue;
      if (first !== OPEN_LIST) break;
      isBegun = true;
    }
    let at = 0;
    while (at < value.length && !scanner.isClosed) {
      at = scanner.next(value, at, () => undefined) + 1;
    }
    isLongList = size - value.byteLength + Math.min(at, value.byteLength) > limit;
    if (scanner.isClosed || isLongList) break;
  }
  async function* again() {
    try {
      for (let piece = held.shift(); piece !== undefined; piece = held.shift()) yield piece;
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  return { isLongList, bytes: again() };
}

/**
 * The elements of a list, one after another: of a list of any length, one is held. The first byte that is no space opens it.
 *
 * @param limit of an element, in bytes
 * @throws Refusal "unprocessable" with `line`, once those before it have been taken, if the file ends within the list or goes on
 *   behind it
 */
export async function* elementsOf(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<ListElement> {
  const scanner = new ListScanner();
  let held: Uint8Array[] = [];
  let length = 0;
  let line: number | null = null;
  let count = 0;
  for await (const piece of stream) {
    for (let from = 0; from < piece.length; ) {
      let start = line === null ? piece.length : from;
      const end = scanner.next(piece, from, (at) => {
        if (line !== null) return;
        line = scanner.line;
        start = at;
      });
      if (line !== null) {
        length += end - start;
        if (length <= limit) held.push(piece.subarray(start, end));
        else held = [];
      }
      from = end + 1;
      if (end === piece.length) break;
      // Nothing between the brackets is no element; between commas it is one that is not there.
      if (line !== null || count > 0 || !scanner.isClosed) {
        const bytes = length > limit ? null : joinBytes(held);
        yield { line: line ?? scanner.line, length, bytes };
        count += 1;
      }
      held = [];
      length = 0;
      line = null;
    }
  }
  if (!scanner.isClosed) {
    const message = 'This is no JSON: it ends where "," or "]" should follow.';
    throw new Refusal("unprocessable", message, { line: scanner.line });
  }
}
