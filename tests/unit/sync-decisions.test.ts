import fc from "fast-check";
import { expect, test } from "vitest";
import {
  accepting,
  type Desk,
  merging,
  type ReviewedSet,
  rejecting,
} from "@/lib/domain/adjudication";
import { annotationsIn, Decisions } from "@/lib/domain/decisions";
import type { Intent, Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { type AppliedOperation, WorkingCopy } from "@/lib/sync/working-copy";

/* Two curators, or two tabs, decide at once: each rebases on what the other has done. */

const text = new ArticleText("abcdefghijklmnopqrstuvwxyz".repeat(2));
const context = {
  text,
  scheme: defaultScheme,
  deciding: (decisions: ConstructorParameters<typeof Decisions>[0]) => new Decisions(decisions),
};
const uuid = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const empty = { revision: 0, head: null, note: "", attributes: {}, spans: [], relations: [] };

const sets = [1, 2].map(
  (set): ReviewedSet => ({
    id: uuid(set),
    relations: [],
    spans: [0, 10, 20, 30].map((start, index) => {
      const fragments = [{ start, end: start + 4 + set }];
      return {
        id: uuid(100 * set + index),
        label: "claim",
        fragments,
        quote: quoteOf(text, fragments),
        attributes: {},
      };
    }),
  }),
);

/** Somebody at a desk, who numbers what is new from somewhere on. */
class Curator {
  readonly copy = new WorkingCopy({ ...empty, decisions: [] }, context);
  #next: number;

  constructor(from: number) {
    this.#next = from;
  }

  readonly newId = () => uuid(this.#next++);

  do(make: (desk: Desk) => readonly Intent[]): void {
    const desk = {
      sets,
      gold: this.copy.current,
      text,
      scheme: defaultScheme,
      rule: { needed: "all", match: "strict" },
      newId: this.newId,
    } as const;
    const group = this.newId();
    const operations = make(desk).map((intent): Operation => ({ id: this.newId(), ...intent }));
    this.copy.perform(operations.map((operation) => ({ operation, group })));
  }
}

const source = (set: number, index: number) => ({ set: uuid(set), span: uuid(100 * set + index) });

/** What the server has then, which takes the operations of one and then of the other, as far as they fit. */
function bothSave(one: Curator, other: Curator) {
  const history = one.copy.pending.map(
    ({ operation }, index): AppliedOperation => ({ ...operation, revision: index + 1 }),
  );
  const caught = other.copy.catchUp(history, history.length);
  const later = other.copy.pending.map(
    ({ operation }, index): AppliedOperation => ({
      ...operation,
      revision: history.length + index + 1,
    }),
  );
  const gold = annotationsIn({ kind: "gold" });
  for (const operation of [...history, ...later]) gold.apply(operation, context);
  return { gold, refused: caught?.refused ?? [] };
}

test("what was decided on other passages is kept beside each other", () => {
  const [ana, ben] = [new Curator(1000), new Curator(5000)];
  ana.do((desk) => accepting(desk, source(1, 0)));
  ben.do((desk) => merging(desk, [source(1, 1), source(2, 1)]));
  const { gold, refused } = bothSave(ana, ben);
  expect(refused).toEqual([]);
  expect(gold.spans.size).toBe(2);
  expect(gold.decided?.all.size).toBe(3);
});

test("of what was decided twice the second is told as a whole, and leaves no span behind", () => {
  const [ana, ben] = [new Curator(1000), new Curator(5000)];
  ana.do((desk) => rejecting(desk, [source(1, 0), source(2, 0)]));
  ben.do((desk) => accepting(desk, source(2, 0)));
  const { gold, refused } = bothSave(ana, ben);
  expect(refused.map(({ pending }) => pending.operation.type)).toEqual([
    "add_span",
    "add_decision",
    "add_decision",
  ]);
  expect(refused.map(({ reason }) => reason)).toContainEqual(
    expect.stringContaining("has been decided on already"),
  );
  expect(gold.spans.size).toBe(0);
  expect(ben.copy.current.spans.size).toBe(0);
});

test("whatever two do at once, all that is not refused is there, and gold is whole", () => {
  const gestures = fc.array(
    fc.tuple(
      fc.constantFrom("accept", "merge", "reject"),
      fc.nat(3),
      fc.integer({ min: 1, max: 2 }),
    ),
    { maxLength: 6 },
  );
  const play = (curator: Curator, asked: readonly (readonly [string, number, number])[]) => {
    for (const [what, index, set] of asked) {
      try {
        curator.do((desk) => {
          if (what === "accept") return accepting(desk, source(set, index));
          if (what === "merge") return merging(desk, [source(1, index), source(2, index)]);
          return rejecting(desk, [source(set, index)]);
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
  };
  fc.assert(
    fc.property(gestures, gestures, (first, second) => {
      const [ana, ben] = [new Curator(1000), new Curator(5000)];
      play(ana, first);
      play(ben, second);
      const made = ben.copy.pending.length;
      const { gold, refused } = bothSave(ana, ben);
      expect(ben.copy.pending.length + refused.length).toBe(made);
      expect(gold.spansInOrder()).toEqual(ben.copy.current.spansInOrder());
      const decided = [...(gold.decided?.all.values() ?? [])];
      const keys = decided.flatMap(({ sources }) =>
        sources.map(({ set, span }) => `${set} ${span}`),
      );
      expect(new Set(keys).size).toBe(keys.length);
      for (const { spans } of decided)
        for (const span of spans) expect(gold.spans.has(span)).toBe(true);
      // Nobody is left with a span that nothing came to.
      for (const span of gold.spans.keys()) expect(gold.decided?.naming(span)).not.toEqual([]);
    }),
  );
});
