import { Refusal } from "@/lib/domain/refusal";
import { Prisma } from "./generated/client";

/**
 * What can be the matter with a database that does not do what it was asked, in words for people, and
 * after how many seconds it is worth asking again. None of it is the fault of whoever asked.
 */
const troubles = {
  away: {
    seconds: 5,
    message:
      "The database cannot be reached at the moment. What was saved is safe; try again soon.",
  },
  crowded: {
    seconds: 5,
    message: "The database has no connection free at the moment. Try again soon.",
  },
  full: {
    seconds: 60,
    message:
      "The database has no space left, so nothing can be saved until its operator makes some. What was saved is safe.",
  },
  read_only: {
    seconds: 30,
    message: "The database takes no changes at the moment. What was saved is safe; try again soon.",
  },
  busy: {
    seconds: 2,
    message: "The database is too busy to answer in time. Try again soon.",
  },
} as const;

type TroubleKind = keyof typeof troubles;

/**
 * The SQLSTATEs that are trouble, the first that fits; a pattern is a class of them or one.
 *
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const sqlStates: readonly (readonly [RegExp, TroubleKind])[] = [
  [/^08/, "away"], // connection exceptions
  [/^28/, "away"], // it no longer lets us in: a password was changed
  [/^3D000$/, "away"], // the database was renamed or dropped
  [/^57P0[1-5]$/, "away"], // shutting down, crashed, starting, dropped, idle for too long
  [/^25P0[34]$/, "busy"], // a transaction stood still, or took too long
  [/^58030$/, "away"], // input or output failed
  [/^53100$/, "full"],
  [/^53300$/, "crowded"],
  [/^53/, "busy"], // out of memory, or at another limit: it passes when others are done
  [/^25006$/, "read_only"],
  [/^55P03$/, "busy"], // a lock that did not come free
  [/^40(?:001|P01)$/, "busy"], // undone for another's sake: the next attempt may do
  [/^57014$/, "busy"], // ended by a time limit, or by the operator
];

/** What `pg` and its pool say in words alone. */
const sentences: readonly (readonly [RegExp, TroubleKind])[] = [
  [/timeout exceeded when trying to connect/, "crowded"],
  [
    /connection (?:terminated|ended|timeout|error)|timeout expired|not queryable|after calling end on the pool|closed the connection|does not support SSL/i,
    "away",
  ],
];

/** Which trouble of the database an error of `pg` tells of; null for anything else, a defect of ours. */
function troubleKind(error: unknown): TroubleKind | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/^[0-9A-Z]{5}$/.test(code) && "severity" in error) {
    return sqlStates.find(([pattern]) => pattern.test(code))?.[1] ?? null;
  }
  const told = sentences.find(([pattern]) => pattern.test(error.message));
  if (told) return told[1];
  // Of the system's own: no network, no such host, nobody listens, a certificate that is not believed.
  return "syscall" in error || /CERT|TLS|SSL/.test(code) ? "away" : null;
}

/** Trouble of the database. Its cause is for the log. */
class DatabaseTrouble extends Refusal {
  /** Prisma makes an error of its own out of all that have a code, and of theirs keeps that and this. */
  readonly meta: { readonly reason: TroubleKind };

  constructor(reason: TroubleKind, cause: unknown) {
    const { seconds, message } = troubles[reason];
    super("unavailable", message, { reason, retry_after_seconds: seconds });
    this.cause = cause;
    this.meta = { reason };
  }
}

/** An error of `pg` as everybody above the store meets it: trouble of the database is a Refusal. */
export function inOurWords(error: unknown): unknown {
  const kind = troubleKind(error);
  return kind === null ? error : new DatabaseTrouble(kind, error);
}

/** The same for what Prisma made of it, and for its own word for a transaction that came to no end. */
export function inOurWordsFromPrisma(error: unknown): unknown {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return inOurWords(error);
  if (error.code === "P2028") return new DatabaseTrouble("busy", error);
  const reason = error.meta?.reason;
  return error.code === "unavailable" && isTroubleKind(reason)
    ? new DatabaseTrouble(reason, error)
    : error;
}

const isTroubleKind = (reason: unknown): reason is TroubleKind =>
  typeof reason === "string" && Object.hasOwn(troubles, reason);

/**
 * Whether an error says that the database was not there, or undid the work for reasons of its own. A
 * transaction that ends so has changed nothing, unless it broke off while it was being committed.
 *
 * @param kind asks for that kind alone
 */
export function isDatabaseTrouble(error: unknown, kind?: TroubleKind): boolean {
  if (!(error instanceof Refusal) || error.code !== "unavailable") return false;
  const { reason } = error.details;
  return isTroubleKind(reason) && (kind === undefined || reason === kind);
}
