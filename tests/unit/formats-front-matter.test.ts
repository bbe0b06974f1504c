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

/** What a head says that is not null, its keys of `meta` among it, and the first line that is left. */
function told(source: string) {
  const warnings = new Warnings();
  const { given, body } = readHead(source, warnings);
  const { meta, ...fields } = given;
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
    ...meta,
    ...(warnings.list().length > 0 && {
      warned: warnings.list().map(({ message, line }) => `${line} ${message}`),
    }),
    left: body.split("\n").find((line) => line.trim() !== ""),
  };
}

describe("a head", () => {
  test.for<{ name: string; source: string; read: object }>([
    { name: "named YAML", source: "---yaml\na: 1\n---\nx", read: { a: 1 } },
    { name: "named YML, after a space", source: "--- YML \na: 1\n---\nx", read: { a: 1 } },
    { name: "named TOML", source: '---toml\na = "b"\n---\nx', read: { a: "b" } },
    { name: "named JSON", source: '---json\n{"a": 1}\n---\nx', read: { a: 1 } },
    { name: "of JSON between semicolons", source: ';;;\n{"a": 1}\n;;; \nx', read: { a: 1 } },
    {
      name: "of JSON with semicolons in it",
      source: ';;;\n{"a": 1,\n";;;b": 2, "c": ";;;"\n}\n;;;\nx',
      read: { a: 1, ";;;b": 2, c: ";;;" },
    },
    {
      name: "of JSON whose lines end in semicolons",
      source: ';;;\n{"a":\n"b;;;"}\n;;;\nx',
      read: { a: "b;;;" },
    },
    {
      name: "of TOML with pluses in it",
      source: '+++\na = 1 # +++\nb = """\n+++c\n"""\n+++ \nx',
      read: { a: 1, b: "+++c\n" },
    },
    {
      name: "of TOML with lists, tables and dates",
      source: "+++\na = [2024-07-30, 14:35:34]\n[b]\nc = [{ d = true }, 1.5]\n+++\nx",
      read: { a: ["2024-07-30", "14:35:34.000"], b: { c: [{ d: true }, 1.5] } },
    },
    { name: "of JSON on one line", source: '{ "title": "T" } \nx', read: { title: "T" } },
    {
      name: "of JSON on one line above code that ends in a brace",
      source: '{"title": "T"}\nx\n{\n}',
      read: { title: "T" },
    },
    {
      name: "of JSON that holds objects",
      source: '{\n"a": {\n"b": {} }\n,\n"c": {\n  "d": 1\n },\n"e": {\n"f": 1\n  }\n} \nx',
      read: { a: { b: {} }, c: { d: 1 }, e: { f: 1 } },
    },
    {
      name: "of JSON with a brace before a comma",
      source: '{"a": {\n"b": 1\n},"c": 2\n}\nx',
      read: { a: { b: 1 }, c: 2 },
    },
    {
      name: "of lines down to one of blanks",
      source: "Title : T \nSeries:  S \t\nSummary:\n  of the \n\tport\n \t\nx",
      read: { title: "T", Series: "S", Summary: "of the port" },
    },
    {
      name: "of lines alone",
      source: "Date: 2024-07-30\nTitle: T",
      read: { title: "T", publishedAt: "2024-07-30T00:00:00Z" },
    },
    {
      name: "of lines with items",
      source: "Title: T\nTags:\n- a\n- b: c\n\nx",
      read: { title: "T", Tags: "- a - b: c" },
    },
    {
      name: "of lines above dashes, with dashes in them",
      source: "title: T ---\nseries: S\n--- \nx",
      read: { title: "T ---", series: "S" },
    },
  ])("$name is read", ({ source, read }) => {
    const left = source.includes("\nx") ? "x" : undefined;
    expect(told(source)).toEqual({ ...read, left });
  });

  test.for([
    { name: "four dashes", source: "----\na: 1\n----\nx" },
    { name: "dashes and a sentence", source: "--- 1. a\na: 1\n---\nx" },
    { name: "pluses that nothing closes", source: "+++\na = 1\nx" },
    { name: "pluses above an empty line", source: "+++\n\na = 1\n+++" },
    { name: "semicolons that dashes close", source: ';;;\n{"a": 1}\n---' },
    { name: "semicolons that words before others close", source: ';;;\n{"a": 1}\nx;;;' },
    { name: "semicolons that words behind others close", source: ';;;\n{"a": 1}\n;;;x' },
    { name: "a brace in a sentence", source: 'x {"a"\n}' },
    { name: "a brace and words", source: '{x"a": 1\n}' },
    { name: "a brace that nothing closes", source: "{\nx" },
    { name: "a line of JSON cut off", source: '{"a": {}, \nx' },
    { name: "lines below one of prose", source: "Summary: S\nTitle: T\n\nx" },
    { name: "lines with prose among them", source: "Title: T\nThe port - is closed.\n\nx" },
    { name: "lines above four dashes", source: "Title: T\n----\nx" },
    { name: "lines without a title", source: "Author: A\nSubtitle: T\nSub title : T\n\nx" },
  ])("is not $name", ({ source }) => {
    const nothing = expect.objectContaining({ title: null, meta: {} });
    expect(readHead(source)).toEqual({ given: nothing, body: source });
  });

  test.for([
    {
      name: "a language that is not read",
      source: "---js\na\n---",
      says: /^Front matter in js is/,
      at: { line: 1 },
    },
    {
      name: "JSON between dashes that is none",
      source: '---json\n{"a": 1,\n"b" 2}\n---',
      says: /^The front matter: This is no JSON: "2"/,
      at: { line: 3, column: 5 },
    },
    {
      name: "JSON at the beginning that is none",
      source: '{\n"b" 2\n}',
      says: /no JSON/,
      at: { line: 2, column: 5 },
    },
    {
      name: "JSON with such a key",
      source: '---json\n{"__proto__": 1}\n---',
      says: /cannot be called/,
      at: { line: 2, field: "__proto__" },
    },
    {
      name: "JSON between semicolons that is only YAML",
      source: ';;;\n{"a": 1,}\n;;;',
      says: /no JSON/,
      at: { line: 2, column: 9 },
    },
    {
      name: "JSON that is a list",
      source: "---json\n[1]\n---",
      says: /but is a list\.$/,
      at: { line: 2 },
    },
    {
      name: "TOML that is none",
      source: '+++\na = "T"\nb = \n+++',
      says: /^The front matter is no TOML: [^\n]*[^.\n]\.$/,
      at: { line: 3 },
    },
    {
      name: "a comment alone",
      source: "---\n# The port\n---",
      says: /but is empty\.$/,
      at: { line: 2 },
    },
    {
      name: "two documents",
      source: "---\na: 1\n--- b\n---",
      says: /single document/,
      at: { line: 2 },
    },
    {
      name: "a fault below a key that stands twice",
      source: "---\na: 1\na: 2\nb: [\n---",
      says: /no YAML/,
      at: { line: 5, column: 1 },
    },
    {
      name: "a fault above dashes",
      source: "title: T\na: b: c\n---",
      says: /no YAML/,
      at: { line: 2, column: 5 },
    },
  ])("is refused with $name", ({ source, says, at }) => {
    const warnings = new Warnings();
    expect(() => readHead(source, warnings)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(says),
        details: expect.objectContaining(at),
      }),
    );
    expect(warnings.list()).toEqual([]);
  });

  test.for([
    {
      name: "beside one of an object",
      source: "---\nimage:\n  author: A\nauthor: true\n---",
      line: 4,
    },
    {
      name: "in JSON, farther in",
      source: '{\n  "image": {\n    "author": "A"\n  },\n  "author": true\n}',
      line: 5,
    },
    { name: "in quotes", source: '---\n"author" : true\n---', line: 2 },
    { name: "above a table", source: "+++\nauthor = true\n[b]\nauthor = 1\n+++", line: 2 },
    {
      name: "among others on a line, though the text has it too",
      source: "---\n{ title: T, author: true }\n---\nauthor: A",
      line: null,
    },
  ])("says in which line a key stands: $name", ({ source, line }) => {
    const warnings = new Warnings();
    readHead(source, warnings);
    expect(warnings.list()).toMatchObject([{ field: "author", line }]);
  });
});

