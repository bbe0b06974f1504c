import { expect, test } from "vitest";
import { beginsLike } from "@/lib/search/alike";

test.for([
  ["Élysée palace", "elysee P", true],
  ["the Élysée", "ély", true],
  ["the Élysée", "lysée", false],
  ["anything", "  ", true],
  ["وزارة الصحة", "الصحه", true],
  ["外交部发言人", "外交", true],
] as const)("%s begins like “%s”: %s", ([value, written, expected]) => {
  expect(beginsLike(value, written)).toBe(expected);
});
