import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Hypertext, isHypertext } from "@/lib/formats/hypertext";

const shownIn = (html: string) => new Hypertext(html, false);
const bare = (text: string) => text.replaceAll(/\s+/gu, "");

describe("what is shown of HTML", () => {
  test.for([
    { name: "blocks apart", html: "<p>one</p>two<div>three</div>", text: "one\n\ntwo\n\nthree" },
    { name: "white space as one", html: "<p> one\n  <b> two</b> </p>", text: "one two" },
    { name: "line ends of <pre>", html: "<pre>one\n  two\n</pre>", text: "one\n  two" },
    {
      name: "no break at the edge of a block",
      html: "<p><br>one<br></p><p>two</p>",
      text: "one\n\ntwo",
    },
    {
      name: "cells side by side",
      html: "<table><tr><td>a<td>b<tr><td>c</table>",
      text: "a | b\n\nc",
    },
    {
      name: "no block without a word",
      html: "<p>one</p><p>&nbsp;</p><p>two</p>",
      text: "one\n\ntwo",
    },
    {
      name: "nothing that is hidden",
      html: '<p>one <i style="display: none">no</i></p>',
      text: "one",
    },
  ])("has $name", ({ html, text }) => {
    expect(shownIn(html).text).toBe(text);
  });

  test("has kinds and places of blocks", () => {
    expect(shownIn("<h2>😀</h2><ul><li>one</ul><blockquote><p>two</blockquote>").blocks).toEqual([
      { kind: "heading", level: 2, start: 0, end: 1 },
      { kind: "list_item", start: 3, end: 6 },
      { kind: "quote", start: 8, end: 11 },
    ]);
  });

  test("is at every range what stands there in the document", () => {
    const pieces =
      "<p>|</p>|<b>|</b>|<br>|<li>|<pre>|</pre>|<i hidden>|</i>|<!-- x -->|😀|é|a| |\n|&nbsp;|b c";
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces.split("|")), { maxLength: 40 }),
        fc.nat(),
        fc.nat(),
        (parts, one, other) => {
          const page = shownIn(parts.join(""));
          const { flat, text, blocks } = page;
          const [start = 0, end = 0] = [one, other]
            .map((at) => at % (flat.length + 1))
            .sort((a, b) => a - b);
          const range = page.shown({ start, end });
          const characters = [...text];
          const said = range ? characters.slice(range.start, range.end).join("") : "";
          expect(bare(said)).toBe(page.wordsIn({ start, end }));
          const inBlocks = blocks.map((block) => characters.slice(block.start, block.end).join(""));
          expect(inBlocks.join("\n\n")).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test.for([
  { text: "<p>The port is closed.</p>", is: true },
  { text: "<!-- saved -->\n<DIV class='a'>x</DIV> ", is: true },
  { text: "<!DOCTYPE html><html><body>x</body></html>", is: true },
  { text: "<redacted> denied it</redacted>", is: false },
  { text: "<b>Mayor</b>: the port is closed.", is: false },
  { text: "3 < 4, he said </p>", is: false },
])("$text is HTML: $is", ({ text, is }) => {
  expect(isHypertext(text)).toBe(is);
});
