import { MAX_ATTRIBUTE_LENGTH } from "./limits";
import { Annotations, type Change, type Operation, reversed } from "./operation";
import { inTextOrder } from "./range-set";
import { Refusal } from "./refusal";
import type { AttributeMapping, AttributeRule, RelationRule, SchemeMapping } from "./schemas";
import {
  type AttributeHolder,
  articleHolder,
  isValueOf,
  relationHolder,
  type Scheme,
} from "./scheme";
import { type Attributes, type AttributeValue, type Relation, type Span, sameValue } from "./span";

export type { SchemeMapping } from "./schemas";

/** The next version of a scheme, as annotations come to it: `mapping` says what became of names. */
export type SchemeChange = {
  readonly from: Scheme;
  readonly to: Scheme;
  readonly mapping: SchemeMapping;
};

/**
 * What happens to a span, a relation or a value when a set comes to another scheme. Those of `lossCauses`
 * leave something out.
 */
export const effectCauses = [
  "label_renamed",
  "relation_renamed",
  "attribute_renamed",
  "value_changed",
  /** The label, relation type or attribute is not there any more. */
  "label_left_out",
  "relation_left_out",
  "attribute_left_out",
  /** The attribute is, but cannot have this value. */
  "value_left_out",
  /** It shares characters with another span of its label, which may not be any more. */
  "overlap",
  /** The relation may not lead between spans of these labels any more. */
  "ends",
  /** A span at one of its ends is left out. */
  "end_left_out",
  /** There may not be so many of them, or they lead in a circle. */
  "others_in_the_way",
] as const;
export type EffectCause = (typeof effectCauses)[number];

const kept: ReadonlySet<EffectCause> = new Set([
  "label_renamed",
  "relation_renamed",
  "attribute_renamed",
  "value_changed",
]);

/** Whether something is left out for this. */
export function isLoss(cause: EffectCause): boolean {
  return !kept.has(cause);
}

/** What happens to one thing. All names but `becomes` are of the scheme before. */
export type Effect = {
  readonly cause: EffectCause;
  readonly of: "label" | "relation" | "article";
  /** Of the label or relation type; null for the article. */
  readonly holder: string | null;
  readonly attribute: string | null;
  /** As it is written: of several choices with commas between. */
  readonly value: string | null;
  readonly becomes: string | null;
};

/** That a set came from one version of its scheme to another, as its history has it. */
export type SchemeChanged = {
  readonly kind: "scheme";
  /** The version's number. */
  readonly before: number;
  readonly after: number;
  readonly changes: readonly Change[];
};

/** What a history says was done. */
export type LoggedChange = Change | SchemeChanged;

/** What a history says that was to be done: what its author sent, or that its scheme changed. */
export type LoggedOperation =
  | Operation
  | { readonly id: string; readonly type: "change_scheme"; readonly version: number };

/** Carries out what a history says. */
export function commitLogged(annotations: Annotations, change: LoggedChange): void {
  if (change.kind !== "scheme") annotations.commit(change);
  else for (const one of change.changes) annotations.commit(one);
}

/** What a history says, the other way round. */
export function reversedLogged(change: LoggedChange): LoggedChange {
  if (change.kind !== "scheme") return reversed(change);
  const { kind, before, after, changes } = change;
  return { kind, before: after, after: before, changes: changes.toReversed().map(reversed) };
}

/** A set in another scheme: `changes` lead from the one to the other, in this order. */
export type CarriedOver = { readonly changes: Change[]; readonly effects: Effect[] };

/**
 * Brings what is in a set from one version of a scheme to the next. What has no place there is left out,
 * which `effects` say; of two spans that may not share characters any more, the later in the text.
 *
 * @param before what it was before it came to `from`, where `to` is the scheme that it had then: what nobody has changed
 *   since is again as it was
 */
export function carryOver(
  annotations: Annotations,
  change: SchemeChange,
  { before = [] }: { before?: readonly Change[] } = {},
): CarriedOver {
  return new Carrying(annotations, change, before).result();
}

/**
 * Whether what is in a set may be affected at all, by the names that it uses; most changes of a scheme only add.
 * Labels and relation types of the scheme before.
 */
