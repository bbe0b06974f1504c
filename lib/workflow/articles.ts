import { createHash } from "node:crypto";
import { z } from "zod";
import { type Actor, userIdOf } from "@/lib/access/actor";
import type {
  ArticleFacets,
  ArticleListQuery,
  ArticlePage,
  ArticleTotals,
  ListedArticle,
  Substitution,
} from "@/lib/api/articles";
import { type ArticleSort, MOST_COUNTED, type OwnState } from "@/lib/domain/article-list";
import { layerAtFirst } from "@/lib/domain/layers";
import { Refusal } from "@/lib/domain/refusal";
import { roleMay } from "@/lib/domain/roles";
import type { SearchQuery } from "@/lib/search/query";
import {
  type ArticleFilter,
  type ArticlePlace,
  articlesOf,
  nextUnsubmitted,
  ownAnnotator,
  placesOf,
  type SetSummary,
  setsOn,
  textsOf,
  totalsOf,
} from "@/lib/store/articles";
import { database, type Sql } from "@/lib/store/database";
import { isUuid } from "@/lib/store/projects";
import { facetsOf, roundTitles } from "@/lib/store/rounds";
import { wordsInUse } from "@/lib/store/search";
import { countWaiting } from "@/lib/store/search-index";
import { nextInRounds } from "./next-in-rounds";
import { projectFor } from "./projects";
import { expandQuery } from "./query-expansion";
import { filterOf, searchOf, selectionFor } from "./selecting-articles";

/** Of the words put in place of one, as many as a reader takes in. */
const MOST_WORDS_SHOWN = 10;

/** Only the beginning of a text is looked through for a snippet, in code points. */
const SNIPPET_REACH = 20_000;

/** Candidates whose text is read at once, and altogether for one page, where the index cannot decide. */
const BATCH = 40;
const MOST_CANDIDATES = 400;

/** So few candidates are read all, also when a page is full, so that one can say how many there are. */
const FEW_CANDIDATES = 240;

/**
 * A page of a project's articles.
 *
 * @throws Refusal "not_found", "forbidden" also for the work of somebody else, "invalid" for a cursor of
 *   another list
 */
export async function listArticles(
  actor: Actor,
  projectRef: string,
  { sort = "newest", cursor, limit = 50, ...asked }: ArticleListQuery = {},
): Promise<ArticlePage> {
  const project = await projectFor(actor, projectRef, "read");
  const sql = database().pool;
  const annotates = userIdOf(actor) !== null && roleMay(project.role, "annotate");
  const { q = "", state, label, reviewer, from, until, language, publisher, round } = asked;
  const list = { project: project.id, q, state, label, reviewer, from, until, sort };
  const kind = fingerprint({ ...list, language, publisher, round });
  const selection = await selectionFor(actor, project, asked);
  if (!selection) return { ...nothing, count: 0, count_is_exact: true };
  const search = searchOf(selection);
  const after = cursor === undefined ? null : readCursor(cursor, kind, sort);
  const listed = async (query: SearchQuery | null) => {
    const filter = filterOf(selection, query);
    const found = await find(sql, filter, query, { sort, after: after?.place ?? null, limit });
    return { filter, query, found };
  };

  let instead: readonly Substitution[] = [];
  let result: Awaited<ReturnType<typeof listed>> | null = null;
  if (!after?.expanded) result = await listed(search);
  if (search && (after?.expanded || (!after && result?.found.places.length === 0))) {
    const expansion = await expandQuery(sql, project.id, search);
    instead = expansion.instead;
    if (instead.length > 0) result = await listed(expansion.query);
  }
  const shown = await shownOf(sql, project.id, instead);
  if (!result) return { ...nothing, instead: shown };
  const { filter, query, found } = result;
  return {
    articles: await describe(sql, filter, annotates, found.places, query),
    next_cursor:
      found.next && writeCursor({ kind, place: found.next, expanded: instead.length > 0 }),
    count: after ? null : found.count,
    count_is_exact: after ? null : found.isExact,
    instead: shown,
    not_searchable: after ? null : await countWaiting(sql, project.id),
  };
}

/**
 * How far the work on a project has come. It counts all articles, which the first page of a list does not wait for.
 *
 * @throws Refusal "not_found" for the project
 */
export async function articleTotals(actor: Actor, projectRef: string): Promise<ArticleTotals> {
  const project = await projectFor(actor, projectRef, "read");
  const sql = database().pool;
  const annotator = await ownAnnotator(sql, { projectId: project.id, userId: userIdOf(actor) });
  const reviewers = roleMay(project.role, "see_all_sets");
  const { articles, submitted } = await totalsOf(sql, {
    projectId: project.id,
    annotator,
    reviewers,
  });
  const annotates = userIdOf(actor) !== null && roleMay(project.role, "annotate");
  const by = reviewers ? "any_reviewer" : annotates ? "reader" : null;
  return { articles, submitted: by && submitted, submitted_by: by };
}

/** As many rounds are told of. */
const MOST_ROUNDS = 100;

