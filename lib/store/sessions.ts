import { v7 as uuidv7 } from "uuid";
import type { TokenScope } from "@/lib/domain/roles";
import type { Database, Sql, Transaction } from "./database";
import type { Prisma } from "./generated/client";
import { earlierThan, latestFirst, type PartOfLatest } from "./latest-first";

/** A user who may act now. */
export type SessionUser = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly siteAdmin: boolean;
};

/** The user of a session, and how that session stands. */
export type SessionAndUser = SessionUser & {
  readonly sessionId: string;
  /** Whether they showed who they are within the last {@link PROOF_MINUTES}. */
  readonly isProven: boolean;
};

/** Days for which a session lasts, used or not. */
export const SESSION_DAYS = 30;

/** Days without a request after which it ends. */
const IDLE_DAYS = 7;

/** Minutes for which whoever showed who they are is not asked again. */
const PROOF_MINUTES = 10;

/** Of a session `s`, whether it is within its limits. */
const isCurrent = `s.created_at > now() - interval '${SESSION_DAYS} days'
  AND s.last_seen_at > now() - interval '${IDLE_DAYS} days'`;

const columns = `u.id, u.email, u.name, u.site_admin AS "siteAdmin"`;

/**
 * The user of a session; null once it has ended or is past its limits, or they were disabled. Every
 * request asks this, every saved operation too: two look-ups by primary key.
 */
export async function findSessionUser(db: Database, id: string): Promise<SessionAndUser | null> {
  const { rows } = await db.pool.query<SessionAndUser & { isFresh: boolean }>(
    `SELECT ${columns}, s.id AS "sessionId",
       s.proved_at > now() - interval '${PROOF_MINUTES} minutes' AS "isProven",
       s.last_seen_at > now() - interval '1 minute' AS "isFresh"
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = $1 AND u.disabled_at IS NULL AND ${isCurrent}`,
    [id],
  );
  const [row] = rows;
  if (!row) return null;
  const { isFresh, ...session } = row;
  // Nobody waits for it, and a database that takes no changes keeps nobody from reading.
  if (!isFresh) void touch(db, id).catch(() => undefined);
  return session;
}

async function touch(db: Database, id: string): Promise<void> {
  await db.pool.query(
    "UPDATE sessions SET last_seen_at = now() WHERE id = $1 AND last_seen_at <= now() - interval '1 minute'",
    [id],
  );
}

/**
 * Begins a session of somebody who has just shown who they are.
 *
 * @param sessionVersion the user's when they showed it: a password that was changed since, or a user
 *   who was disabled, makes it another
 * @returns its id; null if all sessions of the user were ended in between
 */
export async function insertSession(
  sql: Sql,
  session: { userId: string; sessionVersion: number; browser: string },
): Promise<string | null> {
  const id = uuidv7();
  // The lock waits for whoever is just ending all sessions of the user, and has them wait for this one.
  const { rowCount } = await sql.query(
    `INSERT INTO sessions (id, user_id, browser)
     SELECT $1, u.id, $4 FROM users u
     WHERE u.id = $2 AND u.session_version = $3 AND u.disabled_at IS NULL
     FOR SHARE`,
    [id, session.userId, session.sessionVersion, session.browser],
  );
  return rowCount === 1 ? id : null;
}

const sessionFields = {
  id: true,
  browser: true,
  createdAt: true,
  lastSeenAt: true,
} satisfies Prisma.SessionSelect;

export type SessionRow = Prisma.SessionGetPayload<{ select: typeof sessionFields }>;

/** The sessions of a user that have not ended, the latest first. */
export function listSessions(
  db: Database,
  userId: string,
  { after, limit }: PartOfLatest,
): Promise<SessionRow[]> {
  return db.prisma.session.findMany({
    where: {
      userId,
      createdAt: { gt: daysAgo(SESSION_DAYS) },
      lastSeenAt: { gt: daysAgo(IDLE_DAYS) },
      ...earlierThan(after),
    },
    select: sessionFields,
    orderBy: latestFirst(),
    take: limit,
  });
}

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000);

/** Notes that a user has just shown, in a session, who they are. */
export async function proveSession(sql: Sql, id: string): Promise<void> {
  await sql.query("UPDATE sessions SET proved_at = now() WHERE id = $1", [id]);
}

/** Ends a session of a user; false if it is not theirs or has ended. */
export async function deleteSession(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<boolean> {
  const { count } = await tx.session.deleteMany({ where: { id, userId } });
  return count === 1;
}

/** Ends a session, whosever it is. @returns its user; null if it has ended before */
export async function endSession(sql: Sql, id: string): Promise<string | null> {
  const { rows } = await sql.query<{ user_id: string }>(
    "DELETE FROM sessions WHERE id = $1 RETURNING user_id",
    [id],
  );
  return rows[0]?.user_id ?? null;
}

/** Ends all sessions of a user but one. @returns how many */
export async function deleteOtherSessions(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<number> {
  const { count } = await tx.session.deleteMany({ where: { userId, id: { not: id } } });
  return count;
}

/** Forgets the sessions that are past their limits. */
export async function dropPastSessions(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM sessions s WHERE NOT (${isCurrent})`);
}

/** The user of an API token, with what it is narrowed down to. */
export type TokenUser = SessionUser & {
  readonly tokenId: string;
  readonly scopes: readonly TokenScope[];
  /** The ids of the only projects that it is for; null for one that is for all. */
  readonly projects: readonly string[] | null;
  /** When it expired; null while it works. */
  readonly expiredAt: Date | null;
  /** Why it is nobody's any more; null while it is its user's. */
  readonly ended: "revoked" | "disabled" | null;
};

/** Whose an API token is, or was; null if it is unknown. */
export async function findTokenUser(db: Database, tokenHash: string): Promise<TokenUser | null> {
  const { rows } = await db.pool.query<TokenUser & { isFresh: boolean }>(
    `SELECT ${columns}, t.id AS "tokenId", t.scopes::text[] AS scopes,
       CASE WHEN t.everywhere THEN NULL ELSE
         ARRAY(SELECT p.project_id::text FROM api_token_projects p WHERE p.token_id = t.id) END AS projects,
       CASE WHEN t.expires_at <= now() THEN t.expires_at END AS "expiredAt",
       CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
            WHEN u.disabled_at IS NOT NULL THEN 'disabled' END AS ended,
       coalesce(t.last_used_at > now() - interval '1 minute', false) AS "isFresh"
     FROM api_tokens t JOIN users u ON u.id = t.user_id
     WHERE t.token_hash = $1`,
    [tokenHash],
  );
  const [row] = rows;
  if (!row) return null;
  const { isFresh, ...user } = row;
  // To the minute is enough for people, and spares a write a request.
  if (!isFresh && user.expiredAt === null && user.ended === null) {
    await db.pool.query("UPDATE api_tokens SET last_used_at = now() WHERE id = $1", [user.tokenId]);
  }
  return user;
}
