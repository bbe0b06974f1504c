import type pg from "pg";
import type { Layer, RecordedArticle, RecordedSet } from "@/lib/domain/record";
import { type Fragment, quoteOf, type Relation, type Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import type { Database, Sql } from "./database";
import { fromMultirange } from "./fragments";

/** What is to be read: all articles of a project with the annotation sets of a layer. */
export type DatasetSelection = {
  readonly projectId: string;
  readonly layer: Layer;
  /** Whether reviewers' sets that are not submitted are in, if somebody did something in them. */
  readonly open: boolean;
};

/** One state of the database, whatever others write meanwhile. */
export type Snapshot = { readonly sql: Sql; close(): Promise<void> };

/**
 * Holds a connection, and with it one state of the database. A reader that stands still for a
 * quarter of an hour loses it, so that PostgreSQL can clean up behind it.
 */
export async function openSnapshot(db: Database): Promise<Snapshot> {
  const client = await db.pool.connect();
  let broken: Error | undefined;
  // Between two queries nobody else listens, and an error without a listener ends the process.
  const remember = (error: Error) => {
    broken = error;
  };
  client.on("error", remember);
  const close = async () => {
    await client.query("ROLLBACK").catch(remember);
    client.off("error", remember);
    client.release(broken);
  };
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query("SET LOCAL idle_in_transaction_session_timeout = '15min'");
    await client.query("SET LOCAL jit = off"); // compiling costs more than such short queries
  } catch (error) {
    await close();
    throw error;
  }
  return { sql: client, close };
}

/** Articles read at once: enough to keep PostgreSQL busy, some megabytes at the usual length. */
const BATCH = 40;

/** A batch stops growing here, in code points of text, so that memory stays bounded. */
const BATCH_TEXT = 1_000_000;

/** An article in the version that goes into the dataset, with the sets on it. */
export type DatasetArticle = {
  readonly article: RecordedArticle;
  readonly sets: readonly RecordedSet[];
};

/**
 * The articles of a dataset by id. They are read in batches, the next one while the caller works on
 * this one, but put together one by one: what lives shortly is cheap to collect. Each article comes in one version: the newest on which the layer has a set, so that
 * no work on an earlier text is left out, or else the current one.
 */
export async function* readDataset(
  sql: Sql,
  selection: DatasetSelection,
): AsyncGenerator<DatasetArticle> {
  let next: Promise<Batch> | null = readBatch(sql, selection, null);
  try {
    while (next) {
      const { rows, spans, relations, last }: Batch = await next;
      next = last === null ? null : readBatch(sql, selection, last);
      next?.catch(() => undefined); // awaited in the next round, or below
      for (const row of rows) yield assembled(row, spans, relations);
    }
  } finally {
    // The connection is free only when the last query has ended.
    await next?.catch(() => undefined);
  }
}

type SetOf = { readonly id: string; readonly annotator: number };
type ArticleRow = RecordedArticle & { readonly sets: readonly SetOf[] | null };
type Batch = {
  readonly rows: readonly ArticleRow[];
  /** By set id, as {@link packed} wrote them. */
  readonly spans: ReadonlyMap<string, string>;
  readonly relations: ReadonlyMap<string, string>;
  /** The id of the last article, if there may be more. */
  readonly last: string | null;
};

/** The sets of a layer; `s` is the set, $2 whether open ones are in. */
const setsOfLayer: Record<Layer, string> = {
  gold: "s.kind = 'gold' AND $2::boolean IS NOT NULL",
  reviewers: "s.kind = 'reviewer' AND (s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0))",
  all: "(s.kind <> 'reviewer' OR s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0))",
};

// What a span and a relation are packed with: characters that neither ids, names, ranges nor JSON
// contain. A value per set instead of a row per span saves half of the time of reading.
const FIELD = "\x1f";
const RECORD = "\x1e";
const packed = (...fields: string[]) =>
  `string_agg(concat_ws(E'\\x1f', ${fields.join(", ")}), E'\\x1e')`;

