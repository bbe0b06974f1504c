import type { Attributes, Relation, Span } from "@/lib/domain/span";
import type { Block } from "@/lib/domain/text";
import type { Sql } from "./database";
import { live } from "./live";
import { fromMultirange } from "./multirange";

/** Whose submitted work on what. */
export type WorkSelection = {
  readonly projectId: string;
  /** Only what its reviewers submitted in this round; in whatever way if null. */
  readonly roundId: string | null;
  /** Only versions in this language; all if null. */
  readonly language: string | null;
};

/** A span without its words. */
export type SubmittedSpan = Omit<Span, "quote">;

/** What a reviewer has submitted of a version. */
export type SubmittedSet = {
  readonly id: string;
  readonly annotator: number;
  readonly schemeVersion: number;
  /** Of the article itself. */
  readonly attributes: Attributes;
  readonly spans: readonly SubmittedSpan[];
  readonly relations: readonly Relation[];
};

/** An article version on which somebody has work to submit, or has submitted it. */
export type WorkedVersion = {
  readonly articleId: string;
  readonly version: number;
  readonly versionId: string;
  /** In code points. */
  readonly length: number;
  /** Its words, encoded; null where they are not kept yet. */
  readonly segmentation: Uint8Array | null;
  /** The numbers of the rounds in which it was submitted, ascending. */
  readonly rounds: readonly number[];
  readonly sets: readonly SubmittedSet[];
  /** The annotator numbers of those to whom it was given, and who have not submitted it. */
  readonly missing: readonly number[];
};

/** What of the sets `s` a selection has; $1 its project, $2 its round. */
const submitted = `(s.project_id = $1 AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
  AND ($2::uuid IS NULL OR EXISTS (
    SELECT FROM assignments x JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
    WHERE x.round_id = $2 AND x.article_id = s.article_id AND x.version_id = s.version_id
      AND x.state = 'submitted' AND n.number = s.annotator)))`;

/**
 * The places `x` at which work was given to somebody who has not submitted it, in whatever round. What was skipped is
 * among them: it was theirs, and says nothing of what they would have marked. Who was taken out of a round is not.
 */
const notSubmitted = `(x.project_id = $1 AND ($2::uuid IS NULL OR x.round_id = $2)
  AND (x.state IN ('queued', 'open', 'returned') OR x.state = 'skipped' AND x.skip_cause = 'reviewer')
  AND NOT EXISTS (
    SELECT FROM annotation_sets s JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
    WHERE s.version_id = x.version_id AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
      AND n.user_id = x.user_id))`;

/** A version that somebody submitted, or has to, and where it is in the order in which they are read. */
export type VersionToRead = {
  readonly articleId: string;
  readonly version: number;
  readonly versionId: string;
};

const valuesOf = ({ projectId, roundId, language }: WorkSelection) => [
  projectId,
  roundId,
  language,
];

/** The versions of a selection, by article id and number: some bytes each, so that they are all read at once. */
export async function versionsWithWork(
  sql: Sql,
  selection: WorkSelection,
): Promise<VersionToRead[]> {
  const { rows } = await sql.query<VersionToRead>(
    `SELECT a.id AS "articleId", v.number AS version, v.id AS "versionId"
     FROM (SELECT s.version_id FROM annotation_sets s WHERE ${submitted}
           UNION SELECT x.version_id FROM assignments x WHERE ${notSubmitted}) AS w
     JOIN article_versions v ON v.id = w.version_id AND ($3::text IS NULL OR v.language = $3)
     JOIN articles a ON a.id = v.article_id AND ${live("a")}
     ORDER BY a.id, v.number`,
    valuesOf(selection),
  );
  return rows;
}

/**
 * What the work of a selection is, in short: of two states of the database in which it is the same, a report says the
 * same. And how much of it was submitted later than a moment.
 *
 * @param since null for none
 */
export async function stateOfWork(
  sql: Sql,
  selection: WorkSelection,
  since: Date | null,
): Promise<{ readonly digest: string; readonly sets: number; readonly submittedSince: number }> {
  const { rows } = await sql.query<{ digest: string; sets: number; submittedSince: number }>(
    `WITH work AS (
       SELECT s.id::text, s.revision, s.scheme_version, s.submitted_at FROM annotation_sets s
       JOIN article_versions v ON v.id = s.version_id AND ($3::text IS NULL OR v.language = $3)
       JOIN articles a ON a.id = s.article_id AND ${live("a")}
       WHERE ${submitted}
     ), owed AS (
       SELECT x.version_id, x.user_id FROM assignments x
       JOIN article_versions v ON v.id = x.version_id AND ($3::text IS NULL OR v.language = $3)
       JOIN articles a ON a.id = x.article_id AND ${live("a")}
       WHERE ${notSubmitted}
     )
     SELECT count(*)::int AS sets,
       count(*) FILTER (WHERE submitted_at > $4::timestamptz)::int AS "submittedSince",
       concat_ws(' ', count(*),
         sum(hashtextextended(concat_ws(' ', id, revision, scheme_version, extract(epoch FROM submitted_at)), 0)::numeric),
         (SELECT concat_ws(' ', count(*), sum(hashtextextended(concat_ws(' ', version_id, user_id), 0)::numeric)) FROM owed)
       ) AS digest
     FROM work`,
    [...valuesOf(selection), since],
  );
  return rows[0] ?? { digest: "", sets: 0, submittedSince: 0 };
}

