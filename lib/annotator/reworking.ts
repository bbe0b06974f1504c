import { v7 as uuid } from "uuid";
import type { Annotations, Intent } from "@/lib/domain/operation";
import { defaultsOf, isValueOf, type Scheme } from "@/lib/domain/scheme";
import type { Segmentation } from "@/lib/domain/segmentation";
import {
  excerpt,
  type Fragment,
  hasLetterOrDigit,
  normaliseFragments,
  quoteOf,
  type Relation,
  type Span,
  sameValue,
} from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";
import { spanRange } from "@/lib/editor/selection";
import type { ActionId } from "./actions";
import type { AnnotatorController } from "./controller";
import { type Edit, setFragments } from "./edits";
import { readable } from "./wording";

/** What changes spans by other spans, or makes more of them; seldom enough to be fetched by itself. */
export type Reworking = {
  readonly merge: typeof merge;
  readonly split: typeof split;
  readonly takeAttributes: typeof takeAttributes;
  readonly setBoundaries: typeof setBoundaries;
  readonly addFragment: typeof addFragment;
  readonly removeFragment: typeof removeFragment;
};

/** What is worked on: what was selected when that was asked for, whatever is by now. */
export type Subject = {
  /** The id of the selected span; null for none. */
  readonly span: string | null;
  /** The spans on the selected text, in text order. */
  readonly chosen: readonly Span[];
  /** The selected text as a span is to cover it: a range for each paragraph; empty without a letter or digit. */
  readonly pieces: readonly Range[];
  readonly caret: number;
  /** Does what gives a span those pieces; asks first where they are many. */
  readonly make: (pieces: readonly Range[], work: () => boolean) => void;
};

/**
 * The span that is worked on, as it is now.
 *
 * @param otherwise what is told where none was selected; of one that is gone by now, nothing
 * @returns null where there is nothing to work on, which has been told
 */
function subjectOf(
  annotator: AnnotatorController,
  { span }: Subject,
  otherwise: string,
): Span | null {
  if (!annotator.mayChange()) return null;
  if (span === null) annotator.told.notice(otherwise);
  return (span === null ? undefined : annotator.set.spans.get(span)) ?? null;
}

/** Gives a span other fragments; those that overlap or touch become one. */
function reshape(annotator: AnnotatorController, span: Span, fragments: readonly Range[]): boolean {
  if (!annotator.perform(setFragments(annotator.text, span, fragments))) return false;
  annotator.announce(annotator.set.spans.get(span.id)?.quote ?? "");
  return true;
}

/** Merges the spans that are chosen, or else the selected one and the next of its label, into the first. */
export function merge(annotator: AnnotatorController, subject: Subject): void {
  const there = subject.chosen.flatMap(({ id }) => annotator.set.spans.get(id) ?? []);
  const first = subjectOf(
    annotator,
    { ...subject, span: there[0]?.id ?? subject.span },
    "Select a span first, or text across those to merge.",
  );
  if (!first) return;
  const alike = annotator.state().spans.filter(({ label }) => label === first.label);
  const spans =
    there.length > 0
      ? there.filter(({ label }) => label === first.label)
      : alike.slice(alike.indexOf(first)).slice(0, 2);
  if (spans.length < 2) {
    annotator.told.notice(`There is no further ${readable(first.label)} to merge it with.`);
    return;
  }
  const isSelected = spans.some(({ id }) => id === annotator.selectedSpan?.id);
  if (!annotator.perform(mergeSpans(annotator.text, annotator.set, spans))) return;
  if (isSelected || there.length > 0) annotator.select(first.id);
  annotator.announce(`Merged: ${annotator.set.spans.get(first.id)?.quote ?? ""}`);
}

/** Splits the selected span at the caret. */
export function split(annotator: AnnotatorController, subject: Subject): void {
  const otherwise = "Select a span first, and put the caret where it is to be split.";
  const span = subjectOf(annotator, subject, otherwise);
  if (!span) return;
  const edit = splitSpan(annotator.text, span, subject.caret, uuid());
  if (edit === null) {
    annotator.told.notice("Put the caret between two words of the span, where it is to be split.");
  } else if (annotator.perform(edit)) {
    annotator.announce(`Split after: ${annotator.set.spans.get(span.id)?.quote ?? ""}`);
  }
}

