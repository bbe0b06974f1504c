import { once } from "node:events";
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { operator } from "@/lib/access/actor";
import type { SourceFile } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing";
import { createProject } from "@/lib/workflow/projects";
import { type Bench, type Figure, quantile } from "./figure";

const ARTICLES = 20_000;

/** The text of the article that the figures speak of has so many bytes. */
const SIZE = 4300;

/** What an import writes for each article, in the order of writing. */
const tables = ["articles", "article_versions", "article_search", "import_items"] as const;

/**
 * Importing Markdown articles of one real article's size through the workflow, as the command line
 * does, beside PostgreSQL's own COPY of the rows that this makes.
 */
export const bench: Bench = async ({ scale, log }) => {
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
    const client = await database().pool.connect();
    try {
      for (const table of tables) await copyOut(client, table, join(folder, table));
      const same = await copyIn(client, folder, "INCLUDING ALL");
      const bare = await copyIn(client, folder, "");
      return figures({ count, took, memory, same, bare });
    } finally {
      client.release();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function figures(measured: {
  count: number;
  took: number;
  memory: number;
  same: number;
  bare: number;
}): Figure[] {
  const { count, took, memory, same, bare } = measured;
  return [
    {
      name: "import against COPY of the same rows into the same tables",
      value: same / took,
      unit: "× COPY",
      limit: { atLeast: 0.3 },
    },
    {
      name: "import against COPY into tables without keys, checks and indexes",
      value: bare / took,
      unit: "× COPY",
    },
    { name: "resident memory", value: memory, unit: "MB", limit: { atMost: 400 } },
    { name: "import", value: (count / took) * 1000, unit: "articles/s" },
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
async function copyIn(client: pg.PoolClient, folder: string, like: string): Promise<number> {
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
  const paragraphs: string[] = [];
  for (let size = 0; size < SIZE; ) {
    const sentence = () => `${Array.from({ length: 18 }, word).join(" ")}.`;
    const paragraph = `“${sentence()}” ${sentence()}`;
    paragraphs.push(paragraph);
    size += paragraph.length;
  }
  return `${head + paragraphs.join("\n\n")}\n\n---\n`;
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
