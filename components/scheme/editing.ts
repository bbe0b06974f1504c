import type { SchemeDraft } from "@/lib/domain/scheme-draft";

/** What the forms of the editor are given to change the draft with. */
export type Editing = {
  readonly draft: SchemeDraft;
  /**
   * @param what what is done, in words for the undo button; the same one again, as while typing, is taken back
   *   together with the one before
   */
  readonly change: (what: string, draft: SchemeDraft) => void;
  /** What is wrong at a place of the scheme: "labels.3.key". */
  readonly errorAt: (path: string) => string | null;
  /** Asks for the focus to go to what has this id in the page once it is drawn. */
  readonly focusOn: (id: string) => void;
};
