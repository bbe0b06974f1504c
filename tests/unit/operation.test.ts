import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Annotations, type Intent, inverse } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { normaliseFragments, overlap, quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";

const text = new ArticleText("“The plot”, he said, “was real”. Tehran 😀 denied it e\u0301 twice.");
const context = { text, scheme: defaultScheme };
const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;

type Piece = readonly [start: number, end: number];
function pieces(...given: Piece[]) {
  const fragments = given.map(([start, end]) => ({ start, end }));
  return { fragments, quote: quoteOf(text, fragments) };
}
function span(number: number, label: string, ...given: Piece[]) {
  return { id: id(number), label, ...pieces(...given), attributes: {} };
}
const add = (number: number, label: string, ...given: Piece[]): Intent => ({
  type: "add_span",
  span: span(number, label, ...given),
});
const link = (number: number, type: string, from: number, to: number): Intent => ({
  type: "add_relation",
  relation: { id: id(number), type, from: id(from), to: id(to), attributes: {} },
});

describe("refuses", () => {
  const there = [
    add(1, "claim", [1, 9], [22, 30]),
    add(2, "attribution", [12, 19]),
    add(3, "denial", [42, 51]),
    link(10, "denies", 3, 1),
  ];
  const withPiece = (start: number, end: number, quote = "x"): Intent => ({
    type: "add_span",
    span: { id: id(9), label: "claim", fragments: [{ start, end }], quote, attributes: {} },
  });
  test.for<{ name: string; intent: Intent; code: string }>([
    { name: "an overlap of one label", intent: add(9, "claim", [5, 12]), code: "conflict" },
    {
      name: "an overlap with a later fragment",
      intent: add(9, "claim", [27, 36]),
      code: "conflict",
    },
    { name: "a span that is there already", intent: add(1, "claim", [33, 39]), code: "conflict" },
    { name: "a reversed range", intent: withPiece(9, 5), code: "unprocessable" },
    { name: "an empty range", intent: withPiece(5, 5), code: "unprocessable" },
    { name: "a range beyond the text", intent: withPiece(33, 900), code: "unprocessable" },
    {
      name: "a range that splits a character",
      intent: withPiece(51, 56, "it e"),
      code: "unprocessable",
    },
    { name: "a range of punctuation", intent: add(9, "claim", [9, 11]), code: "unprocessable" },
    { name: "another quote", intent: withPiece(33, 39, "Moscow"), code: "unprocessable" },
    {
      name: "touching fragments",
      intent: add(9, "claim", [33, 35], [35, 39]),
      code: "unprocessable",
    },
    {
      name: "unsorted fragments",
      intent: add(9, "claim", [36, 39], [33, 35]),
      code: "unprocessable",
    },
    { name: "an unknown label", intent: add(9, "rumour", [33, 39]), code: "unprocessable" },
    { name: "a relation to itself", intent: link(11, "nested_in", 2, 2), code: "unprocessable" },
    { name: "a relation to nowhere", intent: link(11, "source_of", 2, 77), code: "conflict" },
    {
      name: "a relation the labels do not allow",
      intent: link(11, "denies", 1, 3),
      code: "unprocessable",
    },
    { name: "an unknown relation", intent: link(11, "likes", 3, 1), code: "unprocessable" },
    { name: "the same relation again", intent: link(11, "denies", 3, 1), code: "conflict" },
    {
      name: "removing a span with relations",
      intent: { type: "remove_span", span: { id: id(1) } },
      code: "conflict",
    },
    {
      name: "a label that a relation does not allow",
      intent: { type: "edit_span", span: { id: id(1), label: "denial" } },
      code: "unprocessable",
    },
    {
      name: "fragments without their quote",
      intent: { type: "edit_span", span: { id: id(1), fragments: [{ start: 33, end: 39 }] } },
      code: "unprocessable",
    },
    {
      name: "an attribute that the label has not",
      intent: { type: "edit_span", span: { id: id(1), attributes: { source: "ODNI" } } },
      code: "unprocessable",
    },
    {
      name: "a value that the attribute has not",
      intent: { type: "edit_span", span: { id: id(1), attributes: { polarity: "sideways" } } },
      code: "unprocessable",
    },
    {
      name: "a key that could reach a prototype",
      intent: {
        type: "edit_span",
        span: { id: id(1), attributes: JSON.parse('{"__proto__":"yes"}') },
      },
      code: "unprocessable",
    },
  ])("$name", ({ intent, code }) => {
    const annotations = new Annotations();
    for (const operation of there) annotations.apply(operation, context);
    const before = structuredClone([annotations.spans, annotations.relations]);
    expect(() => annotations.apply(intent, context)).toThrow(expect.objectContaining({ code }));
    expect([annotations.spans, annotations.relations]).toEqual(before);
  });

  test("a relation that does not fit, in words that no problem+json has of its own", () => {
    const annotations = new Annotations();
    for (const operation of there) annotations.apply(operation, context);
    expect(() => annotations.apply(link(11, "denies", 1, 3), context)).toThrow(
      expect.objectContaining({
        details: { relation_type: "denies", from: "claim", to: "denial" },
      }),
    );
  });

  test("nothing where labels differ", () => {
    const annotations = new Annotations();
    annotations.apply(add(1, "claim", [1, 9]), context);
    annotations.apply(add(2, "denial", [1, 9]), context);
    expect(annotations.spans.size).toBe(2);
  });
});

test("an attribute patch sets, keeps and takes away", () => {
  const annotations = new Annotations();
  annotations.apply(add(1, "claim", [1, 9]), context);
  const patch = (attributes: Record<string, string | null>): Intent => ({
    type: "edit_span",
    span: { id: id(1), attributes },
  });
  annotations.apply(patch({ polarity: "positive", certainty: "certain" }), context);
  annotations.apply(patch({ polarity: null, accused_actor: "Iran" }), context);
  expect(annotations.spans.get(id(1))?.attributes).toEqual({
    certainty: "certain",
    accused_actor: "Iran",
  });
});

test("undoing an edit leaves alone what another device did to the same span", () => {
  const annotations = new Annotations();
  annotations.apply(add(1, "claim", [1, 9]), context);
  const edit = (attributes: Record<string, string | null>): Intent => ({
    type: "edit_span",
    span: { id: id(1), attributes },
  });
  const mine = annotations.apply(edit({ polarity: "positive" }), context);
  annotations.apply(edit({ certainty: "certain" }), context);
  annotations.apply(
    { type: "edit_span", span: { id: id(1), label: "claim", ...pieces([33, 39]) } },
    context,
  );
  annotations.apply(inverse(mine), context);
  expect(annotations.spans.get(id(1))).toMatchObject({
    fragments: [{ start: 33, end: 39 }],
    attributes: { certainty: "certain" },
  });
});

/** Random work on a few spans and relations: what fits is done, what does not is refused. */
const intents = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("add"),
      n: fc.nat(9),
      a: fc.nat(60),
      b: fc.nat(60),
      label: fc.nat(2),
    }),
    fc.record({
      kind: fc.constant("edit"),
      n: fc.nat(9),
      a: fc.nat(60),
      b: fc.nat(60),
      label: fc.nat(2),
    }),
    fc.record({
      kind: fc.constant("remove"),
      n: fc.nat(9),
      a: fc.nat(9),
      b: fc.nat(9),
      label: fc.nat(3),
    }),
    fc.record({
      kind: fc.constant("link"),
      n: fc.nat(9),
      a: fc.nat(9),
      b: fc.nat(9),
      label: fc.nat(3),
    }),
    fc.record({
      kind: fc.constant("note"),
      n: fc.nat(9),
      a: fc.nat(9),
      b: fc.nat(9),
      label: fc.nat(3),
    }),
  ),
  { maxLength: 60 },
);

