import { describe, expect, test } from "vitest";
import { Annotations } from "@/lib/domain/operation";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import type { Attributes } from "@/lib/domain/span";
import { type Finding, isBlocking, submitCheck, unsetRequired } from "@/lib/domain/submit-check";
import { pictured, related } from "./annotator-page";

/** The default scheme, in which these attributes are required, as "claim.certainty". */
function requiring(...required: string[]): Scheme {
  const labels = defaultScheme.labels.map((label) => ({
    ...label,
    attributes: label.attributes.map((rule) =>
      required.includes(`${label.name}.${rule.name}`) ? { ...rule, required: true } : rule,
    ),
  }));
  return { ...defaultScheme, labels };
}

/** The picture's spans, some of them with attributes. */
function setOf(
  picture: string,
  relations: readonly string[] = [],
  attributes: Readonly<Record<string, Attributes>> = {},
) {
  const spans = pictured(picture).spans.map((span) => ({
    ...span,
    attributes: attributes[span.id] ?? {},
  }));
  return new Annotations({ spans, relations: relations.map(related) });
}

/** A finding in a few words: "a1 leads_nowhere source_of". */
function told(finding: Finding): string {
  const { kind, span } = finding;
  if (kind === "required_unset") return `${span} ${kind} ${finding.attributes.join(",")}`;
  if (kind === "leads_nowhere") return `${span} ${kind} ${finding.relation}`;
  return kind === "same_words" ? `${span} ${kind} ${finding.other}` : `${span} ${kind}`;
}

const check = (set: Annotations, scheme = defaultScheme) => submitCheck(scheme, set).map(told);

test("an annotation that is whole has nothing to look at", () => {
  const picture = "[a1:She] said [c1:it was forged]; [d1:he denied] it.";
  expect(check(setOf(picture, ["a1 source_of c1", "d1 denies c1"]))).toEqual([]);
});

describe("advice", () => {
  test.for([
    {
      name: "an attribution of nothing",
      picture: "[a1:She] said [c1:it] was, [c2:so]",
      relations: ["c1 same_claim c2"],
      found: ["a1 leads_nowhere source_of"],
    },
    {
      name: "an attribution within another only",
      picture: "[a1:She] said [a2:he] said [c1:so]",
      relations: ["a1 nested_in a2", "a2 source_of c1"],
      found: ["a1 leads_nowhere source_of"],
    },
    {
      name: "not one that another is nested in, whose words it reports",
      picture: "[a1:She] said [a2:he] said [c1:so]",
      relations: ["a2 nested_in a1", "a2 source_of c1"],
      found: [],
    },
    {
      name: "a denial of nothing, though somebody is its source",
      picture: "[a1:He] said [d1:no]",
      relations: ["a1 source_of d1"],
      found: ["d1 leads_nowhere denies"],
    },
    {
      name: "a claim that touches nothing",
      picture: "[c1:It is forged]. [a1:She] said [c2:so]",
      relations: ["a1 source_of c2"],
      found: ["c1 touches_nothing"],
    },
    {
      name: "not a claim that is said to be another",
      picture: "[c1:It] is, [c2:so]",
      relations: ["c1 same_claim c2"],
      found: [],
    },
    {
      name: "the second of two on the same words",
      picture: "[a1:[a2:She]] said [c1:so]",
      relations: ["a1 source_of c1", "a2 source_of c1"],
      found: ["a2 same_words a1"],
    },
    {
      name: "not one that has only some of the words",
      picture: "[a1:[a2:She] told] us [c1:so]",
      relations: ["a1 source_of c1", "a2 source_of c1"],
      found: [],
    },
    {
      name: "not one of another label on the same words",
      picture: "[c1:[a1:She denied it]]",
      relations: ["a1 source_of c1"],
      found: [],
    },
    {
      name: "one of two parts where the other has one",
      picture: "[c1:It] was [c1:forged], [c2:It was forged]",
      relations: ["c1 same_claim c2"],
      found: [],
    },
  ])("has $name", ({ picture, relations, found }) => {
    expect(check(setOf(picture, relations))).toEqual(found);
  });

  test("is in text order, each label's own", () => {
    expect(check(setOf("[d1:No], [c1:so], [a1:she] said"))).toEqual([
      "d1 leads_nowhere denies",
      "c1 touches_nothing",
      "a1 leads_nowhere source_of",
    ]);
  });

  test("does not block", () => {
    const findings = submitCheck(defaultScheme, setOf("[d1:No], [c1:so], [a1:[a2:she]] said"));
    expect(findings.map(isBlocking)).toEqual([false, false, false, false, false]);
  });

  test("is none about relations where the scheme has none", () => {
    expect(check(setOf("[d1:No], [c1:so]"), { ...defaultScheme, relations: [] })).toEqual([]);
  });
});

