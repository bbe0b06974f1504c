import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writeColumn } from "hyparquet-writer/src/column.js";
import { ParquetWriter } from "hyparquet-writer/src/parquet-writer.js";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import type { Column, ColumnType, Row } from "./columns";

/**
 * A row group ends with the row that brings it to about so many bytes in memory, or is its last. It is what a writer
 * holds, several times over, and what a reader takes at once.
 */
const GROUP_SIZE = 4 * 1024 * 1024;

/** What a text takes besides its characters, and what a place without a value does, in bytes: words are short. */
const TEXT_OVERHEAD = 24;
const GAP = 8;
const GROUP_ROWS = 20_000;

/** Values of a column that differ are listed once, as long as the list has no more bytes than this. */
const DICTIONARY_SIZE = 256 * 1024;

/** What the writer takes a column for. */
type ColumnEncoder = Parameters<typeof writeColumn>[0]["column"];
type PageData = Parameters<typeof writeColumn>[0]["pageData"];

/** An element of a Parquet schema. */
type SchemaElement = ColumnEncoder["element"];

/** A column of a row group is divided into pages of about so many bytes. */
const PAGE_SIZE = 1024 * 1024;

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
  readonly #columns: readonly Node[];
  readonly #leaves: Leaf[] = [];
  readonly #bytes = new TakenBytes();
  readonly #file: ParquetWriter;
  readonly #pending: Pending = { rows: 0, size: 0 };

  /** @param columns at least one; structs in them have at least one field, since Parquet has none without */
  constructor(columns: readonly Column[]) {
    const schema = parquetSchema(columns);
    this.#file = new ParquetWriter({ writer: this.#bytes, schema, createdBy: CREATED_BY });
    const path: Place = { elements: schema.slice(0, 1), repeated: 0, defined: 0 };
    this.#columns = columns.map(({ name, type }) => this.#node(name, type, path));
  }

  /** @returns bytes of the file that are ready; often none */
  add(row: Row): Uint8Array {
    for (const column of this.#columns) column.put(column.of(row), 0);
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
    const started = this.#bytes.offset;
    const columns = this.#leaves.map((leaf) => {
      const pageData = leaf.take();
      const written = writeColumn({
        writer: this.#bytes,
        column: {
          ...leaf.column,
          codec: isSmallerCompressed(pageData.values) ? "SNAPPY" : "UNCOMPRESSED",
          compressors: { SNAPPY: snappyCompress },
          pageSize: PAGE_SIZE,
          dictionarySize: DICTIONARY_SIZE,
          columnIndex: false,
          offsetIndex: true,
        },
        pageData,
      });
      this.#file.pendingIndexes.push(written);
      return written.chunk;
    });
    const num_rows = BigInt(this.#pending.rows);
    this.#file.row_groups.push({
      columns,
      total_byte_size: columns.reduce(
        (sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n),
        0n,
      ),
      total_compressed_size: BigInt(this.#bytes.offset - started),
      num_rows,
    });
    this.#file.num_rows += num_rows;
    this.#pending.rows = 0;
    this.#pending.size = 0;
  }

  /** What puts values of a type into the leaves below it, which it makes. */
  #node(name: string, type: ColumnType, above: Place): Node {
    const [element, inner] = elementsOf(name, type);
    if (!element) throw new Error(`${name} has no place in the schema.`);
    const defined = above.defined + 1;
    const place = { ...above, elements: [...above.elements, element], defined };
    if (typeof type === "string") {
      const leaf = new Leaf(name, type, place, this.#pending);
      this.#leaves.push(leaf);
      return leaf;
    }
    if ("fields" in type) {
      return new StructNode(
        name,
        type.fields.map((field) => this.#node(field.name, field.type, place)),
        above.defined,
      );
    }
    if (!inner) throw new Error(`${name} has no place for its elements.`);
    const within = {
      elements: [...place.elements, inner],
      repeated: above.repeated + 1,
      defined: defined + 1,
    };
    return new ListNode(name, this.#node("element", type.list, within), within);
  }
}

/** So much of a column of text tells whether compressing it is worth the time, in bytes; and how small it must become. */
const SAMPLE = 16 * 1024;
const SMALLER = 0.9;

/** False for texts such as ids, which take as long to compress as all others and hardly become smaller. */
function isSmallerCompressed(values: PageData["values"]): boolean {
  let sample = "";
  for (let at = 0; at < values.length && sample.length < SAMPLE; at += 1) {
    const value = values[at];
    if (value === undefined) continue;
    if (typeof value !== "string") return true;
    sample += value;
  }
  const bytes = utf8.encode(sample.slice(0, SAMPLE));
  return snappyCompress(bytes).length <= bytes.length * SMALLER;
}

const utf8 = new TextEncoder();

type Pending = { rows: number; size: number };

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

/** Where in the schema something is: what it lies in, and how much of that is repeated, and may be missing. */
type Place = {
  readonly elements: readonly SchemaElement[];
  readonly repeated: number;
  readonly defined: number;
};

/** Takes rows apart: Parquet keeps each leaf of a nested row in a column of its own (Dremel). */
abstract class Node {
  /** Every object has something under names such as "constructor". */
  readonly #isInherited: boolean;

  constructor(readonly name: string) {
    this.#isInherited = name in Object.prototype;
  }

  /** What a row has under the name by itself. */
  of(row: Row): unknown {
    return this.#isInherited && !Object.hasOwn(row, this.name) ? undefined : row[this.name];
  }

  /** @param repeated the innermost list in which the value is not the first; 0 for a new row */
  abstract put(value: unknown, repeated: number): void;

  /** Says to all leaves below that nothing is there from some level on. */
  abstract miss(repeated: number, defined: number): void;
}

class StructNode extends Node {
  constructor(
    name: string,
    readonly fields: readonly Node[],
    /** Of what it lies in. */
    readonly defined: number,
  ) {
    super(name);
  }

  put(value: unknown, repeated: number): void {
    if (value === null || value === undefined) {
      this.miss(repeated, this.defined);
      return;
    }
    if (typeof value !== "object") throw notOf(this.name, "a struct");
    const row = value as Row; // an object has values by names
    for (const field of this.fields) field.put(field.of(row), repeated);
  }

  miss(repeated: number, defined: number): void {
    for (const field of this.fields) field.miss(repeated, defined);
  }
}

class ListNode extends Node {
  constructor(
    name: string,
    readonly element: Node,
    /** Of what is in the list. */
    readonly within: Place,
  ) {
    super(name);
  }

  put(value: unknown, repeated: number): void {
    const { defined } = this.within;
    if (value === null || value === undefined) {
      this.element.miss(repeated, defined - 2);
      return;
    }
    if (!Array.isArray(value)) throw notOf(this.name, "a list");
    if (value.length === 0) this.element.miss(repeated, defined - 1);
    for (let at = 0; at < value.length; at += 1) {
      this.element.put(value[at], at === 0 ? repeated : this.within.repeated);
    }
  }

  miss(repeated: number, defined: number): void {
    this.element.miss(repeated, defined);
  }
}

class Leaf extends Node {
  readonly column: Pick<ColumnEncoder, "columnName" | "element" | "schemaPath" | "stats">;
  readonly #convert: Convert;
  readonly #isRepeated: boolean;
  readonly #defined: number;
  #values: unknown[] = [];
  readonly #definitions = new Levels();
  readonly #repetitions = new Levels();

  constructor(
    name: string,
    type: Extract<ColumnType, string>,
    { elements, repeated, defined }: Place,
    readonly pending: Pending,
  ) {
    super(name);
    const element = elements.at(-1);
    if (!element) throw new Error(`${name} has no place in the schema.`);
    const schemaPath = [...elements];
    const names = schemaPath.slice(1).map((one) => one.name);
    // Of words, the least and the greatest mean nothing; of whole articles they take long to find.
    const stats = type !== "text" && type !== "json";
    this.column = { columnName: names.join("."), element, schemaPath, stats };
    this.#convert = converters[type];
    this.#isRepeated = repeated > 0;
    this.#defined = defined;
  }

  put(value: unknown, repeated: number): void {
    if (value === null || value === undefined) {
      this.miss(repeated, this.#defined - 1);
      return;
    }
    this.#values.push(this.#convert(value, this));
    this.#definitions.push(this.#defined);
    if (this.#isRepeated) this.#repetitions.push(repeated);
  }

  miss(repeated: number, defined: number): void {
    this.#values.push(undefined);
    this.pending.size += GAP;
    this.#definitions.push(defined);
    if (this.#isRepeated) this.#repetitions.push(repeated);
  }

  /** What was put since it was last asked. To be used before the next is put. */
  take(): PageData {
    const values = this.#values;
    this.#values = [];
    return {
      values,
      definitionLevels: this.#definitions.take(),
      repetitionLevels: this.#repetitions.take(),
      maxDefinitionLevel: this.#defined,
    };
  }
}

/** Levels of Dremel, a byte each: as numbers of a list, those of a row group keep the garbage collector busy. */
class Levels {
  #bytes = new Uint8Array(1024);
  #count = 0;

  push(level: number): void {
    if (this.#count === this.#bytes.length) {
      const larger = new Uint8Array(this.#count * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#count] = level;
    this.#count += 1;
  }

  /** All of them, until the next is pushed. */
  take(): number[] {
    const taken = this.#bytes.subarray(0, this.#count);
    this.#count = 0;
    return taken as unknown as number[]; // the writer slices and indexes it, as it does a list
  }
}

/** A value as Parquet's writer takes it. Adds about how many bytes it has to what is pending. */
type Convert = (value: unknown, leaf: Pick<Leaf, "name" | "pending">) => unknown;

const converters: Record<Extract<ColumnType, string>, Convert> = {
  text: (value, { name, pending }) => {
    if (typeof value !== "string") throw notOf(name, "text");
    pending.size += value.length + TEXT_OVERHEAD;
    return value;
  },
  json: (value, { pending }) => {
    const json = JSON.stringify(value);
    pending.size += json.length + TEXT_OVERHEAD;
    return json;
  },
  integer: (value, { name, pending }) => {
    if (typeof value !== "number" || (value | 0) !== value) throw notOf(name, "an integer");
    pending.size += 4;
    return value;
  },
  number: (value, { name, pending }) => {
    if (typeof value !== "number") throw notOf(name, "a number");
    pending.size += 8;
    return value;
  },
  boolean: (value, { name, pending }) => {
    if (typeof value !== "boolean") throw notOf(name, "a boolean");
    pending.size += 1;
    return value;
  },
  time: (value, { name, pending }) => {
    const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw notOf(name, "a time");
    pending.size += 8;
    return BigInt(time);
  },
};

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
