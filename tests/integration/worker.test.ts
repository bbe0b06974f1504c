import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, connect, createServer } from "node:net";
import { getPriority } from "node:os";
import { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Client } from "pg";
import {
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { operator } from "@/lib/access/actor";
import type { SourceFile } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import { goLast } from "@/lib/store/priority";
import { exportDataset } from "@/lib/workflow/exporting";
import { importFiles, importOf, receiveImport } from "@/lib/workflow/importing";
import { type RunningWorker, sharesOf, startWorker } from "@/lib/workflow/worker";
import { aDatabase } from "../setup/database";
import { aFile, aFileOfCrossingSpans } from "../setup/files";
import { processId } from "../setup/process-id";
import { anArticle, aProject } from "../setup/world";

const script = fileURLToPath(new URL("../../scripts/worker.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

let project: { id: string; slug: string };
let worker: RunningWorker;
let defects: string[] = [];

beforeAll(async () => {
  await aDatabase();
  project = await aProject();
  for (let count = 0; count < 200; count += 1) {
    await anArticle(project.id, `Article ${count}. 😀 ${"x".repeat(3000)}`);
  }
});

async function read(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const dataset = async () => (await exportDataset(operator, project.slug)).bytes;

/** Until a worker is there: on a busy machine it starts for longer than a request waits for it. */
const untilThere = () =>
  vi.waitFor(async () => void (await (await dataset()).return(undefined)), { timeout: 60_000 });

/** Whether PostgreSQL's processes are of this machine, so that one may ask about them. */
const isHere = process.platform === "linux" && !process.env.TEST_DATABASE_URL;

/** What Linux says of a session: "/autogroup-118298 nice 0". */
function niceOfSession(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/autogroup`, "utf8").split(" ").at(-1));
}

/** The process that serves a connection. */
async function backendOf(client: Pick<Client, "query">): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return processId(rows[0]?.pid);
}

/** Snapshots that are held, by whichever process. */
async function snapshots(): Promise<number> {
  const { rows } = await database().pool.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
  );
  return rows[0]?.open ?? 0;
}

describe("a worker", () => {
  beforeEach(async () => {
    defects = [];
    worker = startWorker({
      script,
      execArgv: ["--import", tsx],
      connections: { worker: 4, places: 2 },
      onDefect: ({ message }) => defects.push(message),
    });
    await untilThere();
  });

  afterEach(() => worker.stop());

  test("a dataset made in the worker has the bytes of one made here, and takes no connection here", async () => {
    const { pool } = database();
    const bytes = await dataset();
    await bytes.next();
    expect(pool.totalCount - pool.idleCount).toBe(0);
    await bytes.return(undefined);
    const made = await read(await dataset());
    await worker.stop();
    expect(made).toBe(await read(await dataset()));
    expect(made.split("\n")).toHaveLength(201);
  });

  test("what is refused there is refused here", async () => {
    const crossing = await aProject();
    await importFiles(operator, crossing.slug, {
      format: "jsonl",
      files: [aFileOfCrossingSpans()],
    });
    const options = { format: "conll", layer: "all", overlap: "refuse" } as const;
    await expect(exportDataset(operator, crossing.slug, options)).rejects.toMatchObject({
      name: "Refusal",
      code: "unprocessable",
      message: expect.stringContaining("overlap in “Port”"),
      details: { version: 1, spans: [expect.any(String), expect.any(String)] },
    });
    await expect.poll(snapshots).toBe(0);
  });

  test("whoever waits for an import is told as soon as it is done with it, and of no other", async () => {
    const large = await aProject();
    const text = "A word and another one. ".repeat(100);
    const lines = Array.from({ length: 400 }, (_, n) => JSON.stringify({ text: `${text}${n}` }));
    const { id } = await receiveImport(operator, large.slug, {
      format: "jsonl",
      files: Readable.from([aFile("many.jsonl", lines.join("\n"))]),
    });
    const early = worker.leaving(randomUUID(), 1).then(() => "early");
    const told = worker.leaving(id, 120_000).then(() => "told");
    worker.doSoon({ kind: "import", id });
    expect(await Promise.race([early, told])).toBe("early");
    expect(await told).toBe("told");
    expect(await importOf(operator, large.slug, id)).toMatchObject({ state: "done", created: 400 });
  });

  describe("an upload", () => {
    const text = "A word and another one. ".repeat(500);
    const lines = Array.from({ length: 400 }, (_, n) => JSON.stringify({ text: `${text}${n}` }));
    const half = Buffer.from(`${lines.slice(0, 300).join("\n")}\n`);
    const rest = Buffer.from(lines.slice(300).join("\n"));

    /** Three quarters of it, what is done when they are there, and the rest. */
    async function* inTwo(between: () => Promise<void>) {
      for (let at = 0; at < half.length; at += 65_536) yield half.subarray(at, at + 65_536);
      await between();
      yield rest;
    }
    const oneFile = (between: () => Promise<void> = async () => undefined) => [
      { path: "many.jsonl", stream: inTwo(between) },
    ];

    /** Has files imported by the worker. */
    async function imported(files: readonly SourceFile[]) {
      const project = await aProject();
      const { id } = await receiveImport(operator, project.slug, {
        format: "auto",
        files: Readable.from(files),
      });
      const ended = worker.leaving(id, 120_000);
      worker.doSoon({ kind: "import", id });
      await ended;
      return importOf(operator, project.slug, id);
    }

    /** The same where nothing can be read of what is stored. */
    async function importedUnstored(files: readonly SourceFile[]) {
      const { pool } = database();
      await imported(oneFile()); // by then the worker listens
      await pool.query(`
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.bytes := '\\x00'; RETURN NEW; END $$;
        CREATE TRIGGER spoil BEFORE INSERT ON import_chunks FOR EACH ROW EXECUTE FUNCTION spoil()`);
      try {
        return await imported(files);
      } finally {
        await pool.query("DROP FUNCTION spoil CASCADE");
      }
    }

    test("is read while it arrives: what is stored of it is not asked for", async () => {
      expect(await importedUnstored(oneFile())).toMatchObject({ state: "done", created: 400 });
    });

    test.each([
      {
        what: "of more than 16 MiB",
        files: [aFile("a.jsonl", `${JSON.stringify({ text })}\n`.repeat(1500))],
      },
      {
        what: "of more than 1,000 files",
        files: Array.from({ length: 1001 }, (_, n) => aFile(`${n}.md`, `${n}`)),
      },
    ])("$what is read from what is stored", async ({ files }) => {
      expect(await importedUnstored(files)).toMatchObject({ created: 0 });
    });

    test("comes in whole, from what is stored of it, if the worker dies half-way", async () => {
      const dying = async () => {
        process.kill(processId(worker.pid), "SIGKILL");
        await vi.waitFor(() => expect(worker.pid).toBeNull());
        await untilThere();
      };
      const seen = await imported(oneFile(dying));
      expect(seen).toMatchObject({ state: "done", created: 400 });
      expect(defects.splice(0)).toEqual([expect.stringContaining("SIGKILL")]);
    });
  });

  test("several are read at once, each whole", async () => {
    const [one, other] = await Promise.all([dataset(), dataset()]);
    const [first, second] = await Promise.all([read(one), read(other)]);
    expect(first).toBe(second);
  });

  test("what nobody reads on holds nothing in the worker", async () => {
    const bytes = await dataset();
    await bytes.next();
    await expect.poll(snapshots).toBe(1);
    await bytes.return(undefined);
    await expect.poll(snapshots).toBe(0);
  });

  test.runIf(isHere)("PostgreSQL serves the requests of the server before it", async () => {
    const bytes = await dataset();
    await bytes.next();
    const { rows } = await database().pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%, batch AS (%'`,
    );
    const ours = getPriority(await backendOf(database().pool));
    const nicer = rows.filter(({ pid }) => getPriority(processId(pid)) > ours);
    expect(rows.length).toBeGreaterThan(0);
    expect(nicer).toEqual(rows);
    await bytes.return(undefined);
  });

  test.runIf(isHere && existsSync("/proc/self/autogroup"))(
    "a system that shares the processor among sessions serves the server's before the worker's",
    async () => {
      const bytes = await dataset();
      await bytes.next();
      const { rows } = await database().pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%, batch AS (%'`,
      );
      const last = [processId(worker.pid), ...rows.map(({ pid }) => processId(pid))];
      const first = [process.pid, await backendOf(database().pool)];
      expect(last.length).toBeGreaterThan(1);
      await vi.waitFor(() => expect(last.map(niceOfSession)).toEqual(last.map(() => 10)), {
        timeout: 10_000,
      });
      expect(first.map(niceOfSession)).toEqual([0, 0]);
      await bytes.return(undefined);
    },
  );

  test("a dataset that is never begun gives its place back", async () => {
    for (let time = 0; time < 4; time += 1) await (await dataset()).return(undefined);
  });

  test("more than there are places for are told to wait", async () => {
    const held = await Promise.all([dataset(), dataset()]);
    await expect(dataset()).rejects.toMatchObject({
      code: "unavailable",
      details: { retry_after_seconds: expect.any(Number) },
    });
    for (const bytes of held) await bytes.return(undefined);
    await (await dataset()).return(undefined);
  });

  test("if the worker is killed, what is read breaks off, and the next one is made by another", async () => {
    const bytes = await dataset();
    await bytes.next();
    const before = worker.pid;
    process.kill(processId(before), "SIGKILL");
    await expect(read(bytes)).rejects.toThrow("The worker ended");
    expect(defects).toEqual(["The worker ended (SIGKILL)."]);
    await untilThere();
    expect((await read(await dataset())).split("\n")).toHaveLength(201);
    expect(worker.pid).not.toBe(before);
  });

  test("trouble on the way breaks it off too, and the worker goes on", async () => {
    const bytes = await dataset();
    await bytes.next();
    await database().pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
    );
    await expect(read(bytes)).rejects.toThrow();
    expect((await read(await dataset())).split("\n")).toHaveLength(201);
    expect(defects).toEqual([]);
  });

  test("stopping ends it, and breaks off what is read", async () => {
    const bytes = await dataset();
    await bytes.next();
    await worker.stop();
    expect(worker.pid).toBe(null);
    await expect(read(bytes)).rejects.toThrow("The worker ended");
    expect(defects).toEqual([]);
    await expect.poll(snapshots).toBe(0);
  });

  test("signals to all processes of a group leave it to the server to end it", async () => {
    const bytes = await dataset();
    await bytes.next();
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.kill(processId(worker.pid), signal);
    expect((await read(bytes)).length).toBeGreaterThan(0);
    expect(defects).toEqual([]);
  });
});

