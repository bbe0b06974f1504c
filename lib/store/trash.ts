import type pg from "pg";
import { Lexicon } from "@/lib/search/tokens";
import { lockStoriesOf, settleStories } from "./assignments";
import { type Database, type Sql, unhurriedConnection } from "./database";
import type { Role } from "./generated/client";
import { live } from "./live";
import { isWithin, type Reach } from "./reach";
import { deleteEntries, forgetUnusedWords, rewriteEntries } from "./search-index";

/** How long what was deleted can be restored, in days. After that it is deleted for good. */
export const TRASH_DAYS = 30;

/** So many articles are worked on in one query. */
const AT_ONCE = 100;

/** Since when something has to lie in the trash to be out of it. */
const bygone = `now() - interval '${TRASH_DAYS} days'`;

/** What would go with articles: all of it, and what of it is other people's own. */
export type Work = {
  readonly articles: number;
  readonly annotationSets: number;
  readonly spans: number;
  /** How many people have annotated them. */
  readonly people: number;
  readonly others: {
    readonly annotationSets: number;
    readonly spans: number;
    readonly people: number;
  };
};

/** Articles that are there: some of them, those an import brought, or all of a project. */
export type Scope =
  | { readonly projectId: string; readonly articleIds: readonly string[] }
  | { readonly projectId: string };

/**
 * The condition that people have worked in a set here: not files, nor somebody who only opened it.
 *
 * @param of the set's alias in the query
 */
const worked = (of: string) => `(${of}.kind = 'gold'
  OR ${of}.kind = 'reviewer' AND (${of}.revision > 0 OR ${of}.submitted_at IS NOT NULL))`;

/**
 * What people and files have marked in some articles. A set that somebody only opened is no work.
 *
 * @param userId whose work is not other people's; null for the operator, who has none
 */
export async function workOn(sql: Sql, scope: Scope, userId: string | null): Promise<Work> {
  const ids = "articleIds" in scope ? scope.articleIds : null;
  const { rows } = await sql.query<{
    articles: number;
    annotationSets: number;
    spans: number;
    people: number;
    otherSets: number;
    otherSpans: number;
    otherPeople: number;
  }>(
    `WITH scope AS (
       SELECT a.id FROM articles a WHERE a.project_id = $1
         ${ids === null ? `AND ${live("a")}` : "AND a.id = ANY($3::uuid[])"}
     ), work AS (
       SELECT n.user_id AS person, ${worked("s")} AND n.user_id IS DISTINCT FROM $2::uuid AS of_others,
         (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(s.label_counts)) AS spans
       FROM scope JOIN annotation_sets s ON s.article_id = scope.id
       LEFT JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
       WHERE ${worked("s")} OR s.kind NOT IN ('reviewer', 'gold'))
     SELECT (SELECT count(*)::int FROM scope) AS articles, count(*)::int AS "annotationSets",
       coalesce(sum(spans), 0)::int AS spans, count(DISTINCT person)::int AS people,
       count(*) FILTER (WHERE of_others)::int AS "otherSets",
       coalesce(sum(spans) FILTER (WHERE of_others), 0)::int AS "otherSpans",
       count(DISTINCT person) FILTER (WHERE of_others)::int AS "otherPeople"
     FROM work`,
    ids === null ? [scope.projectId, userId] : [scope.projectId, userId, ids],
  );
  const row = rows[0];
  if (!row) throw new Error("Counting gave no row.");
  const { otherSets, otherSpans, otherPeople, ...all } = row;
  return {
    ...all,
    others: { annotationSets: otherSets, spans: otherSpans, people: otherPeople },
  };
}

/** An article, as it is named in a question. */
export type NamedArticle = { readonly id: string; readonly title: string };

