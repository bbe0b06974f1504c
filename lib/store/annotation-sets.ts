import type { Change, Decision, Operation } from "@/lib/domain/operation";
import { labelRule, type Scheme } from "@/lib/domain/scheme";
import type { LoggedOperation as DoneOperation, LoggedChange } from "@/lib/domain/scheme-change";
import type { Attributes, Relation, SetKind, Span } from "@/lib/domain/span";
import { compareSubmitted } from "./agreements";
import { hasNothingToDo } from "./assignments";
import type { Pipeline, Sql } from "./database";
import {
  decisionsIn,
  followingSources,
  netDecisions,
  removeDecisions,
  type SourceContent,
  touchedDecisions,
  writeDecisions,
} from "./decisions";
import { live } from "./live";
import { fromMultirange, toMultirange } from "./multirange";
import { isWithin, type Reach } from "./reach";

/** An annotation set without what is in it. `revision` counts the operations applied. */
export type SetRow = {
  readonly id: string;
  readonly projectId: string;
  readonly articleId: string;
  readonly versionId: string;
  readonly kind: SetKind;
  readonly annotator: number;
  readonly schemeVersion: number;
  /** The version of the scheme in which it would lose something, as long as its author has not agreed to that. */
  readonly schemeWaitsFor: number | null;
  readonly revision: number;
  readonly note: string;
  /** Of the article itself. */
  readonly attributes: Attributes;
  readonly submittedAt: Date | null;
  readonly skipReason: string | null;
  readonly flagReason: string | null;
};

/** An annotation set with what is in it, spans in text order; `last` is where its history ends. */
export type SetContent = SetRow & {
  readonly spans: Span[];
  readonly relations: Relation[];
  /** Of gold; other sets have none. */
  readonly decisions: Decision[];
  readonly last: Applied | null;
};

export type LabelCounts = Readonly<Record<string, number>>;

export const setColumns = `s.id, s.project_id AS "projectId", s.article_id AS "articleId",
  s.version_id AS "versionId", s.kind, s.annotator, s.scheme_version AS "schemeVersion", s.scheme_waits_for AS "schemeWaitsFor",
  s.revision, s.note, s.attributes, s.submitted_at AS "submittedAt", s.skip_reason AS "skipReason",
  s.flag_reason AS "flagReason"`;

/** The set is the user's own, and the user is still somebody who may annotate in its project. */
const ownedBy = (user: string, all: string) => `
  s.kind = 'reviewer'
  AND EXISTS (SELECT FROM annotators a
              WHERE a.project_id = s.project_id AND a.number = s.annotator AND a.user_id = ${user})
  AND (${all} OR EXISTS (SELECT FROM members m
                         WHERE m.project_id = s.project_id AND m.user_id = ${user} AND m.role <> 'viewer'))`;

/**
 * The condition that a round shows a user what another reviewer `a` of it made of a version of an article, a set `s`:
 * once both have submitted that version in it, or once it is over, as the round has it. Never while the user has
 * anything to do with the article in whatever round that is not over: they are to do it by themselves.
 */
const shownByRound = (user: string) => `(EXISTS (
  SELECT FROM assignments mine
  JOIN rounds r ON r.id = mine.round_id
  JOIN assignments theirs ON theirs.round_id = mine.round_id AND theirs.article_id = mine.article_id
    AND theirs.user_id = a.user_id AND theirs.version_id = s.version_id
  WHERE mine.user_id = ${user} AND mine.article_id = s.article_id AND (
    r.others_seen = 'when_submitted' AND s.submitted_at IS NOT NULL AND theirs.state = 'submitted'
      AND mine.state = 'submitted' AND mine.version_id = s.version_id
    OR r.others_seen = 'when_closed' AND r.closed_at IS NOT NULL))
  AND ${hasNothingToDo(user, "s.article_id")})`;

/**
 * The condition that a round shows gold, a set `s`, to a reviewer: of a version that they have submitted in a practice
 * round, as long as it is submitted. To others who annotate it is shown nowhere, whether or not they have it to do: were
 * it hidden only where a round has mixed it in, it would be told by that.
 */
