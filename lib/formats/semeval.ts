import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { decodeUtf8 } from "@/lib/domain/text";
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

/**
 * Endings of files of labels, behind the name of an article, and which folder beside that of the texts has them; those
 * that say the technique first.
 */
const ONE_ARTICLE = [
  { ending: ".task-flc-tc.labels", folder: "labels-task-flc-tc" },
  { ending: ".task2-TC.labels", folder: "labels-task2-technique-classification" },
  { ending: "-labels-subtask-3.txt", folder: "labels-subtask-3-spans" },
  { ending: ".labels", folder: "labels" },
  { ending: ".task-si.labels", folder: "labels-task-si" },
  { ending: ".task1-SI.labels", folder: "labels-task1-span-identification" },
] as const;

/** Files of the labels of many articles, behind the name of the part: `train-task2-TC.labels`. */
const MANY_ARTICLES = [
  "task-flc-tc.labels",
  "task2-TC.labels",
  "labels-subtask-3-spans.txt",
  "task-si.labels",
  "task1-SI.labels",
] as const;

const ARTICLE = /^(?:article)?(\d+)\.txt$/;
const FOLDER = /^(.*?)([^/]*?)-?articles([^/]*)\/$/;

/** The files that would have the labels of an article, by the path of its text; the most telling first. */
export function labelsBeside(path: string): readonly string[] {
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
    ...MANY_ARTICLES.map((one) => `${above}${behind}${one}`),
  ];
}

/** The texts that a file of labels would belong to, by its path, where it is of one article. */
export function textsOfLabels(path: string): readonly string[] {
  const { folder, name } = parted(path);
  const found = ONE_ARTICLE.find(({ ending }) => name.endsWith(ending));
  const stem = found ? name.slice(0, -found.ending.length) : "";
  if (!ARTICLE.test(`${stem}.txt`)) return [];
  return [folder, ...foldersOfTexts(folder)].map((one) => `${one}${stem}.txt`);
}

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
  return lines.length > 0 && lines.every((line) => ROW.test(line));
}

const ROW = /^(\d+)\t(?:([^\t]*)\t)?(\d+)\t(\d+)\r?$/;

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
  for (const path of labelsBeside(file.path)) {
    const bytes = await file.beside?.(path);
    if (!bytes) continue;
    const found = spansOf(id, decodeUtf8(bytes), path, warnings);
    // What has places alone repeats what has techniques too.
    if (spans === null || spans.length === 0) spans = found;
    if (spans.length > 0) break;
  }
  if (spans === null) {
    warnings.add(
      "annotations_left_out",
      `There are no labels of ${name} beside it: nothing is marked.`,
    );
  }
  const { blocks } = titledParagraphs(text);
  const metadata = new Map<string, unknown>();
  const about = { text, unit: "code_point", metadata, blocks, recordId: id } as const;
  yield wholeFileArticle(file, { ...about, spans: spans ?? [] }, context, warnings);
}

/** The rows of one article. */
function spansOf(id: string, source: string, path: string, warnings: Warnings): ForeignSpan[] {
  const spans: ForeignSpan[] = [];
  let number = 0;
  for (const line of source.split("\n")) {
    number += 1;
    if (line.trim() === "") continue;
    const place = `${nameIn(path)}, line ${number}`;
    const [, article, technique, start, end] = ROW.exec(line) ?? [];
    if (article === undefined) {
      const message = "This is no number, technique, begin and end, divided by tabs.";
      warnings.add("annotations_left_out", message, { line: number, place, field: place });
    } else if (article === id) {
      const label = technique === undefined || technique === "" ? NO_TECHNIQUE : technique;
      spans.push({ label, fragments: [{ start: Number(start), end: Number(end) }], place });
    }
  }
  return spans;
}

/** That labels belong to the texts that are there; those of other articles are refused. */
async function* companionOfMany(file: SourceFile): AsyncGenerator<ReadItem | Companion> {
  const source = decodeUtf8(await readAll(file.stream, MAX_LINE));
  const { folder, name } = parted(file.path);
  const part = /^([^-/]*)-/.exec(name)?.[1] ?? "";
  const folders = [
    folder,
    ...foldersOfTexts(folder),
    ...[`${part}-articles/`, `${part}-articles-subtask-3/`, "articles/"].map((one) => folder + one),
  ];
  const seen = new Set<string>();
  let line = 0;
  let isOf: string | null = null;
  for (const written of source.split("\n")) {
    line += 1;
    const id = ROW.exec(written)?.[1];
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
      "There is no line of a number, a technique, begin and end, divided by tabs.",
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
