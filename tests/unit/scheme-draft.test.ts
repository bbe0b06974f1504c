import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { schemeProblems } from "@/lib/domain/scheme-check";
import { schemeDifferences } from "@/lib/domain/scheme-differences";
import {
  addAttribute,
  addLabel,
  addRelation,
  addValue,
  adopted,
  draftOf,
  mappingOf,
  moved,
  putBack,
  replaced,
  type SchemeDraft,
  schemeOfDraft,
  sendTo,
  takeOutAttribute,
  takeOutLabel,
  takeOutRelation,
  takeOutValue,
  withAttributes,
} from "@/lib/domain/scheme-draft";

const nothing = { labels: {}, relations: {}, attributes: [] };
const labelOf = (draft: SchemeDraft, name: string) => {
  const found = draft.labels.find((label) => label.name === name);
  if (!found) throw new Error(`There is no label ${name}.`);
  return found;
};
const renamed = (draft: SchemeDraft, name: string, to: string): SchemeDraft => ({
  ...draft,
  labels: replaced(draft.labels, labelOf(draft, name).id, { name: to }),
});
/** What a draft says about the default scheme, as one reads it. */
const told = (draft: SchemeDraft) =>
  schemeDifferences(defaultScheme, schemeOfDraft(draft), mappingOf(draft)).map(
    ({ about, kind, changes }) =>
      [`${kind} ${about}`, ...changes.map(({ says }) => says)].join(" | "),
  );

/** Has something of every kind. */
const full: Scheme = {
  labels: [
    {
      name: "a",
      key: "1",
      letter: "A",
      overlap: true,
      group: "First",
      definition: "What a is.",
      examples: ["one", "two"],
      style: 7,
      attributes: [
        { name: "kind", type: "choice", values: ["x", "y"], default: "y", required: true },
        { name: "many", type: "choices", values: ["p", "q", "r"], default: ["p", "r"] },
        { name: "sure", type: "boolean", default: false },
        { name: "why", type: "text", default: "so", only_if: { attribute: "kind", values: ["x"] } },
        {
          name: "much",
          type: "number",
          min: 0,
          max: 5,
          integer: true,
          default: 2,
          only_if: { attribute: "sure", values: [true] },
        },
        { name: "rest", type: "text", only_if: { attribute: "many" } },
      ],
    },
    { name: "b", letter: "B", overlap: false, attributes: [] },
  ],
  relations: [
    {
      name: "r",
      from: ["a", "b"],
      to: ["b"],
      symmetric: false,
      cardinality: "one_to_many",
      acyclic: true,
      attributes: [{ name: "how", type: "text" }],
      definition: "What r is.",
    },
  ],
  article: [{ name: "genre", type: "choice", values: ["news", "opinion"] }],
};

