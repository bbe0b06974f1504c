import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract as untar } from "tar-stream";
import { type Entry, openPromise, validateFileName } from "yauzl";
import { counted } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import type { SourceFile } from "@/lib/formats/source-file";
import { cleanPath } from "./article-identity";
import { besideIn } from "./beside";

/** Endings of files that are opened, and what is in them read. */
export const archiveExtensions = [".zip", ".tar", ".tgz", ".tar.gz", ".gz"] as const;

/** What an archive may hold: beyond that it is taken for a bomb. */
const MOST_FILES = 200_000;
const MOST_BYTES = 8 * 1024 ** 3;
/** How many times its own size, once it is no longer small. Text becomes a fifth, a table of zeros a thousandth. */
const MOST_RATIO = 200;
const SMALL = 32 * 1024 ** 2;

/**
 * Files as they came, and in the place of archives what is in them, as if it had been unpacked into a folder of the
 * archive's name. An archive in an archive is not opened. An archive that cannot be opened is one file that is
 * refused with the reason.
 *
 * What is in an archive lies in a folder for temporary files while it is read, under numbers: no name of it is ever a
 * path on this machine.
 */
export async function* unpacked(
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
): AsyncGenerator<SourceFile> {
  for await (const file of files) {
    const kind = file.origin ? null : kindOf(file.path);
    if (kind === null) yield file;
    else yield* filesIn(file, kind);
  }
}

/** Whether a file is opened rather than read. */
export function isArchive(path: string): boolean {
  return kindOf(path) !== null;
}

type Kind = "zip" | "tar" | "tar.gz" | "gz";

function kindOf(path: string): Kind | null {
  const [, ending = ""] = /(\.zip|\.tar|\.tgz|\.tar\.gz|\.gz)$/i.exec(path) ?? [];
  switch (ending.toLowerCase()) {
    case ".zip":
      return "zip";
    case ".tar":
      return "tar";
    case ".tgz":
    case ".tar.gz":
      return "tar.gz";
    case ".gz":
      return "gz";
    default:
      return null;
  }
}

type Unpacked = { readonly path: string; readonly at: string };

