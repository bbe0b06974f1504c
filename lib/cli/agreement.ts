import { SingleBar } from "cli-progress";
import { type Command, InvalidArgumentError, Option } from "commander";
import { operator } from "@/lib/access/actor";
import type { KeptAgreement } from "@/lib/api/agreement";
import { type AgreementReport, positionUnits } from "@/lib/domain/agreement/report-schemas";
import { inTwoDigits, intervalOf, measureWords, restsOn } from "@/lib/domain/agreement/wording";
import { counted } from "@/lib/domain/figures";
import { MAX_INT } from "@/lib/domain/limits";
import { Refusal } from "@/lib/domain/refusal";
import { agreementMadeHere } from "@/lib/workflow/agreeing";
import { interruptible } from "./interrupt";
import { printJson, printTable, tell } from "./output";
import { projectOrOnly } from "./projects";
import { connected } from "./with-database";

type AgreementOptions = {
  project?: string;
  round?: number;
  unit: (typeof positionUnits)[number];
  label?: string;
  language?: string;
  gamma?: true;
  seed: number;
  resamples: number;
  json?: true;
};

export function addAgreementCommand(gainsay: Command): void {
  gainsay
    .command("agreement")
    .description("Say how far the reviewers of a project agree in what they submitted.")
    .option("--project <project>", "its slug or id; the only project if left out")
    .addOption(
      new Option("--round <number>", "only what was submitted in this round").argParser(
        wholeNumber({ from: 1 }),
      ),
    )
    .addOption(
      new Option("--unit <unit>", "what the measures of positions count")
        .choices(positionUnits)
        .default("token"),
    )
    .option("--label <label>", "only spans of this label")
    .option("--language <language>", "only articles in this language, such as fa")
    .option("--gamma", "γ too, which takes long")
    .addOption(
      new Option("--seed <number>", "what the samples of the intervals and of γ begin from")
        .argParser(wholeNumber({ from: 0 }))
        .default(1),
    )
    .addOption(
      new Option("--resamples <number>", "of the bootstrap; 0 for no intervals")
        .argParser(wholeNumber({ from: 0, to: 10_000 }))
        .default(1000),
    )
    .option("--json", "the whole report, as the API has it, as one JSON object")
    .action((options: AgreementOptions) => connected(() => run(options)));
}

function wholeNumber({ from, to = MAX_INT }: { from: number; to?: number }) {
  return (written: string): number => {
    const value = Number(written);
    if (/^\d+$/.test(written) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It is a whole number from ${from} to ${to}.`);
  };
}

async function run({ project, json, gamma, ...asking }: AgreementOptions): Promise<void> {
  const of = await projectOrOnly(project);
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: "{bar} {percentage} % | {value} of {total} articles",
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      })
    : null;
  bar?.start(1, 0);
  const kept = await interruptible((signal) =>
    agreementMadeHere(operator, of, {
      asking: { ...asking, gamma: gamma === true },
      signal,
      onProgress: ({ articles, done }) => {
        bar?.setTotal(Math.max(1, articles));
        bar?.update(done);
      },
    }),
  ).finally(() => bar?.stop());
  if (!kept.report) {
    throw new Refusal("conflict", kept.failure ?? "The report was taken away while it was made.");
  }
  if (json) printJson(kept);
  else printReport(kept.report, kept);
}

type Measure = AgreementReport["measures"][number];

function printReport(
  report: AgreementReport,
  { reviewers, drift, most_disputed, without_gamma }: KeptAgreement,
): void {
  const names = new Map(
    reviewers.map(({ key, name }) => [key, name === null ? key : `${key} ${name}`]),
  );
  const nameOf = (key: string) => names.get(key) ?? key;
  tell(
    [
      `${counted(report.articles, "article")} compared`,
      `${report.articles_of_one} with one reviewer alone`,
      `${counted(report.found_nothing, "set")} with nothing found`,
      `${counted(report.not_annotated, "place")} not annotated`,
    ].join(", "),
  );
  printPart("All", report.measures.map(rowOf));
  printPart(
    "By label",
    report.labels.flatMap(({ label, measures }) => measures.map((one) => [label, ...rowOf(one)])),
  );
  printPart(
    "By pair",
    report.pairs.flatMap(({ one, other, measures }) =>
      measures.map((measure) => [`${nameOf(one)} and ${nameOf(other)}`, ...rowOf(measure)]),
    ),
  );
  printPart(
    "Relations",
    report.relations.flatMap(({ type, measures }) =>
      measures.map((measure) => [type, ...rowOf(measure)]),
    ),
  );
  printPart(
    "Attributes",
    report.attributes.flatMap(({ holder, name, measures }) =>
      measures.map((measure) => [`${holder ?? "article"}.${name}`, ...rowOf(measure)]),
    ),
  );
  printPart(
    "By round",
    report.rounds.flatMap(({ round, measures }) =>
      measures.map((measure) => [String(round), ...rowOf(measure)]),
    ),
  );
  if (report.gamma) printPart("γ", [rowOf(report.gamma.measure)]);
  printPart(
    "Without γ",
    without_gamma.map(({ article, version, why_undefined }) => [
      article.title,
      `version ${version}`,
      why_undefined,
    ]),
  );
  printPart(
    "Most disputed",
    most_disputed.map(({ article, version, disputes, krippendorff_alpha, f1_strict }) => [
      article.title,
      `version ${version}`,
      counted(disputes, "dispute"),
      `α ${inTwoDigits(krippendorff_alpha)}`,
      `F1 ${inTwoDigits(f1_strict)}`,
    ]),
  );
  printPart(
    "Against hidden gold",
    drift.map(({ round, reviewer, week, articles, f1_exact, f1_overlap }) => [
      `round ${round}, ${nameOf(reviewer)}, week of ${week}`,
      `F1 exact ${inTwoDigits(f1_exact)}, overlapping ${inTwoDigits(f1_overlap)}`,
      counted(articles, "article"),
    ]),
  );
}

function printPart(title: string, rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  process.stdout.write(`\n${title}\n`);
  printTable(rows);
}

/** Name, value, interval, what it rests on; for what is not defined, why. */
function rowOf(measure: Measure): string[] {
  const { name, value, why_undefined } = measure;
  const why = value === null ? ` (${why_undefined ?? "no reason is known"})` : "";
  return [
    measureWords[name].name,
    inTwoDigits(value) + why,
    intervalOf(measure) ?? "",
    restsOn(measure),
  ];
}
