import { describe, expect, test } from "vitest";
import type { TableReading } from "@/lib/domain/schemas";
import { joinedReadings } from "@/lib/domain/table-readings";
import type { FoundTable } from "@/lib/formats/source-file";
import { itemsIn } from "../setup/files";

const said = (of: Partial<TableReading>): TableReading => ({
  columns: {},
  delimiter: null,
  quote: null,
  header: null,
  sheet: null,
  ...of,
});

/** What a table is read as, by what is said of every table: its articles, or why not; and the table as it was found. */
async function read(source: string, of: Partial<TableReading> | null, path = "a.csv") {
  const found: FoundTable[] = [];
  const items = await itemsIn(path, source, {
    ...(of ? { tables: { "*": said(of) } } : {}),
    onTable: (table) => found.push(table),
  });
  return {
    table: found[0],
    items,
    told: items.map((item) =>
      item.kind === "rejected"
        ? `${item.line ?? "-"} ${item.reason}`
        : [item.article.sourceId, item.article.title, item.article.text, item.article.meta],
    ),
  };
}

const table = "nr;Überschrift;Inhalt;date;title\n7;Hafen;😀 Der Hafen ist zu.;2024-07-30;Herr\n";

describe("columns of a table", () => {
  test("are told with what they are taken for, and the first of their values", async () => {
    const { table: found } = await read(
      "id,headline,body,date,title,note\n1,One,First,2024-07-30,,\n2,Two,Second,,,x\n",
      null,
    );
    expect(found).toMatchObject({ delimiter: ",", quote: '"', header: true, said: null });
    expect(found?.columns).toEqual([
      { name: "id", meaning: "source_id", samples: ["1", "2"] },
      { name: "headline", meaning: "meta", samples: ["One", "Two"] },
      { name: "body", meaning: "text", samples: ["First", "Second"] },
      { name: "date", meaning: "published_at", samples: ["2024-07-30"] },
      { name: "title", meaning: "title", samples: [] },
      { name: "note", meaning: "meta", samples: ["x"] },
    ]);
  });

  test("are what is said of them, whatever they are called", async () => {
    const columns = {
      nr: "source_id",
      Überschrift: "title",
      Inhalt: "text",
      title: "meta",
      date: null,
    } as const;
    const { told } = await read(table, { columns });
    expect(told).toEqual([
      ["7", "Hafen", "Hafen\n\n😀 Der Hafen ist zu.", { "column title": "Herr" }],
    ]);
  });

  test("of which nothing is said are found out, but for what another is", async () => {
    const { items, table: found } = await read(table, {
      columns: { Inhalt: "text", Überschrift: "title" },
    });
    expect(found?.columns.map(({ meaning }) => meaning)).toEqual([
      "meta",
      "title",
      "text",
      "published_at",
      "meta",
    ]);
    expect(items).toMatchObject([
      { article: { title: "Hafen", publishedAt: "2024-07-30T00:00:00Z", meta: { nr: "7" } } },
    ]);
  });

  test.for([
    {
      name: "that are not there",
      columns: { Body: "text" },
      told: '- There is no column "Body". There are: nr, Überschrift, Inhalt, date, title.',
    },
    {
      name: "two of which are the same",
      columns: { nr: "text", Inhalt: "text" },
      told: '- "nr" and "Inhalt" cannot both be the text of an article.',
    },
    {
      name: "none of which is the text",
      columns: { nr: "source_id" },
      told: "- No column is the text. Say which one is. There are: nr, Überschrift, Inhalt, date, title.",
    },
  ] as const)("$name are refused, once for the table", async ({ columns, told }) => {
    const outcome = await read(`${table}8;a;b;;\n`, { columns });
    expect(outcome.told).toEqual([told]);
    expect(outcome.table?.trouble).toBe(told.slice(2));
    expect(outcome.table?.columns[0]?.samples).toEqual(["7", "8"]);
  });

  test("without names are called by their numbers, and no row is lost", async () => {
    const { told } = await read("1,One,First\n2,Two,Second\n", {
      header: false,
      columns: { "column 1": "source_id", "column 2": "title", "column 3": "text" },
    });
    expect(told).toEqual([
      ["1", "One", "One\n\nFirst", {}],
      ["2", "Two", "Two\n\nSecond", {}],
    ]);
  });

  test("are divided, and quoted, by what is said", async () => {
    const { told, table: found } = await read("id|text\n1|'a, ''b''\nc|d'\n", {
      delimiter: "|",
      quote: "'",
    });
    expect(found).toMatchObject({ delimiter: "|", quote: "'" });
    expect(told).toEqual([["1", "a, 'b'", "a, 'b'\nc|d", {}]]);
    const bare = await read('id\ttext\n1\t"No", he said\n2\t5" of rain\n', { quote: "" }, "a.tsv");
    expect(bare.told).toMatchObject([
      ["1", '"No", he said', '"No", he said', {}],
      ["2", '5" of rain', '5" of rain', {}],
    ]);
  });

  test("are known again in any order, and those of another table are left alone", async () => {
    const { table: found } = await read(table, null);
    const tables = { [found?.key ?? ""]: said({ columns: { Inhalt: "text" } }) };
    const other = "Inhalt;nr;title;date;Überschrift\n😀 zu;7;;;\n";
    expect(await itemsIn("b.csv", other, { tables })).toMatchObject([
      { article: { text: "😀 zu" } },
    ]);
    expect(await itemsIn("c.csv", "Inhalt;nr\nzu;7\n", { tables })).toMatchObject([
      { kind: "rejected", reason: expect.stringMatching(/No column is the text/) },
    ]);
  });

  test("go on where they were left, as they were said to be", async () => {
    const source = "a,b\n1,x\n2,y\n3,z\n";
    const tables = { "*": said({ columns: { a: "source_id", b: "text" } }) };
    const whole = await itemsIn("a.csv", source, { tables });
    expect(whole).toHaveLength(3);
    for (const skip of [1, 2]) {
      expect(await itemsIn("a.csv", source, { tables, skip })).toEqual(whole.slice(skip));
    }
  });
});

test("of a table of ours, the quote before what looks like a formula is taken off again", async () => {
  const cells = ["'=1+1", "''=1+1", "'+49 30", "'-5", "'@home", "'so' he said", "no"];
  const meant = ["=1+1", "'=1+1", "+49 30", "-5", "@home", "'so' he said", "no"];
  const rows = cells.map((cell, index) => `id-${index},1,s-${index},${cell},${cell}`).join("\n");
  const own = await itemsIn("a.csv", `article_id,version,source_id,title,text\n${rows}\n`);
  const texts = (items: typeof own) =>
    items.map((item) => (item.kind === "article" ? item.article.text : item.reason));
  expect(texts(own)).toEqual(meant);
  const other = await itemsIn("a.csv", `id,version,source_id,title,text\n${rows}\n`);
  expect(texts(other)).toEqual(cells);
});

test("what is said now counts more than what was said before, and of a field one column", () => {
  const before = { aa: said({ columns: { x: "text", y: "title", z: null }, delimiter: ";" }) };
  expect(joinedReadings(before, { "*": said({ columns: { q: "text" }, quote: "'" }) })).toEqual({
    aa: said({ columns: { q: "text", y: "title", z: null }, delimiter: ";", quote: "'" }),
    "*": said({ columns: { q: "text" }, quote: "'" }),
  });
  const every = { "*": said({ columns: { q: "text" } }), aa: said({ columns: { x: "text" } }) };
  expect(joinedReadings(before, every).aa?.columns).toEqual({ x: "text", y: "title", z: null });
});
