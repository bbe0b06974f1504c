import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { PassThrough, type Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "@/lib/domain/refusal";
import { CHECKSUMS } from "@/lib/formats/dataset-folder";
import type { StreamedFile } from "@/lib/formats/writing";

/** What the system says of a path, in words for whoever named it; `%` is the path. */
const sentences: Readonly<Record<string, string>> = {
  ENOENT: "There is no % here.",
  ENOTDIR: "% does not lie in a folder.",
  EISDIR: "% is a folder, where a file is needed.",
  EACCES: "This user may not use %: give it the right to, or name another file.",
  EPERM: "This user may not use %: give it the right to, or name another file.",
  EROFS: "% is on a disk that takes no changes: name another file.",
  ENOSPC: "There is no space left for %: make some, or name another file.",
  EDQUOT: "There is no space left for %: make some, or name another file.",
  EFBIG: "% would be larger than its disk allows: name another file.",
  ELOOP: "% is a link that leads back to itself.",
  ENAMETOOLONG: "The name % is too long.",
  EMFILE: "Too many files are open to use %.",
  EIO: "The disk that % is on does not work.",
};

/** A failed use of a file as a Refusal that names the file as it was given; anything else as it is. */
export function fileTrouble(error: unknown, file: string): unknown {
  const isAboutAFile = error instanceof Error && "syscall" in error && "code" in error;
  if (!isAboutAFile) return error;
  const sentence = sentences[String(error.code)] ?? `% cannot be used (${error.code}).`;
  return new Refusal("unprocessable", sentence.replace("%", file));
}

/** What is written under while it is not whole. */
const partialOf = (file: string) => `${file}.${process.pid}.partial`;

/**
 * Writes a file that has its name when it is whole and on the disk, never before. What is written until
 * then is gone again if this fails or the process is ended.
 *
 * @param file replaced if it is there
 * @param through what the bytes pass on their way, such as a packer
 * @param mode who may read it, as of chmod
 * @param onLeft told of what a run that was killed has left, by its path
 * @throws Refusal "unprocessable" if it cannot be written; whatever the bytes throw
 */
export async function writeWhole(
  file: string,
  bytes: Readable | AsyncIterable<Uint8Array>,
  {
    through = new PassThrough(),
    mode,
    onLeft,
  }: {
    through?: Transform;
    mode?: number;
    onLeft?: (path: string, bytes: number) => void;
  } = {},
): Promise<void> {
  const partial = partialOf(file);
  const drop = () => rmSync(partial, { force: true });
  try {
    if (await isFolder(file)) throw Object.assign(new Error(), { syscall: "open", code: "EISDIR" });
    for (const left of await leftOf(file)) onLeft?.(left.path, left.bytes);
    // Interrupted, the process ends without another word.
    process.once("exit", drop);
    await pipeline(
      bytes,
      through,
      createWriteStream(partial, { ...(mode && { mode }), flush: true }),
    );
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw (await isFolder(dirname(file)))
      ? fileTrouble(error, file)
      : new Refusal("unprocessable", `There is no folder ${dirname(file)}: make it first.`);
  } finally {
    process.off("exit", drop);
  }
  await syncFolder(dirname(file));
}

/**
 * Writes a folder that has its name when all of it is on the disk, never before; else as {@link writeWhole}.
 *
 * @param folder as of {@link checkReplaceable}: of a dataset that was there before, its files and nothing else are
 *   deleted
 * @param files each is taken to its end before the next one is asked for
 * @throws Refusal "unprocessable" if it cannot be written, or something else is there; whatever the files throw
 */
export async function writeWholeFolder(
  folder: string,
  files: AsyncIterable<StreamedFile>,
  { onLeft }: { onLeft?: ((path: string, bytes: number) => void) | undefined } = {},
): Promise<void> {
  const target = resolve(folder);
  const partial = partialOf(target);
  const drop = () => rmSync(partial, { recursive: true, force: true });
  try {
    for (const left of await leftOf(target)) onLeft?.(left.path, left.bytes);
    process.once("exit", drop);
    await mkdir(dirname(target), { recursive: true });
    await mkdir(partial);
    for await (const { path, bytes } of files) {
      const file = join(partial, path);
      await mkdir(dirname(file), { recursive: true });
      await pipeline(bytes, createWriteStream(file, { flush: true }));
      await syncFolder(dirname(file));
    }
    await syncFolder(partial);
    const before = await checkReplaceable(folder);
    const aside = `${target}.${process.pid}.replaced`;
    if (before !== null) await rename(target, aside);
    try {
      await rename(partial, target);
    } catch (error) {
      if (before !== null) await rename(aside, target);
      throw error;
    }
    if (before !== null) await removeKnown(aside, before);
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw fileTrouble(error, folder);
  } finally {
    process.off("exit", drop);
  }
  await syncFolder(dirname(target));
}

/**
 * Whether a dataset may be written where a folder is: there is none, it is empty, or it is a dataset as it was written,
 * in which nothing was added and nothing changed.
 *
 * @returns its files, by their paths in it; null if there is no folder
 * @throws Refusal "unprocessable" that says what else there is
 */
export async function checkReplaceable(folder: string): Promise<readonly string[] | null> {
  const found = await lstat(folder).catch(() => null);
  if (found === null) return null;
  const hint = "Name a folder that is empty or not there yet.";
  if (!found.isDirectory()) {
    throw new Refusal("unprocessable", `${folder} is no folder. ${hint}`);
  }
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/");
        return { path, isFile: entry.isFile() };
      });
    if (paths.length === 0) return [];
    const sums = await checksumsIn(folder);
    for (const { path, isFile } of paths) {
      if (path === CHECKSUMS && isFile) continue;
      if (!isFile || !sums.has(path)) {
        const which = `${folder} has "${path}" in it, which is no part of an exported dataset`;
        throw new Refusal("unprocessable", `${which}. Nothing was written. ${hint}`);
      }
      if (sums.get(path) !== (await sha256Of(join(folder, path)))) {
        const which = `"${path}" in ${folder} was changed since it was exported`;
        throw new Refusal("unprocessable", `${which}. Nothing was written. ${hint}`);
      }
    }
    return paths.map(({ path }) => path);
  } catch (error) {
    throw fileTrouble(error, folder);
  }
}

/** What a dataset says of its files; nothing where there is none. */
async function checksumsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, CHECKSUMS), "utf8").catch(() => "");
  const lines = text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm);
  return new Map([...lines].map(([, sum = "", path = ""]) => [path, sum]));
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** Removes files that are known, and the folders that are empty then. What came to them meanwhile stays. */
async function removeKnown(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await unlink(join(folder, path));
  const folders = new Set(paths.map((path) => dirname(path)).filter((path) => path !== "."));
  for (const path of folders) await rmdir(join(folder, path)).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** What runs that were killed have left of a file. */
async function leftOf(file: string): Promise<{ path: string; bytes: number }[]> {
  const folder = dirname(file);
  const names = await readdir(folder).catch(() => []);
  const left = names.filter(
    (name) => name.startsWith(`${basename(file)}.`) && /\.(\d+)\.partial$/.test(name),
  );
  const found = left.map(async (name) => {
    const path = join(folder, name);
    const pid = Number(/\.(\d+)\.partial$/.exec(name)?.[1]);
    const what = await stat(path).catch(() => null);
    return what !== null && !isRunning(pid) ? [{ path, bytes: what.size }] : [];
  });
  return (await Promise.all(found)).flat();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A new name in a folder lasts when the folder is on the disk, too. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // it cannot open folders
  await using handle = await open(folder, "r");
  await handle.sync().catch(() => undefined); // some file systems cannot
}
