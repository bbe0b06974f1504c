import type { Applied } from "./ledger";

/** What open pages on one annotation set tell each other. */
export type Message =
  /** A page sends a queue of its own; when it is gone, another takes that queue over. */
  | { readonly kind: "here"; readonly queue: string; readonly answer: boolean }
  /** The server has taken these. */
  | { readonly kind: "applied"; readonly history: readonly Applied[]; readonly revision: number }
  /** The set has changed; ask the server how. */
  | { readonly kind: "changed" };

type Listener = {
  readonly heard: (message: Message) => void;
  /** The page that sent this queue is gone. */
  readonly orphaned: (queue: string) => Promise<void>;
};

/**
 * The other open pages on the same annotation set, in this browser. Each page holds a Web Lock
 * named after its queue for as long as it lives, so exactly one page sends a queue, and one that
 * was closed or crashed with something unsent is taken over by the next.
 */
export class Tabs {
  readonly #queue: string;
  readonly #listener: Listener;
  readonly #name: string;
  readonly #known = new Set<string>();
  #channel: BroadcastChannel | null = null;
  #stopped = new AbortController();

  constructor(name: string, queue: string, listener: Listener) {
    this.#name = name;
    this.#queue = queue;
    this.#listener = listener;
  }

  start(): void {
    this.stop();
    this.#stopped = new AbortController();
    this.#known.clear();
    this.#hold();
    if (typeof BroadcastChannel !== "function") return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "here") {
        void this.watch(data.queue);
        if (data.answer) this.tell({ kind: "here", queue: this.#queue, answer: false });
      } else this.#listener.heard(data);
    };
    this.tell({ kind: "here", queue: this.#queue, answer: true });
  }

  stop(): void {
    this.#stopped.abort();
    this.#channel?.close();
    this.#channel = null;
  }

  tell(message: Message): void {
    this.#channel?.postMessage(message);
  }

  /**
   * Takes a queue over as soon as no page sends it any more. Resolves when it has been or when
   * another page is known to send it.
   */
  async watch(queue: string): Promise<void> {
    if (queue === this.#queue || this.#known.has(queue)) return;
    this.#known.add(queue);
    const { signal } = this.#stopped;
    const takeOver = async () => {
      if (!signal.aborted) await this.#listener.orphaned(queue);
    };
    // Without locks (a page without https) two pages may send the same: ids make that harmless.
    if (!navigator.locks) {
      await takeOver();
      return;
    }
    const free = await navigator.locks.request(
      lockOf(queue),
      { ifAvailable: true },
      async (lock) => {
        if (lock) await takeOver();
        return lock !== null;
      },
    );
    if (free || signal.aborted) return;
    navigator.locks.request(lockOf(queue), { signal }, takeOver).catch(ignoreAbort);
  }

  #hold(): void {
    const { signal } = this.#stopped;
    const released = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    navigator.locks?.request(lockOf(this.#queue), { signal }, () => released).catch(ignoreAbort);
  }
}

/** The lock that a page holds for as long as it sends a queue. */
export function lockOf(queue: string): string {
  return `gainsay:queue:${queue}`;
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}
