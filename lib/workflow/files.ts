import { createWriteStream, rmSync } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PassThrough, type Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "@/lib/domain/refusal";

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
