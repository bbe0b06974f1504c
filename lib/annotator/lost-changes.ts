import { type AnnotationContext, Annotations, type Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import type { AttributePatch } from "@/lib/domain/schemas";
import { excerpt, hull, type Relation, sameValue } from "@/lib/domain/span";
import type { AnnotatorController } from "./controller";
import { type Edit, removeSpan } from "./edits";
import { OWN_SET } from "./layers";
import type { LostChange } from "./notices";
import { readable, readableValue } from "./wording";

/** What a lost change was to do, in words that are enough to do it again by hand. */
export function lostWords({ operation, mentioned }: LostChange): string {
  return describe(operation, [new Annotations({ ...mentioned, note: "" })]);
}

/** What an operation was to do, in words that are enough to do it again by hand. */
export function describe(operation: Operation, known: readonly Annotations[]): string {
  const quote = (id: string) => {
    const span = known.map(({ spans }) => spans.get(id)).find((found) => found !== undefined);
    return span ? `${readable(span.label)} “${excerpt(span.quote)}”` : "a span that is gone";
  };
  const between = (id: string) => {
    const relation = known.map(({ relations }) => relations.get(id)).find((one) => one);
    return relation
      ? `${readable(relation.type)}: ${quote(relation.from)} to ${quote(relation.to)}`
      : "a relation that is gone";
  };
  const values = (attributes: AttributePatch = {}) =>
    Object.entries(attributes)
      .map(([name, value]) => {
        const written = typeof value === "string" ? readable(value) : null;
        return `${readable(name)}: ${value === null ? "none" : (written ?? readableValue(undefined, value))}`;
      })
      .join(", ");
  switch (operation.type) {
    case "add_span": {
      const { label, quote: words, attributes } = operation.span;
      const rest = values(attributes);
      return `Add ${readable(label)} “${words}”${rest ? ` (${rest})` : ""}`;
    }
    case "edit_span": {
      const { id, label, quote: words, attributes } = operation.span;
      const parts = [
        label === undefined ? "" : `label ${readable(label)}`,
        words === undefined ? "" : `boundaries “${words}”`,
        values(attributes),
      ].filter((part) => part !== "");
      return `Change ${quote(id)}: ${parts.join(", ")}`;
    }
    case "remove_span":
      return `Remove ${quote(operation.span.id)}`;
    case "add_relation": {
      const { type, from, to } = operation.relation;
      return `Link ${readable(type)}: ${quote(from)} to ${quote(to)}`;
    }
    case "edit_relation":
      return `Change link ${between(operation.relation.id)}`;
    case "remove_relation":
      return `Remove link ${between(operation.relation.id)}`;
    case "add_decision":
    case "remove_decision":
      return "A decision on gold";
    case "set_article_note":
      return `Article note: ${operation.note}`;
    case "set_article_attributes":
      return `Article: ${values(operation.attributes)}`;
  }
}

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
    default:
      return null;
  }
}

/** Shows the place of a lost change, and selects its span if that is still there; null where it has none. */
export function visit(annotator: AnnotatorController, lost: LostChange): Place | null {
  if (!annotator.ownSet) return null;
  const place = placeOf(lost, annotator.ownSet.current);
  if (place === null) return null;
  if (annotator.state().shown !== OWN_SET) annotator.show(OWN_SET);
  annotator.select(place.span);
  return place;
}

/** Whether a lost change can be done once more. */
export function canRedo(annotator: AnnotatorController, lost: LostChange): boolean {
  const { ownSet } = annotator;
  return ownSet?.view().submittedAt === null && redoing(lost, ownSet.current, annotator) !== null;
}

/** Does a lost change once more, which answers it; false if that does not fit either. */
export function redo(annotator: AnnotatorController, lost: LostChange): boolean {
  const { ownSet } = annotator;
  const edit = ownSet && redoing(lost, ownSet.current, annotator);
  if (!edit) return false;
  if (annotator.state().shown !== OWN_SET) annotator.show(OWN_SET);
  if (!annotator.perform(edit)) return false;
  ownSet.dismiss(lost.id);
  annotator.announce(`Done again: ${lostWords(lost)}`);
  return true;
}

/**
 * What does a lost change once more. Where the span or relation that it was to change is gone, that
 * comes back with the change made.
 *
 * @returns null if the set is so already, or if what the change needs is gone for good
 */
function redoing(lost: LostChange, set: Annotations, context: AnnotationContext): Edit | null {
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
    case "set_article_attributes": {
      const { type, attributes } = operation;
      const isSo = Object.entries(attributes).every(([name, value]) =>
        sameValue(set.attributes[name] ?? null, value),
      );
      return isSo ? null : [{ type, attributes }];
    }
    default:
      return null; // decisions are made on another page
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