/** Those of some articles of a project that are there. */
export async function articlesThere(
  sql: Sql,
  { projectId, ids }: { projectId: string; ids: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT a.id FROM articles a WHERE a.project_id = $1 AND a.id = ANY($2::uuid[]) AND ${live("a")}`,
    [projectId, ids],
  );
  return rows.map(({ id }) => id);
}

/**
 * Those of some articles on which other people have worked, by their titles.
 *
 * @param userId as for {@link workOn}
 */
export async function workedOnByOthers(
  sql: Sql,
  { projectId, ids, userId }: { projectId: string; ids: readonly string[]; userId: string | null },
): Promise<NamedArticle[]> {
  const { rows } = await sql.query<NamedArticle>(
    `SELECT a.id, a.title FROM articles a
     WHERE a.project_id = $1 AND a.id = ANY($2::uuid[]) AND EXISTS (
       SELECT FROM annotation_sets s
       LEFT JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
       WHERE s.article_id = a.id AND n.user_id IS DISTINCT FROM $3::uuid
         AND ${worked("s")})
     ORDER BY a.title, a.id`,
    [projectId, ids, userId],
  );
  return rows;
}

/** Where an article is that is there, and what the user is in its project. */
export type ArticlePlace = {
  readonly id: string;
  readonly projectId: string;
  readonly role: Role | null;
};

/** An article within reach; null if there is none. */
export async function findArticlePlace(
  sql: Sql,
  { id, userId, all, within }: Reach & { id: string },
): Promise<ArticlePlace | null> {
  const { rows } = await sql.query<ArticlePlace>(
    `SELECT a.id, a.project_id AS "projectId", m.role FROM articles a
     JOIN projects p ON p.id = a.project_id
     LEFT JOIN members m ON m.project_id = a.project_id AND m.user_id = $2
     WHERE a.id = $1 AND ($3::boolean OR m.user_id IS NOT NULL) AND ${isWithin("a.project_id", "$4")}
       AND ${live("a")} AND ${live("p")}`,
    [id, userId, all, within],
  );
  return rows[0] ?? null;
}

/**
 * Puts articles of a project into the trash. The caller has the project's lock. Saves that are under way
 * in them are waited for, and what follows in the transaction sees them; later ones are refused.
 *
 * @returns those that were there
 */
export async function trashArticles(
  sql: Sql,
  { projectId, ids, userId }: { projectId: string; ids: readonly string[]; userId: string | null },
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `UPDATE articles a SET deleted_at = now(), deleted_by = $3
     WHERE a.project_id = $1 AND a.id = ANY($2::uuid[]) AND ${live("a")} RETURNING a.id`,
    [projectId, ids, userId],
  );
  const trashed = rows.map(({ id }) => id);
  await deleteEntries(sql, trashed);
  await sql.query(
    "SELECT FROM annotation_sets WHERE article_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE",
    [trashed],
  );
  return trashed;
}

/** Puts a project into the trash, with all that is in it; false if it is not there any more. */
export async function trashProject(
  sql: Sql,
  { id, userId }: { id: string; userId: string | null },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE projects p SET deleted_at = now(), deleted_by = $2 WHERE p.id = $1 AND ${live("p")}`,
    [id, userId],
  );
  return rowCount === 1;
}

/** Something that can be restored. */
export type Trashed = {
  readonly kind: "article" | "project";
  readonly id: string;
  readonly title: string;
  /** Of an article its project's, of a project its own. */
  readonly projectId: string;
  readonly slug: string;
  readonly projectTitle: string;
  readonly deletedAt: Date;
  /** Null for the operator at the command line. */
  readonly deletedBy: string | null;
};

export async function administersAny(sql: Sql, userId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    "SELECT FROM members WHERE user_id = $1 AND role = 'admin' LIMIT 1",
    [userId],
  );
  return rowCount === 1;
}

/** The condition that a project, `p`, is within reach of one of its admins: parameters 1 to 3 are the reach. */
const administered = `(($2::boolean OR EXISTS (
  SELECT FROM members m WHERE m.project_id = p.id AND m.user_id = $1 AND m.role = 'admin'))
  AND ${isWithin("p.id", "$3")})`;

