import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { schemeProblems } from "@/lib/domain/scheme-check";
import { adopted, draftOf, schemeOfDraft } from "@/lib/domain/scheme-draft";
import { MAX_SCHEME_FILE, writeSchemeFile } from "@/lib/domain/scheme-file";
import {
  readSchemeFile,
  SCHEME_SCHEMA_FILE,
  schemeJsonSchema,
} from "@/lib/domain/scheme-file-schemas";
import { schemeLibrary } from "@/lib/workflow/scheme-library";

const refused = (text: string) => {
  try {
    readSchemeFile(text);
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, message: error.message };
    throw error;
  }
  return null;
};

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const names = (least = 1) => fc.uniqueArray(name, { minLength: least, maxLength: 5 });
const definition = fc
  .string({ minLength: 1, maxLength: 60, unit: "grapheme" })
  .map((text) => text.trim())
  .filter((text) => text !== "" && text.isWellFormed() && !text.includes("\0"));
const attributes = fc
  .uniqueArray(
    fc.oneof(
      fc.record({ name, type: fc.constant("choice" as const), values: names() }),
      fc.record({ name, type: fc.constant("choices" as const), values: names() }),
      fc.record({ name, type: fc.constant("boolean" as const), default: fc.boolean() }),
      fc.record({ name, type: fc.constant("number" as const), min: fc.integer() }),
      fc.record({
        name,
        type: fc.constant("text" as const),
        definition,
        required: fc.constant(true as const),
      }),
    ),
    { selector: (rule) => rule.name, maxLength: 5 },
  )
  .map((rules) =>
    rules.map((rule, at) => {
      const before = rules[at - 1];
      return before && at % 2 === 1 ? { ...rule, only_if: { attribute: before.name } } : rule;
    }),
  );
const anyScheme: fc.Arbitrary<Scheme> = names().chain((labels) =>
  fc.record({
    labels: fc.tuple(
      ...labels.map((label) =>
        fc.record({
          name: fc.constant(label),
          letter: fc.constantFrom("A", "Ж", "Ω"),
          overlap: fc.boolean(),
          attributes,
          definition,
        }),
      ),
    ),
    relations: names(0).chain((types) =>
      fc.tuple(
        ...types.map((type) =>
          fc.record({
            name: fc.constant(type),
            from: fc.uniqueArray(fc.constantFrom(...labels), { minLength: 1 }),
            to: fc.uniqueArray(fc.constantFrom(...labels), { minLength: 1 }),
            symmetric: fc.boolean(),
            attributes,
          }),
        ),
      ),
    ),
    article: attributes,
  }),
);

describe("the file of a scheme", () => {
  test("has a scheme as it is, whatever is in it; so has a draft of it", () => {
    const matches = new Ajv2020({ strict: false, validateFormats: false }).compile(
      schemeJsonSchema(),
    );
    fc.assert(
      fc.property(anyScheme, fc.string(), (scheme, title) => {
        expect(schemeProblems(scheme)).toEqual([]);
        const text = writeSchemeFile({ title, scheme });
        expect(readSchemeFile(text).scheme).toEqual(scheme);
        expect(matches(JSON.parse(text))).toBe(true);
        expect(schemeOfDraft(draftOf(scheme))).toEqual(scheme);
        expect(schemeOfDraft(adopted(scheme, defaultScheme))).toEqual(scheme);
      }),
      { numRuns: 200 },
    );
  });

  test("may be a scheme alone, also as it was stored before there were attributes of relations", () => {
    const { labels, relations } = defaultScheme;
    const old = {
      labels: labels.map(({ overlap: _, ...rule }) => rule),
      relations: relations.map(({ attributes: _, ...rule }) => rule),
    };
    expect(readSchemeFile(JSON.stringify(old)).scheme).toEqual(defaultScheme);
    expect(
      readSchemeFile(`\ufeff${JSON.stringify({ gainsay_scheme: 1, title: "", scheme: old })}`)
        .scheme,
    ).toEqual(defaultScheme);
  });

  test.for([
    { what: "no JSON", text: "{\n\n  oops", code: "invalid", says: "line 3" },
    { what: "nothing", text: "", code: "invalid", says: "This is no JSON" },
    { what: "something else", text: '"scheme"', code: "unprocessable", says: "no scheme" },
    {
      what: "a later version",
      text: '{"gainsay_scheme":2,"title":"","scheme":{}}',
      code: "unprocessable",
      says: "gainsay_scheme",
    },
    { what: "too much", text: " ".repeat(MAX_SCHEME_FILE + 1), code: "too_large", says: "4 MiB" },
    {
      what: "lists in lists without end",
      text: "[".repeat(1_000_000),
      code: "invalid",
      says: "This is no JSON",
    },
    {
      what: "more than its shape",
      text: '{"labels":[],"relations":[],"__proto__":{"a":1}}',
      code: "unprocessable",
      says: "no scheme",
    },
    {
      what: "what cannot be together",
      text: JSON.stringify({ ...defaultScheme, labels: defaultScheme.labels.slice(1) }),
      code: "unprocessable",
      says: 'relations.0.to.0: "source_of" names the label "claim", which there is not.',
    },
  ])("with $what in it is refused", ({ text, code, says }) => {
    const refusal = refused(text);
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toContain(says);
  });

  test("is as its published schema says", () => {
    const file = new URL(`../../docs/schemas/${SCHEME_SCHEMA_FILE}`, import.meta.url);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(schemeJsonSchema());
  });
});

