import { capitalised } from "@/lib/domain/grammar";
import type { Annotations } from "@/lib/domain/operation";
import type { Scheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import { type Finding, isBlocking } from "@/lib/domain/submit-check";
import { readable } from "./wording";

/** Findings of one kind, under a heading. */
export type CheckGroup = {
  readonly title: string;
  /** It keeps the set from being submitted. */
  readonly isBlocking: boolean;
  readonly items: readonly {
    /** Null for the article as a whole. */
    readonly span: Span | null;
    /** What is wrong with this one beyond the heading; null for nothing. */
    readonly note: string | null;
  }[];
};

/** The kinds in the order they are listed in, the likeliest slips first. */
const kinds: readonly Finding["kind"][] = [
  "required_unset",
  "leads_nowhere",
  "same_words",
  "touches_nothing",
];

/** What a check before submitting has found, as people read it: what blocks first, each kind in text order. */
export function checkGroups(
  scheme: Scheme,
  set: Annotations,
  findings: readonly Finding[],
): CheckGroup[] {
  const listed = kinds.flatMap((kind) => findings.filter((finding) => finding.kind === kind));
  const groups = Map.groupBy(listed, (finding) => titleOf(scheme, set, finding));
  return [...groups].map(([title, found]) => ({
    title,
    isBlocking: found.some(isBlocking),
    items: found.flatMap((finding) => {
      const span = finding.span === null ? null : set.spans.get(finding.span);
      return span === undefined ? [] : [{ span, note: noteOf(set, finding) }];
    }),
  }));
}

function titleOf(scheme: Scheme, set: Annotations, finding: Finding): string {
  switch (finding.kind) {
    case "required_unset":
      return "Required, and not set";
    case "leads_nowhere": {
      const label = set.spans.get(finding.span)?.label ?? "";
      const to = scheme.relations.find(({ name }) => name === finding.relation)?.to ?? [];
      return `${capitalised(readable(label))} without ${to.map(readable).join(" or ")}`;
    }
    case "touches_nothing":
      return "In no relation";
    case "same_words":
      return "Twice on the same words";
  }
}

function noteOf(set: Annotations, finding: Finding): string | null {
  if (finding.kind !== "required_unset") return null;
  const names = finding.attributes.map(readable).join(", ");
  const relation = finding.relation === undefined ? null : set.relations.get(finding.relation);
  return relation ? `${readable(relation.type)}: ${names}` : names;
}
