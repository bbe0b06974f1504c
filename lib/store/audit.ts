import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { AUDIT_DAYS, type AuditAction, passingActions } from "@/lib/domain/audit";
import type { Database, Sql, Transaction } from "./database";
import type { Prisma } from "./generated/client";

export type AuditEntry = {
  readonly action: AuditAction;
  /** Who did it; null for the operator at the command line, and for those whom nobody knows. */
  readonly userId: string | null;
  readonly projectId?: string | null;
  /** The id of what it was done to. */
  readonly subject?: string;
  /** Never a secret, and no name or address: those may have to be forgotten, the trail may not. */
  readonly details?: Prisma.InputJsonObject;
};

/** Something that can be repeated without end, by whoever wants to fill the trail. */
export type CountedEntry = AuditEntry & {
  /** Of the client, as limits know it; null where it is not known. */
  readonly address: string | null;
};

/** The same in a transaction over SQL. */
export async function logEvent(sql: Sql, entry: AuditEntry): Promise<void> {
  const { subject, ...event } = entry;
  await logEvents(sql, event, [subject ?? null]);
}

/** An entry for each of several things to which the same was done. */
export async function logEvents(
  sql: Sql,
  entry: Omit<AuditEntry, "subject">,
  subjects: readonly (string | null)[],
): Promise<void> {
  await sql.query(
    `INSERT INTO audit_events (id, user_id, project_id, action, subject, details)
     SELECT e.id, $1, $2, $3, e.subject, $4 FROM unnest($5::uuid[], $6::text[]) AS e (id, subject)`,
    [
      entry.userId,
      entry.projectId ?? null,
      entry.action,
      JSON.stringify(entry.details ?? {}),
      subjects.map(() => uuidv7()),
      subjects,
    ],
  );
}

/**
 * The most different entries a minute of one person, and of all those whom nobody knows, in one process. What
 * is more is counted as one: enough to see an attack and who is behind it, and too few to fill a disk.
 */
const MOST_OF_ONE = 30;
const MOST_OF_UNKNOWN = 100;

/** What has been counted in this minute: keys of entries by who it was, "" for those whom nobody knows. */
const counted = { minute: 0, keys: new Map<string, Set<string>>() };

/** Counts what an entry tells of: the first in a minute makes an entry, the others add to it. */
export async function countEvent(db: Database, entry: CountedEntry): Promise<void> {
  const minute = Math.floor(Date.now() / 60_000);
  const { userId, projectId, action, subject, address, details, key } = bounded(entry, minute);
  await db.pool.query(
    `INSERT INTO audit_events (id, user_id, project_id, action, subject, details, address, counted_as)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (counted_as) DO UPDATE SET times = audit_events.times + 1`,
    [
      uuidv7(),
      userId,
      projectId ?? null,
      action,
      subject ?? null,
      JSON.stringify(details ?? {}),
      address,
      key,
    ],
  );
}

/** An entry under the key that it is counted by, or that of all the others where there are too many. */
function bounded(entry: CountedEntry, minute: number): CountedEntry & { readonly key: string } {
  if (counted.minute !== minute) {
    counted.minute = minute;
    counted.keys.clear();
  }
  const who = entry.userId ?? "";
  const keys = counted.keys.get(who) ?? new Set<string>();
  counted.keys.set(who, keys);
  const key = keyOf(entry, minute);
  if (keys.has(key) || keys.size < (who === "" ? MOST_OF_UNKNOWN : MOST_OF_ONE)) {
    keys.add(key);
    return { ...entry, key };
  }
  const { action, userId } = entry;
  const others = { action, userId, address: null, details: { others: true } };
  return { ...others, key: keyOf(others, minute) };
}

function keyOf(entry: CountedEntry, minute: number): string {
  const { action, userId, projectId = null, subject = null, address, details = {} } = entry;
  const told = JSON.stringify([minute, action, userId, projectId, subject, address, details]);
  return createHash("sha256").update(told).digest("base64url");
}

