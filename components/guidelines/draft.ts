import type { Guideline } from "@/lib/domain/guideline";
import { fromEditor, toEditor } from "@/lib/editor/guideline-document";

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

/** Whose draft of which project: there is one, for all windows of a browser. */
export type DraftOwner = { readonly project: string; readonly user: string };

const placeOf = ({ project, user }: DraftOwner) => `guidelines ${project} ${user}`;

/** The draft of a user in a project; null where there is none, or none that the editor can take. */
export function keptDraft(owner: DraftOwner): GuidelineDraft | null {
  try {
    const kept: Partial<GuidelineDraft> | null = JSON.parse(
      localStorage.getItem(placeOf(owner)) ?? "null",
    );
    if (typeof kept?.from !== "number" || !kept.content) return null;
    const { from, note = "", at = "" } = kept;
    // It may have been kept when guidelines had another shape.
    return { from, content: asWritten(kept.content), note, at };
  } catch {
    return null;
  }
}

/** As it would come back out of the editor, to be compared with what does. */
export function asWritten(content: Guideline): Guideline {
  return fromEditor(toEditor(content));
}

/** @returns whether the browser keeps it: it may keep nothing, or be full */
export function keepDraft(owner: DraftOwner, draft: GuidelineDraft): boolean {
  try {
    localStorage.setItem(placeOf(owner), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** Removes the draft that was kept at a time (ISO 8601), unless another window has kept one since. */
export function dropDraft(owner: DraftOwner, at: string): void {
  try {
    if (keptDraft(owner)?.at === at) localStorage.removeItem(placeOf(owner));
  } catch {
    // A browser that keeps nothing has nothing to remove.
  }
}