describe("YAML", () => {
  test.for<{ name: string; yaml: string; read: object }>([
    {
      name: "a tag of a number",
      yaml: 'page: !!int "12"\nshare: !!float 2',
      read: { page: 12, share: 2 },
    },
    {
      name: "a tag of text",
      yaml: "source_id: !!str 007\npage: !!str 1.0",
      read: { sourceId: "007", page: "1.0" },
    },
    {
      name: "nothing, in lists too",
      yaml: "a: [~, null, ]\nb:",
      read: { a: [null, null], b: null },
    },
    {
      name: "great numbers with every figure, deep down too",
      yaml: "a: 12345678901234567890\nb: [{ c: 12345678901234567890 }]\n12345678901234567890: d",
      read: {
        a: "12345678901234567890",
        b: [{ c: "12345678901234567890" }],
        "12345678901234567000": "d",
      },
    },
    {
      name: "one value in two places",
      yaml: "a: &a [1.0, 007]\nb: [*a, *a]",
      read: {
        a: [1, 7],
        b: [
          [1, 7],
          [1, 7],
        ],
      },
    },
    {
      name: "a number as written after what holds itself",
      yaml: "a: &a [*a, *a]\nsource_id: 007",
      read: {
        sourceId: "007",
        warned: ["2 a nests more than 20 levels deep. The key is left out."],
      },
    },
    {
      name: "a date and names that hold themselves",
      yaml: "date: &a { $date: *a }\nauthor: &b [*b]",
      read: {
        warned: [
          "2 date must be a date, but is an object.",
          "3 author must be text, but is a list.",
          "2 date nests more than 20 levels deep. The key is left out.",
        ],
      },
    },
    {
      name: "a key that stands twice, and where",
      yaml: "a: 1\nb: 1\na: 007",
      read: {
        a: 7,
        b: 1,
        warned: ["4 The front matter is no YAML: duplicated mapping key. The last one counts."],
      },
    },
  ])("has $name", ({ yaml, read }) => {
    expect(told(`---\n${yaml}\n---\nx`)).toEqual({ ...read, left: "x" });
  });

  /** Ten times a value, ten times that, and so on to `a8`, a billion times. */
  const laughs = (value: string) => {
    const levels = Array.from({ length: 9 }, (_, at) => {
      const inner = Array(10).fill(at === 0 ? "*l" : `*a${at - 1}`);
      return `a${at}: &a${at} [${inner.join(", ")}]`;
    });
    return `l: &l ${value}\n${levels.join("\n")}`;
  };

  test.for(["ha", "", "ha".repeat(10_000), { ["ha".repeat(5000)]: 1 }])(
    "that laughs a billion times is left out",
    (value) => {
      const { given } = readHead(`---\n${laughs(JSON.stringify(value))}\nb: words\n---`);
      expect(given.meta).toMatchObject({ l: value, b: "words" });
      expect(given.meta).not.toHaveProperty("a8");
    },
  );

  test("that laughs from every key is listened to no longer than it takes to read a file", () => {
    const again = Array.from({ length: 1000 }, (_, at) => `b${at}: *a8`);
    const { given } = readHead(`---\n${laughs('"ha"')}\n${again.join("\n")}\nc: words\n---`);
    expect(given.meta).toHaveProperty("l", "ha");
    expect(given.meta).not.toHaveProperty("c");
  });

  const times = (count: number, value: string) => `[${Array(count).fill(value).join(", ")}]`;

  test.for([
    {
      name: "a list, beside a key that stands twice",
      yaml: `a: &a ${times(10_000, "1")}\nc: { d: 1, d: 2, e: ${times(1000, "*a")} }`,
    },
    { name: "a text", yaml: `a: &a "${"b".repeat(100_000)}"\nauthor: ${times(100, "*a")}` },
    {
      name: "a text, in a key",
      yaml: `a: &a "${"b".repeat(100_000)}"\n? ${times(100, "*a")}\n: 1`,
    },
    {
      name: "a list, as a key",
      yaml: `a: &a ${times(10_000, "b")}\nc: ${times(1000, "{ *a : 1 }")}`,
    },
    { name: "a key", yaml: `a: &a { "${"b".repeat(1000)}": 1 }\nc: ${times(10_000, "*a")}` },
    {
      name: "a text in an object",
      yaml: `a: &a { b: "${"c".repeat(1000)}" }\nauthor: ${times(10_000, "*a")}`,
    },
  ])("is refused where it says the same more than 8 Mi times: $name", ({ yaml }) => {
    expect(() => readHead(`---\n${yaml}\n---`)).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        message: "The front matter says the same again and again, which comes to more than 8 MiB.",
        details: { line: 3 },
      }),
    );
  });

  test.for([
    { name: "a text", value: "b".repeat(2 ** 17) },
    { name: "a list", value: times(2 ** 17, "1") },
  ])("may say the same up to 8 Mi times: $name", ({ value }) => {
    const again = (more: string) =>
      `---\na: &a ${value}\nc: &c d\ne: [${Array(64).fill("*a")}${more}]\n---`;
    expect(() => readHead(again(""))).not.toThrow();
    expect(() => readHead(again(", *c"))).toThrow("again and again");
  });

  test("may say what is too much once, which is left out", () => {
    const source = `---\na: "${"b".repeat(5_000_000)}"\nc: d\n---`;
    expect(readHead(source).given.meta).toEqual({ c: "d" });
  });
});

