import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import {
  ArticleRecord,
  articleRecord,
  type RecordedArticle,
  recordJsonSchema,
  SCHEMA_FILE,
} from "@/lib/domain/record";
import { writeJsonl } from "@/lib/formats/jsonl";

const article: RecordedArticle = {
  id: "0198c0de-0000-7000-8000-000000000001",
  sourceId: null,
  title: "Denied",
  publisher: null,
  author: null,
  url: null,
  publishedAt: new Date("2024-07-30T14:35:34Z"),
  language: "en",
  text: "Denied\n\nShe denied it.",
  textSha256: "0".repeat(64),
  blocks: [
    { kind: "heading", level: 2, start: 0, end: 6 },
    { kind: "paragraph", start: 8, end: 22 },
  ],
  meta: { desk: "world" },
};

const id = (last: number) => `0198c0de-0000-7000-8000-0000000000${last}`;
const span = (last: number, label: string, ...fragments: [number, number][]) => ({
  id: id(last),
  label,
  fragments: fragments.map(([start, end]) => ({ start, end })),
  quote: "x",
  attributes: {},
});
const relation = (last: number, from: number, to: number) => ({
  id: id(last),
  type: "denies",
  from: id(from),
  to: id(to),
  attributes: {},
});

test("a record has the keys of the format in the format's order, and nothing else", () => {
  const sets = [
    { annotator: 2, spans: [span(11, "denial", [8, 11], [19, 21])], relations: [] },
    { annotator: 10, spans: [span(12, "claim", [8, 11])], relations: [] },
    { annotator: 1, spans: [], relations: [] },
  ];
  expect(writeJsonl(articleRecord(article, sets, "reviewers"))).toBe(
    `{"schema":"gainsay.article/1","id":"${article.id}","source_id":null,"title":"Denied","publisher":null,"author":null,"url":null,"published_at":"2024-07-30T14:35:34Z","language":"en","text":"Denied\\n\\nShe denied it.","text_sha256":"${"0".repeat(64)}","offset_unit":"code_point","blocks":[{"kind":"heading","start":0,"end":6,"level":2},{"kind":"paragraph","start":8,"end":22}],"layer":"reviewers","annotators":["a1","a2","a10"],"spans":[{"id":"${id(12)}","label":"claim","start":8,"end":11,"fragments":[{"start":8,"end":11}],"text":"x","attributes":{},"annotator":"a10"},{"id":"${id(11)}","label":"denial","start":8,"end":21,"fragments":[{"start":8,"end":11},{"start":19,"end":21}],"text":"x","attributes":{},"annotator":"a2"}],"relations":[],"split":null,"meta":{"desk":"world"}}\n`,
  );
});

test("a block has a level only where the article's has one", () => {
  expect(articleRecord(article, [], "all").blocks).toStrictEqual(article.blocks);
});

test("the order in which sets, spans and relations come does not matter", () => {
  const spans = [
    span(11, "claim", [8, 11]),
    span(12, "denial", [8, 11]),
    span(13, "claim", [0, 6]),
  ];
  const relations = [relation(21, 12, 11), relation(22, 12, 13)];
  const one = { annotator: 1, spans, relations };
  const two = { annotator: 2, spans, relations };
  const turned = (set: typeof one) => ({
    ...set,
    spans: set.spans.toReversed(),
    relations: set.relations.toReversed(),
  });
  expect(writeJsonl(articleRecord(article, [turned(two), turned(one)], "all"))).toBe(
    writeJsonl(articleRecord(article, [one, two], "all")),
  );
});

test("spans are sorted by start, end, label, annotator as a number, and id", () => {
  const spans = {
    2: [span(19, "claim", [0, 2]), span(11, "claim", [0, 2]), span(12, "attribution", [0, 2])],
    10: [span(10, "claim", [0, 2]), span(13, "claim", [0, 1]), span(14, "claim", [0, 1], [2, 3])],
    1: [span(15, "claim", [1, 2])],
  };
  const sets = Object.entries(spans).map(([annotator, own]) => ({
    annotator: Number(annotator),
    spans: own,
    relations: [],
  }));
  const record = articleRecord(article, sets, "all");
  expect(
    record.spans.map(
      (one) => `${one.start}-${one.end} ${one.label} ${one.annotator} ${one.id.slice(-2)}`,
    ),
  ).toEqual([
    "0-1 claim a10 13",
    "0-2 attribution a2 12",
    "0-2 claim a2 11",
    "0-2 claim a2 19",
    "0-2 claim a10 10",
    "0-3 claim a10 14",
    "1-2 claim a1 15",
  ]);
  expect(record.annotators).toEqual(["a1", "a2", "a10"]);
});

