import type { Annotations, Intent } from "@/lib/domain/operation";
import {
  defaultsOf,
  isValueOf,
  labelRule,
  relationsBetween,
  type Scheme,
} from "@/lib/domain/scheme";
import type { Segmentation } from "@/lib/domain/segmentation";
import {
  type Attributes,
  type AttributeValue,
  type Fragment,
  hull,
  normaliseFragments,
  quoteOf,
  type Relation,
  type Span,
} from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";
import { isBlankEdge, nextBoundary } from "@/lib/editor/selection";
import type { Link } from "./linking";

/** What a gesture asks of an annotation set: one step of undo. */
export type Edit = readonly Intent[];

/** @param attributes all that it is to have; see {@link defaultsOf} */
export function addSpan(
  text: ArticleText,
  id: string,
  label: string,
  covered: Range | readonly Range[],
  attributes: Attributes = {},
): Edit {
  const fragments = normaliseFragments([covered].flat());
  const quote = quoteOf(text, fragments);
  return [{ type: "add_span", span: { id, label, fragments, quote, attributes } }];
}

/**
 * Gives a span another label, and attributes of that. Attributes that the new label does not have,
 * and relations that do not fit it, go with the same step.
 *
 * @param given what it is to have beside what it keeps; unless told, what the scheme has new spans of
 *   the label begin with, where the span has nothing that fits
 */
export function relabel(
  scheme: Scheme,
  set: Annotations,
  span: Span,
  label: string,
  given?: Attributes,
): Edit {
  const rule = labelRule(scheme, label);
  // Stryker disable next-line OptionalChaining: the ends of a relation are in its set
  const labelOf = (id: string) => (id === span.id ? label : (set.spans.get(id)?.label ?? ""));
  const misfits = set.relationsOf(span.id).filter(({ type, from, to }) => {
    const allowed = relationsBetween(scheme, labelOf(from), labelOf(to));
    return !allowed.some(({ name }) => name === type);
  });
  const known = new Map(rule.attributes.map((attribute) => [attribute.name, attribute]));
  const gone = Object.entries(span.attributes).filter(([name, value]) => {
    const attribute = known.get(name);
    return !attribute || !isValueOf(attribute, value);
  });
  const lost = new Set(gone.map(([name]) => name));
  const defaults = Object.entries(defaultsOf(rule)).filter(
    ([name]) => span.attributes[name] === undefined || lost.has(name),
  );
  const attributes = {
    ...Object.fromEntries(gone.map(([name]) => [name, null])),
    ...(given ?? Object.fromEntries(defaults)),
  };
  return [
    ...misfits.map(({ id }): Intent => ({ type: "remove_relation", relation: { id } })),
    {
      type: "edit_span",
      span: { id: span.id, label, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) },
    },
  ];
}

/** Removes a span, its relations first. */
export function removeSpan(set: Annotations, id: string): Edit {
  return [
    ...set
      .relationsOf(id)
      .map((relation): Intent => ({ type: "remove_relation", relation: { id: relation.id } })),
    { type: "remove_span", span: { id } },
  ];
}

/** Sets or, with null, takes away one attribute of a span or a relation. */
export function setAttribute(
  holder: Span | Relation,
  name: string,
  value: AttributeValue | null,
): Edit {
  const change = { id: holder.id, attributes: { [name]: value } };
  return [
    "label" in holder
      ? { type: "edit_span", span: change }
      : { type: "edit_relation", relation: change },
  ];
}

export function setFragments(text: ArticleText, span: Span, fragments: readonly Fragment[]): Edit {
  const tidy = normaliseFragments(fragments);
  return [
    { type: "edit_span", span: { id: span.id, fragments: tidy, quote: quoteOf(text, tidy) } },
  ];
}

export type EdgeStep = {
  readonly edge: "start" | "end";
  readonly by: -1 | 1;
  readonly unit: "character" | "word";
};

/**
 * Where the edge of a span or selection comes to lie one step from an offset: by a word at the next start
 * or end of one, by a character behind what is blank. Null where there is no such step.
 */
export function steppedEdge(
  text: ArticleText,
  words: Segmentation,
  from: number,
  { edge, by, unit }: EdgeStep,
): number | null {
  if (unit === "word") return words.nextWordEdge(from, by, edge);
  let at = nextBoundary(text, from, by);
  while (at > 0 && at < text.length && isBlankEdge(text, at, edge)) at = nextBoundary(text, at, by);
  return at === from || isBlankEdge(text, at, edge) ? null : at;
}

/**
 * The fragments of a span with its start or end at another offset, in one piece for each block if that
 * is not meant exactly. Null where nothing would be left.
 */
export function withEdge(
  words: Segmentation,
  fragments: readonly Fragment[],
  { edge, at, exact }: { edge: "start" | "end"; at: number; exact: boolean },
): Fragment[] | null {
  const { start, end } = hull(fragments);
  const kept =
    edge === "start"
      ? { start: at, end: Math.max(at, end) }
      : { start: Math.min(start, at), end: at };
  const moved = fragments
    .map((one) => (one[edge] === (edge === "start" ? start : end) ? { ...one, [edge]: at } : one))
    .map((one) => ({ start: Math.max(one.start, kept.start), end: Math.min(one.end, kept.end) }))
    .filter((one) => one.start < one.end);
  if (moved.length === 0) return null;
  return normaliseFragments(exact ? moved : moved.flatMap((one) => words.withinBlocks(one)));
}

/**
 * The fragments of a span with its start or end moved one step; none comes to start or end with what is
 * blank. Null where there is no such step: at the edge of the text, or when nothing would be left.
 */
export function moveEdge(
  text: ArticleText,
  words: Segmentation,
  fragments: readonly Fragment[],
  step: EdgeStep,
): Fragment[] | null {
  const { edge, unit } = step;
  const at = steppedEdge(text, words, hull(fragments)[edge], step);
  return at === null ? null : withEdge(words, fragments, { edge, at, exact: unit === "character" });
}

export function addRelation(id: string, { rule, from, to }: Link): Edit {
  const attributes = defaultsOf(rule);
  return [{ type: "add_relation", relation: { id, type: rule.name, from, to, attributes } }];
}
