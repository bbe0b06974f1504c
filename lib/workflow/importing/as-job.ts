import { Refusal } from "@/lib/domain/refusal";
import type { Database } from "@/lib/store/database";
import { bytesBefore, type StoredFile, storedBytes, storedFiles } from "@/lib/store/import-files";
import {
  finishImport,
  forgetAttempts,
  type ImportRow,
  importToRun,
  noteAttempt,
} from "@/lib/store/imports";
import { currentSchemeVersion } from "@/lib/store/schemes";
import { takeRight } from "@/lib/store/sole-right";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { schemeVersionOf } from "@/lib/workflow/schemes";
import { refused } from "./archives";
import type { ArrivingUploads } from "./arriving";
import type { PlacedFile } from "./batches";
import { besideIn } from "./beside";
import { pageSource } from "./fetched-pages";
import {
  failImport,
  type ImportReading,
  type ImportSource,
  type OnDefect,
  readImport,
  runImport,
} from "./run";

/** An import that was begun so often without getting any further is given up. */
const MOST_ATTEMPTS = 3;

export type QueuedRun = {
  readonly signal: AbortSignal;
  readonly onDefect: OnDefect;
  /** Called when it is done, before what nobody waits for. */
  readonly onDone?: (() => void) | undefined;
  /** Of which its files may be, and some of it read already. */
  readonly arriving?: ArrivingUploads | undefined;
};

/**
 * Attempts of this process that did not end it, and that could not be taken back when they were over
 * because the database was away: an import counts only those in which its process died.
 */
const survived = new Map<string, number>();

/** Takes back what could not be taken back when it was over; see above. */
export async function takeSurvivedBack(db: Database): Promise<void> {
  for (const [id, count] of survived) {
    await forgetAttempts(db.pool, id, count);
    survived.delete(id);
  }
}

/**
 * Runs an import whose files are stored, from where it stands. Does nothing if it is over, or if
 * somebody else runs it. Stopped by the signal or by trouble with the database, it stays as it is for
 * the next run; by a defect, it is marked as failed, and keeps its files to be taken up again.
 *
 * @throws trouble with the database
 */
export async function runQueued(
  db: Database,
  id: string,
  { signal, onDefect, onDone, arriving }: QueuedRun,
): Promise<void> {
  const run = await takeRight(db, "import", id);
  if (!run) return;
  try {
    await takeSurvivedBack(db);
    const row = await importToRun(db.pool, id);
    if (!row || (row.state !== "queued" && row.state !== "running")) return;
    if (row.waitingPages > 0) return; // once they are there
    if (row.attempts >= MOST_ATTEMPTS) {
      const error = new Error(`The import ended its process ${MOST_ATTEMPTS} times.`);
      await failImport(db, id, { error, onDefect });
      return;
    }
    await noteAttempt(run.client, id);
    try {
      const schemeVersion = await currentSchemeVersion(db.pool, row.projectId);
      const early = await arriving?.take(row, schemeVersion);
      const reading = early ?? (await readStored(db, row, { schemeVersion, signal }));
      await runImport(run.client, row, reading, { signal });
      await finishImport(db, id, { failure: null, onEnded: onDone });
    } catch (error) {
      if (signal.aborted || isDatabaseTrouble(error)) {
        survived.set(id, (survived.get(id) ?? 0) + 1);
        await takeSurvivedBack(db).catch(() => undefined); // once the database is back
        if (signal.aborted) return;
        throw error;
      }
      await failImport(db, id, { error, onDefect });
    }
  } finally {
    await run.end();
  }
}

async function readStored(
  db: Database,
  row: ImportRow,
  { schemeVersion, signal }: { readonly schemeVersion: number; readonly signal: AbortSignal },
): Promise<ImportReading> {
  const { projectId } = row;
  const scheme = await schemeVersionOf(db.pool, { projectId, version: schemeVersion });
  return readImport(row, await storedSource(db, row), { scheme, schemeVersion, signal });
}

async function storedSource(db: Database, row: ImportRow): Promise<ImportSource> {
  const beside = besideIn(
    async () => {
      const all: StoredFile[] = [];
      for await (const file of storedFiles(db.pool, row.id, { from: 0 })) all.push(file);
      return all;
    },
    ({ file }) => storedBytes(db.pool, row.id, file),
  );
  async function* files(): AsyncGenerator<PlacedFile> {
    for await (const stored of storedFiles(db.pool, row.id, { from: row.nextFile })) {
      const { file, path, refused: reason, address, fetched } = stored;
      if (reason !== null) {
        yield { file, ...refused({ path, beside }, new Refusal("unprocessable", reason)) };
        continue;
      }
      const stream = storedBytes(db.pool, row.id, file);
      if (address === null || fetched === null) yield { file, path, stream, beside };
      else yield { file, ...pageSource(address, fetched, stream) };
    }
  }
  return { files: files(), bytesBefore: await bytesBefore(db.pool, row.id, row.nextFile) };
}
