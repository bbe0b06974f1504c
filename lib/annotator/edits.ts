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
  type Fragment,
  hasLetterOrDigit,
  hull,
  normaliseFragments,
  quoteOf,
  type Relation,
  type Span,
} from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";
import { isBlankEdge, nextBoundary, spanRange } from "@/lib/editor/selection";
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

/** Sets or, with null, takes away one attribute. */
export function setAttribute(span: Span, name: string, value: string | null): Edit {
  return [{ type: "edit_span", span: { id: span.id, attributes: { [name]: value } } }];
}

export function setFragments(text: ArticleText, span: Span, fragments: readonly Fragment[]): Edit {
  const tidy = normaliseFragments(fragments);
  return [
    { type: "edit_span", span: { id: span.id, fragments: tidy, quote: quoteOf(text, tidy) } },
  ];
}

/**
 * Makes one span of several, in text order, all with one label: the first, with the parts of all; what only
 * signs and space lie between becomes one part. What the first lacks of attributes it has from the next
 * that has it, and it has the relations of all, each once.
 *
 * @throws RangeError without two spans
 */
export function mergeSpans(
  text: ArticleText,
  set: Annotations,
  [first, ...others]: readonly Span[],
): Edit {
  if (!first || others.length === 0) throw new RangeError("Two spans or more are merged.");
  const gone = new Set(others.map(({ id }) => id));
  const ends = (relation: Pick<Relation, "type" | "from" | "to">) => {
    const [from, to] = [relation.from, relation.to].map((id) => (gone.has(id) ? first.id : id));
    return { type: relation.type, from: from ?? "", to: to ?? "" };
  };
  const known = new Set(
    set
      .relationsOf(first.id)
      .filter((one) => !gone.has(one.from) && !gone.has(one.to))
      .map((one) => JSON.stringify(ends(one))),
  );
  const relations = new Map(
    others.flatMap(({ id }) => set.relationsOf(id).map((one) => [one.id, one] as const)),
  );
  const edits = [...relations.values()].map((relation): Intent => {
    const { id } = relation;
    const { type, from, to } = ends(relation);
    const same = JSON.stringify({ type, from, to });
    if (from === to || known.has(same)) return { type: "remove_relation", relation: { id } };
    known.add(same);
    return { type: "edit_relation", relation: { id, from, to } };
  });
  const fragments = closed(
    text,
    [first, ...others].flatMap((span) => span.fragments),
  );
  const attributes = Object.assign({}, ...others.toReversed().map((span) => span.attributes));
  for (const name of Object.keys(first.attributes)) delete attributes[name];
  return [
    ...edits,
    ...others.map(({ id }): Intent => ({ type: "remove_span", span: { id } })),
    {
      type: "edit_span",
      span: {
        id: first.id,
        fragments,
        quote: quoteOf(text, fragments),
        ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      },
    },
  ];
}

/** Fragments in order, those joined between which there is no letter or digit. */
function closed(text: ArticleText, fragments: readonly Fragment[]): Fragment[] {
  const joined: Fragment[] = [];
  for (const next of normaliseFragments(fragments)) {
    const last = joined.at(-1);
    const gap = last && text.slice({ start: last.end, end: next.start });
    // Between two paragraphs there is no place for a part.
    if (last && gap !== undefined && !hasLetterOrDigit(gap) && !gap.includes("\n")) {
      joined[joined.length - 1] = { start: last.start, end: next.end };
    } else joined.push(next);
  }
  return joined;
}

/**
 * Makes two spans of one, which ends before an offset; the other begins behind it, with the same label and
 * attributes, and no relation. Null where one of them would have no letter or digit.
 *
 * @param id of the second one
 */
export function splitSpan(text: ArticleText, span: Span, offset: number, id: string): Edit | null {
  const part = (start: number, end: number) =>
    span.fragments.flatMap((one) => {
      const cut = { start: Math.max(one.start, start), end: Math.min(one.end, end) };
      const kept = cut.start < cut.end ? spanRange(text, cut) : null;
      return kept ? [kept] : [];
    });
  const [left, right] = [part(0, offset), part(offset, text.length)];
  if (left.length === 0 || right.length === 0) return null;
  const { label, attributes } = span;
  return [
    { type: "edit_span", span: { id: span.id, fragments: left, quote: quoteOf(text, left) } },
    {
      type: "add_span",
      span: { id, label, fragments: right, quote: quoteOf(text, right), attributes },
    },
  ];
}

