import { setImmediate as turn } from "node:timers/promises";
import type pg from "pg";
import { type IndexEntry, Lexicon } from "@/lib/search/tokens";
import { lockArticles } from "./article-lock";
import { CopyRows, copyInto, type TableRows } from "./copy-rows";
import type { Sql } from "./database";
import { live } from "./live";

/**
 * What searching knows, in `article_search` and `search_words`: made of titles and current texts by
 * lib/search, so that SQL alone can neither fill nor check it. Whatever is missing here can be made
 * again at any time; a migration that changes lib/search empties both tables and leaves the rest to
 * {@link fillSearchIndex}.
 *
 * An import leaves it to whoever is behind it: its articles are in `search_waiting` and have no entry. An
 * article that is not in the trash is in one of the two tables.
 *
 * Locks are taken in this order: the project's articles, rows that wait, the project's words.
 */

/** What searching is to know of an article. */
export type ArticleEntry = { readonly articleId: string; readonly entry: IndexEntry };

/** How many articles are looked at in one query. */
const AT_ONCE = 2000;

/** How many characters of texts are held at a time; one article may have more. */
const PORTION = 2_000_000;

/** Words remembered as known to be in the list; beyond it they are forgotten and asked for again. */
const MOST_WORDS = 500_000;

/** Gives articles new entries, and their words to the list, in the caller's transaction. */
async function replaceEntries(
  client: pg.ClientBase,
  projectId: string,
  entries: readonly ArticleEntry[],
): Promise<void> {
  await deleteEntries(
    client,
    entries.map(({ articleId }) => articleId),
  );
  await lockWords(client, projectId);
  await copyInto(client, entryRows(projectId, entries));
  await insertWords(client, projectId, [...new Set(entries.flatMap(({ entry }) => entry.words))]);
}

/** Entries as rows of their table, of articles that have none; their words are not among them. */
function entryRows(projectId: string, entries: readonly ArticleEntry[]): TableRows {
  return {
    target: "article_search (article_id, project_id, title, terms)",
    rows: () => {
      const rows = new CopyRows(4);
      for (const { articleId, entry } of entries) {
        rows.row().uuid(articleId).uuid(projectId).text(entry.title).lexemes(entry.terms);
      }
      return rows;
    },
  };
}

/** Has articles neither found nor wait. Whoever is making their entries is waited for, and those are gone too. */
export async function deleteEntries(sql: Sql, articleIds: readonly string[]): Promise<void> {
  if (articleIds.length === 0) return;
  await sql.query("DELETE FROM search_waiting WHERE article_id = ANY($1::uuid[])", [articleIds]);
  await sql.query("DELETE FROM article_search WHERE article_id = ANY($1::uuid[])", [articleIds]);
}

/** An article that waits. */
export type WaitingArticle = { readonly articleId: string; readonly title: string };

/** Rows for articles that have no entry, or none any more, to wait for one. */
export function waitingRows(
  projectId: string,
  waiting: readonly WaitingArticle[],
  lexicon: Lexicon,
): TableRows {
  return {
    target: "search_waiting (article_id, project_id, title)",
    rows: () => {
      const rows = new CopyRows(3);
      for (const { articleId, title } of waiting) {
        rows.row().uuid(articleId).uuid(projectId).text(lexicon.fold(title));
      }
      return rows;
    },
  };
}

/** How many articles of a project cannot be found yet. */
export async function countWaiting(sql: Sql, projectId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM search_waiting WHERE project_id = $1",
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

/** How many articles of all projects. */
export async function countAllWaiting(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM search_waiting",
  );
  return rows[0]?.count ?? 0;
}

/** How many articles are made searchable in one transaction. */
const INDEXED_AT_ONCE = 200;

/**
 * Makes entries of some articles that wait, in a transaction of its own, and has them wait no more. Whoever else does
 * the same meanwhile takes others; whoever is killed at it leaves them waiting.
 *
 * @param client outside of a transaction
 * @returns how many; 0 if there are none that nobody has in hand
 */
export async function indexWaiting(client: pg.ClientBase, lexicon: Lexicon): Promise<number> {
  await client.query("BEGIN; SET LOCAL synchronous_commit = off"); // what is lost with the server's machine still waits
  try {
    // An article that is given another text meanwhile waits for this to end, and then waits anew.
    const { rows } = await client.query<{
      id: string;
      projectId: string;
      title: string;
      text: string;
    }>(
      `SELECT a.id, a.project_id AS "projectId", v.title, v.text
       FROM (SELECT w.article_id AS id FROM search_waiting w
              LIMIT ${INDEXED_AT_ONCE} FOR UPDATE SKIP LOCKED) AS taken
       JOIN articles a ON a.id = taken.id AND ${live("a")}
       JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
       ORDER BY a.project_id, a.id FOR KEY SHARE OF a`,
    );
    for (const [project, articles] of Map.groupBy(rows, (row) => row.projectId)) {
      const entries: ArticleEntry[] = [];
      for (const { id, title, text } of articles) {
        entries.push({ articleId: id, entry: lexicon.entryOf(title, text) });
        await turn();
      }
      await replaceEntries(client, project, entries);
    }
    await client.query("COMMIT");
    return rows.length;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection may be what failed
    throw error;
  }
}

