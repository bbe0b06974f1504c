import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { ParquetWriter } from "hyparquet-writer/src/parquet-writer.js";
import type { Column, ColumnType, Row } from "./columns";

/**
 * A row group ends with the row that brings it to so many characters, or is its last. It is what a writer holds
 * in memory, several times over, and what a reader takes at once.
 */
const GROUP_SIZE = 8 * 1024 * 1024;
const GROUP_ROWS = 20_000;

/** Values of a column that differ are listed once, as long as the list has no more bytes than this. */
const DICTIONARY_SIZE = 256 * 1024;

/** An element of a Parquet schema. */
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Written into each file; without a version, so that the same rows make the same bytes tomorrow. */
const CREATED_BY = "gainsay";

/**
 * Writes rows as a Parquet file, a row group at a time. The same columns and rows make the same bytes.
 *
 * JSON is written as text, because not all readers know Parquet's own type for it; every column may have nulls; a
 * struct that is missing is told from one whose fields all are.
 *
 * @throws TypeError for a value that is not of its column's type: that is a defect of whoever made the row
 */
export class ParquetRows {
  readonly #columns: readonly (Column & { readonly convert: Convert })[];
  readonly #bytes = new TakenBytes();
  readonly #file: ParquetWriter;
  /** What the next row group has so far, by column. */
  #values: unknown[][];
  readonly #pending: Pending = { rows: 0, size: 0 };

  /** @param columns at least one; structs in them have at least one field, since Parquet has none without */
  constructor(columns: readonly Column[]) {
    this.#columns = columns.map((column) => ({ ...column, convert: converter(column) }));
    this.#values = columns.map(() => []);
    this.#file = new ParquetWriter({
      writer: this.#bytes,
      schema: parquetSchema(columns),
      createdBy: CREATED_BY,
    });
  }

  /** @returns bytes of the file that are ready; often none */
  add(row: Row): Uint8Array {
    for (const [at, { name, convert }] of this.#columns.entries()) {
      this.#values[at]?.push(convert(ownValue(row, name), this.#pending));
    }
    this.#pending.rows += 1;
    const { rows, size } = this.#pending;
    if (rows >= GROUP_ROWS || size >= GROUP_SIZE) this.#endGroup();
    return this.#bytes.take();
  }

  /** @returns the rest of the file; it has no more rows */
  end(): Uint8Array {
    if (this.#pending.rows > 0) this.#endGroup();
    this.#file.finish();
    return this.#bytes.take();
  }

  #endGroup(): void {
    const columnData = this.#columns.map(({ name }, at) => ({
      name,
      data: this.#values[at] ?? [],
      // Of words, the least and the greatest mean nothing; of whole articles they take long to find.
      statistics: isOrdered(this.#columns[at]?.type),
    }));
    this.#file.write({
      columnData,
      rowGroupSize: this.#pending.rows,
      dictionarySize: DICTIONARY_SIZE,
    });
    this.#values = this.#columns.map(() => []);
    this.#pending.rows = 0;
    this.#pending.size = 0;
  }
}

type Pending = { rows: number; size: number };

/** A value as Parquet's writer takes it. Adds about how many characters it has. */
type Convert = (value: unknown, pending: Pending) => unknown;

/** Gives its bytes away as they come. */
class TakenBytes extends ByteWriter {
  take(): Uint8Array {
    const taken = this.getBytes();
    if (taken.length === 0) return taken;
    this.buffer = new ArrayBuffer(1024);
    this.view = new DataView(this.buffer);
    this.index = 0;
    return taken;
  }
}

/** What is under a name by itself: no column is called as what every object has ("constructor"). */
const ownValue = (row: Row, name: string): unknown =>
  Object.hasOwn(row, name) ? row[name] : undefined;

const isOrdered = (type: ColumnType | undefined) =>
  type === "integer" || type === "number" || type === "time";

function converter({ name, type }: Column): Convert {
  const convert = typeof type === "string" ? simpleConverter(name, type) : nested(name, type);
  return (value, pending) =>
    value === null || value === undefined ? null : convert(value, pending);
}

function nested(name: string, type: Exclude<ColumnType, string>): Convert {
  if ("list" in type) {
    const convert = converter({ name, about: "", type: type.list });
    return (value, pending) => {
      if (!Array.isArray(value)) throw notOf(name, "a list");
      return value.map((one: unknown) => convert(one, pending));
    };
  }
  const fields = type.fields.map((field) => ({ name: field.name, convert: converter(field) }));
  return (value, pending) => {
    if (typeof value !== "object" || value === null) throw notOf(name, "a struct");
    const row = value as Row; // an object has values by names
    const converted: Record<string, unknown> = Object.create(null);
    for (const field of fields) {
      converted[field.name] = field.convert(ownValue(row, field.name), pending);
    }
    return converted;
  };
}

function simpleConverter(name: string, type: Extract<ColumnType, string>): Convert {
  switch (type) {
    case "text":
      return (value, pending) => {
        if (typeof value !== "string") throw notOf(name, "text");
        pending.size += value.length + 4;
        return value;
      };
    case "json":
      return (value, pending) => {
        const json = JSON.stringify(value);
        pending.size += json.length + 4;
        return json;
      };
    case "integer":
      return (value, pending) => {
        if (typeof value !== "number" || (value | 0) !== value) throw notOf(name, "an integer");
        pending.size += 4;
        return value;
      };
    case "number":
      return (value, pending) => {
        if (typeof value !== "number") throw notOf(name, "a number");
        pending.size += 8;
        return value;
      };
    case "boolean":
      return (value, pending) => {
        if (typeof value !== "boolean") throw notOf(name, "a boolean");
        pending.size += 1;
        return value;
      };
    case "time":
      return (value, pending) => {
        const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
        if (Number.isNaN(time)) throw notOf(name, "a time");
        pending.size += 8;
        return BigInt(time);
      };
  }
}

const notOf = (name: string, what: string) => new TypeError(`A value of ${name} is not ${what}.`);

/** The schema of a file with such columns, as a flat list in which what is nested follows what it is in. */
export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.flatMap(({ name, type }) => elementsOf(name, type)),
  ];
}

function elementsOf(name: string, type: ColumnType): SchemaElement[] {
  const optional = { name, repetition_type: "OPTIONAL" } as const;
  if (typeof type === "string") return [{ ...optional, ...primitives[type] }];
  if ("list" in type) {
    return [
      { ...optional, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...elementsOf("element", type.list),
    ];
  }
  return [
    { ...optional, num_children: type.fields.length },
    ...type.fields.flatMap((field) => elementsOf(field.name, field.type)),
  ];
}

type Primitive = Pick<SchemaElement, "type" | "converted_type" | "logical_type">;

const text: Primitive = {
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
};

const primitives: Record<Extract<ColumnType, string>, Primitive> = {
  text,
  json: text,
  integer: { type: "INT32" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
};
