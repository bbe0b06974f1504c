import {
  type ColumnMeaning,
  columnMeanings,
  type TableDelimiter,
  type TableQuote,
} from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { TableReading } from "@/lib/domain/schemas";
import { articleFrom, type JsonObject } from "./foreign";
import { recordArticle } from "./jsonl";
import { isShortForm, shortArticle } from "./label-studio";
import { fieldOfColumn, isKnown, plainName, textNames } from "./metadata";
import {
  type FoundTable,
  type ReadContext,
  type ReadItem,
  type ReadRecord,
  rejectionOf,
  type SourceFile,
} from "./source-file";
import { Warnings } from "./warnings";

/** What others call the columns of an article, without capitals, spaces, `_` and `-`, most telling first. */
const COLUMNS = new Map<string, readonly string[]>([
  ["text", textNames],
  ["title", ["title", "headline"]],
  ["publisher", ["publisher", "medianame", "outlet", "publication", "newspaper", "source"]],
  ["id", ["id", "articleid", "storyid", "storiesid", "docid", "documentid"]],
]);

/** A row of a table. */
export type TableRow = {
  /** Where it begins, 1-based. */
  readonly line: number;
  /** @throws Refusal "unprocessable" if it cannot be divided */
  readonly cells: () => readonly string[];
};

/** How a table is divided into rows and cells: as was said, or as it was found. */
export type TableForm = {
  readonly delimiter: TableDelimiter | null;
  readonly quote: TableQuote | null;
  /** Of a workbook; empty where there are none. */
  readonly sheets: readonly string[];
  readonly sheet: string | null;
};

/** What a table's rows are, in the form that was said of it, or in the form that it seems to have. */
export type TableSource = {
  /** The first row that is not empty, as it seems to be; null if there is none. */
  readonly first: readonly string[] | null;
  readonly rows: (said: TableReading | null) => {
    readonly form: TableForm;
    /** Why it cannot be read as was said; null or missing if it can. */
    readonly trouble?: string | null;
    /** Without empty ones. */
    readonly rows: AsyncIterable<TableRow>;
  };
};

/** How many values of a column are shown, and how many characters of each. */
const SAMPLES = 3;
/** Of how many rows. */
const SAMPLED = 12;
const SAMPLE_LENGTH = 80;

/**
 * Reads an article a row, whose columns the first row names; or what Label Studio exports as tables, in which rows one
 * after another of the same task are annotations of one article.
 */
export async function* articlesInTable(
  file: SourceFile,
  source: TableSource,
  context: ReadContext,
): AsyncGenerator<ReadItem> {
  if (source.first === null) return;
  const key = keyOf(columnsOf(source.first), context);
  const said = saidOf(key, context);
  const { form, rows, trouble = null } = source.rows(said);
  const iterator = rows[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done) return;
    const hasHeader = said?.header ?? true;
    const divided = cellsOrRefusal(first.value);
    const firstCells = divided instanceof Refusal ? [] : divided;
    const names = hasHeader
      ? columnsOf(firstCells)
      : firstCells.map((_, index) => `column ${index + 1}`);
    const meanings = meaningsOf(names, said);
    const inForm = trouble === null ? null : new Refusal("unprocessable", trouble);
    const isSaid = said !== null && (Object.keys(said.columns).length > 0 || !hasHeader);
    const isOfTasks = !isSaid && isShortForm(Object.fromEntries(names.map((name) => [name, ""])));
    const isDivided = !(divided instanceof Refusal);
    const refusal =
      inForm ?? (isDivided ? troubleOf(names, said, { isSaid, isOfTasks, form }) : divided);
    const table: FoundTable = {
      ...form,
      key,
      path: file.path,
      header: hasHeader,
      said,
      trouble: refusal?.message ?? null,
      columns: names.map((name, index) => ({
        name,
        meaning: meanings[index] ?? null,
        samples: [],
      })),
    };
    context.onTable?.(table);
    async function* data(): AsyncGenerator<TableRow> {
      if (!hasHeader && !first.done) yield first.value;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    }
    const seen = context.onTable ? sampled(data(), table) : data();
    if (refusal) {
      // What is in them helps to say what they are.
      let left = context.onTable ? SAMPLED : 0;
      for await (const _ of seen) if (left-- <= 1) break;
      throw refusal;
    }
    if (isOfTasks) yield* tasksIn(file, seen, names, context);
    else {
      let skip = context.skip ?? 0;
      const record = isSaid ? asSaid(names, meanings) : inOurWords(names[meanings.indexOf("text")]);
      for await (const row of seen) {
        if (skip-- > 0) continue;
        yield itemOf(file, row.line, () =>
          recordArticle(record(recordOf(row, names)), context, isSaid ? "ours" : "record"),
        );
      }
    }
  } finally {
    await iterator.return?.();
  }
}

