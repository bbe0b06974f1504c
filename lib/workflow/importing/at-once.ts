import { v7 as uuidv7 } from "uuid";
import { type Actor, userIdOf } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import type { SourceFile } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import {
  beginRun,
  createImport,
  finishImport,
  type ImportItemRow,
  importToRun,
  listItems,
  type OutcomeCounts,
} from "@/lib/store/imports";
import { projectFor } from "@/lib/workflow/projects";
import { schemeOfProject } from "@/lib/workflow/schemes";
import type { ImportFormat, PlacedFile } from "./batches";
import { DEFECT, type RunProgress, runImport } from "./run";

export type RejectedItem = Pick<ImportItemRow, "path" | "line" | "column"> & {
  readonly reason: string;
};

/** What an import did. */
export type ImportSummary = Omit<OutcomeCounts, "rejected"> & {
  readonly id: string;
  /** All of them, in the order of the files. */
  readonly rejected: readonly RejectedItem[];
};

export type FilesToImport = {
  readonly format: ImportFormat;
  readonly files: AsyncIterable<SourceFile> | Iterable<SourceFile>;
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
): Promise<ImportSummary> {
  const project = await projectFor(actor, projectRef, "import");
  const { format, onProgress, signal } = given;
  const db = database();
  const id = uuidv7();
  // Before anybody can see the import: one that nobody runs and that has no files counts as broken off.
  const run = await beginRun(db, id);
  if (!run) throw new Error(`Import ${id} is run by somebody else before it began.`);
  try {
    const { id: projectId } = project;
    const userId = userIdOf(actor);
    await createImport(db.pool, { id, projectId, userId, format, state: "running" });
    const row = await importToRun(db.pool, id);
    if (!row) throw new Error(`Import ${id} is gone before it began.`);
    const source = { files: placed(given.files), pathsBefore: [], bytesBefore: 0 };
    const schemeVersion = project.scheme_version;
    const scheme = await schemeOfProject(project);
    const options = { scheme, schemeVersion, onProgress, signal };
    const counts = await runImport(run.client, row, source, options);
    await finishImport(db, id, { failure: null });
    return { id, ...counts, rejected: await rejectedItems(id) };
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

async function* placed(
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
): AsyncGenerator<PlacedFile> {
  let file = 0;
  for await (const { path, stream } of files) {
    yield { file, path, stream };
    file += 1;
  }
  if (file === 0) throw new Refusal("invalid", "There is no file to import.");
}

async function rejectedItems(importId: string): Promise<RejectedItem[]> {
  const found: RejectedItem[] = [];
  for (let after = -1; ; ) {
    const key = { importId, outcome: "rejected" as const, after, limit: 1000 };
    const items = await listItems(database().pool, key);
    for (const { path, line, column, reason } of items) {
      found.push({ path, line, column, reason: reason ?? "" });
    }
    const last = items.at(-1);
    if (!last || items.length < 1000) return found;
    after = last.item;
  }
}
