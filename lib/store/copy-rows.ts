import { finished } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Range } from "@/lib/domain/text";
import { inOurWords } from "./trouble";

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");

/** Microseconds from 1970, where JavaScript counts from, to 2000, where PostgreSQL does. */
const EPOCH = 946_684_800_000_000n;

/** The letters of a UUID as it is written, with its four dashes, which stand between pairs of digits. */
const UUID_LENGTH = 36;
const DASH = 45;

/** What hexadecimal digits stand for, by their code. */
const hexDigits = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 0 : value;
});

/**
 * Buffers that were sent, to be filled again: new ones for every batch would keep the garbage
 * collector busier than the rows themselves.
 */
const spare: Buffer[] = [];
const MOST_SPARE = 8;
const LARGEST_SPARE = 8 * 1024 * 1024;

/**
 * Rows for COPY in PostgreSQL's binary format, which needs no escaping on either side. Fields are
 * written in the order of the columns; each method writes one, null as SQL's null.
 *
 * Source: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export class CopyRows {
  #bytes = spare.pop() ?? Buffer.allocUnsafe(256 * 1024);
  #at = 0;
  #rows = 0;
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
    SIGNATURE.copy(this.#bytes);
    this.#at = SIGNATURE.length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Begins the next row. */
  row(): this {
    this.#need(2);
    this.#at = this.#bytes.writeInt16BE(this.#columns, this.#at);
    this.#rows += 1;
    return this;
  }

  null(): this {
    this.#need(4);
    this.#at = this.#bytes.writeInt32BE(-1, this.#at);
    return this;
  }

  int(value: number | null): this {
    if (value === null) return this.null();
    this.#need(8);
    this.#bytes.writeInt32BE(4, this.#at);
    this.#at = this.#bytes.writeInt32BE(value, this.#at + 4);
    return this;
  }

  boolean(value: boolean): this {
    this.#need(5);
    this.#bytes.writeInt32BE(1, this.#at);
    this.#bytes[this.#at + 4] = value ? 1 : 0;
    this.#at += 5;
    return this;
  }

  uuid(value: string | null): this {
    if (value === null) return this.null();
    this.#need(20);
    this.#bytes.writeInt32BE(16, this.#at);
    let at = this.#at + 4;
    for (let digit = 0; digit < UUID_LENGTH; digit += 2) {
      if (value.charCodeAt(digit) === DASH) digit += 1;
      const high = hexDigits[value.charCodeAt(digit)] ?? 0;
      this.#bytes[at] = (high << 4) | (hexDigits[value.charCodeAt(digit + 1)] ?? 0);
      at += 1;
    }
    this.#at = at;
    return this;
  }

  /** Text, and enumerated values. */
  text(value: string | null): this {
    if (value === null) return this.null();
    this.#need(4 + value.length * 3);
    const length = this.#bytes.write(value, this.#at + 4, "utf8");
    this.#bytes.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
    return this;
  }

  /** Bytes, and a text that is in UTF-8 already. */
  bytes(value: Uint8Array): this {
    this.#need(4 + value.byteLength);
    this.#at = this.#bytes.writeInt32BE(value.byteLength, this.#at);
    this.#bytes.set(value, this.#at);
    this.#at += value.byteLength;
    return this;
  }

  /** A column of type jsonb; one of type json is a text. */
  jsonb(value: unknown): this {
    const text = JSON.stringify(value);
    this.#need(5 + text.length * 3);
    const length = this.#bytes.write(text, this.#at + 5, "utf8");
    this.#bytes.writeInt32BE(length + 1, this.#at);
    this.#bytes[this.#at + 4] = 1; // the version of the format
    this.#at += 5 + length;
    return this;
  }

  /** A column of type timestamptz. */
  time(value: Date | null): this {
    if (value === null) return this.null();
    this.#need(12);
    this.#bytes.writeInt32BE(8, this.#at);
    this.#at = this.#bytes.writeBigInt64BE(BigInt(value.getTime()) * 1000n - EPOCH, this.#at + 4);
    return this;
  }

  /** A column of type int4multirange: ranges in order, that neither overlap nor touch. */
  ranges(values: readonly Range[]): this {
    this.#need(8 + values.length * 21);
    this.#at = this.#bytes.writeInt32BE(4 + values.length * 21, this.#at);
    this.#at = this.#bytes.writeInt32BE(values.length, this.#at);
    for (const { start, end } of values) {
      this.#at = this.#bytes.writeInt32BE(17, this.#at);
      this.#at = this.#bytes.writeUInt8(2, this.#at); // the lower bound is within, the upper is not
      for (const bound of [start, end]) {
        this.#at = this.#bytes.writeInt32BE(4, this.#at);
        this.#at = this.#bytes.writeInt32BE(bound, this.#at);
      }
    }
    return this;
  }

  /** A column of type tsvector: distinct lexemes without positions, in any order. */
  lexemes(values: readonly string[]): this {
    // Each is followed by its end and a count of no positions: three zero bytes.
    const written = values.length === 0 ? "" : `${values.join("\0\0\0")}\0\0\0`;
    this.#need(8 + written.length * 3);
    const length = this.#bytes.write(written, this.#at + 8, "utf8") + 4;
    this.#bytes.writeInt32BE(length, this.#at);
    this.#bytes.writeInt32BE(values.length, this.#at + 4);
    this.#at += 4 + length;
    return this;
  }

  /** The stream to send. Nothing may be written after this. */
  end(): Buffer {
    this.#need(2);
    this.#at = this.#bytes.writeInt16BE(-1, this.#at);
    return this.#bytes.subarray(0, this.#at);
  }

  /** Gives the memory back, once what {@link end} returned has been sent. */
  release(): void {
    if (spare.length < MOST_SPARE && this.#bytes.length <= LARGEST_SPARE) spare.push(this.#bytes);
    this.#bytes = Buffer.alloc(0);
  }

  #need(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Rows for a table, made when it is their turn. */
export type TableRows = {
  /** The table and its columns: `import_items (import_id, item)`; never from outside. */
  readonly target: string;
  readonly rows: () => CopyRows;
};

/**
 * Sends rows into tables, one after the other. Those of the next are made while the server takes in
 * those of the one before: it is the server that others wait for.
 */
export async function copyInto(
  client: pg.ClientBase,
  ...tables: readonly TableRows[]
): Promise<void> {
  let sending: Promise<void> = Promise.resolve();
  for (const { target, rows } of tables) {
    const next = rows();
    await sending;
    sending = send(client, target, next);
    // Its failure is met at the next await; until then it must not count as unheard.
    sending.catch(() => undefined);
  }
  await sending;
}

async function send(client: pg.ClientBase, target: string, rows: CopyRows): Promise<void> {
  if (rows.rows > 0) {
    const stream = client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`));
    stream.end(rows.end());
    // If it fails, the memory may still be on its way: it is not used again.
    await finished(stream).catch((error: unknown) => {
      throw inOurWords(error);
    });
  }
  rows.release();
}
