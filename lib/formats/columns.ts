/** What a column of a table holds. Every value may be missing, which is null. */
export type ColumnType =
  | "text"
  /** Of 32 bits, with a sign. */
  | "integer"
  | "number"
  | "boolean"
  /** In UTC, to the millisecond; ISO 8601 in a row. */
  | "time"
  /** Any value, as the JSON of it: for what differs from row to row. */
  | "json"
  | { readonly list: ColumnType }
  | { readonly fields: readonly Column[] };

/** A column of a table that datasets go out in. */
export type Column = {
  readonly name: string;
  /** What it is, in one sentence for people. */
  readonly about: string;
  readonly type: ColumnType;
};

/** A row by the names of its columns, each value of the column's type; what is missing is null. */
export type Row = Readonly<Record<string, unknown>>;
