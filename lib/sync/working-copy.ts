import {
  type AnnotationContext,
  Annotations,
  type Change,
  type Decision,
  type Intent,
  inverse,
  type Operation,
  reversed,
} from "@/lib/domain/operation";
import { indexInOrder } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import type { Attributes, Relation, Span } from "@/lib/domain/span";
import { isIdle, stepsBetween } from "./difference";

/** What is in an annotation set at a revision; revision 0 is the empty set. */
export type SetContent = {
  readonly revision: number;
  readonly note: string;
  /** Of the article itself. */
  readonly attributes: Attributes;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  /** Of gold alone. */
  readonly decisions?: readonly Decision[] | undefined;
};

/** The state of an annotation set. */
export type SetState = SetContent & {
  /**
   * The server's name for its history up to that revision. Null if that is empty, or if the server
   * does not say: then only a lower revision tells that it went back in time.
   */
  readonly head: string | null;
};

/** An operation the server has applied; `revision` is the set's after it. */
export type AppliedOperation = Operation & { readonly revision: number };

/** An operation the server has not acknowledged yet. */
export type PendingOperation = {
  readonly operation: Operation;
  /** What was done by one gesture is kept or lost, done and undone together. */
  readonly group: string;
  /**
   * The revision after which the server's history tells whether it has this already. Null while it
   * surely had not at our revision.
   */
  unsureSince: number | null;
  /** Whether it was ever on its way from here. */
  sent: boolean;
  /**
   * Whether the server had it and has forgotten it: it waits for the reviewer, and goes when it
   * turns out to be there after all.
   */
  forgotten: boolean;
  /** What it does here; null while it does not fit what is known of the set: the server will say. */
  change: Change | null;
};

