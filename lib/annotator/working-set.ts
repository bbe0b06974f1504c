import type { Annotations, Change, Intent } from "@/lib/domain/operation";
import type { Refusal } from "@/lib/domain/refusal";
import type { Relation, Span } from "@/lib/domain/span";
import type { LostChange, SavingState } from "./notices";

/** An annotation set that is shown and never changed here. */
export type ReadOnlySet = {
  readonly id: string;
  readonly kind: "imported" | "gold" | "model" | "reviewer";
  /** The annotator's pseudonym in the project. */
  readonly annotator: string;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** What became of something that had to be asked of the server. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The reviewer's own annotation set, as far as annotating needs it; who saves it is no concern here. */
export type WorkingSet = {
  /** The set as shown, for look-ups by id. */
  readonly current: Annotations;
  /** `spans` in text order; lists are new ones after each change, the same ones otherwise. */
  view(): {
    readonly spans: readonly Span[];
    readonly relations: readonly Relation[];
    readonly submittedAt: string | null;
    readonly saving: SavingState;
    /** Changes that could not be kept and were not dismissed yet, the oldest first. */
    readonly lost: readonly LostChange[];
    readonly forgotten: readonly unknown[];
    readonly unreadable: readonly unknown[];
  };
  subscribe(listener: () => void): () => void;
  /** Has the set be as the scheme has one begin, if nobody has done anything in it yet. */
  begin(): void;
  /**
   * Does these at once, all or nothing; one step of undo.
   *
   * @param independent each may be kept without the others
   * @param gesture what goes on under the same one is one step of undo with what came before
   * @throws Refusal if a rule is broken or the set is submitted
   */
  perform(
    intents: readonly Intent[],
    options?: { independent?: boolean; gesture?: string | undefined },
  ): readonly Change[];
  /** Does what `perform` does, for thousands: the page goes on answering meanwhile. */
  performLarge(
    intents: readonly Intent[],
    options?: {
      independent?: boolean;
      /** Gets what cannot be done, and why, which then is left out; without it, nothing is done then. */
      leaveOut?: (intent: Intent, reason: Refusal) => void;
    },
  ): Promise<readonly Change[]>;
  /**
   * @returns what changed, of a large step once it has; empty if there is nothing to undo
   * @throws Refusal if it cannot be
   */
  undo(): readonly Change[] | Promise<readonly Change[]>;
  redo(): readonly Change[] | Promise<readonly Change[]>;
  submit(): Promise<Outcome>;
  reopen(): Promise<Outcome>;
  /** The reviewer has answered a change that could not be kept. */
  dismiss(id: string): void;
};
