import { LABEL_STYLES, styleNumberOf } from "./label-style";
import {
  MAX_ATTRIBUTE_LENGTH,
  MAX_ATTRIBUTES,
  MAX_CHOICES,
  MAX_DEFINITION_LENGTH,
  MAX_EXAMPLES,
  MAX_GROUP_LENGTH,
  MAX_LABELS,
  MAX_RELATION_TYPES,
} from "./limits";
import { Refusal } from "./refusal";
import type { AttributeRule, LabelRule, RelationRule, Scheme } from "./schemas";

/** Something of a scheme that cannot be, with a sentence for people. */
export type SchemeProblem = {
  /** Where in the scheme: `["labels", 3, "key"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
};

type Told = (path: SchemeProblem["path"], message: string) => void;

/** The most problems that a refusal names. */
const MAX_TOLD = 50;

/**
 * Checks a whole scheme: all that its shape says, and what only the parts together can be wrong in.
 *
 * @returns the same scheme
 * @throws Refusal "unprocessable" with the first problem in words and all of them (50 at most) as `problems`,
 *   each with its `path` ("labels.3.key") and `message`
 */
export function checkedScheme(scheme: Scheme): Scheme {
  const problems = schemeProblems(scheme);
  const [first] = problems;
  if (!first) return scheme;
  const more = problems.length - 1;
  throw new Refusal(
    "unprocessable",
    more === 0 ? first.message : `${first.message} (${more} more)`,
    {
      field: "scheme",
      problems: problems
        .slice(0, MAX_TOLD)
        .map(({ path, message }) => ({ path: path.join("."), message })),
    },
  );
}

/**
 * All that is wrong with a scheme, in its order; nothing for one that can be used. What has been put together by hand
 * may be of the right type and still have any text and number in it.
 */
export function schemeProblems({ labels, relations, article }: Scheme): SchemeProblem[] {
  const problems: SchemeProblem[] = [];
  const tell: Told = (path, message) => problems.push({ path, message });
  if (labels.length === 0) tell(["labels"], "A scheme has at least one label.");
  if (labels.length > MAX_LABELS) {
    tell(["labels"], `A scheme has ${MAX_LABELS} labels at most; this one has ${labels.length}.`);
  }
  if (relations.length > MAX_RELATION_TYPES) {
    tell(
      ["relations"],
      `A scheme has ${MAX_RELATION_TYPES} relation types at most; this one has ${relations.length}.`,
    );
  }
  checkLabels(labels, tell);
  checkRelations(relations, labels, tell);
  checkAttributes(article, ["article"], "The article", tell);
  return problems;
}

function checkLabels(labels: readonly LabelRule[], tell: Told): void {
  const names = new Map<string, number>();
  const keys = new Map<string, string>();
  const looks = new Map<number, string>();
  labels.forEach((rule, index) => {
    const at = ["labels", index];
    const { name, key, letter, group, examples = [] } = rule;
    checkName(name, [...at, "name"], "A label", tell);
    if (names.has(name)) tell([...at, "name"], `There are two labels "${shown(name)}".`);
    names.set(name, index);
    if (key !== undefined) {
      const other = keys.get(key);
      if (!/^[1-9]$/.test(key)) tell([...at, "key"], "A key is one of the digits 1 to 9.");
      else if (other !== undefined) {
        tell(
          [...at, "key"],
          `The key ${key} already sets "${shown(other)}"; "${shown(name)}" needs another one or none.`,
        );
      } else keys.set(key, name);
    }
    if (!/^\p{Lu}$/u.test(letter)) {
      tell([...at, "letter"], `The letter of "${shown(name)}" has to be one capital letter.`);
    }
    checkStyle(rule, index, looks, tell);
    if (group !== undefined) checkText(group, [...at, "group"], MAX_GROUP_LENGTH, "A group", tell);
    checkDefinition(rule.definition, at, tell);
    if (examples.length > MAX_EXAMPLES) {
      tell([...at, "examples"], `A label has ${MAX_EXAMPLES} examples at most.`);
    }
    examples.forEach((example, place) => {
      checkText(example, [...at, "examples", place], MAX_DEFINITION_LENGTH, "An example", tell);
    });
    checkAttributes(rule.attributes, [...at, "attributes"], `"${shown(name)}"`, tell);
  });
}

/** @param looks the label that has each style so far */
function checkStyle(rule: LabelRule, index: number, looks: Map<number, string>, tell: Told): void {
  const style = styleNumberOf(rule, index);
  const path = ["labels", index, "style"];
  if (!Number.isInteger(style) || style < 1 || style > LABEL_STYLES) {
    tell(path, `A style is a whole number from 1 to ${LABEL_STYLES}.`);
    return;
  }
  const other = looks.get(style);
  // More labels than styles have been told of.
  if (other !== undefined && index < LABEL_STYLES) {
    tell(
      path,
      `"${shown(rule.name)}" would look the same as "${shown(other)}": another colour or line would tell them apart.`,
    );
    return;
  }
  looks.set(style, rule.name);
}

function checkRelations(
  relations: readonly RelationRule[],
  labels: readonly LabelRule[],
  tell: Told,
): void {
  const known = new Set(labels.map(({ name }) => name));
  const names = new Set<string>();
  relations.forEach((rule, index) => {
    const at = ["relations", index];
    const { name } = rule;
    checkName(name, [...at, "name"], "A relation type", tell);
    if (names.has(name)) tell([...at, "name"], `There are two relation types "${shown(name)}".`);
    names.add(name);
    for (const end of ["from", "to"] as const) {
      if (rule[end].length === 0) {
        const way = end === "from" ? "lead from" : "lead to";
        tell([...at, end], `"${shown(name)}" has no label that it may ${way}.`);
      }
      const before = new Set<string>();
      rule[end].forEach((label, place) => {
        const path = [...at, end, place];
        if (!known.has(label)) {
          tell(path, `"${shown(name)}" names the label "${shown(label)}", which there is not.`);
        } else if (before.has(label)) {
          tell(path, `"${shown(name)}" names the label "${shown(label)}" twice at one end.`);
        }
        before.add(label);
      });
    }
    if (rule.symmetric && rule.acyclic) {
      tell(
        [...at, "acyclic"],
        `"${shown(name)}" cannot be symmetric and free of circles: what leads both ways leads back.`,
      );
    }
    checkDefinition(rule.definition, at, tell);
    checkAttributes(rule.attributes, [...at, "attributes"], `"${shown(name)}"`, tell);
  });
}

/** @param holder whose attributes they are, in words */
function checkAttributes(
  rules: readonly AttributeRule[],
  at: SchemeProblem["path"],
  holder: string,
  tell: Told,
): void {
  if (rules.length > MAX_ATTRIBUTES) {
    tell(at, `${holder} has ${rules.length} attributes; ${MAX_ATTRIBUTES} is the most.`);
  }
  const before = new Map<string, AttributeRule>();
  rules.forEach((rule, index) => {
    const here = [...at, index];
    checkName(rule.name, [...here, "name"], "An attribute", tell);
    if (before.has(rule.name)) {
      tell([...here, "name"], `${holder} has two attributes "${shown(rule.name)}".`);
    }
    checkDefinition(rule.definition, here, tell);
    if (rule.type === "choice" || rule.type === "choices") checkChoices(rule, here, tell);
    if (rule.type === "number") checkNumbers(rule, here, tell);
    if (rule.type === "text" && rule.default !== undefined) {
      checkText(rule.default, [...here, "default"], MAX_ATTRIBUTE_LENGTH, "A default", tell);
    }
    checkCondition(rule, { rules, before, at: here }, tell);
    before.set(rule.name, rule);
  });
}

function checkChoices(
  rule: Extract<AttributeRule, { type: "choice" | "choices" }>,
  at: SchemeProblem["path"],
  tell: Told,
): void {
  const { name, values } = rule;
  if (values.length === 0) tell([...at, "values"], `"${shown(name)}" has nothing to choose from.`);
  if (values.length > MAX_CHOICES) {
    tell([...at, "values"], `"${shown(name)}" has more than ${MAX_CHOICES} values.`);
  }
  const before = new Set<string>();
  values.forEach((value, place) => {
    const path = [...at, "values", place];
    checkName(value, path, "A value", tell);
    if (before.has(value)) tell(path, `"${shown(name)}" has the value "${shown(value)}" twice.`);
    before.add(value);
  });
  if (rule.default === undefined) return;
  const given = rule.type === "choice" ? [rule.default] : rule.default;
  if (given.length === 0) tell([...at, "default"], "A default of no choices is none.");
  for (const value of given) {
    if (before.has(value)) continue;
    tell([...at, "default"], `"${shown(name)}" cannot have its default "${shown(value)}".`);
  }
  if (new Set(given).size !== given.length) {
    tell([...at, "default"], `The default of "${shown(name)}" has a value twice.`);
  }
}

function checkNumbers(
  rule: Extract<AttributeRule, { type: "number" }>,
  at: SchemeProblem["path"],
  tell: Told,
): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer = false } = rule;
  const name = shown(rule.name);
  for (const field of ["min", "max", "default"] as const) {
    const value = rule[field];
    if (value === undefined || Number.isFinite(value)) continue;
    tell([...at, field], `"${name}" has something here that is no number.`);
    return;
  }
  if (min > max) {
    tell([...at, "min"], `The least "${name}" may be is more than the greatest.`);
    return;
  }
  if (integer && Math.ceil(min) > Math.floor(max)) {
    tell([...at, "min"], `There is no whole number between the limits of "${name}".`);
  }
  const given = rule.default;
  if (given === undefined) return;
  if (given < min || given > max || (integer && !Number.isInteger(given))) {
    tell([...at, "default"], `The default of "${name}" is not within its limits.`);
  }
}