/** The spans and relations that an operation speaks of, as they were last known here. */
export type Mentioned = {
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** An operation that could not be kept. */
export type RefusedOperation = {
  readonly pending: PendingOperation;
  /** Why, for people. */
  readonly reason: string;
  /** Empty for what is gone both from the set and from what was shown before. */
  readonly mentioned: Mentioned;
};

/** An operation that is to be done, and what is kept or lost with it. */
export type Planned = { readonly operation: Operation; readonly group: string };

/** What was done: pending now, after all others, and what it has changed, both in order. */
export type Performed = {
  readonly performed: readonly PendingOperation[];
  readonly changes: readonly Change[];
};

/** Operations that are worked out bit by bit, beside the set, which they do not touch before the end. */
export type Rehearsal = {
  /**
   * Works out these, too.
   *
   * @throws Refusal as {@link Annotations.plan} does; nothing can come of any of them then
   */
  readonly add: (operations: readonly Planned[]) => void;
  /**
   * Does all of them to the set, as {@link WorkingCopy.perform} does.
   *
   * @throws Refusal where they do not fit what has changed in the set meanwhile
   */
  readonly perform: () => Performed;
};

/** What catching up with a history came to for what was pending. */
export type CaughtUp = {
  /** Ids of operations that were pending and are in the history. */
  readonly acknowledged: readonly string[];
  /** What does not fit any more, and is pending no longer. */
  readonly refused: readonly RefusedOperation[];
};

/**
 * One annotation set as this browser sees it: what the server has acknowledged, and on top of it,
 * in order, what it has not. Pure; bringing the one to the other is the delivery's business.
 */
export class WorkingCopy {
  readonly #context: AnnotationContext;
  #acknowledged: Annotations;
  #revision: number;
  #head: string | null;
  /** What was acknowledged and is not in {@link #acknowledged}, as long as that is not exact. */
  #unplaced: readonly Operation[] = [];
  #current: Annotations;
  #pending: PendingOperation[] = [];
  #exact = true;
  #arrived: string[] = [];
  #spans: readonly Span[] | null = null;
  /** The changes that {@link #spans} lacks, in order. */
  #behind: Extract<Change, { kind: "span" }>[] = [];
  #relations: readonly Relation[] | null = null;
  /** Another number after each change of what is shown. */
  #edition = 0;

  constructor(state: SetState, context: AnnotationContext) {
    this.#context = context;
    this.#acknowledged = this.#annotations(state);
    this.#revision = state.revision;
    this.#head = state.head;
    this.#current = this.#acknowledged.copy();
  }

  /** The revision that the acknowledged state is at. */
  get revision(): number {
    return this.#revision;
  }

  /** The server's name for its history up to our revision; see {@link SetState}. */
  get head(): string | null {
    return this.#head;
  }

  /**
   * Whether {@link current} is what the server has at our revision with what is pending on top.
   * Not after {@link acknowledge} could not tell the state, until the next {@link reset} or
   * {@link catchUp}: what was acknowledged is shown all the same.
   */
  get exact(): boolean {
    return this.#exact;
  }

  /** What the server has acknowledged, at our revision; null while that is not {@link exact}. */
  get acknowledged(): SetState | null {
    if (!this.#exact) return null;
    const { spans, relations, decided, note, attributes } = this.#acknowledged;
    return {
      revision: this.#revision,
      head: this.#head,
      note,
      attributes,
      spans: [...spans.values()],
      relations: [...relations.values()],
      decisions: decided ? [...decided.all.values()] : undefined,
    };
  }

  /** In the order they were made and are to be sent. */
  get pending(): readonly PendingOperation[] {
    return this.#pending;
  }

  /** What the server had and has forgotten, as far as nobody has decided on it: the first pending. */
  get forgotten(): readonly PendingOperation[] {
    return this.#pending.filter(({ forgotten }) => forgotten);
  }

  /** The set as the reviewer sees it: pending operations included. */
  get current(): Annotations {
    return this.#current;
  }

  /** The spans in text order; a new list after each change, the same one otherwise. */
  get spans(): readonly Span[] {
    if (this.#spans === null || this.#behind.length > MOST_BY_ITSELF) {
      this.#spans = this.#current.spansInOrder();
    } else {
      for (const { before, after } of this.#behind) {
        this.#spans = inPlace(this.#spans, before, after);
      }
    }
    this.#behind = [];
    return this.#spans;
  }

  /** In no particular order; a new list after each change, the same one otherwise. */
  get relations(): readonly Relation[] {
    this.#relations ??= [...this.#current.relations.values()];
    return this.#relations;
  }

  /**
   * Does these at once, all of them or none.
   *
   * @throws Refusal as {@link Annotations.plan} does
   */
  perform(operations: readonly Planned[]): Performed {
    const changes: Change[] = [];
    try {
      for (const { operation } of operations) {
        changes.push(this.#current.apply(operation, this.#context));
      }
    } catch (error) {
      this.#takeBack(changes);
      throw error;
    }
    return this.#append(operations, changes);
  }

  /**
   * Begins to do what is too much for one go.
   *
   * @param leaveOut gets what cannot be done, and why, which then is left out; else nothing is done
   */
  rehearse(leaveOut?: (operation: Operation, reason: Refusal) => void): Rehearsal {
    const edition = this.#edition;
    const next = this.#current.copy();
    const planned: Planned[] = [];
    const changes: Change[] = [];
    const add = (operations: readonly Planned[]) => {
      for (const one of operations) {
        try {
          changes.push(next.apply(one.operation, this.#context));
          planned.push(one);
        } catch (error) {
          if (!leaveOut || !(error instanceof Refusal)) throw error;
          leaveOut(one.operation, error);
        }
      }
    };
    const perform = (): Performed => {
      if (this.#edition !== edition) {
        const again = this.rehearse(leaveOut);
        again.add(planned);
        return again.perform();
      }
      this.#current = next;
      return this.#append(planned, changes);
    };
    return { add, perform };
  }

  /** @param changes what the operations have changed in what is shown */
  #append(operations: readonly Planned[], changes: readonly Change[]): Performed {
    const performed = operations.map(
      ({ operation, group }, index): PendingOperation => ({
        operation,
        group,
        unsureSince: null,
        sent: false,
        forgotten: false,
        change: changes[index] ?? null,
      }),
    );
    for (const change of changes) this.#mark(change);
    this.#pending = [...this.#pending, ...performed];
    return { performed, changes };
  }

  /**
   * Puts an operation in the place of the last pending one, which was never on its way: it then
   * stands for both, and its change is what both come to.
   *
   * @throws Refusal as {@link Annotations.plan} does; nothing is changed then
   */
  replaceLast(operation: Operation): PendingOperation & { readonly change: Change } {
    const last = this.#pending.at(-1);
    if (!last?.change || last.sent) throw new Error("There is nothing that could be replaced.");
    this.#takeBack([last.change]);
    try {
      const change = this.#current.apply(operation, this.#context);
      const replacing = { ...last, operation, change };
      this.#mark(reversed(last.change));
      this.#mark(change);
      this.#pending = [...this.#pending.slice(0, -1), replacing];
      return replacing;
    } catch (error) {
      this.#current.commit(last.change);
      throw error;
    }
  }

  /**
   * Takes what is to be sent next, at most `limit` operations. A group is not torn if it fits.
   *
   * @returns the revision to send at, too: the history since then tells of every pending operation
   *   whether the server has it. Never above our revision; below it while it is unsure.
   */
  takeBatch(limit: number): { batch: readonly PendingOperation[]; since: number } {
    let size = Math.min(limit, this.#pending.length);
    const next = this.#pending[size];
    if (next) {
      const whole = this.#pending.findIndex(({ group }) => group === next.group);
      if (whole > 0) size = whole;
    }
    const batch = this.#pending.slice(0, size);
    for (const pending of batch) pending.sent = true;
    let since = this.#revision;
    for (const { unsureSince } of this.#pending) since = Math.min(since, unsureSince ?? since);
    return { batch, since };
  }

  /**
   * Takes in what an earlier visit left: made before all that is pending, maybe applied already.
   *
   * @param left with the revision at which each was made, or a lower one
   * @throws whatever nonsense among them leads to; nothing is changed then
   */
  adopt(
    left: readonly (Pick<PendingOperation, "operation" | "group"> & {
      readonly madeAt: number;
      readonly forgotten?: boolean | undefined;
    })[],
  ): void {
    const before = this.#pending;
    const known = new Set(before.map(({ operation }) => operation.id));
    const added = left.filter(({ operation }) => !known.has(operation.id));
    const pending = added.map(
      ({ operation, group, madeAt, forgotten = false }): PendingOperation => {
        return { operation, group, unsureSince: madeAt, sent: true, forgotten, change: null };
      },
    );
    try {
      this.#pending = [...pending, ...before];
      this.#rebuild();
    } catch (error) {
      this.#pending = before;
      this.#rebuild();
      throw error;
    }
  }

  /** Nothing pending counts as applied any more: the history that would tell cannot be had. */
  assumeUnapplied(): void {
    for (const pending of this.#pending) pending.unsureSince = null;
  }

  /**
   * The server has applied these pending operations.
   *
   * @param revisions the set's revision after each, by the operation's id
   * @param head the server's name for its history up to the last of them
   * @returns what has been applied on top of our revision; null if the state after it cannot be
   *   told from here, because others' work lies between: {@link reset} or {@link catchUp} is needed
   */
  acknowledge(
    revisions: ReadonlyMap<string, number>,
    head: string | null = null,
  ): AppliedOperation[] | null {
    const before = this.#pending;
    const isApplied = ({ operation }: PendingOperation) => revisions.has(operation.id);
    // Mostly it is just the first ones, and thousands may wait behind them.
    const first = before.findIndex((pending) => !isApplied(pending));
    const isAll = first === revisions.size;
    const applied = isAll ? before.slice(0, first) : before.filter(isApplied);
    this.#pending = isAll ? before.slice(first) : before.filter((pending) => !isApplied(pending));
    const history: AppliedOperation[] = [];
    // Stryker disable next-line ArrayDeclaration: what is no change does nothing
    const changes: Change[] = [];
    for (const [index, pending] of applied.entries()) {
      const revision = this.#revision + index + 1;
      // Each change was worked out on top of all that were pending before it.
      const follows = before[index] === pending && revisions.get(pending.operation.id) === revision;
      if (!follows || pending.change === null) {
        this.#exact = false;
        this.#unplaced = [...this.#unplaced, ...applied.map(({ operation }) => operation)];
        return null;
      }
      history.push({ ...pending.operation, revision });
      changes.push(pending.change);
    }
    for (const change of changes) this.#acknowledged.commit(change);
    this.#revision += applied.length;
    if (applied.length > 0) this.#head = head;
    return history;
  }

  /**
   * Takes in what the set has been through, from any browser, and puts what is pending on top of
   * it again.
   *
   * @param history what was applied after `since`, up to `revision`
   * @param since at most our revision; lower than that, it tells of what was unsure, too
   * @param head the server's name for its history up to `revision`
   * @returns null if the history does not follow from our state: nothing is changed then, and
   *   {@link reset} is needed
   */
  catchUp(
    history: readonly AppliedOperation[],
    revision: number,
    since = this.#revision,
    head: string | null = null,
  ): CaughtUp | null {
    const told = history
      .filter((operation) => operation.revision > since)
      .sort((a, b) => a.revision - b.revision);
    const whole = told.every((operation, index) => operation.revision === since + index + 1);
    if (!whole || told.length !== revision - since || revision < this.#revision) return null;
    const missed = told.filter((operation) => operation.revision > this.#revision);
    const next = this.#acknowledged.copy();
    try {
      for (const operation of missed) next.apply(operation, this.#context);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
    const shown = this.#current;
    this.#acknowledged = next;
    this.#revision = revision;
    this.#head = head;
    const applied = new Set(history.map(({ id }) => id));
    const before = this.#pending;
    this.#pending = before.filter(({ operation }) => !applied.has(operation.id));
    for (const pending of this.#pending) {
      const unsureSince = pending.unsureSince ?? revision;
      if (since <= unsureSince && unsureSince < revision) pending.unsureSince = null;
    }
    const misfits = this.#rebuild().filter(({ pending }) => pending.unsureSince === null);
    this.#drop(misfits);
    return {
      acknowledged: before.map(({ operation }) => operation.id).filter((id) => applied.has(id)),
      refused: this.#described(misfits, shown),
    };
  }

  /**
   * Takes the server's state for the acknowledged one. What is pending stays pending; of what was
   * on its way before, the state does not tell whether it is in there.
   */
  reset(state: SetState): void {
    if (state.revision > this.#revision) {
      for (const pending of this.#pending) {
        if (pending.sent) pending.unsureSince ??= this.#revision;
      }
    }
    this.#begin(state);
    this.#rebuild();
  }

  /**
   * Takes a state of the server that does not follow from what it had acknowledged. What it has
   * forgotten is pending again, before all else, under new ids; what it had never heard of until it
   * went back, others have done since.
   *
   * @param common what the set was before that history and ours parted
   * @returns what was forgotten; null if the state is the one that is known
   */
  fallBack(
    state: SetState,
    common: SetContent,
    newId: () => string,
  ): readonly PendingOperation[] | null {
    const before = this.#annotations(common);
    const steps = [
      ...stepsBetween(before, this.#acknowledged, this.#context),
      ...this.#unplaced.map(({ id: _, ...intent }): Intent => intent),
    ];
    const isKnown = state.revision === this.#revision && state.head === this.#head;
    if (steps.length === 0 && isKnown) return null;
    this.#begin(state);
    for (const pending of this.#pending) {
      // What was on its way to the one history may have come into the other.
      const since = pending.unsureSince ?? (pending.sent ? common.revision : null);
      pending.unsureSince = since === null ? null : Math.min(since, common.revision);
    }
    const forgotten = steps.map((intent): PendingOperation => {
      const id = newId();
      const operation: Operation = { id, ...intent };
      return {
        operation,
        group: id,
        unsureSince: null,
        sent: false,
        forgotten: true,
        change: null,
      };
    });
    this.#pending = [...forgotten, ...this.#pending];
    this.#rebuild();
    return forgotten;
  }

  /** What was forgotten is to be sent like all that is pending. */
  remember(): readonly PendingOperation[] {
    const { forgotten } = this;
    for (const pending of forgotten) pending.forgotten = false;
    return forgotten;
  }

  /**
   * Lets go of what was forgotten.
   *
   * @returns what was pending on top of it and does not fit without it
   */
  letGo(): readonly RefusedOperation[] {
    const shown = this.#current;
    const fitted = new Set(this.#pending.filter(({ change }) => change !== null));
    this.#pending = this.#pending.filter(({ forgotten }) => !forgotten);
    const misfits = this.#rebuild().filter(({ pending }) => fitted.has(pending));
    this.#drop(misfits);
    return this.#described(misfits, shown);
  }

  /** Ids of forgotten operations that are there after all and pending no longer; each is told once. */
  takeArrived(): readonly string[] {
    return this.#arrived.splice(0);
  }

  /**
   * Gives up a pending operation that the server refuses, with its group and what needs those.
   *
   * @returns all that was given up; empty if it is not pending
   */
  refuse(id: string, reason: string): RefusedOperation[] {
    const culprit = this.#pending.find(({ operation }) => operation.id === id);
    if (!culprit) return [];
    const shown = this.#current;
    const group = this.#pending
      .filter((pending) => pending.group === culprit.group)
      .map((pending) => ({
        pending,
        reason: pending === culprit ? reason : `Belongs to a change that was refused: ${reason}`,
      }));
    this.#drop(group);
    const fitted = new Set(this.#pending.filter(({ change }) => change !== null));
    const dependent = this.#rebuild().filter(({ pending }) => fitted.has(pending));
    this.#drop(dependent);
    return this.#described([...group, ...dependent], shown);
  }

  #drop(misfits: readonly Misfit[]): void {
    const gone = new Set(misfits.map(({ pending }) => pending));
    this.#pending = this.#pending.filter((pending) => !gone.has(pending));
  }

  /** @param shown the set as it was shown before, in which what is gone now can still be found */
  #described(misfits: readonly Misfit[], shown: Annotations): RefusedOperation[] {
    return misfits.map((misfit) => ({
      ...misfit,
      mentioned: mentionedBy(misfit.pending.operation, [this.#current, shown]),
    }));
  }

  /** Begins anew with a state of the server. */
  #begin(state: SetState): void {
    this.#acknowledged = this.#annotations(state);
    this.#revision = state.revision;
    this.#head = state.head;
  }

  #annotations({ decisions = [], ...content }: SetContent): Annotations {
    return new Annotations({ ...content, decided: this.#context.deciding?.(decisions) });
  }

  /** Puts what is pending on the acknowledged state, group by group; tells which do not fit. */
  #rebuild(): Misfit[] {
    this.#exact = true;
    this.#unplaced = [];
    this.#edition += 1;
    this.#current = this.#acknowledged.copy();
    this.#relations = null;
    this.#spans = null;
    this.#behind = [];
    const misfits: Misfit[] = [];
    const arrived = new Set<PendingOperation>();
    for (const group of groupsOf(this.#pending)) {
      const [only] = group;
      if (only?.forgotten && this.#isSo(only.operation)) {
        arrived.add(only);
        continue;
      }
      const done: Change[] = [];
      try {
        for (const pending of group) {
          pending.change = this.#current.apply(pending.operation, this.#context);
          done.push(pending.change);
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const culprit = group[done.length];
        this.#takeBack(done);
        for (const pending of group) {
          pending.change = null;
          const belongs = pending === culprit ? "" : "Belongs to a change that does not fit: ";
          misfits.push({ pending, reason: belongs + error.message });
        }
      }
    }
    this.#pending = this.#pending.filter((pending) => !arrived.has(pending));
    for (const { operation } of arrived) this.#arrived.push(operation.id);
    return misfits;
  }

  /** Whether an operation asks for what is there. */
  #isSo(operation: Operation): boolean {
    const { spans, relations, decided } = this.#current;
    switch (operation.type) {
      case "add_span":
        return spans.has(operation.span.id);
      case "add_relation":
        return relations.has(operation.relation.id);
      case "remove_span":
        return !spans.has(operation.span.id);
      case "remove_relation":
        return !relations.has(operation.relation.id);
      case "add_decision":
        return decided?.all.has(operation.decision.id) === true;
      default:
        try {
          return isIdle(this.#current.plan(operation, this.#context));
          // Stryker disable next-line BlockStatement: nothing is as false
        } catch {
          return false; // and nobody misses the error: it comes again when this is applied
        }
    }
  }

  #takeBack(done: readonly Change[]): void {
    for (const change of done.toReversed()) this.#current.commit(reversed(change));
  }

  /** The lists are behind by one change. */
  #mark(change: Change): void {
    this.#edition += 1;
    if (change.kind === "relation") this.#relations = null;
    if (change.kind === "span") this.#behind.push(change);
  }
}

/** More changes than this are put into the list of spans together, by sorting it anew. */
const MOST_BY_ITSELF = 50;

/** Spans in text order with one in the place of another; null for none. */
function inPlace(spans: readonly Span[], gone: Span | null, come: Span | null): readonly Span[] {
  const next = spans.slice();
  if (gone) next.splice(indexInOrder(next, gone), 1);
  if (come) next.splice(indexInOrder(next, come), 0, come);
  return next;
}

type Misfit = Pick<RefusedOperation, "pending" | "reason">;

/**
 * One operation that does what an operation and then another do; null where that takes two. Both are
 * about the same span, the note or the article's attributes.
 */
export function inOne(first: Operation, then: Intent): Intent | null {
  if (first.type === "set_article_note" && then.type === "set_article_note") return then;
  if (first.type === "set_article_attributes" && then.type === "set_article_attributes") {
    return { ...then, attributes: { ...first.attributes, ...then.attributes } };
  }
  if (first.type !== "edit_span" || then.type !== "edit_span") return null;
  if (first.span.id !== then.span.id) return null;
  const both = { ...first.span.attributes, ...then.span.attributes };
  const attributes = Object.keys(both).length > 0 ? { attributes: both } : {};
  return { type: "edit_span", span: { ...first.span, ...then.span, ...attributes } };
}

/** Changes and then further ones; a single change of one record, changed again, is one still. */
export function joined(changes: readonly Change[], further: readonly Change[]): readonly Change[] {
  const [first, last] = [changes[0], further[0]];
  const areSingle = changes.length === 1 && further.length === 1;
  if (first?.kind === "note" && last?.kind === "note" && areSingle) {
    return [{ ...first, after: last.after }];
  }
  if (first?.kind === "attributes" && last?.kind === "attributes" && areSingle) {
    return [{ ...first, after: last.after }];
  }
  // Stryker disable next-line ConditionalExpression: ids of notes and relations are no span's
  if (first?.kind === "span" && last?.kind === "span" && areSingle) {
    const isSame = first.before !== null && first.before.id === last.after?.id;
    if (isSame) return [{ ...first, after: last.after }];
  }
  return [...changes, ...further];
}

/** What undoes changes that were made one after the other: their inverses, last first. */
export function undoing(changes: readonly Change[]): Intent[] {
  return changes.toReversed().map(inverse);
}

/** Neighbours of one group together; the last may be empty. */
function* groupsOf(pending: readonly PendingOperation[]): Generator<PendingOperation[]> {
  let group: PendingOperation[] = [];
  for (const one of pending) {
    if (group[0] && group[0].group !== one.group) {
      yield group;
      group = [];
    }
    group.push(one);
  }
  yield group;
}

/** @param known where to look, the best first */
function mentionedBy(operation: Operation, known: readonly Annotations[]): Mentioned {
  const first = <T>(found: readonly (T | undefined)[]): T[] => {
    const one = found.find((record) => record !== undefined);
    return one === undefined ? [] : [one];
  };
  const spans = (...ids: readonly string[]) =>
    ids.flatMap((id) => first(known.map((set) => set.spans.get(id))));
  switch (operation.type) {
    case "edit_span":
    case "remove_span":
      return { spans: spans(operation.span.id), relations: [] };
    case "add_relation":
      return { spans: spans(operation.relation.from, operation.relation.to), relations: [] };
    case "edit_relation":
    case "remove_relation": {
      const { id } = operation.relation;
      const relations = first(known.map((set) => set.relations.get(id)));
      return { spans: relations.flatMap(({ from, to }) => spans(from, to)), relations };
    }
    default:
      return { spans: [], relations: [] };
  }
}
