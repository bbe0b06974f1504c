import { v7 as uuid } from "uuid";
import { describe, type Lost } from "@/lib/annotator/wording";
import { MAX_BATCH } from "@/lib/domain/limits";
import type { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import {
  type DeliveryListener,
  type DeliveryOptions,
  type Pace,
  usualPace,
} from "./delivery-options";
import { type Entry, Ledger, type Refused } from "./ledger";
import type { Kept } from "./outbox";
import { type Outcome, reasonOf, type Saving, type Standstill } from "./saving";
import { type Message, Tabs } from "./tabs";
import type { Sent, ServerSet, Trouble } from "./transport";

/**
 * Brings what is pending in a ledger to the server: one request at a time, again after failures,
 * on top of what others have done in between. Keeps it in the browser until it has arrived.
 */
export class Delivery {
  readonly ledger: Ledger;
  readonly #options: DeliveryOptions;
  readonly #listener: DeliveryListener;
  readonly #pace: Pace;
  readonly #tabs: Tabs;
  /** The name under which this page's operations wait in the outbox. */
  readonly #queue = uuid();
  /** Pending operations that the outbox has stored. */
  readonly #kept = new Set<string>();
  #submittedAt: string | null;
  #lost: readonly Lost[] = [];
  #trouble: Standstill | null = null;
  #attempts = 0;
  #batch = MAX_BATCH;
  /** The revision that operations of an earlier visit were made at, until the server has answered. */
  #base: number | null = null;
  /** Whether what an earlier visit left unsent is pending again. */
  #recalled = false;
  #busy = false;
  /** The last that another page told while an answer was under way. */
  #heardOf: Message | null = null;
  #running = false;
  #contact = Date.now();
  /** Undefined when no attempt is planned. */
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DeliveryOptions, listener: DeliveryListener) {
    this.#options = options;
    this.#listener = listener;
    this.#pace = options.pace ?? usualPace;
    this.ledger = new Ledger(options.set, options.context);
    this.#submittedAt = options.set.submittedAt;
    this.#tabs = new Tabs(`gainsay:set:${options.owner.set}`, this.#queue, {
      heard: (message) => void this.#heard(message),
      orphaned: (queue) => this.#takeOver(queue),
    });
  }

  get submittedAt(): string | null {
    return this.#submittedAt;
  }

  get lost(): readonly Lost[] {
    return this.#lost;
  }

  get saving(): Saving {
    const { pending } = this.ledger;
    const unsent = pending.length;
    const kept = pending.every(({ operation }) => this.#kept.has(operation.id));
    const trouble = this.#submittedAt === null ? this.#trouble : ({ kind: "closed" } as const);
    const said = (state: Saving["state"], reason: string | null = null): Saving => {
      return { state, unsent, kept, reason };
    };
    if (unsent === 0) return said(this.#recalled ? "saved" : "opening");
    if (trouble === null) return said("saving");
    if (trouble.kind === "unreachable") return said("offline");
    if (trouble.kind === "signed_out") return said("signed_out");
    return said("failed", reasonOf(trouble));
  }

  /** Begins to listen and to send, and takes up what an earlier visit left unsent. */
  start(): void {
    this.#running = true;
    this.#tabs.start();
    void this.#recall();
    if (this.ledger.pending.length > 0) this.#wake(0);
  }

  /** The page goes to another article: what is pending is still sent, as far as that works now. */
  stop(): void {
    this.#running = false;
    if (this.ledger.pending.length > 0 && this.#trouble === null) this.#wake(0);
    else this.#rest();
  }

  /** The page is looked at or the network is back: what waits goes now, what is old is fetched. */
  resume(): void {
    this.#attempts = 0;
    if (this.ledger.pending.length > 0) this.#wake(0);
    else if (Date.now() - this.#contact > this.#pace.fresh) void this.refresh();
  }

  /** Sends what is pending without waiting for more of it. */
  sendNow(): void {
    void this.#send();
  }

  /** Takes these, already pending in the ledger, on its way. */
  post(entries: readonly Entry[]): void {
    void this.#keep(entries, null);
    // In trouble, the next attempt is planned already and takes these along.
    if (this.#trouble === null || this.#timer === undefined) this.#wake(this.#pace.coalesce);
  }

  /** Waits until everything is saved or it is clear that it cannot be now. */
  async settle(): Promise<Outcome> {
    this.#attempts = 0;
    this.#trouble = null;
    while (this.ledger.pending.length > 0 && this.#trouble === null) {
      if (this.#busy) await new Promise((resolve) => setTimeout(resolve, 20));
      else await this.#send();
    }
    return this.#trouble === null ? { ok: true } : { ok: false, reason: reasonOf(this.#trouble) };
  }

  /** Submits or reopens the set. */
  async close(how: "submit" | "reopen"): Promise<Outcome> {
    const { transport } = this.#options;
    let answer = await transport.close(this.ledger.revision, how);
    if (answer.kind === "refused") {
      // Another page or device was faster: take in what it did and ask once more.
      await this.refresh();
      if ((this.#submittedAt !== null) === (how === "submit")) return { ok: true };
      answer = await transport.close(this.ledger.revision, how);
    }
    if (answer.kind !== "set") return { ok: false, reason: reasonOf(answer) };
    this.#take(answer.set);
    this.#trouble = null;
    this.#tabs.tell({ kind: "changed" });
    this.#wake(0);
    this.#listener.changed();
    return { ok: true };
  }

  dismiss(id: string): void {
    this.#lost = this.#lost.filter((lost) => lost.id !== id);
    void this.#options.outbox.remove([id]).catch(() => undefined);
    this.#listener.changed();
  }

  async #keep(entries: readonly Entry[], refused: string | null): Promise<void> {
    const { owner, place, outbox } = this.#options;
    const kept = entries.map(
      ({ operation, group }): Kept => ({
        ...owner,
        id: operation.id,
        queue: this.#queue,
        group,
        revision: this.#base ?? this.ledger.revision,
        operation,
        place,
        refused,
      }),
    );
    try {
      await outbox.put(kept);
    } catch {
      return; // The indicator and the question on leaving say that it is not kept.
    }
    if (refused !== null) return;
    const pending = new Set(this.ledger.pending.map(({ operation }) => operation.id));
    for (const { id } of kept) if (pending.has(id)) this.#kept.add(id);
    this.#listener.changed();
  }

  #forget(ids: Iterable<string>): void {
    const all = [...ids];
    if (all.length === 0) return;
    for (const id of all) this.#kept.delete(id);
    void this.#options.outbox.remove(all).catch(() => undefined);
  }

  /** Finds what earlier visits and other pages left in the outbox. */
  async #recall(): Promise<void> {
    const all = await this.#options.outbox.all(this.#options.owner).catch(() => []);
    const listed = new Set(this.#lost.map(({ id }) => id));
    const refused = all.filter((kept) => kept.refused !== null && !listed.has(kept.id));
    this.#lost = [
      ...this.#lost,
      ...refused.map(({ id, operation, refused: reason }) => ({
        id,
        what: describe(operation, [this.ledger.current]),
        reason: reason ?? "",
      })),
    ];
    const queues = all.flatMap(({ queue, refused: reason }) => (reason === null ? [queue] : []));
    await Promise.all(queues.map((queue) => this.#tabs.watch(queue)));
    this.#recalled = true;
    this.#listener.changed();
  }

  async #takeOver(queue: string): Promise<void> {
    const { owner, outbox } = this.#options;
    const all = await outbox.all(owner).catch(() => []);
    const left = all.filter((kept) => kept.queue === queue && kept.refused === null);
    if (left.length === 0) return;
    await outbox.put(left.map((kept) => ({ ...kept, queue: this.#queue }))).catch(() => undefined);
    for (const { id } of left) this.#kept.add(id);
    const made = Math.min(...left.map(({ revision }) => revision));
    this.#base = Math.min(this.#base ?? made, made, this.ledger.revision);
    this.ledger.adopt(left.map(({ operation, group }) => ({ operation, group, change: null })));
    this.#wake(0);
    this.#listener.changed();
  }

  /** Nothing more is done here; another page may take over what is left. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tabs.stop();
  }

  #wake(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#running && this.#trouble !== null) {
      this.#rest();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, delay);
  }

  async #send(): Promise<void> {
    if (this.#busy) return;
    if (this.ledger.pending.length === 0) {
      // Another page has told that the server has it all: the trouble is over.
      this.#trouble = null;
      return;
    }
    if (this.#submittedAt !== null && this.#base === null) return;
    this.#busy = true;
    const entries = this.ledger.pending.slice(0, this.#batch);
    const operations = entries.map(({ operation }) => operation);
    const answer = await this.#options.transport.send(
      this.#base ?? this.ledger.revision,
      operations,
    );
    await this.#answered(answer, entries);
    this.#busy = false;
    const heardOf = this.#heardOf;
    this.#heardOf = null;
    if (heardOf) await this.#heard(heardOf);
    if (this.#trouble === null && this.ledger.pending.length > 0) {
      this.#wake(this.#attempts > 2 ? this.#pause() : 0);
    } else if (!this.#running) this.#rest();
    this.#listener.changed();
  }

  async #answered(answer: Sent, entries: readonly Entry[]): Promise<void> {
    const before = this.ledger.revision;
    const ids = new Set(entries.map(({ operation }) => operation.id));
    if (answer.kind === "accepted") {
      this.#smooth();
      this.#attempts = 0;
      this.#batch = this.#batch === 1 ? 2 : MAX_BATCH;
      this.#forget(ids);
      if (this.ledger.acknowledge(ids, answer.revision)) {
        const history = entries.map(({ operation }, index) => ({
          ...operation,
          revision: before + index + 1,
        }));
        this.#tabs.tell({ kind: "applied", history, revision: answer.revision });
      } else {
        this.#tabs.tell({ kind: "changed" });
        await this.refresh();
      }
    } else if (answer.kind === "stale") {
      this.#attempts += 1;
      this.#smooth();
      const known = new Set(this.ledger.pending.map(({ operation }) => operation.id));
      const { current } = this.ledger;
      try {
        this.#lose(this.ledger.catchUp(answer.history, answer.revision), current);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await this.refresh();
      }
      for (const { operation } of this.ledger.pending) known.delete(operation.id);
      for (const { id } of this.#lost) known.delete(id);
      this.#forget(known);
    } else if (answer.kind === "refused") await this.#refused(answer, entries);
    else this.#stumble(answer);
  }

  async #refused(
    { code, reason, operation }: Extract<Trouble, { kind: "refused" }>,
    entries: readonly Entry[],
  ): Promise<void> {
    this.#smooth();
    const culprit =
      operation !== null && entries.some((entry) => entry.operation.id === operation)
        ? operation
        : entries.length === 1 && code !== "conflict"
          ? entries[0]?.operation.id
          : undefined;
    if (culprit !== undefined) {
      const { current } = this.ledger;
      this.#lose(this.ledger.refuse(culprit, reason), current);
      return;
    }
    await this.refresh();
    if (this.#submittedAt !== null) {
      this.#trouble = { kind: "closed" };
    } else if (entries.length > 1) {
      // Nobody says which one is to blame: smaller batches will show it.
      this.#batch = Math.ceil(entries.length / 4);
    } else if (this.#attempts++ > 3) {
      const { current } = this.ledger;
      for (const entry of entries) {
        this.#lose(this.ledger.refuse(entry.operation.id, reason), current);
      }
    }
  }

  /** The way is free again. */
  #smooth(): void {
    this.#trouble = null;
    this.#base = null;
    this.#contact = Date.now();
  }

  #stumble(trouble: Trouble): void {
    this.#trouble = trouble;
    this.#attempts += 1;
    const after = trouble.kind === "later" ? (trouble.after ?? 0) : 0;
    this.#wake(Math.max(this.#pause(), after));
  }

  #pause(): number {
    const doubled = this.#pace.retry * 2 ** Math.min(this.#attempts - 1, 10);
    // Many browsers that lost the same server come back spread out.
    return Math.min(doubled, this.#pace.longestRetry) * (0.75 + Math.random() / 2);
  }

  /**
   * What could not be kept is shown, and kept in the browser, until the reviewer dismisses it.
   *
   * @param before the set as it was shown, in which what is gone now still has its words
   */
  #lose(refused: readonly Refused[], before: Annotations): void {
    if (refused.length === 0) return;
    const lost = refused.map(({ entry: { operation }, reason }) => ({
      id: operation.id,
      what: describe(operation, [this.ledger.current, before]),
      reason,
    }));
    this.#lost = [...this.#lost, ...lost];
    for (const { entry, reason } of refused) void this.#keep([entry], reason);
    this.#listener.lost(new Set(refused.map(({ entry }) => entry.group)));
  }

  async refresh(): Promise<void> {
    const answer = await this.#options.transport.fetchSet();
    if (answer.kind === "set") this.#take(answer.set);
    this.#listener.changed();
  }

  #take(set: ServerSet): void {
    this.#contact = Date.now();
    if (set.revision < this.ledger.revision) return; // It was asked for before the last answer.
    const reopened = this.#submittedAt !== null && set.submittedAt === null;
    this.#submittedAt = set.submittedAt;
    if (reopened && this.ledger.pending.length > 0) this.#wake(0);
    if (set.revision !== this.ledger.revision || this.ledger.pending.length > 0) {
      this.ledger.reset(set);
    }
  }

  async #heard(message: Message): Promise<void> {
    if (this.#busy) {
      this.#heardOf = message;
      return;
    }
    if (message.kind !== "applied") return this.refresh();
    if (message.revision <= this.ledger.revision) return;
    try {
      const { current } = this.ledger;
      this.#lose(this.ledger.catchUp(message.history, message.revision), current);
      this.#listener.changed();
    } catch {
      await this.refresh();
    }
  }
}
