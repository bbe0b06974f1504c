import { createHash } from "node:crypto";
import type { UserActor } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { hashPassword, isOutdated, isPassword } from "@/lib/access/hashing";
import { MAX_PASSWORD_BYTES } from "@/lib/access/password";
import { hashToken, readDevices, rememberDevice } from "@/lib/access/tokens";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { type Limit, returnPoint, takePoint } from "@/lib/store/rate-limits";
import { findTokenUser, type SessionUser } from "@/lib/store/sessions";
import { type Credentials, findCredentials, refreshHash } from "@/lib/store/users";
import { addressKey, note } from "./audit";

/** Somebody who has just shown who they are, and the version of their sessions that they had then. */
export type ProvenUser = { readonly userId: string; readonly sessionVersion: number };

/**
 * Who acts with an API token; null if it is unknown or revoked, or the user is disabled. That one is used
 * which should not be any more, the trail is told.
 *
 * @param address of the client
 * @throws Refusal "unauthenticated" if it has expired
 */
export async function actorOfToken(token: string, address = ""): Promise<UserActor | null> {
  const found = await findTokenUser(database(), hashToken(token));
  if (!found) return null;
  const { tokenId, scopes, projects, expiredAt, ended, ...user } = found;
  if (ended || expiredAt) {
    await note({
      action: "token.refused",
      userId: user.id,
      subject: tokenId,
      address: addressKey(address) || null,
      details: { reason: ended ?? "expired" },
    });
  }
  if (ended) return null;
  if (expiredAt) {
    throw new Refusal(
      "unauthenticated",
      `This API token expired on ${expiredAt.toISOString().slice(0, 10)}. Make a new one.`,
      { expired_at: expiredAt.toISOString() },
    );
  }
  return { ...actorOf(user), token: { id: tokenId, scopes, projects } };
}

export function actorOf({ id, email, name, siteAdmin }: SessionUser): UserActor {
  return { kind: "user", userId: id, email, name, siteAdmin };
}

/*
 * Guessing is paid for by whoever guesses. From a browser that has signed in to the account before,
 * only its own failures count, so nobody else can lock its owner out. From anywhere else, failures
 * count for the account at that address, for the account, and for the address. The price: while
 * somebody guesses from many addresses, the owner cannot sign in from a new browser.
 */
const perDevice: Limit = { name: "sign-in-device", points: 10, seconds: 15 * 60 };
const perAccountAndAddress: Limit = { name: "sign-in-pair", points: 5, seconds: 15 * 60 };
const perAccount: Limit = { name: "sign-in-account", points: 50, seconds: 60 * 60 };
/** A newsroom shares one address. */
const perAddress: Limit = { name: "sign-in-address", points: 200, seconds: 15 * 60 };

export type SignIn = {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  /** The browser's device cookie, as it came. */
  readonly devices: string | undefined;
  /** Signs device cookies. */
  readonly secret: string;
};

export type SignedIn = {
  readonly user: ProvenUser;
  /** The browser's device cookie from now on. */
  readonly devices: string;
};

/**
 * Signs in with e-mail address and password.
 *
 * @throws Refusal "unauthenticated" in one wording and one length of time for an unknown account, a
 *   wrong password and a disabled user; "rate_limited" with `retry_after_seconds`
 */
export async function signIn(attempt: SignIn): Promise<SignedIn> {
  const email = emailOf(attempt.email);
  const address = addressKey(attempt.address);
  const refused = async (reason: string, userId: string | null = null) => {
    await note({
      action: "session.refused",
      userId: null,
      address,
      details: { how: "password", reason, ...(userId === null && { tried: masked(email) }) },
      ...(userId !== null && { subject: userId }),
    });
    return wrong();
  };
  if (email === null || Buffer.byteLength(attempt.password) > MAX_PASSWORD_BYTES) {
    throw await refused("not_readable");
  }
  const db = database();
  const user = await findCredentials(db, { email });
  const devices = readDevices(attempt.devices, attempt.secret);
  const known = devices.find((device) => device.userId === user?.id);

  const account = shortHash(email);
  const counters: Counter[] = known
    ? [{ limit: perDevice, key: `${known.userId}:${known.deviceId}` }]
    : [
        { limit: perAccountAndAddress, key: `${account}:${address}` },
        { limit: perAddress, key: address },
        { limit: perAccount, key: account },
      ];
  const whom = { address, subject: user?.id ?? null };
  await takePoints(counters, "Too many attempts to sign in.", whom);

  const matches = await isPassword(attempt.password, user?.passwordHash ?? null);
  if (!user) throw await refused("unknown_account");
  if (!matches) throw await refused("wrong_password", user.id);
  if (user.disabledAt) throw await refused("disabled", user.id);
  await Promise.all(counters.map(({ limit, key }) => returnPoint(db, limit, key)));
  await refresh(user, attempt.password);
  return {
    user: { userId: user.id, sessionVersion: user.sessionVersion },
    devices: rememberDevice(devices, user.id, attempt.secret),
  };
}

