import { type AnnotationContext, Annotations, type Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { hull, type Relation, type Span } from "@/lib/domain/span";
import { type Edit, removeSpan } from "./edits";

/** A change that could not be kept, with the spans and relations it speaks of as last known. */
export type LostChange = {
  readonly id: string;
  readonly operation: Operation;
  /** For people. */
  readonly reason: string;
  readonly mentioned: {
    readonly spans: readonly Span[];
    readonly relations: readonly Relation[];
  };
};

/** Where something stands: the offset it starts at, and the span there, null if that is gone. */
export type Place = { readonly span: string | null; readonly offset: number };

/** The place in the text that a lost change is about; null for one about none, or about what nobody knows. */
export function placeOf({ operation, mentioned }: LostChange, set: Annotations): Place | null {
  const of = (id: string): Place | null => {
    const span = set.spans.get(id);
    const known = span ?? mentioned.spans.find((one) => one.id === id);
    return known ? { span: span ? id : null, offset: hull(known.fragments).start } : null;
  };
  switch (operation.type) {
    case "add_span": {
      const { id, fragments } = operation.span;
      return of(id) ?? { span: null, offset: hull(fragments).start };
    }
    case "edit_span":
    case "remove_span":
      return of(operation.span.id);
    case "add_relation":
      return of(operation.relation.from) ?? of(operation.relation.to);
    case "edit_relation":
    case "remove_relation": {
      const { id } = operation.relation;
      const relation = set.relations.get(id) ?? mentioned.relations.find((one) => one.id === id);
      return relation ? (of(relation.from) ?? of(relation.to)) : null;
    }
    case "set_article_note":
      return null;
  }
}

/**
 * What does a lost change once more. Where the span or relation that it was to change is gone, that
 * comes back with the change made.
 *
 * @returns null if the set is so already, or if what the change needs is gone for good
 */
export function redoing(
  lost: LostChange,
  set: Annotations,
  context: AnnotationContext,
): Edit | null {
  const { operation } = lost;
  switch (operation.type) {
    case "add_span": {
      const { type, span } = operation;
      return set.spans.has(span.id) ? null : [{ type, span }];
    }
    case "edit_span": {
      const { type, span } = operation;
      if (set.spans.has(span.id)) return [{ type, span }];
      const change = onMentioned(lost, context);
      return change?.kind === "span" && change.after
        ? [{ type: "add_span", span: change.after }]
        : null;
    }
    case "remove_span":
      return set.spans.has(operation.span.id) ? removeSpan(set, operation.span.id) : null;
    case "add_relation": {
      const { type, relation } = operation;
      const isPossible = hasEnds(set, relation) && !set.relations.has(relation.id);
      return isPossible ? [{ type, relation }] : null;
    }
    case "edit_relation": {
      const { type, relation } = operation;
      if (set.relations.has(relation.id)) return [{ type, relation }];
      const change = onMentioned(lost, context);
      return change?.kind === "relation" && change.after && hasEnds(set, change.after)
        ? [{ type: "add_relation", relation: change.after }]
        : null;
    }
    case "remove_relation": {
      const { type, relation } = operation;
      return set.relations.has(relation.id) ? [{ type, relation }] : null;
    }
    case "set_article_note": {
      const { type, note } = operation;
      return set.note === note ? null : [{ type, note }];
    }
  }
}

/** What a lost change would do to what it speaks of, as that was last known; null if it does not fit that either. */
function onMentioned({ operation, mentioned }: LostChange, context: AnnotationContext) {
  try {
    return new Annotations({ ...mentioned, note: "" }).plan(operation, context);
    // Stryker disable next-line BlockStatement: only a defect would tell
  } catch (error) {
    // Stryker disable next-line ConditionalExpression: as above
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function hasEnds(set: Annotations, { from, to }: Pick<Relation, "from" | "to">): boolean {
  return set.spans.has(from) && set.spans.has(to);
}
