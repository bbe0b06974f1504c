import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writtenFormats } from "@/lib/formats/index";
import { LostInWriting } from "@/lib/formats/writing";
import { itemsIn } from "../setup/files";
import { expectedOf, foreignFile, saidIn } from "../setup/foreign";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

const path = "w3c/foreign-a.jsonld";
const text = foreignFile("w3c/foreign-a.txt");
const beside = { "foreign-a.jsonld": foreignFile(path), "foreign-a.txt": text };

describe("a text with annotations beside it", () => {
  test("is read to every quote and relation", async () => {
    const items = await itemsIn("foreign-a.txt", text, { beside });
    expect(saidIn(items)).toEqual(expectedOf(path));
    const [item] = items;
    expect(marksIn(item).spans.find(({ quote }) => quote.startsWith("the network"))).toMatchObject({
      annotator: "Annotator One",
      attributes: { certainty: "probable" },
    });
    expect(JSON.stringify(item)).toContain("Check the embassy’s own statement.");
    expect(item).toMatchObject({ article: { url: "https://articles.example.org/foreign-a.txt" } });
  });

  test("in another unit than its own is told of", async () => {
    const [item] = await itemsIn("foreign-a.txt", text, { beside, offsets: "utf16" });
    const warnings = item?.kind === "article" ? item.warnings : [];
    expect(warnings.map(({ message }) => message).join()).toContain(
      "something else than its quote",
    );
  });

  test("without the text is refused, with what is missing", async () => {
    const [item] = await itemsIn("foreign-a.jsonld", foreignFile(path));
    expect(item).toMatchObject({
      kind: "rejected",
      reason: expect.stringContaining("give the file foreign-a.txt with it"),
    });
  });
});

/** As Hypothesis answers, and as people keep what it answered. */
describe("annotations of Hypothesis", () => {
  const one = (about: object) => ({
    id: "x",
    created: "2024-01-05T13:19:14.716Z",
    user: "acct:ana@hypothes.is",
    text: "A comment of mine",
    tags: ["claim"],
    ...about,
  });
  const source = "https://example.org/a";
  const rows = [
    one({
      target: [{ source, selector: [{ type: "TextQuoteSelector", exact: "The port" }] }],
      document: { title: ["Port"] },
    }),
    one({ text: "Of all of it", tags: [], target: [{ source: "http://www.example.org/a/#top" }] }),
    one({ text: "Elsewhere", target: [{ source: "https://example.org/b" }] }),
  ];
  const answer = JSON.stringify({ total: 3, rows }).replace("},{", "},\n{");

  test.for([
    { name: "a.json", content: answer },
    { name: "a.json", content: JSON.stringify(rows, null, 1) },
    { name: "a.jsonl", content: rows.map((row) => JSON.stringify(row)).join("\n") },
  ])("are no articles, and that is said once of $name", async ({ name, content }) => {
    const items = await itemsIn(name, content);
    expect(items).toMatchObject([{ kind: "rejected", line: null }]);
    expect(items[0]).toHaveProperty("reason", expect.stringContaining("beside it as .jsonld"));
    expect(await itemsIn(name, content, { skip: 1 })).toEqual([]);
  });

  test("are read beside the text of their page, and those of other pages are told", async () => {
    const [item] = await itemsIn("a.txt", "The port is shut.", { beside: { "a.jsonld": answer } });
    const { spans, sets } = marksIn(item);
    expect(spans.map(({ label, quote }) => `${label} ${quote}`)).toEqual(["claim The port"]);
    expect(sets).toMatchObject([{ note: "Of all of it\n“The port”: A comment of mine" }]);
    expect(item).toMatchObject({
      article: { title: "Port", url: source },
      warnings: [{ message: "annotation 3: It is of another text." }],
    });
  });
});

describe("selectors within selectors", () => {
  const position = (start: number, end: number) => ({ type: "TextPositionSelector", start, end });
  const quote = (exact: string) => ({ type: "TextQuoteSelector", exact });
  const path = { type: "XPathSelector", value: "/p[2]" };
  test.for([
    {
      name: "a position in a position",
      target: { selector: { ...position(4, 17), refinedBy: position(5, 7) } },
      expected: "is",
    },
    {
      name: "a quote in an element",
      target: { selector: { ...path, refinedBy: quote("port") } },
      expected: "port",
    },
    {
      name: "a position in an element, which is nowhere in a text",
      target: { selector: { ...path, refinedBy: position(0, 3) } },
      expected: null,
    },
    {
      name: "a part of an address",
      target: "https://example.org/a.txt#char=4,8",
      expected: "port",
    },
    { name: "a part of an id", target: { id: "a.txt#char=4,8" }, expected: "port" },
  ])("$name", async ({ target, expected }) => {
    const body = { type: "TextualBody", purpose: "tagging", value: "claim" };
    const beside = { "a.jsonld": JSON.stringify({ type: "Annotation", body, target }) };
    const [item] = await itemsIn("a.txt", "The port is shut.", { beside });
    expect(marksIn(item).spans.map((span) => span.quote)).toEqual(
      expected === null ? [] : [expected],
    );
    expect(item).toMatchObject({ warnings: expected === null ? [{ code: "span_left_out" }] : [] });
  });
});

test("what is no annotation is told", async () => {
  const beside = { "a.jsonld": '{"@type":"NewsArticle","headline":"Port"}' };
  const [item] = await itemsIn("a.txt", "The port is shut.", { beside });
  expect(item).toMatchObject({ warnings: [{ message: "annotation 1: It is no annotation." }] });
});

