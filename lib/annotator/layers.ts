import { v7 as uuid } from "uuid";
import { Annotations, type Intent } from "@/lib/domain/operation";
import { inTextOrder, type Span } from "@/lib/domain/span";
import type { SyncedSet } from "@/lib/sync/synced-set";
import type { OtherSet } from "./opened";
import { describeKind } from "./wording";

/** A set that is shown and not changed, with its spans in text order. */
export type Layer = { readonly set: Annotations; readonly spans: readonly Span[] };

export function layerOf(other: OtherSet | undefined): Layer {
  const set = new Annotations({
    spans: other?.spans ?? [],
    relations: other?.relations ?? [],
    note: "",
  });
  return { set, spans: [...set.spans.values()].sort(inTextOrder) };
}

/** What makes a layer's spans and relations anew, under new ids. */
export function copyOf({ set, spans }: Layer): Intent[] {
  const ids = new Map(spans.map(({ id }) => [id, uuid()]));
  return [
    ...spans.map(({ id, fragments, attributes, ...span }): Intent => {
      const copy = { fragments: [...fragments], attributes: { ...attributes } };
      return { type: "add_span", span: { ...span, ...copy, id: ids.get(id) ?? uuid() } };
    }),
    ...[...set.relations.values()].map(({ type, from, to }): Intent => {
      const ends = { from: ids.get(from) ?? from, to: ids.get(to) ?? to };
      return { type: "add_relation", relation: { id: uuid(), type, ...ends, attributes: {} } };
    }),
  ];
}

/** An empty set of one's own gives way to what was imported or settled, at first. */
export function firstLayer(others: readonly OtherSet[], session: SyncedSet | null): string {
  const own = session?.view();
  if (own && (own.spans.length > 0 || own.submittedAt !== null)) return "mine";
  const shown =
    others.find(({ kind }) => kind === "gold") ?? others.find(({ kind }) => kind === "imported");
  return shown?.id ?? (session ? "mine" : (others[0]?.id ?? "mine"));
}

/** The name of a layer, for the selector. */
export function layerName(other: OtherSet): string {
  return `${describeKind(other.kind)} · ${other.annotator}`;
}
