import { Refusal } from "@/lib/domain/refusal";
import type { TableReading } from "@/lib/domain/schemas";
import { mebibytes, readAll } from "./bytes";
import { MAX_LINE } from "./jsonl";
import type { ReadContext, ReadItem, SourceFile } from "./source-file";
import { articlesInTable, type TableRow } from "./table-articles";
import { type XmlEvents, xmlReader } from "./xml";
import { isBomb, Package } from "./zip";

/** The largest workbook, packed as it is, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The most cells of a sheet, with empty ones before others in their rows. */
const MOST_CELLS = 5_000_000;

/** The most columns and rows of a sheet (ECMA-376). */
const MOST_COLUMNS = 16_384;
const MOST_ROWS = 1_048_576;

/**
 * The most UTF-16 units of the texts that cells refer to, which are held while a sheet is read; and how many one counts
 * for besides its own, be it ever so short.
 */
const MOST_STRING_UNITS = 100_000_000;
const STRING_UNITS = 20;

/** Reads an article a row of a sheet: the one that was named, else the first that is not hidden and has rows. */
export async function* readWorkbook(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem> {
  const book = await Workbook.open(await packed(file.stream));
  const sheets = book.sheets.map(({ name }) => name);
  const found = await book.firstSheet();
  if (found === null) return;
  const { sheet, first } = found;
  const rows = (said: TableReading | null) => {
    const asked = said?.sheet ?? null;
    const named = asked === null ? sheet : book.sheets.find(({ name }) => name === asked);
    const trouble = named
      ? null
      : `There is no sheet "${asked}". There are: ${sheets.slice(0, 20).join(", ")}.`;
    const read = named ?? sheet;
    const form = { delimiter: null, quote: null, sheets, sheet: read.name };
    return { form, trouble, rows: book.rows(read) };
  };
  yield* articlesInTable(file, { first, rows }, context);
}

async function packed(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readAll(stream, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      "too_large",
      `A workbook may have ${mebibytes(MOST_BYTES)}; save it as CSV, which may be larger.`,
    );
  }
  // What Excel puts around a workbook with a password is a file of its old kind.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) {
    throw new Refusal(
      "unprocessable",
      "This is a workbook with a password, or one of old Excel under a new name. Save it without a password, as .xlsx or .csv.",
    );
  }
  return bytes;
}

type Sheet = { readonly name: string; readonly isHidden: boolean; readonly part: string };

/** What a style makes of a number: a day, a time, both, or a number. */
type Style = { readonly isDay: boolean; readonly isTime: boolean };

class Workbook {
  readonly #parts: Package;
  readonly sheets: readonly Sheet[];
  readonly #strings: readonly string[];
  readonly #styles: readonly Style[];
  /** Whether days count from 1904. */
  readonly #from1904: boolean;

  private constructor(
    parts: Package,
    sheets: readonly Sheet[],
    strings: readonly string[],
    styles: readonly Style[],
    from1904: boolean,
  ) {
    this.#parts = parts;
    this.sheets = sheets;
    this.#strings = strings;
    this.#styles = styles;
    this.#from1904 = from1904;
  }

  /** @throws Refusal "unprocessable" if it is none, "too_large" */
  static async open(bytes: Uint8Array): Promise<Workbook> {
    const parts = await Package.open(bytes);
    const book = (await relationsOf(parts, "")).find(({ type }) => type === "officeDocument");
    const part = book?.target ?? "xl/workbook.xml";
    if (!parts.has(part)) {
      throw new Refusal("unprocessable", "There is no workbook in it: it is no .xlsx file.");
    }
    const relations = await relationsOf(parts, part);
    const targets = new Map(relations.map(({ id, target }) => [id, target]));
    const partOf = (kind: string) => relations.find(({ type }) => type === kind)?.target ?? "";
    const sheets: Sheet[] = [];
    let from1904 = false;
    await readPart(parts, part, {
      open: ({ local, attributes }) => {
        if (local === "workbookPr") from1904 = /^(?:1|true)$/.test(valueIn(attributes, "date1904"));
        if (local !== "sheet") return;
        const target = targets.get(valueIn(attributes, "id", true)) ?? "";
        const isHidden = /hidden/i.test(valueIn(attributes, "state"));
        // One of charts alone has no rows.
        if (target !== "")
          sheets.push({ name: valueIn(attributes, "name"), isHidden, part: target });
      },
    });
    const strings = await stringsIn(parts, partOf("sharedStrings"));
    return new Workbook(parts, sheets, strings, await stylesIn(parts, partOf("styles")), from1904);
  }

  async firstSheet(): Promise<{ sheet: Sheet; first: readonly string[] } | null> {
    for (const sheet of this.sheets) {
      if (sheet.isHidden) continue;
      for await (const { cells } of this.rows(sheet)) return { sheet, first: cells() };
    }
    return null;
  }

