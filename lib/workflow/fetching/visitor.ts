import { setTimeout as pause } from "node:timers/promises";
import robotsParser from "robots-parser";
import { Refusal } from "@/lib/domain/refusal";
import { webAddress } from "./addresses";
import { type Fetched, Fetcher, USER_AGENT } from "./fetcher";

/** What is read as an article. */
const PAGES: ReadonlySet<string> = new Set([
  "text/html",
  "application/xhtml+xml",
  "text/plain",
  "text/markdown",
  "text/x-markdown",
]);

/** Milliseconds between two pages of a site, where it asks for none, and at most where it does. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** The most of a site's rules that is read, in bytes (RFC 9309, 2.5). */
const MOST_RULES = 512 * 1024;

/** What a site lets programs fetch. */
type Rules = {
  /** Why a page may not be fetched; null if it may. */
  readonly against: (url: URL) => string | null;
  /** In milliseconds. */
  readonly pause: number;
};

/** Fetches pages as a guest does: what a site lets programs fetch, one page after another, with pauses. */
export class Visitor {
  readonly #fetcher: Fetcher;
  readonly #pause: number;
  readonly #rules = new Map<string, Promise<Rules>>();

  /** @param options `pause` in milliseconds; a fetcher of one's own in tests */
  constructor({
    fetcher = new Fetcher(),
    pause = PAUSE,
  }: { fetcher?: Fetcher; pause?: number } = {}) {
    this.#fetcher = fetcher;
    this.#pause = pause;
  }

  /**
   * The page at an address.
   *
   * @throws Refusal with the reason why there is none, for people; the signal's reason when it aborts
   */
  async visit(address: string, signal?: AbortSignal): Promise<Fetched> {
    const url = webAddress(address);
    return this.#inTurn(url, signal, async () => {
      const fetched = await this.#fetcher.fetch(url, {
        types: PAGES,
        signal,
        before: async (next) => {
          const { against } = await this.#rulesOf(next, signal);
          const reason = against(next);
          if (reason !== null) {
            throw new Refusal("unprocessable", reason);
          }
        },
      });
      const { status } = fetched;
      if (status < 200 || status > 299) throw new Refusal("unprocessable", answerOf(status));
      return fetched;
    });
  }

  /** Waits for whoever visits the host, and then for its pause. */
  async #inTurn<T>(url: URL, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const { host } = url;
    const before = visits.get(host);
    const { promise, resolve } = Promise.withResolvers<number>();
    visits.set(host, promise);
    try {
      if (before !== undefined) {
        const since = performance.now() - (await before);
        const rules = await this.#rules.get(url.origin)?.catch(() => null);
        const left = Math.max(this.#pause, rules?.pause ?? 0) - since;
        if (left > 0) await pause(left, undefined, signal ? { signal } : {});
      }
      signal?.throwIfAborted();
      return await work();
    } finally {
      resolve(performance.now());
      const forget = () => visits.get(host) === promise && visits.delete(host);
      setTimeout(forget, LONGEST_PAUSE).unref();
    }
  }

  #rulesOf(url: URL, signal: AbortSignal | undefined): Promise<Rules> {
    const known = this.#rules.get(url.origin);
    if (known) return known;
    const rules = this.#readRules(url, signal);
    this.#rules.set(url.origin, rules);
    // Not what breaks off with whoever asked: the next one asks again.
    rules.catch(() => this.#rules.delete(url.origin));
    return rules;
  }

  /** A site without rules allows everything, one that does not give them out nothing (RFC 9309, 2.3.1). */
  async #readRules(url: URL, signal: AbortSignal | undefined): Promise<Rules> {
    const address = new URL("/robots.txt", url);
    try {
      const { status, bytes } = await this.#fetcher.fetch(address, { cut: true, signal });
      if (status >= 400 && status < 500 && status !== 429) return open;
      if (status < 200 || status > 299) return closed(UNSAID);
      const written = new TextDecoder().decode(bytes.subarray(0, MOST_RULES));
      const robots = robotsParser(address.href, written);
      const asked = (robots.getCrawlDelay(USER_AGENT) ?? 0) * 1000;
      return {
        against: ({ href }) => (robots.isAllowed(href, USER_AGENT) === false ? FORBIDDEN : null),
        pause: Math.min(LONGEST_PAUSE, Number.isFinite(asked) ? asked : 0),
      };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Refusal) return closed(error.message);
      throw error;
    }
  }
}

const FORBIDDEN = "The site does not let programs fetch this page (robots.txt).";
const UNSAID = "The site does not say just now what programs may fetch (robots.txt).";

const open: Rules = { against: () => null, pause: 0 };
const closed = (reason: string): Rules => ({ against: () => reason, pause: 0 });

/** When the last visit to a host was over, by the clock of this process; while one is under way, its end. */
const visits = new Map<string, Promise<number>>();

function answerOf(status: number): string {
  const meaning = MEANINGS.get(status);
  return `The site answered ${status}${meaning === undefined ? "" : `: ${meaning}`}.`;
}

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [401, "one has to sign in there"],
  [402, "it has to be paid for"],
  [403, "it does not show this to us"],
  [404, "there is no such page"],
  [410, "the page was taken away"],
  [429, "it wants to be asked less often"],
  [451, "it may not show this page by law"],
  [500, "it does not work just now"],
  [502, "it does not work just now"],
  [503, "it does not work just now"],
  [504, "it does not work just now"],
]);
