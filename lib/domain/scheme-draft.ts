// A scheme while it is edited. What is in it has an identity that stays while its name changes, so that the next
// version can say what became of each name of the one before.
import { styleNumberOf } from "./label-style";
import type {
  AttributeMapping,
  AttributeRule,
  Cardinality,
  LabelRule,
  RelationRule,
  Scheme,
  SchemeMapping,
} from "./schemas";

/** `was` is its name in the version that the draft was made from; null for what is new. */
type Identity = { readonly id: number; readonly was: string | null };

export type DraftValue = Identity & { readonly name: string };

/** An attribute with all that one of any kind has, so that another kind can be tried and taken back. */
export type DraftAttribute = Identity & {
  readonly name: string;
  readonly type: AttributeRule["type"];
  readonly definition: string;
  readonly required: boolean;
  /** By the ids of the attribute it depends on and of its values; null values for any. */
  readonly condition: {
    readonly attribute: number;
    readonly values: readonly (number | boolean)[] | null;
  } | null;
  readonly values: readonly DraftValue[];
  /** The ids of the values that something new has. */
  readonly chosen: readonly number[];
  /** What something new has, where it is no choice. */
  readonly given: string | number | boolean | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly integer: boolean;
};

export type DraftLabel = Identity & {
  readonly name: string;
  /** "" for none. */
  readonly key: string;
  readonly letter: string;
  readonly overlap: boolean;
  readonly group: string;
  readonly definition: string;
  readonly examples: readonly string[];
  /** Null for that of its place. */
  readonly style: number | null;
  readonly attributes: readonly DraftAttribute[];
};

