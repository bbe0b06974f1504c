import { parse } from "csv-parse/browser/esm/sync";
import { stringify } from "csv-stringify/browser/esm/sync";
import { type TableDelimiter, type TableQuote, tableDelimiters } from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { Range } from "@/lib/domain/text";
import { mebibytes } from "./bytes";
import type { ColumnType } from "./columns";
import { textIn } from "./encodings";
import { MAX_LINE } from "./jsonl";
import type { Shape } from "./shapes";
import type { ReadContext, ReadItem, SourceFile } from "./source-file";
import { articlesInTable, type TableRow, type TableSource } from "./table-articles";
import { extensionOf } from "./unread";
import type { Writer } from "./writing";

/** A first row of nothing but names, one of which an article has, and then a row of as many cells. */
export function isTable(beginning: string): boolean {
  const [header = "", row = ""] = beginning.split("\n").slice(0, -1);
  return tableDelimiters.some((delimiter) => {
    const names = header.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
    return (
      names.length >= 2 &&
      names.every((name) => /^[a-z_][\w -]{0,30}$/i.test(name)) &&
      names.some((name) => /^(?:id|title|text|body|content|url|author|date|label)$/i.test(name)) &&
      row.split(delimiter).length >= names.length
    );
  });
}

/**
 * Reads an article a row, whose columns the first row names; or what Label Studio exports as CSV and TSV, in which
 * rows one after another of the same task are annotations of one article.
 */
export async function* readTable(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  const expected = extensionOf(file.path) === ".csv" ? null : "\t";
  // Until it is known which quotes there are, nothing is let go of.
  const pieces: string[] = [];
  const texts = textIn(file.stream);
  async function* whole(): AsyncGenerator<string> {
    yield* pieces;
    yield* texts;
  }
  try {
    const first = await firstRow(texts, pieces);
    const found = first === null ? "," : delimiterOf(first.source, expected);
    const source: TableSource = {
      first: first && cellsOrWhole(first, found),
      rows: (said) => {
        const quote = said?.quote ?? '"';
        const delimiter = said?.delimiter ?? found;
        const rows = filled(whole(), delimiter, quote);
        return { form: { delimiter, quote, sheets: [], sheet: null }, rows };
      },
    };
    yield* articlesInTable(file, source, context);
  } finally {
    await texts.return(undefined);
  }
}

/**
 * The first row with anything in it; null if there is none.
 *
 * @param pieces of the text, to which those are added that it takes
 */
async function firstRow(texts: AsyncGenerator<string>, pieces: string[]): Promise<Row | null> {
  let size = 0;
  async function* taken(): AsyncGenerator<string> {
    for (;;) {
      // Not by `for await`, which ends what it leaves.
      const next = await texts.next();
      if (next.done) return;
      size += next.value.length;
      if (size > 2 * MAX_LINE) throw new Refusal("too_large", "The table begins with nothing.");
      pieces.push(next.value);
      yield next.value;
    }
  }
  for await (const row of rowsOf(taken(), '"')) if (SOMETHING.test(row.source)) return row;
  return null;
}

/** Spreadsheets write rows of nothing but empty cells, of which there may be many at the end. */
const SOMETHING = /[^\s,;|"']/u;

async function* filled(
  texts: AsyncIterable<string>,
  delimiter: TableDelimiter,
  quote: TableQuote,
): AsyncGenerator<TableRow> {
  let isOurs: boolean | null = null;
  for await (const row of rowsOf(texts, quote)) {
    if (!SOMETHING.test(row.source)) continue;
    isOurs ??= row.source.startsWith(OWN_BEGINNING);
    const read = isOurs ? withoutQuoteInFront : (cell: string) => cell;
    yield { line: row.line, cells: () => cellsOf(row, delimiter, quote).map(read) };
  }
}

/** How the first row of a table begins that was written here. */
const OWN_BEGINNING = "article_id,version,source_id,title,";

/** What was written for a cell, without the quote that keeps spreadsheets from running it. */
function withoutQuoteInFront(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** A row as it is written. */
type Row = {
  /** Where it begins, 1-based. */
  readonly line: number;
  readonly source: string;
};

/** What most divides the first row, outside of quotes. */
function delimiterOf(source: string, expected: TableDelimiter | null): TableDelimiter {
  const bare = source.replaceAll(/"(?:[^"]|"")*"/g, "");
  const counts = tableDelimiters.map((one) => ({ one, count: bare.split(one).length - 1 }));
  if (expected !== null && bare.includes(expected)) return expected;
  return counts.toSorted((a, b) => b.count - a.count)[0]?.one ?? ",";
}

/** @throws Refusal "unprocessable" if its quotes are not as they should be */
function cellsOf({ source, line }: Row, delimiter: TableDelimiter, quote: TableQuote): string[] {
  try {
    const [cells = []] = parse(source, {
      delimiter,
      quote: quote === "" ? false : quote,
      escape: quote === "" ? null : quote,
      relax_column_count: true,
      record_delimiter: ["\r\n", "\n", "\r"],
    });
    return cells.map(String);
  } catch {
    throw new Refusal(
      "unprocessable",
      `A quote stands where none can: a cell with quotes in it is in quotes, and has each of them twice, as in ${quote}say ${quote.repeat(2)}no${quote.repeat(3)}.`,
      { line },
    );
  }
}

/** The cells of a row; where it cannot be divided, the row as one. */
function cellsOrWhole(row: Row, delimiter: TableDelimiter): readonly string[] {
  try {
    return cellsOf(row, delimiter, '"');
  } catch {
    return [row.source];
  }
}

/**
 * Rows, over several lines where a cell in quotes is. Each piece is looked at once, however long a row is: what is
 * held of it is joined when it is whole.
 */
async function* rowsOf(texts: AsyncIterable<string>, quote: TableQuote): AsyncGenerator<Row> {
  let held: string[] = [];
  let size = 0;
  let line = 1;
  let started = 1;
  let isQuoted = false;
  // A quote opens a cell only where the cell begins, so that what stands before it counts.
  let before = "\n";
  const row = (end: string): Row => {
    const source = held.length === 0 ? end : [...held, end].join("");
    held = [];
    size = 0;
    return { line: started, source };
  };
  for await (const piece of texts) {
    let from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const character = piece[at] ?? "";
      if (character === "\n") line += 1;
      if (character === quote) {
        if (isQuoted) isQuoted = false;
        else if (before === quote || /^[\n,;|\t]$/.test(before)) isQuoted = true;
      } else if (character === "\n" && !isQuoted) {
        const { source, ...place } = row(piece.slice(from, at));
        yield { ...place, source: source.replace(/\r$/, "") };
        started = line;
        from = at + 1;
      }
      before = character;
    }
    if (from < piece.length) held.push(piece.slice(from));
    size += piece.length - from;
    if (size > MAX_LINE) {
      throw new Refusal(
        "too_large",
        `The row that begins on line ${started} has more than ${mebibytes(MAX_LINE)}; perhaps a quote in it is never closed.`,
        { line: started },
      );
    }
  }
  if (held.length > 0) yield row("");
}

/** How formulas begin, for one spreadsheet or another; or what stands for one, with quotes in front. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A row. Spreadsheets run a text that begins like a formula: that gets a quote in front. */
const line = (cells: readonly unknown[]) => {
  const safe = cells.map((cell) =>
    typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : cell,
  );
  return stringify([safe], { cast: { boolean: String } });
};

/** A table of a shape's rows. */
export function tableOf(shape: Shape): Writer {
  const { loses, losesToo = [], hasTags = false } = shape;
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
    hasTags,
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
