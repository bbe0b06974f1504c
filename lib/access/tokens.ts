import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** What a token is for; it is its first part, so that a leaked one can be told and found. */
export type TokenKind = "api" | "invite" | "setup";

/** A secret of 256 bits, safe in a path: it cannot be guessed, so a plain hash of it may be stored. */
export function newToken(kind: TokenKind): string {
  return `gainsay_${kind}_${randomBytes(32).toString("base64url")}`;
}

/** SHA-256 in hex, as the database keeps tokens. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * The browsers in which a user has signed in before, as a signed cookie: one entry an account, the
 * latest first. Whoever shows one is counted apart from those who guess that account's password
 * elsewhere (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export type KnownDevice = { readonly userId: string; readonly deviceId: string };

/** Colleagues at one machine each keep an entry; a cookie has 4 KB. */
const MAX_ACCOUNTS_A_DEVICE = 8;

/** The entries of a device cookie that this server signed. */
export function readDevices(cookie: string | undefined, secret: string): KnownDevice[] {
  if (!cookie) return [];
  return cookie.split("~", MAX_ACCOUNTS_A_DEVICE).flatMap((entry) => {
    const [userId = "", deviceId = "", signature = ""] = entry.split(".");
    const device = { userId, deviceId };
    return isEqual(signature, sign(device, secret)) ? [device] : [];
  });
}

/** The cookie after a user signed in: their entry comes first and keeps its device id. */
export function rememberDevice(
  devices: readonly KnownDevice[],
  userId: string,
  secret: string,
): string {
  const known = devices.find((device) => device.userId === userId);
  const device = known ?? { userId, deviceId: randomBytes(12).toString("base64url") };
  return [device, ...devices.filter((other) => other.userId !== userId)]
    .slice(0, MAX_ACCOUNTS_A_DEVICE)
    .map((entry) => `${entry.userId}.${entry.deviceId}.${sign(entry, secret)}`)
    .join("~");
}

function sign({ userId, deviceId }: KnownDevice, secret: string): string {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "gainsay device cookie", 32));
  return createHmac("sha256", key).update(`${userId}.${deviceId}`).digest("base64url");
}

function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
