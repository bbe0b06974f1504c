// The second half of `npm start`, on Node 24: database, tables, samples, build, server.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onOrders } from "@/lib/cli/interrupt";
import { Refusal } from "@/lib/domain/refusal";
import {
  checkServer,
  closeDatabase,
  type Embedded,
  folderTrouble,
  inOurWords,
  isDatabaseTrouble,
  makeFolders,
  migrate,
  startEmbedded,
} from "@/lib/store/for-scripts";
import { log, takeConsole } from "@/lib/web/log";
import { serverAddress } from "@/lib/web/server-address";
import { readPagesBy } from "@/lib/workflow/importing/page-reader";
import { wakeJobsBy } from "@/lib/workflow/jobs";
import { mailSettings } from "@/lib/workflow/mailing";
import { loadSeeds } from "@/lib/workflow/seeding";
import { setupLink } from "@/lib/workflow/users";
import { type RunningWorker, sharesOf, startWorker } from "@/lib/workflow/worker";
import { ensureBuilt, isBuilt } from "./build";
import { nodeArgumentsOf, nodeFlags } from "./launch.mjs";
import { complain, step, tell } from "./progress.mjs";
import { loadPages, type Serving, serve } from "./serve";

const dev = process.argv.includes("--dev");
const withSeeds = !process.argv.includes("--no-seeds");

/** RFC 7518, 3.2: an HMAC key at least as long as its hash, 256 bits. */
const shortestSecret = 32;

const host = process.env.HOST || "127.0.0.1";
const port = Number(process.env.PORT || 3000);
const trustProxy = Number(process.env.TRUST_PROXY || 0);
const root = fileURLToPath(new URL("..", import.meta.url));
const dataDir = resolve(root, process.env.GAINSAY_DATA_DIR || ".data");
const given = process.env.DATABASE_URL || null;

// Nothing leaves the machine that nobody asked to be sent.
process.env.NEXT_TELEMETRY_DISABLED = "1";

// Developers read what Next says as it stands; of a server, everything but what we tell people is JSON.
if (!dev) takeConsole();

const stopping = new AbortController();

/** Milliseconds for which a database may be away while we start, and between two tries. */
const databasePatience = 60_000;
const databaseRetry = 500;

/** What has been started, and has to be ended again. */
let embedded: Embedded | null = null;
let serving: Serving | null = null;
let worker: RunningWorker | null = null;

/**
 * One step of starting, unless we were told to stop in the one before. It is begun again while the
 * database is away: it may be restarted by its operator, or by us.
 */
async function next<T>(work: () => Promise<T>): Promise<T> {
  const patientUntil = performance.now() + databasePatience;
  for (let told = false; ; told = true) {
    stopping.signal.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      const error = inOurWords(thrown);
      if (!isDatabaseTrouble(error) || performance.now() > patientUntil) throw error;
      if (!told) tell("The database went away; waiting for it to come back.");
      await pause(databaseRetry, undefined, { signal: stopping.signal });
    }
  }
}

async function boot(): Promise<void> {
  if (!Number.isInteger(trustProxy) || trustProxy < 0) {
    throw new Refusal(
      "invalid",
      "TRUST_PROXY is the number of proxies in front of Gainsay: 0, 1, 2 …",
    );
  }
  process.env.NEXTAUTH_SECRET = secret();
  const address = serverAddress(host, port);
  const reachedAt = publicUrl() ?? address;
  process.env.NEXTAUTH_URL = reachedAt;
  mailSettings(); // said wrong, it is refused before anything waits for it

  // Loading Next takes as long as starting the database: on the usual start, both at once.
  const loading = !dev && isBuilt() ? loadPages({ dev, host, port }) : null;
  loading?.catch(() => {}); // awaited below; until then a rejection is nobody's

  await step(given === null ? "Starting the database" : "Reaching the database", async () => {
    if (given === null) {
      const { signal } = stopping;
      const onNotice = (notice: string) => (serving === null ? tell(notice) : log.warn(notice));
      embedded = await startEmbedded({ dataDir, address, onNotice, signal });
      process.env.DATABASE_URL = embedded.url;
      embedded.notices.forEach(tell);
    } else {
      await checkServer(given, stopping.signal);
    }
  });
  const shares = sharesOf(Number(process.env.GAINSAY_POOL || 20));
  process.env.GAINSAY_POOL = String(shares.server);
  const url = process.env.DATABASE_URL ?? "";
  const { applied } = await next(() => migrate(url, { onNotice: tell }));
  if (applied.length > 0) tell(`✓ Updated the tables (${applied.join(", ")})`);
  if (withSeeds) {
    await next(() => step("Loading the samples", () => loadSeeds(), { evenIfQuick: false }));
  }
  stopping.signal.throwIfAborted();
  const program = await nodeArgumentsOf(join("scripts", "worker.ts"), { joined: true });
  const started = startWorker({
    script: program.at(-1) ?? "",
    execArgv: [...nodeFlags, ...program.slice(0, -1)],
    connections: shares,
    onDefect: (err) => log.error({ err }, "the worker ended, and is started again"),
  });
  worker = started;
  readPagesBy(join(root, "scripts", "page-reader.mjs"));
  wakeJobsBy((job) => started.doSoon(job));
  if (loading === null && !dev) await next(() => ensureBuilt(stopping.signal));

  const pages = await next(
    () => loading ?? step("Loading the pages", () => loadPages({ dev, host, port })),
  );
  const link = await next(() => setupLink(reachedAt));
  // Last of all: whoever is answered may rely on everything.
  serving = await next(() => serve(pages, { dev, host, port, trustProxy }));
  // At once: whoever waits for the first line may read the second right after it.
  const setUp = link === null ? "" : `\nSet up the first administrator, once: ${link}`;
  tell(`\nGainsay runs at ${address}${setUp}`);
}

