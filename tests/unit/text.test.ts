import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { ArticleText, checkStorable, decodeUtf8 } from "@/lib/domain/text";

/** What people write in: each with its own way of not being one UTF-16 unit a character. */
const character = fc.constantFrom(
  "a",
  "é",
  "e\u0301",
  "ش",
  "\u200c",
  "選",
  "😀",
  "👩‍👩‍👧",
  "🇮🇷",
  "👍🏽",
  "क्षि",
  "\n",
  " ",
  "한",
  "\u{20000}",
);
const writing = fc.array(character, { maxLength: 60 }).map((parts) => parts.join(""));

describe("offsets in code points", () => {
  test.for([
    { name: "agree with UTF-16 in plain text", value: "denied", offset: 3, unit: 3 },
    { name: "count an emoji once", value: "😀 denied", offset: 2, unit: 3 },
    { name: "reach the end after an emoji", value: "ab😀", offset: 3, unit: 4 },
  ])("$name", ({ value, offset, unit }) => {
    const text = new ArticleText(value);
    expect(text.toUtf16(offset)).toBe(unit);
    expect(text.fromUtf16(unit)).toBe(offset);
  });

  test("there and back again is where it was, beyond the first table entry too", () => {
    fc.assert(
      fc.property(writing, fc.nat({ max: 3000 }), fc.nat(), (value, repeat, seed) => {
        const text = new ArticleText(value.repeat(1 + (repeat % 80)));
        const offset = text.length === 0 ? 0 : seed % (text.length + 1);
        expect(text.fromUtf16(text.toUtf16(offset))).toBe(offset);
      }),
    );
  });

  test("slices are what an array of code points says", () => {
    fc.assert(
      fc.property(writing, fc.nat(), fc.nat(), (value, a, b) => {
        const text = new ArticleText(value);
        const characters = [...value];
        expect(text.length).toBe(characters.length);
        const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
        if (start === undefined || end === undefined) return;
        expect(text.slice({ start, end })).toBe(characters.slice(start, end).join(""));
      }),
    );
  });

  test.for([-1, 4, 1.5, Number.NaN])("%s is no offset of a text of three", (offset) => {
    expect(() => new ArticleText("abc").toUtf16(offset)).toThrow(RangeError);
  });

  test("a position inside a surrogate pair counts as the start of its character", () => {
    expect(new ArticleText("a😀b").fromUtf16(2)).toBe(1);
  });
});

describe("boundaries", () => {
  test.for([
    {
      name: "between a letter and its combining mark",
      value: "e\u0301x",
      offset: 1,
      expected: false,
    },
    { name: "after a letter with its mark", value: "e\u0301x", offset: 2, expected: true },
    { name: "inside a family of joined emoji", value: "👩‍👩‍👧", offset: 2, expected: false },
    { name: "between two flags", value: "🇮🇷🇺🇸", offset: 2, expected: true },
    { name: "inside the second flag", value: "🇮🇷🇺🇸", offset: 3, expected: false },
    { name: "before a carriage return's line feed", value: "a\r\nb", offset: 2, expected: false },
    { name: "after a zero-width non-joiner", value: "می\u200cشود", offset: 3, expected: true },
    { name: "before a zero-width non-joiner", value: "می\u200cشود", offset: 2, expected: false },
  ])("$name: $expected", ({ value, offset, expected }) => {
    expect(new ArticleText(value).isBoundary(offset)).toBe(expected);
  });

  test("are those that a segmentation of the whole text gives", () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
    fc.assert(
      fc.property(writing, (value) => {
        const text = new ArticleText(value);
        const whole = new Set([
          value.length,
          ...[...segmenter.segment(value)].map(({ index }) => index),
        ]);
        for (let offset = 0; offset <= text.length; offset += 1) {
          expect(text.isBoundary(offset)).toBe(whole.has(text.toUtf16(offset)));
        }
      }),
    );
  });

  test.for([256, 257, 1000])("are found behind a run of %i flags", (count) => {
    const text = new ArticleText(`a${"🇮🇷".repeat(count)}`);
    expect(text.isBoundary(text.length - 2)).toBe(true);
    expect(text.isBoundary(text.length - 1)).toBe(false);
    expect(text.isBoundary(text.length - 3)).toBe(false);
  });

  test("snapping goes outwards to the whole character", () => {
    const text = new ArticleText("a👩‍👩‍👧b");
    expect(text.boundaryBefore(3)).toBe(1);
    expect(text.boundaryAfter(3)).toBe(6);
  });
});

describe("decoding", () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  test("drops a byte-order mark and changes nothing else", () => {
    expect(decodeUtf8(bytes(0xef, 0xbb, 0xbf, 0x65, 0xcc, 0x81, 0x0d, 0x0a))).toBe("e\u0301\r\n");
  });

  test.for([
    { name: "a stray continuation byte", input: bytes(0x61, 0x0a, 0x80), at: { line: 2, byte: 2 } },
    { name: "an overlong slash", input: bytes(0xc0, 0xaf), at: { line: 1, byte: 0 } },
    { name: "a surrogate half", input: bytes(0x61, 0xed, 0xa0, 0x80), at: { line: 1, byte: 1 } },
    {
      name: "a character cut off at the end",
      input: bytes(0x61, 0xf0, 0x9f, 0x98),
      at: { line: 1, byte: 1 },
    },
    {
      name: "beyond the last code point",
      input: bytes(0xf4, 0x90, 0x80, 0x80),
      at: { line: 1, byte: 0 },
    },
    { name: "NUL", input: bytes(0x61, 0x0a, 0x62, 0x00), at: { line: 2, byte: 3 } },
  ])("refuses $name with its place", ({ input, at }) => {
    expect(() => decodeUtf8(input)).toThrow(
      expect.objectContaining({ code: "unprocessable", details: at }),
    );
  });

  test.for(["a\0b", "a\ud800b", "\udc00"])("refuses to store %j", (value) => {
    expect(() => checkStorable(value, "title")).toThrow(Refusal);
  });

  test("stores astral characters", () => {
    expect(() => checkStorable("😀", "title")).not.toThrow();
  });
});
