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

const DOCUMENT =
  /^(?:-DOCSTART-(?:\s|$)|#\s*newdoc\b|#begin document\b|#\s*(?:[\w.-]+:)?document_id\s*=)/;

/** What the column of the tokens is called in a row of names. */
const TOKENS = /^(?:token|word|form)s?$/i;

/** Whether a row names its columns, as those of HIPE do. */
const isHeader = (columns: readonly string[]) =>
  columns.length >= 2 &&
  columns.some((name) => TOKENS.test(name.trim())) &&
  columns.every((name) => /^\p{L}[\p{L}\p{N} ._-]*$/u.test(name.trim()) && !isTag(name.trim()));

/** A word of a line that is a sentence: `The|DT|O`, as spaCy has it. */
const WORD_IN_LINE = /^\S+?\|(?:[^|\s]+\|)?(?:O|[BIESLUMW]-[^|\s]+)$/;

const isSentence = (line: string) => {
  const words = line.trim().split(/\s+/);
  return words.every((word) => WORD_IN_LINE.test(word));
};

/** A label without a letter before it, as Stanford's programs tag. */
const BARE = /^\p{L}[\p{L}\p{N}_.&/-]*$/u;

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
  if (rows.length >= 1 && rows.every(isSentence)) return true;
  if (rows.length < 2) return false;
  if (rows.every((line) => /^\S+[ \t](?:.*[ \t])?(?:O|[BIESLUMW]-\S+)\s*$/.test(line))) return true;
  return isNamed(rows.map((line) => line.trimEnd().split("\t"))) || isBare(rows);
}

/** A row of names, and then as many columns, one of which has nothing but tags. */
function isNamed([header = [], ...rows]: readonly (readonly string[])[]): boolean {
  return (
    isHeader(header) &&
    rows.length > 0 &&
    rows.every((columns) => columns.length === header.length) &&
    header.some((_, column) => {
      const cells = rows.map((columns) => columns[column] ?? "");
      return cells.every(isTag) && cells.some((cell) => cell === "O" || WITHIN.test(cell));
    })
  );
}

/** A token without spaces and a label a line, some of which are none. */
function isBare(rows: readonly string[]): boolean {
  const cells = rows.map((line) => /^\S+\t(?:.*\t)?(\S+)$/.exec(line.trimEnd())?.[1] ?? "");
  const outside = cells.filter((cell) => cell === "O").length;
  return (
    cells.every((cell) => BARE.test(cell)) &&
    outside >= rows.length / 20 &&
    new Set(cells).size <= MOST_LABELS
  );
}

/** A token and what stands behind it; a sentence ends where there is null. */
type Row = { readonly line: number; readonly columns: readonly string[] } | null;

type Document = {
  readonly line: number;
  readonly id: string | null;
  /** What the columns are called; null where the file does not say. */
  readonly header: readonly string[] | null;
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
  /** Those behind the last row: of this document, unless another begins. */
  let pending = new Map<string, string>();
  let header: readonly string[] | null = null;
  let start = { line: 1, id: null as string | null };
  let size = 0;
  const ready = (): Document | null => {
    const isFilled = rows.some((row) => row !== null);
    if (!isFilled) {
      rows = [];
      return null;
    }
    const document = { ...start, header, comments, rows };
    [rows, comments, pending, size] = [[], pending, new Map(), 0];
    return document;
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
      const [, key = "", value = ""] = /^#\s*(?:[\w.-]+:)?([^\s=]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (isComment) {
        const found = rows.length > 0 ? pending : comments;
        if (key !== "" && !found.has(key)) found.set(key, value.trim());
      } else if (header === null && rows.length === 0 && isHeader(columns)) {
        header = columns.map((name) => name.trim());
      } else {
        for (const [said, about] of pending) if (!comments.has(said)) comments.set(said, about);
        pending = new Map();
        if (isSentence(line)) {
          const words = line.trim().split(/\s+/);
          rows.push(...words.map((word) => ({ line: number, columns: inLine(word) })), null);
        } else rows.push({ line: number, columns });
      }
    }
  }
  const document = ready();
  if (document) yield document;
}

/** The token, and its tag last. */
function inLine(word: string): string[] {
  const parts = word.split("|");
  const tag = parts.pop() ?? "";
  // Where there are parts of speech, the token may be a bar itself.
  const more = parts.length > 1 && parts.some((part) => part !== "") ? [parts.pop() ?? ""] : [];
  return [parts.join("|"), ...more, tag];
}

