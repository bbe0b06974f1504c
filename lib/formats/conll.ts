import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { ArticleText, codePointLength, decodeUtf8, type Range } from "@/lib/domain/text";
import { linesOf, mebibytes } from "./bytes";
import { articleFrom, type ForeignSpan } from "./foreign";
import { isKnown } from "./metadata";
import {
  type ReadArticle,
  type ReadContext,
  type ReadItem,
  type Rejection,
  rejectionOf,
  type SourceFile,
} from "./source-file";
import { rangesOfTags, taggedText, WITHIN } from "./tagging";
import { Warnings } from "./warnings";
import { isWebanno } from "./webanno";
import {
  allButSpans,
  byAnnotator,
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
} from "./writing";

/** The longest line, in bytes: a token and some tags. */
const LONGEST_LINE = 64 * 1024;

const isTag = (value: string) => value === "O" || value === "_" || WITHIN.test(value);

const DOCUMENT = /^(?:-DOCSTART-(?:\s|$)|#\s*newdoc\b|#begin document\b)/;

/** How documents begin in the form of CoNLL-2012, which OntoNotes has. */
const ONTONOTES = /^#begin document \((.*?)\);?(?:\s*part\s+(\d+))?/;

/** Whether a line is of CoNLL-U: ten columns, the first of which is a number, a range or a number for what is unsaid. */
const isOfU = (columns: readonly string[]) =>
  columns.length === 10 && /^\d+(?:[-.]\d+)?$/.test(columns[0] ?? "");

/** A token a line and its tags behind it, where the last column is a tag. */
export function isConll(beginning: string): boolean {
  if (ONTONOTES.test(beginning)) return true;
  if (isWebanno(beginning)) return false; // its labels may be called as tags are
  const lines = beginning.split("\n").slice(0, -1);
  const rows = lines.filter(
    (line) => line.trim() !== "" && !line.startsWith("#") && !DOCUMENT.test(line),
  );
  if (rows.length >= 2 && rows.every((line) => isOfU(line.trimEnd().split("\t")))) return true;
  return (
    rows.length >= 2 &&
    rows.every((line) => /^\S+[ \t](?:.*[ \t])?(?:O|[BIESLUMW]-\S+)\s*$/.test(line))
  );
}

/** A token and what stands behind it; a sentence ends where there is null. */
type Row = { readonly line: number; readonly columns: readonly string[] } | null;

type Document = {
  readonly line: number;
  readonly id: string | null;
  readonly comments: ReadonlyMap<string, string>;
  readonly rows: readonly Row[];
};

/** Reads the articles of a file of tokens and tags; without marks between articles it is one. */
export async function* readConll(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  let skip = context.skip ?? 0;
  const give = (document: Document, wholeFile: boolean): ReadArticle | Rejection => {
    const line = wholeFile ? null : document.line;
    try {
      return { ...conllArticle(document, context), path: file.path, line, wholeFile };
    } catch (error) {
      return rejectionOf(error, file.path, line);
    }
  };
  // Whether it is the only one is known when the next is there.
  let held: Document | null = null;
  let isOnly = true;
  for await (const document of documentsIn(file.stream)) {
    if (held !== null) {
      isOnly = false;
      if (skip > 0) skip -= 1;
      else yield give(held, false);
    }
    held = document;
  }
  if (held !== null && skip === 0) yield give(held, isOnly);
}

/** @throws Refusal "too_large", "unprocessable" with its line */
async function* documentsIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Document> {
  let rows: Row[] = [];
  let comments = new Map<string, string>();
  let start = { line: 1, id: null as string | null };
  let size = 0;
  const ready = (): Document | null => {
    const document = { ...start, comments, rows };
    const isFilled = rows.some((row) => row !== null);
    [rows, comments, size] = [[], new Map(), 0];
    return isFilled ? document : null;
  };
  for await (const { number, bytes, length } of linesOf(stream, LONGEST_LINE)) {
    if (bytes === null) {
      const message = `The line has ${length} bytes; a token and its tags may have ${LONGEST_LINE}.`;
      throw new Refusal("too_large", message, { line: number });
    }
    const line = textOf(bytes, number);
    size += length;
    if (size > 4 * MAX_ARTICLE_BYTES) {
      const message = `An article of tokens may have ${mebibytes(4 * MAX_ARTICLE_BYTES)}.`;
      throw new Refusal("too_large", message, { line: number });
    }
    if (DOCUMENT.test(line)) {
      const document = ready();
      if (document) yield document;
      start = { line: number, id: idIn(line) };
    } else if (line.trim() === "") {
      if (rows.at(-1)) rows.push(null);
    } else {
      const columns = line.includes("\t") ? line.split("\t") : line.trim().split(/ +/);
      const tag = columns.at(-1)?.trim() ?? "";
      const isComment = line.startsWith("#") && (columns.length < 2 || !isTag(tag));
      const [, key = "", value = ""] = /^#\s*([^\s=]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (!isComment) rows.push({ line: number, columns });
      else if (key !== "" && !comments.has(key)) comments.set(key, value.trim());
    }
  }
  const document = ready();
  if (document) yield document;
}

/** What a line that begins a document calls it. */
function idIn(line: string): string | null {
  const [, name, part] = ONTONOTES.exec(line) ?? [];
  if (name) return part === undefined ? name : `${name}; part ${part}`;
  return /\bid\s*=\s*(.+?)\s*$/.exec(line)?.[1] ?? null;
}

function textOf(bytes: Uint8Array, line: number): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message.replace(/line 1\b/, `line ${line}`), { line });
  }
}

