import { once } from "node:events";
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { z } from "zod";
import { operator } from "@/lib/access/actor";
import type { SourceFile } from "@/lib/formats/source-file";
import { closeDatabase, database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing";
import { makeSearchable } from "@/lib/workflow/making-searchable";
import { createProject } from "@/lib/workflow/projects";
import { createTokenFor } from "@/lib/workflow/tokens";
import { addUser } from "@/lib/workflow/users";
import { type Bench, type BenchEnvironment, type Figure, quantile } from "./figure";
import { startLabelStudio, type Task } from "./peers/label-studio/label-studio";

const ARTICLES = 20_000;

/** The text of the article that the figures speak of has so many bytes. */
const SIZE = 4300;

/** Articles with spans, and how many each has. */
const ANNOTATED = 10_000;
const SPANS = 60;

/** What is sent over HTTP, to Label Studio as well: so many articles, with so many spans. */
const SENT = 2_000;
const SENT_SPANS = 50;

/** An odd number, of which the middle counts. */
const ROUNDS = 7;

/** What an import writes until it says that it is done, in the order of writing. */
const tables = ["articles", "article_versions", "search_waiting", "import_items"] as const;
const annotatedTables = [...tables, "annotation_sets", "spans"] as const;

type Table = (typeof annotatedTables)[number];

/**
 * Importing articles of one real article's size: through the workflow, as the command line does, beside
 * PostgreSQL's own COPY of the rows that this makes; and over HTTP, beside Label Studio.
 */
export const bench: Bench = async (environment) => [
  ...(await plainArticles(environment)),
  ...(await annotatedArticles(environment)),
  ...(await besideLabelStudio(environment)),
];

async function plainArticles({ scale, log }: BenchEnvironment): Promise<Figure[]> {
  const count = Math.max(200, Math.round(ARTICLES * scale));
  const folder = mkdtempSync(join(tmpdir(), "gainsay-bench-import-"));
  try {
    const offsets = await writeArticles(join(folder, "articles"), count);
    await createProject(operator, { slug: "bench", title: "Bench" });
    log(`${count} articles of ${SIZE} bytes`);
    const began = performance.now();
    const summary = await importFiles(operator, "bench", {
      format: "markdown",
      files: readArticles(join(folder, "articles"), offsets),
    });
    const took = performance.now() - began;
    const memory = process.resourceUsage().maxRSS / 1000;
    if (summary.created !== count) throw new Error(`${summary.created} of ${count} came in.`);
    const { same, bare } = await copies(folder, tables);
    const behind = performance.now();
    await makeSearchable();
    const searchable = took + performance.now() - behind;
    return figures({ count, took, searchable, memory, same, bare });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function annotatedArticles({ scale, log }: BenchEnvironment): Promise<Figure[]> {
  const count = Math.max(200, Math.round(ANNOTATED * scale));
  const folder = mkdtempSync(join(tmpdir(), "gainsay-bench-import-"));
  try {
    await pipeline(
      Readable.from(linesOf(tasks(count, SPANS))),
      createWriteStream(join(folder, "lines")),
    );
    // What is copied is all that is in these tables.
    await database().pool.query(`TRUNCATE projects, ${annotatedTables.join(", ")} CASCADE`);
    await createProject(operator, { slug: "annotated", title: "Annotated" });
    log(`${count} articles with ${SPANS} spans each`);
    const stream = createReadStream(join(folder, "lines"));
    const began = performance.now();
    const { created, warnings } = await importFiles(operator, "annotated", {
      format: "jsonl",
      files: [{ path: "articles.jsonl", stream }],
    });
    const took = performance.now() - began;
    if (created !== count || warnings.length > 0) {
      throw new Error(`${created} of ${count} came in, with ${warnings.length} warnings.`);
    }
    const { same } = await copies(folder, annotatedTables);
    return [
      {
        name: `import of articles with ${SPANS} spans against COPY of the same rows into the same tables`,
        value: same / took,
        unit: "× COPY",
        limit: { atLeast: 0.5 },
      },
      {
        name: `import of articles with ${SPANS} spans`,
        value: (count / took) * 1000,
        unit: "articles/s",
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds until an import over HTTP says that it is done, and until what it brought is found. */
type Sent = { readonly done: number; readonly searchable: number };

async function besideLabelStudio({
  startServer,
  freshDatabase,
  scale,
  log,
}: BenchEnvironment): Promise<Figure[]> {
  const count = Math.max(200, Math.round(SENT * Math.min(1, scale * 10)));
  const databaseUrl = await freshDatabase();
  const server = await startServer({ databaseUrl });
  const token = await inDatabase(databaseUrl, async () => {
    const email = "bench@example.org";
    await addUser(operator, { email, name: "Bench", siteAdmin: true, password: null });
    return (await createTokenFor(email, "bench")).token;
  });
  const peer = await startLabelStudio(log);
  try {
    const figures: Figure[] = [];
    for (const spans of [0, SENT_SPANS]) {
      const articles = [...tasks(count, spans)];
      const lines = [...linesOf(articles)].join("");
      const what = `${count} articles ${spans === 0 ? "without spans" : `with ${spans} spans each`}`;
      log(`${what}, over HTTP`);
      const ours: Sent[] = [];
      const theirs: number[] = [];
      // In turns, so that whatever else the machine does meets both; the first of each is for warming up.
      for (let round = 0; round <= ROUNDS; round += 1) {
        const sent = await send({ baseUrl: server.baseUrl, token }, `s${spans}-${round}`, lines);
        const took = await peer?.import(articles);
        log(
          `  ${Math.round(sent.done)} ms, ${Math.round(sent.searchable)} until found; Label Studio ${Math.round(took ?? Number.NaN)}`,
        );
        if (round === 0) continue;
        ours.push(sent);
        if (took !== undefined) theirs.push(took);
      }
      const done = quantile(
        ours.map((one) => one.done),
        0.5,
      );
      if (theirs.length > 0) {
        const took = quantile(theirs, 0.5);
        figures.push(
          {
            name: `import over HTTP against Label Studio, ${what}`,
            value: done / took,
            unit: "× its time",
            limit: { atMost: 1 },
          },
          { name: `Label Studio, ${what}`, value: took, unit: "ms" },
        );
      }
      figures.push(
        { name: `import over HTTP, ${what}`, value: done, unit: "ms" },
        {
          name: `until all is searchable, ${what}`,
          value: quantile(
            ours.map((one) => one.searchable),
            0.5,
          ),
          unit: "ms",
        },
      );
    }
    return figures;
  } finally {
    await peer?.stop();
    await server.stop();
  }
}

/** Does something on another database than the suite's. */
async function inDatabase<T>(url: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.DATABASE_URL;
  await closeDatabase();
  process.env.DATABASE_URL = url;
  try {
    return await work();
  } finally {
    await closeDatabase();
    process.env.DATABASE_URL = before;
  }
}

const Received = z.object({
  id: z.string(),
  finished_at: z.string().nullable(),
  created: z.number(),
});
const Page = z.object({ not_searchable: z.number() });

/** Imports lines into a project of their own. */
async function send(
  { baseUrl, token }: { baseUrl: string; token: string },
  slug: string,
  lines: string,
): Promise<Sent> {
  const ask = async (path: string, body?: { type: string; text: string }) => {
    const answer = await fetch(`${baseUrl}/api/v1${path}`, {
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body && { "Content-Type": body.type }),
      },
      ...(body && { method: "POST", body: body.text }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  await ask("/projects", { type: "application/json", text: JSON.stringify({ slug, title: slug }) });
  const project = `/projects/${slug}`;
  const began = performance.now();
  let run = Received.parse(
    await ask(`${project}/imports?wait=50`, { type: "application/x-ndjson", text: lines }),
  );
  while (run.finished_at === null) {
    run = Received.parse(await ask(`${project}/imports/${run.id}?wait=50`));
  }
  const done = performance.now() - began;
  const count = lines.split("\n").length - 1;
  if (run.created !== count) throw new Error(`${run.created} of ${count} came in.`);
  while (Page.parse(await ask(`${project}/articles?limit=1`)).not_searchable > 0) await pause(20);
  return { done, searchable: performance.now() - began };
}

/** Articles in plain text, each with so many words labelled. */
function* tasks(count: number, spans: number): Generator<Task> {
  const words = wordsOfSeeds();
  const random = seeded(2025);
  const labels = ["claim", "denial", "attribution"] as const;
  for (let article = 0; article < count; article += 1) {
    const text = paragraphsOf(() => words[random(words.length)] ?? "").join("\n\n");
    const found = [...text.matchAll(/\p{L}[\p{L}’]*/gu)];
    const step = Math.floor(found.length / Math.max(spans, 1));
    yield {
      text,
      spans: Array.from({ length: spans }, (_, index) => {
        const { 0: quote = "", index: start = 0 } = found[index * step] ?? {};
        return { label: labels[index % 3] ?? "claim", start, end: start + quote.length, quote };
      }),
    };
  }
}

/** The same as lines that we read. */
function* linesOf(articles: Iterable<Task>): Generator<string> {
  for (const { text, spans } of articles) {
    const marked = spans.map(({ label, start, end }) => ({ label, start, end }));
    yield `${JSON.stringify({ title: text.slice(0, 60), text, ...(marked.length > 0 && { spans: marked }) })}\n`;
  }
}

/**
 * Takes what is in tables out, and in again by COPY: into tables with all keys, checks and indexes, but without foreign
 * keys, and into bare ones.
 *
 * @returns milliseconds
 */
async function copies(
  folder: string,
  of: readonly Table[],
): Promise<{ same: number; bare: number }> {
  const client = await database().pool.connect();
  try {
    await client.query("SET statement_timeout = 0");
    for (const table of of) await copyOut(client, table, join(folder, table));
    const same = await copyIn(client, folder, of, "INCLUDING ALL");
    return { same, bare: await copyIn(client, folder, of, "") };
  } finally {
    client.release(true);
  }
}

function figures(measured: {
  count: number;
  took: number;
  searchable: number;
  memory: number;
  same: number;
  bare: number;
}): Figure[] {
  const { count, took, searchable, memory, same, bare } = measured;
  return [
    {
      name: "import against COPY of the same rows into the same tables",
      value: same / took,
      unit: "× COPY",
      limit: { atLeast: 0.5 },
    },
    {
      name: "import against COPY into tables without keys, checks and indexes",
      value: bare / took,
      unit: "× COPY",
    },
    { name: "resident memory", value: memory, unit: "MB", limit: { atMost: 400 } },
    { name: "import", value: (count / took) * 1000, unit: "articles/s" },
    { name: "until all is searchable", value: (count / searchable) * 1000, unit: "articles/s" },
    { name: "COPY into the same tables", value: (count / same) * 1000, unit: "articles/s" },
    { name: "COPY into bare tables", value: (count / bare) * 1000, unit: "articles/s" },
  ];
}

async function copyOut(client: pg.PoolClient, table: string, path: string): Promise<void> {
  await pipeline(client.query(copyTo(`COPY ${table} TO STDOUT`)), createWriteStream(path));
}

/**
 * @param like what of the tables the copies have beside their columns
 * @returns milliseconds, the middle one of three runs
 */
async function copyIn(
  client: pg.PoolClient,
  folder: string,
  tables: readonly Table[],
  like: string,
): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    for (const table of tables) {
      await client.query(`DROP TABLE IF EXISTS bench_${table}`);
      await client.query(`CREATE TABLE bench_${table} (LIKE ${table} ${like})`);
    }
    const began = performance.now();
    for (const table of tables) {
      const rows = createReadStream(join(folder, table), { highWaterMark: 1024 * 1024 });
      await pipeline(rows, client.query(copyFrom(`COPY bench_${table} FROM STDIN`)));
    }
    took.push(performance.now() - began);
  }
  return quantile(took, 0.5);
}

/** Writes the articles one after another into one file; article n lies from offset n to n + 1. */
async function writeArticles(path: string, count: number): Promise<number[]> {
  const words = wordsOfSeeds();
  const random = seeded(2024);
  const file = createWriteStream(path);
  const offsets = [0];
  for (let article = 0; article < count; article += 1) {
    const bytes = Buffer.from(anArticle(article, () => words[random(words.length)] ?? ""));
    offsets.push((offsets.at(-1) ?? 0) + bytes.length);
    if (!file.write(bytes)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return offsets;
}

/** An article of the seeds' form: paragraphs of some sentences, as news has them. */
function anArticle(number: number, word: () => string): string {
  const head = `# Article ${number}: ${Array.from({ length: 8 }, word).join(" ")}

Published :\`2024-07-30 14:35:34\`

---

`;
  return `${head + paragraphsOf(word).join("\n\n")}\n\n---\n`;
}

function paragraphsOf(word: () => string): string[] {
  const paragraphs: string[] = [];
  for (let size = 0; size < SIZE; ) {
    const sentence = () => `${Array.from({ length: 18 }, word).join(" ")}.`;
    const paragraph = `“${sentence()}” ${sentence()}`;
    paragraphs.push(paragraph);
    size += paragraph.length;
  }
  return paragraphs;
}

/** The words of the English seeds as often as they stand there: common ones come often. */
function wordsOfSeeds(): string[] {
  const seeds = ["07-the-lantern-network", "12-influence-for-hire-hearing"];
  const text = seeds.map((name) =>
    readFileSync(new URL(`../../seeds/${name}.md`, import.meta.url), "utf8"),
  );
  return text.join(" ").match(/\p{L}[\p{L}’]*/gu) ?? [];
}

/** Whole numbers below a bound, the same in each run (a linear congruential generator). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The articles as files of an import, read from the disk a piece at a time. */
async function* readArticles(path: string, offsets: readonly number[]): AsyncGenerator<SourceFile> {
  let held: Buffer = Buffer.alloc(0);
  let from = 0;
  let article = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    held = Buffer.concat([held, piece]);
    for (let end = offsets[article + 1]; end !== undefined; end = offsets[article + 1]) {
      if (end > from + held.length) break;
      const bytes = held.subarray((offsets[article] ?? 0) - from, end - from);
      yield { path: `articles/${article}.md`, stream: only(bytes) };
      article += 1;
    }
    const done = (offsets[article] ?? 0) - from;
    held = Buffer.from(held.subarray(done));
    from += done;
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
