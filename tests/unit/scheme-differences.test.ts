import { describe, expect, test } from "vitest";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { schemeDifferences } from "@/lib/domain/scheme-differences";

const nothing = { labels: {}, relations: {}, attributes: [] };

/** Says something of everything that a scheme can say. */
const full: Scheme = {
  labels: [
    {
      name: "a",
      key: "1",
      letter: "A",
      overlap: true,
      group: "First",
      definition: "What a is.",
      examples: ["one", "two"],
      style: 7,
      attributes: [
        {
          name: "kind",
          type: "choice",
          values: ["x", "y"],
          default: "y",
          required: true,
          definition: "Which kind.",
        },
        { name: "many", type: "choices", values: ["p", "q"], default: ["p", "q"] },
        { name: "sure", type: "boolean", default: false },
        { name: "why", type: "text", default: "so", only_if: { attribute: "kind", values: ["x"] } },
        { name: "much", type: "number", min: 0, max: 5, integer: true, default: 2 },
      ],
    },
    { name: "b", letter: "B", overlap: false, attributes: [] },
  ],
  relations: [
    {
      name: "r",
      from: ["a"],
      to: ["b"],
      symmetric: false,
      acyclic: true,
      cardinality: "one_to_many",
      definition: "What r is.",
      attributes: [{ name: "how", type: "text", required: true }],
    },
  ],
  article: [
    { name: "tone", type: "choice", values: ["calm", "loud"], definition: "How it sounds." },
  ],
};

type Path = readonly (string | number)[];

/** The places of all that a value says. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) =>
    leaves(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The same with something else at a place. */
function changedAt(
  value: unknown,
  [key, ...rest]: Path,
  change: (was: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((one, at) => (at === key ? changedAt(one, rest, change) : one));
  }
  const entries = Object.entries(value as object); // a place leads through lists and objects alone
  return Object.fromEntries(
    entries.map(([name, one]) => [name, name === key ? changedAt(one, rest, change) : one]),
  );
}

/** Something else of the same type. */
function other(was: unknown): unknown {
  if (typeof was === "boolean") return !was;
  if (typeof was === "number") return was + 1;
  if (was === "one_to_many") return "many_to_one";
  if (was === "choice" || was === "choices" || was === "number" || was === "boolean") return "text";
  return was === "text" ? "boolean" : `${was} otherwise`;
}

describe("what is different between two schemes", () => {
  test.for(leaves(full).map((path) => ({ name: path.join("."), path })))(
    "is told of $name",
    ({ path }) => {
      const now = changedAt(full, path, other) as Scheme; // of the shape that it had
      const told = schemeDifferences(full, now, nothing);
      expect(told).not.toEqual([]);
      expect(schemeDifferences(full, full, nothing)).toEqual([]);
    },
  );

  test.for(
    leaves(full)
      .filter((path) => path.includes("definition") || path.includes("examples"))
      .map((path) => ({ name: path.join("."), path })),
  )("has the words before and after of $name", ({ path }) => {
    let words = "";
    const reworded = (was: unknown) => {
      words = String(was);
      return `${words} Or not.`;
    };
    const now = changedAt(full, path, reworded) as Scheme; // of the shape that it had
    const [difference] = schemeDifferences(full, now, nothing);
    expect(difference?.changes).toEqual([
      expect.objectContaining({ before: [words], after: [`${words} Or not.`] }),
    ]);
  });

  test("names colours and lines, and what defaults and conditions were", () => {
    const [a, b] = full.labels;
    const [kind, many, sure, why, much] = a?.attributes ?? [];
    if (!a || !b || !kind || !many || !sure || !why || !much) throw new Error("Other.");
    const { default: _, ...plain } = much;
    const now: Scheme = {
      ...full,
      labels: [
        {
          ...a,
          style: 23,
          attributes: [
            kind,
            many,
            sure,
            { ...why, default: "thus", only_if: { attribute: "sure" } } as typeof why,
            plain as typeof much,
          ],
        },
        b,
      ],
    };
    const [difference] = schemeDifferences(full, now, nothing);
    expect(difference?.changes.map(({ says }) => says)).toEqual([
      "Its colour is 3, not 7.",
      "Its line is dashed, not thick dashed.",
      "why: is shown only if sure has a value now; before, only if kind is x.",
      "why: is thus by default now; before, so.",
      "much: has no default any more (it was 2).",
    ]);
  });

  test("is what a name became, where that is known", () => {
    const [claim, ...others] = defaultScheme.labels;
    if (!claim) throw new Error("Other.");
    const now = { ...defaultScheme, labels: [{ ...claim, name: "assertion" }, ...others] };
    const kinds = (mapping: typeof nothing) =>
      schemeDifferences(defaultScheme, now, mapping)
        .filter(({ about }) => about.startsWith("Label"))
        .map(({ kind, about }) => `${kind} ${about}`);
    expect(kinds({ ...nothing, labels: { claim: "assertion" } })).toEqual([
      "changed Label assertion",
    ]);
    expect(kinds(nothing)).toEqual(["new Label assertion", "gone Label claim"]);
  });
});