/** Gives the selected span the attributes of the last one before it with its label. */
export function takeAttributes(annotator: AnnotatorController, subject: Subject): void {
  const otherwise = "Select a span first, to give it the attributes of the one before.";
  const span = subjectOf(annotator, subject, otherwise);
  if (!span) return;
  const { spans } = annotator.state();
  const before = spans.slice(0, spans.indexOf(span)).findLast(({ label }) => label === span.label);
  const edit = before ? copyAttributes(span, before) : [];
  if (edit.length === 0) {
    const name = readable(span.label);
    annotator.told.notice(
      before ? `The ${name} before has the same attributes.` : `There is no ${name} before it.`,
    );
  } else if (annotator.perform(edit)) {
    annotator.announce(`Attributes taken from: ${excerpt(before?.quote ?? "")}`);
  }
}

/** Makes the selected text the boundaries of the selected span. */
export function setBoundaries(annotator: AnnotatorController, subject: Subject): void {
  const { pieces, make } = subject;
  const otherwise = "Select a span first, then the text it should cover.";
  const span = subjectOf(annotator, subject, otherwise);
  if (!span) return;
  if (pieces.length > 0) make(pieces, () => reshape(annotator, span, pieces));
  else {
    annotator.told.notice(
      `Select the text that the span should cover${thenKey(annotator, "boundaries")}.`,
    );
  }
}

/** Adds the selected text to the selected span. */
export function addFragment(annotator: AnnotatorController, subject: Subject): void {
  const { pieces, make } = subject;
  const span = subjectOf(annotator, subject, "Select a span first, then the text to add to it.");
  if (!span) return;
  if (pieces.length > 0) {
    make(pieces, () => reshape(annotator, span, [...span.fragments, ...pieces]));
  } else {
    annotator.told.notice(`Select the text to add to the span${thenKey(annotator, "fragment")}.`);
  }
}

/** Takes the selected text out of the selected span; where none is selected, the part at the caret. */
export function removeFragment(annotator: AnnotatorController, subject: Subject): void {
  const { pieces, caret, make } = subject;
  const otherwise = "Select a span first, then the text to take out of it.";
  const span = subjectOf(annotator, subject, otherwise);
  if (!span) return;
  const isHere = ({ start, end }: Range) => start <= caret && caret <= end;
  const ranges = pieces.length > 0 ? pieces : span.fragments.filter(isHere).slice(0, 1);
  const rest = withoutRanges(annotator, span.fragments, ranges);
  if (rest === null) {
    annotator.told.notice("Nothing of the span would be left: Delete removes it.");
  } else if (JSON.stringify(rest) === JSON.stringify(span.fragments)) {
    annotator.told.notice(
      `Select the text of the span to take out${thenKey(annotator, "without")}.`,
    );
    // However many they are: it is in the span already.
  } else make([], () => reshape(annotator, span, rest));
}

function thenKey(annotator: AnnotatorController, action: ActionId): string {
  const key = annotator.told.keyOf(action);
  return key === null ? " first" : `, then press ${key}`;
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
  const changed = [...names].filter(
    (name) => !sameValue(span.attributes[name], from.attributes[name]),
  );
  if (changed.length === 0) return [];
  const attributes = Object.fromEntries(
    changed.map((name) => [name, from.attributes[name] ?? null]),
  );
  return [{ type: "edit_span", span: { id: span.id, attributes } }];
}

/** Gives a relation another type, with what that has of its attributes and the defaults of the rest. */
export function retype(scheme: Scheme, { id, attributes }: Relation, type: string): Edit {
  const rule = scheme.relations.find(({ name }) => name === type);
  const kept = Object.entries(attributes).filter(([name, value]) =>
    rule?.attributes.some((one) => one.name === name && isValueOf(one, value)),
  );
  const gone = Object.keys(attributes).map((name) => [name, null] as const);
  const next = { ...(rule ? defaultsOf(rule) : {}), ...Object.fromEntries(kept) };
  const patch = { ...Object.fromEntries(gone), ...next };
  return [{ type: "edit_relation", relation: { id, type, attributes: patch } }];
}
