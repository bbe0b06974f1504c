import type { SetKind } from "@/lib/domain/span";
import type { Sql } from "./database";
import { live } from "./live";

/** How many sets of each kind are looked through for values, of how many that may have the label. */
const [SETS, CANDIDATES] = [200, 2000] as const;

/** How many spans of one set are. */
const SPANS = 400;

/** How many different values come of it at most. */
const VALUES = 2000;

/**
 * The values of an attribute of a label's spans in the latest sets of a project, the most used first,
 * of those used as often the latest. Looks at a part of the data that does not grow with the project.
 *
 * @param kinds of which sets, whoever is their author
 * @param annotator whose own sets are looked at, too; null for nobody's
 */
export async function recentValues(
  sql: Sql,
  {
    projectId,
    kinds,
    annotator,
    label,
    attribute,
  }: {
    projectId: string;
    kinds: readonly SetKind[];
    annotator: number | null;
    label: string;
    attribute: string;
  },
): Promise<{ value: string; uses: number }[]> {
  const { rows } = await sql.query<{ value: string; uses: number }>(
    `WITH candidates AS (
       SELECT s.id, s.article_id, s.label_counts, s.part FROM (
         SELECT kind.name::text AS part, latest.* FROM unnest($2::set_kind[]) AS kind (name)
         CROSS JOIN LATERAL (
           SELECT s.id, s.article_id, s.label_counts FROM annotation_sets s
           WHERE s.project_id = $1 AND s.kind = kind.name
           ORDER BY s.id DESC LIMIT ${CANDIDATES}) AS latest
         UNION ALL
         (SELECT 'own', s.id, s.article_id, s.label_counts FROM annotation_sets s
          WHERE s.project_id = $1 AND s.annotator = $3 AND s.kind = 'reviewer'
          ORDER BY s.id DESC LIMIT ${CANDIDATES})) AS s
     ), ranked AS (
       SELECT c.id, c.article_id,
         row_number() OVER (PARTITION BY c.part ORDER BY c.id DESC) AS place
       FROM candidates c WHERE c.label_counts ? $4
     )
     SELECT used.value, count(*)::int AS uses
     FROM ranked CROSS JOIN LATERAL (
       -- One by one: all articles of the project would be read otherwise.
       SELECT FROM articles a WHERE a.id = ranked.article_id AND ${live("a")} LIMIT 1) AS kept
     CROSS JOIN LATERAL (
       SELECT p.attributes ->> $5 AS value FROM spans p
       WHERE p.set_id = ranked.id AND p.label = $4 AND p.attributes ? $5 LIMIT ${SPANS}) AS used
     WHERE ranked.place <= ${SETS}
     GROUP BY used.value ORDER BY uses DESC, max(ranked.id::text) DESC, used.value LIMIT ${VALUES}`,
    [projectId, kinds, annotator, label, attribute],
  );
  return rows;
}
