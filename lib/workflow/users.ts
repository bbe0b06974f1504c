import { type Actor, type UserActor, userIdOf } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { hashPassword } from "@/lib/access/hashing";
import { checkNewPassword } from "@/lib/access/password";
import { hashToken, newToken } from "@/lib/access/tokens";
import {
  type Account,
  KeySettings,
  type Newcomer,
  type User,
  type UserChange,
  type UserPage,
} from "@/lib/api/people";
import { checkedName } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { checkStorable } from "@/lib/domain/text";
import { recordEvent } from "@/lib/store/audit";
import { database, type Transaction, transaction } from "@/lib/store/database";
import { listIdentities } from "@/lib/store/identities";
import { insertInvite } from "@/lib/store/invites";
import { havingFactors } from "@/lib/store/second-factors";
import {
  countSiteAdmins,
  disableUserRow,
  enableUserRow,
  findCredentials,
  findKeySettings,
  findUser,
  insertUser,
  listUsers,
  lockSiteAdmins,
  renameUserRow,
  setFactorRequired,
  setKeySettings,
  setSiteAdmin,
  type UserRow,
} from "@/lib/store/users";
import { inviteLasts } from "./invite-links";
import { KeyText, type PageAsked, pageOf } from "./paging";
import { requireId, requireSiteAdmin, requireWholeSite } from "./permissions";

/**
 * The path of a new one-time link for the first site admin, behind `base`; null while there is a
 * site admin who can sign in. Earlier links stay good for their seven days, or until one is used.
 */
export async function setupLink(base = ""): Promise<string | null> {
  return transaction(database(), async (tx) => {
    if ((await countSiteAdmins(tx)) > 0) return null;
    const token = newToken("setup");
    const { id } = await insertInvite(tx, {
      tokenHash: hashToken(token),
      email: null,
      siteAdmin: true,
      setup: true,
      project: null,
      createdBy: null,
      expiresAt: new Date(Date.now() + inviteLasts),
    });
    const details = { setup: true, site_admin: true };
    await recordEvent(tx, { action: "invite.created", userId: null, subject: id, details });
    return `${base}/setup/${token}`;
  });
}

export type ReadyNewcomer = {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string | null;
};

/**
 * Checks a newcomer and hashes the password, which takes too long for a transaction.
 *
 * @throws Refusal "invalid" with `field`
 */
export async function prepareNewcomer({ name, email, password }: Newcomer): Promise<ReadyNewcomer> {
  const checked = { name: checkedName(name, "The name", "name"), email: normaliseEmail(email) };
  await checkNewPassword(password, [checked.email, checked.name]);
  return { ...checked, passwordHash: await hashPassword(password) };
}

/** @throws Refusal "conflict" if the address is taken */
export async function makeUser(
  tx: Transaction,
  newcomer: ReadyNewcomer & { readonly siteAdmin: boolean },
  by: string | null,
): Promise<UserRow> {
  const user = await insertUser(tx, newcomer);
  if (!user) {
    throw new Refusal("conflict", "There is an account with this e-mail address already.", {
      field: "email",
      reason: "address_taken",
    });
  }
  await recordEvent(tx, {
    action: "user.created",
    userId: by ?? user.id,
    subject: user.id,
    details: { site_admin: newcomer.siteAdmin },
  });
  return user;
}

/**
 * Makes an account for somebody, without an invite.
 *
 * @param password null for somebody who will sign in through a provider that confirms the address
 * @throws Refusal "forbidden", "invalid", "conflict" if the address is taken
 */
export async function addUser(
  actor: Actor,
  person: { email: string; name: string; siteAdmin: boolean; password: string | null },
): Promise<User> {
  requireSiteAdmin(actor);
  const { email, name, siteAdmin, password } = person;
  const newcomer =
    password === null
      ? {
          email: normaliseEmail(email),
          name: checkedName(name, "The name", "name"),
          passwordHash: null,
        }
      : await prepareNewcomer({ email, name, password });
  return transaction(database(), async (tx) =>
    userOf(await makeUser(tx, { ...newcomer, siteAdmin }, userIdOf(actor))),
  );
}

/** Everybody with an account, by e-mail address. Site admins only. */
export async function usersPage(
  actor: Actor,
  { q, ...asked }: PageAsked & { q: string },
): Promise<UserPage> {
  requireSiteAdmin(actor);
  checkStorable(q, "q");
  const { rows, next_cursor } = await pageOf(asked, {
    key: KeyText,
    keyOf: ({ email }: UserRow & { projects: number }) => email,
    load: ({ after, limit }) =>
      listUsers(database(), { query: q, after: after === null ? null : { email: after }, limit }),
  });
  const having = await havingFactors(
    database(),
    rows.map(({ id }) => id),
  );
  return {
    users: rows.map((row) => ({
      ...userOf(row),
      projects: row.projects,
      has_factor: having.has(row.id),
    })),
    next_cursor,
  };
}

