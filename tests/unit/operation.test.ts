import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnnotationContext,
  Annotations,
  type Intent,
  inverse,
  reversed,
} from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import {
  type AttributePatch,
  type Cardinality,
  OperationBatch,
  type RelationRule,
} from "@/lib/domain/schemas";
import { defaultScheme } from "@/lib/domain/scheme";
import { overlap, quoteOf } from "@/lib/domain/span";
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
const link = (number: number, type: string, from: number, to: number) => ({
  type: "add_relation" as const,
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

  test("nothing where the label may overlap, until it is to be another", () => {
    const annotations = new Annotations();
    annotations.apply(add(1, "attribution", [1, 9]), context);
    annotations.apply(add(2, "attribution", [1, 9]), context);
    annotations.apply(add(3, "attribution", [5, 12], [22, 30]), context);
    const relabel = (number: number): Intent => ({
      type: "edit_span",
      span: { id: id(number), label: "claim" },
    });
    annotations.apply(relabel(2), context);
    expect(() => annotations.apply(relabel(3), context)).toThrow(
      expect.objectContaining({ code: "conflict", details: { span: id(3), overlaps: id(2) } }),
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

test("whatever is done, spans stay apart as their label has it and relations have both ends", () => {
  fc.assert(
    fc.property(intents, (plan) => {
      const annotations = new Annotations();
      for (const step of plan) {
        try {
          annotations.apply(toIntent(step), context);
        } catch (error) {
          // Refused: that is what keeps the invariants. If it is for an overlap, there is one.
          if (!(error instanceof Refusal) || error.details.overlaps === undefined) continue;
          const other = annotations.spans.get(String(error.details.overlaps));
          const intent = toIntent(step);
          const given = "span" in intent && "fragments" in intent.span ? intent.span : null;
          expect(other?.label).toBe(given?.label);
          expect(overlap(other?.fragments ?? [], given?.fragments ?? [])).toBe(true);
        }
      }
      const spans = [...annotations.spans.values()];
      expect(annotations.spansInOrder()).toEqual(spans.toSorted(inTextOrder));
      for (const one of spans) {
        const over = spans.filter((other) => overlap(one.fragments, other.fragments));
        expect(new Set(annotations.overlapping(one.fragments))).toEqual(new Set(over));
        if (one.label === "attribution") continue;
        expect(over.filter(({ label }) => label === one.label)).toEqual([one]);
      }
      for (const { from, to } of annotations.relations.values()) {
        expect(annotations.spans.has(from) && annotations.spans.has(to) && from !== to).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

describe("what a refusal says", () => {
  const annotations = () => {
    const there = new Annotations();
    for (const operation of [
      add(1, "claim", [1, 9]),
      add(2, "attribution", [12, 19]),
      add(3, "denial", [42, 51]),
      add(4, "claim", [33, 39]),
      link(10, "denies", 3, 1),
      link(11, "same_claim", 1, 4),
    ]) {
      there.apply(operation, context);
    }
    return there;
  };

  test.for<{ name: string; intent: Intent; message: string; details: object }>([
    {
      name: "of a span that is there",
      intent: add(1, "claim", [22, 30]),
      message: "This span is there already.",
      details: { span: id(1) },
    },
    {
      name: "of an edit to a span that went",
      intent: { type: "edit_span", span: { id: id(9) } },
      message: "This span is no longer there.",
      details: { span: id(9) },
    },
    {
      name: "of removing a span that went",
      intent: { type: "remove_span", span: { id: id(9) } },
      message: "This span is no longer there.",
      details: { span: id(9) },
    },
    {
      name: "of removing a span with relations, whichever end it is",
      intent: { type: "remove_span", span: { id: id(1) } },
      message: "This span has relations; remove them first.",
      details: { span: id(1), relations: [id(10), id(11)] },
    },
    {
      name: "of fragments without a quote",
      intent: { type: "edit_span", span: { id: id(1), fragments: [{ start: 1, end: 4 }] } },
      message: "New fragments come with their quote, and the other way round.",
      details: { span: id(1) },
    },
    {
      name: "of a quote without fragments",
      intent: { type: "edit_span", span: { id: id(1), quote: "The plot" } },
      message: "New fragments come with their quote, and the other way round.",
      details: { span: id(1) },
    },
    {
      name: "of two spans of one label",
      intent: add(9, "claim", [5, 12]),
      message: "Two spans labelled claim cannot overlap.",
      details: { span: id(9), overlaps: id(1) },
    },
    {
      name: "of an edit onto another span",
      intent: { type: "edit_span", span: { id: id(4), ...pieces([5, 12]) } },
      message: "Two spans labelled claim cannot overlap.",
      details: { span: id(4), overlaps: id(1) },
    },
    {
      name: "of a relation that is there",
      intent: link(10, "denies", 3, 4),
      message: "This relation is there already.",
      details: { relation: id(10) },
    },
    {
      name: "of a relation from nowhere",
      intent: link(12, "source_of", 77, 1),
      message: "A relation links two spans of the same annotation set.",
      details: { relation: id(12), missing: id(77) },
    },
    {
      name: "of a relation to nowhere",
      intent: link(12, "source_of", 2, 77),
      message: "A relation links two spans of the same annotation set.",
      details: { relation: id(12), missing: id(77) },
    },
    {
      name: "of a relation to itself",
      intent: link(12, "same_claim", 1, 1),
      message: "A span cannot be related to itself.",
      details: { relation: id(12) },
    },
    {
      name: "of a second relation of one type",
      intent: link(12, "denies", 3, 1),
      message: 'These two spans are linked by "denies" already.',
      details: { relation: id(12), exists: id(10) },
    },
    {
      name: "of the same the other way round",
      intent: link(12, "same_claim", 4, 1),
      message: 'These two spans are linked by "same_claim" already.',
      details: { relation: id(12), exists: id(11) },
    },
    {
      name: "of a relation with attributes",
      intent: {
        type: "add_relation",
        relation: { id: id(12), type: "source_of", from: id(2), to: id(1), attributes: { a: "x" } },
      },
      message: 'A relation "source_of" has no attribute "a".',
      details: { attribute: "a" },
    },
    {
      name: "of an edit to a relation that went",
      intent: { type: "edit_relation", relation: { id: id(99) } },
      message: "This relation is no longer there.",
      details: { relation: id(99) },
    },
    {
      name: "of removing a relation that went",
      intent: { type: "remove_relation", relation: { id: id(99) } },
      message: "This relation is no longer there.",
      details: { relation: id(99) },
    },
    {
      name: "of a note that cannot be stored",
      intent: { type: "set_article_note", note: "a\0" },
      message: "note contains a NUL character at character 1, which cannot be stored.",
      details: { field: "note", line: 1, offset: 1 },
    },
    {
      name: "of the name of a value that is taken away",
      intent: { type: "edit_span", span: { id: id(1), attributes: { "\0": null } } },
      message:
        "An attribute's name contains a NUL character at character 0, which cannot be stored.",
      details: { field: "An attribute's name", line: 1, offset: 0 },
    },
  ])("$name", ({ intent, message, details }) => {
    expect(() => annotations().apply(intent, context)).toThrow(
      expect.objectContaining({ message, details }),
    );
  });

  test("is nothing for two relations of different types, or between other spans", () => {
    const there = annotations();
    there.apply(link(12, "denies", 3, 4), context);
    there.apply(link(13, "source_of", 2, 1), context);
    there.apply(link(14, "source_of", 2, 3), context);
    expect(there.relations.size).toBe(5);
    expect(there.relationsOf(id(2)).map((relation) => relation.id)).toEqual([id(13), id(14)]);
    expect(there.relationsOf(id(4)).map((relation) => relation.id)).toEqual([id(11), id(12)]);
  });
});

test("two spans may be linked in two ways, and a span to several", () => {
  const scheme = {
    ...defaultScheme,
    relations: [
      ...defaultScheme.relations,
      { name: "repeats", from: ["claim"], to: ["claim"], symmetric: false, attributes: [] },
    ],
  };
  const annotations = new Annotations();
  for (const operation of [
    add(1, "claim", [1, 9]),
    add(2, "claim", [22, 30]),
    add(3, "claim", [33, 39]),
    add(4, "denial", [42, 51]),
    add(5, "denial", [12, 19]),
    link(10, "denies", 4, 1),
    link(11, "denies", 5, 1),
    link(12, "denies", 4, 2),
    link(13, "same_claim", 1, 2),
    link(14, "repeats", 1, 2),
    link(15, "same_claim", 3, 1),
    link(16, "same_claim", 2, 3),
  ]) {
    annotations.apply(operation, { text, scheme });
  }
  expect(annotations.relations.size).toBe(7);
});

describe("what a type of relation allows", () => {
  const withRule = (rest: Partial<RelationRule>): AnnotationContext => {
    const base = { name: "next", from: ["claim"], to: ["claim"], symmetric: false, attributes: [] };
    return { text, scheme: { ...defaultScheme, relations: [{ ...base, ...rest }] } };
  };
  /** Links claims by their numbers, one after the other; says what the last one is refused with. */
  const linking = (rest: Partial<RelationRule>, ...pairs: [number, number][]): string | null => {
    const annotations = new Annotations();
    const where = withRule(rest);
    for (const [number, range] of (
      [
        [1, 9],
        [12, 19],
        [22, 30],
        [33, 39],
      ] as const
    ).entries()) {
      annotations.apply(add(number + 1, "claim", [...range]), where);
    }
    for (const [index, [from, to]] of pairs.entries()) {
      const last = index === pairs.length - 1;
      try {
        annotations.apply(link(10 + index, "next", from, to), where);
      } catch (error) {
        if (!last || !(error instanceof Refusal)) throw error;
        return error.message;
      }
    }
    return null;
  };

  test.for<[Cardinality, [number, number][], string | null]>([
    [
      "many_to_many",
      [
        [1, 2],
        [1, 3],
        [4, 3],
      ],
      null,
    ],
    [
      "many_to_one",
      [
        [1, 2],
        [3, 2],
      ],
      null,
    ],
    [
      "many_to_one",
      [
        [1, 2],
        [1, 3],
      ],
      'A span has at most one "next" from it.',
    ],
    [
      "one_to_many",
      [
        [1, 2],
        [1, 3],
      ],
      null,
    ],
    [
      "one_to_many",
      [
        [1, 2],
        [3, 2],
      ],
      'A span has at most one "next" to it.',
    ],
    [
      "one_to_one",
      [
        [1, 2],
        [2, 3],
      ],
      null,
    ],
    [
      "one_to_one",
      [
        [1, 2],
        [1, 3],
      ],
      'A span has at most one "next" from it.',
    ],
    [
      "one_to_one",
      [
        [1, 2],
        [3, 2],
      ],
      'A span has at most one "next" to it.',
    ],
  ])("%s: %j", ([cardinality, pairs, says]) => {
    expect(linking({ cardinality }, ...pairs)).toBe(says);
  });

  test("of a symmetric one, a span has one at most at either end", () => {
    const one = { cardinality: "one_to_one", symmetric: true } as const;
    expect(linking(one, [1, 2], [3, 4])).toBeNull();
    expect(linking(one, [1, 2], [3, 1])).toBe('A span has at most one "next".');
  });

  test("no chain leads back to where it began, unless that is allowed", () => {
    const says = '"next" would lead in a circle.';
    expect(linking({ acyclic: true }, [1, 2], [2, 3], [3, 1])).toBe(says);
    expect(linking({ acyclic: true }, [1, 2], [1, 3], [2, 4], [3, 4])).toBeNull();
    expect(linking({}, [1, 2], [2, 3], [3, 1])).toBeNull();
  });

  test("an edit that turns one round is judged without what it was", () => {
    const where = withRule({ acyclic: true, cardinality: "one_to_one" });
    const annotations = new Annotations();
    annotations.apply(add(1, "claim", [1, 9]), where);
    annotations.apply(add(2, "claim", [12, 19]), where);
    annotations.apply(link(10, "next", 1, 2), where);
    const edit = {
      type: "edit_relation",
      relation: { id: id(10), from: id(2), to: id(1) },
    } as const;
    expect(annotations.apply(edit, where).after).toMatchObject({ from: id(2), to: id(1) });
  });

  test("it has its attributes, in the scheme's order", () => {
    const topics = { name: "topics", type: "choices", values: ["war", "money"] } as const;
    const where = withRule({ attributes: [topics] });
    const annotations = new Annotations();
    annotations.apply(add(1, "claim", [1, 9]), where);
    annotations.apply(add(2, "claim", [12, 19]), where);
    const attributes = { topics: ["money", "war"] };
    const { relation } = link(10, "next", 1, 2);
    const intent = { type: "add_relation", relation: { ...relation, attributes } } as const;
    expect(annotations.apply(intent, where).after).toMatchObject({
      attributes: { topics: ["war", "money"] },
    });
  });
});

describe("the attributes of an article", () => {
  const where: AnnotationContext = {
    text,
    scheme: {
      ...defaultScheme,
      article: [
        { name: "topics", type: "choices", values: ["war", "money"] },
        { name: "harmful", type: "boolean" },
      ],
    },
  };
  const set = (attributes: AttributePatch) =>
    ({ type: "set_article_attributes", attributes }) as const;

  test("are set, changed and taken back", () => {
    const annotations = new Annotations();
    const first = annotations.apply(set({ topics: ["money", "war"], harmful: true }), where);
    expect(annotations.attributes).toEqual({ topics: ["war", "money"], harmful: true });
    const second = annotations.apply(set({ topics: ["war"], harmful: null }), where);
    expect(annotations.attributes).toEqual({ topics: ["war"] });
    annotations.apply(inverse(second), where);
    expect(annotations.attributes).toEqual({ topics: ["war", "money"], harmful: true });
    expect(reversed(second)).toEqual({ ...second, before: second.after, after: second.before });
    annotations.apply(inverse(first), where);
    expect(annotations.attributes).toEqual({});
  });

  test("are those of the scheme", () => {
    const annotations = new Annotations();
    expect(() => annotations.apply(set({ tone: "x" }), where)).toThrow(
      'An article has no attribute "tone".',
    );
    expect(annotations.copy().attributes).toEqual({});
  });
});

describe("an edit", () => {
  test("changes what it names of a span, which may stay where it is", () => {
    const annotations = new Annotations();
    annotations.apply(add(1, "claim", [1, 9]), context);
    annotations.apply({ type: "edit_span", span: { id: id(1), label: "denial" } }, context);
    expect(annotations.spans.get(id(1))).toEqual(span(1, "denial", [1, 9]));
    annotations.apply({ type: "edit_span", span: { id: id(1), ...pieces([1, 4]) } }, context);
    expect(annotations.spans.get(id(1))).toEqual(span(1, "denial", [1, 4]));
    annotations.apply({ type: "edit_span", span: { id: id(1) } }, context);
    expect(annotations.spans.get(id(1))).toEqual(span(1, "denial", [1, 4]));
  });

  test("changes what it names of a relation, and is taken back", () => {
    const annotations = new Annotations();
    annotations.apply(add(1, "claim", [1, 9]), context);
    annotations.apply(add(2, "attribution", [12, 19]), context);
    annotations.apply(add(3, "denial", [42, 51]), context);
    annotations.apply(add(4, "attribution", [33, 39]), context);
    annotations.apply(link(10, "source_of", 2, 1), context);
    const before = annotations.relations.get(id(10));
    const edit = (change: object) =>
      annotations.apply({ type: "edit_relation", relation: { id: id(10), ...change } }, context);
    for (const { change, after } of [
      { change: { to: id(3) }, after: { to: id(3) } },
      { change: { from: id(4) }, after: { from: id(4) } },
      { change: { type: "nested_in", to: id(4) }, after: { type: "nested_in", to: id(4) } },
      { change: { attributes: { a: null } }, after: {} },
      { change: {}, after: {} },
    ]) {
      const done = edit(change);
      expect(annotations.relations.get(id(10))).toEqual({ ...before, ...after });
      const back = inverse(done);
      expect(back).toEqual({
        type: "edit_relation",
        relation: {
          id: id(10),
          attributes: {},
          ...Object.fromEntries(
            Object.keys(after).map((key) => [key, before?.[key as "type" | "from" | "to"]]),
          ),
        },
      });
      annotations.apply(back, context);
      expect(annotations.relations.get(id(10))).toEqual(before);
    }
    expect(() => edit({ attributes: { a: "x" } })).toThrow(
      'A relation "source_of" has no attribute "a".',
    );
  });
});

describe("taking back", () => {
  const annotations = new Annotations();
  const claim = {
    ...span(1, "claim", [1, 9]),
    attributes: { polarity: "positive", certainty: "certain" },
  };

  test.for<{ name: string; intent: Intent; back: Intent }>([
    {
      name: "a span that came",
      intent: { type: "add_span", span: claim },
      back: { type: "remove_span", span: { id: id(1) } },
    },
    {
      name: "its attributes",
      intent: {
        type: "edit_span",
        span: {
          id: id(1),
          attributes: { polarity: null, check_worthy: "yes", certainty: "certain" },
        },
      },
      back: {
        type: "edit_span",
        span: { id: id(1), attributes: { check_worthy: null, polarity: "positive" } },
      },
    },
    {
      name: "its place",
      intent: { type: "edit_span", span: { id: id(1), ...pieces([1, 4]) } },
      back: { type: "edit_span", span: { id: id(1), ...pieces([1, 9]), attributes: {} } },
    },
    {
      name: "nothing",
      intent: { type: "edit_span", span: { id: id(1) } },
      back: { type: "edit_span", span: { id: id(1), attributes: {} } },
    },
    {
      name: "a note",
      intent: { type: "set_article_note", note: "new" },
      back: { type: "set_article_note", note: "" },
    },
  ])("$name", ({ intent, back }) => {
    annotations.commit(annotations.plan({ type: "set_article_note", note: "" }, context));
    const change = annotations.apply(intent, context);
    expect(inverse(change)).toEqual(back);
    if (intent.type !== "add_span") annotations.apply(back, context);
  });

  test("its label, and what its attributes were with it", () => {
    const there = new Annotations();
    there.apply(add(1, "claim", [1, 9]), context);
    const change = there.apply(
      { type: "edit_span", span: { id: id(1), label: "denial" } },
      context,
    );
    expect(inverse(change)).toEqual({
      type: "edit_span",
      span: { id: id(1), label: "claim", attributes: {} },
    });
  });

  test("a span or relation that went brings it back as it was", () => {
    const there = new Annotations();
    there.apply({ type: "add_span", span: claim }, context);
    there.apply(add(3, "denial", [42, 51]), context);
    there.apply(link(10, "denies", 3, 1), context);
    const relation = there.relations.get(id(10));
    const unlinked = there.apply({ type: "remove_relation", relation: { id: id(10) } }, context);
    expect(there.relations.size).toBe(0);
    expect(inverse(unlinked)).toEqual({ type: "add_relation", relation });
    const removed = there.apply({ type: "remove_span", span: { id: id(1) } }, context);
    expect(there.spans.size).toBe(1);
    expect(inverse(removed)).toEqual({ type: "add_span", span: claim });
  });

  test("a relation that came", () => {
    const there = new Annotations();
    there.apply(add(1, "claim", [1, 9]), context);
    there.apply(add(3, "denial", [42, 51]), context);
    expect(inverse(there.apply(link(10, "denies", 3, 1), context))).toEqual({
      type: "remove_relation",
      relation: { id: id(10) },
    });
  });
});

test("a plan changes nothing", () => {
  const annotations = new Annotations();
  annotations.plan(add(1, "claim", [1, 9]), context);
  annotations.plan({ type: "set_article_note", note: "x" }, context);
  expect([annotations.spans.size, annotations.note]).toEqual([0, ""]);
});

test("a set goes on from what was stored", () => {
  const first = new Annotations();
  first.apply(add(1, "claim", [1, 9]), context);
  first.apply(add(3, "denial", [42, 51]), context);
  first.apply(link(10, "denies", 3, 1), context);
  first.apply({ type: "set_article_note", note: "n" }, context);
  const second = new Annotations({
    spans: first.spans.values(),
    relations: first.relations.values(),
    note: first.note,
  });
  expect([second.spans, second.relations, second.note]).toEqual([
    first.spans,
    first.relations,
    "n",
  ]);
});

describe("the shape of a batch", () => {
  const note = { id: id(1), type: "set_article_note", note: "" };
  const batch = { revision: 0, operations: [note] };
  const relation = { id: id(2), type: "denies", from: id(3), to: id(4), attributes: {} };
  const given = { id: id(1), type: "add_span", span: span(1, "claim", [0, 1]) };
  const withSpan = (change: object) => ({
    ...batch,
    operations: [{ ...given, span: { ...given.span, ...change } }],
  });

  test.for<{ name: string; value: object }>([
    { name: "one operation", value: batch },
    { name: "500 operations", value: { ...batch, operations: Array(500).fill(note) } },
    {
      name: "a note of 20,000 units",
      value: { ...batch, operations: [{ ...note, note: "x".repeat(20_000) }] },
    },
    {
      name: "a span of a hundred fragments",
      value: withSpan({ fragments: Array(100).fill({ start: 0, end: 2 ** 31 - 1 }) }),
    },
    {
      name: "a label and an attribute of 63 letters",
      value: withSpan({ label: "x".repeat(63), attributes: { ["x".repeat(63)]: "" } }),
    },
    {
      name: "an operation of each kind",
      value: {
        revision: 7,
        operations: [
          note,
          given,
          { id: id(1), type: "edit_span", span: { id: id(1) } },
          {
            id: id(1),
            type: "edit_span",
            span: { id: id(1), label: "x", ...pieces([0, 1]), attributes: { a: null } },
          },
          { id: id(1), type: "remove_span", span: { id: id(1) } },
          { id: id(1), type: "add_relation", relation },
          { id: id(1), type: "edit_relation", relation: { id: id(1) } },
          { id: id(1), type: "edit_relation", relation: { ...relation, attributes: { a: null } } },
          { id: id(1), type: "remove_relation", relation: { id: id(1) } },
        ],
      },
    },
  ])("has $name", ({ value }) => {
    expect(OperationBatch.parse(value)).toEqual(value);
  });

  test.for<{ name: string; value: object }>([
    { name: "no operations", value: { ...batch, operations: [] } },
    { name: "501 operations", value: { ...batch, operations: Array(501).fill(note) } },
    { name: "a revision below none", value: { ...batch, revision: -1 } },
    { name: "half a revision", value: { ...batch, revision: 0.5 } },
    { name: "what it does not know", value: { ...batch, force: true } },
    {
      name: "a note of 20,001 units",
      value: { ...batch, operations: [{ ...note, note: "x".repeat(20_001) }] },
    },
    { name: "an id that is none", value: { ...batch, operations: [{ ...note, id: "1" }] } },
    { name: "a span without fragments", value: withSpan({ fragments: [] }) },
    {
      name: "a span of 101 fragments",
      value: withSpan({ fragments: Array(101).fill({ start: 0, end: 1 }) }),
    },
    { name: "an offset below none", value: withSpan({ fragments: [{ start: -1, end: 1 }] }) },
    { name: "half an offset", value: withSpan({ fragments: [{ start: 0, end: 1.5 }] }) },
    {
      name: "an offset beyond all texts",
      value: withSpan({ fragments: [{ start: 0, end: 2 ** 31 }] }),
    },
    {
      name: "a fragment that knows more",
      value: withSpan({ fragments: [{ start: 0, end: 1, text: "x" }] }),
    },
    { name: "a label without a name", value: withSpan({ label: "" }) },
    { name: "a label of 64 letters", value: withSpan({ label: "x".repeat(64) }) },
    {
      name: "an attribute of 64 letters",
      value: withSpan({ attributes: { ["x".repeat(64)]: "" } }),
    },
    {
      name: "a value that is taken away from a new span",
      value: withSpan({ attributes: { a: null } }),
    },
    {
      name: "a quote of more than 5,000,000 units",
      value: withSpan({ quote: "x".repeat(5_000_001) }),
    },
    {
      name: "an edit of 64 letters",
      value: {
        ...batch,
        operations: [
          {
            id: id(1),
            type: "edit_span",
            span: { id: id(1), attributes: { ["x".repeat(64)]: null } },
          },
        ],
      },
    },
  ])("has not $name", ({ value }) => {
    expect(OperationBatch.safeParse(value).success).toBe(false);
  });

  test("writes ids in one way", () => {
    const upper = "0198C0DE-0000-7000-8000-00000000000A";
    const value = { ...batch, operations: [{ ...note, id: upper }] };
    expect(OperationBatch.parse(value).operations[0]?.id).toBe(upper.toLowerCase());
  });
});

test("among twenty thousand spans and relations, an operation looks at a few", () => {
  let looked = 0;
  const watched = <T>(value: T) => ({
    get value() {
      looked += 1;
      return value;
    },
  });
  const long = new ArticleText("word ".repeat(30_000));
  const spans = Array.from({ length: 20_000 }, (_, n) => {
    const start = watched(n * 5);
    const fragment = {
      end: n * 5 + 4,
      get start() {
        return start.value;
      },
    };
    const label = n % 2 === 0 ? "claim" : "denial";
    return { id: id(n), label, fragments: [fragment], quote: "word", attributes: {} };
  });
  const relations = Array.from({ length: 10_000 }, (_, n) => {
    const from = watched(id(2 * n + 1));
    return {
      id: id(100_000 + n),
      type: "denies",
      get from() {
        return from.value;
      },
      to: id(2 * n),
      attributes: {},
    };
  });
  const annotations = new Annotations({ spans, relations });
  const wide = { text: long, scheme: defaultScheme };
  annotations.relationsOf(id(0)); // learns who is linked with whom, once …
  annotations.overlapping([]); // … and what lies where
  const fragments = [{ start: 100_000, end: 100_004 }];
  const added = { id: id(90_000), label: "claim", fragments, quote: "word", attributes: {} };
  const steps: Intent[] = [
    { type: "add_span", span: added },
    link(200_000, "denies", 1, 90_000),
    { type: "edit_span", span: { id: id(4), attributes: { polarity: "positive" } } },
    { type: "remove_relation", relation: { id: id(100_000) } },
    { type: "remove_span", span: { id: id(0) } },
  ];
  for (const step of steps) {
    looked = 0;
    annotations.apply(step, wide);
    expect.soft(looked, step.type).toBeLessThan(200);
  }
});

describe("spans that share an end with others of their kind may be linked", () => {
  test.for([
    {
      name: "where what is linked with the second is linked from elsewhere",
      labels: ["denial", "denial", "claim", "claim", "claim"],
      there: [link(10, "denies", 1, 3), link(11, "denies", 1, 4), link(12, "denies", 2, 5)],
      next: link(13, "denies", 1, 5),
    },
    {
      name: "where what is linked with the first leads to it",
      labels: ["claim", "claim", "claim", "claim", "claim"],
      there: [
        link(10, "same_claim", 1, 2),
        link(11, "same_claim", 3, 4),
        link(12, "same_claim", 3, 5),
      ],
      next: link(13, "same_claim", 2, 3),
    },
  ])("$name", ({ labels, there, next }) => {
    const places: Piece[] = [
      [1, 4],
      [5, 9],
      [22, 25],
      [26, 30],
      [33, 39],
    ];
    const annotations = new Annotations();
    for (const [at, label] of labels.entries()) {
      annotations.apply(add(at + 1, label, places[at] ?? [0, 0]), context);
    }
    for (const step of [...there, next]) annotations.apply(step, context);
    expect(annotations.relations.size).toBe(4);
  });
});
