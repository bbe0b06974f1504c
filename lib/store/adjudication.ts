import type { Source } from "@/lib/domain/operation";
import type { AdjudicationRule } from "@/lib/domain/schemas";
import type { Fragment } from "@/lib/domain/span";
import { type SetRow, setColumns } from "./annotation-sets";
import { hasNothingToDo } from "./assignments";
import type { Sql } from "./database";
import { live } from "./live";
import { fromMultirange } from "./multirange";

/** How a project settles what its reviewers disagree on. */
export type SettingsRow = {
  readonly rule: AdjudicationRule;
  /** Whether curators see reviewers by pseudonyms only. */
  readonly anonymous: boolean;
};

/** Of a project that is there: who asks has looked. */
export async function adjudicationSettings(sql: Sql, projectId: string): Promise<SettingsRow> {
  const { rows } = await sql.query<SettingsRow>(
    `SELECT adjudication_rule AS rule, reviewers_anonymous AS anonymous
     FROM projects p WHERE p.id = $1 AND ${live("p")}`,
    [projectId],
  );
  return rows[0] ?? { rule: { needed: "all", match: "strict" }, anonymous: true };
}

/** What is left out stays. */
export async function changeAdjudicationSettings(
  sql: Sql,
  projectId: string,
  { rule, anonymous }: { rule?: AdjudicationRule | undefined; anonymous?: boolean | undefined },
): Promise<void> {
  await sql.query(
    `UPDATE projects SET adjudication_rule = coalesce($2, adjudication_rule),
       reviewers_anonymous = coalesce($3, reviewers_anonymous) WHERE id = $1`,
    [projectId, rule ? JSON.stringify(rule) : null, anonymous ?? null],
  );
}

/** What a reviewer has submitted, and who they are. */
export type SubmittedRow = SetRow & { readonly userId: string; readonly userName: string };

/**
 * The sets that reviewers have submitted of a version, by their pseudonyms.
 *
 * @param lock whether nobody opens one of them again before the transaction ends
 */
export async function submittedSets(
  sql: Sql,
  versionId: string,
  { lock }: { lock: boolean },
): Promise<SubmittedRow[]> {
  const { rows } = await sql.query<SubmittedRow>(
    `SELECT ${setColumns}, u.id AS "userId", u.name AS "userName" FROM annotation_sets s
     JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
     JOIN users u ON u.id = a.user_id
     WHERE s.version_id = $1 AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
     ORDER BY s.annotator ${lock ? "FOR SHARE OF s" : ""}`,
    [versionId],
  );
  return rows;
}

/** An article version that reviewers have submitted, or of which there is gold. */
export type AdjudicationRow = {
  readonly articleId: string;
  readonly versionId: string;
  readonly version: number;
  readonly isCurrent: boolean;
  readonly title: string;
  /** How many have submitted it. */
  readonly reviewers: number;
  readonly goldId: string | null;
  readonly settledAt: Date | null;
  /** Who changed the gold last. */
  readonly decidedBy: string | null;
};

export type AdjudicationFilter = {
  readonly projectId: string;
  /** The id of a round; null for all articles. */
  readonly roundId: string | null;
};

/** The versions `w` that are, or were, to be adjudicated: parameters 1 and 2 are those of the filter. */
const adjudicated = `(
  SELECT s.article_id, s.version_id, count(*) FILTER (WHERE s.kind = 'reviewer')::int AS reviewers,
    (array_agg(s.id) FILTER (WHERE s.kind = 'gold'))[1] AS gold_id,
    max(s.submitted_at) FILTER (WHERE s.kind = 'gold') AS settled_at
  FROM annotation_sets s
  WHERE s.project_id = $1 AND (s.kind = 'gold' OR s.kind = 'reviewer' AND s.submitted_at IS NOT NULL)
    AND ($2::uuid IS NULL OR EXISTS (
      SELECT FROM round_articles ra
      WHERE ra.round_id = $2 AND ra.article_id = s.article_id AND ra.version_id = s.version_id))
  GROUP BY s.article_id, s.version_id) AS w
  JOIN articles a ON a.id = w.article_id AND ${live("a")}`;

