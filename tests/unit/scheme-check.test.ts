import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import type { AttributeRule, LabelRule, RelationRule } from "@/lib/domain/schemas";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { checkedScheme, schemeProblems } from "@/lib/domain/scheme-check";

const label = (name: string, rest: Partial<LabelRule> = {}): LabelRule => ({
  name,
  letter: "X",
  overlap: false,
  attributes: [],
  ...rest,
});
const leads = (name: string, rest: Partial<RelationRule> = {}): RelationRule => ({
  name,
  from: ["a"],
  to: ["b"],
  symmetric: false,
  attributes: [],
  ...rest,
});
const scheme = (parts: Partial<Scheme>): Scheme => ({
  labels: [label("a"), label("b")],
  relations: [],
  article: [],
  ...parts,
});
const choice: AttributeRule = { name: "form", type: "choice", values: ["direct", "reported"] };
const article = (...rules: AttributeRule[]) => scheme({ article: rules });

/** A problem as "where: what". */
const told = (of: Scheme) =>
  schemeProblems(of).map(({ path, message }) => `${path.join(".")}: ${message}`);

test("takes the default scheme as it is", () => {
  expect(schemeProblems(defaultScheme)).toEqual([]);
  expect(checkedScheme(defaultScheme)).toBe(defaultScheme);
});

