import { type SchemeDraft, schemeOfDraft } from "@/lib/domain/scheme-draft";

/** A scheme that somebody is editing, as their browser keeps it. */
export type KeptDraft = {
  /** The version that it was made from. */
  readonly from: number;
  readonly draft: SchemeDraft;
  /** What changed. */
  readonly note: string;
  /** When it was kept last, ISO 8601. */
  readonly at: string;
};

/** Whose draft of which project: there is one, for all windows of a browser. */
export type DraftOwner = { readonly project: string; readonly user: string };

const placeOf = ({ project, user }: DraftOwner) => `scheme ${project} ${user}`;

/** The draft of a user in a project; null where there is none, or none that can be read any more. */
export function keptDraft(owner: DraftOwner): KeptDraft | null {
  try {
    const kept: Partial<KeptDraft> | null = JSON.parse(
      localStorage.getItem(placeOf(owner)) ?? "null",
    );
    if (typeof kept?.from !== "number" || !kept.draft) return null;
    // It may have been kept when drafts had another shape.
    schemeOfDraft(kept.draft);
    const { from, draft, note = "", at = "" } = kept;
    return { from, draft, note, at };
  } catch {
    return null;
  }
}

/** @returns whether the browser keeps it: it may keep nothing, or be full */
export function keepDraft(owner: DraftOwner, kept: KeptDraft): boolean {
  try {
    localStorage.setItem(placeOf(owner), JSON.stringify(kept));
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
