import type pg from "pg";
import type { ArticleMetadata } from "@/lib/domain/article";
import type { Block } from "@/lib/domain/text";
import type { Lexicon } from "@/lib/search/tokens";
import { CopyRows, copyInto } from "./copy-rows";
import type { Sql } from "./database";
import { live } from "./live";
import { deleteEntries, type WaitingArticle, waitingRows } from "./search-index";

/** An article as it is stored, with its current version. */
type StoredArticle = Omit<ArticleMetadata, "publishedAt"> & {
  readonly id: string;
  readonly sourceKey: string;
  readonly sourceFolder: string | null;
  readonly publishedAt: Date | null;
  readonly versionId: string;
  readonly version: number;
  readonly textSha256: string;
};

/** An article to be stored under a new id, or what an article is to become. */
export type ArticleToWrite = ArticleMetadata & {
  readonly id: string;
  readonly sourceKey: string;
  /** Which folder its path counts from, if that is known. */
  readonly sourceFolder: string | null;
  /** The number of its current version. */
  readonly version: number;
};

/** A version to be stored. */
export type VersionToWrite = ArticleMetadata & {
  readonly id: string;
  readonly articleId: string;
  readonly number: number;
  /** Its text in UTF-8. */
  readonly textBytes: Uint8Array;
  readonly textSha256: string;
  /** In code points. */
  readonly textLength: number;
  readonly blocks: readonly Block[];
};

/** A version that is there, without its text. */
export type StoredVersion = Omit<ArticleMetadata, "publishedAt"> & {
  readonly articleId: string;
  readonly id: string;
  readonly number: number;
  readonly publishedAt: Date | null;
  readonly textSha256: string;
};

const columns = `a.id, a.source_key AS "sourceKey", a.source_folder AS "sourceFolder", a.source_id AS "sourceId", a.title, a.publisher,
  a.author, a.url, a.published_at AS "publishedAt", a.language, a.meta,
  a.current_version AS version, v.id AS "versionId", v.text_sha256 AS "textSha256"`;

/** Articles of a project with one of some source keys, or one of some ids. */
export async function findArticles(
  sql: Sql,
  { projectId, keys, ids }: { projectId: string; keys: readonly string[]; ids: readonly string[] },
): Promise<StoredArticle[]> {
  const { rows } = await sql.query<StoredArticle>(
    `SELECT ${columns}
     FROM (SELECT k.id FROM articles k WHERE k.project_id = $1 AND k.source_key = ANY($2::text[]) AND ${live("k")}
           UNION
           SELECT i.id FROM articles i WHERE i.project_id = $1 AND i.id = ANY($3::uuid[]) AND ${live("i")}) AS found
     JOIN articles a ON a.id = found.id AND ${live("a")}
     JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version`,
    [projectId, keys, ids],
  );
  return rows;
}

/** An article, as one of those with its text. */
export type SameText = Pick<StoredArticle, "id" | "title" | "textSha256">;

/** The oldest article of a project with each of some texts as its current one. */
export async function findByText(
  sql: Sql,
  { projectId, hashes }: { projectId: string; hashes: readonly string[] },
): Promise<SameText[]> {
  if (hashes.length === 0) return [];
  const { rows } = await sql.query<SameText>(
    `SELECT DISTINCT ON (v.text_sha256) a.id, a.title, v.text_sha256 AS "textSha256"
     FROM article_versions v
     JOIN articles a ON a.id = v.article_id AND a.current_version = v.number
     WHERE v.project_id = $1 AND v.text_sha256 = ANY($2::text[]) AND ${live("a")}
     ORDER BY v.text_sha256, a.id`,
    [projectId, hashes],
  );
  return rows;
}

