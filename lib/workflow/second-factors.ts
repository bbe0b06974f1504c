import { type Actor, type Entrant, type Person, userIdOf } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import {
  hashRecoveryCode,
  newRecoveryCodes,
  newTotpSecret,
  totpStep,
  totpUri,
} from "@/lib/access/one-time-codes";
import {
  type PasskeySite,
  passkeyCreation,
  passkeyMade,
  passkeyRequest,
  passkeyShown,
} from "@/lib/access/passkeys";
import { qrCode } from "@/lib/access/qr-code";
import { seal, unseal } from "@/lib/access/sealing";
import type { Factor, Factors, NewFactor, SecondStep, TotpSetUp } from "@/lib/api/second-factors";
import { checkedName } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { recordEvent } from "@/lib/store/audit";
import { database, type Transaction, transaction } from "@/lib/store/database";
import { lockUser } from "@/lib/store/identities";
import {
  countFactors,
  countRecoveryCodes,
  deleteFactor,
  deleteFactors,
  type FactorRow,
  insertPasskey,
  insertTotp,
  listFactors,
  listPasskeys,
  listTotps,
  notePasskeyUse,
  replaceRecoveryCodes,
  spendRecoveryCode,
  spendTotpStep,
} from "@/lib/store/second-factors";
import {
  admitSession,
  mustHaveFactor,
  proveSession,
  setChallenge,
  takeChallenge,
} from "@/lib/store/sessions";
import { endSessionsOf, findUser } from "@/lib/store/users";
import { addressKey, note } from "./audit";
import { requireId, requireSiteAdmin } from "./permissions";
import { countingCodes } from "./signing-in";

/** What secrets of authenticator apps are sealed for. */
const purpose = "totp secret";
const setUpPurpose = "totp set-up";

/** Milliseconds in which a secret that was shown has to be confirmed. */
const SET_UP_LASTS = 30 * 60 * 1000;

/** Nobody carries more; whoever adds more has lost sight of them. */
const MAX_FACTORS = 20;

/** Somebody's second factors, and what is left of the recovery codes. */
export async function factorsOf({ userId }: Person): Promise<Factors> {
  const { prisma } = database();
  const [rows, codes, required] = await Promise.all([
    listFactors(prisma, userId),
    countRecoveryCodes(prisma, userId),
    mustHaveFactor(prisma, userId),
  ]);
  return { factors: rows.map(factorOf), recovery_codes: codes, required };
}

function factorOf({ id, kind, name, createdAt, lastUsedAt }: FactorRow): Factor {
  return {
    id,
    kind,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  };
}

/**
 * A new secret for an authenticator app, which is kept nowhere until a code of it is shown.
 *
 * @param key of the server, under which the secret is sealed for the way to the browser and back
 */
export function beginTotp({ userId, email }: Person, key: string): TotpSetUp {
  const secret = newTotpSecret();
  const uri = totpUri(secret, { email });
  const kept = JSON.stringify({ secret, until: Date.now() + SET_UP_LASTS });
  return {
    secret,
    uri,
    qr: qrCode(uri),
    sealed: seal(Buffer.from(kept), setUpPurpose, userId, key).toString("base64url"),
  };
}

/**
 * Adds an authenticator app.
 *
 * @returns it, with recovery codes if it is the first second factor: they are told this once
 * @throws Refusal "invalid" for a code that is not of the secret, or came too late
 */
export async function addTotp(
  { userId }: Person,
  { name: written, sealed, code }: { name: string; sealed: string; code: string },
  key: string,
): Promise<NewFactor> {
  const name = checkedName(written, "The name", "name");
  const opened = unseal(Buffer.from(sealed, "base64url"), setUpPurpose, userId, key);
  const kept: { secret: string; until: number } | null = opened && JSON.parse(opened.toString());
  if (!kept || kept.until < Date.now()) {
    throw new Refusal("invalid", "That took too long. Begin again.", { field: "sealed" });
  }
  const step = totpStep(kept.secret, code);
  if (step === null) {
    throw new Refusal(
      "invalid",
      "This is not the code that the app shows now. If it is, the clock of the phone is wrong.",
      { field: "code" },
    );
  }
  const secret = new Uint8Array(seal(Buffer.from(kept.secret), purpose, userId, key));
  return add(userId, (tx) => insertTotp(tx, { userId, name, secret, step }));
}

/**
 * What a browser is to make a passkey by; it has five minutes.
 *
 * @throws Refusal "unprocessable" where Gainsay is reached by an address without a name
 */
