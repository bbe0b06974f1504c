import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { foundBlocks } from "@/lib/formats/blocks";
import { recordArticle } from "@/lib/formats/jsonl";
import type { ReadItem } from "@/lib/formats/source-file";
import { blocksOf, itemsIn, readPage, refusalOf, sha256 } from "../setup/files";

const line = (record: object) => `${JSON.stringify(record)}\n`;
const read = async (record: object) => (await itemsIn("a.jsonl", line(record)))[0];
const article = async (record: object) => {
  const item = await read(record);
  if (item?.kind !== "article") throw new Error(`It is refused: ${item?.reason}`);
  return item.article;
};

describe("an article without spans", () => {
  test("has its title for a first block, and what is unknown in meta", async () => {
    const found = await article({
      id: 12,
      title: " Who ",
      text: "One.\r\n\r\nTwo.",
      url: "https://example.org/1",
      published_at: "2024-07-30",
      tags: ["a"],
      meta: { desk: 3 },
    });
    expect(found).toMatchObject({
      sourceId: "12",
      title: "Who",
      publishedAt: "2024-07-30T00:00:00Z",
      meta: { tags: ["a"], desk: 3 },
      annotations: [],
    });
    expect(blocksOf(found)).toEqual(["title|Who", "paragraph|One.", "paragraph|Two."]);
  });

  test("has the blocks that its text with the title has, whatever either holds", async () => {
    const piece = fc.constantFrom("a", "😀", " ", "\u00a0", "\n", "\n\n", "\r\n", "\r", "\t", "é");
    const written = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(written, written, async (title, text) => {
        const item = await read({ title, text });
        fc.pre(item?.kind === "article");
        const { article: found } = item;
        const said = title.trim() === "" ? null : found.title;
        expect(found.blocks).toEqual(foundBlocks(new ArticleText(found.text), said));
      }),
    );
  });

  test("does not get its title twice", async () => {
    expect(blocksOf(await article({ title: "Who", text: "Who\n\nOne." }))).toEqual([
      "title|Who",
      "paragraph|One.",
    ]);
  });
});

describe("the fields of a record", () => {
  test.for(["gainsay.article/1", "gainsay.article/2"])(
    "an id that is somebody else's stands for the article, one of %s does not",
    async (schema) => {
      const ours = {
        schema,
        id: "a1",
        text: "x",
        layer: "gold",
        split: "train",
      };
      expect(await read(ours)).toMatchObject({
        recordId: "a1",
        ours: true,
        wholeFile: false,
        line: 1,
        article: { sourceId: null, meta: {} },
      });
      expect((await article(ours)).meta).toEqual({});
      expect(await read({ ...ours, source_id: "s" })).toMatchObject({ article: { sourceId: "s" } });
      expect(await read({ ...ours, schema: "theirs/1" })).toMatchObject({
        recordId: "a1",
        ours: false,
        article: { sourceId: "a1", meta: { layer: "gold", split: "train" } },
      });
    },
  );

  test("a record of ours says which version it holds; elsewhere that is a key like others", async () => {
    const record = { schema: "gainsay.article/2", id: "a1", text: "x", version: 3, sets: [] };
    expect(await read(record)).toMatchObject({ version: 3, article: { meta: {} } });
    expect(
      await read({ ...record, schema: "gainsay.article/1", version: undefined }),
    ).toMatchObject({ version: null });
    expect(await read({ ...record, schema: "theirs" })).toMatchObject({
      version: null,
      article: { meta: { version: 3, sets: [] } },
    });
  });

  test("none that we know goes to meta", async () => {
    const text = "She did.";
    const { meta } = await article({
      schema: "theirs",
      id: 1,
      text,
      text_sha256: null,
      offset_unit: "code_point",
      blocks: [{ kind: "paragraph", start: 0, end: 8 }],
      annotators: [],
      spans: [],
      relations: [],
      meta: null,
      title: "T",
      extra: 1,
    });
    expect(meta).toEqual({ extra: 1 });
  });

  test("a hash is that of the text's UTF-8", async () => {
    const text = "Ёлка";
    const text_sha256 = createHash("sha256").update(text).digest("hex");
    expect(await read({ text, text_sha256 })).toMatchObject({ kind: "article" });
    expect(await read({ text: `${text} `, text_sha256 })).toMatchObject({ kind: "rejected" });
  });

  test.for([
    {
      name: "a field of its own in the meta of a record of ours",
      record: { schema: "gainsay.article/1", meta: { url: "x" } },
      reason: "1 meta.url belongs outside meta.",
    },
    {
      name: "a number for a text",
      record: { text: 1 },
      reason: "1 text must be text, but is a number.",
    },
    {
      name: "null for a text",
      record: { text: null },
      reason: "1 text must be text, but is null.",
    },
    {
      name: "a long name for a schema",
      record: { schema: `gainsay.${"x".repeat(100)}` },
      reason: `1 Records of gainsay.${"x".repeat(72)} are not known here.`,
    },
  ])("refuses $name", async ({ record, reason }) => {
    expect(await refusalOf("a.jsonl", line({ text: "x", ...record }))).toBe(reason);
  });

  test("a field of its own in the meta of a record of ours is left out where it does not say who it is", async () => {
    const meta = { author: "N. N.", extra: 1 };
    expect(await read({ schema: "gainsay.article/2", text: "x", meta })).toMatchObject({
      article: { author: null, meta: { extra: 1 } },
      warnings: [
        {
          code: "unreadable_field",
          field: "meta.author",
          message: "meta.author belongs outside meta; it was left out.",
        },
      ],
    });
  });

  test.for(["null", "1", '"x"', "true"])("an article is not %s", async (source) => {
    expect(await refusalOf("a.jsonl", source)).toMatch(/^1 An article must be an object, but is/);
  });

  test("nor do spans", async () => {
    expect(await refusalOf("a.jsonl", line({ text: " ", spans: [] }))).toBe(
      "1 There is no text in it.",
    );
  });

  test("a title does not make up for a text of blanks", async () => {
    expect(await refusalOf("a.jsonl", line({ title: "T", text: " \n" }))).toBe(
      "1 There is no text in it.",
    );
  });
});

