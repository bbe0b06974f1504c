import {
  type AnnotationContext,
  Annotations,
  type Intent,
  type Operation,
} from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import type { Pace } from "@/lib/sync/delivery";
import type { Channel, Environment, Locks } from "@/lib/sync/environment";
import { fromRecords, type Outbox, type Owner, type UnsentOperation } from "@/lib/sync/outbox";
import { SyncedSet } from "@/lib/sync/synced-set";
import type {
  ComparedSet,
  Failure,
  Fetched,
  Sent,
  ServerSet,
  Transport,
} from "@/lib/sync/transport";
import type { AppliedOperation } from "@/lib/sync/working-copy";

// A world in memory for saving: its time passes only when a test lets it, so a day takes no longer
// than what happens in it, and the same seed is the same story to the last answer.

export const text = new ArticleText(
  "Tehran denied it. “The plot”, he said, “was real” 😀 and more of it.",
);
export const context: AnnotationContext = { text, scheme: defaultScheme };
/** How a note begins that is typed bit by bit: its operation may give way to the next one. */
export const TYPED = "typed";
export const SUBMITTED = "2024-07-30T14:35:34.000Z";

/** From 0 to just below `sides`; the same sequence for the same seed (mulberry32). */
export type Dice = (sides: number) => number;

export function dice(seed: number): Dice {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** Virtual time, in milliseconds. */
export class Clock {
  now = 1_000_000_000_000;
  #serial = 0;
  #events = 0;
  #planned: { at: number; serial: number; work: () => void }[] = [];

  readonly after = (delay: number, work: () => void): (() => void) => {
    const one = { at: this.now + Math.max(0, delay), serial: this.#serial++, work };
    this.#planned.push(one);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== one);
    };
  };

  /** Lets so much time pass. */
  async pass(duration: number): Promise<void> {
    const end = this.now + duration;
    await this.#run(end, () => false);
    this.now = end;
  }

  /** Lets time pass until something holds. */
  async until(holds: () => boolean, within = 600_000): Promise<void> {
    await this.#run(this.now + within, holds);
    if (!holds()) throw new Error(`Not within ${within} ms: ${holds.toString()}`);
  }

  async #run(end: number, holds: () => boolean): Promise<void> {
    for (;;) {
      // All that was promised is kept before the next event.
      await new Promise((resolve) => setImmediate(resolve));
      if (holds()) return;
      let next = this.#planned[0];
      for (const one of this.#planned) {
        if (next && (one.at < next.at || (one.at === next.at && one.serial < next.serial))) {
          next = one;
        }
      }
      if (!next || next.at > end) return;
      if (++this.#events > 200_000) throw new Error("It never comes to rest.");
      this.#planned = this.#planned.filter((one) => one !== next);
      this.now = Math.max(this.now, next.at);
      next.work();
    }
  }
}

/** What becomes of one request, in milliseconds; null: never. */
export type Weather = {
  /** Until the server has it. */
  readonly there: number | null;
  /** From then until its answer is here. */
  readonly back: number | null;
  /** Until the server gets a copy of it once more, whose answer nobody hears. */
  readonly again: number | null;
};

export const fine: Weather = { there: 5, back: 5, again: null };
export const cutOff: Weather = { there: null, back: null, again: null };
export const answerLost: Weather = { there: 5, back: null, again: null };

/** How long it takes to find out that there is no way. */
const NO_WAY = 5;

/** How long a request may take. */
const TIMEOUT = 30_000;

/** One annotation set on a server that keeps the promises of the API. */
export class Server {
  readonly log: AppliedOperation[] = [];
  submittedAt: string | null = null;
  /** The version of the set's scheme. */
  scheme = 1;
  /** Asked at each request. */
  trouble: (device: Device) => Failure | null = () => null;
  /** What else the server has against an operation: its own refusal, which names the culprit. */
  forbids: (operation: Operation) => string | null = () => null;
  /** A refusal of a whole batch, which names no culprit. */
  chokes: (operations: readonly Operation[]) => boolean = () => false;
  /** How many operations an answer to a stale batch holds at most. */
  mostHistory = 1000;
  /** How many operations were in each batch that came. */
  readonly batches: number[] = [];
  #annotations = new Annotations();
  /** When each operation of the log was applied: no two at one time, also of those that are gone. */
  readonly #applied: number[] = [];
  #latest = 0;

  get state(): ServerSet {
    const { spans, relations, note, attributes } = this.#annotations;
    return structuredClone({
      revision: this.log.length,
      head: this.#head(this.log.length),
      note,
      attributes,
      spans: [...spans.values()],
      relations: [...relations.values()],
      submittedAt: this.submittedAt,
      scheme: this.scheme,
    });
  }

  has(id: string): boolean {
    return this.log.some((applied) => applied.id === id);
  }

  /** How it is, for somebody who knows a history that ended so. */
  compared(head: string | null): ComparedSet {
    if (this.#has(head)) return { ...this.state, common: null };
    const time = Number(head?.split("@")[1]);
    const common = new Server();
    for (const [index, operation] of this.log.entries()) {
      if ((this.#applied[index] ?? 0) < time) common.apply(index, [operation]);
    }
    return { ...this.state, common: common.state };
  }

  apply(revision: number, operations: readonly Operation[], head: string | null = null): Sent {
    this.batches.push(operations.length);
    if (!this.#has(head)) return { kind: "parted" };
    if (this.chokes(operations)) {
      return { kind: "refused", code: "invalid", reason: "Too much.", operation: null };
    }
    const known = new Map(this.log.map((applied) => [applied.id, applied.revision]));
    const fresh = operations.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) {
      const firstFresh = operations.findIndex(({ id }) => !known.has(id));
      const before = operations.slice(0, firstFresh);
      const base = Math.max(revision, ...before.map(({ id }) => known.get(id) ?? 0));
      if (base !== this.log.length) {
        const since = this.log.filter((applied) => applied.revision > revision);
        const history = since.slice(0, this.mostHistory);
        const { length } = this.log;
        return { kind: "stale", revision: length, head: this.#head(length), history };
      }
      if (this.submittedAt !== null) {
        return { kind: "refused", code: "conflict", reason: "Submitted.", operation: null };
      }
      const refused = this.#judge(fresh);
      if (refused) return refused;
      for (const operation of fresh) {
        this.log.push({ ...operation, revision: this.log.length + 1 });
        this.#latest += 1;
        this.#applied.push(this.#latest);
        known.set(operation.id, this.log.length);
      }
    }
    const revisions = operations.map(({ id }) => [id, known.get(id) ?? 0] as const);
    const last = Math.max(...revisions.map(([, at]) => at));
    return { kind: "accepted", revisions: new Map(revisions), head: this.#head(last) };
  }

  close(revision: number, submittedAt: string | null, head: string | null): Fetched {
    const refused = (code: string, reason: string): Fetched => {
      return { kind: "refused", code, reason, operation: null };
    };
    if (!this.#has(head)) return refused("other_history", "Another history.");
    if (revision !== this.log.length) return refused("stale_revision", "Stale.");
    this.submittedAt = submittedAt;
    return { kind: "set", set: { ...this.state, common: null } };
  }

  /** Forgets all after a revision, as after a restored backup; it was open then. */
  goBack(revision: number): void {
    this.log.splice(revision);
    this.#applied.splice(revision);
    this.submittedAt = null;
    this.#annotations = new Annotations();
    for (const operation of this.log) this.#annotations.apply(operation, context);
  }

  /** Names the history up to a revision. */
  #head(revision: number): string | null {
    const last = this.log[revision - 1];
    return last ? `${last.id}@${this.#applied[revision - 1]}` : null;
  }

  #has(head: string | null): boolean {
    return head === null || this.log.some((_, index) => this.#head(index + 1) === head);
  }

  #judge(operations: readonly Operation[]): Failure | null {
    const next = new Annotations(this.state);
    for (const operation of operations) {
      const forbidden = this.forbids(operation);
      const refused = (code: string, reason: string): Failure => {
        return { kind: "refused", code, reason, operation: operation.id };
      };
      if (forbidden !== null) return refused("unprocessable", forbidden);
      try {
        next.apply(structuredClone(operation), context);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refused(error.code, error.message);
      }
    }
    this.#annotations = next;
    return null;
  }
}

/** What IndexedDB does: "slow" is never done. */
export type Storage = "fine" | "failing" | "slow";

type Waiting = { readonly page: Page; granted: () => void };
type Listening = { readonly page: Page; readonly receive: (message: unknown) => void };

/** A browser: what its pages have in common, and what outlives them. */
export class Device {
  readonly clock: Clock;
  readonly server: Server;
  readonly entries = new Map<string, UnsentOperation>();
  storage: Storage = "fine";
  signedIn = true;
  /** Asked at each request. */
  weather: () => Weather = () => fine;
  /** What its random numbers are. */
  chance = 0.5;
  /** By how much its clock is wrong. */
  offset = 0;
  readonly channels = new Map<string, Set<Listening>>();
  readonly locks = new Map<string, Waiting[]>();
  #stored = 0;

  constructor(clock: Clock, server: Server) {
    this.clock = clock;
    this.server = server;
  }

  /** What the outbox is to send. */
  get unsent(): UnsentOperation[] {
    return [...this.entries.values()].filter(({ refused }) => refused === null);
  }

  /** One request to the storage after the other, each as long as a disk takes. */
  store<T>(page: Page, work: () => T): Promise<T> {
    const how = this.storage;
    return new Promise((resolve, reject) => {
      if (how === "slow") return;
      this.#stored = Math.max(this.#stored, this.clock.now + 2);
      this.clock.after(this.#stored - this.clock.now, () => {
        if (how === "failing") {
          if (page.alive) reject(new DOMException("The disk is full.", "QuotaExceededError"));
          return;
        }
        const value = structuredClone(work());
        if (page.alive) resolve(value);
      });
    });
  }

  ask<T>(page: Page, work: () => T): Promise<T | Failure> {
    const { there, back, again } = this.weather();
    const serve = (): T | Failure => {
      if (!this.signedIn) return { kind: "signed_out" };
      return this.server.trouble(this) ?? structuredClone(work());
    };
    return new Promise((resolve) => {
      const answer = (value: T | Failure) => {
        if (page.alive) resolve(value);
      };
      const unreachable = () => answer({ kind: "unreachable" });
      this.clock.after(TIMEOUT, unreachable);
      if (there === null) this.clock.after(NO_WAY, unreachable);
      else {
        this.clock.after(there, () => {
          const value = serve();
          if (back === null) this.clock.after(NO_WAY, unreachable);
          else this.clock.after(back, () => answer(value));
        });
      }
      if (again !== null) {
        this.clock.after(again, serve);
      }
    });
  }

  /** Gives a lock to whoever waits longest. */
  grant(name: string): void {
    const [, ...waiting] = this.locks.get(name) ?? [];
    if (waiting.length === 0) this.locks.delete(name);
    else {
      this.locks.set(name, waiting);
      waiting[0]?.granted();
    }
  }
}

/** How a page is opened; all that is left out is usual. */
export type Opening = {
  readonly set?: ServerSet;
  readonly pace?: Partial<Pace>;
  readonly id?: string;
  readonly begins?: readonly Intent[];
  /** Whether its browser has Web Locks and channels. */
  readonly shared?: boolean;
};

/** An open page: a synced set in a world of its own. */
export class Page {
  readonly device: Device;
  readonly synced: SyncedSet;
  /** Ids of operations that were performed here, and may not vanish. */
  readonly made = new Set<string>();
  readonly defects: unknown[] = [];
  /** How often it was to be opened anew. */
  reopened = 0;
  /** Until it crashes. */
  alive = true;
  /** Whether the reviewer has gone on to another article. */
  left = false;
  /** How often an operation, a fetch … was asked for. */
  readonly asked = { send: 0, fetch: 0, close: 0, reconnect: 0 };
  #end: () => void;

  constructor(device: Device, { set, pace, id = "set", begins = [], shared = true }: Opening = {}) {
    this.device = device;
    this.synced = new SyncedSet({
      owner: { user: "u", set: id },
      page: { title: "Article", href: `/${id}` },
      set: set ?? device.server.state,
      context,
      begins,
      transport: this.transport(),
      outbox: this.outbox(),
      environment: this.environment(shared),
      ...(pace ? { pace } : {}),
    });
    this.#end = this.synced.start();
  }

  get view() {
    return this.synced.view();
  }

  /** The reviewer goes to another article in the same window. */
  leave(): void {
    this.left = true;
    this.#end();
  }

  /** The reviewer comes back to the article, in the same window. */
  comeBack(): void {
    this.left = false;
    this.#end = this.synced.start();
  }

  /** The window is gone: nothing that it waited for comes back. */
  crash(): void {
    this.alive = false;
    for (const channels of this.device.channels.values()) {
      for (const one of channels) if (one.page === this) channels.delete(one);
    }
    for (const [name, [holder, ...waiting]] of this.device.locks) {
      const left = waiting.filter(({ page }) => page !== this);
      if (holder) this.device.locks.set(name, [holder, ...left]);
      if (holder?.page === this) this.device.grant(name);
    }
  }

  async saved(): Promise<void> {
    await this.device.clock.until(() => this.view.saving.state === "saved");
  }

  outbox(): Outbox {
    const { device } = this;
    const all = (user: string, only: (entry: UnsentOperation) => boolean = () => true) =>
      fromRecords(
        [...device.entries.values()]
          .filter((entry) => entry.user === user && only(entry))
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      );
    return {
      put: (entries) => {
        for (const { id, refused, queue, operation, forgotten } of entries) {
          const mayGo = operation.type === "set_article_note" && operation.note.startsWith(TYPED);
          const made = refused === null && !forgotten && !mayGo;
          if (made && !device.entries.has(id) && queue) this.made.add(id);
        }
        const copies = structuredClone(entries);
        return device.store(this, () => {
          for (const entry of copies) device.entries.set(entry.id, entry);
        });
      },
      remove: (ids) =>
        device.store(this, () => {
          for (const id of ids) device.entries.delete(id);
        }),
      all: ({ user, set }: Owner) =>
        device.store(this, () => all(user, (entry) => entry.set === set)),
      allOf: (user) => device.store(this, () => all(user)),
      reconnect: () => {
        this.asked.reconnect += 1;
      },
    };
  }

  environment(shared = true): Environment {
    const { device } = this;
    const { clock } = device;
    const now = () => clock.now + device.offset;
    return {
      now,
      after: (delay, work) => clock.after(delay, () => this.alive && work()),
      random: () => device.chance,
      newId: () => newId(now()),
      locks: shared ? this.#locks() : null,
      openChannel: (name, receive) => (shared ? this.#channel(name, receive) : null),
      report: (defect) => this.defects.push(defect),
      reopen: () => {
        this.reopened += 1;
      },
    };
  }

  transport(): Transport {
    const { device } = this;
    const { server } = device;
    const close = (revision: number, at: string | null, head: string | null) => {
      this.asked.close += 1;
      return device.ask(this, () => server.close(revision, at, head));
    };
    return {
      send: (revision, operations, head = null) => {
        this.asked.send += 1;
        const copies = structuredClone(operations);
        return device.ask(this, () => server.apply(revision, copies, head));
      },
      fetchSet: (head = null) => {
        this.asked.fetch += 1;
        return device.ask(this, (): Fetched => ({ kind: "set", set: server.compared(head) }));
      },
      submit: (revision, head = null) => close(revision, SUBMITTED, head),
      reopen: (revision, head = null) => close(revision, null, head),
    };
  }

  #locks(): Locks {
    const { device } = this;
    return {
      request: async (name, { ifAvailable = false, signal }, work) => {
        await new Promise<void>((resolve) => device.clock.after(1, resolve));
        if (signal?.aborted) throw new DOMException("Too late.", "AbortError");
        const queue = device.locks.get(name) ?? [];
        if (queue.length > 0 && ifAvailable) return work(false);
        const one: Waiting = { page: this, granted: () => undefined };
        const granted = new Promise<void>((resolve, reject) => {
          one.granted = resolve;
          signal?.addEventListener("abort", () => {
            const waiting = device.locks.get(name) ?? [];
            if (waiting[0] === one || !waiting.includes(one)) return;
            const left = waiting.filter((other) => other !== one);
            device.locks.set(name, left);
            reject(new DOMException("No longer wanted.", "AbortError"));
          });
        });
        device.locks.set(name, [...queue, one]);
        if (queue.length === 0) one.granted();
        await granted;
        try {
          return await work(true);
        } finally {
          if (device.locks.get(name)?.[0] === one) device.grant(name);
        }
      },
    };
  }

  #channel(name: string, receive: (message: unknown) => void): Channel {
    const { channels, clock } = this.device;
    const open = channels.get(name) ?? new Set<Listening>();
    channels.set(name, open);
    const mine: Listening = { page: this, receive };
    open.add(mine);
    return {
      post: (message) => {
        const copy = structuredClone(message);
        for (const one of open) {
          if (one !== mine) clock.after(1, () => open.has(one) && one.receive(copy));
        }
      },
      close: () => open.delete(mine),
    };
  }
}

let ids = 0;

/** Like a UUIDv7, in the order of the clock it is made by; with one digit more, to be unique. */
export function newId(now = 0): string {
  ids += 1;
  const time = Math.max(0, now).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${ids.toString(16).padStart(12, "0")}`;
}

/** A new world: one server with one set, and as many browsers as wanted. */
export function aWorld() {
  ids = 0;
  const clock = new Clock();
  const server = new Server();
  const device = () => new Device(clock, server);
  return { clock, server, laptop: device(), phone: device() };
}

/** What a set holds, in an order of its own. */
export const contentOf = ({ spans, relations, note }: Annotations) => ({
  spans: [...spans.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  relations: [...relations.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  note,
});