/** The versions of the scheme in which the sets of a selection are. */
export async function schemesOfWork(sql: Sql, selection: WorkSelection): Promise<number[]> {
  const { rows } = await sql.query<{ version: number }>(
    `SELECT DISTINCT s.scheme_version AS version FROM annotation_sets s WHERE ${submitted}
       AND ($3::text IS NULL OR EXISTS (
         SELECT FROM article_versions v WHERE v.id = s.version_id AND v.language = $3))
     ORDER BY 1`,
    valuesOf(selection),
  );
  return rows.map(({ version }) => version);
}

/** The users who have work of a selection to do, and have no number in the project yet: nothing of theirs is stored. */
export async function unnumberedReviewers(
  sql: Sql,
  { projectId, roundId }: WorkSelection,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT DISTINCT x.user_id AS id FROM assignments x WHERE ${notSubmitted}
       AND NOT EXISTS (SELECT FROM annotators n WHERE n.project_id = x.project_id AND n.user_id = x.user_id)
     ORDER BY 1`,
    [projectId, roundId],
  );
  return rows.map(({ id }) => id);
}

/** The languages of what reviewers submitted in a project, in alphabetical order. */
export async function languagesOfWork(sql: Sql, projectId: string): Promise<string[]> {
  const { rows } = await sql.query<{ language: string }>(
    `SELECT DISTINCT v.language FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
     JOIN articles a ON a.id = s.article_id AND ${live("a")}
     WHERE s.project_id = $1 AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL AND v.language IS NOT NULL
     ORDER BY 1 LIMIT 200`,
    [projectId],
  );
  return rows.map(({ language }) => language);
}

/** Versions read at once: enough to keep PostgreSQL busy, some megabytes at the usual number of spans. */
const BATCH = 50;

/**
 * The work on some versions, in their order: read in batches, the next one while the caller works on this one, and put
 * together one by one.
 */
export async function* readWork(
  sql: Sql,
  selection: WorkSelection,
  versions: readonly VersionToRead[],
): AsyncGenerator<WorkedVersion> {
  const batchAt = (at: number) =>
    at < versions.length ? readBatch(sql, selection, versions.slice(at, at + BATCH)) : null;
  let next = batchAt(0);
  try {
    for (let at = BATCH; next; at += BATCH) {
      const rows: WorkRow[] = await next;
      next = batchAt(at);
      next?.catch(() => undefined); // awaited in the next round, or below
      for (const row of rows) yield assembled(row);
    }
  } finally {
    // The connection is free only when the last query has ended.
    await next?.catch(() => undefined);
  }
}

type WorkRow = Omit<WorkedVersion, "sets"> & {
  readonly sets: readonly Omit<SubmittedSet, "spans" | "relations">[] | null;
  /** As `packed` wrote them. */
  readonly spans: string | null;
  readonly relations: string | null;
};

// Characters that neither ids, names, ranges nor JSON contain. One value for a version instead of a row for each
// span saves half of the time.
const FIELD = "\x1f";
const RECORD = "\x1e";

const packed = (table: "spans" | "relations", fields: string) =>
  `(SELECT string_agg(concat_ws(E'\\x1f', s.annotator, ${fields}), E'\\x1e' ORDER BY s.annotator, p.id)
    FROM annotation_sets s JOIN ${table} p ON p.set_id = s.id WHERE s.version_id = w.version_id AND ${submitted})`;

async function readBatch(
  sql: Sql,
  selection: WorkSelection,
  versions: readonly VersionToRead[],
): Promise<WorkRow[]> {
  const { rows } = await sql.query<WorkRow>({
    name: "submitted-work",
    text: `
      SELECT w.article_id AS "articleId", w.number AS version, w.version_id AS "versionId", v.text_length AS length,
        g.bytes AS segmentation,
        (SELECT json_agg(json_build_object('id', s.id, 'annotator', s.annotator, 'schemeVersion', s.scheme_version,
           'attributes', s.attributes) ORDER BY s.annotator)
         FROM annotation_sets s WHERE s.version_id = w.version_id AND ${submitted}) AS sets,
        ${packed("spans", "p.id, p.label, p.fragments::text, p.attributes::text")} AS spans,
        ${packed("relations", "p.id, p.type, p.from_id, p.to_id, p.attributes::text")} AS relations,
        array(SELECT DISTINCT r.number FROM assignments x JOIN rounds r ON r.id = x.round_id
              WHERE x.version_id = w.version_id AND x.article_id = w.article_id AND x.state = 'submitted'
                AND ($2::uuid IS NULL OR x.round_id = $2) ORDER BY 1) AS rounds,
        array(SELECT DISTINCT n.number FROM assignments x
              JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
              WHERE x.version_id = w.version_id AND x.article_id = w.article_id AND ${notSubmitted}
              ORDER BY 1) AS missing
      FROM unnest($3::uuid[], $4::int[], $5::uuid[]) AS w (article_id, number, version_id)
      JOIN article_versions v ON v.id = w.version_id
      LEFT JOIN segmentations g ON g.version_id = w.version_id
      ORDER BY w.article_id, w.number`,
    values: [
      selection.projectId,
      selection.roundId,
      versions.map(({ articleId }) => articleId),
      versions.map(({ version }) => version),
      versions.map(({ versionId }) => versionId),
    ],
  });
  return rows;
}

function assembled({ sets: fields, spans, relations, ...version }: WorkRow): WorkedVersion {
  const sets = new Map(
    (fields ?? []).map((set) => [
      String(set.annotator),
      { ...set, spans: [] as SubmittedSpan[], relations: [] as Relation[] },
    ]),
  );
  for (const [annotator = "", ...of] of unpacked(spans))
    sets.get(annotator)?.spans.push(spanOf(of));
  for (const [annotator = "", ...of] of unpacked(relations)) {
    sets.get(annotator)?.relations.push(relationOf(of));
  }
  return { ...version, sets: [...sets.values()] };
}

function unpacked(value: string | null): string[][] {
  return value === null ? [] : value.split(RECORD).map((record) => record.split(FIELD));
}

function spanOf([id = "", label = "", range = "", attributes = ""]: string[]): SubmittedSpan {
  return { id, label, fragments: fromMultirange(range), attributes: readJson(attributes) };
}

function relationOf([id = "", type = "", from = "", to = "", attributes = ""]: string[]): Relation {
  return { id, type, from, to, attributes: readJson(attributes) };
}

const readJson = (text: string): Attributes => (text === "{}" ? {} : JSON.parse(text));

/** What words are found in where they are not kept yet. */
export async function textToSegment(
  sql: Sql,
  versionId: string,
): Promise<{ text: string; blocks: readonly Block[]; language: string | null }> {
  const { rows } = await sql.query<{ text: string; blocks: Block[]; language: string | null }>(
    "SELECT text, blocks, language FROM article_versions WHERE id = $1",
    [versionId],
  );
  const row = rows[0];
  if (!row) throw new Error(`There is no article version ${versionId}.`);
  return row;
}

/** What some articles of a project are called now, by id; without those that are gone. */
export async function titlesOf(
  sql: Sql,
  { projectId, articleIds }: { projectId: string; articleIds: readonly string[] },
): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ id: string; title: string }>(
    `SELECT a.id, a.title FROM articles a WHERE a.project_id = $1 AND a.id = ANY($2::uuid[]) AND ${live("a")}`,
    [projectId, articleIds],
  );
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/**
 * Versions that two reviewers or more have submitted, by article id and number.
 *
 * @param labels each of them is in one set at least
 * @param after only versions from this one on, itself among them; all if null
 */
export async function versionsToCompare(
  sql: Sql,
  selection: WorkSelection,
  {
    labels,
    from,
    limit,
  }: {
    labels: readonly string[];
    from: { readonly articleId: string; readonly version: number } | null;
    limit: number;
  },
): Promise<VersionToRead[]> {
  const { rows } = await sql.query<VersionToRead>(
    `SELECT a.id AS "articleId", v.number AS version, v.id AS "versionId"
     FROM (SELECT s.version_id, array_agg(s.label_counts) AS counts FROM annotation_sets s
           WHERE ${submitted} GROUP BY s.version_id HAVING count(*) > 1) AS w
     JOIN article_versions v ON v.id = w.version_id AND ($3::text IS NULL OR v.language = $3)
     JOIN articles a ON a.id = v.article_id AND ${live("a")}
     WHERE NOT EXISTS (
         SELECT FROM unnest($4::text[]) AS label WHERE NOT EXISTS (
           SELECT FROM unnest(w.counts) AS c WHERE c ? label))
       AND ($5::uuid IS NULL OR (a.id, v.number) >= ($5, $6::int))
     ORDER BY a.id, v.number LIMIT $7`,
    [...valuesOf(selection), labels, from?.articleId ?? null, from?.version ?? null, limit],
  );
  return rows;
}

/** Pieces of texts, in the order in which they are asked for; in code points. */
export async function piecesOfText(
  sql: Sql,
  pieces: readonly { readonly versionId: string; readonly start: number; readonly end: number }[],
): Promise<string[]> {
  const { rows } = await sql.query<{ text: string }>(
    `SELECT substr(v.text, p.start + 1, p.stop - p.start) AS text
     FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS p (version_id, start, stop, place)
     JOIN article_versions v ON v.id = p.version_id ORDER BY p.place`,
    [
      pieces.map(({ versionId }) => versionId),
      pieces.map(({ start }) => start),
      pieces.map(({ end }) => end),
    ],
  );
  return rows.map(({ text }) => text);
}
