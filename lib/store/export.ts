import { setTimeout as pause } from "node:timers/promises";
import type { DatasetSize, Layer, RecordedArticle, RecordedSet } from "@/lib/domain/record";
import {
  type Attributes,
  type Fragment,
  quoteOf,
  type Relation,
  type Span,
} from "@/lib/domain/span";
import { ArticleText, compareByUnit } from "@/lib/domain/text";
import { type Database, type Sql, unhurriedConnection } from "./database";
import { live } from "./live";
import { fromMultirange } from "./multirange";

/** What is to be read: articles of a project with the annotation sets of a layer. */
export type DatasetSelection = {
  readonly projectId: string;
  readonly layer: Layer;
  /** Whether reviewers' sets that are not submitted are in, if somebody did something in them. */
  readonly open: boolean;
  /** Which articles; all of the project if left out. */
  readonly articles?: readonly string[] | undefined;
  /** The numbers of those whose sets are in; everybody's if left out. */
  readonly annotators?: readonly number[] | undefined;
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
  const client = await unhurriedConnection(db);
  reading += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    reading -= 1;
    client.release(true); // and its patience with it
  };
  client.on("error", release);
  const close = async () => {
    if (released) return;
    await client.query("ROLLBACK").catch(() => undefined); // it ends with its connection
    client.off("error", release);
    release();
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

/** Milliseconds after which a query of a dataset is sent without the one before having been answered. */
const LONGEST_TURN = 1_000;

/** The longest that the database is left to others after a query of one of several datasets, in milliseconds. */
const LONGEST_PAUSE = 250;

let turn: Promise<unknown> = Promise.resolve();

/** How many datasets this process is reading. */
let reading = 0;

/**
 * Datasets ask one after the other, each a batch at a time: one thread puts together what they read, so
 * that more queries at once would not make them sooner, but would keep the database from others. Several
 * datasets leave it to those others every other moment, for they would keep a small machine busy for
 * minutes. A query that does not come back does not hold up the others for long.
 */
function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  const before = turn;
  let began = 0;
  const answer = (async () => {
    let late: ReturnType<typeof setTimeout> | undefined;
    const waited = new Promise<void>((resolve) => {
      late = setTimeout(resolve, LONGEST_TURN);
    });
    await Promise.race([before, waited]).finally(() => clearTimeout(late));
    began = performance.now();
    return ask();
  })();
  turn = answer
    .catch(() => undefined) // whoever asked hears of it
    .then(() =>
      reading > 1 ? pause(Math.min(performance.now() - began, LONGEST_PAUSE)) : undefined,
    );
  return answer;
}

/** Articles read at once: enough to keep PostgreSQL busy, some megabytes at the usual length. */
const BATCH = 40;

/** A batch stops growing here, in code points of text, so that memory stays bounded. */
const BATCH_TEXT = 1_000_000;

/** An article version that goes into the dataset, with the sets on it. */
export type DatasetArticle = {
  readonly article: RecordedArticle;
  readonly sets: readonly RecordedSet[];
};

/**
 * The article versions of a dataset by article id and number: every version on which the layer has a
 * set, with the metadata of that version; of an article without any, the current one. They are read
 * in batches, the next one while the caller works on this one, but put together one by one: what
 * lives shortly is cheap to collect.
 */
export async function* readDataset(
  sql: Sql,
  selection: DatasetSelection,
): AsyncGenerator<DatasetArticle> {
  for (const part of partsOf(selection)) {
    const read = (after: VersionPlace) => inTurn(() => readBatch(sql, part, after));
    let next: Promise<VersionRow[]> | null = read(BEFORE_ALL);
    try {
      while (next) {
        const rows: VersionRow[] = await next;
        const last = rows.at(-1);
        next = last ? read(last) : null;
        next?.catch(() => undefined); // awaited in the next round, or below
        for (const row of rows) yield assembled(row);
      }
    } finally {
      // The connection is free only when the last query has ended.
      await next?.catch(() => undefined);
    }
  }
}

/** So many ids of articles go to the database with each batch. */
const PART = 10 * BATCH;

/** The selection, in parts of so many articles where they are named, in the order of a dataset. */
function partsOf(selection: DatasetSelection): DatasetSelection[] {
  const { articles } = selection;
  if (articles === undefined) return [selection];
  const ids = articles.toSorted(compareByUnit);
  return Array.from({ length: Math.ceil(ids.length / PART) }, (_, at) => ({
    ...selection,
    articles: ids.slice(at * PART, (at + 1) * PART),
  }));
}

/** The place of a version in the order of a dataset. */
type VersionPlace = Pick<RecordedArticle, "id" | "version">;

