import { randomBytes } from "node:crypto";
import { generateSecret, generateURI, verifySync } from "otplib";
import { hashToken } from "./tokens";

/** Seconds by which the clock of a phone may be off: one code earlier or later is taken. */
const TOLERANCE = 30;

/** A new secret for an authenticator app, in base 32: 160 bits, as RFC 4226 asks. */
export function newTotpSecret(): string {
  return generateSecret();
}

/** What an authenticator app reads from a QR code. */
export function totpUri(secret: string, { email }: { email: string }): string {
  return generateURI({ issuer: "Gainsay", label: email, secret });
}

/**
 * The step of 30 seconds whose code this is; null if it is none of about now. White space in it does not count.
 */
export function totpStep(secret: string, written: string): number | null {
  const token = written.replace(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const result = verifySync({ secret, token, epochTolerance: TOLERANCE });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/** How many recovery codes are made at once. */
const RECOVERY_CODES = 10;

/** Crockford's: nothing in it is taken for something else. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** New recovery codes of 80 bits each, such as "4k0m-9w2x-tq7e-h5bn". */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    Array.from(randomBytes(16), (byte) => letters[byte % letters.length])
      .join("")
      .replace(/(.{4})(?=.)/g, "$1-"),
  );
}

/** A recovery code as the database keeps it, however it was typed; it cannot be guessed, so a plain hash will do. */
export function hashRecoveryCode(written: string): string {
  const typed = written.normalize("NFKC").toLowerCase().replaceAll("o", "0").replace(/[il]/g, "1");
  return hashToken(typed.replace(/[^0-9a-z]/g, ""));
}
