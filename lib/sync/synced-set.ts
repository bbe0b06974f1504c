import type { Annotations, Change, Intent, Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import type { Attributes, Relation, Span } from "@/lib/domain/span";
import {
  Delivery,
  type DeliveryOptions,
  type LostOperation,
  type Outcome,
  type Saving,
} from "./delivery";
import { browser, type Environment } from "./environment";
import type { UnreadableRecord } from "./outbox";
import type { Asked, ServerSet } from "./transport";
import { inOne, joined, type Performed, type Planned, undoing } from "./working-copy";

/** What pages show; a new object after each change, the same one otherwise. */
export type SyncedSetView = {
  /** In text order. */
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly note: string;
  /** Of the article itself. */
  readonly attributes: Attributes;
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

/** More operations than this are not worked out in one go: about 8 ms on a small laptop. */
const SLICE = 400;

type LargeOptions = {
  readonly independent?: boolean;
  readonly leaveOut?: ((intent: Intent, reason: Refusal) => void) | undefined;
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
  readonly #environment: Environment;
  readonly #newId: () => string;
  readonly #delivery: Delivery;
  readonly #listeners = new Set<() => void>();
  readonly #drafts = new Set<() => void>();
  /** What can be undone and what can be done again, the next last. */
  readonly #steps: { done: readonly Step[]; undone: readonly Step[] } = { done: [], undone: [] };
  /** Does at once what is left of a large gesture; null while none is under way. */
  #finish: (() => void) | null = null;
  #view: SyncedSetView;
  readonly #begins: readonly Intent[];

  /** @param begins what comes with the first change of a set in which nobody has done anything yet */
  constructor({
    begins = [],
    ...options
  }: DeliveryOptions & { readonly begins?: readonly Intent[] }) {
    this.#begins = begins;
    this.#environment = options.environment ?? browser;
    this.#newId = this.#environment.newId;
    this.#delivery = new Delivery(options, {
      changed: () => this.#emit(),
      lost: (groups) => {
        const intact = (step: Step) => !step.groups.some((group) => groups.has(group));
        this.#steps.done = this.#steps.done.filter(intact);
        this.#steps.undone = this.#steps.undone.filter(intact);
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
      this.#finish?.();
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
    return { ...acknowledged, submittedAt, scheme: set.scheme };
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
    this.#finish?.();
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
    this.#finish?.();
    const last = this.#steps.done.at(-1);
    const before = gesture !== undefined && last?.gesture === gesture ? last : null;
    const step =
      (before && this.#goOn(before, intents)) ?? this.#do(this.#begun(intents), independent);
    if (before) {
      const groups = [...new Set([...before.groups, ...step.groups])];
      const changes = joined(before.changes, step.changes);
      this.#remember([...this.#steps.done.slice(0, -1), { groups, changes, gesture }]);
    } else this.#remember([...this.#steps.done, { ...step, gesture }]);
    this.#emit();
    return step.changes;
  }

  /** Has the set be as one begins, if nobody has done anything in it yet: before it is submitted as it is. */
  begin(): void {
    const begins = this.#begun([]);
    if (begins.length > 0 && this.#delivery.submittedAt === null) this.perform(begins);
  }

  /** What is done, with what the set begins with where that is the first. */
  #begun(intents: readonly Intent[]): readonly Intent[] {
    const { revision, pending } = this.#delivery.copy;
    const isFirst = revision === 0 && pending.length === 0 && intents !== this.#begins;
    if (!isFirst || this.#begins.length === 0) return intents;
    return intents.length === 0 ? this.#begins : [...this.#begins, ...intents];
  }

  /**
   * Does what {@link perform} does, for thousands of intents: works them out bit by bit, so that the
   * page goes on answering, and then does them at once. What else is asked for meanwhile comes after
   * it: the rest is worked out at once then.
   *
   * @param leaveOut gets what cannot be done, and why, which then is left out; else nothing is done
   * @throws Refusal as {@link perform} does; nothing is changed then
   */
  async performLarge(
    intents: readonly Intent[],
    options: LargeOptions = {},
  ): Promise<readonly Change[]> {
    if (intents.length === 0) return [];
    const take = (done: Step) => {
      if (done.changes.length > 0) this.#remember([...this.#steps.done, done]);
    };
    const step = await this.#doLarge(this.#begun(intents), options, take);
    return step.changes;
  }

  /**
   * Takes back the last step: at once, or one of thousands as {@link performLarge} does.
   *
   * @returns what that changed, in order; empty if there is nothing to undo
   * @throws Refusal if it can no longer be undone; it is forgotten then, unless the set is submitted
   */
  undo(): readonly Change[] | Promise<readonly Change[]> {
    this.#finish?.();
    return this.#turn("done", "undone");
  }

  /** Does again what was undone last; see {@link undo}. */
  redo(): readonly Change[] | Promise<readonly Change[]> {
    this.#finish?.();
    return this.#turn("undone", "done");
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
  async submit(besides?: Asked): Promise<Outcome> {
    this.#finish?.();
    this.commitDrafts();
    const settled = await this.#delivery.settle();
    if (!settled.ok) return settled;
    if (this.#delivery.lost.length > 0) {
      return { ok: false, reason: "Some changes could not be kept. Look at them first." };
    }
    return this.#delivery.close("submit", besides);
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
    return { groups: before.groups, changes: [replacing.change] };
  }

  #checkOpen(): void {
    if (this.#delivery.submittedAt !== null) {
      throw new Refusal("conflict", "This annotation is submitted. Reopen it to change it.");
    }
  }

  #do(intents: readonly Intent[], independent: boolean): Step {
    this.#checkOpen();
    const plan = this.#planning(independent);
    return this.#deliver(this.#delivery.copy.perform(intents.map(plan)));
  }

  /**
   * @param take gets the step once it is done, before anybody hears of it
   * @throws Refusal as {@link perform} does; nothing is changed then
   */
  async #doLarge(
    intents: readonly Intent[],
    { independent = false, leaveOut }: LargeOptions,
    take: (step: Step) => void,
  ): Promise<Step> {
    this.#finish?.();
    this.#checkOpen();
    const plan = this.#planning(independent);
    const rehearsal = this.#delivery.copy.rehearse(leaveOut);
    let at = 0;
    const goOn = (count: number) => {
      rehearsal.add(intents.slice(at, at + count).map(plan));
      at += count;
    };
    return new Promise((resolve, reject) => {
      let callOff = () => {};
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (error) {
          this.#finish = null;
          reject(error);
        }
      };
      const finish = () =>
        attempt(() => {
          this.#finish = null;
          callOff();
          goOn(intents.length);
          this.#checkOpen();
          const step = this.#deliver(rehearsal.perform());
          take(step);
          this.#emit();
          resolve(step);
        });
      const turn = () =>
        attempt(() => {
          goOn(SLICE);
          // Stryker disable next-line EqualityOperator: one empty turn more
          if (at < intents.length) callOff = this.#environment.after(0, turn);
          else finish();
        });
      this.#finish = finish;
      callOff = this.#environment.after(0, turn);
    });
  }

  /** Makes operations of what one gesture asks for. */
  #planning(independent: boolean): (intent: Intent) => Planned {
    const together = this.#newId();
    return (intent) => {
      const id = this.#newId();
      return { operation: { id, ...intent }, group: independent ? id : together };
    };
  }

  #deliver({ performed, changes }: Performed): Step {
    this.#delivery.deliver(performed);
    return { groups: [...new Set(performed.map(({ group }) => group))], changes };
  }

  /** After something new, nothing can be done again. */
  #remember(done: readonly Step[]): void {
    this.#steps.done = done;
    this.#steps.undone = [];
  }

  #turn(
    from: "done" | "undone",
    to: "done" | "undone",
  ): readonly Change[] | Promise<readonly Change[]> {
    const step = this.#steps[from].at(-1);
    if (!step) return [];
    const intents = undoing(step.changes);
    const forget = () => {
      this.#steps[from] = this.#steps[from].filter((one) => one !== step);
    };
    const take = (turned: Step) => {
      forget();
      this.#steps[to] = [...this.#steps[to], turned];
    };
    const refused = (error: unknown): never => {
      if (this.#delivery.submittedAt === null) forget();
      this.#emit();
      throw error;
    };
    if (intents.length > SLICE) {
      return this.#doLarge(intents, {}, take).then(({ changes }) => changes, refused);
    }
    try {
      const turned = this.#do(intents, false);
      take(turned);
      this.#emit();
      return turned.changes;
    } catch (error) {
      return refused(error);
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
      attributes: copy.current.attributes,
      submittedAt,
      saving: drafting ? { ...saving, state: "saving" } : saving,
      lost,
      forgotten: copy.forgotten.map(({ operation }) => operation),
      unreadable,
      canUndo: this.#steps.done.length > 0,
      canRedo: this.#steps.undone.length > 0,
    };
  }
}
