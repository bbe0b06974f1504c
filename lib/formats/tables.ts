import { parse } from "csv-parse/browser/esm/sync";
import { stringify } from "csv-stringify/browser/esm/sync";
import { type TableDelimiter, type TableQuote, tableDelimiters } from "@/lib/domain/imports";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { mebibytes } from "./bytes";
import { textIn } from "./encodings";
import { MAX_LINE } from "./jsonl";
import type { ReadContext, ReadItem, SourceFile } from "./source-file";
import { articlesInTable, type TableRow, type TableSource } from "./table-articles";
import { extensionOf } from "./unread";
import { type DatasetAbout, type LostInWriting, losePartsOf, type RecordPart } from "./writing";

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
  for await (const row of rowsOf(taken(), '"')) if (row.source.trim() !== "") return row;
  return null;
}

async function* filled(
  texts: AsyncIterable<string>,
  delimiter: TableDelimiter,
  quote: TableQuote,
): AsyncGenerator<TableRow> {
  let isOurs: boolean | null = null;
  for await (const row of rowsOf(texts, quote)) {
    if (row.source.trim() === "") continue;
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

/** Rows, over several lines where a cell in quotes is. */
async function* rowsOf(texts: AsyncIterable<string>, quote: TableQuote): AsyncGenerator<Row> {
  let pending = "";
  let line = 1;
  let started = 1;
  let from = 0;
  let isQuoted = false;
  // A quote opens a cell only where the cell begins, so that what stands before it counts.
  let before = "\n";
  for await (const piece of texts) {
    pending += piece;
    for (; from < pending.length; from += 1) {
      const character = pending[from] ?? "";
      if (character === "\n") line += 1;
      if (character === quote) {
        if (isQuoted) isQuoted = false;
        else if (before === quote || /^[\n,;|\t]$/.test(before)) isQuoted = true;
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

/** What an article is called in a table of its parts. */
const ARTICLE_COLUMNS = ["article_id", "version", "source_id", "title", "url"] as const;
const SPAN_COLUMNS = ["annotator", "id", "label", "start", "end", "fragments", "text"] as const;
const END_COLUMNS = ["from", "from_label", "from_text", "to", "to_label", "to_text"] as const;

const articleCells = ({ id, version, source_id, title, url }: ArticleRecord) => [
  id,
  version,
  source_id,
  title,
  url,
];

/** How formulas begin, for one spreadsheet or another; or what stands for one, with quotes in front. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A row. Spreadsheets run a text that begins like a formula: that gets a quote in front. */
const line = (cells: readonly unknown[]) => {
  const safe = cells.map((cell) =>
    typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : cell,
  );
  return stringify([safe], { cast: { boolean: String } });
};

/** Names of attributes that any label, or any relation, has, in the order in which the scheme first has them. */
const attributesOf = (
  holders: DatasetAbout["scheme"]["labels"] | DatasetAbout["scheme"]["relations"],
) => [...new Set(holders.flatMap(({ attributes }) => attributes.map(({ name }) => name)))];

const valuesOf = (names: readonly string[], attributes: Readonly<Record<string, unknown>>) =>
  names.map((name) => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : "";
    return Array.isArray(value) ? value.join("|") : value;
  });

export function spansHeader({ scheme }: DatasetAbout): string {
  return line([...ARTICLE_COLUMNS, ...SPAN_COLUMNS, ...attributesOf(scheme.labels)]);
}

/** What of a record has no place in it. */
export const spansTableLoses = [
  "blocks",
  "notes",
  "article_attributes",
  "relations",
] as const satisfies readonly RecordPart[];

/** A row a span; offsets count characters, and `fragments` has each piece. */
export function writeSpans(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): string {
  losePartsOf(record, spansTableLoses, lost);
  const names = attributesOf(scheme.labels);
  return record.spans
    .map(({ annotator, id, label, start, end, fragments, text, attributes }) => {
      const pieces = fragments.map((piece) => `${piece.start}-${piece.end}`).join(";");
      const values = valuesOf(names, attributes);
      lost.add(
        "attributes that the scheme has no more",
        Object.keys(attributes).filter((name) => !names.includes(name)).length,
      );
      return line([
        ...articleCells(record),
        annotator,
        id,
        label,
        start,
        end,
        pieces,
        text,
        ...values,
      ]);
    })
    .join("");
}

export function relationsHeader({ scheme }: DatasetAbout): string {
  const names = attributesOf(scheme.relations);
  return line([...ARTICLE_COLUMNS, "annotator", "id", "type", ...END_COLUMNS, ...names]);
}

/** What of a record has no place in it. */
export const relationsTableLoses = [
  "blocks",
  "notes",
  "article_attributes",
  "span_attributes",
] as const satisfies readonly RecordPart[];

/** A row a relation, with the words of both its ends. */
export function writeRelations(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): string {
  losePartsOf(record, relationsTableLoses, lost);
  const names = attributesOf(scheme.relations);
  const spans = new Map(record.spans.map((span) => [span.id, span]));
  const linked = new Set(record.relations.flatMap(({ from, to }) => [from, to]));
  lost.add("spans without a relation", record.spans.filter(({ id }) => !linked.has(id)).length);
  return record.relations
    .map(({ annotator, id, type, from, to, attributes }) => {
      const ends = [from, to].flatMap((end) => [end, spans.get(end)?.label, spans.get(end)?.text]);
      return line([
        ...articleCells(record),
        annotator,
        id,
        type,
        ...ends,
        ...valuesOf(names, attributes),
      ]);
    })
    .join("");
}
