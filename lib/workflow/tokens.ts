import type { UserActor } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { hashToken, newToken } from "@/lib/access/tokens";
import type { ApiToken, ApiTokenPage, NewApiToken } from "@/lib/api/people";
import { checkedName } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
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
import { requireId } from "./permissions";

/** Nobody needs more at once; whoever makes more has lost sight of them. */
const MAX_TOKENS = 50;

/**
 * A page of the actor's own API tokens that work, the latest first.
 *
 * @throws Refusal "invalid" for a cursor of another list
 */
export async function tokensPage(actor: UserActor, asked: PageAsked = {}): Promise<ApiTokenPage> {
  const { rows, next_cursor } = await latestPage(asked, (part) =>
    listTokens(database(), actor.userId, part),
  );
  return { tokens: rows.map(apiTokenOf), next_cursor };
}

function apiTokenOf({ id, name, createdAt, lastUsedAt }: TokenRow): ApiToken {
  return {
    id,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  };
}

/**
 * Makes an API token, which may do what its user may.
 *
 * @throws Refusal "invalid", "conflict" above the limit
 */
export function createToken(actor: UserActor, name: string): Promise<NewApiToken> {
  return makeToken(actor.userId, name, actor.userId);
}

/**
 * Makes an API token for a user, at the command line.
 *
 * @throws Refusal "not_found", "invalid", "conflict" for a disabled user and above the limit
 */
export async function createTokenFor(email: string, name: string): Promise<NewApiToken> {
  const user = await findUser(database().prisma, { email: normaliseEmail(email) });
  if (!user) throw new Refusal("not_found", "There is no user with this e-mail address.");
  if (user.disabledAt) throw new Refusal("conflict", "This user is disabled.");
  return makeToken(user.id, name, null);
}

function makeToken(userId: string, written: string, by: string | null): Promise<NewApiToken> {
  const name = checkedName(written, "The name", "name");
  const token = newToken("api");
  return transaction(database(), async (tx) => {
    if ((await countTokens(tx, userId)) >= MAX_TOKENS) {
      throw new Refusal(
        "conflict",
        `There may be ${MAX_TOKENS} tokens at once: revoke some first.`,
      );
    }
    const row = await insertToken(tx, { userId, name, tokenHash: hashToken(token) });
    await recordEvent(tx, { action: "token.created", userId: by, subject: row.id });
    return { ...apiTokenOf(row), token };
  });
}

/**
 * Ends one of the actor's tokens, from the next request on.
 *
 * @throws Refusal "not_found" if it is not theirs or ended before
 */
export async function revokeToken(actor: UserActor, id: string): Promise<void> {
  requireId(id, "There is no such token.");
  await transaction(database(), async (tx) => {
    if (!(await revokeTokenRow(tx, { id, userId: actor.userId }))) {
      throw new Refusal("not_found", "There is no such token.");
    }
    await recordEvent(tx, { action: "token.revoked", userId: actor.userId, subject: id });
  });
}
