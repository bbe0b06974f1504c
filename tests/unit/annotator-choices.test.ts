import { expect, test } from "vitest";
import { fitting } from "@/lib/annotator/choices";

const choices = [
  { id: "1", words: "Next span" },
  { id: "2", words: "Undo" },
  { id: "3", words: "Find in the article" },
  { id: "4", words: "Spanish words" },
  { id: "5", words: "Próxima página" },
  { id: "6", words: "Appeal_to_fear" },
];

test.for([
  ["", "123456"],
  ["  ", "123456"],
  ["un", "2"],
  ["UNDO ", "2"],
  ["span", "41"],
  ["sp ne", "1"],
  ["article find", "3"],
  ["ndo", "2"],
  ["pag", "5"],
  ["próx", "5"],
  ["fear", "6"],
  ["xyz", ""],
  ["span xyz", ""],
] as const)("%j fits %s", ([typed, expected]) => {
  expect(
    fitting(choices, typed)
      .map(({ id }) => id)
      .join(""),
  ).toBe(expected);
});