/** Drops what articles left that were deleted for good while they waited. */
export async function tidyWaiting(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM search_waiting w WHERE NOT EXISTS (SELECT FROM articles a WHERE a.id = w.article_id AND ${live("a")})`,
  );
}

/** Lets one writer at a time into a project's list of words, until the transaction ends: what has an entry has its words there. */
async function lockWords(sql: Sql, projectId: string): Promise<void> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('words:' || $1, 0))", [projectId]);
}

/** Articles that wait for no entry and have none. Those in the trash have none: nothing there is searched. */
const lacking = `FROM articles a WHERE ${live("a")}
  AND NOT EXISTS (SELECT FROM article_search s WHERE s.article_id = a.id)
  AND NOT EXISTS (SELECT FROM search_waiting w WHERE w.article_id = a.id)`;

/** Whether any article can neither be found nor waits to be. */
export async function lacksEntries(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ lacking: boolean }>(
    `SELECT EXISTS (SELECT ${lacking}) AS lacking`,
  );
  return rows[0]?.lacking === true;
}

/**
 * Makes the entries of all articles that have none, some at a time: whoever is killed at it loses the
 * last few at most, and the next one goes on there.
 *
 * @param client outside of a transaction
 * @param onProgress told how many of the lacking articles are done, after each portion
 */
export async function fillSearchIndex(
  client: pg.ClientBase,
  onProgress: (progress: { done: number; total: number }) => void = () => {},
): Promise<void> {
  const counted = await client.query<{ total: number }>(`SELECT count(*)::int AS total ${lacking}`);
  const total = counted.rows[0]?.total ?? 0;
  const lexicon = new Lexicon();
  let done = 0;
  for await (const { projectId, ids } of portions(client, lacking)) {
    await rebuildEntries(client, { projectId, ids, lexicon });
    done += ids.length;
    onProgress({ done, total });
  }
  // The planner would take the tables for empty until its next look at them.
  if (done > 0) await client.query("ANALYZE article_search, search_words");
}

/** Makes entries again from what the articles are now, in a transaction of its own. */
export async function rebuildEntries(
  client: pg.ClientBase,
  {
    projectId,
    ids,
    lexicon = new Lexicon(),
  }: { projectId: string; ids: readonly string[]; lexicon?: Lexicon },
): Promise<void> {
  await client.query("BEGIN");
  try {
    await lockArticles(client, projectId); // no import changes a text between reading and writing
    await rewriteEntries(client, { projectId, ids, lexicon });
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection may be what failed
    throw error;
  }
}

/** Makes entries again in the caller's transaction, which has the project's lock. */
export async function rewriteEntries(
  client: pg.ClientBase,
  { projectId, ids, lexicon }: { projectId: string; ids: readonly string[]; lexicon: Lexicon },
): Promise<void> {
  const entries = (await textsOf(client, ids)).map(({ id, title, text }) => ({
    articleId: id,
    entry: lexicon.entryOf(title, text),
  }));
  await replaceEntries(client, projectId, entries);
}

/** What searching knows wrongly of some articles of a project. */
export type StaleEntries = {
  readonly projectId: string;
  /** Articles without an entry, or with another than they should have. */
  readonly articles: readonly string[];
  /** Words of theirs and of others that the list of words does not have. */
  readonly words: readonly string[];
};

/** Makes every entry again and compares, but those that are waited for; nothing is written. */
export async function* staleEntries(sql: Sql): AsyncGenerator<StaleEntries> {
  const lexicon = new Lexicon();
  let known = new Set<string>();
  let of = "";
  const settled = `FROM articles a WHERE ${live("a")}
    AND NOT EXISTS (SELECT FROM search_waiting w WHERE w.article_id = a.id)`;
  for await (const { projectId, ids } of portions(sql, settled)) {
    if (projectId !== of || known.size > MOST_WORDS) known = new Set();
    of = projectId;
    const entries = (await textsOf(sql, ids)).map(({ id, title, text }) => ({
      id,
      entry: lexicon.entryOf(title, text),
    }));
    const unseen = new Set<string>();
    for (const { entry } of entries) {
      for (const word of entry.words) if (!known.has(word)) unseen.add(word);
    }
    for (const word of unseen) known.add(word);
    const stale = await sql.query<{ id: string }>(
      `SELECT w.id FROM unnest($2::uuid[], $3::text[], $4::text[]) AS w (id, title, terms)
         LEFT JOIN article_search s ON s.article_id = w.id
        WHERE s.project_id IS DISTINCT FROM $1 OR s.title <> w.title
           OR s.terms <> array_to_tsvector(string_to_array(w.terms, ' '))`,
      [
        projectId,
        entries.map(({ id }) => id),
        entries.map(({ entry }) => entry.title),
        entries.map(({ entry }) => entry.terms.join(" ")),
      ],
    );
    const missing = await sql.query<{ word: string }>(
      `SELECT word FROM unnest($2::text[]) AS word
        WHERE NOT EXISTS (SELECT FROM search_words s WHERE s.project_id = $1 AND s.word = word.word)`,
      [projectId, [...unseen]],
    );
    if (stale.rows.length === 0 && missing.rows.length === 0) continue;
    yield {
      projectId,
      articles: stale.rows.map(({ id }) => id),
      words: missing.rows.map(({ word }) => word),
    };
  }
}

/** Adds words to a project's list, where it has not got them. */
export async function insertWords(
  sql: Sql,
  projectId: string,
  words: readonly string[],
): Promise<void> {
  if (words.length === 0) return;
  await sql.query(
    `INSERT INTO search_words (project_id, word)
     SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
    [projectId, words],
  );
}

