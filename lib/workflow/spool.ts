import { type FileHandle, open } from "node:fs/promises";

/** So much is read at a time, in bytes. */
const CHUNK = 256 * 1024;

/** Where in a spool something lies, in bytes. */
export type Kept = { readonly start: number; readonly length: number };

/**
 * A file that many others are put into, one after another, and read from in any order. It is open all the time: a
 * hundred thousand files of their own take longer to make and to open, and leave memory in shreds.
 */
export class Spool {
  readonly #file: FileHandle;
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param path of a file that there is not yet; whoever names it takes it away */
  static async open(path: string): Promise<Spool> {
    return new Spool(await open(path, "wx+", 0o600));
  }

  /** Puts something in, behind all else. What breaks off is not in. One at a time. */
  async put(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Kept> {
    const start = this.#end;
    let length = 0;
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.byteLength; ) {
        const left = chunk.byteLength - at;
        const { bytesWritten } = await this.#file.write(chunk, at, left, start + length);
        at += bytesWritten;
        length += bytesWritten;
      }
    }
    this.#end = start + length;
    return { start, length };
  }

  async *read({ start, length }: Kept): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < length; ) {
      const chunk = Buffer.allocUnsafe(Math.min(length - at, CHUNK));
      const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, start + at);
      if (bytesRead === 0) throw new Error("Something has cut a temporary file.");
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
