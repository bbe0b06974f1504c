import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkedChangeNote,
  checkedGuideline,
  compareGuidelines,
  type Guideline,
  type GuidelineBlock,
  partsOf,
  sectionOf,
  toldParts,
} from "@/lib/domain/guideline";
import { Guideline as GuidelineShape } from "@/lib/domain/guideline-schemas";
import { isLink } from "@/lib/domain/link";
import { defaultScheme } from "@/lib/domain/scheme";

const line = (text: string) => (text === "" ? [] : [{ text }]);
const paragraph = (text: string): GuidelineBlock => ({ type: "paragraph", words: line(text) });
const heading = (text: string, level: 1 | 2 | 3 = 2, label?: string): GuidelineBlock => ({
  type: "heading",
  level,
  words: line(text),
  ...(label === undefined ? {} : { label }),
});
const guideline = (...blocks: GuidelineBlock[]): Guideline => ({ blocks });

/** `#`, `##`, `###` are headings, `## Claims {claim}` one with a label; the rest are paragraphs. */
function written(...lines: string[]): Guideline {
  const blocks = lines.map((one) => {
    const [, marks = "", title = "", label] = /^(#{1,3}) (.*?)(?: ?\{(\w+)\})?$/.exec(one) ?? [];
    if (marks === "") return paragraph(one);
    return heading(title, marks.length === 1 ? 1 : marks.length === 2 ? 2 : 3, label);
  });
  return { blocks };
}

const refusal = (details: object = {}) =>
  expect.objectContaining({
    code: "unprocessable",
    details: expect.objectContaining(details),
  });

const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
};

const everything: Guideline = guideline(
  heading("Guidelines", 1),
  {
    type: "paragraph",
    words: [
      { text: "A " },
      { text: "claim", bold: true, italic: true },
      { text: " is ", code: true },
      { text: "that", link: "https://example.org/a?b=c#d" },
      { text: " or ", link: "mailto:ana@example.org" },
    ],
  },
  heading("Claims", 2, "claim"),
  {
    type: "list",
    items: [
      { depth: 0, ordered: false, words: line("One") },
      { depth: 1, ordered: true, words: line("Deeper") },
      { depth: 0, ordered: false, words: [] },
    ],
  },
  {
    type: "table",
    rows: [
      [
        { header: true, words: line("Yes") },
        { header: true, words: line("No") },
      ],
      [
        { header: false, words: line("a") },
        { header: false, words: [] },
      ],
    ],
  },
  {
    type: "example",
    text: "😀 He denied it.",
    spans: [
      { label: "denial", start: 2, end: 14 },
      { label: "claim", start: 0, end: 1 },
    ],
  },
);

