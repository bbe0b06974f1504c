import { describe, expect, test } from "vitest";
import { blocksOf, itemsIn } from "../setup/files";

/** What a browser would show of Markdown with tags in it, and what is told of the rest, with its line. */
async function shown(source: string) {
  const [item] = await itemsIn("a.md", `# T\n\n${source}`);
  if (item?.kind !== "article") throw new Error("It is refused.");
  return {
    blocks: blocksOf(item.article).slice(1),
    told: item.warnings.map(({ line, message }) => `${line} ${message}`),
  };
}

type Case = { name: string; source: string; blocks: string[] };

const alike = (cases: readonly Case[]) =>
  test.for(cases)("$name", async ({ source, blocks }) => {
    expect(await shown(source)).toEqual({ blocks, told: [] });
  });

const paragraphs = (...texts: string[]) => texts.map((text) => `paragraph|${text}`);

describe("lines and spaces", () => {
  alike([
    {
      name: "a rule ends a block",
      source: "She denied.<hr>It opens.",
      blocks: paragraphs("She denied.", "It opens."),
    },
    {
      name: "a line's end that a paragraph begins with is not shown",
      source: "<br>a\n\n<p><br>b</p>",
      blocks: paragraphs("a", "b"),
    },
    { name: "</br> is a line's end, too", source: "a</br>b", blocks: paragraphs("a\nb") },
    {
      name: "no line ends in what is hidden",
      source: "a<span hidden>b<br>c</span>d",
      blocks: paragraphs("ad"),
    },
    {
      name: "nor does one of the source",
      source: "a<span hidden>b\nc</span>d",
      blocks: paragraphs("ad"),
    },
    {
      name: "a place to break at is nothing",
      source: "disinfor<wbr>mation",
      blocks: paragraphs("disinformation"),
    },
    {
      name: "spaces before a line's end are not shown",
      source: "a b \t <br>c",
      blocks: paragraphs("a b\nc"),
    },
    {
      name: "nor those within a tag before it",
      source: "<b>a </b> <br>b",
      blocks: paragraphs("a\nb"),
    },
    {
      name: "a line's end in the source after one that is shown is nothing",
      source: "a<br>\nb",
      blocks: paragraphs("a\nb"),
    },
    {
      name: "a space after a letter and a tag stays",
      source: "a b<em> c</em>",
      blocks: paragraphs("a b c"),
    },
    {
      name: "spaces on both sides of a tag are one",
      source: "a <b>  c</b>",
      blocks: paragraphs("a c"),
    },
    {
      name: "also between tags alone",
      source: "<p>a <b> b </b> c</p>",
      blocks: paragraphs("a b c"),
    },
    {
      name: "code after a tag and a space is as it stands",
      source: "<b>a</b> `  b`",
      blocks: paragraphs("a   b"),
    },
    {
      name: "a no-break space after one stays",
      source: "<p>10 <b>&nbsp;%</b></p>",
      blocks: paragraphs("10 \u00a0%"),
    },
    {
      name: "so do the spaces that a Chinese paragraph begins with",
      source: "<p>\u3000\u3000伊朗</p>",
      blocks: paragraphs("\u3000\u3000伊朗"),
    },
    {
      name: "nothing but no-break spaces is no block",
      source: "<p>&nbsp;</p>\n\n&nbsp;\n\na",
      blocks: paragraphs("a"),
    },
    {
      name: "preformatted text is as it stands within other tags, too",
      source: "<pre><code>a\n  b</code></pre>",
      blocks: paragraphs("a\n  b"),
    },
    {
      name: "text that no end of a block follows is one",
      source: "<em>\nShe denied.\n</em>",
      blocks: paragraphs("She denied."),
    },
    {
      name: "an end without a beginning ends a block",
      source: "a</p>b\n\n- c</p>d",
      blocks: ["paragraph|a", "paragraph|b", "list_item|c", "list_item|d"],
    },
  ]);
});

describe("tables", () => {
  alike([
    {
      name: "cells may leave their ends out, whatever they are",
      source: "<table><tr><th>a<td>b<td><b>c</b><th>d<th>e<tr><td>f</table>\n\ng",
      blocks: paragraphs("a | b | c | d | e", "f", "g"),
    },
    {
      name: "and are as many, though the last is empty",
      source: "<table><tr><td>a<td><tr><td>b</td><td></td></tr></table>",
      blocks: paragraphs("a | ", "b | "),
    },
    {
      name: "so may the last row of a file",
      source: "<table><tr><td>a<td>b",
      blocks: paragraphs("a | b"),
    },
    {
      name: "and that of a list's item",
      source: "- <table><tr><td>a<td>b\n- c",
      blocks: ["list_item|a | b", "list_item|c"],
    },
    {
      name: "blocks in a cell are side by side",
      source: "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>",
      blocks: paragraphs("a b | c"),
    },
    {
      name: "a table in a cell has rows of its own, in their place",
      source:
        "<table><tr><td>a</td><td>b<table><tr><td>c</td><td>d</td></tr></table></td><td>e</td><td></td><td>f</td></tr></table>\n\ng",
      blocks: paragraphs("a | b", "c | d", "e |  | f", "g"),
    },
    {
      name: "and what follows it in its cell is in that",
      source: "<table><tr><td>a<table><tr><td>b</td></tr></table>c</td><td>d</td></tr></table>",
      blocks: paragraphs("a", "b", "c | d"),
    },
    {
      name: "an end of a cell that is none is nothing",
      source: "<table><tr><td>a</td></td><td>b</td></tr></table>",
      blocks: paragraphs("a | b"),
    },
    {
      name: "nor are cells and ends of rows without a table",
      source: "a<td>b</td></tr>c",
      blocks: paragraphs("abc"),
    },
    {
      name: "text before a row without a table is no cell",
      source: "a<tr><td>b</td></tr>",
      blocks: paragraphs("a", "b"),
    },
  ]);
});

