import { v7 as uuidv7 } from "uuid";
import { ZodError } from "zod";
import { Refusal, type RefusalCode } from "@/lib/domain/refusal";
import { dataHeaders } from "./headers";
import { log } from "./log";

/** Every code has its status: a new code does not compile before it is here. */
const statusOf: Record<RefusalCode, number> = {
  unauthenticated: 401,
  forbidden: 403,
  token_scope: 403,
  proof_needed: 403,
  not_found: 404,
  invalid: 400,
  conflict: 409,
  stale_revision: 409,
  operation_reused: 409,
  other_history: 409,
  has_work: 409,
  deleted: 410,
  unprocessable: 422,
  too_large: 413,
  unsupported: 415,
  rate_limited: 429,
  cross_origin: 403,
  unavailable: 503,
  method_not_allowed: 405,
};

/** A JSON answer that no cache keeps. */
export function json(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: HeadersInit } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...dataHeaders,
      "Content-Type": "application/json; charset=utf-8",
      ...Object.fromEntries(new Headers(headers)),
    },
  });
}

export function noContent(): Response {
  return new Response(null, { status: 204, headers: dataHeaders });
}

/**
 * Answers with what the work returns. A Refusal or a ZodError becomes problem+json (RFC 9457);
 * anything else is a defect: logged under an id, of which the client learns only the id.
 *
 * @param onProblem told what was thrown, before it is answered
 */
export async function respond(
  work: () => Promise<Response>,
  onProblem: (error: unknown) => Promise<void> = async () => {},
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    try {
      await onProblem(error);
    } catch (another) {
      return problem(another);
    }
    return problem(error);
  }
}

/** The problem+json of something thrown; see {@link respond}. */
export function problem(error: unknown): Response {
  if (error instanceof ZodError) {
    const issues = error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: path.join("."), message }));
    const first = issues[0];
    const where = first?.path ? ` (${first.path})` : "";
    return problemJson(400, "invalid", `${first?.message ?? "The request is not valid"}${where}`, {
      issues,
    });
  }
  if (error instanceof Refusal) {
    const { code, message, details, cause } = error;
    if (cause !== undefined) log.warn({ err: cause, code }, "a request was refused for trouble");
    const { retry_after_seconds: seconds, allow } = details;
    return problemJson(statusOf[code], code, message, details, {
      ...(typeof seconds === "number" ? { "Retry-After": String(Math.ceil(seconds)) } : {}),
      ...(Array.isArray(allow) ? { Allow: allow.join(", ") } : {}),
    });
  }
  const id = uuidv7();
  log.error({ err: error, id }, "a request failed");
  return problemJson(
    500,
    "defect",
    "Something went wrong on our side. The log has it under the id.",
    { id },
  );
}

function problemJson(
  status: number,
  code: string,
  detail: string,
  details: Readonly<Record<string, unknown>>,
  headers: Record<string, string> = {},
): Response {
  const body = {
    ...details,
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    code,
    detail,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...dataHeaders,
      ...headers,
      "Content-Type": "application/problem+json; charset=utf-8",
    },
  });
}

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
