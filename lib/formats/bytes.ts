import { Refusal } from "@/lib/domain/refusal";

const LF = 10;
const CR = 13;

/** "8 MiB", for messages. */
export function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / (1024 * 1024))} MiB`;
}

/**
 * Reads a stream to its end; one without bytes gives none.
 *
 * @param limit in bytes, itself allowed; reading stops as soon as it is passed
 * @throws Refusal "too_large"
 */
export async function readAll(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new Refusal(
        "too_large",
        `The file has more than ${mebibytes(limit)}, the most one article may have.`,
        { limit },
      );
    }
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/** Pieces as one: a copy, unless there is but one. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = pieces;
  if (only && others.length === 0) return only;
  const joined = new Uint8Array(pieces.reduce((size, piece) => size + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

/** One line of a file, without its end. `bytes` is null if it is longer than the limit. */
export type ByteLine = {
  /** 1-based. */
  readonly number: number;
  /** Where it starts in the file, in bytes. */
  readonly offset: number;
  /** In bytes, with the CR that may end it. */
  readonly length: number;
  readonly bytes: Uint8Array | null;
};

/**
 * Splits a stream into lines at LF or CR LF, before anything is decoded, so that a bad byte spoils
 * one line only. At most `limit` bytes of a line are held. What follows the last LF is a line if it has
 * any bytes.
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<ByteLine> {
  let number = 1;
  let offset = 0;
  let length = 0;
  let held: Uint8Array[] = [];
  const take = (part: Uint8Array) => {
    length += part.byteLength;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: only the memory in use would tell
    if (length <= limit) held.push(part);
  };
  const line = (): ByteLine => ({
    number,
    offset,
    length,
    bytes: length > limit ? null : trimEnd(joinBytes(held)),
  });
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      take(chunk.subarray(from, at));
      yield line();
      number += 1;
      offset += length + 1;
      length = 0;
      held = [];
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}

function trimEnd(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes;
}
