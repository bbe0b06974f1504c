import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { glob, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, posix, relative, sep } from "node:path";
import { clutterReason } from "@/lib/domain/clutter";
import { Refusal } from "@/lib/domain/refusal";
import { fileTrouble } from "@/lib/workflow/files";
import {
  hasReadableName,
  nameOfUnread,
  nameOfUnreadBeginning,
} from "@/lib/workflow/importing/format-names";
import { readBeside, type SourceFile } from "@/lib/workflow/importing/index";
import { currentFolder, inCurrentFolder } from "./argument-paths";

/** A file to import: where it is, what it is called in the import, and its size in bytes. */
export type Found = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** Why there is nothing to read. */
  readonly trouble?: string;
};

/** What lies in a folder that was given, and is not imported, and why. */
export type Skipped = { readonly path: string; readonly reason: string };

/** stdin, as a path and in the import. */
export const STDIN = "-";

/**
 * The files that the arguments of a command mean: files, folders with all below them, patterns, and
 * `-`. What is not there is among them too, so that it is told with everything else.
 *
 * A path counts from the folder that was given and begins with its name, wherever the person stands, as
 * in a browser; a file that was given by itself is called as it was typed.
 *
 * @param everything whether a folder's files count whatever they are called
 */
export async function findFiles(
  args: readonly string[],
  { everything }: { everything: boolean },
): Promise<{ found: readonly Found[]; skipped: readonly Skipped[] }> {
  const finder = new Finder(everything);
  for (const arg of args) {
    if (arg === STDIN) finder.found.push({ path: STDIN, name: "stdin", bytes: 0 });
    else await finder.find(arg);
  }
  return { found: withOwnNames(uniqueByPath(finder.found)), skipped: finder.skipped };
}

class Finder {
  readonly found: Found[] = [];
  readonly skipped: Skipped[] = [];
  readonly #everything: boolean;

  constructor(everything: boolean) {
    this.#everything = everything;
  }

  async find(arg: string): Promise<void> {
    const path = inCurrentFolder(arg);
    const what = await stat(path).catch(() => null);
    if (what?.isDirectory()) await this.#folder(path, dirname(path), arg);
    else if (what) this.found.push({ path, name: nameAsTyped(path), bytes: what.size });
    else await this.#pattern(arg);
  }

  async #folder(path: string, above: string, arg: string): Promise<void> {
    const before = this.found.length;
    await this.#below(path, above);
    if (this.found.length === before) {
      this.found.push(missing(arg, "There is no article in this folder."));
    }
  }

  /** Paths that match count from the folder above the first part that is a pattern. */
  async #pattern(arg: string): Promise<void> {
    const isPattern = /[*?[{]/.test(arg);
    const matches: string[] = [];
    if (isPattern) {
      for await (const match of glob(arg, { cwd: currentFolder() })) matches.push(match);
    }
    if (matches.length === 0) {
      this.found.push(missing(arg, "There is no such file."));
      return;
    }
    const fixed = arg.slice(0, arg.search(/[*?[{]/));
    const base = fixed.includes("/")
      ? inCurrentFolder(fixed.slice(0, fixed.lastIndexOf("/") + 1))
      : null;
    for (const match of matches.sort()) {
      const path = inCurrentFolder(match);
      const what = await stat(path).catch(() => null);
      const above = base === null ? currentFolder() : dirname(base);
      if (what?.isDirectory()) await this.#below(path, above);
      else if (what)
        this.found.push({ path, name: slashed(relative(above, path)), bytes: what.size });
    }
  }

  /** @param above the folder that names count from */
  async #below(folder: string, above: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      const name = slashed(relative(above, folder));
      const trouble = fileTrouble(error, name);
      if (!(trouble instanceof Refusal)) throw error;
      this.found.push({ path: folder, name, bytes: 0, trouble: trouble.message });
      return [];
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      const name = slashed(relative(above, path));
      const skip = (reason: string) => this.skipped.push({ path: name, reason });
      const clutter = clutterReason(entry.name);
      if (clutter !== null) skip(clutter);
      else if (entry.isDirectory()) await this.#below(path, above);
      else if (!this.#everything && !hasReadableName(entry.name)) skip(reasonOf(entry.name));
      else {
        const what = await stat(path).catch(() => null);
        const unread = what?.isFile() && !this.#everything ? await unreadIn(path) : null;
        if (unread !== null) skip(`It is ${unread}, and no article.`);
        else if (what?.isFile()) this.found.push({ path, name, bytes: what.size });
        else skip(what ? "It is no file." : "It is a link that leads nowhere.");
      }
    }
  }
}

/** How much of a file is looked at, in bytes. */
const HEAD = 4096;

/** What a README.md is, if it is no article; null for all other files, which are not opened. */
async function unreadIn(path: string): Promise<string | null> {
  if (!/(?:^|[\\/])readme\.md$/i.test(path)) return null;
  const file = await open(path).catch(() => null); // what cannot be opened is told when it is read
  if (file === null) return null;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return nameOfUnreadBeginning(basename(path), buffer.toString("utf8", 0, bytesRead));
  } finally {
    await file.close();
  }
}