const trashedColumns = (
  kind: "article" | "project",
  of: string,
) => `'${kind}' AS kind, ${of}.id, ${of}.title,
  p.id AS "projectId", p.slug, p.title AS "projectTitle", ${of}.deleted_at AS "deletedAt",
  (SELECT u.name FROM users u WHERE u.id = ${of}.deleted_by) AS "deletedBy"`;

/**
 * What an admin can restore, the last deleted first. Articles of a project that was deleted as a whole are
 * not listed: they come back with it.
 */
export async function listTrash(
  sql: Sql,
  { userId, all, within }: Reach,
  { before, limit }: { before: { at: Date; id: string } | null; limit: number },
): Promise<Trashed[]> {
  const place = (of: string) =>
    `($4::timestamptz IS NULL OR (${of}.deleted_at, ${of}.id) < ($4::timestamptz, $5::uuid))`;
  const { rows } = await sql.query<Trashed>(
    `(SELECT ${trashedColumns("article", "a")} FROM articles a JOIN projects p ON p.id = a.project_id
       WHERE a.deleted_at > ${bygone} AND ${live("p")} AND ${administered} AND ${place("a")}
       ORDER BY a.deleted_at DESC, a.id DESC LIMIT $6)
     UNION ALL
     (SELECT ${trashedColumns("project", "p")} FROM projects p
       WHERE p.deleted_at > ${bygone} AND ${administered} AND ${place("p")}
       ORDER BY p.deleted_at DESC, p.id DESC LIMIT $6)
     ORDER BY "deletedAt" DESC, id DESC LIMIT $6`,
    [userId, all, within, before?.at ?? null, before?.id ?? null, limit],
  );
  return rows;
}

/** Something in the trash that a reader of it may restore; null if there is none. */
export async function findTrashed(
  sql: Sql,
  { userId, all, within }: Reach,
  { kind, id }: { kind: "article" | "project"; id: string },
): Promise<Trashed | null> {
  const [of, from] =
    kind === "article"
      ? ["a", `articles a JOIN projects p ON p.id = a.project_id AND ${live("p")}`]
      : ["p", "projects p"];
  const { rows } = await sql.query<Trashed>(
    `SELECT ${trashedColumns(kind, of)} FROM ${from}
     WHERE ${of}.id = $4 AND ${of}.deleted_at > ${bygone} AND ${administered}`,
    [userId, all, within, id],
  );
  return rows[0] ?? null;
}

/** Why something cannot come back as it was: what was its own has been given to another. */
export type Restored = "restored" | "taken" | "gone";

/** Takes an article out of the trash, and has it found again. The caller has the project's lock. */
export async function restoreArticle(
  client: pg.ClientBase,
  { id, projectId }: { id: string; projectId: string },
): Promise<Restored> {
  const outcome = await restored(
    client.query(
      `UPDATE articles SET deleted_at = NULL, deleted_by = NULL
       WHERE id = $1 AND project_id = $2 AND deleted_at > ${bygone}`,
      [id, projectId],
    ),
  );
  if (outcome === "restored") {
    await rewriteEntries(client, { projectId, ids: [id], lexicon: new Lexicon() });
  }
  return outcome;
}

/** @param slug its short name from now on */
export async function restoreProject(
  sql: Sql,
  { id, slug }: { id: string; slug: string },
): Promise<Restored> {
  return restored(
    sql.query(
      `UPDATE projects SET deleted_at = NULL, deleted_by = NULL, slug = $2
       WHERE id = $1 AND deleted_at > ${bygone}`,
      [id, slug],
    ),
  );
}

async function restored(update: Promise<pg.QueryResult>): Promise<Restored> {
  try {
    return (await update).rowCount === 1 ? "restored" : "gone";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "23505") return "taken";
    throw error;
  }
}

/** What became of what an import brought. */
export type Brought = {
  /** Articles that it created, and that are as it left them but for people's work. */
  readonly created: readonly string[];
  /** Versions that it added to articles, are the current ones still, and have no work on them. */
  readonly versions: readonly { readonly articleId: string; readonly number: number }[];
  /** How many of its articles stay as they are, and why. */
  readonly kept: {
    /** A later import has changed them. */
    readonly changedSince: number;
    /** People have worked on the version that it added, or are to do so in a round. */
    readonly worked: number;
    /** It only changed what is said of them, or annotations, which nothing kept. */
    readonly overwritten: number;
  };
};

