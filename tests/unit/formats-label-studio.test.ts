import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import type { OffsetUnit } from "@/lib/formats/units";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn, written } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const path = "label-studio/export_JSON.json";

describe("what Label Studio wrote", () => {
  test("is read to every quote and relation", async () => {
    const items = await itemsIn("export.json", foreignFile(path));
    expect(saidIn(items)).toEqual(expectedOf(path));
  });

  test("has its attributes, notes, metadata and who did it", async () => {
    const [first, , third] = await itemsIn("export.json", foreignFile(path));
    if (first?.kind !== "article" || third?.kind !== "article") throw new Error("Not read.");
    const [set] = first.article.annotations;
    expect(set?.annotator).toBe("1");
    expect(set?.spans.find(({ quote }) => quote.startsWith("the network"))?.attributes).toEqual({
      certainty: "probable",
    });
    expect(first.article).toMatchObject({ sourceId: "8", meta: { ref: "foreign-a" } });
    expect(JSON.stringify([first, third])).toContain("Check the embassy’s own statement.");
    expect(JSON.stringify(third)).toContain("Needs a second source.");
  });

  test("in another unit than its own is not what was marked", async () => {
    const items = await itemsIn("export.json", foreignFile(path), { offsets: "utf16" });
    expect(saidIn(items)).not.toEqual(expectedOf(path));
  });
});

const value = (start: number, end: number, text: string) => ({ start, end, text });
const task = (more: object, data: object = { body: "😀 The port is closed. She denied it." }) =>
  JSON.stringify({ id: 1, data, ...more });

