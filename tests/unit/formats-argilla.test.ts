import fc from "fast-check";
import { expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const text = "😀 The ministry said that the port is closed.";
const span = (start: number, end: number, label: string) => ({ start, end, label });
const answers = {
  span: [{ user_id: "u1", value: [span(2, 19, "attribution")] }],
  tone: [{ user_id: "u1", value: "calm" }],
};
const suggestions = { span: { value: [span(25, 43, "claim")], score: null, agent: "m1" } };
const record = {
  id: "7",
  fields: { text, title: "Port closed" },
  metadata: { desk: "news" },
  suggestions,
  responses: answers,
  vectors: {},
  _server_id: "x",
};

const read = async (given: object) => {
  const [item] = await itemsIn("a.json", JSON.stringify(given), { scheme: richScheme });
  return item;
};

test.for([
  { name: "as its library writes them", responses: answers, suggestions },
  {
    name: "as its server has them",
    responses: [
      {
        user_id: "u1",
        status: "submitted",
        values: { span: { value: answers.span[0]?.value }, tone: { value: "calm" } },
      },
    ],
    suggestions: [{ question_name: "span", ...suggestions.span }],
  },
])("records are read, $name", async ({ responses, suggestions }) => {
  const item = await read({ ...record, responses, suggestions });
  expect(marksIn(item)).toMatchObject({
    title: "Port closed",
    spans: [
      { annotator: "m1", label: "claim", quote: "the port is closed" },
      { annotator: "u1", label: "attribution", quote: "The ministry said" },
    ],
    sets: [{ annotator: "m1" }, { annotator: "u1", attributes: { tone: "calm" } }],
  });
  expect(item).toMatchObject({ article: { sourceId: "7", meta: { desk: "news" } }, warnings: [] });
});

test.for([
  { name: "objects", annotation: [span(2, 19, "attribution")] },
  { name: "lists", annotation: [["attribution", 2, 19, 1]] },
])("records of version 1 are read with $name", async ({ annotation }) => {
  const item = await read({
    text,
    tokens: ["The"],
    annotation,
    annotation_agent: "ana",
    prediction: null,
    prediction_agent: null,
    metadata: { desk: "news" },
    id: "3",
  });
  expect(marksIn(item).spans).toMatchObject([{ annotator: "ana", quote: "The ministry said" }]);
  expect(item).toMatchObject({ article: { sourceId: "3", meta: { desk: "news" } } });
});

test("in another unit than its own it is not what was marked", async () => {
  const [item] = await itemsIn("a.json", JSON.stringify(record), { offsets: "utf16" });
  expect(marksIn(item).spans.map(({ quote }) => quote)).not.toContain("The ministry said");
});

test.for([
  {
    name: "a draft",
    more: { responses: [{ user_id: "u1", status: "draft", values: {} }] },
    code: "annotations_left_out",
  },
  {
    name: "a score",
    more: { suggestions: { span: { value: [], score: 0.5, agent: "m" } } },
    code: "detail_left_out",
  },
  { name: "a vector", more: { vectors: { v: [1] } }, code: "detail_left_out" },
  {
    name: "what is no span",
    more: { responses: { span: [{ user_id: "u", value: [span(2, 19, "claim"), { start: 1 }] }] } },
    code: "span_left_out",
  },
])("$name is told", async ({ more, code }) => {
  expect(await read({ ...record, responses: {}, suggestions: {}, ...more })).toMatchObject({
    kind: "article",
    warnings: [{ code }],
  });
});

test("a record without a text is refused", async () => {
  expect(await read({ fields: { n: 1 }, responses: {} })).toMatchObject({ kind: "rejected" });
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

test("what is written is read again as far as the format goes, and the rest is counted", async () => {
  await fc.assert(
    fc.asyncProperty(records({ fragments: 1 }), async (record) => {
      const { text, lost } = written("argilla", [record]);
      const [item] = await itemsIn("a.jsonl", text, { scheme: richScheme });
      const { spans, sets } = marksOf(record);
      expect(marksIn(item)).toMatchObject({
        text: record.text,
        title: record.title,
        spans: spans.map((span) => ({ ...span, attributes: {} })),
        sets,
      });
      const users = text.match(/(?<="user_id":")[^"]*/g) ?? [];
      expect(users.filter((user) => !UUID.test(user))).toEqual([]); // or its server refuses them
      const { length } = record.relations;
      expect(lost.includes(`${length} relations`)).toBe(length > 0);
    }),
    { numRuns: 100 },
  );
});
