import { expect, test } from "vitest";
import { groupTitle, labelGroups } from "@/lib/domain/label-groups";
import { defaultScheme, type LabelRule } from "@/lib/domain/scheme";

const label = (name: string, group?: string): LabelRule => ({
  name,
  letter: "L",
  overlap: false,
  attributes: [],
  ...(group === undefined ? {} : { group }),
});

test("labels are listed by what they are under, in the scheme's order", () => {
  const labels = [label("a", "One"), label("b"), label("c", "Two"), label("d", "One"), label("e")];
  const groups = labelGroups({ labels });
  expect(
    groups.map((group) => [groupTitle(group, groups), group.labels.map(({ name }) => name)]),
  ).toEqual([
    ["One", ["a", "d"]],
    ["Without a group", ["b", "e"]],
    ["Two", ["c"]],
  ]);
});

test("where there are no groups, all are just labels", () => {
  const groups = labelGroups(defaultScheme);
  expect(groups.map((group) => groupTitle(group, groups))).toEqual(["Labels"]);
});