export function touchedNames({ from, to, mapping }: SchemeChange): {
  readonly labels: string[];
  readonly relations: string[];
  readonly article: boolean;
} {
  const labels = from.labels.filter((rule) => {
    const target = to.labels.find(({ name }) => name === mappedName(mapping.labels, rule.name));
    return (
      target?.name !== rule.name ||
      (rule.overlap && !target.overlap) ||
      !sharesAll(rule.attributes, target.attributes, mappingsOf(mapping, "label", rule.name))
    );
  });
  // What is merged into a label meets what was there.
  const targets = new Set(labels.map(({ name }) => mappedName(mapping.labels, name)));
  const changed = new Set(labels.map(({ name }) => name));
  const touched = from.labels.filter(({ name }) => changed.has(name) || targets.has(name));
  const names = new Set(touched.map(({ name }) => name));
  const relations = from.relations.filter((rule) => {
    const target = to.relations.find(
      ({ name }) => name === mappedName(mapping.relations, rule.name),
    );
    const { cardinality = "many_to_many", acyclic = false } = rule;
    return (
      target?.name !== rule.name ||
      [...rule.from, ...rule.to].some((label) => names.has(label)) ||
      !rule.from.every((label) => target.from.includes(label)) ||
      !rule.to.every((label) => target.to.includes(label)) ||
      target.symmetric !== rule.symmetric ||
      (target.cardinality ?? "many_to_many") !== cardinality ||
      (target.acyclic ?? false) !== acyclic ||
      !sharesAll(rule.attributes, target.attributes, mappingsOf(mapping, "relation", rule.name))
    );
  });
  const renamed = new Set(
    relations
      .map(({ name }) => mappedName(mapping.relations, name))
      .filter((name) => name !== null),
  );
  return {
    labels: [...names],
    relations: from.relations
      .filter((rule) => relations.includes(rule) || renamed.has(rule.name))
      .map(({ name }) => name),
    article: !sharesAll(from.article, to.article, mappingsOf(mapping, "article", null)),
  };
}

/** Whether all values of some attributes stay as they are. */
function sharesAll(
  from: readonly AttributeRule[],
  to: readonly AttributeRule[],
  mappings: readonly AttributeMapping[],
): boolean {
  return from.every((rule) => {
    const target = to.find(({ name }) => name === rule.name);
    if (mappings.some(({ name }) => name === rule.name) || !target) return false;
    if (rule.type === "choice" || rule.type === "choices") {
      return (
        rule.type === target.type &&
        rule.values.every((value) => target.values.includes(value)) &&
        // Several choices are written in the scheme's order.
        (rule.type === "choice" ||
          sameValue(
            target.values.filter((value) => rule.values.includes(value)),
            rule.values,
          ))
      );
    }
    if (rule.type === "number") {
      if (target.type !== "number") return false;
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = target;
      return (
        min <= (rule.min ?? Number.NEGATIVE_INFINITY) &&
        max >= (rule.max ?? Number.POSITIVE_INFINITY) &&
        (rule.integer === true || target.integer !== true)
      );
    }
    return rule.type === target.type;
  });
}

/**
 * Checks that a mapping speaks of what is there: names of the scheme before that become names of the one after.
 *
 * @throws Refusal "unprocessable" with the `field` that is wrong
 */
