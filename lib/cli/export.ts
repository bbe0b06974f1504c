import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import { counted } from "@/lib/domain/figures";
import { type Layer, layers } from "@/lib/domain/record";
import type { DatasetOutcome } from "@/lib/workflow/dataset-bytes";
import {
  exportDataset,
  exportFormats,
  exportToFolder,
  folderFormats,
} from "@/lib/workflow/exporting";
import { writeWhole } from "@/lib/workflow/files";
import { formatsHelp } from "@/lib/workflow/formats";
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
      "Write a project's articles and annotations: one state of them, in any of the formats.",
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
    .option(
      "--out <file>",
      "where to, replaced if it is there; - for stdout. A dataset goes into a folder, which is empty or such a dataset, unless this ends in .zip",
      "-",
    )
    .addHelpText("after", () => formatsHelp("written"))
    .action((options: ExportOptions) => connected(() => run(options)));
}

async function run({ project, format, layer, includeOpen, out }: ExportOptions): Promise<void> {
  const from = await projectOrOnly(project);
  let outcome: DatasetOutcome | null = null;
  const asked = {
    format,
    layer,
    includeOpen: includeOpen === true,
    onDone: (done: DatasetOutcome) => {
      outcome = done;
    },
  };
  if (folderFormats.includes(format) && out !== "-" && !/\.zip$/i.test(out)) {
    const folder = inCurrentFolder(out);
    const written = await exportToFolder(operator, from, folder, { ...asked, onLeft: tellLeft });
    if (layer === undefined) tell(chosenFor(written));
    if (outcome !== null) tellOutcome(outcome, written);
    return;
  }
  const dataset = await exportDataset(operator, from, asked);
  if (layer === undefined) tell(chosenFor(dataset.layer));
  if (out === "-") await printAll(dataset.bytes);
  else await writeWhole(inCurrentFolder(out), dataset.bytes, { onLeft: tellLeft });
  if (outcome !== null) tellOutcome(outcome, dataset.layer);
}

function tellOutcome({ records, isAnnotated, lost }: DatasetOutcome, layer: Layer): void {
  tell(`Exported ${counted(records, "article version")}, layer ${layer}.`);
  if (records > 0 && !isAnnotated) {
    tell(`None of them has work in this layer${elsewhere[layer]}.`);
  }
  for (const { what, count } of lost)
    tell(`Not in it, for the format has no place: ${count} ${what}.`);
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