const BEFORE_ALL: VersionPlace = { id: "00000000-0000-0000-0000-000000000000", version: 0 };

type VersionRow = RecordedArticle & {
  readonly sets: readonly SetFields[] | null;
  /** As {@link packed} wrote them. */
  readonly spans: string | null;
  readonly relations: string | null;
};

/** A set as PostgreSQL writes it into JSON; times in ISO 8601. */
type SetFields = Pick<
  RecordedSet,
  "annotator" | "kind" | "schemeVersion" | "guidelineVersion" | "revision" | "note" | "attributes"
> & {
  readonly submittedAt: string | null;
  readonly updatedAt: string;
};

/** The sets of a layer; `s` is the set, $2 whether open ones are in. */
const setsOfLayer: Record<Layer, string> = {
  gold: "(s.kind = 'gold' AND (s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0)))",
  reviewers: "(s.kind = 'reviewer' AND (s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0)))",
  all: "(s.kind NOT IN ('reviewer', 'gold') OR s.submitted_at IS NOT NULL OR ($2 AND s.revision > 0))",
};

// What spans and relations are packed with: characters that neither ids, names, ranges nor JSON
// contain. One value for an article instead of a row for each span saves half of the time.
const FIELD = "\x1f";
const RECORD = "\x1e";

/** A subquery for what is in the sets on the version of `b`, in one text. */
function packed(table: "spans" | "relations", fields: string, sets: string): string {
  return `(SELECT string_agg(concat_ws(E'\\x1f', s.annotator, s.kind, ${fields}), E'\\x1e')
    FROM annotation_sets s JOIN ${table} p ON p.set_id = s.id
    WHERE s.version_id = b.version_id AND ${sets})`;
}

/**
 * Articles are picked before anything is looked up of them: left to choose, PostgreSQL goes through all versions and
 * sets of the project once for each batch. Each article has a version at least, and of the first all may have been read.
 */
async function readBatch(
  sql: Sql,
  selection: DatasetSelection,
  after: VersionPlace,
): Promise<VersionRow[]> {
  const { projectId, layer, open, articles, annotators } = selection;
  const values: unknown[] = [projectId, open, after.id, after.version];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const theirs = annotators ? ` AND s.annotator = ANY(${bind(annotators)}::int[])` : "";
  const sets = `${setsOfLayer[layer]}${theirs}`;
  const named = articles ? ` AND a.id = ANY(${bind(articles)}::uuid[])` : "";
  const form = [layer, ...(annotators ? ["annotators"] : []), ...(articles ? ["articles"] : [])];
  const { rows } = await sql.query<VersionRow>({
    name: `dataset-${form.join("-")}`,
    text: `
      WITH picked AS MATERIALIZED (
        SELECT a.id, a.current_version FROM articles a
        WHERE a.project_id = $1 AND ${live("a")}${named} AND a.id >= $3
        ORDER BY a.id LIMIT ${BATCH + 1}
      ), batch AS (
        SELECT a.id, v.number, v.id AS version_id
        FROM picked a CROSS JOIN LATERAL (
          SELECT v.id, v.number FROM article_versions v
          WHERE v.article_id = a.id AND (
            EXISTS (SELECT FROM annotation_sets s WHERE s.version_id = v.id AND ${sets})
            OR v.number = a.current_version AND NOT EXISTS (
              SELECT FROM annotation_sets s WHERE s.article_id = a.id AND ${sets}))) v
        WHERE a.id > $3 OR v.number > $4
        ORDER BY a.id, v.number LIMIT ${BATCH}
      ), sized AS (
        SELECT b.*, v.source_id, v.title, v.publisher, v.author, v.url, v.published_at, v.language, v.meta, v.text,
          v.text_sha256, v.blocks, sum(v.text_length) OVER (ORDER BY b.id, b.number) - v.text_length AS before
        FROM batch b JOIN article_versions v ON v.id = b.version_id
      )
      SELECT b.id, b.number AS version, b.source_id AS "sourceId", b.title, b.publisher, b.author, b.url,
        b.published_at AS "publishedAt", b.language, b.text, b.text_sha256 AS "textSha256",
        b.blocks, b.meta,
        (SELECT json_agg(json_build_object('annotator', s.annotator, 'kind', s.kind,
           'schemeVersion', s.scheme_version, 'guidelineVersion', s.guideline_version, 'revision', s.revision, 'submittedAt', s.submitted_at,
           'updatedAt', s.updated_at, 'note', s.note, 'attributes', s.attributes))
         FROM annotation_sets s
         WHERE s.version_id = b.version_id AND ${sets}) AS sets,
        ${packed("spans", "p.id, p.label, p.fragments::text, p.attributes::text", sets)} AS spans,
        ${packed("relations", "p.id, p.type, p.from_id, p.to_id, p.attributes::text", sets)} AS relations
      FROM sized b WHERE b.before < ${BATCH_TEXT} ORDER BY b.id, b.number`,
    values,
  });
  return rows;
}

