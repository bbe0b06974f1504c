import { articleRecord } from "@/lib/domain/record";
import { writtenFormats } from "@/lib/formats/index";
import { database } from "@/lib/store/database";
import { type DatasetSelection, openSnapshot, readDataset } from "@/lib/store/export";

/** What is to be made. It crosses between processes, so it is plain data. */
export type DatasetOrder = DatasetSelection & {
  /** The name of a format that is written. */
  readonly format: string;
};

/**
 * Chunks are about this long, in characters: each costs the server a turn of its event loop, most of it
 * the same for any length, and some of them are in memory at once.
 */
const CHUNK = 256 * 1024;

/**
 * The bytes of a dataset, from one state of the database, read on a connection of this process's own.
 * Nothing is read before the first chunk is asked for.
 */
export async function* datasetBytes({
  format,
  ...selection
}: DatasetOrder): AsyncGenerator<Uint8Array> {
  const found = writtenFormats.find(({ name }) => name === format);
  if (!found) throw new Error(`There is no format ${format}.`);
  const snapshot = await openSnapshot(database());
  try {
    let pending = "";
    for await (const { article, sets } of readDataset(snapshot.sql, selection)) {
      pending += found.write(articleRecord(article, sets, selection.layer));
      if (pending.length < CHUNK) continue;
      yield Buffer.from(pending, "utf8");
      pending = "";
    }
    if (pending !== "") yield Buffer.from(pending, "utf8");
  } finally {
    await snapshot.close();
  }
}
