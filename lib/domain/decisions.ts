import {
  Annotations,
  type Change,
  type Decided,
  type Decision,
  type DecisionChange,
  type DecisionIntent,
  type Source,
} from "./operation";
import { Refusal } from "./refusal";
import type { SetKind, Span } from "./span";
import { checkStorable, compareByUnit } from "./text";

/** A name for a source, the same for the same. */
export function sourceKey({ set, span }: Source): string {
  return `${set} ${span}`;
}

/** By set and then by span. */
export function compareSources(one: Source, other: Source): number {
  return compareByUnit(one.set, other.set) || compareByUnit(one.span, other.span);
}

/**
 * The decisions of a gold set, and what operations may do to them. Whether sources are what they are said to be is for
 * whoever knows the reviewers' sets.
 */
export class Decisions implements Decided {
  #all = new Map<string, Decision>();
  /** By their sources' keys, each of which is in one alone. */
  #bySource = new Map<string, Decision>();
  /** The lists are never changed: a copy has the same. */
  #bySpan = new Map<string, readonly Decision[]>();

  constructor(decisions: Iterable<Decision> = []) {
    for (const decision of decisions) this.#add(decision);
  }

  copy(): Decisions {
    const copy = new Decisions();
    copy.#all = new Map(this.#all);
    copy.#bySource = new Map(this.#bySource);
    copy.#bySpan = new Map(this.#bySpan);
    return copy;
  }

  get all(): ReadonlyMap<string, Decision> {
    return this.#all;
  }

  on(source: Source): Decision | null {
    return this.onKey(sourceKey(source));
  }

  onKey(key: string): Decision | null {
    return this.#bySource.get(key) ?? null;
  }

  naming(spanId: string): readonly Decision[] {
    return this.#bySpan.get(spanId) ?? [];
  }

  requireFree(spanId: string): void {
    const decisions = this.naming(spanId).map(({ id }) => id);
    if (decisions.length === 0) return;
    throw new Refusal("conflict", "This span was decided on; take the decision back first.", {
      span: spanId,
      decisions,
    });
  }

  /** A decision never changes: another one comes in its place. */
  changesFrom(before: Decided): DecisionChange[] {
    const isIn = (there: Decided) => (one: Decision) => there.all.has(one.id);
    const gone = [...before.all.values()].filter((one) => !isIn(this)(one));
    const come = [...this.#all.values()].filter((one) => !isIn(before)(one));
    return [
      ...gone.map((one): DecisionChange => ({ kind: "decision", before: one, after: null })),
      ...come.map((one): DecisionChange => ({ kind: "decision", before: null, after: one })),
    ];
  }

  /**
   * Works out what an operation would change, without changing anything.
   *
   * @param spans of the set, by id
   * @throws Refusal "unprocessable" for a decision that contradicts itself; "conflict" if a source has one already, a
   *   span is not there, or the decision is there or is not
   */
  plan(operation: DecisionIntent, spans: ReadonlyMap<string, Span>): DecisionChange {
    const { id } = operation.decision;
    const before = this.#all.get(id) ?? null;
    if (operation.type === "remove_decision") {
      if (before) return { kind: "decision", before, after: null };
      throw new Refusal("conflict", "This decision is no longer there.", { decision: id });
    }
    if (before) throw new Refusal("conflict", "This decision is there already.", { decision: id });
    checkDecision(operation.decision);
    for (const span of operation.decision.spans) {
      if (spans.has(span)) continue;
      throw new Refusal("conflict", "The span that was decided for is no longer there.", {
        decision: id,
        span,
      });
    }
    for (const source of operation.decision.sources) {
      const known = this.on(source);
      if (!known) continue;
      throw new Refusal("conflict", "This reviewer's span has been decided on already.", {
        decision: id,
        exists: known.id,
        source: { ...source },
      });
    }
    return { kind: "decision", before, after: operation.decision };
  }

  commit({ before, after }: DecisionChange): void {
    if (before) this.#remove(before.id);
    if (after) this.#add(after);
  }

  #add(decision: Decision): void {
    this.#all.set(decision.id, decision);
    for (const source of decision.sources) this.#bySource.set(sourceKey(source), decision);
    for (const span of decision.spans) {
      this.#bySpan.set(span, [...this.naming(span), decision]);
    }
  }

  #remove(id: string): void {
    const decision = this.#all.get(id);
    if (!decision) return;
    this.#all.delete(id);
    for (const source of decision.sources) this.#bySource.delete(sourceKey(source));
    for (const span of decision.spans) {
      this.#bySpan.set(
        span,
        this.naming(span).filter((one) => one !== decision),
      );
    }
  }
}

function checkDecision({ id, sources, outcome, spans, reason }: Decision): void {
  const refuse = (message: string) => {
    throw new Refusal("unprocessable", message, { decision: id });
  };
  checkStorable(reason, "reason");
  if (sources.length === 0) refuse("A decision is about at least one span of a reviewer.");
  sources.forEach((source, index) => {
    const before = sources[index - 1];
    if (before && compareSources(before, source) >= 0) {
      refuse("The sources of a decision are sorted by set and span, each once.");
    }
  });
  if (new Set(spans).size < spans.length) refuse("A decision names a span once.");
  if ((outcome === "rejected") !== (spans.length === 0)) {
    refuse("What is rejected comes to no span, and all else to one at least.");
  }
}

/** @throws Error if the set is not gold: who asks knows that it is */
export function decisionsOf({ decided }: Pick<Annotations, "decided">): Decided {
  if (!decided) throw new Error("Only gold has decisions.");
  return decided;
}

/** What is in a set, whatever its kind: gold keeps its decisions, and no other set may have any. */
export function annotationsIn({
  kind,
  decisions = [],
  ...content
}: Omit<NonNullable<ConstructorParameters<typeof Annotations>[0]>, "decided"> & {
  readonly kind: SetKind;
  readonly decisions?: Iterable<Decision>;
}): Annotations {
  return new Annotations({
    ...content,
    decided: kind === "gold" ? new Decisions(decisions) : null,
  });
}

/**
 * Changes of a gold set by which spans may go, with what was decided for those taken back first. What else came of
 * such a decision is the curator's own from then on, and its sources wait to be decided on.
 */
export function withoutDecisionsOnLost(
  { decided }: Pick<Annotations, "decided">,
  changes: readonly Change[],
): Change[] {
  if (!decided) return [...changes];
  const gone = new Set<string>();
  return changes.flatMap((change): Change[] => {
    if (change.kind !== "span" || change.after || !change.before) return [change];
    const lost = decided.naming(change.before.id).filter(({ id }) => !gone.has(id));
    for (const { id } of lost) gone.add(id);
    return [...lost.map((before): Change => ({ kind: "decision", before, after: null })), change];
  });
}