export type DraftRelation = Identity & {
  readonly name: string;
  /** By the ids of labels; those that are not there any more count for nothing. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly symmetric: boolean;
  readonly acyclic: boolean;
  readonly cardinality: Cardinality;
  readonly definition: string;
  readonly attributes: readonly DraftAttribute[];
};

/** Where attributes are: on a label, a relation type, or, with null, the article. */
export type Holder = { readonly of: "label" | "relation"; readonly id: number } | null;

/**
 * Something that was taken out: it can be put back where it was, and what annotations have of it becomes another
 * (by its id) or is left out (null). What was new is not kept here.
 */
export type TakenOut = { readonly at: number; readonly becomes: number | null } & (
  | { readonly kind: "label"; readonly item: DraftLabel }
  | { readonly kind: "relation"; readonly item: DraftRelation }
  | { readonly kind: "attribute"; readonly holder: Holder; readonly item: DraftAttribute }
  | {
      readonly kind: "value";
      readonly holder: Holder;
      readonly attribute: number;
      readonly item: DraftValue;
    }
);

export type SchemeDraft = {
  readonly labels: readonly DraftLabel[];
  readonly relations: readonly DraftRelation[];
  readonly article: readonly DraftAttribute[];
  readonly out: readonly TakenOut[];
  /** The id that the next new thing has. */
  readonly next: number;
};

/** A scheme as a draft of the version after it. */
export function draftOf(scheme: Scheme): SchemeDraft {
  return adopted(scheme, scheme);
}

/**
 * A scheme from elsewhere as a draft of the version after another: what has the same name in both is the same, and
 * what only the other has is taken out.
 */
export function adopted(scheme: Scheme, before: Scheme): SchemeDraft {
  const ids = new Ids();
  const out: TakenOut[] = [];
  const was = (name: string, rules: readonly { readonly name: string }[]) =>
    rules.some((rule) => rule.name === name) ? name : null;

  const attributesOf = (
    rules: readonly AttributeRule[],
    old: readonly AttributeRule[],
    holder: Holder,
  ): DraftAttribute[] => {
    const made: DraftAttribute[] = [];
    for (const rule of rules) {
      const like = old.find(({ name }) => name === rule.name);
      const oldValues = like && "values" in like ? like.values : [];
      const id = ids.take();
      const values = ("values" in rule ? rule.values : []).map((name) => ({
        id: ids.take(),
        was: oldValues.includes(name) ? name : null,
        name,
      }));
      const idOf = (name: string) => values.find((value) => value.name === name)?.id;
      oldValues.forEach((name, at) => {
        if (idOf(name) !== undefined) return;
        const item = { id: ids.take(), was: name, name };
        out.push({ kind: "value", at, becomes: null, holder, attribute: id, item });
      });
      const { only_if: condition } = rule;
      const other = made.find(({ name }) => name === condition?.attribute);
      const waited = condition?.values?.map((value) =>
        typeof value === "boolean"
          ? value
          : (other?.values.find(({ name }) => name === value)?.id ?? -1),
      );
      const given = rule.type === "choice" || rule.type === "choices" ? undefined : rule.default;
      made.push({
        id,
        was: like ? rule.name : null,
        name: rule.name,
        type: rule.type,
        definition: rule.definition ?? "",
        required: rule.required ?? false,
        condition: condition && other ? { attribute: other.id, values: waited ?? null } : null,
        values,
        chosen: [
          ...(rule.type === "choice" && rule.default !== undefined ? [rule.default] : []),
          ...(rule.type === "choices" ? (rule.default ?? []) : []),
        ].flatMap((name) => idOf(name) ?? []),
        given: given ?? null,
        min: rule.type === "number" ? (rule.min ?? null) : null,
        max: rule.type === "number" ? (rule.max ?? null) : null,
        integer: rule.type === "number" ? (rule.integer ?? false) : false,
      });
    }
    old.forEach((rule, at) => {
      if (rules.some(({ name }) => name === rule.name)) return;
      const [item] = attributesOf([rule], [rule], holder);
      if (item) out.push({ kind: "attribute", at, becomes: null, holder, item });
    });
    return made;
  };

  const labelOf = (rule: LabelRule): DraftLabel => {
    const id = ids.take();
    const old = before.labels.find(({ name }) => name === rule.name);
    return {
      id,
      was: was(rule.name, before.labels),
      name: rule.name,
      key: rule.key ?? "",
      letter: rule.letter,
      overlap: rule.overlap,
      group: rule.group ?? "",
      definition: rule.definition ?? "",
      examples: rule.examples ?? [],
      style: rule.style ?? null,
      attributes: attributesOf(rule.attributes, old?.attributes ?? [], { of: "label", id }),
    };
  };
  const labels = scheme.labels.map(labelOf);
  before.labels.forEach((rule, at) => {
    if (scheme.labels.some(({ name }) => name === rule.name)) return;
    const item = { ...labelOf(rule), style: styleNumberOf(rule, at) };
    out.push({ kind: "label", at, becomes: null, item });
  });

  const known = [...labels, ...out.flatMap((one) => (one.kind === "label" ? [one.item] : []))];
  const endsOf = (names: readonly string[]) =>
    names.flatMap((name) => known.find((label) => label.name === name)?.id ?? []);
  const relationOf = (rule: RelationRule): DraftRelation => {
    const id = ids.take();
    const old = before.relations.find(({ name }) => name === rule.name);
    return {
      id,
      was: was(rule.name, before.relations),
      name: rule.name,
      from: endsOf(rule.from),
      to: endsOf(rule.to),
      symmetric: rule.symmetric,
      acyclic: rule.acyclic ?? false,
      cardinality: rule.cardinality ?? "many_to_many",
      definition: rule.definition ?? "",
      attributes: attributesOf(rule.attributes, old?.attributes ?? [], { of: "relation", id }),
    };
  };
  const relations = scheme.relations.map(relationOf);
  before.relations.forEach((rule, at) => {
    if (scheme.relations.some(({ name }) => name === rule.name)) return;
    out.push({ kind: "relation", at, becomes: null, item: relationOf(rule) });
  });
  const article = attributesOf(scheme.article, before.article, null);
  return { labels, relations, article, out, next: ids.take() };
}

class Ids {
  #next = 1;

  take(): number {
    return this.#next++;
  }
}

/** The scheme that a draft is; see schemeProblems() for what may be wrong with it. */
export function schemeOfDraft({ labels, relations, article }: SchemeDraft): Scheme {
  const nameOf = (id: number) => labels.find((label) => label.id === id)?.name;
  return {
    labels: labels.map((label) => ({
      name: label.name,
      ...(label.key === "" ? {} : { key: label.key }),
      letter: label.letter,
      overlap: label.overlap,
      attributes: rulesOf(label.attributes),
      ...(label.group.trim() === "" ? {} : { group: label.group.trim() }),
      ...definitionOf(label),
      ...(label.examples.some((example) => example.trim() !== "")
        ? { examples: label.examples.filter((example) => example.trim() !== "") }
        : {}),
      ...(label.style === null ? {} : { style: label.style }),
    })),
    relations: relations.map((relation) => ({
      name: relation.name,
      from: relation.from.flatMap((id) => nameOf(id) ?? []),
      to: relation.to.flatMap((id) => nameOf(id) ?? []),
      symmetric: relation.symmetric,
      ...(relation.cardinality === "many_to_many" ? {} : { cardinality: relation.cardinality }),
      ...(relation.acyclic ? { acyclic: true } : {}),
      attributes: rulesOf(relation.attributes),
      ...definitionOf(relation),
    })),
    article: rulesOf(article),
  };
}

function definitionOf({ definition }: { readonly definition: string }) {
  return definition.trim() === "" ? {} : { definition: definition.trim() };
}

function rulesOf(attributes: readonly DraftAttribute[]): AttributeRule[] {
  return attributes.map((attribute) => ruleOf(attribute, attributes));
}

function ruleOf(attribute: DraftAttribute, attributes: readonly DraftAttribute[]): AttributeRule {
  const { condition, given, min, max } = attribute;
  const other = attributes.find(({ id }) => id === condition?.attribute);
  const waited = condition?.values?.flatMap((value): (string | boolean)[] => {
    if (typeof value === "boolean") return [value];
    return (other?.values ?? []).filter(({ id }) => id === value).map(({ name }) => name);
  });
  const shared = {
    name: attribute.name,
    ...definitionOf(attribute),
    ...(attribute.required ? { required: true } : {}),
    ...(other ? { only_if: { attribute: other.name, ...(waited && { values: waited }) } } : {}),
  };
  const values = attribute.values.map(({ name }) => name);
  const chosen = attribute.values
    .filter(({ id }) => attribute.chosen.includes(id))
    .map(({ name }) => name);
  switch (attribute.type) {
    case "choice": {
      const [first] = chosen;
      return {
        ...shared,
        type: "choice",
        values,
        ...(first === undefined ? {} : { default: first }),
      };
    }
    case "choices":
      return {
        ...shared,
        type: "choices",
        values,
        ...(chosen.length === 0 ? {} : { default: chosen }),
      };
    case "boolean":
      return {
        ...shared,
        type: "boolean",
        ...(typeof given === "boolean" ? { default: given } : {}),
      };
    case "number":
      return {
        ...shared,
        type: "number",
        ...(min === null ? {} : { min }),
        ...(max === null ? {} : { max }),
        ...(attribute.integer ? { integer: true } : {}),
        ...(typeof given === "number" ? { default: given } : {}),
      };
    case "text":
      return {
        ...shared,
        type: "text",
        ...(typeof given === "string" && given !== "" ? { default: given } : {}),
      };
  }
}

/** What becomes of the names of the version that a draft was made from. */
export function mappingOf(draft: SchemeDraft): SchemeMapping {
  const names = (
    rules: readonly (Identity & { readonly name: string })[],
    out: readonly TakenOut[],
  ) => {
    const mapped: Record<string, string | null> = {};
    for (const { was, name } of rules) if (was !== null && was !== name) mapped[was] = name;
    for (const { item, becomes } of out) {
      if (item.was === null) continue;
      mapped[item.was] = rules.find(({ id }) => id === becomes)?.name ?? null;
    }
    return mapped;
  };
  const of = (kind: TakenOut["kind"]) => draft.out.filter((one) => one.kind === kind);
  const attributes: AttributeMapping[] = [];
  const add = (
    holder: Holder,
    own: { readonly label: string } | { readonly relation: string } | Record<never, never>,
    rules: readonly DraftAttribute[],
  ) => {
    const out = draft.out.filter((one) => one.kind === "attribute" && isSame(one.holder, holder));
    for (const { id, was, name, values } of rules) {
      if (was === null) continue;
      const gone = draft.out.filter(
        (one) => one.kind === "value" && isSame(one.holder, holder) && one.attribute === id,
      );
      const mapped = names(values, gone);
      if (was === name && Object.keys(mapped).length === 0) continue;
      attributes.push({ ...own, name: was, becomes: name, values: mapped });
    }
    for (const { item, becomes } of out) {
      if (item.was === null) continue;
      const target = rules.find(({ id }) => id === becomes)?.name ?? null;
      attributes.push({ ...own, name: item.was, becomes: target, values: {} });
    }
  };
  for (const { id, was, attributes: rules } of draft.labels) {
    if (was !== null) add({ of: "label", id }, { label: was }, rules);
  }
  for (const { id, was, attributes: rules } of draft.relations) {
    if (was !== null) add({ of: "relation", id }, { relation: was }, rules);
  }
  add(null, {}, draft.article);
  return {
    labels: names(draft.labels, of("label")),
    relations: names(draft.relations, of("relation")),
    attributes,
  };
}

export function isSame(one: Holder, other: Holder): boolean {
  return one?.of === other?.of && one?.id === other?.id;
}

/** The attributes of a holder; none where it is not there any more. */
export function attributesAt(draft: SchemeDraft, holder: Holder): readonly DraftAttribute[] {
  if (holder === null) return draft.article;
  const rules = holder.of === "label" ? draft.labels : draft.relations;
  return rules.find(({ id }) => id === holder.id)?.attributes ?? [];
}

/** A draft with other attributes of a holder. */
export function withAttributes(
  draft: SchemeDraft,
  holder: Holder,
  attributes: readonly DraftAttribute[],
): SchemeDraft {
  if (holder === null) return { ...draft, article: attributes };
  return holder.of === "label"
    ? { ...draft, labels: replaced(draft.labels, holder.id, { attributes }) }
    : { ...draft, relations: replaced(draft.relations, holder.id, { attributes }) };
}

/** A list in which one has other fields; it stays as it is without such a one. */
export function replaced<Item extends Identity>(
  items: readonly Item[],
  id: number,
  change: Partial<Item>,
): Item[] {
  return items.map((item) => (item.id === id ? { ...item, ...change } : item));
}

/** A list in which one stands so many places later, or earlier for a negative number; at most at an end. */
export function moved<Item extends Identity>(
  items: readonly Item[],
  id: number,
  by: number,
): readonly Item[] {
  const from = items.findIndex((item) => item.id === id);
  const to = Math.min(Math.max(from + by, 0), items.length - 1);
  const item = items[from];
  if (!item || to === from) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** Gives labels the styles that they have by their places, so that they keep them when these change. */
export function withOwnStyles(labels: readonly DraftLabel[]): DraftLabel[] {
  return labels.map((label, at) => ({
    ...label,
    style: styleNumberOf(label.style === null ? {} : { style: label.style }, at),
  }));
}

/** Adds a label at the end, with a letter and a style that none has, and a key if one is free. */
export function addLabel(draft: SchemeDraft): { draft: SchemeDraft; id: number } {
  const labels = withOwnStyles(draft.labels);
  const free = (styles: number) => !labels.some(({ style }) => style === styles);
  let style = 1;
  while (!free(style)) style += 1;
  const keys = "123456789".split("").filter((key) => !labels.some((label) => label.key === key));
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
  const letter = letters.find((one) => !labels.some((label) => label.letter === one)) ?? "L";
  const id = draft.next;
  const label: DraftLabel = {
    id,
    was: null,
    name: "",
    key: keys[0] ?? "",
    letter,
    overlap: false,
    group: labels.at(-1)?.group ?? "",
    definition: "",
    examples: [],
    style,
    attributes: [],
  };
  return { draft: { ...draft, labels: [...labels, label], next: id + 1 }, id };
}

export function addRelation(draft: SchemeDraft): { draft: SchemeDraft; id: number } {
  const id = draft.next;
  const relation: DraftRelation = {
    id,
    was: null,
    name: "",
    from: [],
    to: [],
    symmetric: false,
    acyclic: false,
    cardinality: "many_to_many",
    definition: "",
    attributes: [],
  };
  return { draft: { ...draft, relations: [...draft.relations, relation], next: id + 1 }, id };
}

export function addAttribute(
  draft: SchemeDraft,
  holder: Holder,
): { draft: SchemeDraft; id: number } {
  const id = draft.next;
  const attribute: DraftAttribute = {
    id,
    was: null,
    name: "",
    type: "choice",
    definition: "",
    required: false,
    condition: null,
    values: [],
    chosen: [],
    given: null,
    min: null,
    max: null,
    integer: false,
  };
  const attributes = [...attributesAt(draft, holder), attribute];
  return { draft: withAttributes({ ...draft, next: id + 1 }, holder, attributes), id };
}

export function addValue(
  draft: SchemeDraft,
  holder: Holder,
  attribute: DraftAttribute,
): { draft: SchemeDraft; id: number } {
  const id = draft.next;
  const values = [...attribute.values, { id, was: null, name: "" }];
  const attributes = replaced(attributesAt(draft, holder), attribute.id, { values });
  return { draft: withAttributes({ ...draft, next: id + 1 }, holder, attributes), id };
}

/** Takes a label out; relations that it is an end of do without. */
export function takeOutLabel(draft: SchemeDraft, id: number): SchemeDraft {
  const labels = withOwnStyles(draft.labels);
  const at = labels.findIndex((label) => label.id === id);
  const item = labels[at];
  if (!item) return draft;
  return kept({ ...draft, labels: labels.toSpliced(at, 1) }, { kind: "label", at, item });
}

export function takeOutRelation(draft: SchemeDraft, id: number): SchemeDraft {
  const at = draft.relations.findIndex((relation) => relation.id === id);
  const item = draft.relations[at];
  if (!item) return draft;
  const relations = draft.relations.toSpliced(at, 1);
  return kept({ ...draft, relations }, { kind: "relation", at, item });
}

export function takeOutAttribute(draft: SchemeDraft, holder: Holder, id: number): SchemeDraft {
  const attributes = attributesAt(draft, holder);
  const at = attributes.findIndex((attribute) => attribute.id === id);
  const item = attributes[at];
  if (!item) return draft;
  const without = withAttributes(draft, holder, attributes.toSpliced(at, 1));
  return kept(without, { kind: "attribute", holder, at, item });
}

export function takeOutValue(
  draft: SchemeDraft,
  holder: Holder,
  attribute: DraftAttribute,
  id: number,
): SchemeDraft {
  const at = attribute.values.findIndex((value) => value.id === id);
  const item = attribute.values[at];
  if (!item) return draft;
  const values = attribute.values.toSpliced(at, 1);
  const attributes = replaced(attributesAt(draft, holder), attribute.id, { values });
  const without = withAttributes(draft, holder, attributes);
  return kept(without, { kind: "value", holder, attribute: attribute.id, at, item });
}

type WithoutTarget<One> = One extends unknown ? Omit<One, "becomes"> : never;

/** @returns the draft, keeping what was taken out of it unless it is new */
function kept(draft: SchemeDraft, one: WithoutTarget<TakenOut>): SchemeDraft {
  if (one.item.was === null) return draft;
  // The kinds differ in what else they have, not in this.
  return { ...draft, out: [...draft.out, { ...one, becomes: null } as TakenOut] };
}

/** Says what annotations of something that was taken out become: another, or, with null, nothing. */
export function sendTo(draft: SchemeDraft, id: number, becomes: number | null): SchemeDraft {
  const out = draft.out.map((one) => (one.item.id === id ? { ...one, becomes } : one));
  return { ...draft, out };
}

/** Puts something back that was taken out. */
export function putBack(draft: SchemeDraft, id: number): SchemeDraft {
  const one = draft.out.find(({ item }) => item.id === id);
  if (!one) return draft;
  const rest = { ...draft, out: draft.out.filter((other) => other !== one) };
  switch (one.kind) {
    case "label":
      return {
        ...rest,
        labels: withOwnStyles(draft.labels).toSpliced(one.at, 0, one.item),
      };
    case "relation":
      return { ...rest, relations: draft.relations.toSpliced(one.at, 0, one.item) };
    case "attribute": {
      const attributes = attributesAt(draft, one.holder).toSpliced(one.at, 0, one.item);
      return withAttributes(rest, one.holder, attributes);
    }
    case "value": {
      const attributes = attributesAt(draft, one.holder).map((attribute) =>
        attribute.id === one.attribute
          ? { ...attribute, values: attribute.values.toSpliced(one.at, 0, one.item) }
          : attribute,
      );
      return withAttributes(rest, one.holder, attributes);
    }
  }
}
