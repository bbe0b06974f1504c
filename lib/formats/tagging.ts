import { RangeSet } from "@/lib/domain/range-set";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { excerpt } from "@/lib/domain/span";
import type { TagOverlap } from "@/lib/domain/tag-overlap";
import type { ArticleText, Range } from "@/lib/domain/text";
import { wordTokens } from "./tokens";
import type { DatasetAbout, LostInWriting } from "./writing";

type Span = ArticleRecord["spans"][number];

/** A text in tokens with tags, as one annotator has marked it. */
export type TaggedText = {
  /** In order, apart, none of white space; cut where a span begins or ends. */
  readonly tokens: readonly Range[];
  /** By label, a tag of IOB2 for each token. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
};

/** Whose marks of a text are written. */
export type Tagging = {
  readonly record: ArticleRecord;
  /** The only one whose marks are meant; null where there is but one. */
  readonly annotator: string | null;
  /** Where rows end, so that no token goes over that; null where all is one. */
  readonly sentences: readonly Range[] | null;
};

/** What one annotator has marked in a text, in tags. What these cannot say is counted. */
export function taggedText(
  text: ArticleText,
  { record, annotator, sentences }: Tagging,
  { scheme, overlap }: DatasetAbout,
  lost: LostInWriting,
): TaggedText {
  const spans = record.spans.filter((span) => annotator === null || span.annotator === annotator);
  const known = new Set(scheme.labels.map(({ name }) => name));
  lost.add(UNKNOWN_LABELS, spans.filter(({ label }) => !known.has(label)).length);
  if (sentences) tellOfOutside(spans, sentences, lost);
  const edges = new Set<number>();
  const labels = scheme.labels.map(({ name }) => {
    const pieces = apart(record, ofLabel(spans, name), overlap, lost);
    if (sentences) tellOfSentenceEnds(pieces, sentences, lost);
    return { name, pieces };
  });
  for (const { start, end } of [...labels.flatMap(({ pieces }) => pieces), ...(sentences ?? [])]) {
    edges.add(start);
    edges.add(end);
  }
  const tokens: Range[] = [];
  for (const token of wordTokens(text, edges)) {
    if (BLACK.test(text.slice(token))) tokens.push(token);
  }
  const tags = labels.map(({ name, pieces }) => [name, tagged(tokens, pieces, name)] as const);
  return { tokens, tags: new Map(tags) };
}

const BLACK = /\S/u;

/** Counts spans that are in no sentence, and so in no row of one. */
export function tellOfOutside(
  spans: readonly Span[],
  sentences: readonly Range[],
  lost: LostInWriting,
): void {
  const outside = spans.filter(({ fragments }) => touchedBy(fragments, sentences).length === 0);
  lost.add("spans outside of all sentences", outside.length);
}

/** Counts pieces of spans that go on in the next sentence, where they begin anew. */
export function tellOfSentenceEnds(
  pieces: readonly Range[],
  sentences: readonly Range[],
  lost: LostInWriting,
): void {
  const cut = pieces.filter((piece) => touchedBy([piece], sentences).length > 1);
  lost.add("pieces of spans that are cut where a sentence ends", cut.length);
}

export const UNKNOWN_LABELS = "spans of labels that the scheme has no more";

/** What a list of tags is called in rows, as `ner_tags` of a published one is. */
export const tagsColumn = (label: string) => `${label}_tags`;

const ofLabel = (spans: readonly Span[], label: string) =>
  spans.filter((span) => span.label === label);

/**
 * Refuses a record in which spans of one label and annotator overlap, as the writing of its tags would.
 *
 * @throws Refusal "unprocessable" with the article and both spans
 */
export function checkApart(record: ArticleRecord, { scheme }: DatasetAbout): void {
  for (const { name } of scheme.labels) {
    const annotators = new Set(record.sets.map(({ annotator }) => annotator));
    for (const annotator of annotators) {
      const own = ofLabel(record.spans, name).filter((span) => span.annotator === annotator);
      refuseOverlap(record, own);
    }
  }
}

function refuseOverlap(record: ArticleRecord, spans: readonly Span[]): void {
  const placed = new RangeSet<Span>();
  for (const span of spans) {
    const [other] = placed.overlapping(span.fragments);
    if (other) throw overlapping(record, other, span);
    placed.add(span);
  }
}

function overlapping({ id, version, title }: ArticleRecord, one: Span, other: Span): Refusal {
  const [first, second] = [one, other].map(
    ({ text, start, end }) => `“${excerpt(text)}” (${start}-${end})`,
  );
  return new Refusal(
    "unprocessable",
    `Two spans labelled ${one.label} by ${one.annotator} overlap in “${title}” (article ${id}, version ${version}): ${first} and ${second}. Overlapping spans were to be refused; they can also be split, or the longest kept.`,
    { article_id: id, version, spans: [one.id, other.id] },
  );
}

/**
 * The pieces of an annotator's spans of one label, in order; none overlaps another.
 *
 * @param how the longest of those that overlap is kept if left out
 * @throws Refusal "unprocessable" if some overlap that were to be refused
 */
export function apart(
  record: ArticleRecord,
  spans: readonly Span[],
  how: TagOverlap = "longest",
  lost: LostInWriting,
): Range[] {
  switch (how) {
    case "longest":
      return longestApart(spans, lost);
    case "split":
      return splitApart(spans, lost);
    case "refuse":
      refuseOverlap(record, spans);
      return piecesOf(spans);
  }
}

const piecesOf = (spans: readonly Span[]): Range[] =>
  spans
    .flatMap(({ fragments }) => fragments.map(({ start, end }) => ({ start, end })))
    .toSorted((a, b) => a.start - b.start);

function longestApart(spans: readonly Span[], lost: LostInWriting): Range[] {
  const byLength = spans.toSorted(
    (a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const placed = new RangeSet<Span>();
  const kept = byLength.filter((span) => {
    const [longer] = placed.overlapping(span.fragments);
    if (longer) lost.add("spans that overlap a longer one of their label");
    else placed.add(span);
    return !longer;
  });
  return piecesOf(kept);
}

/** Cut wherever one begins or ends, so that what lies under several is there once. */
function splitApart(spans: readonly Span[], lost: LostInWriting): Range[] {
  const placed = new RangeSet(spans);
  const shared = spans.filter(({ fragments }) => {
    const [, another] = placed.overlapping(fragments);
    return another !== undefined;
  });
  lost.add("spans that are split where they overlap others of their label", shared.length);
  const steps = new Map<number, number>();
  const step = (at: number, by: number) => steps.set(at, (steps.get(at) ?? 0) + by);
  for (const { start, end } of piecesOf(spans)) {
    step(start, 1);
    step(end, -1);
  }
  const borders = [...steps].toSorted(([a], [b]) => a - b);
  let depth = 0;
  return borders.flatMap(([start, by], at) => {
    depth += by;
    const end = borders[at + 1]?.[0];
    return depth > 0 && end !== undefined ? [{ start, end }] : [];
  });
}

/** A tag for each of some tokens: a piece begins with its first token there. */
export function tagged(
  tokens: readonly Range[],
  pieces: readonly Range[],
  label: string,
): string[] {
  const tags = tokens.map(() => "O");
  // Two pieces within one token are there as the first.
  for (const piece of pieces.toReversed()) {
    for (const [at, index] of touchedBy([piece], tokens).entries()) {
      tags[index] = `${at === 0 ? "B" : "I"}-${label}`;
    }
  }
  return tags;
}

/** Which of some ranges, sorted and apart, any of some others touches; each once, in order. */
export function touchedBy(others: readonly Range[], sorted: readonly Range[]): number[] {
  const found = new Set<number>();
  for (const { start, end } of others) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.end ?? 0) > start) high = middle;
      else low = middle + 1;
    }
    for (; (sorted[low]?.start ?? end) < end; low += 1) found.add(low);
  }
  return [...found].toSorted((a, b) => a - b);
}

/** A tag of a place within a span of a label; the letters are those of IOB1, IOB2, BIOES, BILOU and BMEWO. */
export const WITHIN = /^([BIESLUMW])-(.+)$/s;

/** A span that tags say, from the first of its tokens on. */
export type TaggedRange = Range & { readonly label: string; readonly first: number };

/** A span begins where a tag says so, or where the label changes: older files say only where one follows another. */
export function rangesOfTags(tags: readonly string[], places: readonly Range[]): TaggedRange[] {
  const spans: TaggedRange[] = [];
  let open: TaggedRange | null = null;
  for (const [index, tag] of tags.entries()) {
    const { start, end } = places[index] ?? { start: 0, end: 0 };
    const [, letter = "O", label = ""] = WITHIN.exec(tag) ?? [];
    if (open !== null && "IMEL".includes(letter) && open.label === label) {
      open = { label, start: open.start, end, first: open.first };
    } else {
      if (open !== null) spans.push(open);
      open = letter === "O" ? null : { label, start, end, first: index };
    }
    if (open !== null && "ESLUW".includes(letter)) {
      spans.push(open);
      open = null;
    }
  }
  if (open !== null) spans.push(open);
  return spans;
}
