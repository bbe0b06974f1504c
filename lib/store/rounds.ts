import type {
  Candidate,
  OthersSeen,
  RoundKind,
  RoundOrder,
  RoundReviewer,
  RoundWay,
  Story,
} from "@/lib/domain/rounds";
import { giveStories } from "./assignments";
import type { Sql } from "./database";
import { live } from "./live";

/** An article that a round may have, in its current version. */
export type RoundCandidate = Candidate & {
  readonly versionId: string;
  readonly createdAt: Date;
  readonly hasGold: boolean;
  /** Of one with gold: whether somebody of those who were asked about has submitted it or a copy of its text, now or before. */
  readonly isKnown: boolean;
};

/** Which articles of a project a round is made of; null leaves a condition out. */
export type CandidateFilter = {
  readonly projectId: string;
  readonly ids: readonly string[] | null;
  /** Without region and script; "und" for articles without one. */
  readonly languages: readonly string[] | null;
  /** "" for articles without one. */
  readonly publishers: readonly string[] | null;
  /** Whether to leave out what is in a round already. */
  readonly unassigned: boolean;
  /** Whether to leave out what has no gold. */
  readonly withGold: boolean;
  /** Who is asked about: whether any of them knows it already. */
  readonly knownTo: readonly string[];
};

/** A language as SQL knows it without region and script, as lib/domain/rounds.ts does. */
export const primary = (tag: string) =>
  `nullif(lower(split_part(replace(btrim(${tag}), '_', '-'), '-', 1)), '')`;

/** @param limit of more than these, some are left out */
export async function candidatesOf(
  sql: Sql,
  { projectId, ids, languages, publishers, unassigned, withGold, knownTo }: CandidateFilter,
  limit: number,
): Promise<RoundCandidate[]> {
  const { rows } = await sql.query<RoundCandidate>(
    `SELECT a.id, v.id AS "versionId", a.language, a.publisher, v.text_length AS length,
       v.text_sha256 AS story, a.created_at AS "createdAt", g.id IS NOT NULL AS "hasGold",
       g.id IS NOT NULL AND EXISTS (
         SELECT FROM article_versions w JOIN annotation_sets s ON s.version_id = w.id
         JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
         WHERE w.project_id = v.project_id AND w.text_sha256 = v.text_sha256
           AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL AND n.user_id = ANY($8::uuid[])
         UNION ALL
         SELECT FROM article_versions w JOIN assignments x ON x.article_id = w.article_id AND x.version_id = w.id
         JOIN gold_scores c ON c.assignment_id = x.id
         WHERE w.project_id = v.project_id AND w.text_sha256 = v.text_sha256
           AND x.user_id = ANY($8::uuid[])) AS "isKnown"
     FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
     LEFT JOIN annotation_sets g ON g.version_id = v.id AND g.kind = 'gold' AND g.submitted_at IS NOT NULL
     WHERE (NOT $7::boolean OR g.id IS NOT NULL) AND a.project_id = $1 AND ${live("a")} AND ($2::uuid[] IS NULL OR a.id = ANY($2))
       AND ($3::text[] IS NULL OR coalesce(${primary("a.language")}, 'und') = ANY($3))
       AND ($4::text[] IS NULL OR coalesce(a.publisher, '') = ANY($4))
       AND (NOT $5::boolean OR NOT EXISTS (
         SELECT FROM article_versions w JOIN round_articles x ON x.version_id = w.id WHERE w.article_id = a.id))
     ORDER BY a.created_at DESC, a.id DESC LIMIT $6`,
    [projectId, ids, languages, publishers, unassigned, limit, withGold, knownTo],
  );
  return rows;
}