describe("a draft", () => {
  test.for([
    { name: "the default scheme", scheme: defaultScheme },
    { name: "one with everything", scheme: full },
  ])("that nobody changed is the scheme that it was made from: $name", ({ scheme }) => {
    const draft = draftOf(scheme);
    expect(schemeOfDraft(draft)).toEqual(scheme);
    expect(mappingOf(draft)).toEqual(nothing);
    expect(schemeDifferences(scheme, schemeOfDraft(draft), mappingOf(draft))).toEqual([]);
  });

  test("that calls a label something else has its relations lead there", () => {
    const draft = renamed(draftOf(defaultScheme), "claim", "assertion");
    const { relations } = schemeOfDraft(draft);
    expect(relations.map(({ from, to }) => [...from, ">", ...to].join(" "))).toEqual([
      "attribution > assertion denial",
      "denial > assertion",
      "attribution > attribution",
      "assertion > assertion",
    ]);
    expect(mappingOf(draft)).toEqual({ ...nothing, labels: { claim: "assertion" } });
    expect(told(draft)).toEqual(["changed Label assertion | It was called claim."]);
  });

  test("that calls two labels by each other's names says so", () => {
    const swapped = renamed(
      renamed(renamed(draftOf(defaultScheme), "claim", "x"), "denial", "claim"),
      "x",
      "denial",
    );
    expect(mappingOf(swapped).labels).toEqual({ claim: "denial", denial: "claim" });
  });

  test("that takes a label out leaves its spans out, or has them become another", () => {
    const draft = draftOf(defaultScheme);
    const { id } = labelOf(draft, "denial");
    const without = takeOutLabel(draft, id);
    expect(mappingOf(without).labels).toEqual({ denial: null });
    // That relations lead there no longer goes without saying.
    expect(told(without)).toEqual(["gone Label denial"]);
    const merged = sendTo(without, id, labelOf(without, "claim").id);
    expect(mappingOf(merged).labels).toEqual({ denial: "claim" });
    expect(told(merged)).toContain("gone Label denial | What has it becomes claim.");
    expect(schemeOfDraft(without).labels.map(({ style }) => style)).toEqual([1, 3]);
    expect(schemeOfDraft(putBack(merged, id)).relations).toEqual(defaultScheme.relations);
    expect(mappingOf(putBack(merged, id))).toEqual(nothing);
  });

  test("that makes a new label of an old name does not take the old one's spans", () => {
    const draft = draftOf(defaultScheme);
    const added = addLabel(takeOutLabel(draft, labelOf(draft, "claim").id));
    const again = {
      ...added.draft,
      labels: replaced(added.draft.labels, added.id, { name: "claim" }),
    };
    expect(mappingOf(again).labels).toEqual({ claim: null });
  });

  test("says what became of attributes and their values", () => {
    const draft = draftOf(defaultScheme);
    const claim = labelOf(draft, "claim");
    const holder = { of: "label", id: claim.id } as const;
    const [polarity, certainty, checkWorthy] = claim.attributes;
    const [, probable, possible] = certainty?.values ?? [];
    if (!polarity || !certainty || !checkWorthy || !probable || !possible)
      throw new Error("Other.");
    let changed = takeOutAttribute(draft, holder, polarity.id);
    changed = takeOutValue(changed, holder, certainty, probable.id);
    changed = sendTo(changed, probable.id, possible.id);
    const now = labelOf(changed, "claim").attributes;
    const values = now[0]?.values.map((value) =>
      value.id === possible.id ? { ...value, name: "may_be" } : value,
    );
    changed = withAttributes(
      changed,
      holder,
      replaced(replaced(now, certainty.id, { values: values ?? [] }), checkWorthy.id, {
        name: "worth_checking",
      }),
    );
    expect(mappingOf(changed).attributes).toEqual([
      {
        label: "claim",
        name: "certainty",
        becomes: "certainty",
        values: { possible: "may_be", probable: "may_be" },
      },
      { label: "claim", name: "check_worthy", becomes: "worth_checking", values: {} },
      { label: "claim", name: "polarity", becomes: null, values: {} },
    ]);
    expect(told(changed)).toEqual([
      "changed Label claim | certainty: probable becomes may_be. | certainty: possible becomes may_be. | worth_checking: was called check_worthy. | The attribute polarity is not there any more.",
    ]);
  });

  test("has attributes wait for what was renamed", () => {
    const draft = draftOf(full);
    const [label] = draft.labels;
    const [kind] = label?.attributes ?? [];
    if (!label || !kind) throw new Error("Other.");
    const values = kind.values.map((value) => ({ ...value, name: `${value.name}_1` }));
    const attributes = replaced(label.attributes, kind.id, { name: "sort", values });
    const [changed] = schemeOfDraft(
      withAttributes(draft, { of: "label", id: label.id }, attributes),
    ).labels;
    expect(changed?.attributes[3]?.only_if).toEqual({ attribute: "sort", values: ["x_1"] });
    expect(changed?.attributes[0]?.default).toBe("y_1");
  });

  test("gives a new label what none has", () => {
    const { draft, id } = addLabel(draftOf(defaultScheme));
    expect(draft.labels.find((label) => label.id === id)).toMatchObject({
      key: "4",
      letter: "B",
      style: 4,
    });
    expect(schemeProblems(schemeOfDraft(draft)).map(({ message }) => message)).toEqual([
      "A label has no name.",
    ]);
  });

  test("keeps colours and lines where labels change places", () => {
    const draft = draftOf(defaultScheme);
    const { draft: more, id } = addLabel(draft);
    const first = { ...more, labels: moved(more.labels, id, -10) };
    expect(schemeOfDraft(first).labels.map(({ style }) => style)).toEqual([4, 1, 2, 3]);
    expect(moved(first.labels, id, -1)).toBe(first.labels);
  });

  test("of a scheme from elsewhere knows what has the same names", () => {
    const [claim, denial] = defaultScheme.labels;
    if (!claim || !denial) throw new Error("Other.");
    const other: Scheme = {
      labels: [
        { ...claim, attributes: [{ name: "polarity", type: "choice", values: ["positive"] }] },
      ],
      relations: [],
      article: [],
    };
    const draft = adopted(other, defaultScheme);
    expect(schemeOfDraft(draft)).toEqual(other);
    expect(mappingOf(draft)).toEqual({
      labels: { denial: null, attribution: null },
      relations: { source_of: null, denies: null, nested_in: null, same_claim: null },
      attributes: [
        { label: "claim", name: "polarity", becomes: "polarity", values: { negative: null } },
        { label: "claim", name: "certainty", becomes: null, values: {} },
        { label: "claim", name: "check_worthy", becomes: null, values: {} },
        { label: "claim", name: "accused_actor", becomes: null, values: {} },
      ],
    });
    const back = draft.out.reduce((now, { item }) => putBack(now, item.id), draft);
    expect(schemeOfDraft(back).relations).toEqual(defaultScheme.relations);
  });
});

