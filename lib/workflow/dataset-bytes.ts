import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { ZipFile } from "yazl";
import { articleRecord } from "@/lib/domain/record";
import { writingOf } from "@/lib/formats/index";
import {
  type DatasetAbout,
  LostInWriting,
  type Writer,
  type WrittenFile,
} from "@/lib/formats/writing";
import { database, type Sql } from "@/lib/store/database";
import { type DatasetSelection, openSnapshot, readDataset } from "@/lib/store/export";
import { currentSchemeVersion, schemeOf } from "@/lib/store/schemes";
import { listedIds, type Selected, type Selection } from "./selecting-articles";

/** What is to be made. It crosses between processes, so it is plain data. */
export type DatasetOrder = Omit<DatasetSelection, "articles"> &
  Pick<DatasetAbout, "texts" | "context"> & {
    /** Which articles of the project; all if left out, none for null. */
    readonly selected?: Selection | null;
    /** The name of a format that is written. */
    readonly format: string;
    /** One of its shapes; its usual one if left out. */
    readonly shape?: string | undefined;
  };

/**
 * Chunks are about this long, in characters: each costs the server a turn of its event loop, most of it
 * the same for any length, and some of them are in memory at once.
 */
const CHUNK = 256 * 1024;

/** What a dataset came to, once it is whole. */
export type DatasetOutcome = {
  readonly records: number;
  /** Whether any of them has an annotation set. */
  readonly isAnnotated: boolean;
  /** What has no place in the format. */
  readonly lost: LostInWriting["list"];
  /** Words that were searched for in place of those that no article has. */
  readonly instead: Selected["instead"];
};

/** The time of every file in an archive, so that the same data makes the same bytes. */
const EPOCH = new Date("1980-01-01T00:00:00Z");

/**
 * The bytes of a dataset, from one state of the database, read on a connection of this process's own.
 * Nothing is read before the first chunk is asked for.
 *
 * @param onDone told at the end what it came to
 */
export async function* datasetBytes(
  { format, shape, selected, texts, context, ...wanted }: DatasetOrder,
  onDone: (outcome: DatasetOutcome) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const { writer } = writingOf(format, shape);
  const snapshot = await openSnapshot(database());
  const lost = new LostInWriting();
  try {
    const known = await aboutOf(snapshot.sql, wanted.projectId);
    const about = { ...known, ...(texts === false && { texts }), ...(context && { context }) };
    const { articles, instead } = await articlesOf(snapshot.sql, selected);
    const seen = { records: 0, isAnnotated: false };
    const records = recordsOf(snapshot.sql, { ...wanted, articles }, seen);
    yield* bytesFrom(writer, { records, about, lost });
    onDone({ ...seen, lost: lost.list, instead });
  } finally {
    await snapshot.close();
  }
}

/** The articles that are meant; undefined for all. */
export async function articlesOf(
  sql: Sql,
  selected: Selection | null | undefined,
): Promise<{ articles: readonly string[] | undefined; instead: Selected["instead"] }> {
  if (selected === undefined) return { articles: undefined, instead: [] };
  if (selected === null) return { articles: [], instead: [] };
  const { ids, instead } = await listedIds(sql, selected);
  return { articles: ids, instead };
}

type Writing = {
  readonly records: AsyncIterable<ReturnType<typeof articleRecord>>;
  readonly about: DatasetAbout;
  readonly lost: LostInWriting;
};

async function aboutOf(sql: Sql, projectId: string): Promise<DatasetAbout> {
  const version = await currentSchemeVersion(sql, projectId);
  const scheme = await schemeOf(sql, { projectId, version });
  if (!scheme) throw new Error(`Project ${projectId} has no version ${version} of its scheme.`);
  return { scheme };
}

async function* recordsOf(
  sql: Sql,
  selection: DatasetSelection,
  seen: { records: number; isAnnotated: boolean },
) {
  for await (const { article, sets } of readDataset(sql, selection)) {
    seen.records += 1;
    seen.isAnnotated ||= sets.length > 0;
    yield articleRecord(article, sets, selection.layer);
  }
}

function bytesFrom(writer: Writer, writing: Writing): AsyncGenerator<Uint8Array> {
  if (writer.kind === "file") return fileBytes(writer, writing);
  if (writer.kind === "bytes") return byteFileBytes(writer, writing);
  return archiveBytes(writer, writing);
}

async function* byteFileBytes(
  writer: Writer & { kind: "bytes" },
  { records, about, lost }: Writing,
): AsyncGenerator<Uint8Array> {
  const file = writer.begin(about);
  for await (const record of records) yield* inChunks(file.add(record, lost));
  yield* inChunks(file.end());
}

function* inChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

async function* fileBytes(
  writer: Writer & { kind: "file" },
  { records, about, lost }: Writing,
): AsyncGenerator<Uint8Array> {
  let pending = writer.before?.(about) ?? "";
  let isFirst = true;
  for await (const record of records) {
    if (!isFirst) pending += writer.between ?? "";
    isFirst = false;
    pending += writer.write(record, lost, about);
    if (pending.length < CHUNK) continue;
    yield Buffer.from(pending, "utf8");
    pending = "";
  }
  pending += writer.after ?? "";
  if (pending !== "") yield Buffer.from(pending, "utf8");
}

async function* archiveBytes(
  writer: Writer & { kind: "folder" },
  { records, about, lost }: Writing,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const out = zip.outputStream.pipe(new PassThrough());
  /** Puts a file in, and gives what is ready until it is taken: no more than one waits in memory. */
  async function* put({ path, text }: WrittenFile): AsyncGenerator<Uint8Array> {
    const source = Readable.from([Buffer.from(text, "utf8")]);
    let isTaken = false;
    source.once("close", () => {
      isTaken = true;
    });
    zip.addReadStream(source, path, { mtime: EPOCH, forceDosTimestamp: true });
    for (;;) {
      const chunk: Uint8Array | null = out.read();
      if (chunk !== null) yield chunk;
      else if (isTaken) return;
      else {
        const settled = new AbortController();
        const { signal } = settled;
        const waits = [once(out, "readable", { signal }), once(source, "close", { signal })];
        await Promise.race(waits);
        settled.abort();
        await Promise.allSettled(waits);
      }
    }
  }
  for (const file of writer.common?.(about) ?? []) yield* put(file);
  const entries: string[] = [];
  for await (const record of records) {
    for (const file of writer.write(record, lost, about)) yield* put(file);
    if (writer.index) entries.push(writer.index.entry(record));
  }
  if (writer.index) {
    yield* put({ path: writer.index.path, text: writer.index.page(entries.join("")) });
  }
  zip.end();
  yield* out;
}
