import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArticleCues } from "@/lib/annotator/article-cues";
import { isTouched, nextRange } from "@/lib/annotator/next-range";
import { cuesFor } from "@/lib/domain/cues";
import { ArticleText, type Range } from "@/lib/domain/text";
import { Phrases } from "@/lib/search/phrases";

describe("next range", () => {
  const ranges: Range[] = [
    { start: 2, end: 4 },
    { start: 6, end: 8 },
    { start: 8, end: 9 },
  ];
  test.for([
    { name: "from before all", from: [0, 0], by: 1, found: 2 },
    { name: "from its start", from: [2, 2], by: 1, found: 2 },
    { name: "from within", from: [3, 3], by: 1, found: 6 },
    { name: "with it selected", from: [6, 8], by: 1, found: 8 },
    { name: "from behind the last", from: [9, 9], by: 1, found: null },
    { name: "back from behind all", from: [20, 20], by: -1, found: 8 },
    { name: "back from its end", from: [8, 8], by: -1, found: 6 },
    { name: "back from within", from: [7, 7], by: -1, found: 2 },
    { name: "back with it selected", from: [6, 8], by: -1, found: 2 },
    { name: "back from before the first", from: [2, 2], by: -1, found: null },
  ] as const)("$name", ({ from: [start, end], by, found }) => {
    expect(nextRange(ranges, { start, end }, by)?.start ?? null).toBe(found);
  });

  test("passes over those that are not meant", () => {
    const isMeant = ({ start }: Range) => start !== 6;
    expect(nextRange(ranges, { start: 4, end: 4 }, 1, isMeant)).toEqual({ start: 8, end: 9 });
    expect(nextRange(ranges, { start: 8, end: 8 }, -1, isMeant)).toEqual({ start: 2, end: 4 });
  });
});

describe("whether a range is touched", () => {
  const range = fc
    .tuple(fc.nat(30), fc.nat(6))
    .map(([start, length]): Range => ({ start, end: start + length + 1 }));
  const items = fc.array(fc.array(range, { minLength: 1, maxLength: 3 }), { maxLength: 8 });

  test("is whether one of the fragments shares a character with it", () => {
    fc.assert(
      fc.property(items, range, (all, asked) => {
        const placed = all.map((fragments, id) => ({ id: `${id}`, label: "claim", fragments }));
        const expected = all
          .flat()
          .some(({ start, end }) => start < asked.end && end > asked.start);
        expect(isTouched(asked, placed)).toBe(expected);
        expect(isTouched(asked, placed)).toBe(expected);
      }),
    );
  });
});

/** A text of these blocks, with a blank line between any two. */
function article(words: readonly string[]) {
  let at = 0;
  const blocks = words.map((block): Range => {
    const start = at;
    at += new ArticleText(block).length + 2;
    return { start, end: at - 2 };
  });
  return { text: new ArticleText(words.join("\n\n")), blocks, language: "en" };
}

describe("the cues of an article", () => {
  test("are found in later and earlier blocks, in code points", () => {
    const cues = new ArticleCues(article(["He said 😀", "no", "😀 she denied it"]), []);
    expect(cues.next({ start: 0, end: 0 }, 1)).toEqual({ start: 3, end: 7 });
    expect(cues.next({ start: 3, end: 7 }, 1)).toEqual({ start: 21, end: 27 });
    expect(cues.next({ start: 21, end: 27 }, 1)).toBeNull();
    expect(cues.next({ start: 21, end: 27 }, -1)).toEqual({ start: 3, end: 7 });
    expect(cues.next({ start: 3, end: 7 }, -1)).toBeNull();
    expect(cues.next({ start: 30, end: 30 }, -1)).toEqual({ start: 21, end: 27 });
  });

  test("are those of the whole text where it has no blocks", () => {
    const cues = new ArticleCues(
      { text: new ArticleText("he said"), blocks: [], language: null },
      [],
    );
    expect(cues.next({ start: 0, end: 0 }, 1)).toEqual({ start: 3, end: 7 });
  });

  test("include what the project has added", () => {
    const cues = new ArticleCues(article(["He opined that"]), ["opined that"]);
    expect(cues.next({ start: 0, end: 0 }, 1)).toEqual({ start: 3, end: 14 });
  });

  test("are, one after another and back, those of each block", () => {
    const block = fc.array(fc.constantFrom("said", "told", "x", "😀", "according to"), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (words) => {
        const all = article(words.map((each) => each.join(" ")));
        const phrases = new Phrases(cuesFor({ language: "en", text: "" }, []).cues);
        const expected = all.blocks.flatMap(({ start, end }) =>
          phrases.placesIn(all.text.slice({ start, end })).map((place) => {
            const words = new ArticleText(all.text.slice({ start, end }));
            return {
              start: start + words.fromUtf16(place.start),
              end: start + words.fromUtf16(place.end),
            };
          }),
        );
        const cues = new ArticleCues(all, []);
        const walk = (by: -1 | 1) => {
          const walked: Range[] = [];
          let at: Range | null =
            by === 1 ? { start: 0, end: 0 } : { start: all.text.length, end: all.text.length };
          while (at) {
            at = cues.next(at, by);
            if (at) walked.push(at);
          }
          return walked;
        };
        expect(walk(1)).toEqual(expected);
        expect(walk(-1)).toEqual(expected.toReversed());
      }),
    );
  });
});