describe("the text of an article without spans", () => {
  test.for([
    {
      name: "without a title",
      record: { text: "One.\n\nTwo." },
      title: "One.",
      blocks: ["paragraph|One.", "paragraph|Two."],
    },
    {
      name: "with line ends of all kinds",
      record: { text: "a\r\nb\rc\nd" },
      title: "a",
      blocks: ["paragraph|a\nb\nc\nd"],
    },
    {
      name: "with empty lines at its beginning",
      record: { title: "T", text: "\n\n\na\n\nb" },
      title: "T",
      blocks: ["title|T", "paragraph|a", "paragraph|b"],
    },
    {
      name: "with a title of emoji",
      record: { title: "😀😀", text: "a" },
      title: "😀😀",
      blocks: ["title|😀😀", "paragraph|a"],
    },
    {
      name: "that has the title further down",
      record: { title: "b", text: "a\n\nb" },
      title: "b",
      blocks: ["title|b", "paragraph|a", "paragraph|b"],
    },
  ])("$name", async ({ record, title, blocks }) => {
    const found = await article(record);
    expect(found.title).toBe(title);
    expect(blocksOf(found)).toEqual(blocks);
  });

  test("is joined to its title by one blank line", async () => {
    expect((await article({ title: "T", text: "\n\n\na\n\n\nb" })).text).toBe("T\n\na\n\n\nb");
  });
});