/** What an attribute depends on is one before it, and can have the values that it waits for. */
function checkCondition(
  { name, only_if: condition }: AttributeRule,
  {
    rules,
    before,
    at,
  }: {
    rules: readonly AttributeRule[];
    before: ReadonlyMap<string, AttributeRule>;
    at: SchemeProblem["path"];
  },
  tell: Told,
): void {
  if (condition === undefined) return;
  const { attribute: sought, values } = condition;
  const other = before.get(sought);
  if (!other) {
    const isLater = rules.some((rule) => rule.name === sought);
    tell(
      [...at, "only_if", "attribute"],
      sought === name
        ? `"${shown(name)}" cannot depend on itself.`
        : isLater
          ? `"${shown(name)}" depends on "${shown(sought)}", which has to come before it.`
          : `"${shown(name)}" depends on "${shown(sought)}", which there is not.`,
    );
    return;
  }
  if (values === undefined) return;
  const path = [...at, "only_if", "values"];
  if (values.length === 0) {
    tell(path, `"${shown(name)}" waits for a value of "${shown(sought)}", and names none.`);
    return;
  }
  if (new Set(values).size !== values.length) {
    tell(path, `"${shown(name)}" waits for the same value of "${shown(sought)}" twice.`);
  }
  values.forEach((value, place) => {
    if (mayBe(other, value)) return;
    tell(
      [...path, place],
      `"${shown(name)}" waits for "${shown(String(value))}" of "${shown(sought)}", which cannot be that.`,
    );
  });
}

