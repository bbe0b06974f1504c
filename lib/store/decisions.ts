import { sourceKey } from "@/lib/domain/decisions";
import type { Change, Decision, Operation, Source } from "@/lib/domain/operation";
import type { Attributes, Fragment } from "@/lib/domain/span";
import type { Sql } from "./database";
import { fromMultirange, toMultirange } from "./multirange";

type DecisionRow = {
  set: string;
  id: string;
  outcome: Decision["outcome"];
  reason: string;
  sources: Source[] | null;
  spans: string[] | null;
};

/** Decisions as the domain has them; `d` are some of the table. */
const decisionColumns = `d.set_id AS set, d.id, d.outcome, d.reason,
  (SELECT json_agg(json_build_object('set', x.source_set_id, 'span', x.source_span_id)
     ORDER BY x.source_set_id::text COLLATE "C", x.source_span_id::text COLLATE "C")
   FROM decision_sources x WHERE x.set_id = d.set_id AND x.decision_id = d.id) AS sources,
  (SELECT array_agg(y.span_id::text ORDER BY y.position)
   FROM decision_spans y WHERE y.set_id = d.set_id AND y.decision_id = d.id) AS spans`;

const decisionOf = ({ id, sources, outcome, spans, reason }: DecisionRow): Decision => ({
  id,
  sources: sources ?? [],
  outcome,
  spans: spans ?? [],
  reason,
});

/** The decisions of some sets, by set, in the order in which they were made. */
export async function decisionsIn(
  sql: Sql,
  setIds: readonly string[],
): Promise<Map<string, Decision[]>> {
  if (setIds.length === 0) return new Map();
  const { rows } = await sql.query<DecisionRow>(
    `SELECT ${decisionColumns} FROM decisions d WHERE d.set_id = ANY($1::uuid[])
     ORDER BY d.decided_at, d.id`,
    [setIds],
  );
  return new Map(
    [...Map.groupBy(rows, ({ set }) => set)].map(([set, of]) => [set, of.map(decisionOf)]),
  );
}

/**
 * The decisions of a set that some operations can touch: those that they name, those on the sources of what they add,
 * and those that came to a span that they remove.
 */
export async function touchedDecisions(
  sql: Sql,
  { setId, operations }: { setId: string; operations: readonly Operation[] },
): Promise<Decision[]> {
  const ids: string[] = [];
  const sources: Source[] = [];
  const spans: string[] = [];
  for (const operation of operations) {
    if (operation.type === "remove_span") spans.push(operation.span.id);
    if ("decision" in operation) ids.push(operation.decision.id);
    if (operation.type === "add_decision") sources.push(...operation.decision.sources);
  }
  if (ids.length === 0 && spans.length === 0) return [];
  const { rows } = await sql.query<DecisionRow>({
    name: "touched-decisions",
    text: `SELECT ${decisionColumns} FROM decisions d WHERE d.set_id = $1 AND d.id IN (
             SELECT unnest($2::uuid[])
             UNION ALL SELECT x.decision_id FROM unnest($3::uuid[], $4::uuid[]) AS s (set, span)
               JOIN decision_sources x ON x.set_id = $1 AND x.source_set_id = s.set AND x.source_span_id = s.span
             UNION ALL SELECT y.decision_id FROM decision_spans y WHERE y.set_id = $1 AND y.span_id = ANY($5::uuid[]))`,
    values: [setId, ids, sources.map(({ set }) => set), sources.map(({ span }) => span), spans],
  });
  return rows.map(decisionOf);
}

/** What a source is, or was. */
export type SourceContent = Source & {
  readonly label: string;
  readonly fragments: readonly Fragment[];
  readonly attributes: Attributes;
};

type ContentRow = {
  set: string;
  span: string;
  label: string;
  fragments: string;
  attributes: Attributes;
};

const contentOf = ({ fragments, ...row }: ContentRow): SourceContent => ({
  ...row,
  fragments: fromMultirange(fragments),
});

