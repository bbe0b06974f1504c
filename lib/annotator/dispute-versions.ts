import type { Cluster, SourceSpan } from "@/lib/domain/adjudication";
import { contentKey, placeKey } from "@/lib/domain/likeness";
import type { Segmentation } from "@/lib/domain/segmentation";
import type { Fragment, Span } from "@/lib/domain/span";
import type { ArticleText, Range } from "@/lib/domain/text";

/** What one or several reviewers have alike in a passage: the same labels, words and attributes. */
export type Version = {
  /** By their places among all who have submitted the article, ascending. */
  readonly reviewers: readonly number[];
  /** Those of the first of them, in text order; none where they marked nothing there. */
  readonly spans: readonly SourceSpan[];
};

/**
 * What each of the reviewers made of a passage; who made the same of it is in one version. In the order of the first
 * reviewer of each.
 *
 * @param sets the ids of all that were submitted, the first reviewer's first
 */
export function versionsOf(passage: Cluster, sets: readonly string[]): Version[] {
  const bySet = Map.groupBy(passage, ({ set }) => set);
  const versions = new Map<string, { reviewers: number[]; spans: readonly SourceSpan[] }>();
  sets.forEach((set, reviewer) => {
    const spans = bySet.get(set) ?? [];
    const key = JSON.stringify(spans.map(({ content }) => contentKey(content)).sort());
    const known = versions.get(key);
    if (known) known.reviewers.push(reviewer);
    else versions.set(key, { reviewers: [reviewer], spans });
  });
  return [...versions.values()];
}

/**
 * The version that most reviewers have. What counts first is labels and words, then attributes; of as many the one
 * of the first reviewer. Null where nobody has submitted anything.
 */
export function usualVersion(versions: readonly Version[]): Version | null {
  const places = new Map<string, number>();
  const placed = ({ spans }: Version) =>
    JSON.stringify(spans.map(({ content }) => placeKey(content)));
  for (const version of versions) {
    const key = placed(version);
    places.set(key, (places.get(key) ?? 0) + version.reviewers.length);
  }
  const [most] = [...versions].sort(
    (a, b) =>
      (places.get(placed(b)) ?? 0) - (places.get(placed(a)) ?? 0) ||
      b.reviewers.length - a.reviewers.length,
  );
  return most ?? null;
}

/** Words of a passage, as a version has them or not. */
export type PassagePiece = { readonly words: string; readonly isMarked: boolean };

/** Of a stretch without an edge that is longer than this, only both ends are shown; in code points. */
const LONGEST_STRETCH = 150;
const KEPT_END = 60;

/** How many words before and behind a passage are shown with it. */
const WORDS_AROUND = 4;

/**
 * The words of a passage with what a version has of them, to be read beside those of the other versions: all are cut
 * in the same places, and long stretches in which nothing begins or ends are cut short in all of them alike.
 *
 * @param edges where anything begins or ends in any of the versions
 */
export function passageOf(
  text: ArticleText,
  {
    within,
    edges,
    marked,
  }: {
    within: Range;
    edges: Iterable<number>;
    marked: readonly Fragment[];
  },
): PassagePiece[] {
  const cuts = [...new Set([within.start, ...edges, within.end])]
    .filter((cut) => cut >= within.start && cut <= within.end)
    .sort((a, b) => a - b);
  const pieces: { words: string; isMarked: boolean }[] = [];
  cuts.slice(1).forEach((end, index) => {
    const start = cuts[index] ?? end;
    const isMarked = marked.some((one) => one.start <= start && end <= one.end);
    const words = shortened(text, { start, end });
    const last = pieces.at(-1);
    if (last?.isMarked === isMarked) last.words += words;
    else pieces.push({ words, isMarked });
  });
  return pieces;
}

function shortened(text: ArticleText, { start, end }: Range): string {
  if (end - start <= LONGEST_STRETCH) return text.slice({ start, end });
  const head = text.slice({ start, end: start + KEPT_END });
  return `${head} … ${text.slice({ start: end - KEPT_END, end })}`;
}

/** Where the spans of a passage begin and end. */
export function edgesOf(spans: Iterable<Pick<Span, "fragments">>): Set<number> {
  const edges = new Set<number>();
  for (const { fragments } of spans) {
    for (const { start, end } of fragments) edges.add(start).add(end);
  }
  return edges;
}

/** A range with a few words before and behind it, as far as its first and last paragraphs go. */
export function withWordsAround(words: Segmentation, { start, end }: Range): Range {
  const wider = { start, end };
  const [first, last] = [words.blockAt(start), words.blockAt(end)];
  for (let count = 0; count < WORDS_AROUND; count += 1) {
    const before = words.nextWordEdge(wider.start, -1, "start");
    if (before !== null && first && before >= first.start) wider.start = before;
    const behind = words.nextWordEdge(wider.end, 1, "end");
    if (behind !== null && last && behind <= last.end) wider.end = behind;
  }
  return wider;
}
