import { MAX_BATCH } from "@/lib/domain/limits";
import type { AnnotationContext, Operation } from "@/lib/domain/operation";
import { browser, type Environment } from "./environment";
import {
  browserOutbox,
  type Outbox,
  type Owner,
  type Page,
  type StoredWork,
  type UnreadableRecord,
  type UnsentOperation,
} from "./outbox";
import { type Message, Tabs } from "./tabs";
import {
  type Asked,
  type ComparedSet,
  type Failure,
  HttpTransport,
  type Sent,
  type ServerSet,
  type Transport,
} from "./transport";
import {
  type Mentioned,
  type PendingOperation,
  type RefusedOperation,
  type SetContent,
  WorkingCopy,
} from "./working-copy";

/** What the save indicator says. */
export type Saving = {
  /** "opening" until it is known whether an earlier visit left something unsent. */
  readonly state: "opening" | "saved" | "saving" | "offline" | "signed_out" | "failed";
  /** How many operations the server has not acknowledged. */
  readonly unsent: number;
  /** Whether everything unsent is stored in this browser and outlives the page. */
  readonly stored: boolean;
  /** Whether the browser's storage did what it was last asked for. */
  readonly storable: boolean;
  /** Why it is not saved, for "failed"; null otherwise. */
  readonly reason: string | null;
};

/** What became of something that had to be asked of the server. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A change that could not be kept, for the reviewer to see. */
export type LostOperation = {
  readonly id: string;
  readonly operation: Operation;
  /** For people. */
  readonly reason: string;
  readonly mentioned: Mentioned;
};

/** How fast things go, in milliseconds. */
export type Pace = {
  /** What is done with shorter pauses than this is sent together … */
  readonly coalesce: number;
  /** … but nothing waits longer than this for more. */
  readonly longestCoalesce: number;
  /** The pause after the first failure; it doubles up to the longest. */
  readonly retry: number;
  readonly longestRetry: number;
  /** How old the state may be when the page is looked at again. */
  readonly staleAfter: number;
  /** How long the browser's storage may take to answer. */
  readonly storage: number;
};

const usualPace: Pace = {
  coalesce: 120,
  longestCoalesce: 1000,
  retry: 1000,
  longestRetry: 30_000,
  staleAfter: 30_000,
  storage: 5000,
};

export type DeliveryOptions = {
  readonly owner: Owner;
  readonly page: Page;
  /** As the page was opened with it. */
  readonly set: ServerSet;
  readonly context: AnnotationContext;
  readonly pace?: Partial<Pace>;
  // What stands in for the server and the browser in tests:
  readonly transport?: Transport;
  readonly outbox?: Outbox;
  readonly environment?: Environment;
};

type Listener = {
  readonly changed: () => void;
  /** Gets the groups of what could not be kept. */
  readonly lost: (groups: ReadonlySet<string>) => void;
};

/**
 * Why nothing can be sent: requests come to nothing, the set was submitted meanwhile, or the server
 * has forgotten something and the reviewer is to decide on it.
 */
type Obstacle = Failure | { readonly kind: "submitted" | "forgotten" };

/** What the set has been through, up to a revision. */
type Learnt = Pick<Extract<Sent, { kind: "stale" }>, "history" | "revision" | "head">;

/** When something was asked, as far as that matters for what the answer is worth. */
type Moment = { readonly learnt: number; readonly fallen: number };

// Stryker disable next-line ObjectLiteral: what does not say what was applied is taken for this
const changed: Message = { kind: "changed" };

/** How often the server may answer that the set has moved on before a submission gives up. */
const MOST_ATTEMPTS = 12;

/** How often the server may refuse one operation, without saying what is wrong with it. */
const MOST_REFUSALS = 4;

/**
 * Brings what is pending in a working copy to the server: one batch at a time, again after
 * failures, on top of what others have done in between. Stores it in the browser until it has
 * arrived.
 */
