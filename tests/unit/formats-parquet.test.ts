import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { attributeColumns, parquetOfArticles } from "@/lib/formats/article-table";
import type { Column, Row } from "@/lib/formats/columns";
import { ParquetRows } from "@/lib/formats/parquet";
import { LostInWriting } from "@/lib/formats/writing";
import { aRecord, records, richScheme } from "../setup/records";

/** Read back with hyparquet; whole numbers of 64 bits as numbers, times in ISO 8601. */
async function readBack(bytes: Uint8Array): Promise<Row[]> {
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
  return JSON.parse(JSON.stringify(rows));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function fileOf(columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  const file = new ParquetRows(columns);
  return joined([...rows.map((row) => file.add(row)), file.end()]);
}

function fileOfArticles(articles: readonly ArticleRecord[], scheme: Scheme): Uint8Array {
  const file = parquetOfArticles({ scheme });
  const lost = new LostInWriting();
  const parts = articles.map((article) => file.add(article, lost));
  return joined([...parts, file.end()]);
}

const column = (name: string, type: Column["type"]): Column => ({ name, about: "", type });

describe("a Parquet file", () => {
  const every = [
    column("text", "text"),
    column("integer", "integer"),
    column("number", "number"),
    column("boolean", "boolean"),
    column("time", "time"),
    column("list", { list: "text" }),
    column("struct", { fields: [column("constructor", "text"), column("inner", "integer")] }),
    column("structs", { list: { fields: [column("list", { list: "integer" })] } }),
  ];
  const missing: Row = Object.fromEntries(every.map(({ name }) => [name, null]));
  const filled: Row = {
    text: "סוף 😀\r\n",
    integer: -5,
    number: 0.25,
    boolean: false,
    time: "2024-07-30T14:35:34.007Z",
    list: ["a", null, ""],
    struct: { constructor: "mine", inner: null },
    structs: [{ list: [] }, { list: [1, 2] }, { list: null }, null],
  };

  test.for([
    { name: "no rows", rows: [] },
    { name: "values of every type", rows: [filled] },
    { name: "nothing but nulls", rows: [missing, missing] },
    { name: "nulls before values", rows: [...Array(2_000).fill(missing), filled] },
    {
      name: "empty lists apart from none",
      rows: [{ ...missing, list: [], structs: [] }, { ...missing }],
    },
    {
      name: "empty structs apart from none",
      rows: [{ ...missing, struct: { constructor: null, inner: null } }],
    },
  ] satisfies { name: string; rows: Row[] }[])("keeps $name", async ({ rows }) => {
    expect(await readBack(fileOf(every, rows))).toEqual(rows);
  });

  test("ends a row group where it has enough", () => {
    const rows = Array<Row>(5).fill({ text: "x".repeat(2_500_000) });
    const { row_groups } = parquetMetadata(
      fileOf([column("text", "text")], rows).buffer as ArrayBuffer,
    );
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([2, 2, 1]);
  });

  test("has several row groups of many short rows", async () => {
    const rows = Array.from({ length: 20_001 }, (_, integer) => ({ integer }));
    expect(await readBack(fileOf([column("integer", "integer")], rows))).toEqual(rows);
  });

  test("gives a row group's bytes as soon as it ends", () => {
    const file = new ParquetRows([column("text", "text")]);
    const sizes = [1, 2, 3].map((row) => file.add({ text: `${row}`.repeat(2_500_000) }).length > 4);
    expect(sizes).toEqual([false, true, false]);
  });

  test("has no value that only every object has", async () => {
    const columns = [column("constructor", "text"), column("toString", "text")];
    expect(await readBack(fileOf(columns, [{}]))).toEqual([{ constructor: null, toString: null }]);
  });

  test.for([
    ["text", 1],
    ["integer", 1.5],
    ["integer", 2 ** 31],
    ["number", "1"],
    ["boolean", "true"],
    ["time", "yesterday"],
    [{ list: "text" }, "a"],
    [{ fields: [column("a", "text")] }, "a"],
  ] satisfies [Column["type"], unknown][])("of a column of %j has no %j", ([type, value]) => {
    expect(() => fileOf([column("odd", type)], [{ odd: value }])).toThrow(/A value of odd is not/);
  });
});

/** A record as the table has it: every attribute there, `meta` as JSON. */
function inTable(record: ArticleRecord, scheme: Scheme): unknown {
  const split = (place: "sets" | "spans" | "relations") => {
    const names = attributeColumns(scheme, place).map(({ name }) => name);
    return <T extends { attributes: Record<string, unknown> }>(one: T) => {
      const entries = names.map((name) => [name, one.attributes[name] ?? null]);
      return { ...one, attributes: Object.fromEntries(entries), other_attributes: null };
    };
  };
  return {
    ...record,
    blocks: record.blocks.map(({ level = null, ...block }) => ({ ...block, level })),
    sets: record.sets.map(split("sets")),
    spans: record.spans.map(split("spans")),
    relations: record.relations.map(split("relations")),
    meta: JSON.stringify(record.meta),
  };
}

describe("a Parquet file of articles", () => {
  test("has all of any record", async () => {
    const lists = fc.array(records(), { minLength: 0, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lists, async (list) => {
        const read = await readBack(fileOfArticles(list, richScheme));
        expect(read).toEqual(list.map((record) => inTable(record, richScheme)));
      }),
      { numRuns: 40 },
    );
  });

  test("is the same, byte for byte, when made again", () => {
    const list = fc.sample(records(), { numRuns: 20, seed: 7 });
    const [one, other] = [list, structuredClone(list)].map((same) =>
      Buffer.from(fileOfArticles(same, richScheme)).toString("base64"),
    );
    expect(one).toBe(other);
  });

  /** One span with attributes, under a scheme whose labels have these rules. */
  async function attributesOf(
    attributes: Record<string, string | number | boolean | string[]>,
    ...labels: Scheme["labels"][number]["attributes"][]
  ) {
    const [claim] = defaultScheme.labels;
    if (!claim) throw new Error("There is a label.");
    const scheme = {
      ...defaultScheme,
      labels: labels.map((rules, at) => ({ ...claim, name: `label_${at}`, attributes: rules })),
    };
    const [row] = await readBack(fileOfArticles([aRecord({ attributes })], scheme));
    const [span] = (row?.spans ?? []) as readonly Row[]; // by the columns
    return { attributes: span?.attributes, other: span?.other_attributes };
  }

  test("has no struct where the scheme has no attributes", async () => {
    expect(await attributesOf({}, [])).toEqual({ attributes: undefined, other: null });
    expect(await attributesOf({ old: "x" }, [])).toEqual({
      attributes: undefined,
      other: '{"old":"x"}',
    });
  });

  test("keeps what the scheme has no more, and what is of another kind than it is now", async () => {
    const rules = [
      { name: "tone", type: "choice" as const, values: ["calm"] },
      { name: "sure", type: "boolean" as const },
    ];
    const given = { tone: "wild", sure: "very", gone: ["a", "b"], ["__proto__"]: 1 };
    expect(await attributesOf(given, rules)).toEqual({
      attributes: { tone: "wild", sure: null },
      other: '{"sure":"very","gone":["a","b"],"__proto__":1}',
    });
  });

  test("has what labels have of different kinds under one name as JSON", async () => {
    const one = [{ name: "how", type: "boolean" as const }];
    const other = [{ name: "how", type: "text" as const }];
    expect(await attributesOf({ how: true }, one, other)).toMatchObject({
      attributes: { how: "true" },
    });
    expect(await attributesOf({ how: "true" }, one, other)).toMatchObject({
      attributes: { how: '"true"' },
    });
  });
});
