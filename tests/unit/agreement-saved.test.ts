import { expect, test } from "vitest";
import { csvOf } from "@/components/agreement/saved-files";
import { inTwoDigits, intervalOf, restsOn } from "@/lib/domain/agreement/wording";

test.for([
  { name: "leaves words as they are", cell: "Ana Lindqvist", expected: "Ana Lindqvist" },
  { name: "keeps a formula from being one", cell: "=1+1", expected: "'=1+1" },
  { name: "and whatever else begins one", cell: "@cmd", expected: "'@cmd" },
  { name: "quotes what has commas or quotes", cell: 'a,"b"', expected: '"a,""b"""' },
  { name: "quotes a formula with a comma", cell: "-A1,B1", expected: '"\'-A1,B1"' },
  { name: "has numbers below zero as numbers", cell: -0.25, expected: "-0.25" },
  { name: "has nothing as nothing", cell: null, expected: "" },
  {
    name: "says why there is no figure",
    cell: { undefined: "Nobody marked anything." },
    expected: "undefined: Nobody marked anything.",
  },
])("a CSV $name", ({ cell, expected }) => {
  expect(csvOf([[cell, 1]])).toBe(`${expected},1\r\n`);
});

test.for([
  { value: 0.8349, expected: "0.83" },
  { value: -0.126, expected: "−0.13" },
  { value: -0.001, expected: "0.00" },
  { value: 1, expected: "1.00" },
  { value: null, expected: "undefined" },
])("$value is written as $expected", ({ value, expected }) => {
  expect(inTwoDigits(value)).toBe(expected);
});

test("an interval is written with both ends, or not at all", () => {
  expect(intervalOf({ low: -0.2, high: 0.5 })).toBe("−0.20 to 0.50");
  expect(intervalOf({ low: null, high: 0.5 })).toBeNull();
});

test("what a figure rests on is counted in words", () => {
  expect(restsOn({ n: 1, n_unit: "token" })).toBe("1 word");
  expect(restsOn({ n: 12_034, n_unit: "span" })).toBe("12,034 spans");
});
