import type { SpanCounts } from "@/lib/domain/agreement/matching";
import type { AssignmentState } from "@/lib/domain/rounds";
import type { Sql } from "./database";
import { live } from "./live";

/** How far what somebody first submitted agreed with gold, by label. */
export type LabelledCounts = Readonly<Record<string, SpanCounts>>;

/** Those of somebody's submitted assignments of a version that are compared with gold and have not been. */
export async function unscored(
  sql: Sql,
  { userId, articleId, versionId }: { userId: string; articleId: string; versionId: string },
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: "unscored-assignments",
    text: `SELECT x.id FROM assignments x
           JOIN rounds r ON r.id = x.round_id AND r.closed_at IS NULL
           JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id AND ra.has_gold
           WHERE x.user_id = $1 AND x.article_id = $2 AND x.version_id = $3 AND x.state = 'submitted'
             AND NOT EXISTS (SELECT FROM gold_scores c WHERE c.assignment_id = x.id)`,
    values: [userId, articleId, versionId],
  });
  return rows.map(({ id }) => id);
}

/** Keeps how far some assignments' work agrees with gold. The caller holds the locks of both sets. */
export async function insertScores(
  sql: Sql,
  assignments: readonly string[],
  {
    projectId,
    revision,
    gold,
    counts,
  }: {
    projectId: string;
    revision: number;
    gold: { readonly id: string; readonly revision: number };
    counts: LabelledCounts;
  },
): Promise<void> {
  await sql.query(
    `INSERT INTO gold_scores (assignment_id, project_id, revision, gold_set_id, gold_revision, counts)
     SELECT id, $2, $3, $4, $5, $6 FROM unnest($1::uuid[]) AS id`,
    [assignments, projectId, revision, gold.id, gold.revision, JSON.stringify(counts)],
  );
}

export type ScoreRow = {
  readonly assignmentId: string;
  readonly articleId: string;
  readonly title: string;
  readonly userId: string;
  readonly userName: string;
  readonly counts: LabelledCounts;
  readonly scoredAt: Date;
};

/**
 * The scores of a round, the latest first.
 *
 * @param userId only those of this reviewer; all if null
 * @param after only what comes after this one
 */
export async function listScores(
  sql: Sql,
  {
    roundId,
    userId,
    after,
    limit,
  }: {
    roundId: string;
    userId: string | null;
    after: { readonly scoredAt: Date; readonly assignmentId: string } | null;
    limit: number;
  },
): Promise<ScoreRow[]> {
  const { rows } = await sql.query<ScoreRow>(
    `SELECT x.id AS "assignmentId", x.article_id AS "articleId", a.title, x.user_id AS "userId", u.name AS "userName",
       c.counts, c.scored_at AS "scoredAt"
     FROM assignments x JOIN gold_scores c ON c.assignment_id = x.id
     JOIN articles a ON a.id = x.article_id AND ${live("a")}
     JOIN users u ON u.id = x.user_id
     WHERE x.round_id = $1 AND ($2::uuid IS NULL OR x.user_id = $2)
       AND ($3::timestamptz IS NULL OR (c.scored_at, x.id) < ($3, $4::uuid))
     ORDER BY c.scored_at DESC, x.id DESC LIMIT $5`,
    [roundId, userId, after?.scoredAt ?? null, after?.assignmentId ?? null, limit],
  );
  return rows;
}

/** Somebody's work in a round on an article that is compared with gold. */
export type ComparedWork = {
  readonly userId: string;
  readonly userName: string;
  readonly articleId: string;
  /** The number of the version that is to be worked on, or was. */
  readonly version: number;
  readonly versionId: string;
  readonly state: AssignmentState;
  /** Its reviewer's set, if that is submitted. */
  readonly setId: string | null;
  readonly submittedAt: Date | null;
  /** Of what was submitted first; null where that was before the round, or while it was closed. */
  readonly counts: LabelledCounts | null;
  readonly scoredAt: Date | null;
};

export async function comparedWork(
  sql: Sql,
  { roundId, articleId, userId }: { roundId: string; articleId: string; userId: string },
): Promise<ComparedWork | null> {
  const { rows } = await sql.query<ComparedWork>(
    `SELECT x.user_id AS "userId", u.name AS "userName", x.article_id AS "articleId", v.number AS version,
       x.version_id AS "versionId", x.state, s.id AS "setId", s.submitted_at AS "submittedAt", c.counts,
       c.scored_at AS "scoredAt"
     FROM assignments x
     JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id AND ra.has_gold
     JOIN articles a ON a.id = x.article_id AND ${live("a")}
     JOIN article_versions v ON v.id = x.version_id
     JOIN users u ON u.id = x.user_id
     LEFT JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
     LEFT JOIN annotation_sets s ON s.version_id = x.version_id AND s.kind = 'reviewer' AND s.annotator = n.number
       AND s.submitted_at IS NOT NULL
     LEFT JOIN gold_scores c ON c.assignment_id = x.id
     WHERE x.round_id = $1 AND x.article_id = $2 AND x.user_id = $3`,
    [roundId, articleId, userId],
  );
  return rows[0] ?? null;
}

/** A score of hidden gold, and whose it is: the annotator's number. */
export type DriftRow = {
  readonly round: number;
  readonly annotator: number;
  readonly counts: LabelledCounts;
  readonly scoredAt: Date;
};

/**
 * The scores of what was first submitted of gold that its reviewers do not know of.
 *
 * @param roundId only those of this round; of all rounds of the project if null
 * @param language only of articles in this language; of all if null
 */
export async function hiddenGoldScores(
  sql: Sql,
  {
    projectId,
    roundId,
    language,
  }: { projectId: string; roundId: string | null; language: string | null },
): Promise<DriftRow[]> {
  const { rows } = await sql.query<DriftRow>(
    `SELECT r.number AS round, n.number AS annotator, c.counts, c.scored_at AS "scoredAt"
     FROM gold_scores c JOIN assignments x ON x.id = c.assignment_id
     JOIN rounds r ON r.id = x.round_id AND r.kind = 'annotation'
     JOIN annotators n ON n.project_id = x.project_id AND n.user_id = x.user_id
     JOIN article_versions v ON v.id = x.version_id AND ($3::text IS NULL OR v.language = $3)
     JOIN articles a ON a.id = x.article_id AND ${live("a")}
     WHERE r.project_id = $1 AND ($2::uuid IS NULL OR r.id = $2)
     ORDER BY r.number, n.number, c.scored_at, c.assignment_id`,
    [projectId, roundId, language],
  );
  return rows;
}
