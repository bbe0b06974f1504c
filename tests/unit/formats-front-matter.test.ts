import { describe, expect, test } from "vitest";
import { readHead } from "@/lib/formats/front-matter";
import { Warnings } from "@/lib/formats/warnings";

/** The lines of the body, those that were metadata as `·`. */
const bodyOf = (source: string) =>
  readHead(source)
    .body.split("\n")
    .map((line) => (line === "" ? "·" : line));

describe("front matter", () => {
  test.for([
    { name: "ends with dashes", source: "---\na: 1\n---\nx", body: ["·", "·", "·", "x"] },
    { name: "ends with dots", source: "---\na: 1\n...\nx", body: ["·", "·", "·", "x"] },
    {
      name: "may have spaces after its dashes",
      source: "--- \na: 1\n--- \t\nx",
      body: ["·", "·", "·", "x"],
    },
    {
      name: "may have empty lines",
      source: "---\na: 1\n\nb: 2\n---\nx",
      body: ["·", "·", "·", "·", "·", "x"],
    },
    {
      name: "ends at the first line of dashes",
      source: "---\na: 1\n---\nb: 2\n---",
      body: ["·", "·", "·", "b: 2", "---"],
    },
    {
      name: "does not end with more than dashes",
      source: "---\na: 1\n---x\n---",
      body: ["·", "·", "·", "·"],
      fails: true,
    },
    {
      name: "does not end with dashes in a line",
      source: "---\na: 1 ---\nb: 2\n---\nx",
      body: ["·", "·", "·", "·", "x"],
    },
    { name: "is none without an end", source: "---\na: 1\nx", body: ["---", "a: 1", "x"] },
    {
      name: "is none above an empty line",
      source: "---\n \na: 1\n---\nx",
      body: ["---", " ", "a: 1", "---", "x"],
    },
    {
      name: "is none between two rules",
      source: "---\n---\na: 1\n---",
      body: ["---", "---", "a: 1", "---"],
    },
    { name: "is none after a space", source: " ---\na: 1\n---", body: [" ---", "a: 1", "---"] },
    {
      name: "is none further down",
      source: "x\n---\na: 1\n---",
      body: ["x", "---", "a: 1", "---"],
    },
    { name: "is none alone", source: "---", body: ["---"] },
  ])("$name", ({ source, body, fails }) => {
    if (fails) expect(() => readHead(source)).toThrow("no YAML");
    else expect(bodyOf(source)).toEqual(body);
  });

  test("keeps what a number was written as where text is wanted, and a number in meta", () => {
    const { given } = readHead(
      '---\ntitle: 1.0\npublisher: 0x1F\nauthor: 1e3\nsource_id: 007\npage: 1.0\nlist: [01, {a: 2.0}]\nquoted: "1.0"\n---',
    );
    expect(given).toMatchObject({
      title: "1.0",
      publisher: "0x1F",
      author: "1e3",
      sourceId: "007",
      meta: { page: 1, list: [1, { a: 2 }], quoted: "1.0" },
    });
  });

  test("does not take other things for text", () => {
    const warnings = new Warnings();
    expect(readHead("---\nlanguage: fa\nauthor: true\n---", warnings).given.author).toBeNull();
    expect(warnings.list()).toEqual([
      {
        code: "unreadable_field",
        message: "author must be text, but is true or false.",
        line: 3,
        field: "author",
      },
    ]);
    expect(readHead("---\nauthor: null\npublisher:\nurl: ~\n---").given).toMatchObject({
      author: null,
      publisher: null,
      url: null,
    });
  });

  test.for([
    { name: "what is no YAML", yaml: "a: 1\nb: [", says: "The front matter is no YAML", line: 4 },
    {
      name: "a colon in a title without quotes",
      yaml: "title: Port: closed",
      says: "The front matter is no YAML: bad indentation of a mapping entry.",
      line: 2,
      column: 12,
    },
    {
      name: "what nests without end",
      yaml: `a: ${"[".repeat(50_000)}`,
      says: "The front matter",
      line: 2,
    },
    {
      name: "a tag",
      yaml: "a: 1\nb: !ruby/object:Post x",
      says: "The front matter is no YAML",
      line: 3,
    },
    {
      name: "a list",
      yaml: "- a\n- b",
      says: 'a list of "key: value" lines, but is a list.',
      line: 2,
    },
    {
      name: "a sentence",
      yaml: "words",
      says: 'a list of "key: value" lines, but is text.',
      line: 2,
    },
  ])("is refused with $name", ({ yaml, says, line, column }) => {
    expect(() => readHead(`---\n${yaml}\n---\nx`)).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        message: expect.stringContaining(says),
        details: expect.objectContaining({ line, ...(column === undefined ? {} : { column }) }),
      }),
    );
  });

  test("of dates keeps what was written", () => {
    const { given } = readHead("---\npublished_at: 2024-07-30 14:35:34\nseen: 2024-07-30\n---");
    expect(given).toMatchObject({
      publishedAt: "2024-07-30T14:35:34Z",
      meta: { seen: "2024-07-30" },
    });
  });
});

describe("the Published line", () => {
  test.for([
    {
      name: "in backticks",
      source: "# T\n\nPublished :`2024-07-30 14:35:34`\nx",
      body: ["# T", "·", "·", "x"],
    },
    {
      name: "in backticks with spaces",
      source: "  Published  :  ` 2024-07-30 14:35:34 `  ",
      body: ["·"],
    },
    { name: "without a space", source: "published:`2024-07-30 14:35:34`", body: ["·"] },
    { name: "without backticks", source: "PUBLISHED: 2024-07-30 14:35:34 ", body: ["·"] },
    {
      name: "as the fourth line with something on it",
      source: "a\n \nb\n\nc\nPublished: 2024-07-30 14:35:34",
      body: ["a", " ", "b", "·", "c", "·"],
    },
    {
      name: "below front matter",
      source: "---\na: 1\n---\nPublished: 2024-07-30 14:35:34\nx",
      body: ["·", "·", "·", "·", "x"],
    },
  ])("is taken $name", ({ source, body }) => {
    expect(readHead(source).given.publishedAt).toBe("2024-07-30T14:35:34Z");
    expect(bodyOf(source)).toEqual(body);
  });

  test.for([
    { name: "as the fifth line", source: "a\nb\nc\nd\nPublished: 2024-07-30" },
    { name: "in a sentence", source: "It was Published: 2024-07-30" },
    { name: "with words", source: "Published: in 2024" },
    { name: "with more after the time", source: "Published: `2024-07-30` in Tehran" },
    { name: "with half a pair of backticks", source: "Published: 2024-07-30`" },
    { name: "without a colon", source: "Published 2024-07-30" },
  ])("is text $name", ({ source }) => {
    expect(readHead(source)).toMatchObject({ given: { publishedAt: null }, body: source });
  });

  test("counts more than what the front matter says", () => {
    const source = "---\npublished_at: 2024-01-01\n---\nPublished: 2024-07-30";
    expect(readHead(source).given.publishedAt).toBe("2024-07-30T00:00:00Z");
  });

  test("that gives no time is told with its line, and is no text", () => {
    const warnings = new Warnings();
    expect(readHead("# T\n\nPublished: `soon`", warnings)).toMatchObject({
      given: { publishedAt: null },
      body: "# T\n\n",
    });
    expect(warnings.list()).toMatchObject([
      { code: "unreadable_date", line: 3, field: "published_at" },
    ]);
  });

  test("is taken once", () => {
    const twice = "Published: 2024-07-30\nPublished: 2024-07-31";
    expect(bodyOf(twice)).toEqual(["·", "Published: 2024-07-31"]);
  });
});