describe("positions without quotes", () => {
  const source = "😀 They said the port is closed. 😀";
  const at = (start: number, end: number, exact?: string) => ({
    type: "Annotation",
    body: { type: "TextualBody", purpose: "tagging", value: "claim" },
    target: {
      selector: [
        { type: "TextPositionSelector", start, end },
        ...(exact === undefined ? [] : [{ type: "TextQuoteSelector", exact }]),
      ],
    },
  });
  const read = async (
    annotations: readonly object[],
    { text = source, offsets }: { text?: string; offsets?: "utf16" | "code_point" } = {},
  ) => {
    const beside = { "a.jsonld": JSON.stringify(annotations) };
    const [item] = await itemsIn("a.txt", text, { beside, ...(offsets && { offsets }) });
    const warnings = item?.kind === "article" ? item.warnings : [];
    const quotes = marksIn(item).spans.map(({ quote }) => quote);
    return { quotes: quotes.sort(), warnings: warnings.map(({ message }) => message) };
  };

  test("are taken for characters, and told where that makes a difference", async () => {
    expect(await read([at(12, 20), at(2, 6)])).toEqual({
      quotes: ["They", "the port"],
      warnings: [expect.stringMatching(/does not say, and 2 of them, .* --offsets/)],
    });
  });

  test.for(["utf16", "code_point"] as const)("count %s where that is said", async (offsets) => {
    const by = offsets === "utf16" ? 1 : 0;
    const found = await read([at(12 + by, 20 + by)], { offsets });
    expect(found).toEqual({ quotes: ["the port"], warnings: [] });
  });

  test("are in no doubt where both are one", async () => {
    const text = "They said the port is closed. 😀";
    expect(await read([at(10, 18)], { text })).toEqual({ quotes: ["the port"], warnings: [] });
  });

  test("are in no doubt where a quote beside them tells", async () => {
    const found = await read([at(12, 20, "the port"), at(2, 6)]);
    expect(found).toEqual({ quotes: ["They", "the port"], warnings: [] });
  });

  test("count UTF-16 units where they would lie beyond the text", async () => {
    const { quotes, warnings } = await read([at(13, 21), at(25, 35)]);
    expect(quotes).toEqual(["closed. 😀", "the port"]);
    expect(warnings).toEqual([expect.stringContaining("so 1 positions are within the text, 0 as")]);
  });
});

test("what Hypothesis gives out is found by its quotes", async () => {
  const rows = [
    {
      id: "h1",
      user: "acct:ana@hypothes.is",
      uri: "https://example.org/a",
      text: "Who says so?",
      tags: ["claim"],
      document: { title: ["Port closed"] },
      target: [
        {
          source: "https://example.org/a",
          selector: [
            { type: "RangeSelector", startContainer: "/p[1]" },
            { type: "TextQuoteSelector", exact: "the port", prefix: "said ", suffix: " is" },
            { type: "TextPositionSelector", start: 900, end: 908 },
          ],
        },
      ],
    },
  ];
  const source = "😀 They said the port is closed.";
  const [item] = await itemsIn("a.txt", source, {
    beside: { "a.json": JSON.stringify({ total: 1, rows }) },
    format: "web-annotation",
  });
  expect(marksIn(item)).toMatchObject({
    title: "Port closed",
    spans: [{ annotator: "ana@hypothes.is", label: "claim", quote: "the port" }],
  });
  expect(JSON.stringify(item)).toContain("Who says so?");
});

test.for([
  { name: "no annotation", json: "[7]" },
  {
    name: "a quote that is not there",
    json: '{"type":"Annotation","target":{"selector":{"type":"TextQuoteSelector","exact":"no"}}}',
  },
  {
    name: "no place",
    json: '{"type":"Annotation","target":{"selector":{"type":"RangeSelector"}}}',
  },
  { name: "a page elsewhere", json: '{"first":"https://example.org/1"}' },
  { name: "lists in lists without end", json: `${"[".repeat(30)}${"]".repeat(30)}` },
  {
    name: "another text",
    json: '{"type":"Annotation","target":{"source":"https://e.org/b.txt","selector":{"type":"TextPositionSelector","start":0,"end":1}}}',
  },
])("$name is told, and the article is in", async ({ json, name }) => {
  const [item] = await itemsIn("a.txt", "The port.", { beside: { "a.jsonld": json } });
  expect(item?.kind === "article" && item.warnings.length).toBe(name.startsWith("lists") ? 0 : 1);
});

test("what is no JSON refuses the text", async () => {
  const [item] = await itemsIn("a.txt", "The port.", { beside: { "a.jsonld": "{" } });
  expect(item).toMatchObject({ kind: "rejected" });
});

test("what is written is read again as it was", async () => {
  const writer = writtenFormats.find(({ name }) => name === "web-annotation")?.writer;
  if (writer?.kind !== "folder") throw new Error("It is not written.");
  await fc.assert(
    fc.asyncProperty(records(), async (record) => {
      const files = writer.write(record, new LostInWriting(), { scheme: richScheme });
      const [text, annotations] = files;
      if (!text || !annotations) throw new Error("A file is missing.");
      const others = { [annotations.path]: annotations.text };
      const [item] = await itemsIn(text.path, text.text, { beside: others, scheme: richScheme });
      expect(marksIn(item)).toEqual(marksOf(record));
    }),
    { numRuns: 100 },
  );
});