/**
 * Takes words out of the lists that no article has any more: those of texts that were replaced or
 * deleted. They do no harm but take their place.
 *
 * @param client outside of a transaction
 * @param projectId of one project; without it, of all
 * @returns how many
 */
export async function forgetUnusedWords(
  client: pg.ClientBase,
  projectId: string | null = null,
): Promise<number> {
  let after = { projectId: first, word: "" };
  let forgotten = 0;
  for (;;) {
    const { rows } = await client.query<{ projectId: string; word: string }>(
      `SELECT project_id AS "projectId", word FROM search_words
        WHERE (project_id, word) > ($1::uuid, $2) AND ($3::uuid IS NULL OR project_id = $3)
        ORDER BY project_id, word LIMIT $4`,
      [after.projectId, after.word, projectId, AT_ONCE],
    );
    for (const [id, words] of Map.groupBy(rows, (row) => row.projectId)) {
      const unused = await client.query<{ word: string }>(
        `SELECT word FROM unnest($2::text[]) AS w (word) WHERE ${unusedIn("$1")}`,
        [id, words.map(({ word }) => word)],
      );
      if (unused.rows.length === 0) continue;
      // Asked again under the lock: an article that has one of them may have been made searchable meanwhile.
      await client.query("BEGIN");
      try {
        await lockWords(client, id);
        const { rowCount } = await client.query(
          `DELETE FROM search_words w WHERE w.project_id = $1 AND w.word = ANY($2::text[])
              AND ${unusedIn("$1")}`,
          [id, unused.rows.map(({ word }) => word)],
        );
        await client.query("COMMIT");
        forgotten += rowCount ?? 0;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    }
    const last = rows.at(-1);
    if (!last) return forgotten;
    after = last;
  }
}

/** Words are letters and digits: quoted, no syntax of tsquery can hide in them. */
const unusedIn = (project: string) => `NOT EXISTS (
  SELECT FROM article_search s WHERE s.project_id = ${project}
     AND s.terms @@ ('''' || w.word || '''')::tsquery)`;

type Portion = { readonly projectId: string; readonly ids: string[] };

/** Articles in the order of their projects and ids, as many at a time as are well held at once. */
async function* portions(sql: Sql, source: string): AsyncGenerator<Portion> {
  let after = { projectId: first, id: first };
  for (;;) {
    const { rows } = await sql.query<{ id: string; projectId: string; length: number }>(
      `SELECT found.id, found.project_id AS "projectId", coalesce(v.text_length, 0) AS length
         FROM (SELECT a.id, a.project_id, a.current_version ${source}
                  AND (a.project_id, a.id) > ($1::uuid, $2::uuid)
                ORDER BY a.project_id, a.id LIMIT $3) AS found
         LEFT JOIN article_versions v ON v.article_id = found.id AND v.number = found.current_version
        ORDER BY found.project_id, found.id`,
      [after.projectId, after.id, AT_ONCE],
    );
    let portion: Portion | null = null;
    let length = 0;
    for (const row of rows) {
      if (portion && (portion.projectId !== row.projectId || length + row.length > PORTION)) {
        yield portion;
        portion = null;
      }
      if (!portion) length = 0;
      portion ??= { projectId: row.projectId, ids: [] };
      portion.ids.push(row.id);
      length += row.length;
    }
    if (portion) yield portion;
    const last = rows.at(-1);
    if (!last) return;
    after = last;
  }
}

const first = "00000000-0000-0000-0000-000000000000";

async function textsOf(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; title: string; text: string }[]> {
  const { rows } = await sql.query<{ id: string; title: string; text: string }>(
    `SELECT a.id, v.title, v.text FROM articles a
       JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
      WHERE a.id = ANY($1::uuid[]) AND ${live("a")}`,
    [ids],
  );
  return rows;
}
