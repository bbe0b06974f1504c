import type { Clause, SearchQuery } from "@/lib/search/query";
import type { Sql } from "./database";

/** A query as the index of searching takes it; terms in the syntax of tsquery. */
export type SearchCondition = {
  /** Null where the index can say nothing. */
  readonly wanted: string | null;
  /** A pattern for LIKE that the folded title may match instead. */
  readonly title: string | null;
  /** What no result may have; null if nothing. */
  readonly unwanted: string | null;
};

export function searchCondition(query: SearchQuery): SearchCondition {
  return {
    wanted: query.all.map(toTsquery).join(" & ") || null,
    // Folded text has letters, digits, emoji and spaces only: nothing that LIKE would interpret.
    title: query.title === null ? null : `%${query.title}%`,
    unwanted:
      query.none
        .filter((clause) => clause.isDecidedByTerms)
        .map(toTsquery)
        .join(" | ") || null,
  };
}

/** Terms are letters and digits, or one emoji: quoted, no syntax can hide in them. */
function toTsquery(clause: Clause): string {
  return clause.terms
    .map((group) => {
      const terms = group.map(({ text, prefix }) => `'${text}'${prefix ? ":*" : ""}`);
      return `(${terms.join(" | ")})`;
    })
    .join(" & ");
}

/** Whether any article of a project has what a clause asks for. */
export async function occurs(sql: Sql, projectId: string, clause: Clause): Promise<boolean> {
  const { rows } = await sql.query<{ found: boolean }>(
    // Materialised, or PostgreSQL would look through all rows for a first one that never comes.
    `WITH f AS MATERIALIZED (
       SELECT article_id FROM article_search WHERE project_id = $1 AND terms @@ $2::tsquery)
     SELECT EXISTS (SELECT FROM f) AS found`,
    [projectId, toTsquery(clause)],
  );
  return rows[0]?.found ?? false;
}

/**
 * Those of some words that an article has: the list of words may have more, of texts that were replaced or
 * deleted.
 */
export async function wordsInUse(
  sql: Sql,
  projectId: string,
  words: readonly string[],
): Promise<string[]> {
  const { rows } = await sql.query<{ word: string }>(
    `SELECT word FROM unnest($2::text[]) WITH ORDINALITY AS w (word, place)
     WHERE EXISTS (SELECT FROM article_search s WHERE s.project_id = $1
                    AND s.terms @@ ('''' || w.word || '''')::tsquery)
     ORDER BY place`,
    [projectId, words],
  );
  return rows.map(({ word }) => word);
}

/** Words of a project's articles that a word is a part of, the shortest first. */
export async function wordsContaining(
  sql: Sql,
  { projectId, part, limit }: { projectId: string; part: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql.query<{ word: string }>(
    `SELECT word FROM search_words WHERE project_id = $1 AND word LIKE '%' || $2 || '%'
     ORDER BY length(word), word LIMIT $3`,
    [projectId, part, limit],
  );
  return rows.map(({ word }) => word);
}

/** Words of a project's articles that are spelled like a word, the most similar first. */
export async function wordsLike(
  sql: Sql,
  { projectId, word, limit }: { projectId: string; word: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql.query<{ word: string }>(
    `SELECT word FROM search_words
     WHERE project_id = $1 AND word % $2 AND similarity(word, $2) >= 0.4
     ORDER BY similarity(word, $2) DESC, word LIMIT $3`,
    [projectId, word, limit],
  );
  return rows.map((row) => row.word);
}
