// How much one annotation set may hold, one request, and one import.

/**
 * The most files of one import, or of an archive in it: a hundred thousand articles have as many files of marks, and some of
 * both.
 */
export const MAX_IMPORT_FILES = 250_000;

/** The longest note on an article, in UTF-16 units. */
export const MAX_NOTE_LENGTH = 20_000;

/** The longest reason for skipping or flagging an article, in code points. */
export const MAX_REASON_LENGTH = 1000;

/** The longest value of a text attribute, in UTF-16 units. */
export const MAX_ATTRIBUTE_LENGTH = 1000;

/** The most fragments of one span: more is a mistake, not reported speech. */
export const MAX_FRAGMENTS = 100;

/** The most operations of one batch: a copied set of annotations is sent in a few of these. */
export const MAX_BATCH = 500;

/**
 * The most spans of reviewers that one decision is about, and the most of gold that they come to; the longest reason
 * and the longest comment on one, in UTF-16 units.
 */
export const MAX_DECISION_SOURCES = 500;
export const MAX_DECISION_SPANS = 100;
export const MAX_REASON_OF_DECISION = 2000;
export const MAX_COMMENT_LENGTH = 2000;

/** The most words of reported speech that a project may add, and the most code points of each. */
export const MAX_CUES = 500;
export const MAX_CUE_LENGTH = 100;

/** The most creators that a dataset names, and the longest description and citation, in code points. */
export const MAX_CREATORS = 200;
export const MAX_PUBLISHING_LENGTH = 5000;

/** The most articles that one request deletes or restores. */
export const MAX_ARTICLES_AT_ONCE = 1000;

/** The largest whole number that a column of the database holds. */
export const MAX_INT = 2 ** 31 - 1;

/** How many labels a scheme may have. */
export const MAX_LABELS = 200;

/** How many relation types it may have, and how many attributes a label, a relation or an article. */
export const MAX_RELATION_TYPES = 30;
export const MAX_ATTRIBUTES = 30;

/** How many values a choice may have. */
export const MAX_CHOICES = 50;

/** The longest definition of a label, a relation or an attribute, or example, in UTF-16 units. */
export const MAX_DEFINITION_LENGTH = 2000;

/** How many examples a label may have. */
export const MAX_EXAMPLES = 20;

/** The longest name of a group of labels, in UTF-16 units. */
export const MAX_GROUP_LENGTH = 80;

/**
 * How much the guidelines of a project may hold: blocks, lines (items and cells are some too), code points of
 * all their words, levels of lists.
 */
export const MAX_GUIDELINE_BLOCKS = 2000;
export const MAX_GUIDELINE_LINES = 20_000;
export const MAX_GUIDELINE_LENGTH = 200_000;
export const MAX_LIST_DEPTH = 4;

/** The most rows and columns of a table in guidelines. */
export const MAX_TABLE_ROWS = 200;
export const MAX_TABLE_COLUMNS = 12;

/** The longest example in guidelines, in code points, and the most spans that it shows. */
export const MAX_EXAMPLE_LENGTH = 2000;
export const MAX_EXAMPLE_SPANS = 100;

/** The longest address of a link in guidelines, in UTF-16 units. */
export const MAX_LINK_LENGTH = 2000;

/** The longest note of what changed with a version of the guidelines, in code points. */
export const MAX_CHANGE_NOTE_LENGTH = 1000;
