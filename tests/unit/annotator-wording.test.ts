import { expect, test } from "vitest";
import { summaryOf } from "@/lib/annotator/wording";
import { defaultScheme } from "@/lib/domain/scheme";

const summary = (label: string, attributes: Record<string, string>) =>
  summaryOf(defaultScheme, { id: "s", label, quote: "x", fragments: [], attributes });

test("a yes or no is named, in the scheme's order", () => {
  expect(summary("claim", { check_worthy: "yes", polarity: "positive" })).toEqual([
    "positive",
    "check worthy",
  ]);
  expect(summary("claim", { check_worthy: "no" })).toEqual(["not check worthy"]);
});

test("what was typed stays as it is", () => {
  expect(summary("attribution", { source: "@port_news", cue: "according_to" })).toEqual([
    "@port_news",
    "according to",
  ]);
  expect(summary("claim", { accused_actor: "yes" })).toEqual(["yes"]);
});
