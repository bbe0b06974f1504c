import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { codePointLength, decodeUtf8, type Range } from "@/lib/domain/text";
import { nameIn } from "./brat";
import { readAll } from "./bytes";
import { type ForeignSpan, wholeFileArticle } from "./foreign";
import { MAX_LINE } from "./jsonl";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { titledParagraphs } from "./text";
import { Warnings } from "./warnings";
import {
  allButSpans,
  byAnnotator,
  type LostInWriting,
  losePartsOf,
  type WrittenFile,
} from "./writing";

/** What the label of a span is where a file has places alone. */
const NO_TECHNIQUE = "propaganda";

/** What the lines of an article are called in 2019 that have none. */
const NONE = "non-propaganda";

/**
 * Endings of files of labels, behind the name of an article, and which folder beside that of the texts has them; those
 * that say the technique first.
 */
const ONE_ARTICLE = [
  { ending: ".task-flc-tc.labels", folder: "labels-task-flc-tc" },
  { ending: ".task2-TC.labels", folder: "labels-task2-technique-classification" },
  { ending: ".task-FLC.labels", folder: "labels-FLC" },
  { ending: "-labels-subtask-3.txt", folder: "labels-subtask-3-spans" },
  { ending: ".labels", folder: "labels" },
  { ending: "-labels-subtask-3.txt", folder: "labels-subtask-3" },
  { ending: ".task-si.labels", folder: "labels-task-si" },
  { ending: ".task1-SI.labels", folder: "labels-task1-span-identification" },
  { ending: ".task-SLC.labels", folder: "labels-SLC" },
] as const;

/** Files of the labels of many articles, behind the name of the part: `train-task2-TC.labels`; in 2019 with a dot. */
const MANY_ARTICLES = [
  "task-flc-tc.labels",
  "task2-TC.labels",
  "task-FLC.labels",
  "labels-subtask-3-spans.txt",
  "labels-subtask-3.txt",
  "task-si.labels",
  "task1-SI.labels",
  "task-SLC.labels",
] as const;

/** Files that say of many articles what kind they are, and how they frame what they are about: attributes here. */
const ABOUT_ARTICLES = [
  { ending: "labels-subtask-1.txt", attribute: "genre" },
  { ending: "labels-subtask-2.txt", attribute: "framing" },
] as const;

const ARTICLE = /^(?:article)?(\d+)\.txt$/;
const FOLDER = /^(.*?)([^/]*?)-?articles([^/]*)\/$/;

/** The files that would say something of an article, by the path of its text. */
export function labelsBeside(path: string): readonly string[] {
  return [...spansBeside(path), ...aboutBeside(path).map((one) => one.path)];
}

/** Those that would have the labels of its pieces; the most telling first. */
function spansBeside(path: string): readonly string[] {
  const { folder, name } = parted(path);
  if (!ARTICLE.test(name)) return [];
  const stem = name.slice(0, -".txt".length);
  const own = ONE_ARTICLE.map(({ ending }) => folder + stem + ending);
  const [, above, part = ""] = FOLDER.exec(folder) ?? [];
  if (above === undefined) return own;
  const behind = part === "" ? "" : `${part}-`;
  return [
    ...own,
    ...ONE_ARTICLE.map(({ ending, folder: of }) => `${above}${behind}${of}/${stem}${ending}`),
    ...MANY_ARTICLES.flatMap((one) => [
      `${above}${behind}${one}`,
      ...(part === "" ? [] : [`${above}${part}.${one}`]),
    ]),
  ];
}

/** The files that would say what kind an article is, by the path of its text, each for an attribute. */
function aboutBeside(
  path: string,
): readonly { readonly path: string; readonly attribute: string }[] {
  const { folder, name } = parted(path);
  const [, above, part = ""] = FOLDER.exec(folder) ?? [];
  if (!ARTICLE.test(name) || above === undefined) return [];
  const behind = part === "" ? "" : `${part}-`;
  return ABOUT_ARTICLES.map(({ ending, attribute }) => ({
    path: `${above}${behind}${ending}`,
    attribute,
  }));
}

/** The texts that a file of labels would belong to, by its path, where it is of one article. */
export function textsOfLabels(path: string): readonly string[] {
  const { folder, name } = parted(path);
  const stems = ONE_ARTICLE.flatMap(({ ending }) =>
    name.endsWith(ending) ? [name.slice(0, -ending.length)] : [],
  );
  // `.task1-SI.labels` ends as `.labels` does.
  const stem = stems.find((one) => ARTICLE.test(`${one}.txt`));
  if (stem === undefined) return [];
  return [folder, ...foldersOfTexts(folder)].map((one) => `${one}${stem}.txt`);
}

