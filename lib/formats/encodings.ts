import type { Encoding } from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import { notUtf8, textOrBadByte } from "@/lib/domain/text";
import { joinBytes } from "./bytes";

const LF = 10;

/** What a file says by its first bytes that it is encoded in; null if it says nothing. */
export function encodingByMark(head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | null {
  const [one, two, three] = head;
  if (one === 0xff && two === 0xfe) return "utf-16le";
  if (one === 0xfe && two === 0xff) return "utf-16be";
  return one === 0xef && two === 0xbb && three === 0xbf ? "utf-8" : null;
}

/** How much is held at most to look for the end of a line, in bytes. */
const LONGEST = 1024 * 1024;

/**
 * A file of another encoding as UTF-8.
 *
 * @throws Refusal "unprocessable" with the line and the byte at which it is not of that encoding
 */
export async function* asUtf8(
  stream: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let held: Uint8Array = new Uint8Array(0);
  let at = 0;
  let line = 1;
  const decoded = (bytes: Uint8Array, isLast: boolean): Uint8Array => {
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: !isLast });
    } catch {
      const whole = longestDecoded(bytes, encoding);
      const before = bytes.subarray(0, whole);
      line += before.filter((byte) => byte === LF).length;
      throw new Refusal(
        "unprocessable",
        `This is not ${encoding}: line ${line}, byte ${at + whole}.`,
        { line, byte: at + whole },
      );
    }
    at += bytes.length;
    for (let from = text.indexOf("\n"); from >= 0; from = text.indexOf("\n", from + 1)) line += 1;
    return utf8.encode(text);
  };
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : joinBytes([held, chunk]);
    const cut = held.length > LONGEST ? held.length : lineEnd(held, encoding);
    if (cut === 0) continue;
    yield decoded(held.subarray(0, cut), false);
    held = held.subarray(cut);
  }
  yield decoded(held, true);
}

/** Whole characters end there: no byte of a longer one is LF, but in UTF-16. */
function lineEnd(bytes: Uint8Array, encoding: Encoding): number {
  if (!encoding.startsWith("utf-16")) return bytes.lastIndexOf(LF) + 1;
  const whole = bytes.length - (bytes.length % 2);
  const last = bytes[whole - (encoding === "utf-16le" ? 1 : 2)] ?? 0;
  return last >= 0xd8 && last <= 0xdb ? whole - 2 : whole;
}

/** How many bytes from the first on are of an encoding. */
function longestDecoded(bytes: Uint8Array, encoding: Encoding): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isDecoded(bytes.subarray(0, middle), encoding)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isDecoded(bytes: Uint8Array, encoding: Encoding, isWhole = false): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

/** A whole file of another encoding as UTF-8; as it is, if it is not of that encoding. */
export function bytesAsUtf8(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  try {
    return utf8.encode(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    return bytes;
  }
}

/**
 * The text of a file in UTF-8, without its mark.
 *
 * @throws Refusal "unprocessable" with the line and the byte at which it is none
 */
export async function* textIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let held: Uint8Array = new Uint8Array(0);
  let at = 0;
  let line = 1;
  const decoded = (bytes: Uint8Array): string => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      // NUL, which is UTF-8, is refused where it is kept.
      const bad = textOrBadByte(bytes.map((byte) => byte || 32));
      const byte = typeof bad === "string" ? 0 : bad.byte;
      line += bytes.subarray(0, byte).filter((one) => one === LF).length;
      const value = (bytes[byte] ?? 0).toString(16).padStart(2, "0");
      const place = { line, byte: at + byte };
      throw new Refusal("unprocessable", notUtf8({ value, ...place }), place);
    }
    const isFirst = at === 0;
    at += bytes.length;
    for (let from = text.indexOf("\n"); from >= 0; from = text.indexOf("\n", from + 1)) line += 1;
    return isFirst && text.startsWith("\ufeff") ? text.slice(1) : text;
  };
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : joinBytes([held, chunk]);
    const cut = held.length - unfinished(held);
    if (cut === 0) continue;
    yield decoded(held.subarray(0, cut));
    held = held.subarray(cut);
  }
  if (held.length > 0) yield decoded(held);
}

/** How many bytes at the end begin a character of UTF-8 that is not over. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

/** A file that is not UTF-8, and what it would say in each encoding that it may be in. */
export type EncodingChoices = {
  /** Where it is no UTF-8 first, 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly byte: number;
  readonly choices: readonly { readonly encoding: Encoding; readonly sample: string }[];
};

/** How many characters of a file are shown in each encoding. */
const SAMPLE = 160;

/** How much of a file has to be of an encoding for it to be offered, in bytes. */
const LOOKED_AT = 64 * 1024;

/** A byte that is no ASCII: what tells encodings apart. */
const isTelling = (byte: number) => byte >= 0x80;

/**
 * What a file that is no UTF-8 would say in other encodings, from the line on in which they differ first.
 *
 * @returns null if it is UTF-8
 */
export function encodingChoices(
  bytes: Uint8Array,
  among: readonly Encoding[],
): EncodingChoices | null {
  const bad = textOrBadByte(bytes);
  if (typeof bad === "string") return null;
  const line = 1 + bytes.subarray(0, bad.byte).filter((byte) => byte === LF).length;
  const zeros = bytes.subarray(0, LOOKED_AT).filter((byte) => byte === 0).length;
  const isWide = zeros * 50 > Math.min(bytes.length, LOOKED_AT);
  // What is UTF-8 but for such a character is in no other encoding either.
  if (bad.value === "00" && !isWide) return null;
  const first = Math.max(bytes.findIndex(isTelling), 0);
  const begin = bytes.lastIndexOf(LF, first) + 1;
  const part = bytes.subarray(isWide ? 0 : begin, begin + LOOKED_AT);
  const looked = part.length < LOOKED_AT ? part : part.subarray(0, lineEnd(part, "utf-8"));
  const choices = among.flatMap((encoding) => {
    if (encoding === "utf-8" || encoding.startsWith("utf-16") !== isWide) return [];
    if (looked.length === 0 || !isDecoded(looked, encoding, !isWide)) return [];
    const decoder = new TextDecoder(encoding);
    // Of a line that is long before it tells anything, a little: what comes before is ASCII.
    const from = isWide ? 0 : Math.max(begin, first - 60);
    const text = decoder.decode(bytes.subarray(from, from + 4 * SAMPLE));
    return [{ encoding, sample: [...text].slice(0, SAMPLE).join("").replaceAll("\0", "\ufffd") }];
  });
  return { line, byte: bad.byte, choices };
}

const utf8 = new TextEncoder();
