import { describe, expect, test } from "vitest";
import { Annotations, type Change, type Intent, type Operation } from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import { quoteOf, type Span } from "@/lib/domain/span";
import { type AppliedOperation, inOne, joined, WorkingCopy } from "@/lib/sync/working-copy";
import { contentOf, context, type Dice, dice, text } from "./sync-world";

const empty = { revision: 0, head: null, note: "", attributes: {}, spans: [], relations: [] };

/** Adds a claim to a range of the text, with a span of the operation's own name. */
const claim = (id: string, start: number, end: number): Operation => {
  const fragments = [{ start, end }];
  const quote = quoteOf(text, fragments);
  return { id, type: "add_span", span: { id, label: "claim", fragments, quote, attributes: {} } };
};
const note = (id: string, words = id): Operation => ({ id, type: "set_article_note", note: words });
const certain = (id: string, span: string): Operation => {
  return { id, type: "edit_span", span: { id: span, attributes: { certainty: "certain" } } };
};
const at = (revision: number, operation: Operation): AppliedOperation => ({
  ...operation,
  revision,
});
const one = (operation: Operation, group = operation.id) => [{ operation, group }];
const idsOf = (pending: readonly { readonly operation: Operation }[]) =>
  pending.map(({ operation }) => operation.id);

test("an acknowledgement that follows is applied on our revision", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform([...one(note("a")), ...one(note("b"))]);
  expect(copy.acknowledge(new Map([["a", 1]]))).toEqual([at(1, note("a"))]);
  expect(copy).toMatchObject({ revision: 1, exact: true, pending: [{ operation: { id: "b" } }] });
});

test.for([
  { name: "others' work lies between", revisions: [1, 3] },
  { name: "it was applied before what we know", revisions: [1, 1] },
  { name: "what comes first is not among them", revisions: [null, 1] },
])("an acknowledgement does not follow if $name", ({ revisions: [a, b] }) => {
  const copy = new WorkingCopy(empty, context);
  copy.perform([...one(note("a")), ...one(note("b"))]);
  const revisions = new Map<string, number>();
  if (typeof a === "number") revisions.set("a", a);
  if (typeof b === "number") revisions.set("b", b);
  expect(copy.acknowledge(revisions)).toBe(null);
  expect(copy).toMatchObject({ revision: 0, exact: false });
  // It is shown all the same, until the state comes.
  expect(copy.current.note).toBe("b");
  copy.reset({ ...empty, revision: 3, head: null, note: "theirs" });
  expect(copy.exact).toBe(true);
});

test("what does not fit here is not acknowledged without the state", () => {
  const copy = new WorkingCopy(empty, context);
  copy.adopt([{ operation: certain("a", "nowhere"), group: "a", madeAt: 0 }]);
  expect(copy.acknowledge(new Map([["a", 1]]))).toBe(null);
});

test("acknowledging what is not pending changes nothing", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(note("a")));
  expect(copy.acknowledge(new Map([["z", 1]]), "z@1")).toEqual([]);
  expect(copy).toMatchObject({ revision: 0, head: null, exact: true });
  expect(idsOf(copy.pending)).toEqual(["a"]);
});

test("what was rehearsed is done at once, and as if it had not been rehearsed", () => {
  const copy = new WorkingCopy(empty, context);
  const rehearsal = copy.rehearse();
  rehearsal.add(one(claim("a", 0, 6)));
  rehearsal.add([...one(claim("b", 7, 13)), ...one(note("c"))]);
  expect([copy.spans, copy.pending, copy.current.note]).toEqual([[], [], ""]);
  const { performed, changes } = rehearsal.perform();
  const plain = new WorkingCopy(empty, context);
  expect({ performed, changes }).toEqual(
    plain.perform([...one(claim("a", 0, 6)), ...one(claim("b", 7, 13)), ...one(note("c"))]),
  );
  expect(contentOf(copy.current)).toEqual(contentOf(plain.current));
  expect([copy.spans, copy.pending]).toEqual([plain.spans, plain.pending]);
});

