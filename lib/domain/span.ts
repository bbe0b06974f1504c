import { MAX_FRAGMENTS } from "./limits";
import { Refusal } from "./refusal";
import type { AttributeValue } from "./schemas";
import type { ArticleText, Range } from "./text";

/** One continuous piece of a span. */
export type Fragment = Range;

export type { AttributeValue } from "./schemas";

/** Attribute values by attribute name; which there are is the scheme's business. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What is kept under a name, if anything is: what every object has by itself ("constructor") is not. */
export function keptUnder<Value>(
  kept: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(kept, name) ? kept[name] : undefined;
}

/** Whether two values are the same; undefined is none, and the same as none alone. */
export function sameValue(
  one: AttributeValue | null | undefined,
  other: AttributeValue | null | undefined,
): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/**
 * A labelled piece of text. `fragments` are sorted, disjoint and do not touch; `quote` is the text
 * they cover, joined by one space.
 */
export type Span = {
  readonly id: string;
  readonly label: string;
  readonly fragments: readonly Fragment[];
  readonly quote: string;
  readonly attributes: Attributes;
};

/** Whose work an annotation set is. */
export const setKinds = ["reviewer", "gold", "model", "imported"] as const;
export type SetKind = (typeof setKinds)[number];

/** A typed, directed link between two spans of one annotation set. */
export type Relation = {
  readonly id: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly attributes: Attributes;
};

/**
 * The smallest range that covers every fragment of a span.
 *
 * @throws RangeError if there is none
 */
export function hull(fragments: readonly Fragment[]): Range {
  const [first] = fragments;
  if (!first) throw new RangeError("A span has at least one fragment.");
  return { start: first.start, end: (fragments.at(-1) ?? first).end };
}

/**
 * The words a span covers, its fragments joined by one space.
 *
 * @throws RangeError if a fragment leaves the text: spans are checked where they come in
 *   (editor, API, import), so meeting one here is a defect.
 */
export function quoteOf(text: ArticleText, fragments: readonly Fragment[]): string {
  return fragments.map((fragment) => text.slice(fragment)).join(" ");
}

/** Whether a letter or a digit is seen in it; the fillers that Unicode calls letters are not. */
export function hasLetterOrDigit(text: string): boolean {
  return /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u.test(text);
}

/** Whether two spans share at least one character; those that touch do not. */
export function overlap(one: readonly Fragment[], other: readonly Fragment[]): boolean {
  return one.some((a) => other.some((b) => a.start < b.end && b.start < a.end));
}

/**
 * Sorts fragments and joins those that overlap or touch: what a person selects may do both,
 * what is stored may do neither.
 */
export function normaliseFragments(fragments: readonly Fragment[]): Fragment[] {
  const merged: Fragment[] = [];
  for (const next of [...fragments].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && next.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, next.end) };
    } else merged.push({ start: next.start, end: next.end });
  }
  return merged;
}

/**
 * Checks the fragments of a span against the text they are to be drawn on (DESIGN 3 and 4).
 *
 * @throws Refusal "unprocessable"; `fragment` in its details is the 0-based index of the culprit
 */
export function checkFragments(text: ArticleText, fragments: readonly Fragment[]): void {
  const refuse = (message: string, fragment: number): never => {
    throw new Refusal("unprocessable", message, { fragment, ...fragments[fragment] });
  };
  if (fragments.length === 0) refuse("A span needs at least one fragment.", 0);
  if (fragments.length > MAX_FRAGMENTS) {
    refuse(`A span has at most ${MAX_FRAGMENTS} fragments.`, MAX_FRAGMENTS);
  }
  fragments.forEach(({ start, end }, index) => {
    if (!Number.isInteger(start) || !Number.isInteger(end)) {
      refuse(`Offsets are whole numbers: ${start}-${end} is none.`, index);
    }
    if (start >= end) refuse(`A fragment ends after its start: ${start}-${end} does not.`, index);
    if (start < 0 || end > text.length) {
      refuse(`${start}-${end} leaves the text, which has ${text.length} characters.`, index);
    }
    const before = fragments[index - 1];
    if (before && start <= before.end) {
      refuse(`Fragments are sorted and do not touch: ${start} comes after ${before.end}.`, index);
    }
    for (const offset of [start, end]) {
      if (!text.isBoundary(offset)) {
        refuse(`Offset ${offset} splits a character that readers see as one.`, index);
      }
    }
  });
  if (!hasLetterOrDigit(quoteOf(text, fragments))) {
    refuse("A span covers at least one letter or digit.", 0);
  }
}

/**
 * Checks that a quote is the text under the fragments.
 *
 * @throws Refusal "unprocessable" with the text that is really there
 */
export function checkQuote(text: ArticleText, fragments: readonly Fragment[], quote: string): void {
  const actual = quoteOf(text, fragments);
  if (quote !== actual) {
    throw new Refusal("unprocessable", "The quote is not the text at these offsets.", {
      quote: excerpt(quote),
      actual: excerpt(actual),
    });
  }
}

/** The beginning of a text, fit for a message: at most 200 characters. */
export function excerpt(value: string): string {
  // Stryker disable next-line MethodExpression: it only saves reading the rest of a long text
  const characters = [...value.slice(0, 800)];
  return characters.length > 200 ? `${characters.slice(0, 200).join("")}…` : value;
}
