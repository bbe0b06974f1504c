import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import {
  ArticleRecord,
  articleRecord,
  type RecordedArticle,
  type RecordedSet,
  recordJsonSchema,
  SCHEMA_FILE,
} from "@/lib/domain/record";
import { writeJsonl } from "@/lib/formats/jsonl";

const article: RecordedArticle = {
  id: "0198c0de-0000-7000-8000-000000000001",
  version: 3,
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

const aSet = (annotator: number, about: Partial<RecordedSet> = {}): RecordedSet => ({
  annotator,
  kind: "reviewer",
  schemeVersion: 2,
  guidelineVersion: null,
  revision: 7,
  submittedAt: null,
  updatedAt: new Date("2024-08-01T09:00:00Z"),
  note: "",
  attributes: {},
  spans: [],
  relations: [],
  ...about,
});

test("a record has the keys of the format in the format's order, and nothing else", () => {
  const sets = [
    aSet(2, {
      spans: [span(11, "denial", [8, 11], [19, 21])],
      submittedAt: new Date("2024-08-01T10:00:00.5Z"),
      note: "Twice.",
    }),
    aSet(10, { spans: [span(12, "claim", [8, 11])], kind: "imported", revision: 0 }),
    aSet(1),
  ];
  expect(writeJsonl(articleRecord(article, sets, "reviewers"))).toBe(
    `{"schema":"gainsay.article/2","id":"${article.id}","version":3,"source_id":null,"title":"Denied","publisher":null,"author":null,"url":null,"published_at":"2024-07-30T14:35:34.000Z","language":"en","text":"Denied\\n\\nShe denied it.","text_sha256":"${"0".repeat(64)}","offset_unit":"code_point","blocks":[{"kind":"heading","start":0,"end":6,"level":2},{"kind":"paragraph","start":8,"end":22}],"layer":"reviewers","sets":[{"annotator":"a1","kind":"reviewer","scheme_version":2,"guideline_version":null,"revision":7,"submitted_at":null,"updated_at":"2024-08-01T09:00:00.000Z","note":"","attributes":{}},{"annotator":"a2","kind":"reviewer","scheme_version":2,"guideline_version":null,"revision":7,"submitted_at":"2024-08-01T10:00:00.500Z","updated_at":"2024-08-01T09:00:00.000Z","note":"Twice.","attributes":{}},{"annotator":"a10","kind":"imported","scheme_version":2,"guideline_version":null,"revision":0,"submitted_at":null,"updated_at":"2024-08-01T09:00:00.000Z","note":"","attributes":{}}],"spans":[{"id":"${id(12)}","label":"claim","start":8,"end":11,"fragments":[{"start":8,"end":11}],"text":"x","attributes":{},"annotator":"a10"},{"id":"${id(11)}","label":"denial","start":8,"end":21,"fragments":[{"start":8,"end":11},{"start":19,"end":21}],"text":"x","attributes":{},"annotator":"a2"}],"relations":[],"split":null,"meta":{"desk":"world"}}\n`,
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
  const one = aSet(1, { spans, relations });
  const two = aSet(2, { spans, relations });
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
  const sets = Object.entries(spans).map(([annotator, own]) =>
    aSet(Number(annotator), { spans: own }),
  );
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
  expect(record.sets.map(({ annotator }) => annotator)).toEqual(["a1", "a2", "a10"]);
});

test("relations are sorted by type, from, to, annotator as a number, and id", () => {
  const link = (last: number, type: string, from: number, to: number) => ({
    ...relation(last, from, to),
    type,
  });
  const sets = [
    aSet(10, { relations: [link(30, "denies", 12, 11), link(31, "denies", 12, 10)] }),
    aSet(2, { relations: [link(39, "denies", 12, 11), link(32, "denies", 12, 11)] }),
    aSet(1, { relations: [link(33, "same", 10, 11), link(34, "denies", 13, 10)] }),
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

test("two sets of one annotator are both told of, by kind", () => {
  const sets = [aSet(1, { kind: "reviewer" }), aSet(1, { kind: "gold" })];
  expect(articleRecord(article, sets, "all").sets.map(({ kind }) => kind)).toEqual([
    "gold",
    "reviewer",
  ]);
});

test("an article without a time has none in its record", () => {
  expect(articleRecord({ ...article, publishedAt: null }, [], "gold").published_at).toBe(null);
});

test("every time has milliseconds, so that loaders take all for one type", () => {
  const publishedAt = new Date("2024-07-30T14:35:34.120Z");
  const submittedAt = new Date("2024-08-01T10:00:00Z");
  const line = writeJsonl(
    articleRecord({ ...article, publishedAt }, [aSet(1, { submittedAt })], "all"),
  );
  const times = [...line.matchAll(/"(\d{4}-\d\d-\d\dT[^"]*)"/g)].map(([, time]) => time);
  expect(times).toEqual([
    "2024-07-30T14:35:34.120Z",
    "2024-08-01T10:00:00.000Z",
    "2024-08-01T09:00:00.000Z",
  ]);
});

test("the published schema is the one made from the record", () => {
  const file = new URL(`../../docs/schemas/${SCHEMA_FILE}`, import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(recordJsonSchema());
});

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(recordJsonSchema());

const {
  sets: [recordedSet] = [],
  spans: [recordedSpan] = [],
  relations: [recordedRelation] = [],
} = articleRecord(
  article,
  [aSet(1, { spans: [span(11, "claim", [8, 11])], relations: [relation(21, 11, 12)] })],
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
  {
    name: "a name for a pseudonym",
    change: { sets: [{ ...recordedSet, annotator: "Ana" }] },
    valid: false,
  },
  {
    name: "a pseudonym and more",
    change: { sets: [{ ...recordedSet, annotator: "a1b" }] },
    valid: false,
  },
  {
    name: "a pseudonym of nobody",
    change: { sets: [{ ...recordedSet, annotator: "a0" }] },
    valid: false,
  },
  { name: "a set", change: { sets: [recordedSet] }, valid: true },
  { name: "a set of no kind", change: { sets: [{ ...recordedSet, kind: "mine" }] }, valid: false },
  {
    name: "a set without a note",
    change: { sets: [{ ...recordedSet, note: null }] },
    valid: false,
  },
  {
    name: "a time without milliseconds",
    change: { sets: [{ ...recordedSet, updated_at: "2024-08-01T09:00:00Z" }] },
    valid: false,
  },
  { name: "no version", change: { version: 0 }, valid: false },
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
  { name: "another schema", change: { schema: "gainsay.article/1" }, valid: false },
])("schema and parser agree on $name", ({ change, valid }) => {
  const record = { ...articleRecord(article, [], "gold"), ...change };
  expect({ schema: validate(record), parser: ArticleRecord.safeParse(record).success }).toEqual({
    schema: valid,
    parser: valid,
  });
});