const goldShownByRound = (user: string) => `(EXISTS (
  SELECT FROM assignments mine JOIN rounds r ON r.id = mine.round_id AND r.kind = 'practice'
  WHERE mine.user_id = ${user} AND mine.article_id = s.article_id AND mine.version_id = s.version_id
    AND mine.state = 'submitted')
  AND EXISTS (
    SELECT FROM annotators n JOIN annotation_sets own ON own.version_id = s.version_id AND own.kind = 'reviewer'
      AND own.annotator = n.number AND own.submitted_at IS NOT NULL
    WHERE n.project_id = s.project_id AND n.user_id = ${user}))`;

type OwnSet = SetRow & { readonly labelCounts: LabelCounts };

const ownSetQuery = `SELECT ${setColumns}, s.label_counts AS "labelCounts" FROM annotation_sets s
  WHERE s.id = $1 AND ${ownedBy("$2", "$3::boolean")} AND ${isWithin("s.project_id", "$4")}`;

/** The set is gold, and the user is somebody who may settle it in its project. */
const settledBy = (user: string, all: string) => `
  s.kind = 'gold' AND (${all} OR EXISTS (
    SELECT FROM members m
    WHERE m.project_id = s.project_id AND m.user_id = ${user} AND m.role IN ('admin', 'curator')))`;

/** The user's own set, its row locked until the transaction ends; null if there is no such set of theirs. */
export async function lockOwnSet(
  sql: Sql,
  { setId, userId, all, within }: Reach & { setId: string; userId: string },
): Promise<OwnSet | null> {
  const { rows } = await sql.query<OwnSet>({
    name: "lock-own-set",
    text: `${ownSetQuery} FOR NO KEY UPDATE OF s`,
    values: [setId, userId, all, within],
  });
  return rows[0] ?? null;
}

/**
 * A set that the user may change: their own, or gold, if they may settle it. Its row is locked until the transaction
 * ends; null if there is no such set.
 */
export async function lockSetToChange(
  sql: Sql,
  { setId, userId, all, within }: Reach & { setId: string; userId: string },
): Promise<OwnSet | null> {
  const { rows } = await sql.query<OwnSet>({
    name: "lock-set-to-change",
    text: `SELECT ${setColumns}, s.label_counts AS "labelCounts" FROM annotation_sets s
      WHERE s.id = $1 AND (${ownedBy("$2", "$3::boolean")} OR ${settledBy("$2", "$3::boolean")})
        AND ${isWithin("s.project_id", "$4")} FOR NO KEY UPDATE OF s`,
    values: [setId, userId, all, within],
  });
  return rows[0] ?? null;
}

/** The user's own set on an article that is not deleted; null if there is no such set of theirs. */
export async function findOwnSet(
  sql: Sql,
  { setId, userId, all, within }: Reach & { setId: string; userId: string },
): Promise<OwnSet | null> {
  const { rows } = await sql.query<OwnSet>(
    `${ownSetQuery} AND EXISTS (SELECT FROM articles t JOIN projects p ON p.id = t.project_id AND ${live("p")}
       WHERE t.id = s.article_id AND ${live("t")})`,
    [setId, userId, all, within],
  );
  return rows[0] ?? null;
}

/**
 * A set the user may see: their own; imported and model ones of their projects; every one for curators and admins;
 * gold for viewers; and for reviewers what a round shows them.
 */
