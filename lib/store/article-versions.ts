import type { Block } from "@/lib/domain/text";
import type { Role } from "@/lib/store/generated/client";
import type { Sql } from "./database";
import { live } from "./live";
import { isWithin, type Reach } from "./reach";

/** The oldest article with the text of a version, if it came before the version's own: `a` and `v`. */
export const duplicateOf = `(SELECT other.id FROM article_versions same
    JOIN articles other ON other.id = same.article_id AND other.current_version = same.number
           AND ${live("other")}
    WHERE same.project_id = v.project_id AND same.text_sha256 = v.text_sha256 AND other.id < a.id
    ORDER BY other.id LIMIT 1)`;

/** An article in one version, with the metadata of that, and what the asking user is in its project. */
export type ArticleVersionRow = {
  readonly articleId: string;
  readonly projectId: string;
  readonly projectSlug: string;
  readonly projectTitle: string;
  readonly schemeVersion: number;
  /** What the project adds to the words of reported speech. */
  readonly cues: readonly string[];
  /** Null for whoever may everything without being a member. */
  readonly role: Role | null;
  readonly sourceId: string | null;
  readonly title: string;
  readonly publisher: string | null;
  readonly author: string | null;
  readonly url: string | null;
  readonly publishedAt: Date | null;
  readonly language: string | null;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly currentVersion: number;
  /** The oldest article with the same text, if it came before this one. */
  readonly duplicateOf: string | null;
  readonly versionId: string;
  readonly number: number;
  readonly text: string;
  readonly textSha256: string;
  readonly blocks: readonly Block[];
};

/**
 * An article within reach in one version.
 *
 * @param version the version's number; the current one if null
 */
export async function findArticleVersion(
  sql: Sql,
  key: Reach & { articleId: string; version: number | null },
): Promise<ArticleVersionRow | null> {
  const { rows } = await sql.query<ArticleVersionRow>(
    `SELECT a.id AS "articleId", a.project_id AS "projectId", p.slug AS "projectSlug",
       p.title AS "projectTitle", p.scheme_version AS "schemeVersion", p.cues, m.role,
       v.source_id AS "sourceId", v.title, v.publisher, v.author, v.url,
       v.published_at AS "publishedAt", v.language, v.meta, a.current_version AS "currentVersion",
       ${duplicateOf} AS "duplicateOf",
       v.id AS "versionId", v.number, v.text, v.text_sha256 AS "textSha256", v.blocks
     FROM articles a
     JOIN projects p ON p.id = a.project_id
     JOIN article_versions v ON v.article_id = a.id AND v.number = coalesce($2, a.current_version)
     LEFT JOIN members m ON m.project_id = a.project_id AND m.user_id = $3
     WHERE a.id = $1 AND ($4::boolean OR m.user_id IS NOT NULL) AND ${isWithin("a.project_id", "$5")}
       AND ${live("a")} AND ${live("p")}`,
    [key.articleId, key.version, key.userId, key.all, key.within],
  );
  return rows[0] ?? null;
}

/** Earlier versions of an article on which a user has done something, newest first. */
export async function versionsWithOwnWork(
  sql: Sql,
  { articleId, userId }: { articleId: string; userId: string },
): Promise<number[]> {
  const { rows } = await sql.query<{ number: number }>(
    `SELECT v.number FROM annotation_sets s
     JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator AND a.user_id = $2
     JOIN article_versions v ON v.id = s.version_id
     WHERE s.article_id = $1 AND s.kind = 'reviewer' AND (s.revision > 0 OR s.submitted_at IS NOT NULL)
     ORDER BY v.number DESC`,
    [articleId, userId],
  );
  return rows.map(({ number }) => number);
}

/** Whether a set's article is there, neither it nor its project in the trash. */
export async function isOnLiveArticle(sql: Sql, setId: string): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: "is-on-live-article",
    text: `SELECT FROM annotation_sets s
           JOIN articles a ON a.id = s.article_id AND ${live("a")}
           JOIN projects p ON p.id = a.project_id AND ${live("p")}
           WHERE s.id = $1`,
    values: [setId],
  });
  return rowCount === 1;
}

/** The text of a version, which never changes. */
export async function versionText(sql: Sql, versionId: string): Promise<string | null> {
  const { rows } = await sql.query<{ text: string }>(
    "SELECT text FROM article_versions WHERE id = $1",
    [versionId],
  );
  return rows[0]?.text ?? null;
}

/** A text of a project's articles by its hash, whichever version has it; null if none has. */
export async function findText(
  sql: Sql,
  { projectId, hash }: { projectId: string; hash: string },
): Promise<string | null> {
  const { rows } = await sql.query<{ text: string }>(
    `SELECT v.text FROM article_versions v JOIN articles a ON a.id = v.article_id AND ${live("a")}
     WHERE v.project_id = $1 AND v.text_sha256 = $2 LIMIT 1`,
    [projectId, hash],
  );
  return rows[0]?.text ?? null;
}
