import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { hasLetterOrDigit } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn, written } from "../setup/foreign";
import { aRecord, marksIn, records, richScheme } from "../setup/records";

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
  { name: "labels alone", tags: ["claim", "claim", "O", "denial"], quotes: ["a 😀", "d"] },
])("$name is read", async ({ tags, quotes }) => {
  const record = { tokens: ["a", "😀", "c", "d"], tags };
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
  expect(
    marksIn(item)
      .spans.map(({ quote }) => quote)
      .sort(),
  ).toEqual(quotes);
});

test.for<[string, Readonly<Record<string, unknown>>]>([
  ["words and ner", { words: ["The", "port"], ner: ["O", "B-claim"] }],
  ["words and labels", { words: ["The", "port"], labels: ["O", "B-claim"] }],
  ["labels alone of names, without a word outside", { tokens: ["port"], ner_tags: ["claim"] }],
])("%s are tokens and tags, too", async ([, record]) => {
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record));
  expect(marksIn(item).spans).toMatchObject([{ quote: "port" }]);
  expect(item?.kind === "article" && item.article.meta).toEqual({});
});

test.for<[string, Readonly<Record<string, unknown>>]>([
  ["parts of speech", { pos_tags: ["O", "NN"] }],
  ["words that are no tags", { labels: ["one", "two"] }],
])("%s are no spans", async ([, tags]) => {
  const record = { tokens: ["o", "port"], ...tags };
  const [item] = await itemsIn("a.jsonl", JSON.stringify(record), { format: "token-rows" });
  expect(item).toMatchObject({ article: { annotations: [], meta: tags } });
});

test("the sentence that tokens are of is the text; one that they are not of is kept beside it", async () => {
  const row = { tokens: ["so", ":"], ner_tags: ["O", "O"] };
  const read = async (more: object) => {
    const [item] = await itemsIn("a.jsonl", JSON.stringify({ ...row, ...more }));
    if (item?.kind !== "article") throw new Error("Not read.");
    return [item.article.text, item.article.meta, item.warnings.map(({ message }) => message)];
  };
  expect(await read({ sentence: "so:" })).toEqual(["so:", {}, []]);
  expect(await read({ text: "thus:" })).toEqual([
    "so :",
    { text: "thus:" },
    [expect.stringContaining("the text that stands beside them has not all of them")],
  ]);
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

/** A row as whoever loads it finds it. */
const rowsOf = (record: ArticleRecord, shape: "article" | "token") =>
  written("token-rows", [record], { shape })
    .text.split("\n")
    .slice(0, -1)
    .map((line): Record<string, unknown> => JSON.parse(line));

describe("rows that are written", () => {
  test("have a list of tags for each label, called as loaders know them", () => {
    expect(rowsOf(aRecord(), "article")).toEqual([
      {
        id: aRecord().id,
        annotator: "a1",
        text: "The embassy denied it.",
        tokens: ["The", "embassy", "denied", "it", "."],
        claim_tags: ["O", "B-claim", "I-claim", "O", "O"],
        denial_tags: ["O", "O", "O", "O", "O"],
        attribution_tags: ["O", "O", "O", "O", "O"],
      },
    ]);
  });

  test("are of a sentence, where they are not of an article; what goes on begins anew", () => {
    const [span] = aRecord().spans;
    if (!span) throw new Error("It has a span.");
    const spans = [{ ...span, start: 3, end: 29, fragments: [{ start: 3, end: 29 }] }];
    const record = aRecord({
      text: "He denied it. 😀 Nobody saw it.",
      blocks: [{ kind: "paragraph", start: 0, end: 30 }],
      spans,
    });
    expect(rowsOf(record, "token")).toMatchObject([
      {
        id: `${record.id}:0`,
        text: "He denied it.",
        claim_tags: ["O", "B-claim", "I-claim", "I-claim"],
      },
      {
        id: `${record.id}:1`,
        tokens: ["😀", "Nobody", "saw", "it", "."],
        claim_tags: ["B-claim", "I-claim", "I-claim", "I-claim", "O"],
      },
    ]);
    const { lost } = written("token-rows", [record]);
    expect(lost).toContain("1 pieces of spans that are cut where a sentence ends");
  });

  test("are none of what nobody annotated, which is told", () => {
    const record = aRecord({ sets: [], spans: [] });
    expect(written("token-rows", [record])).toMatchObject({ text: "" });
    expect(written("token-rows", [record]).lost).toContain("1 articles that nobody annotated");
  });

  test("have the same keys in the same order, and a tag for each token", () => {
    fc.assert(
      fc.property(records({ annotators: 3 }), (record) => {
        const keys = ["id", "annotator", "text", "tokens"];
        const tags = richScheme.labels.map(({ name }) => `${name}_tags`);
        for (const row of [...rowsOf(record, "token"), ...rowsOf(record, "article")]) {
          expect(Object.keys(row)).toEqual([...keys, ...tags]);
          for (const key of tags) expect(row[key]).toHaveLength(Object(row.tokens).length);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("are read the same, each piece by itself, whoever marked it", async () => {
    await fc.assert(
      fc.asyncProperty(records({ annotators: 2 }), async (record) => {
        // Of a label whose spans may overlap the longest is kept, which is tried with CoNLL.
        const spans = record.spans.filter(({ label }) => label !== "attribution");
        const { text } = written("token-rows", [{ ...record, spans }], { shape: "article" });
        const items = await itemsIn("rows.jsonl", text, { scheme: richScheme });
        const whole = new ArticleText(record.text);
        const pieces = spans.flatMap(({ annotator, label, fragments }) =>
          fragments
            .filter((piece) => hasLetterOrDigit(whole.slice(piece)))
            .map((piece) => `${annotator} ${label} ${whole.slice(piece).trim()}`),
        );
        const read = items.map(marksIn);
        expect(
          read
            .flatMap((one) => one.spans)
            .map(({ annotator, label, quote }) => `${annotator} ${label} ${quote}`)
            .toSorted(),
        ).toEqual(pieces.toSorted());
        for (const [index, { annotator }] of record.sets.entries()) {
          expect(read[index]).toMatchObject({ text: record.text, sets: [{ annotator }] });
        }
      }),
      { numRuns: 50 },
    );
  });
});
