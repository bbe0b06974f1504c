import type { ArticleSort, ArticleState } from "@/lib/domain/article-list";
import type { SetKind } from "@/lib/domain/span";
import type { LabelCounts } from "./annotation-sets";
import { duplicateOf } from "./article-versions";
import type { Sql } from "./database";
import { live } from "./live";
import { primary } from "./rounds";
import type { SearchCondition } from "./search";

/** The place of an article in an order: what it is ordered by, and its id. */
export type ArticlePlace = { readonly key: Date | string | null; readonly id: string };

/** Whose sets count: the user's own reviewer sets, those of nobody in particular, or all. */
export type Visibility = {
  /** The user's number in the project; null for who has none. */
  readonly annotator: number | null;
  readonly reviewers: boolean;
  /** Whether gold counts. */
  readonly gold: boolean;
};

/** A reviewer: their number in the project, if they have begun, and their account. */
export type Reviewer = { readonly annotator: number | null; readonly userId: string | null };

export type ArticleFilter = Visibility & {
  readonly projectId: string;
  readonly search: SearchCondition | null;
  readonly state: ArticleState | null;
  readonly label: string | null;
  /** Whose work and rounds the state is about. */
  readonly whose: Reviewer | "anyone";
  /** First submitted, or compared, from one moment to before another; null for whenever. */
  readonly between: readonly [from: Date | null, until: Date | null] | null;
  /** Without region and script; "und" for articles without one. */
  readonly language: string | null;
  /** "" for articles without one. */
  readonly publisher: string | null;
  /** The number of a round that they are in. */
  readonly round: number | null;
};

type Order = {
  readonly key: string;
  readonly id: string;
  /** What the two are read from, and how its articles are those of a project. */
  readonly table: string;
  readonly project: string;
  readonly cast: string;
  readonly descending: boolean;
};

const byArticle = { id: "a.id", table: "articles a", project: "a.project_id" };

/** Titles as searching has them, those that it is yet to know among them. */
const titles = `(SELECT article_id, project_id, title FROM article_search
  UNION ALL SELECT article_id, project_id, title FROM search_waiting)`;

// Each has an index: two of them in the migration that made searching.
const orders: Record<ArticleSort, Order> = {
  newest: { ...byArticle, key: "a.created_at", cast: "timestamptz", descending: true },
  oldest: { ...byArticle, key: "a.created_at", cast: "timestamptz", descending: false },
  published: {
    ...byArticle,
    key: "coalesce(a.published_at, '-infinity'::timestamptz)",
    cast: "timestamptz",
    descending: true,
  },
  title: {
    key: `left(t.title, 200) COLLATE "C"`,
    id: "t.article_id",
    table: `${titles} t`,
    project: "t.project_id",
    cast: "text",
    descending: false,
  },
};

/** The number under which a user annotates in a project; null if they have not begun to. */
export async function ownAnnotator(
  sql: Sql,
  { projectId, userId }: { projectId: string; userId: string | null },
): Promise<number | null> {
  if (userId === null) return null;
  const { rows } = await sql.query<{ number: number }>(
    "SELECT number FROM annotators WHERE project_id = $1 AND user_id = $2",
    [projectId, userId],
  );
  return rows[0]?.number ?? null;
}

/** A piece of a list. */
export type Places = {
  readonly places: readonly ArticlePlace[];
  /** How many are in the whole list, counted as far as was asked. */
  readonly count: number;
};

/**
 * The places of the next articles in an order, after a place or from the beginning, and how many the
 * filter selects in all: a search is carried out once for both.
 *
 * @param mostCounted counts no further; after the last of the list nothing is counted
 */
export async function placesOf(
  sql: Sql,
  filter: ArticleFilter,
  {
    sort,
    after,
    limit,
    mostCounted,
  }: { sort: ArticleSort; after: ArticlePlace | null; limit: number; mostCounted: number },
): Promise<Places> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const project = bind(filter.projectId);
  const order = orders[sort];
  const direction = order.descending ? "DESC" : "ASC";
  const place = after && [bind(after.key ?? "-infinity"), bind(after.id)];
  const [row, most] = [bind(limit), bind(mostCounted)];
  const page: Page = {
    later: ({ key, id }) =>
      place === null
        ? []
        : [
            `(${key}, ${id}) ${order.descending ? "<" : ">"} (${place[0]}::${order.cast}, ${place[1]}::uuid)`,
          ],
    end: ({ key, id }) => `ORDER BY ${key} ${direction}, ${id} ${direction} LIMIT ${row}`,
    most,
  };
  const selected = { order, project, ...hitsOf(filter, project, bind) };
  const { rows } = await sql.query<{ id: string; key: Date | string | number; count: number }>(
    selected.isSearch ? searched(selected, page) : listed(selected, page),
    values,
  );
  return {
    // node-postgres reads -infinity as a number.
    places: rows.map(({ id, key }) => ({ id, key: typeof key === "number" ? null : key })),
    count: rows[0]?.count ?? 0,
  };
}

