import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paragraphsOf } from "@/lib/domain/article";
import { encodeSegmentation, Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { hasLetterOrDigit } from "@/lib/domain/span";
import { ArticleText, type Range } from "@/lib/domain/text";

function segmented(value: string, language: string | null = null) {
  const text = new ArticleText(value);
  const blocks = paragraphsOf(value);
  const encoded = segment(text, blocks, language);
  const segmentation = new Segmentation(text, blocks, encoded);
  const quotes = (ranges: readonly Range[]) => ranges.map((range) => text.slice(range));
  return { text, blocks, encoded, segmentation, quotes };
}

/** The words of a text, between bars. */
function words(value: string, language?: string): string {
  const { segmentation, quotes } = segmented(value, language);
  return quotes(segmentation.words).join("|");
}

function sentences(value: string, language?: string): string[] {
  const { segmentation, quotes } = segmented(value, language);
  return quotes(segmentation.sentences);
}

describe("a word", () => {
  test.for([
    { name: "has no punctuation around it", source: "“No,” he said.", expected: "No|he|said" },
    { name: "keeps its apostrophe", source: "don't l’Iran", expected: "don't|l’Iran" },
    { name: "loses a closing one", source: "workers’ ‘rights’", expected: "workers|rights" },
    { name: "keeps its hyphens", source: "a social-media - post", expected: "a|social-media|post" },
    { name: "ends at a dash", source: "yes—no, 1939–1945", expected: "yes|no|1939|1945" },
    {
      name: "is a number as it is written",
      source: "2,5 1.000.000 21:42 9/11",
      expected: "2,5|1.000.000|21:42|9/11",
    },
    { name: "is an amount with its sign", source: "$5 rose 50%, №5", expected: "$5|rose|50%|№5" },
    {
      name: "is an abbreviation with its stops",
      source: "the U.S. at 5 p.m. on",
      expected: "the|U.S.|at|5|p.m.|on",
    },
    { name: "has a stop for a letter", source: "Mr. J. Doe", expected: "Mr|J|Doe" },
    {
      name: "does not join sentences that lack a space",
      source: "He left.Then",
      expected: "He|left|Then",
    },
    {
      name: "is an address",
      source: "(https://a.example/b?c=d,e). me@a.example, www.a.example/ب",
      expected: "https://a.example/b?c=d,e|me@a.example|www.a.example/ب",
    },
    {
      name: "is a name or a tag with its sign",
      source: "@a_b, #c-d #سلام_دنیا # @_",
      expected: "@a_b|#c-d|#سلام_دنیا",
    },
    {
      name: "keeps joiners and marks of Persian",
      source: "می‌گویند، گفتهٔ «او»؛ خانه‌ها",
      expected: "می‌گویند|گفتهٔ|او|خانه‌ها",
    },
    { name: "keeps the vowels of Arabic", source: "مُحَمَّدٌ، قال", expected: "مُحَمَّدٌ|قال" },
    {
      name: "is a sign of years with its digits",
      source: "سنة \u0601۱۹۹۹.",
      expected: "سنة|\u0601۱۹۹۹",
    },
    { name: "joins in Russian", source: "кто-то из-за «т.е.»", expected: "кто-то|из-за|т.е." },
    {
      name: "is looked up in Chinese",
      source: "外交部发言人说，2024年。",
      expected: "外交部|发言|人|说|2024|年",
    },
    {
      name: "is looked up in Japanese",
      source: "東京へ行く",
      expected: "東京|へ|行く",
    },
    { name: "is looked up in Thai", source: "ฉันไปโรงเรียน", expected: "ฉัน|ไป|โรงเรียน" },
    {
      name: "is between spaces in Korean",
      source: "정부는 부인했다.",
      expected: "정부는|부인했다",
    },
    { name: "has a stop of Hebrew within", source: 'צה"ל הודיע', expected: 'צה"ל|הודיע' },
    {
      name: "goes on over a soft hyphen",
      source: "dis\u00adinfo \u00adx",
      expected: "dis\u00adinfo|x",
    },
    { name: "takes its skin tone along", source: "a\u{1f3fd} b", expected: "a\u{1f3fd}|b" },
    { name: "is no emoji, joiner or mark", source: "👩‍👩‍👧 🇮🇷 \u200c … !", expected: "" },
    { name: "takes its keycap along", source: "1️⃣ 2", expected: "1️⃣|2" },
  ])("$name", ({ source, expected }) => {
    expect(words(source)).toBe(expected);
  });

  test("has a colon before its ending in Swedish and Finnish", () => {
    expect(words("EU:n päätös", "fi-FI")).toBe("EU:n|päätös");
    expect(words("EU:n päätös", "de")).toBe("EU|n|päätös");
  });

  test("is in no place between the blocks", () => {
    const text = new ArticleText("one\n\ntwo\n\nthree");
    const blocks = [
      { kind: "paragraph" as const, start: 0, end: 3 },
      { kind: "paragraph" as const, start: 10, end: 15 },
    ];
    const found = new Segmentation(text, blocks, segment(text, blocks, null)).words;
    expect(found.map((range) => text.slice(range))).toEqual(["one", "three"]);
  });
});

describe("a sentence", () => {
  test.for<{ name: string; source: string; language?: string }>([
    { name: "ends at its stop", source: "It is so.|Is it?|No!" },
    {
      name: "keeps the quotation mark that closes it",
      source: 'He said: “It is so.”|Then he left.|"Why?" is open.',
    },
    {
      name: "goes on in small letters",
      source: "“Is it so?” he asked.|“Never!” – said she? – is not it.",
    },
    { name: "goes on after a title", source: "Dr. Smith met Sen. Cotton and Mr. Doe.|They left." },
    { name: "goes on after initials", source: "J. R. Tolkien and V.V. Putin met.|Both left." },
    {
      name: "goes on after an abbreviation",
      source: "The U.S. Senate sat at 5 p.m. Tuesday.|It voted.",
    },
    { name: "ends with one where another begins", source: "It left the U.S.|The end." },
    {
      name: "ends with a short word",
      source: "Was it so? No.|He left.".replace("so? No", "so?|No"),
    },
    { name: "goes on after a number's sign", source: "See No. 5 and art. 7 of it.|Then stop." },
    { name: "begins with the number of a list", source: "1. First of all, this.|2. Then that." },
    { name: "trails off within", source: "They… They say… so.|Now.".replace("… They", "…|They") },
    { name: "has no end in an address", source: "Look at a.example or at 2.5 of it.|So." },
    { name: "goes over the end of a line", source: "One line\nand the next.|Another\none." },
    {
      name: "ends in Persian",
      source: "او گفت: «نه.»|آیا چنین است؟|بله…اما نه.|د. رضایی آمد.",
      language: "fa",
    },
    { name: "ends in Urdu", source: "یہ سچ ہے۔|وہ گیا۔", language: "ur" },
    { name: "ends in Arabic", source: "قال د. محمد: «لا».|لماذا؟|نعم.", language: "ar" },
    {
      name: "ends in Russian",
      source:
        "В 2014 г. Россия напала, т. е. начала войну.|Он ушёл в 2015 г.|Она осталась на ул. Мира.",
      language: "ru",
    },
    {
      name: "ends in Chinese",
      source: "他说：“不是。”|她走了！|“为什么？”|真的。",
      language: "zh",
    },
    {
      name: "opens in Chinese right after the last",
      source: "他走了。|“不是，”她说。",
      language: "zh",
    },
    {
      name: "ends in German",
      source: "Das ist z. B. Absatz 3 vom 5. Mai.|„Nein.“|Doch.",
      language: "de",
    },
    { name: "ends in French", source: "« Non ! »|Il part.|M. Dupont reste.", language: "fr" },
  ])("$name", ({ source, language }) => {
    const value = source.replaceAll("|", /[\u4e00-\u9fff]/.test(source) ? "" : " ");
    expect(sentences(value, language)).toEqual(source.split("|"));
  });

  test("never goes beyond its block, and none is without a word", () => {
    expect(sentences("One\n\n***\n\nTwo. ***\n\n… Three. 😀")).toEqual([
      "One",
      "Two. ***",
      "… Three. 😀",
    ]);
  });
});

describe("what a selection means", () => {
  /** Reads the first `[` and the last `]` as the selection, and writes what it means the same way. */
  function snapped(source: string, language?: string): string | null {
    const [start, end] = [source.indexOf("["), source.lastIndexOf("]") - 1];
    const value = source.slice(0, start) + source.slice(start + 1, end + 1) + source.slice(end + 2);
    const { text, segmentation } = segmented(value, language);
    const range = segmentation.snap({ start: text.fromUtf16(start), end: text.fromUtf16(end) });
    if (!range) return null;
    const [from, to] = [text.toUtf16(range.start), text.toUtf16(range.end)];
    return `${value.slice(0, from)}[${value.slice(from, to)}]${value.slice(to)}`;
  }

  test.for([
    {
      name: "is whole words",
      source: "m[et Thursday in January a woman nam]ed",
      expected: "[met Thursday in January a woman named]",
    },
    {
      name: "is without space and punctuation",
      source: "say[, the claim is. ]So",
      expected: "say, [the claim is]. So",
    },
    {
      name: "keeps quotation marks if both are in it",
      source: "[“It is so,”] he",
      expected: "[“It is so,”] he",
    },
    { name: "has not one of them alone", source: "“[It is so,”] he", expected: "“[It is so],” he" },
    {
      name: "has the one that belongs to one within",
      source: "[He said “it is so.”] Now",
      expected: "[He said “it is so.”] Now",
    },
    {
      name: "begins with the mark of a quotation within",
      source: "a [“quoted” word ]is",
      expected: "a [“quoted” word] is",
    },
    {
      name: "keeps straight ones",
      source: '["It is," he] said. "It"',
      expected: '["It is," he] said. "It"',
    },
    {
      name: "begins in one quotation and ends in another",
      source: '"It i[s," he said, "th]en"',
      expected: '"It [is," he said, "then]"',
    },
    { name: "keeps German ones", source: "[„Nein“,] sagt", expected: "[„Nein“], sagt" },
    {
      name: "keeps French ones with their spaces",
      source: "[« Non », ]dit",
      expected: "[« Non »], dit",
    },
    { name: "keeps those of Danish", source: "[»Nej«] siger", expected: "[»Nej«] siger" },
    { name: "keeps nested ones", source: "[“‘No’, he said.”]", expected: "[“‘No’, he said.”]" },
    { name: "keeps Persian ones", source: "گفت[: «دروغ اس]ت».", expected: "گفت: «[دروغ است]»." },
    {
      name: "keeps Persian ones if both are in it",
      source: "گفت[: «دروغ است».]",
      expected: "گفت: [«دروغ است»].",
    },
    { name: "keeps Chinese ones", source: "他[说：“不是。”]", expected: "他[说：“不是。”]" },
    { name: "is whole words of Chinese", source: "外[交部发]言", expected: "[外交部发言]" },
    {
      name: "does not take an apostrophe for a mark",
      source: "[‘don’t’] he",
      expected: "[‘don’t’] he",
    },
    { name: "has no brackets around it", source: "a [(Reuters)] b", expected: "a ([Reuters]) b" },
    {
      name: "has both brackets if one is within",
      source: "[Lab (ISD)] b",
      expected: "[Lab (ISD)] b",
    },
    {
      name: "is whole where a word is taken in its middle",
      source: "de[ni]ed",
      expected: "[denied]",
    },
    {
      name: "takes a combining mark along",
      source: "he de[nie\u0301]",
      expected: "he [denie\u0301]",
    },
    { name: "takes a skin tone along", source: "[a]\u{1f3fd}b", expected: "[a\u{1f3fd}b]" },
    { name: "keeps emoji at its ends", source: "[😀 yes 👩‍👩‍👧]", expected: "[😀 yes 👩‍👩‍👧]" },
    { name: "has emoji between its words", source: "[a 👩‍👩‍👧 b]", expected: "[a 👩‍👩‍👧 b]" },
  ])("$name", ({ source, expected }) => {
    expect(snapped(source)).toBe(expected);
  });

  test.for(["a [, ]b", "a[ ]b", "a[]b", "[“”]a", "[😀] a", "[\u200c] a", "[***]"])(
    "is nothing in %s",
    (source) => {
      expect(snapped(source)).toBe(null);
    },
  );

  test("is one piece for each block", () => {
    const { segmentation, quotes } = segmented("One two.\n\n***\n\n“Three,” four");
    const pieces = (start: number, end: number) => quotes(segmentation.pieces({ start, end }));
    expect(pieces(5, 23)).toEqual(["two", "“Three,”"]);
    expect(pieces(8, 15)).toEqual([]);
    expect(pieces(0, 3)).toEqual(["One"]);
  });
});

test("a selection that is taken back loses the words it has only a part of", () => {
  const { segmentation, quotes } = segmented("One, two three");
  const shrunk = (start: number, end: number) => {
    const found = segmentation.shrunk({ start, end }, { start: 0, end: 14 });
    return found && quotes([found])[0];
  };
  expect([shrunk(0, 13), shrunk(0, 9), shrunk(0, 6), shrunk(1, 14), shrunk(5, 14)]).toEqual([
    "One, two",
    "One, two",
    "One",
    "two three",
    "two three",
  ]);
  expect([shrunk(0, 2), shrunk(10, 12)]).toEqual([null, null]);
});

describe("the word at an offset", () => {
  const { segmentation, quotes } = segmented("One, two  three");
  const at = (offset: number) => {
    const word = segmentation.wordAt(offset);
    return word && quotes([word])[0];
  };

  test.for<[number, string | null]>([
    [0, "One"],
    [2, "One"],
    [3, "One"],
    [4, null],
    [5, "two"],
    [8, "two"],
    [9, null],
    [10, "three"],
    [15, "three"],
  ])("at %d is %s", ([offset, expected]) => {
    expect(at(offset)).toBe(expected);
  });
});

test("the sentence at an offset is the nearest of its block", () => {
  const { segmentation, quotes } = segmented("One. Two.\n\n***\n\nThree. ");
  const at = (offset: number) => {
    const sentence = segmentation.sentenceAt(offset);
    return sentence && quotes([sentence])[0];
  };
  expect([0, 4, 5, 9].map(at)).toEqual(["One.", "One.", "Two.", "Two."]);
  expect([12, 16, 22].map(at)).toEqual([null, "Three.", "Three."]);
});

test("the block at an offset has its end, and none is between two", () => {
  const { segmentation } = segmented("One\n\ntwo");
  const at = [0, 3, 4, 5, 8].map((offset) => segmentation.blockAt(offset)?.start ?? null);
  expect(at).toEqual([0, 0, null, 5, 5]);
});

test("the next edge of a word is a start or an end, either way", () => {
  const { segmentation } = segmented("One, two — three.");
  const edges = (edge: "start" | "end", by: -1 | 1, ...offsets: number[]) =>
    offsets.map((offset) => segmentation.nextWordEdge(offset, by, edge));
  expect(edges("end", 1, 0, 2, 3, 8, 16)).toEqual([3, 3, 8, 16, null]);
  expect(edges("start", 1, 0, 4, 5, 11)).toEqual([5, 5, 11, null]);
  expect(edges("start", -1, 17, 11, 6, 1, 0)).toEqual([11, 5, 5, 0, null]);
  expect(edges("end", -1, 17, 16, 4, 3)).toEqual([16, 8, 3, null]);
});

test("the nearest edge of a word is on either side", () => {
  const { segmentation } = segmented("One, two three");
  const nearest = (edge: "start" | "end", ...offsets: number[]) =>
    offsets.map((offset) => segmentation.nearestWordEdge(offset, edge));
  expect(nearest("start", 0, 1, 4, 5, 7, 14)).toEqual([0, 0, 5, 5, 9, 9]);
  expect(nearest("end", 0, 3, 5, 6, 9, 14)).toEqual([3, 3, 3, 8, 8, 14]);
  expect(segmented("***").segmentation.nearestWordEdge(1, "start")).toBe(null);
});

describe("growing", () => {
  const value = "“One two.” Three four, five.\n\nSix seven.";
  const { segmentation, text } = segmented(value);
  const grow = (from: string | number, unit: "word" | "sentence" | "paragraph", times = 1) => {
    const start = typeof from === "number" ? from : value.indexOf(from);
    let range: Range | null = { start, end: typeof from === "number" ? from : start + from.length };
    for (let time = 0; time < times && range; time += 1) range = segmentation.grown(range, unit);
    return range && text.slice(range);
  };

  test.for<[string | number, "word" | "sentence" | "paragraph", number, string]>([
    [2, "word", 1, "One"],
    [2, "word", 2, "One two"],
    [2, "word", 3, "One two.” Three"],
    ["hree fo", "word", 1, "Three four"],
    [2, "sentence", 1, "“One two.”"],
    [2, "sentence", 2, "“One two.” Three four, five"],
    ["Three", "sentence", 1, "Three four, five"],
    ["Three", "paragraph", 1, "“One two.” Three four, five"],
    ["Three", "paragraph", 2, "“One two.” Three four, five.\n\nSix seven"],
    ["Three", "paragraph", 3, "“One two.” Three four, five.\n\nSix seven"],
    ["Six", "sentence", 2, "Six seven"],
    [9, "word", 1, "Three"],
    [29, "sentence", 1, "Six seven"],
  ])("from %s by a %s, %d times, is %s", ([from, unit, times, expected]) => {
    expect(grow(from, unit, times)).toBe(expected);
  });

  test("is nothing in a text without words", () => {
    const empty = segmented("***").segmentation;
    expect(empty.grown({ start: 1, end: 1 }, "word")).toBe(null);
    expect(empty.grown({ start: 1, end: 1 }, "paragraph")).toBe(null);
  });
});

describe("the stored bytes", () => {
  const read = (length: number, bytes: readonly number[]) =>
    new Segmentation(new ArticleText("x".repeat(length)), [], Uint8Array.from(bytes));

  test("take about one for a word", () => {
    const { encoded, segmentation } = segmented("The claim was denied again today. ".repeat(200));
    expect(encoded.length).toBeLessThan(segmentation.words.length * 1.5);
  });

  test("hold gaps and lengths of any size", () => {
    const edges = Int32Array.from([0, 1, 3, 40, 44, 400_000, 700_000, 700_001]);
    const bytes = encodeSegmentation(edges, edges);
    const { words, sentences } = read(700_001, [...bytes]);
    expect(words.flatMap(({ start, end }) => [start, end])).toEqual([...edges]);
    expect(sentences).toEqual(words);
  });

  test.for([
    { name: "nothing at all", bytes: [], says: "it breaks off" },
    { name: "another form", bytes: [2, 0, 0], says: "it is in no known form" },
    { name: "an end too early", bytes: [1, 0], says: "it breaks off" },
    {
      name: "ranges that are not there",
      bytes: [1, 5, 0],
      says: "it has fewer ranges than it says",
    },
    { name: "a range behind the text", bytes: [1, 1, 80, 0], says: "it is of another text" },
    { name: "something behind the end", bytes: [1, 0, 0, 0], says: "it goes on behind its end" },
    {
      name: "a number without end",
      bytes: [1, 255, 255, 255, 255, 255, 255, 0],
      says: "a number in it is too large",
    },
  ])("with $name are refused", ({ bytes, says }) => {
    expect(() => read(10, bytes)).toThrow(`The words of a text cannot be read: ${says}.`);
  });
});

const piece = fc.constantFrom(
  "a",
  "Das ",
  "he",
  "é",
  "e\u0301",
  "ش",
  "می",
  "\u200c",
  "\u200d",
  "\u200f",
  "\u0601",
  "選",
  "中国",
  "ราช",
  "ក្រ",
  "ー",
  "😀",
  "👩‍👩‍👧",
  "🇮",
  "👍🏽",
  "\u{1f3fd}",
  "क्षि",
  "한",
  "ᄒ",
  "\u{20000}",
  "ℹ",
  "1",
  "٣",
  "$",
  "@",
  "#",
  "http://",
  "\n",
  "\r\n",
  "\n\n",
  " ",
  "\u00a0",
  ...". . , ! ? … 。 ؟ “ ” „ « » ‘ ’ \" ' ( ) 「 」 - – _ & : / %".split(" "),
);
const writing = fc.array(piece, { maxLength: 80 }).map((parts) => parts.join(""));

describe("in any writing", () => {
  test("words lie in sentences, those in blocks, and all between whole characters", () => {
    fc.assert(
      fc.property(writing, fc.constantFrom(null, "en", "fa", "zh", "fi"), (value, language) => {
        const { text, blocks, segmentation } = segmented(value, language);
        const { words: found, sentences: around } = segmentation;
        for (const ranges of [found, around]) {
          let last = 0;
          for (const { start, end } of ranges) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(text.isBoundary(start) && text.isBoundary(end)).toBe(true);
            last = end;
          }
        }
        const isIn = (outer: readonly Range[]) => (inner: Range) =>
          outer.some(({ start, end }) => start <= inner.start && inner.end <= end);
        expect(found.every(isIn(around))).toBe(true);
        expect(
          around.every(isIn(blocks.length > 0 ? blocks : [{ start: 0, end: text.length }])),
        ).toBe(true);
        for (const word of found) expect(hasLetterOrDigit(text.slice(word))).toBe(true);
        // Nothing that a reader could mark is left out.
        const rest = new Set(found.flatMap(({ start, end }) => range(start, end)));
        for (const [offset, character] of [...value].entries()) {
          if (hasLetterOrDigit(character)) expect(rest.has(offset)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("what a selection means is the same selected again, and stays in its block", () => {
    fc.assert(
      fc.property(writing, fc.nat(), fc.nat(), (value, a, b) => {
        const { text, blocks, segmentation } = segmented(value);
        const [start = 0, end = 0] = [a % (text.length + 1), b % (text.length + 1)].sort(
          (one, other) => one - other,
        );
        const found = segmentation.snap({ start, end });
        if (!found) return;
        expect(text.isBoundary(found.start) && text.isBoundary(found.end)).toBe(true);
        expect(segmentation.snap(found)).toEqual(found);
        for (const one of segmentation.pieces({ start, end })) {
          expect(segmentation.snap(one)).toEqual(one);
          if (blocks.length === 0) continue;
          expect(blocks.some((block) => block.start <= one.start && one.end <= block.end)).toBe(
            true,
          );
        }
      }),
      { numRuns: 400 },
    );
  });

  test("growing never gives less", () => {
    fc.assert(
      fc.property(
        writing,
        fc.nat(),
        fc.constantFrom("word" as const, "sentence" as const, "paragraph" as const),
        (value, at, unit) => {
          const { text, segmentation } = segmented(value);
          const caret = at % (text.length + 1);
          let last = segmentation.grown({ start: caret, end: caret }, unit);
          for (let step = 0; last && step < 5; step += 1) {
            const next = segmentation.grown(last, unit);
            expect(next?.start).toBeLessThanOrEqual(last.start);
            expect(next?.end).toBeGreaterThanOrEqual(last.end);
            last = next;
          }
        },
      ),
    );
  });

  test("a word of the segmenter of this machine is never cut", () => {
    // No stops: "He left.Then" is one word to it.
    const letters = fc.constantFrom(
      "a",
      "B",
      "é",
      "ش",
      "ى",
      "ж",
      " ",
      ",",
      "!",
      "'",
      "’",
      "1",
      "-",
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 40 }), (parts) => {
        const value = parts.join("");
        const { segmentation } = segmented(value);
        for (const { segment: word, index, isWordLike } of new Intl.Segmenter("en", {
          granularity: "word",
        }).segment(value)) {
          if (!isWordLike) continue;
          const found = segmentation.wordAt(index);
          expect(found?.start).toBeLessThanOrEqual(index);
          expect(found?.end).toBeGreaterThanOrEqual(index + word.length);
        }
      }),
    );
  });
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, at) => start + at);
}

test.for([
  { name: "letters", value: "a" },
  { name: "stops between letters", value: "a." },
  { name: "hyphens", value: "a-" },
  { name: "addresses", value: "http://" },
  { name: "signs of names", value: "@_" },
  { name: "quotation marks", value: "“" },
  { name: "marks that combine", value: "\u0301" },
  { name: "flags", value: "🇮" },
  { name: "spaces", value: " " },
])("a text of nothing but $name is read through", ({ value }) => {
  const { segmentation, text } = segmented(value.repeat(100_000 / value.length));
  segmentation.snap({ start: 0, end: text.length });
});
