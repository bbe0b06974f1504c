import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "@/lib/domain/refusal";
import type { Database } from "@/lib/store/database";
import { type ImportRow, importToRun } from "@/lib/store/imports";
import { currentSchemeVersion } from "@/lib/store/schemes";
import { schemeVersionOf } from "@/lib/workflow/schemes";
import { refused } from "./archives";
import type { Batch, PlacedFile } from "./batches";
import { besideIn } from "./beside";
import { type ImportReading, readImport } from "./run";

/**
 * What whoever receives an upload tells of it while it arrives, in this order: each file before its pieces, which are
 * not empty, and all of a file before the next.
 */
export type Arrival =
  | { readonly kind: "begun" }
  | {
      readonly kind: "file";
      readonly path: string;
      /** Why it cannot be read, of one that has no pieces for that. */
      readonly refused: string | null;
    }
  | { readonly kind: "piece"; readonly bytes: Uint8Array }
  /** All of it is there; its job may be waiting already. */
  | { readonly kind: "whole" }
  /** It broke off, or is too large to be held: whoever tells sees to that. */
  | { readonly kind: "gone" };

/** So many uploads are read, and told of, while they arrive; others wait for their jobs. */
export const MOST_AT_ONCE = 2;

/** What is read of an upload, and not yet written, is at most a batch more than texts of so many UTF-16 units. */
const MOST_READ_AHEAD = 4_000_000;

/** Milliseconds after which somebody else has the job of an upload that is whole. */
const TAKEN_WITHIN = 30_000;

/** Milliseconds within which the last of an upload is heard whose job is there: it was told before. */
const HEARD_WITHIN = 5_000;

/** What is in an upload so far. Whoever reads on waits for more. */
class Arriving {
  readonly #files: { path: string; refused: string | null; pieces: Uint8Array[] }[] = [];
  readonly #gone = new AbortController();
  #isWhole = false;
  #more = Promise.withResolvers<void>();

  /** Whether all of it is there within so many milliseconds. */
  async isWholeWithin(ms: number): Promise<boolean> {
    const waiting = new AbortController();
    try {
      const whole = this.#until(() => this.#isWhole).then(() => true);
      return await Promise.race([whole, pause(ms, false, waiting)]);
    } catch {
      return false; // it is gone
    } finally {
      waiting.abort();
    }
  }

  /** Aborts when there is nothing to be read any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  add(arrival: Arrival): void {
    switch (arrival.kind) {
      case "file":
        this.#files.push({ path: arrival.path, refused: arrival.refused, pieces: [] });
        break;
      case "begun":
        break;
      case "piece":
        this.#files.at(-1)?.pieces.push(arrival.bytes);
        break;
      case "whole":
        this.#isWhole = true;
        break;
      case "gone":
        this.#gone.abort(new Error("It broke off."));
    }
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  async *files(): AsyncGenerator<PlacedFile> {
    const beside = besideIn(
      async () => {
        await this.#until(() => this.#isWhole);
        return this.#files;
      },
      async function* ({ pieces }) {
        yield* pieces;
      },
    );
    for (let file = 0; ; file += 1) {
      await this.#until(() => this.#isWhole || file < this.#files.length);
      const arrived = this.#files[file];
      if (!arrived) return;
      const { path } = arrived;
      yield arrived.refused === null
        ? { file, path, stream: this.#pieces(file), beside }
        : { file, ...refused({ path, beside }, new Refusal("unprocessable", arrived.refused)) };
    }
  }

  async *#pieces(file: number): AsyncGenerator<Uint8Array> {
    const isEnded = () => this.#isWhole || file < this.#files.length - 1;
    for (let next = 0; ; next += 1) {
      await this.#until(() => isEnded() || this.#piece(file, next) !== undefined);
      const piece = this.#piece(file, next);
      if (piece === undefined) return;
      yield piece;
    }
  }

  #piece(file: number, index: number): Uint8Array | undefined {
    return this.#files[file]?.pieces[index];
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      this.gone.throwIfAborted();
      await this.#more.promise;
    }
    this.gone.throwIfAborted();
  }
}

/** Batches that are read before somebody asks for them, up to a bound. */
class EarlyReading implements ImportReading {
  readonly schemeVersion: number;
  readonly tables: ImportReading["tables"];
  readonly #source: AsyncIterator<Batch, void>;
  /** In their order, each once it is read. */
  readonly #ahead: Promise<Batch | null>[] = [];
  /** Of the texts in these, in UTF-16. */
  #units = 0;
  #isReading = false;
  #isOver = false;

