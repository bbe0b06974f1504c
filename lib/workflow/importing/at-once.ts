import { v7 as uuidv7 } from "uuid";
import { type Actor, userIdOf } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import type { ImportWarning } from "@/lib/domain/schemas";
import type { SourceFile } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import {
  createImport,
  finishImport,
  type ImportItemRow,
  type ItemSelection,
  importToRun,
  listItems,
  type OutcomeCounts,
} from "@/lib/store/imports";
import { takeRight } from "@/lib/store/sole-right";
import { projectFor } from "@/lib/workflow/projects";
import { unpacked } from "./archives";
import { cleanPath } from "./article-identity";
import type { ImportFormat, PlacedFile } from "./batches";
import { type AskedReading, settleReading } from "./reading";
import { DEFECT, type RunProgress, readImport, runImport } from "./run";

export type RejectedItem = Pick<ImportItemRow, "path" | "line" | "column"> & {
  readonly reason: string;
};

/** A warning, with the place of its article. */
export type WarnedItem = Pick<ImportItemRow, "path"> & ImportWarning;

/** What an import did, or would do. */
export type ImportSummary = Omit<OutcomeCounts, "rejected"> & {
  /** All of them, in the order of the files. */
  readonly rejected: readonly RejectedItem[];
  /** Of the articles that are in, in the order of the files. */
  readonly warnings: readonly WarnedItem[];
  /** Files that were rejected because their names are those of other texts in the project. */
  readonly namesTaken: readonly string[];
};

export type FilesToImport = {
  readonly format: ImportFormat;
  readonly files: AsyncIterable<SourceFile> | Iterable<SourceFile>;
  /** Whether an article that would be read with a loss is rejected. */
  readonly strict?: boolean | undefined;
  /** Whether a file whose bare name is that of another text in the project is a new version of it. */
  readonly update?: boolean | undefined;
  /** The only paths, as the import calls its files, that are read of them; all if left out. */
  readonly only?: ReadonlySet<string> | undefined;
  /** What is said of how they are read. */
  readonly reading?: AskedReading | undefined;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly signal?: AbortSignal;
};

/**
 * Imports files here and now. Each article is in or rejected by itself. A stream may throw a Refusal:
 * then its file is rejected with that.
 *
 * @throws Refusal "not_found" or "forbidden" for the project, "invalid" if there are no files; the
 *   signal's reason if it aborts, and what was written until then stays
 */
export async function importFiles(
  actor: Actor,
  projectRef: string,
  given: FilesToImport,
): Promise<ImportSummary & { readonly id: string }> {
  const project = await projectFor(actor, projectRef, "import");
  const { format, strict = false, update = false, onProgress, signal } = given;
  const settled = await settleReading(actor, project, given.reading ?? {});
  const { reading, scheme, schemeVersion } = settled;
  const db = database();
  const id = uuidv7();
  // Before anybody can see the import: one that nobody runs and that has no files counts as broken off.
  const run = await takeRight(db, "import", id);
  if (!run) throw new Error(`Import ${id} is run by somebody else before it began.`);
  try {
    const { id: projectId } = project;
    const userId = userIdOf(actor);
    const options = { format, strict, update, reading };
    await createImport(db.pool, { id, projectId, userId, ...options, state: "running" });
    const row = await importToRun(db.pool, id);
    if (!row) throw new Error(`Import ${id} is gone before it began.`);
    const source = { files: placed(given.files, given.only), bytesBefore: 0 };
    const read = readImport(row, source, { scheme, schemeVersion, signal });
    const { counts, namesTaken } = await runImport(run.client, row, read, { onProgress, signal });
    await finishImport(db, id, { failure: null });
    const [rejected, warnings] = [await rejectedItems(id), await warningsOf(id)];
    return { id, ...counts, rejected, warnings, namesTaken };
  } catch (error) {
    const failure = signal?.aborted
      ? "It was stopped before it was done. What is in stays; import the files again for the rest."
      : error instanceof Refusal
        ? error.message
        : DEFECT;
    await finishImport(db, id, { failure }).catch(() => undefined); // the error itself matters more
    throw error;
  } finally {
    await run.end();
  }
}

/** Files with their places, archives unpacked. */
export async function* placed(
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
  only?: ReadonlySet<string>,
): AsyncGenerator<PlacedFile> {
  let file = 0;
  for await (const source of unpacked(files)) {
    if (only && !only.has(cleanPath(source.path))) continue;
    yield { ...source, file };
    file += 1;
  }
  if (file === 0) throw new Refusal("invalid", "There is no file to import.");
}

async function rejectedItems(importId: string): Promise<RejectedItem[]> {
  const found: RejectedItem[] = [];
  for await (const { path, line, column, reason } of itemsThatAre("rejected", importId)) {
    found.push({ path, line, column, reason: reason ?? "" });
  }
  return found;
}

async function warningsOf(importId: string): Promise<WarnedItem[]> {
  const found: WarnedItem[] = [];
  for await (const { path, line, warnings } of itemsThatAre("warned", importId)) {
    for (const warning of warnings) found.push({ path, ...warning, line: warning.line ?? line });
  }
  return found;
}

/** All items of an import that are selected, however many. */
async function* itemsThatAre(
  which: ItemSelection,
  importId: string,
): AsyncGenerator<ImportItemRow> {
  for (let after = -1; ; ) {
    const items = await listItems(database().pool, { importId, which, after, limit: 1000 });
    yield* items;
    const last = items.at(-1);
    if (!last || items.length < 1000) return;
    after = last.item;
  }
}
