import { expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn } from "../setup/foreign";
import { marksIn } from "../setup/records";

const path = "hf/corpus.jsonl";
const beside = { "data/dataset_info.json": foreignFile("hf/dataset_info.json") };

test("rows with numbers for tags are read by the names beside them, to every quote", async () => {
  const items = await itemsIn("data/corpus.jsonl", foreignFile(path), { beside });
  expect(saidIn(items)).toEqual(expectedOf(path));
  expect(items[0]).toMatchObject({
    article: { sourceId: "foreign-a", title: "Fake accounts brief" },
    warnings: [
      { code: "detail_left_out", message: expect.stringContaining("put together from tokens") },
    ],
  });
});

test("numbers without names are told, and kept", async () => {
  const [item] = await itemsIn("data/corpus.jsonl", foreignFile(path));
  expect(marksIn(item).spans).toEqual([]);
  expect(item?.kind === "article" && item.warnings.map(({ code }) => code)).toEqual([
    "detail_left_out",
    "annotations_left_out",
  ]);
  expect(item?.kind === "article" && item.article.meta.ner_tags).toHaveLength(75);
});

test.for([
  { name: "IOB2", tags: ["B-claim", "I-claim", "B-claim", "O"], quotes: ["a 😀", "c"] },
  { name: "IOB1", tags: ["I-claim", "I-claim", "B-claim", "O"], quotes: ["a 😀", "c"] },
  {
    name: "BIOES",
    tags: ["B-claim", "E-claim", "S-claim", "S-denial"],
    quotes: ["a 😀", "c", "d"],
  },
  { name: "BILOU", tags: ["B-claim", "L-claim", "U-claim", "O"], quotes: ["a 😀", "c"] },
  { name: "a change of label", tags: ["I-claim", "I-denial", "O", "O"], quotes: ["a"] },
])("$name is read", async ({ tags, quotes }) => {
  const record = { tokens: ["a", "😀", "c", "d"], tags };
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
  expect(
    marksIn(item)
      .spans.map(({ quote }) => quote)
      .sort(),
  ).toEqual(quotes);
});

test("a text that is there is kept as it is", async () => {
  const record = {
    text: "😀 so:  the port.",
    tokens: ["so", ":", "the", "port", "."],
    ner_tags: ["O", "O", "B-claim", "I-claim", "O"],
  };
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record), { format: "token-rows" });
  expect(marksIn(item)).toMatchObject({
    text: record.text,
    spans: [{ at: "7-15", quote: "the port" }],
  });
});

test("a file of names that is no JSON refuses the rows", async () => {
  const [item] = await itemsIn("a.jsonl", '{"tokens":["a"],"ner_tags":[1]}', {
    beside: { "dataset_info.json": "{" },
  });
  expect(item).toMatchObject({ kind: "rejected" });
});
