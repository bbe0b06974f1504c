import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import { type Layer, layers } from "@/lib/domain/record";
import { exportDataset, exportFormats } from "@/lib/workflow/exporting";
import { inCurrentFolder } from "./argument-paths";
import { printAll, tell } from "./output";
import { projectOrOnly } from "./projects";
import { connected } from "./with-database";

type ExportOptions = {
  project?: string;
  format: string;
  layer: Layer;
  includeOpen?: true;
  out: string;
};

export function addExportCommand(gainsay: Command): void {
  gainsay
    .command("export")
    .description(
      "Write a project's articles and annotations: one state of them, one record a line.",
    )
    .option("--project <project>", "its slug or id; the only project if left out")
    .addOption(
      new Option("--format <format>", "of the file").choices(exportFormats).default("jsonl"),
    )
    .addOption(new Option("--layer <layer>", "whose annotations").choices(layers).default("gold"))
    .option("--include-open", "reviewers' work that is not submitted, too")
    .option("--out <file>", "where to, replaced if it is there; - for stdout", "-")
    .action((options: ExportOptions) => connected(() => run(options)));
}

async function run({ project, format, layer, includeOpen, out }: ExportOptions): Promise<void> {
  const from = await projectOrOnly(project);
  const options = { format, layer, includeOpen: includeOpen === true };
  const dataset = await exportDataset(operator, from, options);
  const seen = { records: 0, annotated: false };
  const bytes = watched(dataset.bytes, seen);
  if (out === "-") await printAll(bytes);
  else await writeWhole(bytes, inCurrentFolder(out));
  tell(`Exported ${seen.records} ${seen.records === 1 ? "article" : "articles"}.`);
  if (seen.records > 0 && !seen.annotated) {
    const other =
      "--layer reviewers exports what reviewers have submitted, --layer all what was imported too";
    tell(
      `None of them has annotations in the layer ${layer}${layer === "gold" ? `: ${other}` : ""}.`,
    );
  }
}

type Seen = { records: number; annotated: boolean };

/** The bytes as they pass, and what they come to. */
async function* watched(bytes: AsyncIterable<Uint8Array>, seen: Seen): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) seen.records += 1;
    // Inside a string the quotes would be escaped, so this is the member itself.
    seen.annotated ||= Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).includes(
      '"spans":[{',
    );
    yield chunk;
  }
}

/** The file has its name when it is whole, never before. */
async function writeWhole(bytes: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await pipeline(bytes, createWriteStream(partial, { flush: true }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
