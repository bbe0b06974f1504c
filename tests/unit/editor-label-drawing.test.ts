import { Decoration, DecorationSet } from "@tiptap/pm/view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inTextOrder } from "@/lib/domain/range-set";
import { ArticleText } from "@/lib/domain/text";
import { toDocument } from "@/lib/editor/article-editor";
import {
  type Emphasis,
  type Highlight,
  LabelDrawing,
  type LabelMark,
  markedTexts,
  type Redraw,
} from "@/lib/editor/label-drawing";
import { Positions } from "@/lib/editor/positions";

const nobody: Emphasis = { selected: null, related: new Set() };

/** Four paragraphs of ten letters. */
const text = new ArticleText(["abcdefghij", "klmnopqrst", "uvwxyzabcd", "efghijklmn"].join("\n\n"));
const blocks = [0, 12, 24, 36].map((start) => ({
  kind: "paragraph" as const,
  start,
  end: start + 10,
}));
const positions = new Positions(text, blocks);

function highlight(id: string, ...fragments: [number, number][]): Highlight {
  return {
    id,
    fragments: fragments.map(([start, end]) => ({ start, end })),
    style: "1.1",
    letter: "C",
    spoken: fragments.map((_, part) => ({ opens: `${id}${part}`, closes: `/${id}${part}` })),
  };
}

const inOrder = (highlights: readonly Highlight[]) => highlights.toSorted(inTextOrder);

/** Of highlights alone. */
function drawingOf(where: Positions, highlights: readonly Highlight[] = []) {
  return new LabelDrawing<Highlight>(where, (one) => one, inOrder(highlights));
}

/** The marks as "id:words" with a star on the one that carries the letter. */
function read(marks: readonly LabelMark[]): string[] {
  return marks.map(({ id, from, to, block, attributes }) => {
    const content = positions.content(block);
    const words = positions.words(block).slice(from - content.from, to - content.from);
    return `${id}${"data-first" in attributes ? "*" : ""}:${words}`;
  });
}

/** The text as it is told: words, and what is said around them, as elements: "<a0>words</a0>". */
function told(highlights: readonly Highlight[]): string[] {
  const marks = drawingOf(positions, highlights).marks();
  return blocks.map((_, block) => {
    const here = marks.filter((mark) => mark.block === block);
    return markedTexts(positions, block, here)
      .map(({ words, marks: around }) => {
        const say =
          (name: string) =>
          ({ attributes }: LabelMark) =>
            attributes[name] === undefined ? "" : `<${attributes[name]}>`;
        const opened = around.toReversed().map(say("data-opens"));
        const closed = around.map(say("data-closes"));
        return [...opened, words, ...closed].join("");
      })
      .join("");
  });
}

test.for([
  { name: "one", spans: [highlight("a", [2, 5])], heard: "ab<a0>cde</a0>fghij" },
  {
    name: "one in another",
    spans: [highlight("a", [0, 8]), highlight("b", [3, 5])],
    heard: "<a0>abc<b0>de</b0>fgh</a0>ij",
  },
  {
    name: "two that overlap",
    spans: [highlight("a", [0, 5]), highlight("b", [3, 8])],
    heard: "<a0>abc<b0>de</a0>fgh</b0>ij",
  },
  {
    name: "three that overlap",
    spans: [highlight("a", [0, 6]), highlight("b", [2, 8]), highlight("c", [4, 10])],
    heard: "<a0>ab<b0>cd<c0>ef</a0>gh</b0>ij</c0>",
  },
  {
    name: "one in pieces, around another",
    spans: [highlight("a", [0, 3], [6, 9]), highlight("b", [4, 7])],
    heard: "<a0>abc</a0>d<b0>ef<a1>g</b0>hi</a1>j",
  },
  {
    name: "two that touch",
    spans: [highlight("a", [0, 3]), highlight("b", [3, 5])],
    heard: "<a0>abc</a0><b0>de</b0>fghij",
  },
])("of $name, beginning and end are told once, around the words", ({ spans, heard }) => {
  expect(told(spans)[0]).toBe(heard);
});

test("a span over two blocks is told to begin in the first, and to end in the last", () => {
  expect(told([highlight("a", [7, 15])]).slice(0, 2)).toEqual([
    "abcdefg<a0>hij",
    "klm</a0>nopqrst",
  ]);
});

test("a span over two blocks is a mark in each, and has one letter", () => {
  const drawing = drawingOf(positions, [highlight("a", [7, 15])]);
  expect(read(drawing.marks())).toEqual(["a*:hij", "a:klm"]);
});

test("the marks of a text's beginning are the same without the spans that begin behind it", () => {
  fc.assert(
    fc.property(brokenHighlights, fc.integer({ min: 0, max: 3 }), (spans, last) => {
      const end = blocks[last]?.end ?? 0;
      const begun = spans.filter(({ fragments: [first] }) => first && first.start < end);
      const isIn = ({ block }: LabelMark) => block <= last;
      const beginning = (drawn: readonly Highlight[]) =>
        drawingOf(positions, drawn).marks().filter(isIn);
      expect(beginning(begun)).toEqual(beginning(spans));
    }),
    { numRuns: 300 },
  );
});

