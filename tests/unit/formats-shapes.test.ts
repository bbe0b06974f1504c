import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { ArticleText } from "@/lib/domain/text";
import { joinBytes } from "@/lib/formats/bytes";
import type { Column } from "@/lib/formats/columns";
import { writingOf } from "@/lib/formats/index";
import { type ShapeName, shapeNames, shapes } from "@/lib/formats/shapes";
import { LostInWriting } from "@/lib/formats/writing";
import { written } from "../setup/foreign";
import { records, richScheme } from "../setup/records";

/** Rows as they are read again: what is in them is looked at by each test. */
const rowsOf = (shape: ShapeName, record: ArticleRecord, how: object = {}) =>
  written("jsonl", [record], { shape, ...how })
    .text.split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const rowShapes = shapeNames.filter((name) => name !== "article");

/** A record about a text in which pieces in brackets, one a label each, are marked. */
function marked(
  text: string,
  spans: readonly (readonly [label: string, ...pieces: readonly string[]])[],
): ArticleRecord {
  const whole = new ArticleText(text);
  const [base] = fc.sample(records(), { numRuns: 1, seed: 1 });
  if (!base) throw new Error("There is a record.");
  return {
    ...base,
    title: "Beside the text",
    text,
    blocks: [{ kind: "paragraph", start: 0, end: whole.length }],
    sets: base.sets.slice(0, 1),
    relations: [],
    spans: spans.map(([label, ...pieces], index) => {
      const fragments = pieces.map((piece) => {
        const at = text.indexOf(piece);
        return { start: whole.fromUtf16(at), end: whole.fromUtf16(at + piece.length) };
      });
      return {
        id: `01980000-0000-7000-8000-00000000000${index}`,
        label,
        start: fragments[0]?.start ?? 0,
        end: fragments.at(-1)?.end ?? 0,
        fragments,
        text: pieces.join(" "),
        attributes: {},
        annotator: "a1",
      };
    }),
  };
}

