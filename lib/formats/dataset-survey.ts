import type { ArticleRecord } from "@/lib/domain/record";

/** How much of something there is. */
export type Counts = ReadonlyMap<string, number>;

/** What one annotator has in a dataset. */
export type AnnotatorCounts = {
  readonly kinds: Counts;
  readonly sets: number;
  readonly spans: number;
  readonly relations: number;
};

/** Parts of a dataset, in the order in which they are named. */
const SPLITS = ["train", "dev", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** A dataset that is not divided is all for training. */
export const splitOf = ({ split }: ArticleRecord): Split => split ?? "train";

/** Counts what a dataset holds, record by record, for those who describe it. Records come by article id. */
export class Survey {
  records = 0;
  articles = 0;
  /** Records with an annotation set. */
  annotated = 0;
  spans = 0;
  relations = 0;
  /** Of all texts, in code points. */
  characters = 0;
  readonly recordsBySplit = new Map<Split, number>();
  readonly labels = new Map<string, number>();
  readonly relationTypes = new Map<string, number>();
  /** By language tag; "" where none is said. */
  readonly languages = new Map<string, number>();
  readonly publishers = new Map<string, number>();
  readonly setKinds = new Map<string, number>();
  readonly schemeVersions = new Set<number>();
  readonly guidelineVersions = new Set<number>();
  /** Sets that were made without guidelines. */
  withoutGuidelines = 0;
  readonly annotators = new Map<string, AnnotatorCounts>();
  /** Spans of several pieces. */
  withGaps = 0;
  /** Records in which spans of one annotator overlap. */
  overlapping = 0;
  notes = 0;
  /** When anything of it was last changed; null where nothing is annotated. ISO 8601 in UTC. */
  newest: string | null = null;
  earliestPublished: string | null = null;
  latestPublished: string | null = null;
  /** Licences that articles state by themselves, in their metadata; "" for none. */
  readonly licences = new Map<string, number>();
  #lastId = "";

  add(record: ArticleRecord): void {
    this.records += 1;
    if (record.id !== this.#lastId) this.articles += 1;
    this.#lastId = record.id;
    if (record.sets.length > 0) this.annotated += 1;
    this.spans += record.spans.length;
    this.relations += record.relations.length;
    this.characters += record.text.length - (record.text.match(HIGH_SURROGATES)?.length ?? 0);
    count(this.recordsBySplit, splitOf(record));
    count(this.languages, record.language ?? "");
    count(this.publishers, record.publisher ?? "");
    count(this.licences, licenceIn(record.meta));
    const { published_at: published } = record;
    if (published !== null) {
      this.earliestPublished = earlier(this.earliestPublished, published);
      this.latestPublished = later(this.latestPublished, published);
    }
    for (const set of record.sets) {
      count(this.setKinds, set.kind);
      this.schemeVersions.add(set.scheme_version);
      if (set.guideline_version === null) this.withoutGuidelines += 1;
      else this.guidelineVersions.add(set.guideline_version);
      if (set.note !== "") this.notes += 1;
      this.newest = later(this.newest, set.updated_at);
      const mine = this.#of(set.annotator);
      mine.sets += 1;
      count(mine.kinds, set.kind);
    }
    const ends = new Map<string, number>();
    let isOverlapping = false;
    for (const span of record.spans) {
      count(this.labels, span.label);
      this.#of(span.annotator).spans += 1;
      if (span.fragments.length > 1) this.withGaps += 1;
      const end = ends.get(span.annotator) ?? 0;
      isOverlapping ||= span.start < end;
      ends.set(span.annotator, Math.max(end, span.end));
    }
    if (isOverlapping) this.overlapping += 1;
    for (const relation of record.relations) {
      count(this.relationTypes, relation.type);
      this.#of(relation.annotator).relations += 1;
    }
  }

  /** The parts that there are; a dataset without records has one that is empty. */
  get splits(): readonly Split[] {
    const found = SPLITS.filter((split) => this.recordsBySplit.has(split));
    return found.length > 0 ? found : ["train"];
  }

  #of(annotator: string): Growing {
    const known = this.annotators.get(annotator) as Growing | undefined; // made here
    if (known) return known;
    const made: Growing = { kinds: new Map(), sets: 0, spans: 0, relations: 0 };
    this.annotators.set(annotator, made);
    return made;
  }
}

type Growing = { kinds: Map<string, number>; sets: number; spans: number; relations: number };

const HIGH_SURROGATES = /[\ud800-\udbff]/g;

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

// Times are all in one form, so that they sort as text.
const earlier = (one: string | null, other: string) => (one === null || other < one ? other : one);
const later = (one: string | null, other: string) => (one === null || other > one ? other : one);

function licenceIn(meta: ArticleRecord["meta"]): string {
  const found = Object.entries(meta).find(([name]) => /^(?:licen[cs]e|rights)$/i.test(name));
  return typeof found?.[1] === "string" ? found[1] : "";
}

/** The most frequent first, those as frequent by name. */
export function byCount(counts: Counts): [string, number][] {
  return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}
