import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { overlap } from "@/lib/domain/span";
import { type TagOverlap, tagOverlaps } from "@/lib/domain/tag-overlap";
import { ArticleText } from "@/lib/domain/text";
import { writingOf } from "@/lib/formats/index";
import { checkApart } from "@/lib/formats/tagging";
import { LostInWriting } from "@/lib/formats/writing";
import { written } from "../setup/foreign";
import { aRecord, records, richScheme } from "../setup/records";

const text = "zero one two three four five six";

/** Reads a picture of brackets below the text as spans of one label: a line each, `[` and `]` over what they cover. */
function drawn(...lines: readonly string[]): ArticleRecord {
  const [span] = aRecord().spans;
  if (!span) throw new Error("It has a span.");
  const spans = lines.map((line, at) => {
    const fragments = [...line.matchAll(/\[=*\]/g)].map(({ 0: found, index }) => ({
      start: index,
      end: index + found.length,
    }));
    const whole = { start: fragments[0]?.start ?? 0, end: fragments.at(-1)?.end ?? 0 };
    const words = fragments.map(({ start, end }) => text.slice(start, end)).join(" ");
    return { ...span, ...whole, id: `s${at}`, label: "attribution", fragments, text: words };
  });
  return aRecord({ text, spans });
}

/** The tags of its words, in short, and what is said to be lost of overlaps. */
function tagged(record: ArticleRecord, way: TagOverlap) {
  const { text: row, lost } = written("token-rows", [record], { shape: "article", overlap: way });
  const tags: string[] = JSON.parse(row).attribution_tags;
  return {
    tags: tags.map((tag) => tag.slice(0, 1)).join(""),
    lost: lost.filter((what) => /overlap/.test(what)),
  };
}

describe("of spans of a label that overlap", () => {
  const longer = (count: number) => [`${count} spans that overlap a longer one of their label`];
  const split = (count: number) => [
    `${count} spans that are split where they overlap others of their label`,
  ];
  test.for<{
    name: string;
    spans: string[];
    longest: { tags: string; lost: string[] };
    split: { tags: string; lost: string[] };
  }>([
    {
      //       zero one two three four five six
      name: "one within another",
      spans: ["     [================]", "         [=]"],
      longest: { tags: "OBIIIOO", lost: longer(1) },
      split: { tags: "OBBBIOO", lost: split(2) },
    },
    {
      name: "two that cross",
      spans: ["     [=====]", "         [=====================]"],
      longest: { tags: "OOBIIII", lost: longer(1) },
      split: { tags: "OBBBIII", lost: split(2) },
    },
    {
      name: "three in one another",
      spans: ["[==============================]", "     [================]", "         [=]"],
      longest: { tags: "BIIIIII", lost: longer(2) },
      split: { tags: "BBBBIBI", lost: split(3) },
    },
    {
      name: "one in the gap of another does not, and is left as it is",
      spans: ["     [=]     [===]", "         [=]"],
      longest: { tags: "OBBBOOO", lost: [] },
      split: { tags: "OBBBOOO", lost: [] },
    },
    {
      name: "two that touch do not",
      spans: ["     [==]", "         [=]"],
      longest: { tags: "OBBOOOO", lost: [] },
      split: { tags: "OBBOOOO", lost: [] },
    },
  ])("$name", ({ spans, longest, split: parts }) => {
    const record = drawn(...spans);
    expect(tagged(record, "longest")).toEqual(longest);
    expect(tagged(record, "split")).toEqual(parts);
    const isApart = longest.lost.length === 0;
    if (isApart) expect(tagged(record, "refuse")).toEqual(longest);
    else expect(() => tagged(record, "refuse")).toThrow(Refusal);
  });

  test("the article and two of them are named where they are refused", () => {
    const record = drawn("     [=====]", "         [=======]");
    expect(() => checkApart(record, { scheme: richScheme })).toThrow(
      `Two spans labelled attribution by a1 overlap in “A brief” (article ${record.id}, version 1): “one two” (5-12) and “two three” (9-18).`,
    );
  });

  test("those of two labels, or of two annotators, are not of one", () => {
    const [one, other] = drawn("     [=====]", "         [=======]").spans;
    const sets = ["a1", "a2"].flatMap((annotator) =>
      aRecord().sets.map((set) => ({ ...set, annotator })),
    );
    if (!one || !other) throw new Error("There are two.");
    for (const difference of [{ label: "claim" }, { annotator: "a2" }]) {
      const record = aRecord({ text, sets, spans: [one, { ...other, ...difference }] });
      expect(() => checkApart(record, { scheme: richScheme })).not.toThrow();
    }
  });
});

