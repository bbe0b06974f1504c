import { capitalised } from "@/lib/domain/grammar";
import { excerpt } from "@/lib/domain/span";
import { type Asked, choicesOf, isTyped, type StripState } from "./attribute-strip";
import type { AnnotatorController } from "./controller";
import type { Link } from "./linking";
import { readable, readableValue } from "./wording";

/** What a screen reader is to say of what the strip asks and offers. */
export function promptOf(
  annotator: AnnotatorController,
  { span, of, offer, asked }: StripState,
): string {
  const relation = annotator.set.relations.get(of);
  const words = [
    offer && offerWords(annotator, span, offer),
    relation ? `Relation ${readable(relation.type)}` : null,
    asked && askedWords(asked),
  ];
  return words.filter((part) => part !== null).join(". ");
}

function offerWords({ set }: AnnotatorController, span: string, { rule, from, to }: Link): string {
  const other = set.spans.get(from === span ? to : from);
  return `Enter links ${readable(rule.name)}, ${readable(other?.label ?? "")}: ${excerpt(other?.quote ?? "")}`;
}

/** "Polarity: 1 positive, 2 negative". */
function askedWords({ rule, value }: Asked): string {
  const name = capitalised(readable(rule.name));
  const now = value === null ? "" : `, now ${readableValue(rule, value)}`;
  if (isTyped(rule)) return `${name}${now}: type it`;
  const choices = choicesOf(rule).map((one, index) => `${index + 1} ${one.name}`);
  return `${name}${now}: ${choices.join(", ")}`;
}
