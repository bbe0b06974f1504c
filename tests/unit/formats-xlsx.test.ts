import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FoundTable } from "@/lib/formats/source-file";
import { itemsIn, zipOf } from "../setup/files";

/** Workbooks that openpyxl and XlsxWriter wrote: tests/fixtures/workbooks/made.py says how. */
const made = (name: string) =>
  readFileSync(new URL(`../fixtures/workbooks/${name}.xlsx`, import.meta.url));

const told = (items: Awaited<ReturnType<typeof itemsIn>>) =>
  items.map((item) =>
    item.kind === "rejected"
      ? `${item.line ?? "-"} ${item.reason}`
      : [
          item.line,
          item.article.sourceId,
          item.article.text,
          item.article.publishedAt,
          item.article.meta,
        ],
  );

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const REL = "http://schemas.openxmlformats.org/package/2006/relationships";

/** A workbook of one sheet, with parts of it replaced. */
async function aWorkbook(
  rows: string,
  { strings = "", parts = {} }: { strings?: string; parts?: Record<string, string | Buffer> } = {},
): Promise<Buffer> {
  const all: Record<string, string | Buffer> = {
    "_rels/.rels": `<Relationships xmlns="${REL}"><Relationship Id="r" Type="${DOC}/officeDocument" Target="book/main.xml"/></Relationships>`,
    "book/main.xml": `<workbook xmlns="${MAIN}" xmlns:r="${DOC}"><sheets><sheet name="One" sheetId="1" r:id="s1"/></sheets></workbook>`,
    "book/_rels/main.xml.rels": `<Relationships xmlns="${REL}"><Relationship Id="s1" Type="${DOC}/worksheet" Target="../sheets/one.xml"/><Relationship Id="s2" Type="${DOC}/sharedStrings" Target="/book/strings.xml"/></Relationships>`,
    "book/strings.xml": `<sst xmlns="${MAIN}">${strings}</sst>`,
    "sheets/one.xml": `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`,
    ...parts,
  };
  return zipOf(all);
}

const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const header = `<row r="1">${cell("A1", "id")}${cell("B1", "text")}</row>`;

