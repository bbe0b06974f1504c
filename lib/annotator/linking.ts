import type { Annotations } from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { type RelationRule, relationsBetween, type Scheme } from "@/lib/domain/scheme";
import { type Fragment, hull, type Relation, type Span } from "@/lib/domain/span";
import type { Range } from "@/lib/domain/text";
import { readable, spanAnnouncement } from "./wording";

/** A relation being made: from the selected span to a target, in one of the ways that fit. */
export type Linking = {
  readonly from: string;
  readonly target: string;
  /** The ways to link the two, at least one. */
  readonly links: readonly Link[];
  /** The index in `links` that Enter makes. */
  readonly choice: number;
  /** Which of the targets it is, in the order they are gone through, from 1, and how many there are. */
  readonly rank: number;
  readonly targets: number;
};

/** The arrows that lead from target to target while linking, whichever way a text runs. */
export const targetSteps: Readonly<Record<string, readonly [-1 | 1, "target" | "paragraph"]>> = {
  ArrowRight: [1, "target"],
  ArrowLeft: [-1, "target"],
  ArrowDown: [1, "paragraph"],
  ArrowUp: [-1, "paragraph"],
};

/** The annotation set that is shown; its lists are new ones after each change, the same ones otherwise. */
export type ShownSet = {
  readonly set: Annotations;
  /** In text order. */
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** Finds what a span can be linked with, the likeliest first. It remembers the targets of one span. */
export class Linker {
  readonly #scheme: Scheme;
  readonly #places: () => Surroundings;
  #known: {
    readonly from: Span;
    readonly spans: readonly Span[];
    /** What is linked already is no target. */
    readonly relations: readonly Relation[];
    readonly targets: readonly Span[];
  } | null = null;

  /** @param places asked when targets are first looked for */
  constructor(scheme: Scheme, places: () => Surroundings) {
    this.#scheme = scheme;
    this.#places = places;
  }

  /**
   * What a span can be linked with: what it has nothing to do with yet, the nearest first (see
   * {@link nearestFirst}), then what it is linked with already in another way, or through one other span:
   * of what belongs together, one link is mostly enough.
   */
  targets(from: Span, { set, spans, relations }: ShownSet): readonly Span[] {
    const known = this.#known;
    if (known?.from === from && known.spans === spans && known.relations === relations) {
      return known.targets;
    }
    const near = nearestFirst(from, linkable(this.#scheme, set, from, spans), this.#places());
    const linked = linkedWith(set, from.id);
    const targets = [
      ...near.filter(({ id }) => !linked.has(id)),
      ...near.filter(({ id }) => linked.has(id)),
    ];
    this.#known = { from, spans, relations, targets };
    return targets;
  }

  /** Aims from a span at another one; null if the scheme has no further relation between them. */
  aim(from: Span, target: Span, shown: ShownSet): Linking | null {
    const links = linksBetween(this.#scheme, shown.set, from, target);
    if (links.length === 0) return null;
    const targets = this.targets(from, shown);
    const rank = targets.indexOf(target) + 1;
    return { from: from.id, target: target.id, links, choice: 0, rank, targets: targets.length };
  }

  /**
   * The target after or before the one that is aimed at, round them all; by paragraph the likeliest
   * of the next paragraph with one, further down or up in the text. Null where there is none.
   */
  next(linking: Linking, by: -1 | 1, unit: "target" | "paragraph", shown: ShownSet): Span | null {
    const from = shown.set.spans.get(linking.from);
    if (!from) return null;
    const targets = this.targets(from, shown);
    if (unit === "target") return targets.at((linking.rank - 1 + by) % targets.length) ?? null;
    const places = this.#places();
    const paragraphOf = ({ fragments }: Span) => {
      const { start } = hull(fragments);
      return places.blockAt(start)?.start ?? start;
    };
    const aimedAt = targets[linking.rank - 1];
    if (!aimedAt) return null;
    const here = paragraphOf(aimedAt);
    let next: { readonly span: Span; readonly distance: number } | null = null;
    for (const span of targets) {
      const distance = (paragraphOf(span) - here) * by;
      if (distance > 0 && distance < (next?.distance ?? Number.POSITIVE_INFINITY)) {
        next = { span, distance };
      }
    }
    return next?.span ?? null;
  }

  /** The link that a span most likely lacks, with the nearest of its sentence: see {@link missingLinks}. */
  likely(made: Span, set: Annotations): Link | null {
    const places = this.#places();
    const near = set.overlapping([sentenceOf(made, places)]);
    return missingLinks(this.#scheme, set, made, nearestFirst(made, near, places))[0] ?? null;
  }

  /** Whether the scheme has a further relation between two spans, either way. */
  canLink(set: Annotations, one: Span, other: Span): boolean {
    return linksBetween(this.#scheme, set, one, other).length > 0;
  }
}

/** What a screen reader is to say of what is aimed at: the target, which it is, and by which key each way is made. */
export function aimAnnouncement(
  { target, links, rank, targets }: Linking,
  set: Annotations,
): string {
  const span = set.spans.get(target);
  const which = targets > 1 ? `, ${rank} of ${targets}` : "";
  return `${span ? spanAnnouncement(set, span) : ""}${which}. ${waysToLink(links)}`;
}

function waysToLink(links: readonly Link[]): string {
  const names = links.map(({ rule }) => readable(rule.name));
  if (names.length === 1) return `Enter links: ${names[0]}`;
  const choices = names.map((name, index) => `${index + 1} ${name}`).join(", ");
  return `${choices}. Enter links the first unless another is chosen`;
}

/** The ids of what a span is linked with, by one relation or by two. */
function linkedWith(set: Annotations, id: string): Set<string> {
  const next = (one: string) =>
    set.relationsOf(one).map(({ from, to }) => (from === one ? to : from));
  const first = next(id);
  return new Set([...first, ...first.flatMap(next)]);
}

/** A way to link two spans: a relation type and which of the two it starts from. */
export type Link = { readonly rule: RelationRule; readonly from: string; readonly to: string };

/** The relations that could be made between two spans, either way, by the scheme and those that are there. */
export function linksBetween(scheme: Scheme, set: Annotations, one: Span, other: Span): Link[] {
  if (one.id === other.id) return [];
  return waysBetween(scheme, one.label, other.label)
    .map((way) => linkBy(way, one, other))
    .filter(({ rule, from, to }) => set.mayRelate(rule, from, to));
}

/** Those of some spans, of which there may be thousands, that {@link linksBetween} has a link to. */
export function linkable(
  scheme: Scheme,
  set: Annotations,
  from: Span,
  spans: readonly Span[],
): Span[] {
  const labels = scheme.labels.map(({ name }) => name);
  const ways = new Map(labels.map((label) => [label, waysBetween(scheme, from.label, label)]));
  return spans.filter(
    (other) =>
      other.id !== from.id &&
      ways.get(other.label)?.some((way) => {
        const link = linkBy(way, from, other);
        return set.mayRelate(link.rule, link.from, link.to);
      }),
  );
}

type Way = { readonly rule: RelationRule; readonly forward: boolean };

function linkBy({ rule, forward }: Way, { id: one }: Span, { id: other }: Span): Link {
  return forward ? { rule, from: one, to: other } : { rule, from: other, to: one };
}

/** How the scheme lets a span of one label be linked with one of another: from the one, or to it. */
function waysBetween(scheme: Scheme, one: string, other: string): Way[] {
  const forward = relationsBetween(scheme, one, other).map((rule) => ({ rule, forward: true }));
  const backward = relationsBetween(scheme, other, one)
    .filter(({ symmetric }) => !symmetric)
    .map((rule) => ({ rule, forward: false }));
  return [...forward, ...backward];
}

/**
 * The links that a span just made most likely lacks, the other ends as given: those of types that lead
 * between different labels, one way, to a span that none of that type leads to yet; or from one that
 * none of that type leads from, unless one leads to the span already.
 */
export function missingLinks(
  scheme: Scheme,
  set: Annotations,
  made: Span,
  others: readonly Span[],
): Link[] {
  return others.flatMap((other) =>
    linksBetween(scheme, set, made, other).filter(({ rule, from }) => {
      if (rule.symmetric || made.label === other.label) return false;
      const has = (end: "from" | "to", { id }: Span) =>
        set.relationsOf(id).some((one) => one.type === rule.name && one[end] === id);
      return from === made.id ? !has("to", other) : !has("from", other) && !has("to", made);
    }),
  );
}

/** What a place of a text lies in, in code points; null where it lies in none. */
export type Surroundings = {
  sentenceAt(offset: number): Range | null;
  blockAt(offset: number): Range | null;
};

/**
 * Spans by how near they are to one of them: those of its sentence first, then those of its paragraph,
 * then the others, each by the text between the two; of two as near as each other, the first in the text.
 */
export function nearestFirst(from: Span, spans: readonly Span[], places: Surroundings): Span[] {
  const sentence = sentenceOf(from, places);
  const paragraph = around(from, (offset) => places.blockAt(offset));
  const tierOf = ({ fragments }: Span) =>
    isIn(sentence, fragments) ? 0 : isIn(paragraph, fragments) ? 1 : 2;
  return spans
    .map((span) => ({ span, tier: tierOf(span), gap: gapBetween(from, span) }))
    .sort((a, b) => a.tier - b.tier || a.gap - b.gap || inTextOrder(a.span, b.span))
    .map(({ span }) => span);
}

/** The sentence that a span lies in, or from its first to its last. */
export function sentenceOf(span: Span, places: Surroundings): Range {
  return around(span, (offset) => places.sentenceAt(offset));
}

/** From the start of what the first of a span lies in to the end of what its last lies in. */
function around({ fragments }: Span, at: (offset: number) => Range | null): Range {
  const { start, end } = hull(fragments);
  return { start: at(start)?.start ?? start, end: at(end - 1)?.end ?? end };
}

function isIn({ start, end }: Range, fragments: readonly Fragment[]): boolean {
  return fragments.some((one) => one.start < end && start < one.end);
}

/** The code points between the nearest parts of two spans; 0 where they touch or overlap. */
function gapBetween({ fragments: ours }: Span, { fragments: theirs }: Span): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of ours) {
    for (const other of theirs) {
      least = Math.min(least, Math.max(0, other.start - one.end, one.start - other.end));
    }
  }
  return least;
}
