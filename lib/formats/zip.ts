import { Refusal } from "@/lib/domain/refusal";
import { mebibytes } from "./bytes";

/** The most that one part of a package may unpack to, in bytes. */
const MOST_UNPACKED = 256 * 1024 * 1024;

/** How many times its own size a part may unpack to, once that is no longer small. */
const MOST_RATIO = 100;
const SMALL = 16 * 1024 * 1024;

/** The most parts that a package may have. */
const MOST_PARTS = 10_000;

type Part = {
  readonly method: number;
  readonly isEncrypted: boolean;
  /** In bytes: as they stand in the file, and as the file says that they unpack to. */
  readonly packed: number;
  readonly unpacked: number;
  /** Where the part's own header stands. */
  readonly at: number;
};

/** A ZIP archive that is one document, such as a workbook. */
export class Package {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #parts: ReadonlyMap<string, Part>;

  /** @throws Refusal "unprocessable" if it is no ZIP archive, "too_large" if it has too many parts */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#parts = this.#directory();
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
    if (part.isEncrypted) throw broken("it is encrypted");
    if (part.unpacked > MOST_UNPACKED) throw tooLarge();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let size = 0;
    const reader = this.#unpacked(part).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        size += value?.byteLength ?? 0;
        const isBomb = size > SMALL && size > part.packed * MOST_RATIO;
        if (size > MOST_UNPACKED || isBomb || size > part.unpacked) throw tooLarge();
        yield decoder.decode(value, { stream: !done });
        if (done) return;
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw broken(`${name} in it cannot be unpacked`);
    } finally {
      await reader.cancel().catch(() => undefined); // what is broken cannot be ended either
    }
  }

  #unpacked({ method, packed, at }: Part): ReadableStream<Uint8Array> {
    const data = at + 30 + this.#short(at + 26) + this.#short(at + 28);
    if (this.#long(at) !== 0x04034b50 || data + packed > this.#bytes.length) {
      throw broken("it is cut off");
    }
    const stream = new Blob([this.#bytes.slice(data, data + packed)]).stream();
    if (method === 0) return stream;
    if (method !== 8) throw broken("it is packed in a way that is not known");
    return stream.pipeThrough(new DecompressionStream("deflate-raw"));
  }

  /** What the archive says at its end that is in it. */
  #directory(): ReadonlyMap<string, Part> {
    const end = this.#end();
    const count = this.#short(end + 10);
    let at = this.#long(end + 16);
    if (count > MOST_PARTS) throw tooLarge();
    const parts = new Map<string, Part>();
    const names = new TextDecoder();
    for (let index = 0; index < count; index += 1) {
      if (this.#long(at) !== 0x02014b50) throw broken("its list of parts is broken");
      const [name, extra, comment] = [28, 30, 32].map((offset) => this.#short(at + offset));
      const from = at + 46;
      parts.set(names.decode(this.#bytes.subarray(from, from + (name ?? 0))), {
        isEncrypted: (this.#short(at + 8) & 1) === 1,
        method: this.#short(at + 10),
        packed: this.#long(at + 20),
        unpacked: this.#long(at + 24),
        at: this.#long(at + 42),
      });
      at = from + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
    }
    return parts;
  }

  /** Where the end of the archive begins: before a comment of at most 65,535 bytes. */
  #end(): number {
    const last = this.#bytes.length - 22;
    for (let at = last; at >= Math.max(0, last - 0xffff); at -= 1) {
      if (this.#long(at) === 0x06054b50) return at;
    }
    throw broken("it is no ZIP archive, or is cut off");
  }

  #short(at: number): number {
    if (at + 2 > this.#bytes.length) throw broken("it is cut off");
    return this.#view.getUint16(at, true);
  }

  #long(at: number): number {
    if (at + 4 > this.#bytes.length) throw broken("it is cut off");
    return this.#view.getUint32(at, true);
  }
}

const broken = (why: string) => new Refusal("unprocessable", `The file cannot be opened: ${why}.`);

const tooLarge = () =>
  new Refusal(
    "too_large",
    `The file unpacks to more than it says, to more than ${MOST_RATIO} times its size, or to more than ${mebibytes(MOST_UNPACKED)}.`,
  );