  /** The rows of a sheet with anything in them. */
  async *rows({ part }: Sheet): AsyncGenerator<TableRow> {
    let rows: TableRow[] = [];
    let count = 0;
    let line = 0;
    let cells: string[] = [];
    let column = 0;
    let cell: { type: string; style: number } | null = null;
    let said = "";
    let isPhonetic = false;
    let isValue = false;
    let rowUnits = 0;
    let units = 0;
    const take = (value: string) => {
      if (value === "") return;
      rowUnits += value.length;
      units += value.length;
      if (rowUnits > MAX_LINE) throw tooLong(line);
      // A text is written once, and any number of cells may have it.
      if (isBomb(units, this.#parts.size)) throw tooOften(line);
      count += column - cells.length;
      if (count > MOST_CELLS) throw tooMany();
      while (cells.length < column - 1) cells.push("");
      cells[column - 1] = value;
    };
    const reader = xmlReader({
      open: ({ local, attributes }) => {
        if (local === "row") {
          line = rowOf(valueIn(attributes, "r")) ?? line + 1;
          cells = [];
          rowUnits = 0;
          column = 0;
        } else if (local === "c") {
          column = columnOf(valueIn(attributes, "r")) ?? column + 1;
          count += 1;
          if (column > MOST_COLUMNS || count > MOST_CELLS) throw tooMany();
          const [type, style] = [valueIn(attributes, "t"), Number(valueIn(attributes, "s"))];
          cell = { type, style };
          said = "";
        } else if (local === "rPh") isPhonetic = true;
        else if (local === "v" || local === "t") isValue = true;
      },
      text: (text) => {
        if (!cell || !isValue || isPhonetic) return;
        said += text;
        if (said.length > MAX_LINE) throw tooLong(line);
      },
      close: ({ local }) => {
        if (local === "c" && cell) {
          take(this.#valueOf(said, cell.type, cell.style));
          cell = null;
        } else if (local === "row") {
          if (cells.some((one) => one.trim() !== "")) {
            const row = cells;
            rows.push({ line, cells: () => row });
          }
        } else if (local === "rPh") isPhonetic = false;
        else if (local === "v" || local === "t") isValue = false;
      },
    });
    for await (const piece of this.#parts.text(part)) {
      reader.write(piece);
      const whole = rows;
      rows = [];
      yield* whole;
    }
    reader.end();
    yield* rows;
  }

  /** What stands in a cell, as text. Of a formula it is what was worked out last. */
  #valueOf(said: string, type: string, style: number): string {
    switch (type) {
      case "s":
        return this.#strings[Number(said)] ?? "";
      case "inlineStr":
      case "str":
        return unescaped(said);
      case "b":
        return said === "1" ? "true" : said === "0" ? "false" : "";
      case "":
      case "n": {
        const { isDay = false, isTime = false } = this.#styles[style] ?? {};
        const moment = isDay || isTime ? momentOf(said, { isDay, isTime }, this.#from1904) : null;
        return moment ?? numberOf(said);
      }
      default:
        return said;
    }
  }
}

const tooMany = () =>
  new Refusal(
    "too_large",
    `The sheet has more than ${MOST_CELLS / 1_000_000} million cells, or more than ${MOST_COLUMNS} columns.`,
  );

const tooLong = (line: number) =>
  new Refusal("too_large", `The row has more than ${mebibytes(MAX_LINE)}.`, { line });

const tooOften = (line: number) =>
  new Refusal(
    "too_large",
    "The cells up to this row come to far more than the file has: they have the same long texts again and again.",
    { line },
  );

/** Reads a part; of one that there is not, nothing is told. */
async function readPart(parts: Package, name: string, events: XmlEvents): Promise<void> {
  if (!parts.has(name)) return;
  const reader = xmlReader(events);
  for await (const piece of parts.text(name)) reader.write(piece);
  reader.end();
}

type Attributes = Parameters<XmlEvents["open"]>[0]["attributes"];

/** @param isForeign whether it is one of another namespace, as the ids of relations are */
function valueIn(attributes: Attributes, name: string, isForeign = false): string {
  const found = Object.values(attributes).find(
    ({ local, uri }) => local === name && (uri !== "") === isForeign,
  );
  return found?.value ?? "";
}

type PartRelation = { readonly id: string; readonly type: string; readonly target: string };

/** What a part says that belongs to it; the whole says it under the name "". */
async function relationsOf(parts: Package, part: string): Promise<readonly PartRelation[]> {
  const cut = part.lastIndexOf("/") + 1;
  const [folder, name] = [part.slice(0, cut), part.slice(cut)];
  const relations: PartRelation[] = [];
  await readPart(parts, `${folder}_rels/${name}.rels`, {
    open: ({ local, attributes }) => {
      if (local !== "Relationship" || valueIn(attributes, "TargetMode") === "External") return;
      const type = valueIn(attributes, "Type").split("/").at(-1) ?? "";
      const target = within(folder, valueIn(attributes, "Target"));
      relations.push({ id: valueIn(attributes, "Id"), type, target });
    },
  });
  return relations;
}

/** A part's name, seen from a folder: `../sheets/a.xml`, `/xl/a.xml`. */
function within(folder: string, target: string): string {
  const names: string[] = [];
  for (const name of (target.startsWith("/") ? target : folder + target).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}

/** Texts that cells refer to by their numbers, without what says how they are spoken. */
async function stringsIn(parts: Package, part: string): Promise<readonly string[]> {
  const strings: string[] = [];
  let said = "";
  let isText = false;
  let isPhonetic = false;
  let held = 0;
  const take = (units: number) => {
    held += units;
    if (held > MOST_STRING_UNITS) throw tooManyStrings();
  };
  await readPart(parts, part, {
    open: ({ local }) => {
      if (local === "si") said = "";
      else if (local === "t") isText = true;
      else if (local === "rPh") isPhonetic = true;
    },
    text: (text) => {
      if (!isText || isPhonetic) return;
      said += text;
      take(text.length);
    },
    close: ({ local }) => {
      if (local === "si") {
        take(STRING_UNITS);
        strings.push(unescaped(said));
      } else if (local === "t") isText = false;
      else if (local === "rPh") isPhonetic = false;
    },
  });
  return strings;
}

const tooManyStrings = () =>
  new Refusal(
    "too_large",
    `The texts of the workbook have more than ${MOST_STRING_UNITS / 1_000_000} million characters. Save it as CSV, which may be larger.`,
  );

/** `_x000D_` stands for a character that XML does not have. */
function unescaped(text: string): string {
  return text.replaceAll(/_x([0-9a-f]{4})_/gi, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

async function stylesIn(parts: Package, part: string): Promise<readonly Style[]> {
  const formats = new Map<number, string>();
  const numbers: number[] = [];
  let isOfCells = false;
  await readPart(parts, part, {
    open: ({ local, attributes }) => {
      if (local === "numFmt") {
        formats.set(Number(valueIn(attributes, "numFmtId")), valueIn(attributes, "formatCode"));
      } else if (local === "cellXfs") isOfCells = true;
      else if (local === "xf" && isOfCells) numbers.push(Number(valueIn(attributes, "numFmtId")));
    },
    close: ({ local }) => {
      if (local === "cellXfs") isOfCells = false;
    },
  });
  return numbers.map((number) => {
    const code = formats.get(number);
    return code === undefined ? builtIn(number) : styleOf(code);
  });
}

/** Formats that have a number and no code (ECMA-376, 18.8.30), with those of East Asia. */
function builtIn(number: number): Style {
  const isTime = (number >= 18 && number <= 22) || (number >= 45 && number <= 47);
  const isDay =
    (number >= 14 && number <= 17) ||
    number === 22 ||
    (number >= 27 && number <= 36) ||
    (number >= 50 && number <= 58);
  return { isDay, isTime };
}

/** What a code makes of a number: of its letters, those that stand for parts of a date or a time. */
function styleOf(code: string): Style {
  const [positive = ""] = code
    .replaceAll(/"[^"]*"|\\.|_.|\*./gs, "")
    .replaceAll(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, "")
    .split(";");
  if (/general/i.test(positive)) return { isDay: false, isTime: false };
  const isTime = /[hs]/i.test(positive);
  return { isDay: /[yd]/i.test(positive) || (/m/i.test(positive) && !isTime), isTime };
}

/** The number of a row as the file says it; null if it says none that there can be. */
function rowOf(said: string): number | null {
  const row = /^\d{1,7}$/.test(said) ? Number(said) : 0;
  return row >= 1 && row <= MOST_ROWS ? row : null;
}

/** `AB12` is column 28; null if it says none. */
function columnOf(reference: string): number | null {
  const [, letters = ""] = /^([A-Z]{1,3})\d*$/.exec(reference) ?? [];
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column === 0 ? null : column;
}

/** A number as one writes it: not as the double that stands in the file, 1.1000000000000001. */
function numberOf(said: string): string {
  const trimmed = said.trim();
  const value = Number(trimmed);
  return trimmed === "" || /^-?\d+$/.test(trimmed) || !Number.isFinite(value)
    ? trimmed
    : String(value);
}

const DAY = 86_400_000;

/** A day, a moment or a time that a number stands for; null if it stands for none. */
function momentOf(said: string, { isDay, isTime }: Style, from1904: boolean): string | null {
  const serial = Number(said);
  if (said.trim() === "" || !(serial >= 0 && serial < 2_958_466)) return null;
  // Of the days from 1900 on, one is counted that was none: 29 February 1900.
  const first = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const moment = new Date(first + Math.round((serial * DAY) / 1000) * 1000).toISOString();
  const [day = "", time = ""] = moment.slice(0, 19).split("T");
  if (!isDay && serial < 1) return time;
  return isTime && time !== "00:00:00" ? `${day} ${time}` : day;
}