function mayBe(rule: AttributeRule, value: string | boolean): boolean {
  switch (rule.type) {
    case "choice":
    case "choices":
      return typeof value === "string" && rule.values.includes(value);
    case "boolean":
      return typeof value === "boolean";
    // Only whether they have one can be asked of these.
    case "number":
    case "text":
      return false;
  }
}

/**
 * Whether something can be a name in a scheme; "" cannot. Nor can what every object of JavaScript has, and so many a
 * reader of a dataset would find where nothing is: of the names of this form that is one.
 */
export function isSchemeName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,62}$/.test(name) && !(name in {});
}

function checkName(name: string, path: SchemeProblem["path"], what: string, tell: Told): void {
  if (isSchemeName(name)) return;
  tell(
    path,
    name === ""
      ? `${what} has no name.`
      : name in {}
        ? `"${shown(name)}" cannot be a name: programs have another meaning for it.`
        : `"${shown(name)}" cannot be a name: it has 1 to 63 lower-case letters (a-z), digits and _, and begins with a letter.`,
  );
}

function checkDefinition(
  definition: string | undefined,
  at: SchemeProblem["path"],
  tell: Told,
): void {
  if (definition === undefined || definition === "") return;
  checkText(definition, [...at, "definition"], MAX_DEFINITION_LENGTH, "A definition", tell);
}

function checkText(
  text: string,
  path: SchemeProblem["path"],
  most: number,
  what: string,
  tell: Told,
): void {
  if (text.trim() === "") {
    tell(path, `${what} has nothing in it.`);
    return;
  }
  if (text.length > most) {
    tell(path, `${what} has ${most} characters at most.`);
    return;
  }
  if (!text.isWellFormed() || text.includes("\0")) {
    tell(path, `${what} has a character in it that cannot be stored.`);
  }
}

/** A name as a sentence has it, however long it is. */
function shown(name: string): string {
  return name.slice(0, 80).toWellFormed();
}
