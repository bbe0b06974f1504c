import { counted } from "@/lib/domain/figures";
import type { Annotations } from "@/lib/domain/operation";
import type { AttributeRule, Scheme } from "@/lib/domain/scheme";
import type { AttributeValue, Span } from "@/lib/domain/span";
import type { SpokenEdges } from "@/lib/editor/label-drawing";

/** A name of the scheme as people read it: "according_to" is "according to". */
export function readable(name: string): string {
  return name.replaceAll("_", " ");
}

/** A value of an attribute as people read it; what somebody typed stays as it is. */
export function readableValue(rule: AttributeRule | undefined, value: AttributeValue): string {
  switch (typeof value) {
    case "string":
      return rule?.type === "choice" ? readable(value) : value;
    case "boolean":
      return value ? "yes" : "no";
    case "number":
      return String(value);
    default:
      return value.map(readable).join(", ");
  }
}

/** The attributes of a span in few words, in the scheme's order; a bare yes or no gets its name. */
export function summaryOf(scheme: Scheme, { label, attributes }: Span): string[] {
  const known = scheme.labels.find(({ name }) => name === label);
  const words = known?.attributes.flatMap((rule) => {
    const value = attributes[rule.name];
    if (value === undefined) return [];
    const written = readableValue(rule, value);
    if (rule.type === "text") return [written];
    if (rule.type === "number") return [`${readable(rule.name)} ${written}`];
    if (written === "yes") return [readable(rule.name)];
    return [written === "no" ? `not ${readable(rule.name)}` : written];
  });
  return words ?? [];
}

const kinds = {
  reviewer: "Reviewer",
  gold: "Gold",
  model: "Model",
  imported: "Imported",
} as const;

/** The kind of an annotation set as people read it. */
export function setKindName(kind: keyof typeof kinds): string {
  return kinds[kind];
}

/** What somebody may do with a set that is shown: change it, or why not. */
export type Standing = "writable" | "submitted" | "other_layer" | "reader";

/** Why a set cannot be changed; null for one that can. */
export function unchangeable(standing: Exclude<Standing, "writable">): string;
export function unchangeable(standing: Standing): string | null;
export function unchangeable(standing: Standing): string | null {
  switch (standing) {
    case "writable":
      return null;
    case "submitted":
      return "This annotation is submitted. Reopen it to change it.";
    case "other_layer":
      return "This layer is read-only. Switch to your own annotation to change it.";
    case "reader":
      return "You may read this project, not annotate in it.";
  }
}

/** What a set without spans says for itself; only who can mark something is told how. */
export function nothingMarked(standing: Standing): string {
  switch (standing) {
    case "writable":
      return "No spans yet. Select some words, then choose a label or press its key.";
    case "submitted":
      return "Submitted with nothing marked.";
    case "other_layer":
    case "reader":
      return "Nothing is marked here.";
  }
}

/** The name of an annotation set among others: its kind and its annotator's pseudonym. */
export function setName({
  kind,
  annotator,
}: {
  kind: keyof typeof kinds;
  annotator: string;
}): string {
  return `${kinds[kind]} · ${annotator}`;
}

/** The same again for all spans of a label with as many parts: there may be tens of thousands. */
const edges = new Map<string, readonly SpokenEdges[]>();

/** What a screen reader says where each part of a span begins and ends, around the words. */
export function spokenEdges(label: string, parts: number): readonly SpokenEdges[] {
  const key = `${parts} ${label}`;
  const known = edges.get(key);
  if (known) return known;
  const made = Array.from({ length: parts }, (_, index) => ({
    opens: parts === 1 ? `${label}:` : `${label}, part ${index + 1} of ${parts}:`,
    closes: index === parts - 1 ? `end of ${label}` : `end of part ${index + 1}`,
  }));
  edges.set(key, made);
  return made;
}

/** A span as a screen reader is to say it. */
export function spanAnnouncement(set: Annotations, span: Span): string {
  const relations = set.relationsOf(span.id).length;
  const linked = relations === 0 ? "" : `, ${counted(relations, "relation")}`;
  return `${readable(span.label)}${linked}: ${span.quote}`;
}

/**
 * What is told of a span that was just added, if anything, and what is said of it. Another one on the same
 * words may be meant, where the scheme allows it, and may be a slip.
 */
export function addedWords(
  set: Annotations,
  added: Span,
): { readonly notice: string | null; readonly spoken: string } {
  const name = readable(added.label);
  const others = set.overlapping(added.fragments, added.label).filter(({ id }) => id !== added.id);
  const words = JSON.stringify(added.fragments);
  const same = others.filter(({ fragments }) => JSON.stringify(fragments) === words);
  const count = same.length === 1 ? "another" : `${same.length} others`;
  const over = others.length > 0 ? `, over another ${name}` : "";
  return {
    notice:
      same.length > 0
        ? `These words have ${count} labelled ${name}. Undo takes this one back.`
        : null,
    spoken: `Added${over}: ${spanAnnouncement(set, added)}`,
  };
}
