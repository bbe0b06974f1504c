import type { LabelRule, Scheme } from "./scheme";

/** Labels that are listed under one heading, in the scheme's order. */
export type LabelGroup = {
  /** As the scheme has it; null for those that are listed under none. */
  readonly group: string | null;
  readonly labels: readonly LabelRule[];
};

/** The labels of a scheme by what they are listed under, in the order in which each comes up first. */
export function labelGroups({ labels }: Pick<Scheme, "labels">): LabelGroup[] {
  const groups = Map.groupBy(labels, ({ group }) => group ?? null);
  return [...groups].map(([group, of]) => ({ group, labels: of }));
}

/** What a group is called on a page: the rest only where there are others. */
export function groupTitle({ group }: LabelGroup, groups: readonly LabelGroup[]): string {
  return group ?? (groups.length === 1 ? "Labels" : "Without a group");
}
