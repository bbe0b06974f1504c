import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Excerpt } from "@/lib/domain/schemas";
import { ArticleText } from "@/lib/domain/text";
import { parseQuery, type SearchQuery } from "@/lib/search/query";

/** A query that asks for something. */
function query(typed: string): SearchQuery {
  const parsed = parseQuery(typed);
  if (!parsed) throw new Error(`“${typed}” asks for nothing.`);
  return parsed;
}

/** `tehran denied*` for "tehran denied": terms of the first alternative of each group. */
function asked(typed: string): string {
  const parsed = parseQuery(typed);
  if (!parsed) return "nothing";
  const side = (clauses: typeof parsed.all) =>
    clauses.map(({ terms }) =>
      terms.map(([term]) => `${term?.text}${term?.prefix ? "*" : ""}`).join("+"),
    );
  return [...side(parsed.all), ...side(parsed.none).map((term) => `-${term}`)].join(" ");
}

describe("what was typed", () => {
  test.for([
    { typed: "Tehran denied", means: "tehran denied*" },
    { typed: "denied Tehran ", means: "denied tehran*" },
    { typed: '"she said" denied', means: "she+said denied*" },
    { typed: '"unfinished quote', means: "unfinished+quote" },
    { typed: "“curly” «angled» „low“", means: "curly angled low" },
    { typed: 'a "b" c', means: "a b c" },
    { typed: '"one"two', means: "one two*" },
    { typed: 'a"b c"', means: "a+b c" },
    { typed: "claims -denied", means: "claims -denied*" },
    { typed: 'claims -"she denied"', means: "claims -she+denied" },
    { typed: "-denied claims", means: "claims* -denied" },
    { typed: "self-made men", means: "self+made men*" },
    { typed: "-", means: "nothing" },
    { typed: "no", means: "no" },
    { typed: "not", means: "not*" },
    { typed: "𐐨𐐩", means: "𐐨𐐩" },
    { typed: "F-16", means: "f+16" },
    { typed: "F-160", means: "f+160*" },
    { typed: "虚假信息", means: "虚假+假信+信息" },
    { typed: "虚假，信", means: "虚假+信" },
    { typed: "x虚假y", means: "x+虚假+y" },
    { typed: "假", means: "假" },
    { typed: "러시아 부인", means: "러시아* 부인*" },
    { typed: "부 그", means: "부 그" },
    { typed: "a러시아 b", means: "a러시아 b" },
    { typed: "러시아a b", means: "러시아a b" },
    { typed: "กี่", means: "กี่" },
    { typed: '"러시아"', means: "러시아" },
    { typed: '- -- "" %_\\ \':*&|!()', means: "nothing" },
    { typed: "", means: "nothing" },
    { typed: "‼", means: "nothing" },
    { typed: "x'::tsquery; DROP", means: "x+tsquery drop*" },
    { typed: "😀", means: "😀" },
  ])("$typed asks for $means", ({ typed, means }) => {
    expect(asked(typed)).toBe(means);
  });

  test("is read up to its sixteenth clause", () => {
    const words = Array.from({ length: 20 }, (_, index) => `w${index}`);
    expect(asked(words.join(" "))).toBe(words.slice(0, 16).join(" "));
    expect(asked(`-x ${words.join(" ")}`)).toBe(`${words.slice(0, 15).join(" ")} -x`);
  });

  test.for([
    { typed: "Who denied", title: "who denied" },
    { typed: "who, “denied”", title: null },
    { typed: "who -denied", title: null },
    { typed: "no", title: null },
    { typed: "now", title: "now" },
    { typed: "𐐨𐐩", title: null },
    { typed: "虚假信息", title: "虚假信息" },
    { typed: "F-16虚假", title: "f 16 虚假" },
    { typed: "虚假，信", title: "虚假 信" },
  ])("$typed may be a part of a title: $title", ({ typed, title }) => {
    expect(query(typed).title).toBe(title);
  });

  test("of 10,000 characters is understood", () => {
    const long = ['"'.repeat(10_000), "-".repeat(10_000), "a ".repeat(5000), "假".repeat(10_000)];
    expect(long.map((typed) => parseQuery(typed)?.all.length ?? 0)).toEqual([0, 0, 16, 1]);
  });
});

