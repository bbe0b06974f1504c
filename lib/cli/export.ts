import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import { type Layer, layers } from "@/lib/domain/record";
import { exportDataset, exportFormats } from "@/lib/workflow/exporting";
import { writeWhole } from "@/lib/workflow/files";
import { inCurrentFolder } from "./argument-paths";
import { printAll, tell, tellLeft } from "./output";
import { projectOrOnly } from "./projects";
import { connected } from "./with-database";

type ExportOptions = {
  project?: string;
  format: string;
  layer?: Layer;
  includeOpen?: true;
  out: string;
};

export function addExportCommand(gainsay: Command): void {
  gainsay
    .command("export")
    .description(
      "Write a project's articles and annotations: one state of them, one article version a line.",
    )
    .option("--project <project>", "its slug or id; the only project if left out")
    .addOption(
      new Option("--format <format>", "of the file").choices(exportFormats).default("jsonl"),
    )
    .addOption(
      new Option(
        "--layer <layer>",
        "whose annotations: what was settled (gold), what reviewers submitted, or all, imported ones too; gold where there is some, else the reviewers'",
      ).choices(layers),
    )
    .option("--include-open", "reviewers' work that is not submitted, too")
    .option("--out <file>", "where to, replaced if it is there; - for stdout", "-")
    .action((options: ExportOptions) => connected(() => run(options)));
}

async function run({ project, format, layer, includeOpen, out }: ExportOptions): Promise<void> {
  const from = await projectOrOnly(project);
  const options = { format, layer, includeOpen: includeOpen === true };
  const dataset = await exportDataset(operator, from, options);
  if (layer === undefined) tell(chosenFor(dataset.layer));
  const seen = { records: 0, annotated: false };
  const bytes = watched(dataset.bytes, seen);
  if (out === "-") await printAll(bytes);
  else await writeWhole(inCurrentFolder(out), bytes, { onLeft: tellLeft });
  const records = `${seen.records} ${seen.records === 1 ? "article version" : "article versions"}`;
  tell(`Exported ${records}, layer ${dataset.layer}.`);
  if (seen.records > 0 && !seen.annotated) {
    tell(`None of them has work in this layer${elsewhere[dataset.layer]}.`);
  }
}

/** Whose annotations go out when nobody said whose. */
function chosenFor(layer: Layer): string {
  return layer === "gold"
    ? "Exporting gold: what was settled."
    : "There is no gold yet, so this is what the reviewers submitted (--layer reviewers).";
}

/** Where there may be some instead. */
const elsewhere: Record<Layer, string> = {
  gold: ": --layer reviewers exports what reviewers have submitted, --layer all what was imported too",
  reviewers: ": --layer all exports what was imported too, --include-open what is not submitted",
  all: "",
};

type Seen = { records: number; annotated: boolean };

/** The bytes as they pass, and what they come to. */
async function* watched(bytes: AsyncIterable<Uint8Array>, seen: Seen): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) seen.records += 1;
    // Inside a string the quotes would be escaped, so this is the member itself.
    seen.annotated ||= Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).includes(
      '"sets":[{',
    );
    yield chunk;
  }
}
