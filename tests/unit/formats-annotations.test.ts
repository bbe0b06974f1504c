import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { readAnnotations } from "@/lib/formats/annotations";
import { Warnings } from "@/lib/formats/warnings";

const text = new ArticleText("abcdefghijklmnopqrstuvwxyz");
const readBy = (warnings: Warnings, given: object) =>
  readAnnotations(
    { spans: null, relations: null, annotators: null, sets: null, ...given },
    { text, scheme: defaultScheme, warnings },
  );
const read = (given: object) => readBy(new Warnings({ strict: true }), given);

/** What is kept, and what is said of the rest. */
function kept(given: object) {
  const warnings = new Warnings();
  return { sets: readBy(warnings, given), warnings: warnings.list() };
}

/** Spans out of a picture: a capital letter per label and a run per span, `C` claim, `D` denial, `A` attribution. */
function spansIn(...rows: string[]) {
  const labels = { C: "claim", D: "denial", A: "attribution" } as const;
  return rows.flatMap((row) =>
    [...row.matchAll(/[CDA]-*/g)].map((found) => ({
      label: labels[found[0][0] as keyof typeof labels],
      start: found.index,
      end: found.index + found[0].length,
    })),
  );
}

/** Why something is not read. What a strict reading refuses is left out otherwise, and a warning says the same. */
function refusal(given: object): { message: string; field: unknown } | null {
  try {
    read(given);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe("unprocessable");
    const refused = { message: error.message, field: error.details.field };
    expect(kept(given).warnings[0]).toEqual({
      code: expect.any(String),
      line: null,
      ...refused,
    });
    return refused;
  }
  expect(kept(given).warnings).toEqual([]);
  return null;
}

describe("spans of one label", () => {
  test.for([
    { name: "touch", rows: ["C--C--C--"] },
    { name: "touch, in reverse order", rows: ["      C--", "   C--", "C--"] },
    {
      name: "come in any order",
      rows: ["   C--", "C--", "            C-", "         C--", "      C--"],
    },
    { name: "lie under others", rows: ["C-------", "  D-", "    A--"] },
    { name: "overlap where their label may", rows: ["A----", "  A----", "  A----"] },
  ])("$name", ({ rows }) => {
    expect(read({ spans: spansIn(...rows) })[0]?.spans).toHaveLength(spansIn(...rows).length);
  });

  test.for([
    { name: "the end of one before", rows: ["C--", "  C--"], which: 1 },
    { name: "the beginning of one behind", rows: ["  C--", "C--"], which: 1 },
    { name: "one within", rows: [" C-", "C----"], which: 1 },
    { name: "one around", rows: ["C----", " C-"], which: 1 },
    { name: "the same", rows: ["C--", "C--"], which: 1 },
    { name: "one of the same beginning", rows: ["C--", "C-"], which: 1 },
    { name: "one that came long ago", rows: ["C-", "    C-", "        C-", "   C--"], which: 3 },
    {
      name: "the last of many, in reverse",
      rows: ["        C--", "    C--", "C--", "          C-"],
      which: 3,
    },
  ])("do not cover $name", ({ rows, which }) => {
    expect(refusal({ spans: spansIn(...rows) })).toEqual({
      message: `spans[${which}]: Two spans labelled claim cannot overlap.`,
      field: `spans[${which}]`,
    });
  });

  test("overlap if and only if two of them share a character, in whatever order", () => {
    const range = fc
      .tuple(fc.nat({ max: 25 }), fc.integer({ min: 1, max: 4 }))
      .map(([start, length]) => ({ start, end: Math.min(26, start + length) }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), (ranges) => {
        const shared = ranges.some((one, index) =>
          ranges.slice(index + 1).some((other) => one.start < other.end && other.start < one.end),
        );
        const spans = ranges.map((given) => ({ ...given, label: "claim" }));
        expect(refusal({ spans }) !== null).toBe(shared);
      }),
    );
  });

  test("share none of their fragments", () => {
    const fragments = [
      { start: 0, end: 2 },
      { start: 6, end: 8 },
    ];
    expect(refusal({ spans: [{ label: "claim", fragments }, ...spansIn("   C--")] })).toBe(null);
    expect(refusal({ spans: [{ label: "claim", fragments }, ...spansIn("     C-")] })).not.toBe(
      null,
    );
  });

  test("may overlap those of another annotator", () => {
    const spans = ["a1", "a2", null].map((annotator) => ({ ...spansIn("C--")[0], annotator }));
    expect(read({ spans }).map((set) => [set.annotator, set.spans.length])).toEqual([
      ["a1", 1],
      ["a2", 1],
      [null, 1],
    ]);
  });
});