describe("a task", () => {
  test("has its text wherever the quotes are", async () => {
    const region = { id: "a", type: "labels", from_name: "l", to_name: "t" };
    const result = [{ ...region, value: { ...value(2, 10, "The port"), labels: ["claim"] } }];
    const data = {
      lead: "A longer text that is not the one that was marked, of no use here",
      b: "😀 The port",
    };
    const [item] = await itemsIn("a.json", task({ annotations: [{ result }] }, data));
    expect(marksIn(item)).toMatchObject({ text: "😀 The port", spans: [{ quote: "The port" }] });
  });

  test("keeps annotators and models apart, and tells of what was skipped or drafted", async () => {
    const result = (id: string) => [
      {
        id,
        type: "labels",
        from_name: "l",
        to_name: "body",
        value: { ...value(2, 10, "The port"), labels: ["claim"] },
      },
    ];
    const [item] = await itemsIn(
      "a.json",
      task({
        annotations: [
          { completed_by: { id: 3, email: "ana@example.org" }, result: result("x") },
          { completed_by: { id: 3, email: "ana@example.org" }, result: result("x") },
          { completed_by: 4, was_cancelled: true, result: result("y") },
        ],
        predictions: [{ model_version: "m2", score: 0.5, result: result("z") }],
        drafts: [{ result: [] }],
      }),
    );
    expect(
      marksIn(item)
        .spans.map(({ annotator }) => annotator)
        .sort(),
    ).toEqual(["ana@example.org", "ana@example.org 2", "m2"]);
    expect(item?.kind === "article" && item.warnings.map(({ code }) => code)).toEqual([
      "annotations_left_out",
      "annotations_left_out",
      "detail_left_out",
    ]);
  });

  test("turns a relation that points left, and reads several labels of a region", async () => {
    const rows = [
      {
        id: "a",
        type: "labels",
        value: { ...value(2, 10, "The port"), labels: ["claim", "attribution"] },
      },
      { id: "b", type: "labels", value: { ...value(22, 35, "She denied it"), labels: ["denial"] } },
      { type: "relation", from_id: "a", to_id: "b", direction: "left", labels: ["denies"] },
    ];
    const [item] = await itemsIn("a.json", task({ annotations: [{ result: rows }] }));
    const { spans, relations } = marksIn(item);
    expect(spans.map(({ label }) => label).sort()).toEqual(["attribution", "claim", "denial"]);
    expect(relations).toMatchObject([{ type: "denies", from: "denial 22-35", to: "claim 2-10" }]);
  });

  test.for([
    {
      name: "a region of a picture",
      row: { id: "a", type: "rectanglelabels", value: { x: 1, rectanglelabels: ["claim"] } },
    },
    {
      name: "a region of HTML",
      row: {
        id: "a",
        type: "hypertextlabels",
        value: { start: "/p[1]/text()[1]", end: "/p[1]/text()[1]", hypertextlabels: ["claim"] },
      },
    },
    {
      name: "a region without a label",
      row: { id: "a", type: "labels", value: value(2, 10, "The port") },
    },
    { name: "what is no row", row: 7 },
    {
      name: "offsets beyond the text",
      row: { id: "a", type: "labels", value: { start: 1, end: 1e9, labels: ["claim"] } },
    },
  ])("tells of $name, and is in", async ({ row }) => {
    const [item] = await itemsIn("a.json", task({ annotations: [{ result: [row] }] }));
    expect(marksIn(item).spans).toEqual([]);
    expect(item?.kind === "article" && item.warnings.length).toBe(1);
  });

  test.for([
    { name: "without a text", data: { image: 7 }, reason: /no text in its data/ },
    {
      name: "with an address for a text",
      data: { text: "https://example.org/a.txt" },
      reason: /only where a file of it is \(https:\/\/example.org\/a.txt\)/,
    },
    { name: "of a picture", data: { image: "/data/upload/1/a.png" }, reason: /only where a file/ },
    { name: "of a recording", data: { audio: "s3://here/a" }, reason: /only where a file/ },
    { name: "of a name of a file", data: { pdf: "Minutes-1.PDF" }, reason: /only where a file/ },
  ])("$name is refused", async ({ data, reason }) => {
    const [item] = await itemsIn("a.json", task({ annotations: [] }, data));
    expect(item?.kind === "rejected" && item.reason).toMatch(reason);
  });

  test("whose regions have their words by UTF-16 units is read so, which is told", async () => {
    const rows = (by: number) => [
      {
        id: "a",
        type: "labels",
        value: { ...value(2 + by, 10 + by, "The port"), labels: ["claim"] },
      },
      { id: "b", type: "labels", value: { start: 14 + by, end: 18 + by, labels: ["denial"] } },
    ];
    const read = async (result: object[], offsets?: OffsetUnit) => {
      const source = task({ annotations: [{ result }] }, { text: "😀 The port is shut." });
      const [item] = await itemsIn("a.json", source, offsets ? { offsets } : {});
      if (item?.kind !== "article") throw new Error("Not read.");
      const quotes = marksIn(item).spans.map(({ quote }) => quote);
      return [quotes, item.warnings.map(({ code }) => code)];
    };
    expect(await read(rows(0))).toEqual([["The port", "shut"], []]);
    expect(await read(rows(1))).toEqual([["The port", "shut"], ["offsets_in_doubt"]]);
    expect(await read(rows(1), "utf16")).toEqual([["The port", "shut"], []]);
    expect(await read(rows(1), "code_point")).toEqual([["hut."], ["span_left_out"]]);
  });

  test("with offsets that are written as texts is read", async () => {
    const place = { start: "2", end: "10", text: "The port", labels: ["claim"] };
    const result = [{ id: "a", type: "labels", value: place }];
    const [item] = await itemsIn("a.json", task({ annotations: [{ result }] }));
    expect(marksIn(item).spans).toMatchObject([{ at: "2-10", quote: "The port" }]);
  });

  test("with a picture and a text is of the text, however short", async () => {
    const data = { image: "https://example.org/a/long/address.png", caption: "The port" };
    const [item] = await itemsIn("a.json", task({ annotations: [] }, data));
    expect(item).toMatchObject({ kind: "article", article: { text: "The port" } });
  });

  test("of before version 1.0 says in seconds when it was done, and skipped is left out", async () => {
    const result = [
      { id: "a", type: "labels", value: { ...value(2, 10, "The port"), labels: ["claim"] } },
    ];
    const completions = [
      { created_at: 1_722_350_134, result },
      { skipped: true, result },
    ];
    const [item] = await itemsIn("a.json", task({ completions }));
    if (item?.kind !== "article") throw new Error("Not read.");
    expect(item.article.annotations).toMatchObject([
      { about: { submittedAt: new Date("2024-07-30T14:35:34Z") }, spans: [{ quote: "The port" }] },
    ]);
    expect(item.warnings.map(({ message }) => message)).toEqual([
      "An annotation that was skipped was left out, with its 1 rows.",
    ]);
  });

  test("is all that is read where it is asked for", async () => {
    const [item] = await itemsIn("a.json", '{"text":"words"}', { format: "label-studio" });
    expect(item).toMatchObject({ kind: "rejected", reason: "This is not a Label Studio task." });
  });

  test("with very many regions is read", async () => {
    const text = "word ".repeat(5000);
    const result = Array.from({ length: 5000 }, (_, at) => ({
      id: `r${at}`,
      type: "labels",
      value: { ...value(at * 5, at * 5 + 4, "word"), labels: ["claim"] },
    }));
    const [item] = await itemsIn("a.json", task({ annotations: [{ result }] }, { text }));
    expect(marksIn(item).spans).toHaveLength(5000);
  });
});

