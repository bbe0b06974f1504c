/**
 * The stable codes of expected trouble. They are part of the API: a client may branch on them,
 * so a code is never renamed.
 */
export const refusalCodes = [
  "unauthenticated",
  "forbidden",
  "not_found",
  "invalid",
  "conflict",
  "stale_revision",
  "operation_reused",
  "unprocessable",
  "too_large",
  "unsupported",
  "rate_limited",
  "cross_origin",
  "unavailable",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** What a program can do something with: positions, field names, the current revision … */
export type RefusalDetails = Readonly<Record<string, unknown>>;

/**
 * Expected trouble, told to people. Its message is shown as it stands, so it never holds a secret
 * or an internal name. Anything else that is thrown is a defect.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
