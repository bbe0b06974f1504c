import { isBlank } from "./blank";
import type { Annotations } from "./operation";
import { inTextOrder } from "./range-set";
import type { LabelRule, Scheme } from "./scheme";
import type { Span } from "./span";

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
  const isLinkable = linkableLabels(scheme);
  const words = new Map<string, Span>();
  const advice = spans.flatMap((span): Finding[] => {
    const found: Finding[] = missingRelations(scheme, set, span).map((relation) => ({
      kind: "leads_nowhere",
      span: span.id,
      relation,
    }));
    if (found.length === 0 && isLinkable.has(span.label) && set.relationsOf(span.id).length === 0) {
      found.push({ kind: "touches_nothing", span: span.id });
    }
    const key = JSON.stringify([span.label, span.fragments.map(({ start, end }) => [start, end])]);
    const other = words.get(key);
    if (other) found.push({ kind: "same_words", span: span.id, other: other.id });
    else words.set(key, span);
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
    const attributes = (required.get(span.label) ?? []).filter((name) =>
      isBlank(span.attributes[name] ?? ""),
    );
    return attributes.length > 0 ? [{ kind: "required_unset", span: span.id, attributes }] : [];
  });
}

/** Whether a scheme requires anything at all. */
export function hasRequired(scheme: Scheme): boolean {
  return requiredByLabel(scheme).size > 0;
}

function requiredByLabel({ labels }: Scheme): Map<string, readonly string[]> {
  const required = labels.map(
    ({ name, attributes }: LabelRule) =>
      [name, attributes.filter((rule) => rule.required).map((rule) => rule.name)] as const,
  );
  return new Map(required.filter(([, names]) => names.length > 0));
}

function linkableLabels({ relations }: Scheme): Set<string> {
  return new Set(relations.flatMap(({ from, to }) => [...from, ...to]));
}

/**
 * The types of relations that lead from a span's label to other labels only, and of which the span has
 * none. A span to which one of its own label leads says what that one says: nothing is missing then.
 */
function missingRelations({ relations }: Scheme, set: Annotations, span: Span): string[] {
  const leading = relations.filter(
    ({ from, to, symmetric }) =>
      !symmetric && from.includes(span.label) && !to.includes(span.label),
  );
  if (leading.length === 0) return [];
  const own = set.relationsOf(span.id);
  const isNested = own.some(
    ({ to, from }) => to === span.id && set.spans.get(from)?.label === span.label,
  );
  if (isNested) return [];
  const there = new Set(own.filter(({ from }) => from === span.id).map(({ type }) => type));
  return leading.filter(({ name }) => !there.has(name)).map(({ name }) => name);
}
