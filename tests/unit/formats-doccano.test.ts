import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArticleText } from "@/lib/domain/text";
import { conversionOf, type OffsetUnit } from "@/lib/formats/units";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn, written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const path = "relations.admin.jsonl";
const source = foreignFile(`doccano/${path}`);

/** The same file with its offsets counted in another way. */
function countedIn(unit: OffsetUnit): string {
  return source
    .trim()
    .split("\n")
    .map((line) => {
      const record = JSON.parse(line);
      const text = new ArticleText(record.text);
      const from = conversionOf(text, "utf16");
      const to = conversionOf(text, unit);
      const moved = (offset: number) => to.fromCodePoints(from.toCodePoints(offset) ?? 0);
      for (const entity of record.entities) {
        entity.start_offset = moved(entity.start_offset);
        entity.end_offset = moved(entity.end_offset);
      }
      return JSON.stringify(record);
    })
    .join("\n");
}

describe("what doccano wrote", () => {
  test("is read to every quote and relation, with what was found out told", async () => {
    const items = await itemsIn(path, source);
    expect(saidIn(items)).toEqual(expectedOf(path));
    const [first] = items;
    if (first?.kind !== "article") throw new Error("Not read.");
    expect(first.article).toMatchObject({ sourceId: "9", meta: { ref: "foreign-a" } });
    expect(first.article.annotations[0]?.about?.note).toBe("Check the embassy’s own statement.");
    expect(first.warnings).toMatchObject([
      {
        code: "offsets_in_doubt",
        message: expect.stringMatching(/taken for UTF-16 units: so \d+ of \d+ spans/),
      },
    ]);
  });

  test.for(["utf16", "grapheme", "code_point"] as const)(
    "is read so in %s, found out or asked for",
    async (unit) => {
      const file = countedIn(unit);
      expect(saidIn(await itemsIn(path, file))).toEqual(expectedOf(path));
      const asked = await itemsIn(path, file, { offsets: unit });
      expect(saidIn(asked)).toEqual(expectedOf(path));
      expect(asked.flatMap((item) => (item.kind === "article" ? item.warnings : []))).toEqual([]);
    },
  );

  test("in another unit than its own is not what was marked", async () => {
    const items = await itemsIn(path, source, { offsets: "code_point" });
    expect(saidIn(items)).not.toEqual(expectedOf(path));
  });

  test("means the same wherever the reading begins again", async () => {
    const file = countedIn("grapheme");
    const whole = await itemsIn(path, file);
    for (const skip of [1, 2])
      expect(await itemsIn(path, file, { skip })).toEqual(whole.slice(skip));
  });

  test("is refused in doubt by who reads strictly, until told", async () => {
    const [line = ""] = source.split("\n");
    const [strict] = await itemsIn(path, line, { strict: true });
    expect(strict).toMatchObject({
      kind: "rejected",
      reason: expect.stringContaining("does not say"),
    });
  });
});

test("a text that tells nothing is read as those before and after it", async () => {
  const telling = (at: number) =>
    JSON.stringify({ id: at, text: "😀😀 The port is closed", label: [[3, 11, "claim"]] });
  // All in one script without spaces: every way fits.
  const silent = JSON.stringify({ id: 9, text: "😀😀ab ab ab ab", label: [[2, 4, "claim"]] });
  const quotes = async (lines: string[]) =>
    (await itemsIn("a.jsonl", lines.join("\n"))).map((item) => marksIn(item).spans[0]?.quote);
  expect(await quotes([silent, telling(1)])).toEqual(["ab", "The port"]);
  expect(await quotes([telling(1), silent])).toEqual(["The port", "ab"]);
});

test.for([
  { name: "triples", record: { text: "The port", label: [[0, 8, "claim"]] } },
  { name: "triples of an old version", record: { data: "The port", labels: [[0, 8, "claim"]] } },
  {
    name: "entities",
    record: {
      text: "The port",
      entities: [{ id: 1, label: "claim", start_offset: 0, end_offset: 8 }],
    },
  },
  {
    name: "entities beside what classifies",
    record: { text: "The port", cats: ["news"], entities: [[0, 8, "claim"]] },
  },
])("$name are read", async ({ record }) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record), { format: "doccano" });
  expect(marksIn(item)).toMatchObject({
    text: "The port",
    spans: [{ label: "claim", quote: "The port" }],
  });
});

test.for([
  { name: "an entry that is none", record: { text: "The port", label: [[0, 8, "claim"], ["x"]] } },
  {
    name: "a relation without ends",
    record: { text: "The port", label: [], relations: [{ type: "denies" }] },
  },
  {
    name: "a relation of spans that there are not",
    record: { text: "The port", label: [], relations: [{ from_id: 1, to_id: 2, type: "denies" }] },
  },
  { name: "a comment that is none", record: { text: "The port", label: [], Comments: [7] } },
  { name: "offsets beyond the text", record: { text: "The port", label: [[0, 9e15, "claim"]] } },
])("$name is told, and the article is in", async ({ record }) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
  expect(item).toMatchObject({ kind: "article", warnings: [expect.anything()] });
});

test("metadata in meta, as old versions have it, are the article's", async () => {
  const meta = { url: "https://example.org/port", desk: "press", ref: 2 };
  const record = { text: "The port", meta, ref: 1, labels: [[0, 8, "claim"]] };
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
  expect(item?.kind === "article" && item.article).toMatchObject({
    url: "https://example.org/port",
    meta: { desk: "press", ref: 1 },
  });
});

test.for([
  { text: "claim", prefix_key: null, suffix_key: "c", background_color: "#ff0000" },
  { id: 4, text: "claim", suffixKey: "c", backgroundColor: "#ff0000", textColor: "#ffffff" },
])("the labels of a project are no articles (%#)", async (label) => {
  const items = await itemsIn("label_config.json", JSON.stringify([label]));
  expect(items).toMatchObject([
    { kind: "rejected", reason: expect.stringContaining("a label of doccano") },
  ]);
});

test("what is written is read again as far as the format goes, and the rest is counted", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 1, fragments: 1 }), async (record) => {
      const { text, lost } = written("doccano", [record]);
      const [item] = await itemsIn("ana.jsonl", text, { scheme: richScheme, offsets: "utf16" });
      const bare = { attributes: {}, annotator: "ana" };
      const { spans, relations, ...rest } = marksOf(record);
      expect(marksIn(item)).toMatchObject({
        text: rest.text,
        title: rest.title,
        spans: spans.map((span) => ({ ...span, ...bare })),
        relations: relations.map((relation) => ({ ...relation, ...bare })),
      });
      const attributes = record.spans.flatMap(({ attributes }) => Object.keys(attributes)).length;
      expect(lost.includes(`${attributes} attributes of spans`)).toBe(attributes > 0);
    }),
    { numRuns: 100 },
  );
});
