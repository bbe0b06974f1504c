import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AdjudicationRule,
  accepting,
  agreedIn,
  agreedOnArticle,
  clustersOf,
  type Desk,
  derivedFrom,
  editing,
  isDispute,
  merging,
  neededOf,
  ownSpan,
  preaccepting,
  type ReviewedSet,
  rejecting,
  removing,
  rivalsOf,
  type Source,
  takingBack,
} from "@/lib/domain/adjudication";
import { annotationsIn, decisionsOf, sourceKey } from "@/lib/domain/decisions";
import { type Annotations, type Intent, inverse } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { DecisionShape } from "@/lib/domain/schemas";
import { defaultScheme } from "@/lib/domain/scheme";
import { type Attributes, quoteOf, type Relation, type Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";

const text = new ArticleText("abcdefghijklmnopqrstuvwxyz".repeat(4));
const context = { text, scheme: defaultScheme };
const uuid = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;

function counter(from: number): () => string {
  let next = from;
  return () => uuid(next++);
}

type Marked = readonly [label: string, start: number, end: number, attributes?: Attributes];

/** A set by its number, from 1 on; its spans are numbered from 100 times that on. */
function aSet(number: number, marks: readonly Marked[], relations: Relation[] = []): ReviewedSet {
  const spans = marks.map(([label, start, end, attributes = {}], index): Span => {
    const fragments = [{ start, end }];
    return {
      id: uuid(100 * number + index),
      label,
      fragments,
      quote: quoteOf(text, fragments),
      attributes,
    };
  });
  return { id: uuid(number), spans, relations };
}

const strict: AdjudicationRule = { needed: "all", match: "strict" };

function aDesk(sets: readonly ReviewedSet[], rule = strict, gold?: Annotations): Desk {
  const newId = counter(10_000);
  return { sets, gold: gold ?? annotationsIn({ kind: "gold" }), ...context, rule, newId };
}

/** Gold after a gesture, which changes nothing by itself. */
function goldAfter({ gold }: Desk, gesture: readonly Intent[]): Annotations {
  const next = gold.copy();
  for (const intent of gesture) next.apply(intent, context);
  return next;
}

const placesOf = (gold: Annotations) =>
  gold.spansInOrder().map(({ label, fragments }) => [label, ...fragments.flatMap(Object.values)]);

const source = (set: number, index = 0): Source => ({
  set: uuid(set),
  span: uuid(100 * set + index),
});

describe("clusters", () => {
  test("are of what overlaps, whatever its label, by a chain of others, and by any fragment", () => {
    const one = aSet(1, [
      ["claim", 0, 5],
      ["claim", 20, 25],
    ]);
    const two = aSet(2, [
      ["denial", 4, 8],
      ["claim", 25, 30],
    ]);
    const fragments = [
      { start: 7, end: 9 },
      { start: 40, end: 42 },
    ];
    const three = {
      id: uuid(3),
      relations: [],
      spans: [{ id: uuid(300), label: "claim", fragments, quote: "", attributes: {} }],
    };
    const four = aSet(4, [["claim", 41, 50]]);
    const clusters = clustersOf([one, two, three, four]).map((cluster) =>
      cluster.map(({ span }) => span),
    );
    expect(clusters).toEqual([
      [uuid(100), uuid(200), uuid(300), uuid(400)],
      [uuid(101)],
      [uuid(201)],
    ]);
  });

  const marks = fc.array(
    fc.tuple(
      fc.constantFrom("claim", "denial", "attribution"),
      fc.nat(90),
      fc.integer({ min: 1, max: 12 }),
    ),
    { maxLength: 12 },
  );
  const sets = fc.array(marks, { maxLength: 5 }).map((all) =>
    all.map((of, index) =>
      aSet(
        index + 1,
        of.map(([label, start, length]): Marked => [label, start, start + length]),
      ),
    ),
  );

  test("are a partition in which those that overlap are together", () => {
    fc.assert(
      fc.property(sets, (given) => {
        const clusters = clustersOf(given);
        const of = new Map(
          clusters.flatMap((cluster, index) => cluster.map((one) => [sourceKey(one), index])),
        );
        const all = given.flatMap(({ id, spans }) =>
          spans.map((span) => ({ set: id, span: span.id, content: span })),
        );
        expect(clusters.flat()).toHaveLength(all.length);
        expect(of.size).toBe(all.length);
        for (const one of all) {
          for (const other of all) {
            const [a] = one.content.fragments;
            const [b] = other.content.fragments;
            if (a && b && a.start < b.end && b.start < a.end) {
              expect(of.get(sourceKey(one))).toBe(of.get(sourceKey(other)));
            }
          }
        }
      }),
    );
  });

  test("are the same in whatever order sets and spans come", () => {
    fc.assert(
      fc.property(sets, (given) => {
        const turned = given.toReversed().map((set) => ({ ...set, spans: set.spans.toReversed() }));
        expect(clustersOf(turned)).toEqual(clustersOf(given));
      }),
    );
  });

  test("of ten thousand spans that hang together are found", () => {
    const spans = Array.from({ length: 10_000 }, (_, index) => ({
      id: uuid(index),
      label: "claim",
      fragments: [{ start: index, end: index + 2 }],
    }));
    expect(clustersOf([{ id: uuid(1), spans }])).toHaveLength(1);
  });
});

describe("a rule", () => {
  test("needs some, most or all of those who submitted", () => {
    expect(neededOf({ needed: 2, match: "strict" }, 5)).toBe(2);
    expect([1, 2, 3, 4].map((of) => neededOf({ needed: "majority", match: "strict" }, of))).toEqual(
      [1, 2, 2, 3],
    );
    expect([0, 1, 3].map((of) => neededOf(strict, of))).toEqual([1, 1, 3]);
  });

  const sets = [
    aSet(1, [["claim", 0, 10, { certainty: "certain" }]]),
    aSet(2, [["claim", 0, 10, { certainty: "probable" }]]),
    aSet(3, [["claim", 2, 20, { certainty: "probable" }]]),
  ];
  const order = sets.map(({ id }) => id);
  const agreed = (rule: AdjudicationRule, of = sets) =>
    clustersOf(of)
      .flatMap((cluster) => agreedIn(cluster, rule, order))
      .map(({ sources, ...rest }) => ({ ...rest, sources: sources.length }));

  test("is strict about words, or goes by those that most have", () => {
    expect(agreed(strict)).toEqual([]);
    expect(agreed({ needed: 2, match: "strict" })).toEqual([
      {
        label: "claim",
        fragments: [{ start: 0, end: 10 }],
        attributes: { certainty: "certain" },
        sources: 2,
      },
    ]);
    expect(agreed({ needed: "all", match: "partial" })).toEqual([
      {
        label: "claim",
        fragments: [{ start: 0, end: 10 }],
        attributes: { certainty: "probable" },
        sources: 3,
      },
    ]);
    // As many have each: the longest counts.
    expect(agreed({ needed: 2, match: "partial" }, sets.slice(1))).toMatchObject([
      { fragments: [{ start: 2, end: 20 }] },
    ]);
    expect(agreed({ needed: 4, match: "partial" })).toEqual([]);
  });

  test("takes one span of each reviewer, and none for other labels", () => {
    const two = [
      aSet(1, [["claim", 0, 10]]),
      aSet(2, [
        ["claim", 0, 3],
        ["claim", 4, 10],
      ]),
      aSet(3, [["denial", 0, 10]]),
    ];
    expect(agreed({ needed: 2, match: "partial" }, two)).toMatchObject([
      { label: "claim", sources: 2 },
    ]);
    expect(agreed({ needed: 3, match: "partial" }, two)).toEqual([]);
  });

  test("counts what somebody marked twice once", () => {
    const twice: Marked[] = [
      ["attribution", 0, 5, { cue: "speech" }],
      ["attribution", 0, 5, { cue: "belief" }],
    ];
    expect(agreed(strict, [aSet(1, twice)])).toEqual([]);
    expect(agreed({ needed: 1, match: "strict" }, [aSet(1, twice)])).toHaveLength(2);
    expect(
      agreed({ needed: 2, match: "strict" }, [aSet(1, twice), aSet(2, twice.toReversed())]),
    ).toMatchObject([
      { sources: 2, attributes: { cue: "belief" } },
      { sources: 2, attributes: { cue: "speech" } },
    ]);
  });
});

describe("pre-accepting", () => {
  test("leaves what is in each other's way to people, and takes what more have", () => {
    const four = [
      aSet(1, [["claim", 0, 10]]),
      aSet(2, [["claim", 0, 10]]),
      aSet(3, [["claim", 5, 15]]),
      aSet(4, [["claim", 5, 15]]),
    ];
    const rule: AdjudicationRule = { needed: 2, match: "strict" };
    expect(preaccepting(aDesk(four, rule))).toEqual([]);
    const five = aDesk([...four, aSet(5, [["claim", 5, 15]])], rule);
    expect(placesOf(goldAfter(five, preaccepting(five)))).toEqual([["claim", 5, 15]]);
  });

  test("takes what is called as what every object has for an attribute like others", () => {
    const given = { constructor: "yes" };
    const desk = aDesk(
      [
        aSet(1, [["claim", 0, 10]]),
        aSet(2, [["claim", 0, 10, given]]),
        aSet(3, [["claim", 0, 10]]),
      ],
      { needed: "majority", match: "strict" },
    );
    const [span] = goldAfter(desk, preaccepting(desk)).spansInOrder();
    expect(Object.keys(span?.attributes ?? {})).toEqual([]);
    const sets = [1, 2].map(() => ({ attributes: given }));
    expect(agreedOnArticle({ ...desk, sets })).toEqual([
      { type: "set_article_attributes", attributes: given },
    ]);
  });

  test("has relations follow that as many have as the rule wants", () => {
    const marks: Marked[] = [
      ["attribution", 0, 3],
      ["claim", 4, 9],
    ];
    const link = (set: number): Relation => ({
      id: uuid(9000 + set),
      type: "source_of",
      from: uuid(100 * set),
      to: uuid(100 * set + 1),
      attributes: {},
    });
    const three = (linked: number) =>
      aDesk(
        [1, 2, 3].map((set) => aSet(set, marks, set <= linked ? [link(set)] : [])),
        { needed: "majority", match: "strict" },
      );
    for (const [linked, relations] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
    ] as const) {
      const desk = three(linked);
      expect(goldAfter(desk, preaccepting(desk)).relations.size).toBe(relations);
    }
  });

  test("done again, or to what was taken back, does nothing", () => {
    const desk = aDesk([aSet(1, [["claim", 0, 10]]), aSet(2, [["claim", 0, 10]])]);
    const gold = goldAfter(desk, preaccepting(desk));
    expect(preaccepting({ ...desk, gold })).toEqual([]);
    const back = goldAfter(
      { ...desk, gold },
      takingBack({ ...desk, gold }, [...decisionsOf(gold).all.keys()]),
    );
    expect(placesOf(back)).toEqual([]);
    const decided = new Set(
      desk.sets.flatMap(({ id, spans }) =>
        spans.map((span) => sourceKey({ set: id, span: span.id })),
      ),
    );
    expect(preaccepting({ ...desk, gold: back }, decided)).toEqual([]);
  });
});

