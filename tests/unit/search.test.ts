import fc from "fast-check";
import { expect, test } from "vitest";
import { ArticleText } from "@/lib/domain/text";
import { foldedText, indexEntryOf, tokensOf } from "@/lib/search/lexicon";
import {
  accepts,
  excerptOf,
  highlighted,
  isDecidedByTerms,
  parseQuery,
  queryTermsOf,
} from "@/lib/search/query";

test.for([
  { name: "case and accents", one: "ÉLYSÉE Straße", other: "elysee strasse" },
  { name: "Arabic and Persian letters", one: "كتاب علي", other: "کتاب علی" },
  { name: "hamza, marks and tatweel", one: "إِيـــران مَدرسَة", other: "ايران مدرسه" },
  { name: "digits of all scripts", one: "۱۴۰۲ ٢٠٢٤ １２", other: "1402 2024 12" },
  { name: "zero-width non-joiners", one: "می\u200cشود", other: "میشود" },
  { name: "half-width kana with its mark", one: "ｶﾞｽ", other: "ガス" },
  { name: "й and ё", one: "ЁЛКА", other: "елка" },
  { name: "emoji with and without skin", one: "👍🏽", other: "👍" },
])("folds $name alike", ({ one, other }) => {
  expect(foldedText(one)).toBe(foldedText(other));
});

test("keeps vowel signs that make the word", () => {
  expect(foldedText("कि")).not.toBe(foldedText("का"));
});

test("has the pairs and the single characters of a script without spaces", () => {
  const { terms, words } = indexEntryOf("", "虚假信息 news");
  expect([...terms].sort()).toEqual(
    ["news", "虚", "假", "信", "息", "虚假", "假信", "信息"].sort(),
  );
  expect(words).toEqual(["news"]);
});

test("every term is safe to join by a space and to quote", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(
        indexEntryOf(text, text).terms.every((term) => /^[^\s'\\:&|!()<>*]+$/u.test(term)),
      ).toBe(true);
    }),
  );
});

test("tokens lie in the text, one after the other", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      let before = 0;
      for (const { start, end } of tokensOf(text)) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        before = start;
      }
    }),
  );
});

test("an entry stays below what PostgreSQL holds, and says which terms are in", () => {
  const words = Array.from({ length: 200_000 }, (_, index) => `слово${index}`);
  const { terms } = indexEntryOf("title", words.join(" "));
  expect(terms.length).toBeGreaterThan(50_000);
  expect(Buffer.byteLength(terms.join(""))).toBeLessThanOrEqual(900_000);
});

/** `tehran & denied*` for "tehran denied": terms of the first alternative of each group. */
function asked(typed: string): string {
  const query = parseQuery(typed);
  if (!query) return "nothing";
  const side = (clauses: typeof query.all) =>
    clauses.map((clause) =>
      queryTermsOf(clause)
        .map(([term]) => `${term?.text}${term?.prefix ? "*" : ""}`)
        .join("+"),
    );
  return [...side(query.all), ...side(query.none).map((term) => `-${term}`)].join(" ");
}

test.for([
  { typed: "Tehran denied", means: "tehran denied*" },
  { typed: '"she said" denied', means: "she+said denied*" },
  { typed: '"unfinished quote', means: "unfinished+quote" },
  { typed: "claims -denied", means: "claims -denied*" },
  { typed: "no", means: "no" },
  { typed: "F-16", means: "f+16" },
  { typed: "虚假信息", means: "虚假+假信+信息" },
  { typed: "假", means: "假" },
  { typed: "러시아 부인", means: "러시아* 부인*" },
  { typed: '- -- "" %_\\ \':*&|!()', means: "nothing" },
  { typed: "x'::tsquery; DROP", means: "x+tsquery drop*" },
  { typed: "😀", means: "😀" },
])("$typed asks for $means", ({ typed, means }) => {
  expect(asked(typed)).toBe(means);
});

test("an Arabic word is looked for with what is written onto it", () => {
  const forms = parseQuery("قاعدة")?.all[0]?.forms ?? [];
  expect(forms).toEqual(expect.arrayContaining(["قاعده", "القاعده", "والقاعده", "للقاعده"]));
  expect(parseQuery("والقاعدة")?.all[0]?.forms).toContain("قاعده");
});

test.for([
  { name: "words in a row", typed: '"denied it"', text: "She denied it.", found: true },
  { name: "words apart", typed: '"denied it"', text: "It was denied.", found: false },
  { name: "characters in a row", typed: "假信息", text: "虚假信息很多", found: true },
  { name: "characters apart", typed: "假信息", text: "假信和信息", found: false },
  {
    name: "a phrase that must not be",
    typed: 'she -"denied it"',
    text: "She denied it.",
    found: false,
  },
  { name: "the last word unfinished", typed: "F-16 fight", text: "an F-16 fighter", found: true },
])("decides about $name in the text", ({ typed, text, found }) => {
  const query = parseQuery(typed);
  expect(query && accepts(query, "", text)).toBe(found);
});

test("two characters, or one word, are decided by the index alone", () => {
  const decided = (typed: string) => parseQuery(typed)?.all.every(isDecidedByTerms);
  expect([decided("信息"), decided("denied"), decided("假信息"), decided('"a b"')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

/** "…she [denied] it…" with brackets around what is marked. */
function shown(text: string, typed: string): string | null {
  const query = parseQuery(typed);
  const excerpt = query && excerptOf(text, query);
  if (!excerpt) return null;
  const counted = new ArticleText(excerpt.text);
  return excerpt.highlights.reduceRight(
    (marked, { start, end }) =>
      `${marked.slice(0, counted.toUtf16(start))}[${counted.slice({ start, end })}]${marked.slice(counted.toUtf16(end))}`,
    excerpt.text,
  );
}

test.for([
  { text: "Tehran\ndenied it.", typed: "denied", excerpt: "Tehran [denied] it." },
  { text: "😀😀 Она отрицала это", typed: "отриц", excerpt: "😀😀 Она [отрицала] это" },
  { text: "他们说虚假信息很多", typed: "虚假信息", excerpt: "他们说[虚假信息]很多" },
  { text: "nothing here", typed: "denied", excerpt: null },
])("marks $typed in $text", ({ text, typed, excerpt }) => {
  expect(shown(text, typed)).toBe(excerpt);
});

test("an excerpt of a long text begins and ends at words, around the place", () => {
  const text = `${"word ".repeat(500)}denied ${"more ".repeat(500)}`;
  expect(shown(text, "denied")).toMatch(/^…word .* \[denied\] more .*more…$/);
});

test("marks lie within the excerpt, whatever is in text and query", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (text, typed) => {
      const query = parseQuery(typed);
      if (!query) return;
      for (const excerpt of [highlighted(text, query), excerptOf(text, query)]) {
        if (!excerpt) continue;
        const counted = new ArticleText(excerpt.text);
        for (const range of excerpt.highlights) expect(counted.slice(range)).not.toBe("");
      }
    }),
  );
});

test("a query of 10,000 characters is understood at once", () => {
  const started = performance.now();
  for (const typed of [
    '"'.repeat(10_000),
    "-".repeat(10_000),
    "a ".repeat(5000),
    "假".repeat(10_000),
  ]) {
    parseQuery(typed);
  }
  expect(performance.now() - started).toBeLessThan(2000);
});