test("the letter's mark ends where another span starts, so that it is drawn once", () => {
  const drawing = drawingOf(positions, [highlight("a", [0, 8]), highlight("b", [3, 5])]);
  expect(read(drawing.marks())).toEqual(["a*:abc", "a:de", "a:fgh", "b*:de"]);
});

test("spans that overlap lie in different lanes", () => {
  const drawing = drawingOf(positions, [
    highlight("a", [0, 8]),
    highlight("b", [3, 5]),
    highlight("c", [12, 14]),
  ]);
  const lane = (id: string) =>
    drawing.marks().find((mark) => mark.id === id)?.attributes["data-depth"];
  expect([lane("a"), lane("b"), lane("c")]).toEqual(["0", "1", "0"]);
});

test("only the marks that change are redrawn", () => {
  const before = [highlight("a", [0, 8]), highlight("b", [12, 20])];
  const drawing = drawingOf(positions, before);
  const { add, remove } = drawing.update(inOrder([...before, highlight("c", [14, 16])]), nobody);
  expect(read(remove)).toEqual(["b*:klmnopqr"]);
  expect(read(add).sort()).toEqual(["b*:kl", "b:mn", "b:opqr", "c*:mn"].sort());
});

test("selecting redraws the selected span only", () => {
  const all = inOrder([highlight("a", [0, 8]), highlight("b", [3, 5])]);
  const drawing = drawingOf(positions, all);
  const { add } = drawing.update(all, { selected: "b", related: new Set() });
  expect(add.map(({ id, attributes }) => [id, "data-selected" in attributes])).toEqual([
    ["b", true],
  ]);
});

/** A text of many words of three letters, with a span on each, of a layer of its own. */
function manyWords(count: number) {
  const words = new ArticleText(Array.from({ length: count }, () => "abc").join("\n\n"));
  const starts = Array.from({ length: count }, (_, index) => index * 5);
  const where = new Positions(
    words,
    starts.map((start) => ({ kind: "paragraph" as const, start, end: start + 3 })),
  );
  const layer = (name: string) =>
    inOrder(starts.map((start) => highlight(`${name}${start}`, [start, start + 3])));
  return { where, layer };
}

test("of a large change comes what is in view, then the rest turn by turn, each mark once", () => {
  const { where, layer } = manyWords(1000);
  const [one, other] = [layer("one "), layer("other ")];
  const drawing = drawingOf(where, one);
  const shown = new Set(drawing.marks());
  const take = ({ add, remove }: Redraw) => {
    for (const mark of remove) expect(shown.delete(mark)).toBe(true);
    for (const mark of add) shown.add(mark);
    return add.map(({ id }) => id);
  };
  const inView = () => ({ start: 2000, end: 2013 });
  const first = take(drawing.update(other, { selected: "other 35", related: new Set() }, inView));
  expect(first.sort()).toEqual(["other 2000", "other 2005", "other 2010", "other 35"]);
  expect([...shown].filter(({ id }) => id.startsWith("other"))).toHaveLength(4);
  const second = take(drawing.proceed());
  expect(second).toContain("other 2015");
  expect(second).not.toContain("other 0");
  for (let turn = 0; drawing.isBehind; turn += 1) {
    expect(take(drawing.proceed()).length).toBeLessThanOrEqual(100);
    expect(turn).toBeLessThan(30);
  }
  expect(new Set([...shown].map(({ id }) => id))).toEqual(new Set(other.map(({ id }) => id)));
  expect(shown).toEqual(new Set(drawing.marks()));
});

test("what changes in the midst of a large change is not drawn as it was", () => {
  const { where, layer } = manyWords(1000);
  const [one, other, third] = [layer("one "), layer("other "), layer("third ")];
  const drawing = drawingOf(where, one);
  const inView = () => ({ start: 0, end: 3 });
  drawing.update(other, nobody, inView);
  drawing.proceed();
  // Nothing but who stands out: what waits goes on waiting.
  drawing.update(other, nobody, inView);
  expect(drawing.isBehind).toBe(true);
  drawing.update(third, nobody, inView);
  while (drawing.isBehind) drawing.proceed();
  expect(new Set(drawing.marks().map(({ id }) => id))).toEqual(new Set(third.map(({ id }) => id)));
});

const range = fc
  .tuple(fc.integer({ min: 0, max: 45 }), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]): [number, number] => [start, Math.min(46, start + length)]);
const highlights = fc
  .uniqueArray(fc.record({ id: fc.constantFrom(..."abcdefghijkl"), range }), {
    selector: ({ id }) => id,
  })
  .map((spans) => spans.map((span) => highlight(span.id, span.range)));

/** The same, some in two pieces. */
const brokenHighlights = highlights.map((spans) =>
  spans.map((span, index) => {
    const [fragment] = span.fragments;
    if (!fragment || index % 3 > 0 || fragment.end - fragment.start < 5) return span;
    const { start, end } = fragment;
    return highlight(span.id, [start, start + 2], [end - 2, end]);
  }),
);

