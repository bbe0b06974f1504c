import type { UserActor } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { hashToken, newToken } from "@/lib/access/tokens";
import type { ApiToken, ApiTokenPage, NewApiToken } from "@/lib/api/people";
import { checkedName } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { type TokenScope, tokenScopes } from "@/lib/domain/roles";
import { recordEvent } from "@/lib/store/audit";
import { database, transaction } from "@/lib/store/database";
import {
  countTokens,
  insertToken,
  listTokens,
  revokeTokenRow,
  type TokenRow,
} from "@/lib/store/tokens";
import { findUser } from "@/lib/store/users";
import { latestPage, type PageAsked } from "./paging";
import { requireId, requireWholeSite } from "./permissions";
import { projectFor } from "./projects";

/** Nobody needs more at once; whoever makes more has lost sight of them. */
const MAX_TOKENS = 50;

/** What a new token is narrowed down to. */
export type TokenLimits = {
  readonly scopes: readonly TokenScope[];
  /** The only projects that it is for, by slug or id; null for all that its user may see, later ones too. */
  readonly projects: readonly string[] | null;
  /** In the future; null for a token that works until it is revoked. */
  readonly expiresAt: Date | null;
};

const noLimits: TokenLimits = { scopes: tokenScopes, projects: null, expiresAt: null };

/**
 * A page of the actor's own API tokens that are not revoked, the latest first.
 *
 * @throws Refusal "invalid" for a cursor of another list; "forbidden" with a token for some projects
 */
export async function tokensPage(actor: UserActor, asked: PageAsked = {}): Promise<ApiTokenPage> {
  requireWholeSite(actor);
  const { rows, next_cursor } = await latestPage(asked, (part) =>
    listTokens(database(), actor.userId, part),
  );
  return { tokens: rows.map(apiTokenOf), next_cursor };
}

function apiTokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scopes: tokenScopes.filter((scope) => row.scopes.includes(scope)),
    projects: row.everywhere ? null : row.projects.map(({ project }) => project),
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null,
  };
}

/**
 * Makes an API token, which may do what its user may, as far as it is made for it.
 *
 * @throws Refusal "invalid"; "not_found" for a project that is not the actor's to see; "conflict" above
 *   the limit
 */
export function createToken(
  actor: UserActor,
  name: string,
  limits = noLimits,
): Promise<NewApiToken> {
  return makeToken(actor, name, limits, actor.userId);
}

/**
 * Makes an API token for a user, at the command line.
 *
 * @throws Refusal "not_found", "invalid", "conflict" for a disabled user and above the limit
 */
export async function createTokenFor(
  email: string,
  name: string,
  limits = noLimits,
): Promise<NewApiToken> {
  const user = await findUser(database().prisma, { email: normaliseEmail(email) });
  if (!user) throw new Refusal("not_found", "There is no user with this e-mail address.");
  if (user.disabledAt) throw new Refusal("conflict", "This user is disabled.");
  const { id: userId, siteAdmin } = user;
  const owner = { kind: "user", userId, email: user.email, name: user.name, siteAdmin } as const;
  return makeToken(owner, name, limits, null);
}

async function makeToken(
  user: UserActor,
  written: string,
  { scopes, projects, expiresAt }: TokenLimits,
  by: string | null,
): Promise<NewApiToken> {
  const name = checkedName(written, "The name", "name");
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw new Refusal("invalid", "A token expires in the future.", { field: "expires_at" });
  }
  const { userId } = user;
  const only = projects && (await projectIds(user, projects));
  const token = newToken("api");
  return transaction(database(), async (tx) => {
    if ((await countTokens(tx, userId)) >= MAX_TOKENS) {
      throw new Refusal(
        "conflict",
        `There may be ${MAX_TOKENS} tokens at once: revoke some first.`,
      );
    }
    const row = await insertToken(tx, {
      userId,
      name,
      tokenHash: hashToken(token),
      scopes: [...new Set(scopes)],
      projects: only,
      expiresAt,
    });
    await recordEvent(tx, {
      action: "token.created",
      userId: by,
      subject: row.id,
      details: {
        scopes: row.scopes,
        projects: only,
        expires_at: expiresAt?.toISOString() ?? null,
      },
    });
    return { ...apiTokenOf(row), token };
  });
}

/** @throws Refusal "not_found", "invalid" if there are none */
async function projectIds(user: UserActor, refs: readonly string[]): Promise<string[]> {
  if (refs.length === 0) {
    throw new Refusal("invalid", "Choose a project at least, or let the token be for all.", {
      field: "projects",
    });
  }
  const ids = new Set<string>();
  for (const ref of refs) ids.add((await projectFor(user, ref, "read")).id);
  return [...ids];
}

/**
 * Ends one of the actor's tokens, from the next request on.
 *
 * @throws Refusal "not_found" if it is not theirs or ended before; "forbidden" with a token for some projects
 */
export async function revokeToken(actor: UserActor, id: string): Promise<void> {
  requireWholeSite(actor);
  requireId(id, "There is no such token.");
  await transaction(database(), async (tx) => {
    if (!(await revokeTokenRow(tx, { id, userId: actor.userId }))) {
      throw new Refusal("not_found", "There is no such token.");
    }
    await recordEvent(tx, { action: "token.revoked", userId: actor.userId, subject: id });
  });
}
