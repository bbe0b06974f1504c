import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import type { AttributeRule } from "@/lib/domain/scheme";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText, decodeUtf8, type Range } from "@/lib/domain/text";
import { companionOf, nameIn, type StandoffLine, standoffLines } from "./brat";
import { readAll } from "./bytes";
import {
  covers,
  type ForeignAnnotator,
  type ForeignRelation,
  type ForeignSpan,
  joined,
  wholeFileArticle,
} from "./foreign";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { titledParagraphs } from "./text";
import { Warnings } from "./warnings";

/** What the corpus calls its annotators: its files of marks are called as the text is, with one of these behind. */
const ANNOTATORS = ["4b22", "4e07", "5fec", "6b86", "d473", "ef2d"] as const;

/** Folders of the corpus, side by side. */
const TEXTS = "text";
const MARKS = "attributions";

/** The table of all articles, in the folder above those of each part. */
const METADATA = "metadata.tsv";

/** The files that would say what is marked in a text, if it lies as the corpus has them. */
export function polnearBeside(path: string): readonly string[] {
  const name = nameIn(path);
  const folder = path.slice(0, path.length - name.length);
  const marks = besideIn(folder, TEXTS, MARKS);
  if (marks === folder || !name.endsWith(".txt")) return [];
  const stem = name.slice(0, -".txt".length);
  return ["", ...ANNOTATORS.map((one) => `_${one}`)].map(
    (behind) => `${marks}${stem}${behind}.ann`,
  );
}

/** The texts that a file of marks would belong to, if it lies as the corpus has them. */
export function polnearTexts(path: string): readonly string[] {
  const name = nameIn(path);
  const folder = path.slice(0, path.length - name.length);
  const texts = besideIn(folder, MARKS, TEXTS);
  return texts !== folder && name.endsWith(".ann") ? textsIn(texts, name) : [];
}

/** Texts in a folder that a file may belong to by its name. */
function textsIn(folder: string, name: string): string[] {
  const stem = name.replace(/\.[^.]*$/, "");
  return [stem.replace(/_[0-9a-f]{4}$/, ""), stem].map((one) => `${folder}${one}.txt`);
}

/**
 * Reads a text of the corpus with what each annotator marked in it. Source and cue become one span, an attribution; the
 * content a claim, of which that is the source.
 */
export async function* readPolnear(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  if ((context.skip ?? 0) > 0) return;
  const name = nameIn(file.path);
  const folder = file.path.slice(0, file.path.length - name.length);
  if (name === METADATA) {
    yield { kind: "companion", of: folder };
    return;
  }
  if (!name.endsWith(".txt")) {
    yield await companionOf(file, [...polnearTexts(file.path), ...textsIn(folder, name)]);
    return;
  }
  const stem = name.slice(0, -".txt".length);
  const text = decodeUtf8(await readAll(file.stream, MAX_ARTICLE_BYTES));
  const warnings = new Warnings(context);
  const spans: ForeignSpan[] = [];
  const relations: ForeignRelation[] = [];
  const annotators: ForeignAnnotator[] = [];
  const whole = new ArticleText(text);
  for (const annotator of [null, ...ANNOTATORS]) {
    const marks = stem + (annotator === null ? "" : `_${annotator}`);
    const folders = new Set([besideIn(folder, TEXTS, MARKS), folder]);
    for (const where of folders) {
      const path = `${where}${marks}.ann`;
      const bytes = await file.beside?.(path);
      if (!bytes) continue;
      const lines = standoffLines(decodeUtf8(bytes), path, warnings);
      const found = attributionsIn(lines, whole, { annotator, path, context, warnings });
      spans.push(...found.spans);
      relations.push(...found.relations);
      annotators.push({ annotator });
      break;
    }
  }
  if (annotators.length === 0) {
    const message = `There are no attributions of ${name} beside it: nothing is marked.`;
    warnings.add("annotations_left_out", message);
  }
  const metadata = await metadataOf(file, folder, stem);
  const { blocks } = titledParagraphs(text);
  const marks = { annotators, spans, relations };
  const found = { text, unit: "code_point", metadata, blocks, recordId: stem, ...marks } as const;
  yield wholeFileArticle(file, found, context, warnings);
}

/** A folder with the last part of its path changed, where that is as it is said. */
function besideIn(folder: string, from: string, to: string): string {
  const end = `${from}/`;
  const isIt = folder === end || folder.endsWith(`/${end}`);
  return isIt ? `${folder.slice(0, -end.length)}${to}/` : folder;
}

type Reading = {
  readonly annotator: string | null;
  readonly path: string;
  readonly context: ReadContext;
  readonly warnings: Warnings;
};

