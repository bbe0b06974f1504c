import { labelStyle, styleNumberOf } from "./label-style";
import type { AttributeRule, LabelRule, RelationRule, Scheme, SchemeMapping } from "./schemas";
import { valuesInWords } from "./scheme";

/** What is different about a label, a relation type or the article, in words. */
export type Difference = {
  /** What it is about: "Label claim", "Relation denies", "Article". */
  readonly about: string;
  readonly kind: "new" | "changed" | "gone";
  /** None for what is new or gone as a whole and says so itself. */
  readonly changes: readonly ChangeInWords[];
};

/** One change: a sentence, and where that is about words that people wrote, those before and those now. */
export type ChangeInWords = {
  readonly says: string;
  /** Empty where there were none. */
  readonly before: readonly string[];
  /** Empty where there are none any more. */
  readonly after: readonly string[];
};

/** How the lines below labels are called, in their order. */
export const lineNames = [
  "solid",
  "double",
  "dotted",
  "dashed",
  "wavy",
  "thick solid",
  "thick dashed",
  "thick dotted",
  "thick double",
  "thick wavy",
];

const saying = (says: string): ChangeInWords => ({ says, before: [], after: [] });

type Names = Readonly<Record<string, string | null>>;

/**
 * How a scheme differs from the one before, in its order; what is gone comes last.
 *
 * @param mapping what became of names: without it, what was renamed is gone and new
 */
export function schemeDifferences(from: Scheme, to: Scheme, mapping: SchemeMapping): Difference[] {
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
    {
      about: "Labels",
      kind: "changed",
      changes: [saying(`They stand in another order: ${list(now)}.`)],
    },
  ];
}

function holderDifferences<Rule extends LabelRule | RelationRule>(
  what: string,
  from: readonly Rule[],
  to: readonly Rule[],
  mapped: Names,
  changesOf: (before: Rule, after: Rule) => ChangeInWords[],
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
      const attributes = after.attributes.map((rule) => saying(attributeInWords(rule)));
      differences.push({ about: `${what} ${after.name}`, kind: "new", changes: attributes });
      continue;
    }
    continued.add(before.name);
    const changes = [
      ...(before.name === after.name ? [] : [saying(`It was called ${before.name}.`)]),
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
      changes: isThere ? [saying(`What has it becomes ${target}.`)] : [],
    });
  }
  return differences;
}

function labelChanges(
  before: LabelRule,
  after: LabelRule,
  from: Scheme,
  to: Scheme,
): ChangeInWords[] {
  const [was, is] = [
    lookOf(before, from.labels.indexOf(before)),
    lookOf(after, to.labels.indexOf(after)),
  ];
  return [
    ...[
      ...changed("key", before.key, after.key),
      ...changed("letter", before.letter, after.letter),
      ...changed("group", before.group, after.group),
      ...changed("colour", was.colour, is.colour),
      ...changed("line", was.line, is.line),
      ...(before.overlap === after.overlap
        ? []
        : [after.overlap ? "Its spans may overlap now." : "Its spans may not overlap any more."]),
    ].map(saying),
    ...definitionChanged(before.definition, after.definition),
    ...examplesChanged(before.examples ?? [], after.examples ?? []),
  ];
}

/** The colour and the line of a label, as the editor of schemes calls them. */
function lookOf(rule: LabelRule, index: number): { colour: string; line: string } {
  const [colour = "", line = ""] = labelStyle(styleNumberOf(rule, index)).split(".");
  return { colour, line: lineNames[Number(line) - 1] ?? line };
}

function relationChanges(
  before: RelationRule,
  after: RelationRule,
  labels: Names,
): ChangeInWords[] {
  const ends = (["from", "to"] as const).flatMap((end) => {
    const was = before[end].map((name) => becomes(labels, name)).filter((name) => name !== null);
    return same([...new Set(was)].sort(), [...after[end]].sort())
      ? []
      : [`It leads ${end} ${list(after[end])}; before, ${end} ${list(before[end])}.`];
  });
  const plain = "many_to_many";
  return [
    ...[
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
    ].map(saying),
    ...definitionChanged(before.definition, after.definition),
  ];
}

