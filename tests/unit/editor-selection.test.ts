import fc from "fast-check";
import { expect, test } from "vitest";
import { isBlank } from "@/lib/domain/blank";
import { checkFragments } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { nextBoundary, spanRange } from "@/lib/editor/selection";

/** Reads `[brackets]` as what is selected. */
function selected(source: string) {
  const value = source.replace(/[[\]]/g, "");
  const start = [...source.slice(0, source.indexOf("["))].length;
  const end = [...source.slice(0, source.indexOf("]"))].length - 1;
  return { text: new ArticleText(value), range: { start, end } };
}

test.for([
  { name: "takes the selection as it is", source: "She [denied] it", words: "denied" },
  { name: "leaves white space at the ends out", source: "She[ denied ]it", words: "denied" },
  { name: "leaves line ends out", source: "one[\n\ntwo\n\n]three", words: "two" },
  { name: "takes a whole emoji family", source: "a [👩‍👩‍]👧 b1", words: null },
  { name: "takes a letter with its accents", source: "caf[e]\u0301 x", words: "e\u0301" },
  { name: "is nothing for punctuation", source: "one[ … ]two", words: null },
  { name: "is nothing for white space", source: "one[ \n ]two", words: null },
  { name: "keeps a no-break space inside", source: "[10\u00a0000] x", words: "10\u00a0000" },
  { name: "leaves invisible joiners at the end out", source: "[word\ufeff] x", words: "word" },
  { name: "leaves marks of direction out", source: "[\u200f\u061cگفت\u200e] x", words: "گفت" },
  {
    name: "leaves white space among them out",
    source: "[ \u200e \u2067a\u2069\u200b ]",
    words: "a",
  },
  {
    name: "leaves soft hyphens at the ends out",
    source: "un[\u00addeniable\u00ad]",
    words: "deniable",
  },
  { name: "keeps the joiners inside a word", source: "[می\u200cگوید ]x", words: "می\u200cگوید" },
  { name: "keeps the joiner that ends a letter", source: "[نه\u200c ]x", words: "نه\u200c" },
  {
    name: "keeps marks of direction inside",
    source: "[a \u200e(b)\u200e c]",
    words: "a \u200e(b)\u200e c",
  },
  { name: "keeps the selector of an emoji", source: "[\u200eon ❤\ufe0f ]", words: "on ❤\ufe0f" },
  { name: "is nothing for marks of direction", source: "a[\u200e\u200f\u061c]b", words: null },
  { name: "is nothing for fillers", source: "a[\u3164\u115f\u1160]b", words: null },
])("$name", ({ source, words }) => {
  const { text, range } = selected(source);
  const found = spanRange(text, range);
  expect(found && text.slice(found)).toBe(words);
});

const character = fc.oneof(
  fc.constantFrom(
    ..."ab1گه中.,-…\u0301\u200c\u200d\u200e\u200f\u061c\u200b\ufeff\u00ad\u2060\u3164\u115f\u0600 \n\t\r",
  ),
  fc.constantFrom("👩", "🇮", "🇷", "❤", "\ufe0f", "\u{e0061}"),
);
const anySelection = fc
  .array(character, { minLength: 1, maxLength: 24 })
  .chain((characters) => {
    const offset = fc.integer({ min: 0, max: characters.length });
    return fc.record({ value: fc.constant(characters.join("")), one: offset, other: offset });
  })
  .map(({ value, one, other }) => ({
    text: new ArticleText(value),
    range: { start: Math.min(one, other), end: Math.max(one, other) },
  }));

test("a selection becomes a span that the rules take, that shows at both ends, and no smaller than it must be", () => {
  fc.assert(
    fc.property(anySelection, ({ text, range }) => {
      const found = spanRange(text, range);
      const whole = { start: text.boundaryBefore(range.start), end: text.boundaryAfter(range.end) };
      if (found === null) {
        expect(() => checkFragments(text, [whole])).toThrow();
        return;
      }
      checkFragments(text, [found]);
      const { start, end } = found;
      expect(isBlank(text.slice({ start, end: nextBoundary(text, start, 1) }))).toBe(false);
      expect(isBlank(text.slice({ start: nextBoundary(text, end, -1), end }))).toBe(false);
      expect(isBlank(text.slice({ start: whole.start, end: start }))).toBe(true);
      expect(isBlank(text.slice({ start: end, end: whole.end }))).toBe(true);
      expect(spanRange(text, found)).toEqual(found);
    }),
    { numRuns: 2000 },
  );
});

test("a step goes over a whole cluster, either way", () => {
  const text = new ArticleText("a👩‍👩‍👧b");
  expect(nextBoundary(text, 1, 1)).toBe(6);
  expect(nextBoundary(text, 6, -1)).toBe(1);
  expect(nextBoundary(text, 7, 1)).toBe(7);
});