/** What a list is of, in SQL. */
type Selected = {
  readonly order: Order;
  readonly project: string;
  /** CTEs: `f` for what was searched for, how many there are of it, and what is left out. */
  readonly hits: readonly string[];
  readonly isSearch: boolean;
  /** What else articles `a` must be like: looked up for each of them, or as PostgreSQL thinks best. */
  readonly conditions: (how: Looking) => readonly string[];
};

/** Whether the sets of each article are looked up, or all of them may be read. */
type Looking = "each" | "all";

/** Where a piece of a list begins and ends, in SQL. */
type Page = {
  readonly later: (of: Pick<Order, "key" | "id">) => readonly string[];
  readonly end: (of: Pick<Order, "key" | "id">) => string;
  /** Counts no further. */
  readonly most: string;
};

/**
 * A search is carried out first and whole: PostgreSQL cannot know how often a word occurs, and going
 * through the articles in their order to check each for a rare one would take seconds.
 */
function hitsOf(
  filter: ArticleFilter,
  project: string,
  bind: (value: unknown) => string,
): Pick<Selected, "hits" | "isSearch" | "conditions"> {
  const { wanted = null, title = null, unwanted = null } = filter.search ?? {};
  const hits: string[] = [];
  // A union, for with OR the terms of every hit would be read again to check it.
  const add = (name: string, ways: readonly string[]) => {
    const selects = ways.map(
      (way) => `SELECT article_id FROM article_search WHERE project_id = ${project} AND ${way}`,
    );
    hits.push(`${name} AS MATERIALIZED (${selects.join(" UNION ")})`);
  };
  if (wanted !== null) {
    const inTitle = title === null ? [] : [`title LIKE ${bind(title)}`];
    add("f", [`terms @@ ${bind(wanted)}::tsquery`, ...inTitle]);
    hits.push("found AS MATERIALIZED (SELECT count(*) AS n FROM f)");
  }
  if (unwanted !== null) {
    add("unwanted", [`terms @@ ${bind(unwanted)}::tsquery`]);
  }
  const conditions = (how: Looking) => [
    ...articleConditions(filter, project, bind),
    ...workConditions(filter, project, bind, how),
    ...(unwanted === null ? [] : ["NOT EXISTS (SELECT FROM unwanted u WHERE u.article_id = a.id)"]),
  ];
  return { hits, isSearch: wanted !== null, conditions };
}

/** A list of whatever there is. */
function listed({ order, project, hits, conditions }: Selected, page: Page): string {
  const joined = order.table === byArticle.table ? "" : `JOIN articles a ON a.id = ${order.id}`;
  const wanted = conditions("all");
  const from = (more: readonly string[]) =>
    `FROM ${order.table} ${joined}
     WHERE ${[`${order.project} = ${project}`, live("a"), ...wanted, ...more].join(" AND ")}`;
  return `${withAll(hits)} SELECT ${order.id} AS id, ${order.key} AS key,
      (SELECT count(*)::int FROM (SELECT ${from([])} LIMIT ${page.most}) AS counted) AS count
    ${from(page.later(order))} ${page.end(order)}`;
}

/** Hits beyond so many are met soon where one goes through all articles in their order. */
const MANY = 1000;

/** The work on so many hits is looked up sooner than that on all articles is read. */
const MANY_TO_LOOK_AT = 10_000;

/**
 * A list of what was searched for, in which nothing is of the trash: the index has no entries of that. Few hits, and those of which more is asked, are looked up one by
 * one and sorted; of many, the first in the order are found by going through it. Both are written so
 * that PostgreSQL, which cannot know how many there are, has no choice.
 */
