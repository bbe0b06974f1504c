import { type Actor, userIdOf } from "@/lib/access/actor";
import type { ArticleFilterQuery, Substitution } from "@/lib/api/articles";
import type { Project } from "@/lib/api/projects";
import { counted } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import { roleMay, seesGold } from "@/lib/domain/roles";
import { primaryLanguage } from "@/lib/domain/rounds";
import { parseQuery, type SearchQuery } from "@/lib/search/query";
import { type ArticleFilter, ownAnnotator, placesOf, textsOf } from "@/lib/store/articles";
import { database, type Sql } from "@/lib/store/database";
import { searchCondition } from "@/lib/store/search";
import { countWaiting } from "@/lib/store/search-index";
import { maskFor } from "./masking";
import { expandQuery } from "./query-expansion";

/**
 * Which articles of a project somebody means, as plain data that can cross between processes: lists, exports and
 * rounds find them by the same.
 */
export type Selection = Omit<ArticleFilter, "search"> & {
  /** What is searched for; "" for nothing. */
  readonly q: string;
};

/**
 * What a query selects for whoever asks.
 *
 * @returns null where there can be no such article: of a search without a word, of somebody who does not exist
 * @throws Refusal "forbidden" for the work of somebody else, or for a round, if they see their own work only
 */
export async function selectionFor(
  actor: Actor,
  project: Project,
  { q = "", state, label, reviewer, from, until, language, publisher, round }: ArticleFilterQuery,
): Promise<Selection | null> {
  const seesAll = roleMay(project.role, "see_all_sets");
  if (reviewer !== undefined && reviewer !== userIdOf(actor) && !seesAll) {
    throw new Refusal("forbidden", "You see your own work only.");
  }
  if (round !== undefined && !seesAll) {
    throw new Refusal("forbidden", "Articles are listed by round for curators and admins.");
  }
  const userId = userIdOf(actor);
  const annotator = await ownAnnotator(database().pool, { projectId: project.id, userId });
  const whose =
    reviewer === undefined
      ? { annotator, userId }
      : reviewer === "anyone"
        ? reviewer
        : await workOf(actor, project, reviewer);
  if (whose === null || (q.trim() !== "" && parseQuery(q) === null)) return null;
  return {
    projectId: project.id,
    annotator,
    reviewers: seesAll,
    gold: seesGold(project.role),
    q: q.trim(),
    state: state ?? null,
    label: label ?? null,
    whose,
    between: from === undefined && until === undefined ? null : [dayOf(from), dayOf(until)],
    language: language === undefined ? null : (primaryLanguage(language) ?? "und"),
    publisher: publisher ?? null,
    round: round ?? null,
  };
}

/** Whose work a list is about, of somebody as the actor knows them; null if they know of nobody like that. */
async function workOf(
  actor: Actor,
  project: Project,
  reviewer: string,
): Promise<{ annotator: number | null; userId: string } | null> {
  const userId = (await maskFor(actor, project)).userOf(reviewer);
  if (userId === null) return null;
  const key = { projectId: project.id, userId };
  return { annotator: await ownAnnotator(database().pool, key), userId };
}

/** The beginning of a day, UTC. */
function dayOf(day: string | undefined): Date | null {
  return day === undefined ? null : new Date(`${day}T00:00:00Z`);
}

/** What a selection picks articles by, each in a few words that name nobody. */
export function selectionInWords(selection: Selection): string[] {
  const { q, state, label, whose, between, language, publisher, round } = selection;
  const by = whose === "anyone" ? "anyone" : "one person";
  const [from, until] = (between ?? []).map((day) => day?.toISOString().slice(0, 10));
  return [
    ...(q === "" ? [] : [`a search for “${q}”`]),
    ...(state === null ? [] : [`the state “${state}” of the work of ${by}`]),
    ...(from || until
      ? [`the days ${from ? `from ${from}` : ""}${until ? ` until ${until}` : ""} of submitting`]
      : []),
    ...(label === null ? [] : [`the label “${label}”`]),
    ...(language === null ? [] : [`the language “${language}”`]),
    ...(publisher === null ? [] : [`the publisher “${publisher}”`]),
    ...(round === null ? [] : [`round ${round}`]),
  ];
}

/** What a selection searches for; null where it is for nothing. */
export function searchOf({ q }: Selection): SearchQuery | null {
  return q === "" ? null : parseQuery(q);
}

/** A selection as the database takes it. */
export function filterOf(
  { q: _, ...selection }: Selection,
  query: SearchQuery | null,
): ArticleFilter {
  return { ...selection, search: query && searchCondition(query) };
}

/** Texts that are read at once where the index cannot decide. */
const BATCH = 40;

/**
 * A list may be short of what has just come in, and says so; what is made of a selection for good may not.
 *
 * @throws Refusal "unavailable" if it searches, and some of the project's articles are not searchable yet
 */
export async function requireSearchable(sql: Sql, { q, projectId }: Selection): Promise<void> {
  const waiting = q === "" ? 0 : await countWaiting(sql, projectId);
  if (waiting === 0) return;
  throw new Refusal(
    "unavailable",
    `${counted(waiting, "article")} of the project cannot be searched yet, so that this might leave some out. Try again in a moment.`,
    { not_searchable: waiting },
  );
}

/**
 * The ids of all articles of a selection, the newest first.
 *
 * @param most of articles that the index finds
 * @throws Refusal "invalid" for more than there may be; "unavailable" while searching would leave some out
 */
export async function selectedIds(
  sql: Sql,
  selection: Selection,
  most: number,
): Promise<readonly string[]> {
  await requireSearchable(sql, selection);
  return idsOf(sql, selection, searchOf(selection), most);
}

/** All articles of a selection as a list shows them. */
export type Selected = {
  /** The newest first. */
  readonly ids: readonly string[];
  /** Words that were searched for in place of those that no article has, as a list does. */
  readonly instead: readonly Substitution[];
};

/** More articles than any project has. */
const ANY_NUMBER = 2 ** 31 - 2;

/** The articles that a list of a selection shows, all of them. */
export async function listedIds(sql: Sql, selection: Selection): Promise<Selected> {
  const search = searchOf(selection);
  const ids = await idsOf(sql, selection, search, ANY_NUMBER);
  if (ids.length > 0 || search === null) return { ids, instead: [] };
  const { query, instead } = await expandQuery(sql, selection.projectId, search);
  if (instead.length === 0) return { ids, instead };
  return { ids: await idsOf(sql, selection, query, ANY_NUMBER), instead };
}

async function idsOf(
  sql: Sql,
  selection: Selection,
  query: SearchQuery | null,
  most: number,
): Promise<string[]> {
  const asked = { sort: "newest", after: null, limit: most + 1, mostCounted: 0 } as const;
  const { places } = await placesOf(sql, filterOf(selection, query), asked);
  const ids = places.map(({ id }) => id);
  if (ids.length > most) {
    throw new Refusal("invalid", "Too many articles meet this. Narrow it down.", {
      field: "articles",
    });
  }
  if (!query || query.isDecidedByTerms) return ids;
  const hits: string[] = [];
  for (let read = 0; read < ids.length; read += BATCH) {
    const batch = ids.slice(read, read + BATCH);
    const texts = await textsOf(sql, batch, null);
    for (const id of batch) {
      const article = texts.get(id);
      if (article && query.accepts(article.title, article.text)) hits.push(id);
    }
  }
  return hits;
}