const SUBTASKS = ["subtask-3", "subtask-1", "subtask-2"] as const;

/** Where the texts may lie whose labels lie in a folder. */
function foldersOfTexts(folder: string): readonly string[] {
  const [, above = "", last = ""] = /^(.*?)([^/]*)\/$/.exec(folder) ?? [];
  const [, part = ""] = /^([^-/]*)-labels/.exec(last) ?? [];
  return [`${above}${part}-articles/`, `${above}${part}-articles-subtask-3/`, `${above}articles/`];
}

function parted(path: string): { folder: string; name: string } {
  const name = nameIn(path);
  return { name, folder: path.slice(0, path.length - name.length) };
}

/** Whether a file begins with lines of an article's number, perhaps a technique, and two places. */
export function isLabels(beginning: string): boolean {
  const lines = beginning.split("\n").slice(0, -1);
  return (
    lines.length > 0 && [ROW, PARAGRAPH, ABOUT].some((row) => lines.every((line) => row.test(line)))
  );
}

const ROW = /^(\d+)\t(?:([^\t]*)\t)?(\d+)\t(\d+)\r?$/;

/** Number of the article, of its line from 1, and the techniques in that: `222\t3\tDoubt,Loaded_Language`. */
const PARAGRAPH = /^(\d+)\t(\d+)\t([^\t\r\d][^\t\r]*)?\r?$/;

const FRAMES =
  `Economic Capacity_and_resources Morality Fairness_and_equality Policy_prescription_and_evaluation
  Legality_Constitutionality_and_jurisprudence Crime_and_punishment Security_and_defense Health_and_safety
  Quality_of_life Cultural_identity Public_opinion Political External_regulation_and_reputation`
    .split(/\s+/)
    .join("|");

/** Number of the article, and its genre or frames. */
const ABOUT = new RegExp(
  `^(\\d+)\\t(opinion|reporting|satire|(?:${FRAMES})(?:,(?:${FRAMES}))*)?\\r?$`,
);

/**
 * Reads the text of an article with the labels that lie beside it, or in a folder beside its own. What has the labels
 * belongs to the texts; the articles whose texts are not there are refused, each once.
 */
export async function* readSemeval(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  let skip = context.skip ?? 0;
  const { name } = parted(file.path);
  if (!ARTICLE.test(name)) {
    for await (const item of companionOfMany(file)) {
      if (item.kind === "companion" || skip === 0) yield item;
      else skip -= 1;
    }
    return;
  }
  if (skip > 0) return;
  const text = decodeUtf8(await readAll(file.stream, MAX_ARTICLE_BYTES));
  const warnings = new Warnings(context);
  const id = ARTICLE.exec(name)?.[1] ?? "";
  let spans: ForeignSpan[] | null = null;
  for (const path of spansBeside(file.path)) {
    const bytes = await file.beside?.(path);
    if (!bytes) continue;
    const found = spansOf(id, { source: decodeUtf8(bytes), path, text }, warnings);
    // What has places alone repeats what has techniques too.
    if (spans === null || spans.length === 0) spans = found;
    if (spans.length > 0) break;
  }
  const attributes = new Map<string, unknown>();
  for (const { path, attribute } of aboutBeside(file.path)) {
    const bytes = await file.beside?.(path);
    for (const line of bytes ? decodeUtf8(bytes).split("\n") : []) {
      const [, article, said] = ABOUT.exec(line) ?? [];
      if (article === id && said) attributes.set(attribute, said.split(","));
    }
  }
  if (spans === null && attributes.size === 0) {
    warnings.add(
      "annotations_left_out",
      `There are no labels of ${name} beside it: nothing is marked.`,
    );
  }
  const { blocks } = titledParagraphs(text);
  const metadata = new Map<string, unknown>();
  const about = { text, unit: "code_point", metadata, blocks, recordId: id } as const;
  const annotators =
    attributes.size > 0 ? [{ annotator: null, attributes: Object.fromEntries(attributes) }] : [];
  yield wholeFileArticle(file, { ...about, annotators, spans: spans ?? [] }, context, warnings);
}

