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
    const full = JSON.parse(`${"[".repeat(20)}1, true${"]".repeat(20)}`);
    const given = { k: nested(20), l: full };
    expect(read(given).meta).toEqual(given);
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

describe("the names of others", () => {
  const long = "x".repeat(MAX_FIELD_LENGTH + 1);
  const readAs = (dialect: "record" | "page", given: Record<string, unknown>) => {
    const warnings = new Warnings();
    const lines = Object.keys(given);
    const line = (key: string) => lines.indexOf(key) + 1;
    const options = { dialect, line, warnings };
    const { meta, ...fields } = readMetadata(new Map(Object.entries(given)), options);
    const said = Object.entries(fields).filter(([, value]) => value !== null);
    return {
      ...Object.fromEntries(said),
      meta,
      warned: warnings.list().map(({ line, field }) => `${line} ${field}`),
    };
  };

  test.for<{
    name: string;
    given: Record<string, unknown>;
    read: object;
    lost?: string[];
    page?: true;
  }>([
    {
      name: "the first of two spellings",
      given: { AUTHOR: "A", Author: "B" },
      read: { author: "A", meta: { Author: "B" } },
    },
    {
      name: "one behind ours that says nothing",
      given: { author: " ", byline: "B" },
      read: { author: "B" },
    },
    {
      name: "an address that ours gives is a publisher",
      given: { publisher: "https://x.org" },
      read: { publisher: "https://x.org" },
      page: true,
    },
    {
      name: "a source that is a paper",
      given: { source: "The Post" },
      read: { publisher: "The Post" },
      page: true,
    },
    {
      name: "a source that is an address",
      given: { source: " HTTP://x.org " },
      read: { url: "HTTP://x.org" },
      page: true,
    },
    {
      name: "a source with an address in it",
      given: { source: "at https://x.org" },
      read: { publisher: "at https://x.org" },
      page: true,
    },
    {
      name: "a source with an address before it",
      given: { source: "https://x.org et al." },
      read: { publisher: "https://x.org et al." },
      page: true,
    },
    {
      name: "links that are no address",
      given: { link: 5, permalink: true },
      read: { meta: { link: 5, permalink: true } },
    },
    {
      name: "published, of drafts",
      given: { published: false },
      read: { meta: { published: false } },
    },
    {
      name: "our own date may not be of drafts",
      given: { published_at: true },
      read: {},
      lost: ["1 published_at"],
    },
    {
      name: "a byline that is none",
      given: { byline: true },
      read: { meta: { byline: true } },
      lost: ["1 byline"],
    },
    {
      name: "a headline that is none does not refuse",
      given: { headline: 1.5 },
      read: { meta: { headline: 1.5 } },
      lost: ["1 headline"],
      page: true,
    },
    {
      name: "an address that is too long does not either",
      given: { link: `https://${long}` },
      read: { meta: { link: `https://${long}` } },
      lost: ["1 link"],
    },

    {
      name: "names in a list",
      given: { authors: [" A ", { name: " B " }, 3] },
      read: { author: "A, B, 3" },
    },
    { name: "names in no list", given: { authors: [] }, read: {} },
    {
      name: "no names where one is none",
      given: { authors: ["A", null] },
      read: { meta: { authors: ["A", null] } },
      lost: ["1 authors"],
    },
    {
      name: "no names in lists of lists",
      given: { authors: [["A"]] },
      read: { meta: { authors: [["A"]] } },
      lost: ["1 authors"],
    },
    {
      name: "the first name that says something",
      given: { author: { name: 5, title: " ", display_name: "A", fullName: "B" } },
      read: { author: "A" },
    },
    {
      name: "a name in parts",
      given: {
        author: [{ given: " A ", family: "B" }, { last_name: "C", first_name: "D" }, { last: "E" }],
      },
      read: { author: "A B, D C, E" },
    },
    {
      name: "an object without a name",
      given: { author: { id: 1 } },
      read: {},
      lost: ["1 author"],
    },

    {
      name: "a locale with its encoding",
      given: { locale: "fa_IR.UTF-8" },
      read: { language: "fa-IR" },
    },
    {
      name: "a locale with a script",
      given: { lang: ["zh_Hant_TW"] },
      read: { language: "zh-Hant-TW" },
    },
    { name: "two locales", given: { lang: "en_GB, fr_FR" }, read: { language: "en_GB, fr_FR" } },
    {
      name: "a locale with a variant",
      given: { lang: "sr_RS@latin" },
      read: { language: "sr_RS@latin" },
    },
    { name: "words before a locale", given: { lang: "in en_GB" }, read: { language: "in en_GB" } },
    {
      name: "a blank language, or none in a list",
      given: { language: " ", lang: [null], locale: [] },
      read: {},
    },
    {
      name: "several languages",
      given: { lang: ["fa", "en"] },
      read: { meta: { lang: ["fa", "en"] } },
      lost: ["1 lang"],
    },

    {
      name: "a date of MongoDB",
      given: { date: { $date: { $numberLong: "1722350134000" } } },
      read: { publishedAt: "2024-07-30T14:35:34Z" },
    },
    {
      name: "one of its newer exports",
      given: { date: { $date: "2024-07-30T14:35:34Z" } },
      read: { publishedAt: "2024-07-30T14:35:34Z" },
    },
    {
      name: "no date in a list",
      given: { published_at: ["2024-07-30"] },
      read: {},
      lost: ["1 published_at"],
    },
  ])("$name", ({ given, read, lost = [], page }) => {
    const expected = { meta: {}, ...read, warned: lost };
    if (!page) expect(readAs("record", given)).toEqual(expected);
    expect(readAs("page", given)).toEqual(expected);
  });

  test("a title that is too long is told where it stands, whatever it is called", () => {
    const given = { desk: "foreign", headline: "x".repeat(1001) };
    expect(refusal(() => readAs("page", given))).toMatchObject({ field: "title", line: 2 });
  });

  test("what is no date is repeated without the spaces around it, and no more than the beginning", () => {
    const { warnings } = told(new Map([["published_at", ` ${"soon".repeat(30)} `]]), () => 1);
    expect(warnings).toMatchObject([{ message: expect.stringMatching(/^"(?:soon){20}" is no/) }]);
  });

  test("several names may have as many characters as one", () => {
    const most = "😀".repeat(MAX_FIELD_LENGTH - "A, ".length);
    expect(read({ author: ["A", most] }).author).toBe(`A, ${most}`);
    expect(read({ author: ["A", `${most}x`] }).author).toBeNull();
  });

  test("many keys that are too large take nothing from those after them", () => {
    const large = Array.from({ length: 20 }, (_, at) => [`k${at}`, ["x".repeat(300_000)]]);
    expect(read({ ...Object.fromEntries(large), z: "words" }).meta).toEqual({ z: "words" });
  });

  test("all of meta together holds no more than one key may", () => {
    const most = 256 * 1024 - '{"a":"x","b":""}'.length;
    const metaOf = (length: number) => read({ a: "x", b: "y".repeat(length) }).meta;
    expect(Object.keys(metaOf(most))).toEqual(["a", "b"]);
    expect(Object.keys(metaOf(most + 1))).toEqual(["a"]);
  });
});