describe("a span", () => {
  test("is read as it is written", () => {
    const id = "0198F0A0-0000-7000-8000-000000000001";
    const spans = [
      {
        id,
        label: "claim",
        start: 0,
        end: 8,
        fragments: [
          { start: 0, end: 3 },
          { start: 5, end: 8 },
        ],
        text: "abc fgh",
        quote: null,
        attributes: { certainty: "certain", polarity: null },
        annotator: null,
      },
    ];
    expect(read({ spans })).toEqual([
      {
        annotator: null,
        about: null,
        spans: [
          {
            id: id.toLowerCase(),
            label: "claim",
            fragments: [
              { start: 0, end: 3 },
              { start: 5, end: 8 },
            ],
            quote: "abc fgh",
            attributes: { certainty: "certain" },
          },
        ],
        relations: [],
      },
    ]);
  });

  test.for([
    {
      name: "neither end nor fragments",
      span: { start: 0 },
      says: "It has neither start and end nor fragments.",
    },
    { name: "no start", span: { end: 3 }, says: "It has neither start and end nor fragments." },
    {
      name: "another start than its fragments",
      span: { start: 1, fragments: [{ start: 0, end: 3 }] },
      says: "start and end are 1-undefined, but its fragments reach 0-3.",
    },
    {
      name: "no fragments in its list",
      span: { fragments: [] },
      says: "A span needs at least one fragment.",
    },
  ])("cannot have $name", ({ span, says }) => {
    expect(refusal({ spans: [{ label: "claim", ...span }] })?.message).toBe(`spans[0]: ${says}`);
  });

  test("may have fragments and one or both ends of them", () => {
    const fragments = [{ start: 2, end: 5 }];
    for (const ends of [{}, { start: 2 }, { end: 5 }, { start: 2, end: 5 }]) {
      expect(refusal({ spans: [{ label: "claim", fragments, ...ends }] })).toBe(null);
    }
  });

  test("gets an id of its own from what it is called in the file, and by whom", () => {
    const span = spansIn("C--")[0];
    const idOf = (given: object) => read({ spans: [{ ...span, ...given }] })[0]?.spans[0]?.id;
    const ids = [{}, { id: "x" }, { id: "y" }, { id: 1 }, { id: "x", annotator: "a1" }].map(idOf);
    expect(new Set(ids).size).toBe(5);
    expect(idOf({ id: "1" })).toBe(idOf({ id: 1 }));
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-5/.test(id ?? ""))).toBe(true);
  });
});

test("spans without ids have those that they had when the same file was read before", () => {
  const [set] = read({ spans: spansIn("C--", "    C--", "        D--") });
  expect(set?.spans.map(({ id }) => id)).toEqual([
    "287c7e78-e06a-5846-a311-f1d3d4b102b2",
    "ec15aaec-0b04-5381-881e-88041ba97790",
    "2318ee3a-50dd-51cd-8811-a4a3fc632397",
  ]);
});

describe("what a record of ours says of a set", () => {
  const set = {
    annotator: "a1",
    kind: "reviewer",
    scheme_version: 1,
    guideline_version: null,
    revision: 4,
    submitted_at: "2024-08-01T10:00:00.000Z",
    updated_at: "2024-08-01T09:00:00.000Z",
    note: "Twice.",
    attributes: {},
  };

  test("comes with its spans, and without any", () => {
    const spans = spansIn("C--").map((span) => ({ ...span, annotator: "a1" }));
    const sets = [set, { annotator: "a2" }];
    expect(read({ spans, sets })).toMatchObject([
      {
        annotator: "a1",
        spans: [{ label: "claim" }],
        about: {
          note: "Twice.",
          submittedAt: new Date("2024-08-01T10:00:00Z"),
          updatedAt: new Date("2024-08-01T09:00:00Z"),
        },
      },
      { annotator: "a2", spans: [], about: { note: "", submittedAt: null, updatedAt: null } },
    ]);
  });

  test("is not known of annotators whom only spans name", () => {
    expect(read({ spans: spansIn("C--") })[0]?.about).toBe(null);
  });

  test("of two sets of one annotator, the one with a note is told of", () => {
    const gold = { ...set, kind: "gold", note: "" };
    for (const sets of [
      [gold, set],
      [set, gold],
    ]) {
      expect(read({ sets }).map(({ about }) => about?.note)).toEqual(["Twice."]);
    }
  });

  test("may be a note as long as notes are here", () => {
    expect(refusal({ sets: [{ ...set, note: "😀".repeat(20_000) }] })).toBe(null);
  });
});

