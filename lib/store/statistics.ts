import type { Sql } from "./database";

/** A table that has grown by more than this share since its statistics were made needs new ones. */
const GROWN = 0.25;

/** Pages of 8 KiB that a table may grow by without that: whatever the plan, it is read in no time. */
const SMALL = 10;

/**
 * Has PostgreSQL look at tables that have grown much since it last did. It plans by what it knows of
 * them and gets round to looking by itself within minutes: until then, what was written in bulk is
 * read by plans for nearly empty tables. Costs a millisecond where nothing has grown.
 *
 * Not within the transaction that wrote: it would see, and hold, what is not committed.
 */
export async function refreshStatistics(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ table: string }>(
    `SELECT quote_ident(relname) AS table FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
       AND pg_relation_size(oid) / current_setting('block_size')::int > ${SMALL} + relpages * ${1 + GROWN}`,
  );
  if (rows.length === 0) return;
  // Somebody who is at a table already does the same.
  await sql.query(`ANALYZE (SKIP_LOCKED) ${rows.map(({ table }) => table).join(", ")}`);
}