test("relations are sorted by type, from, to, annotator as a number, and id", () => {
  const link = (last: number, type: string, from: number, to: number) => ({
    ...relation(last, from, to),
    type,
  });
  const sets = [
    {
      annotator: 10,
      spans: [],
      relations: [link(30, "denies", 12, 11), link(31, "denies", 12, 10)],
    },
    {
      annotator: 2,
      spans: [],
      relations: [link(39, "denies", 12, 11), link(32, "denies", 12, 11)],
    },
    { annotator: 1, spans: [], relations: [link(33, "same", 10, 11), link(34, "denies", 13, 10)] },
  ];
  expect(
    articleRecord(article, sets, "all").relations.map(
      ({ type, from, to, annotator, id }) =>
        `${type} ${from.slice(-2)} ${to.slice(-2)} ${annotator} ${id.slice(-2)}`,
    ),
  ).toEqual([
    "denies 12 10 a10 31",
    "denies 12 11 a2 32",
    "denies 12 11 a2 39",
    "denies 12 11 a10 30",
    "denies 13 10 a1 34",
    "same 10 11 a1 33",
  ]);
});

test("an article without a time, and one whose annotator has two sets, are records too", () => {
  const set = { annotator: 1, spans: [], relations: [] };
  const record = articleRecord({ ...article, publishedAt: null }, [set, set], "gold");
  expect([record.published_at, record.annotators]).toEqual([null, ["a1"]]);
});

test("a time with milliseconds keeps them", () => {
  const publishedAt = new Date("2024-07-30T14:35:34.120Z");
  expect(articleRecord({ ...article, publishedAt }, [], "gold").published_at).toBe(
    "2024-07-30T14:35:34.120Z",
  );
});

test("the published schema is the one made from the record", () => {
  const file = new URL(`../../docs/schemas/${SCHEMA_FILE}`, import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(recordJsonSchema());
});

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(recordJsonSchema());

const { spans: [recordedSpan] = [], relations: [recordedRelation] = [] } = articleRecord(
  article,
  [{ annotator: 1, spans: [span(11, "claim", [8, 11])], relations: [relation(21, 11, 12)] }],
  "gold",
);

test.for([
  { name: "a whole record", change: {}, valid: true },
  { name: "an unknown key", change: { extra: 1 }, valid: false },
  {
    name: "a fractional offset",
    change: { blocks: [{ kind: "title", start: 0.5, end: 2 }] },
    valid: false,
  },
  { name: "a name for a pseudonym", change: { annotators: ["Ana"] }, valid: false },
  { name: "a pseudonym and more", change: { annotators: ["a1b"] }, valid: false },
  { name: "a pseudonym of nobody", change: { annotators: ["a0"] }, valid: false },
  {
    name: "an offset of a text beyond all",
    change: { blocks: [{ kind: "title", start: 0, end: 2 ** 31 }] },
    valid: false,
  },
  {
    name: "the last offset of all",
    change: { blocks: [{ kind: "title", start: 0, end: 2 ** 31 - 1 }] },
    valid: true,
  },
  {
    name: "an offset below none",
    change: { blocks: [{ kind: "title", start: -1, end: 2 }] },
    valid: false,
  },
  {
    name: "a heading of level 7",
    change: { blocks: [{ kind: "heading", level: 7, start: 0, end: 2 }] },
    valid: false,
  },
  {
    name: "a heading of level 0",
    change: { blocks: [{ kind: "heading", level: 0, start: 0, end: 2 }] },
    valid: false,
  },
  {
    name: "a block that knows more",
    change: { blocks: [{ kind: "title", start: 0, end: 2, x: 1 }] },
    valid: false,
  },
  { name: "a title of nothing", change: { title: "" }, valid: false },
  { name: "a text of nothing", change: { text: "" }, valid: false },
  { name: "half a hash", change: { text_sha256: "0".repeat(32) }, valid: false },
  { name: "a longer hash", change: { text_sha256: "0".repeat(65) }, valid: false },
  {
    name: "a span without fragments",
    change: { spans: [{ ...recordedSpan, fragments: [] }] },
    valid: false,
  },
  { name: "a span", change: { spans: [recordedSpan] }, valid: true },
  {
    name: "a span without a label",
    change: { spans: [{ ...recordedSpan, label: "" }] },
    valid: false,
  },
  {
    name: "a span without words",
    change: { spans: [{ ...recordedSpan, text: "" }] },
    valid: false,
  },
  {
    name: "a relation without a type",
    change: { relations: [{ ...recordedRelation, type: "" }] },
    valid: false,
  },
  { name: "a relation", change: { relations: [recordedRelation] }, valid: true },
  { name: "a split that there is not", change: { split: "all" }, valid: false },
  { name: "a split", change: { split: "dev" }, valid: true },
  { name: "another schema", change: { schema: "gainsay.article/2" }, valid: false },
])("schema and parser agree on $name", ({ change, valid }) => {
  const record = { ...articleRecord(article, [], "gold"), ...change };
  expect({ schema: validate(record), parser: ArticleRecord.safeParse(record).success }).toEqual({
    schema: valid,
    parser: valid,
  });
});