function userOf(row: UserRow): User {
  const { id, email, name, siteAdmin, factorRequired, disabledAt, createdAt } = row;
  return {
    id,
    email,
    name,
    site_admin: siteAdmin,
    factor_required: factorRequired,
    disabled_at: disabledAt?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
  };
}

/** @throws Refusal "not_found" */
async function theUser(tx: Transaction, by: { id: string } | { email: string }): Promise<UserRow> {
  if ("id" in by) requireId(by.id, "There is no such user.");
  const user = await findUser(tx, "id" in by ? by : { email: normaliseEmail(by.email) });
  if (!user) throw new Refusal("not_found", "There is no such user.");
  return user;
}

/**
 * Disables or enables a user, makes one a site admin or ends that, asks a second factor of one or no longer. Disabling ends sessions and
 * silences API tokens from the next request on.
 *
 * @throws Refusal "forbidden", "not_found"; "conflict" for oneself, and for the last site admin
 */
export async function changeUser(
  actor: Actor,
  by: { id: string } | { email: string },
  change: UserChange,
): Promise<User> {
  requireSiteAdmin(actor);
  return transaction(database(), async (tx) => {
    await lockSiteAdmins(tx);
    const user = await theUser(tx, by);
    const loses = change.disabled === true || change.site_admin === false;
    if (loses && user.id === userIdOf(actor)) {
      throw new Refusal("conflict", "You cannot do this to yourself: ask another site admin.");
    }
    const did = await applyChange(tx, user, change);
    if (loses && user.siteAdmin && !user.disabledAt && (await countSiteAdmins(tx)) === 0) {
      throw new Refusal("conflict", "This is the last site admin who can sign in.");
    }
    for (const action of did) {
      await recordEvent(tx, { action, userId: userIdOf(actor), subject: user.id });
    }
    return userOf(await theUser(tx, { id: user.id }));
  });
}

async function applyChange(
  tx: Transaction,
  { id }: UserRow,
  { disabled, site_admin: siteAdmin, factor_required: factorRequired }: UserChange,
) {
  const did: Parameters<typeof recordEvent>[1]["action"][] = [];
  if (disabled === true && (await disableUserRow(tx, id))) did.push("user.disabled");
  if (disabled === false && (await enableUserRow(tx, id))) did.push("user.enabled");
  if (siteAdmin !== undefined && (await setSiteAdmin(tx, id, siteAdmin))) {
    did.push(siteAdmin ? "user.site_admin_granted" : "user.site_admin_withdrawn");
  }
  if (factorRequired !== undefined && (await setFactorRequired(tx, id, factorRequired))) {
    did.push(factorRequired ? "user.factor_required" : "user.factor_not_required");
  }
  return did;
}

/** What users see of their own account. */
export async function myAccount(actor: UserActor): Promise<Account> {
  const db = database();
  const [user, credentials, identities] = await Promise.all([
    theUser(db.prisma, { id: actor.userId }),
    findCredentials(db, { id: actor.userId }),
    listIdentities(db, actor.userId),
  ]);
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    site_admin: user.siteAdmin,
    has_password: credentials?.passwordHash != null,
    identities: identities.map(({ id, provider }) => ({ id, provider })),
  };
}

/** @throws Refusal "invalid"; "forbidden" with a token for some projects */
export async function renameMyself(actor: UserActor, written: string): Promise<Account> {
  requireWholeSite(actor);
  const name = checkedName(written, "The name", "name");
  await transaction(database(), async (tx) => {
    await renameUserRow(tx, actor.userId, name);
    await recordEvent(tx, { action: "user.renamed", userId: actor.userId, subject: actor.userId });
  });
  return myAccount(actor);
}

/** The keys of the annotate page as somebody has them. */
export async function keySettingsOf(actor: Actor): Promise<KeySettings> {
  const userId = userIdOf(actor);
  const stored = userId === null ? null : await findKeySettings(database(), userId);
  const known = KeySettings.safeParse(stored);
  return known.success ? known.data : { keys: {}, single: true };
}

/** @throws Refusal "forbidden" with a token for some projects */
export async function changeKeySettings(
  actor: UserActor,
  settings: KeySettings,
): Promise<KeySettings> {
  requireWholeSite(actor);
  const { keys, single } = settings;
  const copied = Object.fromEntries(Object.entries(keys).map(([id, chords]) => [id, [...chords]]));
  await setKeySettings(database(), actor.userId, { keys: copied, single });
  return settings;
}
