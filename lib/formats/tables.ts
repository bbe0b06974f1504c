import { parse } from "csv-parse/browser/esm/sync";
import { stringify } from "csv-stringify/browser/esm/sync";
import { Refusal } from "@/lib/domain/refusal";
import type { Range } from "@/lib/domain/text";
import { mebibytes } from "./bytes";
import type { ColumnType } from "./columns";
import { articleFrom, type JsonObject } from "./foreign";
import { MAX_LINE, recordArticle } from "./jsonl";
import { isShortForm, shortArticle } from "./label-studio";
import type { Shape } from "./shapes";
import {
  type ReadContext,
  type ReadItem,
  type ReadRecord,
  rejectionOf,
  type SourceFile,
} from "./source-file";
import { extensionOf } from "./unread";
import { Warnings } from "./warnings";
import type { Writer } from "./writing";

/** What may divide cells, the likeliest first. */
const DELIMITERS = [",", "\t", ";", "|"] as const;

/** What others call the columns of an article, without capitals, spaces, `_` and `-`, most telling first. */
const COLUMNS = new Map<string, readonly string[]>([
  [
    "text",
    [
      "text",
      "body",
      "content",
      "articletext",
      "fulltext",
      "article",
      "articlebody",
      "story",
      "textcontent",
    ],
  ],
  ["title", ["title", "headline"]],
  ["publisher", ["publisher", "medianame", "outlet", "publication", "newspaper", "source"]],
  ["id", ["id", "articleid", "storyid", "storiesid", "docid", "documentid"]],
]);

/** A first row of nothing but names, one of which an article has, and then a row of as many cells. */
export function isTable(beginning: string): boolean {
  const [header = "", row = ""] = beginning.split("\n").slice(0, -1);
  return DELIMITERS.some((delimiter) => {
    const names = header.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
    return (
      names.length >= 2 &&
      names.every((name) => /^[a-z_][\w -]{0,30}$/i.test(name)) &&
      names.some((name) => /^(?:id|title|text|body|content|url|author|date|label)$/i.test(name)) &&
      row.split(delimiter).length >= names.length
    );
  });
}

/** A row as it is written. */
type Row = {
  /** Where it begins, 1-based. */
  readonly line: number;
  readonly source: string;
};

/**
 * Reads an article a row, whose columns the first row names; or what Label Studio exports as CSV and TSV, in which
 * rows one after another of the same task are annotations of one article.
 */
export async function* readTable(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  let skip = context.skip ?? 0;
  let columns: readonly string[] | null = null;
  let delimiter = extensionOf(file.path) === ".csv" ? null : ("\t" as string | null);
  const group = new TaskRows();
  const item = (line: number, read: () => ReadRecord): ReadItem => {
    try {
      return { ...read(), path: file.path, line, wholeFile: false };
    } catch (error) {
      return rejectionOf(error, file.path, line);
    }
  };
  const ofTask = ({ line, rows }: TaskGroup) =>
    item(line, () => {
      const warnings = new Warnings(context);
      return articleFrom(shortArticle(rows, warnings), context, warnings);
    });
  for await (const row of rowsOf(file.stream)) {
    if (row.source.trim() === "") continue;
    if (columns === null) {
      delimiter = delimiterOf(row.source, delimiter);
      columns = columnsOf(cellsOf(row, delimiter));
      continue;
    }
    const names = columns;
    const divided = delimiter ?? ",";
    if (isShortForm(Object.fromEntries(names.map((name) => [name, ""])))) {
      // Whether a row begins another article is seen in it alone.
      let record: JsonObject;
      try {
        record = withJson(recordOf(row, names, divided));
      } catch (error) {
        const done = group.take();
        if (done && skip-- <= 0) yield ofTask(done);
        if (skip-- <= 0) yield rejectionOf(error, file.path, row.line);
        continue;
      }
      const done = group.add(record, row.line);
      if (done && skip-- <= 0) yield ofTask(done);
      continue;
    }
    if (skip-- > 0) continue;
    yield item(row.line, () => recordArticle(inOurWords(recordOf(row, names, divided)), context));
  }
  const last = group.take();
  if (last && skip <= 0) yield ofTask(last);
}

type TaskGroup = { readonly line: number; readonly rows: readonly JsonObject[] };

