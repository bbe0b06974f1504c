import type pg from "pg";
import type { AnnotationsAbout } from "@/lib/domain/article";
import type { Attributes, Relation, SetKind, Span } from "@/lib/domain/span";
import { CopyRows, copyInto } from "./copy-rows";
import type { Sql } from "./database";
import { fromMultirange } from "./multirange";

/** The annotations that an import brought for a version, of one annotator. */
export type ImportedSet = {
  readonly id: string;
  readonly versionId: string;
  /** The annotator's number in the project. */
  readonly annotator: number;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly note: string;
  /** Of the article itself. */
  readonly attributes: Attributes;
};

/** A set that is there. */
export type StoredSet = ImportedSet & { readonly kind: SetKind };

/** The sets of some versions, with what is in them. */
export async function findSets(sql: Sql, versionIds: readonly string[]): Promise<StoredSet[]> {
  if (versionIds.length === 0) return [];
  const sets = await sql.query<
    Pick<StoredSet, "id" | "versionId" | "annotator" | "kind" | "note" | "attributes">
  >(
    `SELECT id, version_id AS "versionId", annotator, kind, note, attributes FROM annotation_sets
     WHERE version_id = ANY($1::uuid[])`,
    [versionIds],
  );
  if (sets.rows.length === 0) return [];
  const ids = sets.rows.map(({ id }) => id);
  const spans = await sql.query<Omit<Span, "fragments"> & { setId: string; fragments: string }>(
    `SELECT set_id AS "setId", id, label, fragments::text, quote, attributes
     FROM spans WHERE set_id = ANY($1::uuid[])`,
    [ids],
  );
  const relations = await sql.query<Relation & { setId: string }>(
    `SELECT set_id AS "setId", id, type, from_id AS "from", to_id AS "to", attributes
     FROM relations WHERE set_id = ANY($1::uuid[])`,
    [ids],
  );
  const spansOf = Map.groupBy(spans.rows, ({ setId }) => setId);
  const relationsOf = Map.groupBy(relations.rows, ({ setId }) => setId);
  return sets.rows.map((set) => ({
    ...set,
    spans: (spansOf.get(set.id) ?? []).map(({ setId: _, fragments, ...span }) => ({
      ...span,
      fragments: fromMultirange(fragments),
    })),
    relations: (relationsOf.get(set.id) ?? []).map(({ setId: _, ...relation }) => relation),
  }));
}

/** An imported set as it is to be; `replaces` says whether one of its id is there. */
export type SetToWrite = ImportedSet & {
  readonly articleId: string;
  readonly replaces: boolean;
  /** What the file says of it; where it says nothing, it was done now and is not submitted. */
  readonly about: AnnotationsAbout | null;
};

/** Writes sets whole: what was in those that are replaced is gone. */
export async function writeImportedSets(
  client: pg.ClientBase,
  { projectId, schemeVersion }: { projectId: string; schemeVersion: number },
  sets: readonly SetToWrite[],
): Promise<void> {
  if (sets.length === 0) return;
  const replaced = sets.filter(({ replaces }) => replaces);
  if (replaced.length > 0) {
    const ids = replaced.map(({ id }) => id);
    // Whoever carries them over to another scheme is waited for, or its history would outlive what it is of.
    await client.query(
      "SELECT FROM annotation_sets WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE",
      [ids],
    );
    await client.query("DELETE FROM relations WHERE set_id = ANY($1::uuid[])", [ids]);
    await client.query("DELETE FROM spans WHERE set_id = ANY($1::uuid[])", [ids]);
    // What they have of a history says how what is gone came from one scheme to the next.
    await client.query("DELETE FROM operations WHERE set_id = ANY($1::uuid[])", [ids]);
    await client.query(
      `UPDATE annotation_sets t SET label_counts = s.counts, scheme_version = $3,
         scheme_waits_for = NULL, revision = 0,
         note = s.note, attributes = s.attributes, submitted_at = s.submitted,
         updated_at = coalesce(s.updated, now())
       FROM unnest($1::uuid[], $2::jsonb[], $4::text[], $5::jsonb[], $6::timestamptz[], $7::timestamptz[])
         AS s (id, counts, note, attributes, submitted, updated) WHERE t.id = s.id`,
      [
        ids,
        replaced.map(({ spans }) => JSON.stringify(countLabels(spans))),
        schemeVersion,
        ...aboutColumns(replaced),
      ],
    );
  }
  const made = sets.filter(({ replaces }) => !replaces);
  await client.query(
    `INSERT INTO annotation_sets
       (id, project_id, article_id, version_id, kind, annotator, scheme_version, label_counts, note,
        attributes, submitted_at, updated_at)
     SELECT s.id, $1, s.article_id, s.version_id, 'imported', s.annotator, $2, s.counts,
       s.note, s.attributes, s.submitted, coalesce(s.updated, now())
     FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::jsonb[], $8::text[], $9::jsonb[],
         $10::timestamptz[], $11::timestamptz[])
       AS s (id, article_id, version_id, annotator, counts, note, attributes, submitted, updated)`,
    [
      projectId,
      schemeVersion,
      made.map(({ id }) => id),
      made.map(({ articleId }) => articleId),
      made.map(({ versionId }) => versionId),
      made.map(({ annotator }) => annotator),
      made.map(({ spans }) => JSON.stringify(countLabels(spans))),
      ...aboutColumns(made),
    ],
  );
  await copyInto(client, {
    target: "spans (set_id, id, project_id, label, exclusive, fragments, quote, attributes)",
    rows: () => spanRows(projectId, sets),
  });
  const relations = sets.flatMap(({ id, relations }) =>
    relations.map((relation) => ({ setId: id, relation })),
  );
  await client.query(
    `INSERT INTO relations (set_id, id, project_id, type, from_id, to_id, attributes)
     SELECT r.set_id, r.id, $1, r.type, r.from_id, r.to_id, r.attributes
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[])
       AS r (set_id, id, type, from_id, to_id, attributes)`,
    [
      projectId,
      relations.map(({ setId }) => setId),
      relations.map(({ relation }) => relation.id),
      relations.map(({ relation }) => relation.type),
      relations.map(({ relation }) => relation.from),
      relations.map(({ relation }) => relation.to),
      relations.map(({ relation }) => JSON.stringify(relation.attributes)),
    ],
  );
}

/**
 * Their reader has kept spans of a label apart, and nobody edits what was imported: the constraint that keeps
 * them apart is spared. It takes PostgreSQL ten times as long as the rows themselves.
 */
function spanRows(projectId: string, sets: readonly SetToWrite[]): CopyRows {
  const rows = new CopyRows(8);
  for (const { id, spans } of sets) {
    for (const span of spans) {
      rows.row().uuid(id).uuid(span.id).uuid(projectId).text(span.label).boolean(false);
      rows.ranges(span.fragments).text(span.quote).jsonb(span.attributes);
    }
  }
  return rows;
}

/** Notes, times of submitting and of the last change. */
function aboutColumns(sets: readonly SetToWrite[]) {
  return [
    sets.map(({ note }) => note),
    sets.map(({ attributes }) => JSON.stringify(attributes)),
    sets.map(({ about }) => about?.submittedAt ?? null),
    sets.map(({ about }) => about?.updatedAt ?? null),
  ] as const;
}

function countLabels(spans: readonly Span[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of spans) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}
