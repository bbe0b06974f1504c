import type { Substitution } from "@/lib/api/articles";
import type { Clause, SearchQuery } from "@/lib/search/query";
import type { Sql } from "@/lib/store/database";
import { occurs, wordsContaining, wordsLike } from "@/lib/store/search";

/** A part of a word may be in hundreds; the shorter ones are closer to what was meant. */
const MOST_CONTAINING = 200;
const MOST_SIMILAR = 8;

/**
 * What a query may have meant: words that no article has are taken for parts of words, or else for
 * misspellings. Nothing is `instead` if there is nothing to offer.
 */
export async function expandQuery(
  sql: Sql,
  projectId: string,
  query: SearchQuery,
): Promise<{ query: SearchQuery; instead: readonly Substitution[] }> {
  const instead: Substitution[] = [];
  const all = await Promise.all(
    query.all.map(async (clause): Promise<Clause> => {
      const { word } = clause;
      if (word === null) return clause;
      if (await occurs(sql, projectId, clause)) return clause;
      const containing = await wordsContaining(sql, {
        projectId,
        part: word,
        limit: MOST_CONTAINING,
      });
      const words =
        containing.length > 0
          ? containing
          : await wordsLike(sql, { projectId, word, limit: MOST_SIMILAR });
      if (words.length === 0) return clause;
      instead.push({ word, words });
      return clause.withWords(words);
    }),
  );
  return { query: query.expandedTo(all), instead };
}
