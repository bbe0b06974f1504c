import { describe, expect, test } from "vitest";
import { foreignAnnotations } from "@/lib/formats/foreign-annotations";
import { Warnings } from "@/lib/formats/warnings";

const text = "Tehran denied it.";

/** What is found in a record, and of what it was said that it is not read: `field: message`. */
function found(record: object, of = text) {
  const warnings = new Warnings();
  const { given, keys } = foreignAnnotations(new Map(Object.entries(record)), of, warnings);
  const told = warnings.list().map(({ field, message }) => `${field}: ${message}`);
  return { ...given, keys: [...keys], told };
}

const span = { start: 0, end: 6, label: "claim" };
const known = ["spans", "relations", "annotators"];

test("a record without marks has none, and only its own keys are of annotations", () => {
  expect(found({ title: "T" })).toEqual({
    spans: undefined,
    relations: undefined,
    annotators: undefined,
    keys: known,
    told: [],
  });
});

describe("marks", () => {
  test("are read beside spans, and spans that are no list are told to be left out", () => {
    expect(found({ spans: [span], ents: [[9, 15, "denial"]] }).spans).toHaveLength(2);
    expect(found({ spans: "many", ents: [span] })).toMatchObject({
      spans: [span],
      told: ["spans: spans must be a list, but is text; it was left out."],
    });
  });

  test.for([
    { name: "in threes", entry: [0, 6, "claim"], read: { id: undefined, ...span } },
    {
      name: "with offsets of their own names",
      entry: { id: 7, label: "claim", start_offset: 0, end_offset: 6 },
      read: { id: 7, ...span },
    },
    { name: "with a start and an end", entry: span, read: span },
  ])("$name are spans, under any key that programs use", ({ entry, read }) => {
    for (const key of ["label", "labels", "entities", "ents"]) {
      expect(found({ [key]: [entry] })).toMatchObject({
        spans: [read],
        keys: [...known, key],
        told: [],
      });
    }
  });

  test("come after the spans that are there too", () => {
    const other = { ...span, label: "denial" };
    expect(found({ spans: [other], ents: [span] }).spans).toEqual([other, span]);
  });

  test.for([
    { name: "words that classify an article", entry: ["news", "politics"] },
    { name: "a word", entry: "news" },
    { name: "an empty list", entry: [] },
  ])("are not $name", ({ entry }) => {
    expect(found({ labels: entry })).toMatchObject({ spans: undefined, keys: known, told: [] });
  });

  test("among words are of no form that is read", () => {
    expect(found({ labels: ["news", span] })).toMatchObject({
      spans: undefined,
      keys: known,
      told: [
        'labels: What "labels" holds is not of a form that is read as spans. It is kept among the article\'s metadata.',
      ],
    });
  });

  test("are left where it is in doubt what their offsets count", () => {
    expect(found({ ents: [span] }, `${text} 😀`)).toMatchObject({
      spans: undefined,
      keys: known,
      told: [
        'ents: "ents" does not say what its offsets count, and in this text code points, UTF-16 units and characters differ. It is kept among the article\'s metadata.',
      ],
    });
  });
});

describe("of Prodigy", () => {
  const marked = { _task_hash: 1, spans: [{ ...span, token_start: 0, source: "model" }] };

  test.for(["_task_hash", "_input_hash"])("which %s tells, what is its own is left out", (hash) => {
    expect(found({ [hash]: 1, spans: marked.spans }).spans).toEqual([span]);
  });

  test("the spans are its annotator's", () => {
    expect(found({ ...marked, _annotator_id: "rana" })).toMatchObject({
      spans: [{ ...span, annotator: "rana" }],
      annotators: ["rana"],
    });
  });

  test("annotators who are named stay so", () => {
    expect(found({ ...marked, _annotator_id: "rana", annotators: ["ana"] }).annotators).toEqual([
      "ana",
    ]);
  });

  test("an annotator of nothing is none", () => {
    expect(found({ _task_hash: 1, _annotator_id: "rana" }).annotators).toBeUndefined();
    expect(found({ _task_hash: 1, _annotator_id: "rana", spans: null }).annotators).toBeUndefined();
  });

  test("an annotator without a name is none", () => {
    const { spans, annotators } = found({ ...marked, _annotator_id: "" });
    expect([spans, annotators]).toEqual([[span], undefined]);
  });

  test("a name is cut after 200 characters", () => {
    const { annotators } = found({ ...marked, _annotator_id: "r".repeat(201) });
    expect(annotators).toEqual(["r".repeat(200)]);
  });

  test.for(["reject", "ignore"])("an answer of %s leaves the spans out", (answer) => {
    expect(found({ ...marked, answer, _annotator_id: "rana" })).toMatchObject({
      spans: [],
      annotators: undefined,
      told: [`spans: The answer is "${answer}": its 1 spans were left out.`],
    });
  });

  test("an answer about no spans leaves nothing out", () => {
    expect(found({ _task_hash: 1, answer: "reject", spans: [] }).told).toEqual([]);
  });

  test("what is no span is left as it is, to be told", () => {
    const odd = ["x", null, [1], 7];
    expect(found({ _task_hash: 1, _annotator_id: "rana", spans: odd }).spans).toEqual(odd);
  });

  test("another program's spans keep what they hold, and nobody's name", () => {
    const { spans, annotators } = found({ spans: marked.spans, _annotator_id: "rana" });
    expect([spans, annotators]).toEqual([marked.spans, undefined]);
  });
});

describe("relations", () => {
  test.for([
    {
      name: "with ids of their ends are linked so",
      relations: [{ id: 1, from_id: 2, to_id: "3", type: "denies" }],
      read: [{ id: 1, from: 2, to: "3", type: "denies" }],
    },
    {
      name: "of our form stay",
      relations: [{ from: "a", to: "b" }],
      read: [{ from: "a", to: "b" }],
    },
    { name: "that are none stay none", relations: [], read: [] },
    { name: "that are no list stay, to be told", relations: "many", read: "many" },
  ])("$name", ({ relations, read }) => {
    expect(found({ relations })).toMatchObject({ relations: read, told: [] });
  });

  test.for([
    { name: "words", relations: ["a", "b"] },
    { name: "nothing", relations: [null] },
    { name: "without ends", relations: [{ to: "b" }] },
    { name: "some of which are of our form", relations: [{ from: "a", to: "b" }, { head: 1 }] },
  ])("that are $name are left out, and told", ({ relations }) => {
    expect(found({ relations })).toMatchObject({
      relations: [],
      told: [
        `relations: Its ${relations.length} relations are not of a form that is read, and were left out.`,
      ],
    });
  });
});
