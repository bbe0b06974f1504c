import { placeOf } from "../likeness";
import type { Attributes, Relation, Span } from "../span";
import { differing, matchRelations, matchSpans } from "./matching";

/**
 * What became of a span: marked exactly so in both sets; with the same words and another label; with the same
 * label and other boundaries; only in gold; only in the set that is compared with it.
 */
export const findings = ["agrees", "label", "boundary", "missing", "extra"] as const;
export type Finding = (typeof findings)[number];

/** What a set has of annotations. */
export type Compared = {
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  /** Of the article itself. */
  readonly attributes: Attributes;
};

/** A span of one set or both. */
export type SpanFinding = {
  readonly finding: Finding;
  /** Null for what only gold has. */
  readonly own: Span | null;
  /** Null for what gold does not have. */
  readonly gold: Span | null;
  /** The attributes in which both differ; those of another label are not compared. */
  readonly attributes: readonly string[];
};

/** A relation of one set or both; between spans that go together in whatever way. */
export type RelationFinding = {
  readonly finding: "agrees" | "missing" | "extra";
  readonly own: Relation | null;
  readonly gold: Relation | null;
  readonly attributes: readonly string[];
};

export type Comparison = {
  /** In the order of the text. */
  readonly spans: readonly SpanFinding[];
  readonly relations: readonly RelationFinding[];
  /** The attributes of the article in which both differ. */
  readonly attributes: readonly string[];
};

/**
 * Compares a set with gold of the same text, span by span. Spans go together as {@link matchSpans} says; of
 * what is left, those with exactly the same words and another label do. Each span is in one finding.
 *
 * @param isSymmetric whether a type of relation has no direction
 */
export function compare(
  own: Compared,
  gold: Compared,
  isSymmetric: (type: string) => boolean,
): Comparison {
  const goldOf = new Map<Span, Span>();
  const spans: SpanFinding[] = matchSpans(own.spans, gold.spans).map(({ one, other, isExact }) => {
    goldOf.set(one, other);
    const finding = isExact ? "agrees" : "boundary";
    return { finding, own: one, gold: other, attributes: differing(one, other) };
  });
  const matched = new Set(goldOf.values());
  const alone = Map.groupBy(
    gold.spans.filter((span) => !matched.has(span)),
    ({ fragments }) => placeOf(fragments),
  );
  for (const span of own.spans) {
    if (goldOf.has(span)) continue;
    const other = alone.get(placeOf(span.fragments))?.shift() ?? null;
    if (other) goldOf.set(span, other);
    spans.push({ finding: other ? "label" : "extra", own: span, gold: other, attributes: [] });
  }
  for (const span of [...alone.values()].flat()) {
    spans.push({ finding: "missing", own: null, gold: span, attributes: [] });
  }
  return {
    spans: spans.sort((a, b) => startOf(a) - startOf(b) || endOf(a) - endOf(b)),
    relations: compareRelations(own, gold, { goldOf, isSymmetric }),
    attributes: differing(own, gold),
  };
}

function startOf({ own, gold }: SpanFinding): number {
  const starts = [own, gold].flatMap((span) => span?.fragments[0]?.start ?? []);
  return Math.min(...starts);
}

function endOf({ own, gold }: SpanFinding): number {
  const ends = [own, gold].flatMap((span) => span?.fragments.at(-1)?.end ?? []);
  return Math.max(...ends);
}

function compareRelations(
  own: Compared,
  gold: Compared,
  {
    goldOf,
    isSymmetric,
  }: {
    goldOf: ReadonlyMap<Span, Span>;
    isSymmetric: (type: string) => boolean;
  },
): RelationFinding[] {
  const partner = new Map([...goldOf].map(([one, other]) => [one.id, other.id]));
  const pairs = matchRelations(own.relations, gold.relations, partner, isSymmetric);
  const relations = own.relations.map((relation): RelationFinding => {
    const other = pairs.get(relation);
    if (!other) return { finding: "extra", own: relation, gold: null, attributes: [] };
    const attributes = differing(relation, other);
    return { finding: "agrees", own: relation, gold: other, attributes };
  });
  const matched = new Set(pairs.values());
  for (const relation of gold.relations) {
    if (matched.has(relation)) continue;
    relations.push({ finding: "missing", own: null, gold: relation, attributes: [] });
  }
  return relations;
}