describe("a task whose text is HTML", () => {
  const html = "<article><h2>🐱 Warning:</h2> <p>🐱 This is a <b>test</b> text</p></article>";
  /** As Label Studio writes it: offsets of all text nodes count code points, those within one UTF-16 units. */
  const region = {
    id: "a",
    from_name: "l",
    to_name: "t",
    type: "hypertextlabels",
    value: {
      start: "/article[1]/p[1]/text()[1]",
      end: "/article[1]/p[1]/b[1]/text()[1]",
      startOffset: 3,
      endOffset: 4,
      globalOffsets: { start: 13, end: 27 },
      text: "This is a test",
      hypertextlabels: ["claim"],
    },
  };
  const read = async (value: object, source = html, more: Parameters<typeof itemsIn>[2] = {}) => {
    const result = [{ ...region, value: { ...region.value, ...value } }];
    const [item] = await itemsIn(
      "a.json",
      task({ annotations: [{ result }] }, { t: source }),
      more,
    );
    const warnings = item?.kind === "article" ? item.warnings : [];
    return { item, ...marksIn(item), said: warnings.map(({ message }) => message).join(" ") };
  };

  test("is what a browser shows, in blocks", async () => {
    const { item, text, said } = await read({});
    expect(text).toBe("🐱 Warning:\n\n🐱 This is a test text");
    expect(item).toMatchObject({
      article: {
        blocks: [
          { kind: "heading", level: 2, start: 0, end: 10 },
          { kind: "paragraph", start: 12, end: 33 },
        ],
      },
    });
    expect(said).toBe("");
  });

  test.for<{ name: string; value: object }>([
    { name: "by both", value: {} },
    { name: "by offsets alone", value: { start: "", end: "", text: undefined } },
    { name: "by paths alone", value: { globalOffsets: undefined, text: undefined } },
    {
      name: "by paths, where offsets are of other words",
      value: { globalOffsets: { start: 0, end: 3 } },
    },
    {
      name: "by offsets of UTF-16 units, where its words are there",
      value: { globalOffsets: { start: 15, end: 29 }, start: "/p[7]" },
    },
  ])("has its regions $name", async ({ value }) => {
    const { spans, said } = await read(value);
    expect(spans).toMatchObject([{ label: "claim", quote: "This is a test" }]);
    expect(said).toBe("");
  });

  test("has offsets in the unit that is asked for", async () => {
    const other = { globalOffsets: { start: 15, end: 29 }, start: "", end: "", text: undefined };
    const { spans } = await read(other, html, { offsets: "utf16" });
    expect(spans).toMatchObject([{ quote: "This is a test" }]);
  });

  test.for<{ name: string; value: object; reason: RegExp }>([
    {
      name: "of other words",
      value: { text: "nowhere" },
      reason: /words that the region covers are not where/,
    },
    {
      name: "whose path and offsets differ",
      value: { globalOffsets: { start: 0, end: 3 }, text: undefined },
      reason: /lead to different places/,
    },
    {
      name: "of what is not there",
      value: { globalOffsets: { start: 99, end: 103 }, start: "/p[9]", text: undefined },
      reason: /refers to is not in the text/,
    },
    {
      name: "of what is not shown",
      value: { globalOffsets: { start: 11, end: 12 }, start: "", text: " " },
      reason: /is not shown/,
    },
  ])("tells of a region $name", async ({ value, reason }) => {
    const { spans, said } = await read(value);
    expect(spans).toEqual([]);
    expect(said).toMatch(reason);
  });

  test("counts a line break, and what is in no text node not at all", async () => {
    const source =
      "<style>p { color: red }</style><!-- 🐱 --><script>let x = 1;</script><p>🐱 one<br>two <i hidden>not</i> three</p>";
    const value = {
      start: "/p[1]/text()[2]",
      end: "/p[1]/text()[3]",
      startOffset: 0,
      endOffset: 6,
    };
    // Inline the style sheet is a part of the text, and in a frame it is in the head.
    for (const before of [0, "p { color: red }".length]) {
      const globalOffsets = { start: before + 6, end: before + 19 };
      const found = await read({ ...value, globalOffsets, text: "two  three" }, source);
      expect(found.text).toBe("🐱 one\ntwo three");
      expect(found.spans).toMatchObject([{ quote: "two three" }]);
    }
  });

  test("is read so where nobody marked it", async () => {
    const [item] = await itemsIn("a.json", task({ annotations: [] }, { t: html }));
    expect(marksIn(item).text).toBe("🐱 Warning:\n\n🐱 This is a test text");
  });

  test("is a text where its marks count in that, tags and all", async () => {
    const source = "<p>The port</p>";
    const row = {
      id: "a",
      type: "labels",
      value: { ...value(3, 11, "The port"), labels: ["claim"] },
    };
    const [item] = await itemsIn(
      "a.json",
      task({ annotations: [{ result: [row] }] }, { t: source }),
    );
    expect(marksIn(item)).toMatchObject({ text: source, spans: [{ quote: "The port" }] });
  });

  test("is refused where a parser would make too much of it", async () => {
    const open = Array.from({ length: 500 }, (_, at) => `<b id=${at}>`).join("");
    const source = `<p>${open}</p>${"<p>x</p>".repeat(1000)}`;
    const [item] = await itemsIn("a.json", task({ annotations: [] }, { t: source }));
    expect(item?.kind === "rejected" && item.reason).toMatch(/more than 100,000 elements/);
  });

  test("is read of the short form, too", async () => {
    const short = {
      id: 8,
      t: html,
      l: [region.value],
      annotator: 1,
      annotation_id: 8,
      lead_time: 1,
    };
    const [item] = await itemsIn("min.json", JSON.stringify([short]));
    expect(marksIn(item)).toMatchObject({ spans: [{ quote: "This is a test" }] });
  });
});

