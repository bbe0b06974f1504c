import { type SpanAgreement, spanAgreement } from "@/lib/domain/agreement/pairwise";
import type { Sql } from "./database";
import { fromMultirange } from "./multirange";

/** What is kept of how far the reviewers of a version agree: a row for each label, and one for all. */
type AgreementRow = {
  readonly versionId: string;
  /** "" for all labels. */
  readonly label: string;
  readonly projectId: string;
  readonly comparedAt: Date;
  readonly exact: number | null;
  readonly overlap: number | null;
};

/** Versions that are read at once, of which each has a few sets. */
const BATCH = 200;

/** Submitted sets by version: the first two columns, one row a set. */
const submitted = `SELECT s.version_id, s.id, s.project_id, s.submitted_at FROM annotation_sets s
  WHERE s.kind = 'reviewer' AND s.submitted_at IS NOT NULL`;

/**
 * Compares the submitted sets of a version anew, once one was submitted or opened again. Of two reviewers who do
 * that at once, the second waits until the first is done, and sees it.
 *
 * Waiting for that is the last thing that a transaction waits for: of several versions, in the order of their ids.
 * Were a row locked after it, two could wait for each other.
 */
export async function compareSubmitted(sql: Sql, versionId: string): Promise<void> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('agreements:' || $1, 0))", [
    versionId,
  ]);
  const rows = await agreementsOf(sql, [versionId]);
  await sql.query("DELETE FROM agreements WHERE version_id = $1", [versionId]);
  await insertAgreements(sql, rows);
}

/** What is to be kept of some versions: nothing of those with fewer than two submitted sets. */
async function agreementsOf(sql: Sql, versionIds: readonly string[]): Promise<AgreementRow[]> {
  const sets = await sql.query<{
    versionId: string;
    id: string;
    projectId: string;
    submittedAt: Date;
  }>(
    `SELECT version_id AS "versionId", id, project_id AS "projectId", submitted_at AS "submittedAt"
     FROM (${submitted}) AS s WHERE version_id = ANY($1::uuid[]) ORDER BY submitted_at, id`,
    [versionIds],
  );
  const compared = [...Map.groupBy(sets.rows, ({ versionId }) => versionId).values()].filter(
    (ofVersion) => ofVersion.length > 1,
  );
  if (compared.length === 0) return [];
  const spans = await sql.query<{ set: string; label: string; fragments: string }>(
    "SELECT set_id AS set, label, fragments::text AS fragments FROM spans WHERE set_id = ANY($1::uuid[])",
    [compared.flat().map(({ id }) => id)],
  );
  const spansBySet = Map.groupBy(spans.rows, ({ set }) => set);
  const marked = (set: string) =>
    (spansBySet.get(set) ?? []).map(({ label, fragments }) => ({
      label,
      fragments: fromMultirange(fragments),
      // They say only which of spans that are alike go together, and not how many do.
      attributes: {},
    }));
  return compared.flatMap((ofVersion) => {
    const [first, second] = ofVersion;
    if (!first || !second) return [];
    const { versionId, projectId } = first;
    const rowOf = ({ label, exact, overlap }: SpanAgreement): AgreementRow => ({
      versionId,
      label: label ?? "",
      projectId,
      comparedAt: second.submittedAt,
      exact,
      overlap,
    });
    return spanAgreement(ofVersion.map(({ id }) => marked(id))).map(rowOf);
  });
}

async function insertAgreements(sql: Sql, rows: readonly AgreementRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `INSERT INTO agreements (version_id, label, project_id, compared_at, exact, overlap)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::float8[], $6::float8[])
     ON CONFLICT (version_id, label) DO NOTHING`,
    [
      rows.map(({ versionId }) => versionId),
      rows.map(({ label }) => label),
      rows.map(({ projectId }) => projectId),
      rows.map(({ comparedAt }) => comparedAt),
      rows.map(({ exact }) => exact),
      rows.map(({ overlap }) => overlap),
    ],
  );
}

/** Versions whose agreements are not those of what is submitted, a batch at a time, in the order of their ids. */
export async function* staleAgreements(sql: Sql): AsyncGenerator<string[]> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows: versions } = await sql.query<{ id: string }>(
      `SELECT version_id AS id FROM (
         SELECT version_id FROM (${submitted}) AS s GROUP BY version_id HAVING count(*) > 1
         UNION SELECT version_id FROM agreements) AS compared
       WHERE version_id > $1 ORDER BY version_id LIMIT ${BATCH}`,
      [after],
    );
    const last = versions.at(-1);
    if (!last) return;
    const ids = versions.map(({ id }) => id);
    const wanted = byVersion(await agreementsOf(sql, ids));
    const { rows: kept } = await sql.query<AgreementRow>(
      `SELECT version_id AS "versionId", label, project_id AS "projectId", compared_at AS "comparedAt", exact, overlap
       FROM agreements WHERE version_id = ANY($1::uuid[])`,
      [ids],
    );
    const there = byVersion(kept);
    const stale = ids.filter((id) => wanted.get(id) !== there.get(id));
    if (stale.length > 0) yield stale;
    after = last.id;
  }
}

/** The rows of each version as one text, which two have in common if they are the same. */
function byVersion(rows: readonly AgreementRow[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [id, ofVersion] of Map.groupBy(rows, ({ versionId }) => versionId)) {
    const written = ofVersion.map(({ label, projectId, comparedAt, exact, overlap }) =>
      JSON.stringify([label, projectId, comparedAt, exact, overlap]),
    );
    texts.set(id, written.sort().join());
  }
  return texts;
}

/** Works out what is not kept yet of work that was submitted before anybody compared it. */
export async function fillAgreements(sql: Sql): Promise<void> {
  for await (const versionIds of staleAgreements(sql)) {
    await insertAgreements(sql, await agreementsOf(sql, versionIds));
  }
}