/**
 * What a project's articles can be picked by. It counts all articles.
 *
 * @throws Refusal "not_found" for the project
 */
export async function articleFacets(actor: Actor, projectRef: string): Promise<ArticleFacets> {
  const project = await projectFor(actor, projectRef, "read");
  const sql = database().pool;
  const { languages, publishers } = await facetsOf(sql, project.id);
  const rounds = roleMay(project.role, "see_all_sets")
    ? await roundTitles(sql, project.id, MOST_ROUNDS)
    : [];
  return { languages, publishers: publishers.filter(({ value }) => value !== ""), rounds };
}

const nothing: ArticlePage = {
  articles: [],
  next_cursor: null,
  count: null,
  count_is_exact: null,
  instead: [],
  not_searchable: null,
};

/** What is said of words put in place of others: only those that an article still has. */
async function shownOf(
  sql: Sql,
  projectId: string,
  instead: readonly Substitution[],
): Promise<Substitution[]> {
  const shown: Substitution[] = [];
  for (const { word, words } of instead) {
    const used = await wordsInUse(sql, projectId, words.slice(0, 2 * MOST_WORDS_SHOWN));
    if (used.length > 0) shown.push({ word, words: used.slice(0, MOST_WORDS_SHOWN) });
  }
  return shown;
}

type Found = {
  readonly places: readonly ArticlePlace[];
  readonly next: ArticlePlace | null;
  /** How many articles there are; at least so many, where that is not exact. */
  readonly count: number;
  readonly isExact: boolean;
};

type PlacesAsked = {
  readonly sort: ArticleSort;
  readonly after: ArticlePlace | null;
  readonly limit: number;
};

/** The places of one page, and how many there are. */
async function find(
  sql: Sql,
  filter: ArticleFilter,
  query: SearchQuery | null,
  { sort, after, limit }: PlacesAsked,
): Promise<Found> {
  if (query && !query.isDecidedByTerms) {
    return findByReading(sql, filter, query, { sort, after, limit });
  }
  const asked = { sort, after, limit: limit + 1, mostCounted: MOST_COUNTED + 1 };
  const { places, count } = await placesOf(sql, filter, asked);
  return {
    places: places.slice(0, limit),
    next: places.length > limit ? (places[limit - 1] ?? null) : null,
    count: Math.min(count, MOST_COUNTED),
    isExact: count <= MOST_COUNTED,
  };
}

/**
 * The places of one page where the index leaves open whether words stand next to one another: texts
 * are read until the page is full. It may be short though others follow.
 */
async function findByReading(
  sql: Sql,
  filter: ArticleFilter,
  query: SearchQuery,
  { sort, after, limit }: PlacesAsked,
): Promise<Found> {
  const asked = { sort, after, limit: MOST_CANDIDATES, mostCounted: 0 };
  const { places: candidates } = await placesOf(sql, filter, asked);
  const readsAll = candidates.length <= FEW_CANDIDATES;
  const hits: ArticlePlace[] = [];
  let read = 0;
  while (read < candidates.length && (readsAll || hits.length <= limit)) {
    const batch = candidates.slice(read, read + BATCH);
    read += batch.length;
    const texts = await textsOf(
      sql,
      batch.map(({ id }) => id),
      null,
    );
    for (const place of batch) {
      const article = texts.get(place.id);
      if (article && query.accepts(article.title, article.text)) hits.push(place);
    }
  }
  const places = hits.slice(0, limit);
  const isAll = read === candidates.length && candidates.length < MOST_CANDIDATES;
  const isFull = hits.length > limit;
  const next = isFull ? places.at(-1) : isAll ? null : candidates[read - 1];
  return { places, next: next ?? null, count: hits.length, isExact: isAll };
}

async function describe(
  sql: Sql,
  filter: ArticleFilter,
  annotates: boolean,
  places: readonly ArticlePlace[],
  query: SearchQuery | null,
): Promise<ListedArticle[]> {
  const ids = places.map(({ id }) => id);
  const [articles, texts] = await Promise.all([
    articlesOf(sql, ids),
    query ? textsOf(sql, ids, SNIPPET_REACH) : null,
  ]);
  const sets = await setsOn(
    sql,
    articles.map(({ versionId }) => versionId),
    filter,
  );
  const byVersion = Map.groupBy(sets, ({ versionId }) => versionId);
  return articles.map((article) => {
    const onIt = byVersion.get(article.versionId) ?? [];
    const body = bodyOf(article.title, texts?.get(article.id)?.text ?? "");
    return {
      id: article.id,
      title: article.title,
      publisher: article.publisher,
      published_at: article.publishedAt?.toISOString() ?? null,
      language: article.language,
      created_at: article.createdAt.toISOString(),
      text_length: article.textLength,
      duplicate_of: article.duplicateOf,
      state: ownState(onIt, filter.annotator),
      ...labelsOf(onIt, { annotator: filter.annotator, annotates }),
      annotators: filter.reviewers
        ? new Set(onIt.filter(({ kind }) => kind === "reviewer").map((set) => set.annotator)).size
        : null,
      title_match: query?.highlighted(article.title) ?? null,
      snippet: query?.excerptOf(body) ?? null,
    };
  });
}