function toIntent({
  kind,
  n,
  a,
  b,
  label,
}: {
  kind: string;
  n: number;
  a: number;
  b: number;
  label: number;
}): Intent {
  const name = defaultScheme.labels[label % 3]?.name ?? "claim";
  const [start = 0, end = 0] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
  const quote = text.slice({ start, end });
  if (kind === "add")
    return {
      type: "add_span",
      span: { id: id(n), label: name, fragments: [{ start, end }], quote, attributes: {} },
    };
  if (kind === "edit")
    return {
      type: "edit_span",
      span: { id: id(n), label: name, fragments: [{ start, end }], quote },
    };
  if (kind === "remove") return { type: "remove_span", span: { id: id(n) } };
  if (kind === "link") return link(100 + n, defaultScheme.relations[label]?.name ?? "denies", a, b);
  return { type: "set_article_note", note: `note ${a}` };
}

test("undoing changes last to first gives back every state in between", () => {
  fc.assert(
    fc.property(intents, (plan) => {
      const annotations = new Annotations();
      const picture = () =>
        structuredClone({
          spans: [...annotations.spans.values()].sort((x, y) => (x.id < y.id ? -1 : 1)),
          relations: [...annotations.relations.values()].sort((x, y) => (x.id < y.id ? -1 : 1)),
          note: annotations.note,
        });
      const done = [];
      for (const step of plan) {
        const before = picture();
        try {
          done.push({ before, change: annotations.apply(toIntent(step), context) });
        } catch {
          expect(picture()).toEqual(before);
        }
      }
      for (const { before, change } of done.reverse()) {
        annotations.apply(inverse(change), context);
        expect(picture()).toEqual(before);
      }
    }),
    { numRuns: 300 },
  );
});

test("whatever is done, spans of one label stay apart and relations have both ends", () => {
  fc.assert(
    fc.property(intents, (plan) => {
      const annotations = new Annotations();
      for (const step of plan) {
        try {
          annotations.apply(toIntent(step), context);
        } catch {
          // Refused: that is what keeps the invariants.
        }
      }
      const spans = [...annotations.spans.values()];
      for (const one of spans) {
        for (const other of spans) {
          if (one.id < other.id && one.label === other.label) {
            expect(overlap(one.fragments, other.fragments)).toBe(false);
          }
        }
      }
      for (const { from, to } of annotations.relations.values()) {
        expect(annotations.spans.has(from) && annotations.spans.has(to) && from !== to).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("normalised fragments cover the same characters, sorted and apart", () => {
  const piece = fc
    .tuple(fc.nat(40), fc.integer({ min: 1, max: 8 }))
    .map(([start, length]) => ({ start, end: start + length }));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
      const covered = (fragments: readonly { start: number; end: number }[]) =>
        new Set(
          fragments.flatMap(({ start, end }) =>
            Array.from({ length: end - start }, (_, i) => start + i),
          ),
        );
      const fragments = normaliseFragments(pieces);
      expect(covered(fragments)).toEqual(covered(pieces));
      fragments.forEach((fragment, index) => {
        const next = fragments[index + 1];
        if (next) expect(fragment.end).toBeLessThan(next.start);
      });
    }),
  );
});
