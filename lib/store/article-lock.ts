import type { Sql } from "./database";

/**
 * Lets one writer of articles at a time into a project, until the transaction ends: what an import
 * decides from what it finds holds until it has written.
 */
export async function lockArticles(sql: Sql, projectId: string): Promise<void> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('articles:' || $1, 0))", [
    projectId,
  ]);
}