describe("a defect of what spans are judged by is no refusal", () => {
  const defect = new TypeError("It is not iterable.");
  test.for([
    {
      name: "of all labels",
      scheme: {
        ...defaultScheme,
        get labels(): never {
          throw defect;
        },
      },
    },
    {
      name: "of a label's attributes",
      scheme: {
        ...defaultScheme,
        labels: defaultScheme.labels.map((label) => ({
          ...label,
          get attributes(): never {
            throw defect;
          },
        })),
      },
    },
  ])("$name", ({ scheme }) => {
    const spans = spansIn("C--").map((span) => ({ ...span, attributes: { polarity: "positive" } }));
    const given = { spans, relations: null, annotators: null, sets: null };
    expect(() => readAnnotations(given, { text, scheme })).toThrow(defect);
  });
});

describe("what is not of the shape", () => {
  test.for([
    { given: { spans: {} }, says: "spans must be a list, but is an object; it was left out." },
    { given: { sets: "a1" }, says: "sets must be a list, but is text; it was left out." },
    { given: { relations: [1] }, says: "relations[0]: expected object, received number." },
    {
      given: { sets: [{ note: "x" }] },
      says: "sets[0].annotator: expected string, received undefined.",
    },
    {
      given: { annotators: [""] },
      says: "annotators[0]: Too small: expected string to have >=1 characters.",
    },
    {
      given: { annotators: ["\u2060"] },
      says: "annotators[0]: has nothing in it that can be seen.",
    },
    {
      given: { annotators: ["x".repeat(201)] },
      says: "annotators[0]: Too big: expected string to have <=200 characters.",
    },
    {
      given: { spans: [{ ...spansIn("C-")[0], start: undefined, fragments: [{ start: 0 }] }] },
      says: "spans[0].fragments[0].end: must be a whole number, but is missing.",
    },
    {
      given: { spans: [{ ...spansIn("C-")[0], end: "x".repeat(50) }] },
      says: `spans[0].end: must be a whole number, but is "${"x".repeat(39)}.`,
    },
    {
      given: { spans: [{ ...spansIn("C-")[0], end: [8] }] },
      says: "spans[0].end: must be a whole number, but is a list.",
    },
    {
      given: { spans: [{ ...spansIn("C-")[0], end: null }] },
      says: "spans[0].end: must be a whole number, but is null.",
    },
    {
      given: { annotators: ["a\0"] },
      says: "annotators[0]: annotator contains a NUL character at character 1, which cannot be stored.",
    },
    {
      given: { spans: [{ ...spansIn("C-")[0], annotator: "a\ud800" }] },
      says: "spans[0]: annotator contains a lone surrogate at character 1, which cannot be stored.",
    },
  ])("is left out, and told by its place: $says", ({ given, says }) => {
    const field = /^[^: ]+/.exec(says)?.[0];
    expect(refusal(given)).toEqual({ message: says, field });
    expect(kept(given).sets).toEqual([]);
  });
});

/** A name, and as much of it as is told. */
const [long, cut] = ["n".repeat(100), "n".repeat(80)];

