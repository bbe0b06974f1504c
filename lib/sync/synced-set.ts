import { v7 as uuid } from "uuid";
import type { Lost } from "@/lib/annotator/wording";
import type { Annotations, Change, Intent, Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import type { Relation, Span } from "@/lib/domain/span";
import { Delivery } from "./delivery";
import type { DeliveryOptions } from "./delivery-options";
import { type Entry, undoing } from "./ledger";
import type { Outcome, Saving } from "./saving";
import type { ServerSet } from "./transport";

/** What pages show; a new object after each change, the same one otherwise. */
export type SyncedSetView = {
  /** In text order. */
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly note: string;
  readonly submittedAt: string | null;
  readonly saving: Saving;
  readonly lost: readonly Lost[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
};

type Step = { readonly groups: readonly string[]; readonly changes: readonly Change[] };

/**
 * One reviewer's work on one annotation set in this page: does what is asked at once, has it
 * delivered, and undoes it. Knows nothing of React; read it by `useSyncExternalStore`.
 */
export class SyncedSet {
  readonly #delivery: Delivery;
  readonly #listeners = new Set<() => void>();
  readonly #drafts = new Set<() => void>();
  #done: Step[] = [];
  #undone: Step[] = [];
  #view: SyncedSetView;

  constructor(options: DeliveryOptions) {
    this.#delivery = new Delivery(options, {
      changed: () => this.#emit(),
      lost: (groups) => {
        const intact = (step: Step) => !step.groups.some((group) => groups.has(group));
        this.#done = this.#done.filter(intact);
        this.#undone = this.#undone.filter(intact);
      },
    });
    this.#view = this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): SyncedSetView => this.#view;

  /** The set as shown, for look-ups by id. */
  get current(): Annotations {
    return this.#delivery.ledger.current;
  }

  /** Begins to send, and takes up what an earlier visit left unsent; the returned function ends it. */
  start(): () => void {
    this.#delivery.start();
    return () => {
      this.commitDrafts();
      this.#delivery.stop();
    };
  }

  /** Whether this session knows of more than a page does that was opened with `set`. */
  isAheadOf(set: ServerSet): boolean {
    const { ledger, submittedAt } = this.#delivery;
    const more = ledger.revision > set.revision || ledger.pending.length > 0;
    return more || submittedAt !== set.submittedAt;
  }

  /** Asks the server how the set stands. */
  refresh(): void {
    void this.#delivery.refresh();
  }

  /** The page is looked at again, or the network is back. */
  resume(): void {
    this.#delivery.resume();
  }

  /** The page is about to be left. False if something would be lost with it. */
  flush(): boolean {
    this.commitDrafts();
    this.#delivery.sendNow();
    return this.#delivery.saving.kept;
  }

  /**
   * Does these at once, all or nothing; one step of undo.
   *
   * @param independent each may be kept without the others, as in copying another set
   * @throws Refusal if the set is submitted or a rule of the scheme or the text is broken
   */
  perform(intents: readonly Intent[], { independent = false } = {}): readonly Change[] {
    const step = this.#do(intents, independent);
    this.#done.push(step);
    this.#undone = [];
    this.#emit();
    return step.changes;
  }

  /** @throws Refusal if what was done can no longer be undone; it is forgotten then */
  undo(): readonly Change[] {
    return this.#turn(this.#done, this.#undone);
  }

  /** @throws Refusal as {@link undo} does */
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

  /** The reviewer has seen a change that could not be kept. */
  dismiss(id: string): void {
    this.#delivery.dismiss(id);
  }

  #do(intents: readonly Intent[], independent: boolean): Step {
    if (this.#delivery.submittedAt !== null) {
      throw new Refusal("conflict", "This annotation is submitted. Reopen it to change it.");
    }
    const { ledger } = this.#delivery;
    const made = intents.map((intent): Operation => ({ id: uuid(), ...intent }));
    const entries: Entry[] = independent
      ? made.flatMap((operation) => ledger.perform([operation], uuid()))
      : ledger.perform(made, uuid());
    this.#delivery.post(entries);
    return {
      groups: [...new Set(entries.map(({ group }) => group))],
      changes: entries.flatMap(({ change }) => change ?? []),
    };
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
    this.#view = this.#look();
    for (const listener of [...this.#listeners]) listener();
  }

  #look(): SyncedSetView {
    const { ledger, saving, lost, submittedAt } = this.#delivery;
    const drafting = saving.unsent === 0 && this.#drafts.size > 0;
    return {
      spans: ledger.spans,
      relations: ledger.relations,
      note: ledger.current.note,
      submittedAt,
      saving: drafting ? { ...saving, state: "saving" } : saving,
      lost,
      canUndo: this.#done.length > 0,
      canRedo: this.#undone.length > 0,
    };
  }
}
