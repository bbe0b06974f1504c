import type { Person, UserActor } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { checkedName, MAX_NAME_LENGTH } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { recordEvent } from "@/lib/store/audit";
import { database, type Transaction, transaction } from "@/lib/store/database";
import {
  countIdentities,
  deleteIdentity,
  findClaimable,
  findIdentityOwner,
  insertIdentity,
  lockUser,
  type Subject,
} from "@/lib/store/identities";
import type { InviteRow } from "@/lib/store/invites";
import { proveSession } from "@/lib/store/sessions";
import { addressKey, note } from "./audit";
import { admit, admitNewcomer } from "./invites";
import { requireId } from "./permissions";
import type { ProvenUser } from "./signing-in";
import { myAccount } from "./users";

/** What a provider says of somebody who proved to be the holder of an account there. */
export type ProviderSignIn = Subject & {
  readonly name: string | null;
  /** Only if the provider confirmed that it is theirs. */
  readonly email: string | null;
  /** Signed in here already, and asked to connect the provider's account to this one. */
  readonly connectTo: UserActor | null;
  readonly invite: InviteRow | null;
  /** Of the client, for the trail. */
  readonly address?: string;
};

type Owner = { id: string; sessionVersion: number; disabledAt: Date | null };

/**
 * Lets somebody in who comes from a provider: whoever connected that account before, or asks to
 * connect it now, or holds an invite, or whose confirmed address is that of an account without a
 * password. docs/decisions/0004-people.md says why nobody else.
 *
 * @throws Refusal "forbidden" for a disabled user and for strangers, "conflict" if the provider's
 *   account or the address belongs to another account here
 */
export async function signInThroughProvider(attempt: ProviderSignIn): Promise<ProvenUser> {
  try {
    return await letIn(attempt);
  } catch (error) {
    if (error instanceof Refusal && ["forbidden", "conflict"].includes(error.code)) {
      const { connectTo, address } = attempt;
      await note({
        action: "session.refused",
        userId: connectTo?.userId ?? null,
        address: address === undefined ? null : addressKey(address),
        details: { how: "provider", reason: String(error.details.reason ?? error.code) },
      });
    }
    throw error;
  }
}

/**
 * Tells the trail of somebody for whom a provider has not vouched: who that was, nobody knows.
 *
 * @param from what they were about in a session of theirs, and the `address` of the client
 */
export async function noteNotVouchedFor({
  connects,
  proves,
  address,
}: {
  connects: UserActor | null;
  proves: UserActor | null;
  address: string;
}): Promise<void> {
  const details = { how: "provider", reason: "not_vouched_for" };
  await note({
    action: proves ? "user.proof_refused" : "session.refused",
    userId: (proves ?? connects)?.userId ?? null,
    address: addressKey(address),
    details,
  });
}

function letIn(attempt: ProviderSignIn): Promise<ProvenUser> {
  return transaction(database(), async (tx) => {
    const { connectTo, invite } = attempt;
    const owner = await findIdentityOwner(tx, subjectOf(attempt));
    if (owner && connectTo && owner.id !== connectTo.userId) throw notYours();
    if (owner) return enter(tx, owner, invite);
    if (connectTo) return connect(tx, attempt, connectTo.userId, invite);
    const email = attempt.email === null ? null : normaliseEmail(attempt.email);
    const claimable = email === null ? null : await findClaimable(tx, email, attempt.provider);
    if (claimable) return connect(tx, attempt, claimable.id, invite);
    if (!invite) {
      throw new Refusal("forbidden", "Nobody here has connected this account. Ask for an invite.", {
        reason: "stranger",
      });
    }
    if (email === null) {
      throw new Refusal(
        "forbidden",
        "Your provider has not confirmed your e-mail address. Choose a password instead.",
        { reason: "unconfirmed" },
      );
    }
    const newcomer = { email, name: shownName(attempt.name, email), passwordHash: null };
    const { userId } = await admitNewcomer(tx, invite, newcomer);
    return connect(tx, attempt, userId, null);
  });
}

/** Seconds that a provider's clock and ours may differ, and that the way here may take. */
const SLACK = 120;

/**
 * Shows by an account at a provider that the one in a session is still its user.
 *
 * @param authenticatedAt when they last showed the provider who they are, in seconds since 1970; null where
 *   it does not say, as GitHub, whose word is taken then
 * @throws Refusal "forbidden" if the account is not theirs, or the provider took its own session for it
 */
export async function proveByProvider(
  person: Person,
  subject: Subject,
  authenticatedAt: number | null,
): Promise<void> {
  const refuse = async (reason: string, message: string) => {
    const details = { how: "provider", reason };
    const { userId } = person;
    await note({ action: "user.proof_refused", userId, address: null, details });
    throw new Refusal("forbidden", message, { reason });
  };
  const owner = await findIdentityOwner(database().prisma, subject);
  if (owner?.id !== person.userId) {
    await refuse("another_account", "That account is not connected to yours.");
  }
  if (authenticatedAt !== null && authenticatedAt < Date.now() / 1000 - SLACK) {
    await refuse("not_asked", "The provider did not ask you who you are.");
  }
  await proveSession(database().pool, person.session.id);
}

const subjectOf = ({ provider, subject }: Subject): Subject => ({ provider, subject });

async function enter(tx: Transaction, owner: Owner, invite: InviteRow | null): Promise<ProvenUser> {
  if (owner.disabledAt)
    throw new Refusal("forbidden", "This account cannot sign in.", { reason: "disabled" });
  if (invite) await admit(tx, invite, owner.id);
  return { userId: owner.id, sessionVersion: owner.sessionVersion };
}

async function connect(
  tx: Transaction,
  attempt: ProviderSignIn,
  userId: string,
  invite: InviteRow | null,
): Promise<ProvenUser> {
  if (!(await insertIdentity(tx, { ...subjectOf(attempt), userId }))) throw notYours();
  await recordEvent(tx, { action: "identity.linked", userId, subject: userId });
  const owner = await findIdentityOwner(tx, subjectOf(attempt));
  if (!owner) throw notYours();
  return enter(tx, owner, invite);
}

function notYours(): Refusal {
  return new Refusal("conflict", "This account is connected to somebody else here.", {
    reason: "connected_elsewhere",
  });
}

function shownName(name: string | null, email: string): string {
  try {
    return checkedName([...(name ?? "")].slice(0, MAX_NAME_LENGTH).join(""), "The name", "name");
  } catch {
    return [...email].slice(0, MAX_NAME_LENGTH).join("");
  }
}

/**
 * Disconnects a provider's account.
 *
 * @throws Refusal "not_found", "conflict" if there would be no way left to sign in
 */
export async function disconnect(actor: UserActor, id: string): Promise<void> {
  requireId(id, "There is no such connected account.");
  const { has_password: hasPassword } = await myAccount(actor);
  await transaction(database(), async (tx) => {
    await lockUser(tx, actor.userId);
    if (!(await deleteIdentity(tx, { id, userId: actor.userId }))) {
      throw new Refusal("not_found", "There is no such connected account.");
    }
    if (!hasPassword && (await countIdentities(tx, actor.userId)) === 0) {
      throw new Refusal("conflict", "This is the only way you can sign in.");
    }
    await recordEvent(tx, {
      action: "identity.unlinked",
      userId: actor.userId,
      subject: actor.userId,
    });
  });
}