test.for([
  {
    name: "others have done",
    meanwhile: (copy: WorkingCopy) => copy.catchUp([at(1, claim("x", 7, 13))], 1),
  },
  { name: "was done here", meanwhile: (copy: WorkingCopy) => copy.perform(one(claim("x", 7, 13))) },
  {
    name: "the server has",
    meanwhile: (copy: WorkingCopy) => {
      const other = new WorkingCopy(empty, context);
      other.perform(one(claim("x", 7, 13)));
      copy.reset({ ...empty, revision: 1, spans: other.spans });
    },
  },
])(
  "what was rehearsed stands beside what $name meanwhile, or is refused for it",
  ({ meanwhile }) => {
    const copy = new WorkingCopy(empty, context);
    const [fitting, clashing] = [copy.rehearse(), copy.rehearse()];
    fitting.add(one(claim("a", 0, 6)));
    clashing.add([...one(note("n")), ...one(claim("b", 5, 10))]);
    meanwhile(copy);
    expect(() => clashing.perform()).toThrow(Refusal);
    expect([copy.spans.map(({ id }) => id), copy.current.note]).toEqual([["x"], ""]);
    fitting.perform();
    expect(copy.spans.map(({ id }) => id)).toEqual(["a", "x"]);
  },
);

test("what does not fit is left out where that is asked for, also what has come not to fit meanwhile", () => {
  const copy = new WorkingCopy(empty, context);
  const left: string[] = [];
  const rehearsal = copy.rehearse(({ id }, { message }) => left.push(`${id}: ${message}`));
  rehearsal.add([...one(claim("a", 0, 6)), ...one(claim("b", 2, 5)), ...one(claim("c", 7, 13))]);
  copy.catchUp([at(1, claim("x", 8, 10))], 1);
  const { changes } = rehearsal.perform();
  expect([copy.spans.map(({ id }) => id), changes.length]).toEqual([["a", "x"], 1]);
  const why = "Two spans labelled claim cannot overlap.";
  expect(left).toEqual([`b: ${why}`, `c: ${why}`]);
});

test.for([
  { name: "has a gap", history: [at(2, note("x"))], revision: 2 },
  { name: "has one twice", history: [at(1, note("x")), at(1, note("x"))], revision: 2 },
  { name: "ends too early", history: [at(1, note("x"))], revision: 2 },
  { name: "goes back", history: [], revision: -1 },
  { name: "does not fit the state", history: [at(1, certain("x", "nowhere"))], revision: 1 },
])("a history that $name changes nothing", ({ history, revision }) => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(note("a")));
  expect(copy.catchUp(history, revision)).toBe(null);
  expect(copy).toMatchObject({ revision: 0, pending: [{ operation: { id: "a" } }] });
  expect(copy.current.note).toBe("a");
});

test("a history that ends before our revision changes nothing", () => {
  const copy = new WorkingCopy({ ...empty, revision: 5, note: "now" }, context);
  expect(copy.catchUp([], 3, 3)).toBe(null);
  expect(copy.acknowledged).toMatchObject({ revision: 5, note: "now" });
});

test("a history may come in any order and begin before our revision", () => {
  const copy = new WorkingCopy({ ...empty, revision: 1, head: null, note: "w" }, context);
  const history = [at(3, note("y")), at(1, note("w")), at(2, note("x"))];
  expect(copy.catchUp(history, 3)).toEqual({ acknowledged: [], refused: [] });
  expect(copy.revision).toBe(3);
  expect(copy.current.note).toBe("y");
});

test("what is pending comes on top of what others did, and what arrived is pending no more", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform([...one(claim("a", 0, 6)), ...one(note("b"))]);
  const history = [at(1, claim("a", 0, 6)), at(2, claim("x", 7, 13)), at(3, note("y"))];
  expect(copy.catchUp(history, 3)).toEqual({ acknowledged: ["a"], refused: [] });
  expect(copy.spans.map(({ id }) => id)).toEqual(["a", "x"]);
  expect(copy.current.note).toBe("b");
  expect(idsOf(copy.pending)).toEqual(["b"]);
});

