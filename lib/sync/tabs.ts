import type { Channel, Environment } from "./environment";
import type { AppliedOperation } from "./working-copy";

/** What open pages on one annotation set tell each other. */
export type Message =
  /** A page sends a queue of its own; when it is gone, another takes that queue over. */
  | { readonly kind: "here"; readonly queue: string; readonly answer: boolean }
  /** The server has taken these, on top of the history of which it says `after`; now it says `head`. */
  | {
      readonly kind: "applied";
      readonly history: readonly AppliedOperation[];
      readonly revision: number;
      readonly after: string | null;
      readonly head: string | null;
    }
  /** The set has changed; ask the server how. */
  | { readonly kind: "changed" };

type Listener = {
  readonly receive: (message: Exclude<Message, { kind: "here" }>) => void;
  /** The page that sent this queue is gone; nobody else takes it over until this is done. */
  readonly takeOver: (queue: string) => Promise<void>;
};

/**
 * The other open pages on the same annotation set, in this browser. Each page holds a lock named
 * after its queue for as long as it lives, so exactly one page sends a queue, and one that was
 * closed or crashed with something unsent is taken over by the next.
 */
export class Tabs {
  readonly #environment: Environment;
  readonly #name: string;
  readonly #queue: string;
  readonly #listener: Listener;
  #channel: Channel | null = null;
  #stopped = new AbortController();

  /** @param queue the name under which this page's unsent operations are stored */
  constructor(environment: Environment, set: string, queue: string, listener: Listener) {
    this.#environment = environment;
    this.#name = channelOf(set);
    this.#queue = queue;
    this.#listener = listener;
  }

  /** Makes this page known to the others. Starting again begins anew. */
  start(): void {
    this.stop();
    this.#stopped = new AbortController();
    this.#hold();
    this.#channel = this.#environment.openChannel(this.#name, (data) => {
      const message = data as Message; // Pages of one browser are of one version, or about to be.
      if (message.kind === "here") {
        void this.watch(message.queue);
        if (message.answer) this.tell({ kind: "here", queue: this.#queue, answer: false });
      } else this.#listener.receive(message);
    });
    this.tell({ kind: "here", queue: this.#queue, answer: true });
  }

  /** From now on, others may take over this page's queue. */
  stop(): void {
    this.#stopped.abort();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Tells the other pages; nobody before {@link start} or after {@link stop}. */
  tell(message: Message): void {
    this.#channel?.post(message);
  }

  /**
   * Takes a queue over as soon as no page sends it any more; each time it is asked for, once.
   * Resolves when that has been done, or at once when another page sends it.
   */
  async watch(queue: string): Promise<void> {
    if (queue === this.#queue) return;
    const { locks } = this.#environment;
    const { signal } = this.#stopped;
    const takeOver = async () => {
      if (!signal.aborted) await this.#listener.takeOver(queue);
    };
    // Without locks two pages may send the same: ids make that harmless.
    if (!locks) return takeOver();
    const free = await locks.request(lockOf(queue), { ifAvailable: true }, async (held) => {
      if (held) await takeOver();
      return held;
    });
    // Stryker disable next-line ConditionalExpression: nothing is left of what was taken over
    if (!free) {
      locks.request(lockOf(queue), { signal }, takeOver).catch((defect) => {
        if (!signal.aborted) this.#environment.report(defect);
      });
    }
  }

  #hold(): void {
    const { signal } = this.#stopped;
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    void this.#environment.locks?.request(lockOf(this.#queue), {}, () => stopped);
  }
}

/**
 * Runs `work` unless an open page sends this queue.
 *
 * @returns null if one does
 */
export function unlessSent<T>(
  { locks }: Environment,
  queue: string,
  work: () => Promise<T>,
): Promise<T | null> {
  if (!locks) return work();
  return locks.request(lockOf(queue), { ifAvailable: true }, async (held) =>
    held ? work() : null,
  );
}

/** The name of the channel on which the pages of a set talk. */
export function channelOf(set: string): string {
  return `gainsay:set:${set}`;
}

function lockOf(queue: string): string {
  return `gainsay:queue:${queue}`;
}