function searched({ order, project, hits, conditions }: Selected, page: Page): string {
  const one = (table: string, id: string, as: string) =>
    `CROSS JOIN LATERAL (SELECT * FROM ${table} WHERE ${id} = f.article_id OFFSET 0) ${as}`;
  const isByArticle = order.table === byArticle.table;
  const lookedUp = `f ${one("articles", "id", "a")} ${isByArticle ? "" : one("article_search", "article_id", "t")}`;
  const select = `SELECT ${order.id} AS id, ${order.key} AS key`;
  const named = { key: "key", id: "id" };
  const where = (all: readonly string[]) => (all.length > 0 ? `WHERE ${all.join(" AND ")}` : "");
  const ofEach = conditions("each");
  if (ofEach.length > 0) {
    const isLookedAt = `(SELECT n FROM found) <= ${MANY_TO_LOOK_AT}`;
    const matched = `matched AS MATERIALIZED (
      ${select} FROM ${lookedUp} ${where([isLookedAt, ...ofEach])}
      UNION ALL
      ${select} FROM ${lookedUp} ${where([`NOT ${isLookedAt}`, ...conditions("all")])})`;
    return `${withAll([...hits, matched])}
      SELECT id, key, (SELECT least(count(*), ${page.most})::int FROM matched) AS count FROM matched
      ${where(page.later(named))} ${page.end(named)}`;
  }
  const isFew = `(SELECT n FROM found) <= ${MANY}`;
  const rows = (from: string, all: readonly string[]) =>
    `(${select} FROM ${from} ${where([...all, ...page.later(order)])} ${page.end(order)})`;
  const few = rows(lookedUp, [isFew]);
  const many = rows(order.table, [
    `NOT ${isFew}`,
    `${order.project} = ${project}`,
    // Not an IN by itself, which would be planned as a join.
    `coalesce(${order.id} IN (SELECT article_id FROM f), false)`,
  ]);
  return `${withAll(hits)}
    SELECT id, key, (SELECT least(n, ${page.most})::int FROM found) AS count
    FROM (${few} UNION ALL ${many}) AS either ${page.end(named)}`;
}

const withAll = (ctes: readonly string[]) => (ctes.length > 0 ? `WITH ${ctes.join(", ")}` : "");

/** Conditions on an article itself, and on the rounds that it is in. */
function articleConditions(
  { language, publisher, round }: ArticleFilter,
  project: string,
  bind: (value: unknown) => string,
): string[] {
  const conditions: string[] = [];
  if (language !== null) {
    conditions.push(`coalesce(${primary("a.language")}, 'und') = ${bind(language)}`);
  }
  if (publisher !== null) conditions.push(`coalesce(a.publisher, '') = ${bind(publisher)}`);
  if (round !== null) {
    conditions.push(`EXISTS (SELECT FROM round_articles x JOIN rounds r ON r.id = x.round_id
      WHERE r.project_id = ${project} AND r.number = ${bind(round)}::int AND x.article_id = a.id OFFSET 0)`);
  }
  return conditions;
}

