import type { TokenScope } from "@/lib/domain/roles";
import type { Database } from "./database";

/** A user who may act now. */
export type SessionUser = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly siteAdmin: boolean;
};

const columns = `u.id, u.email, u.name, u.site_admin AS "siteAdmin"`;

/**
 * The user of a session; null once they were disabled or their sessions ended. Every request asks
 * this, every saved operation too: one look-up by primary key.
 */
export async function findSessionUser(
  db: Database,
  { userId, sessionVersion }: { userId: string; sessionVersion: number },
): Promise<SessionUser | null> {
  const { rows } = await db.pool.query<SessionUser>(
    `SELECT ${columns} FROM users u
     WHERE u.id = $1 AND u.session_version = $2 AND u.disabled_at IS NULL`,
    [userId, sessionVersion],
  );
  return rows[0] ?? null;
}

/** The user of an API token, with what it is narrowed down to. */
export type TokenUser = SessionUser & {
  readonly tokenId: string;
  readonly scopes: readonly TokenScope[];
  /** The ids of the only projects that it is for; null for one that is for all. */
  readonly projects: readonly string[] | null;
  /** When it expired; null while it works. */
  readonly expiredAt: Date | null;
};

/** The user of an API token; null if it is unknown or revoked, or they were disabled. */
export async function findTokenUser(db: Database, tokenHash: string): Promise<TokenUser | null> {
  const { rows } = await db.pool.query<TokenUser & { isFresh: boolean }>(
    `SELECT ${columns}, t.id AS "tokenId", t.scopes::text[] AS scopes,
       CASE WHEN t.everywhere THEN NULL ELSE
         ARRAY(SELECT p.project_id::text FROM api_token_projects p WHERE p.token_id = t.id) END AS projects,
       CASE WHEN t.expires_at <= now() THEN t.expires_at END AS "expiredAt",
       coalesce(t.last_used_at > now() - interval '1 minute', false) AS "isFresh"
     FROM api_tokens t JOIN users u ON u.id = t.user_id
     WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND u.disabled_at IS NULL`,
    [tokenHash],
  );
  const [row] = rows;
  if (!row) return null;
  const { isFresh, ...user } = row;
  // To the minute is enough for people, and spares a write a request.
  if (!isFresh && user.expiredAt === null) {
    await db.pool.query("UPDATE api_tokens SET last_used_at = now() WHERE id = $1", [user.tokenId]);
  }
  return user;
}