describe("the text of an article with blocks or spans", () => {
  const text = "Who\n\nShe did.";
  const paragraph = { kind: "paragraph", start: 5, end: 13 };

  test.for([
    {
      name: "has the blocks that are given",
      record: { blocks: [{ kind: "heading", level: 2, start: 0, end: 3 }, paragraph] },
      title: "Who",
      blocks: ["heading2|Who", "paragraph|She did."],
    },
    {
      name: "has blocks that touch",
      record: { blocks: [{ kind: "title", start: 0, end: 5 }, paragraph] },
      title: "Who",
      blocks: ["title|Who\n\n", "paragraph|She did."],
    },
    {
      name: "is called by its title block",
      record: {
        blocks: [
          { kind: "quote", start: 0, end: 3 },
          { ...paragraph, kind: "title" },
        ],
      },
      title: "She did.",
      blocks: ["quote|Who", "title|She did."],
    },
    {
      name: "is called by its title field first",
      record: { title: "T", blocks: [{ kind: "title", start: 0, end: 3 }] },
      title: "T",
      blocks: ["title|Who"],
    },
    {
      name: "has none of a title that is not in it",
      record: { title: "T", spans: [] },
      title: "T",
      blocks: ["paragraph|Who", "paragraph|She did."],
    },
    {
      name: "has its title where it begins so",
      record: { title: " Who ", relations: [] },
      title: "Who",
      blocks: ["title|Who", "paragraph|She did."],
    },
    {
      name: "has paragraphs without a title",
      record: { spans: [] },
      title: "Who",
      blocks: ["paragraph|Who", "paragraph|She did."],
    },
    { name: "may have no blocks", record: { blocks: [] }, title: "Who", blocks: [] },
  ])("$name", async ({ record, title, blocks }) => {
    const found = await article({ text, ...record });
    expect(found.text).toBe(text);
    expect(found.title).toBe(title);
    expect(blocksOf(found)).toEqual(blocks);
  });

  test("is taken for titled though the title has spaces around it there", async () => {
    const found = await article({ text: "  Who \n\nx", title: "Who", spans: [] });
    expect(found.blocks[0]?.kind).toBe("title");
  });

  test("gives a block a level only where there is one", async () => {
    const { blocks } = await article({ text, blocks: [paragraph] });
    expect(blocks).toStrictEqual([paragraph]);
  });

  test.for([
    {
      name: "before the one before",
      blocks: [paragraph, { ...paragraph, start: 4, end: 6 }],
      reason: "1 blocks[1]: 4-6 is no range of the text (13 characters) after the block before it.",
    },
    {
      name: "over the one before",
      blocks: [paragraph, { ...paragraph, start: 12 }],
      reason:
        "1 blocks[1]: 12-13 is no range of the text (13 characters) after the block before it.",
    },
    {
      name: "of nothing",
      blocks: [{ ...paragraph, end: 5 }],
      reason: "1 blocks[0]: 5-5 is no range of the text (13 characters) after the block before it.",
    },
    {
      name: "turned round",
      blocks: [{ ...paragraph, start: 7, end: 6 }],
      reason: "1 blocks[0]: 7-6 is no range of the text (13 characters) after the block before it.",
    },
    {
      name: "before the text",
      blocks: [{ ...paragraph, start: -1 }],
      reason:
        "1 blocks[0]: -1-13 is no range of the text (13 characters) after the block before it.",
    },
    {
      name: "beyond the text",
      blocks: [{ ...paragraph, end: 14 }],
      reason:
        "1 blocks[0]: 5-14 is no range of the text (13 characters) after the block before it.",
    },
  ])("has no block $name: all are left out, and paragraphs found", async ({ blocks, reason }) => {
    const message = `${reason.slice(2)} All blocks were left out, and paragraphs found in the text.`;
    const item = await read({ text, blocks });
    if (item?.kind !== "article") throw new Error("It is refused.");
    const field = /^1 ([^:]+)/.exec(reason)?.[1];
    expect(item.warnings).toEqual([{ code: "detail_left_out", message, line: null, field }]);
    expect(blocksOf(item.article)).toEqual(["paragraph|Who", "paragraph|She did."]);
    expect(await refusalOf("a.jsonl", line({ text, blocks }), { strict: true })).toBe(
      `1 ${message}`,
    );
  });

  test("is not read past a defect in its blocks", () => {
    const defect = new TypeError("kind is not a function");
    const block = {
      get kind(): never {
        throw defect;
      },
    };
    const context = { scheme: defaultScheme, readPage, sha256 };
    expect(() => recordArticle({ text, blocks: [block] }, context)).toThrow(defect);
  });

  test("has no blocks where they are no list", async () => {
    expect(await read({ text, blocks: "all" })).toMatchObject({
      article: { blocks: [{}, {}] },
      warnings: [{ code: "detail_left_out", field: "blocks" }],
    });
  });

  test.for([
    {
      name: "a level, though it is no heading",
      change: { level: 1 },
      says: "Only a heading has a level. It was left out.",
      field: "level",
      kind: "paragraph",
    },
    {
      name: "a level of 7",
      change: { kind: "heading", level: 7 },
      says: "level: Too big: expected number to be <=6. It was left out.",
      field: "level",
      kind: "heading",
    },
    {
      name: "a level of 0",
      change: { kind: "heading", level: 0 },
      says: "level: Too small: expected number to be >=1. It was left out.",
      field: "level",
      kind: "heading",
    },
    {
      name: "an unknown kind",
      change: { kind: "table" },
      says: '"table" is no kind of block; it became a paragraph.',
      field: "kind",
      kind: "paragraph",
    },
    {
      name: "a key that blocks have not",
      change: { style: "bold" },
      says: 'A block has no "style" here; it was left out.',
      field: "style",
      kind: "paragraph",
    },
  ])("has a block with $name without that", async ({ change, says, field, kind }) => {
    const source = { text, blocks: [{ ...paragraph, ...change }] };
    expect(await read(source)).toMatchObject({
      article: { blocks: [{ start: paragraph.start, end: paragraph.end, kind }] },
      warnings: [
        { code: "detail_left_out", message: `blocks[0]: ${says}`, field: `blocks[0].${field}` },
      ],
    });
    expect(await article(source)).not.toHaveProperty("blocks.0.level");
    expect(await refusalOf("a.jsonl", line(source), { strict: true })).toBe(`1 blocks[0]: ${says}`);
  });

  test("may have a level of null", async () => {
    expect(await read({ text, blocks: [{ ...paragraph, level: null }] })).toMatchObject({
      warnings: [],
    });
  });

  test.for([1, 6])("has headings of level %i", async (level) => {
    const { blocks } = await article({ text, blocks: [{ ...paragraph, kind: "heading", level }] });
    expect(blocks[0]?.level).toBe(level);
  });
});