/** Those of some sources that are spans in sets that reviewers have submitted of a version. */
export async function submittedSources(
  sql: Sql,
  { versionId, sources }: { versionId: string; sources: readonly Source[] },
): Promise<Map<string, SourceContent>> {
  const { rows } = await sql.query<ContentRow>({
    name: "submitted-sources",
    text: `SELECT p.set_id AS set, p.id AS span, p.label, p.fragments::text AS fragments, p.attributes
           FROM unnest($2::uuid[], $3::uuid[]) AS s (set, span)
           JOIN annotation_sets t ON t.id = s.set AND t.version_id = $1 AND t.kind = 'reviewer'
             AND t.submitted_at IS NOT NULL
           JOIN spans p ON p.set_id = t.id AND p.id = s.span`,
    values: [versionId, sources.map(({ set }) => set), sources.map(({ span }) => span)],
  });
  return new Map(rows.map((row) => [sourceKey(row), contentOf(row)]));
}

/** What the sources of some decisions of a set were when they were decided on, by their keys. */
export async function sourcesAsDecided(
  sql: Sql,
  { setId, decisions }: { setId: string; decisions: readonly string[] },
): Promise<Map<string, SourceContent>> {
  const { rows } = await sql.query<ContentRow>(
    `SELECT x.source_set_id AS set, x.source_span_id AS span, x.label, x.fragments::text AS fragments, x.attributes
     FROM decision_sources x WHERE x.set_id = $1 AND x.decision_id = ANY($2::uuid[])`,
    [setId, decisions],
  );
  return new Map(rows.map((row) => [sourceKey(row), contentOf(row)]));
}

export async function removeDecisions(
  sql: Sql,
  setId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  // Their sources, and what they name, go with them.
  await sql.query("DELETE FROM decisions WHERE set_id = $1 AND id = ANY($2::uuid[])", [setId, ids]);
}

/**
 * Writes new decisions. What their sources are is taken down as it is now.
 *
 * @param asDecided by their keys, what those were that cannot be looked at now: that stays
 */
export async function writeDecisions(
  sql: Sql,
  { id: setId, projectId }: { readonly id: string; readonly projectId: string },
  {
    userId,
    decisions,
    asDecided = new Map(),
  }: {
    userId: string | null;
    decisions: readonly Decision[];
    asDecided?: ReadonlyMap<string, SourceContent> | undefined;
  },
): Promise<void> {
  if (decisions.length === 0) return;
  const sources = decisions.flatMap(({ id, sources: of }) => of.map((one) => ({ id, ...one })));
  const known = sources.map((source) => asDecided.get(sourceKey(source)) ?? null);
  const spans = decisions.flatMap(({ id, spans: of }) =>
    of.map((span, position) => ({ id, span, position })),
  );
  await Promise.all([
    sql.query({
      name: "write-decisions",
      text: `INSERT INTO decisions (set_id, id, project_id, outcome, reason, user_id)
             SELECT $1, d.id, $2, d.outcome::outcome, d.reason, $3
             FROM unnest($4::uuid[], $5::text[], $6::text[]) AS d (id, outcome, reason)`,
      values: [
        setId,
        projectId,
        userId,
        decisions.map(({ id }) => id),
        decisions.map(({ outcome }) => outcome),
        decisions.map(({ reason }) => reason),
      ],
    }),
    sql.query({
      name: "write-decision-sources",
      text: `INSERT INTO decision_sources (set_id, source_set_id, source_span_id, decision_id, project_id, label, fragments, attributes)
             SELECT $1, s.set, s.span, s.decision, $2, coalesce(s.label, p.label), coalesce(s.fragments, p.fragments),
               coalesce(s.attributes, p.attributes)
             FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int4multirange[], $8::jsonb[])
               AS s (decision, set, span, label, fragments, attributes)
             LEFT JOIN spans p ON p.set_id = s.set AND p.id = s.span
             WHERE s.label IS NOT NULL OR p.id IS NOT NULL`,
      values: [
        setId,
        projectId,
        sources.map(({ id }) => id),
        sources.map(({ set }) => set),
        sources.map(({ span }) => span),
        known.map((one) => one?.label ?? null),
        known.map((one) => (one ? toMultirange(one.fragments) : null)),
        known.map((one) => (one ? JSON.stringify(one.attributes) : null)),
      ],
    }),
    sql.query({
      name: "write-decision-spans",
      text: `INSERT INTO decision_spans (set_id, decision_id, position, span_id, project_id)
             SELECT $1, s.decision, s.position, s.span, $2
             FROM unnest($3::uuid[], $4::int[], $5::uuid[]) AS s (decision, position, span)`,
      values: [
        setId,
        projectId,
        spans.map(({ id }) => id),
        spans.map(({ position }) => position),
        spans.map(({ span }) => span),
      ],
    }),
  ]);
}

