import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { parseJsonText } from "@/lib/formats/json";

/** What is wrong, with its place: `2:5 "x" where a value should stand`. */
function wrong(text: string): string | null {
  try {
    parseJsonText(text);
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const said = /^This is no JSON: (.*)\.$/.exec(error.message)?.[1] ?? error.message;
    return `${error.details.line}:${error.details.column} ${said}`;
  }
}

/** Draws the place into the text: `{"a" ¦1}`. */
function drawn(text: string): string {
  const place = /^(\d+):(\d+)/.exec(wrong(text) ?? "");
  if (!place) return text;
  const lines = text.split("\n");
  const line = [...(lines[Number(place[1]) - 1] ?? "")];
  line.splice(Number(place[2]) - 1, 0, "¦");
  lines[Number(place[1]) - 1] = line.join("");
  return lines.join("\n");
}

describe("the place where JSON ends to be one", () => {
  test.for([
    "¦",
    " ¦",
    "¦x",
    "\n ¦x",
    "¦tru",
    "true ¦x",
    "null¦null",
    "false¦]",
    "1 ¦2",
    "0¦1",
    "1¦.",
    "1.5¦.",
    "1.25e10 ¦x",
    "-0.5E-3¦x",
    "1e+23¦x",
    "120¦x",
    "2¦e",
    "2¦e+",
    "¦+1",
    "¦-",
    "-1 ¦x",
    "¦.5",
    "[¦",
    "[ ¦,1]",
    "[1¦",
    "[1,¦]",
    "[1, 2 ¦3]",
    "[1¦}",
    "[]¦]",
    "[ ] ¦x",
    "[[1], [2]¦}",
    "[[]¦",
    "[{}, {}, ¦x]",
    '["a"¦:1]',
    "{¦",
    "{ ¦a: 1}",
    "{¦1:2}",
    "{¦,}",
    "{}¦}",
    "{ }¦,",
    '{"a"¦',
    '{"a" ¦1}',
    '{"a"¦,1}',
    '{"a":¦',
    '{"a":¦}',
    '{"a" : 1 ¦"b":2}',
    '{"a":1,¦}',
    '{"a":1, ¦[]}',
    '{"a":1¦]',
    '{"a":{"b":[1,{"c":2}¦}}',
    '{"a":[1,2],"b":{"c":¦x}}',
    '"abc¦',
    '"a b !¦',
    '"¦',
    '"a¦\nb"',
    '"a¦\tb"',
    '"a¦\u0000"',
    '"a" ¦"b"',
    '"¦\\x"',
    '"a\\¦',
    '"\\n¦\\q"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9" ¦x',
    '"¦\\u12"',
    '"¦\\u12g4"',
    '"¦\\u"',
    '"¦\\uxxxx1234"',
    '"\\u00AFff¦',
    '{"¦\\x":1}',
    '{"a¦',
    '{"a\\u0041b" ¦1}',
    '{\r\n\t"a" : [ 1 , 2 ] ,\n  "b" ¦}',
    '{"😀": "😀😀", ¦x}',
    '["é",\n¦x',
    "[1,\n2,\n\n  ¦,]",
  ])("is %j", (picture) => {
    expect(drawn(picture.replace("¦", ""))).toBe(picture);
  });

  test.for([
    { text: "[1 2]", says: '1:4 "2" where "," or "]" should stand' },
    { text: '{"a":1 2}', says: '1:8 "2" where "," or "}" should stand' },
    { text: '{"a" 1}', says: '1:6 "1" where ":" should stand' },
    { text: "{1}", says: '1:2 "1" where a key in quotes should stand' },
    { text: "[😀]", says: '1:2 "😀" where a value should stand' },
    { text: "1 x", says: '1:3 "x" where the end should stand' },
    { text: '"a\\q"', says: '1:3 "\\\\" where the rest of a string should stand' },
    { text: '{"a', says: "1:4 it ends where the rest of a string should follow" },
    { text: "[", says: "1:2 it ends where a value should follow" },
    { text: '{"a":1,', says: "1:8 it ends where a key in quotes should follow" },
  ])("is told in words: $says", ({ text, says }) => {
    expect(wrong(text)).toBe(says);
  });

  test("is behind all that could still have become JSON, and no further", () => {
    const damage = fc.tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom("\u0001", "@", "'"),
    );
    fc.assert(
      fc.property(damage, ([text, at, never]) => {
        // Outside of strings these characters stand nowhere in JSON, so the place is theirs.
        const place = at % (text.length + 1);
        const before = text.slice(0, place);
        fc.pre(isOutsideStrings(before));
        const damaged = `${before}${never}${text.slice(place)}`;
        expect(drawn(damaged)).toBe(`${before}¦${never}${text.slice(place)}`);
      }),
    );
  });
});

/** Whether no string is open after a beginning of JSON, and no number or word that breaks off. */
function isOutsideStrings(beginning: string): boolean {
  const rest = beginning.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return (rest.match(/"/g)?.length ?? 0) % 2 === 0 && !/[\w.+-]$/.test(rest);
}

describe("JSON", () => {
  test("is what the engine makes of it", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes("__proto__"));
        expect(parseJsonText(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.for([
    { written: "12345678901234567890", read: "12345678901234567890" },
    { written: "-9007199254740993", read: "-9007199254740993" },
    { written: "9007199254740992", read: 9_007_199_254_740_992 },
    { written: "1234567890123456789012", read: "1234567890123456789012" },
    { written: "12345678901234567890.0", read: Number("12345678901234567890") },
    { written: "1e22", read: 1e22 },
    { written: "1e3", read: 1000 },
    { written: "1.50", read: 1.5 },
    { written: "0", read: 0 },
    { written: "-0", read: -0 },
    { written: '"12345678901234567890"', read: "12345678901234567890" },
    { written: '{"a":[null,true]}', read: { a: [null, true] } },
  ])("beside an id of many figures, $written is $read", ({ written, read }) => {
    const id = "98765432109876543210";
    expect(parseJsonText(`{"id":${id},"other":${written}}`)).toEqual({ id, other: read });
  });

  test.for([
    '{"__proto__":1}',
    '[{"a":{"__proto__":null}}]',
    '{"\\u005f_proto__":1}',
    '{"_\\u005Fproto__":1}',
    '{"__pr\\u006fto__":1}',
    '{"__pro\\u0074o__":1}',
    '[null, "__proto__", [{"__proto__":[]}]]',
  ])("has no key that reaches a prototype: %s", (text) => {
    expect(() => parseJsonText(text)).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        message: "A key cannot be called __proto__.",
        details: { field: "__proto__" },
      }),
    );
  });

  test.for(['"__proto__"', '{"a":"__proto__","b":null}', '{"proto":1}', '{"\\u005fproto":[1]}'])(
    "may speak of one: %s",
    (text) => {
      expect(parseJsonText(text)).toEqual(JSON.parse(text));
    },
  );

  test("that speaks of none may nest deeper", () => {
    const text = `${"[".repeat(100)}"proto"${"]".repeat(100)}`;
    expect(parseJsonText(text)).toEqual(JSON.parse(text));
  });

  test("that speaks of one nests forty levels deep at most", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}"__proto__"${"]".repeat(depth)}`;
    expect(() => parseJsonText(nested(41))).not.toThrow();
    expect(() => parseJsonText(nested(42))).toThrow("JSON may nest 40 levels deep.");
  });
});