export async function beginPasskey({ userId, email, name, session }: Person, site: PasskeySite) {
  const known = await listPasskeys(database(), { userId, site: site.host });
  const options = await passkeyCreation(site, { email, name }, known);
  await setChallenge(database().pool, session.id, options.challenge);
  return { ...options };
}

/**
 * Adds a passkey.
 *
 * @returns it, with recovery codes if it is the first second factor: they are told this once
 * @throws Refusal "invalid" for one that is not as asked for, or came too late; "conflict" for one that
 *   there is already
 */
export async function addPasskey(
  { userId, session }: Person,
  { name: written, response }: { name: string; response: unknown },
  site: PasskeySite,
): Promise<NewFactor> {
  const name = checkedName(written, "The name", "name");
  const challenge = await takeChallenge(database().pool, session.id);
  const passkey = challenge === null ? null : await passkeyMade(response, { challenge, site });
  if (!passkey) throw new Refusal("invalid", "The passkey was not made, or it took too long.");
  return add(userId, async (tx) => {
    const row = await insertPasskey(tx, { userId, name, site: site.host, ...passkey });
    if (!row) throw new Refusal("conflict", "This passkey is in use already.");
    return row;
  });
}

async function add(
  userId: string,
  insert: (tx: Transaction) => Promise<FactorRow>,
): Promise<NewFactor> {
  return transaction(database(), async (tx) => {
    await lockUser(tx, userId);
    const before = await countFactors(tx, userId);
    if (before >= MAX_FACTORS) {
      throw new Refusal("conflict", `There may be ${MAX_FACTORS} at once: remove some first.`);
    }
    const row = await insert(tx);
    const { id: subject, kind } = row;
    await recordEvent(tx, { action: "factor.added", userId, subject, details: { kind } });
    const codes = before === 0 ? await makeRecoveryCodes(tx, userId) : null;
    return { factor: factorOf(row), recovery_codes: codes };
  });
}

async function makeRecoveryCodes(tx: Transaction, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode));
  await recordEvent(tx, { action: "recovery_codes.made", userId, subject: userId });
  return codes;
}

/**
 * New recovery codes in the place of the old ones; told this once.
 *
 * @throws Refusal "conflict" without a second factor
 */
export async function renewRecoveryCodes({ userId }: Person): Promise<string[]> {
  return transaction(database(), async (tx) => {
    await lockUser(tx, userId);
    if ((await countFactors(tx, userId)) === 0) {
      throw new Refusal("conflict", "Recovery codes are of use only beside a second factor.");
    }
    return makeRecoveryCodes(tx, userId);
  });
}

/**
 * Removes one of somebody's second factors, and the recovery codes with the last.
 *
 * @throws Refusal "not_found"; "conflict" for the last of somebody who must have one
 */
export async function removeFactor({ userId }: Person, id: string): Promise<void> {
  const none = "There is no such second factor of yours.";
  requireId(id, none);
  await transaction(database(), async (tx) => {
    await lockUser(tx, userId);
    const kind = await deleteFactor(tx, { id, userId });
    if (kind === null) throw new Refusal("not_found", none);
    if ((await countFactors(tx, userId)) === 0) {
      if (await mustHaveFactor(tx, userId)) {
        throw new Refusal("conflict", "You must have a second factor: add another one first.");
      }
      await replaceRecoveryCodes(tx, userId, []);
    }
    await recordEvent(tx, { action: "factor.removed", userId, subject: id, details: { kind } });
  });
}

/**
 * Takes all second factors from somebody who lost them, and ends their sessions. Site admins only.
 *
 * @throws Refusal "forbidden", "not_found"; "conflict" if they have none
 */
export async function resetFactors(
  actor: Actor,
  by: { id: string } | { email: string },
): Promise<void> {
  requireSiteAdmin(actor);
  const none = "There is no such user.";
  if ("id" in by) requireId(by.id, none);
  await transaction(database(), async (tx) => {
    const user = await findUser(tx, "id" in by ? by : { email: normaliseEmail(by.email) });
    if (!user) throw new Refusal("not_found", none);
    await lockUser(tx, user.id);
    const factors = await deleteFactors(tx, user.id);
    if (factors === 0) throw new Refusal("conflict", "This user has no second factor.");
    await endSessionsOf(tx, user.id);
    await recordEvent(tx, {
      action: "user.factors_reset",
      userId: userIdOf(actor),
      subject: user.id,
      details: { factors },
    });
  });
}

/** By what somebody who signs in can go on, at this host. */
export async function secondStepWays({ userId }: Entrant, host: string): Promise<SecondStep> {
  const db = database();
  const [totps, passkeys, codes] = await Promise.all([
    listTotps(db, userId),
    listPasskeys(db, { userId, site: host }),
    countRecoveryCodes(db.prisma, userId),
  ]);
  return { code: totps.length > 0, passkey: passkeys.length > 0, recovery_code: codes > 0 };
}