describe("an article with spans", () => {
  test("is kept as it stands, offsets in code points", async () => {
    const text = "😀 Who?\r\n\r\nShe denied it.";
    const found = await article({
      title: "😀 Who?",
      text,
      spans: [{ label: "denial", start: 14, end: 20, quote: "denied" }],
    });
    expect(found.text).toBe(text);
    expect(found.annotations[0]?.spans[0]).toMatchObject({
      fragments: [{ start: 14, end: 20 }],
      quote: "denied",
    });
  });

  test("has a set for each annotator, also one who marked nothing", async () => {
    const { annotations } = await article({
      text: "She denied it.",
      annotators: ["a1", "a2", "a3"],
      spans: [
        { id: "x", label: "denial", start: 4, end: 10, annotator: "a1" },
        { id: "x", label: "denial", start: 0, end: 10, annotator: "a2" },
        { id: "y", label: "claim", start: 11, end: 13, annotator: "a2" },
      ],
      relations: [{ type: "denies", from: "x", to: "y", annotator: "a2" }],
    });
    expect(
      annotations.map(({ annotator, spans, relations }) => [
        annotator,
        spans.length,
        relations.length,
      ]),
    ).toEqual([
      ["a1", 1, 0],
      ["a2", 2, 1],
      ["a3", 0, 0],
    ]);
  });

  test("of ours says what each annotator found, and of their work", async () => {
    const { annotations } = await article({
      schema: "gainsay.article/2",
      text: "She denied it.",
      annotators: ["a3"],
      sets: [{ annotator: "a1", note: "Twice." }],
      spans: [
        { id: "d", label: "denial", start: 4, end: 10, annotator: "a1" },
        { id: "c", label: "claim", start: 11, end: 13, annotator: "a1" },
      ],
      relations: [{ type: "denies", from: "d", to: "c", annotator: "a1" }],
    });
    expect(annotations).toMatchObject([
      { annotator: "a3", spans: [], relations: [], about: null },
      {
        annotator: "a1",
        spans: [{ quote: "denied" }, { quote: "it" }],
        relations: [{ type: "denies" }],
        about: { note: "Twice." },
      },
    ]);
  });

  test("gets the same ids when it is read again", async () => {
    const record = { text: "She denied it.", spans: [{ label: "claim", start: 0, end: 3 }] };
    expect(await article(record)).toEqual(await article(record));
  });

  test("keeps ids that are UUIDs", async () => {
    const id = "0198f0a0-0000-7000-8000-000000000001";
    const { annotations } = await article({
      text: "She denied it.",
      spans: [{ id, label: "claim", start: 0, end: 3 }],
    });
    expect(annotations[0]?.spans[0]?.id).toBe(id);
  });
});

describe("a bad span is left out, and refuses its article if reading is strict", () => {
  const text = "She 👨‍👩‍👧 denied it. 😀";
  const span = { label: "claim", start: 0, end: 3 };
  test.for([
    {
      name: "out of range",
      spans: [span, { ...span, start: 4, end: 99 }],
      reason: "1 spans[1]: 4-99 leaves the text, which has 22 characters.",
    },
    {
      name: "inside a grapheme",
      spans: [{ ...span, end: 5 }],
      reason: "1 spans[0]: Offset 5 splits a character that readers see as one.",
    },
    {
      name: "reversed",
      spans: [{ ...span, start: 3, end: 0 }],
      reason: "1 spans[0]: A fragment ends after its start: 3-0 does not.",
    },
    {
      name: "fractional",
      spans: [{ ...span, end: 2.5 }],
      reason: "1 spans[0].end: must be a whole number, but is 2.5.",
    },
    {
      name: "a string",
      spans: [{ ...span, start: "0" }],
      reason: '1 spans[0].start: must be a whole number, but is "0".',
    },
    {
      name: "without an end",
      spans: [{ label: "claim", start: 0 }],
      reason: "1 spans[0]: It has neither start and end nor fragments.",
    },
    {
      name: "of an unknown label",
      spans: [{ ...span, label: "rumour" }],
      reason: '1 spans[0]: There is no label "rumour"; there are: claim, denial, attribution.',
    },
    {
      name: "over another of its label",
      spans: [span, { ...span, start: 1, end: 3 }],
      reason: "1 spans[1]: Two spans labelled claim cannot overlap.",
    },
    {
      name: "with a quote that does not match",
      spans: [{ ...span, quote: "He" }],
      reason: '1 spans[0]: The quote "He" is not the text at these offsets, "She".',
    },
    {
      name: "with a text that does not match",
      spans: [{ ...span, text: "He" }],
      reason: '1 spans[0]: The quote "He" is not the text at these offsets, "She".',
    },
    {
      name: "with a hull that is not its fragments'",
      spans: [{ ...span, end: 4, fragments: [{ start: 0, end: 3 }] }],
      reason: "1 spans[0]: start and end are 0-4, but its fragments reach 0-3.",
    },
    {
      name: "with fragments that touch",
      spans: [
        {
          label: "claim",
          fragments: [
            { start: 0, end: 1 },
            { start: 1, end: 3 },
          ],
        },
      ],
      reason: "1 spans[0]: Fragments are sorted and do not touch: 1 comes after 1.",
    },
    {
      name: "over nothing but an emoji",
      spans: [{ label: "claim", start: 21, end: 22 }],
      reason: "1 spans[0]: A span covers at least one letter or digit.",
    },
    {
      name: "with an id that is there",
      spans: [
        { ...span, id: "a" },
        { ...span, label: "denial", id: "a" },
      ],
      reason: '1 spans[1]: The id "a" is there twice.',
    },
  ])("$name", async ({ spans, reason }) => {
    expect(await refusalOf("a.jsonl", line({ text, spans }), { strict: true })).toBe(reason);
    expect(await read({ text, spans })).toMatchObject({
      kind: "article",
      warnings: [{ code: "span_left_out", message: reason.slice(2) }],
    });
  });

  test.for([
    {
      name: "to itself",
      relation: { type: "same_claim", from: "c", to: "c" },
      reason: "1 relations[0]: A span cannot be related to itself.",
    },
    {
      name: "to a span of another article",
      relation: { type: "denies", from: "d", to: "elsewhere" },
      reason:
        '1 relations[0]: It links the span "elsewhere", which this annotator has not in this article.',
    },
    {
      name: "the wrong way round",
      relation: { type: "denies", from: "c", to: "d" },
      reason: '1 relations[0]: "denies" cannot lead from claim to denial.',
    },
  ])("a relation $name", async ({ relation, reason }) => {
    const spans = [
      { id: "c", label: "claim", start: 0, end: 3 },
      { id: "d", label: "denial", start: 10, end: 16 },
    ];
    const source = { text, spans, relations: [relation] };
    expect(await refusalOf("a.jsonl", line(source), { strict: true })).toBe(reason);
    expect(await read(source)).toMatchObject({
      article: { annotations: [{ spans: [{}, {}], relations: [] }] },
      warnings: [{ code: "relation_left_out", message: reason.slice(2) }],
    });
  });
});