/** What a file says of each sentence, and so not of an article. */
const OF_SENTENCES: ReadonlySet<string> = new Set(["sent_id", "text", "text_en", "newpar", "id"]);

function conllArticle({ id, comments, rows }: Document, context: ReadContext) {
  const warnings = new Warnings(context);
  const { words, count, unread } = wordsOf(rows);
  let text = "";
  let at = 0;
  let gap = "";
  const spans: ForeignSpan[] = [];
  type Placed = Range & Omit<NonNullable<Word>, "text" | "isJoined">;
  let sentence: Placed[] = [];
  const endSentence = () => {
    for (let column = 0; column < count; column += 1) {
      const tags = sentence.map((word) => word.tags[column] ?? "");
      for (const { label, start, end, first } of rangesOfTags(tags, sentence)) {
        const place = `line ${sentence[first]?.line}`;
        spans.push({ label, fragments: [{ start, end }], place });
      }
    }
    sentence = [];
  };
  for (const word of words) {
    if (word === null) {
      endSentence();
      gap = text === "" ? "" : "\n";
      continue;
    }
    const { line } = word;
    if (word.text === "") continue; // a token of white space is the space between two
    text += gap + word.text;
    const start = at + gap.length;
    at = start + codePointLength(word.text);
    gap = word.isJoined ? "" : " ";
    const tags = word.tags.map((tag) => tag.trim());
    for (const tag of tags.filter((one) => !isTag(one))) {
      const message = `"${tag.slice(0, 80)}" is no tag; the token is taken as outside.`;
      warnings.add("detail_left_out", message, { line, place: `line ${line}` });
    }
    sentence.push({ line, start, end: at, tags });
  }
  endSentence();
  warnings.add(
    "detail_left_out",
    "The text was put together of tokens, with one space between two and a new line for each sentence: the file does not say how it was written.",
  );
  if (unread > 0) {
    const message = `What else is said of each of ${unread} tokens, such as parts of speech, has no place here.`;
    warnings.add("annotations_left_out", message);
  }
  const metadata = new Map<string, unknown>();
  for (const [key, value] of comments) {
    if (!OF_SENTENCES.has(key) || isKnown(key)) metadata.set(key, value);
  }
  return articleFrom(
    { text, unit: "code_point", metadata, recordId: id, spans },
    context,
    warnings,
  );
}

/** A token as it is read; a sentence ends where there is null. */
type Word = {
  readonly line: number;
  readonly text: string;
  readonly tags: readonly string[];
  /** Whether no space follows, where the file says so. */
  readonly isJoined: boolean;
} | null;

/** @returns also how many tags each word has, and of how many of them there is more in the file */
function wordsOf(rows: readonly Row[]): { words: Word[]; count: number; unread: number } {
  const filled = rows.filter((row) => row !== null);
  if (filled.every(({ columns }) => isOfU(columns))) return wordsOfU(rows);
  if (filled.every(({ columns }) => isOfOntoNotes(columns))) return wordsOfOntoNotes(rows);
  refuseHalf(filled);
  const { token, tags } = columnsOf(rows);
  const isNumbered = token > 0;
  let unread = 0;
  const words = rows.map((row): Word => {
    if (row === null) return null;
    const { line, columns } = row;
    const isMore = columns.some(
      (value, column) =>
        column !== token &&
        !tags.includes(column) &&
        !(isNumbered && column === 0) &&
        isSaid(value.trim()),
    );
    if (isMore) unread += 1;
    const own = tags.map((column) => columns[column] ?? "");
    return { line, text: columns[token]?.trim() ?? "", tags: own, isJoined: false };
  });
  return { words, count: tags.length, unread };
}

/** @throws Refusal "unprocessable" where only some lines are of a form whose first column is no token */
function refuseHalf(rows: readonly (Row & object)[]): void {
  for (const [title, isOf] of [
    ["CoNLL-U", isOfU],
    ["CoNLL-2012", isOfOntoNotes],
  ] as const) {
    const other = rows.find(({ columns }) => !isOf(columns));
    if (!other || !rows.some(({ columns }) => isOf(columns))) continue;
    const { line } = other;
    const message = `Line ${line} has not the columns of ${title}, which others have.`;
    throw new Refusal("unprocessable", message, { line });
  }
}

/** Whether a column says something, in whichever way a file leaves one empty. */
const isSaid = (value: string) => !["", "_", "-", "*", "O", "-X-"].includes(value);

/** Keys of the last column of CoNLL-U under which programs put tags of entities. */
const ENTITY_KEYS: ReadonlySet<string> = new Set(["NER", "NE"]);

