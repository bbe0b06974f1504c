import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Guideline, GuidelineBlock } from "@/lib/domain/guideline";
import { fromEditor, toEditor } from "@/lib/editor/guideline-document";

const there = (blocks: GuidelineBlock[]): Guideline => fromEditor(toEditor({ blocks }));

const list = (...items: [depth: number, kind: "-" | "1", text: string][]): GuidelineBlock => ({
  type: "list",
  items: items.map(([depth, kind, text]) => ({ depth, ordered: kind === "1", words: [{ text }] })),
});

describe("guidelines and the editor's document", () => {
  test.for<{ name: string; blocks: GuidelineBlock[] }>([
    { name: "nothing", blocks: [] },
    {
      name: "a heading with a label",
      blocks: [{ type: "heading", level: 3, label: "claim", words: [{ text: "Claims" }] }],
    },
    {
      name: "words of all looks",
      blocks: [
        {
          type: "paragraph",
          words: [
            { text: "a", bold: true, italic: true, code: true, link: "https://example.org/" },
            { text: " b" },
          ],
        },
      ],
    },
    {
      name: "lists in lists",
      blocks: [
        list(
          [0, "-", "a"],
          [1, "1", "b"],
          [1, "1", "c"],
          [2, "-", "d"],
          [0, "1", "e"],
          [0, "-", "f"],
        ),
      ],
    },
    {
      name: "a list that comes up by two",
      blocks: [list([0, "-", "a"], [1, "-", "b"], [2, "-", "c"], [0, "-", "d"])],
    },
    {
      name: "a table with an empty cell",
      blocks: [
        {
          type: "table",
          rows: [
            [
              { header: true, words: [{ text: "a" }] },
              { header: false, words: [] },
            ],
          ],
        },
      ],
    },
    {
      name: "spans that touch and that lie over each other",
      blocks: [
        {
          type: "example",
          text: "😀 She said he denied it.",
          spans: [
            { label: "attribution", start: 2, end: 10 },
            { label: "attribution", start: 10, end: 12 },
            { label: "denial", start: 11, end: 24 },
            { label: "claim", start: 14, end: 20 },
          ],
        },
      ],
    },
  ])("$name is the same there and back", ({ blocks }) => {
    expect(there(blocks)).toEqual({ blocks });
  });

  test("empty paragraphs at the end are left out, those between stay", () => {
    const empty: GuidelineBlock = { type: "paragraph", words: [] };
    const a: GuidelineBlock = { type: "paragraph", words: [{ text: "a" }] };
    expect(there([empty, a, empty, a, empty, empty])).toEqual({ blocks: [empty, a, empty, a] });
  });

  test("two lists of one kind beside each other are one", () => {
    expect(there([list([0, "-", "a"]), list([0, "-", "b"])])).toEqual({
      blocks: [list([0, "-", "a"], [0, "-", "b"])],
    });
  });

  test("a span whose middle was taken out is two", () => {
    const span = { type: "exampleSpan", attrs: { label: "claim", id: 7 } };
    const content = [
      { type: "text", text: "ab", marks: [span] },
      { type: "text", text: "😀" },
      { type: "text", text: "c", marks: [span] },
    ];
    expect(fromEditor({ type: "doc", content: [{ type: "example", content }] }).blocks).toEqual([
      {
        type: "example",
        text: "ab😀c",
        spans: [
          { label: "claim", start: 0, end: 2 },
          { label: "claim", start: 3, end: 4 },
        ],
      },
    ]);
  });

  test("a span never splits a character", () => {
    const content = [
      {
        type: "text",
        text: "e",
        marks: [{ type: "exampleSpan", attrs: { label: "claim", id: 0 } }],
      },
      { type: "text", text: "\u0301a" },
    ];
    expect(fromEditor({ type: "doc", content: [{ type: "example", content }] }).blocks).toEqual([
      { type: "example", text: "e\u0301a", spans: [{ label: "claim", start: 0, end: 2 }] },
    ]);
  });

  test("what lies too deep lies as deep as may be, and unknown nodes are left out", () => {
    const nested = (depth: number): object => ({
      type: "bulletList",
      content: [
        {
          type: "listItem",
          content: [
            { type: "paragraph", content: [{ type: "text", text: String(depth) }] },
            ...(depth < 5 ? [nested(depth + 1)] : []),
          ],
        },
      ],
    });
    const { blocks } = fromEditor({ type: "doc", content: [{ type: "image" }, nested(0)] });
    const [only] = blocks;
    expect(blocks).toHaveLength(1);
    expect(only?.type === "list" && only.items.map(({ depth }) => depth)).toEqual([
      0, 1, 2, 3, 3, 3,
    ]);
  });

  test("any list is the same there and back", () => {
    const steps = fc.array(
      fc.record({ step: fc.integer({ min: -3, max: 1 }), ordered: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 15,
      },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let depth = 0;
        const items = all.map(({ step, ordered }, index) => {
          depth = index === 0 ? 0 : Math.max(0, Math.min(3, depth + step));
          return { depth, ordered, words: [{ text: String(index) }] };
        });
        expect(there([{ type: "list", items }])).toEqual({ blocks: [{ type: "list", items }] });
      }),
    );
  });
});