describe("what may be written", () => {
  test("has headings, words of all looks, lists, tables and examples", () => {
    expect(GuidelineShape.parse(everything)).toEqual(everything);
    expect(checkedGuideline(everything, defaultScheme)).toBe(everything);
  });

  test.for([
    { name: "an unknown block", block: { type: "image", src: "x" } },
    { name: "markup beside the words", block: { ...paragraph("a"), html: "<b>" } },
    { name: "a heading of level 4", block: { type: "heading", level: 4, words: [] } },
    { name: "a list item at depth 4", block: item(4) },
    { name: "a list without items", block: { type: "list", items: [] } },
    { name: "words of no length", block: { type: "paragraph", words: [{ text: "" }] } },
    { name: "an unknown look", block: { type: "paragraph", words: [{ text: "a", big: true }] } },
    { name: "a script for a link", block: link("javascript:alert(1)") },
    { name: "a script in capitals", block: link("JavaScript:alert(1)") },
    { name: "a script behind a space", block: link(" javascript:alert(1)") },
    { name: "a link with a line break", block: link("https://exa\nmple.org") },
    { name: "a link to data", block: link("data:text/html,<script>") },
    { name: "a link without a host", block: link("https://") },
    { name: "a link within the site", block: link("/projects") },
    { name: "a table of 13 columns", block: { type: "table", rows: [Array(13).fill(cell)] } },
    { name: "a table of 201 rows", block: { type: "table", rows: Array(201).fill([cell]) } },
    {
      name: "a span at half a character",
      block: { type: "example", text: "abc", spans: [{ label: "claim", start: 0.5, end: 1 }] },
    },
  ])("$name has not the shape", ({ block }) => {
    expect(GuidelineShape.safeParse({ blocks: [block] }).success).toBe(false);
  });

  test("a link of 2000 characters may be, and not one more", () => {
    const most = "https://example.org/".padEnd(2000, "a");
    expect([isLink(most), isLink(`${most}a`)]).toEqual([true, false]);
  });

  test("nothing beside the blocks has the shape, nor more than 2000 of them", () => {
    expect(GuidelineShape.safeParse({ blocks: [], style: "x" }).success).toBe(false);
    const many = Array.from({ length: 2001 }, () => paragraph("a"));
    expect(GuidelineShape.safeParse({ blocks: many }).success).toBe(false);
  });

  test.for<{ name: string; block: GuidelineBlock }>([
    { name: "a lone surrogate", block: paragraph("a\ud800") },
    { name: "NUL", block: heading("a\0") },
    { name: "a lone surrogate in an example", block: example("\udc00", []) },
    { name: "a list that begins deeper", block: item(1) },
    { name: "a list that skips a depth", block: items(0, 2) },
    { name: "a table with rows of two lengths", block: table([1, 2]) },
    { name: "a heading of an unknown label", block: heading("a", 2, "rumour") },
    { name: "a span of an unknown label", block: example("abc", [["rumour", 0, 1]]) },
    { name: "an empty span", block: example("abc", [["claim", 1, 1]]) },
    { name: "a span behind its example", block: example("abc", [["claim", 2, 4]]) },
    { name: "a span that splits a letter", block: example("e\u0301a", [["claim", 0, 1]]) },
    {
      name: "a span twice",
      block: example("abc", [
        ["claim", 0, 1],
        ["claim", 0, 1],
      ]),
    },
    { name: "an example that is too long", block: example("a".repeat(2001), []) },
  ])("$name is refused, and where it is told", ({ block }) => {
    const content = guideline(paragraph("First."), block);
    expect(thrown(() => checkedGuideline(content, defaultScheme))).toEqual(refusal({ block: 1 }));
  });

  test("a label has one section", () => {
    const content = written("# One {claim}", "a", "# Two {claim}");
    expect(thrown(() => checkedGuideline(content, defaultScheme))).toEqual(refusal({ block: 2 }));
  });

  test("labels that have gone out of the scheme are read", () => {
    const content = written("# Rumours {rumour}", "a");
    expect(checkedGuideline(content, null)).toBe(content);
  });

  test("something has to be written", () => {
    for (const content of [guideline(), guideline(paragraph(" \u200b"), heading(""))]) {
      expect(thrown(() => checkedGuideline(content, defaultScheme))).toEqual(refusal());
    }
  });

  test("200,000 characters may be, and not one more", () => {
    const most = guideline(paragraph("😀".repeat(200_000)));
    expect(checkedGuideline(GuidelineShape.parse(most), defaultScheme)).toEqual(most);
    const more = guideline(...most.blocks, paragraph("a"));
    expect(thrown(() => checkedGuideline(more, defaultScheme))).toMatchObject({
      message: "Guidelines may have 200,000 characters at most.",
    });
  });

  test("20,000 lines may be, and one more is told as that", () => {
    const cells = Array.from({ length: 10 }, () => 10);
    const most = guideline(paragraph("a"), ...Array.from({ length: 199 }, () => table(cells)));
    const rest = (count: number) => Array.from({ length: count }, () => item(0));
    const full = guideline(...most.blocks, ...rest(99));
    expect(checkedGuideline(full, defaultScheme)).toBe(full);
    const more = guideline(...most.blocks, ...rest(100));
    expect(thrown(() => checkedGuideline(more, defaultScheme))).toMatchObject({
      code: "unprocessable",
      message: expect.stringContaining("20,000 lines"),
    });
  });
});