/** What somebody who signs in shows as a second factor. */
export type ShownFactor =
  | { readonly code: string }
  | { readonly recovery_code: string }
  | { readonly passkey: unknown };

/**
 * Lets somebody in who shows a second factor.
 *
 * @param from the site, the `key` of the server, under which secrets are sealed, and the client's address
 * @throws Refusal "invalid" if it is not right, or was used before; "rate_limited"
 */
export async function passSecondStep(
  { userId, session }: Entrant,
  shown: ShownFactor,
  { site, key, address: client }: { site: PasskeySite; key: string; address: string },
): Promise<void> {
  const address = addressKey(client);
  const isRight = await countingCodes(userId, { subject: userId, address }, async () => {
    if ("passkey" in shown) return isPasskeyShown({ userId, session }, shown.passkey, site);
    if ("code" in shown) return isCodeShown(userId, shown.code, key);
    const codeHash = hashRecoveryCode(shown.recovery_code);
    return spendRecoveryCode(database().pool, { userId, codeHash });
  });
  const how = "code" in shown ? "code" : "passkey" in shown ? "passkey" : "recovery_code";
  const details = { how };
  if (!isRight) {
    const refused = { action: "session.refused", userId: null, subject: userId } as const;
    await note({ ...refused, address, details: { ...details, reason: "wrong_factor" } });
    throw new Refusal("invalid", wrong[how], { field: how });
  }
  await admitSession(database().pool, session);
  await note({ action: "session.started", userId, address, details });
}

const wrong = {
  code: "This code is not right, or was used before. The app shows a new one every 30 seconds.",
  recovery_code: "This is none of your recovery codes, or it was used before.",
  passkey: "The passkey was not taken, or it took too long. Please try again.",
};

async function isCodeShown(userId: string, code: string, key: string): Promise<boolean> {
  for (const { id, secret: sealed } of await listTotps(database(), userId)) {
    const secret = unseal(sealed, purpose, userId, key);
    if (!secret) continue; // sealed under another key: a recovery code helps, or a site admin
    const step = totpStep(secret.toString(), code);
    if (step !== null && (await spendTotpStep(database().pool, { id, step }))) return true;
  }
  return false;
}

/** Whether somebody has a passkey for a host. */
export async function hasPasskey({ userId }: Person, host: string): Promise<boolean> {
  return (await listPasskeys(database(), { userId, site: host })).length > 0;
}

/**
 * What a browser is to show a passkey by; it has five minutes.
 *
 * @param from who is asked: somebody who signs in, or is in and shows who they are
 * @throws Refusal "not_found" if they have none for this host
 */
export async function askForPasskey(from: Entrant | Person, site: PasskeySite) {
  const known = await listPasskeys(database(), { userId: from.userId, site: site.host });
  if (known.length === 0) throw new Refusal("not_found", "You have no passkey for this address.");
  const isIn = typeof from.session !== "string";
  // By itself it has to tell who holds it; after a password it need not.
  const options = await passkeyRequest(site, known, isIn ? "required" : "preferred");
  await setChallenge(database().pool, isIn ? from.session.id : from.session, options.challenge);
  return { ...options };
}

/**
 * Shows by a passkey that the one in a session is still its user.
 *
 * @throws Refusal "invalid", "rate_limited"
 */
export async function proveByPasskey(
  { userId, session }: Person,
  response: unknown,
  site: PasskeySite,
): Promise<void> {
  const whom = { userId, address: null };
  const isRight = await countingCodes(userId, whom, () =>
    isPasskeyShown({ userId, session: session.id }, response, site, { verified: true }),
  );
  if (!isRight) await note({ ...whom, action: "user.proof_refused", details: { how: "passkey" } });
  if (!isRight) throw new Refusal("invalid", wrong.passkey, { field: "passkey" });
  await proveSession(database().pool, session.id);
}

async function isPasskeyShown(
  { userId, session }: { userId: string; session: string },
  response: unknown,
  site: PasskeySite,
  { verified = false } = {},
): Promise<boolean> {
  const challenge = await takeChallenge(database().pool, session);
  if (challenge === null) return false;
  const id = typeof response === "object" && response !== null && "id" in response && response.id;
  const known = await listPasskeys(database(), { userId, site: site.host });
  const passkey = known.find(({ credentialId }) => credentialId === id);
  if (!passkey) return false;
  const counter = await passkeyShown(response, { challenge, site, passkey, verified });
  if (counter === null) return false;
  await notePasskeyUse(database().pool, { id: passkey.id, counter });
  return true;
}