/** What a line that begins a document calls it. */
function idIn(line: string): string | null {
  const [, name, part] = ONTONOTES.exec(line) ?? [];
  if (name) return part === undefined ? name : `${name}; part ${part}`;
  return /(?:\b|_)id\s*=\s*(.+?)\s*$/.exec(line)?.[1] ?? null;
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

function conllArticle({ id, header, comments, rows }: Document, context: ReadContext) {
  const warnings = new Warnings(context);
  const { words, count, unread, isBare } = wordsOf(rows, header);
  if (isBare) {
    const message =
      "Its tags do not say where a span begins: words of one label that stand next to each other are one span.";
    warnings.add("detail_left_out", message);
  }
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

type Words = {
  readonly words: readonly Word[];
  /** How many tags each word has. */
  readonly count: number;
  /** Of how many words there is more in the file. */
  readonly unread: number;
  /** Whether the file has labels for tags. */
  readonly isBare?: boolean;
};

function wordsOf(rows: readonly Row[], header: readonly string[] | null): Words {
  const filled = rows.filter((row) => row !== null);
  if (header === null) {
    if (filled.every(({ columns }) => isOfU(columns))) return wordsOfU(rows);
    if (filled.every(({ columns }) => isOfOntoNotes(columns))) return wordsOfOntoNotes(rows);
    refuseHalf(filled);
  }
  const { token, tags } = header ? columnsNamed(rows, header) : columnsOf(rows);
  const isBare = tags.length === 1 && hasBareLabels(rows, tags[0] ?? 0);
  if (!isBare) refuseWithoutTags(filled, tags);
  const isNumbered = token > 0;
  let unread = 0;
  const words = rows.flatMap((row): Word[] => {
    if (row === null) return [null];
    const { line, columns } = row;
    const said = header === null ? [] : flagsIn(columns);
    const isMore = columns.some(
      (value, column) =>
        column !== token &&
        !tags.includes(column) &&
        !(isNumbered && column === 0) &&
        !(column === columns.length - 1 && said.length > 0) &&
        isSaid(value.trim()),
    );
    if (isMore) unread += 1;
    const own = tags.map((column) => {
      const tag = columns[column] ?? "";
      return isBare && !isTag(tag.trim()) ? `I-${tag.trim()}` : tag;
    });
    const text = columns[token]?.trim() ?? "";
    const word = { line, text, tags: own, isJoined: said.some((flag) => JOINED.has(flag)) };
    return said.includes("EndOfSentence") ? [word, null] : [word];
  });
  return { words, count: tags.length, unread, isBare };
}

/** @throws Refusal "unprocessable" where the columns that would have the tags have none at all */
function refuseWithoutTags(rows: readonly (Row & object)[], tags: readonly number[]): void {
  const [first] = rows;
  const cellsOf = ({ columns }: Row & object) => tags.map((tag) => columns[tag]?.trim() ?? "");
  if (!first || rows.some((row) => cellsOf(row).some(isTag))) return;
  const { line } = first;
  const message = `There are no tags behind the tokens: where they would stand, line ${line} has "${cellsOf(first).join(" ").slice(0, 80)}".`;
  throw new Refusal("unprocessable", message, { line });
}

/** What the last column says of the token's place, if it says nothing else. */
function flagsIn(columns: readonly string[]): readonly string[] {
  const flags = (columns.at(-1) ?? "").trim().split("|");
  return flags.every((flag) => FLAGS.has(flag)) ? flags : [];
}

const JOINED: ReadonlySet<string> = new Set(["NoSpaceAfter", "SpaceAfter=No"]);
const FLAGS: ReadonlySet<string> = new Set([...JOINED, "EndOfLine", "EndOfSentence"]);

/** Whether a column has labels without a letter before them, and `O` for none. */
function hasBareLabels(rows: readonly Row[], column: number): boolean {
  const cells = new Set(rows.flatMap((row) => row?.columns[column]?.trim() ?? []));
  const labels = [...cells].filter((cell) => !isTag(cell));
  return (
    labels.length > 0 &&
    labels.length <= MOST_LABELS &&
    labels.every((label) => BARE.test(label)) &&
    cells.has("O") &&
    ![...cells].some((cell) => WITHIN.test(cell))
  );
}

/** More than this are no labels. */
const MOST_LABELS = 200;

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

/** By their names: where the tokens are is said, and tags are in all columns that have nothing else. */
function columnsNamed(rows: readonly Row[], header: readonly string[]) {
  const token = header.findIndex((name) => TOKENS.test(name));
  const tags = header.flatMap((_, column) =>
    column !== token &&
    rows.every((row) => row === null || isTag(row.columns[column]?.trim() ?? "_")) &&
    rows.some((row) => row !== null && row.columns[column]?.trim() !== "_")
      ? [column]
      : [],
  );
  return { token, tags: tags.length > 0 ? tags : [header.length - 1] };
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