test("what does not fit any more goes with its gesture, and with what it speaks of", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform([...one(note("a"), "g"), ...one(claim("b", 0, 6), "g")]);
  copy.perform(one(note("c")));
  const caughtUp = copy.catchUp([at(1, claim("x", 3, 6))], 1);
  expect(caughtUp?.refused).toMatchObject([
    {
      pending: { operation: { id: "a" } },
      reason: "Belongs to a change that does not fit: Two spans labelled claim cannot overlap.",
    },
    { pending: { operation: { id: "b" } }, reason: "Two spans labelled claim cannot overlap." },
  ]);
  expect(idsOf(copy.pending)).toEqual(["c"]);
  expect(copy.current.note).toBe("c");
  expect([...copy.current.spans.keys()]).toEqual(["x"]);
});

test("what may be on the server already is not refused before its history is known", () => {
  const copy = new WorkingCopy({ ...empty, revision: 5 }, context);
  copy.adopt([{ operation: certain("a", "gone"), group: "a", madeAt: 3 }]);
  expect(copy.takeBatch(10).since).toBe(3);
  expect(copy.catchUp([at(6, note("x"))], 6)?.refused).toEqual([]);
  expect(copy.takeBatch(10).since).toBe(3);
  const history = [at(4, note("v")), at(5, note("w")), at(6, note("x")), at(7, note("y"))];
  expect(copy.catchUp(history, 7, 3)?.refused).toMatchObject([{ pending: { group: "a" } }]);
  expect(copy.pending).toEqual([]);
});

test("what was made at the revision that is reached may still come after it", () => {
  const copy = new WorkingCopy(empty, context);
  copy.adopt([{ operation: certain("a", "gone"), group: "a", madeAt: 1 }]);
  expect(copy.catchUp([at(1, note("x"))], 1)?.refused).toEqual([]);
  expect(copy.catchUp([at(2, note("y"))], 2)?.refused).toHaveLength(1);
});

test("what was on its way before a new state may be in it", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(note("a")));
  copy.takeBatch(10);
  copy.perform(one(note("b")));
  copy.reset({ ...empty, revision: 0 });
  expect(copy.pending.map(({ unsureSince }) => unsureSince)).toEqual([null, null]);
  copy.reset({ ...empty, revision: 4 });
  expect(copy.pending.map(({ unsureSince }) => unsureSince)).toEqual([0, null]);
  copy.reset({ ...empty, revision: 6 });
  expect(copy.takeBatch(10).since).toBe(0);
  copy.assumeUnapplied();
  expect(copy.takeBatch(10).since).toBe(6);
});

test("what is adopted comes first, and not twice", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(note("c")));
  const left = ["a", "b", "c"].map((id) => ({ operation: note(id), group: id, madeAt: 0 }));
  copy.adopt(left);
  expect(idsOf(copy.pending)).toEqual(["a", "b", "c"]);
  expect(copy.current.note).toBe("c");
});

test.for([
  { limit: 1, groups: "a", expected: 1 },
  { limit: 2, groups: "aabb", expected: 2 },
  { limit: 3, groups: "aabb", expected: 2 },
  { limit: 4, groups: "aabb", expected: 4 },
  { limit: 9, groups: "aabb", expected: 4 },
  { limit: 2, groups: "aaab", expected: 2 },
  { limit: 1, groups: "aab", expected: 1 },
  { limit: 2, groups: "abbb", expected: 1 },
])("of the gestures $groups, at most $limit: $expected", ({ limit, groups, expected }) => {
  const copy = new WorkingCopy(empty, context);
  copy.perform([...groups].map((group, index) => ({ operation: note(`${index}`), group })));
  const { batch, since } = copy.takeBatch(limit);
  expect(batch).toHaveLength(expected);
  expect(since).toBe(0);
  expect(copy.pending.filter(({ sent }) => sent)).toHaveLength(expected);
});