/** Something with one detail too many, and what is said of it. */
const details = {
  spans: [
    { change: { score: 1 }, field: "score", says: 'A span has no "score" here; it was left out.' },
    {
      change: { fragments: [{ start: 0, end: 3, sure: true }] },
      field: "fragments[0].sure",
      says: 'A fragment has no "sure" here; it was left out.',
    },
    {
      change: { attributes: { polarity: "positive", mood: "calm" } },
      field: "attributes.mood",
      says: 'A claim has no attribute "mood". It was left out.',
    },
    {
      change: { attributes: { polarity: "positive", certainty: "maybe" } },
      field: "attributes.certainty",
      says: '"maybe" is no value of certainty, which is one of: certain, probable, possible, unspecified. It was left out.',
    },
    {
      change: { attributes: { polarity: "positive", certainty: 1 } },
      field: "attributes.certainty",
      says: "1 is no value of certainty, which is one of: certain, probable, possible, unspecified. It was left out.",
    },
    {
      change: { attributes: { polarity: "positive", certainty: { of: "it" } } },
      field: "attributes.certainty",
      says: "certainty is an object, which no attribute can be. It was left out.",
    },
    {
      change: { attributes: { polarity: "positive", accused_actor: "a\0" } },
      field: "attributes.accused_actor",
      says: "accused_actor contains a NUL character at character 1, which cannot be stored. It was left out.",
    },
    {
      change: { attributes: { polarity: "positive", accused_actor: "x".repeat(1001) } },
      field: "attributes.accused_actor",
      says: "accused_actor is longer than 1000 characters. It was left out.",
    },
    {
      change: { attributes: ["positive"] },
      field: "attributes",
      says: "attributes must be an object, but is a list; they were left out.",
    },
    {
      change: { attributes: "positive" },
      field: "attributes",
      says: "attributes must be an object, but is text; they were left out.",
    },
    {
      change: { [long]: 1 },
      field: cut,
      says: `A span has no "${cut}" here; it was left out.`,
    },
    {
      change: { attributes: { polarity: "positive", [long]: 1 } },
      field: `attributes.${cut}`,
      says: `A claim has no attribute "${cut}". It was left out.`,
    },
  ],
  relations: [
    {
      change: { weight: 1 },
      field: "weight",
      says: 'A relation has no "weight" here; it was left out.',
    },
    {
      change: { attributes: { tone: "calm" } },
      field: "attributes.tone",
      says: 'A relation "denies" has no attribute "tone". It was left out.',
    },
    {
      change: { attributes: { [long]: "calm" } },
      field: `attributes.${cut}`,
      says: `A relation "denies" has no attribute "${cut}". It was left out.`,
    },
  ],
  sets: [
    {
      change: { mood: 1 },
      field: "mood",
      says: 'An annotation set has no "mood" here; it was left out.',
    },
    {
      change: { attributes: { tone: "calm" } },
      field: "attributes.tone",
      says: 'An article has no attribute "tone". It was left out.',
    },
    {
      change: { note: 1 },
      field: "note",
      says: "note: expected string, received number. It was left out.",
    },
    {
      change: { note: "a\0" },
      field: "note",
      says: "note contains a NUL character at character 1, which cannot be stored. It was left out.",
    },
    {
      change: { note: "x".repeat(20_001) },
      field: "note",
      says: "note: has more than 20000 characters. It was left out.",
    },
    {
      change: { submitted_at: "now" },
      field: "submitted_at",
      says: "submitted_at: is no time like 2024-07-30T14:35:34Z. It was left out.",
    },
    {
      change: { updated_at: 5 },
      field: "updated_at",
      says: "updated_at: is no time like 2024-07-30T14:35:34Z. It was left out.",
    },
  ],
};

