import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { Refusal } from "@/lib/domain/refusal";
import { CopyRows, copyInto } from "./copy-rows";
import { type Database, type Sql, sqlTransaction } from "./database";

/** Uploaded files are stored in pieces of this size, in bytes, and handled one piece at a time. */
export const CHUNK = 1024 * 1024;

/** A piece of an uploaded file: file and chunk count from 0. */
export type Chunk = { readonly file: number; readonly chunk: number; readonly bytes: Uint8Array };

export type StoredFile = {
  readonly file: number;
  readonly path: string;
  readonly bytes: number;
  /** Why nothing of it can be read, such as of an archive that is broken; null if that is not known before. */
  readonly refused: string | null;
};

/** A page that is fetched: its address, and what whoever asked says of it. */
export type PageAddress = {
  readonly url: string;
  readonly given: Readonly<Record<string, string>>;
};

/** What came of fetching a page, when it is over. Times are ISO 8601 in UTC. */
export type PageFetched =
  | {
      /** After redirects. */
      readonly url: string;
      readonly media_type: string;
      readonly charset: string | null;
      readonly at: string;
    }
  | { readonly refused: string };

/** A stored file; where it is a page from the web, with where it is from. */
export type StoredPage = StoredFile & {
  readonly address: PageAddress | null;
  readonly fetched: PageFetched | null;
};

/** The bytes of a piece as they are stored. */
type StoredBytes = { readonly bytes: Uint8Array; readonly compressed: boolean };

/**
 * Makes half of usual text, in 3 ms a piece and off the server's own thread: whoever saves while an upload
 * arrives waits for the log that it is written to.
 */
async function compress(bytes: Uint8Array): Promise<StoredBytes> {
  const brotli = await promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 },
  });
  const compressed = brotli.byteLength < bytes.byteLength;
  return { bytes: compressed ? brotli : bytes, compressed };
}

/** In one go: each 16 KiB that come without being asked for so much are a way to the pool of threads and back. */
const decompress = (bytes: Uint8Array) => promisify(brotliDecompress)(bytes, { chunkSize: CHUNK });

/** What is said when an upload is gone that still arrives: others took its process for dead. */
const interrupted = () =>
  new Refusal(
    "unavailable",
    "The upload was interrupted on the way to the database: send it again.",
    {
      retry_after_seconds: 5,
    },
  );

/**
 * Stores pieces in one go, all of them or none.
 *
 * @param smaller whether they are to be compressed: what saves others from waiting takes whoever waits for the import
 *   twice as long
 * @throws Refusal "unavailable" if there is no such upload any more
 */
export async function storeChunks(
  db: Database,
  importId: string,
  chunks: readonly Chunk[],
  { smaller }: { smaller: boolean },
): Promise<void> {
  const pieces = chunks.map(async ({ bytes, ...place }) => ({
    ...place,
    ...(smaller ? await compress(bytes) : { bytes, compressed: false }),
  }));
  for (const piece of pieces) piece.catch(() => undefined); // met where it is awaited
  try {
    await sqlTransaction(db, async (client) => {
      // What queues the upload brings them to disk: before that nobody was told that they are there.
      await client.query("SET LOCAL synchronous_commit = off");
      // Each as soon as it is compressed, while the others still are.
      for (const piece of pieces) {
        const { file, chunk, bytes, compressed } = await piece;
        await copyInto(client, {
          target: "import_chunks (import_id, file, chunk, bytes, compressed)",
          rows: () => {
            const made = new CopyRows(5).row().uuid(importId).int(file).int(chunk);
            return made.bytes(bytes).boolean(compressed);
          },
        });
      }
    });
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "23503";
    throw isGone ? interrupted() : error;
  }
}

export async function storeFiles(
  sql: Sql,
  importId: string,
  files: readonly StoredFile[],
): Promise<void> {
  if (files.length === 0) return;
  await sql.query(
    `INSERT INTO import_files (import_id, file, path, bytes, refused)
     SELECT $1, * FROM unnest($2::int[], $3::text[], $4::bigint[], $5::text[])`,
    [
      importId,
      files.map(({ file }) => file),
      files.map(({ path }) => path),
      files.map(({ bytes }) => bytes),
      files.map(({ refused }) => refused),
    ],
  );
}

/**
 * Says that an upload is complete and waits to be run.
 *
 * @throws Refusal "unavailable" if there is no such upload any more
 */
export async function queueUpload(
  sql: Sql,
  importId: string,
  { files, bytes }: { files: number; bytes: number },
): Promise<void> {
  const { rowCount } = await sql.query(
    "UPDATE imports SET state = 'queued', files = $2, bytes = $3 WHERE id = $1 AND state = 'receiving'",
    [importId, files, bytes],
  );
  if (rowCount !== 1) throw interrupted();
}