/** The alternatives of a query of one word. */
const forms = (typed: string) => query(typed).all[0]?.terms[0]?.map(({ text }) => text) ?? [];

describe("words with others written onto them", () => {
  test("are looked for with them in Arabic", () => {
    expect(forms("قاعدة")).toEqual([
      "قاعده",
      ..."وقاعده فقاعده بقاعده لقاعده القاعده والقاعده فالقاعده بالقاعده کالقاعده للقاعده وللقاعده وبقاعده ولقاعده".split(
        " ",
      ),
    ]);
  });

  test.for([
    { written: "والقاعدة", bare: "قاعده" },
    { written: "بالقاعدة", bare: "قاعده" },
    { written: "كالقاعدة", bare: "قاعده" },
    { written: "للقاعدة", bare: "قاعده" },
    { written: "وللقاعدة", bare: "قاعده" },
    { written: "فبالقاعدة", bare: "قاعده" },
  ])("$written is also looked for without", ({ written, bare }) => {
    const [word, second] = forms(written);
    expect(word).not.toBe(bare);
    expect(second).toBe(bare);
  });

  test("keep what would leave less than three letters", () => {
    expect(forms("العر")[1]).not.toBe("عر");
    expect(forms("والد")).not.toContain("د");
  });

  test("of three letters are", () => {
    expect(forms("شیر")).toContain("وشیر");
    expect(forms("שלו")).toContain("ושלו");
  });

  test("keep what looks like an article within them", () => {
    expect(forms("مالیات")).toContain("ومالیات");
  });

  test("are looked for with them in Hebrew", () => {
    expect(forms("ממשלה")).toEqual(
      "ממשלה הממשלה וממשלה בממשלה לממשלה כממשלה מממשלה שממשלה והממשלה ובממשלה ולממשלה ומממשלה ושממשלה שהממשלה כשממשלה".split(
        " ",
      ),
    );
  });

  test.for(["denied", "لا", "לא", "abcشیر", "12شیر", "שלוםx", "شیر12", "xשלום"])(
    "are only one: %s",
    (typed) => {
      expect(forms(typed)).toHaveLength(1);
    },
  );

  test("are looked for as they stand in quotes", () => {
    expect(forms('"قاعدة"')).toEqual(["قاعده"]);
  });
});

describe("a dictionary", () => {
  test.for([
    { typed: "denied", word: "denied" },
    { typed: '"denied"', word: "denied" },
    { typed: "now", word: "now" },
    { typed: "no", word: null },
    { typed: "𐐨𐐩", word: null },
    { typed: "F-16", word: null },
    { typed: "假", word: null },
    { typed: "กี่", word: null },
    { typed: "قاعدة", word: "قاعده" },
  ])("can help with $typed: $word", ({ typed, word }) => {
    expect(query(typed).all[0]?.word).toBe(word);
  });

  test("puts whole words in place of one", () => {
    const typed = query("deny -it");
    const expanded = typed.expandedTo(
      typed.all.map((clause) => clause.withWords(["denied", "denies"])),
    );
    expect(expanded.all.map(({ terms }) => terms)).toEqual([
      [
        [
          { text: "denied", prefix: false },
          { text: "denies", prefix: false },
        ],
      ],
    ]);
    expect(expanded.none).toEqual(typed.none);
    expect(expanded.title).toBe(null);
    expect(marked(expanded.highlighted("It denies, denied, deny."))).toBe(
      "It [denies], [denied], deny.",
    );
  });
});

