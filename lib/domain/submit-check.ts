import { isBlank } from "./blank";
import type { Annotations } from "./operation";
import { inTextOrder } from "./range-set";
import { type AttributeHolder, type AttributeRule, isShown, type Scheme } from "./scheme";
import type { Attributes, AttributeValue } from "./span";

/** What lacks what the scheme requires. */
export type RequiredUnset = {
  readonly kind: "required_unset";
  /** The id of the span, or of the one that a relation leads from; null for the article itself. */
  readonly span: string | null;
  /** The id of the relation, if it is one that lacks it. */
  readonly relation?: string;
  readonly attributes: readonly string[];
};

/** Something that is looked at once more before its set is submitted. */
export type Finding =
  | RequiredUnset
  | ({
      /** The id of the span. */
      readonly span: string;
    } & Advice);

type Advice =
  /** The scheme has a relation from its label to others, which this one lacks: an attribution of nothing. */
  | { readonly kind: "leads_nowhere"; readonly relation: string }
  /** The scheme has relations for its label, and it is in none. */
  | { readonly kind: "touches_nothing" }
  /** A span before it has the same label on the same words. */
  | { readonly kind: "same_words"; readonly other: string };

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
  return [...unsetRequired(scheme, set), ...advice];
}

/** What a set holds. */
type Content = Pick<Annotations, "spans" | "relations" | "attributes">;

/**
 * What lacks an attribute that the scheme requires of it, where it is shown: the article first, then spans in
 * text order, each with the relations that lead from it behind it.
 */
export function unsetRequired(
  scheme: Scheme,
  { spans, relations, attributes }: Content,
): RequiredUnset[] {
  if (!hasRequired(scheme)) return [];
  const ofLabels = attributesOf(scheme.labels);
  const ofTypes = attributesOf(scheme.relations);
  const kind = "required_unset";
  const missing = (rules: readonly AttributeRule[] | undefined, values: Attributes) =>
    (rules ?? []).flatMap((rule) =>
      rule.required && isShown(rule, values) && isUnset(values[rule.name]) ? [rule.name] : [],
    );
  const ofArticle = { kind, span: null, attributes: missing(scheme.article, attributes) } as const;
  const from = Map.groupBy(relations.values(), (relation) => relation.from);
  const found = [...spans.values()].sort(inTextOrder).flatMap((span): RequiredUnset[] => [
    { kind, span: span.id, attributes: missing(ofLabels.get(span.label), span.attributes) },
    ...(from.get(span.id) ?? []).map(
      ({ id, type, attributes: values }) =>
        ({
          kind,
          span: span.id,
          relation: id,
          attributes: missing(ofTypes.get(type), values),
        }) as const,
    ),
  ]);
  return [ofArticle, ...found].filter((one) => one.attributes.length > 0);
}

/** Whether a scheme requires anything at all. */
export function hasRequired({ labels, relations, article }: Scheme): boolean {
  const all = [...labels, ...relations, { attributes: article }];
  return all.some(({ attributes }) => attributes.some(({ required }) => required));
}

function attributesOf(holders: readonly AttributeHolder[]): Map<string, readonly AttributeRule[]> {
  return new Map(holders.map(({ name, attributes }) => [name, attributes]));
}

/** A text in which nothing can be seen is none. */
function isUnset(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value === "string" && isBlank(value));
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