export class Delivery {
  readonly copy: WorkingCopy;
  readonly #owner: Owner;
  readonly #page: Page;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #environment: Environment;
  readonly #listener: Listener;
  readonly #pace: Pace;
  /** The version of the scheme by which operations are judged here. */
  readonly #scheme: unknown;
  readonly #tabs: Tabs;
  /** The name under which this page's operations wait in the outbox. */
  readonly #queue: string;
  /** Ids of pending operations that the outbox has stored. */
  readonly #stored = new Set<string>();
  /** The places in the queue, by the operation's id; see {@link UnsentOperation.sequence}. */
  readonly #places = new Map<string, number>();
  /** The places given out so far: from `first` to just before `next`. */
  readonly #given = { first: 0, next: 0 };
  #submittedAt: string | null;
  /** The submission that has refused what may have arrived before it; null if none has. */
  #asked: string | null = null;
  #lost: readonly LostOperation[] = [];
  #unreadable: readonly UnreadableRecord[] = [];
  #failure: Failure | null = null;
  /** How many answers in a row have not taken a batch. */
  #attempts = 0;
  /** How often in a row a single operation was refused without a word about it. */
  #refusals = 0;
  #batch = MAX_BATCH;
  /** Whether it is known what an earlier visit left unsent; or that the browser does not say. */
  #recalled = false;
  #sending: Promise<void> | null = null;
  #refreshing: Promise<Failure | null> | null = null;
  /** Whether the set is to be asked for, once more if that is under way. */
  // Stryker disable next-line BooleanLiteral: nobody looks before it is asked for
  #outdated = false;
  /** Counts what has been learnt of the set: an answer that was asked for at another count may be old. */
  #learnt = 0;
  /** Counts how often the server was found to have gone back: what it said before is over. */
  #fallen = 0;
  /** What other pages told while a batch was under way. */
  #unheard: Message | null = null;
  /** Whether the browser's storage did what it was last asked for. */
  #storable = true;
  // Stryker disable next-line BooleanLiteral: nothing happens before it is started
  #running = false;
  /** Whether this page has left its queue to others. */
  // Stryker disable next-line BooleanLiteral: as above
  #ended = false;
  /** When the server was last heard. */
  #contact: number;
  /** When the oldest operation came that waits for more; null while none does. */
  #coalescing: number | null = null;
  /** Calls off the planned attempt; null when none is planned. */
  #cancel: (() => void) | null = null;
  /** Calls off the next look at what was forgotten; null if there was never one. */
  #cancelLook: (() => void) | null = null;

