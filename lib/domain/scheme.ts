import { capitalised, withArticle } from "./grammar";
import { MAX_ATTRIBUTE_LENGTH } from "./limits";
import { Refusal } from "./refusal";
import type { AttributeRule, LabelRule, RelationRule, Scheme, StoredScheme } from "./schemas";
import { type Attributes, type AttributeValue, type Span, sameValue } from "./span";
import { checkStorable } from "./text";

export type { AttributeRule, LabelRule, RelationRule, Scheme, StoredScheme } from "./schemas";

const choice = (name: string, ...values: string[]): AttributeRule => ({
  name,
  type: "choice",
  values,
});
const text = (name: string): AttributeRule => ({ name, type: "text" });
const relation = (
  name: string,
  from: readonly string[],
  to: readonly string[],
  rest: Partial<RelationRule> = {},
): RelationRule => ({ name, from, to, symmetric: false, attributes: [], ...rest });

/** The scheme of DESIGN 3; a project may have its own. */
export const defaultScheme: Scheme = {
  labels: [
    {
      name: "claim",
      definition:
        "The smallest clause or nominal that states a proposition which can be checked by itself.",
      key: "1",
      letter: "C",
      overlap: false,
      attributes: [
        choice("polarity", "positive", "negative"),
        choice("certainty", "certain", "probable", "possible", "unspecified"),
        choice("check_worthy", "yes", "no"),
        text("accused_actor"),
      ],
    },
    {
      name: "denial",
      definition: "A statement by or for an accused actor that rejects an accusation.",
      key: "2",
      letter: "D",
      overlap: false,
      attributes: [
        choice("form", "direct", "reported", "counter_accusation", "assurance"),
        choice("scope", "specific", "general"),
        text("denying_actor"),
      ],
    },
    {
      name: "attribution",
      definition:
        "The source and the cue that say whose words or view it is; the speaker, never the accused.",
      key: "3",
      letter: "A",
      overlap: true,
      attributes: [
        text("source"),
        choice("source_type", "person", "organisation", "document", "anonymous"),
        choice("cue", "speech", "belief", "according_to", "adverbial"),
      ],
    },
  ],
  relations: [
    relation("source_of", ["attribution"], ["claim", "denial"]),
    relation("denies", ["denial"], ["claim"]),
    relation("nested_in", ["attribution"], ["attribution"], { acyclic: true }),
    relation("same_claim", ["claim"], ["claim"], { symmetric: true }),
  ],
  article: [],
};

/**
 * What a stored scheme says. Where a label is silent on whether its spans may overlap, it is as the
 * default scheme has it for a label of that name, and no for all others. Relations and articles have no
 * attributes where nothing is said of them.
 */
export function schemeFrom({ labels, relations, article = [] }: StoredScheme): Scheme {
  const usual = new Map(defaultScheme.labels.map(({ name, overlap }) => [name, overlap]));
  return {
    labels: labels.map((rule) => ({
      ...rule,
      overlap: rule.overlap ?? usual.get(rule.name) ?? false,
    })),
    relations: relations.map((rule) => ({ ...rule, attributes: rule.attributes ?? [] })),
    article,
  };
}

/** The types of relations that have no direction. */
export function symmetricTypes({ relations }: Pick<Scheme, "relations">): Set<string> {
  return new Set(relations.filter((rule) => rule.symmetric).map(({ name }) => name));
}

/** @throws Refusal "unprocessable" if the scheme has no such label */
export function labelRule(scheme: Scheme, label: string): LabelRule {
  const rule = scheme.labels.find(({ name }) => name === label);
  if (rule) return rule;
  const known = scheme.labels.map(({ name }) => name).join(", ");
  throw new Refusal(
    "unprocessable",
    `There is no label "${label.slice(0, 80)}"; there are: ${known}.`,
    {
      label: label.slice(0, 80),
    },
  );
}

/** What has attributes: a label, a relation type, or an article as a whole. */
export type AttributeHolder = {
  readonly name: string;
  readonly attributes: readonly AttributeRule[];
};

/** Relations of a type as what has attributes. */
export function relationHolder({ name, attributes }: RelationRule): AttributeHolder {
  return { name: `relation "${name}"`, attributes };
}

/** An article as what has attributes. */
export function articleHolder({ article }: Scheme): AttributeHolder {
  return { name: "article", attributes: article };
}

/** What something new has, by the scheme. */
export function defaultsOf({ attributes: rules }: AttributeHolder): Attributes {
  const defaults: Record<string, AttributeValue> = {};
  for (const rule of rules) {
    const isGiven = rule.default !== undefined && isShown(rule, defaults);
    if (isGiven) defaults[rule.name] = rule.default;
  }
  return defaults;
}

/**
 * Whether an attribute is shown beside others: always, but one that depends on another, which has to have a
 * value, or one of some. One with a value of its own is shown all the same, so that nobody overlooks it.
 */
export function isShown(
  { name, only_if: condition }: AttributeRule,
  attributes: Attributes,
): boolean {
  if (condition === undefined || attributes[name] !== undefined) return true;
  const given = attributes[condition.attribute];
  if (given === undefined) return false;
  const { values } = condition;
  if (values === undefined) return true;
  return values.some((value) =>
    typeof given === "object" ? given.some((one) => one === value) : given === value,
  );
}