const stateOf = `CASE WHEN w.gold_id IS NULL THEN 'open' WHEN w.settled_at IS NULL THEN 'begun' ELSE 'settled' END`;

/** Those versions in the order of their articles and numbers. @param state only those in it; all for null */
export async function listAdjudicated(
  sql: Sql,
  { projectId, roundId }: AdjudicationFilter,
  {
    state,
    after,
    limit,
  }: {
    state: "open" | "begun" | "settled" | null;
    after: { articleId: string; version: number } | null;
    limit: number;
  },
): Promise<AdjudicationRow[]> {
  const { rows } = await sql.query<AdjudicationRow>(
    `SELECT w.article_id AS "articleId", w.version_id AS "versionId", v.number AS version,
       v.number = a.current_version AS "isCurrent", v.title, w.reviewers, w.gold_id AS "goldId",
       w.settled_at AS "settledAt",
       (SELECT u.name FROM annotation_sets g JOIN operations o ON o.set_id = g.id AND o.revision = g.revision
        JOIN users u ON u.id = o.user_id WHERE g.id = w.gold_id) AS "decidedBy"
     FROM ${adjudicated} JOIN article_versions v ON v.id = w.version_id
     WHERE ($3::text IS NULL OR ${stateOf} = $3)
       AND ($4::uuid IS NULL OR (w.article_id, v.number) > ($4, $5::int))
     ORDER BY w.article_id, v.number LIMIT $6`,
    [projectId, roundId, state, after?.articleId ?? null, after?.version ?? null, limit],
  );
  return rows;
}

/** How many of those versions are in each state. */
export async function countAdjudicated(
  sql: Sql,
  { projectId, roundId }: AdjudicationFilter,
): Promise<{ open: number; begun: number; settled: number }> {
  const { rows } = await sql.query<{ open: number; begun: number; settled: number }>(
    `SELECT count(*) FILTER (WHERE state = 'open')::int AS open,
       count(*) FILTER (WHERE state = 'begun')::int AS begun,
       count(*) FILTER (WHERE state = 'settled')::int AS settled
     FROM (SELECT ${stateOf} AS state FROM ${adjudicated}) AS states`,
    [projectId, roundId],
  );
  return rows[0] ?? { open: 0, begun: 0, settled: 0 };
}

/** A reviewer's span where it lies, and whether something holds that was decided on it. */
export type PlacedSource = Source & {
  readonly versionId: string;
  readonly fragments: readonly Fragment[];
  readonly isDecided: boolean;
};

/** The spans that reviewers have submitted of some versions: enough to count what is left to decide. */
export async function placedSources(
  sql: Sql,
  versionIds: readonly string[],
): Promise<PlacedSource[]> {
  const { rows } = await sql.query<Omit<PlacedSource, "fragments"> & { fragments: string }>(
    `SELECT s.version_id AS "versionId", p.set_id AS set, p.id AS span, p.fragments::text AS fragments,
       x.set_id IS NOT NULL AS "isDecided"
     FROM annotation_sets s JOIN spans p ON p.set_id = s.id
     LEFT JOIN annotation_sets g ON g.version_id = s.version_id AND g.kind = 'gold'
     LEFT JOIN decision_sources x ON x.set_id = g.id AND x.source_set_id = p.set_id AND x.source_span_id = p.id
       AND (x.label, x.fragments, x.attributes) IS NOT DISTINCT FROM (p.label, p.fragments, p.attributes)
     WHERE s.version_id = ANY($1::uuid[]) AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL`,
    [versionIds],
  );
  return rows.map((row) => ({ ...row, fragments: fromMultirange(row.fragments) }));
}

/** Who made a decision, and when. */
export type DecidedRow = {
  readonly id: string;
  readonly userName: string | null;
  readonly decidedAt: Date;
};

export async function decidersIn(sql: Sql, setId: string): Promise<DecidedRow[]> {
  const { rows } = await sql.query<DecidedRow>(
    `SELECT d.id, u.name AS "userName", d.decided_at AS "decidedAt" FROM decisions d
     LEFT JOIN users u ON u.id = d.user_id WHERE d.set_id = $1 ORDER BY d.decided_at, d.id`,
    [setId],
  );
  return rows;
}

