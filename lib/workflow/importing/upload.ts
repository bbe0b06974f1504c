import { setTimeout as pause } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { type Actor, userIdOf } from "@/lib/access/actor";
import type { ImportDetail } from "@/lib/api/imports";
import { MAX_IMPORT_FILES } from "@/lib/domain/limits";
import { Refusal } from "@/lib/domain/refusal";
import { type SourceFile, storableReason } from "@/lib/formats/source-file";
import { type Database, database } from "@/lib/store/database";
import {
  CHUNK,
  type Chunk,
  queueUpload,
  type StoredFile,
  storeChunks,
  storeFiles,
} from "@/lib/store/import-files";
import { createImport, forgetUpload } from "@/lib/store/imports";
import { holdUpload } from "@/lib/store/receiving";
import { wakeJobs } from "@/lib/workflow/jobs";
import { projectFor } from "@/lib/workflow/projects";
import { workerOfServer } from "@/lib/workflow/worker";
import { refused, unpacked } from "./archives";
import { type Arrival, MOST_AT_ONCE } from "./arriving";
import { cleanPath } from "./article-identity";
import { importFiles } from "./at-once";
import type { ImportFormat } from "./batches";
import { besideIn } from "./beside";
import { importOf, type Patience } from "./listing";
import { type AskedReading, settleReading } from "./reading";

/**
 * An upload of no more than this is imported while its sender waits, here; a larger one becomes a job, which
 * runs in the worker. One article is read at one go: of this size, it keeps everybody else waiting for some
 * 5 ms, and for a quarter of a second where it is made of marks that are all refused.
 */
const WAIT_BYTES = 128 * 1024;
const WAIT_FILES = 200;

/**
 * Whoever saves waits for the same log to be on the disk: storing leaves them so many times as long as it
 * takes. That is still some 20 MB a second, more than most networks bring.
 */
const OTHERS = 3;

/** That is of large uploads: whoever saves hardly meets the moment that it takes to store so much, in bytes. */
const HARDLY_MET = 16 * 1024 * 1024;

/**
 * An upload of more bytes, or of more files, each of which is told by itself, is not read before its job's turn: the
 * worker holds what arrived of one until then.
 */
const MOST_TOLD = 16 * 1024 * 1024;
const MOST_TOLD_FILES = 1000;

/** So much of an upload gathers while what came before it is being stored, in bytes; then its sender waits. */
const MOST_HELD = 4 * CHUNK;

export type Upload = {
  readonly format: ImportFormat;
  readonly strict?: boolean | undefined;
  readonly update?: boolean | undefined;
  readonly reading?: AskedReading | undefined;
  /** Each file's stream is read to its end before the next file is asked for. */
  readonly files: AsyncIterable<SourceFile>;
};

/**
 * Takes files from a sender who may be slow, large, or gone in the middle: nothing of an upload that
 * does not arrive whole is imported. At most a few MiB of it are held in memory.
 *
 * @param patience how long the answer may wait for a job to end
 *
 * @throws Refusal "not_found" or "forbidden" for the project, "invalid" if there are no files, and
 *   whatever the files' streams throw
 */
export async function receiveImport(
  actor: Actor,
  projectRef: string,
  { files, format, strict = false, update = false, reading: asked = {} }: Upload,
  patience: Patience = {},
): Promise<ImportDetail> {
  const project = await projectFor(actor, projectRef, "import");
  const { reading } = await settleReading(actor, project, asked);
  const options = { format, strict, update, reading };
  const received = new Receiving({
    projectId: project.id,
    userId: userIdOf(actor),
    ...options,
  });
  let id: string;
  try {
    for await (const file of unpacked(files)) await received.take(file);
    const { small, id: queued } = await received.end();
    id = queued ?? (await importFiles(actor, project.id, { ...options, files: small })).id;
    await wakeJobs(queued === null ? { kind: "search" } : { kind: "import", id });
  } catch (error) {
    await received.forget();
    throw error;
  } finally {
    await received.letGo();
  }
  return importOf(actor, project.id, id, patience);
}

/** Gathers an upload in memory, and moves it into the database once it is no longer small. */
class Receiving {
  /** How many of this process tell the worker what arrives: what it does not take at once lies here. */
  static #telling = 0;
  #isTelling = false;
  readonly #db: Database = database();
  readonly #given: Omit<Parameters<typeof createImport>[1], "id" | "state">;
  #id: string | null = null;
  #letGo: () => Promise<void> = async () => undefined;
  #chunks: Chunk[] = [];
  #files: StoredFile[] = [];
  #fileCount = 0;
  #held = 0;
  #bytes = 0;
  /** What is on its way to the database, while more arrives. */
  #storing: Promise<void> | null = null;
  /** What the worker is yet to be told of; null once it cannot read any of it before its turn. */
  #untold: Arrival[] | null = [{ kind: "begun" }];

  constructor(given: Omit<Parameters<typeof createImport>[1], "id" | "state">) {
    this.#given = given;
  }

