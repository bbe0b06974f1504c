import { Refusal } from "@/lib/domain/refusal";
import { isEasilyGuessed } from "./common-passwords";
import { normalisePassword } from "./hashing";

/** In code points. */
export const MIN_PASSWORD_LENGTH = 12;
/** In UTF-8: enough for any phrase, and nothing that costs to hash. */
export const MAX_PASSWORD_BYTES = 1024;

/**
 * Refuses a new password that is too short, too long, common, or made of what everybody knows of
 * its owner.
 *
 * @param owner words that an attacker would try first: e-mail address, name
 * @throws Refusal "invalid"
 */
export async function checkNewPassword(password: string, owner: readonly string[]): Promise<void> {
  const refuse = (message: string) => {
    throw new Refusal("invalid", message, { field: "password" });
  };
  if (!password.isWellFormed() || password.includes("\0")) {
    refuse("The password has characters that cannot be typed.");
  }
  const normal = normalisePassword(password);
  if (Math.max(Buffer.byteLength(password), Buffer.byteLength(normal)) > MAX_PASSWORD_BYTES) {
    refuse(`A password may be ${MAX_PASSWORD_BYTES} bytes long at most.`);
  }
  if ([...normal].length < MIN_PASSWORD_LENGTH) {
    refuse(`A password needs at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (await isEasilyGuessed(normal, owner)) {
    refuse("This password is easy to guess. Several unrelated words make a good one.");
  }
}
