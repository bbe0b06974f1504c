import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paragraphsOf, titleFrom } from "@/lib/domain/article";
import { ArticleText } from "@/lib/domain/text";

describe("the title of a text without one", () => {
  test.for([
    { text: "Who said so?\nShe did.", title: "Who said so?" },
    { text: "\n \n  Who \n", title: "Who" },
    { text: "😀".repeat(120), title: "😀".repeat(120) },
    { text: "😀".repeat(121), title: `${"😀".repeat(119)}…` },
    { text: "\u200b\n\ufeff \nWho", title: "Who" },
    { text: " \n\t", title: "" },
    { text: "", title: "" },
  ])("$text is $title", ({ text, title }) => {
    expect(titleFrom(text)).toBe(title);
  });

  test("is not the one it has, if nothing of that is seen", () => {
    expect(titleFrom("Who said so?", "Claims")).toBe("Claims");
    expect(titleFrom("Who said so?", "\u200e\u200f")).toBe("Who said so?");
  });
});

describe("paragraphs", () => {
  const drawn = (text: string) => {
    const whole = new ArticleText(text);
    return paragraphsOf(text).map(({ kind, start, end }) => {
      expect(kind).toBe("paragraph");
      return whole.slice({ start, end });
    });
  };

  test.for([
    { text: "", paragraphs: [] },
    { text: " \n\n", paragraphs: [] },
    { text: "a", paragraphs: ["a"] },
    { text: "a\n", paragraphs: ["a"] },
    { text: "a\nb\n\nc", paragraphs: ["a\nb", "c"] },
    { text: "\n\na\n \t\n\nb\n", paragraphs: ["a", "b"] },
    { text: " a \n\n b ", paragraphs: [" a ", " b "] },
    { text: "😀\n\n😀b\n\nc", paragraphs: ["😀", "😀b", "c"] },
  ])("of %j are $paragraphs", ({ text, paragraphs }) => {
    expect(drawn(text)).toEqual(paragraphs);
  });

  test("leave out nothing but white space", () => {
    const line = fc.constantFrom("", " ", "a", "😀 b", "\t");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join("\n");
        expect(drawn(text).join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
        expect(drawn(text).every((paragraph) => !/\n\s*\n/.test(paragraph))).toBe(true);
      }),
    );
  });
});