describe("a scheme", () => {
  test.for([
    {
      name: "without labels",
      of: scheme({ labels: [] }),
      problems: ["labels: A scheme has at least one label."],
    },
    {
      name: "with 201 labels",
      of: scheme({ labels: Array.from({ length: 201 }, (_, n) => label(`a${n}`)) }),
      problems: ["labels: A scheme has 200 labels at most; this one has 201."],
    },
    {
      name: "with 31 relation types",
      of: scheme({ relations: Array.from({ length: 31 }, (_, n) => leads(`r${n}`)) }),
      problems: ["relations: A scheme has 30 relation types at most; this one has 31."],
    },
    {
      name: "with a name that every object has something under",
      of: article({ name: "constructor", type: "text", required: true }),
      problems: [
        'article.0.name: "constructor" cannot be a name: programs have another meaning for it.',
      ],
    },
    {
      name: "with two labels of a name",
      of: scheme({ labels: [label("a"), label("a")] }),
      problems: ['labels.1.name: There are two labels "a".'],
    },
    {
      name: "with names that are none",
      of: scheme({ labels: [label(""), label("Two words")] }),
      problems: [
        "labels.0.name: A label has no name.",
        'labels.1.name: "Two words" cannot be a name: it has 1 to 63 lower-case letters (a-z), digits and _, and begins with a letter.',
      ],
    },
    {
      name: "with a key that sets two",
      of: scheme({ labels: [label("a", { key: "1" }), label("b", { key: "1" })] }),
      problems: ['labels.1.key: The key 1 already sets "a"; "b" needs another one or none.'],
    },
    {
      name: "with a key and a letter that are none",
      of: scheme({ labels: [label("a", { key: "0", letter: "x" })] }),
      problems: [
        "labels.0.key: A key is one of the digits 1 to 9.",
        'labels.0.letter: The letter of "a" has to be one capital letter.',
      ],
    },
    {
      name: "with two that look the same",
      of: scheme({ labels: [label("a", { style: 2 }), label("b")] }),
      problems: [
        'labels.1.style: "b" would look the same as "a": another colour or line would tell them apart.',
      ],
    },
    {
      name: "with a style that there is not",
      of: scheme({ labels: [label("a", { style: 201 })] }),
      problems: ["labels.0.style: A style is a whole number from 1 to 200."],
    },
    {
      name: "with texts that say nothing or cannot be stored",
      of: scheme({
        labels: [label("a", { group: " ", definition: "a\0", examples: ["\ud800", "fine"] })],
      }),
      problems: [
        "labels.0.group: A group has nothing in it.",
        "labels.0.definition: A definition has a character in it that cannot be stored.",
        "labels.0.examples.0: An example has a character in it that cannot be stored.",
      ],
    },
    {
      name: "with texts that are too long",
      of: scheme({
        labels: [label("a", { group: "g".repeat(81), examples: Array(21).fill("e") })],
        relations: [leads("r", { to: ["a"], definition: "d".repeat(2001) })],
      }),
      problems: [
        "labels.0.group: A group has 80 characters at most.",
        "labels.0.examples: A label has 20 examples at most.",
        "relations.0.definition: A definition has 2000 characters at most.",
      ],
    },
    {
      name: "with relations of labels that there are not",
      of: scheme({ relations: [leads("r", { from: ["c"], to: [] })] }),
      problems: [
        'relations.0.from.0: "r" names the label "c", which there is not.',
        'relations.0.to: "r" has no label that it may lead to.',
      ],
    },
    {
      name: "with a relation type twice and a label twice at an end",
      of: scheme({ relations: [leads("r"), leads("r", { from: ["a", "a"] })] }),
      problems: [
        'relations.1.name: There are two relation types "r".',
        'relations.1.from.1: "r" names the label "a" twice at one end.',
      ],
    },
    {
      name: "with a relation that leads both ways and never back",
      of: scheme({ relations: [leads("r", { symmetric: true, acyclic: true })] }),
      problems: [
        'relations.0.acyclic: "r" cannot be symmetric and free of circles: what leads both ways leads back.',
      ],
    },
    {
      name: "with an attribute twice",
      of: scheme({ labels: [label("a", { attributes: [choice, choice] })] }),
      problems: ['labels.0.attributes.1.name: "a" has two attributes "form".'],
    },
    {
      name: "with choices that are none",
      of: article(
        { ...choice, values: [] },
        { name: "b", type: "choices", values: ["x", "x", "Y"], default: ["x", "x", "z"] },
      ),
      problems: [
        'article.0.values: "form" has nothing to choose from.',
        'article.1.values.1: "b" has the value "x" twice.',
        'article.1.values.2: "Y" cannot be a name: it has 1 to 63 lower-case letters (a-z), digits and _, and begins with a letter.',
        'article.1.default: "b" cannot have its default "z".',
        'article.1.default: The default of "b" has a value twice.',
      ],
    },
    {
      name: "with numbers that cannot be",
      of: article(
        { name: "a", type: "number", min: 3, max: 2 },
        { name: "b", type: "number", min: 0.1, max: 0.9, integer: true },
        { name: "c", type: "number", min: 1, default: 0 },
        { name: "d", type: "number", max: Number.NaN },
      ),
      problems: [
        'article.0.min: The least "a" may be is more than the greatest.',
        'article.1.min: There is no whole number between the limits of "b".',
        'article.2.default: The default of "c" is not within its limits.',
        'article.3.max: "d" has something here that is no number.',
      ],
    },
    {
      name: "with attributes that wait for what cannot be",
      of: article(
        choice,
        { name: "sure", type: "boolean" },
        { name: "who", type: "text", only_if: { attribute: "form", values: ["direct", "other"] } },
        { name: "why", type: "text", only_if: { attribute: "sure", values: [true] } },
        { name: "when", type: "text", only_if: { attribute: "who", values: ["noon"] } },
        { name: "any", type: "text", only_if: { attribute: "who" } },
        { name: "self", type: "text", only_if: { attribute: "self" } },
        { name: "early", type: "text", only_if: { attribute: "late" } },
        { name: "lost", type: "text", only_if: { attribute: "nothing" } },
        { name: "late", type: "text" },
      ),
      problems: [
        'article.2.only_if.values.1: "who" waits for "other" of "form", which cannot be that.',
        'article.4.only_if.values.0: "when" waits for "noon" of "who", which cannot be that.',
        'article.6.only_if.attribute: "self" cannot depend on itself.',
        'article.7.only_if.attribute: "early" depends on "late", which has to come before it.',
        'article.8.only_if.attribute: "lost" depends on "nothing", which there is not.',
      ],
    },
  ])("$name is told what is wrong and where", ({ of, problems }) => {
    expect(told(of)).toEqual(problems);
  });

  test("is refused with its problems", () => {
    const refused = () => checkedScheme(scheme({ labels: [label("a"), label("a"), label("a")] }));
    expect(refused).toThrow(Refusal);
    expect(refused).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        message: 'There are two labels "a". (1 more)',
        details: {
          field: "scheme",
          problems: [
            { path: "labels.1.name", message: 'There are two labels "a".' },
            { path: "labels.2.name", message: 'There are two labels "a".' },
          ],
        },
      }),
    );
  });
});
