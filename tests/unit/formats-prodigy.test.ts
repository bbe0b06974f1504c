import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { itemsIn } from "../setup/files";
import { written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const text = "😀 The ministry said that the port is closed.";
const attribution = { start: 2, end: 19, label: "attribution", token_start: 1, token_end: 3 };
const claim = { start: 25, end: 43, label: "claim", token_start: 5, token_end: 8, pattern: -7 };
const task = {
  text,
  meta: { source: "x", title: "Port closed" },
  _input_hash: 1,
  _task_hash: 2,
  _annotator_id: "news-ana",
  _session_id: "news-ana",
  _timestamp: 1_722_350_134,
  tokens: [{ text: "😀", start: 0, end: 1, id: 0, ws: true }],
  spans: [attribution, claim],
  relations: [
    {
      head: 3,
      child: 8,
      head_span: attribution,
      child_span: claim,
      color: "#fff",
      label: "source_of",
    },
  ],
  answer: "accept",
};
const read = async (more: object) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify({ ...task, ...more }));
  return item;
};

test("spans and relations are read, in code points, with who did it and when", async () => {
  const item = await read({});
  expect(marksIn(item)).toMatchObject({
    title: "Port closed",
    spans: [
      { annotator: "news-ana", label: "attribution", quote: "The ministry said" },
      { annotator: "news-ana", label: "claim", quote: "the port is closed" },
    ],
    relations: [{ type: "source_of", from: "attribution 2-19", to: "claim 25-43" }],
  });
  if (item?.kind !== "article") throw new Error("Not read.");
  expect(item.article.meta).toEqual({ source: "x" });
  expect(item.article.annotations[0]?.about?.submittedAt).toEqual(new Date("2024-07-30T14:35:34Z"));
  expect(item.warnings).toEqual([]);
});

test("in another unit than its own it is not what was marked", async () => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify(task), { offsets: "utf16" });
  expect(marksIn(item).spans.map(({ quote }) => quote)).not.toContain("The ministry said");
});

test.for([
  { name: "an answer that rejects", more: { answer: "reject" }, code: "annotations_left_out" },
  {
    name: "a span without a label",
    more: { spans: [attribution, claim, { start: 0, end: 1 }] },
    code: "span_left_out",
  },
  {
    name: "a relation between words",
    more: {
      relations: [{ head_span: { start: 2, end: 5 }, child_span: claim, label: "source_of" }],
    },
    code: "relation_left_out",
  },
  {
    name: "a relation without ends",
    more: { relations: [{ head: 1, child: 2, label: "source_of" }] },
    code: "relation_left_out",
  },
])("$name is told", async ({ more, code }) => {
  expect(await read(more)).toMatchObject({ kind: "article", warnings: [{ code }] });
});

test("what is written is read again as far as the format goes, and the rest is counted", async () => {
  await fc.assert(
    fc.asyncProperty(records({ annotators: 1, fragments: 1 }), async (record) => {
      const { text, lost } = written("prodigy", [record]);
      const [item] = await itemsIn("a.jsonl", text, { scheme: richScheme });
      const { spans, relations } = marksOf(record);
      expect(marksIn(item)).toMatchObject({
        text: record.text,
        title: record.title,
        spans: spans.map((span) => ({ ...span, attributes: {} })),
        relations: relations.map((relation) => ({ ...relation, attributes: {} })),
      });
      const attributes = record.spans.flatMap(({ attributes }) => Object.keys(attributes)).length;
      expect(lost.includes(`${attributes} attributes of spans`)).toBe(attributes > 0);
      const { tokens, spans: marked } = JSON.parse(text);
      for (const { start, end, token_start, token_end } of marked) {
        expect([tokens[token_start].start, tokens[token_end].end]).toEqual([start, end]);
      }
    }),
    { numRuns: 100 },
  );
});