  async take({ path, stream, refusal }: SourceFile): Promise<void> {
    if (this.#fileCount >= MAX_IMPORT_FILES) {
      throw new Refusal("too_large", `An import may have ${MAX_IMPORT_FILES} files; send several.`);
    }
    const file = this.#fileCount;
    this.#fileCount += 1;
    const placed = {
      path: cleanPath(path),
      refused: refusal ? storableReason(refusal.message) : null,
    };
    this.#tell({ kind: "file", ...placed });
    let chunk = 0;
    let pieces: Uint8Array[] = [];
    let size = 0;
    let bytes = 0;
    const close = () => {
      if (size === 0) return;
      const joined = Buffer.concat(pieces, size);
      this.#chunks.push({ file, chunk, bytes: joined });
      this.#tell({ kind: "piece", bytes: joined });
      this.#held += size;
      chunk += 1;
      pieces = [];
      size = 0;
    };
    for await (const piece of refusal ? [] : stream) {
      this.#bytes += piece.byteLength;
      bytes += piece.byteLength;
      for (let at = 0; at < piece.byteLength; ) {
        const part = piece.subarray(at, at + CHUNK - size);
        pieces.push(part);
        size += part.byteLength;
        at += part.byteLength;
        if (size === CHUNK) close();
      }
      if (!this.#fits() && this.#held >= CHUNK) await this.#storeSoon();
    }
    close();
    this.#files.push({ file, bytes, ...placed });
    if (!this.#fits() && (this.#held >= CHUNK || this.#files.length >= 1000)) {
      await this.#storeSoon();
    }
  }

  /** @returns the files if all are held here, else the id of the import that waits with them */
  async end(): Promise<{ small: SourceFile[]; id: string | null }> {
    if (this.#fileCount === 0) throw new Refusal("invalid", "There is no file to import.");
    if (this.#id === null && this.#fits()) return { small: this.#small(), id: null };
    const id = await this.#store();
    this.#tell({ kind: "whole" });
    await this.#storing;
    await queueUpload(this.#db.pool, id, { files: this.#fileCount, bytes: this.#bytes });
    return { small: [], id };
  }

  async forget(): Promise<void> {
    this.#tell({ kind: "gone" });
    await this.#storing?.catch(() => undefined); // it may be what failed
    // Should this fail too, the upload is forgotten with others that broke off.
    if (this.#id !== null) await forgetUpload(this.#db.pool, this.#id).catch(() => undefined);
  }

  /** It is no longer this process's: queued, or forgotten. */
  letGo(): Promise<void> {
    if (this.#isTelling) Receiving.#telling -= 1;
    this.#isTelling = false;
    return this.#letGo();
  }

  #beginTelling(): void {
    this.#isTelling = Receiving.#telling < MOST_AT_ONCE;
    if (this.#isTelling) Receiving.#telling += 1;
    else this.#untold = null;
  }

  /** Tells the worker what arrived, once it is sure to have a job. */
  #tell(...arrivals: readonly Arrival[]): void {
    this.#untold?.push(...arrivals);
    if (this.#id === null || this.#untold === null) return;
    const isTooLarge = this.#bytes > MOST_TOLD || this.#fileCount > MOST_TOLD_FILES;
    const told = isTooLarge ? [{ kind: "gone" } as const] : this.#untold.splice(0);
    for (const arrival of told) workerOfServer()?.tellOfUpload(this.#id, arrival);
    if (isTooLarge) this.#untold = null;
  }

  #fits(): boolean {
    return this.#bytes <= WAIT_BYTES && this.#fileCount <= WAIT_FILES;
  }

  /** Stores what is here, if nothing is under way or enough has gathered behind that. */
  async #storeSoon(): Promise<void> {
    if (this.#storing === null || this.#held >= MOST_HELD) await this.#store();
  }

  /** Has what is here stored, once what was before it is there. */
  async #store(): Promise<string> {
    const sql = this.#db.pool;
    await this.#storing;
    const id = this.#id ?? uuidv7();
    if (this.#id === null) {
      this.#letGo = await holdUpload(this.#db, id);
      await createImport(sql, { ...this.#given, id, state: "receiving" });
      this.#beginTelling();
    }
    this.#id = id;
    this.#tell();
    const chunks = this.#chunks;
    const files = this.#files;
    const isLarge = this.#bytes > HARDLY_MET;
    const store = async () => {
      const began = performance.now();
      await storeChunks(this.#db, id, chunks, { smaller: isLarge });
      if (isLarge) await pause((performance.now() - began) * OTHERS);
      await storeFiles(sql, id, files);
      this.#storing = null;
    };
    this.#chunks = [];
    this.#files = [];
    this.#held = 0;
    this.#storing = store();
    // Its failure is met at the next await; until then it must not count as unheard.
    this.#storing.catch(() => undefined);
    return id;
  }

  #small(): SourceFile[] {
    const chunks = Map.groupBy(this.#chunks, ({ file }) => file);
    const files = this.#files;
    async function* open({ file }: StoredFile) {
      for (const { bytes } of chunks.get(file) ?? []) yield bytes;
    }
    const beside = besideIn(async () => files, open);
    return files.map((file) =>
      file.refused === null
        ? { path: file.path, stream: open(file), beside }
        : refused({ path: file.path, beside }, new Refusal("unprocessable", file.refused)),
    );
  }
}