test("drawn step by step, it looks as if drawn at once", () => {
  fc.assert(
    fc.property(fc.array(brokenHighlights, { minLength: 1, maxLength: 8 }), (steps) => {
      const drawing = drawingOf(positions, []);
      const shown = new Set<LabelMark>();
      for (const step of steps) {
        const { add, remove } = drawing.update(inOrder(step), nobody);
        for (const mark of remove) expect(shown.delete(mark)).toBe(true);
        for (const mark of add) shown.add(mark);
      }
      expect(shown).toEqual(new Set(drawing.marks()));
      // Lanes depend on who was there first; where marks are does not.
      const place = (marks: Iterable<LabelMark>) => read([...marks]).sort();
      const atOnce = drawingOf(positions, steps.at(-1) ?? []).marks();
      expect(place(shown)).toEqual(place(atOnce));
      const said = (marks: Iterable<LabelMark>) =>
        [...marks].map(({ from, to, attributes }) => {
          return `${from}-${to} ${attributes["data-opens"]} ${attributes["data-closes"]}`;
        });
      expect(said(shown).sort()).toEqual(said(atOnce).sort());
    }),
    { numRuns: 200 },
  );
});

test("a large change that others come into looks at last as if drawn at once", () => {
  const { where, layer } = manyWords(240);
  const layers = [layer("one "), layer("other ")];
  const step = fc.record({
    layer: fc.nat(1),
    without: fc.uniqueArray(fc.nat(239), { maxLength: 150 }),
    selected: fc.nat(239),
    turns: fc.nat(3),
    view: fc.nat(1200),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      const drawing = drawingOf(where);
      const shown = new Set<LabelMark>();
      const take = ({ add, remove }: Redraw) => {
        for (const mark of remove) expect(shown.delete(mark)).toBe(true);
        for (const mark of add) shown.add(mark);
      };
      let all: Highlight[] = [];
      let emphasis = nobody;
      for (const { layer: which, without, selected, turns, view } of steps) {
        all = inOrder((layers[which] ?? []).filter((_, index) => !without.includes(index)));
        emphasis = { selected: all[selected]?.id ?? null, related: new Set<string>() };
        const inView = () => ({ start: view, end: view + 40 });
        take(drawing.update(all, emphasis, inView));
        for (let turn = 0; turn < turns; turn += 1) take(drawing.proceed(inView()));
      }
      while (drawing.isBehind) take(drawing.proceed());
      const atOnce = new LabelDrawing<Highlight>(where, (one) => one, all, emphasis);
      // Lanes depend on who was there first.
      const read = (marks: Iterable<LabelMark>) =>
        [...marks].map((mark) => JSON.stringify(mark).replace(/"data-depth":"\d"/, "")).sort();
      expect(read(shown)).toEqual(read(atOnce.marks()));
    }),
    { numRuns: 60 },
  );
});

test("drawn step by step, spans over each other have lanes of their own as far as there are some", () => {
  fc.assert(
    fc.property(fc.array(highlights, { minLength: 1, maxLength: 8 }), (steps) => {
      const drawing = drawingOf(positions, []);
      for (const step of steps) {
        drawing.update(inOrder(step), nobody);
        const lanes = new Map(
          drawing.marks().map(({ id, attributes }) => [id, attributes["data-depth"]]),
        );
        for (const one of step) {
          for (const other of step) {
            const [a, b] = [one, other].map(
              ({ fragments }) => fragments[0] ?? { start: 0, end: 0 },
            );
            if (one === other || !a || !b || a.start >= b.end || b.start >= a.end) continue;
            if (lanes.get(one.id) !== "3") expect(lanes.get(one.id)).not.toBe(lanes.get(other.id));
          }
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("the editor's decorations can be found again to be removed", () => {
  const document = toDocument(positions);
  document.check();
  const drawn = (mark: LabelMark) => Decoration.inline(mark.from, mark.to, { ...mark.attributes });
  fc.assert(
    fc.property(highlights, highlights, (one, other) => {
      const drawing = drawingOf(positions, one);
      const set = DecorationSet.create(document, drawing.marks().map(drawn));
      const { add, remove } = drawing.update(inOrder(other), nobody);
      const left = set.remove(remove.map(drawn)).add(document, add.map(drawn)).find();
      expect(left.length).toBe(drawing.marks().length);
    }),
    { numRuns: 100 },
  );
});

test("the first paint has the words of the block, each under its spans", () => {
  fc.assert(
    fc.property(highlights, (spans) => {
      const marks = drawingOf(positions, spans).marks();
      blocks.forEach(({ start }, block) => {
        const here = marks.filter((mark) => mark.block === block);
        const stretches = markedTexts(positions, block, here);
        expect(stretches.map(({ words }) => words).join("")).toBe(positions.words(block));
        let at = start;
        for (const stretch of stretches) {
          const covering = spans.filter(({ fragments: [fragment] }) =>
            fragment ? fragment.start <= at && at < fragment.end : false,
          );
          expect(new Set(stretch.marks.map(({ id }) => id))).toEqual(
            new Set(covering.map(({ id }) => id)),
          );
          at += stretch.words.length;
        }
      });
    }),
    { numRuns: 100 },
  );
});
