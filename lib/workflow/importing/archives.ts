import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip } from "node:zlib";
import { extract as untar } from "tar-stream";
import { type Entry, openPromise, validateFileName, type ZipFile } from "yauzl";
import { isClutter } from "@/lib/domain/clutter";
import { counted } from "@/lib/domain/figures";
import { MAX_IMPORT_FILES } from "@/lib/domain/limits";
import { Refusal } from "@/lib/domain/refusal";
import type { SourceFile } from "@/lib/formats/source-file";
import { type Kept, Spool } from "@/lib/workflow/spool";
import { cleanPath } from "./article-identity";
import { besideIn } from "./beside";

/** Endings of files that are opened, and what is in them read. */
export const archiveExtensions = [".zip", ".tar", ".tgz", ".tar.gz", ".gz"] as const;

/** What an archive may hold: beyond that it is taken for a bomb. */
const MOST_BYTES = 8 * 1024 ** 3;
/** How many times its own size, once it is no longer small. Text becomes a fifth, a table of zeros a thousandth. */
const MOST_RATIO = 200;
const SMALL = 32 * 1024 ** 2;

/**
 * Files as they came, and in the place of archives what is in them, as if it had been unpacked into a folder of the
 * archive's name. An archive in an archive is not opened. An archive that cannot be opened is one file that is
 * refused with the reason; so is each link and device in one that can.
 *
 * What is in an archive lies in one temporary file while it is read: no name of it is ever a path on this machine.
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

/**
 * What an archive holds: a file, and where it lies now; or what is no file, and why it is not read. Of hundreds of thousands each
 * is one small object, for as long as they are read.
 */
type Unpacked = { readonly path: string } & (Kept | { readonly refusal: Refusal });