/** How many articles of a project have gold of their current version. */
export async function countGold(sql: Sql, projectId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM annotation_sets g
     JOIN article_versions v ON v.id = g.version_id
     JOIN articles a ON a.id = g.article_id AND a.current_version = v.number AND ${live("a")}
     WHERE g.project_id = $1 AND g.kind = 'gold' AND g.submitted_at IS NOT NULL`,
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

/** What a project's articles can be chosen by, the most frequent first. */
export type Facet = { readonly value: string; readonly articles: number };

export async function facetsOf(
  sql: Sql,
  projectId: string,
): Promise<{ languages: Facet[]; publishers: Facet[] }> {
  const by = async (column: string, most: number) => {
    const { rows } = await sql.query<Facet>(
      `SELECT ${column} AS value, count(*)::int AS articles FROM articles a
       WHERE a.project_id = $1 AND ${live("a")} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2`,
      [projectId, most],
    );
    return rows;
  };
  return {
    languages: await by(`coalesce(${primary("a.language")}, 'und')`, 100),
    publishers: await by("coalesce(a.publisher, '')", 100),
  };
}

/** Those who may annotate in a project and can sign in, by name. */
export async function possibleReviewers(
  sql: Sql,
  projectId: string,
): Promise<{ id: string; name: string; email: string; role: string }[]> {
  const { rows } = await sql.query<{ id: string; name: string; email: string; role: string }>(
    `SELECT u.id, u.name, u.email, m.role FROM members m JOIN users u ON u.id = m.user_id
     WHERE m.project_id = $1 AND m.role <> 'viewer' AND u.disabled_at IS NULL ORDER BY u.name, u.id`,
    [projectId],
  );
  return rows;
}

/** What of a round is said when it is made. */
type RoundFields = {
  readonly id: string;
  readonly title: string;
  readonly kind: RoundKind;
  readonly way: RoundWay;
  readonly overlap: number;
  readonly doubledPercent: number | null;
  readonly seed: number;
  readonly articleOrder: RoundOrder;
  readonly leaseMinutes: number;
  readonly guidelineVersion: number | null;
  readonly goldPercent: number | null;
  readonly othersSeen: OthersSeen;
  readonly dueAt: Date | null;
};

/** A round as it is made. */
export type NewRound = RoundFields & {
  readonly projectId: string;
  readonly selection: object;
  readonly createdBy: string | null;
};

/**
 * Makes a round with its reviewers, articles and assignments. What a reviewer has submitted of the same
 * versions before counts as done. The numbers of a project's rounds are given out one at a time.
 *
 * @param stories in the order of the round
 * @param given the reviewers of each story; none of any in a queue
 * @param gold the ids of the articles that are compared with gold
 * @returns its number
 */
export async function insertRound(
  sql: Sql,
  round: NewRound,
  {
    reviewers,
    stories,
    given,
    gold,
  }: {
    reviewers: readonly RoundReviewer[];
    stories: readonly Story<RoundCandidate>[];
    given: readonly (readonly string[])[];
    gold: ReadonlySet<string>;
  },
): Promise<number> {
  const { id, projectId } = round;
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('rounds:' || $1, 0))", [
    projectId,
  ]);
  const { rows } = await sql.query<{ number: number }>(
    `INSERT INTO rounds (id, project_id, number, title, kind, way, overlap, doubled_percent, seed,
       article_order, selection, lease_minutes, others_seen, due_at, created_by, guideline_version, gold_percent)
     SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
     FROM rounds WHERE project_id = $2 RETURNING number`,
    [
      id,
      projectId,
      round.title,
      round.kind,
      round.way,
      round.overlap,
      round.doubledPercent,
      round.seed,
      round.articleOrder,
      JSON.stringify(round.selection),
      round.leaseMinutes,
      round.othersSeen,
      round.dueAt,
      round.createdBy,
      round.guidelineVersion,
      round.goldPercent,
    ],
  );
  await putReviewers(sql, { roundId: id, projectId, reviewers });
  await sql.query(
    `INSERT INTO round_stories (round_id, number, project_id, language, places, places_left)
     SELECT $1, s.number, $2, ${primary("s.language")}, s.places, s.places - s.given
     FROM unnest($3::text[], $4::int[], $5::int[]) WITH ORDINALITY AS s (language, places, given, number)`,
    [
      id,
      projectId,
      stories.map(({ language }) => language),
      stories.map(({ places }) => places),
      stories.map((_, index) => given[index]?.length ?? 0),
    ],
  );
  const articles = stories.flatMap((story, index) =>
    story.articles.map((article) => ({ ...article, story: index + 1 })),
  );
  await sql.query(
    `INSERT INTO round_articles (round_id, article_id, project_id, version_id, story, has_gold, position)
     SELECT $1, x.article_id, $2, x.version_id, x.story, x.has_gold, x.position
     FROM unnest($3::uuid[], $4::uuid[], $5::int[], $6::boolean[])
       WITH ORDINALITY AS x (article_id, version_id, story, has_gold, position)`,
    [
      id,
      projectId,
      articles.map((article) => article.id),
      articles.map(({ versionId }) => versionId),
      articles.map(({ story }) => story),
      articles.map((article) => gold.has(article.id)),
    ],
  );
  const places = given.flatMap((users, index) =>
    users.map((userId) => ({ userId, story: index + 1 })),
  );
  if (places.length > 0) await giveStories(sql, id, places, { leased: false });
  const number = rows[0]?.number;
  if (number === undefined) throw new Error("A round was made without a number.");
  return number;
}

/** Has some be reviewers of a round, also again, or read other languages in it from now on. */
export async function putReviewers(
  sql: Sql,
  {
    roundId,
    projectId,
    reviewers,
  }: { roundId: string; projectId: string; reviewers: readonly RoundReviewer[] },
): Promise<void> {
  await sql.query(
    `INSERT INTO round_reviewers (round_id, user_id, project_id, languages)
     SELECT $1, w.id, $2, ARRAY(SELECT jsonb_array_elements_text(w.languages))
     FROM unnest($3::uuid[], $4::jsonb[]) AS w (id, languages)
     ON CONFLICT (round_id, user_id) DO UPDATE SET languages = excluded.languages, removed_at = NULL`,
    [
      roundId,
      projectId,
      reviewers.map(({ id }) => id),
      reviewers.map(({ languages }) => JSON.stringify(languages)),
    ],
  );
}

/** How far work has come: assignments by state, and places that nobody has, of articles that are there. */
export type RoundProgress = {
  readonly queued: number;
  readonly open: number;
  readonly submitted: number;
  readonly returned: number;
  readonly skipped: number;
};

export type RoundRow = RoundFields & {
  readonly number: number;
  readonly pausedAt: Date | null;
  readonly closedAt: Date | null;
  readonly createdAt: Date;
  readonly projectSlug: string;
  readonly projectTitle: string;
  /** What was asked for when it was made. */
  readonly selection: unknown;
  readonly articles: number;
  /** Places that nobody has, each as often as its story has articles. */
  readonly free: number;
} & RoundProgress;

const progressColumns = `count(*) FILTER (WHERE x.state = 'queued')::int AS queued,
  count(*) FILTER (WHERE x.state = 'open')::int AS open,
  count(*) FILTER (WHERE x.state = 'submitted')::int AS submitted,
  count(*) FILTER (WHERE x.state = 'returned')::int AS returned,
  count(*) FILTER (WHERE x.state = 'skipped')::int AS skipped`;

/** Rounds `r` with how far they are; of one reviewer's own work if `user`, a parameter, is not null. */
const roundColumns = (user: string) => `r.id, r.number, r.title, r.kind, r.way, r.overlap,
  r.doubled_percent AS "doubledPercent", r.seed, r.article_order AS "articleOrder",
  r.lease_minutes AS "leaseMinutes", r.guideline_version AS "guidelineVersion",
  r.gold_percent AS "goldPercent",
  r.others_seen AS "othersSeen", r.due_at AS "dueAt", r.paused_at AS "pausedAt",
  r.closed_at AS "closedAt", r.created_at AS "createdAt", r.selection, p.slug AS "projectSlug",
  p.title AS "projectTitle", w.*, c.*
  FROM rounds r JOIN projects p ON p.id = r.project_id AND ${live("p")}
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS articles, coalesce(sum(s.places_left), 0)::int AS free
    FROM round_articles ra JOIN articles a ON a.id = ra.article_id AND ${live("a")}
    JOIN round_stories s ON s.round_id = ra.round_id AND s.number = ra.story
    WHERE ra.round_id = r.id) AS w
  CROSS JOIN LATERAL (
    SELECT ${progressColumns} FROM assignments x JOIN articles a ON a.id = x.article_id AND ${live("a")}
    WHERE x.round_id = r.id AND (${user}::uuid IS NULL OR x.user_id = ${user}::uuid)) AS c`;

/**
 * The rounds of a project, the latest first.
 *
 * @param userId only the rounds of this reviewer, and their own progress; all of everybody if null
 * @param before only those with a lower number
 */
export async function listRounds(
  sql: Sql,
  {
    projectId,
    userId,
    before,
    limit,
  }: { projectId: string; userId: string | null; before: number | null; limit: number },
): Promise<RoundRow[]> {
  const { rows } = await sql.query<RoundRow>(
    `SELECT ${roundColumns("$2")}
     WHERE r.project_id = $1 AND ($3::int IS NULL OR r.number < $3) AND ($2::uuid IS NULL OR EXISTS (
       SELECT FROM round_reviewers v WHERE v.round_id = r.id AND v.user_id = $2))
     ORDER BY r.number DESC LIMIT $4`,
    [projectId, userId, before, limit],
  );
  return rows;
}

/** What the latest rounds of a project are called, the latest first. */
export async function roundTitles(
  sql: Sql,
  projectId: string,
  limit: number,
): Promise<{ number: number; title: string }[]> {
  const { rows } = await sql.query<{ number: number; title: string }>(
    "SELECT number, title FROM rounds WHERE project_id = $1 ORDER BY number DESC LIMIT $2",
    [projectId, limit],
  );
  return rows;
}

/** One of those; null if there is none. */
export async function findRound(
  sql: Sql,
  { projectId, number, userId }: { projectId: string; number: number; userId: string | null },
): Promise<RoundRow | null> {
  const [row] = await listRounds(sql, { projectId, userId, before: number + 1, limit: 1 });
  return row?.number === number ? row : null;
}

/** The id of a round that somebody is a reviewer of; null if there is none. Counts nothing of it. */
export async function roundOfReviewer(
  sql: Sql,
  { projectId, number, userId }: { projectId: string; number: number; userId: string },
): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT r.id FROM rounds r JOIN round_reviewers v ON v.round_id = r.id AND v.user_id = $3 AND v.removed_at IS NULL
     WHERE r.project_id = $1 AND r.number = $2`,
    [projectId, number, userId],
  );
  return rows[0]?.id ?? null;
}

