import { describe, expect, test } from "vitest";
import { MAX_FIELD_LENGTH } from "@/lib/domain/article";
import { metadataKeys, readMetadata, readTime } from "@/lib/formats/metadata";

const read = (given: Record<string, unknown>, line?: (key: string) => number) =>
  readMetadata(new Map(Object.entries(given)), line);

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

describe("a time", () => {
  test.for([
    { written: "2024-07-30 14:35:34", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30T14:35:34Z", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30t14:35:34z", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30 14:35:34 UTC", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30 14:35", utc: "2024-07-30T14:35:00Z" },
    { written: "2024-07-30 14:35Z", utc: "2024-07-30T14:35:00Z" },
    { written: "2024-07-30", utc: "2024-07-30T00:00:00Z" },
    { written: "2024-07-30T14:35:34.5Z", utc: "2024-07-30T14:35:34.500Z" },
    { written: "2024-07-30T14:35:34,057Z", utc: "2024-07-30T14:35:34.057Z" },
    { written: "2024-07-30T14:35:34.123456789Z", utc: "2024-07-30T14:35:34.123Z" },
    { written: "2024-07-30T14:35:34.9999Z", utc: "2024-07-30T14:35:34.999Z" },
    { written: "2024-07-30T14:35:34.000Z", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30T14:35:34+03:30", utc: "2024-07-30T11:05:34Z" },
    { written: "2024-07-30T14:35:34 +0330", utc: "2024-07-30T11:05:34Z" },
    { written: "2024-07-30T14:35-05:00", utc: "2024-07-30T19:35:00Z" },
    { written: "2024-07-30T14:35:34.250-05:00", utc: "2024-07-30T19:35:34.250Z" },
    { written: "2024-07-30T14:35+14:00", utc: "2024-07-30T00:35:00Z" },
    { written: "2024-07-30T14:35+00:59", utc: "2024-07-30T13:36:00Z" },
    { written: "2024-01-01T00:30+01:00", utc: "2023-12-31T23:30:00Z" },
    { written: "2024-02-29", utc: "2024-02-29T00:00:00Z" },
    { written: "0001-01-01", utc: "0001-01-01T00:00:00Z" },
    { written: "9999-12-31T23:59:59Z", utc: "9999-12-31T23:59:59Z" },
  ])("$written is $utc", ({ written, utc }) => {
    expect(readTime(written)).toBe(utc);
  });

  test.for([
    "yesterday",
    "",
    "on 2024-07-30",
    "2024-07-30 or so",
    "2024-7-30",
    "2024-00-30",
    "2024-13-30",
    "2024-07-00",
    "2024-07-32",
    "2023-02-29",
    "2024-07-30 24:00",
    "2024-07-30 25:00",
    "2024-07-30 14:60",
    "2024-07-30 14:35:60",
    "2024-07-30 14",
    "2024-07-30 14:35:34.",
    "2024-07-30 14:35:34:5",
    "2024-07-30 14:35:34.1234567890",
    "2024-07-30 14:35  Z",
    "2024-07-30 14:35xZ",
    "2024-07-30 Z",
    "2024-07-30T14:35+14:01",
    "2024-07-30T14:35+15:00",
    "2024-07-30T14:35+01:60",
    "2024-07-30T14:35+1",
    "0000-07-30",
    "0001-01-01T00:30+01:00",
    "9999-12-31T23:30-01:00",
  ])("“%s” is none", (written) => {
    expect(refusal(() => readTime(written, 7))).toEqual({
      message: `"${written}" is no time; write it like 2024-07-30 14:35:34 or 2024-07-30T14:35:34Z.`,
      field: "published_at",
      line: 7,
    });
  });

  test("that is none is repeated up to a length, without a line where there is none", () => {
    const found = refusal(() => readTime("x".repeat(100)));
    expect(found?.message).toMatch(/^"x{80}" is no time;/);
    expect(found).toHaveProperty("line", undefined);
  });
});

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

  test.for(["", " \t", null, undefined])("are null for %j", (value) => {
    const { title, publishedAt, author } = read({
      title: value,
      published_at: value,
      author: value,
    });
    expect([title, publishedAt, author]).toEqual([null, null, null]);
  });

  test.for([
    { value: 1.5, kind: "a number" },
    { value: 2 ** 53, kind: "a number" },
    { value: true, kind: "true or false" },
    { value: ["a"], kind: "a list" },
    { value: { a: 1 }, kind: "an object" },
  ])("are not $kind: $value", ({ value, kind }) => {
    expect(refusal(() => read({ author: value }, () => 3))).toEqual({
      message: `author must be text, but is ${kind}.`,
      field: "author",
      line: 3,
    });
  });

  test.for(metadataKeys.filter((key) => key !== "published_at"))(
    "limit the length of %s",
    (key) => {
      const limit = key === "title" ? 1000 : MAX_FIELD_LENGTH;
      // Each is one code point, and two UTF-16 units.
      expect(() => read({ [key]: ` ${"😀".repeat(limit)} ` })).not.toThrow();
      expect(refusal(() => read({ [key]: "😀".repeat(limit + 1) }, () => 4))).toMatchObject({
        message: expect.stringContaining(`${limit + 1} characters; it may have at most ${limit}.`),
        field: key,
        line: 4,
      });
    },
  );

  test.for([
    { value: "a\0", what: "a NUL character" },
    { value: "a\ud800", what: "a lone surrogate" },
  ])("cannot hold $what, and say so with their line in the file", ({ value, what }) => {
    expect(refusal(() => read({ author: value }, () => 5))).toEqual({
      message: `author contains ${what} at character 1, which cannot be stored.`,
      field: "author",
      line: 5,
    });
    expect(refusal(() => read({ author: `\n${value}` }))).toHaveProperty("line", undefined);
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
  ])("does not keep $name", ({ value, says }) => {
    expect(refusal(() => read({ k: value }, () => 6))).toEqual({
      message: expect.stringMatching(new RegExp(`^${says}`)),
      field: expect.any(String),
      line: 6,
    });
  });

  test("keeps twenty levels, and what is within the last", () => {
    expect(() => read({ k: nested(20) })).not.toThrow();
    const full = JSON.parse(`${"[".repeat(20)}1, true${"]".repeat(20)}`);
    expect(() => read({ k: full })).not.toThrow();
  });

  test.for(["a\0", "__proto__"])("has no key like %j", (key) => {
    expect(refusal(() => readMetadata(new Map([[key, 1]]), () => 2))).toMatchObject({ line: 2 });
  });

  test("holds 256 Ki characters of JSON, itself included", () => {
    const most = 256 * 1024 - '{"k":""}'.length;
    expect(() => read({ k: "x".repeat(most) })).not.toThrow();
    expect(refusal(() => read({ k: "x".repeat(most + 1) }))).toMatchObject({
      message: "The metadata has more than 262144 characters.",
      field: "meta",
    });
  });
});
