import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { ArticleText, checkStorable, codePointLength, decodeUtf8 } from "@/lib/domain/text";

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
    { name: "count a full-width mark as one unit", value: "！！😀", offset: 2, unit: 2 },
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
    for (const value of ["abc", "a😀c"]) {
      expect(() => new ArticleText(value).toUtf16(offset)).toThrow(RangeError);
    }
  });

  test.for([-1, 5, 1.5, Number.NaN])("%s is no position in a string of four", (unit) => {
    for (const value of ["abcd", "a😀c"]) {
      expect(() => new ArticleText(value).fromUtf16(unit)).toThrow(RangeError);
    }
  });

  test("a range ends where it starts or later", () => {
    const text = new ArticleText("a😀c");
    expect(text.slice({ start: 2, end: 2 })).toBe("");
    expect(() => text.slice({ start: 2, end: 1 })).toThrow(RangeError);
    expect(() => text.slice({ start: 2, end: 4 })).toThrow(RangeError);
  });

  test("are found around each entry of the table", () => {
    const value = `${"😀a".repeat(3000)}`;
    const text = new ArticleText(value);
    for (let offset = 0; offset <= text.length; offset += 1) {
      const unit = 3 * Math.floor(offset / 2) + 2 * (offset % 2);
      expect(text.toUtf16(offset)).toBe(unit);
      expect(text.fromUtf16(unit)).toBe(offset);
    }
    expect(text.fromUtf16(value.length - 2)).toBe(text.length - 2);
  });

  test("reach the end of a text that ends with an entry of the table", () => {
    const text = new ArticleText("😀a".repeat(1024));
    expect([text.toUtf16(2048), text.fromUtf16(3072), text.fromUtf16(3071)]).toEqual([
      3072, 2048, 2047,
    ]);
  });

  test.for(["", "abc", "é", "\ud7ff\ue000", "😀", "a😀b😀", "\u{10000}\u{10ffff}"])(
    "%s has as many as ArticleText says",
    (value) => {
      expect(codePointLength(value)).toBe([...value].length);
      expect(new ArticleText(value).length).toBe([...value].length);
    },
  );

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
    { name: "after a carriage return alone", value: "a\rb", offset: 2, expected: true },
    { name: "before a letter's lowest mark", value: "e\u0300", offset: 1, expected: false },
    { name: "after the sign of a number", value: "\u06001", offset: 1, expected: false },
    { name: "behind a line feed and a mark", value: "a\n\u0301b", offset: 3, expected: true },
    { name: "before a mark behind a line feed", value: "a\n\u0301b", offset: 2, expected: true },
    { name: "before a mark behind a space", value: "a \u0301b", offset: 2, expected: false },
    { name: "inside the flag behind a line feed", value: "🇮🇷\n🇺🇸", offset: 4, expected: false },
    { name: "between two flags behind a line feed", value: "🇮\n🇮🇷🇺🇸", offset: 4, expected: true },
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

  test.for([
    { name: "a family of a thousand, on one line", value: `a${"👩\u200d".repeat(1000)}👧` },
    { name: "a letter under a thousand marks", value: `ae${"\u0301".repeat(1000)}` },
  ])("do not split $name", ({ value }) => {
    const text = new ArticleText(`${value}b`);
    const end = [...value].length;
    expect(text.isBoundary(end)).toBe(true);
    expect(text.isBoundary(end - 1)).toBe(false);
    expect(text.isBoundary(3)).toBe(false);
    expect(text.boundaryBefore(end - 1)).toBe(1);
    expect(text.boundaryAfter(3)).toBe(end);
  });

  test.for([0, 1, 511, 512, 513, 1023, 1024, 1025])(
    "pair flags off from the first, %i units behind a space",
    (distance) => {
      const before = ` ${"x".repeat(distance)}`;
      // The first and the last of the letters that flags are made of.
      const text = new ArticleText(`${before}${"🇦🇿".repeat(300)}`);
      for (let offset = before.length; offset <= text.length; offset += 1) {
        expect(text.isBoundary(offset)).toBe((offset - before.length) % 2 === 0);
      }
    },
  );

  test("are at both ends, and are not asked for beyond", () => {
    expect(new ArticleText("").isBoundary(0)).toBe(true);
    const text = new ArticleText("\u0301a\u0301");
    expect([0, 1, 2, 3].map((offset) => text.isBoundary(offset))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(() => text.isBoundary(4)).toThrow(RangeError);
    expect(text.boundaryBefore(0)).toBe(0);
    expect(text.boundaryAfter(3)).toBe(3);
  });

  test("snapping stays where it may", () => {
    const text = new ArticleText("ab");
    expect([text.boundaryBefore(1), text.boundaryAfter(1)]).toEqual([1, 1]);
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
    {
      name: "a bad byte behind two replacement characters and a byte-order mark",
      input: bytes(0xef, 0xbb, 0xbf, 0xef, 0xbf, 0xbd, 0x61, 0xef, 0xbf, 0xbd, 0x0a, 0xff),
      at: { line: 2, byte: 11 },
    },
    {
      name: "what begins as a replacement character does",
      input: bytes(0xef, 0xbf, 0x61),
      at: { line: 1, byte: 0 },
    },
    {
      name: "what has its first byte and its last",
      input: bytes(0xef, 0x61, 0xbd),
      at: { line: 1, byte: 0 },
    },
    {
      name: "what ends as one does",
      input: bytes(0xff, 0xbf, 0xbd),
      at: { line: 1, byte: 0 },
    },
  ])("refuses $name with its place", ({ input, at }) => {
    expect(() => decodeUtf8(input)).toThrow(
      expect.objectContaining({ code: "unprocessable", details: at }),
    );
  });

  test("tells the first byte that cannot be, as a decoder sees it", () => {
    // Leads and continuations at the edges of what table 3-7 of the Unicode standard allows.
    const byte = fc.constantFrom(
      ...[0x0a, 0x61, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1],
      ...[0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
    );
    const sequence = fc.oneof(
      fc.array(byte, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(
        [0xc3, 0xa9],
        [0xe0, 0xa0, 0x80],
        [0xf0, 0x90, 0x80, 0x80],
        [0xf4, 0x8f, 0xbf, 0xbf],
        [0xf5, 0x80, 0x80, 0x80],
        [0xe2, 0x82, 0xac],
        [0xed, 0x9f, 0xbf],
        [0xf0, 0x9f, 0x98, 0x80],
      ),
    );
    const decodes = (input: Uint8Array) => {
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(input);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 4 }), (sequences) => {
        const input = bytes(...sequences.flat());
        if (decodes(input)) {
          expect(() => decodeUtf8(input)).not.toThrow();
          return;
        }
        let good = input.length - 1;
        while (!decodes(input.subarray(0, good))) good -= 1;
        const line = 1 + input.subarray(0, good).filter((value) => value === 0x0a).length;
        const shown = `0x${(input[good] ?? 0).toString(16).padStart(2, "0")}`;
        expect(() => decodeUtf8(input)).toThrow(
          expect.objectContaining({
            message: `This is not UTF-8: byte ${shown} at line ${line}, byte ${good}.`,
            details: { line, byte: good },
          }),
        );
      }),
      { numRuns: 3000 },
    );
  });

  test("names NUL with its line", () => {
    expect(() => decodeUtf8(bytes(0x00, 0x61))).toThrow("line 1, byte 0.");
    expect(() => decodeUtf8(bytes(0x0a, 0x61, 0x0a, 0x00, 0x0a, 0x00))).toThrow(
      "A NUL character cannot be stored: line 3, byte 3.",
    );
  });

  test.for([
    {
      value: "a\0b",
      says: "title contains a NUL character at character 1, which",
      line: 1,
      offset: 1,
    },
    {
      value: "a\n\nb\0",
      says: "title contains a NUL character at character 4 (line 3), which",
      line: 3,
      offset: 4,
    },
    {
      value: "\n\ud800",
      says: "title contains a lone surrogate at character 1 (line 2), which",
      line: 2,
      offset: 1,
    },
    {
      value: "😀\udc00\0",
      says: "title contains a lone surrogate at character 2, which",
      line: 1,
      offset: 2,
    },
    {
      value: "\ud800\n\0\n",
      says: "title contains a lone surrogate at character 0, which",
      line: 1,
      offset: 0,
    },
    {
      value: "\0\ud800",
      says: "title contains a NUL character at character 0, which",
      line: 1,
      offset: 0,
    },
  ])("refuses to store $value, with its place", ({ value, says, line, offset }) => {
    expect(() => checkStorable(value, "title")).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        message: `${says} cannot be stored.`,
        details: { field: "title", line, offset },
      }),
    );
  });

  test.for(["a\0b", "a\ud800b", "\udc00"])("refuses to store %j", (value) => {
    expect(() => checkStorable(value, "title")).toThrow(Refusal);
  });

  test("stores astral characters", () => {
    expect(() => checkStorable("😀", "title")).not.toThrow();
  });
});
