import type { Person, Signed } from "@/lib/access/actor";
import { browserName } from "@/lib/access/browser-name";
import type { SessionPage } from "@/lib/api/sessions";
import { Refusal } from "@/lib/domain/refusal";
import { logEvent, recordEvent } from "@/lib/store/audit";
import { database, type Sql, sqlTransaction, transaction } from "@/lib/store/database";
import {
  deleteOtherSessions,
  deleteSession,
  endSession as endSessionRow,
  findSessionUser,
  insertSession,
  listSessions,
  proveSession,
  type SessionRow,
} from "@/lib/store/sessions";
import { endSessionsOf, findCredentials } from "@/lib/store/users";
import { addressKey, note } from "./audit";
import { latestPage, type PageAsked } from "./paging";
import { requireId } from "./permissions";
import { actorOf, confirmPassword, type ProvenUser } from "./signing-in";

export { SESSION_DAYS } from "@/lib/store/sessions";

/** How far somebody has come in a session; null once it has ended, or its user was disabled. */
export async function signedIn(id: string): Promise<Signed | null> {
  const found = await findSessionUser(database(), id);
  if (!found) return null;
  const { sessionId, isProven, awaitsFactor, lacksFactor } = found;
  if (awaitsFactor) {
    const entrant = { userId: found.id, email: found.email, session: sessionId };
    return { state: "awaits_factor", entrant };
  }
  const person = { ...actorOf(found), session: { id: sessionId, isProven } };
  return { state: lacksFactor ? "lacks_factor" : "in", person };
}

/** Who acts in a session; null where nobody does, also while a second factor is missing. */
export async function actorOfSession(id: string): Promise<Person | null> {
  const signed = await signedIn(id);
  return signed?.state === "in" ? signed.person : null;
}

/** How somebody has shown who they are. */
export type SignInWay = "password" | "provider" | "setup" | "invite" | "password_link";

/**
 * Begins a session of somebody who has just shown who they are; it awaits the second factor of who has one.
 *
 * @param userAgent as the browser names itself
 * @param how they have shown it, and the `address` of the client: for the trail
 * @param instead the session that the browser was in until now, whosever it was: it ends
 * @returns its id
 * @throws Refusal "unauthenticated" if all of the user's sessions were ended in between
 */
export async function beginSession(
  { userId, sessionVersion }: ProvenUser,
  {
    userAgent,
    instead,
    how = null,
    address = null,
  }: {
    userAgent: string | null;
    instead: string | null;
    how?: SignInWay | null;
    address?: string | null;
  },
): Promise<string> {
  const begun = await sqlTransaction(database(), async (sql) => {
    if (instead !== null) await endAndTell(sql, instead);
    const session = await insertSession(sql, {
      userId,
      sessionVersion,
      browser: browserName(userAgent),
    });
    if (!session) {
      throw new Refusal("unauthenticated", "This account has just been changed. Sign in again.");
    }
    return session;
  });
  await note({
    action: begun.awaitsFactor ? "session.awaits_factor" : "session.started",
    userId,
    address: address === null ? null : addressKey(address),
    details: { how },
  });
  return begun.id;
}

/** Ends a session because its browser signs out; whoever has copied the cookie has nothing then. */
export async function endSession(id: string): Promise<void> {
  await sqlTransaction(database(), (sql) => endAndTell(sql, id));
}

/** Ends a session, if it has not ended, and tells the trail whose it was. */
async function endAndTell(sql: Sql, id: string): Promise<void> {
  const userId = await endSessionRow(sql, id);
  if (userId !== null) await logEvent(sql, { action: "session.ended", userId, subject: id });
}

/**
 * A page of the browsers in which somebody is signed in, the latest first.
 *
 * @throws Refusal "invalid" for a cursor of another list
 */
export async function sessionsPage(person: Person, asked: PageAsked = {}): Promise<SessionPage> {
  const { rows, next_cursor } = await latestPage(asked, (part) =>
    listSessions(database(), person.userId, part),
  );
  return { sessions: rows.map((row) => sessionOf(row, person)), next_cursor };
}

function sessionOf({ id, browser, createdAt, lastSeenAt }: SessionRow, { session }: Person) {
  return {
    id,
    browser,
    created_at: createdAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    current: id === session.id,
  };
}

/**
 * Ends one of somebody's sessions, from its next request on.
 *
 * @throws Refusal "not_found" if it is not theirs or has ended
 */
export async function endOwnSession(person: Person, id: string): Promise<void> {
  const none = "You are not signed in there any more.";
  requireId(id, none);
  await transaction(database(), async (tx) => {
    if (!(await deleteSession(tx, { id, userId: person.userId }))) {
      throw new Refusal("not_found", none);
    }
    await recordEvent(tx, { action: "session.ended", userId: person.userId, subject: id });
  });
}

/** Ends every session of somebody but the one they are in. */
export async function signOutElsewhere({ userId, session }: Person): Promise<void> {
  await transaction(database(), async (tx) => {
    const ended = await deleteOtherSessions(tx, { id: session.id, userId });
    if (ended === 0) return;
    await recordEvent(tx, {
      action: "user.signed_out_elsewhere",
      userId,
      subject: userId,
      details: { sessions: ended },
    });
  });
}

/** Ends every session of somebody, this one too. */
export async function signOutEverywhere({ userId }: { userId: string }): Promise<void> {
  await transaction(database(), async (tx) => {
    await endSessionsOf(tx, userId);
    await recordEvent(tx, { action: "user.signed_out_everywhere", userId, subject: userId });
  });
}

/**
 * Lets through who has shown within the last minutes, in this session, who they are: what outlasts a
 * session must not be done in one that was left open.
 *
 * @throws Refusal "proof_needed"
 */
export function requireProof({ session }: Person): void {
  if (!session.isProven) {
    throw new Refusal("proof_needed", "Show once more that it is you: this outlasts your session.");
  }
}

/**
 * Shows by the password that the one in a session is still its user.
 *
 * @throws Refusal "invalid" for a wrong password, or where there is none; "rate_limited"
 */
export async function proveByPassword(person: Person, password: string): Promise<void> {
  const user = await findCredentials(database(), { id: person.userId });
  if (!user || !(await confirmPassword(user, password))) {
    throw new Refusal("invalid", "The password is not right.", { field: "password" });
  }
  await proveSession(database().pool, person.session.id);
}