describe("a workbook", () => {
  test("of openpyxl is read from the first sheet that shows and has rows, as it is written", async () => {
    const found: FoundTable[] = [];
    const items = await itemsIn("a.xlsx", made("openpyxl"), {
      onTable: (table) => found.push(table),
    });
    expect(told(items)).toEqual([
      [
        4,
        null,
        "Port closed 😀\n\n😀 The port is closed.\nThe mayor denied it.",
        "2024-07-30T00:00:00Z",
        { nr: "7", seen: "2024-07-30 12:34:56", share: "1.1", sure: "true", big: "12345678901234" },
      ],
      [
        6,
        null,
        "گزارش\n\nسفارت این گزارش را رد کرد.",
        "1900-01-01T00:00:00Z",
        { nr: "8", seen: "06:30:00", share: "0.3" },
      ],
      // Nobody has worked its formulas out.
      expect.stringMatching(/^7 The row has no text/),
      [8, null, "Text of a merged row.", null, { nr: "merged" }],
    ]);
    expect(found).toMatchObject([
      {
        delimiter: null,
        quote: null,
        sheets: ["Notes", "Empty", "Articles 😀"],
        sheet: "Articles 😀",
      },
    ]);
    expect(found[0]?.columns.map(({ name, samples }) => `${name}: ${samples[0]}`)).toEqual([
      "column 1: undefined",
      "nr: 7",
      "headline: Port closed 😀",
      expect.stringMatching(/^body: 😀 The port/),
      "published: 2024-07-30",
      "seen: 2024-07-30 12:34:56",
      "share: 1.1",
      "sure: true",
      "big: 12345678901234",
    ]);
  });

  test("of XlsxWriter has texts of several forms, days, times, and what formulas came to", async () => {
    expect(told(await itemsIn("a.xlsx", made("xlsxwriter"), { piece: 999 }))).toEqual([
      [
        2,
        "a1",
        "😀 The port is closed & <shut>.",
        "2024-02-29T00:00:00Z",
        { time: "2024-02-29 23:59:00", length: "3.5", formula: "A1" },
      ],
    ]);
  });

  test("is read from the sheet that is named; one that there is not is refused", async () => {
    const said = { columns: {}, delimiter: null, quote: null, header: null };
    const tables = (sheet: string) => ({ tables: { "*": { ...said, sheet } } });
    const second = await itemsIn("a.xlsx", made("xlsxwriter"), tables("Second"));
    expect(told(second)).toEqual([[2, "b1", "_x000D_ and _x0041_", null, {}]]);
    const none = await itemsIn("a.xlsx", made("xlsxwriter"), tables("Third"));
    expect(told(none)).toEqual(['- There is no sheet "Third". There are: Sheet1, Second.']);
    const without = { "*": { ...said, columns: { text: null }, sheet: "Second" } };
    expect(told(await itemsIn("a.xlsx", made("xlsxwriter"), { tables: without }))).toEqual([
      expect.stringMatching(
        /No column is the text.* This is the sheet "Second"; others are: Sheet1\.$/,
      ),
    ]);
  });

  test("is known by what a person says of its columns, and goes on where it was left", async () => {
    const rows = `<row>${cell("A1", "a")}${cell("C1", "b")}</row><row>${cell("A2", "1")}${cell("C2", "x")}</row><row>${cell("A3", "2")}${cell("C3", "y")}</row>`;
    const book = await aWorkbook(rows);
    const said = { delimiter: null, quote: null, header: null, sheet: null };
    const tables = { "*": { ...said, columns: { a: "source_id", b: "text" } as const } };
    const whole = await itemsIn("a.xlsx", book, { tables, encoding: "windows-1251" });
    expect(told(whole)).toEqual([
      [2, "1", "x", null, {}],
      [3, "2", "y", null, {}],
    ]);
    expect(await itemsIn("a.xlsx", book, { tables, skip: 1 })).toEqual(whole.slice(1));
  });

  test("has rich texts of shared strings without what says how they are spoken", async () => {
    const strings = `<si><r><t>東京</t></r><r><t xml:space="preserve"> 😀 x</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>`;
    const row = `<row r="2">${cell("A2", "1")}<c r="B2" t="s"><v>0</v></c></row>`;
    expect(told(await itemsIn("a.xlsx", await aWorkbook(header + row, { strings })))).toEqual([
      [2, "1", "東京 😀 x", null, {}],
    ]);
  });
});