/** The stored files from one on, a page at a time. */
export async function* storedFiles(
  sql: Sql,
  importId: string,
  { from }: { from: number },
): AsyncGenerator<StoredPage> {
  const page = 500;
  for (let next = from; ; ) {
    const { rows } = await sql.query<StoredPage>(
      `SELECT file, path, bytes::float8 AS bytes, refused, address, fetched FROM import_files
       WHERE import_id = $1 AND file >= $2 ORDER BY file LIMIT $3`,
      [importId, next, page],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < page) return;
    next = last.file + 1;
  }
}

/** Notes pages that are to be fetched for an import, in their order; some are refused from the beginning. */
export async function storeAddresses(
  sql: Sql,
  importId: string,
  pages: readonly {
    readonly path: string;
    readonly address: PageAddress;
    readonly fetched: PageFetched | null;
  }[],
): Promise<void> {
  await sql.query(
    `INSERT INTO import_files (import_id, file, path, address, fetched)
     SELECT $1, at - 1, path, address, fetched
     FROM unnest($2::text[], $3::jsonb[], $4::jsonb[]) WITH ORDINALITY AS page (path, address, fetched, at)`,
    [
      importId,
      pages.map(({ path }) => path),
      pages.map(({ address }) => JSON.stringify(address)),
      pages.map(({ fetched }) => (fetched === null ? null : JSON.stringify(fetched))),
    ],
  );
  await sql.query("UPDATE imports SET files = $2 WHERE id = $1", [importId, pages.length]);
}

/** The pages of an import that wait to be fetched, in their order. */
export async function waitingPages(
  sql: Sql,
  importId: string,
): Promise<{ file: number; address: PageAddress }[]> {
  const { rows } = await sql.query<{ file: number; address: PageAddress }>(
    `SELECT file, address FROM import_files
     WHERE import_id = $1 AND address IS NOT NULL AND fetched IS NULL ORDER BY file`,
    [importId],
  );
  return rows;
}

/** Stores what came of fetching a page, with its bytes if there are any: all of it, or nothing. */
export async function storePage(
  db: Database,
  key: { readonly importId: string; readonly file: number },
  { fetched, bytes }: { readonly fetched: PageFetched; readonly bytes: Uint8Array },
): Promise<void> {
  const { importId, file } = key;
  await sqlTransaction(db, async (sql) => {
    for (let at = 0, chunk = 0; at < bytes.byteLength; at += CHUNK, chunk += 1) {
      const piece = await compress(bytes.subarray(at, at + CHUNK));
      await sql.query(
        `INSERT INTO import_chunks (import_id, file, chunk, bytes, compressed) VALUES ($1, $2, $3, $4, $5)`,
        [importId, file, chunk, Buffer.from(piece.bytes), piece.compressed],
      );
    }
    await sql.query(
      `WITH page AS (
         UPDATE import_files SET fetched = $3, bytes = $4 WHERE import_id = $1 AND file = $2
       )
       UPDATE imports SET bytes = bytes + $4 WHERE id = $1`,
      [importId, file, JSON.stringify(fetched), bytes.byteLength],
    );
  });
}

/** The bytes of a stored file. The next piece is fetched and unpacked while one is read. */
export async function* storedBytes(
  sql: Sql,
  importId: string,
  file: number,
): AsyncGenerator<Uint8Array> {
  const piece = async (chunk: number): Promise<Uint8Array | null> => {
    const { rows } = await sql.query<{ bytes: Buffer; compressed: boolean }>({
      name: "import-chunk",
      text: "SELECT bytes, compressed FROM import_chunks WHERE import_id = $1 AND file = $2 AND chunk = $3",
      values: [importId, file, chunk],
    });
    const stored = rows[0];
    if (!stored) return null;
    return stored.compressed ? decompress(stored.bytes) : stored.bytes;
  };
  let next = piece(0);
  for (let chunk = 1; ; chunk += 1) {
    const bytes = await next;
    if (bytes === null) return;
    next = piece(chunk);
    // Its failure is met at the next await; until then it must not count as unheard.
    next.catch(() => undefined);
    yield bytes;
  }
}

/** The total size of the stored files before one, in bytes. */
export async function bytesBefore(sql: Sql, importId: string, file: number): Promise<number> {
  const { rows } = await sql.query<{ bytes: number }>(
    `SELECT coalesce(sum(bytes), 0)::float8 AS bytes
     FROM import_files WHERE import_id = $1 AND file < $2`,
    [importId, file],
  );
  return rows[0]?.bytes ?? 0;
}
