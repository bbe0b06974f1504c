import { describe, expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { marksIn } from "../setup/records";

const tags = { names: ["O", "B-claim", "I-claim"], _type: "ClassLabel" };
const features = [
  { feature_idx: 0, name: "id", type: { dtype: "string", _type: "Value" } },
  { feature_idx: 1, name: "tokens", type: { feature: { dtype: "string" }, _type: "Sequence" } },
  { feature_idx: 2, name: "ner_tags", type: { feature: tags, _type: "Sequence" } },
  { feature_idx: 3, name: "topic", type: { names: ["sport", "politics"], _type: "ClassLabel" } },
];
const row = (index: number, word: string, cut: readonly string[] = []) => ({
  row_idx: index,
  row: { id: `r${index}`, tokens: ["😀", "The", word, "."], ner_tags: [0, 1, 2, 0], topic: 1 },
  truncated_cells: cut,
});
/** As the API answers to `/rows`. */
const answer = (...rows: readonly object[]) => ({
  features,
  rows,
  num_rows_total: 1200,
  num_rows_per_page: 100,
  partial: false,
});

describe("what the viewer of Hugging Face answers", () => {
  const one = answer(row(0, "port"), row(1, "ferry"));
  test.for([
    { name: "as it is sent", path: "rows.json", content: JSON.stringify(one) },
    { name: "laid out", path: "rows.json", content: JSON.stringify(one, null, 2) },
    { name: "as lines", path: "rows.jsonl", content: JSON.stringify(one) },
    {
      name: "with its keys in another order",
      path: "rows.json",
      content: JSON.stringify({ dataset: "a/b", rows: one.rows, features }),
    },
    {
      name: "page by page",
      path: "rows.jsonl",
      content: [answer(row(0, "port")), answer(row(1, "ferry"))]
        .map((page) => `${JSON.stringify(page)}\n`)
        .join(""),
    },
  ])("is the rows that it holds, $name", async ({ path, content }) => {
    const items = await itemsIn(path, content);
    expect(items.map((item) => item.kind === "article" && item.recordId)).toEqual(["r0", "r1"]);
    expect(items.map(marksIn)).toMatchObject([
      { text: "😀 The port .", spans: [{ label: "claim", quote: "The port" }] },
      { text: "😀 The ferry .", spans: [{ label: "claim", quote: "The ferry" }] },
    ]);
    expect(items).toMatchObject([{ article: { meta: { topic: "politics" } } }, {}]);
  });

  test("has no row of which cells were cut short", async () => {
    const content = JSON.stringify(answer(row(0, "port"), row(1, "fer", ["tokens"])));
    const [first, second] = await itemsIn("rows.json", content);
    expect(first).toMatchObject({ kind: "article" });
    expect(second).toMatchObject({
      kind: "rejected",
      reason: expect.stringMatching(/Article 2 of the list: Row 1 is not whole: .*"tokens"/),
    });
  });

  test("has texts, too", async () => {
    const rows = [{ row_idx: 5, row: { text: "The port is closed." }, truncated_cells: [] }];
    const text = { feature_idx: 0, name: "text", type: { dtype: "string", _type: "Value" } };
    const [item] = await itemsIn("rows.json", JSON.stringify({ features: [text], rows }));
    expect(item).toMatchObject({ article: { text: "The port is closed." } });
  });

  test("is not what only looks so: rows of Hypothesis, and a record with such keys", async () => {
    const hypothesis = JSON.stringify({ total: 1, rows: [{ target: [] }] });
    const [item] = await itemsIn("a.json", hypothesis);
    expect(item?.kind === "rejected" && item.reason).toContain("annotations of a text");
    const record = JSON.stringify({ rows: 3, features: ["red"], text: "The port is closed." });
    const [other] = await itemsIn("a.json", record);
    expect(other).toMatchObject({ kind: "article", wholeFile: true });
  });
});
