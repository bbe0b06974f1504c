import { v7 as uuid } from "uuid";
import { counted } from "@/lib/domain/figures";
import type { Annotations, Change, Intent } from "@/lib/domain/operation";
import type { Refusal } from "@/lib/domain/refusal";
import { excerpt, type Span } from "@/lib/domain/span";
import type { Edit } from "./edits";

/** A layer that is copied. */
type Layer = { readonly spans: readonly Span[]; readonly set: Annotations };

/** Something of the layer that the own set does not take, and why. */
export type LeftOut = { readonly intent: Intent; readonly reason: Refusal };

/**
 * Copies a layer into a set, as far as that has it not already and it does not conflict.
 *
 * @param perform does it; gives what the set does not take to `leaveOut`
 * @returns what changed, in words, too, and what was left out; null for nothing
 */
export async function copyLayer(
  own: Annotations,
  layer: Layer,
  perform: (
    edit: Edit,
    leaveOut: (intent: Intent, reason: Refusal) => void,
  ) => Promise<readonly Change[]>,
): Promise<{ changes: readonly Change[]; words: string; leftOut: string | null }> {
  const ids = await newIds(layer.spans.length + layer.set.relations.size);
  const { edit, same } = copyInto(own, layer, () => ids.pop() ?? uuid());
  const leftOut: LeftOut[] = [];
  const changes = await perform(edit, (intent, reason) => leftOut.push({ intent, reason }));
  // To show thousands of them is a task of its own.
  await new Promise((resolve) => setTimeout(resolve));
  return { changes, words: copiedWords(changes), leftOut: leftOutWords(same, leftOut) };
}

/**
 * What brings a layer into a set, under new ids: its spans but those that the set has already, of the
 * same label and parts, and its relations, also between those. What of it conflicts with the set is for
 * the set to say. A relation whose ends are not both among the spans keeps them as they are.
 */
export function copyInto(
  own: Annotations,
  { spans, set }: Layer,
  newId: () => string = uuid,
): { edit: Edit; same: number } {
  /** The own spans by what makes them the same, those that stand for a copied one taken out. */
  const there = Map.groupBy(own.spans.values(), placeOf);
  const ids = new Map<string, string>();
  const fresh = spans.filter((span) => {
    const same = there.get(placeOf(span))?.shift();
    ids.set(span.id, same?.id ?? newId());
    return same === undefined;
  });
  const inOwn = (id: string) => ids.get(id) ?? id;
  const edit = [
    ...fresh.map(({ id, fragments, attributes, ...span }): Intent => {
      const copy = { fragments: [...fragments], attributes: { ...attributes } };
      return { type: "add_span", span: { ...span, ...copy, id: inOwn(id) } };
    }),
    ...[...set.relations.values()].map(({ type, from, to, attributes }): Intent => {
      const ends = { from: inOwn(from), to: inOwn(to) };
      const copy = { id: newId(), type, ...ends, attributes: { ...attributes } };
      return { type: "add_relation", relation: copy };
    }),
  ];
  return { edit, same: spans.length - fresh.length };
}

/** Ids made in one go: some 8 ms on a small laptop. */
const IDS = 4000;

/** Makes ids, for thousands in several tasks: they take longer than all else about what is copied. */
export async function newIds(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    if (ids.length > 0) await new Promise((resolve) => setTimeout(resolve));
    // Stryker disable next-line MethodExpression: some more do no harm
    ids.push(...Array.from({ length: Math.min(IDS, count - ids.length) }, () => uuid()));
  }
  return ids;
}

function placeOf({ label, fragments }: Span): string {
  return `${label} ${fragments.map(({ start, end }) => `${start}-${end}`).join(" ")}`;
}

/** What was copied, in a sentence. */
export function copiedWords(changes: readonly Change[]): string {
  const count = (kind: Change["kind"]) => changes.filter((change) => change.kind === kind).length;
  const [spans, relations] = [count("span"), count("relation")];
  if (spans + relations === 0) return "Nothing was copied.";
  const parts = [
    spans > 0 || relations === 0 ? counted(spans, "span") : "",
    relations > 0 ? counted(relations, "relation") : "",
  ].filter((part) => part !== "");
  return `Copied ${parts.join(" and ")} to your annotation.`;
}

/** How many of the spans that were left out are named. */
const NAMED = 3;

/**
 * What of a layer was left out, and why, in a sentence; null if nothing was.
 *
 * @param same how many of its spans the set had already
 */
export function leftOutWords(same: number, leftOut: readonly LeftOut[]): string | null {
  const by = Map.groupBy(leftOut, reasonOf);
  const linked = by.get("linked")?.length ?? 0;
  const both = [
    same > 0 ? counted(same, "span") : "",
    linked > 0 ? counted(linked, "relation") : "",
  ].filter((part) => part !== "");
  const parts: string[] = [];
  if (both.length > 0) parts.push(`${both.join(" and ")} that you have already`);
  const over = by.get("over") ?? [];
  if (over.length > 0) {
    const spans = counted(over.length, "span over one of yours", "spans over some of yours");
    parts.push(`${spans} with the same label (${named(over)})`);
  }
  const loose = by.get("loose")?.length ?? 0;
  if (loose > 0) parts.push(`${counted(loose, "relation")} of what was left out`);
  const others = Map.groupBy(by.get("other") ?? [], ({ reason }) => reason.message);
  for (const [message, all] of others) {
    parts.push(`${counted(all.length, "other")} (${message.replace(/\.$/, "")})`);
  }
  return parts.length > 0 ? `Left out: ${parts.join("; ")}.` : null;
}

function reasonOf({ intent, reason: { details } }: LeftOut): "over" | "linked" | "loose" | "other" {
  if (typeof details.overlaps === "string") return "over";
  if (intent.type !== "add_relation") return "other";
  if (typeof details.exists === "string") return "linked";
  return typeof details.missing === "string" ? "loose" : "other";
}

function named(leftOut: readonly LeftOut[]): string {
  const quotes = leftOut.flatMap(({ intent }) =>
    intent.type === "add_span" ? [`“${excerpt(intent.span.quote)}”`] : [],
  );
  const more = quotes.length - NAMED;
  return quotes.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