/**
 * What is left of fragments without some ranges: the words of each piece, or the piece itself where the
 * cut is within one; null where no piece has a letter or digit.
 */
export function withoutRanges(
  { text, segmentation }: { readonly text: ArticleText; readonly segmentation: Segmentation },
  fragments: readonly Fragment[],
  ranges: readonly Range[],
): Fragment[] | null {
  let left: readonly Range[] = fragments;
  for (const { start, end } of ranges) {
    left = left.flatMap((one) => [
      { start: one.start, end: Math.min(one.end, start) },
      { start: Math.max(one.start, end), end: one.end },
    ]);
  }
  const kept = left.flatMap((one) => {
    if (one.start >= one.end) return [];
    // What was not cut stays as it is.
    if (fragments.some(({ start, end }) => start === one.start && end === one.end)) return [one];
    const words = segmentation.snap(one);
    const isWithin = words && words.start >= one.start && words.end <= one.end;
    const piece = isWithin ? words : spanRange(text, one);
    return piece ? [piece] : [];
  });
  return kept.length > 0 ? kept : null;
}

/** Gives a span the attributes of another of its label; what that has not goes. Empty if it has them. */
export function copyAttributes(span: Span, from: Span): Edit {
  const names = new Set([...Object.keys(span.attributes), ...Object.keys(from.attributes)]);
  const changed = [...names].filter((name) => span.attributes[name] !== from.attributes[name]);
  if (changed.length === 0) return [];
  const attributes = Object.fromEntries(
    changed.map((name) => [name, from.attributes[name] ?? null]),
  );
  return [{ type: "edit_span", span: { id: span.id, attributes } }];
}

/**
 * Where the words of a span are besides, exactly as they are there and not as a part of longer words; not
 * where a span of its label lies on them already. Only words in one piece are looked for.
 */
export function occurrencesOf(
  text: ArticleText,
  set: Annotations,
  { label, fragments, quote }: Pick<Span, "label" | "fragments" | "quote">,
): Range[] {
  if (fragments.length !== 1 || quote === "") return [];
  const found: Range[] = [];
  const { value } = text;
  const isLetter = (unit: number) => /^[\p{L}\p{N}\p{M}]$/u.test(value.charAt(unit));
  const startsWord = /^[\p{L}\p{N}]/u.test(quote) && !noSpaces.test(quote);
  const endsWord = /[\p{L}\p{N}\p{M}]$/u.test(quote) && !noSpaces.test(quote);
  for (let unit = value.indexOf(quote); unit >= 0; unit = value.indexOf(quote, unit + 1)) {
    const behind = unit + quote.length;
    if ((startsWord && isLetter(unit - 1)) || (endsWord && isLetter(behind))) continue;
    const range = { start: text.fromUtf16(unit), end: text.fromUtf16(behind) };
    if (!text.isBoundary(range.start) || !text.isBoundary(range.end)) continue;
    const isFree = range.start >= (found.at(-1)?.end ?? 0);
    if (isFree && set.overlapping([range], label).length === 0) found.push(range);
  }
  return found;
}

/** Scripts without spaces between words: what is before and behind tells nothing there. */
const noSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

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
function withEdge(
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

/**
 * The fragments of a span whose start or end is dragged to an offset: to the nearest edge of a word, or just
 * there. Null where it stays, because nothing would be left, or it would come to lie on what is blank or
 * over another span that its label keeps it from.
 */
export function draggedEdge(
  {
    text,
    segmentation,
    scheme,
    set,
  }: {
    readonly text: ArticleText;
    readonly segmentation: Segmentation;
    readonly scheme: Scheme;
    readonly set: Annotations;
  },
  { id, label, fragments }: Span,
  { edge, offset, exact }: { edge: "start" | "end"; offset: number; exact: boolean },
): Fragment[] | null {
  const at = exact ? text.boundaryBefore(offset) : segmentation.nearestWordEdge(offset, edge);
  if (at === null || (exact && isBlankEdge(text, at, edge))) return null;
  const moved = withEdge(segmentation, fragments, { edge, at, exact });
  if (!moved || !hasLetterOrDigit(quoteOf(text, moved))) return null;
  const others = labelRule(scheme, label).overlap ? [] : set.overlapping(moved, label);
  return others.some((other) => other.id !== id) ? null : moved;
}

export function addRelation(id: string, { rule, from, to }: Link): Edit {
  return [{ type: "add_relation", relation: { id, type: rule.name, from, to, attributes: {} } }];
}
