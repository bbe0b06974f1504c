import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn, written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

describe.for(["spacy/doc_to_json.jsonl", "spacy/train_offsets.jsonl"])("%s", (path) => {
  /** No title is in it, so that the first words stand for one. */
  const untitled = (said: { spans: string[] }) =>
    said.spans.map((one) => one.slice(one.indexOf(": ") + 2)).sort();

  test("is read to every quote", async () => {
    const items = await itemsIn("a.jsonl", foreignFile(path));
    expect(untitled(saidIn(items))).toEqual(untitled(expectedOf(path)));
    expect(items.flatMap((item) => (item.kind === "article" ? item.warnings : []))).toEqual([]);
  });

  test("in another unit than its own is not what was marked", async () => {
    const items = await itemsIn("a.jsonl", foreignFile(path), { offsets: "utf16" });
    expect(untitled(saidIn(items))).not.toEqual(untitled(expectedOf(path)));
  });

  test("is the same as a list over several lines", async () => {
    const lines = foreignFile(path).trim().split("\n");
    const list = JSON.stringify(
      lines.map((line) => JSON.parse(line)),
      null,
      1,
    );
    const items = await itemsIn("a.json", list, { format: "spacy" });
    expect(untitled(saidIn(items))).toEqual(untitled(expectedOf(path)));
  });
});

test.for([
  { name: "on a line", indent: 0 },
  { name: "over several lines", indent: 1 },
])("texts to train with are read beside the names of their labels, $name", async ({ indent }) => {
  const annotations = [
    ["The port is shut.", { entities: [[0, 8, "claim"]] }],
    null,
    ["It opens.", { entities: [] }],
  ];
  const source = JSON.stringify({ classes: ["claim"], annotations }, null, indent);
  const items = await itemsIn("annotations.json", source);
  expect(items.map((item) => marksIn(item).spans.map(({ quote }) => quote))).toEqual([
    ["The port"],
    [],
  ]);
  expect(items).toMatchObject([{ warnings: [] }, { article: { meta: {} }, warnings: [] }]);
});

test.for([
  { name: "an article with annotations of another form", annotations: [["The port", 7]] },
  { name: "one without annotations", annotations: [null] },
])("$name is no list of texts to train with", async ({ annotations }) => {
  const items = await itemsIn("a.json", JSON.stringify({ annotations, classes: [] }));
  expect(items).toMatchObject([
    { kind: "rejected", reason: expect.stringContaining("text must be text") },
  ]);
});

test.for([
  {
    name: "tags of words for entities",
    record: ["The port", { entities: ["O", "U-claim"] }],
    code: "annotations_left_out",
  },
  {
    name: "a word for a span",
    record: { text: "The port", ents: [{ start: 0, end: 8, label: "claim" }, "x"] },
    code: "span_left_out",
  },
  {
    name: "parts of speech",
    record: { text: "The port", ents: [], tokens: [{ id: 0, start: 0, end: 3, pos: "DET" }] },
    code: "annotations_left_out",
  },
  {
    name: "links",
    record: ["The port", { entities: [[0, 8, "claim"]], links: { a: 1 } }],
    code: "annotations_left_out",
  },
  {
    name: "an id in a knowledge base",
    record: { text: "The port", ents: [{ start: 0, end: 8, label: "claim", kb_id: "Q1" }] },
    code: "detail_left_out",
  },
])("$name is told", async ({ record, code }) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
  expect(item).toMatchObject({ kind: "article", warnings: [{ code }] });
});

test("what is written is read again as far as the format goes, and the rest is counted", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 1, fragments: 1 }), async (record) => {
      const { text, lost } = written("spacy", [record]);
      const [item] = await itemsIn("a.jsonl", text, { scheme: richScheme });
      const bare = { attributes: {}, annotator: null };
      const { spans } = marksOf(record);
      expect(marksIn(item)).toMatchObject({
        text: record.text,
        spans: spans.map((span) => ({ ...span, ...bare })),
      });
      const { length } = record.relations;
      expect(lost.includes(`${length} relations`)).toBe(length > 0);
      const [, { entities }] = JSON.parse(text);
      for (const [index, [start]] of entities.entries()) {
        expect(start).toBeGreaterThanOrEqual(entities[index - 1]?.[1] ?? 0);
      }
    }),
    { numRuns: 100 },
  );
});