export function checkMapping({ from, to, mapping }: SchemeChange): void {
  const check = (
    field: string,
    names: Readonly<Record<string, string | null>>,
    old: readonly { readonly name: string }[],
    next: readonly { readonly name: string }[],
  ) => {
    for (const [name, becomes] of Object.entries(names)) {
      const has = (rules: readonly { readonly name: string }[], sought: string) =>
        rules.some((rule) => rule.name === sought);
      if (!has(old, name)) {
        throw new Refusal("unprocessable", `The scheme before has no "${name}" in ${field}.`, {
          field,
          name,
        });
      }
      if (becomes !== null && !has(next, becomes)) {
        throw new Refusal("unprocessable", `The new scheme has no "${becomes}" in ${field}.`, {
          field,
          name: becomes,
        });
      }
    }
  };
  check("labels", mapping.labels, from.labels, to.labels);
  check("relations", mapping.relations, from.relations, to.relations);
  const known = new Set<string>();
  for (const { label, relation, name, becomes, values } of mapping.attributes) {
    const of = label ?? relation ?? null;
    const kind = label === undefined ? (relation === undefined ? "article" : "relation") : "label";
    const before = holderOf(from, kind, of);
    const next = holderOf(to, kind, targetOf(mapping, kind, of));
    const field = `attributes of ${of ?? "the article"}`;
    check(field, { [name]: becomes }, before?.attributes ?? [], next?.attributes ?? []);
    const key = `${kind} ${of} ${name}`;
    if (known.has(key)) {
      throw new Refusal("unprocessable", `"${name}" is there twice in ${field}.`, { field, name });
    }
    known.add(key);
    const target = next?.attributes.find((rule) => rule.name === becomes);
    if (target?.type !== "choice" && target?.type !== "choices") continue;
    for (const value of Object.values(values)) {
      if (value === null || target.values.includes(value)) continue;
      throw new Refusal("unprocessable", `"${value}" is no value of ${becomes} in ${field}.`, {
        field,
        name: value,
      });
    }
  }
}

/**
 * The mapping back: what was renamed gets its name again. Where several were merged into one of them, that keeps its
 * name; where they were merged into something new, nobody can say what it was, and it has no place.
 */
export function inverseMapping({ from, to, mapping }: SchemeChange): SchemeMapping {
  const attributes = [
    ...from.labels.map((rule) => ({ kind: "label" as const, ...rule })),
    ...from.relations.map((rule) => ({ kind: "relation" as const, ...rule })),
    { kind: "article" as const, name: null, attributes: from.article },
  ].flatMap(({ kind, name, attributes: before }): AttributeMapping[] => {
    const mappings = mappingsOf(mapping, kind, name);
    const target = targetOf(mapping, kind, name);
    const after = holderOf(to, kind, target)?.attributes ?? [];
    const becomes = Object.fromEntries(mappings.map((one) => [one.name, one.becomes]));
    const names = turnedRound(before.map(nameOf), becomes, after.map(nameOf));
    return after.flatMap((rule) => {
      const origin = Object.hasOwn(names, rule.name) ? names[rule.name] : rule.name;
      const was = before.find((one) => one.name === origin);
      const values = turnedRound(
        valuesOf(was),
        mappings.find((one) => one.name === origin)?.values ?? {},
        valuesOf(rule),
      );
      if (!Object.hasOwn(names, rule.name) && Object.keys(values).length === 0) return [];
      return [
        {
          ...(kind === "label" && target !== null ? { label: target } : {}),
          ...(kind === "relation" && target !== null ? { relation: target } : {}),
          name: rule.name,
          becomes: origin ?? null,
          values,
        },
      ];
    });
  });
  return {
    labels: turnedRound(from.labels.map(nameOf), mapping.labels, to.labels.map(nameOf)),
    relations: turnedRound(from.relations.map(nameOf), mapping.relations, to.relations.map(nameOf)),
    attributes,
  };
}