function assembled({ sets: fields, spans, relations, ...article }: VersionRow): DatasetArticle {
  if (fields === null) return { article, sets: [] };
  const text = new ArticleText(article.text);
  const sets = new Map<string, RecordedSet & { spans: Span[]; relations: Relation[] }>();
  for (const { submittedAt, updatedAt, ...set } of fields) {
    sets.set(`${set.annotator} ${set.kind}`, {
      ...set,
      submittedAt: submittedAt === null ? null : new Date(submittedAt),
      updatedAt: new Date(updatedAt),
      spans: [],
      relations: [],
    });
  }
  for (const [annotator, kind, ...fields] of unpacked(spans)) {
    sets.get(`${annotator} ${kind}`)?.spans.push(spanOf(fields, text));
  }
  for (const [annotator, kind, ...fields] of unpacked(relations)) {
    sets.get(`${annotator} ${kind}`)?.relations.push(relationOf(fields));
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
    attributes: attributesOf(attributes),
  };
}

function relationOf([id = "", type = "", from = "", to = "", attributes = ""]: string[]): Relation {
  return { id, type, from, to, attributes: attributesOf(attributes) };
}

/** So many attributes that differ are kept, if they are no longer than this as JSON: most spans have some that others have too. */
const KEPT_ATTRIBUTES = 1_000;
const KEPT_LENGTH = 1_000;

const keptAttributes = new Map<string, Attributes>();

/** What is read is shared by those who have the same. */
function attributesOf(json: string): Attributes {
  const kept = keptAttributes.get(json);
  if (kept) return kept;
  if (keptAttributes.size >= KEPT_ATTRIBUTES) keptAttributes.clear();
  const read: Attributes = Object.freeze(JSON.parse(json)); // as they were checked when they came in
  if (json.length <= KEPT_LENGTH) keptAttributes.set(json, read);
  return read;
}

/** Counts what {@link readDataset} would read. */
export async function sizeOfDataset(sql: Sql, selection: DatasetSelection): Promise<DatasetSize> {
  const { projectId, open, articles = null, annotators = null } = selection;
  const { rows } = await sql.query<DatasetSize>(
    `SELECT count(DISTINCT s.article_id)::int AS annotated, count(*)::int AS sets,
       coalesce(sum((SELECT sum(value::int) FROM jsonb_each_text(s.label_counts))), 0)::int AS spans,
       ((SELECT count(*) FROM articles a
          WHERE a.project_id = $1 AND ${live("a")} AND ($4::uuid[] IS NULL OR a.id = ANY($4)))
         - count(DISTINCT s.article_id) + count(DISTINCT s.version_id))::int AS records
     FROM annotation_sets s JOIN articles t ON t.id = s.article_id AND ${live("t")}
     WHERE s.project_id = $1 AND ($3::int[] IS NULL OR s.annotator = ANY($3))
       AND ($4::uuid[] IS NULL OR s.article_id = ANY($4)) AND ${setsOfLayer[selection.layer]}`,
    [projectId, open, annotators, articles],
  );
  return rows[0] ?? { annotated: 0, records: 0, sets: 0, spans: 0 };
}

/** Whether anything of a project has been settled. */
export async function hasGold(sql: Sql, projectId: string): Promise<boolean> {
  const { rows } = await sql.query<{ found: boolean }>(
    `SELECT EXISTS (
       SELECT FROM annotation_sets s JOIN articles a ON a.id = s.article_id AND ${live("a")}
       WHERE s.project_id = $1 AND s.kind = 'gold' AND s.submitted_at IS NOT NULL) AS found`,
    [projectId],
  );
  return rows[0]?.found ?? false;
}

export async function countProjectArticles(sql: Sql, projectId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM articles a WHERE a.project_id = $1 AND ${live("a")}`,
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

/** The numbers of those who have an annotation set in a project, in order. */
export async function annotatorsIn(sql: Sql, projectId: string): Promise<number[]> {
  const { rows } = await sql.query<{ number: number }>(
    `SELECT n.number FROM annotators n
     WHERE n.project_id = $1 AND EXISTS (
       SELECT FROM annotation_sets s WHERE s.project_id = $1 AND s.annotator = n.number)
     ORDER BY n.number`,
    [projectId],
  );
  return rows.map(({ number }) => number);
}