function itemOf(file: SourceFile, line: number, read: () => ReadRecord): ReadItem {
  try {
    return { ...read(), path: file.path, line, wholeFile: false };
  } catch (error) {
    return rejectionOf(error, file.path, line);
  }
}

/** What stands for the names of a table's columns, in whatever order they are. */
function keyOf(names: readonly string[], { sha256 }: ReadContext): string {
  return sha256(JSON.stringify(names.toSorted()));
}

function saidOf(key: string, { tables = {} }: ReadContext): TableReading | null {
  return (Object.hasOwn(tables, key) ? tables[key] : tables["*"]) ?? null;
}

/**
 * What each column is taken for: as was said, else by its name, as long as nothing else is taken for the same; null for
 * one that is left out.
 */
function meaningsOf(
  names: readonly string[],
  said: TableReading | null,
): readonly (ColumnMeaning | null)[] {
  const asked = new Map(Object.entries(said?.columns ?? {}));
  const taken = new Set(names.flatMap((name) => asked.get(name) ?? []));
  const found = new Map<string, ColumnMeaning>();
  for (const meaning of columnMeanings) {
    if (meaning === "meta" || taken.has(meaning)) continue;
    const free = names.filter((name) => !asked.has(name) && !found.has(name));
    const name = likeliest(meaning, free);
    if (name !== null) found.set(name, meaning);
  }
  return names.map((name) => {
    const meaning = asked.get(name);
    return meaning === undefined ? (found.get(name) ?? "meta") : meaning;
  });
}

/** The name that most seems to stand for a field; null if none does. */
function likeliest(
  meaning: Exclude<ColumnMeaning, "meta">,
  names: readonly string[],
): string | null {
  const own = names.find((name) => name === meaning);
  if (own !== undefined) return own;
  const aliases = COLUMNS.get(meaning === "source_id" ? "id" : meaning) ?? [];
  for (const alias of aliases) {
    const found = names.find((name) => plainName(name) === alias);
    if (found !== undefined) return found;
  }
  return meaning === "text" ? null : fieldOfColumn(meaning, names);
}

/**
 * What was said of columns has to be of columns that there are, and of one for each field; and one has to be the text, but
 * in what Label Studio exports, which has it under any name.
 */
function troubleOf(
  names: readonly string[],
  said: TableReading | null,
  { isSaid, isOfTasks, form }: { isSaid: boolean; isOfTasks: boolean; form: TableForm },
): Refusal | null {
  const refusal = (message: string) => new Refusal("unprocessable", message);
  const asked = Object.entries(said?.columns ?? {});
  const missing = asked.find(([name]) => !names.includes(name));
  if (missing) return refusal(`There is no column "${missing[0]}". There are: ${listed(names)}.`);
  const taken = new Map<ColumnMeaning, string>();
  for (const [name, meaning] of asked) {
    if (meaning === null || meaning === "meta") continue;
    const other = taken.get(meaning);
    if (other !== undefined) {
      return refusal(`"${other}" and "${name}" cannot both be the ${meaning} of an article.`);
    }
    taken.set(meaning, name);
  }
  if (isOfTasks || meaningsOf(names, said).includes("text")) return null;
  const isOfSpans = [/^(?:start|begin)(?:offset)?$/, /^(?:end|stop)(?:offset)?$/].every((edge) =>
    names.some((one) => edge.test(plainName(one))),
  );
  if (!isSaid && isOfSpans) {
    return refusal(
      `Rows with a start and an end seem to be spans of a text that is in another file. Spans are read with their text: a line {"text": …, "spans": [{"start": …, "end": …, "label": …}]} for each article. There are: ${listed(names)}.`,
    );
  }
  const how = isSaid
    ? "Say which one is."
    : "One has to be called text, body or content, or it has to be said which one is.";
  const others = form.sheets.filter((name) => name !== form.sheet);
  const sheets =
    others.length > 0 ? ` This is the sheet "${form.sheet}"; others are: ${listed(others)}.` : "";
  // Lists of stories, as of Media Cloud, say only where each is.
  const addresses =
    !isSaid && meaningsOf(names, said).includes("url")
      ? " Where the texts are at its addresses, give it as a list of addresses: under “From the web” on the import page, or by --urls."
      : "";
  return refusal(`No column is the text. ${how} There are: ${listed(names)}.${sheets}${addresses}`);
}

/** The first of some names, for a sentence. */
const listed = (names: readonly string[]) =>
  names.slice(0, 20).join(", ") + (names.length > 20 ? " …" : "");

