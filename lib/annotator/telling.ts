import type { ActionId } from "./actions";
import { Keymap } from "./keymap";
import { type Notice, newsOf, noticesOf, sayTheSame } from "./notices";
import type { ReadOnlySet, WorkingSet } from "./working-set";

/** What a screen reader is to say; `serial` tells the same words said twice apart. */
export type Announcement = { readonly words: string; readonly serial: number };

/** How many announcements stay: as many as may come before the page next shows any. */
const ANNOUNCEMENTS = 6;

/** What can be done about something that is told. */
export type Remedy = { readonly label: string; readonly onClick: () => void };

/** How the page tells the reviewer something; a problem is louder than a notice. */
export type Notifier = {
  readonly problem: (message: string) => void;
  readonly notice: (message: string, remedy?: Remedy) => void;
};

/**
 * What the reviewer is told: messages that come and go, notices that stay for as long as what they tell, what a
 * screen reader says, and by which keys things are done.
 */
export class Telling {
  readonly #own: WorkingSet | null;
  readonly #notifier: Notifier;
  #keymap = new Keymap();
  #announcements: readonly Announcement[] = [];
  #serial = 0;
  #notices: readonly Notice[] = [];
  /** Notices that the reviewer has dismissed, until what they tell is over. */
  readonly #dismissed = new Set<Notice["kind"]>();
  /** What is said of a layer that was not copied whole, until the reviewer has seen it. */
  #leftOut: string | null = null;
  /** When the own set was last seen to have been submitted; null while it was open. */
  #submittedAt: string | null;
  #submittedElsewhere = false;
  /** Whether it is this page that submits or reopens it now. */
  #finishing = false;

  /**
   * @param own the reviewer's own set; null for those who may only read
   * @param other the read-only set that is shown
   */
  constructor(notifier: Notifier, own: WorkingSet | null, other: ReadOnlySet | null) {
    this.#notifier = notifier;
    this.#own = own;
    this.#submittedAt = own?.view().submittedAt ?? null;
    this.#notices = this.#current(other);
  }

  /** Tells something that is no problem. */
  notice(message: string, remedy?: Remedy): void {
    this.#notifier.notice(message, remedy);
  }

  problem(message: string): void {
    this.#notifier.problem(message);
  }

  /** What a screen reader is to say, the last few, the latest last; a new list after each. */
  get announcements(): readonly Announcement[] {
    return this.#announcements;
  }

  /** Has a screen reader say something, once the page shows what there is to say. */
  say(words: string): void {
    this.#serial += 1;
    const all = [...this.#announcements, { words, serial: this.#serial }];
    this.#announcements = all.slice(-ANNOUNCEMENTS);
  }

  /** Takes back what was said last, for what goes on is about to be said. */
  unsay(): void {
    this.#announcements = this.#announcements.slice(0, -1);
  }

  /** These are the reviewer's keys from now on. */
  keysAre(keymap: Keymap): void {
    this.#keymap = keymap;
  }

  /** The key that does something; null for none. */
  keyOf(action: ActionId): string | null {
    return this.#keymap.keysOf(action)[0] ?? null;
  }

  /** " or with N", after another way to do it; nothing where no key does. */
  orWith(action: ActionId): string {
    const key = this.keyOf(action);
    return key === null ? "" : ` or with ${key}`;
  }

  /** What the reviewer has to know, the most urgent first; the same list until that changes. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /** Looks what there is to know now, and has what is new said. */
  look(other: ReadOnlySet | null): void {
    const submittedAt = this.#own?.view().submittedAt ?? null;
    if (submittedAt !== this.#submittedAt) {
      this.#submittedAt = submittedAt;
      this.#submittedElsewhere = !this.#finishing; // of one that is open, nobody asks
    }
    const notices = this.#current(other);
    for (const words of newsOf(this.#notices, notices)) this.say(words);
    if (!sayTheSame(notices, this.#notices)) this.#notices = notices;
  }

  /** The reviewer has seen a notice: it is gone until what it tells is over and comes again. */
  dismiss(kind: Notice["kind"]): void {
    if (kind === "left_out") this.#leftOut = null;
    else this.#dismissed.add(kind);
  }

  /** This was left out of a copied layer, in words; null for nothing, or where it is over. */
  leftOut(words: string | null): void {
    this.#leftOut = words;
  }

  /** What is submitted or reopened while `work` lasts, this page does. */
  async finishing<T>(work: () => Promise<T>): Promise<T> {
    this.#finishing = true;
    try {
      return await work();
    } finally {
      this.#finishing = false;
    }
  }

  #current(other: ReadOnlySet | null): Notice[] {
    const all = noticesOf({
      own: this.#own?.view() ?? null,
      submittedElsewhere: this.#submittedElsewhere,
      other,
      leftOut: this.#leftOut,
    });
    for (const kind of this.#dismissed) {
      if (!all.some((notice) => notice.kind === kind)) this.#dismissed.delete(kind);
    }
    return all.filter(({ kind }) => !this.#dismissed.has(kind));
  }
}
