import Bowser from "bowser";

/**
 * What to call a browser before its user: "Firefox on Windows".
 *
 * @param userAgent as it names itself, which anybody may make up
 */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return unknown;
  const { browser, os } = Bowser.parse(userAgent.slice(0, MAX_LENGTH));
  if (!browser.name || browser.name.length > MAX_NAME_LENGTH) return unknown;
  return os.name ? `${browser.name} on ${os.name}` : browser.name;
}

const unknown = "An unknown browser";

/** In UTF-16 units: what is longer is made up, and costs to take apart. */
const MAX_LENGTH = 512;

/** Of what is no browser, the name is what it says before the first slash. */
const MAX_NAME_LENGTH = 40;
