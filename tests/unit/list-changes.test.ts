import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesBetween, counting, mapping } from "@/lib/domain/list-changes";

type Letter = { readonly letter: string };

/** One record for each letter, so that the same letter is the same record. */
const records = new Map([..."abcdefghij"].map((letter) => [letter, { letter }]));
const listOf = (letters: string): Letter[] => [...letters].flatMap((one) => records.get(one) ?? []);
const read = (list: readonly Letter[]) => list.map(({ letter }) => letter).join("");

test.for([
  { before: "abc", after: "abc", gone: "", come: "" },
  { before: "", after: "abc", gone: "", come: "abc" },
  { before: "abc", after: "", gone: "abc", come: "" },
  { before: "abcd", after: "abxd".replace("x", "e"), gone: "c", come: "e" },
  { before: "abcd", after: "ebcdf", gone: "a", come: "ef" },
  { before: "abcd", after: "abd", gone: "c", come: "" },
  { before: "abcd", after: "dcba", gone: "", come: "" },
])(
  "from “$before” to “$after”, “$gone” goes and “$come” comes",
  ({ before, after, gone, come }) => {
    const changes = changesBetween(listOf(before), listOf(after));
    expect([read(changes.gone), read(changes.come)]).toEqual([gone, come]);
  },
);

const lists = fc.array(fc.uniqueArray(fc.constantFrom(...records.values())), { maxLength: 8 });

describe("after any series of changes", () => {
  test("what was changed in the copy of a list makes it the list", () => {
    fc.assert(
      fc.property(lists, (versions) => {
        let copy = new Set<Letter>();
        let last: readonly Letter[] = [];
        for (const list of versions) {
          const { gone, come } = changesBetween(last, list);
          for (const record of gone) expect(copy.delete(record)).toBe(true);
          for (const record of come) expect(copy.has(record)).toBe(false);
          copy = new Set([...copy, ...come]);
          expect(copy).toEqual(new Set(list));
          last = list;
        }
      }),
    );
  });

  test("a list made of another is what would be made of it anew", () => {
    fc.assert(
      fc.property(lists, (versions) => {
        const upper = mapping(({ letter }: Letter) => letter.toUpperCase());
        for (const list of versions) {
          expect(upper(list)).toEqual(list.map(({ letter }) => letter.toUpperCase()));
          expect(upper(list)).toBe(upper(list));
        }
      }),
    );
  });

  test("the counts are those of the list", () => {
    fc.assert(
      fc.property(lists, (versions) => {
        const kindOf = ({ letter }: Letter) => (letter < "e" ? "early" : "late");
        const counted = counting(kindOf);
        for (const list of versions) {
          const kinds = Map.groupBy(list, kindOf);
          const expected = new Map([...kinds].map(([kind, all]) => [kind, all.length]));
          expect(new Map(counted(list))).toEqual(expected);
          expect(counted(list)).toBe(counted(list));
        }
      }),
    );
  });
});

test("of a list that changed, only what is new is made", () => {
  const made: string[] = [];
  const note = mapping(({ letter }: Letter) => made.push(letter));
  for (const letters of ["abcd", "abecd", "abcd", "abcdf"]) note(listOf(letters));
  expect(made.join("")).toBe("abcdef");
});
