import { capitalised, withArticle } from "./grammar";
import { MAX_ATTRIBUTE_LENGTH } from "./limits";
import { Refusal } from "./refusal";
import type { AttributeRule, LabelRule, RelationRule, Scheme, StoredScheme } from "./schemas";
import type { Attributes, Span } from "./span";
import { checkStorable } from "./text";

export type { AttributeRule, LabelRule, RelationRule, Scheme, StoredScheme } from "./schemas";

const choice = (name: string, ...values: string[]): AttributeRule => ({
  name,
  type: "choice",
  values,
});
const text = (name: string): AttributeRule => ({ name, type: "text" });

/** The scheme of DESIGN 3; a project may have its own. */
export const defaultScheme: Scheme = {
  labels: [
    {
      name: "claim",
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
    { name: "source_of", from: ["attribution"], to: ["claim", "denial"], symmetric: false },
    { name: "denies", from: ["denial"], to: ["claim"], symmetric: false },
    { name: "nested_in", from: ["attribution"], to: ["attribution"], symmetric: false },
    { name: "same_claim", from: ["claim"], to: ["claim"], symmetric: true },
  ],
};

/**
 * What a stored scheme says. Where a label is silent on whether its spans may overlap, it is as the
 * default scheme has it for a label of that name, and no for all others.
 */
export function schemeFrom({ labels, relations }: StoredScheme): Scheme {
  const usual = new Map(defaultScheme.labels.map(({ name, overlap }) => [name, overlap]));
  return {
    labels: labels.map((rule) => ({
      ...rule,
      overlap: rule.overlap ?? usual.get(rule.name) ?? false,
    })),
    relations,
  };
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

/** What a new span of a label has, by the scheme. */
export function defaultsOf(rule: LabelRule): Attributes {
  const defaults = rule.attributes.map((attribute) => [attribute.name, attribute.default] as const);
  return Object.fromEntries(defaults.filter((entry): entry is [string, string] => !!entry[1]));
}

/** The attributes of a span that have no value, in the scheme's order; none for an unknown label. */
export function unsetAttributes(
  scheme: Scheme,
  { label, attributes }: Pick<Span, "label" | "attributes">,
): AttributeRule[] {
  const rules = scheme.labels.find(({ name }) => name === label)?.attributes ?? [];
  return rules.filter(({ name }) => attributes[name] === undefined);
}

/** Whether an attribute may have a value, its length aside; each kind of attribute has its rule here. */
export function isValueOf(attribute: AttributeRule, value: string): boolean {
  switch (attribute.type) {
    case "choice":
      return attribute.values.includes(value);
    case "text":
      return true;
  }
}

/** @throws Refusal "unprocessable" if a name or a value is not in the scheme */
export function checkAttributes(rule: LabelRule, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(rule, name, value);
}

/** @throws Refusal "unprocessable" if a label has no such attribute, or that no such value */
export function checkAttribute(rule: LabelRule, name: string, value: string): void {
  const attribute = rule.attributes.find((candidate) => candidate.name === name);
  const shown = name.slice(0, 80);
  const refusal = (message: string) => new Refusal("unprocessable", message, { attribute: shown });
  if (!attribute)
    throw refusal(`${capitalised(withArticle(rule.name))} has no attribute "${shown}".`);
  if (!isValueOf(attribute, value)) {
    const values = "values" in attribute ? `; there are: ${attribute.values.join(", ")}` : "";
    throw refusal(`"${value.slice(0, 80)}" is no value of ${shown}${values}.`);
  }
  if (value.length > MAX_ATTRIBUTE_LENGTH) {
    throw refusal(`${shown} is longer than ${MAX_ATTRIBUTE_LENGTH} characters.`);
  }
  checkStorable(value, shown);
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