/** Words of CoNLL-U: of what is written as one, the whole; what is unsaid is not in the text. */
function wordsOfU(rows: readonly Row[]) {
  let unread = 0;
  let last = 0;
  const words = rows.flatMap((row): Word[] => {
    if (row === null) {
      last = 0;
      return [null];
    }
    const { line, columns } = row;
    const [id = "", form = "", ...more] = columns;
    const [, first = "", end] = /^(\d+)(?:-(\d+))?$/.exec(id) ?? [];
    const said = (more.at(-1) ?? "").trim().split("|");
    const tag = said.find((one) => ENTITY_KEYS.has(one.slice(0, one.indexOf("="))));
    const others = said.filter((one) => one !== tag && !one.startsWith("SpaceAfter="));
    // Where it stands in its sentence is said by its place.
    if ([...more.slice(0, -1), ...others].some(isSaid)) unread += 1;
    if (first === "" || Number(first) <= last) return [];
    if (end !== undefined) last = Number(end);
    const own = tag?.slice(tag.indexOf("=") + 1) ?? "O";
    return [{ line, text: form.trim(), tags: [own], isJoined: said.includes("SpaceAfter=No") }];
  });
  return { words, count: 1, unread };
}

/** Where the words and the names of CoNLL-2012 stand. */
const [WORD, NAMES] = [3, 10];

const isOfOntoNotes = (columns: readonly string[]) =>
  columns.length >= 12 &&
  /^\d+$/.test(columns[1] ?? "") &&
  /^\d+$/.test(columns[2] ?? "") &&
  /^(?:\([^()*\s]+)?\*?\)?$/.test(columns[NAMES] ?? "");

/** Words of CoNLL-2012, in which `(ORG*`, `*` and `*)` stand for a name of three. */
function wordsOfOntoNotes(rows: readonly Row[]) {
  let label: string | null = null;
  let unread = 0;
  const words = rows.map((row): Word => {
    if (row === null) {
      label = null;
      return null;
    }
    const { line, columns } = row;
    const cell = columns[NAMES] ?? "*";
    const [, begins] = /^\(([^()*\s]+)/.exec(cell) ?? [];
    label = begins ?? label;
    const tag = label === null ? "O" : `${begins === undefined ? "I" : "B"}-${label}`;
    if (cell.endsWith(")")) label = null;
    if (columns.some((value, column) => column > WORD && column !== NAMES && isSaid(value))) {
      unread += 1;
    }
    return { line, text: columns[WORD] ?? "", tags: [tag], isJoined: false };
  });
  return { words, count: 1, unread };
}

/** Which column has the tokens, and which the tags: all others, if nothing else is in them, else the last. */
function columnsOf(rows: readonly Row[]): { token: number; tags: readonly number[] } {
  const most = rows.reduce((least, row) => Math.min(least, row?.columns.length ?? least), 1000);
  if (most < 2) {
    const bare = rows.find((row) => row !== null && row.columns.length < 2);
    const line = bare?.line;
    throw new Refusal("unprocessable", `There is no tag behind the token in line ${line}.`, {
      line,
    });
  }
  const areTags = Array.from({ length: most }, (_, column) =>
    rows.every((row) => row === null || isTag(row.columns[column]?.trim() ?? "")),
  );
  const [first, second] = rows;
  const isNumbered =
    most > 2 && !areTags[1] && first?.columns[0] === "1" && second?.columns[0] === "2";
  const token = isNumbered ? 1 : 0;
  const others = areTags.flatMap((_, column) => (column > token ? [column] : []));
  const tags = others.every((column) => areTags[column]) ? others : [most - 1];
  return { token, tags };
}

/**
 * Tokens of a text with a column of tags for each label; each annotator's work is a document of its own.
 *
 * @throws Refusal "unprocessable" if spans of a label overlap that were to be refused
 */
export function writeConll(
  record: ArticleRecord,
  lost: LostInWriting,
  about: DatasetAbout,
): string {
  losePartsOf(record, allButSpans, lost);
  const files = byAnnotator(record, lost, (own) => [
    { path: "", text: documentOf(own, about, lost) },
  ]);
  return files.map(({ text }) => text).join("");
}

const SPACE = /\s+/gu;
const LINE_END = /[\n\r]/;

function documentOf(record: ArticleRecord, about: DatasetAbout, lost: LostInWriting): string {
  const text = new ArticleText(record.text);
  const whole = { record, annotator: null, sentences: null };
  const { tokens, tags } = taggedText(text, whole, about, lost);
  const columns = [...tags.values()];
  const lines = [["-DOCSTART-", ...columns.map(() => "O")].join("\t"), ""];
  let before = 0;
  let index = 0;
  for (const token of tokens) {
    let row = text.slice(token).replaceAll(SPACE, "");
    let isWithin = false;
    for (const column of columns) {
      const tag = column[index] ?? "O";
      isWithin ||= tag.startsWith("I-");
      row += `\t${tag}`;
    }
    const isNewLine =
      index > 0 && !isWithin && LINE_END.test(text.slice({ start: before, end: token.start }));
    if (isNewLine) lines.push("");
    lines.push(row);
    before = token.end;
    index += 1;
  }
  return `${lines.join("\n")}\n\n`;
}
