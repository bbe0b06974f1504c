import { describe, expect, test } from "vitest";
import { MAX_FIELD_LENGTH } from "@/lib/domain/article";
import { metadataKeys, readMetadata } from "@/lib/formats/metadata";
import { Warnings } from "@/lib/formats/warnings";

const read = (given: Record<string, unknown>, line?: (key: string) => number) =>
  readMetadata(new Map(Object.entries(given)), line ? { line } : {});

/** What is read, and what is told of it. */
function told(given: ReadonlyMap<string, unknown>, line: () => number) {
  const warnings = new Warnings();
  const metadata = readMetadata(given, { line, warnings });
  return { metadata, warnings: warnings.list() };
}

/** What a refusal says, and where: `3 title must be text …`. */
function refusal(work: () => unknown): { message: string; field: unknown; line: unknown } | null {
  try {
    work();
    return null;
  } catch (error) {
    const { code, message, details } = error as {
      code: string;
      message: string;
      details: Record<string, unknown>;
    };
    expect(code).toBe("unprocessable");
    return { message, field: details.field, line: details.line };
  }
}

describe("the known keys", () => {
  test("have a name of their own, and are null where nothing is given", () => {
    expect(read({})).toEqual({
      title: null,
      publishedAt: null,
      publisher: null,
      author: null,
      url: null,
      language: null,
      sourceId: null,
      meta: {},
    });
  });

  test("are read, trimmed, and do not go to meta", () => {
    expect(
      read({
        title: " Who \n said so ",
        published_at: "2024-07-30",
        publisher: " P ",
        author: "A",
        url: "https://example.org",
        language: "fa",
        source_id: 12,
        desk: "foreign",
      }),
    ).toEqual({
      title: "Who said so",
      publishedAt: "2024-07-30T00:00:00Z",
      publisher: "P",
      author: "A",
      url: "https://example.org",
      language: "fa",
      sourceId: "12",
      meta: { desk: "foreign" },
    });
  });

  test.for(["", " \t", "\u200b\u200e", null, undefined])("are null for %j", (value) => {
    const { title, publishedAt, author } = read({
      title: value,
      published_at: value,
      author: value,
    });
    expect([title, publishedAt, author]).toEqual([null, null, null]);
  });

  test.for([
    { value: 1.5, kind: "a number" },
    { value: true, kind: "true or false" },
    { value: ["a", "b"], kind: "a list" },
    { value: { a: 1 }, kind: "an object" },
  ])("are not $kind: $value", ({ value, kind }) => {
    const { metadata, warnings } = told(new Map([["language", value]]), () => 3);
    expect(metadata.language).toBeNull();
    expect(warnings).toEqual([
      {
        code: "unreadable_field",
        message: `language must be text, but is ${kind}.`,
        line: 3,
        field: "language",
      },
    ]);
    for (const key of ["title", "url", "source_id"]) {
      expect(refusal(() => read({ [key]: value }, () => 3))).toEqual({
        message: `${key} must be text, but is ${kind}.`,
        field: key,
        line: 3,
      });
    }
  });

  test.for(metadataKeys.filter((key) => key !== "published_at"))(
    "limit the length of %s",
    (key) => {
      const limit = key === "title" ? 1000 : MAX_FIELD_LENGTH;
      const given = (length: number) => new Map([[key, ` ${"😀".repeat(length)} `]]);
      // Each is one code point, and two UTF-16 units.
      expect(told(given(limit), () => 4).warnings).toEqual([]);
      const says = {
        message: expect.stringContaining(`${limit + 1} characters; it may have at most ${limit}.`),
        field: key,
        line: 4,
      };
      const tooLong = () => told(given(limit + 1), () => 4).warnings[0];
      if (["title", "url", "source_id"].includes(key)) expect(refusal(tooLong)).toMatchObject(says);
      else expect(tooLong()).toMatchObject(says);
    },
  );

  test.for([
    { value: "a\0", what: "a NUL character" },
    { value: "a\ud800", what: "a lone surrogate" },
  ])("cannot hold $what, and say so with their line in the file", ({ value, what }) => {
    expect(told(new Map([["author", value]]), () => 5).warnings).toMatchObject([
      {
        message: `author contains ${what} at character 1, which cannot be stored.`,
        field: "author",
        line: 5,
      },
    ]);
    expect(refusal(() => read({ url: `\n${value}` }))).toHaveProperty("line", undefined);
  });
});

describe("meta", () => {
  const nested = (depth: number): unknown => (depth === 0 ? "x" : { a: nested(depth - 1) });

  test("keeps what may be kept as it is", () => {
    const given = { a: 1.5, b: null, c: [true, "x", { d: [] }], "": {} };
    expect(read(given).meta).toEqual(given);
  });

  test.for([
    { name: "text that cannot be stored", value: "\0", says: "k contains a NUL" },
    { name: "such text inside", value: [{ a: "\0" }], says: "k contains a NUL" },
    { name: "keys that cannot be stored", value: { "\0": 1 }, says: "A key contains a NUL" },
    { name: "the key __proto__", value: JSON.parse('{"__proto__":1}'), says: "A key cannot be" },
    { name: "numbers beyond all", value: [Number.POSITIVE_INFINITY], says: "k holds a number" },
    { name: "what is no number", value: Number.NaN, says: "k holds a number" },
    { name: "more than 20 levels", value: nested(21), says: "k nests more than 20 levels deep." },
  ])("does not keep $name, but all else", ({ value, says }) => {
    const { metadata, warnings } = told(
      new Map<string, unknown>([
        ["k", value],
        ["l", 1],
      ]),
      () => 6,
    );
    expect(metadata.meta).toEqual({ l: 1 });
    expect(warnings).toEqual([
      {
        code: "unreadable_field",
        message: expect.stringMatching(new RegExp(`^${says}.* The key is left out\\.$`)),
        field: "k",
        line: 6,
      },
    ]);
  });

  test("keeps twenty levels, and what is within the last", () => {
    expect(() => read({ k: nested(20) })).not.toThrow();
    const full = JSON.parse(`${"[".repeat(20)}1, true${"]".repeat(20)}`);
    expect(() => read({ k: full })).not.toThrow();
  });

  test.for(["a\0", "__proto__"])("has no key like %j", (key) => {
    const { metadata, warnings } = told(new Map([[key, 1]]), () => 2);
    expect(Object.keys(metadata.meta)).toEqual([]);
    expect(warnings).toMatchObject([{ code: "unreadable_field", line: 2 }]);
  });

  test("holds 256 Ki characters of JSON, itself included", () => {
    const most = 256 * 1024 - '{"k":""}'.length;
    const given = (length: number) => new Map([["k", "x".repeat(length)]]);
    expect(told(given(most), () => 1).warnings).toEqual([]);
    expect(told(given(most + 1), () => 1)).toMatchObject({
      metadata: { meta: {} },
      warnings: [{ message: expect.stringContaining("more than 262144 characters.") }],
    });
  });
});
