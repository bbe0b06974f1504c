import { counted } from "./figures";
import { styleNumberOf } from "./label-style";
import type { AttributeRule, LabelRule, RelationRule, Scheme, SchemeMapping } from "./schemas";
import { valuesInWords } from "./scheme";

/** What is different about a label, a relation type or the article, in words. */
export type Difference = {
  /** What it is about: "Label claim", "Relation denies", "Article". */
  readonly about: string;
  readonly kind: "new" | "changed" | "gone";
  /** A sentence each; none for what is new or gone as a whole and says so itself. */
  readonly changes: readonly string[];
};

type Names = Readonly<Record<string, string | null>>;

/** What a mapping says of names that nobody says anything about. */
export const noMapping: SchemeMapping = { labels: {}, relations: {}, attributes: [] };

/**
 * How a scheme differs from the one before, in its order; what is gone comes last. By the names alone, what was
 * renamed is gone and new.
 */
export function schemeDifferences(
  from: Scheme,
  to: Scheme,
  mapping: SchemeMapping = noMapping,
): Difference[] {
  return [
    ...holderDifferences("Label", from.labels, to.labels, mapping.labels, (before, after) => [
      ...labelChanges(before, after, from, to),
      ...attributeChanges(
        before.attributes,
        after.attributes,
        mapping.attributes.filter(({ label }) => label === before.name),
      ),
    ]),
    ...holderDifferences(
      "Relation",
      from.relations,
      to.relations,
      mapping.relations,
      (before, after) => [
        ...relationChanges(before, after, mapping.labels),
        ...attributeChanges(
          before.attributes,
          after.attributes,
          mapping.attributes.filter(({ relation }) => relation === before.name),
        ),
      ],
    ),
    ...articleDifferences(from, to, mapping),
    ...orderDifference(from, to, mapping),
  ];
}

function articleDifferences(from: Scheme, to: Scheme, mapping: SchemeMapping): Difference[] {
  const own = mapping.attributes.filter(
    ({ label, relation }) => label === undefined && relation === undefined,
  );
  const changes = attributeChanges(from.article, to.article, own);
  return changes.length === 0 ? [] : [{ about: "Article", kind: "changed", changes }];
}

function orderDifference(from: Scheme, to: Scheme, mapping: SchemeMapping): Difference[] {
  const before = from.labels.flatMap(({ name }) => becomes(mapping.labels, name) ?? []);
  const there = new Set(to.labels.map(({ name }) => name));
  const known = new Set(before);
  const old = before.filter((name) => there.has(name));
  const now = to.labels.map(({ name }) => name).filter((name) => known.has(name));
  if (new Set(old).size !== old.length || old.every((name, at) => name === now[at])) return [];
  return [
    { about: "Labels", kind: "changed", changes: [`They stand in another order: ${list(now)}.`] },
  ];
}

function holderDifferences<Rule extends LabelRule | RelationRule>(
  what: string,
  from: readonly Rule[],
  to: readonly Rule[],
  mapped: Names,
  changesOf: (before: Rule, after: Rule) => string[],
): Difference[] {
  const differences: Difference[] = [];
  // What is merged into another is not what that was before.
  const originOf = (name: string) =>
    from.find((rule) => rule.name === name && becomes(mapped, name) === name) ??
    from.find((rule) => becomes(mapped, rule.name) === name);
  const continued = new Set<string>();
  for (const after of to) {
    const before = originOf(after.name);
    if (!before) {
      const attributes = after.attributes.map(attributeInWords);
      differences.push({ about: `${what} ${after.name}`, kind: "new", changes: attributes });
      continue;
    }
    continued.add(before.name);
    const changes = [
      ...(before.name === after.name ? [] : [`It was called ${before.name}.`]),
      ...changesOf(before, after),
    ];
    if (changes.length > 0) {
      differences.push({ about: `${what} ${after.name}`, kind: "changed", changes });
    }
  }
  for (const { name } of from) {
    if (continued.has(name)) continue;
    const target = becomes(mapped, name);
    const isThere = to.some((rule) => rule.name === target);
    differences.push({
      about: `${what} ${name}`,
      kind: "gone",
      changes: isThere ? [`What has it becomes ${target}.`] : [],
    });
  }
  return differences;
}

function labelChanges(before: LabelRule, after: LabelRule, from: Scheme, to: Scheme): string[] {
  const looks = [
    styleNumberOf(before, from.labels.indexOf(before)),
    styleNumberOf(after, to.labels.indexOf(after)),
  ];
  return [
    ...changed("key", before.key, after.key),
    ...changed("letter", before.letter, after.letter),
    ...changed("group", before.group, after.group),
    ...(looks[0] === looks[1] ? [] : ["Its colour or line is another."]),
    ...(before.overlap === after.overlap
      ? []
      : [after.overlap ? "Its spans may overlap now." : "Its spans may not overlap any more."]),
    ...definitionChanged(before.definition, after.definition),
    ...(same(before.examples ?? [], after.examples ?? [])
      ? []
      : [
          `Its examples are others: ${counted(after.examples?.length ?? 0, "example")}, before ${before.examples?.length ?? 0}.`,
        ]),
  ];
}