/** A gold set on an article that is not deleted, with its project; null if there is none of that id. */
export async function findGoldById(
  sql: Sql,
  setId: string,
): Promise<Pick<SetRow, "id" | "projectId" | "articleId" | "versionId" | "submittedAt"> | null> {
  const { rows } = await sql.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s
     JOIN articles a ON a.id = s.article_id AND ${live("a")}
     JOIN projects p ON p.id = s.project_id AND ${live("p")}
     WHERE s.id = $1 AND s.kind = 'gold'`,
    [setId],
  );
  return rows[0] ?? null;
}

/**
 * Somebody's own submitted set of a version on which something was decided, while they have nothing to do with the
 * article any more; null if there is none. Before that they are not to see what others made of it; and where gold
 * came of others alone, they are not to know that there is any.
 */
export async function ownDecidedSet(
  sql: Sql,
  { versionId, userId }: { versionId: string; userId: string },
): Promise<SetRow | null> {
  const { rows } = await sql.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s
     JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator AND n.user_id = $2
     WHERE s.version_id = $1 AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
       AND EXISTS (SELECT FROM decision_sources x WHERE x.source_set_id = s.id)
       AND ${hasNothingToDo("$2", "s.article_id")}`,
    [versionId, userId],
  );
  return rows[0] ?? null;
}

/**
 * The latest version of an article on which something was decided on somebody's work, and settled; null for none, and
 * while they have the article to do.
 */
export async function latestDecidedVersion(
  sql: Sql,
  { articleId, userId }: { articleId: string; userId: string },
): Promise<number | null> {
  const { rows } = await sql.query<{ number: number }>(
    `SELECT v.number FROM article_versions v
     JOIN annotation_sets s ON s.version_id = v.id AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
     JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator AND n.user_id = $2
     JOIN annotation_sets g ON g.version_id = v.id AND g.kind = 'gold' AND g.submitted_at IS NOT NULL
     WHERE v.article_id = $1 AND EXISTS (
       SELECT FROM decision_sources x WHERE x.set_id = g.id AND x.source_set_id = s.id)
       AND ${hasNothingToDo("$2", "v.article_id")}
     ORDER BY v.number DESC LIMIT 1`,
    [articleId, userId],
  );
  return rows[0]?.number ?? null;
}

/** A comment as it is read. */
export type CommentRow = {
  readonly id: string;
  readonly set: string;
  readonly span: string;
  readonly text: string;
  readonly fromReviewer: boolean;
  readonly userId: string;
  readonly userName: string;
  /** Of the reviewer whose span it is on. */
  readonly annotator: number;
  readonly createdAt: Date;
};

/**
 * The comments in a gold set, the oldest first.
 *
 * @param of the id of a reviewer's set: only those on its spans; all for null
 */
export async function listComments(
  sql: Sql,
  setId: string,
  { of, id = null }: { of: string | null; id?: string | null },
): Promise<CommentRow[]> {
  const { rows } = await sql.query<CommentRow>(
    `SELECT c.id, c.source_set_id AS set, c.source_span_id AS span, c.text, c.from_reviewer AS "fromReviewer",
       u.id AS "userId", u.name AS "userName", s.annotator, c.created_at AS "createdAt"
     FROM decision_comments c JOIN users u ON u.id = c.user_id JOIN annotation_sets s ON s.id = c.source_set_id
     WHERE c.set_id = $1 AND ($2::uuid IS NULL OR c.source_set_id = $2) AND ($3::uuid IS NULL OR c.id = $3)
     ORDER BY c.created_at, c.id`,
    [setId, of, id],
  );
  return rows;
}

