import { expect, test } from "vitest";
import { isBlank } from "@/lib/domain/blank";

test.for([
  { name: "nothing", text: "" },
  { name: "white space of every width", text: " \t\n\u00a0\u1680\u2003\u202f\u3000" },
  { name: "marks of direction", text: "\u200e\u200f\u061c\u202a\u2066\u2069" },
  { name: "joiners and the ends of words", text: "\u200b\u200c\u200d\u2060\ufeff\u00ad" },
  { name: "fillers that Unicode calls letters", text: "\u115f\u1160\u3164\uffa0" },
  { name: "variation selectors and tags", text: "\ufe0f\u{e0100}\u{e0041}" },
  { name: "the empty cell of Braille", text: "\u2800" },
  { name: "control characters", text: "\0\u0007\u007f\u0085" },
])("$name is blank", ({ text }) => {
  expect(isBlank(text)).toBe(true);
  expect(isBlank(`${text}a${text}`)).toBe(false);
});

test.for([
  "a",
  "\u0661",
  "\u4e2d",
  ".",
  "\u2014",
  "\u2764\ufe0f",
  "\u{1f469}\u200d\u{1f467}",
  "\u200f\u05d0\u200e",
  "\u0301",
  "\u06dd",
  "\u0600",
])("“%s” is seen", (text) => {
  expect(isBlank(text)).toBe(false);
});

test("every character for which a font draws nothing is blank, and no letter, digit or sign that it draws", () => {
  const wrong: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const undrawn = /[\p{Default_Ignorable_Code_Point}\p{White_Space}]/u.test(character);
    const drawn = /[\p{L}\p{N}\p{P}\p{S}\p{M}]/u.test(character) && code !== 0x2800 && !undrawn;
    if ((undrawn && !isBlank(character)) || (drawn && isBlank(character))) {
      wrong.push(code.toString(16));
    }
  }
  expect(wrong).toEqual([]);
});