function relationChanges(before: RelationRule, after: RelationRule, labels: Names): string[] {
  const ends = (["from", "to"] as const).flatMap((end) => {
    const was = before[end].map((name) => becomes(labels, name)).filter((name) => name !== null);
    return same([...new Set(was)].sort(), [...after[end]].sort())
      ? []
      : [`It leads ${end} ${list(after[end])}; before, ${end} ${list(before[end])}.`];
  });
  const plain = "many_to_many";
  return [
    ...ends,
    ...(before.symmetric === after.symmetric
      ? []
      : [after.symmetric ? "It leads both ways now." : "It leads one way now."]),
    ...((before.acyclic ?? false) === (after.acyclic ?? false)
      ? []
      : [after.acyclic ? "It may not lead in circles any more." : "It may lead in circles now."]),
    ...changed(
      "cardinality",
      (before.cardinality ?? plain).replaceAll("_", " "),
      (after.cardinality ?? plain).replaceAll("_", " "),
    ),
    ...definitionChanged(before.definition, after.definition),
  ];
}

function attributeChanges(
  from: readonly AttributeRule[],
  to: readonly AttributeRule[],
  mappings: SchemeMapping["attributes"],
): string[] {
  const names: Names = Object.fromEntries(mappings.map((one) => [one.name, one.becomes]));
  const sentences: string[] = [];
  const continued = new Set<string>();
  for (const after of to) {
    const before =
      from.find(({ name }) => name === after.name && becomes(names, name) === name) ??
      from.find(({ name }) => becomes(names, name) === after.name);
    if (!before) {
      sentences.push(`New attribute ${attributeInWords(after)}`);
      continue;
    }
    continued.add(before.name);
    const mapping = mappings.find(({ name }) => name === before.name);
    for (const change of ruleChanges(before, after, mapping?.values ?? {})) {
      sentences.push(`${after.name}: ${change}`);
    }
  }
  for (const { name } of from) {
    if (continued.has(name)) continue;
    const target = becomes(names, name);
    const isThere = to.some((rule) => rule.name === target);
    sentences.push(
      isThere
        ? `The attribute ${name} becomes ${target}.`
        : `The attribute ${name} is not there any more.`,
    );
  }
  return sentences;
}

function ruleChanges(before: AttributeRule, after: AttributeRule, mapped: Names): string[] {
  const sentences = before.name === after.name ? [] : [`was called ${before.name}.`];
  if (before.type !== after.type) sentences.push(`is ${valuesInWords(after)} now.`);
  else if ("values" in before && "values" in after) {
    sentences.push(...valueChanges(before.values, after.values, mapped));
  } else if (valuesInWords(before) !== valuesInWords(after)) {
    sentences.push(`is ${valuesInWords(after)} now; before, ${valuesInWords(before)}.`);
  }
  if ((before.required ?? false) !== (after.required ?? false)) {
    sentences.push(after.required ? "is required now." : "is not required any more.");
  }
  if (!same(before.only_if ?? null, after.only_if ?? null)) {
    sentences.push(`is shown ${conditionInWords(after)} now.`);
  }
  if (!same(before.default ?? null, after.default ?? null)) {
    const { default: given } = after;
    sentences.push(
      given === undefined ? "has no default any more." : `is ${written(given)} by default now.`,
    );
  }
  sentences.push(
    ...definitionChanged(before.definition, after.definition).map(() => "is defined otherwise."),
  );
  return sentences;
}

function valueChanges(from: readonly string[], to: readonly string[], mapped: Names): string[] {
  const renamed = from.flatMap((name) => {
    const target = becomes(mapped, name);
    if (target === name && to.includes(name)) return [];
    return target !== null && to.includes(target)
      ? [`${name} becomes ${target}.`]
      : [`${name} is not there any more.`];
  });
  const targets = new Set(from.map((name) => becomes(mapped, name)));
  const added = to.filter((name) => !targets.has(name));
  const before = from.filter((name) => to.includes(name));
  const after = to.filter((name) => from.includes(name));
  return [
    ...renamed,
    ...(added.length === 0 ? [] : [`may be ${list(added)} too.`]),
    ...(same(before, after) ? [] : ["has its values in another order."]),
  ];
}

/** An attribute in words: "form: one of: direct, reported; required." */
export function attributeInWords(rule: AttributeRule): string {
  const more = [
    rule.required ? "required" : "",
    rule.only_if ? `shown ${conditionInWords(rule)}` : "",
    rule.default === undefined ? "" : `${written(rule.default)} by default`,
  ].filter((words) => words !== "");
  return `${rule.name}: ${[valuesInWords(rule), ...more].join("; ")}.`;
}

/** When an attribute is shown: "always", "only if form is direct or reported". */
export function conditionInWords({ only_if: condition }: AttributeRule): string {
  if (condition === undefined) return "always";
  const { attribute, values } = condition;
  if (values === undefined) return `only if ${attribute} has a value`;
  return `only if ${attribute} is ${values.map(written).join(" or ")}`;
}

function written(value: string | number | boolean | readonly string[]): string {
  if (typeof value === "object") return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

function changed(what: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  if (after === undefined) return [`It has no ${what} any more (it was ${before}).`];
  return [`Its ${what} is ${after}${before === undefined ? "" : `, not ${before}`}.`];
}

function definitionChanged(before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  if (after === undefined) return ["It has no definition any more."];
  return [before === undefined ? "It is defined now." : "It is defined otherwise."];
}

function becomes(names: Names, name: string): string | null {
  return (Object.hasOwn(names, name) ? names[name] : name) ?? null;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}

/** Whether two values that JSON can write are written the same. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
