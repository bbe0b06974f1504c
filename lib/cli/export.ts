import { type Command, Option } from "commander";
import type { z } from "zod";
import { operator } from "@/lib/access/actor";
import { ArticleFilterQuery } from "@/lib/api/articles";
import { DatasetQuery } from "@/lib/api/datasets";
import { type ArticleState, articleStates } from "@/lib/domain/article-list";
import { counted } from "@/lib/domain/figures";
import { type Layer, layers } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { type TagOverlap, tagOverlaps } from "@/lib/domain/tag-overlap";
import type { DatasetOutcome } from "@/lib/workflow/dataset-bytes";
import {
  type ExportShape,
  exportDataset,
  exportFormats,
  exportShapes,
  exportToFolder,
  folderFormats,
} from "@/lib/workflow/exporting";
import { writeWhole } from "@/lib/workflow/files";
import { formatsHelp, overlapHelp } from "@/lib/workflow/formats";
import { inCurrentFolder } from "./argument-paths";
import { printAll, tell, tellLeft } from "./output";
import { projectOrOnly } from "./projects";
import { connected } from "./with-database";

/** Of words that were searched for instead, so many are named. */
const MOST_WORDS = 10;

type ExportOptions = ArticleOptions & {
  project?: string;
  format: string;
  shape?: ExportShape;
  context?: string;
  overlap?: TagOverlap;
  texts: boolean;
  layer?: Layer;
  includeOpen?: true;
  annotator?: string;
  out: string;
};

/** Which articles, as people write it. */
type ArticleOptions = {
  search?: string;
  state?: ArticleState;
  label?: string;
  reviewer?: string;
  from?: string;
  until?: string;
  language?: string;
  publisher?: string;
  round?: string;
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
        "--shape <shape>",
        "what a row is: an article, a span with what stands around it, a sentence with its labels, a sentence of tokens with tags, or a pair that a relation links; what is usual for the format if left out",
      ).choices(exportShapes),
    )
    .option(
      "--context <much>",
      'what goes along with a span: "sentence", or how many characters on either side (default: sentence)',
    )
    .addOption(new Option("--overlap <way>", overlapHelp()).choices(tagOverlaps))
    .option(
      "--without-texts",
      "offsets and labels without the texts, which `gainsay rehydrate` puts back",
    )
    .addOption(
      new Option(
        "--layer <layer>",
        "whose annotations: what was settled (gold), what reviewers submitted, or all, imported ones too; gold where there is some, else the reviewers'",
      ).choices(layers),
    )
    .option("--include-open", "reviewers' work that is not submitted, too")
    .option("--annotator <pseudonyms>", "only the work of these: a1, or a1,a3")
    .option(
      "--out <file>",
      "where to, replaced if it is there; - for stdout. A dataset goes into a folder, which is empty or such a dataset, unless this ends in .zip",
      "-",
    )
    .optionsGroup("Which articles (all, if nothing is said):")
    .option("--search <words>", 'that have these words; "words in a row", -words to leave out')
    .addOption(
      new Option("--state <state>", "by the work on them, as in the list").choices(articleStates),
    )
    .option("--label <label>", "with a span of it")
    .option("--reviewer <id>", "whose work --state, --from and --until are about", "anyone")
    .option("--from <day>", "first submitted on this day or later, such as 2026-11-20")
    .option("--until <day>", "first submitted before this day")
    .option("--language <tag>", "in this language; und for those without one")
    .option("--publisher <name>", "from this publisher")
    .option("--round <number>", "of this round")
    .addHelpText("after", () => formatsHelp("written"))
    .action((options: ExportOptions & { withoutTexts?: true }) =>
      connected(() => run({ ...options, texts: options.withoutTexts !== true })),
    );
}

async function run(options: ExportOptions): Promise<void> {
  const { project, format, shape, overlap, texts, layer, includeOpen, annotator, out } = options;
  const from = await projectOrOnly(project);
  let outcome: DatasetOutcome | null = null;
  const asked = {
    format,
    shape,
    context: checked("context", DatasetQuery.shape.context, options.context),
    overlap,
    texts,
    layer,
    includeOpen: includeOpen === true,
    articles: articlesOf(options),
    annotator,
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

/**
 * What a flag says, as the API would take it.
 *
 * @throws Refusal "invalid" with the name of the flag
 */
function checked<T>(flag: string, schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new Refusal("invalid", `--${flag}: ${error.issues[0]?.message ?? "this cannot be"}`, {
    field: flag,
  });
}

/** Which articles are meant. The operator has no work of their own: what is asked of work is asked of anyone's. */
function articlesOf(options: ArticleOptions): ArticleFilterQuery {
  const { search, state, label, reviewer, from, until, language, publisher, round } = options;
  const { shape } = ArticleFilterQuery;
  const isOfWork = [state, from, until].some((said) => said !== undefined);
  return {
    q: checked("search", shape.q, search),
    state,
    label: checked("label", shape.label, label),
    reviewer: isOfWork ? checked("reviewer", shape.reviewer, reviewer) : undefined,
    from: checked("from", shape.from, from),
    until: checked("until", shape.until, until),
    language: checked("language", shape.language, language),
    publisher: checked("publisher", shape.publisher, publisher),
    round: checked("round", shape.round, round),
  };
}

function tellOutcome({ records, isAnnotated, lost, instead }: DatasetOutcome, layer: Layer): void {
  for (const { word, words } of instead) {
    tell(`No article has "${word}". These have ${words.slice(0, MOST_WORDS).join(", ")}.`);
  }
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
