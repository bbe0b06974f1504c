import { createReadStream } from "node:fs";
import { glob, readdir, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import { Refusal } from "@/lib/domain/refusal";
import { fileTrouble } from "@/lib/workflow/files";
import { hasReadableName } from "@/lib/workflow/importing/format-names";
import { currentFolder, inCurrentFolder } from "./argument-paths";

/** A file to import: where it is, what it is called in the import, and its size in bytes. */
export type Found = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** Why there is nothing to read. */
  readonly trouble?: string;
};

/** stdin, as a path and in the import. */
export const STDIN = "-";

/**
 * The files that the arguments of a command mean: files, folders with all below them, patterns, and
 * `-`. What is not there is among them too, so that it is told with everything else.
 *
 * @param everything whether a folder's files count whatever they are called
 */
export async function findFiles(
  args: readonly string[],
  { everything }: { everything: boolean },
): Promise<Found[]> {
  const found: Found[] = [];
  for (const arg of args) {
    if (arg === STDIN) found.push({ path: STDIN, name: "stdin", bytes: 0 });
    else found.push(...(await findOne(arg, everything)));
  }
  return withOwnNames(uniqueByPath(found));
}

async function findOne(arg: string, everything: boolean): Promise<Found[]> {
  const path = inCurrentFolder(arg);
  const what = await stat(path).catch(() => null);
  if (what?.isDirectory()) {
    const files = await below(path, everything);
    return files.length > 0 ? files : [missing(arg, "There is no article in this folder.")];
  }
  if (what) return [{ path, name: nameInImport(path), bytes: what.size }];
  const matches: string[] = [];
  if (/[*?[{]/.test(arg)) {
    for await (const match of glob(arg, { cwd: currentFolder() })) matches.push(match);
  }
  if (matches.length === 0) return [missing(arg, "There is no such file.")];
  const all = await Promise.all(matches.sort().map((match) => findOne(match, everything)));
  return all.flat();
}

const missing = (arg: string, trouble: string): Found => ({
  path: arg,
  name: arg,
  bytes: 0,
  trouble,
});

async function below(folder: string, everything: boolean): Promise<Found[]> {
  const found: Found[] = [];
  const walk = async (inside: string): Promise<void> => {
    const entries = await readdir(inside, { withFileTypes: true }).catch((error: unknown) => {
      const name = nameInImport(inside, folder);
      const trouble = fileTrouble(error, name);
      if (!(trouble instanceof Refusal)) throw error;
      found.push({ path: inside, name, bytes: 0, trouble: trouble.message });
      return [];
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(inside, entry.name);
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) await walk(path);
      else if (everything || hasReadableName(entry.name)) {
        const what = await stat(path).catch(() => null); // a link may lead nowhere
        if (what?.isFile())
          found.push({ path, name: nameInImport(path, folder), bytes: what.size });
      }
    }
  };
  await walk(folder);
  return found;
}

/** What a file is called in the import: its path from here, or from a folder that is elsewhere. */
function nameInImport(path: string, folder?: string): string {
  const fromHere = relative(currentFolder(), path);
  if (!fromHere.startsWith("..") && !isAbsolute(fromHere)) return slashed(fromHere);
  if (folder === undefined) return basename(path);
  return slashed(join(basename(folder), relative(folder, path)));
}

const slashed = (path: string) => path.split(sep).join("/");

function uniqueByPath(found: readonly Found[]): Found[] {
  return [...new Map(found.map((file) => [file.path, file])).values()];
}

/** Two files of one name would be taken for one article: they keep their whole paths. */
function withOwnNames(found: readonly Found[]): Found[] {
  const sharing = Map.groupBy(found, ({ name }) => name);
  return found.map((file) =>
    (sharing.get(file.name)?.length ?? 0) > 1 ? { ...file, name: slashed(file.path) } : file,
  );
}

/** The bytes of a file. What keeps it from being read is a Refusal: the others are read all the same. */
export async function* bytesOf({ path, name, trouble }: Found): AsyncGenerator<Uint8Array> {
  if (trouble !== undefined) throw new Refusal("not_found", trouble);
  try {
    yield* path === STDIN ? process.stdin : createReadStream(path);
  } catch (error) {
    throw fileTrouble(error, name);
  }
}