describe("a bad line", () => {
  test.for([
    {
      name: "no JSON",
      source: '{"text": x}',
      reason: '1:10 This is no JSON: "x" where a value should stand.',
    },
    {
      name: "JSON that breaks off",
      source: '{"text":"abc',
      reason: "1:13 This is no JSON: it ends where the rest of a string should follow.",
    },
    {
      name: "a number in a list",
      source: "[1]",
      reason: "Article 1 of the list: An article must be an object, but is a number.",
    },
    {
      name: "no text",
      source: '{"title":"T","body":7}',
      reason: '1 text must be text, but is missing. There is "title", "body".',
    },
    { name: "nothing", source: "{}", reason: "1 text must be text, but is missing." },
    { name: "a text of blanks", source: '{"text":"  "}', reason: "1 There is no text in it." },
    {
      name: "a title of 10,000 characters",
      source: line({ title: "t".repeat(10_000), text: "x" }),
      reason: "1 The title has 10000 characters; it may have at most 1000.",
    },
    {
      name: "NUL",
      source: '{"text":"a\\u0000"}',
      reason: "1 text contains a NUL character at character 1, which cannot be stored.",
    },
    {
      name: "a lone surrogate",
      source: '{"text":"a\\ud800"}',
      reason: "1 text contains a lone surrogate at character 1, which cannot be stored.",
    },
    {
      name: "__proto__ as a key",
      source: '{"text":"a","__proto__":{"admin":true}}',
      reason: "1 A key cannot be called __proto__.",
    },
    {
      name: "__proto__ spelt otherwise, in an attribute",
      source:
        '{"text":"abc","spans":[{"label":"claim","start":0,"end":3,"attributes":{"\\u005f_proto__":"x"}}]}',
      reason: "1 A key cannot be called __proto__.",
    },
    {
      name: "UTF-16 offsets",
      source: '{"text":"a","spans":[],"offset_unit":"utf16"}',
      reason: "1 offset_unit must be code_point: offsets count those.",
    },
    {
      name: "a record of a later Gainsay",
      source: '{"schema":"gainsay.article/3","text":"a"}',
      reason: "1 Records of gainsay.article/3 are not known here.",
    },
    {
      name: "a version that is no number",
      source: '{"schema":"gainsay.article/2","text":"a","version":"1"}',
      reason: "1 version: expected number, received string.",
    },
    {
      name: "a version that is none",
      source: '{"schema":"gainsay.article/2","text":"a","version":0}',
      reason: "1 version: Too small: expected number to be >=1.",
    },
    {
      name: "a hash of another text",
      source: '{"text":"a","text_sha256":"00"}',
      reason: "1 text_sha256 is not the hash of the text.",
    },
    {
      name: "a line of 10 MB",
      source: line({ text: "word ".repeat(2_000_000) }),
      reason: "1 The text has 10000000 bytes; an article may have 8 MiB.",
    },
    {
      name: "a line without end",
      source: "x".repeat(40_000_000),
      reason: "1 The line has 40000000 bytes; it may have 32 MiB.",
    },
    { name: "only blank lines", source: "\n \n", reason: "There is no article in it." },
  ])("$name", async ({ source, reason }) => {
    expect(await refusalOf("a.jsonl", source)).toBe(reason);
  });

  test("spoils no other, and is told with its line and byte", async () => {
    const bad = Uint8Array.from([0x7b, 0x22, 0xff]);
    const source = Buffer.concat([
      Buffer.from('{"text":"one"}\r\n\n'),
      bad,
      Buffer.from('\n{"text":"two"}'),
    ]);
    for (const piece of [1, 3, 1000]) {
      const items = await itemsIn("a.jsonl", source, { piece });
      expect(items.map(told)).toEqual([
        "1 one",
        "3:3 This is not UTF-8 (0xff): byte 19 of the file.",
        "4 two",
      ]);
    }
  });

  test.for([
    {
      name: "is not UTF-8",
      first: Uint8Array.from([0x7b, 0xff]),
      told: "1:2 This is not UTF-8 (0xff): byte 1 of the file.",
    },
    {
      name: "has no end",
      first: new Uint8Array(40_000_000).fill(0x78),
      told: "1:null The line has 40000000 bytes; it may have 32 MiB.",
    },
  ])("spoils no other where it is the first, and $name", async ({ first, told: bad }) => {
    const source = Buffer.concat([first, Buffer.from('\n{"text":"two"}')]);
    expect((await itemsIn("a.jsonl", source)).map(told)).toEqual([bad, "2 two"]);
  });
});

