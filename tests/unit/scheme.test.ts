import { describe, expect, test } from "vitest";
import { MAX_ATTRIBUTE_LENGTH } from "@/lib/domain/limits";
import { type AttributeRule, Scheme } from "@/lib/domain/schemas";
import {
  checkedAttributes,
  checkRelation,
  defaultScheme,
  defaultsOf,
  labelRule,
  relationsBetween,
  schemeFrom,
  shownAttributes,
} from "@/lib/domain/scheme";
import type { Attributes } from "@/lib/domain/span";

const refusal = (message: string, details: object) =>
  expect.objectContaining({ code: "unprocessable", message, details });

/** `label(attribute=value|value, attribute)`, and `type: from → to`. */
const drawn = ({ labels, relations }: Scheme) => [
  ...labels.map(
    ({ name, key, letter, attributes }) =>
      `${key}${letter} ${name}(${attributes.map((attribute) => (attribute.type === "choice" ? `${attribute.name}=${attribute.values.join("|")}` : attribute.name)).join(", ")})`,
  ),
  ...relations.map(
    ({ name, from, to, symmetric }) =>
      `${name}: ${from.join("|")} ${symmetric ? "↔" : "→"} ${to.join("|")}`,
  ),
];

test("the default scheme is that of the guidelines", () => {
  expect(drawn(defaultScheme)).toEqual([
    "1C claim(polarity=positive|negative, certainty=certain|probable|possible|unspecified, check_worthy=yes|no, accused_actor)",
    "2D denial(form=direct|reported|counter_accusation|assurance, scope=specific|general, denying_actor)",
    "3A attribution(source, source_type=person|organisation|document|anonymous, cue=speech|belief|according_to|adverbial)",
    "source_of: attribution → claim|denial",
    "denies: denial → claim",
    "nested_in: attribution → attribution",
    "same_claim: claim ↔ claim",
  ]);
  expect(Scheme.parse(defaultScheme)).toEqual(defaultScheme);
});

describe("a scheme", () => {
  const [claim] = defaultScheme.labels;
  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
  const choice = { name: "a", type: "choice" };

  test.for([
    { name: "no labels", change: { labels: [] } },
    { name: "201 labels", change: { labels: Array(201).fill(claim) } },
    {
      name: "more than 30 relation types",
      change: { relations: Array(31).fill(defaultScheme.relations[0]) },
    },
    {
      name: "a relation type from nothing",
      change: { relations: [{ ...defaultScheme.relations[0], from: [] }] },
    },
    {
      name: "a relation type to nothing",
      change: { relations: [{ ...defaultScheme.relations[0], to: [] }] },
    },
    { name: "a key that is none", change: { labels: [{ ...claim, key: "0" }] } },
    { name: "two keys for a label", change: { labels: [{ ...claim, key: "12" }] } },
    { name: "a small letter", change: { labels: [{ ...claim, letter: "c" }] } },
    { name: "two letters", change: { labels: [{ ...claim, letter: "CC" }] } },
    { name: "a name that begins with a digit", change: { labels: [{ ...claim, name: "1a" }] } },
    { name: "a name with capitals", change: { labels: [{ ...claim, name: "aB" }] } },
    { name: "a name of 64 letters", change: { labels: [{ ...claim, name: "a".repeat(64) }] } },
    {
      name: "a choice of nothing",
      change: { labels: [{ ...claim, attributes: [{ ...choice, values: [] }] }] },
    },
    {
      name: "a choice of 51",
      change: { labels: [{ ...claim, attributes: [{ ...choice, values: names(51) }] }] },
    },
    {
      name: "31 attributes",
      change: {
        labels: [{ ...claim, attributes: names(31).map((name) => ({ name, type: "text" })) }],
      },
    },
    {
      name: "a kind of attribute that there is not",
      change: { labels: [{ ...claim, attributes: [{ name: "a", type: "date" }] }] },
    },
    {
      name: "a default that is none of the values",
      change: { labels: [{ ...claim, attributes: [{ ...choice, values: ["b"], default: "c" }] }] },
    },
    {
      name: "an empty default",
      change: { labels: [{ ...claim, attributes: [{ name: "a", type: "text", default: "" }] }] },
    },
    {
      name: "an overlong default",
      change: {
        labels: [
          { ...claim, attributes: [{ name: "a", type: "text", default: "x".repeat(1001) }] },
        ],
      },
    },
    { name: "more than its shape", change: { colour: "red" } },
  ])("has not $name", ({ change }) => {
    expect(Scheme.safeParse({ ...defaultScheme, ...change }).success).toBe(false);
  });

  test("says of its attributes whether they are required, and what new spans have", () => {
    const attributes = [
      { ...choice, values: ["b", "c"], required: true, default: "c" },
      { name: "d", type: "text", required: false, default: "somebody" },
      { name: "e", type: "text" },
    ];
    const [label] = Scheme.parse({
      labels: [{ ...claim, attributes }],
      relations: [],
      article: [],
    }).labels;
    expect(label && defaultsOf(label)).toEqual({ a: "c", d: "somebody" });
  });

  test("may be as large as its limits", () => {
    const attributes = names(30).map((name) => ({ ...choice, name, values: names(50) }));
    const labels = Array(9).fill({ ...claim, name: "a".repeat(63), letter: "Ж", attributes });
    const relations = Array(30).fill(defaultScheme.relations[0]);
    expect(Scheme.safeParse({ labels, relations, article: [] }).success).toBe(true);
  });
});

