import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArticleText } from "@/lib/domain/text";
import { FoldedText } from "@/lib/search/folded-text";

/** The text with brackets around each place that is found in it. */
function found(value: string, typed: string): string {
  const text = new ArticleText(value);
  const hits = new FoldedText(text).find(typed);
  let drawn = "";
  let at = 0;
  for (let index = 0; index < (hits?.count ?? 0); index += 1) {
    const { start = 0, end = 0 } = hits?.at(index) ?? {};
    drawn += `${text.slice({ start: at, end: start })}[${text.slice({ start, end })}]`;
    at = end;
  }
  return drawn + text.slice({ start: at, end: text.length });
}

describe("find", () => {
  test.for([
    { name: "every place", typed: "he", drawn: "[He] told t[he]m" },
    { name: "signs as they stand", typed: ", he", drawn: "So[, he] said" },
    { name: "accents", typed: "elysee", drawn: "l’[Élysée]" },
    { name: "what is typed with accents", typed: "élysée", drawn: "[Elysee]" },
    { name: "accents in their parts", typed: "é", drawn: "[e\u0301]t[e]" },
    { name: "letters that stand for two", typed: "ss", drawn: "Stra[ß]e" },
    { name: "one of the two", typed: "s", drawn: "[S]tra[ß]e" },
    { name: "ligatures", typed: "official", drawn: "un[oﬃcial]" },
    { name: "Arabic letters by Persian ones", typed: "کتاب علی", drawn: "[كتاب علي]" },
    { name: "vowel marks", typed: "مدرسه", drawn: "ال[مَدرسَة]" },
    { name: "tatweel", typed: "ایران", drawn: "[ایـــران]" },
    { name: "half-spaces", typed: "میگوید", drawn: "او [می\u200cگوید] که" },
    { name: "half-spaces that are typed", typed: "می\u200cگوید", drawn: "او [میگوید] که" },
    { name: "digits of all scripts", typed: "2024", drawn: "[۲۰۲۴] [٢٠٢٤] [２０２４]" },
    { name: "widths", typed: "ＡＢc", drawn: "[abC]" },
    { name: "ё by е", typed: "елка", drawn: "[ЁЛКА]" },
    { name: "a part of a Chinese sentence", typed: "否认", drawn: "他[否认]，也[否认]" },
    { name: "Hangul in its parts", typed: "한", drawn: "[\u1112\u1161\u11ab]국" },
    { name: "curly quotation marks by straight ones", typed: `"it's`, drawn: "[“it’s]”" },
    { name: "dashes", typed: "a - b", drawn: "[a — b]" },
    { name: "Arabic punctuation", typed: "چه?", drawn: "[چه؟]" },
    { name: "line ends as spaces", typed: "one two", drawn: "[one\n two]" },
    { name: "an emoji", typed: "👍", drawn: "a [👍🏽] b" },
    { name: "behind an emoji", typed: "said", drawn: "😀😀 [said]" },
    { name: "all of a joined emoji", typed: "💻", drawn: "x [👩\u200d💻] y" },
    { name: "none within another", typed: "aa", drawn: "[aa][aa]a" },
  ])("finds $name", ({ typed, drawn }) => {
    expect(found(drawn.replaceAll(/[[\]]/g, ""), typed)).toBe(drawn);
  });

  test.for([
    { name: "what stands on both sides of a blank line", text: "one\n\ntwo", typed: "one two" },
    { name: "other letters", text: "denied", typed: "denies" },
    { name: "a word over a sign", text: "said, he", typed: "said he" },
  ])("does not find $name", ({ text, typed }) => {
    expect(found(text, typed)).toBe(text);
  });

  test.for([{ typed: "" }, { typed: "  " }, { typed: "\u3000" }])(
    "has nothing to look for in “$typed”",
    ({ typed }) => {
      expect(new FoldedText(new ArticleText("a b")).find(typed)).toBeNull();
    },
  );

  test("what is typed but is no more than a joiner is found nowhere and ends", () => {
    expect(found("a b", "\u200c")).toBe("a b");
  });
});

test.for([
  { offset: 0, first: 0 },
  { offset: 1, first: 1 },
  { offset: 5, first: 1 },
  { offset: 6, first: 2 },
])("from $offset, the first hit is number $first", ({ offset, first }) => {
  const hits = new FoldedText(new ArticleText("ab 😀 ab")).find("ab");
  expect(hits?.firstFrom(offset)).toBe(first);
});

test("a hit that is not there is a defect", () => {
  const hits = new FoldedText(new ArticleText("ab")).find("ab");
  expect(() => hits?.at(1)).toThrow(RangeError);
});

/** Characters of every kind that folding treats by itself. */
const piece = fc.constantFrom(
  ..."aAéßﬁ sS ي ی ك ک م َ ٌ ـ\u200c۱1１ёЁ说否 \n\n«\"’'–-👍🏽👩\u200d💻🇺🇸🇦\u1112\u1161\u11ab한ㅎﷺ㏒İıΣς\u0301",
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

test("what stands in a text is found there", () => {
  fc.assert(
    fc.property(text, fc.nat(40), fc.nat(8), (value, from, length) => {
      const article = new ArticleText(value);
      const start = article.boundaryBefore(Math.min(from, article.length));
      const end = article.boundaryAfter(Math.min(start + length, article.length));
      const typed = article.slice({ start, end });
      const folded = new FoldedText(article);
      // Marks that belong to nothing are not compared at all, and a blank line is never typed.
      fc.pre(/[\p{L}\p{N}]/u.test(typed) && !/\n\s*\n/.test(typed));
      fc.pre(
        !/^\s|\s$/u.test(typed) &&
          !/[\p{M}ـ\u200c\u200d]$/u.test(value.slice(0, article.toUtf16(start) + 1)),
      );
      const hits = folded.find(typed);
      const all = Array.from({ length: hits?.count ?? 0 }, (_, index) => hits?.at(index));
      expect(all.some((hit) => hit && hit.start < end && hit.end > start)).toBe(true);
    }),
  );
});

test("what is found reads as what was typed, in order, and splits no character", () => {
  fc.assert(
    fc.property(text, text, (value, typed) => {
      const article = new ArticleText(value);
      const hits = new FoldedText(article).find(typed);
      let last = 0;
      for (let index = 0; index < (hits?.count ?? 0); index += 1) {
        const hit = hits?.at(index) ?? { start: -1, end: -1 };
        expect(hit.start).toBeGreaterThanOrEqual(last);
        expect(article.isBoundary(hit.start) && article.isBoundary(hit.end)).toBe(true);
        const again = new FoldedText(new ArticleText(article.slice(hit))).find(typed);
        expect(again?.count).toBeGreaterThan(0);
        last = hit.start;
      }
    }),
  );
});
