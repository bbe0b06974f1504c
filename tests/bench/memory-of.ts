// Does one thing for memory.ts in a process of its own, and says how many megabytes it had at most.
import { createReadStream, createWriteStream } from "node:fs";
import { basename } from "node:path";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { operator } from "@/lib/access/actor";
import { closeDatabase } from "@/lib/store/database";
import { type ExportShape, exportDataset } from "@/lib/workflow/exporting";
import { importFiles } from "@/lib/workflow/importing";
import type { Task } from "./memory";
import { PROJECT } from "./project";

const task = JSON.parse(process.argv[2] ?? "") as Task; // memory.ts wrote it
if (task.kind === "export") await write(task);
else await read(task);
process.send?.(process.resourceUsage().maxRSS / 1024);
await closeDatabase();
process.disconnect?.();

async function write({ format, shape, to }: Extract<Task, { kind: "export" }>): Promise<void> {
  const { bytes } = await exportDataset(operator, PROJECT, {
    format,
    shape: shape as ExportShape, // of those that the format has
    layer: "reviewers",
  });
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(Readable.from(bytes), to === null ? nowhere() : createWriteStream(to));
}

async function read({ format, slug, from }: Extract<Task, { kind: "import" }>): Promise<void> {
  const isArchive = format === "brat" || format === "web-annotation";
  const path = `${basename(from)}.${isArchive ? "zip" : "jsonl"}`;
  const summary = await importFiles(operator, slug, {
    format: "auto",
    files: [{ path, stream: createReadStream(from) }],
  });
  if (summary.created === 0) throw new Error(`Nothing of ${path} came in.`);
}
