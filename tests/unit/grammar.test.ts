import { expect, test } from "vitest";
import { withArticle } from "@/lib/domain/grammar";

test.for([
  "a claim",
  "a denial",
  "an attribution",
  "an accusation",
  "an Event",
  "an opinion",
  "an unverified claim",
  "an unnamed source",
  "a unit",
  "a university",
  "a user",
  "a use of force",
  "a euphemism",
  "a one-sided report",
  "an onset",
  "an hour",
  "an honorific",
  "a host",
  "an admin",
  "a viewer",
  "a ادعا",
  "a ",
])("%s", (words) => {
  expect(withArticle(words.slice(words.indexOf(" ") + 1))).toBe(words);
});