describe("an article", () => {
  test.for([
    { name: "words in a row", typed: '"denied it"', text: "She denied – it.", found: true },
    { name: "words in a row in the title", typed: '"the title"', text: "She did.", found: true },
    { name: "a row from title to text", typed: '"title she"', text: "She did.", found: false },
    { name: "words apart", typed: '"denied it"', text: "It was denied.", found: false },
    {
      name: "words apart, the first at the end",
      typed: '"it denied"',
      text: "Denied it",
      found: false,
    },
    { name: "a quoted word unfinished", typed: '"denied i"', text: "She denied it.", found: false },
    { name: "characters in a row", typed: "假信息", text: "虚假信息很多", found: true },
    { name: "characters apart", typed: "假信息", text: "假信和信息", found: false },
    {
      name: "a phrase that must not be",
      typed: 'she -"denied it"',
      text: "She denied it.",
      found: false,
    },
    {
      name: "a phrase that is not there",
      typed: 'she -"denied it"',
      text: "She did.",
      found: true,
    },
    { name: "one of two phrases", typed: '"she did" "he did"', text: "She did.", found: false },
    { name: "the last word unfinished", typed: "F-16 fight", text: "an F-16 fighter", found: true },
    { name: "the last of a row unfinished", typed: "F-160", text: "an F-1600", found: true },
    { name: "another than the last unfinished", typed: "f-160", text: "fa-160", found: false },
    { name: "what the terms decide", typed: 'lies "she did"', text: "She did.", found: true },
    {
      name: "what must not be, by its terms",
      typed: '"she did" -did',
      text: "She did.",
      found: true,
    },
  ])("with $name: $typed in “$text” is $found", ({ typed, text, found }) => {
    expect(query(typed).accepts("The title", text)).toBe(found);
  });

  test.for([
    { typed: "信息", decided: true },
    { typed: "denied", decided: true },
    { typed: "假 denied -信息", decided: true },
    { typed: "假信息", decided: false },
    { typed: '"a b"', decided: false },
    { typed: "a虚", decided: false },
    { typed: "虚，假", decided: false },
    { typed: 'denied -"a b"', decided: false },
  ])("is decided about by the index alone for $typed: $decided", ({ typed, decided }) => {
    expect(query(typed).isDecidedByTerms).toBe(decided);
  });
});

/** "…she [denied] it…" with brackets around what is marked. */
function marked(excerpt: Excerpt | null): string | null {
  if (!excerpt) return null;
  const counted = new ArticleText(excerpt.text);
  return excerpt.highlights.reduceRight(
    (text, { start, end }) =>
      `${text.slice(0, counted.toUtf16(start))}[${counted.slice({ start, end })}]${text.slice(counted.toUtf16(end))}`,
    excerpt.text,
  );
}
const shown = (text: string, typed: string) => marked(query(typed).excerptOf(text));

