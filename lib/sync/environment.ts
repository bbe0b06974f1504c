import { v7 as uuid } from "uuid";

/** What saving has from the world around it, so that a test can put another world in its place. */
export type Environment = {
  /** Milliseconds of a clock that people may put back or forward. */
  readonly now: () => number;
  /** Runs `work` once after so many milliseconds; the returned function calls it off. */
  readonly after: (delay: number, work: () => void) => () => void;
  /** From 0 to just below 1. */
  readonly random: () => number;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Null where there are none, as on pages without https: see {@link Locks}. */
  readonly locks: Locks | null;
  /** Null where pages cannot talk to each other. */
  readonly openChannel: (name: string, receive: (message: unknown) => void) => Channel | null;
  /** Tells of a defect that saving has survived. */
  readonly report: (defect: unknown) => void;
  /** Opens the page anew, which takes up what was not saved. */
  readonly reopen: () => void;
};

/** Web Locks: names of which one page of this browser at most holds each, until its end. */
export type Locks = {
  /**
   * Runs `work` once the lock is held, and gives it back when that is done.
   *
   * @param options with `ifAvailable`, `work` is run at once and told whether it has the lock;
   *   `signal` ends the waiting, never the holding
   * @throws DOMException "AbortError" if the waiting was ended
   */
  readonly request: <T>(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    work: (held: boolean) => Promise<T>,
  ) => Promise<T>;
};

/** A way to the other pages that opened a channel of the same name; a page does not hear itself. */
export type Channel = { readonly post: (message: unknown) => void; readonly close: () => void };

export const browser: Environment = {
  now: () => Date.now(),
  after: (delay, work) => {
    const timer = setTimeout(work, delay);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  newId: () => uuid(),
  get locks() {
    if (typeof navigator === "undefined" || !navigator.locks) return null;
    const { locks } = navigator;
    return {
      request: (name, options, work) => locks.request(name, options, (lock) => work(lock !== null)),
    } satisfies Locks;
  },
  openChannel: (name, receive) => {
    if (typeof BroadcastChannel !== "function") return null;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => receive(data);
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  },
  report: (defect) => reportError(defect),
  reopen: () => location.reload(),
};
