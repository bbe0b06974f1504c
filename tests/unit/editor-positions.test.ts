import fc from "fast-check";
import { expect, test } from "vitest";
import { ArticleText, type Block } from "@/lib/domain/text";
import { elementsOf, Positions } from "@/lib/editor/positions";

/** Characters that make offsets go wrong: astral, joined, combining, right to left, line feeds. */
const letter = fc.constantFrom("a", "é", "e\u0301", "م", "字", "😀", "👩‍👩‍👧", "\u200f", "\n", " ");
const words = (max: number) => fc.array(letter, { maxLength: max }).map((parts) => parts.join(""));

test("a block is the element of its kind, and only the first title the page's heading", () => {
  const blocks: Pick<Block, "kind" | "level">[] = [
    { kind: "paragraph" },
    { kind: "title" },
    { kind: "title" },
    { kind: "heading", level: 1 },
    { kind: "heading" },
    { kind: "heading", level: 3 },
    { kind: "heading", level: 6 },
    { kind: "quote" },
    { kind: "list_item" },
  ];
  const positions = new Positions(
    new ArticleText("x".repeat(blocks.length)),
    blocks.map((block, at) => ({ ...block, start: at, end: at + 1 })),
  );
  expect(elementsOf(positions).join(" ")).toBe("p h1 h2 h2 h3 h4 h5 blockquote p");
});

test.for([
  { name: "leave out no level on the way down", levels: [3, 3, 6, 3], elements: "h1 h2 h2 h3 h2" },
  { name: "come up again to where they were", levels: [2, 3, 4, 2], elements: "h1 h2 h3 h4 h2" },
  { name: "begin below what the first ones say", levels: [4, 2, 1], elements: "h1 h2 h2 h2" },
  { name: "end at the sixth level", levels: [1, 2, 3, 4, 5, 6], elements: "h1 h2 h3 h4 h5 h6 h6" },
  { name: "stand under what is around", levels: [2, 5], top: 3, elements: "h3 h4 h5" },
])("headings $name", ({ levels, top, elements }) => {
  const blocks: Pick<Block, "kind" | "level">[] = [
    { kind: "title" },
    ...levels.map((level) => ({ kind: "heading" as const, level })),
  ];
  const placed = blocks.map((block, at) => ({ ...block, start: at, end: at + 1 }));
  expect(elementsOf({ blocks: placed }, top).join(" ")).toBe(elements);
});

/** A text with blocks in it: each block's words, and what lies before it and is not shown. */
const article = fc
  .record({
    parts: fc.array(fc.record({ gap: words(3), block: words(12) }), {
      minLength: 1,
      maxLength: 60,
    }),
    rest: words(3),
  })
  .map(({ parts, rest }) => {
    let value = "";
    const blocks: Block[] = [];
    const length = () => [...value].length;
    for (const { gap, block } of parts) {
      value += gap;
      const start = length();
      value += block;
      blocks.push({ kind: "paragraph", start, end: length() });
    }
    return new Positions(new ArticleText(value + rest), blocks);
  });

test("an offset in a block comes back from its position", () => {
  fc.assert(
    fc.property(article, (positions) => {
      for (const { start, end } of positions.blocks) {
        for (let offset = start; offset <= end; offset += 1) {
          const sides = start === end ? ([] as const) : ([1, -1] as const);
          for (const side of sides) {
            expect(positions.toOffset(positions.toPosition(offset, side), side)).toBe(offset);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a position between characters of a block comes back from its offset", () => {
  fc.assert(
    fc.property(article, (positions) => {
      positions.blocks.forEach((block, index) => {
        const { from, to } = positions.content(index);
        const inside = positions.words(index);
        for (let position = from + 1; position < to; position += 1) {
          const splitsPair = /[\udc00-\udfff]/.test(inside[position - from] ?? "");
          const offset = positions.toOffset(position, 1);
          expect(offset).toBeGreaterThanOrEqual(block.start);
          if (!splitsPair) expect(positions.toPosition(offset, 1)).toBe(position);
        }
      });
    }),
    { numRuns: 60 },
  );
});

test("the pieces of a range cover exactly what of it lies in blocks", () => {
  fc.assert(
    fc.property(article, fc.nat(), fc.nat(), (positions, one, other) => {
      const { length } = positions.text;
      const [start, end] = [one % (length + 1), other % (length + 1)].sort((a, b) => a - b);
      const range = { start: start ?? 0, end: end ?? 0 };
      const shown = positions.blockRanges(range).map(({ from, to, block }) => {
        const content = positions.content(block);
        return positions.words(block).slice(from - content.from, to - content.from);
      });
      const expected = positions.blocks
        .map((block) => ({
          start: Math.max(block.start, range.start),
          end: Math.min(block.end, range.end),
        }))
        .filter((piece) => piece.start < piece.end)
        .map((piece) => positions.text.slice(piece));
      expect(shown).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

/** "ab|cd|ef": two blocks, the bars are text between them that is not shown. */
test.for([
  { name: "an end in a gap goes back to the block before", offset: 3, side: -1, back: 2 },
  { name: "a start in a gap goes on to the block after", offset: 3, side: 1, back: 4 },
  { name: "a start after everything stays at the end", offset: 6, side: 1, back: 6 },
] as const)("$name", ({ offset, side, back }) => {
  const blocks: Block[] = [
    { kind: "title", start: 0, end: 2 },
    { kind: "paragraph", start: 4, end: 6 },
  ];
  const positions = new Positions(new ArticleText("ab\n\nef"), blocks);
  expect(positions.toOffset(positions.toPosition(offset, side), side)).toBe(back);
});

test("sections have 10 to 25 blocks", () => {
  for (const count of [10, 16, 25, 26, 40, 41, 1000]) {
    const blocks = Array.from({ length: count }, (_, index) => ({
      kind: "paragraph" as const,
      start: index,
      end: index + 1,
    }));
    const { sections } = new Positions(new ArticleText("x".repeat(count)), blocks);
    const sizes = sections.map(({ first, end }) => end - first);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(25);
  }
});

test("a text without blocks is one paragraph", () => {
  const positions = new Positions(new ArticleText("😀 text"), []);
  expect(positions.words(0)).toBe("😀 text");
  expect(positions.toPosition(2, 1)).toBe(5);
});