/** Forgets who came in and what was refused, once that is long ago. */
export async function forgetPassing(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM audit_events WHERE action = ANY($1) AND at < now() - make_interval(days => $2)`,
    [passingActions, AUDIT_DAYS],
  );
}

/** Writes an entry of the trail, in the transaction that does what it tells of. */
export async function recordEvent(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({
    data: {
      id: uuidv7(),
      userId: entry.userId,
      projectId: entry.projectId ?? null,
      action: entry.action,
      subject: entry.subject ?? null,
      details: entry.details ?? {},
    },
    select: { id: true },
  });
}

/** An entry as it is read, with the names that are known now. */
export type AuditRow = {
  readonly id: string;
  readonly at: Date;
  readonly action: AuditAction;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly userEmail: string | null;
  readonly projectSlug: string | null;
  readonly projectTitle: string | null;
  readonly subject: string | null;
  /** What the subject is called, if it is still there and has a name. */
  readonly subjectName: string | null;
  readonly address: string | null;
  readonly times: number;
  readonly details: Readonly<Record<string, unknown>>;
};

/** Which entries of the trail are wanted; null leaves a condition out. */
export type EventFilter = {
  readonly actions: readonly AuditAction[];
  readonly projectId: string | null;
  readonly userId: string | null;
  /** From this moment on. */
  readonly from: Date | null;
  /** Before this moment. */
  readonly until: Date | null;
  /** Part of what is told, whatever its case. */
  readonly q: string | null;
};

/** What a subject is called, where it has a name and is still there. */
const subjectName = `CASE WHEN e.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
  coalesce(
    (SELECT s.name || ' (' || s.email || ')' FROM users s WHERE s.id = e.subject::uuid),
    (SELECT t.name FROM api_tokens t WHERE t.id = e.subject::uuid),
    (SELECT a.title FROM articles a WHERE a.id = e.subject::uuid),
    (SELECT o.title FROM projects o WHERE o.id = e.subject::uuid),
    (SELECT r.title FROM rounds r WHERE r.id = e.subject::uuid),
    (SELECT i.email FROM invites i WHERE i.id = e.subject::uuid)) END`;

/** The entries that meet a filter, the latest first: those before a place, or the first. */
export async function listEvents(
  sql: Sql,
  { actions, projectId, userId, from, until, q }: EventFilter,
  { before, limit }: { before: { at: Date; id: string } | null; limit: number },
): Promise<AuditRow[]> {
  const { rows } = await sql.query<AuditRow>(
    `SELECT e.id, e.at, e.action, e.user_id AS "userId", u.name AS "userName", u.email AS "userEmail",
       p.slug AS "projectSlug", p.title AS "projectTitle", e.subject, e.address, e.times, e.details,
       n.name AS "subjectName"
     FROM audit_events e
     LEFT JOIN users u ON u.id = e.user_id
     LEFT JOIN projects p ON p.id = e.project_id
     CROSS JOIN LATERAL (SELECT ${subjectName} AS name) AS n
     WHERE e.action = ANY($1) AND ($2::timestamptz IS NULL OR (e.at, e.id) < ($2, $3::uuid))
       AND ($5::uuid IS NULL OR e.project_id = $5) AND ($6::uuid IS NULL OR e.user_id = $6)
       AND ($7::timestamptz IS NULL OR e.at >= $7) AND ($8::timestamptz IS NULL OR e.at < $8)
       AND ($9::text IS NULL OR strpos(
         lower(concat_ws(' ', u.name, u.email, n.name, p.title, e.action, e.details::text)), lower($9)) > 0)
     ORDER BY e.at DESC, e.id DESC LIMIT $4`,
    [actions, before?.at ?? null, before?.id ?? null, limit, projectId, userId, from, until, q],
  );
  return rows;
}

/** Those who can have done something: of a project, its members and who has; of all, everybody. By name. */
export async function possibleActors(
  sql: Sql,
  projectId: string | null,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `SELECT u.id, u.name FROM users u
     WHERE $1::uuid IS NULL OR u.id IN (
       SELECT user_id FROM members WHERE project_id = $1
       UNION SELECT user_id FROM audit_events WHERE project_id = $1)
     ORDER BY u.name, u.id LIMIT $2`,
    [projectId, limit],
  );
  return rows;
}
