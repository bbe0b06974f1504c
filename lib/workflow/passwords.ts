import { type Actor, type Person, userIdOf } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { hashPassword, isPassword } from "@/lib/access/hashing";
import { checkNewPassword } from "@/lib/access/password";
import { isEqual, passwordLinkToken, readPasswordLink } from "@/lib/access/tokens";
import { Refusal } from "@/lib/domain/refusal";
import { recordEvent } from "@/lib/store/audit";
import { database, transaction } from "@/lib/store/database";
import { proveSession } from "@/lib/store/sessions";
import { revokeTokensOf } from "@/lib/store/tokens";
import { type Credentials, findCredentials, replacePassword } from "@/lib/store/users";
import { requireId, requireSiteAdmin } from "./permissions";
import { confirmPassword, countingGuesses, type ProvenUser } from "./signing-in";

export type PasswordChange = {
  /** Whether API tokens end with the old password; they do not unless somebody says so. */
  readonly endTokens?: boolean;
};

/** How long a password link works, in milliseconds. */
const linkLasts = 24 * 60 * 60 * 1000;

const noUser = "There is no such user.";
const noLink = "This link has been used, has expired, or was not copied whole.";

/**
 * Changes somebody's password and ends every session of theirs but the one they do it in.
 *
 * @throws Refusal "invalid" for a wrong current password or a bad new one, "conflict" without a
 *   password or if it was changed at the same time, "rate_limited"
 */
export async function changePassword(
  person: Person,
  { current, replacement, ...change }: PasswordChange & { current: string; replacement: string },
): Promise<void> {
  const user = await findCredentials(database(), { id: person.userId });
  if (!user || user.passwordHash === null) {
    throw new Refusal("conflict", "This account has no password: it signs in through a provider.");
  }
  await checkNewPassword(replacement, [user.email, user.name]);
  if (!(await confirmPassword(user, current))) {
    throw new Refusal("invalid", "The current password is not right.", { field: "current" });
  }
  await replace(user, replacement, person, change);
  await proveSession(database().pool, person.session.id);
}

/**
 * Gives a user a new password, without the old one, and ends every session. Site admins only.
 *
 * @throws Refusal "forbidden", "not_found", "invalid"; "conflict" for a disabled user
 */
export async function setPassword(
  actor: Actor,
  email: string,
  password: string,
  change: PasswordChange = {},
): Promise<void> {
  requireSiteAdmin(actor);
  const user = await findCredentials(database(), { email: normaliseEmail(email) });
  if (!user) throw new Refusal("not_found", noUser);
  await checkNewPassword(password, [user.email, user.name]);
  await replace(user, password, actor, change);
}

/**
 * The path of a link by which a user can choose a new password, once, for a day. Site admins only.
 *
 * @param secret seals the link
 * @throws Refusal "forbidden", "not_found"; "conflict" for a disabled user
 */
export async function makePasswordLink(actor: Actor, id: string, secret: string): Promise<string> {
  requireSiteAdmin(actor);
  const user = await findCredentials(database(), { id: requireId(id, noUser) });
  if (!user) throw new Refusal("not_found", noUser);
  if (user.disabledAt) throw new Refusal("conflict", "This user is disabled.");
  await transaction(database(), (tx) =>
    recordEvent(tx, {
      action: "user.password_link_made",
      userId: userIdOf(actor),
      subject: user.id,
    }),
  );
  const link = { userId: user.id, expiresAt: Date.now() + linkLasts };
  return `/password/${passwordLinkToken(link, user, secret)}`;
}

/**
 * Whose password a link can change.
 *
 * @throws Refusal "not_found" if nobody's any more, "rate_limited"
 */
export async function ownerOfPasswordLink(
  token: string,
  address: string,
  secret: string,
): Promise<Credentials> {
  return countingGuesses(address, async () => {
    const link = readPasswordLink(token);
    const user =
      link && (await findCredentials(database(), { id: requireId(link.userId, noLink) }));
    const isGood =
      user &&
      !user.disabledAt &&
      link.expiresAt > Date.now() &&
      isEqual(token, passwordLinkToken(link, user, secret));
    if (!isGood) throw new Refusal("not_found", noLink);
    return user;
  });
}

/**
 * Uses a link to choose a password, which voids the link, and ends every session.
 *
 * @returns the user, who has shown by it who they are
 * @throws Refusal "not_found", "invalid", "rate_limited"; "conflict" if somebody was quicker
 */
export async function spendPasswordLink(
  { token, password, ...change }: PasswordChange & { token: string; password: string },
  address: string,
  secret: string,
): Promise<ProvenUser> {
  const user = await ownerOfPasswordLink(token, address, secret);
  await checkNewPassword(password, [user.email, user.name]);
  return replace(user, password, { kind: "user", userId: user.id }, change);
}

/**
 * @throws Refusal "invalid" for the password that it is already; "conflict" if that was changed, or the user
 *   disabled, in between
 */
async function replace(
  user: Credentials,
  password: string,
  by: { kind: "operator" } | { kind: "user"; userId: string; session?: { id: string } },
  { endTokens = false }: PasswordChange,
): Promise<ProvenUser> {
  if (await isPassword(password, user.passwordHash)) {
    throw new Refusal("invalid", "This is the password that it is already: choose another.", {
      field: "password",
    });
  }
  const to = await hashPassword(password);
  return transaction(database(), async (tx) => {
    const keep = by.kind === "user" ? by.session?.id : undefined;
    const { id, passwordHash: from } = user;
    const sessionVersion = await replacePassword(tx, { id, from, to, keep });
    if (sessionVersion === null) {
      throw new Refusal("conflict", "This account has just been changed elsewhere.");
    }
    const userId = by.kind === "user" ? by.userId : null;
    await recordEvent(tx, { action: "user.password_changed", userId, subject: user.id });
    for (const subject of endTokens ? await revokeTokensOf(tx, user.id) : []) {
      const details = { reason: "password_changed" };
      await recordEvent(tx, { action: "token.revoked", userId, subject, details });
    }
    return { userId: user.id, sessionVersion };
  });
}