async function* filesIn(file: SourceFile, kind: Kind): AsyncGenerator<SourceFile> {
  const folder = await mkdtemp(join(tmpdir(), "gainsay-archive-"));
  try {
    const found: Unpacked[] = [];
    try {
      await new Unpacking(file, folder, found)[kind]();
      if (found.length === 0)
        throw new Refusal("unprocessable", "There is no file in the archive.");
    } catch (error) {
      yield { ...file, stream: refusing(asRefusal(error)) };
      return;
    }
    // Opened when somebody reads it: not everything is.
    const open = async function* ({ at }: Unpacked): AsyncGenerator<Uint8Array> {
      yield* createReadStream(at);
    };
    const beside = besideIn(async () => found, open);
    for (const inner of found) {
      yield { path: inner.path, folder: file.folder, stream: open(inner), beside };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bytes of a file that cannot be had: whoever reads them is told why. */
// biome-ignore lint/correctness/useYield: it gives nothing but its reason
export async function* refusing(reason: Refusal): AsyncGenerator<Uint8Array> {
  throw reason;
}

/** What unpacks one archive into a folder, and notes what it found. */
class Unpacking implements Record<Kind, () => Promise<void>> {
  readonly #file: SourceFile;
  readonly #folder: string;
  readonly #found: Unpacked[];
  #packed = 0;
  #bytes = 0;

  constructor(file: SourceFile, folder: string, found: Unpacked[]) {
    this.#file = file;
    this.#folder = folder;
    this.#found = found;
  }

  async zip(): Promise<void> {
    const whole = join(this.#folder, "archive");
    await pipeline(this.#counted(), createWriteStream(whole));
    const zip = await openPromise(whole, { validateEntrySizes: true });
    try {
      for await (const entry of zip.eachEntry()) {
        if (!isFileOf(entry)) continue;
        if (entry.isEncrypted()) refuse(`${shown(entry.fileName)} in it is encrypted.`);
        await this.#keep(entry.fileName, await zip.openReadStreamPromise(entry));
      }
    } finally {
      zip.close();
      await rm(whole, { force: true });
    }
  }

  tar(): Promise<void> {
    return this.#untar(this.#counted());
  }

  "tar.gz"(): Promise<void> {
    return this.#untar(this.#gunzipped());
  }

  async gz(): Promise<void> {
    const name = cleanPath(this.#file.path).replace(/\.gz$/i, "");
    await this.#put(name, this.#gunzipped());
  }

  async #untar(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const tar = untar();
    const feeding = pipeline(bytes, tar);
    // Its failure is met below; until then it must not count as unheard.
    feeding.catch(() => undefined);
    for await (const entry of tar) {
      const { type, name } = entry.header;
      if (type === "file" || type === "contiguous-file") await this.#keep(name, bytesOf(entry));
      else entry.resume();
    }
    await feeding;
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#file.stream) {
      this.#packed += chunk.byteLength;
      yield chunk;
    }
  }

  #gunzipped(): AsyncIterable<Uint8Array> {
    const source = Readable.from(this.#counted(), { objectMode: false });
    const gunzip = createGunzip();
    pipeline(source, gunzip).catch((error) => gunzip.destroy(error));
    return gunzip;
  }

  /** Keeps a file under the folder that the archive stands for. */
  async #keep(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const plain = name.replace(/^(?:\.\/)+/, "");
    const trouble = validateFileName(plain);
    if (trouble !== null || plain.includes("\0")) refuse(`${shown(name)} is no name within it.`);
    if (isClutter(plain)) {
      for await (const _ of bytes) void _;
      return;
    }
    const stem = cleanPath(this.#file.path).replace(/(?:\.zip|\.tar|\.tgz|\.tar\.gz)$/i, "");
    const last = stem.split("/").at(-1) ?? stem;
    const within = plain.startsWith(`${last}/`) ? plain.slice(last.length + 1) : plain;
    await this.#put(cleanPath(`${stem}/${within}`), bytes);
  }

  async #put(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.#found.length >= MOST_FILES) {
      refuse(`It has more than ${counted(MOST_FILES, "file")}.`);
    }
    const at = join(this.#folder, String(this.#found.length));
    await pipeline(this.#measured(bytes), createWriteStream(at));
    this.#found.push({ path, at });
  }

  async *#measured(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#bytes += chunk.byteLength;
      if (this.#bytes > MOST_BYTES) refuse(`It has more than ${MOST_BYTES / 1024 ** 3} GiB in it.`);
      if (this.#bytes > SMALL && this.#bytes > this.#packed * MOST_RATIO) {
        refuse(`It unpacks to more than ${MOST_RATIO} times its size.`);
      }
      yield chunk;
    }
  }
}

/** Streams of tar-stream are of its own kind. */
async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk;
}

/** Whether an entry is a file: no folder, link or device. */
function isFileOf({ fileName, externalFileAttributes }: Entry): boolean {
  const mode = (externalFileAttributes >>> 16) & 0o170000;
  return !fileName.endsWith("/") && (mode === 0 || mode === 0o100000);
}

/** Files that systems leave in archives, and that nobody means. */
function isClutter(path: string): boolean {
  return path
    .split("/")
    .some((part) => part.startsWith(".") || part === "Thumbs.db" || part === "__MACOSX");
}

const shown = (name: string) => JSON.stringify(name.slice(0, 200));

function refuse(message: string): never {
  throw new Refusal("unprocessable", message);
}

/** What keeps an archive from being opened is told; trouble with this machine's disk is not the archive's. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^E(?:NOSPC|DQUOT|ACCES|MFILE|IO|ROFS)$/.test(code)) throw error;
  const why = error instanceof Error ? error.message : String(error);
  return new Refusal("unprocessable", `The archive cannot be opened: ${why}`);
}
