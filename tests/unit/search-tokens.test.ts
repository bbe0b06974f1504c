import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lexicon } from "@/lib/search/tokens";

const fold = (text: string) => new Lexicon().fold(text);

/** Tokens with brackets around what they are in the text: `[虚][假]` with the number of their run. */
function drawn(text: string): string {
  return new Lexicon()
    .tokensOf(text)
    .map(({ folded, start, end, run }) => {
      const there = text.slice(start, end);
      return `${there === folded ? folded : `${there}=${folded}`}${run === null ? "" : `/${run}`}`;
    })
    .join(" ");
}

describe("folding", () => {
  test.for([
    { name: "case and accents", one: "ÉLYSÉE Straße", other: "elysee strasse" },
    {
      name: "letters that look nearly alike",
      one: "æ œ ø đ ð þ ł ħ ı",
      other: "ae oe o d d th l h i",
    },
    { name: "Greek final sigma", one: "ΛΟΓΟΣ λόγος", other: "λογοσ λογοσ" },
    { name: "Arabic and Persian letters", one: "كتاب علي", other: "کتاب علی" },
    { name: "yeh in all its forms", one: "ى ې ے", other: "ی ی ی" },
    { name: "heh in all its forms", one: "ة ە ہ ھ ۃ", other: "ه ه ه ه ه" },
    { name: "alef with wasla", one: "ٱلله", other: "الله" },
    { name: "hamza, marks and tatweel", one: "إِيـــران مَدرسَة", other: "ايران مدرسه" },
    { name: "Hebrew points", one: "שָׁלוֹם", other: "שלום" },
    { name: "digits of all scripts", one: "۱۴۰۲ ٢٠٢٤ １２ १९", other: "1402 2024 12 19" },
    { name: "zero-width non-joiners", one: "می\u200cشود", other: "میشود" },
    { name: "soft hyphens", one: "dis\u00adinformation", other: "disinformation" },
    { name: "half-width kana with its mark", one: "ｶﾞｽ", other: "ガス" },
    { name: "й and ё", one: "ЁЛКА", other: "елка" },
    { name: "Hangul in its parts", one: "\u1112\u1161\u11ab\u1100\u116e\u11a8", other: "한국" },
    { name: "emoji with and without skin", one: "👍🏽", other: "👍" },
    { name: "emoji with and without a variation selector", one: "❤️", other: "❤" },
    {
      name: "apostrophes, straight and not",
      one: "l'état l’état lʼétat",
      other: "l etat l etat l etat",
    },
  ])("takes $name for the same", ({ one, other }) => {
    expect(fold(one)).toBe(fold(other));
  });

  test.for([
    { name: "vowel signs that make the word", one: "कि", other: "का" },
    { name: "words and their parts", one: "denied", other: "denie d" },
  ])("keeps apart $name", ({ one, other }) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  test.for([
    { text: "", folded: "" },
    { text: " – ", folded: "" },
    { text: "Who,  said – it?", folded: "who said it" },
    { text: "说 news信息很 多", folded: "说 news 信息很 多" },
    { text: "信息。很多", folded: "信息 很多" },
    { text: "a👍b👍👍", folded: "a 👍 b 👍 👍" },
    { text: "ﷺ", folded: "صلی الله علیه وسلم" },
  ])("of “$text” is “$folded”", ({ text, folded }) => {
    expect(fold(text)).toBe(folded);
  });
});

describe("tokens", () => {
  test.for([
    { text: "She denied it.", tokens: "She=she denied it" },
    { text: "F-16", tokens: "F=f 16" },
    { text: "e\u0301t\u00ad x", tokens: "e\u0301t\u00ad=et x" },
    { text: "\u0301x", tokens: "x" },
    { text: "\u093fx", tokens: "x" },
    { text: "x虚", tokens: "x 虚/1" },
    { text: "ក។ខ", tokens: "ក/1 ខ/2" },
    { text: "信\u3005", tokens: "信/1 々/1" },
    { text: "虚假,信息", tokens: "虚/1 假/1 信/2 息/2" },
    { text: "カ\u3099ス", tokens: "カ\u3099=ガ/1 ス/1" },
    { text: "ไทย๙x", tokens: "ไ/1 ท/1 ย/1 ๙x=9x" },
    { text: "กี่", tokens: "กี่/1" },
    { text: "𠀀𠀁b", tokens: "𠀀/1 𠀁/1 b" },
    { text: "𐐀𐐁", tokens: "𐐀𐐁=𐐨𐐩" },
    { text: "👩‍👧😀", tokens: "👩‍=👩 👧 😀" },
    { text: "🇮🇷", tokens: "🇮/1 🇷/1" },
    { text: "러시아가", tokens: "러시아가" },
    { text: "a\ud83db\udc4dc", tokens: "a b c" },
    { text: "a\uffffb", tokens: "a b" },
  ])("of “$text” are $tokens", ({ text, tokens }) => {
    expect(drawn(text)).toBe(tokens);
  });

  test("lie in the text, one after the other", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        let before = 0;
        for (const { start, end } of new Lexicon().tokensOf(text)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          before = start;
        }
      }),
    );
  });

  test("are words in the first and the last script that takes two units a letter", () => {
    expect(drawn("𐀀𐀁 x 𞤢𞤣")).toBe("𐀀𐀁 x 𞤢𞤣");
  });

  test("are read no further than is enough", () => {
    const read = new Lexicon().tokensOf("she denied it", (tokens) => tokens.length === 2);
    expect(read.map(({ folded }) => folded)).toEqual(["she", "denied"]);
  });

  test("may be as long as a text", () => {
    const [word] = new Lexicon().tokensOf("é".repeat(300_000));
    expect(word).toMatchObject({ folded: "e".repeat(100), start: 0, end: 300_000 });
  });

  test("are compared by their first 100 characters, without half of one", () => {
    const [plain, cut] = [`${"a".repeat(100)}b`, `${"a".repeat(99)}𐐨`].map(
      (word) => new Lexicon().tokensOf(word)[0]?.folded,
    );
    expect(plain).toBe("a".repeat(100));
    expect(cut).toBe(`${"a".repeat(99)}\ufffd`);
  });
});