test("whatever is done to a draft, its mapping names what was and becomes what is", () => {
  const step = fc.record({
    what: fc.nat(9),
    at: fc.nat(50),
    to: fc.nat(50),
    name: fc.stringMatching(/^[a-z]$/),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let draft = draftOf(full);
      for (const { what, at, to, name } of steps) {
        const label = draft.labels[at % Math.max(draft.labels.length, 1)];
        const holder = label ? ({ of: "label", id: label.id } as const) : null;
        const attribute = label?.attributes[to % Math.max(label.attributes.length, 1)];
        const value = attribute?.values[at % Math.max(attribute.values.length, 1)];
        const gone = draft.out[at % Math.max(draft.out.length, 1)];
        if (what === 0) draft = addLabel(draft).draft;
        else if (what === 1 && label) draft = takeOutLabel(draft, label.id);
        else if (what === 2 && label)
          draft = { ...draft, labels: replaced(draft.labels, label.id, { name }) };
        else if (what === 3) draft = addRelation(draft).draft;
        else if (what === 4) draft = takeOutRelation(draft, draft.relations[0]?.id ?? -1);
        else if (what === 5) draft = addAttribute(draft, holder).draft;
        else if (what === 6 && attribute) draft = takeOutAttribute(draft, holder, attribute.id);
        else if (what === 7 && attribute && value)
          draft = takeOutValue(draft, holder, attribute, value.id);
        else if (what === 8 && attribute) draft = addValue(draft, holder, attribute).draft;
        else if (what === 9 && gone)
          draft =
            to % 2 ? putBack(draft, gone.item.id) : sendTo(draft, gone.item.id, label?.id ?? null);
      }
      const scheme = schemeOfDraft(draft);
      const mapping = mappingOf(draft);
      for (const [was, becomes] of Object.entries(mapping.labels)) {
        expect(full.labels.map((rule) => rule.name)).toContain(was);
        if (becomes !== null) expect(scheme.labels.map((rule) => rule.name)).toContain(becomes);
      }
      // Each name of before is there still or the mapping says what became of it.
      for (const { name } of full.labels) {
        const isKept = draft.labels.some((label) => label.was === name && label.name === name);
        expect(isKept || name in mapping.labels).toBe(true);
      }
      for (const { label, relation, name } of mapping.attributes) {
        const rules =
          label === undefined && relation === undefined
            ? full.article
            : [...full.labels, ...full.relations].find((rule) => rule.name === (label ?? relation))
                ?.attributes;
        expect(rules?.map((rule) => rule.name)).toContain(name);
      }
      expect(() => schemeDifferences(full, scheme, mapping)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});
