import {
  type AnnotationContext,
  type Annotations,
  type Change,
  type Intent,
  inverse,
  reversed,
} from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";

/**
 * What makes one set into another, in an order in which each step fits after those before it: one
 * for each record that differs, or two where records stand in each other's way, as spans that have
 * changed places do. What breaks the rules of the scheme comes last.
 */
export function stepsBetween(
  from: Annotations,
  to: Annotations,
  context: AnnotationContext,
): Intent[] {
  const reached = from.copy();
  const steps: Intent[] = [];
  const take = (step: Intent): boolean => {
    try {
      reached.apply(step, context);
    } catch (error) {
      // Stryker disable next-line ConditionalExpression: only a defect would tell
      if (error instanceof Refusal) return false;
      throw error;
    }
    steps.push(step);
    return true;
  };
  for (;;) {
    const changes = changesBetween(reached, to);
    const refused = changes.filter((change) => !take(stepFor(change)));
    if (refused.length < changes.length) continue;
    const [inTheWay] = refused; // spans that are there come first
    if (inTheWay?.kind !== "span" || !inTheWay.before) return [...steps, ...refused.map(stepFor)];
    const { id } = inTheWay.before;
    for (const relation of reached.relationsOf(id)) {
      take({ type: "remove_relation", relation: { id: relation.id } });
    }
    take({ type: "remove_span", span: { id } });
  }
}

function changesBetween(from: Annotations, to: Annotations): Change[] {
  const spans = [...new Set([...from.spans.keys(), ...to.spans.keys()])].map((id): Change => {
    return { kind: "span", before: from.spans.get(id) ?? null, after: to.spans.get(id) ?? null };
  });
  const ids = new Set([...from.relations.keys(), ...to.relations.keys()]);
  const relations = [...ids].map((id): Change => {
    const [before, after] = [from.relations.get(id) ?? null, to.relations.get(id) ?? null];
    return { kind: "relation", before, after };
  });
  const decisions: readonly Change[] =
    (from.decided && to.decided?.changesFrom(from.decided)) ?? [];
  const note: Change = { kind: "note", before: from.note, after: to.note };
  const attributes: Change = {
    kind: "attributes",
    before: from.attributes,
    after: to.attributes,
  };
  return [...spans, ...relations, ...decisions, note, attributes].filter(
    (change) => !isIdle(change),
  );
}

/** What leads to a change. */
function stepFor(change: Change): Intent {
  return inverse(reversed(change));
}

/** Whether nothing is different afterwards. */
export function isIdle(change: Change): boolean {
  if (change.kind === "note") return change.before === change.after;
  const step = inverse(change);
  if (step.type === "set_article_attributes") return Object.keys(step.attributes).length === 0;
  const record =
    step.type === "edit_span" ? step.span : step.type === "edit_relation" && step.relation;
  if (!record) return false;
  const { id, attributes, ...rest } = record;
  return Object.keys(rest).length + Object.keys(attributes ?? {}).length === 0;
}
