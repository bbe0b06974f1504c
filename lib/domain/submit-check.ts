import { isBlank } from "./blank";
import type { Annotations } from "./operation";
import { inTextOrder } from "./range-set";
import { type AttributeRule, isShown, type Scheme } from "./scheme";
import type { AttributeValue, Span } from "./span";

/** Something about a span that is looked at once more before its set is submitted. */
export type Finding = {
  /** The id of the span. */
  readonly span: string;
} & (
  | { readonly kind: "required_unset"; readonly attributes: readonly string[] }
  /** The scheme has a relation from its label to others, which this one lacks: an attribution of nothing. */
  | { readonly kind: "leads_nowhere"; readonly relation: string }
  /** The scheme has relations for its label, and it is in none. */
  | { readonly kind: "touches_nothing" }
  /** A span before it has the same label on the same words. */
  | { readonly kind: "same_words"; readonly other: string }
);

/**
 * Whether a finding keeps a set from being submitted, or is for the reviewer to judge. Only what the
 * scheme calls required blocks: a claim that nobody is the source of may be just what the text says.
 */
export function isBlocking({ kind }: Pick<Finding, "kind">): boolean {
  return kind === "required_unset";
}

/**
 * What a reviewer may have overlooked: what blocks comes first, each kind in text order. Of a span that
 * leads nowhere it is not said in addition that it touches nothing.
 */
export function submitCheck(scheme: Scheme, set: Annotations): Finding[] {
  const spans = set.spansInOrder();
  const rules = new Map(
    scheme.labels.map(({ name, overlap }) => [name, rulesOf(scheme, name, overlap)]),
  );
  const links = linksOf(set);
  const words = new Map<string, string>();
  const advice = spans.flatMap((span): Finding[] => {
    const rule = rules.get(span.label);
    if (!rule) return [];
    const own = links.get(span.id);
    // One to which another of its label leads says what that one says: nothing is missing then.
    const missing = own?.isNested ? [] : rule.leading.filter((type) => !own?.from.has(type));
    const found: Finding[] = missing.map((relation) => ({
      kind: "leads_nowhere",
      span: span.id,
      relation,
    }));
    if (found.length === 0 && rule.isLinkable && !own) {
      found.push({ kind: "touches_nothing", span: span.id });
    }
    if (rule.overlap) {
      const places = span.fragments.map(({ start, end }) => `${start}-${end}`);
      const key = `${span.label} ${places.join()}`;
      const other = words.get(key);
      if (other === undefined) words.set(key, span.id);
      else found.push({ kind: "same_words", span: span.id, other });
    }
    return found;
  });
  return [...unsetRequired(scheme, spans), ...advice];
}

/** The spans that lack an attribute which the scheme requires of their label, in text order. */
export function unsetRequired(
  scheme: Scheme,
  spans: Iterable<Span>,
): Extract<Finding, { kind: "required_unset" }>[] {
  const required = requiredByLabel(scheme);
  if (required.size === 0) return [];
  return [...spans].sort(inTextOrder).flatMap((span) => {
    const attributes = (required.get(span.label) ?? []).flatMap((rule) =>
      isShown(rule, span.attributes) && isUnset(span.attributes[rule.name]) ? [rule.name] : [],
    );
    return attributes.length > 0 ? [{ kind: "required_unset", span: span.id, attributes }] : [];
  });
}

/** Whether a scheme requires anything at all. */
export function hasRequired(scheme: Scheme): boolean {
  return requiredByLabel(scheme).size > 0;
}

/** A text in which nothing can be seen is none. */
function isUnset(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value === "string" && isBlank(value));
}

function requiredByLabel({ labels }: Scheme): Map<string, readonly AttributeRule[]> {
  const required = labels.map(
    ({ name, attributes }) => [name, attributes.filter((rule) => rule.required)] as const,
  );
  return new Map(required.filter(([, rules]) => rules.length > 0));
}

/** What the scheme would have of a span of a label. */
function rulesOf({ relations }: Scheme, label: string, overlap: boolean) {
  const leading = relations.filter(
    ({ from, to, symmetric }) => !symmetric && from.includes(label) && !to.includes(label),
  );
  return {
    /** The types of relations that lead from it to other labels only. */
    leading: leading.map(({ name }) => name),
    isLinkable: relations.some(({ from, to }) => from.includes(label) || to.includes(label)),
    /** Only then can two of them be on the same words. */
    overlap,
  };
}

/** For each span in a relation the types that lead from it, and whether one of its own label leads to it. */
function linksOf(set: Annotations) {
  const links = new Map<string, { readonly from: Set<string>; isNested: boolean }>();
  const of = (id: string) => {
    const known = links.get(id) ?? { from: new Set<string>(), isNested: false };
    links.set(id, known);
    return known;
  };
  for (const { type, from, to } of set.relations.values()) {
    of(from).from.add(type);
    const isAlike = set.spans.get(from)?.label === set.spans.get(to)?.label;
    of(to).isNested ||= isAlike;
  }
  return links;
}
