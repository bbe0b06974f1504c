import type { ArticleState } from "@/lib/domain/article-list";

/** What articles are picked by, as the reader is told. */
export const stateWords: Record<ArticleState, string> = {
  new: "New to me",
  open: "Open, not submitted",
  submitted: "Submitted by me",
  skipped: "Skipped by me",
  assigned: "Assigned to me",
  returned: "Returned to me",
  compared: "Submitted by several",
  flagged: "Flagged",
  annotated: "With labels",
  unannotated: "Without labels",
};

/** The same where it is the state of somebody else's work. */
export const stateOfOthers = (state: ArticleState) => stateWords[state].replace(/ (by|to) me$/, "");