test.runIf(isHere)(
  "a process is left alone that only happens to have the number of one that serves us",
  async () => {
    // Whoever is reached through another machine may have any number there.
    const url = new URL(process.env.DATABASE_URL ?? "");
    const { hostname, port } = url;
    const behind = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.on("error", () => undefined);
      far.on("error", () => undefined);
      near.pipe(far).pipe(near);
    });
    await once(behind.listen(0, "127.0.0.1"), "listening");
    url.port = String((behind.address() as AddressInfo).port);
    const client = new Client({ connectionString: url.href });
    onTestFinished(async () => {
      await client.end();
      behind.close();
    });
    await client.connect();
    const backend = await backendOf(client);
    const before = getPriority(backend);
    expect(goLast(client)).toBe(false);
    expect(getPriority(backend)).toBe(before);
  },
);

test.for([
  { connections: 20, server: 10, worker: 10, places: 4 },
  { connections: 10, server: 2, worker: 8, places: 2 },
  { connections: 1, server: 2, worker: 7, places: 1 },
])(
  "of $connections connections the server has $server, and $places read",
  ({ connections, ...shares }) => {
    expect(sharesOf(connections)).toEqual(shares);
  },
);

test("one that ends as soon as it starts is started again, each time later", async () => {
  const ends: number[] = [];
  const failing = startWorker({
    script,
    execArgv: ["--eval", "process.exit(3)"],
    connections: { worker: 4, places: 2 },
    onDefect: () => ends.push(performance.now()),
  });
  await expect.poll(() => ends.length).toBe(4);
  await failing.stop();
  const pauses = ends.slice(1).map((end, index) => end - (ends[index] ?? end));
  // At least: a process takes its time to start and to end.
  for (const [index, least] of [500, 1000, 2000].entries()) {
    expect(pauses[index]).toBeGreaterThan(least - 5);
  }
});