/**
 * Keeps everybody from saving into the versions that an import brought until the transaction ends, once
 * the saves that are under way are done.
 */
export async function holdWorkOn(sql: Sql, importId: string): Promise<void> {
  await sql.query(
    `SELECT FROM annotation_sets WHERE version_id IN (
       SELECT v.id FROM import_items t JOIN article_versions v ON v.article_id = t.article_id
       WHERE t.import_id = $1 AND t.outcome IN ('created', 'updated') AND v.import_id = $1)
     ORDER BY id FOR UPDATE`,
    [importId],
  );
}

/** Looks at everything that an import created or changed and that is still there. */
export async function broughtBy(
  sql: Sql,
  { importId, projectId }: { importId: string; projectId: string },
): Promise<Brought> {
  const { rows } = await sql.query<{
    id: string;
    created: boolean;
    number: number | null;
    changedSince: boolean;
    worked: boolean;
  }>(
    `WITH touched AS (
       SELECT t.article_id AS id, bool_or(t.outcome = 'created') AS created FROM import_items t
       WHERE t.import_id = $1 AND t.outcome IN ('created', 'updated') AND t.article_id IS NOT NULL
       GROUP BY t.article_id)
     SELECT a.id, touched.created, own.first AS number,
       EXISTS (SELECT FROM article_versions v WHERE v.article_id = a.id
                AND v.import_id IS DISTINCT FROM $1 AND v.number > coalesce(own.first, 1)) AS "changedSince",
       EXISTS (SELECT FROM article_versions v JOIN annotation_sets s ON s.version_id = v.id
                WHERE v.article_id = a.id AND v.import_id = $1 AND ${worked("s")})
         OR EXISTS (SELECT FROM article_versions v JOIN round_articles x ON x.version_id = v.id
                WHERE v.article_id = a.id AND v.import_id = $1) AS worked
     FROM touched JOIN articles a ON a.id = touched.id AND a.project_id = $2 AND ${live("a")}
     LEFT JOIN LATERAL (
       SELECT min(v.number) AS first FROM article_versions v
       WHERE v.article_id = a.id AND v.import_id = $1) AS own ON true
     ORDER BY a.id`,
    [importId, projectId],
  );
  const created: string[] = [];
  const versions: { articleId: string; number: number }[] = [];
  const kept = { changedSince: 0, worked: 0, overwritten: 0 };
  for (const row of rows) {
    if (row.changedSince) kept.changedSince += 1;
    else if (row.created) created.push(row.id);
    else if (row.number === null) kept.overwritten += 1;
    else if (row.worked) kept.worked += 1;
    else versions.push({ articleId: row.id, number: row.number });
  }
  return { created, versions, kept };
}

/**
 * Takes versions away, each with those above it, so that the one before is the current one again, and
 * the article is called as that one says. The caller has the project's lock, and nobody has worked on them.
 */
export async function removeVersions(
  client: pg.ClientBase,
  { projectId, versions }: { projectId: string; versions: Brought["versions"] },
): Promise<void> {
  if (versions.length === 0) return;
  const ids = versions.map(({ articleId }) => articleId);
  // What a version is called first, for the current one must be there at every moment.
  await client.query(
    `UPDATE articles a SET current_version = v.number, source_id = v.source_id, title = v.title,
       publisher = v.publisher, author = v.author, url = v.url, published_at = v.published_at,
       language = v.language, meta = v.meta, updated_at = now()
     FROM unnest($1::uuid[], $2::int[]) AS w (id, number)
     JOIN LATERAL (SELECT * FROM article_versions v WHERE v.article_id = w.id AND v.number < w.number
                   ORDER BY v.number DESC LIMIT 1) AS v ON true
     WHERE a.id = w.id`,
    [ids, versions.map(({ number }) => number)],
  );
  await client.query(
    `DELETE FROM article_versions v USING articles a
     WHERE v.article_id = ANY($1::uuid[]) AND a.id = v.article_id AND v.number > a.current_version`,
    [ids],
  );
  const lexicon = new Lexicon();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    await rewriteEntries(client, { projectId, ids: ids.slice(at, at + AT_ONCE), lexicon });
  }
}

