import { parse } from "csv-parse/browser/esm/sync";
import { Refusal } from "@/lib/domain/refusal";
import { checkStorable } from "@/lib/domain/text";
import { plainName } from "./metadata";

/** A page that a list names. */
export type ListedPage = {
  /** 1-based. */
  readonly line: number;
  /** As it is written. */
  readonly address: string;
  /** What else the list says of it, under the names of metadata; what it leaves empty is not there. */
  readonly given: Readonly<Record<string, string>>;
};

/** What others call the column of addresses, without capitals, spaces, `_` and `-`, most telling first. */
const ADDRESS = ["url", "storyurl", "articleurl", "pageurl", "address", "link", "href"];

/** What others call some columns that readers of metadata know by other names. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ["headline", "title"],
  ["medianame", "publisher"],
  ["outlet", "publisher"],
  ["publication", "publisher"],
  ["newspaper", "publisher"],
  ["sourcename", "publisher"],
]);

const DELIMITERS = [",", "\t", ";", "|"];

/**
 * The pages of a list: one address a line, or a table whose first row names its columns, one of them the address.
 *
 * @throws Refusal "invalid" if it is neither, or a quote in it stands where none can
 */
export function listedPages(list: string): ListedPage[] {
  checkStorable(list, "The list");
  const text = list.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const header = text.split("\n").find((line) => line.trim() !== "") ?? "";
  const delimiter = DELIMITERS.toSorted(
    (one, other) => header.split(other).length - header.split(one).length,
  ).find((one) => header.includes(one));
  const names = (delimiter === undefined ? [header] : header.split(delimiter)).map((name) =>
    plain(name.replace(/^\s*"(.*)"\s*$/, "$1")),
  );
  const isTable = names.some((name) => ADDRESS.includes(name));
  return isTable ? pagesOfTable(text, delimiter ?? ",") : pagesOfLines(text);
}

function pagesOfLines(text: string): ListedPage[] {
  return text.split("\n").flatMap((written, index) => {
    const address = written.trim();
    return address === "" ? [] : [{ line: index + 1, address, given: {} }];
  });
}

type CsvRow = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

function pagesOfTable(text: string, delimiter: string): ListedPage[] {
  let rows: readonly CsvRow[];
  try {
    rows = parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as CsvRow[]; // which is what `info` makes of rows
  } catch (error) {
    const line = /line (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new Refusal(
      "invalid",
      `A quote stands where none can in the list${line === undefined ? "" : `, line ${line}`}.`,
      { field: "list" },
    );
  }
  const [first, ...rest] = rows;
  const columns = (first?.record ?? []).map((name) => name.trim());
  const plainNames = columns.map(plain);
  const addressed = ADDRESS.map((name) => plainNames.indexOf(name)).find((at) => at >= 0) ?? 0;
  return rest.flatMap(({ record, info }, index) => {
    const cells = record.map((cell) => cell.trim());
    if (cells.every((cell) => cell === "")) return [];
    const given: Record<string, string> = {};
    for (const [at, cell] of cells.entries()) {
      const name = columns[at];
      if (at === addressed || cell === "" || name === undefined || name === "") continue;
      given[OTHERS.get(plain(name)) ?? name] ??= cell;
    }
    // What the parser counts is the line at which a row ends.
    const before = index === 0 ? (first?.info.lines ?? 1) : (rest[index - 1]?.info.lines ?? 1);
    const line = Math.max(before + 1, info.lines - (record.join("").split("\n").length - 1));
    return [{ line, address: cells[addressed] ?? "", given }];
  });
}

const plain = (name: string) => plainName(name).trim();