/** Formats with tags, each with its writer. */
const withTags = [
  ["conll", "article"],
  ["token-rows", "article"],
  ["token-rows", "token"],
  ["jsonl", "token"],
  ["csv", "token"],
] as const;

test.for(withTags)("%s by %s refuses what is found before, and nothing else", ([format, shape]) => {
  const { writer } = writingOf(format, shape);
  if (writer.kind !== "file") throw new Error("It is a file.");
  const about = { scheme: richScheme, overlap: "refuse" } as const;
  const seen = { refused: 0, written: 0 };
  fc.assert(
    fc.property(records(), (record) => {
      const isOverlapping = record.spans.some((one, at) =>
        record.spans
          .slice(at + 1)
          .some(
            (other) =>
              one.label === other.label &&
              one.annotator === other.annotator &&
              overlap(one.fragments, other.fragments),
          ),
      );
      seen[isOverlapping ? "refused" : "written"] += 1;
      const check = () => checkApart(record, about);
      const write = () => writer.write(record, new LostInWriting(), about);
      if (isOverlapping) {
        expect(check).toThrow(Refusal);
        expect(write).toThrow(Refusal);
      } else {
        check();
        // Nothing is left out, so that the ways come to the same.
        expect(write()).toBe(
          writer.write(record, new LostInWriting(), { ...about, overlap: "split" }),
        );
      }
    }),
    { numRuns: 60 },
  );
  expect(Math.min(seen.refused, seen.written)).toBeGreaterThan(0);
});

test("pieces are the text between all borders, in whatever is split", () => {
  fc.assert(
    fc.property(records({ annotators: 1 }), (record) => {
      const whole = new ArticleText(record.text);
      const row = JSON.parse(
        written("token-rows", [record], { shape: "article", overlap: "split" }).text,
      );
      for (const { name } of richScheme.labels) {
        const own = record.spans.filter(({ label }) => label === name);
        const fragments = own.flatMap((span) => span.fragments);
        const borders = new Set(fragments.flatMap(({ start, end }) => [start, end]));
        const sorted = [...borders].toSorted((a, b) => a - b);
        const pieces = sorted.flatMap((start, at) => {
          const end = sorted[at + 1];
          const isIn = fragments.some((one) => one.start <= start && start < one.end);
          return end !== undefined && isIn ? [whole.slice({ start, end })] : [];
        });
        const read: string[] = [];
        for (const [at, tag] of row[`${name}_tags`].entries()) {
          if (tag.startsWith("B")) read.push(row.tokens[at]);
          else if (tag.startsWith("I")) read.push(read.pop() + row.tokens[at]);
        }
        const bare = (words: string) => words.replaceAll(/\s+/gu, "");
        expect(read.map(bare)).toEqual(pieces.map(bare).filter((words) => words !== ""));
      }
    }),
    { numRuns: 60 },
  );
});

test("there is no other way, and the usual one is the first", () => {
  expect(tagOverlaps).toEqual(["longest", "split", "refuse"]);
  const record = drawn("     [================]", "         [=]");
  const plain = written("conll", [record]).text;
  expect(written("conll", [record], { overlap: tagOverlaps[0] }).text).toBe(plain);
  expect(written("conll", [record], { overlap: "split" }).text).not.toBe(plain);
});
