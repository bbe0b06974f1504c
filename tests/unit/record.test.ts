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

test.for([
  { name: "a whole record", change: {}, valid: true },
  { name: "an unknown key", change: { extra: 1 }, valid: false },
  {
    name: "a fractional offset",
    change: { blocks: [{ kind: "title", start: 0.5, end: 2 }] },
    valid: false,
  },
  { name: "a name for a pseudonym", change: { annotators: ["Ana"] }, valid: false },
  { name: "another schema", change: { schema: "gainsay.article/2" }, valid: false },
])("schema and parser agree on $name", ({ change, valid }) => {
  const record = { ...articleRecord(article, [], "gold"), ...change };
  expect({ schema: validate(record), parser: ArticleRecord.safeParse(record).success }).toEqual({
    schema: valid,
    parser: valid,
  });
});
