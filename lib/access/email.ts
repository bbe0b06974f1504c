import { domainToASCII, domainToUnicode } from "node:url";
import { isBlank } from "@/lib/domain/blank";
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
  const typed = written.normalize("NFKC").trim().toLowerCase().normalize("NFKC");
  const at = typed.lastIndexOf("@");
  // An internationalised domain is one domain, written in its script or as xn--….
  const email = `${typed.slice(0, at)}@${domainToUnicode(domainToASCII(typed.slice(at + 1)))}`;
  if (at < 0 || [...typed].length > MAX_EMAIL_LENGTH || !isEmail(typed) || !isEmail(email)) {
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
    ![...email].some(isBlank) &&
    /^[^\s@"(),:;<>[\]\\\p{C}]+@[\p{L}\p{N}\p{M}-]+(?:\.[\p{L}\p{N}\p{M}-]+)*$/u.test(email) &&
    !/[.@]\d+$/.test(email) && // an address of a machine
    !/^\.|\.\.|\.@/.test(email)
  );
}
