import { describe, expect, test } from "vitest";
import { moveEdge, relabel, setAttribute } from "@/lib/annotator/edits";
import { linksBetween } from "@/lib/annotator/linking";
import { occurrencesOf } from "@/lib/annotator/occurrences";
import { copyAttributes, mergeSpans, splitSpan } from "@/lib/annotator/reworking";
import { paragraphsOf } from "@/lib/domain/article";
import { Annotations } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { type Attributes, quoteOf, type Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { pictured, related } from "./annotator-page";

function wordsOf(text: ArticleText): Segmentation {
  const blocks = paragraphsOf(text.value);
  return new Segmentation(text, blocks, segment(text, blocks, null));
}

/** Reads `[brackets]` as the fragments of a span. */
function spanOf(source: string) {
  const fragments: { start: number; end: number }[] = [];
  let value = "";
  let start = 0;
  for (const character of source) {
    const at = [...value].length;
    if (character === "[") start = at;
    else if (character === "]") fragments.push({ start, end: at });
    else value += character;
  }
  return { text: new ArticleText(value), fragments };
}

test.for([
  {
    name: "the end goes on by a letter",
    source: "[on]e two",
    step: "end 1 character",
    quote: "one",
  },
  { name: "and over white space", source: "[one] two", step: "end 1 character", quote: "one t" },
  {
    name: "and over marks of direction",
    source: "[one]\u200f \u2067two",
    step: "end 1 character",
    quote: "one\u200f \u2067t",
  },
  {
    name: "back, it leaves no marks of direction",
    source: "[one \u2067t]wo",
    step: "end -1 character",
    quote: "one",
  },
  {
    name: "by words to where the last one is seen to end",
    source: "[one] two\u200f three",
    step: "end 1 word",
    quote: "one two",
  },
  {
    name: "back, it leaves no white space",
    source: "[one t]wo",
    step: "end -1 character",
    quote: "one",
  },
  {
    name: "by words to a word's end",
    source: "[one] two, three",
    step: "end 1 word",
    quote: "one two",
  },
  {
    name: "the start goes back by words",
    source: "one two [three]",
    step: "start -1 word",
    quote: "two three",
  },
  {
    name: "a start goes on by a cluster",
    source: "[👩‍👩‍👧 it]",
    step: "start 1 character",
    quote: "it",
  },
  {
    name: "from one block to the next, with a part in each",
    source: "[one]\n\ntwo",
    step: "end 1 word",
    quote: "one two",
  },
  {
    name: "but in one part by a letter",
    source: "[one]\n\ntwo",
    step: "end 1 character",
    quote: "one\n\nt",
  },
  {
    name: "the start goes on by words to the next one's start",
    source: "[one — two] three",
    step: "start 1 word",
    quote: "two",
  },
  {
    name: "over quotation marks",
    source: "[He said] “so”",
    step: "end 1 word",
    quote: "He said “so",
  },
  {
    name: "a part that is used up goes",
    source: "[one] and [t]wo",
    step: "end -1 character",
    quote: "one",
  },
  { name: "within a word, too", source: "[one] an[d]", step: "end -1 character", quote: "one" },
  {
    name: "parts that meet become one",
    source: "[one] a[nd]",
    step: "start 1 character",
    quote: "ne nd",
  },
  {
    name: "at the edge of the text there is no step",
    source: "one [two]",
    step: "end 1 character",
    quote: null,
  },
  {
    name: "nor at its beginning",
    source: "[one] two",
    step: "start -1 character",
    quote: null,
  },
  {
    name: "nor over white space at its end",
    source: "one [two] ",
    step: "end 1 character",
    quote: null,
  },
  {
    name: "nor over white space at its beginning",
    source: " [one] two",
    step: "start -1 character",
    quote: null,
  },
  { name: "the first letter may be all", source: "[on]e", step: "end -1 character", quote: "o" },
  { name: "nothing is left of the first", source: "[o]ne", step: "end -1 character", quote: null },
  { name: "nothing is left of the last", source: "on[e]", step: "start 1 character", quote: null },
  {
    name: "nothing is left of a letter",
    source: "one [t]wo",
    step: "end -1 character",
    quote: null,
  },
])("$name", ({ source, step, quote }) => {
  const { text, fragments } = spanOf(source);
  const [edge, by, unit] = step.split(" ");
  const words = wordsOf(text);
  const moved = moveEdge(text, words, fragments, {
    edge: edge === "start" ? "start" : "end",
    by: by === "1" ? 1 : -1,
    unit: unit === "word" ? "word" : "character",
  });
  expect(moved && quoteOf(text, moved)).toBe(quote);
});

/** Spans by their names in a picture, with attributes where given. */
function setOf(picture: string, relations: readonly string[] = []) {
  const { spans } = pictured(picture);
  return {
    set: new Annotations({ spans, relations: relations.map(related), note: "" }),
    span: (id: string, attributes: Record<string, string> = {}): Span => {
      const found = spans.find((one) => one.id === id);
      if (!found) throw new Error(`There is no ${id}.`);
      return { ...found, attributes };
    },
  };
}

test.for([
  { from: "a1", to: "c1", links: ["a1 source_of c1"] },
  { from: "c1", to: "a1", links: ["a1 source_of c1"] },
  { from: "d1", to: "c1", links: ["d1 denies c1"] },
  { from: "a1", to: "a2", links: ["a1 nested_in a2", "a2 nested_in a1"] },
  { from: "c1", to: "c2", links: ["c1 same_claim c2"] },
  { from: "d1", to: "d2", links: [] },
  { from: "c1", to: "c1", links: [] },
])("between $from and $to the scheme allows $links", ({ from, to, links }) => {
  const { set, span } = setOf("[a1:He] [a2:she] [c1:x] [c2:y] [d1:no] [d2:never]");
  const found = linksBetween(defaultScheme, set, span(from), span(to));
  expect(found.map((link) => `${link.from} ${link.rule.name} ${link.to}`)).toEqual(links);
});

test("what links two spans already is not offered, what links others is", () => {
  const { set, span } = setOf("[a1:He] [a2:she] [a3:they]", ["a1 nested_in a2"]);
  const between = (one: string, other: string) =>
    linksBetween(defaultScheme, set, span(one), span(other)).length;
  expect([
    between("a1", "a2"),
    between("a2", "a1"),
    between("a1", "a3"),
    between("a3", "a2"),
  ]).toEqual([0, 0, 2, 2]);
});

test("with another label, attributes go that it does not have or that mean nothing there", () => {
  const scheme = {
    ...defaultScheme,
    labels: defaultScheme.labels.map((label) =>
      label.name === "denial"
        ? {
            ...label,
            attributes: [
              ...label.attributes,
              { name: "polarity", type: "choice" as const, values: ["negative"] },
              { name: "accused_actor", type: "text" as const },
            ],
          }
        : label,
    ),
  };
  const { set, span } = setOf("[c1:x]");
  const patch = (attributes: Record<string, string>) =>
    relabel(scheme, set, span("c1", attributes), "denial");
  expect(patch({ certainty: "certain", polarity: "positive", accused_actor: "Iran" })).toEqual([
    {
      type: "edit_span",
      span: { id: "c1", label: "denial", attributes: { certainty: null, polarity: null } },
    },
  ]);
  expect(patch({ polarity: "negative", accused_actor: "Iran" })).toEqual([
    { type: "edit_span", span: { id: "c1", label: "denial" } },
  ]);
});

test("with another label come its defaults, where nothing that fits is kept and nothing is given", () => {
  const polarity = { name: "polarity", type: "choice" as const, values: ["negative"] };
  const scheme = {
    ...defaultScheme,
    labels: defaultScheme.labels.map((label) =>
      label.name === "denial"
        ? {
            ...label,
            attributes: [
              { ...polarity, default: "negative" },
              { name: "accused_actor", type: "text" as const, default: "nobody" },
            ],
          }
        : label,
    ),
  };
  const { set, span } = setOf("[c1:x]");
  const patch = (attributes: Record<string, string>, given?: Record<string, string>) => {
    const [edit] = relabel(scheme, set, span("c1", attributes), "denial", given);
    return edit?.type === "edit_span" ? edit.span.attributes : null;
  };
  expect(patch({})).toEqual({ polarity: "negative", accused_actor: "nobody" });
  expect(patch({ polarity: "positive", accused_actor: "Iran" })).toEqual({ polarity: "negative" });
  expect(patch({ polarity: "positive" }, { accused_actor: "Iran" })).toEqual({
    polarity: null,
    accused_actor: "Iran",
  });
  expect(patch({}, {})).toBeUndefined();
});

test("an attribute is set or taken away", () => {
  const { span } = setOf("[c1:x]");
  expect(setAttribute(span("c1"), "certainty", null)).toEqual([
    { type: "edit_span", span: { id: "c1", attributes: { certainty: null } } },
  ]);
});

describe("merging", () => {
  /** The spans of a picture in text order, merged, and what the set is then. */
  const merged = (picture: string, relations: string[] = [], attributes: Attributes[] = []) => {
    const { text, spans } = pictured(picture);
    const described = spans.map((span, index) => ({
      ...span,
      attributes: attributes[index] ?? {},
    }));
    const set = new Annotations({ spans: described, relations: relations.map(related), note: "" });
    const article = new ArticleText(text);
    const merging = described.filter(({ label }) => label === described[0]?.label);
    for (const intent of mergeSpans(article, set, merging)) {
      set.apply(intent, { text: article, scheme: defaultScheme });
    }
    return {
      spans: [...set.spans.values()].map(({ id, quote }) => `${id}:${quote}`),
      relations: [...set.relations.values()].map(({ type, from, to }) => `${from} ${type} ${to}`),
      attributes: set.spans.get(described[0]?.id ?? "")?.attributes,
      fragments: set.spans.get(described[0]?.id ?? "")?.fragments.length,
    };
  };

  test("what only signs and space lie between becomes one part", () => {
    expect(merged("[c1:The plot], [c2:it] [c3:failed].")).toMatchObject({
      spans: ["c1:The plot, it failed"],
      fragments: 1,
    });
  });

  test("words between two parts stay out", () => {
    expect(merged("[c1:The plot] he said [c2:was real]")).toMatchObject({
      spans: ["c1:The plot was real"],
      fragments: 2,
    });
  });

  test("parts in two paragraphs stay two", () => {
    expect(merged("[c1:The plot]\n\n[c2:was real]").fragments).toBe(2);
  });

  test("one span has the relations of both, each once, and none with itself", () => {
    const outcome = merged("[a1:he said] [a2:they said] [c1:it] [c2:that]", [
      "a1 source_of c1",
      "a2 source_of c1",
      "a2 source_of c2",
      "a2 nested_in a1",
    ]);
    expect(outcome.relations.sort()).toEqual(["a1 source_of c1", "a1 source_of c2"]);
  });

  test("the first keeps its attributes, and has those it lacks from the next that has them", () => {
    const attributes = [
      { polarity: "positive" },
      { polarity: "negative", certainty: "certain" },
      { certainty: "possible", accused_actor: "Iran" },
    ];
    expect(merged("[c1:a] x [c2:b] x [c3:c]", [], attributes).attributes).toEqual({
      polarity: "positive",
      certainty: "certain",
      accused_actor: "Iran",
    });
  });

  test("of one span is a defect", () => {
    expect(() => merged("[c1:a]")).toThrow("Two spans");
  });
});

describe("splitting", () => {
  /** Reads "[c1:The plot |failed]": the caret is at the bar. */
  const split = (picture: string) => {
    const { text, spans } = pictured(picture.replace("|", ""));
    const before = picture.slice(0, picture.indexOf("|")).replaceAll(/\[[cda]\d:|\]/g, "");
    const offset = [...before].length;
    const [span] = spans;
    if (!span) throw new Error("There is no span.");
    const edit = splitSpan(
      new ArticleText(text),
      { ...span, attributes: { polarity: "positive" } },
      offset,
      "new",
    );
    return (
      edit?.map((intent) =>
        "span" in intent && "quote" in intent.span ? intent.span.quote : null,
      ) ?? null
    );
  };

  test.for([
    ["[c1:The plot |failed]", ["The plot", "failed"]],
    ["[c1:The plot| failed]", ["The plot", "failed"]],
    ["[c1:The |plot] he said [c1:failed]", ["The", "plot failed"]],
    ["[c1:The plot] he |said [c1:failed]", ["The plot", "failed"]],
    ["[c1:|The plot failed]", null],
    ["[c1:The plot|…]", null],
  ] as const)("%s becomes %j", ([picture, quotes]) => {
    expect(split(picture)).toEqual(quotes);
  });
});

describe("the same words elsewhere", () => {
  const elsewhere = (picture: string) => {
    const { text, spans } = pictured(picture);
    const set = new Annotations({ spans, relations: [], note: "" });
    const [span] = spans;
    if (!span) throw new Error("There is no span.");
    const article = new ArticleText(text);
    return occurrencesOf({ text: article, set }, span).map(({ start }) =>
      text.slice(article.toUtf16(start)).slice(0, 6),
    );
  };

  test.for([
    ["[c1:Iran] did, Iran too.", ["Iran t"]],
    ["Iran did, [c1:Iran] too.", ["Iran d"]],
    ["[c1:Iran] Iranian IRAN preIran Iran-led", ["Iran-l"]],
    ["[c1:Iran] [c2:Iran] [d1:Iran] Iran", ["Iran I", "Iran"]],
    ["[c1:伊朗]否认，伊朗人", ["伊朗人"]],
    ["😀 [c1:ایران] گفت ایران و ایرانی", ["ایران "]],
    ["[c1:The plot] x [c1:failed] The plot failed", []],
    ["[c1:a.b] a.b axb", ["a.b ax"]],
  ] as const)("%s", ([picture, expected]) => {
    expect(elsewhere(picture)).toEqual(expected);
  });
});

test("of the span before all attributes are taken, and what that has not goes", () => {
  const { spans } = pictured("[c1:a] [c2:b]");
  const [from, to] = spans;
  if (!from || !to) throw new Error("There are two.");
  const edit = copyAttributes(
    { ...to, attributes: { polarity: "negative", certainty: "certain" } },
    { ...from, attributes: { polarity: "positive", accused_actor: "Iran" } },
  );
  expect(edit).toEqual([
    {
      type: "edit_span",
      span: {
        id: "c2",
        attributes: { polarity: "positive", certainty: null, accused_actor: "Iran" },
      },
    },
  ]);
  expect(copyAttributes(to, from)).toEqual([]);
});
