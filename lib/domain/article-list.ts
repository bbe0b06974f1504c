/** How the articles of a project may be ordered. */
export const articleSorts = ["newest", "oldest", "published", "title"] as const;
export type ArticleSort = (typeof articleSorts)[number];

/** The reader's own work on an article's current text. */
export const ownStates = ["new", "open", "submitted", "skipped"] as const;
export type OwnState = (typeof ownStates)[number];

/** What asks for the work of one person alone. */
export const workStates = [...ownStates, "assigned", "returned"] as const;

/**
 * What the articles of a project may be picked by: `new`, `open`, `submitted` and `skipped` by the work on
 * the current text, and `assigned` and `returned` by the rounds, of the reader or of whom the list is asked
 * about; `compared` by two reviewers having submitted the current text, of whom one marked something
 * (with the label, if one is asked for); `flagged`, `annotated` and `unannotated` by any work that the reader may see.
 */
export const articleStates = [
  ...workStates,
  "compared",
  "flagged",
  "annotated",
  "unannotated",
] as const;
export type ArticleState = (typeof articleStates)[number];

/** The longest query that is read, in UTF-16 units. */
export const MAX_QUERY_LENGTH = 500;

/** Articles are counted up to here: nobody reads more than "1,000+" out of a larger number. */
export const MOST_COUNTED = 1000;