export async function findVisibleSet(
  sql: Sql,
  { setId, userId, all, within }: Reach & { setId: string },
): Promise<SetRow | null> {
  const { rows } = await sql.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s
     LEFT JOIN members m ON m.project_id = s.project_id AND m.user_id = $2
     LEFT JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
     JOIN articles t ON t.id = s.article_id AND ${live("t")}
     JOIN projects p ON p.id = s.project_id AND ${live("p")}
     WHERE s.id = $1 AND ($3::boolean OR (m.user_id IS NOT NULL AND (m.role IN ('admin', 'curator') OR CASE s.kind
         WHEN 'reviewer' THEN a.user_id = $2 OR m.role = 'reviewer' AND ${shownByRound("$2")}
         WHEN 'gold' THEN s.submitted_at IS NOT NULL AND (m.role = 'viewer' OR ${goldShownByRound("$2")})
         ELSE true END)))
       AND ${isWithin("s.project_id", "$4")}`,
    [setId, userId, all, within],
  );
  return rows[0] ?? null;
}

/** The user's own set on a version, made if there is none. */
export async function ownSet(
  sql: Sql,
  key: {
    id: string;
    projectId: string;
    articleId: string;
    versionId: string;
    annotator: number;
    schemeVersion: number;
  },
): Promise<SetRow> {
  await sql.query(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version)
     VALUES ($1, $2, $3, $4, 'reviewer', $5, $6)
     ON CONFLICT (version_id, kind, annotator) DO NOTHING`,
    [key.id, key.projectId, key.articleId, key.versionId, key.annotator, key.schemeVersion],
  );
  const { rows } = await sql.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s
     WHERE s.version_id = $1 AND s.kind = 'reviewer' AND s.annotator = $2`,
    [key.versionId, key.annotator],
  );
  const row = rows[0];
  if (!row) throw new Error("An annotation set vanished while it was being opened.");
  return row;
}

/**
 * The sets on an article version that a user may see, their own first.
 *
 * @param reviewers whether all other reviewers' sets are among them, and not only those that a round shows; sets
 *   nobody worked in are not
 * @param gold whether gold is, wherever there is any, and not only what a round shows
 */
export async function listSets(
  sql: Sql,
  {
    versionId,
    userId,
    reviewers,
    gold,
  }: { versionId: string; userId: string | null; reviewers: boolean; gold: boolean },
): Promise<(SetRow & { own: boolean })[]> {
  const { rows } = await sql.query<SetRow & { own: boolean }>(
    `SELECT ${setColumns}, coalesce(s.kind = 'reviewer' AND a.user_id = $2, false) AS own
     FROM annotation_sets s
     JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
     WHERE s.version_id = $1 AND CASE s.kind
       WHEN 'reviewer' THEN a.user_id = $2
         OR ((s.revision > 0 OR s.submitted_at IS NOT NULL OR s.flag_reason IS NOT NULL)
           AND ($3::boolean OR ${shownByRound("$2")}))
       WHEN 'gold' THEN $3::boolean OR s.submitted_at IS NOT NULL AND ($4::boolean OR ${goldShownByRound("$2")})
       ELSE true END
     ORDER BY own DESC, s.kind, s.annotator`,
    [versionId, userId, reviewers, gold],
  );
  return rows;
}

/**
 * What is in some sets, in the order of the sets; a query each for spans, relations and histories.
 * In the snapshot in which the sets were read, or the one may be of another revision than the other.
 */
export async function contentOf<Row extends SetRow>(
  sql: Sql,
  sets: readonly Row[],
): Promise<(Row & SetContent)[]> {
  const ids = sets.map(({ id }) => id);
  const spans = await sql.query<SpanRow & { set: string }>(
    `SELECT set_id AS set, ${spanColumns} FROM spans WHERE set_id = ANY($1)
     ORDER BY lower(fragments), upper(fragments), label, id`,
    [ids],
  );
  const relations = await sql.query<Relation & { set: string }>(
    `SELECT set_id AS set, ${relationColumns} FROM relations WHERE set_id = ANY($1) ORDER BY id`,
    [ids],
  );
  const last = await sql.query<Applied & { set: string }>(
    `SELECT o.set_id AS set, o.id, o.created_at AS "createdAt" FROM operations o
     JOIN annotation_sets s ON s.id = o.set_id AND s.revision = o.revision WHERE s.id = ANY($1)`,
    [ids],
  );
  const gold = sets.filter(({ kind }) => kind === "gold").map(({ id }) => id);
  const decisions = await decisionsIn(sql, gold);
  const lastBySet = new Map(last.rows.map((row) => [row.set, row]));
  const spansBySet = Map.groupBy(spans.rows, ({ set }) => set);
  const relationsBySet = Map.groupBy(relations.rows, ({ set }) => set);
  return sets.map((row) => ({
    ...row,
    spans: (spansBySet.get(row.id) ?? []).map(toSpan),
    relations: (relationsBySet.get(row.id) ?? []).map(({ set: _, ...relation }) => relation),
    decisions: decisions.get(row.id) ?? [],
    last: lastBySet.get(row.id) ?? null,
  }));
}

type SpanRow = {
  id: string;
  label: string;
  fragments: string;
  quote: string;
  attributes: Attributes;
};
const spanColumns = "id, label, fragments::text AS fragments, quote, attributes";
const relationColumns = 'id, type, from_id AS "from", to_id AS "to", attributes';

function toSpan({ id, label, fragments, quote, attributes }: SpanRow): Span {
  return { id, label, fragments: fromMultirange(fragments), quote, attributes };
}

/**
 * An operation and when a history took it. What was applied once is at one place in one history, so
 * a history that has it has all that was before it; a restored one that is sent it again does not.
 */
export type Applied = { readonly id: string; readonly createdAt: Date };

/** An operation as the history holds it. */
export type LoggedOperation = Applied & {
  readonly revision: number;
  readonly body: Omit<DoneOperation, "id">;
  readonly change: LoggedChange;
};

const operationColumns = 'id, revision, body, change, created_at AS "createdAt"';

/** Those of some operations that the set's history has already. */
export async function knownOperations(
  sql: Sql,
  { setId, ids }: { setId: string; ids: readonly string[] },
): Promise<LoggedOperation[]> {
  const { rows } = await sql.query<LoggedOperation>({
    name: "known-operations",
    text: `SELECT ${operationColumns} FROM operations WHERE set_id = $1 AND id = ANY($2) ORDER BY revision`,
    values: [setId, ids],
  });
  return rows;
}

/** A set's history after a revision, oldest first, at most `limit` operations. */
export async function operationsAfter(
  sql: Sql,
  { setId, revision, limit }: { setId: string; revision: number; limit: number },
): Promise<LoggedOperation[]> {
  const { rows } = await sql.query<LoggedOperation>(
    `SELECT ${operationColumns} FROM operations
     WHERE set_id = $1 AND revision > $2 ORDER BY revision LIMIT $3`,
    [setId, revision, limit],
  );
  return rows;
}

/** A set's history from the first operation on that was applied later than a moment, the last first. */
export async function operationsFrom(
  sql: Sql,
  { setId, moment }: { setId: string; moment: Date },
): Promise<LoggedOperation[]> {
  const { rows } = await sql.query<LoggedOperation>(
    `SELECT ${operationColumns} FROM operations WHERE set_id = $1 AND revision >= (
       SELECT min(revision) FROM operations WHERE set_id = $1 AND created_at > $2)
     ORDER BY revision DESC`,
    [setId, moment],
  );
  return rows;
}

/**
 * The part of a set that some operations can touch: spans they name or must not overlap, where they
 * are to be or with another label where they are; relations they name or that hang on those spans, and
 * what those relations lead to; decisions they name, or that are about the same.
 */
export async function touchedContent(
  sql: Sql,
  { setId, operations }: { setId: string; operations: readonly Operation[] },
): Promise<{ spans: Span[]; relations: Relation[]; decisions: Decision[] }> {
  const decided = touchedDecisions(sql, { setId, operations });
  const spanIds = new Set<string>();
  const relationIds = new Set<string>();
  const ranges: string[] = [];
  const relabelled = new Set<string>();
  for (const operation of operations) {
    if ("span" in operation) {
      spanIds.add(operation.span.id);
      if (operation.type === "edit_span" && operation.span.label !== undefined)
        relabelled.add(operation.span.id);
      if ("fragments" in operation.span && operation.span.fragments) {
        // A reversed range is the domain's to refuse; PostgreSQL would refuse the whole query.
        const forward = operation.span.fragments.filter(({ start, end }) => start < end);
        ranges.push(toMultirange(forward));
      }
    } else if ("relation" in operation) {
      relationIds.add(operation.relation.id);
      if ("from" in operation.relation && operation.relation.from)
        spanIds.add(operation.relation.from);
      if ("to" in operation.relation && operation.relation.to) spanIds.add(operation.relation.to);
    } else if (operation.type === "add_decision") {
      for (const span of operation.decision.spans) spanIds.add(span);
    }
  }
  if (spanIds.size === 0 && relationIds.size === 0) {
    return { spans: [], relations: [], decisions: await decided };
  }
  const [decisions, relations] = await Promise.all([
    decided,
    operations.every(({ type }) => isWithoutRelations.has(type))
      ? [] // nothing hangs on a span that is not there yet
      : touchedRelations(sql, setId, { relationIds, spanIds }),
  ]);
  for (const { from, to } of relations) spanIds.add(from).add(to);
  const spans = await sql.query<SpanRow>({
    name: "touched-spans",
    // What is not exclusive is in nobody's way. One multirange of all ranges can be looked up in the index of the constraint that keeps spans
    // apart; a list of them would be compared with every span.
    text: `SELECT ${spanColumns} FROM spans WHERE set_id = $1 AND id = ANY($2)
           UNION
           SELECT ${spanColumns} FROM spans WHERE set_id = $1 AND exclusive AND fragments && (
             SELECT range_agg(place) FROM (
               SELECT r::int4multirange AS place FROM unnest($3::text[]) AS r
               UNION ALL
               SELECT fragments FROM spans WHERE set_id = $1 AND id = ANY($4)) AS places)`,
    values: [setId, [...spanIds], ranges, [...relabelled]],
  });
  return { spans: spans.rows.map(toSpan), relations, decisions };
}

/** Operations on which no relation hangs that is there already. */
const isWithoutRelations: ReadonlySet<Operation["type"]> = new Set([
  "add_span",
  "add_decision",
  "remove_decision",
  "set_article_note",
  "set_article_attributes",
] as const);

async function touchedRelations(
  sql: Sql,
  setId: string,
  { relationIds, spanIds }: { relationIds: ReadonlySet<string>; spanIds: ReadonlySet<string> },
): Promise<Relation[]> {
  const { rows } = await sql.query<Relation>({
    name: "touched-relations",
    // Also where a chain of relations of one type goes on to, which may not lead back.
    text: `WITH RECURSIVE touched AS (
             SELECT ${relationColumns} FROM relations WHERE set_id = $1
               AND (id = ANY($2) OR from_id = ANY($3) OR to_id = ANY($3)
                 OR (LEAST(from_id, to_id), GREATEST(from_id, to_id)) IN (
                   SELECT LEAST(from_id, to_id), GREATEST(from_id, to_id) FROM relations
                   WHERE set_id = $1 AND id = ANY($2)))
             UNION
             SELECT r.id, r.type, r.from_id, r.to_id, r.attributes
             FROM touched t JOIN relations r ON r.set_id = $1 AND r.from_id = t."to" AND r.type = t.type)
           SELECT * FROM touched`,
    values: [setId, [...relationIds], [...spanIds]],
  });
  return rows;
}

/**
 * Writes what a batch did: the history, the net effect on spans and relations, the set itself.
 *
 * @returns when it was applied
 */
export async function recordOperations(
  sql: Pipeline,
  set: SetRow & { labelCounts: LabelCounts },
  {
    userId,
    scheme,
    done,
    asDecided,
  }: {
    userId: string | null;
    /** The set's; where operations change it, the one that they lead to. */
    scheme: Scheme;
    done: readonly { operation: DoneOperation; change: LoggedChange }[];
    /** See {@link writeDecisions}. */
    asDecided?: ReadonlyMap<string, SourceContent> | undefined;
  },
): Promise<Date> {
  const revision = set.revision + done.length;
  const logged = sql.query<Pick<Applied, "createdAt">>({
    name: "record-operations",
    text: `INSERT INTO operations (set_id, id, project_id, revision, user_id, body, change)
           SELECT $1, o.id, $2, $3 + o.position, $4, o.body, o.change
           FROM unnest($5::uuid[], $6::jsonb[], $7::jsonb[]) WITH ORDINALITY AS o (id, body, change, position)
           RETURNING created_at AS "createdAt"`,
    values: [
      set.id,
      set.projectId,
      set.revision,
      userId,
      done.map(({ operation }) => operation.id),
      done.map(({ operation: { id: _, ...body } }) => JSON.stringify(body)),
      done.map(({ change }) => JSON.stringify(change)),
    ],
  });
  const changes = done.flatMap(({ change }): readonly Change[] =>
    change.kind === "scheme" ? change.changes : [change],
  );
  const schemeVersion = done.findLast(({ change }) => change.kind === "scheme")?.change.after;
  const spans = netEffect(changes.filter((change) => change.kind === "span"));
  const relations = netEffect(changes.filter((change) => change.kind === "relation"));
  const decisions = netDecisions(changes);
  const note = changes.findLast((change) => change.kind === "note")?.after;
  const attributes = changes.findLast((change) => change.kind === "attributes")?.after;
  const writing = async () => {
    await Promise.all([
      // Relations and decisions hang on spans: they go first and come last.
      removeDecisions(sql, set.id, decisions.removed),
      removeRows(sql, "relations", set.id, relations.removed),
      removeRows(sql, "spans", set.id, spans.removed),
      writeSpans(sql, set, scheme, spans.written),
      writeRelations(sql, set, relations.written),
      writeDecisions(sql, set, { userId, decisions: decisions.written, asDecided }),
    ]);
  };
  const isRenamed = set.kind === "reviewer" && schemeVersion !== undefined;
  const [{ rows }] = await Promise.all([
    logged,
    // What is only called otherwise now is what it was when it was decided on.
    isRenamed ? followingSources(sql, set.id, writing) : writing(),
    sql.query({
      name: "advance-set",
      text: `UPDATE annotation_sets SET revision = $2, note = coalesce($3, note), label_counts = $4,
             attributes = coalesce($5, attributes), scheme_version = coalesce($6, scheme_version),
             scheme_waits_for = CASE WHEN $6::int IS NULL THEN scheme_waits_for END,
             updated_at = CASE WHEN $7 THEN now() ELSE updated_at END WHERE id = $1`,
      values: [
        set.id,
        revision,
        note ?? null,
        JSON.stringify(recount(set.labelCounts, changes)),
        attributes ? JSON.stringify(attributes) : null,
        schemeVersion ?? null,
        changes.length > 0,
      ],
    }),
  ]);
  const [applied] = rows;
  // Submitted work changes only where its scheme does. Gold takes no part in how far reviewers agree.
  const isCompared = set.kind === "reviewer" && set.submittedAt !== null;
  const hasOtherSpans = spans.removed.length > 0 || spans.written.length > 0;
  if (isCompared && hasOtherSpans) await compareSubmitted(sql, set.versionId);
  if (!applied) throw new Error("A batch without operations was recorded.");
  return applied.createdAt;
}

/** What is left of a sequence of changes to records: those that are gone, and those to write. */
function netEffect<T extends { id: string }>(
  changes: readonly { before: T | null; after: T | null }[],
): { removed: string[]; written: T[] } {
  const first = new Map<string, T | null>();
  const last = new Map<string, T | null>();
  for (const { before, after } of changes) {
    const id = (after ?? before)?.id;
    if (id === undefined) continue;
    if (!first.has(id)) first.set(id, before);
    last.set(id, after);
  }
  const ids = [...last.keys()];
  return {
    removed: ids.filter((id) => first.get(id) && !last.get(id)),
    written: [...last.values()].filter((row) => row !== null),
  };
}

async function removeRows(
  sql: Sql,
  table: "spans" | "relations",
  setId: string,
  ids: readonly string[],
) {
  if (ids.length === 0) return;
  await sql.query(`DELETE FROM ${table} WHERE set_id = $1 AND id = ANY($2)`, [setId, ids]);
}

/**
 * Whether people edit what is in a set, span by span: the constraint that keeps spans of a label apart is for those.
 * What was imported is written whole, and has been checked whole.
 */
const isEdited = (kind: SetKind) => kind === "reviewer" || kind === "gold";

async function writeSpans(
  sql: Sql,
  set: SetRow,
  scheme: Scheme,
  spans: readonly Span[],
): Promise<void> {
  if (spans.length === 0) return;
  await sql.query({
    name: "write-spans",
    // Not ON CONFLICT: it cannot go together with a deferrable constraint.
    text: `MERGE INTO spans t
           USING unnest($3::uuid[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::jsonb[])
             AS s (id, label, exclusive, fragments, quote, attributes)
           ON t.set_id = $1 AND t.id = s.id
           WHEN MATCHED THEN UPDATE SET label = s.label, exclusive = s.exclusive,
             fragments = s.fragments::int4multirange, quote = s.quote, attributes = s.attributes
           WHEN NOT MATCHED THEN
             INSERT (set_id, id, project_id, label, exclusive, fragments, quote, attributes)
             VALUES ($1, s.id, $2, s.label, s.exclusive, s.fragments::int4multirange, s.quote, s.attributes)`,
    values: [
      set.id,
      set.projectId,
      spans.map(({ id }) => id),
      spans.map(({ label }) => label),
      spans.map(({ label }) => isEdited(set.kind) && !labelRule(scheme, label).overlap),
      spans.map(({ fragments }) => toMultirange(fragments)),
      spans.map(({ quote }) => quote),
      spans.map(({ attributes }) => JSON.stringify(attributes)),
    ],
  });
}

async function writeRelations(
  sql: Sql,
  set: SetRow,
  relations: readonly Relation[],
): Promise<void> {
  if (relations.length === 0) return;
  await sql.query(
    `INSERT INTO relations (set_id, id, project_id, type, from_id, to_id, attributes)
     SELECT $1, r.id, $2, r.type, r.from_id, r.to_id, r.attributes
     FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[])
       AS r (id, type, from_id, to_id, attributes)
     ON CONFLICT (set_id, id) DO UPDATE SET type = excluded.type, from_id = excluded.from_id,
       to_id = excluded.to_id, attributes = excluded.attributes`,
    [
      set.id,
      set.projectId,
      relations.map(({ id }) => id),
      relations.map(({ type }) => type),
      relations.map(({ from }) => from),
      relations.map(({ to }) => to),
      relations.map(({ attributes }) => JSON.stringify(attributes)),
    ],
  );
}

function recount(counts: LabelCounts, changes: readonly Change[]): LabelCounts {
  const next = new Map(Object.entries(counts));
  const add = (label: string, difference: number) => {
    const count = (next.get(label) ?? 0) + difference;
    if (count > 0) next.set(label, count);
    else next.delete(label);
  };
  for (const change of changes) {
    if (change.kind !== "span") continue;
    if (change.before) add(change.before.label, -1);
    if (change.after) add(change.after.label, 1);
  }
  return Object.fromEntries(next);
}

/** Notes why an article has been skipped or flagged, null for neither. The caller holds the set's lock. */
export async function setReasons(
  sql: Sql,
  setId: string,
  { skipReason, flagReason }: Pick<SetRow, "skipReason" | "flagReason">,
): Promise<void> {
  await sql.query(
    `UPDATE annotation_sets SET skip_reason = $2, flag_reason = $3, updated_at = now() WHERE id = $1`,
    [setId, skipReason, flagReason],
  );
}

/** A set that is submitted, which nobody changes until the transaction ends; null if it is not, or not of a reviewer. */
export async function lockSubmitted(sql: Sql, setId: string): Promise<SetRow | null> {
  const { rows } = await sql.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s
     WHERE s.id = $1 AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL FOR SHARE OF s`,
    [setId],
  );
  return rows[0] ?? null;
}