const told = (item: ReadItem) =>
  item.kind === "article"
    ? `${item.line} ${item.article.text}`
    : `${item.line}:${item.column} ${item.reason}`;

test("a JSON file holds one article or a list of them", async () => {
  expect((await itemsIn("a.json", '{\n"text":"one"}')).map(told)).toEqual(["null one"]);
  const list = '[{"text":"one"},\n{"text":2},{"text":"three"}]';
  expect((await itemsIn("a.json", list)).map(told)).toEqual([
    "null one",
    "null:null Article 2 of the list: text must be text, but is a number.",
    "null three",
  ]);
});

test("whatever the engine does not take for JSON is refused with a place", async () => {
  const json = fc.json({ maxDepth: 4 });
  const damage = fc.tuple(json, fc.nat(), fc.constantFrom("", ",", '"', "}", "]", "x", "\\", "\n"));
  await fc.assert(
    fc.asyncProperty(damage, async ([text, at, character]) => {
      const place = at % (text.length + 1);
      const damaged = text.slice(0, place) + character + text.slice(place + 1);
      try {
        JSON.parse(damaged);
        return;
      } catch {
        const items = await itemsIn("a.json", damaged, { format: "json" });
        expect(items.length).toBeGreaterThan(0);
        expect(items.map(({ kind }) => kind)).not.toContain("article");
      }
    }),
  );
});

test("a JSON file's article is the file, those of a list are not", async () => {
  expect(await itemsIn("a.json", '{\n"text":"one"}')).toMatchObject([
    { wholeFile: true, line: null },
  ]);
  for (const list of ['[\n{"text":"one"}]', '[{"text":"one"}]']) {
    expect(await itemsIn("a.json", list)).toMatchObject([{ wholeFile: false, line: null }]);
  }
});

test("an article alone in a JSON file is refused without a number", async () => {
  expect(await refusalOf("a.json", '{\n"text":1}')).toBe("text must be text, but is a number.");
});

describe("of what is done already nothing is read again, and nothing else is passed over", () => {
  test.for([
    {
      name: "a list",
      path: "a.json",
      source: '[{"text":"one"},{"text":"two"},{"text":"three"}]',
      items: ["null one", "null two", "null three"],
    },
    {
      name: "lines, a bad one among them",
      path: "a.jsonl",
      source: '{"text":"one"}\n\nbad\n{"text":"three"}\n',
      items: ["1 one", '3:1 This is no JSON: "b" where a value should stand.', "4 three"],
    },
    ...[
      { name: "a list on a line", before: "" },
      { name: "one behind a space", before: " " },
      { name: "one behind a tab", before: "\t" },
      { name: "one behind a byte-order mark", before: "\ufeff" },
    ].map(({ name, before }) => ({
      name,
      path: "a.jsonl",
      source: `${before}[{"text":"one"},{"text":"two"}]\n{"text":"three"}\n`,
      items: ["1 one", "1 two", "2 three"],
    })),
    {
      name: "a record over lines, and what ends the file after it",
      path: "a.jsonl",
      source: '{\n"text":"one"\n}\nbad\n{"text":"three"}\n',
      items: ["1 one", '4:1 This is no JSON: "b" where a value should stand.'],
    },
    {
      name: "what ends the file at once",
      path: "a.json",
      source: '{\n"text":bad\n}',
      items: ['2:8 This is no JSON: "b" where a value should stand.'],
    },
  ])("$name", async ({ path, source, items }) => {
    for (let skip = 0; skip <= items.length; skip += 1) {
      const rest = await itemsIn(path, source, { skip });
      expect(rest.map(told), `${skip} done`).toEqual(items.slice(skip));
    }
  });
});

test("blank lines are no articles, however they are blank, unless they are very long", async () => {
  const lines = ["", " ", "\t", " \t \r", " ".repeat(199), '{"text":"x"}', " ".repeat(200)];
  const items = await itemsIn("a.jsonl", lines.join("\n"));
  expect(items.map((item) => item.line)).toEqual([6, 7]);
});

