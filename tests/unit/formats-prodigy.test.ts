import fc from "fast-check";
import { expect, test } from "vitest";
import { itemsIn } from "../setup/files";
import { written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const text = "😀 The ministry said that the port is closed.";
const attribution = { start: 2, end: 19, label: "attribution", token_start: 1, token_end: 3 };
const claim = { start: 25, end: 43, label: "claim", token_start: 5, token_end: 8 };
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