/**
 * The gold set of a version, which nobody else changes until the transaction ends; null if there is none.
 *
 * @param to "use": it has to be settled, too
 */
export async function lockGold(
  sql: Sql,
  versionId: string,
  to: "change" | "use",
): Promise<(SetRow & { labelCounts: LabelCounts }) | null> {
  const { rows } = await sql.query<SetRow & { labelCounts: LabelCounts }>(
    `SELECT ${setColumns}, s.label_counts AS "labelCounts" FROM annotation_sets s
     WHERE s.version_id = $1 AND s.kind = 'gold'
       ${to === "change" ? "FOR NO KEY UPDATE OF s" : "AND s.submitted_at IS NOT NULL FOR SHARE OF s"}`,
    [versionId],
  );
  return rows[0] ?? null;
}

/**
 * The gold set of a version without a lock; null if there is none.
 *
 * @param settled only if it is settled
 */
export async function findGold(
  sql: Sql,
  versionId: string,
  { settled }: { settled: boolean },
): Promise<SetRow | null> {
  const { rows } = await sql.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s WHERE s.version_id = $1 AND s.kind = 'gold'
       AND (NOT $2::boolean OR s.submitted_at IS NOT NULL)`,
    [versionId, settled],
  );
  return rows[0] ?? null;
}

/** Makes an empty gold set of a version in a scheme; nothing where there is one already. */
export async function insertGold(
  sql: Sql,
  {
    id,
    of,
    annotator,
  }: {
    id: string;
    of: Pick<SetRow, "projectId" | "articleId" | "versionId" | "schemeVersion">;
    annotator: number;
  },
): Promise<void> {
  await sql.query(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version)
     VALUES ($1, $2, $3, $4, 'gold', $5, $6) ON CONFLICT DO NOTHING`,
    [id, of.projectId, of.articleId, of.versionId, annotator, of.schemeVersion],
  );
}

