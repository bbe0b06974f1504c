import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";

/** Milliseconds between two files: whoever saves while one is made waits until it is on the disk. */
const EVERY = 1_000;

/**
 * Has the server make the files of its write-ahead log that it is to keep, `min_wal_size`, before they
 * are needed. A server makes a new file, of 16 MB, when it has nowhere else to write, and nobody's work
 * is saved meanwhile; files that a checkpoint no longer needs it takes again, and those are what a new
 * server has none of. So its log is moved on, empty, for as many files as there are to be, and then they
 * are no longer needed. Does nothing where they are there.
 *
 * @param every milliseconds between two files
 * @param room whether there is room on the disk for another one
 * @param signal ends it after the file that is being made; the next call goes on there
 * @throws whatever the server answers
 */
export async function makeLogAhead(
  url: string,
  {
    every = EVERY,
    room = () => true,
    signal,
  }: { every?: number; room?: () => boolean; signal?: AbortSignal } = {},
): Promise<void> {
  const client = new Client({ connectionString: url, application_name: "gainsay log" });
  client.on("error", () => undefined); // whoever asks next hears of it
  await client.connect();
  try {
    let made = 0;
    while (!signal?.aborted && room() && !(await isThere(client))) {
      // A log that stands at the beginning of a file would not be moved on.
      await client.query("SELECT pg_logical_emit_message(false, 'gainsay', ''), pg_switch_wal()");
      made += 1;
      await pause(every, undefined, { signal }).catch(() => undefined);
    }
    if (made > 0) await client.query("CHECKPOINT");
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function isThere(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT count(*) * pg_size_bytes(current_setting('wal_segment_size'))
              >= pg_size_bytes(current_setting('min_wal_size')) AS there
     FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'`,
  );
  return rows[0]?.there ?? true;
}