/** The rows, whose first are shown with the columns. */
async function* sampled(
  rows: AsyncIterable<TableRow>,
  { columns }: FoundTable,
): AsyncGenerator<TableRow> {
  let left = SAMPLED;
  for await (const row of rows) {
    if (left > 0) {
      left -= 1;
      const cells = cellsOrRefusal(row);
      for (const [index, cell] of cells instanceof Refusal ? [] : cells.entries()) {
        const samples = columns[index]?.samples;
        if (!samples || samples.length >= SAMPLES || cell.trim() === "") continue;
        const characters = [...cell.slice(0, 4 * SAMPLE_LENGTH)];
        const cut = characters.slice(0, SAMPLE_LENGTH).join("");
        samples.push(cut.length < cell.length ? `${cut}…` : cut);
      }
    }
    yield row;
  }
}

function cellsOrRefusal({ cells }: TableRow): readonly string[] | Refusal {
  try {
    return cells();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function* tasksIn(
  file: SourceFile,
  rows: AsyncIterable<TableRow>,
  names: readonly string[],
  context: ReadContext,
): AsyncGenerator<ReadItem> {
  let skip = context.skip ?? 0;
  const group = new TaskRows();
  const ofTask = ({ line, rows }: TaskGroup) =>
    itemOf(file, line, () => {
      const warnings = new Warnings(context);
      return articleFrom(shortArticle(rows, context.offsets, warnings), context, warnings);
    });
  for await (const row of rows) {
    // Whether a row begins another article is seen in it alone.
    let record: JsonObject;
    try {
      record = withJson(recordOf(row, names));
    } catch (error) {
      const done = group.take();
      if (done && skip-- <= 0) yield ofTask(done);
      if (skip-- <= 0) yield rejectionOf(error, file.path, row.line);
      continue;
    }
    const done = group.add(record, row.line);
    if (done && skip-- <= 0) yield ofTask(done);
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

/** Names of columns, each once; one without a name is called by its place. */
function columnsOf(cells: readonly string[]): string[] {
  const names: string[] = [];
  const known = new Set<string>();
  for (const [index, cell] of cells.entries()) {
    const given = cell.trim() || `column ${index + 1}`;
    const name = known.has(given) ? `${given} (column ${index + 1})` : given;
    known.add(name);
    names.push(name);
  }
  return names;
}

/** The cells of a row by column, without those that are empty. */
function recordOf(row: TableRow, columns: readonly string[]): Map<string, string> {
  const cells = row.cells();
  if (cells.slice(columns.length).some((cell) => cell.trim() !== "")) {
    throw new Refusal(
      "unprocessable",
      `The row has ${cells.length} cells, but the first row names ${columns.length} columns.`,
    );
  }
  return new Map(
    columns.flatMap((name, index): [string, string][] => {
      const cell = cells[index] ?? "";
      return cell === "" ? [] : [[name, cell]];
    }),
  );
}

/** Label Studio writes lists and objects into cells as JSON. */
function withJson(record: ReadonlyMap<string, string>): JsonObject {
  const values = [...record].map(([name, cell]): [string, unknown] => {
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

/** Names that mean something in records of ours. */
const RESERVED: ReadonlySet<string> = new Set([
  "schema",
  "id",
  "version",
  "text",
  "data",
  "blocks",
  "sets",
  "spans",
  "relations",
  "annotators",
  "meta",
  "text_sha256",
  "offset_unit",
]);

/** A row by what was said of its columns. */
function asSaid(names: readonly string[], meanings: readonly (ColumnMeaning | null)[]) {
  return (record: ReadonlyMap<string, string>): JsonObject => {
    const fields: [string, string][] = [];
    for (const [index, name] of names.entries()) {
      const meaning = meanings[index];
      const cell = record.get(name);
      if (meaning == null || cell === undefined) continue;
      const isName = meaning === "meta" && (RESERVED.has(name) || isKnown(name));
      fields.push([meaning === "meta" ? (isName ? `column ${name}` : name) : meaning, cell]);
    }
    const row = Object.fromEntries(fields);
    if (!Object.hasOwn(row, "text")) {
      const column = names[meanings.indexOf("text")] ?? "";
      throw new Refusal("unprocessable", `The row has no text: "${column}" is empty.`);
    }
    return row;
  };
}

/**
 * A row by our names for what its columns are. It is refused, "unprocessable", if it has no text.
 *
 * @param text the column that has it
 */
const inOurWords =
  (text: string | undefined) =>
  (record: ReadonlyMap<string, string>): JsonObject => {
    const renamed = new Map(record);
    for (const [name, aliases] of COLUMNS) {
      if (renamed.has(name)) continue;
      const found = aliases.flatMap(
        (alias) => [...renamed.keys()].find((key) => plainName(key) === alias) ?? [],
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
      throw new Refusal("unprocessable", `The row has no text: "${text}" is empty.`);
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
  };