describe("what is required", () => {
  const picture = "[c1:One] and [c2:two], [d1:no]";
  const relations = ["d1 denies c1", "c1 same_claim c2"];
  const scheme = requiring("claim.certainty", "claim.accused_actor", "denial.scope");

  test("blocks where it is not set, and comes before all advice", () => {
    const set = setOf(`${picture}, [a1:she]`, relations, {
      c1: { certainty: "certain" },
      c2: { certainty: "certain", accused_actor: "Iran" },
    });
    expect(check(set, scheme)).toEqual([
      "c1 required_unset accused_actor",
      "d1 required_unset scope",
      "a1 leads_nowhere source_of",
    ]);
    expect(submitCheck(scheme, set).map(isBlocking)).toEqual([true, true, false]);
  });

  test.for([
    { name: "nothing in it", value: "" },
    { name: "nothing in it that is seen", value: " \u200f" },
  ])("is not set with $name", ({ value }) => {
    const set = setOf("[c1:One]", [], { c1: { accused_actor: value } });
    expect(unsetRequired(requiring("claim.accused_actor"), set)).toEqual([
      { kind: "required_unset", span: "c1", attributes: ["accused_actor"] },
    ]);
  });

  test("is in text order, whatever order the spans come in", () => {
    const { spans } = pictured(picture);
    const found = unsetRequired(
      requiring("claim.certainty"),
      new Annotations({ spans: spans.toReversed() }),
    );
    expect(found.map(({ span }) => span)).toEqual(["c1", "c2"]);
  });

  test("is asked of the article and of relations too, where it is shown", () => {
    const scheme: Scheme = {
      ...defaultScheme,
      relations: defaultScheme.relations.map((rule) => ({
        ...rule,
        attributes: [{ name: "outright", type: "boolean", required: true }],
      })),
      article: [
        { name: "harmful", type: "boolean", required: true },
        {
          name: "whom",
          type: "text",
          required: true,
          only_if: { attribute: "harmful", values: [true] },
        },
      ],
    };
    const { spans } = pictured("[d1:No], [c1:so] and [a1:he]");
    const relations = ["d1 denies c1", "a1 source_of c1"].map(related);
    const [denies, sourceOf] = relations;
    const found = (attributes: Attributes, outright?: boolean) =>
      unsetRequired(
        scheme,
        new Annotations({
          spans,
          attributes,
          relations: relations.map((relation) =>
            outright === undefined ? relation : { ...relation, attributes: { outright } },
          ),
        }),
      );
    const kind = "required_unset";
    expect(found({})).toEqual([
      { kind, span: null, attributes: ["harmful"] },
      { kind, span: "d1", relation: denies?.id, attributes: ["outright"] },
      { kind, span: "a1", relation: sourceOf?.id, attributes: ["outright"] },
    ]);
    expect(found({ harmful: true }, false)).toEqual([{ kind, span: null, attributes: ["whom"] }]);
    expect(found({ harmful: false }, true)).toEqual([]);
  });

  test("is nothing in the default scheme", () => {
    expect(unsetRequired(defaultScheme, new Annotations(pictured(picture)))).toEqual([]);
  });
});
