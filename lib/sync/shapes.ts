import type { Decision, Operation } from "@/lib/domain/operation";
import type { Attributes, Relation, Span } from "@/lib/domain/span";

// What the server says and what the browser has stored is checked as far as anything here acts upon
// it: the server's rules have judged it, and a page need not carry them a second time.

/** What an object may have. */
type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** Of what is no object: none. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

export function isRevision(value: unknown): value is number {
  // Stryker disable next-line ConditionalExpression: for the compiler, what is safe is a number
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.every(isOne);
}

/** What their values may be is the scheme's business. */
export function isAttributes(value: unknown): value is Attributes {
  return isObject(value);
}

export function isSpan(value: unknown): value is Span {
  const { id, label, fragments, quote, attributes } = fieldsOf(value);
  const strings = [id, label, quote].every((one) => typeof one === "string");
  const drawn = isListOf(fragments, isFragment) && fragments.length > 0;
  return strings && drawn && isObject(attributes);
}

function isFragment(value: unknown): value is Span["fragments"][number] {
  const { start, end } = fieldsOf(value);
  return Number.isSafeInteger(start) && Number.isSafeInteger(end);
}

export function isRelation(value: unknown): value is Relation {
  const { id, type, from, to, attributes } = fieldsOf(value);
  return [id, type, from, to].every((one) => typeof one === "string") && isObject(attributes);
}

/** What is in it, the server's rules have judged. */
export function isDecision(value: unknown): value is Decision {
  return typeof fieldsOf(value).id === "string";
}

/** One of a kind that is not known here, as a later version may have, is none. */
export function isOperation(value: unknown): value is Operation {
  const { id, type, span, relation, decision, note, attributes } = fieldsOf(value);
  if (typeof id !== "string") return false;
  switch (type) {
    case "add_span":
      return isSpan(span);
    case "add_relation":
      return isRelation(relation);
    case "edit_span":
    case "remove_span":
      return typeof fieldsOf(span).id === "string";
    case "edit_relation":
    case "remove_relation":
      return typeof fieldsOf(relation).id === "string";
    case "add_decision":
    case "remove_decision":
      return isDecision(decision);
    case "set_article_note":
      return typeof note === "string";
    case "set_article_attributes":
      return isObject(attributes);
    // Stryker disable next-line ConditionalExpression: to fall out of it is not true, either
    default:
      return false;
  }
}
