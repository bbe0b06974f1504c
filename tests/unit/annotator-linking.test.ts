import { describe, expect, test } from "vitest";
import { linkable, linksBetween, nearestFirst, sentenceOf } from "@/lib/annotator/linking";
import { Annotations } from "@/lib/domain/operation";
import { defaultScheme, type RelationRule } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import { pictured, related } from "./annotator-page";

/** A text whose sentences end with "." and whose paragraphs are its lines. */
function read(picture: string) {
  const { text, spans } = pictured(picture);
  const within = (pattern: RegExp) => (offset: number) => {
    const found = [...text.matchAll(pattern)].find(
      ({ 0: words, index }) => index <= offset && offset < index + words.length,
    );
    return found ? { start: found.index, end: found.index + found[0].length } : null;
  };
  const surroundings = { sentenceAt: within(/[^.\n]+\.?/g), blockAt: within(/[^\n]+/g) };
  const span = (id: string): Span => {
    const found = spans.find((one) => one.id === id);
    if (!found) throw new Error(`There is no ${id}.`);
    return found;
  };
  const others = (id: string) => spans.filter((one) => one.id !== id);
  return { spans, surroundings, span, others };
}

const ids = (spans: readonly Span[]) => spans.map(({ id }) => id);

describe("the nearest first", () => {
  test.for([
    {
      name: "by the text between",
      picture: "[c1:One] and some more [a1:he said] [c2:two]",
      order: ["c2", "c1"],
    },
    {
      name: "of two as near, the first in the text",
      picture: "[c1:One] [a1:he said] [c2:two]",
      order: ["c1", "c2"],
    },
    {
      name: "those of the sentence before nearer ones of another",
      picture: "[c1:One]. [a1:He said] that perhaps [c2:two].",
      order: ["c2", "c1"],
    },
    {
      name: "those of the paragraph before nearer ones of another",
      picture: "[c1:One]\n[a1:He said] so. That perhaps [c2:two].",
      order: ["c2", "c1"],
    },
    {
      name: "what lies over it is nearest",
      picture: "[c1:One], [c2:that [a1:he said] is] [c3:so]",
      order: ["c2", "c3", "c1"],
    },
    {
      name: "of a span in parts, each counts",
      picture: "[c1:The plot], [a1:he said], a [c2:lie] and more [c1:was real]",
      order: ["c1", "c2"],
    },
    {
      name: "a span over two sentences is in both",
      picture: "[c1:One]. [a1:He said. She said]. Indeed [c2:two], or [c3:so]. [c4:No]. [c5:Ok].",
      order: ["c1", "c2", "c3", "c4", "c5"],
    },
  ])("$name", ({ picture, order }) => {
    const { span, others, surroundings } = read(picture);
    expect(ids(nearestFirst(span("a1"), others("a1"), surroundings))).toEqual(order);
  });
});

test("a span is in all sentences that it lies in, from its first part to its last", () => {
  const { span, surroundings } = read("One. [c1:Two]: he [a1:said three. Four] is [c1:five]. Six.");
  expect([sentenceOf(span("a1"), surroundings), sentenceOf(span("c1"), surroundings)]).toEqual([
    { start: 4, end: 38 },
    { start: 4, end: 38 },
  ]);
});

test("what can be linked at all is what there is a link to, whatever is linked already", () => {
  const { spans } = read("[c1:One] [c2:two] [d1:no] [d2:never] [a1:he] [a2:she]");
  const all = ["a1 source_of c1", "d1 denies c1", "a1 nested_in a2", "c2 same_claim c1"];
  for (const relations of [all, all.slice(2), []]) {
    const set = new Annotations({ spans, relations: relations.map(related), note: "" });
    for (const from of spans) {
      const linked = spans.filter(
        (other) => linksBetween(defaultScheme, set, from, other).length > 0,
      );
      expect(ids(linkable(defaultScheme, set, from, spans))).toEqual(ids(linked));
    }
  }
});

test.for([
  {
    name: "what would lead in a circle",
    rule: { acyclic: true },
    relations: ["a1 nested_in a2", "a2 nested_in a3"],
    ways: { a2: [], a3: ["to a3"] },
  },
  {
    name: "a second one of which there may be one",
    rule: { cardinality: "many_to_one" },
    relations: ["a1 nested_in a2"],
    ways: { a2: [], a3: ["from a3"] },
  },
  {
    name: "neither, where the type says nothing of it",
    rule: {},
    relations: ["a1 nested_in a2", "a2 nested_in a3"],
    ways: { a2: [], a3: ["to a3", "from a3"] },
  },
] as const)("no way is offered to $name", ({ rule, relations, ways }) => {
  const { spans, span } = read("[a1:he] said [a2:she] said [a3:they]");
  const nested = defaultScheme.relations.find(({ name }) => name === "nested_in");
  const { acyclic: _, ...plain } = nested ?? { name: "" };
  const scheme = { ...defaultScheme, relations: [{ ...plain, ...rule } as RelationRule] }; // of the default scheme
  const set = new Annotations({ spans, relations: relations.map(related) });
  for (const [other, expected] of Object.entries(ways)) {
    const links = linksBetween(scheme, set, span("a1"), span(other));
    expect(links.map(({ from }) => (from === "a1" ? `to ${other}` : `from ${other}`))).toEqual(
      expected,
    );
  }
  const offered = Object.entries(ways).filter(([, links]) => links.length > 0);
  expect(ids(linkable(scheme, set, span("a1"), spans))).toEqual(offered.map(([id]) => id));
});
