import { expect, test } from "vitest";
import { moveEdge } from "@/lib/annotator/edits";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";

/** Reads `[brackets]` as the fragments of a span. */
function spanOf(source: string) {
  const fragments: { start: number; end: number }[] = [];
  let value = "";
  let start = 0;
  for (const character of source) {
    const at = [...value].length;
    if (character === "[") start = at;
    else if (character === "]") fragments.push({ start, end: at });
    else value += character;
  }
  return { text: new ArticleText(value), fragments };
}

test.for([
  {
    name: "the end goes on by a letter",
    source: "[on]e two",
    step: "end 1 character",
    quote: "one",
  },
  { name: "and over white space", source: "[one] two", step: "end 1 character", quote: "one t" },
  {
    name: "back, it leaves no white space",
    source: "[one t]wo",
    step: "end -1 character",
    quote: "one",
  },
  {
    name: "by words to a word's end",
    source: "[one] two, three",
    step: "end 1 word",
    quote: "one two",
  },
  {
    name: "the start goes back by words",
    source: "one two [three]",
    step: "start -1 word",
    quote: "two three",
  },
  {
    name: "a start goes on by a cluster",
    source: "[👩‍👩‍👧 it]",
    step: "start 1 character",
    quote: "it",
  },
  {
    name: "from one block to the next",
    source: "[one]\n\ntwo",
    step: "end 1 word",
    quote: "one\n\ntwo",
  },
  {
    name: "a part that is used up goes",
    source: "[one] and [t]wo",
    step: "end -1 character",
    quote: "one",
  },
  {
    name: "parts that meet become one",
    source: "[one] a[nd]",
    step: "start 1 character",
    quote: "ne nd",
  },
  {
    name: "at the edge of the text there is no step",
    source: "one [two]",
    step: "end 1 character",
    quote: null,
  },
  {
    name: "nothing is left of a letter",
    source: "one [t]wo",
    step: "end -1 character",
    quote: null,
  },
])("$name", ({ source, step, quote }) => {
  const { text, fragments } = spanOf(source);
  const [edge, by, unit] = step.split(" ");
  const moved = moveEdge(text, fragments, {
    edge: edge === "start" ? "start" : "end",
    by: by === "1" ? 1 : -1,
    unit: unit === "word" ? "word" : "character",
  });
  expect(moved && quoteOf(text, moved)).toBe(quote);
});
