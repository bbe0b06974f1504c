import type { Scheme } from "./scheme";

/** The largest file of a scheme that is read, in UTF-16 units: the largest scheme that there can be has fewer. */
export const MAX_SCHEME_FILE = 4 * 1024 * 1024;

/** The most that a scheme may have as it is sent to be looked at or made, in bytes: its file has room for its title, too. */
export const MAX_SCHEME_SENT = MAX_SCHEME_FILE - 4096;

/**
 * The text of the file of a scheme: JSON, with a line break at its end, and in lines as long as it can be read again
 * then. See scheme-file-schemas.ts for how it is read.
 */
export function writeSchemeFile({ title, scheme }: { title: string; scheme: Scheme }): string {
  // By code points: none is split.
  const file = { gainsay_scheme: 1, title: [...title].slice(0, 100).join(""), scheme };
  const inLines = `${JSON.stringify(file, null, 2)}\n`;
  const bytes = new TextEncoder().encode(inLines).byteLength;
  return bytes > MAX_SCHEME_FILE ? `${JSON.stringify(file)}\n` : inLines;
}