describe("a detail that there is not here is left out alone", () => {
  const whole = {
    spans: [
      { id: "c", label: "claim", start: 0, end: 3, annotator: "a1" },
      { id: "d", label: "denial", start: 4, end: 6, annotator: "a1" },
    ],
    relations: [{ id: "r", type: "denies", from: "d", to: "c", annotator: "a1" }],
    sets: [{ annotator: "a1", note: "" }],
  };
  const cases = (["spans", "relations", "sets"] as const).flatMap((list) =>
    details[list].map((detail) => ({ list, ...detail })),
  );
  test.for(cases)("$list: $says", ({ list, change, field, says }) => {
    const given = {
      ...whole,
      [list]: whole[list].map((one, at) => (at === 0 ? { ...one, ...change } : one)),
    };
    const message = `${list}[0]: ${says}`;
    expect(kept(given).warnings).toEqual([
      { code: "detail_left_out", message, line: null, field: `${list}[0].${field}` },
    ]);
    expect(refusal(given)?.message).toBe(message);
    const attributes =
      "polarity" in Object(Object(change).attributes) ? { polarity: "positive" } : {};
    const [claim, denial] = read(whole)[0]?.spans ?? [];
    expect(kept(given).sets).toEqual([
      { ...read(whole)[0], spans: [{ ...claim, attributes }, denial] },
    ]);
  });

  test("is said once, however many have it", () => {
    const spans = spansIn("C-", "  C-", "    D-").map((span) => ({ ...span, score: 1 }));
    expect(kept({ spans }).warnings.map(({ message, field }) => [field, message])).toEqual([
      [
        "spans[0].score",
        'spans[0]: A span has no "score" here; it was left out. And 2 more like it.',
      ],
    ]);
  });

  test("is not told of what is not in at all", () => {
    const spans = [{ ...spansIn("C-")[0], label: "rumour", score: 1, attributes: { mood: "x" } }];
    expect(kept({ spans }).warnings.map(({ code }) => code)).toEqual(["span_left_out"]);
  });

  test("is nothing where the values that a record of ours has are not kept", () => {
    const sets = [{ annotator: "a1", kind: "mine", revision: "x", scheme_version: 0.5 }];
    expect(kept({ sets }).warnings).toEqual([]);
  });
});

describe("what is left out", () => {
  test("takes its relations with it, and leaves the rest as it would be without it", () => {
    const spans = [
      { id: "c", ...spansIn("C--")[0] },
      { id: "over", ...spansIn(" C---")[0] },
      { id: "d", ...spansIn("      D--")[0] },
    ];
    const relations = [
      { type: "denies", from: "d", to: "over" },
      { type: "denies", from: "d", to: "c" },
    ];
    const { warnings, sets } = kept({ spans, relations });
    expect(warnings.map(({ code, field, message }) => [code, field, message])).toEqual([
      ["span_left_out", "spans[1]", "spans[1]: Two spans labelled claim cannot overlap."],
      [
        "relation_left_out",
        "relations[0]",
        'relations[0]: It links the span "over", which this annotator has not in this article.',
      ],
    ]);
    expect(sets).toEqual(
      read({ spans: spans.toSpliced(1, 1), relations: [{ id: "#1", ...relations[1] }] }),
    );
  });

  test("does not give the others another id, nor later ones the place of what was in nobody's way", () => {
    const spans = spansIn("C--", " C---", "   C--");
    const idsOf = (given: object) =>
      kept(given).sets[0]?.spans.map(({ id, fragments }) => [fragments[0]?.start, id]);
    expect(idsOf({ spans })).toEqual([
      idsOf({ spans: [spans[0]] })?.[0],
      idsOf({ spans: [{ ...spans[0], end: 1 }, { ...spans[1], start: 1, end: 2 }, spans[2]] })?.[2],
    ]);
  });

  test("makes nobody an annotator who marked nothing, unless the file names them", () => {
    const spans = [{ ...spansIn("C--")[0], label: "rumour", annotator: "a1" }];
    expect(kept({ spans }).sets).toEqual([]);
    expect(kept({ spans, annotators: ["a1"] }).sets).toEqual([
      { annotator: "a1", spans: [], relations: [], about: null },
    ]);
  });
});