describe("a task whose text is a dialogue", () => {
  const dialogue = [
    { author: "Mia", text: "🐱 Why do we talk?" },
    { author: "Vincent", text: "🐱 I don’t know.", start: 3.1 },
    { author: "Mia", text: "It is a good question." },
  ];
  const region = (value: object) => ({
    id: "a",
    type: "paragraphlabels",
    from_name: "l",
    to_name: "d",
    value: { paragraphlabels: ["claim"], ...value },
  });
  const read = async (
    rows: object[],
    data: object = { audio: "https://example.org/a.wav", dialogue },
  ) => {
    const [item] = await itemsIn("a.json", task({ annotations: [{ result: rows }] }, data));
    const warnings = item?.kind === "article" ? item.warnings : [];
    return { item, ...marksIn(item), said: warnings.map(({ message }) => message).join(" ") };
  };

  test("is one text, an utterance a block, with who speaks beside it", async () => {
    const { item, text, spans, said } = await read([
      region({ start: "1", end: "1", startOffset: 3, endOffset: 10, text: "I don’t" }),
    ]);
    expect(text).toBe("🐱 Why do we talk?\n\n🐱 I don’t know.\n\nIt is a good question.");
    expect(spans).toMatchObject([{ label: "claim", quote: "I don’t" }]);
    expect(item).toMatchObject({
      article: {
        blocks: [
          { kind: "paragraph" },
          { kind: "paragraph", start: 19, end: 34 },
          { kind: "paragraph" },
        ],
        meta: {
          dialogue: [{ author: "Mia" }, { author: "Vincent", start: 3.1 }, { author: "Mia" }],
          audio: "https://example.org/a.wav",
        },
      },
    });
    expect(said).toBe("");
  });

  test("has regions over several utterances, by numbers or texts", async () => {
    const { spans } = await read([region({ start: 1, end: 2, startOffset: 3, endOffset: 5 })]);
    expect(spans).toMatchObject([{ quote: "I don’t know.\n\nIt is" }]);
  });

  test("is read where nobody marked it", async () => {
    expect((await read([])).text).toContain("I don’t know");
  });

  test("has its words under any name", async () => {
    const phrases = dialogue.map(({ author, text }) => ({ who: author, phrase: text }));
    const rows = [region({ start: "0", end: "0", startOffset: 3, endOffset: 6, text: "Why" })];
    expect(await read(rows, { phrases })).toMatchObject({ spans: [{ quote: "Why" }] });
  });

  test.for([
    {
      name: "of other words",
      value: { start: "0", end: "0", startOffset: 2, endOffset: 5, text: "Why" },
      reason: /words that the region covers are not where/,
    },
    {
      name: "of what is not there",
      value: { start: "9", end: "9", startOffset: 2, endOffset: 5 },
      reason: /not in the dialogue/,
    },
  ])("tells of a region $name, and how many there are", async ({ value, reason }) => {
    const { spans, said } = await read([region(value), { ...region(value), id: "b" }]);
    expect(spans).toEqual([]);
    expect(said).toMatch(reason);
    expect(said).toContain("And 1 more like it.");
  });
});