/** What names of `next` become when names that became them by `map` are to be had again. */
function turnedRound(
  names: readonly string[],
  map: Readonly<Record<string, string | null>>,
  next: readonly string[],
): Record<string, string | null> {
  const turned: Record<string, string | null> = {};
  for (const name of next) {
    const origins = names.filter((old) => mappedName(map, old) === name);
    const [origin = null] = origins;
    if (origins.includes(name)) continue;
    // What is new and has the name of something else before does not become that.
    const isNew = origin === null && names.includes(name);
    if (isNew || origins.length > 1) turned[name] = null;
    else if (origin !== null) turned[name] = origin;
  }
  return turned;
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function valuesOf(rule: AttributeRule | undefined): readonly string[] {
  return rule?.type === "choice" || rule?.type === "choices" ? rule.values : [];
}

function mappedName(names: Readonly<Record<string, string | null>>, name: string): string | null {
  const mapped = Object.hasOwn(names, name) ? names[name] : name;
  return mapped ?? null;
}

function targetOf(mapping: SchemeMapping, kind: Effect["of"], name: string | null): string | null {
  if (kind === "article" || name === null) return null;
  return mappedName(kind === "label" ? mapping.labels : mapping.relations, name);
}

function mappingsOf(
  mapping: SchemeMapping,
  kind: Effect["of"],
  name: string | null,
): AttributeMapping[] {
  return mapping.attributes.filter(({ label, relation }) => {
    if (kind === "label") return label === name;
    if (kind === "relation") return relation === name;
    return label === undefined && relation === undefined;
  });
}

function holderOf(
  scheme: Scheme,
  kind: Effect["of"],
  name: string | null,
): AttributeHolder | undefined {
  if (kind === "article") return articleHolder(scheme);
  if (kind === "label") return scheme.labels.find((rule) => rule.name === name);
  const rule = scheme.relations.find((candidate) => candidate.name === name);
  return rule && relationHolder(rule);
}

/** Something with values, by what it is under both schemes. */
type Held = {
  readonly of: Effect["of"];
  /** By the scheme before. */
  readonly holder: string | null;
  /** What it may have after. */
  readonly rules: readonly AttributeRule[];
};

/** What a record was before it came to the scheme that is left now, and what it was made into then. */
type Earlier<T> = { readonly was: T; readonly became: T };

class Carrying {
  readonly #from: Annotations;
  readonly #change: SchemeChange;
  readonly #next: Annotations;
  readonly #effects: Effect[] = [];
  readonly #spans = new Map<string, Earlier<Span>>();
  readonly #relations = new Map<string, Earlier<Relation>>();
  #article: Earlier<Attributes> | null = null;
  readonly #lostSpans: Span[] = [];
  readonly #lostRelations: Relation[] = [];

  constructor(from: Annotations, change: SchemeChange, before: readonly Change[]) {
    this.#from = from;
    this.#change = change;
    this.#next = new Annotations({ note: from.note });
    for (const one of before) {
      if (one.kind === "attributes") this.#article = { was: one.before, became: one.after };
      if (one.kind === "span" && one.before) {
        if (one.after) this.#spans.set(one.before.id, { was: one.before, became: one.after });
        else if (!from.spans.has(one.before.id)) this.#lostSpans.push(one.before);
      }
      if (one.kind === "relation" && one.before) {
        if (one.after) this.#relations.set(one.before.id, { was: one.before, became: one.after });
        else if (!from.relations.has(one.before.id)) this.#lostRelations.push(one.before);
      }
    }
  }

  result(): CarriedOver {
    const spans = this.#from.spansInOrder().flatMap((span) => {
      const next = this.#span(span);
      return next ? [{ span, next }] : [];
    });
    for (const span of this.#lostSpans) spans.push({ span, next: span });
    spans.sort((a, b) => inTextOrder(a.next, b.next));
    for (const { span, next } of spans) this.#place(span, next);
    const relations = [...this.#from.relations.values()].map((relation) => ({
      relation,
      earlier: this.#relations.get(relation.id),
    }));
    for (const { relation, earlier } of relations) this.#relate(relation, earlier);
    for (const relation of this.#lostRelations) {
      this.#relate(relation, { was: relation, became: relation });
    }
    const { article } = this.#change.to;
    const held: Held = { of: "article", holder: null, rules: article };
    const attributes = this.#values(held, this.#from.attributes, this.#article);
    this.#next.commit({ kind: "attributes", before: {}, after: attributes });
    return { changes: this.#differences(), effects: this.#effects };
  }

  #span(span: Span): Span | null {
    const { mapping, to } = this.#change;
    const earlier = this.#spans.get(span.id);
    const isAsThen = earlier !== undefined && earlier.became.label === span.label;
    const label = isAsThen ? earlier.was.label : mappedName(mapping.labels, span.label);
    const rule = to.labels.find(({ name }) => name === label);
    const at = { of: "label", holder: span.label, attribute: null, value: null } as const;
    if (!rule) {
      this.#effects.push({ ...at, cause: "label_left_out", becomes: null });
      return null;
    }
    if (rule.name !== span.label) {
      this.#effects.push({ ...at, cause: "label_renamed", becomes: rule.name });
    }
    const held: Held = { of: "label", holder: span.label, rules: rule.attributes };
    const then = isAsThen
      ? { was: earlier.was.attributes, became: earlier.became.attributes }
      : null;
    return { ...span, label: rule.name, attributes: this.#values(held, span.attributes, then) };
  }

  #place(span: Span, next: Span): void {
    const rule = this.#change.to.labels.find(({ name }) => name === next.label);
    const isFree = rule?.overlap || this.#next.overlapping(next.fragments, next.label).length === 0;
    if (rule && isFree) {
      this.#next.commit({ kind: "span", before: null, after: next });
      return;
    }
    this.#effects.push({
      cause: "overlap",
      of: "label",
      holder: span.label,
      attribute: null,
      value: null,
      becomes: next.label === span.label ? null : next.label,
    });
  }

  #relate(relation: Relation, earlier: Earlier<Relation> | undefined): void {
    const { mapping, to } = this.#change;
    const isAsThen = earlier !== undefined && earlier.became.type === relation.type;
    const type = isAsThen ? earlier.was.type : mappedName(mapping.relations, relation.type);
    const becomes = type === relation.type ? null : type;
    const rule = to.relations.find(({ name }) => name === type);
    const cause = rule ? this.#obstacle(relation, rule) : "relation_left_out";
    const at = { of: "relation", holder: relation.type, attribute: null, value: null } as const;
    if (cause) this.#effects.push({ ...at, cause, becomes });
    if (cause || !rule) return;
    if (becomes !== null) this.#effects.push({ ...at, cause: "relation_renamed", becomes });
    const held: Held = { of: "relation", holder: relation.type, rules: rule.attributes };
    const then = isAsThen
      ? { was: earlier.was.attributes, became: earlier.became.attributes }
      : null;
    const attributes = this.#values(held, relation.attributes, then);
    const after = { ...relation, type: rule.name, attributes };
    this.#next.commit({ kind: "relation", before: null, after });
  }

  /** What keeps a relation from being one of a type. */
  #obstacle({ from: fromId, to: toId }: Relation, rule: RelationRule): EffectCause | null {
    const from = this.#next.spans.get(fromId);
    const to = this.#next.spans.get(toId);
    if (!from || !to) return "end_left_out";
    if (!rule.from.includes(from.label) || !rule.to.includes(to.label)) return "ends";
    return this.#next.mayRelate(rule, fromId, toId) ? null : "others_in_the_way";
  }

  /** Values as they are after. What was done to them since `earlier` is done to what they were then. */
  #values(held: Held, values: Attributes, earlier: Earlier<Attributes> | null): Attributes {
    const isSame = (name: string) =>
      earlier !== null && sameValue(earlier.became[name], values[name]);
    const result = new Map(Object.entries(earlier?.was ?? {}));
    const mappings = mappingsOf(this.#change.mapping, held.of, held.holder);
    const targetOf = (name: string) => {
      const mapped = mappings.find((one) => one.name === name);
      return { to: mapped ? mapped.becomes : name, values: mapped?.values ?? {} };
    };
    for (const name of Object.keys(earlier?.became ?? {})) {
      const { to } = targetOf(name);
      // Taken away since, or changed, and then it is set again below.
      if (to !== null && !isSame(name)) result.delete(to);
    }
    for (const [name, value] of Object.entries(values)) {
      if (isSame(name)) continue;
      const { to, values: renamed } = targetOf(name);
      const at = { of: held.of, holder: held.holder, attribute: name };
      const written = typeof value === "object" ? value.join(", ") : String(value);
      const rule = held.rules.find((one) => one.name === to);
      if (!rule) {
        this.#effects.push({ ...at, cause: "attribute_left_out", value: null, becomes: null });
        continue;
      }
      const { value: next, isWhole } = convertedValue(value, rule, renamed);
      if (!isWhole || next === undefined || result.has(rule.name)) {
        const becomes = rule.name === name ? null : rule.name;
        this.#effects.push({ ...at, cause: "value_left_out", value: written, becomes });
      } else if (rule.name !== name) {
        this.#effects.push({ ...at, cause: "attribute_renamed", value: null, becomes: rule.name });
      }
      if (next === undefined || result.has(rule.name)) continue;
      if (isWhole && !sameValue(next, value)) {
        const becomes = typeof next === "object" ? next.join(", ") : String(next);
        this.#effects.push({ ...at, cause: "value_changed", value: written, becomes });
      }
      result.set(rule.name, next);
    }
    const after = Object.fromEntries(result);
    return sameAttributes(values, after) ? values : after;
  }

  #differences(): Change[] {
    const gone: Change[] = [];
    const come: Change[] = [];
    const compare = (kind: "span" | "relation") => {
      const [from, next]: ReadonlyMap<string, Span | Relation>[] =
        kind === "span"
          ? [this.#from.spans, this.#next.spans]
          : [this.#from.relations, this.#next.relations];
      for (const id of new Set([...(from?.keys() ?? []), ...(next?.keys() ?? [])])) {
        const before = from?.get(id) ?? null;
        const after = next?.get(id) ?? null;
        if (before && after && sameRecord(before, after)) continue;
        // Both are of the kind whose records are compared.
        const change = { kind, before, after } as Change;
        (after ? come : gone).push(change);
      }
    };
    // Relations hang on spans: they go first and come last.
    compare("relation");
    const relations = come.splice(0);
    compare("span");
    const { attributes: before } = this.#from;
    const { attributes: after } = this.#next;
    const article: Change[] = sameAttributes(before, after)
      ? []
      : [{ kind: "attributes", before, after }];
    return [...gone, ...come, ...relations, ...article];
  }
}