  constructor(options: DeliveryOptions, listener: Listener) {
    const { owner, page, set, context, environment = browser } = options;
    this.#owner = owner;
    this.#page = page;
    this.#transport = options.transport ?? new HttpTransport(owner.set);
    this.#outbox = options.outbox ?? browserOutbox;
    this.#environment = environment;
    this.#listener = listener;
    this.#pace = { ...usualPace, ...options.pace };
    this.#contact = environment.now();
    this.#queue = environment.newId();
    this.copy = new WorkingCopy(set, context);
    this.#submittedAt = set.submittedAt;
    this.#scheme = set.scheme;
    this.#tabs = new Tabs(environment, owner.set, this.#queue, {
      receive: (message) => void this.#receive(message),
      takeOver: (queue) => this.#takeOver(queue),
    });
  }

  /** ISO 8601; null while the set is open. */
  get submittedAt(): string | null {
    return this.#submittedAt;
  }

  /** What could not be kept and was not dismissed yet, the oldest first. */
  get lost(): readonly LostOperation[] {
    return this.#lost;
  }

  /** What this browser had stored of the set and nobody can make sense of. */
  get unreadable(): readonly UnreadableRecord[] {
    return this.#unreadable;
  }

  get saving(): Saving {
    const unsent = this.copy.pending.length;
    const stored = this.#allStored;
    const storable = this.#storable;
    const said = (state: Saving["state"], reason: string | null = null): Saving => {
      return { state, unsent, stored, storable, reason };
    };
    if (unsent === 0) return said(this.#recalled ? "saved" : "opening");
    const obstacle = this.#obstacle;
    if (obstacle === null) return said("saving");
    if (obstacle.kind === "unreachable") return said("offline");
    if (obstacle.kind === "signed_out") return said("signed_out");
    return said("failed", reasonOf(obstacle));
  }

  /** Begins to listen and to send, and takes up what an earlier visit left unsent. */
  start(): void {
    this.#running = true;
    this.#ended = false;
    this.#tabs.start();
    void this.#recall();
    this.#plan(0);
  }

  /** The page goes to another article: what is pending is still sent, as far as that works now. */
  stop(): void {
    this.#running = false;
    if (this.#sendable && this.#failure === null) this.#plan(0);
    else this.#endUnlessNeeded();
  }

  /** The page is looked at, the network is back: what waits goes now, an old state is renewed. */
  resume(): void {
    this.#attempts = 0;
    const age = this.#environment.now() - this.#contact;
    if (this.#sendable) this.#plan(0);
    // A clock that was put back says nothing about the age.
    else if (this.copy.pending.length > 0 || age > this.#pace.staleAfter || age < 0) {
      void this.refresh();
    }
  }

  /** Sends what is pending without waiting for more of it. */
  flush(): void {
    void this.#send();
  }

  /** Takes these, already pending in the working copy, on their way. */
  deliver(pending: readonly PendingOperation[]): void {
    this.#continue();
    void this.#store(pending.map((one) => this.#unsent(one)));
    const { now } = this.#environment;
    this.#coalescing ??= now();
    // After a failure, the next attempt is planned already and takes these along.
    if (this.#failure !== null && this.#cancel !== null) return;
    const left = this.#coalescing + this.#pace.longestCoalesce - now();
    this.#plan(Math.max(0, Math.min(this.#pace.coalesce, left)));
  }

  /** Takes one in the place of another, which was never on its way. */
  replace(old: PendingOperation, pending: PendingOperation): void {
    // Stored first: if the browser ends in between, both are there, which comes to the same.
    this.deliver([pending]);
    this.#unstore([old.operation.id]);
  }

  /** Waits until everything is saved or it is clear that it cannot be now. */
  async settle(): Promise<Outcome> {
    this.#continue();
    this.#attempts = 0;
    this.#failure = null;
    while (this.copy.pending.length > 0) {
      if (!this.#sendable) return { ok: false, reason: this.saving.reason ?? "" };
      await this.#send();
      if (this.#failure !== null) return { ok: false, reason: reasonOf(this.#failure) };
      if (this.#attempts > MOST_ATTEMPTS) {
        return { ok: false, reason: "The annotation keeps changing in other places. Try again." };
      }
    }
    return { ok: true };
  }

  /**
   * Submits the set as the server has it, or reopens it.
   *
   * @returns not "ok" for a submission as long as the reviewer is to decide on something that the
   *   server has forgotten, even if the server has the set as submitted
   */
  async close(how: "submit" | "reopen", besides?: Asked): Promise<Outcome> {
    const reached = () => (this.#submittedAt !== null) === (how === "submit");
    const isUndecided = () => how === "submit" && this.copy.forgotten.length > 0;
    const undecided: Outcome = { ok: false, reason: reasonOf({ kind: "forgotten" }) };
    let asked = this.#moment;
    let answer = await this.#transport[how](this.copy.revision, this.copy.head, besides);
    if (answer.kind === "refused") {
      // Another page or device was faster: take in what it did and ask once more.
      await this.refresh();
      if (isUndecided()) return undecided;
      if (reached()) return { ok: true };
      asked = this.#moment;
      answer = await this.#transport[how](this.copy.revision, this.copy.head, besides);
    }
    if (answer.kind !== "set") return { ok: false, reason: reasonOf(answer) };
    this.#tabs.tell(changed);
    if (!this.#take(answer.set, asked)) await this.refresh();
    this.#changed();
    return isUndecided() ? undecided : { ok: true };
  }

  /**
   * Asks the server how the set stands.
   *
   * @returns why that could not be found out
   */
  refresh(): Promise<Failure | null> {
    this.#outdated = true;
    this.#refreshing ??= this.#fetch().finally(() => {
      this.#refreshing = null;
      this.#changed();
    });
    return this.#refreshing;
  }

  /** The reviewer has seen a change that could not be kept, or something that nobody can read. */
  dismiss(id: string): void {
    this.#lost = this.#lost.filter((lost) => lost.id !== id);
    this.#unreadable = this.#unreadable.filter((unreadable) => unreadable.id !== id);
    this.#unstore([id]);
    this.#changed();
  }

  /** The server is to have again what it has forgotten. */
  resend(): void {
    const remembered = this.copy.remember();
    void this.#store(remembered.map((pending) => this.#unsent(pending)));
    this.#plan(0);
    this.#changed();
  }

  /** What the server has forgotten is not wanted any more. */
  letGo(): void {
    const ids = this.copy.forgotten.map(({ operation }) => operation.id);
    this.#giveUp(this.copy.letGo());
    this.#unstore(ids);
    this.#plan(0);
    this.#changed();
  }

  get #obstacle(): Obstacle | null {
    if (this.copy.forgotten.length > 0) return { kind: "forgotten" };
    return this.#submittedAt === null ? this.#failure : { kind: "submitted" };
  }

  /**
   * Whether there is something to send that the server may take. A submitted set takes nothing; but
   * what was on its way may have arrived before it was submitted, and the server knows.
   */
  get #sendable(): boolean {
    const { pending } = this.copy;
    if (this.#ended || this.copy.forgotten.length > 0) return false;
    if (this.#submittedAt === null) return pending.length > 0;
    if (this.#asked === this.#submittedAt) return false;
    return pending.some(({ unsureSince }) => unsureSince !== null);
  }

  get #allStored(): boolean {
    return this.copy.pending.every(({ operation }) => this.#stored.has(operation.id));
  }

  /** Something is to be sent again from a page that had left its queue to others. */
  #continue(): void {
    if (!this.#ended) return;
    this.#ended = false;
    this.#tabs.start();
  }

  #changed(): void {
    this.#unstore(this.copy.takeArrived());
    this.#listener.changed();
  }

  /** Plans the next attempt in so many milliseconds, instead of the one that is planned. */
  #plan(delay: number): void {
    this.#cancel?.();
    this.#cancel = this.#environment.after(delay, () => {
      this.#cancel = null;
      void this.#send();
    });
  }

  /** After the page is gone: what is stored waits for the next page, the rest is still tried. */
  #endUnlessNeeded(): void {
    if (this.#running) return;
    if (this.#allStored) {
      this.#cancel?.();
      this.#cancel = null;
      this.#ended = true;
      this.#tabs.stop();
    } else if (this.#cancel === null) {
      this.#storeMissing();
      this.#plan(this.#pace.longestRetry);
    }
  }

  /** Resolves when the batch that is under way, or else the next one, is dealt with. */
  #send(): Promise<void> {
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = null;
      this.#proceed();
    });
    return this.#sending;
  }

  /** Never rejects: a defect must not be the end of saving. */
  async #sendBatch(): Promise<void> {
    // If another page has told that the server has it all, the trouble is over.
    if (this.copy.pending.length === 0) this.#failure = null;
    if (!this.#sendable) return;
    this.#coalescing = null;
    const { batch, since } = this.copy.takeBatch(this.#batch);
    const { fallen } = this.#moment;
    try {
      const operations = batch.map(({ operation }) => operation);
      const answer = await this.#transport.send(since, operations, this.copy.head);
      // What was acknowledged before the server went back may be gone with it: it is sent again.
      if (fallen !== this.#fallen) return;
      await this.#answered(answer, batch, since);
    } catch (defect) {
      this.#backOff({ kind: "later", reason: "Something went wrong here.", after: null });
      this.#environment.report(defect);
    }
  }

  #proceed(): void {
    const unheard = this.#unheard;
    this.#unheard = null;
    if (unheard) void this.#receive(unheard);
    if (this.#failure !== null || !this.#sendable) this.#endUnlessNeeded();
    else if (this.#cancel === null) this.#plan(this.#attempts > 2 ? this.#backoff() : 0);
    this.#changed();
  }

  async #answered(answer: Sent, batch: readonly PendingOperation[], since: number): Promise<void> {
    switch (answer.kind) {
      case "accepted": {
        this.#reached();
        this.#attempts = 0;
        this.#refusals = 0;
        this.#batch = Math.min(2 * this.#batch, MAX_BATCH);
        this.#unstore(answer.revisions.keys());
        const after = this.copy.head;
        const history = this.copy.acknowledge(answer.revisions, answer.head);
        this.#learn();
        if (history) {
          const { revision, head } = this.copy;
          this.#tabs.tell({ kind: "applied", history, revision, after, head });
        } else {
          this.#tabs.tell(changed);
          await this.refresh();
        }
        return;
      }
      case "stale": {
        this.#reached();
        this.#attempts += 1;
        if (this.#catchUp(answer, since)) return;
        const { revision } = this.copy;
        await this.refresh();
        // A server that went back tells the rest of it with the next answer.
        if (answer.revision >= revision) this.copy.assumeUnapplied();
        return;
      }
      case "parted":
        this.#reached();
        this.#attempts += 1;
        await this.refresh();
        return;
      case "refused":
        this.#reached();
        await this.#refused(answer, batch);
        return;
      default:
        this.#backOff(answer);
    }
  }

  async #refused(
    { code, reason, operation }: Extract<Failure, { kind: "refused" }>,
    batch: readonly PendingOperation[],
  ): Promise<void> {
    const named = batch.find((pending) => pending.operation.id === operation);
    const [only, ...others] = batch;
    const culprit = named ?? (others.length === 0 && code !== "conflict" ? only : undefined);
    if (culprit) {
      this.#giveUp(this.copy.refuse(culprit.operation.id, reason));
      return;
    }
    const failure = await this.refresh();
    if (failure !== null) {
      this.#backOff(failure);
      return;
    }
    if (this.#submittedAt !== null) {
      this.#asked = this.#submittedAt;
    } else if (others.length > 0) {
      // Nobody says which one is to blame: smaller batches will show it.
      this.#batch = Math.ceil(batch.length / 2);
    } else {
      this.#attempts += 1;
      this.#refusals += 1;
      if (this.#refusals < MOST_REFUSALS) return;
      this.#refusals = 0;
      // Stryker disable next-line ConditionalExpression: no batch is empty
      if (only) this.#giveUp(this.copy.refuse(only.operation.id, reason));
    }
  }

  /** The server has answered: the way to it is free. */
  #reached(): void {
    this.#failure = null;
    this.#contact = this.#environment.now();
  }

  #backOff(failure: Failure): void {
    this.#failure = failure;
    this.#attempts += 1;
    this.#storeMissing();
    // Stryker disable next-line ConditionalExpression: nobody else asks for a pause
    const asked = failure.kind === "later" ? (failure.after ?? 0) : 0;
    this.#plan(Math.max(this.#backoff(), asked));
  }

  /** The pause before the next attempt, in milliseconds. */
  #backoff(): number {
    const doubled = this.#pace.retry * 2 ** Math.min(this.#attempts - 1, 10);
    // Many browsers that lost the same server come back spread out.
    const spread = 0.75 + this.#environment.random() / 2;
    return Math.min(doubled, this.#pace.longestRetry) * spread;
  }

  /** What could not be kept is shown, and stored in the browser, until the reviewer dismisses it. */
  #giveUp(refused: readonly RefusedOperation[]): void {
    this.#lost = [
      ...this.#lost,
      ...refused.map(({ pending: { operation }, reason, mentioned }) => {
        return { id: operation.id, operation, reason, mentioned };
      }),
    ];
    void this.#store(
      refused.map(({ pending, reason, mentioned }) => {
        return { ...this.#unsent(pending), refused: reason, mentioned };
      }),
    );
    this.#listener.lost(new Set(refused.map(({ pending }) => pending.group)));
  }

  /** Whatever was asked for before may be old. */
  #learn(): void {
    // Stryker disable next-line AssignmentOperator: it only has to be another number
    this.#learnt += 1;
  }

  /** @returns false if the history does not follow from what is known here */
  #catchUp({ history, revision, head }: Learnt, since?: number): boolean {
    const caughtUp = this.copy.catchUp(history, revision, since, head);
    if (caughtUp === null) return false;
    this.#learn();
    this.#unstore(caughtUp.acknowledged);
    this.#giveUp(caughtUp.refused);
    // A request may arrive long after it was given up, and with it what was refused since.
    const applied = new Set(history.map(({ id }) => id));
    const arrived = this.#lost.filter(({ id }) => applied.has(id));
    this.#lost = this.#lost.filter(({ id }) => !applied.has(id));
    this.#unstore(arrived.map(({ id }) => id));
    return true;
  }

  async #receive(message: Message): Promise<void> {
    if (this.#sending !== null) {
      this.#unheard = this.#unheard === null ? message : changed;
      return;
    }
    // Stryker disable next-line ConditionalExpression: of "changed" both are undefined, and the server is asked
    if (message.kind === "applied") {
      // Stryker disable next-line EqualityOperator: at our revision, it tells nothing
      if (message.revision <= this.copy.revision) return;
      // Another page may know another history of the same length, as long as one has not noticed.
      if (message.after === this.copy.head && this.#catchUp(message)) {
        this.#changed();
        return;
      }
    }
    await this.refresh();
  }

  async #fetch(): Promise<Failure | null> {
    do {
      this.#outdated = false;
      const asked = this.#moment;
      const answer = await this.#transport.fetchSet(this.copy.head);
      if (answer.kind !== "set") return answer;
      this.#contact = this.#environment.now();
      if (!this.#take(answer.set, asked)) this.#outdated = true;
    } while (this.#outdated);
    return null;
  }

  /**
   * Takes in an answer that says how the set stands.
   *
   * @returns false if nobody can say whether it is newer than what is known: a submission moves no
   *   revision, and answers may overtake each other
   */
  #take(set: ComparedSet, asked: Moment): boolean {
    const { revision, exact } = this.copy;
    if (asked.fallen !== this.#fallen) return false;
    // What is pending was made by another scheme: it is judged by the set's when the page is opened with that.
    if (set.scheme !== this.#scheme) {
      this.#environment.reopen();
      return true;
    }
    const mayBeOld = set.revision <= revision || set.common !== null;
    if (mayBeOld && asked.learnt !== this.#learnt) return false;
    this.#learn();
    const wasSubmitted = this.#submittedAt !== null;
    this.#submittedAt = set.submittedAt;
    // Nothing was learnt since it was asked for, so a server that has not gone back has all we know.
    if (set.common !== null) this.#fallBack(set, set.common);
    else if (set.revision < revision) this.#fallBack(set, set);
    else if (set.revision > revision || !exact) this.copy.reset(set);
    if (wasSubmitted && this.#sendable) this.#plan(0);
    return true;
  }

  /**
   * The server has gone back in time, as after a restored backup.
   *
   * @param common what it had then, before others went on from there
   */
  #fallBack(set: ServerSet, common: SetContent): void {
    const forgotten = this.copy.fallBack(set, common, this.#environment.newId);
    if (forgotten === null) return;
    // Stryker disable next-line AssignmentOperator: any number that it was not before
    this.#fallen += 1;
    this.#given.first -= forgotten.length;
    for (const [index, { operation }] of forgotten.entries()) {
      this.#places.set(operation.id, this.#given.first + index);
    }
    void this.#store(forgotten.map((one) => this.#unsent(one)));
    this.#tabs.tell(changed);
    this.#lookAgain();
  }

  get #moment(): Moment {
    return { learnt: this.#learnt, fallen: this.#fallen };
  }

  /** Whatever was behind may catch up, and nobody need decide any more. */
  #lookAgain(): void {
    this.#cancelLook?.();
    this.#cancelLook = this.#environment.after(this.#pace.longestRetry, () => {
      if (this.#running && this.copy.forgotten.length > 0) {
        void this.refresh().then(() => this.#lookAgain());
      }
    });
  }

  /** Finds what earlier visits and other pages left in the outbox. */
  async #recall(): Promise<void> {
    const found = await this.#readOutbox();
    if (found) {
      const all = found.operations;
      this.#setAside(found.unreadable);
      const listed = new Set(this.#lost.map(({ id }) => id));
      const refused = all.flatMap(({ id, operation, refused: reason, mentioned }) => {
        if (reason === null || listed.has(id)) return [];
        return [{ id, operation, reason, mentioned: mentioned ?? { spans: [], relations: [] } }];
      });
      this.#lost = [...refused, ...this.#lost];
      const queues = new Set(all.map(({ queue }) => queue));
      const watched = [...queues].map((queue) => this.#tabs.watch(queue));
      for (const outcome of await Promise.allSettled(watched)) {
        if (outcome.status === "rejected") this.#environment.report(outcome.reason);
      }
    }
    this.#recalled = true;
    this.#changed();
  }

  #setAside(unreadable: readonly UnreadableRecord[]): void {
    const known = new Set(this.#unreadable.map(({ id }) => id));
    this.#unreadable = [...this.#unreadable, ...unreadable.filter(({ id }) => !known.has(id))];
  }

  /** Nobody else sends this queue while this runs, nor will afterwards. */
  async #takeOver(queue: string): Promise<void> {
    // Stryker disable next-line ArrayDeclaration: what is of no queue is left out
    const all = (await this.#readOutbox())?.operations ?? [];
    const left = all.filter((entry) => entry.queue === queue && entry.refused === null);
    if (left.length === 0) return;
    try {
      this.copy.adopt(left.map((entry) => ({ ...entry, madeAt: entry.revision })));
    } catch (defect) {
      this.#setAside(left.map((entry) => ({ id: entry.id, record: entry })));
      this.#environment.report(defect);
      return;
    }
    this.#given.first -= left.length;
    const mine = left.map((entry, index) => {
      return { ...entry, queue: this.#queue, sequence: this.#given.first + index };
    });
    for (const { id, sequence } of mine) this.#places.set(id, sequence);
    for (const { id } of left) this.#stored.add(id);
    this.#asked = null;
    await this.#within(this.#outbox.put(mine));
    this.#plan(0);
    this.#lookAgain();
    this.#changed();
  }

  /** Null if the browser's storage fails or does not answer in time; it is tried again then. */
  async #readOutbox(): Promise<StoredWork | null> {
    const all = await this.#within(this.#outbox.all(this.#owner));
    this.#storable = all !== null;
    if (all === null) {
      this.#environment.after(this.#pace.longestRetry, () => {
        if (this.#running) void this.#recall();
      });
    }
    return all;
  }

  /** Null if it fails or takes too long. */
  #within<T>(stored: Promise<T>): Promise<T | null> {
    return new Promise((resolve) => {
      const cancel = this.#environment.after(this.#pace.storage, () => {
        this.#outbox.reconnect();
        resolve(null);
      });
      stored.then(
        (value) => {
          cancel();
          resolve(value);
        },
        () => {
          cancel();
          resolve(null);
        },
      );
    });
  }

  #unsent({ operation, group, forgotten }: PendingOperation): UnsentOperation {
    const { id } = operation;
    const sequence = this.#places.get(id) ?? this.#given.next++;
    this.#places.set(id, sequence);
    const { revision } = this.copy;
    return {
      ...this.#owner,
      id,
      queue: this.#queue,
      sequence,
      group,
      revision,
      operation,
      page: this.#page,
      refused: null,
      ...(forgotten ? { forgotten } : {}),
    };
  }

  async #store(entries: readonly UnsentOperation[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      await this.#outbox.put(entries);
      this.#storable = true;
    } catch {
      this.#storable = false;
      this.#changed();
      this.#environment.after(this.#pace.longestRetry, () => this.#storeMissing());
      return; // A notice, the indicator and the question on leaving say that it is not stored.
    }
    for (const { id } of entries) this.#stored.add(id);
    this.#changed();
  }

  /** What the outbox could not store is tried again. */
  #storeMissing(): void {
    const missing = this.copy.pending.filter(({ operation }) => !this.#stored.has(operation.id));
    void this.#store(missing.map((pending) => this.#unsent(pending)));
  }

  /** What the outbox cannot remove is sent once more some day, and answered as before. */
  #unstore(ids: Iterable<string>): void {
    const all = [...ids];
    // Stryker disable next-line ConditionalExpression: only saves work
    if (all.length === 0) return;
    // Stryker disable next-line CallExpression: nobody asks for them any more
    for (const id of all) this.#stored.delete(id);
    // Stryker disable next-line CallExpression: as above
    for (const id of all) this.#places.delete(id);
    this.#outbox.remove(all).catch(() => undefined);
  }
}

/** What to tell the reviewer about it. */
function reasonOf(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case "unreachable":
      return "You are offline. Your changes are kept here until the server can be reached.";
    case "signed_out":
      return "You are signed out. Sign in again in another tab; your changes are kept here.";
    case "forgotten":
      return "The server has gone back to an earlier state. Decide about what it lacks.";
    case "submitted":
      return "It was submitted in another tab or on another device. Reopen it to save these.";
    default:
      return obstacle.reason;
  }
}