test("the short form is read, without the links that it has not", async () => {
  const [task] = JSON.parse(foreignFile(path));
  const rows = task.annotations[0].result.filter((row: { type: string }) => row.type === "labels");
  const short = {
    id: 8,
    ...task.data,
    label: rows.map((row: { value: object }) => row.value),
    certainty: "probable",
    annotator: 1,
    annotation_id: 8,
    created_at: "2026-11-25T21:10:25.157872Z",
    updated_at: "2026-11-25T21:10:25.157894Z",
    lead_time: null,
  };
  const items = await itemsIn("min.json", JSON.stringify([short]));
  const title = "Fake accounts brief";
  expect(saidIn(items).spans).toEqual(
    expectedOf(path).spans.filter((one) => one.startsWith(title)),
  );
  const [item] = items;
  expect(item?.kind === "article" && item.article).toMatchObject({
    publishedAt: null,
    meta: { ref: "foreign-a", certainty: "probable" },
  });
});

test("the short form of before version 1.0 is known by regions with lists of labels", async () => {
  const old = { text: "😀 The port", label: [{ ...value(2, 10, "The port"), labels: ["claim"] }] };
  const [item] = await itemsIn("min.json", JSON.stringify([old]));
  expect(marksIn(item).spans).toMatchObject([{ quote: "The port", label: "claim" }]);
  expect(item?.kind === "article" && item.article.meta).toEqual({});
});

test("what annotators say of a task in rows of their own is each one's own", async () => {
  const row = (annotator: number, topics: string, mood: string) =>
    `7,The port is closed.,press,${topics},${mood},${annotator},${annotator},1.5`;
  const topics = '"{""choices"":[""port"",""strike""]}"';
  const source = [
    "id,text,desk,topics,mood,annotator,annotation_id,lead_time",
    row(1, topics, "calm"),
    row(2, topics, "angry"),
  ].join("\n");
  const scheme: Scheme = {
    ...defaultScheme,
    article: [
      { name: "topics", type: "choices", values: ["port", "strike"] },
      { name: "mood", type: "choice", values: ["calm", "angry"] },
    ],
  };
  const [item, ...more] = await itemsIn("export.csv", source, { scheme });
  if (item?.kind !== "article" || more.length > 0) throw new Error("Not read.");
  expect(
    item.article.annotations.map(({ annotator, about }) => [annotator, about?.attributes]),
  ).toEqual([
    ["1", { topics: ["port", "strike"], mood: "calm" }],
    ["2", { topics: ["port", "strike"], mood: "angry" }],
  ]);
  expect(item.article.meta).toEqual({ desk: "press" });
  expect(item.warnings).toEqual([]);
});

test("what is written is read again as it was, but the attributes of relations", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(records(), { minLength: 1, maxLength: 3 }), async (given) => {
      const { text, lost } = written("label-studio", given);
      const items = await itemsIn("a.json", text, { scheme: richScheme });
      const kept = given.map((record) => {
        const relations = record.relations.map((relation) => ({ ...relation, attributes: {} }));
        return marksOf({ ...record, relations });
      });
      expect(items.map(marksIn)).toEqual(kept);
      expect(written("label-studio", given).text).toBe(text);
      const attributes = given.flatMap(({ relations }) =>
        relations.flatMap(({ attributes }) => Object.keys(attributes)),
      ).length;
      expect(lost.includes(`${attributes} attributes of relations`)).toBe(attributes > 0);
    }),
    { numRuns: 100 },
  );
});
