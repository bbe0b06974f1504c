import { v7 as uuidv7 } from "uuid";
import { type Scheme, type StoredScheme, schemeFrom } from "@/lib/domain/scheme";
import type { SchemeMapping } from "@/lib/domain/scheme-change";
import type { SetContent, SetRow } from "./annotation-sets";
import { contentOf, setColumns } from "./annotation-sets";
import type { Sql, Transaction } from "./database";
import { live } from "./live";

/** A version of a project's scheme; see the model for what its columns say. */
export type SchemeVersionRow = {
  readonly version: number;
  readonly note: string;
  readonly creator: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly base: number | null;
  readonly mapping: SchemeMapping;
  readonly restores: number | null;
  readonly scheme: Scheme;
};

type StoredVersion = Omit<SchemeVersionRow, "scheme" | "mapping"> & {
  readonly definition: StoredScheme;
  readonly mapping: Partial<SchemeMapping>;
};

const versionColumns = `v.version, v.note, u.name AS creator, v.created_by AS "createdBy",
  v.created_at AS "createdAt", v.base, v.mapping, v.restores, v.definition`;

function versionFrom({ definition, mapping, ...row }: StoredVersion): SchemeVersionRow {
  return {
    ...row,
    // A first version has none.
    mapping: { labels: {}, relations: {}, attributes: [], ...mapping },
    scheme: schemeFrom(definition),
  };
}

/** A version of a project's scheme, which never changes. */
export async function schemeOf(
  sql: Sql,
  { projectId, version }: { projectId: string; version: number },
): Promise<Scheme | null> {
  const [row] = await schemeVersions(sql, projectId, { versions: [version] });
  return row?.scheme ?? null;
}

/** The version of a project's scheme that new work uses. */
export async function currentSchemeVersion(sql: Sql, projectId: string): Promise<number> {
  const { rows } = await sql.query<{ version: number }>(
    "SELECT scheme_version AS version FROM projects WHERE id = $1",
    [projectId],
  );
  if (!rows[0]) throw new Error(`There is no project ${projectId}.`);
  return rows[0].version;
}

/**
 * Versions of a project's scheme, the latest first.
 *
 * @param versions only these; all by default
 * @param before only those before one
 */
export async function schemeVersions(
  sql: Sql,
  projectId: string,
  {
    versions = null,
    before = null,
    limit = null,
  }: { versions?: readonly number[] | null; before?: number | null; limit?: number | null } = {},
): Promise<SchemeVersionRow[]> {
  const { rows } = await sql.query<StoredVersion>(
    `SELECT ${versionColumns} FROM scheme_versions v LEFT JOIN users u ON u.id = v.created_by
     WHERE v.project_id = $1 AND ($2::int[] IS NULL OR v.version = ANY($2))
       AND ($3::int IS NULL OR v.version < $3)
     ORDER BY v.version DESC LIMIT $4`,
    [projectId, versions, before, limit],
  );
  return rows.map(versionFrom);
}

/**
 * Writes the version of a scheme after `base`, which holds from then on. Of two that were made from one version,
 * one is written.
 *
 * @returns false if `base` is not the one that holds, or not any more
 */
export async function insertSchemeVersion(
  tx: Transaction,
  projectId: string,
  {
    base,
    scheme,
    ...row
  }: Pick<SchemeVersionRow, "note" | "createdBy" | "mapping" | "restores" | "scheme"> & {
    readonly base: number;
  },
): Promise<boolean> {
  const version = base + 1;
  const { count } = await tx.project.updateMany({
    where: { id: projectId, deletedAt: null, schemeVersion: base },
    data: { schemeVersion: version },
  });
  if (count === 0) return false;
  await tx.schemeVersion.create({
    data: { projectId, version, base, definition: scheme, ...row },
    select: { version: true },
  });
  return true;
}

/** What of a set a change of the scheme can affect; see `touchedNames`. */
export type Touched = {
  readonly labels: readonly string[];
  readonly relations: readonly string[];
  readonly article: boolean;
};

/** The condition that a set `s` holds something of what is touched, by the parameters from `$first` on. */
const isTouched = (first: number) => `(s.label_counts ?| $${first}::text[]
  OR $${first + 1}::boolean AND s.attributes <> '{}'
  OR cardinality($${first + 2}::text[]) > 0 AND EXISTS (
    SELECT FROM relations r WHERE r.set_id = s.id AND r.type = ANY($${first + 2}::text[])))`;

const touchedValues = ({ labels, relations, article }: Touched) => [labels, article, relations];

