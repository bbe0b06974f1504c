import type { DatasetSize, Layer, RecordedArticle, RecordedSet } from "@/lib/domain/record";
import { type Fragment, quoteOf, type Relation, type Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import type { Database, Sql } from "./database";
import { fromMultirange } from "./multirange";

/** What is to be read: all articles of a project with the annotation sets of a layer. */
export type DatasetSelection = {
  readonly projectId: string;
  readonly layer: Layer;
  /** Whether reviewers' sets that are not submitted are in, if somebody did something in them. */
  readonly open: boolean;
};

/** One state of the database, whatever others write meanwhile. */
export type Snapshot = { readonly sql: Sql; close(): Promise<void> };

/** A reader that stands still for so long loses its snapshot, in milliseconds. */
const STANDSTILL = 60_000;

/**
 * Holds a connection, and with it one state of the database. PostgreSQL ends the snapshot of a reader
 * that asks for nothing more for a minute, and the connection is given back then: whoever goes on
 * reading is told that it broke off.
 *
 * @param standstill milliseconds instead of that minute
 */
export async function openSnapshot(
  db: Database,
  { standstill = STANDSTILL } = {},
): Promise<Snapshot> {
  const client = await db.pool.connect();
  let released = false;
  const release = (broken?: Error) => {
    if (released) return;
    released = true;
    client.release(broken);
  };
  // Between two queries nobody else listens, and an error without a listener ends the process.
  client.on("error", release);
  const close = async () => {
    if (released) return;
    let broken: Error | undefined;
    await client.query("ROLLBACK").catch((error: Error) => {
      broken = error;
    });
    client.off("error", release);
    release(broken);
  };
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(standstill)}`);
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
  let next: Promise<ArticleRow[]> | null = readBatch(sql, selection, BEFORE_ALL);
  try {
    while (next) {
      const rows: ArticleRow[] = await next;
      const last = rows.at(-1);
      next = last ? readBatch(sql, selection, last.id) : null;
      next?.catch(() => undefined); // awaited in the next round, or below
      for (const row of rows) yield assembled(row);
    }
  } finally {
    // The connection is free only when the last query has ended.
    await next?.catch(() => undefined);
  }
}

/** Less than the id of any article. */
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

type ArticleRow = RecordedArticle & {
  /** Of all sets, also of those without spans; separated by spaces. */
  readonly annotators: string | null;
  /** As {@link packed} wrote them. */
  readonly spans: string | null;
  readonly relations: string | null;
};

/** The sets of a layer; `s` is the set, $2 whether open ones are in. */
const setsOfLayer: Record<Layer, string> = {
  gold: "(s.kind = 'gold' AND $2::boolean IS NOT NULL)",
  reviewers: "(s.kind = 'reviewer' AND (s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0)))",
  all: "(s.kind <> 'reviewer' OR s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0))",
};

// What spans and relations are packed with: characters that neither ids, names, ranges nor JSON
// contain. One value for an article instead of a row for each span saves half of the time.
const FIELD = "\x1f";
const RECORD = "\x1e";

/** A subquery for what is in the sets on the version of `b`, in one text. */
function packed(table: "spans" | "relations", fields: string, layer: Layer): string {
  return `(SELECT string_agg(concat_ws(E'\\x1f', s.annotator, ${fields}), E'\\x1e')
    FROM annotation_sets s JOIN ${table} p ON p.set_id = s.id
    WHERE s.version_id = b.version_id AND ${setsOfLayer[layer]})`;
}

async function readBatch(
  sql: Sql,
  { projectId, layer, open }: DatasetSelection,
  after: string,
): Promise<ArticleRow[]> {
  const { rows } = await sql.query<ArticleRow>({
    name: `dataset-${layer}`,
    text: `
      WITH batch AS (
        SELECT a.*, coalesce((
          SELECT max(v.number) FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
          WHERE s.article_id = a.id AND ${setsOfLayer[layer]}), a.current_version) AS number
        FROM articles a
        WHERE a.project_id = $1 AND a.id > $3
        ORDER BY a.id LIMIT ${BATCH}
      ), sized AS (
        SELECT b.*, v.id AS version_id, v.text, v.text_sha256, v.blocks,
          sum(v.text_length) OVER (ORDER BY b.id) - v.text_length AS before
        FROM batch b JOIN article_versions v ON v.article_id = b.id AND v.number = b.number
      )
      SELECT b.id, b.source_id AS "sourceId", b.title, b.publisher, b.author, b.url,
        b.published_at AS "publishedAt", b.language, b.text, b.text_sha256 AS "textSha256",
        b.blocks, b.meta,
        (SELECT string_agg(s.annotator::text, ' ') FROM annotation_sets s
         WHERE s.version_id = b.version_id AND ${setsOfLayer[layer]}) AS annotators,
        ${packed("spans", "p.id, p.label, p.fragments::text, p.attributes::text", layer)} AS spans,
        ${packed("relations", "p.id, p.type, p.from_id, p.to_id, p.attributes::text", layer)} AS relations
      FROM sized b WHERE b.before < ${BATCH_TEXT} ORDER BY b.id`,
    values: [projectId, open, after],
  });
  return rows;
}

function assembled({ annotators, spans, relations, ...article }: ArticleRow): DatasetArticle {
  if (annotators === null) return { article, sets: [] };
  const text = new ArticleText(article.text);
  const sets = new Map<string, { annotator: number; spans: Span[]; relations: Relation[] }>();
  for (const annotator of annotators.split(" ")) {
    sets.set(annotator, { annotator: Number(annotator), spans: [], relations: [] });
  }
  for (const [annotator = "", ...fields] of unpacked(spans)) {
    sets.get(annotator)?.spans.push(spanOf(fields, text));
  }
  for (const [annotator = "", ...fields] of unpacked(relations)) {
    sets.get(annotator)?.relations.push(relationOf(fields));
  }
  return { article, sets: [...sets.values()] };
}

function unpacked(value: string | null): string[][] {
  return value === null ? [] : value.split(RECORD).map((record) => record.split(FIELD));
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