describe("the library", () => {
  const library = schemeLibrary();

  test("has every file of its folder, each a scheme that can be used", () => {
    const files = readdirSync(new URL("../../seeds/schemes", import.meta.url));
    expect(library.length).toBe(files.length);
    for (const { scheme } of library) expect(schemeProblems(scheme)).toEqual([]);
    expect(new Set(library.map(({ id }) => id)).size).toBe(library.length);
  });

  test("names where each is from, but for Gainsay's own", () => {
    const unnamed = library.filter(({ sources = [] }) => sources.length === 0);
    expect(unnamed.map(({ id }) => id)).toEqual(["claims"]);
  });

  test("begins with the default scheme", () => {
    expect(library[0]?.scheme).toEqual(defaultScheme);
  });

  test("has the 23 techniques in their six groups", () => {
    const scheme = library.find(({ id }) => id === "propaganda")?.scheme;
    const groups = Map.groupBy(scheme?.labels ?? [], ({ group }) => group);
    expect([...groups].map(([group, { length }]) => [group, length])).toEqual([
      ["Attack on reputation", 5],
      ["Justification", 5],
      ["Distraction", 3],
      ["Simplification", 3],
      ["Call", 3],
      ["Manipulative wording", 4],
    ]);
  });

  test("has the techniques of DISARM, each once, under its tactic", () => {
    const scheme = library.find(({ id }) => id === "disarm")?.scheme;
    const values = (scheme?.article ?? []).flatMap((rule) => ("values" in rule ? rule.values : []));
    const ids = values.map((value) => /^(t\d{4})_/.exec(value)?.[1]);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(values.length);
    expect([scheme?.article.length, values.length]).toEqual([16, 103]);
  });
});

test("a scheme that is too large to be written in lines is written so that it can be read again", () => {
  const values = Array.from({ length: 50 }, (_, at) => `value${at}`);
  const attributes = Array.from({ length: 20 }, (_, at) => ({
    name: `a${at}`,
    type: "choice" as const,
    values,
  }));
  const [first] = defaultScheme.labels;
  if (!first) throw new Error("Other.");
  const { key: _, style: __, ...plain } = first;
  const labels = Array.from({ length: 200 }, (_, at) => ({ ...plain, name: `l${at}`, attributes }));
  const scheme: Scheme = { labels, relations: [], article: [] };
  expect(JSON.stringify(scheme, null, 2).length).toBeGreaterThan(MAX_SCHEME_FILE);
  expect(schemeProblems(scheme)).toEqual([]);
  expect(readSchemeFile(writeSchemeFile({ title: "Large", scheme })).scheme).toEqual(scheme);
});