describe("an index entry", () => {
  const entryOf = (title: string, text: string) => new Lexicon().entryOf(title, text);

  test("has each term of title and text once, in the order they come", () => {
    const { title, terms, words } = entryOf("Who denied?", "She Denied, it DENIED 12 345 ab.");
    expect(title).toBe("who denied");
    expect(terms).toEqual(["who", "denied", "she", "it", "12", "345", "ab"]);
    expect(words).toEqual(["who", "denied", "she"]);
  });

  test("has the pairs and the single characters of a script without spaces", () => {
    const { terms, words } = entryOf("", "虚假信 news");
    expect(terms).toEqual(["虚", "假", "虚假", "信", "假信", "news"]);
    expect(words).toEqual(["news"]);
  });

  test("has words of three characters or more, with a letter among them, of no pairs", () => {
    expect(entryOf("", "abc ab 123 a12 𐐨𐐩 𐐨𐐩𐐨 𠀀𠀁 กี่กี่").words).toEqual(["abc", "a12", "𐐨𐐩𐐨"]);
  });

  test("has no pair across what divides them, nor across title and text", () => {
    expect(entryOf("虚", "假，信x息").terms).toEqual(["虚", "假", "信", "x", "息"]);
  });

  test("has a pair once, though the lexicon knows it from another text", () => {
    const lexicon = new Lexicon();
    const first = lexicon.entryOf("", "假信假信").terms;
    expect(first).toEqual(["假", "信", "假信", "信假"]);
    expect(lexicon.entryOf("", "假信假信").terms).toEqual(first);
  });

  test("takes a character for several words where it stands for several", () => {
    expect(entryOf("", "ﷺ").terms).toEqual(["صلی", "الله", "علیه", "وسلم"]);
  });

  test("ends where PostgreSQL would hold no more", () => {
    const words = Array.from({ length: 6000 }, (_, index) => `слово${index}`.padEnd(90, "о"));
    const { terms } = entryOf("title", words.join(" "));
    const bytes = Buffer.byteLength(terms.join(""));
    expect(bytes).toBeLessThanOrEqual(900_000);
    expect(bytes).toBeGreaterThan(900_000 - 180);
    expect(terms.slice(0, 3)).toEqual(["title", words[0], words[1]]);
  });

  test.for([
    { script: "Cyrillic, of two bytes a letter", letters: "бвгджзклмн" },
    { script: "the last letters of two bytes", letters: "ߊߋߌߍߎߏߐߑߒߓ" },
    { script: "the first letters of three bytes", letters: "ࠀࠁࠂࠃࠄࠅࠆࠇࠈࠉ" },
    { script: "Georgian, of three bytes a letter", letters: "აბგდევზთიკ" },
    { script: "the last private letters before pairs, Hangul", letters: "파타카차자아사바마라" },
    { script: "Linear B, of two units and four bytes a letter", letters: "𐀀𐀁𐀂𐀃𐀄𐀅𐀆𐀇𐀈𐀉" },
    { script: "full-width forms behind the pairs", letters: "ꬰꬱꬲꬳꬴꬵꬶꬷꬸꬹ" },
  ])("ends there in $script", ({ letters }) => {
    const digits = [...letters];
    const word = (index: number) =>
      [...`${index}`.padStart(20, "0")].map((digit) => digits[Number(digit)]).join("");
    const size = Buffer.byteLength(word(0));
    const words = Array.from({ length: 900_000 / size + 10 }, (_, index) => word(index));
    const { terms } = entryOf("", words.join(" "));
    expect(terms).toHaveLength(Math.floor(900_000 / size));
  });

  test("may be as large as the limit, and its words with it", () => {
    // 9,000 words of 100 bytes.
    const words = Array.from({ length: 9001 }, (_, index) => `w${index}`.padEnd(100, "x"));
    const { terms, words: dictionary } = entryOf("", words.join(" "));
    expect(terms).toHaveLength(9000);
    expect(dictionary).toEqual(terms);
  });

  test("does not depend on what was read before", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), text, (before, last) => {
        const experienced = new Lexicon();
        for (const one of before) experienced.entryOf(one, one);
        expect(experienced.entryOf("", last)).toEqual(entryOf("", last));
        expect(experienced.tokensOf(last)).toEqual(new Lexicon().tokensOf(last));
      }),
    );
  });

  test("has words folded as a whole, whatever letters stand side by side", () => {
    const letters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
      (character) => /[\p{L}\p{N}]/u.test(character),
    );
    const lexicon = new Lexicon();
    // What joins letters is dropped, and has the word looked at as a whole.
    const asAWhole = (one: string, two: string) => lexicon.fold(`${one}\u200d${two}`);
    for (const letter of letters) {
      for (const [one, two] of [
        ["a", letter],
        [letter, "a"],
        [letter, letter],
      ] as const) {
        expect(lexicon.fold(one + two)).toBe(asAWhole(one, two));
      }
    }
    const any = fc.constantFrom(...letters);
    fc.assert(
      fc.property(any, any, (one, two) => {
        expect(lexicon.fold(one + two)).toBe(asAWhole(one, two));
      }),
      { numRuns: 2000 },
    );
  });

  test("is the same when the lexicon has had to forget", () => {
    const forgetful = new Lexicon(1);
    const text = "she denied it, she said";
    const before = forgetful.entryOf("", text).terms;
    expect(forgetful.entryOf("", text).terms).toEqual(before);
    expect(forgetful.tokensOf(text)).toEqual(new Lexicon().tokensOf(text));
  });

  test("is each word's own where the lexicon knows thousands, of which some look alike to it", () => {
    // Words of one hash: 32-bit FNV-1a, folded to 30 bits.
    const alike = ["yvivst", "csbxun", "xhlxfu", "dkdlzm", "vlfqzo", "iqoyrh"];
    const many = Array.from({ length: 5000 }, (_, index) => `w${index}x`);
    const lexicon = new Lexicon();
    const text = [...many, ...alike].join(" ");
    for (let reading = 0; reading < 2; reading += 1) {
      expect(lexicon.entryOf("", text).terms).toEqual([...many, ...alike]);
    }
    expect(lexicon.tokensOf(alike.join(" ")).map(({ folded }) => folded)).toEqual(alike);
  });

  /** Anything else would break the query's syntax, a pattern for LIKE, or the list of terms. */
  const safe = /^[^\s\p{Cc}\p{P}$+<=>^`|~]+$/u;

  test("has only terms that can be joined by a space and quoted, of every character that stands for others", () => {
    const characters = Array.from({ length: 0x20000 }, (_, code) =>
      String.fromCodePoint(code),
    ).filter(
      (character) =>
        character.isWellFormed() &&
        (character.normalize("NFKD") !== character || /\p{Extended_Pictographic}/u.test(character)),
    );
    const { terms } = entryOf("", characters.join(" "));
    expect(characters.length).toBeGreaterThan(10_000);
    expect(terms.length).toBeGreaterThan(5000);
    expect(terms.filter((term) => !safe.test(term))).toEqual([]);
  });

  test.for(["‼", "⁉", "〰", "‼️"])("has nothing for “%s”, which is punctuation", (text) => {
    expect(entryOf(text, text)).toEqual({ title: "", terms: [], words: [] });
  });

  test("has only such terms of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(entryOf(text, text).terms.filter((term) => !safe.test(term))).toEqual([]);
      }),
    );
  });
});