async function readBatch(
  sql: Sql,
  { projectId, layer, open }: DatasetSelection,
  after: string | null,
): Promise<Batch> {
  const { rows } = await sql.query<ArticleRow & { textLength: number }>({
    name: `dataset-articles-${layer}`,
    text: `
      WITH batch AS (
        SELECT a.*, coalesce((
          SELECT max(v.number) FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
          WHERE s.article_id = a.id AND ${setsOfLayer[layer]}), a.current_version) AS number
        FROM articles a
        WHERE a.project_id = $1 AND ($3::uuid IS NULL OR a.id > $3)
        ORDER BY a.id LIMIT ${BATCH}
      ), sized AS (
        SELECT b.*, v.id AS version_id, v.text, v.text_sha256, v.blocks,
          sum(v.text_length) OVER (ORDER BY b.id) - v.text_length AS before
        FROM batch b JOIN article_versions v ON v.article_id = b.id AND v.number = b.number
      )
      SELECT b.id, b.source_id AS "sourceId", b.title, b.publisher, b.author, b.url,
        b.published_at AS "publishedAt", b.language, b.text, b.text_sha256 AS "textSha256",
        b.blocks, b.meta,
        (SELECT json_agg(json_build_object('id', s.id, 'annotator', s.annotator))
         FROM annotation_sets s WHERE s.version_id = b.version_id AND ${setsOfLayer[layer]}) AS sets
      FROM sized b WHERE b.before < ${BATCH_TEXT} ORDER BY b.id`,
    values: [projectId, open, after],
  });
  const setIds = rows.flatMap(({ sets }) => (sets ?? []).map(({ id }) => id));
  const spans = await contentsOf(sql, "spans", setIds);
  const relations = await contentsOf(sql, "relations", setIds);
  const last = rows.at(-1)?.id ?? null;
  return { rows, spans, relations, last };
}

const contents = {
  spans: packed("id", "label", "fragments::text", "attributes::text"),
  relations: packed("id", "type", "from_id", "to_id", "attributes::text"),
};

async function contentsOf(
  sql: Sql,
  table: "spans" | "relations",
  setIds: readonly string[],
): Promise<Map<string, string>> {
  if (setIds.length === 0) return new Map();
  const { rows } = await sql.query<[string, string]>({
    name: `dataset-${table}`,
    text: `SELECT set_id, ${contents[table]} FROM ${table}
           WHERE set_id = ANY($1::uuid[]) GROUP BY set_id`,
    values: [setIds],
    rowMode: "array",
  } satisfies pg.QueryArrayConfig);
  return new Map(rows);
}

function assembled(
  { sets, ...article }: ArticleRow,
  spans: Batch["spans"],
  relations: Batch["relations"],
) {
  const text = new ArticleText(article.text);
  return {
    article,
    sets: (sets ?? []).map(({ id, annotator }) => ({
      annotator,
      spans: unpacked(spans.get(id), (fields) => spanOf(fields, text)),
      relations: unpacked(relations.get(id), relationOf),
    })),
  };
}

function unpacked<T>(value: string | undefined, read: (fields: string[]) => T): T[] {
  return value === undefined ? [] : value.split(RECORD).map((record) => read(record.split(FIELD)));
}

function spanOf(
  [id = "", label = "", range = "", attributes = ""]: string[],
  text: ArticleText,
): Span {
  const fragments: Fragment[] = fromMultirange(range);
  // The stored quote is this very text: that is checked at every write, and by the doctor.
  return {
    id,
    label,
    fragments,
    quote: quoteOf(text, fragments),
    attributes: readJson(attributes),
  };
}

function relationOf([id = "", type = "", from = "", to = "", attributes = ""]: string[]): Relation {
  return { id, type, from, to, attributes: readJson(attributes) };
}

const readJson = (text: string): Record<string, string> => (text === "{}" ? {} : JSON.parse(text));

/** How much a dataset holds. */
export type DatasetSize = {
  /** Articles that have at least one set in it. */
  readonly annotated: number;
  readonly sets: number;
  readonly spans: number;
};

/** Counts what {@link readDataset} would read, beside the articles without annotations. */
export async function sizeOfDataset(
  sql: Sql,
  { projectId, layer, open }: DatasetSelection,
): Promise<DatasetSize> {
  const { rows } = await sql.query<DatasetSize>(
    `SELECT count(DISTINCT article_id)::int AS annotated, count(*)::int AS sets,
       coalesce(sum(spans), 0)::int AS spans
     FROM (
       SELECT s.article_id, v.number, max(v.number) OVER (PARTITION BY s.article_id) AS newest,
         (SELECT sum(value::int) FROM jsonb_each_text(s.label_counts)) AS spans
       FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
       WHERE s.project_id = $1 AND ${setsOfLayer[layer]}) AS chosen
     WHERE number = newest`,
    [projectId, open],
  );
  return rows[0] ?? { annotated: 0, sets: 0, spans: 0 };
}

export async function countProjectArticles(sql: Sql, projectId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM articles WHERE project_id = $1",
    [projectId],
  );
  return rows[0]?.count ?? 0;
}