describe("a gesture", () => {
  const desk = aDesk([
    aSet(1, [
      ["claim", 0, 10, { certainty: "certain" }],
      ["attribution", 20, 40],
    ]),
    aSet(2, [
      ["claim", 0, 10],
      ["claim", 22, 30],
    ]),
    aSet(3, [
      ["claim", 5, 15],
      ["denial", 0, 10],
    ]),
  ]);

  test("accepts one, with those that are the same, and passes over what competes with it", () => {
    expect(rivalsOf(desk, source(1))).toEqual([source(2), source(3), source(3, 1)]);
    const gold = goldAfter(desk, accepting(desk, source(1), { reason: "So it is" }));
    expect(gold.spansInOrder()).toMatchObject([
      { label: "claim", attributes: { certainty: "certain" } },
    ]);
    expect([...decisionsOf(gold).all.values()]).toMatchObject([
      { outcome: "accepted", sources: [source(1), source(2)], reason: "So it is" },
      { outcome: "rejected", sources: [source(3), source(3, 1)], spans: [] },
    ]);
    expect(derivedFrom(gold, [...gold.spans.keys()][0] ?? "")).toEqual([source(1), source(2)]);
    // A claim within an attribution competes with nothing.
    expect(rivalsOf(desk, source(1, 1))).toEqual([]);
  });

  test("merges several into one", () => {
    const gold = goldAfter(desk, merging(desk, [source(3), source(1), source(2)]));
    expect(placesOf(gold)).toEqual([["claim", 0, 15]]);
    expect([...decisionsOf(gold).all.values()]).toMatchObject([
      { outcome: "merged", sources: [source(1), source(2), source(3)] },
    ]);
  });

  test("edits, rejects, and adds a span of its own", () => {
    const wanted = { label: "denial", fragments: [{ start: 1, end: 3 }], attributes: {} };
    const edited = goldAfter(desk, editing(desk, [source(1)], wanted, "Rather this"));
    expect([...decisionsOf(edited).all.values()]).toMatchObject([
      { outcome: "edited", reason: "Rather this" },
    ]);
    const rejected = goldAfter(desk, rejecting(desk, [source(1)]));
    expect(rejected.spans.size).toBe(0);
    const own = goldAfter(desk, ownSpan(desk, wanted, { passedOver: [source(1)] }));
    expect(placesOf(own)).toEqual([["denial", 1, 3]]);
    expect(derivedFrom(own, [...own.spans.keys()][0] ?? "")).toEqual([]);
    expect([...decisionsOf(own).all.values()]).toMatchObject([{ outcome: "rejected" }]);
  });

  test("that decides on what is decided takes that back first", () => {
    const once = goldAfter(desk, accepting(desk, source(1)));
    const again = { ...desk, gold: once };
    const gold = goldAfter(again, rejecting(again, [source(2)]));
    expect(gold.spans.size).toBe(0);
    // The other source of what was taken back is a dispute again.
    expect(isDispute([source(1)], gold)).toBe(true);
    expect(isDispute([source(2)], gold)).toBe(false);
    expect(isDispute([source(2)], gold, new Set([sourceKey(source(2))]))).toBe(true);
  });

  test("about what is not there is refused", () => {
    const wanted = { label: "claim", fragments: [{ start: 0, end: 2 }], attributes: {} };
    for (const wrong of [
      () => accepting(desk, source(9)),
      () => rejecting(desk, [source(9)]),
      () => merging(desk, [source(1), source(9)]),
      () => editing(desk, [source(9)], wanted),
      () => takingBack(desk, [uuid(9)]),
    ]) {
      expect(wrong).toThrow(Refusal);
    }
  });

  test("takes the place of a span that the curator has made already", () => {
    const wanted = { label: "claim", fragments: [{ start: 0, end: 10 }], attributes: {} };
    const own = goldAfter(desk, ownSpan(desk, wanted));
    const gold = goldAfter({ ...desk, gold: own }, accepting({ ...desk, gold: own }, source(1)));
    expect([...gold.spans.keys()]).toEqual([...own.spans.keys()]);
    expect(derivedFrom(gold, [...gold.spans.keys()][0] ?? "")).toEqual([source(1), source(2)]);
  });

  const gestures = fc.array(
    fc.tuple(
      fc.constantFrom("accept", "merge", "edit", "reject", "own", "back", "remove"),
      fc.nat(1000),
      fc.nat(1000),
    ),
    { minLength: 1, maxLength: 12 },
  );
  const marks = fc.array(
    fc.tuple(
      fc.constantFrom("claim", "denial", "attribution"),
      fc.nat(20),
      fc.integer({ min: 1, max: 4 }),
    ),
    { minLength: 1, maxLength: 5 },
  );

  test("undone operation by operation leaves what there was before", () => {
    fc.assert(
      fc.property(fc.array(marks, { minLength: 1, maxLength: 3 }), gestures, (given, asked) => {
        const sets = given.map((of, index) =>
          aSet(
            index + 1,
            of.map(([label, at, length]): Marked => [label, 4 * at, 4 * at + length]),
          ),
        );
        const all = sets.flatMap(({ id, spans }) =>
          spans.map((span) => ({ set: id, span: span.id })),
        );
        const newId = counter(10_000);
        let gold = annotationsIn({ kind: "gold" });
        for (const [what, one, other] of asked) {
          const at = { ...aDesk(sets), gold, newId };
          const first = all[one % all.length] as Source;
          const second = all[other % all.length] as Source;
          const spans = [...gold.spans.keys()];
          const decisions = [...decisionsOf(gold).all.keys()];
          const wanted = {
            label: "attribution",
            fragments: [{ start: one % 90, end: (one % 90) + 3 }],
            attributes: {},
          };
          let gesture: readonly Intent[];
          try {
            gesture = {
              accept: () => accepting(at, first),
              merge: () => merging(at, [first, second]),
              edit: () => editing(at, [first], wanted),
              reject: () => rejecting(at, [first, second]),
              own: () => ownSpan(at, wanted, { passedOver: [first] }),
              back: () => takingBack(at, decisions.slice(0, 1)),
              remove: () => (spans[0] ? removing(at, spans[0]) : []),
            }[what]();
          } catch (error) {
            if (error instanceof Refusal) continue;
            throw error;
          }
          const next = gold.copy();
          const changes = gesture.map((intent) => next.apply(intent, context));
          for (const { sources, spans: of, outcome } of decisionsOf(next).all.values()) {
            expect(of.length === 0).toBe(outcome === "rejected");
            expect(sources.length).toBeGreaterThan(0);
          }
          for (const decision of decisionsOf(next).all.values()) {
            expect(DecisionShape.safeParse(decision).success).toBe(true);
          }
          const undone = next.copy();
          for (const change of changes.toReversed()) undone.apply(inverse(change), context);
          expect(undone.spansInOrder()).toEqual(gold.spansInOrder());
          expect(new Set(decisionsOf(undone).all.values())).toEqual(
            new Set(decisionsOf(gold).all.values()),
          );
          expect(new Set(undone.relations.values())).toEqual(new Set(gold.relations.values()));
          gold = next;
        }
      }),
      { numRuns: 200 },
    );
  });
});

test("a set that is not gold has no decisions", () => {
  const own = annotationsIn({ kind: "reviewer" });
  const decision = {
    id: uuid(1),
    sources: [source(1)],
    outcome: "rejected" as const,
    spans: [],
    reason: "",
  };
  expect(() => own.apply({ type: "add_decision", decision }, context)).toThrow(
    "Only gold has decisions.",
  );
});