/** All versions of some articles, those of one by their numbers. */
export async function findVersions(
  sql: Sql,
  articleIds: readonly string[],
): Promise<StoredVersion[]> {
  if (articleIds.length === 0) return [];
  const { rows } = await sql.query<StoredVersion>(
    `SELECT article_id AS "articleId", id, number, source_id AS "sourceId", title, publisher, author, url,
       published_at AS "publishedAt", language, meta, text_sha256 AS "textSha256"
     FROM article_versions WHERE article_id = ANY($1::uuid[]) ORDER BY article_id, number`,
    [articleIds],
  );
  return rows;
}

/** What one transaction writes of articles. */
export type ArticleBatch = {
  readonly projectId: string;
  /** The import that brings them. */
  readonly importId: string;
  readonly created: readonly ArticleToWrite[];
  /** Articles that are there, with what they are to be. */
  readonly changed: readonly ArticleToWrite[];
  readonly versions: readonly VersionToWrite[];
  /** Every article whose title or text is new: searching gets to know it later. */
  readonly waiting: readonly WaitingArticle[];
  /** Folds their titles. */
  readonly lexicon: Lexicon;
  readonly now: Date;
};

/** Writes articles and versions, and has them wait to be searchable. The caller has the project's lock. */
export async function writeArticles(client: pg.ClientBase, batch: ArticleBatch): Promise<void> {
  for (const article of batch.changed) await changeArticle(client, article, batch.now);
  const created = new Set(batch.created.map(({ id }) => id));
  const known = batch.waiting.map(({ articleId }) => articleId).filter((id) => !created.has(id));
  await deleteEntries(client, known);
  await copyInto(
    client,
    {
      target: `articles (id, project_id, source_key, source_folder, source_id, title, publisher, author, url, published_at,
        language, meta, current_version, created_at, updated_at)`,
      rows: () => createdRows(batch),
    },
    {
      target: `article_versions (id, project_id, article_id, number, source_id, title, publisher, author, url,
        published_at, language, meta, text, text_sha256, text_length, blocks, created_at, import_id)`,
      rows: () => versionRows(batch),
    },
    waitingRows(batch.projectId, batch.waiting, batch.lexicon),
  );
}

function createdRows({ projectId, created, now }: ArticleBatch): CopyRows {
  const rows = new CopyRows(15);
  for (const article of created) {
    rows.row().uuid(article.id).uuid(projectId).text(article.sourceKey).text(article.sourceFolder);
    metadataOf(rows, article).int(article.version).time(now).time(now);
  }
  return rows;
}

function versionRows({ projectId, importId, versions, now }: ArticleBatch): CopyRows {
  const rows = new CopyRows(18);
  for (const version of versions) {
    rows.row().uuid(version.id).uuid(projectId).uuid(version.articleId).int(version.number);
    metadataOf(rows, version)
      .bytes(version.textBytes)
      .text(version.textSha256)
      .int(version.textLength)
      .text(JSON.stringify(version.blocks))
      .time(now)
      .uuid(importId);
  }
  return rows;
}

/** The columns from `source_id` to `meta`. */
function metadataOf(rows: CopyRows, metadata: ArticleMetadata): CopyRows {
  return rows
    .text(metadata.sourceId)
    .text(metadata.title)
    .text(metadata.publisher)
    .text(metadata.author)
    .text(metadata.url)
    .time(metadata.publishedAt === null ? null : new Date(metadata.publishedAt))
    .text(metadata.language)
    .jsonb(metadata.meta);
}

async function changeArticle(
  client: pg.ClientBase,
  article: ArticleToWrite,
  now: Date,
): Promise<void> {
  await client.query({
    name: "change-article",
    text: `UPDATE articles SET source_id = $2, title = $3, publisher = $4, author = $5, url = $6,
             published_at = $7, language = $8, meta = $9, current_version = $10, updated_at = $11,
             source_folder = $12
           WHERE id = $1`,
    values: [
      article.id,
      article.sourceId,
      article.title,
      article.publisher,
      article.author,
      article.url,
      article.publishedAt,
      article.language,
      JSON.stringify(article.meta),
      article.version,
      now,
      article.sourceFolder,
    ],
  });
}
