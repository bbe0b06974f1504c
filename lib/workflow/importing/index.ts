import { type Actor, userIdOf } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import type { formatNames } from "@/lib/formats/index";
import type { SourceFile } from "@/lib/formats/source";
import { database } from "@/lib/store/database";
import {
  beginRun,
  createImport,
  findImport,
  finishImport,
  type ImportItemRow,
  listItems,
  type OutcomeCounts,
} from "@/lib/store/imports";
import { schemeOf } from "@/lib/store/versions";
import { projectFor, type VisibleProject } from "@/lib/workflow/projects";
import type { PlacedFile } from "./reading";
import { type RunProgress, runImport } from "./run";

export type ImportFormat = (typeof formatNames)[number];

export type RejectedItem = Pick<ImportItemRow, "path" | "line" | "column"> & {
  readonly reason: string;
};

/** What an import did. */
export type ImportSummary = Omit<OutcomeCounts, "rejected"> & {
  readonly id: string;
  /** All of them, in the order of the files. */
  readonly rejected: readonly RejectedItem[];
};

/** What a defect is called to people; whoever logs it does so under the import's id. */
export const DEFECT = "Something went wrong on our side. The log has it under this import's id.";

/**
 * Imports files here and now. Each article is in or rejected by itself. A stream may throw a Refusal:
 * then its file is rejected with that.
 *
 * @throws Refusal "not_found" or "forbidden" for the project, "invalid" if there are no files
 */
export async function importFiles(
  actor: Actor,
  projectRef: string,
  given: {
    readonly format: ImportFormat;
    readonly files: AsyncIterable<SourceFile> | Iterable<SourceFile>;
    readonly onProgress?: (progress: RunProgress) => void;
    readonly signal?: AbortSignal;
  },
): Promise<ImportSummary> {
  const project = await projectFor(actor, projectRef, "import");
  const { format } = given;
  const db = database();
  const id = await createImport(db.pool, {
    projectId: project.id,
    userId: userIdOf(actor),
    format,
    state: "running",
  });
  const run = await beginRun(db, id);
  if (!run) throw new Error(`Import ${id} is run by somebody else before it began.`);
  try {
    const row = await findImport(db.pool, { id, projectId: project.id });
    if (!row) throw new Error(`Import ${id} is gone before it began.`);
    const source = { files: placed(given.files), pathsBefore: [], bytesBefore: 0 };
    const { onProgress, signal } = given;
    const options = { ...(await schemeFor(project)), onProgress, signal };
    const counts = await runImport(run.client, row, source, options);
    await finishImport(db, id, { failure: null });
    return { id, ...counts, rejected: await rejectedItems(id) };
  } catch (error) {
    const failure = given.signal?.aborted
      ? "It was stopped before it was done. What is in stays; import the files again for the rest."
      : error instanceof Refusal
        ? error.message
        : DEFECT;
    await finishImport(db, id, { failure }).catch(() => undefined); // the error is what matters
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

/** The scheme that new work in a project uses. */
export async function schemeFor({ id, schemeVersion }: VisibleProject) {
  const key = { projectId: id, version: schemeVersion };
  const scheme = await schemeOf(database().pool, key);
  if (!scheme) throw new Error(`Project ${id} has no scheme ${schemeVersion}.`);
  return { scheme, schemeVersion };
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
