import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { argilla } from "@/lib/formats/argilla";
import { casJson } from "@/lib/formats/cas-json";
import { doccano } from "@/lib/formats/doccano";
import type { JsonObject } from "@/lib/formats/foreign";
import { labelStudio } from "@/lib/formats/label-studio";
import { prodigy } from "@/lib/formats/prodigy";
import { spacy } from "@/lib/formats/spacy";
import { tokenRows } from "@/lib/formats/token-rows";

const dialects = { argilla, casJson, doccano, labelStudio, prodigy, spacy, tokenRows };

/** Which dialects say that a record is theirs. */
const whose = (record: JsonObject) =>
  Object.entries(dialects).flatMap(([name, { recognises }]) => (recognises(record) ? [name] : []));

const mark = { start: 0, end: 2, label: "claim" };
const text = "EU rejects.";

test.for<[string, JsonObject]>([
  ["labelStudio", { data: { text }, annotations: [] }],
  ["labelStudio", { id: 1, text, label: [mark], annotator: 1, annotation_id: 1, lead_time: null }],
  ["labelStudio", { text, label: [{ start: 0, end: 2, text: "EU", labels: ["claim"] }] }],
  ["doccano", { text, suffix_key: "c", background_color: "#ff0000", text_color: "#ffffff" }],
  ["doccano", { text, label: [[0, 2, "claim"]] }],
  ["doccano", { text, label: [] }],
  ["doccano", { text, entities: [], relations: [], Comments: [] }],
  ["doccano", { text, entities: [{ id: 1, label: "claim", start_offset: 0, end_offset: 2 }] }],
  ["doccano", { text, cats: ["news"], entities: [[0, 2, "claim"]] }],
  ["prodigy", { text, _input_hash: 1, spans: [mark], tokens: [], label: [[0, 2, "claim"]] }],
  [
    "prodigy",
    {
      text,
      tokens: [{ text: "EU", start: 0, end: 2, id: 0 }],
      spans: [{ ...mark, token_start: 0, token_end: 0 }],
    },
  ],
  ["spacy", { text, ents: [mark], tokens: [{ id: 0, start: 0, end: 2 }], spans: {} }],
  ["spacy", { text, entities: [[0, 2, "claim"]] }],
  ["spacy", { text, entities: [mark], cats: { news: 1 } }],
  ["tokenRows", { tokens: ["EU", "rejects"], ner_tags: [1, 0] }],
  ["tokenRows", { words: ["EU", "rejects"], ner: ["B-claim", "O"] }],
  ["argilla", { fields: { text }, responses: {}, suggestions: {} }],
  ["argilla", { text, inputs: { text }, annotation: "news", annotation_agent: "a" }],
  ["argilla", { text, tokens: ["EU"], annotation: null, annotation_agent: null }],
  ["argilla", { text, tone: [], "tone-suggestion": null, "tone-suggestion-metadata": {} }],
  [
    "argilla",
    { text, tokens: ["EU"], annotation: [mark], annotation_agent: "a", prediction: null },
  ],
  ["casJson", { "%TYPES": {}, "%FEATURE_STRUCTURES": [] }],
])("%s alone has a record of its own", ([name, record]) => {
  expect(whose(record)).toEqual([name]);
});

test.for<[string, JsonObject]>([
  ["our own form", { text, spans: [mark], relations: [] }],
  ["words that classify it", { text, label: ["news"], labels: ["news"] }],
  ["a word that classifies it", { text, label: "news" }],
  ["nothing", { text }],
  ["no text", { label: [[0, 2, "claim"]] }],
])("an article with %s is of none", ([, record]) => {
  expect(whose(record)).toEqual([]);
});

test("no record of the files that other programs wrote is of two", () => {
  const folder = new URL("../fixtures/foreign/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const records = files
    .filter((path) => /\.(?:jsonl|json)$/.test(path) && path !== "expected.json")
    .flatMap((path): unknown[] => {
      const source = readFileSync(new URL(path, folder), "utf8");
      if (path.endsWith(".json")) return [JSON.parse(source)].flat();
      return source
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    })
    .filter(
      (one): one is JsonObject => typeof one === "object" && one !== null && !Array.isArray(one),
    );
  expect(records.length).toBeGreaterThan(10);
  for (const record of records) expect(whose(record).length).toBeLessThanOrEqual(1);
});