/** Of decisions, what is left of changes made one after the other. */
export function netDecisions(changes: readonly Change[]): {
  removed: string[];
  written: Decision[];
} {
  const before = new Set<string>();
  const after = new Map<string, Decision | null>();
  for (const change of changes) {
    if (change.kind !== "decision") continue;
    const id = (change.after ?? change.before)?.id;
    if (id === undefined) continue;
    if (change.before && !after.has(id)) before.add(id);
    after.set(id, change.after);
  }
  return {
    // One that went and came again is of whoever brought it back.
    removed: [...before],
    written: [...after.values()].filter((decision) => decision !== null),
  };
}

/** How sources of decisions have changed since: see lib/api/adjudication.ts. */
export type MovedRow = Source & { readonly how: "changed" | "gone" | "reopened" };

/**
 * Sources `x` that are not as they were when they were decided on: `t` is their set, `p` their span as it is now.
 */
const howMoved = `CASE WHEN p.id IS NULL THEN 'gone' WHEN t.submitted_at IS NULL THEN 'reopened'
  WHEN (p.label, p.fragments, p.attributes) IS DISTINCT FROM (x.label, x.fragments, x.attributes) THEN 'changed' END`;

/** The sources of a gold set's decisions that have changed since. */
export async function movedSources(sql: Sql, setId: string): Promise<MovedRow[]> {
  const { rows } = await sql.query<MovedRow>(
    `SELECT set, span, how FROM (
       SELECT x.source_set_id AS set, x.source_span_id AS span, ${howMoved} AS how
       FROM decision_sources x JOIN annotation_sets t ON t.id = x.source_set_id
       LEFT JOIN spans p ON p.set_id = x.source_set_id AND p.id = x.source_span_id
       WHERE x.set_id = $1) AS m
     WHERE how IS NOT NULL ORDER BY set, span`,
    [setId],
  );
  return rows;
}

/**
 * Has decisions know a reviewer's spans by another scheme: those that are as they were decided on before a change of
 * the set stay so.
 *
 * @param change does the change
 */
export async function followingSources(
  sql: Sql,
  sourceSetId: string,
  change: () => Promise<void>,
): Promise<void> {
  const same = await sql.query<{ set: string; span: string }>(
    `SELECT x.set_id AS set, x.source_span_id AS span FROM decision_sources x
     JOIN spans p ON p.set_id = x.source_set_id AND p.id = x.source_span_id
     WHERE x.source_set_id = $1
       AND (p.label, p.fragments, p.attributes) IS NOT DISTINCT FROM (x.label, x.fragments, x.attributes)`,
    [sourceSetId],
  );
  await change();
  if (same.rows.length === 0) return;
  await sql.query(
    `UPDATE decision_sources x SET label = p.label, fragments = p.fragments, attributes = p.attributes
     FROM unnest($2::uuid[], $3::uuid[]) AS s (set, span), spans p
     WHERE x.set_id = s.set AND x.source_set_id = $1 AND x.source_span_id = s.span
       AND p.set_id = $1 AND p.id = s.span`,
    [sourceSetId, same.rows.map(({ set }) => set), same.rows.map(({ span }) => span)],
  );
}

/** What was ever decided on in a gold set, whether or not it was taken back: keys of sources. */
export async function everDecided(sql: Sql, setId: string): Promise<Set<string>> {
  const { rows } = await sql.query<Source>(
    `SELECT DISTINCT s->>'set' AS set, s->>'span' AS span FROM operations o
     CROSS JOIN LATERAL jsonb_array_elements(o.body->'decision'->'sources') AS s
     WHERE o.set_id = $1 AND o.body->>'type' = 'add_decision'`,
    [setId],
  );
  return new Set(rows.map(sourceKey));
}
