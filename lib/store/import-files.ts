import { promisify } from "node:util";
import { brotliCompress, brotliDecompressSync, constants } from "node:zlib";
import { Refusal } from "@/lib/domain/refusal";
import { CopyRows, copyInto } from "./copy-rows";
import { type Database, type Sql, sqlTransaction } from "./database";

/** Uploaded files are stored in pieces of this size, in bytes, and handled one piece at a time. */
export const CHUNK = 1024 * 1024;

/** A piece of an uploaded file: file and chunk count from 0. */
export type Chunk = { readonly file: number; readonly chunk: number; readonly bytes: Uint8Array };

export type StoredFile = { readonly file: number; readonly path: string; readonly bytes: number };

/**
 * Makes half of usual text, in 3 ms a piece and off the server's own thread: whoever saves while an upload
 * arrives waits for the log that it is written to.
 */
const compress = (bytes: Uint8Array) =>
  promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 },
  });

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
 * @throws Refusal "unavailable" if there is no such upload any more
 */
export async function storeChunks(
  db: Database,
  importId: string,
  chunks: readonly Chunk[],
): Promise<void> {
  const smaller = await Promise.all(
    chunks.map(async (piece) => ({ ...piece, brotli: await compress(piece.bytes) })),
  );
  const rows = () => {
    const made = new CopyRows(5);
    for (const { file, chunk, bytes, brotli } of smaller) {
      const compressed = brotli.byteLength < bytes.byteLength;
      made.row().uuid(importId).int(file).int(chunk);
      made.bytes(compressed ? brotli : bytes).boolean(compressed);
    }
    return made;
  };
  try {
    await sqlTransaction(db, async (client) => {
      // What queues the upload brings them to disk: before that nobody was told that they are there.
      await client.query("SET LOCAL synchronous_commit = off");
      await copyInto(client, {
        target: "import_chunks (import_id, file, chunk, bytes, compressed)",
        rows,
      });
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
    `INSERT INTO import_files (import_id, file, path, bytes)
     SELECT $1, * FROM unnest($2::int[], $3::text[], $4::bigint[])`,
    [
      importId,
      files.map(({ file }) => file),
      files.map(({ path }) => path),
      files.map(({ bytes }) => bytes),
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
): AsyncGenerator<StoredFile> {
  const page = 500;
  for (let next = from; ; ) {
    const { rows } = await sql.query<StoredFile>(
      `SELECT file, path, bytes::float8 AS bytes FROM import_files
       WHERE import_id = $1 AND file >= $2 ORDER BY file LIMIT $3`,
      [importId, next, page],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < page) return;
    next = last.file + 1;
  }
}

/** The bytes of a stored file. */
export async function* storedBytes(
  sql: Sql,
  importId: string,
  file: number,
): AsyncGenerator<Uint8Array> {
  for (let chunk = 0; ; chunk += 1) {
    const { rows } = await sql.query<{ bytes: Buffer; compressed: boolean }>({
      name: "import-chunk",
      text: "SELECT bytes, compressed FROM import_chunks WHERE import_id = $1 AND file = $2 AND chunk = $3",
      values: [importId, file, chunk],
    });
    const stored = rows[0];
    if (!stored) return;
    yield stored.compressed ? brotliDecompressSync(stored.bytes) : stored.bytes;
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