describe("an excerpt", () => {
  test.for([
    { text: "Tehran\ndenied it.", typed: "denied", excerpt: "Tehran [denied] it." },
    { text: "😀😀 Она отрицала это", typed: "отриц", excerpt: "😀😀 Она [отрицала] это" },
    { text: "他们说虚假信息很多", typed: "虚假信息", excerpt: "他们说[虚假信息]很多" },
    { text: "She said she did.", typed: "she did", excerpt: "[She] said [she] [did]." },
    { text: "She did. She did.", typed: '"she did"', excerpt: "[She did]. [She did]." },
    { text: "so so so", typed: '"so so"', excerpt: "[so so] so" },
    { text: "she denied it", typed: "she -denied", excerpt: "[she] denied it" },
    { text: "She denied it", typed: "it she", excerpt: "[She] denied [it]" },
    { text: "so it so it", typed: "it so", excerpt: "[so] [it] [so] [it]" },
    { text: "she denied", typed: 'she "she denied"', excerpt: "[she denied]" },
    { text: "กี่้", typed: "กี่", excerpt: null },
    { text: "nothing here", typed: "denied", excerpt: null },
    { text: "", typed: "denied", excerpt: null },
  ])("of “$text” for $typed is $excerpt", ({ text, typed, excerpt }) => {
    expect(shown(text, typed)).toBe(excerpt);
  });

  test("marks the longer of two places that begin together, and none within another", () => {
    expect(shown("she denied it all", '"she denied it" denied it she')).toBe("[she denied it] all");
    expect(shown("she denied it all", '"she denied" "denied it"')).toBe("[she denied] it all");
  });

  test("marks what the whole text has marked there, however little of it was read", () => {
    const filler = fc.constantFrom("so", "it", "is", "虚", "😀", "she");
    const typed = fc.constantFrom(
      "denied",
      "denied she",
      '"she denied it"',
      'denied "she denied it"',
      '"is denied" it',
      "假信 denied",
    );
    const text = fc
      .tuple(fc.array(filler, { maxLength: 120 }), fc.array(filler, { maxLength: 120 }))
      .map(([before, after]) => [...before, "she denied it 假信息", ...after].join(" "));
    fc.assert(
      fc.property(text, typed, (text, typed) => {
        const places = ({ text, highlights }: Excerpt) => {
          const counted = new ArticleText(text);
          return highlights.map(({ start, end }) => counted.slice({ start, end }));
        };
        const whole = query(typed).highlighted(text);
        const excerpt = query(typed).excerptOf(text);
        const found = excerpt ? places(excerpt) : [];
        expect(found).toEqual(places(whole).slice(0, found.length));
        expect(found.length > 0).toBe(whole.highlights.length > 0);
        // What is shown of it is shown whole: nothing after the last mark was overlooked.
        const shownEnd = (excerpt?.text ?? "").replace(/^…|…$/g, "");
        const rest = shownEnd.slice(shownEnd.lastIndexOf(found.at(-1) ?? "") + 1);
        expect(found.length >= 20 || !rest.includes("she denied it")).toBe(true);
      }),
    );
  });

  test("marks no more than twenty places", () => {
    expect(query("so").excerptOf("so ".repeat(30))?.highlights).toHaveLength(20);
  });

  test("marks no place that it does not show, however near", () => {
    const text = `${"y ".repeat(30)}so ${"z ".repeat(85)}so ${"z ".repeat(100)}`;
    expect(query("so").excerptOf(text)?.highlights).toHaveLength(1);
    expect(query("so it").highlighted("so it ".repeat(30)).highlights).toHaveLength(20);
  });

  test("of a long text begins and ends at words, around the place", () => {
    const text = `${"word ".repeat(50)}denied ${"more ".repeat(50)}`;
    // 50 characters before the place, 220 altogether.
    expect(shown(text, "denied")).toBe(
      `…${"word ".repeat(9)}[denied] ${"more ".repeat(33).trimEnd()}…`,
    );
  });

  test.for([
    { place: "at 50", before: "x".repeat(49), begins: "x" },
    { place: "at 51", before: `a ${"x".repeat(48)}`, begins: "…" },
  ])("begins with the text for a place $place, or after it", ({ before, begins }) => {
    expect(query("denied").excerptOf(`${before} denied`)?.text.startsWith(begins)).toBe(true);
  });

  test.for([219, 220, 221])(
    "of a text of %i characters ends with it as long as 220 suffice",
    (length) => {
      const text = `denied ${"x ".repeat(150)}`.slice(0, length - 1).concat("y");
      expect(query("denied").excerptOf(text)?.text.endsWith("y")).toBe(length <= 220);
    },
  );

  test("marks only what is in it", () => {
    expect(
      shown(`denied ${"word ".repeat(60)}denied`, "denied")?.match(/\[denied\]/g),
    ).toHaveLength(1);
  });

  test("begins behind a space that stands fifty characters before the place", () => {
    const text = `${"a".repeat(9)} ${"b".repeat(48)}-denied`;
    expect(shown(text, "denied")).toBe(`…${"b".repeat(48)}-[denied]`);
  });

  test("does not end right behind the place for want of another space", () => {
    expect(shown(`denied ${"x".repeat(400)}`, "denied")).toBe(`[denied] ${"x".repeat(213)}…`);
  });

  test("of a text without spaces splits no character", () => {
    const text = `${"😀".repeat(60)}虚假${"😀".repeat(200)}`;
    for (const padded of [
      text,
      `x${text}`,
      text.replace("虚", "，虚"),
      text.replace("假", "假，"),
    ]) {
      const excerpt = query("虚假").excerptOf(padded);
      expect(excerpt?.text.isWellFormed()).toBe(true);
      expect(marked(excerpt)).toMatch(/^…😀{24,25}，?\[虚假\]，?😀{80,}…$/u);
    }
  });

  test.for([
    { name: "behind a character it would split", text: `，😀${"，".repeat(49)}虚假`, begins: 3 },
    { name: "before one it would not", text: `，，，😀${"，".repeat(48)}虚假`, begins: 3 },
    {
      name: "at one that is the last of its plane",
      text: `，\uffff${"，".repeat(50)}虚假`,
      begins: 2,
    },
  ])("of a text without spaces begins $name", ({ text, begins }) => {
    expect(query("虚假").excerptOf(text)?.text).toBe(`…${text.slice(begins)}`);
  });

  test.for([
    { name: "before a character it would split", text: `虚假${"，".repeat(217)}😀，，`, ends: 219 },
    { name: "behind one it would not", text: `虚假${"，".repeat(216)}😀，，`, ends: 220 },
    {
      name: "behind one that is the last of its plane",
      text: `虚假${"，".repeat(217)}\uffff，，`,
      ends: 220,
    },
  ])("of a text without spaces ends $name", ({ text, ends }) => {
    expect(query("虚假").excerptOf(text)?.text).toBe(`${text.slice(0, ends)}…`);
  });

  test.for([0, 1, 1400, 1495, 1499, 1500, 5990, 6001, 20_000])(
    "finds a place %i characters from the beginning, whole",
    (distance) => {
      const text = `${"x".repeat(distance)} denied ${"more ".repeat(100)}`;
      expect(shown(text, "denied")).toContain("[denied] more more");
      expect(query('"denied more"').excerptOf(text)?.highlights).toHaveLength(1);
    },
  );

  test("marks every place in it, though it ends where the first look at the text did", () => {
    // The second place is 1498-1504; at first 1500 UTF-16 units are looked through.
    const text = `${"x ".repeat(673)}denied ${"word ".repeat(29)}denied ${"word ".repeat(29)}`;
    expect(shown(text, "denied")?.match(/\[denied\]/g)).toHaveLength(2);
  });

  test("has the shape in which it is sent", () => {
    const excerpt = query("denied").excerptOf("She denied it.");
    expect(Excerpt.parse(excerpt)).toEqual({
      text: "She denied it.",
      highlights: [{ start: 4, end: 10 }],
    });
  });

  test("of the whole is the whole", () => {
    const text = `${"word ".repeat(100)}denied\tit\n${"more ".repeat(100)}`;
    expect(marked(query("denied").highlighted(text))).toBe(
      `${"word ".repeat(100)}[denied] it ${"more ".repeat(100)}`,
    );
  });

  test("has its marks within it, one after the other, whatever is in text and query", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme" }),
        (text, typed) => {
          const parsed = parseQuery(typed);
          if (!parsed) return;
          for (const excerpt of [parsed.highlighted(text), parsed.excerptOf(text)]) {
            if (!excerpt) continue;
            expect(Excerpt.parse(excerpt)).toEqual(excerpt);
            const counted = new ArticleText(excerpt.text);
            let before = 0;
            for (const range of excerpt.highlights) {
              expect(range.start).toBeGreaterThanOrEqual(before);
              expect(counted.slice(range)).not.toBe("");
              before = range.end;
            }
          }
        },
      ),
    );
  });
});