describe("a hostile workbook", () => {
  const bomb = Buffer.alloc(40 * 1024 * 1024, " ");
  const entity = (declared: string) =>
    `<?xml version="1.0"?><!DOCTYPE worksheet [${declared}]><worksheet xmlns="${MAIN}"><sheetData>${header}<row r="2">${cell("B2", "&a;")}</row></sheetData></worksheet>`;
  const cases: { name: string; book: () => Promise<Buffer>; reason: RegExp }[] = [
    {
      name: "that unpacks to far more than it is",
      book: () => aWorkbook("", { parts: { "sheets/one.xml": bomb } }),
      reason: /unpacks to more than/,
    },
    {
      name: "that names a file of the machine",
      book: () =>
        aWorkbook("", {
          parts: { "sheets/one.xml": entity('<!ENTITY a SYSTEM "file:///etc/passwd">') },
        }),
      reason: /no XML as it should be: undefined entity/,
    },
    {
      name: "whose entities grow",
      book: () =>
        aWorkbook("", {
          parts: {
            "sheets/one.xml": entity(
              '<!ENTITY b "ha"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">',
            ),
          },
        }),
      reason: /no XML as it should be: undefined entity/,
    },
    {
      name: "with a cell beyond the last column",
      book: () => aWorkbook(`<row r="1">${cell("ZZZ1", "id")}</row>`),
      reason: /more than 16384 columns/,
    },
    {
      name: "whose cells stand far apart in row after row",
      book: () =>
        aWorkbook(
          header +
            Array.from({ length: 330 }, (_, at) => `<row>${cell(`XFD${at + 2}`, "x")}</row>`).join(
              "",
            ),
        ),
      reason: /more than 5 million cells/,
    },
    {
      name: "whose cells have one long text again and again",
      book: () =>
        aWorkbook(
          header +
            Array.from(
              { length: 30 },
              (_, at) =>
                `<row r="${at + 2}">${cell(`A${at + 2}`, `${at}`)}<c r="B${at + 2}" t="s"><v>0</v></c></row>`,
            ).join(""),
          { strings: `<si><t>${"again ".repeat(200_000)}</t></si>` },
        ),
      reason: /cells up to this row come to far more than the file has/,
    },
    {
      name: "with more text than can be held",
      book: () => {
        // What does not pack well hides how much there is of what does.
        const some = () =>
          `<si><t>${randomBytes(15_000).toString("base64")}${"x".repeat(1e6)}</t></si>`;
        return aWorkbook(header, { strings: Array.from({ length: 100 }, some).join("") });
      },
      reason: /have more than 100 million characters/,
    },
    {
      name: "with a row that is longer than a line may be",
      book: () =>
        aWorkbook(`${header}<row r="2">${`<c t="s"><v>0</v></c>`.repeat(20)}</row>`, {
          strings: `<si><t>${randomBytes(1_500_000).toString("base64")}</t></si>`,
        }),
      reason: /The row has more than 32 MiB/,
    },
    {
      name: "with a password",
      book: async () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      reason: /a workbook with a password/,
    },
    {
      name: "that is cut off",
      book: async () => (await aWorkbook(header)).subarray(0, 300),
      reason: /cannot be opened/,
    },
    {
      name: "that is another document",
      book: () => aWorkbook("", { parts: { "_rels/.rels": "<x/>" } }),
      reason: /no workbook in it/,
    },
    {
      name: "that is none",
      book: async () => Buffer.from("id,text\n1,a\n"),
      reason: /no ZIP archive/,
    },
  ];
  test.for(cases)("$name is refused with a reason", async ({ book, reason }) => {
    const items = await itemsIn("a.xlsx", await book());
    expect(items.at(-1)).toMatchObject({ kind: "rejected", reason: expect.stringMatching(reason) });
  });

  test.for(["1e308", "99999999999", "4294967296", "1048577", "-5", "1.5", "0", "x"])(
    "whose row calls itself %s has it behind the one before",
    async (said) => {
      const row = `<row r="${said}">${cell("A9", "1")}${cell("B9", "text")}</row>`;
      expect(told(await itemsIn("a.xlsx", await aWorkbook(header + row)))).toEqual([
        [2, "1", "text", null, {}],
      ]);
    },
  );

  test("of empty cells is read to its end", async () => {
    const row = (at: number) => `<row r="${at}">${'<c s="1"/>'.repeat(500)}</row>`;
    const rows = Array.from({ length: 200 }, (_, at) => row(at + 2)).join("");
    const last = `<row r="999999">${cell("B999999", "last")}</row>`;
    expect(told(await itemsIn("a.xlsx", await aWorkbook(header + rows + last)))).toEqual([
      [999_999, null, "last", null, {}],
    ]);
  });

  test.for([
    {
      path: "a.xls",
      reason: /workbook of old Excel, which is not read\..*Save it as \.xlsx or \.csv/,
    },
    { path: "a.ods", reason: /spreadsheet of OpenDocument, .*Save it as \.xlsx or \.csv/ },
  ])("$path is refused by name, with what to do", async ({ path, reason }) => {
    expect(await itemsIn(path, "PK")).toMatchObject([
      { kind: "rejected", reason: expect.stringMatching(reason) },
    ]);
  });
});
