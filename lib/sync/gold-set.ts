import { v7 as uuid } from "uuid";
import { decisionsOf } from "@/lib/domain/decisions";
import type { Annotations, Change, Decision, Intent } from "@/lib/domain/operation";
import { SyncedSet } from "./synced-set";

/** Outcomes that say that a span is as reviewers have it, or as they have it together. */
const asReviewed: ReadonlySet<Decision["outcome"]> = new Set(["agreed", "accepted", "merged"]);

/**
 * Gold as a curator works on it in this page: a synced set whose decisions go along with what is done to its spans.
 * A span that is changed was edited, whatever it was before; with one that goes, what came to it is open again.
 */
export class GoldSet extends SyncedSet {
  override perform(
    intents: readonly Intent[],
    options: { independent?: boolean; gesture?: string | undefined } = {},
  ): readonly Change[] {
    return super.perform(withDecisions(this.current, intents), options);
  }
}

function withDecisions(gold: Annotations, intents: readonly Intent[]): readonly Intent[] {
  const gone = new Set(
    intents.flatMap((intent) => (intent.type === "remove_decision" ? [intent.decision.id] : [])),
  );
  return intents.flatMap((intent): Intent[] => {
    if (intent.type !== "edit_span" && intent.type !== "remove_span") return [intent];
    const decisions = decisionsOf(gold)
      .naming(intent.span.id)
      .filter(({ id, outcome }) => {
        return !gone.has(id) && (intent.type === "remove_span" || asReviewed.has(outcome));
      });
    for (const { id } of decisions) gone.add(id);
    const remove = decisions.map(
      ({ id }): Intent => ({ type: "remove_decision", decision: { id } }),
    );
    if (intent.type === "remove_span") return [...remove, intent];
    const again = decisions.map(
      (decision): Intent => ({
        type: "add_decision",
        decision: { ...decision, id: uuid(), outcome: "edited" },
      }),
    );
    return [intent, ...remove, ...again];
  });
}
