import type { Provenance, RoundOrigin } from "@/lib/domain/provenance";
import type { Sql } from "./database";
import { live } from "./live";

export async function provenanceOf(sql: Sql, projectId: string): Promise<Provenance> {
  const { rows: projects } = await sql.query<Pick<Provenance, "slug" | "title" | "articles">>(
    `SELECT slug, title, (SELECT count(*)::int FROM articles a WHERE a.project_id = p.id AND ${live("a")}) AS articles
     FROM projects p WHERE p.id = $1 AND ${live("p")}`,
    [projectId],
  );
  const [project] = projects;
  if (!project) throw new Error(`There is no project ${projectId}.`);
  const { rows: imports } = await sql.query<Provenance["imports"][number]>(
    `SELECT format, count(*)::int AS imports, sum(created)::int AS articles FROM imports
     WHERE project_id = $1 AND undone_at IS NULL AND created > 0
     GROUP BY format ORDER BY format`,
    [projectId],
  );
  const { rows: rounds } = await sql.query<RoundOrigin>(
    `SELECT r.number, r.title, r.kind, r.way, r.overlap, r.doubled_percent AS "doubledPercent", r.seed,
       r.guideline_version AS "guidelineVersion",
       (SELECT count(*)::int FROM round_articles ra WHERE ra.round_id = r.id) AS articles
     FROM rounds r WHERE r.project_id = $1 ORDER BY r.number`,
    [projectId],
  );
  return { ...project, imports, rounds };
}

/**
 * What a version of a project's guidelines says, as it was written; null if there is none.
 *
 * @param version null for the one that holds
 */
export async function guidelineText(
  sql: Sql,
  projectId: string,
  version: number | null,
): Promise<{ readonly version: number; readonly content: unknown } | null> {
  const { rows } = await sql.query<{ version: number; content: unknown }>(
    `SELECT version, content FROM guideline_versions
     WHERE project_id = $1 AND ($2::int IS NULL OR version = $2) ORDER BY version DESC LIMIT 1`,
    [projectId, version],
  );
  return rows[0] ?? null;
}
