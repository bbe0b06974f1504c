import { describe, expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn } from "../setup/foreign";
import { marksIn } from "../setup/records";

const articles = async (path: string, source: string | Uint8Array) =>
  (await itemsIn(path, source)).map((item) =>
    item.kind === "article"
      ? `${item.line} ${item.article.sourceId ?? "-"} ${item.article.title}: ${item.article.text}`
      : `${item.line} ${item.reason}`,
  );

describe("a table of articles", () => {
  const rows = [
    ["id", "Headline", "body", "publish_date", "media_name", "url"],
    [
      "1",
      "Port closed",
      'The port, "closed".\nIt opens; soon | later.',
      "2024-07-30",
      "The Courier",
      "https://example.org/1",
    ],
    ["2", "گزارش 😀", "سفارت\tرد کرد", "", "", ""],
  ];
  const table = (delimiter: string, end = "\n") =>
    rows
      .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter))
      .join(end);

  test.for([
    { name: "commas", path: "a.csv", delimiter: "," },
    { name: "semicolons", path: "a.csv", delimiter: ";" },
    { name: "bars", path: "a.csv", delimiter: "|" },
    { name: "tabs", path: "a.tsv", delimiter: "\t" },
    { name: "tabs under the name of another", path: "a.csv", delimiter: "\t" },
    { name: "commas under the name of another", path: "a.tsv", delimiter: "," },
  ])("with $name is read, with what is known of each", async ({ path, delimiter }) => {
    for (const end of ["\n", "\r\n"]) {
      for (const piece of [1, 7, 1000]) {
        const items = await itemsIn(path, table(delimiter, end), { piece });
        expect(items).toMatchObject([
          {
            line: 2,
            article: {
              sourceId: "1",
              title: "Port closed",
              publisher: "The Courier",
              publishedAt: "2024-07-30T00:00:00Z",
              url: "https://example.org/1",
              text: 'Port closed\n\nThe port, "closed".\nIt opens; soon | later.',
            },
          },
          { line: 4, article: { sourceId: "2", title: "گزارش 😀", publisher: null } },
        ]);
        expect(items.flatMap((item) => (item.kind === "article" ? item.warnings : []))).toEqual([]);
      }
    }
  });

  test.for(["utf-16le", "utf-16be"])("in %s with its mark is read", async (encoding) => {
    const units = [...`\ufeff${table(",")}`].join("");
    const bytes = new Uint8Array(units.length * 2);
    for (let at = 0; at < units.length; at += 1) {
      new DataView(bytes.buffer).setUint16(at * 2, units.charCodeAt(at), encoding === "utf-16le");
    }
    expect(await itemsIn("a.csv", bytes, { piece: 3 })).toMatchObject([
      { article: { title: "Port closed" } },
      { article: { title: "گزارش 😀" } },
    ]);
  });

  test("in another encoding is refused, not guessed", async () => {
    const bytes = Uint8Array.from([...Buffer.from("id,text\n1,caf"), 0xe9, 10]);
    expect(await articles("a.csv", bytes)).toEqual([
      "2 This is not UTF-8: byte 0xe9 at line 2, byte 13.",
    ]);
  });

  test.for([
    {
      name: "without a text",
      source: "id,title\n1,Port\n",
      told: [/^null No column is the text. One has to be called text, .* There are: id, title\.$/],
    },
    {
      name: "of addresses without texts, as of Media Cloud",
      source:
        "stories_id,media_name,publish_date,title,url\n1,Herald,2024-07-30,T,https://a.org/1\n",
      told: [
        /^null No column is the text.* give it as a list of addresses: under “From the web” on the import page, or by --urls\.$/,
      ],
    },
    {
      name: "of spans without their text, once",
      source: "id,Start,END,label\n1,0,8,claim\n2,9,12,denial\n",
      told: [
        /^null Rows with a start and an end seem to be spans .* There are: id, Start, END, label/,
      ],
    },
    {
      name: "with a row of too many cells",
      source: "id,text\n1,a,b\n2,c\n",
      told: [/^2 The row has 3 cells/, /^3 2 c: c$/],
    },
    {
      name: "with a quote where none can be",
      source: 'id,text\n1,"a"b\n2,c\n',
      told: [/^2 A quote stands where none can/, /^3 2 c: c$/],
    },
    {
      name: "with an empty text",
      source: "id,text\n1,\n2,c\n",
      told: [/^2 The row has no text: "text" is empty\.$/, /^3 2 c: c$/],
    },
    {
      name: "with rows of nothing but empty cells",
      source: ',,\n"",,\nid,text,x\n,,\n1,a,\n ,"",\n;;\n2,c,\n,,\n',
      told: [/^5 1 a: a$/, /^8 2 c: c$/],
    },
    {
      name: "with a quote that is never closed",
      source: 'id,text\n1,"a\n2,c\n',
      told: [/^2 A quote/],
    },
    { name: "of a header alone", source: "id,text\n", told: [/There is no article/] },
    {
      name: "with a name of ours for something else",
      source: "text,spans,meta,__proto__\na,b,c,d\n",
      told: [/^2 - a: a$/],
    },
  ])("$name is told", async ({ source, told }) => {
    const read = await articles("a.csv", source);
    expect(read).toHaveLength(told.length);
    for (const [index, pattern] of told.entries()) expect(read[index]).toMatch(pattern);
  });

  test("goes on where it was left", async () => {
    const source = "id,text\n1,a\n2,b\n3,c\n";
    const whole = await itemsIn("a.csv", source);
    for (const skip of [1, 2])
      expect(await itemsIn("a.csv", source, { skip })).toEqual(whole.slice(skip));
  });
});

describe("what Label Studio wrote as a table", () => {
  const path = "label-studio/export_CSV.csv";
  test("is read to every quote", async () => {
    expect(saidIn(await itemsIn("a.csv", foreignFile(path)))).toEqual(expectedOf(path));
  });

  test("in another unit than its own is not what was marked", async () => {
    const items = await itemsIn("a.csv", foreignFile(path), { offsets: "utf16" });
    expect(saidIn(items)).not.toEqual(expectedOf(path));
  });

  test("has the annotations of a task in rows one after another", async () => {
    const header = "annotation_id,annotator,id,label,lead_time,text\n";
    const row = (annotator: number, id: number) =>
      `${annotator},${annotator},${id},"[{""start"":0,""end"":8,""text"":""The port"",""labels"":[""claim""]}]",,The port\n`;
    const source = header + row(1, 1) + row(2, 1) + row(1, 2);
    const items = await itemsIn("a.csv", source);
    expect(items.map((item) => marksIn(item).spans.map(({ annotator }) => annotator))).toEqual([
      ["1", "2"],
      ["1"],
    ]);
    expect(await itemsIn("a.csv", source, { skip: 1 })).toEqual(items.slice(1));
  });
});

test("a row of millions of characters is looked at once, wherever the pieces fall that it arrives in", async () => {
  const long = "word ".repeat(1_000_000);
  const source = `id,text\r\n1,"${long}\n""end"""\r\n2,short`;
  const began = process.cpuUsage();
  const items = await itemsIn("a.csv", source, { piece: 1000 });
  expect(
    items.map((item) => item.kind === "article" && [item.line, item.article.sourceId]),
  ).toEqual([
    [2, "1"],
    [4, "2"],
  ]);
  // Joined anew with each piece, it is some 13 GB that are copied.
  expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
});