/** Has a gold set be of the guidelines of another set, settled now. The caller holds its lock. */
export async function settleGold(sql: Sql, goldId: string, from: SetRow): Promise<void> {
  await sql.query(
    `UPDATE annotation_sets g SET guideline_version = s.guideline_version,
       submitted_at = now(), updated_at = now()
     FROM annotation_sets s WHERE g.id = $1 AND s.id = $2`,
    [goldId, from.id],
  );
}

/**
 * Notes by which version of the guidelines a set was made that has just been submitted: that of the latest round that
 * is not over and in which it was, or else the one that its author has read last. The caller holds its lock.
 */
export async function noteGuidelines(
  sql: Sql,
  { id, versionId, articleId, projectId }: SetRow,
  userId: string,
): Promise<void> {
  await sql.query(
    `UPDATE annotation_sets SET guideline_version = coalesce(
       (SELECT r.guideline_version FROM assignments x JOIN rounds r ON r.id = x.round_id AND r.closed_at IS NULL
        WHERE x.user_id = $2 AND x.article_id = $3 AND x.version_id = $4 AND x.state = 'submitted'
          AND r.guideline_version IS NOT NULL ORDER BY r.number DESC LIMIT 1),
       (SELECT version FROM guideline_readings WHERE project_id = $5 AND user_id = $2))
     WHERE id = $1`,
    [id, userId, articleId, versionId, projectId],
  );
}

/**
 * Marks a set as submitted, and so not as skipped, or open again. The caller holds its lock, and has what others
 * have submitted of the same version compared anew, last of all; see {@link compareSubmitted}.
 */
export async function setSubmitted(sql: Sql, setId: string, submitted: boolean): Promise<void> {
  await sql.query(
    `UPDATE annotation_sets SET submitted_at = CASE WHEN $2 THEN now() END,
       skip_reason = CASE WHEN NOT $2 THEN skip_reason END, updated_at = now() WHERE id = $1`,
    [setId, submitted],
  );
}
