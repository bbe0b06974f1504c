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