function attributeChanges(
  from: readonly AttributeRule[],
  to: readonly AttributeRule[],
  mappings: SchemeMapping["attributes"],
): ChangeInWords[] {
  const names: Names = Object.fromEntries(mappings.map((one) => [one.name, one.becomes]));
  const changes: ChangeInWords[] = [];
  const continued = new Set<string>();
  for (const after of to) {
    const before =
      from.find(({ name }) => name === after.name && becomes(names, name) === name) ??
      from.find(({ name }) => becomes(names, name) === after.name);
    if (!before) {
      changes.push(saying(`New attribute ${attributeInWords(after)}`));
      continue;
    }
    continued.add(before.name);
    const mapping = mappings.find(({ name }) => name === before.name);
    for (const { says, ...words } of ruleChanges(before, after, mapping?.values ?? {})) {
      changes.push({ says: `${after.name}: ${says}`, ...words });
    }
  }
  for (const { name } of from) {
    if (continued.has(name)) continue;
    const target = becomes(names, name);
    const isThere = to.some((rule) => rule.name === target);
    changes.push(
      saying(
        isThere
          ? `The attribute ${name} becomes ${target}.`
          : `The attribute ${name} is not there any more.`,
      ),
    );
  }
  return changes;
}

function ruleChanges(before: AttributeRule, after: AttributeRule, mapped: Names): ChangeInWords[] {
  const sentences = before.name === after.name ? [] : [`was called ${before.name}.`];
  if (before.type !== after.type) {
    sentences.push(`is ${valuesInWords(after)} now; before, ${valuesInWords(before)}.`);
  } else if ("values" in before && "values" in after) {
    sentences.push(...valueChanges(before.values, after.values, mapped));
  } else if (valuesInWords(before) !== valuesInWords(after)) {
    sentences.push(`is ${valuesInWords(after)} now; before, ${valuesInWords(before)}.`);
  }
  if ((before.required ?? false) !== (after.required ?? false)) {
    sentences.push(after.required ? "is required now." : "is not required any more.");
  }
  if (!same(before.only_if ?? null, after.only_if ?? null)) {
    sentences.push(`is shown ${conditionInWords(after)} now; before, ${conditionInWords(before)}.`);
  }
  if (!same(before.default ?? null, after.default ?? null)) {
    const was = before.default === undefined ? "nothing" : written(before.default);
    const { default: given } = after;
    sentences.push(
      given === undefined
        ? `has no default any more (it was ${was}).`
        : `is ${written(given)} by default now; before, ${was}.`,
    );
  }
  return [
    ...sentences.map(saying),
    ...definitionChanged(before.definition, after.definition, "is"),
  ];
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

/** @param begins how its sentence does */
function definitionChanged(
  before: string | undefined,
  after: string | undefined,
  begins: "It is" | "is" = "It is",
): ChangeInWords[] {
  if (before === after) return [];
  const how =
    after === undefined
      ? "not defined any more"
      : before === undefined
        ? "defined now"
        : "defined otherwise";
  return [
    {
      says: `${begins} ${how}:`,
      before: before === undefined ? [] : [before],
      after: after === undefined ? [] : [after],
    },
  ];
}

/** By the examples that are gone and those that came; all of them where only their order is another. */
function examplesChanged(before: readonly string[], after: readonly string[]): ChangeInWords[] {
  if (same(before, after)) return [];
  const gone = before.filter((example) => !after.includes(example));
  const came = after.filter((example) => !before.includes(example));
  if (gone.length + came.length === 0) {
    return [{ says: "Its examples stand in another order:", before, after }];
  }
  return [{ says: "Its examples are others:", before: gone, after: came }];
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