/** A set's author is asked before anything of it is left out: a reviewer who may still annotate. */
const isAsked = `(s.kind = 'reviewer' AND EXISTS (
  SELECT FROM annotators a
  JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
  LEFT JOIN members m ON m.project_id = a.project_id AND m.user_id = a.user_id
  WHERE a.project_id = s.project_id AND a.number = s.annotator AND (u.site_admin OR m.role <> 'viewer')))`;

export type SetToCarry = SetRow & {
  readonly labelCounts: Readonly<Record<string, number>>;
  readonly asked: boolean;
};

/**
 * Some sets of a project that have not come to a version of its scheme, all of the same version, locked
 * until the transaction ends. Those that somebody is writing in are passed over, as are those that wait for their authors.
 *
 * @param except ids of others that are passed over
 */
export async function lockSetsToCarry(
  sql: Sql,
  {
    projectId,
    version,
    limit,
    except,
  }: { projectId: string; version: number; limit: number; except: readonly string[] },
): Promise<SetToCarry[]> {
  const { rows } = await sql.query<SetToCarry>(
    `SELECT ${setColumns}, s.label_counts AS "labelCounts", ${isAsked} AS asked
     FROM annotation_sets s
     WHERE s.project_id = $1 AND s.scheme_version < $2 AND s.scheme_waits_for IS DISTINCT FROM $2
       AND s.id <> ALL($4::uuid[])
       AND s.scheme_version = (
         SELECT min(o.scheme_version) FROM annotation_sets o
         WHERE o.project_id = $1 AND o.scheme_version < $2 AND o.scheme_waits_for IS DISTINCT FROM $2
           AND o.id <> ALL($4::uuid[]))
     ORDER BY s.id LIMIT $3 FOR NO KEY UPDATE OF s SKIP LOCKED`,
    [projectId, version, limit, except],
  );
  return rows;
}

/** Projects with sets that have not come to the scheme that holds, and do not wait for their authors. */
export async function projectsToCarry(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT p.id FROM projects p WHERE EXISTS (
       SELECT FROM annotation_sets s WHERE s.project_id = p.id AND s.scheme_version < p.scheme_version
         AND s.scheme_waits_for IS DISTINCT FROM p.scheme_version)`,
  );
  return rows.map(({ id }) => id);
}

/** Of some sets, those that a change can affect, with what is in them. */
export async function touchedSets<Row extends SetRow>(
  sql: Sql,
  sets: readonly Row[],
  touched: Touched,
): Promise<(Row & SetContent)[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT s.id FROM annotation_sets s WHERE s.id = ANY($1::uuid[]) AND ${isTouched(2)}`,
    [sets.map(({ id }) => id), ...touchedValues(touched)],
  );
  const ids = new Set(rows.map(({ id }) => id));
  return contentOf(
    sql,
    sets.filter(({ id }) => ids.has(id)),
  );
}

/** Brings sets in which nothing changes to the next version of their scheme. The caller has them locked. */
export async function moveSets(
  sql: Sql,
  sets: readonly SetRow[],
  { from, to, userId }: { from: number; to: number; userId: string | null },
): Promise<void> {
  if (sets.length === 0) return;
  await sql.query(
    `WITH moved AS (
       UPDATE annotation_sets s SET scheme_version = $3, scheme_waits_for = NULL, revision = s.revision + 1
       FROM unnest($1::uuid[], $2::uuid[]) AS o (set_id, id) WHERE s.id = o.set_id
       RETURNING s.id, s.project_id, s.revision, o.id AS operation)
     INSERT INTO operations (set_id, id, project_id, revision, user_id, body, change)
     SELECT id, operation, project_id, revision, $4, $5, $6 FROM moved`,
    [
      sets.map(({ id }) => id),
      sets.map(() => uuidv7()),
      to,
      userId,
      JSON.stringify({ type: "change_scheme", version: to }),
      JSON.stringify({ kind: "scheme", before: from, after: to, changes: [] }),
    ],
  );
}

/** Has sets wait until their authors agree to a version. */
export async function haveSetsWait(
  sql: Sql,
  ids: readonly string[],
  version: number,
): Promise<void> {
  if (ids.length === 0) return;
  await sql.query("UPDATE annotation_sets SET scheme_waits_for = $2 WHERE id = ANY($1::uuid[])", [
    ids,
    version,
  ]);
}

