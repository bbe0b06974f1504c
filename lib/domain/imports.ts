/** How far an import is: `receiving` while its files arrive, `queued` until a job takes it. */
export const importStates = ["receiving", "queued", "running", "done", "failed"] as const;

/** What became of one item of an import. */
export const importOutcomes = ["created", "updated", "unchanged", "rejected"] as const;
export type ImportOutcome = (typeof importOutcomes)[number];

/**
 * What an article can have lost on its way in. They are part of the API: a client may branch on them,
 * so a code is never renamed.
 */
export const warningCodes = [
  /** A date that is none: the article has no date. */
  "unreadable_date",
  /** A value of a known field that is no text, or one that cannot be kept. */
  "unreadable_field",
  /** A key that stands more than once, or says something that another key says too. */
  "repeated_field",
  /** Spans, labels, relations or notes of a shape that is not read. */
  "annotations_left_out",
  /** One span that cannot be kept, such as one whose label the scheme has not. */
  "span_left_out",
  /** One relation that cannot be kept. */
  "relation_left_out",
  /** A key, an attribute or its value that there is not here: what it belongs to is in without it. */
  "detail_left_out",
  /** Nothing, perhaps: the file does not say what its offsets count, and it was found out by where words end. */
  "offsets_in_doubt",
  /** Template code, or other markup that has no text of its own. */
  "markup_left_out",
  /** Nothing of the article: what stands around it on its page, such as menus and comments. */
  "page_parts_left_out",
  /** Nothing, perhaps: a page says that not everybody may read all of it. */
  "perhaps_incomplete",
  /** Nothing: a page says that it is in another encoding than UTF-8, and was read in that. */
  "other_encoding",
  /** Another article of the project has the same text. */
  "same_text",
  /** There are more warnings than are kept. */
  "more",
] as const;
export type WarningCode = (typeof warningCodes)[number];

/** What a file has names for that the scheme may not have. */
export const nameKinds = ["label", "relation", "attribute"] as const;
export type NameKind = (typeof nameKinds)[number];

/** A name that an article has and the scheme has not, and on how many spans, relations or holders of attributes. */
export type UnknownName = {
  readonly kind: NameKind;
  readonly name: string;
  readonly count: number;
};

/**
 * What offsets of a format count: code points, as here; UTF-16 code units, as in JavaScript and Java; grapheme
 * clusters, as one sees them; or bytes of UTF-8.
 */
export const offsetUnits = ["code_point", "utf16", "grapheme", "utf8"] as const;
export type OffsetUnit = (typeof offsetUnits)[number];

/** What a column of a table may be taken for: a field of the article, or one more key of its `meta`. */
export const columnMeanings = [
  "text",
  "title",
  "publisher",
  "author",
  "url",
  "published_at",
  "language",
  "source_id",
  "meta",
] as const;
export type ColumnMeaning = (typeof columnMeanings)[number];

/** What may divide the cells of a table, the likeliest first. */
export const tableDelimiters = [",", "\t", ";", "|"] as const;
export type TableDelimiter = (typeof tableDelimiters)[number];

/** What may stand around a cell: one of these, or nothing. */
export const tableQuotes = ['"', "'", ""] as const;
export type TableQuote = (typeof tableQuotes)[number];

/**
 * Encodings that a file may be said to be in, as the Encoding Standard names them; there iso-8859-1 is another name
 * of windows-1252, and iso-8859-9 of windows-1254.
 */
export const encodings = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "windows-1251",
  "windows-1250",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "windows-1258",
  "windows-874",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-3",
  "iso-8859-4",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-9",
  "iso-8859-10",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "iso-8859-16",
  "koi8-r",
  "koi8-u",
  "ibm866",
  "macintosh",
  "x-mac-cyrillic",
  "gb18030",
  "big5",
  "shift_jis",
  "euc-jp",
  "euc-kr",
] as const;
export type Encoding = (typeof encodings)[number];
