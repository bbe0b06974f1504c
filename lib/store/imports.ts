import type pg from "pg";
import { noNames } from "@/lib/domain/foreign-names";
import type {
  ImportWarning,
  NameMapping,
  Reading,
  TableReading,
  TableReadings,
} from "@/lib/domain/schemas";
import { logEvent } from "./audit";
import { CopyRows, copyInto } from "./copy-rows";
import { type Database, type Sql, sqlTransaction } from "./database";
import type { ImportOutcome, ImportState } from "./generated/client";
import { live } from "./live";
import { refreshStatistics } from "./statistics";

/** How many items had each outcome. */
export type OutcomeCounts = Record<ImportOutcome, number>;

/** Where a run goes on: the file, 0-based, and how many of its items are done. */
export type Checkpoint = { readonly file: number; readonly item: number };

/** An import, without its items. Sizes are in bytes. */
export type ImportRow = OutcomeCounts & {
  readonly id: string;
  readonly projectId: string;
  readonly createdBy: string | null;
  /** The name of whoever began it; null for the operator. */
  readonly createdByName: string | null;
  readonly state: ImportState;
  readonly format: string;
  readonly strict: boolean;
  /** Whether a file whose name is that of another text here is a new version of it. */
  readonly update: boolean;
  readonly reading: Reading;
  /** How many of those that are in have warnings. */
  readonly warned: number;
  readonly files: number;
  /** How many of its pages wait to be fetched. */
  readonly waitingPages: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly nextFile: number;
  readonly nextItem: number;
  readonly attempts: number;
  readonly failure: string | null;
  /** Whether it failed, and its files are still there. */
  readonly resumable: boolean;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly undoneAt: Date | null;
};

/** The outcome of one article. Lines and columns are 1-based. */
export type ImportItemRow = {
  /** 0-based, in the order of the files. */
  readonly item: number;
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly outcome: ImportOutcome;
  /** Why it was rejected; null for the other outcomes. */
  readonly reason: string | null;
  readonly warnings: readonly ImportWarning[];
  readonly articleId: string | null;
  readonly title: string | null;
  /** Whose annotations it brought: their numbers in the project. */
  readonly annotators: readonly number[];
};

const importColumns = `i.id, i.project_id AS "projectId", i.created_by AS "createdBy",
  u.name AS "createdByName", i.state, i.format, i.strict, i.update, i.reading, i.warned, i.files,
  (SELECT count(*)::int FROM import_files f
    WHERE f.import_id = i.id AND f.address IS NOT NULL AND f.fetched IS NULL) AS "waitingPages",
  i.bytes::float8 AS bytes,
  i.bytes_done::float8 AS "bytesDone", i.created, i.updated, i.unchanged, i.rejected,
  i.next_file AS "nextFile", i.next_item AS "nextItem", i.attempts, i.failure,
  i.state = 'failed' AND i.undone_at IS NULL
    AND EXISTS (SELECT FROM import_chunks c WHERE c.import_id = i.id) AS resumable,
  i.created_at AS "createdAt", i.finished_at AS "finishedAt", i.undone_at AS "undoneAt"`;

const fromImports = "FROM imports i LEFT JOIN users u ON u.id = i.created_by";