describe("the note of a version", () => {
  test("is trimmed, and may be nothing", () => {
    expect(checkedChangeNote("  Two lines\nof it. ")).toBe("Two lines\nof it.");
    expect(checkedChangeNote(" \u200b ")).toBe("");
    expect(checkedChangeNote("😀".repeat(1000))).toHaveLength(2000);
  });

  test("is short, and can be stored", () => {
    expect(thrown(() => checkedChangeNote("a".repeat(1001)))).toMatchObject({ code: "invalid" });
    expect(thrown(() => checkedChangeNote("a\0b"))).toEqual(refusal());
  });
});

describe("the section of a label", () => {
  const content = written(
    "# Labels",
    "Of all.",
    "## Claims {claim}",
    "Smallest clause.",
    "### Hard cases",
    "Irony.",
    "## Denials {denial}",
    "# End {attribution}",
  );

  test("goes on to the next heading that is as high", () => {
    expect(sectionOf(content, "claim")).toEqual(content.blocks.slice(2, 6));
    expect(sectionOf(content, "denial")).toEqual(content.blocks.slice(6, 7));
    expect(sectionOf(content, "attribution")).toEqual(content.blocks.slice(7));
  });

  test("is not there for a label without one", () => {
    expect(sectionOf(content, "rumour")).toBeNull();
    expect(sectionOf(guideline(), "claim")).toBeNull();
  });
});