describe("rows of any shape", () => {
  test.for(rowShapes)("%s have every column, in one order, of its type", (shape) => {
    const columns = shapes[shape].columns({ scheme: richScheme });
    const names = columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(columns.filter(({ about }) => !/^[A-Z].*\.$/.test(about))).toEqual([]);
    const fits = (value: unknown, type: Column["type"]): boolean => {
      if (value === null) return true;
      if (type === "integer") return Number.isInteger(value);
      if (type === "number" || type === "boolean") return typeof value === type;
      if (type === "time") return !Number.isNaN(Date.parse(String(value)));
      if (typeof type === "string") return typeof value === "string";
      if ("list" in type) return Array.isArray(value) && value.every((one) => fits(one, type.list));
      return type.fields.every(({ name, type: own }) => fits(Object(value)[name], own));
    };
    fc.assert(
      fc.property(records(), (record) => {
        for (const row of rowsOf(shape, record)) {
          expect(Object.keys(row)).toEqual(names);
          for (const { name, type } of columns) expect(fits(row[name], type), name).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  test.for(rowShapes)("%s as CSV are the same rows, and no formula", (shape) => {
    fc.assert(
      fc.property(records(), (record) => {
        const table = parse(written("csv", [record], { shape }).text, { columns: true });
        const rows = rowsOf(shape, record);
        expect(table).toHaveLength(rows.length);
        for (const [index, row] of rows.entries()) {
          const cells: Record<string, string> = Object(table[index]);
          expect(Object.keys(cells)).toEqual(Object.keys(row));
          for (const [name, value] of Object.entries<unknown>(row)) {
            if (typeof value === "object" && value !== null) continue;
            const safe = /^[=+\-@\t\r]/.test(String(value ?? "")) && typeof value === "string";
            expect(cells[name]).toBe(safe ? `'${value}` : String(value ?? ""));
          }
          expect(Object.values(cells).filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("have nothing of the text where that may not go out", () => {
    fc.assert(
      fc.property(records(), (record) => {
        // What of the words of spans is in attributes is the annotators' own.
        const bare = {
          ...record,
          spans: record.spans.map((span) => ({ ...span, attributes: {} })),
        };
        for (const shape of shapeNames) {
          const { text } = written("jsonl", [bare], { shape, texts: false });
          for (const line of text.split("\n").slice(0, -1)) {
            const row: Record<string, unknown> = JSON.parse(line);
            for (const name of ["text", "context", "tokens", "from_text", "to_text"]) {
              expect(row).not.toHaveProperty(name);
            }
            expect(row.text_sha256).toBe(record.text_sha256);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("are refused where a format has none of the kind, with those that have", () => {
    expect(() => writingOf("brat", "span")).toThrow(
      /brat standoff cannot be written by span; jsonl, parquet, csv can\./,
    );
    expect(() => writingOf("jsonl", "row")).toThrow(/There is no shape "row"; there are: article/);
    expect(() => writingOf("docx")).toThrow(/There is no format "docx"; there are: jsonl/);
    expect(writingOf("csv").shape).toBe("span");
    expect(writingOf("jsonl").shape).toBe("article");
  });
});

test("attributes have columns of their kinds, and what fits none is not lost", () => {
  const text = { type: "text" as const };
  const scheme = {
    ...richScheme,
    labels: [
      {
        name: "claim",
        attributes: [
          { name: "note", ...text },
          { name: "title", ...text },
        ],
      },
      {
        name: "denial",
        attributes: [
          { name: "note", type: "number" as const },
          { name: "tags", type: "choices" as const, values: ["a", "b"] },
        ],
      },
    ].map((label) => ({ ...richScheme.labels[0], ...label, letter: "X" })) as never,
  };
  const record = marked("The port is shut.", [["claim", "port"]]);
  const [span] = record.spans;
  const attributes = { note: "x", title: "t", tags: ["a"], gone: 1 };
  const [row] = rowsOf(
    "span",
    { ...record, spans: span ? [{ ...span, attributes }] : [] },
    { scheme },
  );
  expect(row).toMatchObject({
    title: "Beside the text",
    attribute_title: "t",
    note: '"x"', // of two kinds
    tags: ["a"],
    other_attributes: '{"gone":1}',
  });
});

describe("spans", () => {
  test.for(["sentence", 0, 7, 10_000] as const)(
    "lie in their context of %s where they say",
    (context) => {
      fc.assert(
        fc.property(records(), (record) => {
          const characters = [...record.text];
          const rows = rowsOf("span", record, { context });
          expect(rows.map(({ id }) => id)).toEqual(record.spans.map(({ id }) => id));
          for (const row of rows) {
            const { start, end, context: around } = row;
            const inContext = [...around].slice(row.start_in_context, row.end_in_context).join("");
            expect(inContext).toBe(characters.slice(start, end).join(""));
            expect(characters.slice(row.context_start, row.context_end).join("")).toBe(around);
            const pieces = row.fragments.map((piece: Range) =>
              characters.slice(piece.start, piece.end).join(""),
            );
            expect(pieces.join(" ")).toBe(row.text);
          }
        }),
        { numRuns: 25 },
      );
    },
  );

  test("have the sentences that they touch around them", () => {
    const record = marked("One 😀. Two says no. It denied. Four.", [["claim", "says no. It"]]);
    expect(rowsOf("span", record)).toMatchObject([
      { text: "says no. It", context: "Two says no. It denied.", start_in_context: 4 },
    ]);
    expect(rowsOf("span", record, { context: 3 })).toMatchObject([
      { context: "wo says no. It de", start_in_context: 3 },
    ]);
  });
});

type Range = { readonly start: number; readonly end: number };

describe("sentences", () => {
  test("are what the text says there, with the labels that touch them", () => {
    fc.assert(
      fc.property(records(), (record) => {
        const characters = [...record.text];
        for (const row of rowsOf("sentence", record)) {
          expect(characters.slice(row.start, row.end).join("")).toBe(row.text);
          const touching = record.spans.filter(
            ({ annotator, fragments }) =>
              annotator === row.annotator &&
              fragments.some(({ start, end }) => start < row.end && row.start < end),
          );
          expect(new Set(row.span_ids)).toEqual(new Set(touching.map(({ id }) => id)));
          for (const { name } of richScheme.labels) {
            expect(row[`has_${name}`]).toBe(touching.some(({ label }) => label === name));
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test("say nothing of labels where nobody looked", () => {
    const record = { ...marked("The port is shut. So is the sea.", []), sets: [] };
    expect(rowsOf("sentence", record)).toMatchObject([
      { annotator: null, labels: null, has_claim: null, text: "The port is shut." },
      { annotator: null, labels: null, has_claim: null, sentence: 1 },
    ]);
  });
});

describe("tokens", () => {
  const tagsOf = (record: ArticleRecord) =>
    rowsOf("token", record).map(({ tokens, claim_tags: tags }) =>
      tokens.map((token: string, index: number) => `${token}/${tags[index]}`).join(" "),
    );

  test.for([
    {
      name: "begin and go on",
      spans: [["claim", "port is shut"]],
      tags: ["The/O port/B-claim is/I-claim shut/I-claim ,/O he/O said/O ./O", "No/O !/O"],
    },
    {
      name: "begin anew behind a gap",
      spans: [["claim", "port", "shut"]],
      tags: ["The/O port/B-claim is/O shut/B-claim ,/O he/O said/O ./O", "No/O !/O"],
    },
    {
      name: "begin anew in the next sentence",
      spans: [["claim", "said. No"]],
      tags: ["The/O port/O is/O shut/O ,/O he/O said/B-claim ./I-claim", "No/B-claim !/O"],
      lost: ["1 pieces of spans that are cut where a sentence ends"],
    },
    {
      name: "are of the longest of two that overlap",
      spans: [
        ["claim", "port"],
        ["claim", "port is"],
      ],
      tags: ["The/O port/B-claim is/I-claim shut/O ,/O he/O said/O ./O", "No/O !/O"],
      lost: ["1 spans that overlap a longer one of their label"],
    },
    {
      name: "are of whole words",
      spans: [["claim", "ort is sh"]],
      tags: ["The/O port/B-claim is/I-claim shut/I-claim ,/O he/O said/O ./O", "No/O !/O"],
      lost: ["2 edges of spans within a word"],
    },
  ] as const)("$name", ({ spans, tags, ...told }) => {
    const record = marked("The port is shut, he said. No!", spans);
    expect(tagsOf(record)).toEqual(tags);
    const { lost } = written("jsonl", [record], { shape: "token" });
    expect(lost.filter((what) => !/metadata|notes|attributes|gaps/.test(what))).toEqual(
      "lost" in told ? told.lost : [],
    );
  });

  test("are pieces of the text, apart and in order, without white space", () => {
    fc.assert(
      fc.property(records(), (record) => {
        const characters = [...record.text];
        for (const row of rowsOf("token", record)) {
          const starts: number[] = row.token_starts;
          const ends: number[] = row.token_ends;
          let before: number = row.start;
          for (const [index, token] of row.tokens.entries()) {
            const [start = 0, end = 0] = [starts[index], ends[index]];
            expect(characters.slice(start, end).join("")).toBe(token);
            expect(characters.slice(before, start).join("").trim()).toBe("");
            before = end;
          }
          expect(characters.slice(before, row.end).join("").trim()).toBe("");
          for (const { name } of richScheme.labels) {
            const tags: string[] = row[`${name}_tags`] ?? [];
            expect(tags).toHaveLength(starts.length);
            // Nothing goes on that has not begun.
            const odd = tags.filter(
              (tag, at) => /^I/.test(tag) && /^O|^$/.test(tags[at - 1] ?? ""),
            );
            expect(odd).toEqual([]);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

test("pairs are the relations, with both spans and what is around them", () => {
  fc.assert(
    fc.property(records(), (record) => {
      const rows = rowsOf("pair", record);
      expect(rows.map(({ id, from, to, type }) => ({ id, from, to, type }))).toEqual(
        record.relations.map(({ id, from, to, type }) => ({ id, from, to, type })),
      );
      const spans = new Map(record.spans.map((span) => [span.id, span]));
      for (const row of rows) {
        const [from, to] = [spans.get(row.from), spans.get(row.to)];
        expect(row).toMatchObject({ from_text: from?.text, to_label: to?.label });
        expect(row.context_start).toBeLessThanOrEqual(Math.min(row.from_start, row.to_start));
        expect(row.context_end).toBeGreaterThanOrEqual(Math.max(row.from_end, row.to_end));
        expect(JSON.parse(row.from_attributes)).toEqual(from?.attributes);
      }
    }),
    { numRuns: 25 },
  );
});

test("rows of every shape are Parquet, too, and are read again", async () => {
  const [record] = fc.sample(records(), { numRuns: 1, seed: 7 });
  if (!record) throw new Error("There is a record.");
  for (const shape of rowShapes) {
    const { writer } = writingOf("parquet", shape);
    if (writer.kind !== "bytes") throw new Error("Parquet is bytes.");
    const file = writer.begin({ scheme: richScheme });
    const lost = new LostInWriting();
    const bytes = joinBytes([file.add(record, lost), file.end()]);
    const read = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
    const withTimes = JSON.parse(JSON.stringify(read));
    expect(withTimes).toEqual(rowsOf(shape, record));
  }
});
