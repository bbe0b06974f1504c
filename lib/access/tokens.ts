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

/** What a password link is of; all of it has to be as it was when the link was made. */
export type PasswordLink = {
  readonly userId: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
};

/**
 * The token of a password link: it names the user and is signed over their present hash and session
 * version, so that it is void once the password has been changed or the user disabled.
 */
export function passwordLinkToken(
  { userId, expiresAt }: PasswordLink,
  seal: { readonly passwordHash: string | null; readonly sessionVersion: number },
  secret: string,
): string {
  const link = `${userId}.${expiresAt.toString(36)}`;
  const sealed = `${link}.${seal.sessionVersion}.${seal.passwordHash ?? ""}`;
  return `${link}.${mac("gainsay password link", sealed, secret)}`;
}

/** What a password link's token says, not yet checked; null if it is none. */
export function readPasswordLink(token: string): PasswordLink | null {
  const [, userId = "", expiry = ""] =
    /^([0-9a-f-]{36})\.([0-9a-z]{1,9})\.[\w-]{43}$/.exec(token) ?? [];
  return userId ? { userId, expiresAt: Number.parseInt(expiry, 36) } : null;
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
  return mac("gainsay device cookie", `${userId}.${deviceId}`, secret);
}

/** HMAC-SHA256 under a key of its own for each purpose. */
function mac(purpose: string, text: string, secret: string): string {
  const key = Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** Whether two texts are the same, found out in the same time wherever they differ. */
export function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
