import { Refusal } from "@/lib/domain/refusal";

/** The most bytes a file may have that says something of another. */
const MOST = 64 * 1024 * 1024;

/**
 * Reads a file that lies beside another.
 *
 * @throws Refusal "too_large"
 */
export async function readBeside(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.byteLength;
    if (size > MOST) {
      throw new Refusal("too_large", `A file beside a text may have ${MOST / 2 ** 20} MiB.`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

/** Finds files by their paths, which are gathered once somebody asks. */
export function besideIn<File extends { readonly path: string }>(
  files: () => Promise<readonly File[]>,
  open: (file: File) => AsyncIterable<Uint8Array>,
): (path: string) => Promise<Uint8Array | null> {
  let known: Promise<ReadonlyMap<string, File>> | null = null;
  return async (path) => {
    known ??= files().then((all) => new Map(all.map((file) => [file.path, file])));
    const file = (await known).get(path);
    return file ? readBeside(open(file)) : null;
  };
}
