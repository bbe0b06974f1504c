import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "@/lib/domain/refusal";
import { closeDatabase, database, withoutHurry } from "@/lib/store/database";
import { type Migrated, migrate } from "@/lib/store/schema/migrate";
import { isMigrated } from "@/lib/store/schema/readiness";
import {
  embeddedUrl,
  keepEmbedded,
  releaseEmbedded,
  startEmbedded,
} from "@/lib/store/server/embedded";
import { checkServer } from "@/lib/store/server/reachable";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the embedded database lives: one place for a checkout, wherever a command is called from. */
const dataDir = () => resolve(root, process.env.GAINSAY_DATA_DIR || ".data");

const given = () => process.env.DATABASE_URL || null;

export type Connection = { close(): Promise<void> };

/**
 * Connects this process to the database: the one at DATABASE_URL, or the embedded one, which is
 * joined if it runs and else runs until the connection is closed.
 *
 * A database of one's own may have app nodes on it that are older than this code, so it is migrated
 * on demand only; the embedded one belongs to this checkout.
 *
 * @param migrated false for what works on any state of the tables
 * @throws Refusal "unavailable" with the remedy
 */
export async function connect({
  migrated = true,
  onNotice = () => {},
}: {
  migrated?: boolean;
  onNotice?: (notice: string) => void;
} = {}): Promise<Connection> {
  const url = given();
  if (url !== null) {
    await checkServer(url);
    await withoutHurry();
    if (migrated && !(await isMigrated(database().pool, root).catch(() => false))) {
      await closeDatabase();
      throw new Refusal(
        "unavailable",
        "The tables of this database are not those of this version: run “gainsay db migrate”.",
      );
    }
    return { close: closeDatabase };
  }
  const embedded = await startEmbedded({ dataDir: dataDir(), onNotice });
  embedded.notices.forEach(onNotice);
  process.env.DATABASE_URL = embedded.url;
  await withoutHurry();
  const close = async () => {
    await closeDatabase();
    await embedded.stop();
  };
  try {
    if (migrated) await migrate(embedded.url, { onNotice });
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

/**
 * Brings the tables of the connected database up to this code, and fills what is derived.
 *
 * @param onNotice told in a sentence how far a long filling is
 */
export function migrateDatabase({
  onNotice,
}: {
  onNotice: (notice: string) => void;
}): Promise<Migrated> {
  return migrate(database().url, { onNotice });
}

/** @throws Refusal "unavailable" if the embedded database is meant and does not run */
export async function databaseUrl(): Promise<string> {
  const url = given() ?? (await embeddedUrl(dataDir()));
  if (url !== null) return url;
  throw new Refusal(
    "unavailable",
    "The embedded database does not run: start it with “gainsay db start”.",
  );
}

/**
 * Starts the embedded database and leaves it running.
 *
 * @returns its URL
 * @throws Refusal "conflict" if DATABASE_URL names another one
 */
export function startDatabase(): Promise<string> {
  refuseGiven();
  return keepEmbedded(dataDir());
}

/**
 * Lets the embedded database stop.
 *
 * @returns whether it has stopped: it goes on while another command uses it
 * @throws Refusal "unavailable" if the app runs on it, "conflict" if DATABASE_URL names another one
 */
export function stopDatabase(): Promise<boolean> {
  refuseGiven();
  return releaseEmbedded(dataDir());
}

function refuseGiven(): void {
  if (given() === null) return;
  throw new Refusal(
    "conflict",
    "DATABASE_URL is set, so the database is not Gainsay's to start or stop.",
  );
}
