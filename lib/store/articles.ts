import type { ArticleSort, ArticleState } from "@/lib/domain/article-list";
import type { SetKind } from "@/lib/domain/span";
import type { LabelCounts } from "./annotation-sets";
import type { Sql } from "./database";
import type { SearchCondition } from "./search";

/** The place of an article in an order: what it is ordered by, and its id. */
export type ArticlePlace = { readonly key: Date | string | null; readonly id: string };

/** Whose sets count: the user's own reviewer sets, those of nobody in particular, or all. */
export type Visibility = {
  /** The user's number in the project; null for who has none. */
  readonly annotator: number | null;
  readonly reviewers: boolean;
};

export type ArticleFilter = Visibility & {
  readonly projectId: string;
  readonly search: SearchCondition | null;
  readonly state: ArticleState | null;
  readonly label: string | null;
};

type Order = {
  readonly key: string;
  readonly id: string;
  readonly cast: string;
  readonly descending: boolean;
};

// Each has an index: two of them in the migration that made searching.
const orders: Record<ArticleSort, Order> = {
  newest: { key: "a.created_at", id: "a.id", cast: "timestamptz", descending: true },
  oldest: { key: "a.created_at", id: "a.id", cast: "timestamptz", descending: false },
  published: {
    key: "coalesce(a.published_at, '-infinity'::timestamptz)",
    id: "a.id",
    cast: "timestamptz",
    descending: true,
  },
  title: {
    key: `left(f.title, 200) COLLATE "C"`,
    id: "f.article_id",
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

/** The places of the next articles in an order, after a place or from the beginning. */
export async function placesOf(
  sql: Sql,
  filter: ArticleFilter,
  { sort, after, limit }: { sort: ArticleSort; after: ArticlePlace | null; limit: number },
): Promise<ArticlePlace[]> {
  const { key, id, cast, descending } = orders[sort];
  const { source, conditions, values } = selected(filter, sort);
  if (after) {
    values.push(after.key ?? "-infinity", after.id);
    const place = `($${values.length - 1}::${cast}, $${values.length}::uuid)`;
    conditions.push(`(${key}, ${id}) ${descending ? "<" : ">"} ${place}`);
  }
  values.push(limit);
  const direction = descending ? "DESC" : "ASC";
  const { rows } = await sql.query<{ id: string; key: Date | string | number }>(
    `${source.hits} SELECT a.id, ${key} AS key FROM ${source.tables}
     WHERE ${conditions.join(" AND ")}
     ORDER BY ${key} ${direction}, ${id} ${direction} LIMIT $${values.length}`,
    values,
  );
  // node-postgres reads -infinity as a number.
  return rows.map(({ id, key }) => ({ id, key: typeof key === "number" ? null : key }));
}

/** How many articles there are, counting no further than `most`. */
export async function countArticles(
  sql: Sql,
  filter: ArticleFilter,
  most: number,
): Promise<number> {
  const { source, conditions, values } = selected(filter, "newest");
  values.push(most);
  const { rows } = await sql.query<{ count: number }>(
    `${source.hits} SELECT count(*)::int AS count FROM (
       SELECT FROM ${source.tables} WHERE ${conditions.join(" AND ")}
       LIMIT $${values.length}) AS counted`,
    values,
  );
  return rows[0]?.count ?? 0;
}

type Selected = {
  readonly source: { readonly hits: string; readonly tables: string };
  readonly conditions: string[];
  readonly values: unknown[];
};

/**
 * What a filter selects from. A search is carried out first and whole: PostgreSQL cannot know how
 * often a word occurs, and going through the articles in their order to check each for a rare one
 * would take seconds.
 */
function selected(filter: ArticleFilter, sort: ArticleSort): Selected {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const project = bind(filter.projectId);
  const conditions = [`a.project_id = ${project}`, ...workConditions(filter, project, bind)];
  const { wanted = null, title = null, unwanted = null } = filter.search ?? {};
  const hits: string[] = [];
  // A union, for with OR the terms of every hit would be read again to check it.
  const hitsOf = (name: string, ways: readonly string[]) => {
    const selects = ways.map(
      (way) =>
        `SELECT article_id, title FROM article_search WHERE project_id = ${project} AND ${way}`,
    );
    hits.push(`${name} AS MATERIALIZED (${selects.join(" UNION ")})`);
  };
  if (wanted !== null) {
    const inTitle = title === null ? [] : [`title LIKE ${bind(title)}`];
    hitsOf("f", [`terms @@ ${bind(wanted)}::tsquery`, ...inTitle]);
  } else if (sort === "title") conditions.push(`f.project_id = ${project}`);
  if (unwanted !== null) {
    hitsOf("unwanted", [`terms @@ ${bind(unwanted)}::tsquery`]);
    conditions.push("NOT EXISTS (SELECT FROM unwanted u WHERE u.article_id = a.id)");
  }
  const all =
    sort === "title" ? "article_search f JOIN articles a ON a.id = f.article_id" : "articles a";
  const tables = wanted === null ? all : "f JOIN articles a ON a.id = f.article_id";
  const source = { hits: hits.length > 0 ? `WITH ${hits.join(", ")}` : "", tables };
  return { source, conditions, values };
}

/** Conditions on the annotation sets of an article's current text. */
function workConditions(
  filter: ArticleFilter,
  project: string,
  bind: (value: unknown) => string,
): string[] {
  const conditions: string[] = [];
  const currentSets = (condition: string) => `EXISTS (
    SELECT FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
    WHERE s.article_id = a.id AND v.number = a.current_version AND ${condition})`;
  const own = () => `s.project_id = ${project} AND s.kind = 'reviewer'
    AND s.annotator = ${bind(filter.annotator)}::int`;
  const visible = () => `(s.kind <> 'reviewer' OR s.annotator = ${bind(filter.annotator)}::int
    OR ${bind(filter.reviewers)}::boolean)`;
  switch (filter.state) {
    case "new":
      conditions.push(`NOT ${currentSets(`${own()} AND ${worked}`)}`);
      break;
    case "open":
      conditions.push(currentSets(`${own()} AND s.revision > 0 AND s.submitted_at IS NULL`));
      break;
    case "submitted":
      conditions.push(currentSets(`${own()} AND s.submitted_at IS NOT NULL`));
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
  if (filter.label !== null) {
    conditions.push(currentSets(`${visible()} AND s.label_counts ? ${bind(filter.label)}`));
  }
  return conditions;
}

/** A set that somebody did something in, not only opened. */
const worked = "(s.revision > 0 OR s.submitted_at IS NOT NULL)";
const filled = "s.label_counts <> '{}'::jsonb";

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
};

export async function articlesOf(sql: Sql, ids: readonly string[]): Promise<ArticleRow[]> {
  const { rows } = await sql.query<ArticleRow>(
    `SELECT a.id, a.title, a.publisher, a.published_at AS "publishedAt", a.language,
       a.created_at AS "createdAt", v.id AS "versionId", v.text_length AS "textLength"
     FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
     JOIN articles a ON a.id = wanted.id
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
     WHERE a.id = ANY($1::uuid[])`,
    most === null ? [ids] : [ids, most],
  );
  return new Map(rows.map(({ id, ...rest }) => [id, rest]));
}

export type SetSummary = {
  readonly versionId: string;
  readonly kind: SetKind;
  readonly annotator: number;
  readonly submitted: boolean;
  readonly labelCounts: LabelCounts;
};

/** The sets on some versions that a user may see, leaving out those only opened. */
export async function setsOn(
  sql: Sql,
  versionIds: readonly string[],
  { annotator, reviewers }: Visibility,
): Promise<SetSummary[]> {
  const { rows } = await sql.query<SetSummary>(
    `SELECT s.version_id AS "versionId", s.kind, s.annotator, s.submitted_at IS NOT NULL AS submitted,
       s.label_counts AS "labelCounts"
     FROM annotation_sets s
     WHERE s.version_id = ANY($1::uuid[])
       AND (s.kind <> 'reviewer' OR ((s.annotator = $2::int OR $3::boolean) AND ${worked}))`,
    [versionIds, annotator, reviewers],
  );
  return rows;
}

/**
 * The first article after another in the list of the newest that an annotator has not submitted.
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
     WHERE a.project_id = $1
       AND ($3::uuid IS NULL OR (a.created_at, a.id) <
         (SELECT b.created_at, b.id FROM articles b WHERE b.id = $3 AND b.project_id = $1))
       AND NOT EXISTS (
         SELECT FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
         WHERE s.article_id = a.id AND v.number = a.current_version
           AND s.kind = 'reviewer' AND s.annotator = $2::int AND s.submitted_at IS NOT NULL)
     ORDER BY a.created_at DESC, a.id DESC LIMIT 1`,
    [projectId, annotator, after],
  );
  return rows[0] ?? null;
}
