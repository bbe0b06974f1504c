import { hasNothingToDo } from "./assignments";
import type { Sql } from "./database";
import { live } from "./live";

/** An article of which somebody's submitted work was decided. */
export type DecidedRow = {
  readonly articleId: string;
  readonly title: string;
  readonly projectSlug: string;
  readonly projectTitle: string;
  readonly settledAt: Date;
};

/**
 * The articles of which curators have settled something that somebody has submitted, the latest first; of several
 * versions of one the latest settled. Not those that they have to do once more, nor those of which gold came of others
 * alone: whoever knew that there is some would know what it is when it is mixed into a round.
 *
 * @param within the ids of the only projects to be told of; all if null
 */
export async function listDecidedWork(
  sql: Sql,
  { userId, within, limit }: { userId: string; within: readonly string[] | null; limit: number },
): Promise<DecidedRow[]> {
  const { rows } = await sql.query<DecidedRow>(
    `SELECT a.id AS "articleId", a.title, p.slug AS "projectSlug", p.title AS "projectTitle",
       max(g.submitted_at) AS "settledAt"
     FROM annotators n
     JOIN members m ON m.project_id = n.project_id AND m.user_id = n.user_id
     JOIN annotation_sets s ON s.project_id = n.project_id AND s.annotator = n.number
       AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
     JOIN annotation_sets g ON g.version_id = s.version_id AND g.kind = 'gold' AND g.submitted_at IS NOT NULL
     JOIN articles a ON a.id = s.article_id AND ${live("a")}
     JOIN projects p ON p.id = a.project_id AND ${live("p")}
     WHERE n.user_id = $1 AND ($2::uuid[] IS NULL OR n.project_id = ANY($2))
       AND EXISTS (SELECT FROM decision_sources x WHERE x.set_id = g.id AND x.source_set_id = s.id)
       AND ${hasNothingToDo("$1", "a.id")}
     GROUP BY a.id, a.title, p.slug, p.title
     ORDER BY "settledAt" DESC, a.id LIMIT $3`,
    [userId, within, limit],
  );
  return rows;
}