/** Where people reach Gainsay, if that was said: providers send them back there. */
function publicUrl(): string | null {
  const said = process.env.NEXTAUTH_URL;
  if (!said) return null;
  if (/^https?:/.test(said) && URL.canParse(said)) {
    const { origin, pathname, search, hash } = new URL(said);
    if (pathname === "/" && search === "" && hash === "") return origin;
    throw new Refusal(
      "invalid",
      `NEXTAUTH_URL goes beyond a host (${pathname}${search}${hash}), and Gainsay can only be served at the root of one: give it a name of its own, such as https://gainsay.example.org.`,
    );
  }
  throw new Refusal(
    "invalid",
    "NEXTAUTH_URL is the address at which people reach Gainsay, such as https://gainsay.example.org.",
  );
}

/** The key that signs sessions: given, or made once and kept beside the embedded database. */
function secret(): string {
  const own = process.env.NEXTAUTH_SECRET;
  if (own !== undefined && own !== "") {
    if (own.length >= shortestSecret) return own;
    throw new Refusal(
      "invalid",
      `NEXTAUTH_SECRET has ${own.length} characters and needs at least ${shortestSecret}: make one with “openssl rand -base64 48”.`,
    );
  }
  if (given !== null && !dev) {
    throw new Refusal(
      "invalid",
      "NEXTAUTH_SECRET is missing: with DATABASE_URL set, every node needs the same one of at least 32 characters. Make it with “openssl rand -base64 48”.",
    );
  }
  const file = join(dataDir, "secret");
  try {
    const kept = readFileSync(file, "utf8").trim();
    if (kept.length >= shortestSecret) return kept;
  } catch {
    // made below
  }
  const made = randomBytes(48).toString("base64url");
  try {
    makeFolders(dataDir);
    writeFileSync(file, `${made}\n`, { mode: 0o600 });
  } catch (error) {
    throw folderTrouble(dataDir, error);
  }
  return made;
}

/** Milliseconds in which a proxy hears that this node is not ready any more. */
const proxyHears = 1_000;

/** Milliseconds that an import gets to end its batch when all requests have ended; else it does it again. */
const restWithin = 500;

async function stop({ quiet = 0 }: { quiet?: number } = {}): Promise<void> {
  // While requests end, the database has time to write what it would write when it is stopped.
  void embedded?.expectStop();
  // What a job does in the meantime, another node or the next start goes on with.
  const resting = worker?.rest().catch(complain);
  await serving?.stop({ quiet }).catch(complain);
  await Promise.race([resting, pause(restWithin)]);
  // After the requests, some of which read in the worker; and both before the database.
  await Promise.all([worker?.stop().catch(complain), closeDatabase().catch(complain)]);
  await embedded?.stop().catch(complain);
}

// The second order ends us at once; the database's guard then stops the database.
onOrders((signal) => {
  if (stopping.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143);
  end({ quiet: signal === "SIGTERM" && !dev ? proxyHears : 0 });
});
// The channel closes when the launcher was killed.
process.on("disconnect", () => end({ quiet: 0 }));

// A request that breaks must not take the others with it.
process.on("unhandledRejection", (err) => log.error({ err }, "a defect outside of any request"));
process.on("uncaughtException", (err) => log.error({ err }, "a defect outside of any request"));

const booting = boot();

/** Closes what is open, once starting has come to an end of its own or to the end of a step. */
function end(options: { quiet: number }): void {
  if (stopping.signal.aborted) return;
  stopping.abort();
  tell("\nStopping …");
  void booting
    .catch(() => {})
    .then(() => stop(options))
    .then(() => process.exit(0));
}

try {
  await booting;
} catch (error) {
  // Told to stop while starting, which `end` sees to; else this is why it cannot start.
  if (!stopping.signal.aborted) {
    complain(inOurWords(error));
    await stop();
    process.exit(1);
  }
}