describe("what nests without end", () => {
  const nested = (inner: string) => `${"[".repeat(100_000)}${inner}${"]".repeat(100_000)}`;
  test.for([
    {
      name: "in place of an offset",
      source: `{"text":"x","spans":[{"label":"claim","start":0,"end":${nested("")}}]}`,
      says: "spans[0].end: must be a whole number, but is a list.",
    },
    {
      name: "around an id of many figures",
      source: `{"text":"x","ids":${nested("12345678901234567890")}}`,
      says: "JSON may nest 40 levels deep.",
    },
    {
      name: "among other keys",
      source: `{"text":"x","ids":${nested("")}}`,
      says: "ids nests more than 20 levels deep. The key is left out.",
    },
  ])("is told of $name", async ({ source, says }) => {
    const [item] = await itemsIn("a.jsonl", source);
    const told =
      item?.kind === "rejected" ? [item.reason] : item?.warnings.map((one) => one.message);
    expect(told).toEqual([says]);
  });
});

test("a NUL byte is told by its place in the file", async () => {
  expect(await refusalOf("a.jsonl", '\n{"text":"a\0"}')).toBe(
    "2:11 A NUL character cannot be stored: byte 11 of the file.",
  );
});

describe("records over several lines", () => {
  test.for([
    { name: "an object", source: ' {\n"text":"x"}' },
    { name: "one with an object on its second line", source: '{"text":"x",\n"meta": {"a": 1}\n}' },
    { name: "one with that right after its key", source: '{"text":"x",\n"meta":{"a":1}\n}' },
    { name: "a list whose bracket stands alone", source: ' [ \n{"text":"x"}\n]' },
  ])("are read: $name", async ({ source }) => {
    expect(await itemsIn("a.jsonl", source)).toMatchObject([{ article: { text: "x" } }]);
  });

  test.for([
    { name: "within a value", source: '{"text":"a [\n{"text":"x"}\n', lines: [1, 2] },
    { name: "within a list", source: '[1,\n{"text":"x"}\n', lines: [1, 2] },
    { name: "at its beginning, too", source: '"a": [{\n"b"\n{"text":"x"}\n', lines: [1, 2, 3] },
    { name: "within a word", source: '{"text":"a\n"b"\n{"text":"x"}\n', lines: [1, 2, 3] },
    { name: "before it began", source: `${" ".repeat(200)}\nb\n{"text":"x"}\n`, lines: [1, 2, 3] },
    { name: "after it was no JSON", source: '{"a" x\n"b"\n{"text":"x"}\n', lines: [1, 2, 3] },
  ])("are not seen in a line that was cut off $name", async ({ source, lines }) => {
    const items = await itemsIn("a.jsonl", source);
    expect(items.map(({ line }) => line)).toEqual(lines);
    expect(items.map(({ kind }) => kind)).toEqual(
      lines.map((at) => (at === lines.length ? "article" : "rejected")),
    );
  });

  test("are refused with the line of what is not UTF-8", async () => {
    const source = Uint8Array.from([...'{\n\n"text":"é"\n}'].map((one) => one.charCodeAt(0)));
    expect(await refusalOf("a.json", source)).toBe(
      "3:9 This is not UTF-8 (0xe9): byte 11 of the file.",
    );
  });

  const tooLong =
    "JSON laid out over several lines may have 32 MiB; put each article on a line of its own.";
  test.for([
    {
      name: "may have 32 MiB",
      source: `{\n${" ".repeat(32 * 2 ** 20 - 3)}}`,
      reason: "text must be text, but is missing.",
    },
    {
      name: "may not have a byte more",
      source: `{\n${" ".repeat(32 * 2 ** 20 - 2)}}`,
      reason: tooLong,
    },
    {
      name: "may not have more in several lines",
      source: `{\n${`"a":"${"a".repeat(17 * 2 ** 20)}",\n`.repeat(2)}"b":1}`,
      reason: tooLong,
    },
    {
      name: "may not have more in lines that are blank",
      source: `{\n${`${" ".repeat(199)}\n`.repeat(170_000)}}`,
      reason: tooLong,
    },
  ])("$name", async ({ source, reason }) => {
    expect(await refusalOf("a.json", source)).toContain(reason);
  });
});

