import { isBlank } from "./blank";
import { MAX_REASON_LENGTH } from "./limits";
import { Refusal } from "./refusal";
import { checkStorable, codePointLength } from "./text";

/** The longest name of a person, a project or a token, in code points. */
export const MAX_NAME_LENGTH = 200;

/**
 * A name as people wrote it, in one line without white space around it, composed (NFC).
 *
 * @param what what it names, for the refusal: "The title"
 * @throws Refusal "invalid" if it is empty or blank, too long, or has characters that cannot be stored,
 *   seen, or that turn the direction of what follows (joiners stay: Persian needs them)
 */
export function checkedName(written: string, what: string, field: string): string {
  const name = written.normalize("NFC").trim();
  const refuse = (message: string): never => {
    throw new Refusal("invalid", message, { field });
  };
  if (name === "") return refuse(`${what} is empty.`);
  if (isBlank(name)) return refuse(`${what} has nothing in it that can be seen.`);
  if ([...name].length > MAX_NAME_LENGTH) {
    return refuse(`${what} may have ${MAX_NAME_LENGTH} characters at most.`);
  }
  if (!name.isWellFormed() || /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)) {
    return refuse(`${what} has characters that cannot be shown.`);
  }
  return name;
}

/**
 * What somebody says about a piece of work, in as many lines as they like.
 *
 * @param what what it is, for the refusal
 * @param most how many code points it may have
 * @throws Refusal "invalid" if it is blank, too long, or cannot be stored
 */
export function checkedRemark(
  written: string,
  what: "reason" | "comment",
  field: string,
  most = MAX_REASON_LENGTH,
): string {
  const remark = written.trim();
  const refuse = (message: string) => new Refusal("invalid", message, { field });
  if (isBlank(remark)) throw refuse(`The ${what} is empty.`);
  if (codePointLength(remark) > most) {
    throw refuse(`A ${what} may have ${most} characters at most.`);
  }
  checkStorable(remark, `The ${what}`);
  return remark;
}

/**
 * A project's name in paths: lower-case Latin letters, digits, and hyphens between them.
 *
 * @throws Refusal "invalid", also for what looks like an id, since projects are found by either
 */
export function checkedSlug(written: string): string {
  const slug = written.trim();
  if (
    !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(slug) ||
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(slug)
  ) {
    throw new Refusal(
      "invalid",
      "A short name has 1 to 63 lower-case letters (a-z), digits, and hyphens between them.",
      { field: "slug" },
    );
  }
  return slug;
}
