import { v7 as uuidv7 } from "uuid";
import type { Sql, Transaction } from "./database";
import type { Prisma } from "./generated/client";

/** What was done to people, projects, articles and imports: `<noun>.<verb in the past>`. */
export type AuditAction =
  | "user.created"
  | "user.renamed"
  | "user.disabled"
  | "user.enabled"
  | "user.password_changed"
  | "user.password_link_made"
  | "user.signed_out_elsewhere"
  | "user.signed_out_everywhere"
  | "session.ended"
  | "user.site_admin_granted"
  | "user.site_admin_withdrawn"
  | "identity.linked"
  | "identity.unlinked"
  | "invite.created"
  | "invite.accepted"
  | "invite.revoked"
  | "token.created"
  | "token.revoked"
  | "project.created"
  | "project.renamed"
  | "member.added"
  | "member.role_changed"
  | "member.removed"
  | "project.deleted"
  | "project.restored"
  | "project.purged"
  | "article.deleted"
  | "article.restored"
  | "article.purged"
  | "import.finished"
  | "import.undone";

export type AuditEntry = {
  readonly action: AuditAction;
  /** Who did it; null for the operator at the command line. */
  readonly userId: string | null;
  readonly projectId?: string | null;
  /** The id of what it was done to. */
  readonly subject?: string;
  /** Never a secret, and no name or address: those may have to be forgotten, the trail may not. */
  readonly details?: Prisma.InputJsonObject;
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
