import { format, stripVTControlCharacters } from "node:util";
import pino from "pino";

/**
 * The log of the server: JSON lines on stderr. Values under these names are never written, wherever
 * in a logged object they stand.
 */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? "info",
    redact: {
      paths: ["password", "token", "secret", "authorization", "cookie"].flatMap((name) => [
        name,
        `*.${name}`,
        `*.*.${name}`,
      ]),
      censor: "[redacted]",
    },
  },
  pino.destination(2),
);

/** At which level the log has what a method of the console is given. */
const consoleLevels = {
  error: "error",
  warn: "warn",
  // At a terminal, what the framework has to say while nothing is wrong would stand between lines for people.
  info: process.stderr.isTTY ? "debug" : "info",
  log: process.stderr.isTTY ? "debug" : "info",
  debug: "debug",
  trace: "debug",
} as const;

/**
 * Makes this the only writer of the process: what the framework and other packages tell the console, and
 * what Node warns of, are lines of the log from now on.
 */
export function takeConsole(): void {
  for (const [method, level] of Object.entries(consoleLevels)) {
    const write = (...told: unknown[]) => {
      const err = told.find((one) => one instanceof Error);
      const words = told.filter((one) => one !== err);
      const msg = plain(words.length > 0 ? format(...words) : (err?.message ?? ""));
      // Empty lines are between others, for the eye.
      if (err) log[level]({ err }, msg);
      else if (msg !== "") log[level](msg);
    };
    Object.assign(console, { [method]: write });
  }
  process.removeAllListeners("warning");
  process.on("warning", (err) => log.warn({ err }, "Node warns"));
}

/** A text without colours, and without the sign with which Next begins a line. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .trim()
    .replace(/^[⨯✓⚠▲○●»]\s*/u, "");
}
