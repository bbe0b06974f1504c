import {
  type ActiveLedger,
  acted,
  IDLE,
  ledgerIn,
  rested,
  secondsOf,
} from "@/lib/domain/active-time";

/** Where a browser keeps words under names, for all its pages. */
export type Keeping = {
  readonly get: (name: string) => string | null;
  readonly set: (name: string, words: string) => void;
  readonly remove: (name: string) => void;
  readonly names: () => readonly string[];
};

/** What the server said: how many seconds it has of the set; "refused" for good, or no answer that counts. */
export type Told = { readonly seconds: number } | "refused" | "unanswered";

type World = {
  /** Whose time it is: browsers are lent. */
  readonly user: string;
  readonly keeping: Keeping;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Tells the server what a source has counted on a set; never rejects. */
  readonly send: (set: string, report: { source: string; seconds: number }) => Promise<Told>;
};

/**
 * For how long somebody is at work on annotation sets, counted in the browser and told to the server. What was
 * counted is kept until it is told, over an outage, a crash and another day; all pages of the browser share it.
 */
export class ActiveTimes {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The reader did something on a set. */
  act(set: string): void {
    this.#keep(set, acted(this.#ledger(set), this.#world.now()));
  }

  /** The reader has turned away from a set. */
  rest(set: string): void {
    const { keeping, now } = this.#world;
    // Nothing is begun by leaving.
    if (keeping.get(this.#name(set)) !== null) this.#keep(set, rested(this.#ledger(set), now()));
  }

  /** Tells what is not told yet, of all sets; what nobody is at any more is closed. */
  async tellAll(): Promise<void> {
    const prefix = this.#name("");
    for (const name of this.#world.keeping.names()) {
      if (!name.startsWith(prefix)) continue;
      const set = name.slice(prefix.length);
      const { last } = this.#ledger(set);
      if (last !== null && this.#world.now() - last > IDLE) this.rest(set);
      const { told, ...ledger } = this.#ledger(set);
      if (ledger.last === null || secondsOf({ told, ...ledger }) > told) await this.tell(set);
    }
  }

  /**
   * Tells what was counted on a set.
   *
   * @returns how many seconds the server has of it, on all browsers; null where it cannot be asked now
   */
  async tell(set: string): Promise<number | null> {
    const ledger = this.#ledger(set);
    const seconds = secondsOf(ledger);
    const told = await this.#world.send(set, { source: ledger.source, seconds });
    if (told === "unanswered") return null;
    const { source, last, counted } = this.#ledger(set); // which another page may have changed meanwhile
    const isOver = last === null && Math.floor(counted / 1000) <= seconds;
    if (told === "refused" || (isOver && source === ledger.source)) {
      // The next act begins another, under another source: the server adds them up.
      this.#world.keeping.remove(this.#name(set));
    } else if (source === ledger.source) this.#keep(set, { source, last, counted, told: seconds });
    return told === "refused" ? null : told.seconds;
  }

  #ledger(set: string): ActiveLedger {
    const { keeping, newId } = this.#world;
    return (
      ledgerIn(keeping.get(this.#name(set))) ?? { source: newId(), counted: 0, last: null, told: 0 }
    );
  }

  #keep(set: string, ledger: ActiveLedger): void {
    this.#world.keeping.set(this.#name(set), JSON.stringify(ledger));
  }

  #name(set: string): string {
    return `gainsay:active ${this.#world.user} ${set}`;
  }
}
