/** What the API answered: a value, or why not, in words to show as they stand. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly field: string | null };

/**
 * Calls the API. Where the session has ended meanwhile, it goes to sign in, and comes back after.
 *
 * @typeParam T the shape of a good answer, as the route's schema has it; `null` where it has no body
 */
export async function call<T = null>(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: `/api/${string}`,
  body?: unknown,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Answer<T>> {
  const response = await fetch(path, {
    method,
    ...(signal ? { signal } : {}),
    ...(body === undefined
      ? {}
      : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(() => null);
  if (!response) return failed("Gainsay cannot be reached. Are you online?");
  if (response.ok) {
    // The server builds its answers by the same schema that T is taken from.
    const value = (response.status === 204 ? null : await response.json()) as T;
    return { ok: true, value };
  }
  const problem = await problemIn(response);
  if (problem.code === "unauthenticated" && !location.pathname.startsWith("/invite/")) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  return problem.answer;
}

/** Reads a problem+json answer. */
export async function problemIn(response: Response) {
  const problem: unknown = await response.json().catch(() => null);
  const { code, detail, field, id } = (problem ?? {}) as Record<string, unknown>;
  const told = typeof detail === "string" ? detail : "Something went wrong. Please try again.";
  return {
    code,
    answer: failed(
      typeof id === "string" ? `${told} (${id})` : told,
      typeof field === "string" ? field : null,
    ),
  };
}

function failed(message: string, field: string | null = null) {
  return { ok: false, message, field } as const;
}
