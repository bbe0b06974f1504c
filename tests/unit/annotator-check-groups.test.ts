import { expect, test } from "vitest";
import { checkGroups } from "@/lib/annotator/check-groups";
import { Annotations } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { submitCheck } from "@/lib/domain/submit-check";
import { pictured, related } from "./annotator-page";

/** The groups as "heading: words (note); words", those that block with an exclamation mark. */
function told(picture: string, relations: readonly string[], required: readonly string[] = []) {
  const scheme = {
    ...defaultScheme,
    labels: defaultScheme.labels.map((label) => ({
      ...label,
      attributes: label.attributes.map((rule) =>
        required.includes(rule.name) ? { ...rule, required: true } : rule,
      ),
    })),
  };
  const { spans } = pictured(picture);
  const set = new Annotations({ spans, relations: relations.map(related) });
  return checkGroups(scheme, set, submitCheck(scheme, set)).map(
    ({ title, isBlocking, items }) =>
      `${isBlocking ? "!" : ""}${title}: ${items
        .map(
          ({ span, note }) => (span?.quote ?? "The article") + (note === null ? "" : ` (${note})`),
        )
        .join("; ")}`,
  );
}

test("each kind of advice has its heading, by what the scheme would have there", () => {
  expect(told("[d1:No], [c1:so], [a1:[a2:she]] and [a3:he] said", [])).toEqual([
    "Denial without claim: No",
    "Attribution without claim or denial: she; she; he",
    "Twice on the same words: she",
    "In no relation: so",
  ]);
});

test("what blocks comes first, with what is not set", () => {
  const relations = ["a1 source_of c1", "a1 source_of c2"];
  const required = ["certainty", "accused_actor"];
  expect(told("[a0:He], [c1:one] and [c2:two], [a1:she] said", relations, required)).toEqual([
    "!Required, and not set: one (certainty, accused actor); two (certainty, accused actor)",
    "Attribution without claim or denial: He",
  ]);
});

test("where nothing is found there is no group", () => {
  expect(told("[c1:so], [a1:she] said", ["a1 source_of c1"])).toEqual([]);
});