test("a refused operation takes with it what needs it, and nothing else", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(claim("a", 0, 6)));
  copy.perform(one(certain("b", "a")));
  copy.perform(one(claim("c", 7, 13)));
  const refused = copy.refuse("a", "No.");
  expect(refused.map(({ pending, reason }) => [pending.operation.id, reason])).toEqual([
    ["a", "No."],
    ["b", "This span is no longer there."],
  ]);
  expect(refused[1]?.mentioned.spans.map(({ id }) => id)).toEqual(["a"]);
  expect(copy.spans.map(({ id }) => id)).toEqual(["c"]);
});

test("refusing what is not pending is nothing", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(note("a")));
  expect(copy.refuse("z", "No.")).toEqual([]);
  expect(copy.pending).toHaveLength(1);
});

test("what did not fit before a refusal is not refused with it", () => {
  const copy = new WorkingCopy(empty, context);
  copy.adopt([{ operation: certain("a", "unknown"), group: "a", madeAt: 0 }]);
  copy.perform(one(note("b")));
  expect(copy.refuse("b", "No.")).toHaveLength(1);
  expect(idsOf(copy.pending)).toEqual(["a"]);
});

test("what is adopted is shown at once", () => {
  const copy = new WorkingCopy(empty, context);
  copy.adopt([{ operation: note("a"), group: "a", madeAt: 0 }]);
  expect(copy.current.note).toBe("a");
});

test("what is adopted has been on its way, so a new state may have it", () => {
  const copy = new WorkingCopy(empty, context);
  copy.adopt([{ operation: note("a"), group: "a", madeAt: 0 }]);
  copy.assumeUnapplied();
  copy.reset({ ...empty, revision: 4 });
  expect(copy.takeBatch(10).since).toBe(0);
});

test("what is done at once and in any order is listed in text order", () => {
  const copy = new WorkingCopy(empty, context);
  expect(copy.spans).toEqual([]);
  copy.perform([...one(claim("b", 7, 13)), ...one(claim("a", 0, 6))]);
  expect(copy.spans.map(({ id }) => id)).toEqual(["a", "b"]);
});

const [a, b] = [claim("a", 0, 6), claim("b", 7, 13)];
const spans = [a, b].flatMap((operation) => (operation.type === "add_span" ? operation.span : []));
const denial = { ...spans[1], id: "d", label: "denial" } as (typeof spans)[number];
const denies = { id: "r", type: "denies", from: "d", to: "a", attributes: {} };
const linked = { ...empty, spans: [...spans, denial], relations: [denies] };

test("of relations and spans, what has changed is listed anew, and nothing else", () => {
  const copy = new WorkingCopy(linked, context);
  const [shown, related] = [copy.spans, copy.relations];
  copy.perform(one({ id: "o", type: "remove_relation", relation: { id: "r" } }));
  expect([related.length, copy.relations.length]).toEqual([1, 0]);
  expect(copy.spans).toBe(shown);
  const unlinked = copy.relations;
  copy.perform(one({ id: "p", type: "remove_span", span: { id: "b" } }));
  expect(copy.spans.map(({ id }) => id)).not.toContain("b");
  expect(copy.relations).toBe(unlinked);
});

test("what is acknowledged is all of the server's state, and nothing while that cannot be told", () => {
  const copy = new WorkingCopy(linked, context);
  copy.perform(one(note("a")));
  expect(copy.acknowledged).toEqual(linked);
  copy.acknowledge(new Map([["a", 2]]));
  expect(copy.acknowledged).toBe(null);
});