/** The default scheme, and for the article what is chosen in Prodigy. */
const choosing: Scheme = {
  ...defaultScheme,
  article: [
    { name: "accept", type: "choices", values: ["A", "B"] },
    { name: "label", type: "text" },
  ],
};
const classify = { text, _input_hash: 1, _task_hash: 2, _annotator_id: "ana" };

test.for([
  {
    name: "the options that an annotator picked",
    task: { ...classify, options: [{ id: "A", text: "a" }], accept: ["A", "B"], answer: "accept" },
    attributes: { accept: ["A", "B"] },
    meta: { options: [{ id: "A", text: "a" }] },
  },
  {
    name: "the label that an annotator said yes to with a list of no spans",
    task: { ...classify, label: "NEWS", spans: [], answer: "accept" },
    attributes: { label: "NEWS" },
    meta: {},
  },
  {
    name: "the label that an annotator said yes to",
    task: { ...classify, label: "NEWS", answer: "accept" },
    attributes: { label: "NEWS" },
    meta: {},
  },
])("$name are what that one said of the article", async ({ task, attributes, meta }) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify(task), { scheme: choosing });
  if (item?.kind !== "article") throw new Error("Not read.");
  expect(item.article.annotations).toMatchObject([{ annotator: "ana", about: { attributes } }]);
  expect(item.article.meta).toEqual(meta);
  expect(item.warnings).toEqual([]);
});

test.for([
  { name: "a label", more: { label: "NEWS", answer: "reject" }, told: 'the label "NEWS"' },
  { name: "options", more: { accept: ["A"], answer: "ignore" }, told: 'the accept ["A"]' },
  { name: "nothing", more: { answer: "ignore" }, told: "That has no place here" },
  {
    name: "a label for what patterns found",
    more: { label: "NEWS", spans: [{ start: 2, end: 5, pattern: 3 }], answer: "reject" },
    told: 'the label "NEWS"',
  },
])("no to $name is told, and is not taken for yes", async ({ more, told }) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify({ ...classify, ...more }), {
    scheme: choosing,
  });
  if (item?.kind !== "article") throw new Error("Not read.");
  expect([item.article.annotations, item.article.meta]).toEqual([[], {}]);
  expect(item.warnings.map(({ message }) => message)).toEqual([expect.stringContaining(told)]);
});

test("a span that was moved to whole tokens is those, whatever words were found first", async () => {
  const tokens = [
    { text: "😀", start: 0, end: 1, id: 0 },
    { text: "The", start: 2, end: 5, id: 1 },
    { text: "ministry", start: 6, end: 14, id: 2 },
    { text: "beyond", start: 6, end: 99, id: 3 },
  ];
  const found = { label: "claim", text: "minis", start: 6, end: 14 };
  const [item] = await itemsIn(
    "a.jsonl",
    JSON.stringify({
      ...classify,
      tokens,
      spans: [
        { ...found, token_start: 2, token_end: 2 },
        { ...found, label: "denial", token_start: 1, token_end: 2 },
        { ...found, label: "claim", end: 99, token_start: 3, token_end: 3 },
      ],
      answer: "accept",
    }),
  );
  expect(marksIn(item).spans).toMatchObject([{ label: "claim", quote: "ministry" }]);
  expect(item?.kind === "article" && item.warnings.map(({ code }) => code)).toEqual([
    "detail_left_out",
    "span_left_out",
    "span_left_out",
  ]);
});

test("a task that has no hashes yet is known by the tokens that its spans begin and end in", async () => {
  const { _input_hash, _task_hash, relations, answer, ...unanswered } = task;
  const [item] = await itemsIn("a.jsonl", JSON.stringify(unanswered));
  expect(marksIn(item).spans.map(({ quote }) => quote)).toEqual([
    "The ministry said",
    "the port is closed",
  ]);
  if (item?.kind !== "article") throw new Error("Not read.");
  expect(item.article.meta).toEqual({ source: "x" });
  expect(item.warnings).toEqual([]);
});