/** Says that an import was undone; false if it has been already, or is not over. */
export async function noteUndone(
  sql: Sql,
  { importId, userId }: { importId: string; userId: string | null },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE imports SET undone_at = now(), undone_by = $2
     WHERE id = $1 AND undone_at IS NULL AND finished_at IS NOT NULL`,
    [importId, userId],
  );
  return rowCount === 1;
}

/** What was deleted for good. */
export type Purged = { readonly articles: number; readonly projects: readonly PurgedProject[] };
export type PurgedProject = { readonly id: string; readonly slug: string };

/**
 * Deletes for good what has lain in the trash for {@link TRASH_DAYS}, some articles at a time: nobody waits
 * for it, and whoever is stopped at it leaves the rest to the next one. Two at once share the work.
 */
export async function purgeTrash(
  db: Database,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Purged> {
  const client = await unhurriedConnection(db);
  let articles = 0;
  const projects: PurgedProject[] = [];
  try {
    const touched = new Set<string>();
    for (;;) {
      signal?.throwIfAborted();
      const gone = await purgeArticles(client, `a.deleted_at <= ${bygone}`, []);
      for (const { projectId } of gone) touched.add(projectId);
      articles += gone.length;
      if (gone.length === 0) break;
    }
    for (const projectId of touched) await forgetUnusedWords(client, projectId);
    const found = await client.query<PurgedProject>(
      `SELECT p.id, p.slug FROM projects p WHERE p.deleted_at <= ${bygone} ORDER BY p.deleted_at`,
    );
    for (const project of found.rows) {
      for (;;) {
        signal?.throwIfAborted();
        const gone = await purgeArticles(client, "a.project_id = $1", [project.id]);
        articles += gone.length;
        if (gone.length === 0) break;
      }
      // What is left goes with the row; most of it are words and the outcomes of imports.
      await inPieces(client, "search_words", "project_id = $1", project.id);
      await inPieces(
        client,
        "import_items",
        "import_id IN (SELECT i.id FROM imports i WHERE i.project_id = $1)",
        project.id,
      );
      const { rowCount } = await client.query(
        `DELETE FROM projects p WHERE p.id = $1 AND p.deleted_at <= ${bygone}`,
        [project.id],
      );
      if (rowCount === 1) projects.push(project);
    }
    return { articles, projects };
  } finally {
    client.release(true); // it is no ordinary connection any more
  }
}

/** Deletes some articles for good, and counts anew what is left of stories of rounds that they were of. */
async function purgeArticles(
  sql: Sql,
  condition: string,
  values: readonly unknown[],
): Promise<{ projectId: string }[]> {
  await sql.query("BEGIN"); // whoever fails gives the connection up, and the transaction with it
  const found = await sql.query<{ id: string; projectId: string }>(
    `SELECT a.id, a.project_id AS "projectId" FROM articles a
     WHERE ${condition} ORDER BY a.id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`,
    [...values],
  );
  const ids = found.rows.map(({ id }) => id);
  const stories = await lockStoriesOf(sql, ids);
  await deleteEntries(sql, ids);
  await sql.query("DELETE FROM articles WHERE id = ANY($1::uuid[])", [ids]);
  await settleStories(sql, stories);
  await sql.query("COMMIT");
  return found.rows;
}

async function inPieces(
  sql: Sql,
  table: "search_words" | "import_items",
  condition: string,
  projectId: string,
): Promise<void> {
  for (;;) {
    const { rowCount } = await sql.query(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT 5000))`,
      [projectId],
    );
    if (rowCount === 0) return;
  }
}