describe("a label", () => {
  test("has the rule of its name", () => {
    expect(labelRule(defaultScheme, "denial").name).toBe("denial");
  });

  test("that there is not is told up to 80 characters", () => {
    expect(() => labelRule(defaultScheme, "x".repeat(81))).toThrow(
      refusal(`There is no label "${"x".repeat(80)}"; there are: claim, denial, attribution.`, {
        label: "x".repeat(80),
      }),
    );
  });
});

describe("attributes", () => {
  const claim = labelRule(defaultScheme, "claim");

  test.for([
    {},
    { polarity: "negative" },
    { polarity: "positive", check_worthy: "no", accused_actor: "" },
    { accused_actor: "x".repeat(MAX_ATTRIBUTE_LENGTH) },
    { accused_actor: "😀\n\u200c" },
  ])("may be %j", (attributes) => {
    expect(() => checkedAttributes(claim, attributes)).not.toThrow();
  });

  test("are told with the article that the label takes", () => {
    const attribution = labelRule(defaultScheme, "attribution");
    expect(() => checkedAttributes(attribution, { form: "direct" })).toThrow(
      'An attribution has no attribute "form".',
    );
  });

  test.for([
    {
      attributes: { source: "x" },
      says: 'A claim has no attribute "source".',
      attribute: "source",
    },
    {
      attributes: { ["x".repeat(81)]: "x" },
      says: `A claim has no attribute "${"x".repeat(80)}".`,
      attribute: "x".repeat(80),
    },
    {
      attributes: { polarity: "" },
      says: '"" is no value of polarity, which is one of: positive, negative.',
      attribute: "polarity",
    },
    {
      attributes: { polarity: "positive", certainty: "x".repeat(81) },
      says: `"${"x".repeat(80)}" is no value of certainty, which is one of: certain, probable, possible, unspecified.`,
      attribute: "certainty",
    },
    {
      attributes: { accused_actor: "x".repeat(MAX_ATTRIBUTE_LENGTH + 1) },
      says: "accused_actor is longer than 1000 characters.",
      attribute: "accused_actor",
    },
  ])("are refused: $says", ({ attributes, says, attribute }) => {
    expect(() => checkedAttributes(claim, attributes as Record<string, string>)).toThrow(
      refusal(says, { attribute }),
    );
  });

  test("hold nothing that cannot be stored", () => {
    expect(() => checkedAttributes(claim, { accused_actor: "a\0" })).toThrow(
      "accused_actor contains a NUL character at character 1, which cannot be stored.",
    );
  });
});