/** Conditions on the annotation sets of an article's current text. */
function workConditions(
  filter: ArticleFilter,
  project: string,
  bind: (value: unknown) => string,
  how: Looking,
): string[] {
  const conditions: string[] = [];
  const fence = how === "each" ? "OFFSET 0" : ""; // with which PostgreSQL makes no join of it
  const currentSets = (condition: string) => `EXISTS (
    SELECT FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
    WHERE s.article_id = a.id AND v.number = a.current_version AND ${condition} ${fence})`;
  const { whose, between } = filter;
  // Asked once for each place in the query: PostgreSQL has to know the type of every parameter.
  const theirs = () =>
    `s.project_id = ${project} AND s.kind = 'reviewer'${
      whose === "anyone" ? "" : ` AND s.annotator = ${bind(whose.annotator)}::int`
    }`;
  const visible = () => `CASE s.kind
    WHEN 'reviewer' THEN s.annotator = ${bind(filter.annotator)}::int OR ${bind(filter.reviewers)}::boolean
    WHEN 'gold' THEN ${bind(filter.gold)}::boolean AND (${bind(filter.reviewers)}::boolean OR s.submitted_at IS NOT NULL)
    ELSE true END`;
  const submitted = () => currentSets(`${theirs()} AND s.submitted_at IS NOT NULL`);
  const open = () =>
    currentSets(
      `${theirs()} AND s.revision > 0 AND s.submitted_at IS NULL AND s.skip_reason IS NULL`,
    );
  const given = (condition: string) => `EXISTS (SELECT FROM assignments x
    WHERE x.project_id = ${project} AND x.article_id = a.id AND ${condition}${
      whose === "anyone" ? "" : ` AND x.user_id = ${bind(whose.userId)}::uuid`
    } ${fence})`;
  const [from, until] = between ?? [null, null];
  const within = (moment: string) => [
    ...(from ? [`${moment} >= ${bind(from)}::timestamptz`] : []),
    ...(until ? [`${moment} < ${bind(until)}::timestamptz`] : []),
  ];
  switch (filter.state) {
    case "new":
      conditions.push(
        `NOT ${currentSets(`${theirs()} AND (${worked} OR s.skip_reason IS NOT NULL)`)}`,
      );
      break;
    case "open":
      conditions.push(open());
      if (whose === "anyone") conditions.push(`NOT ${submitted()}`);
      break;
    case "submitted":
      conditions.push(submitted());
      break;
    case "skipped":
      conditions.push(currentSets(`${theirs()} AND s.skip_reason IS NOT NULL`));
      if (whose === "anyone") conditions.push(`NOT ${submitted()}`, `NOT ${open()}`);
      break;
    case "assigned":
      conditions.push(given(isGiven));
      break;
    case "returned":
      conditions.push(given("x.state = 'returned'"));
      break;
    case "compared": {
      const told = [`g.label = ${bind(filter.label ?? "")}`, "g.exact IS NOT NULL"];
      conditions.push(
        `${bind(filter.reviewers)}::boolean AND EXISTS (
           SELECT FROM agreements g JOIN article_versions v ON v.id = g.version_id
           WHERE v.article_id = a.id AND v.number = a.current_version
             AND ${[...told, ...within("g.compared_at")].join(" AND ")} ${fence})`,
      );
      return conditions;
    }
    case "flagged":
      conditions.push(currentSets(`${visible()} AND s.flag_reason IS NOT NULL`));
      break;
    case "annotated":
      conditions.push(currentSets(`${visible()} AND ${filled}`));
      break;
    case "unannotated":
      conditions.push(`NOT ${currentSets(`${visible()} AND ${filled}`)}`);
      break;
    case null:
      break;
  }
  const isTimed = between !== null;
  if (filter.label !== null) {
    const of = isTimed ? `${theirs()} AND s.submitted_at IS NOT NULL` : visible();
    const when = isTimed ? within("s.submitted_at") : [];
    conditions.push(
      currentSets([of, ...when, `s.label_counts ? ${bind(filter.label)}`].join(" AND ")),
    );
  } else if (isTimed) {
    const inTime = within("s.submitted_at");
    conditions.push(currentSets([theirs(), "s.submitted_at IS NOT NULL", ...inTime].join(" AND ")));
    if (from) {
      conditions.push(
        `NOT ${currentSets(`${theirs()} AND s.submitted_at < ${bind(from)}::timestamptz`)}`,
      );
    }
  }
  return conditions;
}

/** An assignment that is its reviewer's, done or not: not one that somebody else has got instead. */
export const isGiven = "(x.state <> 'skipped' OR x.skip_cause = 'reviewer')";

/** A set that somebody did something in, not only opened. */
const worked = "(s.revision > 0 OR s.submitted_at IS NOT NULL)";
const filled = "s.label_counts <> '{}'::jsonb";

/**
 * How many articles a project has, and how many of them a user has submitted, or anybody where they
 * see the work of all. Reads no more than indexes of articles and the sets themselves.
 */
export async function totalsOf(
  sql: Sql,
  {
    projectId,
    annotator,
    reviewers,
  }: Pick<Visibility, "annotator" | "reviewers"> & { readonly projectId: string },
): Promise<{ articles: number; submitted: number }> {
  const { rows } = await sql.query<{ articles: number; submitted: number }>(
    `SELECT
       (SELECT count(*)::int FROM articles a WHERE a.project_id = $1 AND ${live("a")}) AS articles,
       (SELECT count(DISTINCT s.article_id)::int FROM annotation_sets s
        JOIN article_versions v ON v.id = s.version_id
        JOIN articles a ON a.id = s.article_id AND a.current_version = v.number AND ${live("a")}
        WHERE s.project_id = $1 AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL
          AND ($3::boolean OR s.annotator = $2::int)) AS submitted`,
    [projectId, annotator, reviewers],
  );
  return rows[0] ?? { articles: 0, submitted: 0 };
}

