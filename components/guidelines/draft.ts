import type { Guideline } from "@/lib/domain/guideline";

/** What somebody has written and not saved, as their browser keeps it. */
export type GuidelineDraft = {
  /** The version that it was made from; 0 for none. */
  readonly from: number;
  readonly content: Guideline;
  /** What changed. */
  readonly note: string;
  /** When it was kept last, ISO 8601. */
  readonly at: string;
};

const placeOf = ({ project, user }: { project: string; user: string }) =>
  `guidelines ${project} ${user}`;

/** The draft of a user in a project; null where there is none, or none that can be read. */
export function keptDraft(owner: { project: string; user: string }): GuidelineDraft | null {
  try {
    const kept: Partial<GuidelineDraft> | null = JSON.parse(
      localStorage.getItem(placeOf(owner)) ?? "null",
    );
    if (typeof kept?.from !== "number" || !Array.isArray(kept.content?.blocks)) return null;
    return { from: kept.from, content: kept.content, note: kept.note ?? "", at: kept.at ?? "" };
  } catch {
    return null;
  }
}

/** @returns whether the browser keeps it: it may keep nothing, or be full */
export function keepDraft(
  owner: { project: string; user: string },
  draft: GuidelineDraft | null,
): boolean {
  try {
    if (draft === null) localStorage.removeItem(placeOf(owner));
    else localStorage.setItem(placeOf(owner), JSON.stringify(draft));
    return true;
  } catch {
    return draft === null;
  }
}
