import type { NameKind } from "./imports";
import type { LabelRule, NameMapping, RelationRule, Scheme } from "./schemas";
import type { SchemeMapping } from "./scheme-change";
import { isSchemeName } from "./scheme-check";
import { addLabel, draftOf, mappingOf, schemeOfDraft } from "./scheme-draft";

/** Stands in a mapping for a name that is to be added to the scheme. */
export const ADDED = "+";

export const noNames: NameMapping = { label: {}, relation: {}, attribute: {} };

/** One mapping over another: what the later says of a name counts. */
export function joinedNames(before: NameMapping, later: NameMapping): NameMapping {
  return {
    label: { ...before.label, ...later.label },
    relation: { ...before.relation, ...later.relation },
    attribute: { ...before.attribute, ...later.attribute },
  };
}

/**
 * A name of the scheme as like to a foreign one as can be: `Loaded_Language` is `loaded_language`.
 *
 * @param taken names that it may not be
 */
export function schemeNameFrom(foreign: string, taken: ReadonlySet<string>): string {
  const plain = foreign
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[_0-9]+|_+$/g, "")
    .slice(0, 55);
  const stem = isSchemeName(plain) ? plain : "label";
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? stem : `${stem}_${count}`;
    if (!taken.has(name)) return name;
  }
}

/** A scheme with the names that a mapping asks to add, and the mapping that says what they are called now. */
export type WithNames = {
  readonly scheme: Scheme;
  readonly names: NameMapping;
  /** What becomes of the scheme's own names: all stay. Null if nothing was added. */
  readonly change: SchemeMapping | null;
};

/**
 * Adds labels and relation types to a scheme. Spans of a new label may overlap, and a new relation leads from any label
 * to any, for nothing is known of either.
 *
 * A name that the scheme has already, in the form that it would be given, is taken for that. An attribute is not
 * added: whose it is and which values it has, a name does not say.
 */
export function withNames(scheme: Scheme, asked: NameMapping): WithNames {
  let draft = draftOf(scheme);
  const settled: Record<NameKind, Record<string, string | null>> = {
    label: {},
    relation: {},
    attribute: { ...asked.attribute },
  };
  for (const [foreign, meant] of Object.entries(asked.label)) {
    const has = (name: string) => draft.labels.some((label) => label.name === name);
    if (meant !== ADDED || has(foreign)) {
      settled.label[foreign] = meant === ADDED ? foreign : meant;
      continue;
    }
    const name = schemeNameFrom(foreign, new Set());
    if (!has(name)) {
      const { draft: longer, id } = addLabel(draft);
      const labels = longer.labels.map((label) =>
        label.id === id ? { ...label, name, overlap: true, group: "" } : label,
      );
      draft = { ...longer, labels };
    }
    settled.label[foreign] = name;
  }
  const labelled = schemeOfDraft(draft);
  const relations: RelationRule[] = [...labelled.relations];
  const ends = labelled.labels.map(({ name }: LabelRule) => name);
  for (const [foreign, meant] of Object.entries(asked.relation)) {
    const has = (name: string) => relations.some((relation) => relation.name === name);
    if (meant !== ADDED || has(foreign)) {
      settled.relation[foreign] = meant === ADDED ? foreign : meant;
      continue;
    }
    const name = schemeNameFrom(foreign, new Set());
    if (!has(name))
      relations.push({ name, from: ends, to: ends, symmetric: false, attributes: [] });
    settled.relation[foreign] = name;
  }
  const isSame =
    labelled.labels.length === scheme.labels.length && relations.length === scheme.relations.length;
  return {
    scheme: isSame ? scheme : { ...labelled, relations },
    names: settled,
    change: isSame ? null : mappingOf(draft),
  };
}