/** Which spans of some sets that people edit keep others of their label away follows the scheme that the sets have come to. */
export async function settleExclusive(
  sql: Sql,
  ids: readonly string[],
  scheme: Scheme,
): Promise<void> {
  const free = scheme.labels.filter(({ overlap }) => overlap).map(({ name }) => name);
  await sql.query(
    `UPDATE spans x SET exclusive = NOT exclusive FROM annotation_sets s
     WHERE x.set_id = ANY($1::uuid[]) AND s.id = x.set_id
       AND x.exclusive <> (s.kind IN ('reviewer', 'gold') AND x.label <> ALL($2::text[]))`,
    [ids, free],
  );
}

/**
 * Sets of a project in the order of their ids, without what is in them.
 *
 * @param version only those that have not come to this version of the scheme
 * @param touched only those that hold something of this; and all whose version is not `of`
 * @param submitted all that are submitted as well
 */
export async function setsAfter(
  sql: Sql,
  {
    projectId,
    version,
    after,
    limit,
    of,
    touched,
    submitted,
  }: {
    projectId: string;
    version: number;
    after: string;
    limit: number;
    of: number;
    touched: Touched;
    submitted: boolean;
  },
): Promise<SetToCarry[]> {
  const { rows } = await sql.query<SetToCarry>(
    `SELECT ${setColumns}, s.label_counts AS "labelCounts", ${isAsked} AS asked FROM annotation_sets s
     WHERE s.project_id = $1 AND s.scheme_version < $2 AND s.id > $3
       AND (s.scheme_version <> $5 OR ${isTouched(6)} OR $9 AND s.submitted_at IS NOT NULL)
     ORDER BY s.id LIMIT $4`,
    [projectId, version, after, limit, of, ...touchedValues(touched), submitted],
  );
  return rows;
}

/** How many sets have not come to a version, and how many of these wait for their authors. */
export async function countSetsToCarry(
  sql: Sql,
  { projectId, version }: { projectId: string; version: number },
): Promise<{ behind: number; waiting: number }> {
  const { rows } = await sql.query<{ behind: number; waiting: number }>(
    `SELECT count(*)::int AS behind,
            count(*) FILTER (WHERE scheme_waits_for = $2)::int AS waiting
     FROM annotation_sets WHERE project_id = $1 AND scheme_version < $2`,
    [projectId, version],
  );
  return rows[0] ?? { behind: 0, waiting: 0 };
}

export type WaitingAuthor = {
  readonly userId: string;
  readonly name: string;
  readonly sets: number;
  readonly articleId: string;
  readonly title: string;
};

/**
 * Whose sets wait for their authors to agree to a version, with one article of each; only what is not deleted.
 *
 * @param userId only this author; all if null
 */
export async function waitingAuthors(
  sql: Sql,
  {
    projectId,
    version,
    userId,
    limit,
  }: { projectId: string; version: number; userId: string | null; limit: number },
): Promise<WaitingAuthor[]> {
  const { rows } = await sql.query<WaitingAuthor>(
    `SELECT u.id AS "userId", u.name, count(*)::int AS sets,
            (array_agg(t.id ORDER BY t.id))[1] AS "articleId",
            (array_agg(t.title ORDER BY t.id))[1] AS title
     FROM annotation_sets s
     JOIN articles t ON t.id = s.article_id AND ${live("t")}
     JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
     JOIN users u ON u.id = a.user_id
     WHERE s.project_id = $1 AND s.scheme_version < $2 AND s.scheme_waits_for = $2
       AND ($4::uuid IS NULL OR u.id = $4)
     GROUP BY u.id ORDER BY count(*) DESC, u.id LIMIT $3`,
    [projectId, version, limit, userId],
  );
  return rows;
}

/**
 * What brought a set from one version of its scheme to another, as its history has it; the latest such. Not of
 * gold that has been made anew since: that was something else.
 */
export async function changeOfScheme(
  sql: Sql,
  { setId, from, to }: { setId: string; from: number; to: number },
): Promise<unknown> {
  const { rows } = await sql.query<{ change: unknown }>(
    `SELECT o.change FROM operations o JOIN annotation_sets s ON s.id = o.set_id
     WHERE o.set_id = $1 AND o.change->>'kind' = 'scheme'
       AND (o.change->>'before')::int = $2 AND (o.change->>'after')::int = $3
       AND (s.kind <> 'gold' OR s.submitted_at IS NULL OR o.created_at > s.submitted_at)
     ORDER BY o.revision DESC LIMIT 1`,
    [setId, from, to],
  );
  return rows[0]?.change ?? null;
}

/** Titles of articles, by id. */
export async function articleTitles(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query<{ id: string; title: string }>(
    `SELECT t.id, t.title FROM articles t WHERE t.id = ANY($1::uuid[]) AND ${live("t")}`,
    [ids],
  );
  return new Map(rows.map(({ id, title }) => [id, title]));
}