/** The rounds that somebody is a reviewer of and that are not over, in projects where they may still annotate. */
export async function roundsOfReviewer(
  sql: Sql,
  { userId, within, limit }: { userId: string; within: readonly string[] | null; limit: number },
): Promise<RoundRow[]> {
  const { rows } = await sql.query<RoundRow>(
    `SELECT ${roundColumns("$1")}
     JOIN round_reviewers v ON v.round_id = r.id AND v.user_id = $1 AND v.removed_at IS NULL
     WHERE r.closed_at IS NULL AND ${mayAnnotate("r.project_id", "$1")}
       AND ($2::uuid[] IS NULL OR r.project_id = ANY($2))
     ORDER BY r.due_at NULLS LAST, p.title, r.number LIMIT $3`,
    [userId, within, limit],
  );
  return rows;
}

/** The condition that somebody annotates in a project: as a member, or as a site admin. */
const mayAnnotate = (project: string, user: string) => `(EXISTS (
    SELECT FROM members m WHERE m.project_id = ${project} AND m.user_id = ${user} AND m.role <> 'viewer')
  OR EXISTS (SELECT FROM users u WHERE u.id = ${user} AND u.site_admin))`;

/** A reviewer of a round, and how far their work is. */
export type ReviewerRow = {
  readonly id: string;
  readonly name: string;
  readonly languages: readonly string[];
  /** Whether they may still annotate in the project, sign in, and are not out of the round. */
  readonly active: boolean;
  /** Since when they are out of the round. */
  readonly removedAt: Date | null;
} & RoundProgress;

