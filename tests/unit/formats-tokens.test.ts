import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArticleText } from "@/lib/domain/text";
import { wordTokens } from "@/lib/formats/tokens";
import "../setup/properties";

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** What the segmenter makes of the text as a whole, in code points. */
function segmented(value: string): string[] {
  return [...segmenter.segment(value)].map(({ segment }) => segment);
}

const pieces = fc.constantFrom(
  ..."a b Z 9 . , ' ’ : - _ @ é \u0301 \u200d \u00ad \ufeff \u00a0 \u2003 \u200b 😀 👩🏽‍🚀 🏽 🇮🇷 🇩 م ل‌ا ภาษา 漢字 カ ﾞ \u0600".split(
    " ",
  ),
  " ",
  " ",
  "  ",
  "\n",
  "\r\n",
  "\t",
  "He said",
);

describe("the words of a text", () => {
  test("are those of the segmenter, whatever stands around a gap", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const value = parts.join("");
        const text = new ArticleText(value);
        const tokens = [...wordTokens(text, new Set())];
        expect(tokens.map((token) => text.slice(token))).toEqual(segmented(value));
      }),
      { numRuns: 2_000 },
    );
  });

  test("are cut at edges, and are all of the text", () => {
    const texts = fc.array(pieces, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, fc.array(fc.nat(60)), (value, places) => {
        const text = new ArticleText(value);
        const edges = new Set(places.filter((at) => at <= text.length));
        const tokens = [...wordTokens(text, edges)];
        expect(tokens.map((token) => text.slice(token)).join("")).toBe(value);
        const cuts = new Set(tokens.flatMap(({ start, end }) => [start, end]));
        for (const edge of edges) expect(cuts.has(edge)).toBe(true);
        for (const { start, end } of tokens) expect(start).toBeLessThan(end);
      }),
    );
  });

  test("of white space without end before a mark are found in the time that the text takes", () => {
    const text = new ArticleText(`${" ".repeat(200_000)}\u0301 and`);
    expect([...wordTokens(text, new Set())]).toHaveLength(3);
  });
});
