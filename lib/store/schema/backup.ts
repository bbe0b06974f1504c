import { createHash, type Hash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { z } from "zod";
import { Refusal } from "@/lib/domain/refusal";

/**
 * A backup is a script that psql understands: a comment with the header, one COPY a table, and a
 * comment with the SHA-256 of everything before it. So it can be read by eye, and rescued without
 * Gainsay; see docs/decisions/0005-backup.md.
 */
const FORMAT = "gainsay.backup/1";

const Name = z.string().regex(/^[a-z_][a-z0-9_]*$/);

const Header = z.strictObject({
  format: z.literal(FORMAT),
  created_at: z.iso.datetime(),
  migrations: z.array(z.strictObject({ name: z.string(), checksum: z.string() })),
  tables: z.array(
    z.strictObject({ name: Name, columns: z.array(Name).min(1), rows: z.number().int().min(0) }),
  ),
});
export type BackupHeader = z.infer<typeof Header>;
type Table = BackupHeader["tables"][number];

const Trailer = z.strictObject({ sha256: z.string() });

/** What the tables hold must not depend on how this session writes times and bytes. */
const session =
  "SET datestyle = 'ISO'; SET timezone = 'UTC'; SET bytea_output = 'hex'; SET client_encoding = 'UTF8';";

/** What the tables hold now: names in an order in which rows find what they refer to. */
export async function describeDatabase(sql: pg.ClientBase): Promise<BackupHeader> {
  const migrations = await sql.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const { rows } = await sql.query<{ name: string; columns: string[]; needs: string[] }>(
    `SELECT c.relname AS name,
            array(SELECT a.attname::text FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                   ORDER BY a.attnum) AS columns,
            array(SELECT DISTINCT other.relname::text FROM pg_constraint k JOIN pg_class other ON other.oid = k.confrelid
                   WHERE k.conrelid = c.oid AND k.contype = 'f' AND NOT k.condeferrable AND k.confrelid <> c.oid
                  UNION
                  -- What a trigger looks rows up in that come in: its first argument.
                  SELECT split_part(encode(t.tgargs, 'escape'), '\\000', 1) FROM pg_trigger t
                   WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgnargs > 0
                     AND t.tgtype & 4 > 0 -- on INSERT
                 ) AS needs
       FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
      ORDER BY c.relname`,
  );
  const tables: Table[] = [];
  for (const { name, columns } of inOrder(rows)) {
    const counted = await sql.query<{ count: string }>(`SELECT count(*) AS count FROM "${name}"`);
    tables.push({ name, columns, rows: Number(counted.rows[0]?.count ?? 0) });
  }
  return {
    format: FORMAT,
    created_at: new Date().toISOString(),
    migrations: migrations.rows,
    tables,
  };
}

/** @throws Error if tables need each other in a circle, which a migration must not bring about */
function inOrder<T extends { name: string; needs: string[] }>(tables: readonly T[]): T[] {
  const placed = new Map<string, T>();
  while (placed.size < tables.length) {
    const ready = tables.filter(
      ({ name, needs }) => !placed.has(name) && needs.every((need) => placed.has(need)),
    );
    if (ready.length === 0)
      throw new Error("Tables refer to each other in a circle of undeferrable keys.");
    for (const table of ready) placed.set(table.name, table);
  }
  return [...placed.values()];
}

/**
 * Writes the script. Runs inside a transaction with one snapshot, so that the tables fit together.
 *
 * @param onTable told each table before its rows
 */
export async function* writeScript(
  sql: pg.ClientBase,
  onTable: (table: string) => void = () => {},
): AsyncGenerator<Buffer> {
  await sql.query(session);
  const header = await describeDatabase(sql);
  const hash = createHash("sha256");
  const hashed = (bytes: Buffer) => {
    hash.update(bytes);
    return bytes;
  };
  yield hashed(
    Buffer.from(`-- ${JSON.stringify(header)}\n${session}\nSET CONSTRAINTS ALL DEFERRED;\n`),
  );
  for (const table of header.tables) {
    onTable(table.name);
    yield hashed(Buffer.from(`COPY ${target(table)} FROM stdin;\n`));
    const rows: AsyncIterable<Buffer> = sql.query(copyTo(`COPY ${target(table)} TO STDOUT`));
    for await (const chunk of rows) yield hashed(chunk);
    yield hashed(Buffer.from("\\.\n"));
  }
  yield Buffer.from(`-- ${JSON.stringify({ sha256: hash.digest("hex") })}\n`);
}

const target = ({ name, columns }: Table) =>
  `"${name}" (${columns.map((column) => `"${column}"`).join(", ")})`;

/** Takes every row out of the tables of a header. */
export async function emptyTables(sql: pg.ClientBase, { tables }: BackupHeader): Promise<void> {
  await sql.query(`TRUNCATE ${tables.map(({ name }) => `"${name}"`).join(", ")}`);
}

/**
 * Reads a script into empty tables. Runs inside a transaction, which must be rolled back if this
 * throws: the checksum stands at the end.
 *
 * @param here what the database is like; the script must have been made from one with the same tables
 * @throws Refusal "unprocessable" if the script is not whole, or of other migrations
 */
export async function readScript(
  sql: pg.ClientBase,
  script: AsyncIterable<Buffer>,
  here: BackupHeader,
  onTable: (table: string) => void = () => {},
): Promise<BackupHeader> {
  const hash = createHash("sha256");
  const source = new Source(script, hash);
  const header = parseHeader(await source.line());
  checkSameTables(header, here);
  await sql.query(session);
  await sql.query("SET CONSTRAINTS ALL DEFERRED");
  await source.line();
  await source.line();
  for (const table of header.tables) {
    onTable(table.name);
    if ((await source.line()) !== `COPY ${target(table)} FROM stdin;`) throw damaged();
    const into = sql.query(copyFrom(`COPY ${target(table)} FROM STDIN`));
    await pipeline(Readable.from(source.rows()), into).catch(refuseRows);
    if (into.rowCount !== table.rows) throw damaged();
  }
  const actual = hash.copy().digest("hex");
  const trailer = Trailer.safeParse(fromComment(await source.line()));
  if (!trailer.success || trailer.data.sha256 !== actual) throw damaged();
  return header;
}

/**
 * The header alone.
 *
 * @throws Refusal "unprocessable" if this is no backup
 */
export async function readHeader(script: AsyncIterable<Buffer>): Promise<BackupHeader> {
  return parseHeader(await new Source(script, createHash("sha256")).line());
}

function parseHeader(line: string): BackupHeader {
  const header = Header.safeParse(fromComment(line));
  if (header.success) return header.data;
  throw new Refusal("unprocessable", "This is no backup that this version of Gainsay can read.");
}

function fromComment(line: string): unknown {
  try {
    return line.startsWith("-- ") ? JSON.parse(line.slice(3)) : null;
  } catch {
    return null;
  }
}

function checkSameTables(backup: BackupHeader, here: BackupHeader): void {
  const named = ({ migrations }: BackupHeader) =>
    migrations.map(({ name, checksum }) => `${name} ${checksum}`).join("\n");
  if (named(backup) !== named(here)) {
    const last = (header: BackupHeader) => header.migrations.at(-1)?.name ?? "none";
    throw new Refusal(
      "unprocessable",
      `The backup was made with other tables (last migration ${last(backup)}) than this database has (${last(here)}): restore it into a new database, which gets the tables of the backup first.`,
    );
  }
  const columns = ({ tables }: BackupHeader) => tables.map((table) => target(table)).join("\n");
  if (columns(backup) !== columns(here)) throw damaged();
}

/** A row that breaks a constraint was not in the database that the backup was made from. */
function refuseRows(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  const why = `The backup does not fit the database, and nothing was changed: ${error.message}.`;
  throw new Refusal("unprocessable", why);
}

function damaged(): Refusal {
  return new Refusal("unprocessable", "The backup is damaged or not whole; nothing was changed.");
}

const END_OF_ROWS = Buffer.from("\\.\n");
const LINE_THEN_END = Buffer.from("\n\\.\n");

/** Cuts the script into its lines and runs of rows, wherever the pieces it arrives in end. */
class Source {
  #held: Buffer = Buffer.alloc(0);
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #hash: Hash;

  constructor(script: AsyncIterable<Buffer>, hash: Hash) {
    this.#pieces = script[Symbol.asyncIterator]();
    this.#hash = hash;
  }

  /** @throws Refusal if the script ends before the line does */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(10);
      // The trailer is not part of what it is the hash of, but nothing is hashed after it either.
      if (end >= 0) return this.#take(end + 1).toString("utf8", 0, end);
      if (this.#held.length > 1_000_000) throw damaged();
      await this.#more();
    }
  }

  /** The rows up to the line that ends them, which is passed over. */
  async *rows(): AsyncGenerator<Buffer> {
    while (this.#held.length < END_OF_ROWS.length) await this.#more();
    if (this.#held.subarray(0, END_OF_ROWS.length).equals(END_OF_ROWS)) {
      this.#take(END_OF_ROWS.length);
      return;
    }
    for (;;) {
      const end = this.#held.indexOf(LINE_THEN_END);
      if (end >= 0) {
        yield this.#take(end + 1);
        this.#take(END_OF_ROWS.length);
        return;
      }
      // The end may be cut in two: what could be its beginning waits for the rest.
      const sure = this.#held.length - LINE_THEN_END.length + 1;
      if (sure > 0) yield this.#take(sure);
      await this.#more();
    }
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    this.#hash.update(taken);
    return taken;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (done) throw damaged();
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
  }
}