describe("what changed", () => {
  const told = (earlier: Guideline, later: Guideline) =>
    toldParts(compareGuidelines(earlier, later), later).map(
      ({ title, what }) => `${what} ${title}`,
    );

  test.for([
    { name: "nothing", to: ["Before.", "# A", "a", "## B {claim}", "b"], expected: [] },
    { name: "words", to: ["Before.", "# A", "a!", "## B {claim}", "b"], expected: ["changed A"] },
    {
      name: "what stands before all headings",
      to: ["Now.", "# A", "a", "## B {claim}", "b"],
      expected: ["changed "],
    },
    {
      name: "a new part",
      to: ["Before.", "# A", "a", "# C", "c", "## B {claim}", "b"],
      expected: ["new C"],
    },
    { name: "a part that is gone", to: ["Before.", "# A", "a"], expected: ["gone B"] },
    {
      name: "another title of a label's section",
      to: ["Before.", "# A", "a", "## Claims {claim}", "b"],
      expected: ["changed Claims"],
    },
    {
      name: "another title over the same words",
      to: ["Before.", "# Anew", "a", "## B {claim}", "b"],
      expected: ["changed Anew"],
    },
    {
      name: "another title over other words",
      to: ["Before.", "# Anew", "x", "## B {claim}", "b"],
      expected: ["new Anew", "gone A"],
    },
    {
      name: "no more than the order",
      to: ["Before.", "## B {claim}", "b", "# A", "a"],
      expected: [],
    },
    {
      name: "the level",
      to: ["Before.", "## A", "a", "## B {claim}", "b"],
      expected: ["changed A"],
    },
    {
      name: "a second part of one title",
      to: ["Before.", "# A", "a", "# A", "a", "## B {claim}", "b"],
      expected: ["new A"],
    },
    {
      name: "a label that it gets",
      to: ["Before.", "# A {denial}", "a", "## B {claim}", "b"],
      expected: ["changed A"],
    },
    {
      name: "a label that it loses",
      to: ["Before.", "# A", "a", "## B", "b"],
      expected: ["changed B"],
    },
    {
      name: "a heading over what had none",
      to: ["# Now", "Before.", "# A", "a", "## B {claim}", "b"],
      expected: ["changed Now"],
    },
    {
      name: "a namesake before one that is as it was",
      to: ["Before.", "# A", "z", "# A", "a", "## B {claim}", "b"],
      expected: ["new A"],
    },
  ])("$name", ({ to, expected }) => {
    const from = written("Before.", "# A", "a", "## B {claim}", "b");
    expect(told(from, written(...to))).toEqual(expected);
  });

  test("is told with where it is, also where what is new stands before what has changed", () => {
    const from = written("# A", "a", "# B", "b", "# C", "c");
    const to = written("# New", "n", "# B", "b!", "# C", "c");
    expect(toldParts(compareGuidelines(from, to), to)).toEqual([
      { title: "New", what: "new", at: 0 },
      { title: "B", what: "changed", at: 2 },
      { title: "A", what: "gone", at: null },
    ]);
  });

  test("is not the order in which a database gives keys back", () => {
    const [first] = everything.blocks.slice(5);
    const turned = JSON.parse(JSON.stringify(first), (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(
      told(guideline(heading("A"), ...(first ? [first] : [])), guideline(heading("A"), turned)),
    ).toEqual([]);
  });

  const blocks = fc.array(
    fc.oneof(
      fc.record({
        type: fc.constant("heading" as const),
        level: fc.constantFrom(1 as const, 2 as const, 3 as const),
        words: fc.constantFrom("A", "B", "C", "").map(line),
      }),
      fc
        .constantFrom("A", "B", "")
        .chain((title) =>
          fc.constantFrom("claim", "denial").map((label) => heading(title, 2, label)),
        ),
      fc.constantFrom("a", "b", "").map(paragraph),
    ),
    { maxLength: 12 },
  );

  test("parts are all blocks, in their order", () => {
    fc.assert(
      fc.property(blocks, (all) => {
        const parts = partsOf({ blocks: all });
        expect(parts.flatMap((part) => part.blocks)).toEqual(all);
        for (const { at, blocks: own } of parts)
          expect(all.slice(at, at + own.length)).toEqual(own);
      }),
    );
  });

  test("nothing has changed from a version to itself", () => {
    fc.assert(
      fc.property(blocks, (all) => {
        const { parts, gone } = compareGuidelines(
          { blocks: all },
          structuredClone({ blocks: all }),
        );
        expect([parts.size, gone]).toEqual([0, []]);
      }),
    );
  });

  test("every part of both versions is the same, told, or paired with one that is told", () => {
    fc.assert(
      fc.property(blocks, blocks, (from, to) => {
        const earlier = { blocks: from };
        const later = { blocks: to };
        const { parts, gone } = compareGuidelines(earlier, later);
        const fresh = [...parts.values()].filter((what) => what === "new").length;
        expect(partsOf(later).length - fresh).toBe(partsOf(earlier).length - gone.length);
        // What is not told of is there word for word.
        const old = partsOf(earlier).map((part) => JSON.stringify(part.blocks));
        for (const { at, blocks: own } of partsOf(later)) {
          if (!parts.has(at)) expect(old).toContain(JSON.stringify(own));
        }
      }),
    );
  });
});

const cell = { header: false, words: [] };

function table(lengths: number[]): GuidelineBlock {
  return { type: "table", rows: lengths.map((length) => Array.from({ length }, () => cell)) };
}

function items(...depths: number[]): GuidelineBlock {
  return { type: "list", items: depths.map((depth) => ({ depth, ordered: false, words: [] })) };
}

function item(depth: number): GuidelineBlock {
  return items(depth);
}

function example(
  text: string,
  spans: [label: string, start: number, end: number][],
): GuidelineBlock {
  const told = spans.map(([label, start, end]) => ({ label, start, end }));
  return { type: "example", text, spans: told };
}

function link(address: string) {
  return { type: "paragraph", words: [{ text: "a", link: address }] };
}