describe("a relation", () => {
  const [claim, denial] = [
    { id: "c", ...spansIn("C--")[0] },
    { id: "d", ...spansIn("    D--")[0] },
  ];
  const denies = { type: "denies", from: "d", to: "c" };

  test("is read as it is written, between the ids that its spans get", () => {
    const [set] = read({ spans: [claim, denial], relations: [{ id: "r", ...denies }] });
    const [from, to] = [set?.spans[1]?.id, set?.spans[0]?.id];
    expect(set?.relations).toEqual([
      { id: expect.stringMatching(/^[0-9a-f-]{36}$/), type: "denies", from, to, attributes: {} },
    ]);
  });

  test("gets its id from what it is called, or from its place", () => {
    const [a, b] = [
      { id: "a", ...spansIn("C-")[0] },
      { id: "b", ...spansIn("  C-")[0] },
    ];
    const e = { id: "e", ...spansIn("    C-")[0] };
    const same = { type: "same_claim" };
    const idsOf = (...ids: (string | number | null)[]) =>
      read({
        spans: [a, b, e],
        relations: ids.map((id, index) => ({
          ...same,
          ...(id === null ? {} : { id }),
          from: index === 0 ? "a" : "b",
          to: "e",
        })),
      })[0]?.relations.map(({ id }) => id) ?? [];
    expect(new Set(idsOf(null, null)).size).toBe(2);
    expect(idsOf("x", null)).toEqual(idsOf("x", null));
    expect(idsOf("x", null)[0]).not.toBe(idsOf(null, null)[0]);
    expect(idsOf(7, null)[0]).toBe(idsOf("7", null)[0]);
    const uuid = "0198f0a0-0000-7000-8000-00000000000a";
    expect(idsOf(uuid, null)[0]).toBe(uuid);
  });

  test.for([
    {
      name: "a second one of its kind",
      relations: [denies, denies],
      says: 'relations[1]: These two spans are linked by "denies" already.',
    },
    {
      name: "one of its kind the other way round",
      spans: [claim, { id: "d", ...spansIn("    C--")[0] }],
      relations: [
        { type: "same_claim", from: "c", to: "d" },
        { type: "same_claim", from: "d", to: "c" },
      ],
      says: 'relations[1]: These two spans are linked by "same_claim" already.',
    },
    {
      name: "an id that is there",
      spans: [claim, denial, { id: "e", ...spansIn("        D--")[0] }],
      relations: [
        { id: "r", ...denies },
        { id: "r", ...denies, from: "e" },
      ],
      says: 'relations[1]: The id "r" is there twice.',
    },
    {
      name: "an unknown span to begin with",
      relations: [{ ...denies, from: "x".repeat(100) }],
      says: `relations[0]: It links the span "${"x".repeat(80)}", which this annotator has not in this article.`,
    },
    {
      name: "an unknown span to end with",
      relations: [{ ...denies, to: 7 }],
      says: 'relations[0]: It links the span "7", which this annotator has not in this article.',
    },
    {
      name: "an unknown annotator",
      relations: [{ ...denies, annotator: "a9" }],
      says: 'relations[0]: It links the span "d", which this annotator has not in this article.',
    },
    {
      name: "an annotator without that span",
      annotators: ["a9"],
      relations: [{ ...denies, annotator: "a9" }],
      says: 'relations[0]: It links the span "d", which this annotator has not in this article.',
    },
  ])("cannot have $name", ({ spans = [claim, denial], relations, annotators = null, says }) => {
    expect(refusal({ spans, relations, annotators })).toEqual({
      message: says,
      field: says.slice(0, says.indexOf(":")),
    });
  });

  test("may have attributes without a value", () => {
    expect(
      refusal({ spans: [claim, denial], relations: [{ ...denies, attributes: { a: null } }] }),
    ).toBe(null);
  });

  test("may link two spans in two ways, and three spans in one", () => {
    const spans = [
      { id: "c", ...spansIn("C--")[0] },
      { id: "d", ...spansIn("   D--")[0] },
      { id: "e", ...spansIn("      D--")[0] },
    ];
    const relations = [denies, { ...denies, from: "e" }];
    expect(read({ spans, relations })[0]?.relations).toHaveLength(2);
  });

  test("without an annotator is that of whoever marked its first span", () => {
    const by = (annotator: string | null, ids: readonly string[]) => [
      { ...claim, id: ids[0], annotator },
      { ...denial, id: ids[1], annotator },
    ];
    const spans = [...by("a1", ["c1", "d1"]), ...by("a2", ["c2", "d2"])];
    const counts = (given: object) =>
      read(given).map(({ annotator, relations }) => `${annotator}:${relations.length}`);
    expect(counts({ spans, relations: [{ type: "denies", from: "d2", to: "c2" }] })).toEqual([
      "a1:0",
      "a2:1",
    ]);
    // Spans without an annotator come first.
    const mine = [...by("a1", ["c", "d"]), ...by(null, ["c", "d"])];
    expect(counts({ spans: mine, relations: [denies] })).toEqual(["a1:0", "null:1"]);
    expect(counts({ spans: mine, relations: [{ ...denies, annotator: "a1" }] })).toEqual([
      "a1:1",
      "null:0",
    ]);
  });
});
