import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import ZipStream from "zip-stream";
import { datasetName } from "@/lib/domain/dataset-name";
import { Guideline } from "@/lib/domain/guideline-schemas";
import { articleRecord, pseudonym } from "@/lib/domain/record";
import { writingOf } from "@/lib/formats/index";
import { checkApart } from "@/lib/formats/tagging";
import {
  type DatasetAbout,
  type DatasetOrigin,
  LostInWriting,
  type Sha256,
  type StreamedFile,
  type Writer,
} from "@/lib/formats/writing";
import { database, type Sql } from "@/lib/store/database";
import { type DatasetSelection, openSnapshot, readDataset } from "@/lib/store/export";
import { guidelineText, provenanceOf } from "@/lib/store/provenance";
import { currentSchemeVersion, schemeOf } from "@/lib/store/schemes";
import { newestAgreement } from "./agreeing";
import { publishingIn } from "./publishing";
import { listedIds, type Selected, type Selection, selectionInWords } from "./selecting-articles";

/** What is to be made. It crosses between processes, so it is plain data. */
export type DatasetOrder = Omit<DatasetSelection, "articles"> &
  Pick<DatasetAbout, "texts" | "context" | "overlap"> & {
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
 * The bytes of a dataset, from one state of the database, read on a connection of this process's own. What is a folder
 * is a ZIP archive here. Nothing is read before the first chunk is asked for.
 *
 * @param onDone told at the end what it came to
 */
export async function* datasetBytes(
  order: DatasetOrder,
  onDone: (outcome: DatasetOutcome) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const { writer, shape } = writingOf(order.format, order.shape);
  yield* fromSnapshot(order, onDone, (writing) => {
    if (writer.kind === "file") return fileBytes(writer, writing);
    if (writer.kind === "bytes") return byteFileBytes(writer, writing);
    return zipped(filesOf(writer, writing, { shape }));
  });
}

/**
 * The files of a dataset that is a folder, each to be read to its end before the next; all else as
 * {@link datasetBytes}.
 */
export async function* datasetFolder(
  order: DatasetOrder,
  onDone: (outcome: DatasetOutcome) => void = () => undefined,
): AsyncGenerator<StreamedFile> {
  const { writer } = writingOf(order.format, order.shape);
  if (writer.kind !== "dataset" && writer.kind !== "folder") {
    throw new Error(`${order.format} is no folder.`);
  }
  yield* fromSnapshot(order, onDone, (writing) => filesOf(writer, writing));
}

async function* fromSnapshot<T>(
  { format: _, shape: __, selected, texts, context, overlap, ...wanted }: DatasetOrder,
  onDone: (outcome: DatasetOutcome) => void,
  make: (writing: Writing) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const snapshot = await openSnapshot(database());
  const lost = new LostInWriting();
  try {
    const { sql } = snapshot;
    const schemeVersion = await currentSchemeVersion(sql, wanted.projectId);
    const known = await aboutOf(sql, wanted.projectId, schemeVersion);
    const about = {
      ...known,
      ...(texts === false && { texts }),
      ...(context !== undefined && { context }),
      ...(overlap && { overlap }),
    };
    const { articles, instead } = await articlesOf(sql, selected);
    const selection = { ...wanted, articles };
    const seen = { records: 0, isAnnotated: false };
    const records = () => recordsOf(sql, selection, seen);
    // Found before anything is written; whoever writes would find it on the way.
    if (overlap === "refuse") for await (const record of records()) checkApart(record, about);
    const picked = selected ? selectionInWords(selected) : [];
    const origin = async () => ({ ...(await originOf(sql, selection, schemeVersion)), picked });
    yield* make({ records, about, lost, origin });
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
  /** All of them from the first on, each time. */
  readonly records: () => AsyncIterable<ReturnType<typeof articleRecord>>;
  readonly about: DatasetAbout;
  readonly lost: LostInWriting;
  readonly origin: () => Promise<DatasetOrigin>;
};

async function aboutOf(sql: Sql, projectId: string, version: number): Promise<DatasetAbout> {
  const scheme = await schemeOf(sql, { projectId, version });
  if (!scheme) throw new Error(`Project ${projectId} has no version ${version} of its scheme.`);
  return { scheme };
}

async function originOf(
  sql: Sql,
  { projectId, layer, open, annotators }: DatasetSelection,
  schemeVersion: number,
): Promise<Omit<DatasetOrigin, "picked">> {
  return {
    ...(await provenanceOf(sql, projectId)),
    agreement: await newestAgreement(sql, projectId),
    publishing: await publishingIn(sql, projectId),
    layer,
    includesOpen: open,
    annotators: annotators?.map(pseudonym) ?? null,
    schemeVersion,
    guideline: async (version) => {
      const row = await guidelineText(sql, projectId, version);
      return row && { version: row.version, content: Guideline.parse(row.content) };
    },
  };
}

async function* recordsOf(
  sql: Sql,
  selection: DatasetSelection,
  seen: { records: number; isAnnotated: boolean },
) {
  Object.assign(seen, { records: 0, isAnnotated: false });
  for await (const { article, sets } of readDataset(sql, selection)) {
    seen.records += 1;
    seen.isAnnotated ||= sets.length > 0;
    yield articleRecord(article, sets, selection.layer);
  }
}

async function* byteFileBytes(
  writer: Writer & { kind: "bytes" },
  { records, about, lost }: Writing,
): AsyncGenerator<Uint8Array> {
  const file = writer.begin(about);
  for await (const record of records()) yield* inChunks(file.add(record, lost));
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
  for await (const record of records()) {
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

/**
 * The files of a folder, one after the other.
 *
 * @param named what a row is, where they go into an archive, in which a dataset has a folder of its name; else they go
 *   where somebody said
 */
async function* filesOf(
  writer: Writer & { kind: "folder" | "dataset" },
  { records, about, lost, origin }: Writing,
  named: { readonly shape: string } | null = null,
): AsyncGenerator<StreamedFile> {
  if (writer.kind === "dataset") {
    const known = await origin();
    const { slug: project, layer } = known;
    const texts = about.texts !== false;
    const root = named ? datasetName({ project, layer, ...named, texts, extension: "/" }) : "";
    for await (const file of writer.files({ about, lost, origin: known, records, newSha256 })) {
      yield { ...file, path: root + file.path };
    }
    return;
  }
  const bytesOf = (text: string) => [Buffer.from(text, "utf8")];
  for (const { path, text } of writer.common?.(about) ?? []) yield { path, bytes: bytesOf(text) };
  const { index } = writer;
  // As bytes, which take a fraction of what as many short texts do.
  const listed: Buffer[] = [];
  let pending = index?.before ?? "";
  for await (const record of records()) {
    for (const { path, text } of writer.write(record, lost, about)) {
      yield { path, bytes: bytesOf(text) };
    }
    if (!index) continue;
    pending += index.entry(record);
    if (pending.length < CHUNK) continue;
    listed.push(Buffer.from(pending, "utf8"));
    pending = "";
  }
  if (index)
    yield { path: index.path, bytes: [...listed, Buffer.from(pending + index.after, "utf8")] };
}

function newSha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}

/**
 * An archive of the files, level 6 as `zip` has it. However many there are: what is known of one to the end is some
 * hundred bytes.
 */
async function* zipped(files: AsyncIterable<StreamedFile>): AsyncGenerator<Uint8Array> {
  const zip = new ZipStream({ level: 6 });
  const ready: Buffer[] = [];
  let block = Buffer.allocUnsafe(CHUNK);
  let size = 0;
  let isDone = false;
  let isEnded = false;
  let failed: unknown = null;
  let wake = () => {};
  const fail = (error: unknown) => {
    failed = error;
    wake();
  };
  zip.on("error", fail);
  // Heads and the list of all files come a few bytes at a time, each of which would take its hundreds of memory.
  zip.on("data", (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; ) {
      const taken = bytes.copy(block, size, at);
      at += taken;
      size += taken;
      if (size < CHUNK) return;
      ready.push(block);
      block = Buffer.allocUnsafe(CHUNK);
      size = 0;
      if (!isDone) zip.pause();
      wake();
    }
  });
  zip.once("end", () => {
    isEnded = true;
    wake();
  });
  /** Gives what is ready until something is so. */
  async function* until(isSo: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (failed !== null) throw failed;
      const next = ready.shift();
      if (next) yield next;
      else if (isSo()) return;
      else {
        zip.resume();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  for await (const { path, bytes } of files) {
    // A file that is there at once needs no stream.
    const source =
      Array.isArray(bytes) && bytes.length === 1 ? Buffer.from(bytes[0]) : Readable.from(bytes);
    let isTaken = false;
    zip.entry(source, { name: path, date: EPOCH }, (error) => {
      if (error) return fail(error);
      isTaken = true;
      wake();
    });
    try {
      yield* until(() => isTaken);
    } finally {
      if (source instanceof Readable) source.destroy(); // and with it what it is made of, wherever that stands
    }
  }
  // The list of all files is written at one go, and is taken as it is written by what flows already.
  isDone = true;
  zip.resume();
  await turn();
  zip.finish();
  yield* until(() => isEnded);
  yield block.subarray(0, size);
}
