import { type FileEntry, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { Refusal } from "@/lib/domain/refusal";
import { mebibytes } from "./bytes";

/** The most that one part of a package may unpack to, in bytes. */
const MOST_UNPACKED = 256 * 1024 * 1024;

/** How many times its own size a part may unpack to, once that is no longer small. */
const MOST_RATIO = 100;
const SMALL = 16 * 1024 * 1024;

/** The most parts that a package may have. */
const MOST_PARTS = 10_000;

/** Whether so many bytes are more than a part of that size, packed, may come to. */
export function isBomb(unpacked: number, packed: number): boolean {
  return unpacked > SMALL && unpacked > packed * MOST_RATIO;
}

/** A ZIP archive that is one document, such as a workbook. */
export class Package {
  readonly #parts: ReadonlyMap<string, FileEntry>;
  /** As it is packed, in bytes. */
  readonly size: number;

  private constructor(parts: ReadonlyMap<string, FileEntry>, size: number) {
    this.#parts = parts;
    this.size = size;
  }

  /** @throws Refusal "unprocessable" if it is no ZIP archive, "too_large" if it has too many parts */
  static async open(bytes: Uint8Array): Promise<Package> {
    const zip = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
    const parts = new Map<string, FileEntry>();
    try {
      for await (const part of zip.getEntriesGenerator()) {
        if (parts.size === MOST_PARTS) throw tooLarge();
        if (!part.directory) parts.set(part.filename, part);
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw broken("it is no ZIP archive, or is cut off");
    }
    return new Package(parts, bytes.byteLength);
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /**
   * The text of a part, piece by piece; nothing of one that there is not.
   *
   * @throws Refusal "too_large" as soon as it is larger than it may be, or than it says; "unprocessable" if it is broken
   */
  async *text(name: string): AsyncGenerator<string> {
    const part = this.#parts.get(name);
    if (!part) return;
    if (part.encrypted) throw broken("it is encrypted");
    if (part.uncompressedSize > MOST_UNPACKED) throw tooLarge();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const enough = new AbortController();
    const unpacking = part.getData(writable, { checkSignature: true, signal: enough.signal });
    unpacking.catch((error) => writable.abort(error).catch(() => undefined)); // or the reader waits for ever
    const reader = readable.getReader();
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        size += value?.byteLength ?? 0;
        const isTooLarge = size > MOST_UNPACKED || size > part.uncompressedSize;
        if (isTooLarge || isBomb(size, part.compressedSize)) throw tooLarge();
        yield decoder.decode(value, { stream: !done });
        if (done) return;
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw broken(`${name} in it cannot be unpacked`);
    } finally {
      enough.abort();
      await reader.cancel().catch(() => undefined); // what is broken cannot be ended either
      await unpacking.catch(() => undefined);
    }
  }
}

const broken = (why: string) => new Refusal("unprocessable", `The file cannot be opened: ${why}.`);

const tooLarge = () =>
  new Refusal(
    "too_large",
    `The file unpacks to more than it says, to more than ${MOST_RATIO} times its size, or to more than ${mebibytes(MOST_UNPACKED)}.`,
  );