/** Of spans and relations that keep their place and their ends. */
function sameRecord(a: Span | Relation, b: Span | Relation): boolean {
  const nameOf = (one: Span | Relation) => ("label" in one ? one.label : one.type);
  return nameOf(a) === nameOf(b) && sameAttributes(a.attributes, b.attributes);
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => sameValue(a[name], b[name]))
  );
}

/**
 * A value as another rule has it: a choice as the only one of several or the other way round, yes and no as
 * a choice of them, anything as text, and what text says as a choice or a number, where it says just that.
 *
 * @returns no value if it cannot be one; whole unless some of several choices have no place
 */
function convertedValue(
  value: AttributeValue,
  rule: AttributeRule,
  renamed: Readonly<Record<string, string | null>>,
): { value: AttributeValue | undefined; isWhole: boolean } {
  const all = typeof value === "object" ? value : [value];
  const mapped = all.flatMap((one): (string | number | boolean)[] => {
    const name = String(one);
    if (!Object.hasOwn(renamed, name)) return [one];
    const becomes = renamed[name];
    return becomes === null || becomes === undefined ? [] : [becomes];
  });
  const words = mapped.map((one) =>
    typeof one === "boolean" ? (one ? "yes" : "no") : String(one),
  );
  const of = (next: AttributeValue | undefined, isWhole = mapped.length === all.length) => {
    const fits = next !== undefined && isValueOf(rule, next) && !isTooLong(next);
    return { value: fits ? next : undefined, isWhole: isWhole && fits };
  };
  const [first] = mapped;
  const only = mapped.length === 1 ? first : undefined;
  switch (rule.type) {
    case "choice":
      return of(only === undefined ? undefined : words[0]);
    case "choices": {
      const inOrder = rule.values.filter((one) => words.includes(one));
      const isWhole = mapped.length === all.length && words.every((one) => inOrder.includes(one));
      return of(inOrder.length > 0 ? inOrder : undefined, isWhole);
    }
    case "boolean": {
      const said = { yes: true, true: true, no: false, false: false }[String(words[0])];
      return of(only === undefined ? undefined : said);
    }
    case "number": {
      const isNumber = typeof only === "number" || isExactNumber(String(only));
      return of(isNumber ? Number(only) : undefined);
    }
    case "text":
      return of(words.join(", "));
  }
}

/** Whether a text is a number that has no more digits than a number keeps, which are 15. */
function isExactNumber(text: string): boolean {
  return /^[-+]?\d+(?:\.\d+)?$/.test(text) && text.replaceAll(/^[-+0.]+|\./g, "").length <= 15;
}

function isTooLong(value: AttributeValue): boolean {
  return typeof value === "string" && value.length > MAX_ATTRIBUTE_LENGTH;
}
