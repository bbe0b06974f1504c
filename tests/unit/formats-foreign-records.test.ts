import { describe, expect, test } from "vitest";
import type { Scheme } from "@/lib/domain/scheme";
import type { ReadItem } from "@/lib/formats/source-file";
import { itemsIn } from "../setup/files";

/** In which characters, UTF-16 units and characters as one sees them part ways before the first span. */
const text = "👩🏽 Alice said Bob lied. She denied it.";

const label = (name: string) => ({ name, letter: "X", overlap: true, attributes: [] });
const labels = ["claim", "denial", "PER", "12"];
const scheme: Scheme = {
  labels: labels.map(label),
  relations: ["denies", "A0"].map((name) => ({
    name,
    from: labels,
    to: labels,
    symmetric: false,
    attributes: [],
  })),
  article: [],
};

/** Where words are, in code points; in UTF-16 units. */
const at = (words: string) => {
  const start = [...text.slice(0, text.indexOf(words))].length;
  return [start, start + words.length] as const;
};
const at16 = (words: string) => {
  const start = text.indexOf(words);
  return [start, start + words.length] as const;
};
const range = (words: string) => ({ start: at(words)[0], end: at(words)[1] });

const region = (id: string, words: string, name: string, more: object = {}) => ({
  id,
  from_name: "label",
  to_name: "text",
  type: "labels",
  value: { ...range(words), text: words, labels: [name] },
  ...more,
});

/** Records as programs write them. Each says: Alice is a PER, and what she denied denies that Bob lied. */
const programs: readonly { name: string; record: object; relation?: string; beside?: object }[] = [
  {
    name: "Label Studio, a task",
    relation: "denies",
    record: {
      id: 1,
      data: { text },
      meta: {},
      annotations: [
        {
          id: 5,
          completed_by: { email: "a@example.org" },
          result: [
            region("a", "Alice", "PER", { meta: { text: ["hm"] } }),
            region("b", "Bob lied", "claim"),
            region("c", "She denied it", "denial"),
            {
              from_id: "c",
              to_id: "b",
              type: "relation",
              direction: "right",
              labels: ["denies"],
            },
          ],
        },
      ],
    },
  },
  {
    name: "Label Studio, a row of the short form",
    record: {
      id: 1,
      text,
      label: [
        { ...range("Alice"), text: "Alice", labels: ["PER"] },
        { ...range("Bob lied"), text: "Bob lied", labels: ["claim"] },
        { ...range("She denied it"), text: "She denied it", labels: ["denial"] },
      ],
      annotator: 1,
      annotation_id: 3,
      lead_time: 3.2,
    },
  },
  {
    name: "doccano, a sequence",
    record: {
      id: 1,
      text,
      label: [
        [...at16("Alice"), "PER"],
        [...at16("Bob lied"), "claim"],
        [...at16("She denied it"), "denial"],
      ],
      Comments: [],
    },
  },
  {
    name: "doccano, with relations",
    relation: "denies",
    record: {
      id: 1,
      text,
      entities: [
        { id: 0, label: "PER", start_offset: at16("Alice")[0], end_offset: at16("Alice")[1] },
        {
          id: 1,
          label: "claim",
          start_offset: at16("Bob lied")[0],
          end_offset: at16("Bob lied")[1],
        },
        {
          id: 2,
          label: "denial",
          start_offset: at16("She denied it")[0],
          end_offset: at16("She denied it")[1],
        },
      ],
      relations: [{ id: 0, from_id: 2, to_id: 1, type: "denies" }],
      Comments: [],
    },
  },
  {
    name: "Prodigy",
    relation: "denies",
    record: {
      text,
      _input_hash: 1,
      _task_hash: 2,
      _view_id: "relations",
      _annotator_id: "ann",
      answer: "accept",
      meta: {},
      spans: [
        { ...range("Alice"), token_start: 1, token_end: 1, label: "PER" },
        { ...range("Bob lied"), token_start: 3, token_end: 4, label: "claim" },
        { ...range("She denied it"), token_start: 6, token_end: 8, label: "denial" },
      ],
      relations: [
        {
          head: 8,
          child: 4,
          head_span: { ...range("She denied it"), token_start: 6, token_end: 8, label: "denial" },
          child_span: { ...range("Bob lied"), token_start: 3, token_end: 4, label: "claim" },
          label: "denies",
        },
      ],
    },
  },
  {
    name: "spaCy, a document",
    record: {
      text,
      ents: [{ ...range("Alice"), label: "PER" }],
      tokens: [{ id: 0, ...range("Alice") }],
      spans: {
        sc: [
          { ...range("Bob lied"), label: "claim", kb_id: "" },
          { ...range("She denied it"), label: "denial", kb_id: "" },
        ],
      },
    },
  },
  {
    name: "spaCy, a corpus to train with",
    record: {
      id: 0,
      paragraphs: [
        {
          raw: text,
          sentences: [
            {
              tokens: [
                ["👩🏽", "O"],
                ["Alice", "U-PER"],
                ["said", "O"],
                ["Bob", "B-claim"],
                ["lied", "L-claim"],
                [".", "O"],
                ["She", "B-denial"],
                ["denied", "I-denial"],
                ["it", "L-denial"],
                [".", "O"],
              ].map(([orth, ner], id) => ({ id, orth, ner })),
              brackets: [],
            },
          ],
          cats: [],
        },
      ],
    },
  },
  {
    name: "Argilla, a record of version 2",
    record: {
      id: "r",
      status: "completed",
      fields: { text },
      metadata: {},
      responses: {
        span: [
          {
            value: [
              { ...range("Alice"), label: "PER" },
              { ...range("Bob lied"), label: "claim" },
            ],
            user_id: "u",
          },
        ],
      },
      suggestions: {
        span: { value: [{ ...range("She denied it"), label: "denial" }], score: null, agent: "m" },
      },
    },
  },
  {
    name: "Argilla, a row sent to Hugging Face",
    record: {
      id: "r",
      status: "completed",
      text,
      "span.responses": [
        [
          { ...range("Alice"), label: "PER" },
          { ...range("Bob lied"), label: "claim" },
        ],
      ],
      "span.responses.users": ["u"],
      "span.responses.status": ["submitted"],
      "span.suggestion": [{ ...range("She denied it"), label: "denial" }],
      "span.suggestion.agent": "m",
      "span.suggestion.score": null,
    },
  },
  {
    name: "Argilla, a record of version 1",
    record: {
      id: "r",
      text,
      tokens: [],
      annotation: [
        { ...range("Alice"), label: "PER" },
        { ...range("Bob lied"), label: "claim" },
      ],
      annotation_agent: "u",
      prediction: [{ ...range("She denied it"), label: "denial" }],
      prediction_agent: "m",
      metadata: {},
    },
  },
  {
    name: "a CAS",
    relation: "denies",
    record: {
      "%TYPES": {},
      "%FEATURE_STRUCTURES": [
        { "%ID": 9, "%TYPE": "uima.cas.Sofa", sofaID: "other", sofaString: "Another text." },
        { "%ID": 1, "%TYPE": "uima.cas.Sofa", sofaID: "_InitialView", sofaString: text },
        ...(
          [
            [3, "Alice", "PER"],
            [4, "Bob lied", "claim"],
            [5, "She denied it", "denial"],
          ] as const
        ).map(([id, words, name]) => ({
          "%ID": id,
          "%TYPE": "custom.Span",
          "@sofa": 1,
          begin: at16(words)[0],
          end: at16(words)[1],
          label: name,
          ...(id === 5 && { "@args": 7 }),
        })),
        { "%ID": 7, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [8] },
        { "%ID": 8, "%TYPE": "custom.Link", role: "denies", "@target": 4 },
      ],
      "%VIEWS": {},
    },
  },
];