/** What the list shows of an article itself. */
export type ArticleRow = {
  readonly id: string;
  readonly title: string;
  readonly publisher: string | null;
  readonly publishedAt: Date | null;
  readonly language: string | null;
  readonly createdAt: Date;
  readonly versionId: string;
  /** In code points. */
  readonly textLength: number;
  /** The oldest article with the same text, if it came before this one. */
  readonly duplicateOf: string | null;
};

export async function articlesOf(sql: Sql, ids: readonly string[]): Promise<ArticleRow[]> {
  const { rows } = await sql.query<ArticleRow>(
    `SELECT a.id, a.title, a.publisher, a.published_at AS "publishedAt", a.language,
       a.created_at AS "createdAt", v.id AS "versionId", v.text_length AS "textLength",
       ${duplicateOf} AS "duplicateOf"
     FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
     JOIN articles a ON a.id = wanted.id AND ${live("a")}
     JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
     ORDER BY wanted.place`,
    [ids],
  );
  return rows;
}

/** Titles and current texts by article id, the texts up to a number of code points. */
export async function textsOf(
  sql: Sql,
  ids: readonly string[],
  most: number | null,
): Promise<Map<string, { title: string; text: string }>> {
  const { rows } = await sql.query<{ id: string; title: string; text: string }>(
    `SELECT a.id, a.title, ${most === null ? "v.text" : "left(v.text, $2) AS text"} FROM articles a
     JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
     WHERE a.id = ANY($1::uuid[]) AND ${live("a")}`,
    most === null ? [ids] : [ids, most],
  );
  return new Map(rows.map(({ id, ...rest }) => [id, rest]));
}

export type SetSummary = {
  readonly versionId: string;
  readonly kind: SetKind;
  readonly annotator: number;
  readonly submitted: boolean;
  readonly skipped: boolean;
  readonly labelCounts: LabelCounts;
};

/** The sets on some versions that a user may see, leaving out those only opened, in the order in which they are offered. */
export async function setsOn(
  sql: Sql,
  versionIds: readonly string[],
  { annotator, reviewers, gold }: Visibility,
): Promise<SetSummary[]> {
  const { rows } = await sql.query<SetSummary>(
    `SELECT s.version_id AS "versionId", s.kind, s.annotator, s.submitted_at IS NOT NULL AS submitted,
       s.skip_reason IS NOT NULL AS skipped, s.label_counts AS "labelCounts"
     FROM annotation_sets s
     WHERE s.version_id = ANY($1::uuid[])
       AND CASE s.kind
         WHEN 'reviewer' THEN ((s.annotator = $2::int OR $3::boolean) AND ${worked})
           OR (s.annotator = $2::int AND s.skip_reason IS NOT NULL)
         WHEN 'gold' THEN $4::boolean AND ($3::boolean OR s.submitted_at IS NOT NULL) ELSE true END
     ORDER BY s.kind, s.annotator`,
    [versionIds, annotator, reviewers, gold],
  );
  return rows;
}

/**
 * The first article after another in the list of the newest that an annotator has neither submitted nor skipped.
 *
 * @param after null for the beginning
 */
export async function nextUnsubmitted(
  sql: Sql,
  {
    projectId,
    annotator,
    after,
  }: { projectId: string; annotator: number | null; after: string | null },
): Promise<{ id: string; title: string } | null> {
  const { rows } = await sql.query<{ id: string; title: string }>(
    `SELECT a.id, a.title FROM articles a
     WHERE a.project_id = $1 AND ${live("a")}
       AND ($3::uuid IS NULL OR (a.created_at, a.id) <
         (SELECT b.created_at, b.id FROM articles b WHERE b.id = $3 AND b.project_id = $1))
       AND NOT EXISTS (
         SELECT FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
         WHERE s.article_id = a.id AND v.number = a.current_version
           AND s.kind = 'reviewer' AND s.annotator = $2::int
           AND (s.submitted_at IS NOT NULL OR s.skip_reason IS NOT NULL))
     ORDER BY a.created_at DESC, a.id DESC LIMIT 1`,
    [projectId, annotator, after],
  );
  return rows[0] ?? null;
}
