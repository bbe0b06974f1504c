import type { AgreementReport } from "./report-schemas";

type Measure = AgreementReport["measures"][number];
type MeasureName = Measure["name"];

/** What a measure is called, and what it says in a sentence. */
export const measureWords: Record<MeasureName, { readonly name: string; readonly says: string }> = {
  krippendorff_alpha: {
    name: "Krippendorff α",
    says: "How far the same label was given to each position of the text, beyond chance; who has not annotated an article is missing there.",
  },
  fleiss_kappa: {
    name: "Fleiss κ",
    says: "The same for several reviewers, each position weighing as much as any other.",
  },
  cohen_kappa: {
    name: "Cohen κ",
    says: "The same for two reviewers, each with their own habits; of more, the mean over pairs.",
  },
  u_alpha: {
    name: "uα",
    says: "How far stretches of text were cut and labelled alike, beyond chance: boundaries count.",
  },
  u_alpha_binary: {
    name: "|uα",
    says: "How far the same stretches were marked at all, whatever the label.",
  },
  cu_alpha: {
    name: "cuα",
    says: "How far labels are alike where stretches marked by two cross each other.",
  },
  ku_alpha: { name: "(k)uα", says: "How far stretches of one label are cut alike." },
  precision_strict: { name: "Precision, strict", says: "Same label and same words." },
  recall_strict: { name: "Recall, strict", says: "Same label and same words." },
  f1_strict: { name: "F1, strict", says: "Same label and same words. Not corrected for chance." },
  precision_exact: { name: "Precision, exact", says: "Same words, whatever the label." },
  recall_exact: { name: "Recall, exact", says: "Same words, whatever the label." },
  f1_exact: { name: "F1, exact", says: "Same words, whatever the label." },
  precision_partial: { name: "Precision, partial", says: "Words that overlap count half." },
  recall_partial: { name: "Recall, partial", says: "Words that overlap count half." },
  f1_partial: { name: "F1, partial", says: "Words that overlap count half, whatever the label." },
  precision_type: { name: "Precision, type", says: "Same label, some words shared." },
  recall_type: { name: "Recall, type", says: "Same label, some words shared." },
  f1_type: { name: "F1, type", says: "Same label, some words shared." },
  relation_f1: {
    name: "Relation F1",
    says: "The same relation between spans that go together.",
  },
  percent_agreement: { name: "Agreement", says: "The share that is alike, by chance or not." },
  attribute_alpha: {
    name: "Attribute α",
    says: "How far spans that go together have the same value, beyond chance.",
  },
  gamma: {
    name: "γ",
    says: "How far spans are placed and labelled alike, beyond chance, by the best alignment of all reviewers at once.",
  },
};

const unitWords: Record<Measure["n_unit"], readonly [one: string, many: string]> = {
  token: ["word", "words"],
  character: ["character", "characters"],
  span: ["span", "spans"],
  span_pair: ["pair of spans", "pairs of spans"],
  relation: ["relation", "relations"],
  relation_pair: ["pair of relations", "pairs of relations"],
  article_pair: ["pair of articles", "pairs of articles"],
  article: ["article", "articles"],
};

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** What a measure rests on: "1,204 words". */
export function restsOn({ n, n_unit }: Pick<Measure, "n" | "n_unit">): string {
  return `${whole.format(n)} ${unitInWords(n_unit, n)}`;
}

/** What is counted, of so many: "words". */
export function unitInWords(unit: Measure["n_unit"], n: number): string {
  const [one, many] = unitWords[unit];
  return n === 1 ? one : many;
}

/** A figure with two digits, below zero with a minus; "undefined" where there is none. */
export function inTwoDigits(value: number | null): string {
  if (value === null) return "undefined";
  const text = value.toFixed(2);
  if (text === "-0.00") return "0.00";
  return text.replace("-", "−");
}

/** Its interval, "0.51 to 0.74"; null where it has none. */
export function intervalOf({ low, high }: Pick<Measure, "low" | "high">): string | null {
  return low === null || high === null ? null : `${inTwoDigits(low)} to ${inTwoDigits(high)}`;
}

/** A measure of some by its name; null if it is not among them. */
export function measureNamed(measures: readonly Measure[], name: MeasureName): Measure | null {
  return measures.find((measure) => measure.name === name) ?? null;
}