test("what was rehearsed is worked out again, however the set has changed twice meanwhile", () => {
  const copy = new WorkingCopy(empty, context);
  const rehearsal = copy.rehearse();
  rehearsal.add(one(claim("a", 0, 6)));
  copy.catchUp([at(1, claim("x", 7, 13))], 1);
  copy.perform(one(note("b")));
  rehearsal.perform();
  expect(copy.spans.map(({ id }) => id)).toEqual(["a", "x"]);
  expect(copy.current.note).toBe("b");
});

test("nonsense among what an earlier visit left leaves all as it was", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform(one(note("a")));
  // As from a browser's storage that somebody else has written to.
  const nonsense = { id: "y", type: "edit_span" } as unknown as Operation;
  const left = [note("x"), claim("z", 0, 6), nonsense].map((operation) => {
    return { operation, group: operation.id, madeAt: 0 };
  });
  expect(() => copy.adopt(left)).toThrow(TypeError);
  expect(idsOf(copy.pending)).toEqual(["a"]);
  expect([copy.current.note, copy.spans]).toEqual(["a", []]);
});

test("of what cannot be done whole, a relation comes back, too", () => {
  const copy = new WorkingCopy(linked, context);
  const unlink: Operation = { id: "o", type: "remove_relation", relation: { id: "r" } };
  expect(() => copy.perform([...one(unlink), ...one(claim("x", 3, 6))])).toThrow(Refusal);
  expect(copy.current.relations.get("r")).toEqual(denies);
  expect(copy.pending).toEqual([]);
});

test.for<{ operation: Intent; spans: string[]; relations: string[] }>([
  { operation: { type: "remove_span", span: { id: "b" } }, spans: ["b"], relations: [] },
  { operation: { type: "edit_span", span: { id: "b" } }, spans: ["b"], relations: [] },
  {
    operation: { type: "add_relation", relation: { ...denies, id: "r2", to: "b" } },
    spans: ["d", "b"],
    relations: [],
  },
  {
    operation: { type: "edit_relation", relation: { id: "r" } },
    spans: ["d", "a"],
    relations: ["r"],
  },
  {
    operation: { type: "remove_relation", relation: { id: "r" } },
    spans: ["d", "a"],
    relations: ["r"],
  },
  { operation: { type: "set_article_note", note: "x" }, spans: [], relations: [] },
])(
  "a refused $operation.type is handed on with what it speaks of",
  ({ operation, ...expected }) => {
    const copy = new WorkingCopy(linked, context);
    copy.perform([{ operation: { id: "o", ...operation }, group: "g" }]);
    const [refused] = copy.refuse("o", "No.");
    expect({
      operation,
      spans: refused?.mentioned.spans.map(({ id }) => id),
      relations: refused?.mentioned.relations.map(({ id }) => id),
    }).toEqual({ operation, ...expected });
  },
);

test("what is gone from the set and from the page is not found", () => {
  const copy = new WorkingCopy(empty, context);
  copy.adopt([{ operation: certain("a", "gone"), group: "a", madeAt: 0 }]);
  expect(copy.refuse("a", "No.")).toMatchObject([{ mentioned: { spans: [], relations: [] } }]);
});

/** A random operation; it need not fit. */
function anything(roll: Dice, id: string, known: readonly string[]): Operation {
  const span = known[roll(Math.max(1, known.length))] ?? "none";
  const start = text.boundaryBefore(roll(text.length - 8));
  const end = text.boundaryAfter(start + 2 + roll(6));
  switch (roll(5)) {
    case 0:
      return note(id);
    case 1:
      return certain(id, span);
    case 2:
      return { id, type: "remove_span", span: { id: span } };
    default:
      return claim(id, start, end);
  }
}