export async function createImport(
  sql: Sql,
  given: {
    id: string;
    projectId: string;
    userId: string | null;
    format: string;
    strict: boolean;
    update: boolean;
    reading: Reading;
    state: ImportState;
  },
): Promise<void> {
  await sql.query(
    `INSERT INTO imports (id, project_id, created_by, format, strict, "update", reading, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      given.id,
      given.projectId,
      given.userId,
      given.format,
      given.strict,
      given.update,
      JSON.stringify(given.reading),
      given.state,
    ],
  );
}

/** What imports into a project take names of files for, as somebody said last. */
export async function importNamesOf(sql: Sql, projectId: string): Promise<NameMapping> {
  const { rows } = await sql.query<{ names: Partial<NameMapping> }>(
    `SELECT p.import_names AS names FROM projects p WHERE p.id = $1 AND ${live("p")}`,
    [projectId],
  );
  return { ...noNames, ...rows[0]?.names };
}

export async function rememberImportNames(
  sql: Sql,
  projectId: string,
  names: NameMapping,
): Promise<void> {
  await sql.query("UPDATE projects SET import_names = $2 WHERE id = $1", [
    projectId,
    JSON.stringify(names),
  ]);
}

/** How a project's imports read tables, by the keys of their columns, as somebody said last. */
export async function importTablesOf(sql: Sql, projectId: string): Promise<TableReadings> {
  const { rows } = await sql.query<{ tables: readonly { key: string; reading: TableReading }[] }>(
    `SELECT p.import_tables AS tables FROM projects p WHERE p.id = $1 AND ${live("p")}`,
    [projectId],
  );
  const tables = rows[0]?.tables ?? [];
  return Object.fromEntries(tables.map(({ key, reading }) => [key, reading]));
}

/** So many tables are remembered; each has its key, and what was said of at most some hundred columns. */
const MOST_TABLES = 100;

/** Remembers how a table was read; of those that were remembered, the oldest make room. */
export async function rememberImportTable(
  sql: Sql,
  projectId: string,
  table: { readonly key: string; readonly reading: TableReading },
): Promise<void> {
  await sql.query(
    `UPDATE projects SET import_tables =
       jsonb_path_query_array(import_tables, '$[last - ${MOST_TABLES - 2} to last] ? (@.key != $key)', $2) || $3::jsonb
     WHERE id = $1`,
    [projectId, JSON.stringify({ key: table.key }), JSON.stringify([table])],
  );
}

export async function findImport(
  sql: Sql,
  key: { id: string; projectId: string },
): Promise<ImportRow | null> {
  const { rows } = await sql.query<ImportRow>(
    `SELECT ${importColumns} ${fromImports} WHERE i.id = $1 AND i.project_id = $2`,
    [key.id, key.projectId],
  );
  return rows[0] ?? null;
}

/** An import for whoever runs it, whatever project it is of. */
export async function importToRun(sql: Sql, id: string): Promise<ImportRow | null> {
  const { rows } = await sql.query<ImportRow>(
    `SELECT ${importColumns} ${fromImports} WHERE i.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The imports of a project, newest first, before another. Ids are made in order. */
export async function listImports(
  sql: Sql,
  { projectId, before, limit }: { projectId: string; before: string | null; limit: number },
): Promise<ImportRow[]> {
  const { rows } = await sql.query<ImportRow>(
    `SELECT ${importColumns} ${fromImports}
     WHERE i.project_id = $1 AND ($2::uuid IS NULL OR i.id < $2)
     ORDER BY i.id DESC LIMIT $3`,
    [projectId, before, limit],
  );
  return rows;
}

/** The items of an import that a list can be of. */
export type ItemSelection = ImportOutcome | "all" | "warned" | "whole";

const selections: Record<ItemSelection, string> = {
  all: "true",
  created: "outcome = 'created'",
  updated: "outcome = 'updated'",
  unchanged: "outcome = 'unchanged'",
  rejected: "outcome = 'rejected'",
  /** In, with a loss. */
  warned: "warnings <> '[]'",
  /** In, without one. */
  whole: "outcome <> 'rejected' AND warnings = '[]'",
};

/**
 * The selected items of an import after one of them, in the order of its files. An article that was
 * deleted since has neither id nor title.
 */
export async function listItems(
  sql: Sql,
  key: { importId: string; which: ItemSelection; after: number; limit: number },
): Promise<ImportItemRow[]> {
  const { rows } = await sql.query<ImportItemRow>(
    `SELECT item, path, line, "column", outcome, reason, warnings, a.id AS "articleId",
       CASE WHEN article_id IS NULL OR a.id IS NOT NULL THEN i.title END AS title
     FROM import_items i LEFT JOIN articles a ON a.id = i.article_id AND ${live("a")}
     WHERE import_id = $1 AND item > $2 AND ${selections[key.which]}
     ORDER BY item LIMIT $3`,
    [key.importId, key.after, key.limit],
  );
  return rows;
}

/** Notes that a run begins, before it does anything. */
export async function noteAttempt(sql: Sql, id: string): Promise<void> {
  await sql.query(
    "UPDATE imports SET state = 'running', attempts = attempts + 1 WHERE id = $1 AND finished_at IS NULL",
    [id],
  );
}

/** Takes attempts back that did not end their process. */
export async function forgetAttempts(sql: Sql, id: string, count: number): Promise<void> {
  await sql.query("UPDATE imports SET attempts = greatest(attempts - $2, 0) WHERE id = $1", [
    id,
    count,
  ]);
}

/** What one batch did, and where the run goes on after it. */
export type Progress = {
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  readonly counts: OutcomeCounts;
  /** How many of its items have warnings. */
  readonly warned: number;
  readonly bytesDone: number;
};

/**
 * Moves an import on, in the transaction that writes what it did.
 *
 * @returns false if it is not where the caller thinks it is: then nothing may be written
 */
export async function advanceImport(sql: Sql, id: string, progress: Progress): Promise<boolean> {
  const { from, to, counts, warned, bytesDone } = progress;
  const { rowCount } = await sql.query({
    name: "advance-import",
    text: `UPDATE imports SET next_file = $4, next_item = $5, created = created + $6,
             updated = updated + $7, unchanged = unchanged + $8, rejected = rejected + $9,
             warned = warned + $11, bytes_done = $10, files = greatest(files, $4), bytes = greatest(bytes, $10), attempts = 0
           WHERE id = $1 AND state = 'running' AND next_file = $2 AND next_item = $3`,
    values: [
      id,
      from.file,
      from.item,
      to.file,
      to.item,
      counts.created,
      counts.updated,
      counts.unchanged,
      counts.rejected,
      bytesDone,
      warned,
    ],
  });
  return rowCount === 1;
}

/** What an import has been through of an article: the place of the first item, 1-based, and whose annotations all brought. */
export type SeenArticle = Pick<ImportItemRow, "path" | "line" | "annotators">;

/** Which articles an import has been through. */
export async function articlesSeen(sql: Sql, importId: string): Promise<Map<string, SeenArticle>> {
  const { rows } = await sql.query<SeenArticle & { articleId: string }>(
    `SELECT DISTINCT ON (article_id) article_id AS "articleId", path, line,
       jsonb_path_query_array(jsonb_agg(annotators) OVER (PARTITION BY article_id), '$[*][*]') AS annotators
     FROM import_items WHERE import_id = $1 AND article_id IS NOT NULL ORDER BY article_id, item`,
    [importId],
  );
  return new Map(rows.map(({ articleId, ...seen }) => [articleId, seen]));
}

export async function writeItems(
  client: pg.ClientBase,
  importId: string,
  items: readonly ImportItemRow[],
): Promise<void> {
  await copyInto(client, {
    target: `import_items (import_id, item, path, line, "column", outcome, reason, warnings, article_id, title, annotators)`,
    rows: () => itemRows(importId, items),
  });
}

function itemRows(importId: string, items: readonly ImportItemRow[]): CopyRows {
  const rows = new CopyRows(11);
  for (const item of items) {
    rows
      .row()
      .uuid(importId)
      .int(item.item)
      .text(item.path)
      .int(item.line)
      .int(item.column)
      .text(item.outcome)
      .text(item.reason)
      .jsonb(item.warnings)
      .uuid(item.articleId)
      .text(item.title)
      .jsonb(item.annotators);
  }
  return rows;
}

/**
 * Ends an import and writes the audit trail; does nothing if it has ended. One that failed keeps its
 * bytes, to be taken up again.
 *
 * @param onEnded called once that is so, before what nobody waits for
 */
export async function finishImport(
  db: Database,
  id: string,
  { failure, onEnded }: { failure: string | null; onEnded?: (() => void) | undefined },
): Promise<void> {
  const ended = await sqlTransaction(db, async (sql) => {
    const { rows } = await sql.query(
      `UPDATE imports SET state = $2, failure = $3, finished_at = now()
       WHERE id = $1 AND finished_at IS NULL
       RETURNING project_id, created_by, state, files, created, updated, unchanged, rejected`,
      [id, failure === null ? "done" : "failed", failure],
    );
    if (!rows[0]) return false;
    const { project_id, created_by, ...details } = rows[0];
    await logEvent(sql, {
      action: "import.finished",
      userId: created_by,
      projectId: project_id,
      subject: id,
      details,
    });
    return true;
  });
  if (!ended) return;
  onEnded?.();
  await refreshStatistics(db.pool);
  // What is left of them, should this break off, is dropped with old ones.
  if (failure === null) await dropBytes(db.pool, id);
}

/** The most bytes dropped by one statement are so many pieces, or a large upload takes too long. */
const DROPPED_AT_ONCE = 64;

/** Drops the stored bytes of an import. */
async function dropBytes(sql: Sql, id: string): Promise<void> {
  for (let dropped = DROPPED_AT_ONCE; dropped === DROPPED_AT_ONCE; ) {
    const { rowCount } = await sql.query(
      `DELETE FROM import_chunks WHERE import_id = $1 AND (file, chunk) IN
         (SELECT file, chunk FROM import_chunks WHERE import_id = $1 LIMIT ${DROPPED_AT_ONCE})`,
      [id],
    );
    dropped = rowCount ?? 0;
  }
}

/** Drops what is stored of imports that were done, or that failed so many days ago. */
export async function dropOldBytes(sql: Sql, { days }: { days: number }): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT id FROM imports i
     WHERE (state = 'done' OR (state = 'failed' AND finished_at < now() - make_interval(days => $1)))
       AND EXISTS (SELECT FROM import_chunks c WHERE c.import_id = i.id)`,
    [days],
  );
  for (const { id } of rows) await dropBytes(sql, id);
}

/**
 * Has an import that failed wait for its turn again, from where it stands.
 *
 * @returns false if it has not failed, was undone since, or its files are gone
 */
export async function requeueImport(
  db: Database,
  key: { id: string; projectId: string; userId: string | null },
): Promise<boolean> {
  return sqlTransaction(db, async (sql) => {
    const { rowCount } = await sql.query(
      `UPDATE imports SET state = 'queued', failure = NULL, finished_at = NULL, attempts = 0
       WHERE id = $1 AND project_id = $2 AND state = 'failed' AND undone_at IS NULL
         AND EXISTS (SELECT FROM import_chunks c WHERE c.import_id = imports.id)`,
      [key.id, key.projectId],
    );
    if (rowCount !== 1) return false;
    const { userId, projectId, id: subject } = key;
    await logEvent(sql, { action: "import.resumed", userId, projectId, subject });
    return true;
  });
}

/** Imports that are not over, oldest first, with whether their files are stored, and whether pages are to be fetched. */
export async function unfinishedImports(
  sql: Sql,
): Promise<
  { id: string; state: ImportState; stored: boolean; waiting: boolean; attempts: number }[]
> {
  const { rows } = await sql.query(
    `SELECT id, state, attempts,
       EXISTS (SELECT FROM import_files f WHERE f.import_id = imports.id) AS stored,
       EXISTS (SELECT FROM import_files f WHERE f.import_id = imports.id
                 AND f.address IS NOT NULL AND f.fetched IS NULL) AS waiting
     FROM imports WHERE state IN ('queued', 'running') ORDER BY created_at`,
  );
  return rows;
}

/** Takes an upload back that broke off. */
export async function forgetUpload(sql: Sql, id: string): Promise<void> {
  await dropBytes(sql, id);
  await sql.query("DELETE FROM imports WHERE id = $1 AND state = 'receiving'", [id]);
}
