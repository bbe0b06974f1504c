import { isClutter } from "@/lib/domain/clutter";

/** A file that is to be imported, under its path within the folder it was chosen with. */
export type ChosenFile = { readonly path: string; readonly file: File };

/** A format that is not read, and what its files are called. */
export type UnreadFormat = {
  readonly title: string;
  readonly extensions: readonly string[];
  /** What may be done about it, in a sentence. */
  readonly hint?: string;
};

/** Files apart into those that are imported and those that are not, with the reason of each. */
export function sorted(
  files: readonly ChosenFile[],
  {
    format,
    formats,
    archives,
    unread,
  }: {
    /** The one that was chosen, or "auto". */
    format: string;
    formats: readonly FormatChoice[];
    /** Endings of archives, which are opened. */
    archives: readonly string[];
    unread: readonly UnreadFormat[];
  },
): { read: readonly ChosenFile[]; leftOut: readonly { path: string; reason: string }[] } {
  const leftOut: { path: string; reason: string }[] = [];
  const read = files.filter(({ path }) => {
    const reason = reasonToLeaveOut(path);
    if (reason !== null) leftOut.push({ path, reason });
    return reason === null;
  });
  return { read, leftOut };

  function reasonToLeaveOut(path: string): string | null {
    if (isClutter(path)) return "Systems leave such files in folders.";
    const extension = /\.[a-z][a-z0-9]{0,9}$/i.exec(path)?.[0].toLowerCase();
    if (format !== "auto" || extension === undefined) return null;
    if (formats.some(({ extensions }) => extensions.includes(extension))) return null;
    if (archives.includes(extension)) return null;
    const known = unread.find(({ extensions }) => extensions.includes(extension));
    return known
      ? ["It is", `${known.title}, which is not read.`, known.hint ?? ""].join(" ").trim()
      : "Its name is that of no format that is read.";
  }
}

/** The files of a file input; those of a chosen folder have their path in it. */
export function filesOfInput(list: FileList): ChosenFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * The files of a drop, folders with all below them. To be called in the drop's own handler: the
 * browser forgets what was dropped when that returns.
 */
export function filesOfDrop(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return entries.length > 0
    ? Promise.all(entries.map(filesBelow)).then((found) => found.flat())
    : Promise.resolve(filesOfInput(transfer.files));
}

async function filesBelow(entry: FileSystemEntry): Promise<ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  // Named, so that it is told of, but not gone through.
  if (isClutter(path) && !isFile(entry)) return [{ path: `${path}/`, file: new File([], path) }];
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: ChosenFile[] = [];
  for (;;) {
    // A folder is read a hundred entries at a time, until there are none.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return found;
    for (const inner of entries) found.push(...(await filesBelow(inner)));
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Both lists together in the order of their paths; a file chosen again takes the place of its first choice. */
export function joined(
  before: readonly ChosenFile[],
  more: readonly ChosenFile[],
): readonly ChosenFile[] {
  const byPath = new Map([...before, ...more].map((chosen) => [chosen.path, chosen]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a file may say something of another: it lies beside it under the same name, but for what follows a dot, or is one of few. */
export function liesBeside(one: ChosenFile, { path }: ChosenFile): boolean {
  const stem = path.replace(/\.[^./]*$/, "");
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (one.path === path || !one.path.startsWith(folder)) return false;
  if (one.path.startsWith(`${stem}.`)) return true;
  const name = one.path.slice(folder.length);
  return /^(?:annotation\.conf|dataset_info\.json|typesystem\.xml)$/i.test(name);
}

/** How much of a file of many articles a preview looks at, in bytes. */
const GLANCE = 1024 * 1024;

/** More than this the server does not read of any one article, in bytes. */
const LONGEST = 33 * 1024 * 1024;

/** What files may be read as. */
export type FormatChoice = {
  readonly name: string;
  readonly title: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whether each line is an article. */
  readonly byLine: boolean;
};

/** What a file is taken for: the format that was chosen, or, with "auto", the one of its name. */
export function formatOf(
  formats: readonly FormatChoice[],
  chosen: string,
  path: string,
): FormatChoice | undefined {
  const name = path.toLowerCase();
  return formats.find((format) =>
    chosen === "auto"
      ? format.extensions.some((extension) => name.endsWith(extension))
      : format.name === chosen,
  );
}

/** What of a file is sent for a preview: whole lines from its beginning, if it has an article a line. */
export async function glanceAt(
  { file }: ChosenFile,
  { byLine }: { byLine: boolean },
): Promise<{ part: Blob; cut: boolean }> {
  if (!byLine || file.size <= GLANCE) {
    return file.size <= LONGEST
      ? { part: file, cut: false }
      : { part: file.slice(0, LONGEST), cut: true };
  }
  const bytes = new Uint8Array(await file.slice(0, GLANCE).arrayBuffer());
  const end = bytes.lastIndexOf(10);
  return end > 0
    ? { part: new Blob([bytes.subarray(0, end)]), cut: true }
    : { part: file.slice(0, LONGEST), cut: true };
}
