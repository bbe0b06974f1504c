import { setImmediate as turn } from "node:timers/promises";
import { codePointLength } from "@/lib/domain/text";
import { type formatNames, readArticles, rejectionAlone } from "@/lib/formats/index";
import type { ReadArticle, ReadContext, Rejection, SourceFile } from "@/lib/formats/source-file";
import type { Checkpoint } from "@/lib/store/imports";
import { cleanPath, type Identity, identityOf, sha256 } from "./article-identity";
import { readPage } from "./page-reader";

/**
 * One transaction holds at most so many items, texts of so many UTF-16 units, and so many spans: what is
 * worked out for a batch as a whole is worked out at one go, some two microseconds for a span.
 */
const BATCH_ITEMS = 500;
const BATCH_UNITS = 4_000_000;
const BATCH_SPANS = 10_000;

/**
 * The first batch is smaller, so that the database has something to do early; each next one is twice as large at most. One of
 * 60 had it wait for the second, and the import takes a twentieth longer.
 */
const FIRST_BATCH_ITEMS = 250;

/** A slow source's items are written after so many milliseconds, so that they show. */
const BATCH_TIME = 2000;

/** Reading lets others have their turn after so many milliseconds; the database's answers, too. */
const SLICE = 1;

/** What an import is told to expect: a format, or "auto" to find out for each file. */
export type ImportFormat = (typeof formatNames)[number];

/** A file of an import, with its place in the order of the files. */
export type PlacedFile = SourceFile & { readonly file: number };

/** An article ready to be compared with what is there. */
export type PreparedArticle = ReadArticle & {
  readonly identity: Identity;
  /** The folder that its path counts from, if that is known. */
  readonly folder: string | null;
  /** In UTF-8. */
  readonly textBytes: Uint8Array;
  readonly textSha256: string;
  readonly textLength: number;
};

export type PreparedItem = PreparedArticle | Rejection;

export type Batch = {
  readonly items: readonly PreparedItem[];
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  /** Of the whole import, up to `to`. */
  readonly bytesDone: number;
};

export type ReadingOptions = Omit<ReadContext, "sha256" | "readPage"> & {
  readonly format: ImportFormat;
  readonly from: Checkpoint;
  /** Read before `from.file`. */
  readonly bytesBefore: number;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Reads files into batches that cover them without a gap: the first begins at `from`, each next one
 * where the last ended. The files begin with the one `from` names.
 */
export async function* readBatches(
  files: AsyncIterable<PlacedFile>,
  { from, bytesBefore, signal, ...options }: ReadingOptions,
): AsyncGenerator<Batch> {
  let start = from;
  let items: PreparedItem[] = [];
  let units = 0;
  let spans = 0;
  let began = performance.now();
  let slice = began;
  let bytesDone = bytesBefore;
  let most = FIRST_BATCH_ITEMS;
  const batch = (to: Checkpoint): Batch => {
    const full = { items, from: start, to, bytesDone };
    items = [];
    units = 0;
    spans = 0;
    start = to;
    most = Math.min(most * 2, BATCH_ITEMS);
    began = performance.now();
    return full;
  };
  async function* counted(stream: AsyncIterable<Uint8Array>) {
    for await (const chunk of stream) {
      bytesDone += chunk.byteLength;
      yield chunk;
    }
  }
  let at = from;
  /** Files that are no items, as long as there is none. */
  let silent: string[] | null = from.file === 0 && from.item === 0 ? [] : null;
  for await (const { file, path, folder = null, stream, beside, origin } of files) {
    const skip = file === from.file ? from.item : 0;
    at = { file, item: skip };
    // An address is checked where it comes in.
    const name = origin ? path : cleanPath(path);
    const source = { path: name, stream: counted(stream), beside, origin };
    for await (const read of readArticles(source, { ...options, sha256, readPage, skip })) {
      silent = null;
      items.push(read.kind === "article" ? prepare(read, folder) : read);
      at = { file, item: at.item + 1 };
      if (read.kind === "article") {
        units += read.article.text.length;
        for (const annotation of read.article.annotations) spans += annotation.spans.length;
      }
      const now = performance.now();
      const full = items.length >= most || units >= BATCH_UNITS || spans >= BATCH_SPANS;
      if (full || now - began > BATCH_TIME) {
        yield batch(at);
        slice = performance.now();
      } else if (now - slice > SLICE) {
        await turn();
        slice = performance.now();
      }
      signal?.throwIfAborted();
    }
    at = { file: file + 1, item: 0 };
    if (silent && silent.length < BATCH_ITEMS) silent.push(name);
  }
  for (const path of silent ?? []) items.push(rejectionAlone(path));
  if (at !== start) yield batch(at);
}

/** An article as it is to be compared with what is there. */
export function prepare(read: ReadArticle, folder: string | null): PreparedArticle {
  const { text } = read.article;
  const textBytes = Buffer.from(text);
  return {
    ...read,
    identity: identityOf(read, textBytes),
    folder,
    textBytes,
    textSha256: sha256(textBytes),
    textLength: codePointLength(text),
  };
}