describe("attributes of each kind", () => {
  const rules: AttributeRule[] = [
    { name: "form", type: "choice", values: ["direct", "reported"] },
    { name: "topics", type: "choices", values: ["health", "war", "money"] },
    { name: "harmful", type: "boolean" },
    { name: "severity", type: "number", min: 1, max: 5, integer: true },
    { name: "share", type: "number", min: 0.5 },
    { name: "ceiling", type: "number", max: -1 },
    { name: "any", type: "number" },
    { name: "actor", type: "text" },
  ];
  const holder = { name: "claim", attributes: rules };

  test.for([
    { form: "direct" },
    { topics: ["war"] },
    { topics: ["health", "war", "money"] },
    { harmful: true },
    { harmful: false },
    { severity: 1 },
    { severity: 5 },
    { share: 0.5 },
    { share: 1e9 },
    { ceiling: -1 },
    { any: -0.25 },
    { any: 0 },
    { actor: "true" },
  ] as Attributes[])("may be %j, which stays as it is", (attributes) => {
    expect(checkedAttributes(holder, attributes)).toBe(attributes);
  });

  test.for([
    [{ form: true }, "true is no value of form, which is one of: direct, reported."],
    [{ form: ["direct"] }, '["direct"] is no value of form, which is one of: direct, reported.'],
    [
      { topics: "war" },
      '"war" is no value of topics, which is a list of some of: health, war, money.',
    ],
    [{ topics: [] }, "[] is no value of topics, which is a list of some of: health, war, money."],
    [
      { topics: ["war", "war"] },
      '["war","war"] is no value of topics, which is a list of some of: health, war, money.',
    ],
    [
      { topics: ["war", "peace"] },
      '["war","peace"] is no value of topics, which is a list of some of: health, war, money.',
    ],
    [{ harmful: "true" }, '"true" is no value of harmful, which is true or false.'],
    [{ harmful: 1 }, "1 is no value of harmful, which is true or false."],
    [{ severity: "3" }, '"3" is no value of severity, which is a whole number from 1 to 5.'],
    [{ severity: 0 }, "0 is no value of severity, which is a whole number from 1 to 5."],
    [{ severity: 6 }, "6 is no value of severity, which is a whole number from 1 to 5."],
    [{ severity: 2.5 }, "2.5 is no value of severity, which is a whole number from 1 to 5."],
    [{ share: 0.4 }, "0.4 is no value of share, which is a number from 0.5."],
    [{ ceiling: 0 }, "0 is no value of ceiling, which is a number up to -1."],
    [{ any: Number.NaN }, "null is no value of any, which is a number."],
    [{ any: Number.POSITIVE_INFINITY }, "null is no value of any, which is a number."],
    [{ actor: 7 }, "7 is no value of actor, which is text."],
  ] as [Attributes, string][])("cannot be %j", ([attributes, says]) => {
    expect(() => checkedAttributes(holder, attributes)).toThrow(says);
  });

  test("of several choices come into the scheme's order", () => {
    const attributes = { form: "direct", topics: ["money", "health"] };
    expect(checkedAttributes(holder, attributes)).toEqual({
      form: "direct",
      topics: ["health", "money"],
    });
  });

  test("that depend on others are shown where these have a value that counts", () => {
    const dependent: AttributeRule[] = [
      { name: "harmful", type: "boolean" },
      { name: "whom", type: "text", only_if: { attribute: "harmful", values: [true] } },
      { name: "topics", type: "choices", values: ["war", "money"] },
      { name: "side", type: "text", only_if: { attribute: "topics", values: ["war"] } },
      { name: "why", type: "text", only_if: { attribute: "whom" }, default: "unsaid" },
    ];
    const shown = (attributes: Attributes) =>
      shownAttributes({ attributes: dependent }, attributes).map(({ name }) => name);
    expect(shown({})).toEqual(["harmful", "topics"]);
    expect(shown({ harmful: false })).toEqual(["harmful", "topics"]);
    expect(shown({ harmful: true })).toEqual(["harmful", "whom", "topics"]);
    expect(shown({ whom: "them" })).toEqual(["harmful", "whom", "topics", "why"]);
    expect(shown({ topics: ["money"] })).toEqual(["harmful", "topics"]);
    expect(shown({ topics: ["money", "war"] })).toEqual(["harmful", "topics", "side"]);
    expect(defaultsOf({ name: "x", attributes: dependent })).toEqual({});
  });

  test("have defaults of any kind, no and nought among them", () => {
    const given: AttributeRule[] = [
      { name: "harmful", type: "boolean", default: false },
      { name: "severity", type: "number", default: 0 },
      { name: "topics", type: "choices", values: ["war", "money"], default: ["war"] },
      { name: "side", type: "text", only_if: { attribute: "topics" }, default: "none" },
      { name: "other", type: "text", only_if: { attribute: "open" }, default: "none" },
    ];
    expect(defaultsOf({ name: "x", attributes: given })).toEqual({
      harmful: false,
      severity: 0,
      topics: ["war"],
      side: "none",
    });
  });

  test.for([
    [
      [
        { name: "a", type: "text" },
        { name: "a", type: "boolean" },
      ],
      "there twice",
    ],
    [
      [
        { name: "a", type: "text", only_if: { attribute: "b" } },
        { name: "b", type: "text" },
      ],
      "No",
    ],
    [[{ name: "a", type: "text", only_if: { attribute: "a" } }], "No"],
    [[{ name: "a", type: "choice", values: ["x", "x"] }], "twice"],
    [[{ name: "a", type: "choices", values: ["x"], default: ["y"] }], "none of the values"],
    [[{ name: "a", type: "number", min: 2, max: 1 }], "greater"],
    [[{ name: "a", type: "number", min: 2, default: 1 }], "limits"],
    [[{ name: "a", type: "number", integer: true, default: 1.5 }], "limits"],
    [[{ name: "a", type: "colour" }], "Invalid"],
  ] as [unknown[], string][])("are refused in a scheme: %j", ([article, says]) => {
    const result = Scheme.safeParse({ ...defaultScheme, article });
    expect(result.error?.issues[0]?.message).toContain(says);
  });
});

