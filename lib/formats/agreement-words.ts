import type { AgreementReport, MeasureName } from "@/lib/domain/agreement/report-schemas";
import {
  inTwoDigits,
  intervalOf,
  measureNamed,
  measureWords,
  restsOn,
} from "@/lib/domain/agreement/wording";
import { counted } from "@/lib/domain/figures";
import { mdTable } from "./markdown-words";
import type { DatasetOrigin } from "./writing";

/** Of all measures of a report, those by which datasets are compared; its page has the others. */
const told: readonly MeasureName[] = [
  "krippendorff_alpha",
  "u_alpha",
  "gamma",
  "f1_strict",
  "f1_partial",
  "relation_f1",
];

/** Those of a single label. */
const ofLabel: readonly MeasureName[] = ["krippendorff_alpha", "f1_strict"];

type Measure = AgreementReport["measures"][number];

/** How far annotators agree, by the report that was made last, for the card of a dataset. Nothing is computed here. */
export function agreementText({ agreement }: Pick<DatasetOrigin, "agreement">): string[] {
  if (agreement === null) return [notKnown];
  const { report } = agreement;
  const named = (measures: readonly Measure[], names: readonly MeasureName[]) =>
    names.flatMap((name) => measureNamed(measures, name) ?? []);
  const all = [...report.measures, ...(report.gamma ? [report.gamma.measure] : [])];
  return [
    whatItRestsOn(agreement),
    "",
    mdTable(
      ["measure", "value", "95 % interval", "of"],
      named(all, told).map((measure) => [
        measureWords[measure.name].name,
        inTwoDigits(measure.value),
        intervalOf(measure) ?? "",
        restsOn(measure),
      ]),
    ),
    "",
    mdTable(
      ["label", ...ofLabel.flatMap((name) => [measureWords[name].name, "of"])],
      report.labels.map(({ label, measures }) => [
        `\`${label}\``,
        ...ofLabel.flatMap((name) => {
          const measure = measureNamed(measures, name);
          return measure ? [inTwoDigits(measure.value), restsOn(measure)] : ["", ""];
        }),
      ]),
    ),
    "",
    ...named(all, told).map(
      ({ name }) => `- ${measureWords[name].name}: ${measureWords[name].says}`,
    ),
  ];
}

/** The same in a line, for a data statement. */
export function agreementInShort({ agreement }: Pick<DatasetOrigin, "agreement">): string {
  if (agreement === null) return notKnown;
  const figures = told.flatMap((name) => {
    const measure = measureNamed(agreement.report.measures, name);
    return measure ? [`${measureWords[name].name} ${inTwoDigits(measure.value)}`] : [];
  });
  return `${whatItRestsOn(agreement)} ${figures.join(", ")}; \`README.md\` has more.`;
}

const notKnown =
  "How far annotators agree is not said: there is no report on it, or nobody has submitted the same article as somebody else.";

function whatItRestsOn({
  report,
  asOf,
  isCurrent,
}: NonNullable<DatasetOrigin["agreement"]>): string {
  const since = isCurrent ? "" : " Work has changed since then.";
  return `How far reviewers agree, in all that they had submitted in the project by ${asOf.slice(0, 10)}, whatever of it is in this dataset: ${counted(report.articles, "article")} by two of them or more.${since}`;
}
