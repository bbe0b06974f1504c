import { setTimeout as pause } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { type Actor, userIdOf } from "@/lib/access/actor";
import type { ImportDetail } from "@/lib/api/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { SourceFile } from "@/lib/formats/source-file";
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
import { unpacked } from "./archives";
import { cleanPath } from "./article-identity";
import { importFiles } from "./at-once";
import type { ImportFormat } from "./batches";
import { besideIn } from "./beside";
import { importOf } from "./listing";
import { type AskedReading, settleReading } from "./reading";

/**
 * An upload of no more than this is imported while its sender waits, here; a larger one becomes a job, which
 * runs in the worker. One article is read at one go: of this size, it keeps everybody else waiting for some
 * 15 ms.
 */
const WAIT_BYTES = 512 * 1024;
const WAIT_FILES = 200;

/**
 * Whoever saves waits for the same log to be on the disk: storing leaves them so many times as long as it
 * takes. That is still some 20 MB a second, more than most networks bring.
 */
const OTHERS = 3;

/** That is of large uploads: whoever saves hardly meets the moment that it takes to store so much, in bytes. */
const HARDLY_MET = 16 * 1024 * 1024;

/** The most files one import may have. */
const MAX_FILES = 200_000;

export type Upload = {
  readonly format: ImportFormat;
  readonly strict?: boolean | undefined;
  readonly update?: boolean | undefined;
  readonly reading?: AskedReading | undefined;
  /** Each file's stream is read to its end before the next file is asked for. */
  readonly files: AsyncIterable<SourceFile>;
};

/** What became of an upload: it is in, or it waits for its turn. */
export type Received = { readonly import: ImportDetail; readonly done: boolean };

/**
 * Takes files from a sender who may be slow, large, or gone in the middle: nothing of an upload that
 * does not arrive whole is imported. At most a few MiB of it are held in memory.
 *
 * @throws Refusal "not_found" or "forbidden" for the project, "invalid" if there are no files, and
 *   whatever the files' streams throw
 */
export async function receiveImport(
  actor: Actor,
  projectRef: string,
  { files, format, strict = false, update = false, reading: asked = {} }: Upload,
): Promise<Received> {
  const project = await projectFor(actor, projectRef, "import");
  const { reading } = await settleReading(actor, project, asked);
  const options = { format, strict, update, reading };
  const received = new Receiving({
    projectId: project.id,
    userId: userIdOf(actor),
    ...options,
  });
  try {
    for await (const file of unpacked(files)) await received.take(file);
    const { small, id } = await received.end();
    if (id !== null) {
      await wakeJobs({ kind: "import", id });
      return { import: await importOf(actor, project.id, id), done: false };
    }
    const summary = await importFiles(actor, project.id, { ...options, files: small });
    await wakeJobs({ kind: "search" });
    return { import: await importOf(actor, project.id, summary.id), done: true };
  } catch (error) {
    await received.forget();
    throw error;
  } finally {
    await received.letGo();
  }
}

/** Gathers an upload in memory, and moves it into the database once it is no longer small. */
class Receiving {
  readonly #db: Database = database();
  readonly #given: Omit<Parameters<typeof createImport>[1], "id" | "state">;
  #id: string | null = null;
  #letGo: () => Promise<void> = async () => undefined;
  #chunks: Chunk[] = [];
  #files: StoredFile[] = [];
  #fileCount = 0;
  #held = 0;
  #bytes = 0;

  constructor(given: Omit<Parameters<typeof createImport>[1], "id" | "state">) {
    this.#given = given;
  }

  async take({ path, stream }: SourceFile): Promise<void> {
    if (this.#fileCount >= MAX_FILES) {
      throw new Refusal("too_large", `An import may have ${MAX_FILES} files; send several.`);
    }
    const file = this.#fileCount;
    this.#fileCount += 1;
    let chunk = 0;
    let pieces: Uint8Array[] = [];
    let size = 0;
    let bytes = 0;
    const close = () => {
      if (size === 0) return;
      this.#chunks.push({ file, chunk, bytes: Buffer.concat(pieces, size) });
      this.#held += size;
      chunk += 1;
      pieces = [];
      size = 0;
    };
    for await (const piece of stream) {
      this.#bytes += piece.byteLength;
      bytes += piece.byteLength;
      for (let at = 0; at < piece.byteLength; ) {
        const part = piece.subarray(at, at + CHUNK - size);
        pieces.push(part);
        size += part.byteLength;
        at += part.byteLength;
        if (size === CHUNK) close();
      }
      if (!this.#fits() && this.#held >= CHUNK) await this.#store();
    }
    close();
    this.#files.push({ file, path: cleanPath(path), bytes });
    if (!this.#fits() && (this.#held >= CHUNK || this.#files.length >= 1000)) await this.#store();
  }

  /** @returns the files if all are held here, else the id of the import that waits with them */
  async end(): Promise<{ small: SourceFile[]; id: string | null }> {
    if (this.#fileCount === 0) throw new Refusal("invalid", "There is no file to import.");
    if (this.#id === null && this.#fits()) return { small: this.#small(), id: null };
    const id = await this.#store();
    await queueUpload(this.#db.pool, id, { files: this.#fileCount, bytes: this.#bytes });
    return { small: [], id };
  }

  async forget(): Promise<void> {
    // Should this fail too, the upload is forgotten with others that broke off.
    if (this.#id !== null) await forgetUpload(this.#db.pool, this.#id).catch(() => undefined);
  }

  /** It is no longer this process's: queued, or forgotten. */
  letGo(): Promise<void> {
    return this.#letGo();
  }

  #fits(): boolean {
    return this.#bytes <= WAIT_BYTES && this.#fileCount <= WAIT_FILES;
  }

  async #store(): Promise<string> {
    const sql = this.#db.pool;
    const id = this.#id ?? uuidv7();
    if (this.#id === null) {
      this.#letGo = await holdUpload(this.#db, id);
      await createImport(sql, { ...this.#given, id, state: "receiving" });
    }
    this.#id = id;
    const began = performance.now();
    await storeChunks(this.#db, id, this.#chunks);
    if (this.#bytes > HARDLY_MET) await pause((performance.now() - began) * OTHERS);
    await storeFiles(sql, id, this.#files);
    this.#chunks = [];
    this.#files = [];
    this.#held = 0;
    return id;
  }

  #small(): SourceFile[] {
    const chunks = Map.groupBy(this.#chunks, ({ file }) => file);
    const files = this.#files;
    async function* open({ file }: StoredFile) {
      for (const { bytes } of chunks.get(file) ?? []) yield bytes;
    }
    const beside = besideIn(async () => files, open);
    return files.map((file) => ({ path: file.path, stream: open(file), beside }));
  }
}
