import { v7 as uuidv7 } from "uuid";
import type { TokenScope } from "@/lib/domain/roles";
import type { Database, Sql, Transaction } from "./database";
import { Prisma } from "./generated/client";
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
  /** Whether they have a second factor, and have not shown it yet. */
  readonly awaitsFactor: boolean;
  /** Whether they must have one, and have none. */
  readonly lacksFactor: boolean;
};

/** Days for which a session lasts, used or not. */
export const SESSION_DAYS = 30;

/** Days without a request after which it ends. */
const IDLE_DAYS = 7;

/** Minutes for which whoever showed who they are is not asked again. */
const PROOF_MINUTES = 10;

/** Minutes in which the second factor has to be shown, after the password. */
const FACTOR_MINUTES = 15;

/** Minutes in which a passkey has to answer. */
const CHALLENGE_MINUTES = 5;

/** Of a session `s`, whether it is within its limits. */
const isCurrent = `s.created_at > now() - interval '${SESSION_DAYS} days'
  AND s.last_seen_at > now() - interval '${IDLE_DAYS} days'
  AND (NOT s.awaits_factor OR s.created_at > now() - interval '${FACTOR_MINUTES} minutes')`;

/** Of a user `u`, whether they must have a second factor. */
const mustHave = `(u.factor_required OR CASE (SELECT factors_required FROM site_settings)
  WHEN 'of_everybody' THEN true WHEN 'of_site_admins' THEN u.site_admin ELSE false END)`;

/** Of a user `u`, whether they must have one and have none. */
const lacksFactor = `(${mustHave} AND NOT EXISTS (SELECT FROM second_factors f WHERE f.user_id = u.id))`;

const columns = `u.id, u.email, u.name, u.site_admin AS "siteAdmin"`;

/**
 * The user of a session; null once it has ended or is past its limits, or they were disabled. Every
 * request asks this, every saved operation too: two look-ups by primary key.
 */
export async function findSessionUser(db: Database, id: string): Promise<SessionAndUser | null> {
  const { rows } = await db.pool.query<SessionAndUser & { isFresh: boolean }>(
    `SELECT ${columns}, s.id AS "sessionId",
       s.proved_at > now() - interval '${PROOF_MINUTES} minutes' AS "isProven",
       s.last_seen_at > now() - interval '1 minute' AS "isFresh",
       s.awaits_factor AS "awaitsFactor", ${lacksFactor} AS "lacksFactor"
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
 * Begins a session of somebody who has just shown who they are; one who has a second factor still has to show that.
 *
 * @param sessionVersion the user's when they showed it: a password that was changed since, or a user
 *   who was disabled, makes it another
 * @returns its id, and whether it awaits a second factor; null if all sessions of the user were ended in between
 */
export async function insertSession(
  sql: Sql,
  session: { userId: string; sessionVersion: number; browser: string },
): Promise<{ id: string; awaitsFactor: boolean } | null> {
  const id = uuidv7();
  // The lock waits for whoever is just ending all sessions of the user, and has them wait for this one.
  const { rows } = await sql.query<{ id: string; awaitsFactor: boolean }>(
    `INSERT INTO sessions (id, user_id, browser, awaits_factor)
     SELECT $1, u.id, $4, EXISTS (SELECT FROM second_factors f WHERE f.user_id = u.id) FROM users u
     WHERE u.id = $2 AND u.session_version = $3 AND u.disabled_at IS NULL
     FOR SHARE
     RETURNING id, awaits_factor AS "awaitsFactor"`,
    [id, session.userId, session.sessionVersion, session.browser],
  );
  return rows[0] ?? null;
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
      awaitsFactor: false,
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

/** Whether a user must have a second factor. */
export async function mustHaveFactor(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ required: boolean }[]>`
    SELECT ${Prisma.raw(mustHave)} AS required FROM users u WHERE u.id = ${userId}::uuid`;
  return rows[0]?.required ?? false;
}

/** Notes that the second factor was shown; false if the session awaits none. */
export async function admitSession(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    "UPDATE sessions SET awaits_factor = false, proved_at = now() WHERE id = $1 AND awaits_factor",
    [id],
  );
  return rowCount === 1;
}

/** Keeps what a passkey is asked to sign in a session, in the place of what it was asked before. */
export async function setChallenge(sql: Sql, id: string, challenge: string): Promise<void> {
  await sql.query(
    `UPDATE sessions SET challenge = $2, challenge_until = now() + interval '${CHALLENGE_MINUTES} minutes' WHERE id = $1`,
    [id, challenge],
  );
}

/** What a passkey was asked to sign; told once, and null where it took too long. */
export async function takeChallenge(sql: Sql, id: string): Promise<string | null> {
  const { rows } = await sql.query<{ challenge: string }>(
    `WITH asked AS (SELECT id, challenge, challenge_until FROM sessions WHERE id = $1 FOR UPDATE)
     UPDATE sessions s SET challenge = NULL, challenge_until = NULL FROM asked
     WHERE s.id = asked.id AND asked.challenge_until > now()
     RETURNING asked.challenge`,
    [id],
  );
  return rows[0]?.challenge ?? null;
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