describe("a relation", () => {
  test.for([
    { from: "attribution", to: "claim", types: ["source_of"] },
    { from: "attribution", to: "attribution", types: ["nested_in"] },
    { from: "denial", to: "claim", types: ["denies"] },
    { from: "claim", to: "claim", types: ["same_claim"] },
    { from: "claim", to: "denial", types: [] },
    { from: "claim", to: "attribution", types: [] },
    { from: "rumour", to: "claim", types: [] },
  ])("from $from to $to may be $types", ({ from, to, types }) => {
    expect(relationsBetween(defaultScheme, from, to).map(({ name }) => name)).toEqual(types);
    for (const { name } of defaultScheme.relations) {
      const check = () => checkRelation(defaultScheme, name, from, to);
      if (types.includes(name)) expect(check().name).toBe(name);
      else {
        expect(check).toThrow(
          refusal(`"${name}" cannot lead from ${from} to ${to}.`, {
            relation_type: name,
            from,
            to,
          }),
        );
      }
    }
  });

  test("of a type that there is not is told up to 80 characters", () => {
    expect(() => checkRelation(defaultScheme, "x".repeat(81), "claim", "claim")).toThrow(
      refusal(
        `There is no relation type "${"x".repeat(80)}"; there are: source_of, denies, nested_in, same_claim.`,
        { relation_type: "x".repeat(80) },
      ),
    );
  });
});

test("a stored label that is silent on overlap is as the usual one of its name, or keeps apart", () => {
  const label = (name: string, overlap?: boolean) => ({
    name,
    key: "1",
    letter: "C",
    attributes: [],
    ...(overlap === undefined ? {} : { overlap }),
  });
  const labels = [
    label("claim"),
    label("attribution"),
    label("rumour"),
    label("claim", true),
    label("attribution", false),
  ];
  const { relations } = defaultScheme;
  expect(schemeFrom({ labels, relations })).toEqual({
    labels: [
      { ...label("claim"), overlap: false },
      { ...label("attribution"), overlap: true },
      { ...label("rumour"), overlap: false },
      { ...label("claim"), overlap: true },
      { ...label("attribution"), overlap: false },
    ],
    relations,
    article: [],
  });
  const [bare] = relations.map(({ attributes: _, ...rule }) => rule);
  expect(schemeFrom({ labels, relations: bare ? [bare] : [] }).relations).toEqual([relations[0]]);
});