test.for(Array.from({ length: 40 }, (_, index) => index + 1))(
  "whatever happens, what is shown is what is acknowledged with what is pending on it (seed %i)",
  (seed) => {
    const roll = dice(seed);
    const server = new Annotations();
    const log: AppliedOperation[] = [];
    const copy = new WorkingCopy(empty, context);
    const serve = (operation: Operation) => {
      try {
        server.apply(structuredClone(operation), context);
      } catch (error) {
        if (error instanceof Refusal) return false;
        throw error;
      }
      log.push({ ...operation, revision: log.length + 1 });
      return true;
    };
    for (let turn = 0; turn < 60; turn += 1) {
      const id = `${turn}`;
      const what = roll(8);
      const [first] = copy.pending;
      if (what < 4) {
        try {
          const known = copy.spans.map((span) => span.id);
          copy.perform(one(anything(roll, id, known), `${roll(3) ? turn : turn - 1}`));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      } else if (what === 4) serve(anything(roll, `x${id}`, [...server.spans.keys()]));
      else if (what === 5) expect(copy.catchUp(log, log.length)).not.toBe(null);
      else if (what === 6 && first && copy.revision === log.length) {
        if (serve(first.operation)) {
          copy.acknowledge(new Map([[first.operation.id, log.length]]));
        } else copy.refuse(first.operation.id, "No.");
      } else if (first) copy.refuse(first.operation.id, "No.");

      const expected = new Annotations();
      for (const operation of log.slice(0, copy.revision)) expected.apply(operation, context);
      for (const { operation, change } of copy.pending) {
        if (change) expect(expected.apply(operation, context)).toEqual(change);
      }
      expect(contentOf(copy.current)).toEqual(contentOf(expected));
      expect(copy.spans).toEqual([...expected.spans.values()].sort(inTextOrder));
      expect(copy.relations).toEqual([...copy.current.relations.values()]);
      expect(copy.spans).toBe(copy.spans);
    }
  },
);

test("what was acknowledged without the state after it is forgotten like all else", () => {
  const copy = new WorkingCopy(empty, context);
  copy.perform([...one(claim("a", 0, 6)), ...one(note("b"))]);
  expect(copy.acknowledge(new Map([["a", 2]]), "a@2")).toBe(null);
  const state = { ...empty, revision: 1, head: "c@9", note: "theirs" };
  expect(copy.fallBack(state, empty, () => "new")).toMatchObject([
    { forgotten: true, operation: { id: "new", type: "add_span" } },
  ]);
  expect([...copy.current.spans.keys()]).toEqual(["a"]);
  expect(copy.current.note).toBe("b");
  expect(copy).toMatchObject({ revision: 1, head: "c@9" });
});

test("what was on its way to a history that is gone may have come into the one that is there", () => {
  const copy = new WorkingCopy({ ...empty, revision: 5, head: "z@5" }, context);
  copy.adopt([{ operation: note("a"), group: "a", madeAt: 4 }]);
  copy.perform([...one(note("b"))]);
  copy.takeBatch(9);
  copy.perform([...one(note("c"))]);
  const state = { ...empty, revision: 7, head: "y@9" };
  copy.fallBack(state, { ...empty, revision: 3 }, () => "new");
  expect(copy.pending.map(({ unsureSince }) => unsureSince)).toEqual([3, 3, null]);
  expect(copy.takeBatch(9).since).toBe(3);
});

describe("in the place of the last operation", () => {
  test("another is done as if that had never been", () => {
    const copy = new WorkingCopy(empty, context);
    copy.perform([...one(note("n")), ...one(claim("a", 0, 6), "g")]);
    const [before] = [copy.spans];
    const replacing = copy.replaceLast(claim("b", 0, 13));
    expect(replacing).toMatchObject({ operation: { id: "b" }, group: "g", sent: false });
    expect([before, copy.spans].map((list) => list.map(({ id }) => id))).toEqual([["a"], ["b"]]);
    expect(idsOf(copy.pending)).toEqual(["n", "b"]);
  });

  test("one of another kind lists anew what either changes", () => {
    const copy = new WorkingCopy(linked, context);
    copy.perform(one({ id: "o", type: "remove_relation", relation: { id: "r" } }));
    expect(copy.relations).toEqual([]);
    copy.replaceLast(note("n"));
    expect(copy.relations).toEqual([denies]);
    expect(copy.spans).toHaveLength(3);
    copy.replaceLast({ id: "p", type: "remove_span", span: { id: "b" } });
    expect(copy.spans.map(({ id }) => id)).not.toContain("b");
    expect(copy.current.note).toBe("");
  });

  test("what does not fit leaves it where it is", () => {
    const copy = new WorkingCopy(empty, context);
    copy.perform([...one(claim("a", 0, 6)), ...one(claim("b", 7, 13))]);
    expect(() => copy.replaceLast(claim("c", 3, 13))).toThrow(Refusal);
    expect(copy.spans.map(({ id }) => id)).toEqual(["a", "b"]);
    expect([...copy.current.spans.keys()]).toEqual(["a", "b"]);
    expect(idsOf(copy.pending)).toEqual(["a", "b"]);
  });

  test.for([
    { name: "there is none", begin: () => {} },
    {
      name: "it was on its way",
      begin: (copy: WorkingCopy) => {
        copy.perform(one(note("a")));
        copy.takeBatch(10);
      },
    },
    {
      name: "it does not fit yet",
      begin: (copy: WorkingCopy) =>
        copy.adopt([{ operation: certain("a", "nowhere"), group: "a", madeAt: 0 }]),
    },
  ])("is nothing if $name", ({ begin }) => {
    const copy = new WorkingCopy(empty, context);
    begin(copy);
    expect(() => copy.replaceLast(note("b"))).toThrow("There is nothing that could be replaced.");
    expect(copy.current.note).not.toBe("b");
  });
});

describe("a server that went back", () => {
  const known = { ...empty, revision: 1, head: "x@1", note: "n" };

  test.for([
    { name: "the state that is known", state: known, common: known, forgotten: null },
    {
      name: "another history of as many operations",
      state: { ...known, head: "y@1" },
      common: known,
      forgotten: [],
    },
    {
      name: "more operations under the same name",
      state: { ...known, revision: 2 },
      common: known,
      forgotten: [],
    },
    {
      name: "the state that is known, without what was in it",
      state: { ...known, note: "" },
      common: empty,
      forgotten: [{ id: "new", type: "set_article_note", note: "n" }],
    },
  ])("has $name", ({ state, common, forgotten }) => {
    const copy = new WorkingCopy(known, context);
    const told = copy.fallBack(state, common, () => "new");
    expect(told?.map(({ operation }) => operation) ?? null).toEqual(forgotten);
    expect(copy).toMatchObject({ revision: state.revision, head: state.head });
    expect(copy.current.note).toBe("n");
  });

  test("what it has forgotten was never on its way to the history that is there", () => {
    const copy = new WorkingCopy(known, context);
    copy.fallBack(empty, empty, () => "new");
    copy.reset({ ...empty, revision: 4, head: "y@4" });
    expect(copy.takeBatch(10).since).toBe(4);
  });

  test("what is let go takes with it what needs it, not what never fitted", () => {
    const copy = new WorkingCopy(
      { ...empty, revision: 1, head: "x@1", spans: [...spans] },
      context,
    );
    copy.perform([...one(certain("c", "a")), ...one(note("n"))]);
    copy.adopt([{ operation: certain("z", "nowhere"), group: "z", madeAt: 1 }]);
    copy.fallBack({ ...empty, head: "y@0" }, empty, () => `new ${copy.pending.length}`);
    const refused = copy.letGo();
    expect(idsOf(refused.map(({ pending }) => pending))).toEqual(["c"]);
    expect(refused[0]?.mentioned.spans.map(({ id }) => id)).toEqual(["a"]);
    expect(idsOf(copy.pending)).toEqual(["z", "n"]);
    expect(copy.spans).toEqual([]);
  });
});

describe("two operations in one", () => {
  const edit = (id: string, span: object): Operation => {
    return { id: "o", type: "edit_span", span: { id, ...span } };
  };
  test.for<{ name: string; first: Operation; second: Operation; both: object | null }>([
    {
      name: "notes are the last",
      first: note("a"),
      second: note("b"),
      both: { type: "set_article_note", note: "b" },
    },
    {
      name: "edits of a span are both, the later one first",
      first: edit("s", { label: "denial", attributes: { certainty: "certain", topic: "x" } }),
      second: edit("s", { attributes: { certainty: "possible" } }),
      both: {
        type: "edit_span",
        span: { id: "s", label: "denial", attributes: { certainty: "possible", topic: "x" } },
      },
    },
    {
      name: "edits of no attributes speak of none",
      first: edit("s", { label: "denial" }),
      second: edit("s", { label: "claim" }),
      both: { type: "edit_span", span: { id: "s", label: "claim" } },
    },
    {
      name: "edits of two spans are two",
      first: edit("s", { label: "denial" }),
      second: edit("t", { label: "denial" }),
      both: null,
    },
    { name: "a note and an edit are two", first: note("a"), second: edit("s", {}), both: null },
    { name: "an edit and a note are two", first: edit("s", {}), second: note("a"), both: null },
    {
      name: "an edit and its span's removal are two",
      first: edit("s", { label: "denial" }),
      second: { id: "o", type: "remove_span", span: { id: "s" } },
      both: null,
    },
    {
      name: "a span and an edit of it are two",
      first: claim("s", 0, 6),
      second: edit("s", { label: "denial" }),
      both: null,
    },
  ])("$name", ({ first, second: { id: _, ...intent }, both }) => {
    // toStrictEqual tells attributes that are not there from those that are undefined or none.
    expect(inOne(first, intent as Intent)).toStrictEqual(both);
  });

  const [span, other] = spans as [Span, Span];
  const [denied, doubted] = ["denial", "attribution"].map((label) => ({ ...span, label })) as [
    Span,
    Span,
  ];
  const changed = (before: Span | null, after: Span | null): Change => ({
    kind: "span",
    before,
    after,
  });
  const noted = (before: string, after: string): Change => ({ kind: "note", before, after });
  const unlinked: Change = { kind: "relation", before: denies, after: null };

  test.for<{ name: string; changes: Change[]; further: Change[]; all: Change[] }>([
    {
      name: "of the note are one",
      changes: [noted("", "a")],
      further: [noted("a", "ab")],
      all: [noted("", "ab")],
    },
    {
      name: "of one span are one",
      changes: [changed(span, denied)],
      further: [changed(denied, doubted)],
      all: [changed(span, doubted)],
    },
    ...(
      [
        ["of two spans", [changed(span, denied)], [changed(other, null)]],
        ["that bring one span and take another", [changed(null, span)], [changed(other, null)]],
        ["of a span and the note", [changed(span, denied)], [noted("", "a")]],
        ["of the note and a span", [noted("", "a")], [changed(span, denied)]],
        ["of the note and a span that goes", [noted("", "a")], [changed(span, null)]],
        ["of a relation and a span", [unlinked], [changed(span, denied)]],
        ["of a span and a relation", [changed(span, denied)], [unlinked]],
        ["of two after one", [noted("", "a")], [noted("a", "b"), changed(span, denied)]],
        ["of one after two", [noted("", "a"), changed(span, denied)], [noted("a", "b")]],
        [
          "of a span after two",
          [changed(span, denied), noted("", "a")],
          [changed(denied, doubted)],
        ],
        [
          "of two after a span's",
          [changed(span, denied)],
          [changed(denied, doubted), noted("", "a")],
        ],
        ["after none", [], [noted("", "a")]],
        ["and none", [noted("", "a")], []],
        ["of a span and none", [changed(span, denied)], []],
      ] as const
    ).map(([name, changes, further]) => ({
      name: `${name} stay`,
      changes: [...changes],
      further: [...further],
      all: [...changes, ...further],
    })),
  ])("changes $name", ({ changes, further, all }) => {
    expect(joined(changes, further)).toEqual(all);
  });
});