/** The reviewers of a round, by name. @param userId only this one; all if null */
export async function reviewersOf(
  sql: Sql,
  { roundId, userId }: { roundId: string; userId: string | null },
): Promise<ReviewerRow[]> {
  const { rows } = await sql.query<ReviewerRow>(
    `SELECT u.id, u.name, v.languages, v.removed_at AS "removedAt", c.*,
       v.removed_at IS NULL AND u.disabled_at IS NULL AND ${mayAnnotate("v.project_id", "u.id")} AS active
     FROM round_reviewers v JOIN users u ON u.id = v.user_id
     CROSS JOIN LATERAL (
       SELECT ${progressColumns} FROM assignments x JOIN articles a ON a.id = x.article_id AND ${live("a")}
       WHERE x.round_id = v.round_id AND x.user_id = v.user_id) AS c
     WHERE v.round_id = $1 AND ($2::uuid IS NULL OR v.user_id = $2) ORDER BY u.name, u.id`,
    [roundId, userId],
  );
  return rows;
}

/** What changing a round or giving it out goes by, as it stands once nobody else is changing it. */
export type LockedRound = Pick<
  RoundRow,
  "id" | "number" | "title" | "way" | "seed" | "dueAt" | "othersSeen" | "pausedAt" | "closedAt"
>;

/**
 * Locks a round until the transaction ends; null if there is none.
 *
 * @param to "change" it, or "use" it as it is, which many can at once
 */
export async function lockRound(
  sql: Sql,
  { projectId, number }: { projectId: string; number: number },
  to: "change" | "use",
): Promise<LockedRound | null> {
  const { rows } = await sql.query<LockedRound>(
    `SELECT id, number, title, way, seed, due_at AS "dueAt", others_seen AS "othersSeen", paused_at AS "pausedAt",
       closed_at AS "closedAt"
     FROM rounds WHERE project_id = $1 AND number = $2 ${to === "change" ? "FOR NO KEY UPDATE" : "FOR SHARE"}`,
    [projectId, number],
  );
  return rows[0] ?? null;
}

/** Changes a round. The caller has it locked. */
export async function changeRound(
  sql: Sql,
  id: string,
  {
    title,
    dueAt,
    othersSeen,
    pausedAt,
    closedAt,
  }: Pick<NewRound, "title" | "dueAt" | "othersSeen"> & {
    pausedAt: Date | null;
    closedAt: Date | null;
  },
): Promise<void> {
  await sql.query(
    `UPDATE rounds SET title = $2, due_at = $3, others_seen = $4, paused_at = $5, closed_at = $6 WHERE id = $1`,
    [id, title, dueAt, othersSeen, pausedAt, closedAt],
  );
}