describe("a Published line, read closely,", () => {
  test.for([
    "**Published:** July 30, 2024",
    "**Published**: July 30, 2024",
    "*Published on* : July 30, 2024",
    "_Date published : `2024-07-30`_",
    "*Posted on: 30 July 2024*",
    "Published: ** July 30, 2024 **",
    "Published: __ `2024-07-30` __",
  ])("is taken in emphasis: %s", (source) => {
    expect(readHead(source)).toMatchObject({
      given: { publishedAt: "2024-07-30T00:00:00Z" },
      body: "",
    });
  });

  test.for([
    "Date published: `soon`",
    "Posted:",
    "Published on: soon",
    "Published: `2024-07-30` `",
  ])("is text if it gives no time: %s", (source) => {
    expect(told(source)).toEqual({ left: source });
  });

  test("repeats what is no date without the spaces around it, and no more than the beginning", () => {
    const { warned } = told(`Published: \` ${"soon".repeat(30)} \``);
    expect(warned).toEqual([expect.stringMatching(/^1 "(?:soon){20}" is no date/)]);
  });

  test("repeats marks of emphasis that stand within it", () => {
    expect(told("Published: `2024_07_30`").warned).toEqual([
      expect.stringMatching(/^1 "2024_07_30" is no date/),
    ]);
  });

  test("of ten thousand spaces is read like any other", () => {
    const source = `Published:${" ".repeat(10_000)}\``;
    expect(readHead(source).body).toBe(source);
  });
});
