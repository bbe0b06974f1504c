/**
 * The stable codes of expected trouble. They are part of the API: a client may branch on them,
 * so a code is never renamed.
 */
export const refusalCodes = [
  "unauthenticated",
  "forbidden",
  /** An API token is used for something that it was not made for: `scope` says what it lacks. */
  "token_scope",
  /** Whoever is signed in has to show again who they are, as by the password: `POST /me/proof`. */
  "proof_needed",
  "not_found",
  "invalid",
  "conflict",
  "stale_revision",
  "operation_reused",
  /** The history that the client knows is not the server's, as after a restored backup. */
  "other_history",
  /** Other people's work would go, and nobody has said that it may: `work` says how much. */
  "has_work",
  /** It is in the trash, from which an admin can restore it. */
  "deleted",
  "unprocessable",
  "too_large",
  "unsupported",
  "rate_limited",
  "cross_origin",
  "unavailable",
  "method_not_allowed",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** What a program can do something with: positions, field names, the current revision … */
export type RefusalDetails = Readonly<Record<string, unknown>>;

/**
 * Expected trouble, told to people. Its message is shown as it stands, so it never holds a secret
 * or an internal name. Anything else that is thrown is a defect.
 */
export class Refusal extends Error {
  /** By its name: the bundles of one server have a copy of this class each, and pass each other theirs. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "Refusal" && "code" in value;
  }

  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly details: RefusalDetails;
  /** What a page learns of something thrown on the server, where its message is kept back. */
  readonly digest: string;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
    this.digest = `refusal:${code}`;
  }
}