/** The text without the title that most begin with: what stands there is marked in the title. */
function bodyOf(title: string, text: string): string {
  return text.startsWith(title) ? text.slice(title.length).trimStart() : text;
}

/** Who reads a list: their number in the project, if they have begun, and whether they may. */
type Reader = { readonly annotator: number | null; readonly annotates: boolean };

function isOwn({ kind, annotator }: SetSummary, reader: number | null): boolean {
  return kind === "reviewer" && annotator === reader;
}

function ownState(sets: readonly SetSummary[], annotator: number | null): OwnState {
  const own = sets.find((set) => isOwn(set, annotator));
  if (!own) return "new";
  if (own.skipped) return "skipped";
  return own.submitted ? "submitted" : "open";
}

/**
 * The counts of the layer with which the article opens. Where that is an own set with nothing in it, who
 * looks after the work of others sees what there is: of a submitted set, or else of the first.
 */
function labelsOf(
  sets: readonly SetSummary[],
  { annotator, annotates }: Reader,
): Pick<ListedArticle, "label_counts" | "label_layer"> {
  const own = sets.find((set) => isOwn(set, annotator));
  const isBegun = own && (own.submitted || Object.keys(own.labelCounts).length > 0);
  const others = sets.filter((set) => set !== own);
  const first = layerAtFirst(annotates ? (isBegun ? "begun" : "empty") : null, others);
  const filled = others.filter(({ labelCounts }) => Object.keys(labelCounts).length > 0);
  const instead = filled.find(({ submitted }) => submitted) ?? filled[0];
  const shown = first === "own" && !isBegun ? (instead ?? first) : first;
  if (shown === "own") return { label_counts: own?.labelCounts ?? {}, label_layer: "own" };
  return { label_counts: shown?.labelCounts ?? {}, label_layer: shown?.kind ?? null };
}

/**
 * The article to annotate after another. For a reviewer of a round that is not over, what they have to do in
 * rounds, as {@link nextInRounds} says. For others the first that they have neither submitted nor skipped, in the
 * order of the list as it opens, newest first, going round to the beginning; null when there is no other.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function nextArticle(
  actor: Actor,
  projectRef: string,
  afterArticleId: string | null,
): Promise<{ readonly id: string; readonly title: string } | null> {
  const project = await projectFor(actor, projectRef, "annotate");
  const sql = database().pool;
  const after = afterArticleId !== null && isUuid(afterArticleId) ? afterArticleId : null;
  const inRounds = await nextInRounds(actor, project.id, after);
  if (inRounds) return inRounds.article;
  const annotator = await ownAnnotator(sql, { projectId: project.id, userId: userIdOf(actor) });
  const key = { projectId: project.id, annotator };
  const later = after && (await nextUnsubmitted(sql, { ...key, after }));
  if (later) return later;
  const first = await nextUnsubmitted(sql, { ...key, after: null });
  return first?.id === after ? null : first;
}

/** The years 1 to 9999, in milliseconds since 1970: JavaScript knows others, which PostgreSQL refuses. */
const FIRST_TIME = Date.parse("0001-01-01T00:00:00Z");
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** What a cursor holds; clients take it as it comes. */
const CursorContent = z.strictObject({
  /** Of which list it is. */
  l: z.string().max(20),
  /** Milliseconds since 1970, or the folded beginning of a title, or null. */
  k: z.union([z.number().int().min(FIRST_TIME).max(LAST_TIME), z.string().max(800), z.null()]),
  i: z.uuid(),
  /** Whether the list is of words in place of those searched for. */
  w: z.boolean(),
});

type CursorValue = { readonly place: ArticlePlace; readonly expanded: boolean };

function writeCursor({ kind, place, expanded }: CursorValue & { kind: string }): string {
  const key = place.key instanceof Date ? place.key.getTime() : place.key;
  return Buffer.from(JSON.stringify({ l: kind, k: key, i: place.id, w: expanded })).toString(
    "base64url",
  );
}

/** @throws Refusal "invalid" */
function readCursor(cursor: string, kind: string, sort: ArticleSort): CursorValue {
  let content: unknown = null;
  try {
    content = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // told below, as every cursor that is none of ours
  }
  const { success, data } = CursorContent.safeParse(content);
  if (!success || data.l !== kind || !isKeyOf(sort, data.k)) {
    throw new Refusal("invalid", "This cursor belongs to another list.", { field: "cursor" });
  }
  const key = typeof data.k === "number" ? new Date(data.k) : data.k;
  return { place: { key, id: data.i }, expanded: data.w };
}

function isKeyOf(sort: ArticleSort, key: number | string | null): boolean {
  if (sort === "title") {
    return typeof key === "string" && key.isWellFormed() && !key.includes("\0");
  }
  return typeof key === "number" || (key === null && sort === "published");
}

/** Tells lists apart, so that a cursor of one is not used in another. */
function fingerprint(list: object): string {
  return createHash("sha256").update(JSON.stringify(list)).digest("base64url").slice(0, 12);
}