/** Gathers the rows of a task of Label Studio. */
class TaskRows {
  #line = 0;
  #rows: JsonObject[] = [];

  /** @returns the task before, if this row is of another */
  add(row: JsonObject, line: number): TaskGroup | null {
    const [first] = this.#rows;
    const isSame = first !== undefined && row.id !== undefined && first.id === row.id;
    const done = isSame ? null : this.take();
    if (this.#rows.length === 0) this.#line = line;
    this.#rows.push(row);
    return done;
  }

  take(): TaskGroup | null {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length > 0 ? { line: this.#line, rows } : null;
  }
}

/** What most divides the first row, outside of quotes. */
function delimiterOf(source: string, expected: string | null): string {
  const bare = source.replaceAll(/"(?:[^"]|"")*"/g, "");
  const counts = DELIMITERS.map((one) => ({ one, count: bare.split(one).length - 1 }));
  if (expected !== null && bare.includes(expected)) return expected;
  return counts.toSorted((a, b) => b.count - a.count)[0]?.one ?? ",";
}

/** Names of columns, each once; one without a name is called by its place. */
function columnsOf(cells: readonly string[]): string[] {
  const names: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const name = cell.trim() || `column ${index + 1}`;
    names.push(names.includes(name) ? `${name} (column ${index + 1})` : name);
  }
  return names;
}

/** @throws Refusal "unprocessable" if its quotes are not as they should be */
function cellsOf({ source, line }: Row, delimiter: string): string[] {
  try {
    const options = { delimiter, relax_column_count: true, record_delimiter: ["\r\n", "\n", "\r"] };
    const [cells = []] = parse(source, options);
    return cells.map(String);
  } catch {
    throw new Refusal(
      "unprocessable",
      'A quote stands where none can: a cell with quotes in it is in quotes, and has each of them twice, as in "say ""no""".',
      { line },
    );
  }
}

/** The cells of a row by column, without those that are empty. */
function recordOf(row: Row, columns: readonly string[], delimiter: string): Record<string, string> {
  const cells = cellsOf(row, delimiter);
  if (cells.slice(columns.length).some((cell) => cell.trim() !== "")) {
    throw new Refusal(
      "unprocessable",
      `The row has ${cells.length} cells, but the first row names ${columns.length} columns.`,
    );
  }
  const filled = columns.flatMap((name, index): [string, string][] => {
    const cell = cells[index] ?? "";
    return cell === "" ? [] : [[name, cell]];
  });
  return Object.fromEntries(filled);
}

/** Label Studio writes lists and objects into cells as JSON. */
function withJson(record: Record<string, string>): JsonObject {
  const values = Object.entries(record).map(([name, cell]): [string, unknown] => {
    if (!/^\s*[[{]/.test(cell)) return [name, cell];
    try {
      return [name, JSON.parse(cell)];
    } catch {
      return [name, cell];
    }
  });
  const missing = ["annotation_id", "annotator", "lead_time"].map((name) => [name, null] as const);
  return Object.fromEntries([...missing, ...values]);
}

/**
 * A row by our names for what its columns are.
 *
 * @throws Refusal "unprocessable" if no column is a text
 */
function inOurWords(record: Record<string, string>): JsonObject {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, "");
  const renamed = new Map(Object.entries(record));
  for (const [name, aliases] of COLUMNS) {
    if (renamed.has(name)) continue;
    const found = aliases.flatMap(
      (alias) => [...renamed.keys()].find((key) => plain(key) === alias) ?? [],
    );
    const [key] = found;
    const value = key === undefined ? undefined : renamed.get(key);
    if (key === undefined || value === undefined) continue;
    // Where an address stands, it is of the article.
    if (name === "publisher" && /^https?:/i.test(value)) continue;
    renamed.delete(key);
    renamed.set(name, value);
  }
  if (!renamed.has("text")) {
    const names = Object.keys(record).slice(0, 20).join(", ");
    throw new Refusal(
      "unprocessable",
      `The row has no text: a column has to be called text, body or content. There are: ${names}.`,
    );
  }
  // Names that mean something in records of ours are only names here.
  const {
    schema,
    blocks,
    spans,
    relations,
    annotators,
    meta,
    text_sha256,
    offset_unit,
    ...article
  } = Object.fromEntries(renamed);
  const own = { schema, blocks, spans, relations, annotators, meta, text_sha256, offset_unit };
  const kept = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [[`column ${name}`, value] as const],
  );
  return { ...article, ...Object.fromEntries(kept) };
}

