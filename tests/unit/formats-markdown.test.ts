import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdownArticle } from "@/lib/formats/markdown";
import { blocksOf, itemsIn, refusalOf } from "../setup/files";

const body = (source: string) => blocksOf(markdownArticle(`# T\n\n${source}`)).slice(1);

describe("blocks", () => {
  test.for([
    { name: "a paragraph", source: "One.\n\nTwo.", blocks: ["paragraph|One.", "paragraph|Two."] },
    {
      name: "a heading has its level",
      source: "### Why\n\nSo.",
      blocks: ["heading3|Why", "paragraph|So."],
    },
    {
      name: "items of a tight list, and of one inside it",
      source: "- a\n  - b\n- c",
      blocks: ["list_item|a", "list_item|b", "list_item|c"],
    },
    {
      name: "paragraphs of an item of a loose list",
      source: "1. a\n\n   more\n\n2. b",
      blocks: ["list_item|a", "list_item|more", "list_item|b"],
    },
    {
      name: "paragraphs of a quote",
      source: "> a\n>\n> b",
      blocks: ["quote|a", "quote|b"],
    },
    {
      name: "code is kept as it stands",
      source: "```js\nif (a) {\n\n  b\n}\n```",
      blocks: ["paragraph|if (a) {\n\n  b\n}"],
    },
    {
      name: "rows of a table",
      source: "| a | b |\n|---|---|\n| 1 | 2 |",
      blocks: ["paragraph|a | b", "paragraph|1 | 2"],
    },
    { name: "a rule is nothing", source: "a\n\n---\n\nb", blocks: ["paragraph|a", "paragraph|b"] },
    {
      name: "the text below a list is a paragraph again",
      source: "- a\n\n> b\n\nc",
      blocks: ["list_item|a", "quote|b", "paragraph|c"],
    },
    {
      name: "the text below a heading is a paragraph",
      source: "###### a\nb",
      blocks: ["heading6|a", "paragraph|b"],
    },
    {
      name: "an underlined heading has its level",
      source: "a\n---\n\nb\n===",
      blocks: ["heading2|a", "heading1|b"],
    },
    {
      name: "an empty heading, item or quote is nothing",
      source: "#\n\n-\n\n>\n\na",
      blocks: ["paragraph|a"],
    },
    {
      name: "indented code loses the lines below it",
      source: "    a\n\n    b\n\n\nc",
      blocks: ["paragraph|a\n\nb", "paragraph|c"],
    },
    {
      name: "what pieces of HTML hold is of the list item or quote that they stand in",
      source: "- <em>\n  a\n\nb\n\n> <em>\n> c\n\nd",
      blocks: ["list_item|a", "paragraph|b", "quote|c", "paragraph|d"],
    },
    {
      name: "and is no part of the paragraph or the code beside it",
      source: "<em>\na\n\nb\n\n<em>\nc\n\n```\nd\n```\n<em>\ne",
      blocks: ["paragraph|a", "paragraph|b", "paragraph|c", "paragraph|d", "paragraph|e"],
    },
    {
      name: "paragraphs and code in a cell of HTML are side by side",
      source: "<table><tr><td>\n\na\n\nb\n\n```\nc\n\n\n```\n\nd\n\n</td></tr></table>",
      blocks: ["paragraph|a b c d"],
    },
    { name: "fenced code too", source: "```\na\n\n\n```", blocks: ["paragraph|a"] },
    { name: "code of blanks is nothing", source: "```\n \n```\n\na", blocks: ["paragraph|a"] },
    {
      name: "a row with an empty cell stays, one of empty cells does not",
      source: "| a | b |\n|---|---|\n| | 1 |\n| | |",
      blocks: ["paragraph|a | b", "paragraph| | 1"],
    },
    {
      name: "text below a table is no row",
      source: "| a |\n|---|\n\nb",
      blocks: ["paragraph|a", "paragraph|b"],
    },
    {
      name: "spaces spelled out do not stand around a block",
      source: "&#32;&#9;&#10;a b&#10;&#32;",
      blocks: ["paragraph|a b"],
    },
    {
      name: "nothing but spaces spelled out is nothing",
      source: "&#32;&#9;\n\nb",
      blocks: ["paragraph|b"],
    },
  ])("$name", ({ source, blocks }) => {
    expect(body(source)).toEqual(blocks);
  });

  test.for([
    { name: "emphasis, code and struck words", source: "*a* **b** `c` ~~d~~", text: "a b c d" },
    {
      name: "a link is its words, an image what it shows",
      source: "[her](u) ![a *map*](m.png)",
      text: "her a map",
    },
    { name: "entities and escapes", source: "R&amp;D \\*not\\* &#x41;", text: "R&D *not* A" },
    { name: "lines of a paragraph are joined by a space", source: "one\ntwo", text: "one two" },
    { name: "not in Chinese", source: "伊朗\n否认", text: "伊朗否认" },
    { name: "but between Chinese and Latin", source: "伊朗\nIran", text: "伊朗 Iran" },
    { name: "Korean has spaces", source: "이란은\n부인", text: "이란은 부인" },
    { name: "a hard break stays", source: "one  \ntwo", text: "one\ntwo" },
    { name: "no-break spaces stay", source: "10\u00a0%", text: "10\u00a0%" },
    {
      name: "so does the space a Chinese paragraph begins with",
      source: "\u3000\u3000伊朗",
      text: "\u3000\u3000伊朗",
    },
    { name: "spaces around it do not", source: "  a\t ", text: "a" },
    { name: "no letter is composed", source: "e\u0301", text: "e\u0301" },
    {
      name: "nor between Japanese lines that end in marks",
      source: "「否認」、\nカナ",
      text: "「否認」、カナ",
    },
    { name: "nor around rare characters", source: "𠀀\n𠀁", text: "𠀀𠀁" },
    { name: "but between Chinese and an emoji", source: "伊朗\n😀", text: "伊朗 😀" },
    {
      name: "nor between lines that end and begin in emphasis",
      source: "*伊朗*\n**否认** [了](u)\n`x`",
      text: "伊朗否认 了 x",
    },
    {
      name: "quotes and dashes stay as they are",
      source: '"a" -- b...(c)',
      text: '"a" -- b...(c)',
    },
    { name: "an image without words is nothing", source: "a![](m.png)b", text: "ab" },
    {
      name: "an address is no link, and is not made easier to read",
      source: "see *https://x.org/%D0%B0*, (c) www.x.org",
      text: "see https://x.org/%D0%B0, (c) www.x.org",
    },
    { name: "nothing but what means something", source: "\\*", text: "*" },
  ])("$name", ({ source, text }) => {
    expect(body(source)).toEqual([`paragraph|${text}`]);
  });

  test.for([50_000, 50_001])("a paragraph of %i units is Markdown up to 50,000", (length) => {
    const source = `*a* ${"b".repeat(length - 4)}`;
    expect(body(source)).toEqual([
      `paragraph|${length > 50_000 ? source : source.replaceAll("*", "")}`,
    ]);
  });

  test("a table is none in a file with a line that no person wrote", () => {
    const table = "| a |\n|---|\n| 1 |";
    const rows = ["paragraph|a", "paragraph|1"];
    expect(body(`${table}\n\n${"b".repeat(50_000)}`).slice(0, 2)).toEqual(rows);
    expect(
      body(`${table}\n\n${"b ".repeat(20_000)}\n\n${"b ".repeat(20_000)}`).slice(0, 2),
    ).toEqual(rows);
    expect(body(`${table}\n\n${"b".repeat(50_001)}`)[0]).toBe("paragraph|| a | |---| | 1 |");
  });

  test("a paragraph that no person wrote is kept as it stands", () => {
    const wall = `*a* ${"![".repeat(30_000)}`;
    expect(body(wall)).toEqual([`paragraph|${wall}`]);
  });

  test("offsets count code points", () => {
    const { blocks } = markdownArticle("# 😀\n\nShe 👩‍👩‍👧 denied");
    expect(blocks).toEqual([
      { kind: "title", start: 0, end: 1 },
      { kind: "paragraph", start: 3, end: 19 },
    ]);
  });

  test("blocks cover the text but for one blank line between them, whatever the Markdown", () => {
    const piece = fc.constantFrom(
      ..."# ,> ,- ,1. ,    ,```\n,\n,\n\n,|,---,*,**,`,[,](x),!,<b>,&amp;,\\,😀,é,عربي,中文,a,word, ,\t".split(
        ",",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const article = markdownArticle(`# T\n\n${pieces.join("")}`);
        const shown = blocksOf(article).map((block) => block.slice(block.indexOf("|") + 1));
        expect(shown.join("\n\n")).toBe(article.text);
        expect(shown.every((text) => text.trim() !== "")).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("HTML in Markdown", () => {
  const body = async (source: string) => {
    const [item] = await itemsIn("a.md", `# T\n\n${source}`);
    if (item?.kind !== "article") throw new Error("It is refused.");
    return {
      blocks: blocksOf(item.article).slice(1),
      warnings: item.warnings.map(({ message }) => message),
    };
  };
  test.for([
    {
      name: "inline elements are their text",
      source: "She <em>denied</em> <a href='x'>it</a><sup>1</sup>, <span hidden>not</span>twice.",
      blocks: ["paragraph|She denied it1, twice."],
    },
    {
      name: "blocks are blocks, with their kinds",
      source:
        "<div>\n<h2>Who</h2>\n<p>She &amp;\nhe<br>denied.</p><ul><li>one<li>two</ul>\n<blockquote><p>It is\n   so.</p></blockquote></div>",
      blocks: [
        "heading2|Who",
        "paragraph|She & he\ndenied.",
        "list_item|one",
        "list_item|two",
        "quote|It is so.",
      ],
    },
    {
      name: "Markdown within a block of HTML is Markdown",
      source: "<blockquote>\n\nShe *denied*.\n\n</blockquote>\n\nx",
      blocks: ["quote|She denied.", "paragraph|x"],
    },
    {
      name: "a table is its rows",
      source: "<table><tr><th>Who<th>What</tr><tr><td><p>She</p></td><td>denied</td></tr></table>",
      blocks: ["paragraph|Who | What", "paragraph|She | denied"],
    },
    {
      name: "scripts, styles, frames and what is hidden are no text",
      source:
        "<script>\nlet a = '<p>x</p>';\n\nb\n</script>\n\n<style>p{}</style>\n\n<iframe src='x'>y</iframe>\n\n<div style='display: none'>\n\nz\n\n</div>\n\nShe <script>x</script>denied.",
      blocks: ["paragraph|She denied."],
    },
    {
      name: "a comment is no text, alone, within a line, or over several",
      source: "<!-- hidden -->\n\na <!-- b --> c\n\n<!--\n\nd\n\n-->\n\ne<!-- f\ng -->",
      blocks: ["paragraph|a c", "paragraph|e"],
    },
    {
      name: "a picture is what it is said to show",
      source: "<figure><img src='a.jpg' alt='The port'><figcaption>N. N.</figcaption></figure>",
      blocks: ["paragraph|The port", "paragraph|N. N."],
    },
    {
      name: "preformatted text stays as it is",
      source: "<pre>a\n  b</pre>",
      blocks: ["paragraph|a\n  b"],
    },
    {
      name: "what is less than something is no tag",
      source: "a < b, 3 <4",
      blocks: ["paragraph|a < b, 3 <4"],
    },
    {
      name: "code is text as it stands",
      source: "`<b>` and\n\n    <i>x</i>",
      blocks: ["paragraph|<b> and", "paragraph|<i>x</i>"],
    },
  ])("$name", async ({ source, blocks }) => {
    expect(await body(source)).toEqual({ blocks, warnings: [] });
  });

  test.for([
    {
      name: "a tag that HTML has not",
      source: "The <redacted> denied.",
      blocks: ["paragraph|The denied."],
      warning: "<redacted> was taken for a tag",
    },
    {
      name: "a comment without an end",
      source: "She denied.\n\n<!-- more\n\nIt opens.",
      blocks: ["paragraph|She denied."],
      warning: "A comment does not end",
    },
    {
      name: "what hides all that follows",
      source: "She denied.\n\n<div hidden>\n\nIt opens.",
      blocks: ["paragraph|She denied."],
      warning: "<div> does not end",
    },
  ])("$name is told", async ({ source, blocks, warning }) => {
    const read = await body(source);
    expect(read.blocks).toEqual(blocks);
    expect(read.warnings).toEqual([expect.stringContaining(warning)]);
  });

  test.for(["<br>", "</p>", "a<!--", "<p>x", "{{", "{%raw%}", "<div\n", "[^1]: a\n", "import a\n"])(
    "much of %j is read or refused, and is no defect",
    { timeout: 120_000 },
    async (piece) => {
      const source = piece.repeat(Math.floor(600_000 / piece.length));
      expect(await itemsIn("a.md", `# T\n\n${source}`)).toHaveLength(1);
    },
  );
});

describe("template code", () => {
  test.for([
    {
      name: "between words",
      source: "a {{ page.x }} b {% if y %}c{% endif %} d",
      text: "a b c d",
    },
    { name: "before a word", source: "a {# not this #}b", text: "a b" },
    { name: "before all words", source: "{{ a }} b", text: "b" },
    {
      name: "above a Chinese paragraph, which begins with spaces",
      source: "{{ a }} b\n\n\u3000\u3000伊朗",
      text: "b\n\n\u3000\u3000伊朗",
    },
    { name: "beside a no-break space alone", source: "{{ a }}&nbsp;\n\nb", text: "b" },
    {
      name: "alone in a heading, an item and a quote",
      source: "## {{ a }}\n\n- {{ b }}\n- c\n\n> {{ d }}",
      text: "c",
    },
    { name: "at the beginning", source: "{% raw %}{{ a }}{% endraw %}", text: "{{ a }}" },
    {
      name: "at the end of a line",
      source: "a {% comment %}not\nthis{% endcomment %} b",
      text: "a b",
    },
    { name: "in an address", source: "[a]({{ site.url }}/b) c", text: "a c" },
    {
      name: "in code, of which it is part",
      source: "`{{ a }}`\n\n```\n{% b %}\n```",
      text: "{{ a }}\n\n{% b %}",
    },
  ])("$name: $text", async ({ source, text }) => {
    const [item] = await itemsIn("a.md", `# T\n\n${source}`);
    expect(item).toMatchObject({ kind: "article", article: { text: `T\n\n${text}` } });
  });

  test("of MDX is a program, which is refused", async () => {
    expect(await itemsIn("a.md", "# T\n\nimport X from './x'\n\nx")).toEqual([
      {
        kind: "rejected",
        path: "a.md",
        line: 3,
        column: null,
        reason:
          "This is MDX, a program that makes a page: export the page as Markdown, and import that.",
      },
    ]);
    expect(await itemsIn("a.md", "# T\n\n```\nimport X from './x'\n```")).toMatchObject([
      { kind: "article" },
    ]);
  });

  test("in strict reading refuses the article, with its line", async () => {
    const [item] = await itemsIn("a.md", "# T\n\na {{ b }}", { strict: true });
    expect(item).toMatchObject({ kind: "rejected", line: 3 });
  });
});

describe("numbered lines", () => {
  test.for([
    { name: "that count are a list", source: "1. a\n2. b\n3. c", blocks: ["a", "b", "c"] },
    { name: "that all say 1 are a list", source: "1. a\n1. b", blocks: ["a", "b"] },
    {
      name: "go on counting after a paragraph",
      source: "1. a\n\nx\n\n2. b",
      blocks: ["a", "x", "b"],
    },
    {
      name: "that begin in the middle keep their numbers",
      source: "5. a\n6. b",
      blocks: ["5. a", "6. b"],
    },
    { name: "that leave one out keep it", source: "1) a\n3) b", blocks: ["a", "3) b"] },
    {
      name: "that say 1 after another keep it",
      source: "1. a\n2. b\n1. c",
      blocks: ["a", "b", "1. c"],
    },
    { name: "may count from 0", source: "0. a\n1. b", blocks: ["a", "b"] },
    { name: "may begin again", source: "1. a\n2. b\n\nx\n\n1. c", blocks: ["a", "b", "x", "c"] },
    {
      name: "go on counting after a list without numbers",
      source: "1. a\n\n- x\n\n2. b",
      blocks: ["a", "x", "b"],
    },
    { name: "of nothing but a year", source: "1985.\n\nx", blocks: ["1985.", "x"] },
    {
      name: "within one another count for themselves",
      source: "1. a\n   1. b\n   2. c\n2. d",
      blocks: ["a", "b", "c", "d"],
    },
  ])("$name", async ({ source, blocks }) => {
    const [item] = await itemsIn("a.md", `# T\n\n${source}`);
    if (item?.kind !== "article") throw new Error("It is refused.");
    expect(
      blocksOf(item.article)
        .slice(1)
        .map((block) => block.replace(/^\w+\|/, "")),
    ).toEqual(blocks);
  });
});

test("a year that begins a sentence is no list item, as a number of three figures is", () => {
  expect(body("1985. That was it.")).toEqual(["paragraph|1985. That was it."]);
  expect(body("985. a")).toEqual(["list_item|985. a"]);
});

describe("footnotes", () => {
  test.for([
    {
      name: "that nothing refers to stay",
      source: "a\n\n[^1]: b",
      blocks: ["paragraph|a", "list_item|b"],
    },
    {
      name: "within a paragraph come last",
      source: "a^[b] c\n\n[^1]: d\n\ne[^1]",
      blocks: ["paragraph|a c", "paragraph|e", "list_item|d", "list_item|b"],
    },
    {
      name: "of several paragraphs",
      source: "a[^n]\n\n[^n]: b\n\n    c\n\nd",
      blocks: ["paragraph|a", "paragraph|d", "list_item|b", "list_item|c"],
    },
    {
      name: "within one paragraph are one each",
      source: "a^[b]^[c]",
      blocks: ["paragraph|a", "list_item|b", "list_item|c"],
    },
    { name: "that are not there keep their mark", source: "a[^2]", blocks: ["paragraph|a[^2]"] },
  ])("$name", ({ source, blocks }) => {
    expect(body(source)).toEqual(blocks);
  });
});

describe("what stands above the text", () => {
  const seedForm = "# Who said so\n\nPublished :`2024-07-30 14:35:34`\n\n---\n\nShe did.\n\n---\n";

  test("the title is the first block; the time and the rules are no text", () => {
    const article = markdownArticle(seedForm);
    expect(article.publishedAt).toBe("2024-07-30T14:35:34Z");
    expect(blocksOf(article)).toEqual(["title|Who said so", "paragraph|She did."]);
  });

  test("Windows line ends change nothing", () => {
    expect(markdownArticle(seedForm.replaceAll("\n", "\r\n"))).toEqual(markdownArticle(seedForm));
  });

  test("a rule right below the time makes no heading of it", () => {
    const article = markdownArticle("# T\nPublished :`2024-07-30`\n---\na");
    expect(article.publishedAt).toBe("2024-07-30T00:00:00Z");
    expect(blocksOf(article)).toEqual(["title|T", "paragraph|a"]);
  });

  test("a sentence that begins with the same word is text", () => {
    expect(body("Published: soon.")).toEqual(["paragraph|Published: soon."]);
  });

  test("front matter gives the metadata; what it knows no name for goes to meta", () => {
    const article = markdownArticle(
      [
        "---",
        "title: 1984",
        "published_at: 2024-07-30T14:35:34+03:30",
        "author: 'Ana'",
        "source_id: 7",
        "tags: [a, b]",
        "place: { city: Tehran }",
        "---",
        "# 1984",
        "",
        "Text.",
      ].join("\n"),
    );
    expect(article).toMatchObject({
      title: "1984",
      publishedAt: "2024-07-30T11:05:34Z",
      author: "Ana",
      sourceId: "7",
      publisher: null,
      meta: { tags: ["a", "b"], place: { city: "Tehran" } },
    });
    expect(blocksOf(article)).toEqual(["title|1984", "paragraph|Text."]);
  });

  test("there are no annotations in it", () => {
    expect(markdownArticle("# T\n\nx").annotations).toEqual([]);
  });

  test("front matter may end its lines in any way", () => {
    expect(markdownArticle("---\rtitle: A\r\nauthor: B\r---\rx")).toMatchObject({
      title: "A",
      author: "B",
    });
  });

  test("lines may end in any way", () => {
    expect(blocksOf(markdownArticle("# T\r\rOne\r\n\r\nTwo\rThree"))).toEqual([
      "title|T",
      "paragraph|One",
      "paragraph|Two Three",
    ]);
  });

  test("a heading of two lines is the title that the front matter has on one", () => {
    const source = "---\ntitle: Who said so\n---\nWho \nsaid so\n===\n\nx";
    expect(blocksOf(markdownArticle(source))).toEqual(["title|Who said so", "paragraph|x"]);
  });

  test("a heading that says more than the front matter's title stays", () => {
    const source = "---\ntitle: Who\n---\n# Who said so\n\nx";
    expect(blocksOf(markdownArticle(source))).toEqual([
      "title|Who",
      "heading1|Who said so",
      "paragraph|x",
    ]);
  });

  test.for([
    { length: 500, title: "t".repeat(500) },
    { length: 501, title: "First words." },
  ])("a later heading of $length units is a title up to 500", ({ length, title }) => {
    expect(markdownArticle(`First words.\n\n## ${"t".repeat(length)}\n\nx`).title).toBe(title);
  });

  test("only a heading that stands first becomes the title block", () => {
    expect(blocksOf(markdownArticle("x\n\n# T\n\ny"))).toEqual([
      "paragraph|x",
      "heading1|T",
      "paragraph|y",
    ]);
  });

  test("another heading than the front matter's title stays", () => {
    expect(blocksOf(markdownArticle("---\ntitle: A\n---\n# B\n\nc"))).toEqual([
      "title|A",
      "heading1|B",
      "paragraph|c",
    ]);
  });

  test.for([
    { name: "a rule at the top", source: "---\n\na\n\n---\n\nb", title: "a" },
    { name: "a later heading", source: "First words.\n\n## What then\n\nc", title: "What then" },
    { name: "the first words", source: "First words.\n\nMore.", title: "First words." },
  ])("without a title of its own: $name", ({ source, title }) => {
    expect(markdownArticle(source).title).toBe(title);
  });
});

describe("what is refused", () => {
  test.for([
    {
      name: "front matter that is no YAML",
      source: "---\na: [b\n---\nx",
      reason: /^[23]:\d+ The front matter is no YAML: /,
    },
    {
      name: "front matter that is a sentence",
      source: "---\njust words\n---\nx",
      reason: '2 The front matter must be a list of "key: value" lines, but is text.',
    },
    {
      name: "a tag",
      source: "---\na: !!js/function x\n---\nx",
      reason: /^2:\d+ The front matter is no YAML: unknown tag/,
    },
    {
      name: "a list as a title",
      source: "---\nauthor: x\ntitle: [a]\n---\nx",
      reason: "3 title must be text, but is a list.",
    },
    {
      name: "NUL in a title",
      source: '---\nauthor: x\ntitle: "a\\0"\n---\nx',
      reason: "3 title contains a NUL character at character 1, which cannot be stored.",
    },
    {
      name: "a title of 10,000 characters",
      source: `# ${"t".repeat(10_000)}\n\nx`,
      reason: "1 The title has 10000 characters; it may have at most 1000.",
    },
    { name: "nothing but a rule", source: "---\n", reason: "There is no text in it." },
    { name: "nothing", source: "", reason: "The file is empty." },
    {
      name: "more than an article may have",
      source: "word ".repeat(1_700_000),
      reason: "The file has more than 8 MiB, the most one article may have.",
    },
    {
      name: "more lines than an article may have",
      source: "a\n\n".repeat(60_000),
      reason: "The file has 120001 lines; an article may have at most 100000.",
    },
    {
      name: "NUL",
      source: "# T\n\na\0b",
      reason: "3 A NUL character cannot be stored: line 3, byte 6.",
    },
  ])("$name", async ({ source, reason }) => {
    expect(await refusalOf("a.md", source)).toEqual(
      typeof reason === "string" ? reason : expect.stringMatching(reason),
    );
  });

  test("a title that is too long, with the line where it stands", () => {
    expect(() => markdownArticle(`\n\n# ${"t".repeat(1001)}`)).toThrow(
      expect.objectContaining({ details: { field: "title", line: 3 } }),
    );
  });

  test("no more than 100,000 lines", () => {
    expect(() => markdownArticle(`\n${"a\n".repeat(99_999)}`)).toThrow("The file has 100001 lines");
    expect(() => markdownArticle("a\n".repeat(99_999))).not.toThrow();
    expect(() => markdownArticle("a\n".repeat(100_000))).toThrow(
      expect.objectContaining({ code: "too_large" }),
    );
  });

  test("invalid UTF-8, with line and byte", async () => {
    const source = Uint8Array.from([0x23, 0x20, 0x54, 0x0a, 0x0a, 0xc3, 0x28]);
    expect(await refusalOf("a.md", source)).toBe(
      "3 This is not UTF-8: byte 0xc3 at line 3, byte 5.",
    );
  });
});

test("every article in seeds/ has a title, a time and text", () => {
  const folder = new URL("../../seeds/", import.meta.url);
  const files = readdirSync(folder).filter((name) => /\.(?:md|txt)$/.test(name));
  expect(files.length).toBeGreaterThanOrEqual(12);
  for (const name of files) {
    const article = markdownArticle(readFileSync(new URL(name, folder), "utf8"));
    expect(article.publishedAt, name).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(article.blocks[0]?.kind, name).toBe("title");
    expect(article.blocks.length, name).toBeGreaterThan(3);
  }
});

/** Jekyll requires the day in the name, and most posts say it nowhere else. */
test.for([
  { path: "_posts/2024-07-30-port-closed.md", head: "", expected: "2024-07-30T00:00:00Z" },
  { path: "2024-07-30-port.md", head: "date: 2024-08-01", expected: "2024-08-01T00:00:00Z" },
  { path: "2024-07-30/port.md", head: "", expected: null },
  { path: "2024-13-30-port.md", head: "", expected: null },
  { path: "port-2024-07-30-port.md", head: "", expected: null },
])("the day of $path with “$head” is $expected", async ({ path, head, expected }) => {
  const [item] = await itemsIn(path, `---\ntitle: Port\n${head}\n---\n\nThe port is shut.\n`);
  expect(item).toMatchObject({ article: { publishedAt: expected } });
});
