import { Client } from "pg";
import { operator } from "@/lib/access/actor";
import type { ArticleRecord } from "@/lib/domain/record";
import { defaultScheme } from "@/lib/domain/scheme";
import { parquetOfArticles } from "@/lib/formats/article-table";
import { LostInWriting } from "@/lib/formats/writing";
import { exportDataset } from "@/lib/workflow/exporting";
import { exported, fillWithAnnotated } from "./exporting";
import type { BenchEnvironment, Figure } from "./figure";
import { quantile } from "./figure";
import { PROJECT } from "./project";

const SPANS = 50;
const RUNS = 3;

/** Records that are written again and again: some megabytes. */
const KEPT = 1_000;

/**
 * 20,000 articles of some 4,300 characters with 50 spans each, as Parquet. Speed is that of the same records as JSON
 * lines, in bytes: of the writer alone, from records in memory, in time of the processor, which others do not slow
 * down; and of the export with all that it reads.
 */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const articles = Math.round(20_000 * env.scale);
  env.log(`making ${articles} articles with ${SPANS} spans each`);
  const client = new Client({ connectionString: env.databaseUrl });
  await client.connect();
  try {
    await fillWithAnnotated(client, { articles, spans: SPANS });
  } finally {
    await client.end();
  }
  await exported(); // measured on a warm cache, as the lines are
  const parquet = await exported("parquet");
  const memory = process.resourceUsage().maxRSS / 1024;
  const folder = await exported("dataset");
  const ofFolder = process.resourceUsage().maxRSS / 1024;
  const lines = await exported("jsonl");
  const megabytes = lines.bytes / 1e6;
  return [
    {
      name: "Parquet, the writer alone, of the records as JSON lines",
      value: await writing(),
      unit: "MB/s",
      limit: { atLeast: 20 },
    },
    {
      name: "export as Parquet, of the records as JSON lines",
      value: megabytes / (parquet.ms / 1000),
      unit: "MB/s",
      limit: { atLeast: 20 },
    },
    {
      name: "export as Parquet, resident memory",
      value: memory,
      unit: "MB",
      limit: { atMost: 400 },
    },
    {
      name: "export as Parquet, size against JSON lines",
      value: parquet.bytes / lines.bytes,
      unit: "× JSON lines",
    },
    {
      name: "export of a dataset folder in an archive, of the records as JSON lines",
      value: megabytes / (folder.ms / 1000),
      unit: "MB/s",
    },
    {
      name: "export of a dataset folder, resident memory",
      value: ofFolder,
      unit: "MB",
      limit: { atMost: 400 },
    },
  ];
}

/** Megabytes of JSON lines in a second of the processor, of which the same Parquet is made. */
async function writing(): Promise<number> {
  const { bytes } = await exportDataset(operator, PROJECT, { layer: "reviewers" });
  let text = "";
  const records: ArticleRecord[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    const whole = text.split("\n");
    text = whole.pop() ?? "";
    for (const line of whole) records.push(JSON.parse(line));
    if (records.length >= KEPT) break;
  }
  const size = records.reduce((sum, record) => sum + Buffer.byteLength(JSON.stringify(record)), 0);
  const times: number[] = [];
  for (let run = 0; run < 2 * RUNS; run += 1) {
    const started = process.cpuUsage();
    const file = parquetOfArticles({ scheme: defaultScheme });
    const lost = new LostInWriting();
    for (const record of records) file.add(record, lost);
    file.end();
    const { user, system } = process.cpuUsage(started);
    times.push((user + system) / 1000);
  }
  return size / 1e3 / quantile(times, 0.5);
}