/** Rows, over several lines where a cell in quotes is. */
async function* rowsOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  let pending = "";
  let line = 1;
  let started = 1;
  let from = 0;
  let isQuoted = false;
  // A quote opens a cell only where the cell begins, so that what stands before it counts.
  let before = "\n";
  for await (const piece of decoded(stream)) {
    pending += piece;
    for (; from < pending.length; from += 1) {
      const character = pending[from] ?? "";
      if (character === "\n") line += 1;
      if (character === '"') {
        if (isQuoted) isQuoted = false;
        else if (/^[\n",;|\t]$/.test(before)) isQuoted = true;
      } else if (character === "\n" && !isQuoted) {
        yield { line: started, source: pending.slice(0, from).replace(/\r$/, "") };
        pending = pending.slice(from + 1);
        started = line;
        from = -1;
      }
      before = character;
    }
    if (pending.length > MAX_LINE) {
      throw new Refusal(
        "too_large",
        `The row that begins on line ${started} has more than ${mebibytes(MAX_LINE)}; perhaps a quote in it is never closed.`,
        { line: started },
      );
    }
  }
  if (pending !== "") yield { line: started, source: pending };
}

/**
 * Text of a file in UTF-8, or in UTF-16 where it says so by its first two bytes.
 *
 * @throws Refusal "unprocessable" if it is neither
 */
async function* decoded(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let held = new Uint8Array(0);
  let at = 0;
  const text = (bytes: Uint8Array | undefined, using: TextDecoder) => {
    try {
      return bytes === undefined ? using.decode() : using.decode(bytes, { stream: true });
    } catch {
      throw new Refusal(
        "unprocessable",
        `This is no ${using.encoding.toUpperCase()} after byte ${at} of the file. Save the table as UTF-8, or as UTF-16 with a byte-order mark; no other encoding is guessed.`,
      );
    }
  };
  for await (const chunk of stream) {
    if (decoder === null) {
      held = new Uint8Array([...held, ...chunk]);
      if (held.length < 2) continue;
      const [one, two] = held;
      const encoding =
        one === 0xff && two === 0xfe
          ? "utf-16le"
          : one === 0xfe && two === 0xff
            ? "utf-16be"
            : "utf-8";
      decoder = new TextDecoder(encoding, { fatal: true });
      yield text(held, decoder);
      at += held.length;
      continue;
    }
    yield text(chunk, decoder);
    at += chunk.length;
  }
  decoder ??= new TextDecoder("utf-8", { fatal: true });
  yield text(at === 0 ? held : undefined, decoder);
  if (at === 0) yield text(undefined, decoder);
}

/** How formulas begin, for one spreadsheet or another. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A row. Spreadsheets run a text that begins like a formula: that gets a quote in front. */
const line = (cells: readonly unknown[]) => {
  const safe = cells.map((cell) =>
    typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : cell,
  );
  return stringify([safe], { cast: { boolean: String } });
};

/** A table of a shape's rows. */
export function tableOf(shape: Shape): Writer {
  const { loses, losesToo = [] } = shape;
  return {
    kind: "file",
    extension: ".csv",
    mediaType: "text/csv",
    before: (about) => line(shape.columns(about).map(({ name }) => name)),
    write: (record, lost, about) => {
      const columns = shape.columns(about);
      const rows = shape.rows(record, lost, about);
      return rows
        .map((row) => line(columns.map(({ name, type }) => cellOf(row[name] ?? null, type))))
        .join("");
    },
    loses,
    losesToo,
    mayOmitTexts: true,
  };
}

/** Several texts are divided by `|`, ranges are `0-8;12-20`; what else is no single value is JSON. */
function cellOf(value: unknown, type: ColumnType): unknown {
  if (value === null) return "";
  if (type === "json") return JSON.stringify(value);
  if (typeof type === "string") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (!("list" in type)) return JSON.stringify(value);
  if (type.list === "text") {
    // Where a text has the sign that divides, only JSON can tell them apart again.
    return value.some((one) => String(one).includes("|")) ? JSON.stringify(value) : value.join("|");
  }
  if (typeof type.list === "string") return value.join("|");
  return value.map(({ start, end }: Range) => `${start}-${end}`).join(";");
}
