import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
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

const ofVersion1 = {
  text,
  annotation: null,
  annotation_agent: "ana",
  prediction: null,
  prediction_agent: "m1",
  metadata: { desk: "news" },
  status: "Validated",
  id: "3",
};
const ofClasses = { ...ofVersion1, inputs: { text }, multi_label: false };
const tones = [
  { label: "calm", score: 0.6 },
  { label: "angry", score: 0.7 },
];
const suggestion = { "tone-suggestion": "calm", "tone-suggestion-metadata": { agent: "m1" } };

test.for<{
  name: string;
  record: object;
  sets: readonly { annotator: string; attributes: Readonly<Record<string, unknown>> }[];
  told?: readonly string[];
}>([
  {
    name: "a class that somebody chose",
    record: { ...ofClasses, annotation: "calm" },
    sets: [{ annotator: "ana", attributes: { label: "calm" } }],
  },
  {
    name: "several of a text that is a field",
    record: { ...ofClasses, text: null, multi_label: true, annotation: ["calm", "angry"] },
    sets: [{ annotator: "ana", attributes: { label: ["calm", "angry"] } }],
  },
  {
    name: "the likeliest of what a model thinks",
    record: { ...ofClasses, prediction: tones },
    sets: [{ annotator: "m1", attributes: { label: "angry" } }],
    told: ["detail_left_out"],
  },
  {
    name: "all that a model thinks likely, as lists",
    record: {
      ...ofClasses,
      multi_label: true,
      prediction: [
        ["calm", 0.6],
        ["sad", 0.2],
        ["angry", 0.7],
      ],
    },
    sets: [{ annotator: "m1", attributes: { label: ["calm", "angry"] } }],
    told: ["detail_left_out"],
  },
  {
    name: "what somebody wrote of it",
    record: { ...ofVersion1, annotation: "Port shut.", prediction: [{ text: "Shut." }] },
    sets: [
      { annotator: "ana", attributes: { text: "Port shut." } },
      { annotator: "m1", attributes: { text: "Shut." } },
    ],
  },
  {
    name: "that somebody looked and found nothing",
    record: { ...ofVersion1, tokens: ["The"], annotation: [] },
    sets: [{ annotator: "ana", attributes: {} }],
  },
  {
    name: "that nobody looked",
    record: { ...ofVersion1, tokens: ["The"], status: "Default" },
    sets: [],
  },
  {
    name: "answers of a row that was sent to Hugging Face",
    record: {
      text,
      tone: [{ user_id: "ana", value: "angry", status: "submitted" }],
      ...suggestion,
      external_id: "3",
      metadata: '{"desk": "news"}',
    },
    sets: [
      { annotator: "ana", attributes: { tone: "angry" } },
      { annotator: "m1", attributes: { tone: "calm" } },
    ],
  },
])("of version 1 is read $name", async ({ record, sets, told = [] }) => {
  const choices = ["calm", "angry", "sad"];
  const scheme: Scheme = {
    ...defaultScheme,
    article: [
      Array.isArray(sets[0]?.attributes.label)
        ? { name: "label", type: "choices", values: choices }
        : { name: "label", type: "choice", values: choices },
      { name: "tone", type: "choice", values: choices },
      { name: "text", type: "text" },
    ],
  };
  const [item] = await itemsIn("a.json", JSON.stringify(record), { scheme });
  if (item?.kind !== "article") throw new Error("Not read.");
  const { annotations, sourceId, meta } = item.article;
  expect(
    annotations.map(({ annotator, about }) => ({ annotator, attributes: about?.attributes })),
  ).toEqual(sets);
  expect([item.article.text, sourceId, meta]).toEqual([text, "3", { desk: "news" }]);
  expect(item.warnings.map(({ code }) => code)).toEqual(told);
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
