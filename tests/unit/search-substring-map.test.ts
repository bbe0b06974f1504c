import fc from "fast-check";
import { expect, test } from "vitest";
import { SubstringMap } from "@/lib/search/substring-map";

test("finds each word where it stands in a text, whatever stands around it, and no other", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "ב", "𐀀"), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.uniqueArray(word), word, word, (words, sought, around) => {
      const map = new SubstringMap<string>();
      for (const one of words) map.add(one, `value of ${one}`);
      expect(map.size).toBe(words.length);
      const text = around + sought + around;
      const found = map.find(text, around.length, around.length + sought.length);
      expect(found).toBe(words.includes(sought) ? `value of ${sought}` : undefined);
    }),
  );
});

test("finds all of thousands, and none of them once it is cleared", () => {
  const words = Array.from({ length: 5000 }, (_, index) => `word${index}`);
  const map = new SubstringMap<number>();
  for (const [index, one] of words.entries()) map.add(one, index);
  const found = () => words.map((one) => map.find(one, 0, one.length));
  expect(found()).toEqual(words.map((_, index) => index));
  map.clear();
  expect(map.size).toBe(0);
  expect(new Set(found())).toEqual(new Set([undefined]));
  map.add("word7", 70);
  expect([map.find("word7", 0, 5), map.find("word8", 0, 5)]).toEqual([70, undefined]);
});