/** The rows of one article. */
function spansOf(
  id: string,
  { source, path, text }: { source: string; path: string; text: string },
  warnings: Warnings,
): ForeignSpan[] {
  const spans: ForeignSpan[] = [];
  let lines: readonly Range[] | null = null;
  let number = 0;
  for (const line of source.split("\n")) {
    number += 1;
    if (line.trim() === "") continue;
    const place = `${nameIn(path)}, line ${number}`;
    const [, article, technique, start, end] = ROW.exec(line) ?? [];
    const [, ofParagraph, paragraph, techniques = ""] = PARAGRAPH.exec(line) ?? [];
    if (article === undefined && ofParagraph !== undefined) {
      if (ofParagraph !== id) continue;
      lines ??= linesIn(text);
      // A line that is not there is told as a place beyond the text.
      const range = lines[Number(paragraph) - 1] ?? { start: text.length, end: text.length + 1 };
      for (const label of techniques.split(",")) {
        const said = label.trim();
        if (said !== "" && said !== NONE) spans.push({ label: said, fragments: [range], place });
      }
    } else if (article === undefined) {
      const message =
        "This is neither number, technique, begin and end, nor number, line and techniques, divided by tabs.";
      warnings.add("annotations_left_out", message, { line: number, place, field: place });
    } else if (article === id) {
      const label = technique === undefined || technique === "" ? NO_TECHNIQUE : technique;
      spans.push({ label, fragments: [{ start: Number(start), end: Number(end) }], place });
    }
  }
  return spans;
}

/** The lines of a text, in code points, without the white space at their ends. */
function linesIn(text: string): readonly Range[] {
  let at = 0;
  return text.split("\n").map((line) => {
    const start = at + codePointLength(line) - codePointLength(line.trimStart());
    const range = { start, end: start + codePointLength(line.trim()) };
    at += codePointLength(line) + 1;
    return range;
  });
}

/** That labels belong to the texts that are there; those of other articles are refused. */
async function* companionOfMany(file: SourceFile): AsyncGenerator<ReadItem | Companion> {
  const source = decodeUtf8(await readAll(file.stream, MAX_LINE));
  const { folder, name } = parted(file.path);
  const part = /^([^-./]*)[-.]/.exec(name)?.[1] ?? "";
  const folders = [
    folder,
    ...foldersOfTexts(folder),
    ...[`${part}-articles/`, ...SUBTASKS.map((one) => `${part}-articles-${one}/`), "articles/"].map(
      (one) => folder + one,
    ),
  ];
  const seen = new Set<string>();
  let line = 0;
  let isOf: string | null = null;
  for (const written of source.split("\n")) {
    line += 1;
    const id = [ROW, PARAGRAPH, ABOUT].flatMap((row) => row.exec(written)?.[1] ?? [])[0];
    if (id === undefined || seen.has(id)) continue;
    seen.add(id);
    const texts = folders.flatMap((one) => [`${one}article${id}.txt`, `${one}${id}.txt`]);
    const text = await thatTakes(file, texts);
    isOf ??= text;
    if (text !== null) continue;
    const reason = `This has the labels of article ${id}, whose text is not there: give the file article${id}.txt with it.`;
    yield { kind: "rejected", path: file.path, line, column: null, reason };
  }
  if (seen.size === 0) {
    throw new Refusal(
      "unprocessable",
      "There is no line of a number, a technique, begin and end, or of a number, a line and techniques, divided by tabs.",
    );
  }
  if (isOf !== null) yield { kind: "companion", of: isOf };
}

/** The first text that is there and finds its labels in a file. */
async function thatTakes(
  { path, beside }: SourceFile,
  texts: readonly string[],
): Promise<string | null> {
  for (const text of texts) {
    if (labelsBeside(text).includes(path) && (await beside?.(text))) return text;
  }
  return null;
}

/** The text of an article, and the labels of its pieces. */
export function writeSemeval(record: ArticleRecord, lost: LostInWriting): readonly WrittenFile[] {
  losePartsOf(record, allButSpans, lost);
  const id = numberOf(record);
  return byAnnotator(record, lost, ({ spans, text }, folder) => {
    const rows = spans.flatMap(({ label, fragments }) =>
      fragments.map(({ start, end }) => `${id}\t${label}\t${start}\t${end}\n`),
    );
    const stem = `${folder}article${id}`;
    return [
      { path: `${stem}.txt`, text },
      { path: `${stem}.task-flc-tc.labels`, text: rows.join("") },
    ];
  });
}

/** The number that stands for an article: that which its source gave it, else one made of its id, which is random at its end. */
function numberOf({ id, version, source_id: given }: ArticleRecord): string {
  const own = given !== null && /^\d{1,18}$/.test(given) ? given : null;
  const number = own ?? BigInt(`0x${id.slice(-12)}`).toString();
  return version === 1 ? number : `${number}${String(version).padStart(4, "0")}`;
}
