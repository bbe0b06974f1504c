import { expect, test } from "vitest";
import { ArticleText } from "@/lib/domain/text";
import { nextBoundary, nextWordEdge, spanRange } from "@/lib/editor/selection";

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
])("$name", ({ source, words }) => {
  const { text, range } = selected(source);
  const found = spanRange(text, range);
  expect(found && text.slice(found)).toBe(words);
});

test("a step goes over a whole cluster, either way", () => {
  const text = new ArticleText("a👩‍👩‍👧b");
  expect(nextBoundary(text, 1, 1)).toBe(6);
  expect(nextBoundary(text, 6, -1)).toBe(1);
  expect(nextBoundary(text, 7, 1)).toBe(7);
});

test.for([
  { source: "one |two three", by: 1, at: 7 },
  { source: "one two| three", by: 1, at: 13 },
  { source: "one two| three", by: -1, at: 4 },
  { source: "one, |two", by: -1, at: 0 },
  { source: "😀 one|", by: -1, at: 2 },
] as const)("the next word edge of $source by $by is $at", ({ source, by, at }) => {
  const text = new ArticleText(source.replace("|", ""));
  expect(nextWordEdge(text, [...source.slice(0, source.indexOf("|"))].length, by)).toBe(at);
});
