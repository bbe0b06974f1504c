import { describe, expect, test } from "vitest";
import { appearanceOf, highlightOf } from "@/lib/annotator/label-appearance";
import { describe as wordsOf } from "@/lib/annotator/lost-changes";
import {
  nothingMarked,
  readableValue,
  setKindName,
  setName,
  spanAnnouncement,
  spokenEdges,
  summaryOf,
  unchangeable,
} from "@/lib/annotator/wording";
import { Annotations, type Operation } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { pictured, related } from "./annotator-page";

const summary = (label: string, attributes: Record<string, string>) =>
  summaryOf(defaultScheme, { id: "s", label, quote: "x", fragments: [], attributes });

test("of a span in parts, each says which it is, and where it and the whole end", () => {
  expect(spokenEdges("claim", 3)).toEqual([
    { opens: "claim, part 1 of 3:", closes: "end of part 1" },
    { opens: "claim, part 2 of 3:", closes: "end of part 2" },
    { opens: "claim, part 3 of 3:", closes: "end of claim" },
  ]);
  expect(spokenEdges("claim", 1)).toEqual([{ opens: "claim:", closes: "end of claim" }]);
});

describe("who cannot mark anything is not told to", () => {
  test("by an empty list", () => {
    expect(nothingMarked("writable")).toContain("Select some words");
    for (const standing of ["submitted", "other_layer", "reader"] as const) {
      expect(nothingMarked(standing)).not.toMatch(/select|press|choose/i);
    }
  });

  test("but told why", () => {
    const reasons = (["submitted", "other_layer", "reader"] as const).map(unchangeable);
    expect(new Set(reasons).size).toBe(3);
    expect(unchangeable("writable")).toBeNull();
  });
});

describe("the attributes of a span in few words", () => {
  test("a yes or no is named, in the scheme's order", () => {
    expect(summary("claim", { check_worthy: "yes", polarity: "positive" })).toEqual([
      "positive",
      "check worthy",
    ]);
    expect(summary("claim", { check_worthy: "no" })).toEqual(["not check worthy"]);
  });

  test("what was typed stays as it is", () => {
    expect(summary("attribution", { source: "@port_news", cue: "according_to" })).toEqual([
      "@port_news",
      "according to",
    ]);
    expect(summary("claim", { accused_actor: "yes" })).toEqual(["yes"]);
    expect(summary("claim", { accused_actor: "no" })).toEqual(["no"]);
  });

  test("a label that the scheme does not have has none", () => {
    expect(summary("rumour", { source: "x" })).toEqual([]);
  });
});

test("a value without a rule stays as it is", () => {
  expect(readableValue(undefined, "according_to")).toBe("according_to");
});

describe("an operation in words", () => {
  const { spans } = pictured("[c1:Tehran knew], [d1:not so].");
  const known = [
    new Annotations(),
    new Annotations({ spans, relations: [related("d1 denies c1")], note: "" }),
  ];
  const span = { id: "c1" };
  const relation = { id: "d1 denies c1" };
  const cases: [string, Operation][] = [
    [
      "Add claim “Tehran” (source type: according to, cue: x)",
      {
        id: "o",
        type: "add_span",
        span: {
          id: "n",
          label: "claim",
          fragments: [],
          quote: "Tehran",
          attributes: { source_type: "according_to", cue: "x" },
        },
      },
    ],
    [
      "Add claim “Tehran”",
      {
        id: "o",
        type: "add_span",
        span: { id: "n", label: "claim", fragments: [], quote: "Tehran", attributes: {} },
      },
    ],
    [
      "Change claim “Tehran knew”: label denial, boundaries “knew”, certainty: none",
      {
        id: "o",
        type: "edit_span",
        span: {
          ...span,
          label: "denial",
          fragments: [],
          quote: "knew",
          attributes: { certainty: null },
        },
      },
    ],
    [
      "Change claim “Tehran knew”: label denial",
      { id: "o", type: "edit_span", span: { ...span, label: "denial" } },
    ],
    [
      "Change claim “Tehran knew”: polarity: positive",
      { id: "o", type: "edit_span", span: { ...span, attributes: { polarity: "positive" } } },
    ],
    ["Remove claim “Tehran knew”", { id: "o", type: "remove_span", span }],
    ["Remove a span that is gone", { id: "o", type: "remove_span", span: { id: "x" } }],
    [
      "Link same claim: claim “Tehran knew” to denial “not so”",
      {
        id: "o",
        type: "add_relation",
        relation: { id: "n", type: "same_claim", from: "c1", to: "d1", attributes: {} },
      },
    ],
    [
      "Change link denies: denial “not so” to claim “Tehran knew”",
      { id: "o", type: "edit_relation", relation },
    ],
    [
      "Remove link denies: denial “not so” to claim “Tehran knew”",
      { id: "o", type: "remove_relation", relation },
    ],
    [
      "Remove link a relation that is gone",
      { id: "o", type: "remove_relation", relation: { id: "x" } },
    ],
    ["Article note: see above", { id: "o", type: "set_article_note", note: "see above" }],
  ];
  test.for(cases)("%s", ([words, operation]) => {
    expect(wordsOf(operation, known)).toBe(words);
  });
});

test("a set is named by its kind and its annotator", () => {
  expect([setKindName("imported"), setName({ kind: "gold", annotator: "a3" })]).toEqual([
    "Imported",
    "Gold · a3",
  ]);
});

test.for([
  { relations: [], words: "claim: Tehran" },
  { relations: ["c1 same_claim c2"], words: "claim, 1 relation: Tehran" },
  { relations: ["c1 same_claim c2", "d1 denies c1"], words: "claim, 2 relations: Tehran" },
])("a span is told with how many relations it has: $words", ({ relations, words }) => {
  const { spans } = pictured("[c1:Tehran] [c2:knew] [d1:not].");
  const set = new Annotations({ spans, relations: relations.map(related), note: "" });
  const [first] = spans;
  expect(first && spanAnnouncement(set, first)).toBe(words);
});

describe("how labels look", () => {
  test("a label has the style of its place in the scheme, its letter and its key", () => {
    expect(appearanceOf(defaultScheme, "attribution")).toEqual({
      name: "attribution",
      letter: "A",
      key: "3",
      style: "3.3",
    });
  });

  test("one that the scheme does not have can be told from all others", () => {
    expect(appearanceOf(defaultScheme, "old_label")).toEqual({
      name: "old label",
      letter: "?",
      key: "",
      style: "1.1",
    });
  });

  test("a label has its own style wherever it stands", () => {
    const labels = defaultScheme.labels.map((rule) => ({ ...rule, style: 21 }));
    expect(appearanceOf({ ...defaultScheme, labels }, "attribution").style).toBe("1.2");
  });

  test("the same span is always the same highlight, another one like it is not", () => {
    const [span] = pictured("[d1:no].").spans;
    if (!span) throw new Error("There is no span.");
    const highlight = highlightOf(defaultScheme, span);
    expect(highlight).toEqual({
      id: "d1",
      fragments: span.fragments,
      style: "2.2",
      letter: "D",
      spoken: [{ opens: "denial:", closes: "end of denial" }],
    });
    expect(highlightOf(defaultScheme, span)).toBe(highlight);
    expect(highlightOf(defaultScheme, { ...span })).not.toBe(highlight);
  });
});