  constructor({ schemeVersion, tables, batches }: ImportReading) {
    this.schemeVersion = schemeVersion;
    this.tables = tables;
    this.#source = batches[Symbol.asyncIterator]() as AsyncIterator<Batch, void>;
    this.#readAhead();
  }

  get batches(): AsyncIterable<Batch> {
    return this.#all();
  }

  async *#all(): AsyncGenerator<Batch> {
    try {
      for (;;) {
        const batch = await (this.#ahead.shift() ?? this.#read());
        if (batch === null) return;
        this.#units -= unitsOf(batch);
        this.#readAhead();
        yield batch;
      }
    } finally {
      this.end();
    }
  }

  /** Ends it: what is being read is nobody's, and may wait for what does not come any more. */
  end(): void {
    this.#isOver = true;
    this.#source.return?.().catch(() => undefined);
  }

  #readAhead(): void {
    if (this.#isReading || this.#isOver || this.#units >= MOST_READ_AHEAD) return;
    this.#isReading = true;
    const next = this.#read();
    this.#ahead.push(next);
    next.then(
      () => {
        this.#isReading = false;
        this.#readAhead();
      },
      () => undefined, // met by whoever asks for it
    );
  }

  async #read(): Promise<Batch | null> {
    const { done, value } = await this.#source.next();
    if (done) {
      this.#isOver = true;
      return null;
    }
    this.#units += unitsOf(value);
    return value;
  }
}

function unitsOf({ items }: Batch): number {
  let units = 0;
  for (const item of items) if (item.kind === "article") units += item.article.text.length;
  return units;
}

type Early = {
  readonly arriving: Arriving;
  readonly reading: Promise<EarlyReading | null>;
  /** Until it is forgotten, once it is whole. */
  timer?: NodeJS.Timeout;
};

/**
 * Uploads that are read while they arrive: their first batches are there when they are whole, which is when the first may be
 * written. It is the reading of {@link readImport} all the same, of the pieces as they came instead of those that are stored; so it
 * does not matter whether a run begins with it.
 */
export class ArrivingUploads {
  readonly #db: Database;
  readonly #heardWithin: number;
  readonly #known = new Map<string, Early>();

  constructor(db: Database, { heardWithin = HEARD_WITHIN } = {}) {
    this.#db = db;
    this.#heardWithin = heardWithin;
  }

  /** Takes note of what arrived of an upload. */
  hear(importId: string, arrival: Arrival): void {
    if (arrival.kind === "begun" && this.#known.size < MOST_AT_ONCE) this.#begin(importId);
    const early = this.#known.get(importId);
    early?.arriving.add(arrival);
    if (early && arrival.kind === "whole") {
      early.timer = setTimeout(() => early.arriving.add({ kind: "gone" }), TAKEN_WITHIN).unref();
    }
  }

  #begin(importId: string): void {
    const arriving = new Arriving();
    const reading = this.#reading(importId, arriving);
    reading.catch(() => this.#known.delete(importId)); // it is read again when it is its turn
    arriving.gone.addEventListener("abort", () => {
      this.#known.delete(importId);
      reading.then((begun) => begun?.end()).catch(() => undefined);
    });
    this.#known.set(importId, { arriving, reading });
  }

  async #reading(importId: string, arriving: Arriving): Promise<EarlyReading | null> {
    const { pool } = this.#db;
    const row = await importToRun(pool, importId);
    // The last of it may have come before this.
    if (row?.state !== "receiving" && row?.state !== "queued") return null;
    const { projectId } = row;
    const schemeVersion = await currentSchemeVersion(pool, projectId);
    const scheme = await schemeVersionOf(pool, { projectId, version: schemeVersion });
    const source = { files: arriving.files(), bytesBefore: 0 };
    return new EarlyReading(readImport(row, source, { scheme, schemeVersion }));
  }

  /**
   * What is read of an import, once. Its job may have come from elsewhere, before the last of it was heard here: that is waited for.
   *
   * @returns null if that is nothing, or by another version of the scheme, or not of its beginning, or if the last of it does not come
   */
  async take(
    { id, nextFile, nextItem }: Pick<ImportRow, "id" | "nextFile" | "nextItem">,
    schemeVersion: number,
  ): Promise<ImportReading | null> {
    const early = this.#known.get(id);
    if (early === undefined) return null;
    const isFirst = nextFile === 0 && nextItem === 0;
    const isOfAll = isFirst && (await early.arriving.isWholeWithin(this.#heardWithin));
    this.#known.delete(id);
    clearTimeout(early.timer);
    const reading = await early.reading.catch(() => null);
    if (isOfAll && reading?.schemeVersion === schemeVersion) return reading;
    early.arriving.add({ kind: "gone" });
    reading?.end();
    return null;
  }
}