/** The attributes that something shows, in the scheme's order. */
export function shownAttributes(
  { attributes: rules }: Pick<AttributeHolder, "attributes">,
  attributes: Attributes,
): AttributeRule[] {
  return rules.filter((rule) => isShown(rule, attributes));
}

/** The attributes of a span that have no value and are shown, in the scheme's order; none for an unknown label. */
export function unsetAttributes(
  scheme: Scheme,
  { label, attributes }: Pick<Span, "label" | "attributes">,
): AttributeRule[] {
  const rule = scheme.labels.find(({ name }) => name === label);
  const shown = rule ? shownAttributes(rule, attributes) : [];
  return shown.filter(({ name }) => attributes[name] === undefined);
}

/** Whether an attribute may have a value, its length aside; each kind of attribute has its rule here. */
export function isValueOf(attribute: AttributeRule, value: AttributeValue): boolean {
  switch (attribute.type) {
    case "choice":
      return typeof value === "string" && attribute.values.includes(value);
    case "choices":
      return (
        typeof value === "object" &&
        value.length > 0 &&
        new Set(value).size === value.length &&
        value.every((one) => attribute.values.includes(one))
      );
    case "boolean":
      return typeof value === "boolean";
    case "number": {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer } = attribute;
      if (typeof value !== "number" || !Number.isFinite(value)) return false;
      return value >= min && value <= max && (!integer || Number.isInteger(value));
    }
    case "text":
      return typeof value === "string";
  }
}

/** What an attribute may be, in words: "one of: positive, negative", "a whole number from 1 to 5". */
export function valuesInWords(attribute: AttributeRule): string {
  switch (attribute.type) {
    case "choice":
      return `one of: ${attribute.values.join(", ")}`;
    case "choices":
      return `a list of some of: ${attribute.values.join(", ")}`;
    case "boolean":
      return "true or false";
    case "number": {
      const { min, max, integer } = attribute;
      const limits = [
        min === undefined ? "" : ` from ${min}`,
        max === undefined ? "" : min === undefined ? ` up to ${max}` : ` to ${max}`,
      ];
      return `a ${integer ? "whole " : ""}number${limits.join("")}`;
    }
    case "text":
      return "text";
  }
}

/**
 * Checks the values of something. Of several choices, they are put into the scheme's order, so that the same
 * choices are the same value; all others stay as they are.
 *
 * @throws Refusal "unprocessable" if a name or a value is not in the scheme
 */
export function checkedAttributes(holder: AttributeHolder, attributes: Attributes): Attributes {
  let checked: Record<string, AttributeValue> | null = null;
  for (const [name, value] of Object.entries(attributes)) {
    const kept = checkedAttribute(holder, name, value);
    if (kept !== value) checked = { ...(checked ?? attributes), [name]: kept };
  }
  return checked ?? attributes;
}

/** @throws Refusal "unprocessable" if there is no such attribute, or that no such value; see {@link checkedAttributes} */
export function checkedAttribute(
  holder: AttributeHolder,
  name: string,
  value: AttributeValue,
): AttributeValue {
  const attribute = holder.attributes.find((candidate) => candidate.name === name);
  const shown = name.slice(0, 80);
  const refusal = (message: string) => new Refusal("unprocessable", message, { attribute: shown });
  if (!attribute)
    throw refusal(`${capitalised(withArticle(holder.name))} has no attribute "${shown}".`);
  if (!isValueOf(attribute, value)) {
    const written =
      typeof value === "string" ? `"${value.slice(0, 80)}"` : JSON.stringify(value).slice(0, 80);
    throw refusal(`${written} is no value of ${shown}, which is ${valuesInWords(attribute)}.`);
  }
  if (typeof value === "string") {
    if (value.length > MAX_ATTRIBUTE_LENGTH) {
      throw refusal(`${shown} is longer than ${MAX_ATTRIBUTE_LENGTH} characters.`);
    }
    checkStorable(value, shown);
  }
  if (attribute.type !== "choices") return value;
  const inOrder = attribute.values.filter(
    (one) => typeof value === "object" && value.includes(one),
  );
  return sameValue(inOrder, value) ? value : inOrder;
}

/** The relation types that may lead from a span of one label to a span of another. */
export function relationsBetween(scheme: Scheme, from: string, to: string): RelationRule[] {
  return scheme.relations.filter((rule) => rule.from.includes(from) && rule.to.includes(to));
}

/** @throws Refusal "unprocessable" if the type is unknown or does not fit the two labels */
export function checkRelation(
  scheme: Scheme,
  type: string,
  from: string,
  to: string,
): RelationRule {
  const rule = scheme.relations.find(({ name }) => name === type);
  if (!rule) {
    const known = scheme.relations.map(({ name }) => name).join(", ");
    throw new Refusal(
      "unprocessable",
      `There is no relation type "${type.slice(0, 80)}"; there are: ${known}.`,
      { relation_type: type.slice(0, 80) },
    );
  }
  if (!rule.from.includes(from) || !rule.to.includes(to)) {
    throw new Refusal("unprocessable", `"${type}" cannot lead from ${from} to ${to}.`, {
      relation_type: type, // "type" is the problem's own
      from,
      to,
    });
  }
  return rule;
}