/**
 * An address that nobody here has, as far as the trail may keep it: people type their passwords into the
 * wrong field, and names of those who never had an account are not ours to collect.
 */
function masked(email: string | null): string | null {
  if (email === null) return null;
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return `${[...email][0]}…@${domain.includes(".") ? domain : "…"}`;
}

function wrong(): Refusal {
  return new Refusal("unauthenticated", "The e-mail address or the password is not right.");
}

function emailOf(written: string): string | null {
  try {
    return normaliseEmail(written);
  } catch {
    return null; // refused like an address that nobody has
  }
}

async function refresh(user: Credentials, password: string): Promise<void> {
  if (user.passwordHash === null || !isOutdated(user.passwordHash)) return;
  const to = await hashPassword(password);
  await refreshHash(database(), { id: user.id, from: user.passwordHash, to });
}

type Counter = { readonly limit: Limit; readonly key: string };

/** Whom a limit stops, as far as that is known, for the trail. */
type Stopped = {
  /** As {@link addressKey} gives it. */
  readonly address: string | null;
  /** Who asks in a session. */
  readonly userId?: string;
  /** The account that is tried, by whoever that is. */
  readonly subject?: string | null;
};

/** Takes a point of each counter in turn, up to the first that has none left; which the trail is told. */
async function takePoints(
  counters: readonly Counter[],
  sentence: string,
  { address, userId, subject }: Stopped,
): Promise<void> {
  for (const { limit, key } of counters) {
    const seconds = await takePoint(database(), limit, key);
    if (seconds !== null) {
      await note({
        action: "request.rate_limited",
        userId: userId ?? null,
        address,
        details: { limit: limit.name },
        ...(subject ? { subject } : {}),
      });
      throw new Refusal("rate_limited", `${sentence} Try again in ${inWords(seconds)}.`, {
        retry_after_seconds: seconds,
      });
    }
  }
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(seconds, 1)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

const perAddressGuesses: Limit = { name: "link-guess", points: 60, seconds: 15 * 60 };

/**
 * Runs work that looks for an invite or setup link, and counts it against the client's address if
 * there is none: nobody can try links by the thousand.
 *
 * @throws Refusal "rate_limited", or what the work throws
 */
export async function countingGuesses<T>(address: string, work: () => Promise<T>): Promise<T> {
  const counter = { limit: perAddressGuesses, key: addressKey(address) };
  const whom = { address: counter.key };
  await takePoints([counter], "Too many links were tried from here.", whom);
  const result = await work();
  await returnPoint(database(), counter.limit, counter.key);
  return result;
}

/** A newsroom shares one address; whoever has no account has little to ask for. */
const perAddressUnknown: Limit = { name: "unknown-address", points: 120, seconds: 60 };

/**
 * Counts a request of somebody nobody knows, before anything is done for them.
 *
 * @throws Refusal "rate_limited"
 */
export async function countUnknown(address: string): Promise<void> {
  const counter = { limit: perAddressUnknown, key: addressKey(address) };
  await takePoints([counter], "Too many requests from here.", { address: counter.key });
}

const perActor: Limit = { name: "password-change", points: 10, seconds: 15 * 60 };

/**
 * Whether a password is the user's own; guesses at it in a stolen session are counted too.
 *
 * @throws Refusal "rate_limited"
 */
export async function confirmPassword(user: Credentials, password: string): Promise<boolean> {
  const counter = { limit: perActor, key: user.id };
  const whom = { userId: user.id, address: null };
  await takePoints([counter], "Too many wrong passwords.", whom);
  const isShort = Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;
  const matches = isShort && (await isPassword(password, user.passwordHash));
  if (matches) await returnPoint(database(), counter.limit, counter.key);
  else {
    await note({ ...whom, action: "user.proof_refused", details: { how: "password" } });
  }
  return matches;
}

/*
 * A code has six digits, and three of them are right at any time. Whoever tries has the password already, so
 * this keeps nobody out who has not: ten tries in a quarter of an hour, and fifty a day.
 */
const perUserCodes: Limit = { name: "second-factor", points: 10, seconds: 15 * 60 };
const perUserCodesADay: Limit = { name: "second-factor-day", points: 50, seconds: 24 * 60 * 60 };

/**
 * Runs work that checks what somebody shows as a second factor, and counts it unless it was right.
 *
 * @param whom for the trail
 * @returns whether it was
 * @throws Refusal "rate_limited"
 */
export async function countingCodes(
  userId: string,
  whom: Stopped,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const counters = [perUserCodes, perUserCodesADay].map((limit) => ({ limit, key: userId }));
  await takePoints(counters, "Too many codes that were not right.", whom);
  const isRight = await work();
  if (isRight) {
    await Promise.all(counters.map(({ limit, key }) => returnPoint(database(), limit, key)));
  }
  return isRight;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 32);
}