describe("what ends what", () => {
  alike([
    { name: "an item the one before it", source: "<li hidden>a<li>b", blocks: ["list_item|b"] },
    {
      name: "with all that is open in it",
      source: "<ul><li><b hidden>a<li>b</ul>",
      blocks: ["list_item|b"],
    },
    {
      name: "but not the one that its list stands in",
      source: "<ul><li hidden>a<ul><li>b</ul>c</ul>\n\nd",
      blocks: paragraphs("d"),
    },
    {
      name: "nor one around what is Markdown",
      source: "<ul><li hidden>\n\n- <li>a\n\nb\n\n</li></ul>\n\nc",
      blocks: paragraphs("c"),
    },
    { name: "a paragraph the one before it", source: "<p hidden>a<p>b", blocks: paragraphs("b") },
    {
      name: "a description its term, and a term the description before it",
      source: "<dl><dt hidden>a<dd>b<dt>c<dd hidden>d<dt>e</dl>",
      blocks: paragraphs("b", "c", "e"),
    },
    {
      name: "an inline element none of its own",
      source: "a<span hidden>b<span>c</span>d</span>e",
      blocks: paragraphs("ae"),
    },
    {
      name: "an end none of another name",
      source: "a<span hidden>b</b>c</span>d",
      blocks: paragraphs("ad"),
    },
    {
      name: "an end in a quote nothing around it",
      source: "<div hidden>\n\n> a</div>\n\nb\n\n</div>\n\nc",
      blocks: paragraphs("c"),
    },
    {
      name: "a quote's own end all that was opened in it",
      source: "> <div hidden>a\n\nb",
      blocks: paragraphs("b"),
    },
  ]);
});

describe("what is hidden", () => {
  alike([
    ...[
      "hidden",
      "style='display:none'",
      "style='color: red; display : none'",
      "style='DISPLAY:\tNONE'",
      "style='visibility:hidden'",
      "style='visibility : hidden'",
    ].map((by) => ({
      name: `by ${by}`,
      source: `a<span ${by}>b</span>c`,
      blocks: paragraphs("ac"),
    })),
    ...["style='display: block'", "style='visibility: visible'", "class='hidden'"].map((by) => ({
      name: `not by ${by}`,
      source: `a<span ${by}>b</span>c`,
      blocks: paragraphs("abc"),
    })),
    {
      name: "a comment that a style or a script seems to begin hides nothing behind it",
      source: "<style>\n/* <!-- */\n</style>\n\n<script>\nx = '<!--';\n</script>\n\nShe denied.",
      blocks: paragraphs("She denied."),
    },
    {
      name: "a frame that ends itself hides nothing",
      source: "<iframe src='x' />\n\nShe denied.",
      blocks: paragraphs("She denied."),
    },
    {
      name: "attributes that HTML does not allow hide nothing",
      source: "<p a=1 a=2 =>She denied.</p>",
      blocks: paragraphs("She denied."),
    },
    {
      name: "an element of a page's own is shown",
      source: "<pull-quote>She denied.</pull-quote>",
      blocks: paragraphs("She denied."),
    },
  ]);
});

describe("what is told, with its line", () => {
  const isText = (name: string) =>
    `<${name}> was taken for a tag, of which a browser shows nothing; write &lt;${name}&gt; if it is text.`;
  test.for([
    {
      name: "a tag that HTML has not, once",
      source: "a\n\nThe <redacted> and <redacted> of <place>.",
      blocks: paragraphs("a", "The and of ."),
      told: [`5 ${isText("redacted")}`, `5 ${isText("place")}`],
    },
    {
      name: "also one that is called as what every object has",
      source: "The <constructor> denied.",
      blocks: paragraphs("The denied."),
      told: [`3 ${isText("constructor")}`],
    },
    {
      name: "an element that hides the rest",
      source: "a\n\n<div hidden>\n\nb",
      blocks: paragraphs("a"),
      told: ["5 <div> does not end: what follows it is not shown, and was left out."],
    },
    {
      name: "a comment without an end",
      source: "a\n\n<!-- b",
      blocks: paragraphs("a"),
      told: ["5 A comment does not end: what follows in it is not shown, and was left out."],
    },
    {
      name: "a tag without an end",
      source: "a\n\n<div class='b",
      blocks: paragraphs("a"),
      told: ["5 A tag does not end: what follows in it is not shown, and was left out."],
    },
  ])("$name", async ({ source, blocks, told }) => {
    expect(await shown(source)).toEqual({ blocks, told });
  });
});
