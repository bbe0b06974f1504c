import fc from "fast-check";
import { expect, test } from "vitest";
import { Phrases } from "@/lib/search/phrases";

/** The text with brackets around each place at which one of the phrases stands. */
function found(text: string, phrases: readonly string[], others: readonly string[] = []): string {
  let drawn = "";
  let at = 0;
  for (const { start, end } of new Phrases(phrases, others).placesIn(text)) {
    drawn += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return drawn + text.slice(at);
}

test.for([
  { name: "a word, whole", phrases: ["said"], drawn: "He [said], unsaid, saids" },
  { name: "whatever its case and accents", phrases: ["nié"], drawn: "[NIE] [Nié]" },
  { name: "words in a row", phrases: ["according to"], drawn: "[According to] him, according" },
  { name: "over a line end", phrases: ["according to"], drawn: "[according\nto] him" },
  {
    name: "the longest of those that begin there",
    phrases: ["point", "point out", "out of"],
    drawn: "they [point out] of the [point]",
  },
  {
    name: "the shorter one where the longer one breaks off",
    phrases: ["in his", "in his view of it"],
    drawn: "[in his] view of us",
  },
  {
    name: "Persian in either writing",
    phrases: ["می\u200cگوید"],
    drawn: "او [میگوید] [می\u200cگوید]",
  },
  { name: "no part of a joined word", phrases: ["گفت"], drawn: "گفت\u200cوگو، [گفت]" },
  { name: "Arabic with its marks", phrases: ["أكد"], drawn: "[أكّد] [اكد] أكدت" },
  { name: "Chinese anywhere", phrases: ["否认"], drawn: "他[否认]了，否 认" },
  { name: "two in a row of Chinese", phrases: ["说", "否认"], drawn: "他[说][否认]" },
])("finds $name", ({ phrases, drawn }) => {
  expect(found(drawn.replaceAll(/[[\]]/g, ""), phrases)).toBe(drawn);
});

test("others hide what is within them, and nothing else", () => {
  expect(found("小说里说，小 说", ["说"], ["小说"])).toBe("小说里[说]，小 [说]");
});

test("what is wanted is found though it is among the others", () => {
  expect(found("小说", ["小说"], ["小说"])).toBe("[小说]");
});

test("a phrase of signs only is found nowhere", () => {
  expect(found("— , —", ["—", ""])).toBe("— , —");
});

test("finds what a search for each phrase by itself finds, but for what is within another", () => {
  const word = fc.constantFrom("a", "b", "ab", "说", "说明", "明", ",", "B");
  const words = fc.array(word, { maxLength: 12 }).map((all) => all.join(" "));
  const joined = fc.array(word, { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(fc.oneof(words, joined), fc.array(words, { maxLength: 5 }), (text, phrases) => {
      const places = new Phrases(phrases).placesIn(text);
      const single = phrases.flatMap((phrase) => new Phrases([phrase]).placesIn(text));
      const isOf = (place: { start: number; end: number }) =>
        single.some(({ start, end }) => start === place.start && end === place.end);
      expect(places.every(isOf)).toBe(true);
      for (const { start, end } of single) {
        expect(places.some((place) => place.start < end && place.end > start)).toBe(true);
      }
      expect(places.every(({ start }, at) => start >= (places[at - 1]?.end ?? 0))).toBe(true);
    }),
  );
});