/** What one annotator marked: an event is an attribution, and what is in none is kept as it is called. */
function attributionsIn(
  lines: readonly StandoffLine[],
  text: ArticleText,
  { annotator, path, context, warnings }: Reading,
) {
  const said = sayingsOf(context);
  const spans: ForeignSpan[] = [];
  const relations: ForeignRelation[] = [];
  const placeOf = ({ line }: StandoffLine) => `${nameIn(path)}, line ${line}`;
  const marked = new Map<string, StandoffLine & { kind: "span" }>();
  for (const one of lines) {
    if (one.kind !== "span") continue;
    if (isThere(one.fragments, text) && covers(text, joined(one.fragments), one.quote)) {
      marked.set(one.id, one);
    } else {
      const place = placeOf(one);
      const message = `What ${one.label} is said to cover is not the text at its offsets.`;
      warnings.add("span_left_out", message, { line: one.line, place, field: place });
    }
  }
  const used = new Set<string>();
  const claims = new Set<string>();
  for (const one of lines) {
    if (one.kind !== "event" || !/^attribution/i.test(one.type)) continue;
    const place = placeOf(one);
    const inRole = (role: RegExp) =>
      one.args.slice(1).flatMap(({ role: name, id }) => {
        const found = role.test(name) ? marked.get(id) : undefined;
        return found ? [found] : [];
      });
    const [sources, cues, contents] = [
      inRole(/^source\d*$/i),
      inRole(/^cue\d*$/i),
      inRole(/^content\d*$/i),
    ];
    for (const { id } of one.args) used.add(id);
    const fragments = closed(
      [...sources, ...cues].flatMap((part) => part.fragments),
      text,
    );
    if (fragments.length === 0) {
      const message = "It has neither a source nor a cue.";
      warnings.add("span_left_out", message, { line: one.line, place, field: place });
      continue;
    }
    const wordsOf = (parts: readonly { readonly fragments: readonly Range[] }[]) =>
      parts.map((part) => quoteOf(text, joined(part.fragments)).replaceAll(/\s+/gu, " ")).join(" ");
    const attributes = said(wordsOf(sources), wordsOf(cues));
    spans.push({ id: one.id, label: "attribution", fragments, attributes, annotator, place });
    for (const content of contents) {
      if (!claims.has(content.id)) {
        claims.add(content.id);
        const { id, quote } = content;
        const where = placeOf(content);
        spans.push({
          id,
          label: "claim",
          fragments: content.fragments,
          quote,
          annotator,
          place: where,
        });
      }
      const id = `${one.id}-${content.id}`;
      relations.push({ id, type: "source_of", from: one.id, to: content.id, annotator, place });
    }
  }
  for (const one of marked.values()) {
    if (used.has(one.id)) continue;
    const { id, label, fragments, quote } = one;
    spans.push({ id, label, fragments, quote, annotator, place: placeOf(one) });
  }
  for (const one of lines) {
    if (one.kind === "span" || one.kind === "event") continue;
    const place = placeOf(one);
    const message = "Only attributions are read, and this says something else.";
    warnings.add("detail_left_out", message, { line: one.line, place, field: place });
  }
  return { spans, relations };
}

/** What an attribution says of its source and its cue, as far as the scheme asks for it. */
function sayingsOf({ scheme, mapping }: ReadContext) {
  const label = mapping?.label.attribution ?? "attribution";
  const rules = scheme.labels.find(({ name }) => name === label)?.attributes ?? [];
  const ruleOf = (name: string) =>
    rules.find((rule) => rule.name === (mapping?.attribute[name] ?? name));
  return (source: string, cue: string): Record<string, unknown> => ({
    ...valueIn("source", source, ruleOf("source")),
    ...valueIn("cue", cue, ruleOf("cue")),
  });
}

function valueIn(name: string, words: string, rule: AttributeRule | undefined) {
  if (words === "") return {};
  if (rule?.type === "text") return { [name]: words };
  const chosen = words.toLowerCase().replaceAll(/\P{L}+/gu, "_");
  return rule?.type === "choice" && rule.values.includes(chosen) ? { [name]: chosen } : {};
}

const isThere = (fragments: readonly Range[], text: ArticleText) =>
  fragments.every(({ start, end }) => start < end && end <= text.length);

/** Pieces in order; with no more than spaces between them they are one. */
function closed(ranges: readonly Range[], text: ArticleText): Range[] {
  const pieces: Range[] = [];
  for (const range of joined(ranges)) {
    const last = pieces.at(-1);
    const gap = last ? text.slice({ start: last.end, end: range.start }) : "";
    if (last && /^[^\S\r\n]*$/u.test(gap)) {
      pieces[pieces.length - 1] = { start: last.start, end: range.end };
    } else pieces.push(range);
  }
  return pieces;
}

/** What the table of the corpus says of a text; nothing where there is no table, or it is not in it. */
async function metadataOf(
  { beside }: SourceFile,
  folder: string,
  stem: string,
): Promise<Map<string, unknown>> {
  const data = folder.replace(/[^/]*\/[^/]*\/$/, "");
  const bytes = data === folder ? null : await beside?.(data + METADATA);
  if (!bytes) return new Map();
  const table = decodeUtf8(bytes);
  const [names = ""] = table.split("\n", 1);
  const found = table.indexOf(`\t${stem}\t`);
  if (found < 0) return new Map();
  const start = table.lastIndexOf("\n", found) + 1;
  const end = table.indexOf("\n", found);
  const row = table.slice(start, end < 0 ? undefined : end).split("\t");
  const fields = new Map<string, unknown>();
  for (const [index, name] of names.split("\t").entries()) {
    const value = row[index]?.trim() ?? "";
    const isSaid = value !== "" && value !== "None";
    if (isSaid && name !== "filename" && name !== "annotators") fields.set(name.trim(), value);
  }
  return fields;
}
