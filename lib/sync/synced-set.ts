import type { Annotations, Change, Intent, Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import type { Relation, Span } from "@/lib/domain/span";
import {
  Delivery,
  type DeliveryOptions,
  type LostOperation,
  type Outcome,
  type Saving,
} from "./delivery";
import { browser } from "./environment";
import type { UnreadableRecord } from "./outbox";
import type { ServerSet } from "./transport";
import { inOne, joined, undoing } from "./working-copy";

/** What pages show; a new object after each change, the same one otherwise. */
export type SyncedSetView = {
  /** In text order. */
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly note: string;
  /** ISO 8601; null while the set can be changed. */
  readonly submittedAt: string | null;
  readonly saving: Saving;
  /** Changes that could not be kept and were not dismissed yet, the oldest first. */
  readonly lost: readonly LostOperation[];
  /**
   * What the server had and has forgotten, as after a restored backup: nothing is sent before the
   * reviewer has decided on it, by `resend` or `letGo`.
   */
  readonly forgotten: readonly Operation[];
  /** What this browser had stored of the set and nobody can make sense of. */
  readonly unreadable: readonly UnreadableRecord[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
};

type Step = {
  readonly groups: readonly string[];
  readonly changes: readonly Change[];
  /** The gesture that it is of, if that may go on. */
  readonly gesture?: string | undefined;
};

/**
 * An annotation set as one reviewer works on it in this page: does what is asked at once, brings
 * it to the server, through failures and beside other pages and devices, and undoes it. Nothing a
 * reviewer did is dropped silently: it is saved, or waits in the browser, or is listed as lost.
 * Knows nothing of React; read it by `useSyncExternalStore`.
 */
export class SyncedSet {
  readonly #newId: () => string;
  readonly #delivery: Delivery;
  readonly #listeners = new Set<() => void>();
  readonly #drafts = new Set<() => void>();
  #done: Step[] = [];
  #undone: Step[] = [];
  #view: SyncedSetView;

  constructor(options: DeliveryOptions) {
    this.#newId = (options.environment ?? browser).newId;
    this.#delivery = new Delivery(options, {
      changed: () => this.#emit(),
      lost: (groups) => {
        const intact = (step: Step) => !step.groups.some((group) => groups.has(group));
        this.#done = this.#done.filter(intact);
        this.#undone = this.#undone.filter(intact);
      },
    });
    this.#view = this.#show();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): SyncedSetView => this.#view;

  /** The set as shown, for look-ups by id. */
  get current(): Annotations {
    return this.#delivery.copy.current;
  }

  /** Begins to send, and takes up what an earlier visit left unsent; the returned function ends it. */
  start(): () => void {
    this.#delivery.start();
    return () => {
      this.commitDrafts();
      this.#delivery.stop();
    };
  }

  /** Whether something else is known here than a page knows that was opened with `set`. */
  differsFrom(set: ServerSet): boolean {
    const { copy, submittedAt } = this.#delivery;
    const isSame = copy.revision === set.revision && copy.head === set.head;
    return !isSame || copy.pending.length > 0 || submittedAt !== set.submittedAt;
  }

  /**
   * What a page begins with that was opened with `set`: that, or what the server has acknowledged here
   * where it is another history, since only who asks with the latter learns whether the one goes on
   * from the other or the server has gone back in time. See {@link differsFrom}.
   */
  beginningOf(set: ServerSet): ServerSet {
    const { copy, submittedAt } = this.#delivery;
    const { acknowledged } = copy;
    if (acknowledged === null || acknowledged.head === set.head) return set;
    return { ...acknowledged, submittedAt };
  }

  /** Asks the server how the set stands. */
  refresh(): void {
    void this.#delivery.refresh();
  }

  /** The page is looked at again, the network is back, or the reviewer wants it tried now. */
  resume(): void {
    this.#delivery.resume();
  }

  /**
   * The page is about to be left: commits drafts and sends what waits.
   *
   * @returns false if something would be lost with the page
   */
  flush(): boolean {
    this.commitDrafts();
    this.#delivery.flush();
    return this.#delivery.saving.stored;
  }

  /**
   * Does these at once, all or nothing; one step of undo. Nothing is no step.
   *
   * @param independent the server may keep each without the others, as in copying another set
   * @param gesture what one gesture does bit by bit, as by a key that is held down, is one step of
   *   undo, and one operation as long as that was not on its way
   * @throws Refusal if the set is submitted or a rule of the scheme or the text is broken
   */
  perform(
    intents: readonly Intent[],
    { independent = false, gesture }: { independent?: boolean; gesture?: string | undefined } = {},
  ): readonly Change[] {
    if (intents.length === 0) return [];
    const last = this.#done.at(-1);
    const before = gesture !== undefined && last?.gesture === gesture ? last : null;
    const step = (before && this.#goOn(before, intents)) ?? this.#do(intents, independent);
    if (before) {
      this.#done.pop();
      const groups = [...new Set([...before.groups, ...step.groups])];
      this.#done.push({ groups, changes: joined(before.changes, step.changes), gesture });
    } else this.#done.push({ ...step, gesture });
    this.#undone = [];
    this.#emit();
    return step.changes;
  }

  /**
   * Takes back the last step.
   *
   * @returns what that changed, in order; empty if there is nothing to undo
   * @throws Refusal if it can no longer be undone; it is forgotten then, unless the set is submitted
   */
  undo(): readonly Change[] {
    return this.#turn(this.#done, this.#undone);
  }

  /** Does again what was undone last; see {@link undo}. */
  redo(): readonly Change[] {
    return this.#turn(this.#undone, this.#done);
  }

  /** Something is being typed: not saved until `commit` was called, which leaving does too. */
  holdDraft(commit: () => void): () => void {
    this.#drafts.add(commit);
    this.#emit();
    return () => {
      if (this.#drafts.delete(commit)) this.#emit();
    };
  }

  commitDrafts(): void {
    for (const commit of [...this.#drafts]) commit();
  }

  /** Submits the set once all of it is saved; not while there are changes that could not be kept. */
  async submit(): Promise<Outcome> {
    this.commitDrafts();
    const settled = await this.#delivery.settle();
    if (!settled.ok) return settled;
    if (this.#delivery.lost.length > 0) {
      return { ok: false, reason: "Some changes could not be kept. Look at them first." };
    }
    return this.#delivery.close("submit");
  }

  /** Opens a submitted set again, so that it can be changed. */
  reopen(): Promise<Outcome> {
    return this.#delivery.close("reopen");
  }

  /** The server is to have again what it has forgotten. */
  resend(): void {
    this.#delivery.resend();
  }

  /** What the server has forgotten is not wanted any more: the set is as the server has it. */
  letGo(): void {
    this.#delivery.letGo();
  }

  /** The reviewer has seen a change that could not be kept, or something that nobody can read. */
  dismiss(id: string): void {
    this.#delivery.dismiss(id);
  }

  /** Has the last operation of a gesture do this, too; null where it takes another one. */
  #goOn(before: Step, [intent, ...others]: readonly Intent[]): Step | null {
    const { copy } = this.#delivery;
    const last = copy.pending.at(-1);
    if (!last?.change || last.sent || !intent || others.length > 0) return null;
    if (last.group !== before.groups.at(-1)) return null;
    const together = inOne(last.operation, intent);
    if (!together) return null;
    this.#checkOpen();
    const replacing = copy.replaceLast({ id: this.#newId(), ...together });
    this.#delivery.replace(last, replacing);
    return { groups: [last.group], changes: replacing.change ? [replacing.change] : [] };
  }

  #checkOpen(): void {
    if (this.#delivery.submittedAt !== null) {
      throw new Refusal("conflict", "This annotation is submitted. Reopen it to change it.");
    }
  }

  #do(intents: readonly Intent[], independent: boolean): Step {
    this.#checkOpen();
    const together = this.#newId();
    const { performed, changes } = this.#delivery.copy.perform(
      intents.map((intent) => {
        const operation: Operation = { id: this.#newId(), ...intent };
        return { operation, group: independent ? this.#newId() : together };
      }),
    );
    this.#delivery.deliver(performed);
    return { groups: [...new Set(performed.map(({ group }) => group))], changes };
  }

  #turn(from: Step[], to: Step[]): readonly Change[] {
    const step = from.at(-1);
    if (!step) return [];
    try {
      const turned = this.#do(undoing(step.changes), false);
      to.push(turned);
      return turned.changes;
    } finally {
      if (this.#delivery.submittedAt === null) from.pop();
      this.#emit();
    }
  }

  #emit(): void {
    this.#view = this.#show();
    for (const listener of [...this.#listeners]) listener();
  }

  #show(): SyncedSetView {
    const { copy, saving, lost, unreadable, submittedAt } = this.#delivery;
    const drafting = saving.unsent === 0 && this.#drafts.size > 0;
    return {
      spans: copy.spans,
      relations: copy.relations,
      note: copy.current.note,
      submittedAt,
      saving: drafting ? { ...saving, state: "saving" } : saving,
      lost,
      forgotten: copy.forgotten.map(({ operation }) => operation),
      unreadable,
      canUndo: this.#done.length > 0,
      canRedo: this.#undone.length > 0,
    };
  }
}