describe("a list that is longer than a line may be", () => {
  const space = " ".repeat(32 * 2 ** 20);
  const records = Array.from({ length: 900 }, (_, number) => ({
    text: `${number} 😀 "]},{[" \\ ${"word ".repeat(8000)}`,
  }));

  test.for([
    { name: "on one line", source: JSON.stringify(records) },
    { name: "laid out over several", source: JSON.stringify(records, null, 2) },
    {
      name: "with a record a line",
      source: `[\n${records.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`,
    },
  ])("is read record by record, $name", async ({ source }) => {
    expect(Buffer.byteLength(source)).toBeGreaterThan(32 * 2 ** 20);
    const items = await itemsIn("a.json", source, { piece: 65_537 });
    expect(items.map((item) => item.kind === "article" && item.article.text)).toEqual(
      records.map(({ text }) => text),
    );
  });

  const good = '{"text":"one"}';
  test.for([
    { name: "nothing", source: `[${space}]`, told: ["null:null There is no article in it."] },
    {
      name: "a record that is no JSON",
      source: `[${good},\n{"text":tru},${space}\n${good}]`,
      told: [
        "null one",
        expect.stringMatching(/^2:null Article 2 of the list: This is no JSON: /),
        "null one",
      ],
    },
    {
      name: "no record between two commas",
      source: `[${good},,${space}${good}]`,
      told: [
        "null one",
        expect.stringMatching(/Article 2 of the list: This is no JSON: it ends/),
        "null one",
      ],
    },
    {
      name: "a comma before its end",
      source: `[${good},${space}]`,
      told: ["null one", expect.stringMatching(/Article 2 of the list: This is no JSON: it ends/)],
    },
    {
      name: "a bracket too many",
      source: `[${good}},${space}${good}]`,
      told: [expect.stringMatching(/Article 1 of the list: This is no JSON: /), "null one"],
    },
    {
      name: "a record that is longer than one may be",
      source: `["${"a".repeat(2 ** 25 + 1)}",${good}]`,
      told: [
        `null:null Article 1 of the list: It has ${2 ** 25 + 3} bytes; a record may have 32 MiB.`,
        "null one",
      ],
    },
    {
      name: "no end",
      source: `[${good},${space}\n${good}`,
      told: ["null one", '2:null This is no JSON: it ends where "," or "]" should follow.'],
    },
    {
      name: "something behind its end",
      source: `[${good},${space}\n${good}]\n7`,
      told: ["null one", "null one", '3:null This is no JSON: "7" where the end should stand.'],
    },
    {
      name: "brackets that nobody closes",
      source: `[${good},${"[".repeat(2 ** 25)}`,
      told: ["null one", '1:null This is no JSON: it ends where "," or "]" should follow.'],
    },
  ])("has $name", async ({ source, told: expected }) => {
    const items = await itemsIn("a.json", source, { piece: 1_000_003 });
    expect(items.map(told)).toEqual(expected);
  });

  test("is no byte too long for being read whole where it has 32 MiB", async () => {
    const source = `[${good},${" ".repeat(32 * 2 ** 20 - good.length * 2 - 3)}${good}]`;
    expect(Buffer.byteLength(source)).toBe(32 * 2 ** 20);
    expect((await itemsIn("a.json", source, { piece: 1_000_003 })).length).toBe(2);
  });

  test("and bytes that are not UTF-8 spoil one record", async () => {
    const source = Buffer.concat([
      Buffer.from(`[${good},{"text":"`),
      Uint8Array.of(0xff),
      Buffer.from(`"},${space}${good}]`),
    ]);
    const items = await itemsIn("a.json", source, { piece: 1_000_003 });
    expect(items.map(told)).toEqual([
      "null one",
      "1:null Article 2 of the list: This is not UTF-8 (0xff).",
      "null one",
    ]);
  });
});

describe("what stands beside a text, and in its meta", () => {
  test.for([
    { name: "data is a key like others", record: { text: "x", data: "y" }, meta: { data: "y" } },
    {
      name: "but the text where there is none",
      record: { data: "x", place: "y" },
      meta: { place: "y" },
    },
    {
      name: "the text is found under the names that columns have for it, the most telling first",
      record: { Article: "y", CONTENT: "x", body: 7 },
      meta: { Article: "y", body: 7 },
    },
    {
      name: "a target beside it is none of an annotation",
      record: { content: "x", target: "y" },
      meta: { target: "y" },
    },
    {
      name: "in capitals it is the text, before all others",
      record: { Body: "y", TEXT: "x" },
      meta: { Body: "y" },
    },
  ])("$name", async ({ record, meta }) => {
    expect(await article(record)).toMatchObject({ text: "x", meta });
  });

  test("a comment of an annotation is no text", async () => {
    const annotation = { target: "https://example.org/a", body: "A comment." };
    expect(await refusalOf("a.jsonl", JSON.stringify(annotation))).toContain(
      "the text is not there",
    );
  });

  test.for([
    { meta: "a", what: "text" },
    { meta: [1], what: "a list" },
    { meta: 1, what: "a number" },
  ])("a meta of $what is left out", async ({ meta, what }) => {
    expect(await read({ text: "x", meta })).toMatchObject({
      article: { meta: {} },
      warnings: [
        {
          code: "unreadable_field",
          field: "meta",
          message: `meta must be an object, but is ${what}; it was left out.`,
        },
      ],
    });
  });

  test("what stands in both is that beside it", async () => {
    expect(
      await read({ text: "x", place: "Bremen", meta: { place: "Kiel", no: 1 } }),
    ).toMatchObject({
      article: { meta: { place: "Bremen", no: 1 } },
      warnings: [
        {
          code: "repeated_field",
          field: "meta.place",
          message: '"place" stands in meta and beside it; what stands in meta was left out.',
        },
      ],
    });
  });

  test("a block of a kind with a long name is told of in short", async () => {
    const blocks = [{ kind: "k".repeat(100), start: 0, end: 1 }];
    const item = await read({ text: "x", blocks });
    expect(item).toMatchObject({
      article: { blocks: [{ kind: "paragraph" }] },
      warnings: [{ message: expect.stringContaining(`"${"k".repeat(80)}" is no kind of block`) }],
    });
  });
});