function marksOf(item: ReadItem | undefined) {
  if (item?.kind !== "article") throw new Error(`Not read: ${JSON.stringify(item)}`);
  const { annotations } = item.article;
  const spans = annotations.flatMap((set) => set.spans);
  const words = new Map(spans.map(({ id, quote }) => [id, quote]));
  return {
    text: item.article.text,
    spans: spans.map(({ label: name, quote }) => `${name} ${quote}`).sort(),
    relations: annotations
      .flatMap((set) => set.relations)
      .map(({ type, from, to }) => `${type} ${words.get(from)} → ${words.get(to)}`),
  };
}

describe.for(programs)("$name", ({ record, relation }) => {
  const read = async (one: unknown) => itemsIn("a.json", JSON.stringify(one), { scheme });

  test("is read to every quote and relation", async () => {
    const [item, ...more] = await read(record);
    expect(more).toEqual([]);
    expect(marksOf(item)).toEqual({
      text,
      spans: ["PER Alice", "claim Bob lied", "denial She denied it"],
      relations: relation === undefined ? [] : [`${relation} She denied it → Bob lied`],
    });
  });

  test.for(objectsIn(record).map((path) => ({ path, place: path.join(".") || "the record" })))(
    "says where a key went that nobody knows, in $place",
    async ({ path }) => {
      const [[before], [item, ...more]] = [await read(record), await read(withKey(record, path))];
      expect(more).toEqual([]);
      expect(marksOf(item).spans).toHaveLength(3);
      expect(item).not.toEqual(before);
    },
  );
});

/** Who somebody is beside their name is nobody's business; the others repeat or describe what stands elsewhere. */
const PASSED_OVER = /^(?:completed_by|head_span|child_span|%TYPES|%VIEWS)$/;

/** Where the objects in a value are that say something of the article or its marks. */
function objectsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null || PASSED_OVER.test(path.at(-1) ?? "")) return [];
  if ("sofaString" in value || "%ELEMENTS" in value) return [];
  const inside = Object.entries(value).flatMap(([key, one]) => objectsIn(one, [...path, key]));
  return Array.isArray(value) ? inside : [path, ...inside];
}

/** The same, with a key more in the object at a place. */
function withKey(record: object, path: readonly string[]): unknown {
  const copy: unknown = structuredClone(record);
  let found: unknown = copy;
  for (const key of path) found = Object(found)[key];
  Object.assign(Object(found), { zz_nobody: "zz" });
  return copy;
}