function reasonOf(name: string): string {
  const unread = nameOfUnread(name);
  return unread === null
    ? "Its name is that of no format that is read."
    : `It is ${unread}, which is not read.`;
}

const missing = (arg: string, trouble: string): Found => ({
  path: arg,
  name: arg,
  bytes: 0,
  trouble,
});

/** What a file is called that was given by itself: its path from here, or its name alone. */
function nameAsTyped(path: string): string {
  const fromHere = relative(currentFolder(), path);
  const isHere = !fromHere.startsWith("..") && !isAbsolute(fromHere);
  return isHere ? slashed(fromHere) : basename(path);
}

const slashed = (path: string) => path.split(sep).join("/");

function uniqueByPath(found: readonly Found[]): Found[] {
  return [...new Map(found.map((file) => [file.path, file])).values()];
}

/** Two files of one name would be one article: they are called by the folders that tell them apart too. */
function withOwnNames(found: readonly Found[]): Found[] {
  const sharing = Map.groupBy(found, ({ name }) => name);
  return found.map((file) => {
    const others = (sharing.get(file.name) ?? []).filter((other) => other !== file);
    if (others.length === 0 || file.path === STDIN) return file;
    const parts = slashed(file.path).split("/");
    for (let count = file.name.split("/").length + 1; count < parts.length; count += 1) {
      const name = parts.slice(-count).join("/");
      if (!others.some((other) => `/${slashed(other.path)}`.endsWith(`/${name}`))) {
        return { ...file, name };
      }
    }
    return { ...file, name: slashed(file.path) };
  });
}

/** Files as they are imported. Each may look at those that lie in its folder, whether they were given or not. */
export function sourcesOf(found: readonly Found[]): SourceFile[] {
  const byName = new Map(found.map((file) => [file.name, file]));
  return found.map((file) => ({
    path: file.name,
    folder: folderOf(file),
    stream: bytesOf(file),
    beside: async (name) => {
      const other = byName.get(name) ?? neighbour(file, name);
      return other && bytesBeside(other);
    },
  }));
}

/** A file of a name in the folder of another; null if the name leads elsewhere. */
function neighbour({ path, name, trouble }: Found, other: string): Found | null {
  if (path === STDIN || trouble !== undefined) return null;
  if (posix.dirname(other) !== posix.dirname(name)) return null;
  return { path: join(dirname(path), posix.basename(other)), name: other, bytes: 0 };
}

async function bytesBeside(file: Found): Promise<Uint8Array | null> {
  const what = await stat(file.path).catch(() => null);
  return what?.isFile() ? readBeside(bytesOf(file)) : null;
}

/** Which folder a name counts from, in a form that tells it from others, and tells nobody where it is. */
function folderOf({ path, name, trouble }: Found): string | null {
  const whole = slashed(path);
  if (path === STDIN || trouble !== undefined || !whole.endsWith(name)) return null;
  const folder = whole.slice(0, whole.length - name.length);
  return createHash("sha256").update(folder).digest("hex").slice(0, 32);
}

/** The bytes of a file. What keeps it from being read is a Refusal: the others are read all the same. */
async function* bytesOf({ path, name, trouble }: Found): AsyncGenerator<Uint8Array> {
  if (trouble !== undefined) throw new Refusal("not_found", trouble);
  try {
    yield* path === STDIN ? process.stdin : createReadStream(path);
  } catch (error) {
    throw fileTrouble(error, name);
  }
}
