import {
  type AnnotationContext,
  Annotations,
  type Change,
  type Intent,
  inverse,
  type Operation,
} from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { inTextOrder, type Relation, type Span } from "@/lib/domain/span";

/** An operation the server has not acknowledged yet. */
export type Entry = {
  readonly operation: Operation;
  /** What was done by one gesture is kept or lost, done and undone together. */
  readonly group: string;
  /** Null while it does not fit what this browser knows of the set: the server will say. */
  change: Change | null;
};

/** An operation that could not be kept, and why. */
export type Refused = { readonly entry: Entry; readonly reason: string };

/** An operation the server has applied; `revision` is the set's after it. */
export type Applied = Operation & { readonly revision: number };

/** The state of an annotation set at a revision. */
export type SetState = {
  readonly revision: number;
  readonly note: string;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/**
 * One annotation set as this browser sees it: what the server has acknowledged, and on top of it,
 * in order, what it has not. Pure; sending is the session's business.
 */
export class Ledger {
  readonly #context: AnnotationContext;
  #acknowledged: Annotations;
  #revision: number;
  #current: Annotations;
  #pending: Entry[] = [];
  #order: readonly Span[] = [];
  #relations: readonly Relation[] | null = null;

  constructor(state: SetState, context: AnnotationContext) {
    this.#context = context;
    this.#acknowledged = new Annotations(state);
    this.#revision = state.revision;
    this.#current = new Annotations(this.#acknowledgedState());
    this.#sort();
  }

  /** The revision that the acknowledged state is at. */
  get revision(): number {
    return this.#revision;
  }

  get pending(): readonly Entry[] {
    return this.#pending;
  }

  /** The set as the reviewer sees it: pending operations included. */
  get current(): Annotations {
    return this.#current;
  }

  /** The spans in text order; a new list after each change, the same one otherwise. */
  get spans(): readonly Span[] {
    return this.#order;
  }

  get relations(): readonly Relation[] {
    this.#relations ??= [...this.#current.relations.values()];
    return this.#relations;
  }

  /**
   * Does what was asked for at once, all of it or nothing.
   *
   * @throws Refusal as {@link Annotations.plan} does
   */
  perform(operations: readonly Operation[], group: string): Entry[] {
    const entries: Entry[] = [];
    try {
      for (const operation of operations) {
        entries.push({ operation, group, change: this.#apply(operation) });
      }
    } catch (error) {
      this.#takeBack(entries);
      throw error;
    }
    this.#pending.push(...entries);
    return entries;
  }

  /** Operations kept from an earlier visit: made before, maybe applied by the server already. */
  adopt(entries: readonly Entry[]): void {
    const known = new Set(this.#pending.map(({ operation }) => operation.id));
    const added = entries.filter(({ operation }) => !known.has(operation.id));
    this.#pending.unshift(...added);
    this.#rebuild();
  }

  /**
   * The server has applied these pending operations.
   *
   * @returns false if what was acknowledged cannot be told from here: {@link reset} is needed
   */
  acknowledge(ids: ReadonlySet<string>, revision: number): boolean {
    const applied = this.#pending.filter(({ operation }) => ids.has(operation.id));
    this.#pending = this.#pending.filter(({ operation }) => !ids.has(operation.id));
    const certain =
      revision === this.#revision + applied.length &&
      applied.every(({ change }) => change !== null);
    if (!certain) return false;
    for (const { change } of applied) if (change) this.#acknowledged.commit(change);
    this.#revision = revision;
    return true;
  }

  /**
   * Takes in what the set has been through since our revision, from any browser, and puts what is
   * pending on top of it again.
   *
   * @returns what does not fit any more
   * @throws Refusal if the history does not follow from our state: {@link reset} is needed
   */
  catchUp(history: readonly Applied[], revision: number): Refused[] {
    const mine = new Set(history.map(({ id }) => id));
    const missed = history
      .filter((operation) => operation.revision > this.#revision)
      .sort((a, b) => a.revision - b.revision);
    if (missed.length !== revision - this.#revision) {
      throw new Refusal("stale_revision", "The history has a gap.");
    }
    const next = new Annotations(this.#acknowledgedState());
    for (const operation of missed) next.apply(operation, this.#context);
    this.#acknowledged = next;
    this.#revision = revision;
    this.#pending = this.#pending.filter(({ operation }) => !mine.has(operation.id));
    const refused = this.#rebuild();
    this.#remove(refused);
    return refused;
  }

  /** Takes the server's state for the acknowledged one. What is pending stays pending. */
  reset(state: SetState): void {
    this.#acknowledged = new Annotations(state);
    this.#revision = state.revision;
    this.#rebuild();
  }

  /** Gives up a pending operation that the server refuses, with its group and what needs those. */
  refuse(id: string, reason: string): Refused[] {
    const culprit = this.#pending.find(({ operation }) => operation.id === id);
    if (!culprit) return [];
    const refused = this.#pending
      .filter(({ group }) => group === culprit.group)
      .map((entry) => ({
        entry,
        reason: entry === culprit ? reason : `Belongs to a change that was refused: ${reason}`,
      }));
    this.#remove(refused);
    const fitted = new Set(this.#pending.filter(({ change }) => change));
    const dependent = this.#rebuild().filter(({ entry }) => fitted.has(entry));
    this.#remove(dependent);
    return [...refused, ...dependent];
  }

  #remove(refused: readonly Refused[]): void {
    if (refused.length === 0) return;
    const gone = new Set(refused.map(({ entry }) => entry));
    this.#pending = this.#pending.filter((entry) => !gone.has(entry));
  }

  /** Puts the pending operations on the acknowledged state, group by group; tells which do not fit. */
  #rebuild(): Refused[] {
    this.#current = new Annotations(this.#acknowledgedState());
    this.#relations = null;
    const refused: Refused[] = [];
    for (const group of groups(this.#pending)) {
      const done: Entry[] = [];
      try {
        for (const entry of group) {
          entry.change = this.#current.apply(entry.operation, this.#context);
          done.push(entry);
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const culprit = group[done.length];
        for (const { change } of done.reverse()) if (change) this.#revert(change);
        for (const entry of group) {
          entry.change = null;
          const belongs = entry === culprit ? "" : "Belongs to a change that does not fit: ";
          refused.push({ entry, reason: belongs + error.message });
        }
      }
    }
    this.#sort();
    return refused;
  }

  #apply(operation: Operation): Change {
    const change = this.#current.apply(operation, this.#context);
    this.#note(change);
    return change;
  }

  #takeBack(entries: readonly Entry[]): void {
    for (const { change } of [...entries].reverse()) {
      if (!change) continue;
      this.#revert(change);
      this.#note(flipped(change));
    }
  }

  #revert(change: Change): void {
    this.#current.commit(flipped(change));
  }

  /** Keeps the lists in step with one change. */
  #note(change: Change): void {
    if (change.kind === "relation") this.#relations = null;
    if (change.kind !== "span") return;
    const { before, after } = change;
    const order = before ? this.#order.filter(({ id }) => id !== before.id) : [...this.#order];
    if (after) order.splice(placeOf(order, after), 0, after);
    this.#order = order;
  }

  #sort(): void {
    this.#order = [...this.#current.spans.values()].sort(inTextOrder);
  }

  #acknowledgedState() {
    const { spans, relations, note } = this.#acknowledged;
    return { spans: spans.values(), relations: relations.values(), note };
  }
}

/** What undoes a group of changes: their inverses, last first. */
export function undoing(changes: readonly Change[]): Intent[] {
  return changes.toReversed().map(inverse);
}

function flipped(change: Change): Change {
  if (change.kind === "note") return { kind: "note", before: change.after, after: change.before };
  if (change.kind === "span") return { kind: "span", before: change.after, after: change.before };
  return { kind: "relation", before: change.after, after: change.before };
}

function placeOf(order: readonly Span[], span: Span): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = order[middle];
    if (other && inTextOrder(other, span) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* groups(entries: readonly Entry[]): Generator<Entry[]> {
  let group: Entry[] = [];
  for (const entry of entries) {
    if (group[0] && group[0].group !== entry.group) {
      yield group;
      group = [];
    }
    group.push(entry);
  }
  if (group.length > 0) yield group;
}
