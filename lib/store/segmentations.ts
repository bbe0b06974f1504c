import type { Block } from "@/lib/domain/text";
import type { Sql } from "./database";

/** The words and sentences of a version, encoded; null until they are kept. */
export async function findSegmentation(sql: Sql, versionId: string): Promise<Uint8Array | null> {
  const { rows } = await sql.query<{ bytes: Buffer }>(
    "SELECT bytes FROM segmentations WHERE version_id = $1",
    [versionId],
  );
  return rows[0]?.bytes ?? null;
}

/** Keeps those of a version; of two at once the first stays. */
export async function keepSegmentation(
  sql: Sql,
  versionId: string,
  bytes: Uint8Array,
): Promise<void> {
  await sql.query(
    `INSERT INTO segmentations (version_id, project_id, bytes)
     SELECT id, project_id, $2 FROM article_versions WHERE id = $1 ON CONFLICT DO NOTHING`,
    [versionId, bytes],
  );
}

/** Forgets those of some versions: they are found again when these are next opened. */
export async function forgetSegmentations(
  sql: Sql,
  versionIds: readonly string[],
): Promise<number> {
  const { rowCount } = await sql.query(
    "DELETE FROM segmentations WHERE version_id = ANY($1::uuid[])",
    [versionIds],
  );
  return rowCount ?? 0;
}

/** A version with its words and sentences as they are kept. */
export type KeptSegmentation = {
  readonly versionId: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly bytes: Uint8Array;
  /** Whether it is kept under the project of its version. */
  readonly isAtHome: boolean;
};

/** Reads them one by one, in the order of their versions' ids: a text may have millions of characters. */
export async function* keptSegmentations(sql: Sql): AsyncGenerator<KeptSegmentation> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await sql.query<KeptSegmentation>(
      `SELECT v.id AS "versionId", v.text, v.blocks, s.bytes, s.project_id = v.project_id AS "isAtHome"
         FROM segmentations s JOIN article_versions v ON v.id = s.version_id
        WHERE v.id > $1 ORDER BY v.id LIMIT 1`,
      [after],
    );
    const [row] = rows;
    if (!row) return;
    yield row;
    after = row.versionId;
  }
}