export async function insertComment(
  sql: Sql,
  comment: {
    readonly id: string;
    readonly projectId: string;
    readonly setId: string;
    readonly source: Source;
    readonly userId: string;
    readonly fromReviewer: boolean;
    readonly text: string;
  },
): Promise<void> {
  const { id, projectId, setId, source, userId, fromReviewer, text } = comment;
  await sql.query(
    `INSERT INTO decision_comments
       (id, project_id, set_id, source_set_id, source_span_id, user_id, from_reviewer, text)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, projectId, setId, source.set, source.span, userId, fromReviewer, text],
  );
}

/** Takes a comment of somebody's own back; false if they have none such. */
export async function deleteComment(
  sql: Sql,
  { setId, id, userId }: { setId: string; id: string; userId: string },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    "DELETE FROM decision_comments WHERE set_id = $1 AND id = $2 AND user_id = $3",
    [setId, id, userId],
  );
  return rowCount === 1;
}

/** How many comments somebody has written in a gold set. */
export async function countComments(
  sql: Sql,
  { setId, userId }: { setId: string; userId: string },
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM decision_comments WHERE set_id = $1 AND user_id = $2",
    [setId, userId],
  );
  return rows[0]?.count ?? 0;
}

/** Those who have changed a gold set, or commented in it as curators. */
export async function curatorsOf(sql: Sql, setId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT user_id AS id FROM operations WHERE set_id = $1 AND user_id IS NOT NULL AND change->>'kind' <> 'scheme'
     UNION SELECT user_id FROM decision_comments WHERE set_id = $1 AND NOT from_reviewer`,
    [setId],
  );
  return rows.map(({ id }) => id);
}

/** Those whose submitted work a gold set decides on. */
export async function decidedReviewers(sql: Sql, setId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT DISTINCT a.user_id AS id FROM decision_sources x
     JOIN annotation_sets s ON s.id = x.source_set_id AND s.submitted_at IS NOT NULL
     JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
     WHERE x.set_id = $1 AND a.user_id IS NOT NULL`,
    [setId],
  );
  return rows.map(({ id }) => id);
}

/** What was decided on a source that is not there any more, too: its set, if it is of a version. */
export async function isSourceOf(
  sql: Sql,
  { setId, versionId, source }: { setId: string; versionId: string; source: Source },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT FROM annotation_sets t WHERE t.id = $3 AND t.version_id = $2 AND t.kind = 'reviewer' AND (
       t.submitted_at IS NOT NULL AND EXISTS (SELECT FROM spans p WHERE p.set_id = t.id AND p.id = $4)
       OR EXISTS (SELECT FROM decision_sources x
         WHERE x.set_id = $1 AND x.source_set_id = t.id AND x.source_span_id = $4))`,
    [setId, versionId, source.set, source.span],
  );
  return rowCount === 1;
}

/** Somebody who works or worked in a project. */
export type MaskedPerson = {
  readonly userId: string;
  /** Their pseudonym's; null while they have none. */
  readonly number: number | null;
  /** Whether they are a curator or an admin of it. */
  readonly seesAll: boolean;
};

/** Everybody who works or worked in a project, and the key by which they are given other ids. */
export async function maskedPeople(
  sql: Sql,
  projectId: string,
): Promise<{ key: string; people: MaskedPerson[] }> {
  const keys = await sql.query<{ key: string }>(
    `SELECT mask_key AS key FROM projects p WHERE p.id = $1 AND ${live("p")}`,
    [projectId],
  );
  const { rows } = await sql.query<MaskedPerson>(
    `SELECT w.user_id AS "userId", max(w.number) AS number,
       coalesce(bool_or(m.role IN ('admin', 'curator')), false) AS "seesAll"
     FROM (SELECT user_id, number FROM annotators WHERE project_id = $1 AND user_id IS NOT NULL
           UNION SELECT user_id, NULL FROM members WHERE project_id = $1
           UNION SELECT user_id, NULL FROM assignments WHERE project_id = $1
           UNION SELECT v.user_id, NULL FROM round_reviewers v WHERE v.project_id = $1) AS w
     LEFT JOIN members m ON m.project_id = $1 AND m.user_id = w.user_id
     GROUP BY w.user_id`,
    [projectId],
  );
  return { key: keys.rows[0]?.key ?? "", people: rows };
}
