import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import {
  type AttributeRule,
  type LabelRule,
  type RelationRule,
  Scheme,
} from "@/lib/domain/schemas";
import { articleHolder, defaultScheme, relationHolder } from "@/lib/domain/scheme";
import {
  carryOver,
  checkMapping,
  commitLogged,
  inverseMapping,
  isLoss,
  reversedLogged,
  type SchemeChange,
  type SchemeMapping,
  touchedNames,
} from "@/lib/domain/scheme-change";
import { type Attributes, type AttributeValue, quoteOf, type Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";

const text = new ArticleText("one two three four five six seven eight nine ten eleven twelve");
const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const nothing: SchemeMapping = { labels: {}, relations: {}, attributes: [] };

function span(number: number, label: string, start: number, attributes: Attributes = {}): Span {
  const fragments = [{ start, end: start + 3 }];
  return { id: id(number), label, fragments, quote: quoteOf(text, fragments), attributes };
}
const relation = (number: number, type: string, from: number, to: number, attributes = {}) => ({
  id: id(number),
  type,
  from: id(from),
  to: id(to),
  attributes,
});
const label = (name: string, ...attributes: AttributeRule[]): LabelRule => ({
  name,
  letter: "L",
  overlap: false,
  attributes,
});
const choice = (name: string, ...values: string[]): AttributeRule => ({
  name,
  type: "choice",
  values,
});
const scheme = (
  labels: LabelRule[],
  relations: RelationRule[] = [],
  article: AttributeRule[] = [],
) => Scheme.parse({ labels, relations, article });
const link = (name: string, from: string, to: string, rest = {}): RelationRule => ({
  name,
  from: [from],
  to: [to],
  symmetric: false,
  attributes: [],
  ...rest,
});

/** A copy of a set as it is after. */
function carried(set: Annotations, change: SchemeChange, before?: Parameters<typeof carryOver>[2]) {
  const result = carryOver(set, change, before);
  const after = set.copy();
  for (const one of result.changes) after.commit(one);
  return { ...result, after };
}
const causes = ({ effects }: ReturnType<typeof carried>) =>
  effects.map(({ cause }) => cause).sort();

describe("a label", () => {
  const from = scheme([label("claim"), label("rumour")], [link("about", "claim", "rumour")]);
  const set = new Annotations({
    spans: [span(1, "claim", 0), span(2, "rumour", 4)],
    relations: [relation(9, "about", 1, 2)],
  });

  test("gets another name, and its relations stay", () => {
    const to = scheme(
      [label("statement"), label("rumour")],
      [link("about", "statement", "rumour")],
    );
    const mapping = { ...nothing, labels: { claim: "statement" } };
    const result = carried(set, { from, to, mapping });
    expect(result.after.spans.get(id(1))?.label).toBe("statement");
    expect(result.after.relations).toEqual(set.relations);
    expect(result.effects).toEqual([
      {
        cause: "label_renamed",
        of: "label",
        holder: "claim",
        attribute: null,
        value: null,
        becomes: "statement",
      },
    ]);
  });

  test.for<{ name: string; mapping: SchemeMapping; to: Scheme }>([
    { name: "that is gone", mapping: nothing, to: scheme([label("rumour")]) },
    {
      name: "that is to go",
      mapping: { ...nothing, labels: { claim: null } },
      to: scheme([label("claim"), label("rumour")], [link("about", "claim", "rumour")]),
    },
  ])("$name leaves its spans out, and what leads to them", ({ mapping, to }) => {
    const kept = to.relations.length > 0 ? "end_left_out" : "relation_left_out";
    const result = carried(set, { from, to, mapping });
    expect(causes(result)).toEqual([kept, "label_left_out"].sort());
    expect([...result.after.spans.keys()]).toEqual([id(2)]);
    expect(result.after.relations.size).toBe(0);
  });

  test("that others are merged into keeps the first of those that share characters", () => {
    const two = new Annotations({
      spans: [span(1, "rumour", 0), span(2, "claim", 1), span(3, "claim", 20)],
    });
    const to = scheme([label("claim")]);
    const mapping = { ...nothing, labels: { rumour: "claim" } };
    const result = carried(two, { from, to, mapping });
    expect([...result.after.spans.values()].map((one) => [one.id, one.label]).sort()).toEqual([
      [id(1), "claim"],
      [id(3), "claim"],
    ]);
    expect(causes(result)).toEqual(["label_renamed", "overlap"]);
    expect(result.effects.find(({ cause }) => cause === "overlap")?.holder).toBe("claim");
  });

  test("may share characters in one scheme and not in the next", () => {
    const free = scheme([{ ...label("claim"), overlap: true }]);
    const over = new Annotations({ spans: [span(1, "claim", 0), span(2, "claim", 2)] });
    const result = carried(over, { from: free, to: scheme([label("claim")]), mapping: nothing });
    expect([...result.after.spans.keys()]).toEqual([id(1)]);
    expect(carried(over, { from: free, to: free, mapping: nothing }).changes).toEqual([]);
  });
});

test.for<{ name: string; rule: Partial<RelationRule>; cause: string; left: number[] }>([
  { name: "may lead from elsewhere only", rule: { from: ["rumour"] }, cause: "ends", left: [] },
  { name: "may lead elsewhere only", rule: { to: ["rumour"] }, cause: "ends", left: [] },
  {
    name: "is one of its kind at the end it leads from",
    rule: { cardinality: "many_to_one" },
    cause: "others_in_the_way",
    left: [8, 9, 11],
  },
  {
    name: "may not lead in a circle",
    rule: { acyclic: true },
    cause: "others_in_the_way",
    left: [8, 9, 10],
  },
])("a relation that now $name", ({ rule, cause, left }) => {
  const labels = [label("claim"), label("rumour")];
  const from = scheme(labels, [link("like", "claim", "claim")]);
  const to = scheme(labels, [{ ...link("like", "claim", "claim"), ...rule }]);
  const set = new Annotations({
    spans: [span(1, "claim", 0), span(2, "claim", 4), span(3, "claim", 8)],
    relations: [
      relation(8, "like", 1, 2),
      relation(9, "like", 2, 3),
      relation(10, "like", 1, 3),
      relation(11, "like", 3, 1),
    ].slice(0, rule.acyclic ? 2 : 4),
  });
  // 1 → 2 → 3; in a circle with 3 → 1, which another type allows until it becomes this one.
  const both = rule.acyclic
    ? new Annotations({
        spans: set.spans.values(),
        relations: [
          ...set.relations.values(),
          relation(10, "like", 1, 3),
          relation(11, "back", 3, 1),
        ],
      })
    : set;
  const before = rule.acyclic
    ? scheme(labels, [link("like", "claim", "claim"), link("back", "claim", "claim")])
    : from;
  const mapping = rule.acyclic ? { ...nothing, relations: { back: "like" } } : nothing;
  const result = carried(both, { from: before, to, mapping });
  expect(new Set(causes(result))).toEqual(new Set([cause]));
  expect([...result.after.relations.keys()].sort()).toEqual(left.map(id).sort());
});

describe("a value", () => {
  const rules: Record<string, AttributeRule> = {
    choice: choice("a", "yes", "no", "perhaps"),
    choices: { name: "a", type: "choices", values: ["no", "yes"] },
    boolean: { name: "a", type: "boolean" },
    number: { name: "a", type: "number", min: 0, max: 10 },
    text: { name: "a", type: "text" },
  };
  test.for<[string, AttributeValue, string, AttributeValue | null]>([
    ["choice", "yes", "choices", ["yes"]],
    ["choice", "perhaps", "choices", null],
    ["choice", "yes", "boolean", true],
    ["choice", "no", "boolean", false],
    ["choice", "perhaps", "boolean", null],
    ["choice", "perhaps", "text", "perhaps"],
    ["choices", ["yes"], "choice", "yes"],
    ["choices", ["no", "yes"], "choice", null],
    ["choices", ["no", "yes"], "text", "no, yes"],
    ["boolean", true, "choice", "yes"],
    ["boolean", false, "text", "no"],
    ["number", 3.5, "text", "3.5"],
    ["number", 3, "choice", null],
    ["text", "4", "number", 4],
    ["text", "-4", "number", null],
    ["text", "4 times", "number", null],
    ["text", "0x4", "number", null],
    ["text", "9.000000000000001", "number", null],
    ["text", "perhaps", "choice", "perhaps"],
    ["text", "Perhaps", "choice", null],
  ])("of a %s, %j, as a %s: %j", ([kind, value, next, expected]) => {
    const rule = (name: string) => rules[name] ?? expect.unreachable(name);
    const set = new Annotations({ spans: [span(1, "claim", 0, { a: value })] });
    const from = scheme([label("claim", rule(kind))]);
    const to = scheme([label("claim", rule(next))]);
    const result = carried(set, { from, to, mapping: nothing });
    const expectedAttributes = expected === null ? {} : { a: expected };
    expect(result.after.spans.get(id(1))?.attributes).toEqual(expectedAttributes);
    const isSame = expected === value;
    expect(causes(result)).toEqual(
      expected === null ? ["value_left_out"] : isSame ? [] : ["value_changed"],
    );
  });

  test("is mapped, also where its attribute gets another name", () => {
    const from = scheme([label("claim", choice("tone", "calm", "angry", "loud"))]);
    const to = scheme([label("claim", choice("mood", "calm", "heated"))]);
    const values = { angry: "heated", loud: null };
    const mapping = {
      ...nothing,
      attributes: [{ label: "claim", name: "tone", becomes: "mood", values }],
    };
    const set = new Annotations({
      spans: ["calm", "angry", "loud"].map((tone, n) => span(n, "claim", n * 4, { tone })),
    });
    const result = carried(set, { from, to, mapping });
    expect([...result.after.spans.values()].map(({ attributes }) => attributes)).toEqual([
      { mood: "calm" },
      { mood: "heated" },
      {},
    ]);
    expect(causes(result)).toEqual([
      "attribute_renamed",
      "attribute_renamed",
      "value_changed",
      "value_left_out",
    ]);
  });

  test("some of several choices may have no place", () => {
    const several = (...values: string[]): AttributeRule => ({
      name: "a",
      type: "choices",
      values,
    });
    const from = scheme([label("claim")], [], [several("x", "y", "z")]);
    const to = scheme([label("claim")], [], [several("z", "x")]);
    const set = new Annotations({ attributes: { a: ["x", "y", "z"] } });
    const result = carried(set, { from, to, mapping: nothing });
    expect(result.after.attributes).toEqual({ a: ["z", "x"] });
    expect(causes(result)).toEqual(["value_left_out"]);
    expect(result.effects[0]).toMatchObject({ of: "article", holder: null, value: "x, y, z" });
  });

  test("of an attribute that is gone is left out", () => {
    const from = scheme([label("claim", choice("a", "x"))]);
    const set = new Annotations({ spans: [span(1, "claim", 0, { a: "x" })] });
    const result = carried(set, { from, to: scheme([label("claim")]), mapping: nothing });
    expect(result.after.spans.get(id(1))?.attributes).toEqual({});
    expect(causes(result)).toEqual(["attribute_left_out"]);
  });
});

describe("undone", () => {
  const from = scheme([label("claim", choice("tone", "calm", "angry")), label("rumour")]);
  const to = scheme([label("claim", choice("mood", "calm", "angry"))]);
  const mapping = {
    labels: { rumour: null },
    relations: {},
    attributes: [{ label: "claim", name: "tone", becomes: "mood", values: {} }],
  };
  const change = { from, to, mapping };
  const back = { from: to, to: from, mapping: inverseMapping(change) };
  const set = new Annotations({
    spans: [
      span(1, "claim", 0, { tone: "calm" }),
      span(2, "rumour", 4),
      span(3, "claim", 8, { tone: "calm" }),
      span(4, "claim", 14, { tone: "calm" }),
    ],
  });
  const { after, changes } = carried(set, change);

  test("what was left out comes back, with what was done since", () => {
    after.commit({ kind: "span", before: null, after: span(5, "claim", 20, { mood: "angry" }) });
    const edited = after.spans.get(id(3)) ?? expect.unreachable();
    after.commit({
      kind: "span",
      before: edited,
      after: { ...edited, attributes: { mood: "angry" } },
    });
    const removed = after.spans.get(id(4)) ?? null;
    after.commit({ kind: "span", before: removed, after: null });
    const result = carried(after, back, { before: changes });
    expect(result.after.spansInOrder()).toEqual([
      span(1, "claim", 0, { tone: "calm" }),
      span(2, "rumour", 4),
      span(3, "claim", 8, { tone: "angry" }),
      span(5, "claim", 20, { tone: "angry" }),
    ]);
    expect(result.effects.filter(({ cause }) => isLoss(cause))).toEqual([]);
  });

  test("what was merged stays as it is only where it was there before", () => {
    const two = scheme([label("claim"), label("rumour")]);
    const one = scheme([label("statement")]);
    const merge = {
      from: two,
      to: one,
      mapping: { ...nothing, labels: { claim: "statement", rumour: "statement" } },
    };
    const first = carried(
      new Annotations({ spans: [span(1, "claim", 0), span(2, "rumour", 4)] }),
      merge,
    );
    first.after.commit({ kind: "span", before: null, after: span(3, "statement", 8) });
    const undo = { from: one, to: two, mapping: inverseMapping(merge) };
    const result = carried(first.after, undo, { before: first.changes });
    expect(result.after.spansInOrder()).toEqual([span(1, "claim", 0), span(2, "rumour", 4)]);
    expect(result.effects.filter(({ cause }) => isLoss(cause))).toHaveLength(1);
  });
});

describe("a mapping", () => {
  const from = scheme([label("claim", choice("tone", "calm"))], [link("like", "claim", "claim")]);
  const to = scheme([label("claim", choice("tone", "calm"))], [link("like", "claim", "claim")]);
  const attribute = { label: "claim", name: "tone", becomes: "tone", values: {} };
  test.for<{ name: string; mapping: SchemeMapping }>([
    { name: "a label that was not", mapping: { ...nothing, labels: { x: "claim" } } },
    { name: "a label that is not", mapping: { ...nothing, labels: { claim: "x" } } },
    { name: "a relation that was not", mapping: { ...nothing, relations: { x: null } } },
    { name: "a relation that is not", mapping: { ...nothing, relations: { like: "x" } } },
    {
      name: "an attribute that was not",
      mapping: { ...nothing, attributes: [{ ...attribute, name: "x" }] },
    },
    {
      name: "an attribute that is not",
      mapping: { ...nothing, attributes: [{ ...attribute, becomes: "x" }] },
    },
    {
      name: "an attribute of the article that was not",
      mapping: { ...nothing, attributes: [{ name: "tone", becomes: null, values: {} }] },
    },
    {
      name: "a value that is not",
      mapping: { ...nothing, attributes: [{ ...attribute, values: { calm: "x" } }] },
    },
    { name: "an attribute twice", mapping: { ...nothing, attributes: [attribute, attribute] } },
  ])("of $name is refused", ({ mapping }) => {
    expect(() => checkMapping({ from, to, mapping })).toThrow(
      expect.objectContaining({ code: "unprocessable" }),
    );
    expect(() => checkMapping({ from, to, mapping })).toThrow(Refusal);
  });

  test("of what there is is not", () => {
    const mapping = {
      labels: { claim: "claim" },
      relations: { like: null },
      attributes: [{ ...attribute, values: { calm: null } }],
    };
    expect(() => checkMapping({ from, to, mapping })).not.toThrow();
  });
});

describe("whatever the schemes", () => {
  const names = ["a", "b", "c", "d"];
  const values = ["u", "v", "w", "yes", "no"];
  const rule = (name: string): fc.Arbitrary<AttributeRule> =>
    fc.oneof(
      fc
        .record({
          type: fc.constantFrom("choice" as const, "choices" as const),
          values: fc.shuffledSubarray(values, { minLength: 1 }),
        })
        .map((one) => ({ name, ...one })),
      fc.constant<AttributeRule>({ name, type: "boolean" }),
      fc.constant<AttributeRule>({ name, type: "text" }),
      fc
        .record({ max: fc.integer({ min: 0, max: 5 }), integer: fc.boolean() })
        .map((one): AttributeRule => ({ name, type: "number", ...one })),
    );
  const rules = fc
    .uniqueArray(fc.constantFrom("p", "q", "r"), { maxLength: 3 })
    .chain((all) => fc.tuple(...all.map(rule)));
  const schemes = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }).chain((labels) =>
    fc
      .record({
        labels: fc.tuple(
          ...labels.map((name) =>
            fc
              .record({ overlap: fc.boolean(), attributes: rules })
              .map((rest) => ({ name, letter: "X", ...rest })),
          ),
        ),
        relations: fc.uniqueArray(fc.constantFrom("m", "n"), { maxLength: 2 }).chain((types) =>
          fc.tuple(
            ...types.map((name) =>
              fc
                .record({
                  from: fc.subarray(labels, { minLength: 1 }),
                  to: fc.subarray(labels, { minLength: 1 }),
                  symmetric: fc.boolean(),
                  acyclic: fc.boolean(),
                  cardinality: fc.constantFrom("many_to_many", "many_to_one", "one_to_one"),
                  attributes: rules,
                })
                .map((rest) => ({ name, ...rest })),
            ),
          ),
        ),
        article: rules,
      })
      .map((one) => Scheme.parse(one)),
  );
  const names_ = (rulesOf: readonly { readonly name: string }[]) => rulesOf.map(({ name }) => name);
  const mapped = (from: readonly string[], to: readonly string[]) =>
    fc.tuple(...from.map(() => fc.option(fc.constantFrom(null, ...to)))).map((all) =>
      Object.fromEntries(
        from.flatMap((name, n) => {
          const becomes = all[n];
          return becomes === null && n % 2 === 0 ? [] : [[name, becomes ?? null] as const];
        }),
      ),
    );
  const attributeMapping = (of: string, one: AttributeRule, after: readonly AttributeRule[]) =>
    fc.option(
      fc
        .record({
          becomes: fc.constantFrom(null, ...names_(after)),
          values: fc.dictionary(fc.constantFrom(...values), fc.constantFrom(null, ...values)),
        })
        .map((rest) => ({ label: of, name: one.name, ...rest })),
    );
  const changes = fc.tuple(schemes, schemes, fc.boolean()).chain(([from, other, isSmall]) => {
    const to: Scheme = isSmall
      ? { ...from, labels: [...from.labels, { ...label("e"), letter: "E" }] }
      : other;
    return fc
      .record({
        labels: mapped(names_(from.labels), names_(to.labels)),
        relations: mapped(names_(from.relations), names_(to.relations)),
      })
      .chain((mapping) =>
        fc
          .tuple(
            ...from.labels.flatMap((rule) => {
              const target = mapping.labels[rule.name] ?? rule.name;
              const after = to.labels.find(({ name }) => name === target)?.attributes ?? [];
              return rule.attributes.map((one) => attributeMapping(rule.name, one, after));
            }),
          )
          .map((attributes): SchemeChange => {
            const all = attributes.filter((one) => one !== null);
            return { from, to, mapping: isSmall ? nothing : { ...mapping, attributes: all } };
          }),
      );
  });

  /** A set that the scheme allows, made of many attempts of which some are refused. */
  function filled({ from }: SchemeChange, picks: readonly number[]): Annotations {
    const set = new Annotations();
    let at = 0;
    const pick = <T>(all: readonly T[]) => all[(picks[at++ % picks.length] ?? 0) % all.length];
    const some = (all: readonly AttributeRule[]): Attributes =>
      Object.fromEntries(
        all.flatMap((one): [string, AttributeValue][] => {
          if (pick([true, false, true]) === false) return [];
          if (one.type === "choice") return [[one.name, pick(one.values) ?? ""]];
          if (one.type === "choices") return [[one.name, one.values.slice(0, pick([1, 2, 3]))]];
          if (one.type === "boolean") return [[one.name, pick([true, false]) ?? true]];
          if (one.type === "number") return [[one.name, pick([0, one.max ?? 0]) ?? 0]];
          return [[one.name, pick(["u", "3", "some words"]) ?? ""]];
        }),
      );
    const attempt = (intent: Parameters<Annotations["apply"]>[0]) => {
      try {
        set.apply(intent, { text, scheme: from });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    };
    for (let number = 1; number <= 8; number += 1) {
      const one = pick(from.labels);
      if (!one) continue;
      const start = pick([0, 1, 4, 8, 14, 19, 24, 28]) ?? 0;
      attempt({ type: "add_span", span: span(number, one.name, start, some(one.attributes)) });
    }
    for (let number = 20; number < 28; number += 1) {
      const one = pick(from.relations);
      if (!one) continue;
      const [a = 1, b = 2] = [pick([1, 2, 3, 4, 5, 6, 7, 8]), pick([1, 2, 3, 4, 5, 6, 7, 8])];
      const made = relation(number, one.name, a, b, some(relationHolder(one).attributes));
      attempt({ type: "add_relation", relation: made });
    }
    attempt({
      type: "set_article_attributes",
      attributes: some(articleHolder(from).attributes) as Record<string, AttributeValue>,
    });
    return set;
  }
  const picks = fc.array(fc.nat({ max: 99 }), { minLength: 40, maxLength: 40 });
  const plain = (set: Annotations) => ({
    spans: set.spansInOrder(),
    relations: [...set.relations.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    attributes: set.attributes,
  });

  test("what comes of it is as the next scheme has it", () => {
    fc.assert(
      fc.property(changes, picks, (change, chosen) => {
        const { after } = carried(filled(change, chosen), change);
        const context = { text, scheme: change.to };
        const again = new Annotations();
        for (const one of after.spansInOrder())
          again.apply({ type: "add_span", span: one }, context);
        for (const one of after.relations.values()) {
          again.apply({ type: "add_relation", relation: one }, context);
        }
        const { attributes } = after;
        again.apply({ type: "set_article_attributes", attributes: { ...attributes } }, context);
        expect(plain(again)).toEqual(plain(after));
      }),
    );
  });

  test("undone at once, everything is as it was", () => {
    fc.assert(
      fc.property(changes, picks, (change, chosen) => {
        const set = filled(change, chosen);
        const { after, changes: before } = carried(set, change);
        const back = { from: change.to, to: change.from, mapping: inverseMapping(change) };
        const result = carried(after, back, { before });
        expect(plain(result.after)).toEqual(plain(set));
        expect(result.effects.filter(({ cause }) => isLoss(cause))).toEqual([]);
      }),
    );
  });

  test("what happens is told: nothing is left out without a word", () => {
    fc.assert(
      fc.property(changes, picks, (change, chosen) => {
        const set = filled(change, chosen);
        const { after, effects } = carried(set, change);
        const lost = (...all: string[]) =>
          effects.filter(({ cause }) => all.includes(cause)).length;
        expect(set.spans.size - after.spans.size).toBe(lost("label_left_out", "overlap"));
        expect(set.relations.size - after.relations.size).toBe(
          lost("relation_left_out", "end_left_out", "ends", "others_in_the_way"),
        );
        if (effects.length === 0) expect(plain(after)).toEqual(plain(set));
      }),
    );
  });

  test("a set that uses none of the names that are touched stays as it is", () => {
    fc.assert(
      fc.property(changes, picks, (change, chosen) => {
        const touched = touchedNames(change);
        const set = filled(change, chosen);
        const isTouched =
          [...set.spans.values()].some((one) => touched.labels.includes(one.label)) ||
          [...set.relations.values()].some((one) => touched.relations.includes(one.type)) ||
          (touched.article && Object.keys(set.attributes).length > 0);
        fc.pre(!isTouched);
        expect(carryOver(set, change)).toEqual({ changes: [], effects: [] });
      }),
    );
  });

  test("the history leads there and back", () => {
    fc.assert(
      fc.property(changes, picks, (change, chosen) => {
        const set = filled(change, chosen);
        const { changes: done } = carryOver(set, change);
        const logged = { kind: "scheme", before: 1, after: 2, changes: done } as const;
        const there = set.copy();
        commitLogged(there, logged);
        commitLogged(there, reversedLogged(logged));
        expect(plain(there)).toEqual(plain(set));
      }),
    );
  });
});

test("adding to a scheme touches nothing", () => {
  const to: Scheme = {
    ...defaultScheme,
    labels: [...defaultScheme.labels, label("propaganda")],
    article: [choice("technique", "x")],
  };
  expect(touchedNames({ from: defaultScheme, to, mapping: nothing })).toEqual({
    labels: [],
    relations: [],
    article: false,
  });
});
