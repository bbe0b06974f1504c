import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headlineOf, linesWithMentions, mentionsIn } from "@/lib/domain/notifications";

const members = [
  "Ana",
  "Ana Berg",
  "Зоя Петрова",
  "علی‌رضا کریمی",
  "王芳",
  "O’Neill",
  "José Núñez",
  "ＦＵＬＬ Width",
].map((name) => ({ id: name, name }));

test.for([
  { text: "@Ana look", mentioned: ["Ana"] },
  { text: "@ana berg, please", mentioned: ["Ana Berg"] },
  { text: "@ANA  BERG", mentioned: ["Ana Berg"] },
  { text: "@Ana Bergman", mentioned: ["Ana"] },
  { text: "@Anatol", mentioned: [] },
  { text: '@"Ana" and @“Ana Berg”', mentioned: ["Ana", "Ana Berg"] },
  { text: '@"Ana and others"', mentioned: [] },
  { text: '@"Ana', mentioned: [] },
  { text: "write to x@ana.example", mentioned: [] },
  { text: "me+tag@Ana", mentioned: [] },
  { text: "(@Ana)", mentioned: ["Ana"] },
  { text: "@ Ana", mentioned: [] },
  { text: "@Ana @Ana @ana", mentioned: ["Ana"] },
  { text: "@@Ana", mentioned: ["Ana"] },
  { text: "Пусть @зоя Петрова посмотрит", mentioned: ["Зоя Петрова"] },
  { text: "@Зоя Петровая", mentioned: [] },
  { text: "لطفاً @علیرضا کریمی ببیند", mentioned: ["علی‌رضا کریمی"] },
  { text: "@«علی‌رضا کریمی»", mentioned: ["علی‌رضا کریمی"] },
  { text: "请@王芳看一下", mentioned: ["王芳"] },
  { text: "＠王芳", mentioned: ["王芳"] },
  { text: "@José Núñez", mentioned: ["José Núñez"] },
  { text: "@Jose\u0301 Nu\u0301n\u0303ez", mentioned: ["José Núñez"] },
  { text: "@full width.", mentioned: ["ＦＵＬＬ Width"] },
  { text: "@O’Neill’s", mentioned: ["O’Neill"] },
  { text: "", mentioned: [] },
  { text: "@", mentioned: [] },
])("“$text” mentions $mentioned", ({ text, mentioned }) => {
  expect(mentionsIn(text, members)).toEqual(mentioned);
});

test("all who have a name are mentioned by it", () => {
  const namesakes = [
    { id: "1", name: "Ana" },
    { id: "2", name: "ana" },
  ];
  expect(mentionsIn("@Ana", namesakes)).toEqual(["1", "2"]);
});

test("whoever is named in quotation marks is mentioned, whatever their name", () => {
  const named = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(named, fc.string(), (name, before) => {
      fc.pre(!/["\s]/.test(name.normalize("NFKC")) && /\p{L}/u.test(name));
      const mentioned = mentionsIn(`${before} @"${name}"`, [{ id: "1", name }]);
      expect(mentioned).toEqual(["1"]);
    }),
  );
});

test.for([
  {
    told: { kind: "assigned", by: "Ana", articles: 1 },
    words: "\u2068Ana\u2069 gave you 1 article",
  },
  { told: { kind: "assigned", by: null, articles: 12 }, words: "You were given 12 articles" },
  {
    told: { kind: "assigned", by: "Ana", articles: 0 },
    words: "\u2068Ana\u2069 made you a reviewer",
  },
  {
    told: { kind: "returned", by: "Ana", articles: 0 },
    words: "\u2068Ana\u2069 returned your work",
  },
  { told: { kind: "mentioned", by: null, articles: 0 }, words: "You were mentioned" },
  { told: { kind: "round_due", by: null, articles: 0 }, words: "A round is due on 5 May 2026" },
] as const)("“$words”", ({ told, words }) => {
  expect(headlineOf({ ...told, dueAt: new Date("2026-05-05T23:59:59Z") })).toBe(words);
});

describe("the lines of a note that mention people", () => {
  const two = [
    { id: "a", name: "Ana" },
    { id: "b", name: "Ben" },
  ];

  test("are told, each person by the first", () => {
    const note = "@Zed\r\n  @Ben and @Ana \nAgain @Ana\nana@example.org";
    expect(linesWithMentions(note, two)).toEqual([{ line: "@Ben and @Ana", ids: ["b", "a"] }]);
    expect(linesWithMentions("", two)).toEqual([]);
  });

  test("are told as far as people read, around who is named", () => {
    const [before, after] = ["😀".repeat(3000), "x".repeat(3000)];
    const [told] = linesWithMentions(`${before} @Ana ${after}`, two);
    expect([...(told?.line ?? "")]).toHaveLength(1000);
    expect(told?.line).toMatch(/^😀+ @Ana x+$/u);
  });
});
