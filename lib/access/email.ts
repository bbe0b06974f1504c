import { Refusal } from "@/lib/domain/refusal";

/** In code points, as the database has it. RFC 5321 would allow 254 bytes; scripts of the world need room. */
export const MAX_EMAIL_LENGTH = 320;

/**
 * An e-mail address in the one form it is stored and compared in: NFKC, no white space around it,
 * lower case. Normalised first and validated after, so that no second spelling of an address passes.
 *
 * @throws Refusal "invalid"
 */
export function normaliseEmail(written: string): string {
  // Lower-casing can undo a composition (İ), so compose again.
  const email = written.normalize("NFKC").trim().toLowerCase().normalize("NFKC");
  if ([...email].length > MAX_EMAIL_LENGTH || !isEmail(email)) {
    throw new Refusal("invalid", "This is not an e-mail address.", { field: "email" });
  }
  return email;
}

/**
 * One @, a dot-separated domain, and nothing that is invisible or could end a header or a mailbox
 * list. Letters of any script are fine (RFC 6531).
 */
function isEmail(email: string): boolean {
  return (
    email.isWellFormed() &&
    /^[^\s@"(),:;<>[\]\\\p{C}]+@[\p{L}\p{N}\p{M}-]+(?:\.[\p{L}\p{N}\p{M}-]+)*$/u.test(email) &&
    !/^\.|\.\.|\.@/.test(email)
  );
}
