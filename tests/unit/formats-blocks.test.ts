import { describe, expect, test } from "vitest";
import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import { checkText, checkTitle, joinBlocks } from "@/lib/formats/blocks";

test("blocks are joined by one blank line, and count code points", () => {
  expect(
    joinBlocks([
      { kind: "title", text: "😀" },
      { kind: "heading", level: 2, text: "Why", line: 3 },
      { kind: "paragraph", text: "So.\nYes." },
    ]),
  ).toEqual({
    text: "😀\n\nWhy\n\nSo.\nYes.",
    blocks: [
      { kind: "title", start: 0, end: 1 },
      { kind: "heading", level: 2, start: 3, end: 6 },
      { kind: "paragraph", start: 8, end: 16 },
    ],
  });
  expect(joinBlocks([])).toEqual({ text: "", blocks: [] });
});

test("a block that is no heading has no level, not even an undefined one", () => {
  expect(Object.keys(joinBlocks([{ kind: "quote", text: "a" }]).blocks[0] ?? {})).toEqual([
    "kind",
    "start",
    "end",
  ]);
});

describe("a title", () => {
  test.for([
    { written: " Who said so ", title: "Who said so" },
    { written: "Who \n\t said\nso", title: "Who said so" },
    { written: "Who\n\n\nsaid", title: "Who said" },
    { written: "Who  said", title: "Who  said" },
  ])("$written stands on one line", ({ written, title }) => {
    expect(checkTitle(written)).toBe(title);
  });

  test("may have 1,000 characters", () => {
    expect(checkTitle("😀".repeat(1000))).toHaveLength(2000);
    expect(() => checkTitle("t".repeat(1001), 3)).toThrow(
      expect.objectContaining({
        message: "The title has 1001 characters; it may have at most 1000.",
        details: { field: "title", line: 3 },
      }),
    );
    expect(() => checkTitle("t".repeat(1001))).toThrow(
      expect.objectContaining({ details: { field: "title" } }),
    );
  });
});

describe("a text", () => {
  test.for(["", " \n\t\u00a0"])("of %j is none", (text) => {
    expect(() => checkText(text, [])).toThrow("There is no text in it.");
  });

  test("may have 8 MiB in UTF-8", () => {
    const most = `${"ش".repeat(MAX_ARTICLE_BYTES / 2 - 1)}ab`;
    expect(() => checkText(most, [])).not.toThrow();
    expect(() => checkText(`${most}c`, [])).toThrow(
      expect.objectContaining({
        code: "too_large",
        message: "The text has 8388609 bytes; an article may have 8 MiB.",
        details: { limit: MAX_ARTICLE_BYTES },
      }),
    );
  });

  test("may have 100,000 blocks", () => {
    const blocks = Array.from({ length: 100_001 }, (_, at) => ({
      kind: "paragraph" as const,
      start: at,
      end: at + 1,
    }));
    expect(() => checkText("x", blocks.slice(1))).not.toThrow();
    expect(() => checkText("x", blocks)).toThrow(
      expect.objectContaining({
        code: "too_large",
        message: "The text has 100001 paragraphs; an article may have at most 100000.",
      }),
    );
  });
});