async function* filesIn(file: SourceFile, kind: Kind): AsyncGenerator<SourceFile> {
  const folder = await mkdtemp(join(tmpdir(), "gainsay-archive-"));
  let spool: Spool | null = null;
  try {
    const contents = await Spool.open(join(folder, "contents"));
    spool = contents;
    const found: Unpacked[] = [];
    const unpacking = new Unpacking(file, { folder, contents, found });
    try {
      await unpacking[kind]();
      if (found.length === 0)
        throw new Refusal("unprocessable", "There is no file in the archive.");
    } catch (error) {
      // What broke off on its way here is no archive that is refused.
      if (unpacking.interruption) yield { ...file, stream: refusing(unpacking.interruption) };
      else yield refused(file, asRefusal(error));
      return;
    }
    // Opened when somebody reads it: not everything is.
    const open = async function* (inner: Unpacked): AsyncGenerator<Uint8Array> {
      if ("refusal" in inner) throw inner.refusal;
      yield* contents.read(inner);
    };
    const beside = besideIn(async () => found.filter((inner) => !("refusal" in inner)), open);
    for (const inner of found) {
      const source = { path: inner.path, folder: file.folder, beside };
      if ("refusal" in inner) yield refused(source, inner.refusal);
      else yield { ...source, stream: open(inner) };
    }
  } finally {
    await spool?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file of which nothing can be read. */
export function refused(
  file: Omit<SourceFile, "stream" | "refusal">,
  refusal: Refusal,
): SourceFile {
  return { ...file, stream: refusing(refusal), refusal };
}

/** The bytes of a file that cannot be had: whoever reads them is told why. */
// biome-ignore lint/correctness/useYield: it gives nothing but its reason
export async function* refusing(reason: Refusal): AsyncGenerator<Uint8Array> {
  throw reason;
}

/** What unpacks one archive into a spool, and notes what it found. */
class Unpacking implements Record<Kind, () => Promise<void>> {
  readonly #file: SourceFile;
  readonly #folder: string;
  readonly #contents: Spool;
  readonly #found: Unpacked[];
  #packed = 0;
  #bytes = 0;
  /** Why the archive itself did not come whole. */
  interruption: Refusal | null = null;

  /** @param folder for the archive itself, where it has to be whole */
  constructor(
    file: SourceFile,
    { folder, contents, found }: { folder: string; contents: Spool; found: Unpacked[] },
  ) {
    this.#file = file;
    this.#folder = folder;
    this.#contents = contents;
    this.#found = found;
  }

  async zip(): Promise<void> {
    const whole = join(this.#folder, "archive");
    await pipeline(this.#counted(), createWriteStream(whole));
    const zip = await openPromise(whole, { validateEntrySizes: true });
    try {
      for await (const entry of zip.eachEntry()) {
        const { fileName } = entry;
        if (fileName.endsWith("/")) continue;
        const other = otherThanFile(entry);
        if (other !== null) this.#passOver(fileName, other);
        else if (entry.isEncrypted()) refuse(`${shown(fileName)} in it is encrypted.`);
        else await this.#keep(fileName, this.#unzipped(entry, zip));
      }
    } finally {
      zip.close();
      await rm(whole, { force: true });
    }
  }

  /** What an entry unpacks to. The library looks at its length alone. */
  async *#unzipped(entry: Entry, zip: ZipFile): AsyncGenerator<Uint8Array> {
    let sum = 0;
    try {
      const stream: AsyncIterable<Uint8Array> = await zip.openReadStreamPromise(entry);
      for await (const chunk of this.#measured(stream)) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof Refusal || isMachineTrouble(error)
        ? error
        : broken(entry.fileName, reasonIn(error));
    }
    if (sum !== entry.crc32) throw broken(entry.fileName, "its checksum is another");
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
      else {
        if (type !== "directory" && type !== null) this.#passOver(name, inTar[type] ?? SPECIAL);
        entry.resume();
      }
    }
    await feeding;
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#file.stream) {
        this.#packed += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      if (error instanceof Refusal) this.interruption = error;
      throw error;
    }
  }

  /** All of it is measured: what stands between and behind the files of a tar, too. */
  #gunzipped(): AsyncIterable<Uint8Array> {
    const source = Readable.from(this.#counted(), { objectMode: false });
    const gunzip = createGunzip();
    pipeline(source, gunzip).catch((error) => gunzip.destroy(error));
    return this.#measured(gunzip);
  }

  /** Keeps a file under the folder that the archive stands for. */
  async #keep(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#pathOf(name);
    if (path !== null) await this.#put(path, bytes);
    else for await (const _ of bytes) void _;
  }

  /** Notes what is no file, so that it is told. */
  #passOver(name: string, what: string): void {
    const path = this.#pathOf(name);
    if (path === null) return;
    this.#note({ path, refusal: new Refusal("unprocessable", what) });
  }

  /**
   * What an entry is called under the folder that the archive stands for; null if nobody means it.
   *
   * @throws Refusal "unprocessable" if its name leads out of that
   */
  #pathOf(name: string): string | null {
    const plain = name.replace(/^(?:\.\/)+/, "");
    const trouble = validateFileName(plain);
    if (trouble !== null || plain.includes("\0")) refuse(`${shown(name)} is no name within it.`);
    if (isClutter(plain)) return null;
    const stem = cleanPath(this.#file.path).replace(/(?:\.zip|\.tar|\.tgz|\.tar\.gz)$/i, "");
    const last = stem.split("/").at(-1) ?? stem;
    const within = plain.startsWith(`${last}/`) ? plain.slice(last.length + 1) : plain;
    return cleanPath([stem, within].join("/"));
  }

  async #put(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { start, length } = await this.#contents.put(bytes);
    this.#note({ path, start, length });
  }

  #note(inner: Unpacked): void {
    if (this.#found.length >= MAX_IMPORT_FILES) {
      refuse(`It has more than ${counted(MAX_IMPORT_FILES, "file")}.`);
    }
    this.#found.push(inner);
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

const LINK = "It is a link in an archive, which is not followed.";
const SPECIAL = "It is no file: archives may have files in them.";

/** What is no file in a tar; all else that is none is special. */
const inTar: Readonly<Record<string, string>> = { link: LINK, symlink: LINK };

/** What an entry of a ZIP archive is instead of a file or a folder; null if it is one. */
function otherThanFile({ externalFileAttributes }: Entry): string | null {
  const kind = (externalFileAttributes >>> 16) & 0o170000;
  // Where other systems than Unix wrote it, there is no kind.
  if ([0, 0o100000, 0o040000].includes(kind)) return null;
  return kind === 0o120000 ? LINK : SPECIAL;
}

const shown = (name: string) => JSON.stringify(name.slice(0, 200));

function refuse(message: string): never {
  throw new Refusal("unprocessable", message);
}

/** What keeps an archive from being opened is told; trouble with this machine's disk is not the archive's. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isMachineTrouble(error)) throw error;
  return new Refusal("unprocessable", `The archive cannot be opened: ${reasonIn(error)}`);
}

function broken(name: string, why: string): Refusal {
  return new Refusal("unprocessable", `${shown(name)} in it cannot be unpacked: ${why}.`);
}

function isMachineTrouble(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^E(?:NOSPC|DQUOT|ACCES|MFILE|IO|ROFS)$/.test(code);
}

const reasonIn = (error: unknown) => (error instanceof Error ? error.message : String(error));
