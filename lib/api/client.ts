// Runs in the browser: what validates may be imported here as a type only.
import type { AnswerOf, BodyOf, EndpointKey, PathOf, QueryOf } from "./contract";
import type { Problem } from "./endpoint";

/** Why not, in words to show as they stand. */
export type Failure = {
  readonly ok: false;
  readonly message: string;
  /** The field of a form that is to blame; null where none is. */
  readonly field: string | null;
  /** "unreachable" where no answer came, or none that can be read. */
  readonly code: Problem["code"] | "unreachable";
};

/** What the API answered. */
export type Answer<Value> = { readonly ok: true; readonly value: Value } | Failure;

/** What stands in an endpoint's address. */
type Target<Key extends EndpointKey> = (keyof PathOf<Key> extends never
  ? { readonly path?: undefined }
  : { readonly path: PathOf<Key> }) & { readonly query?: QueryOf<Key, "input"> };

/** What an endpoint is called with; a form is the body of an upload. */
type Call<Key extends EndpointKey> = Target<Key> &
  (undefined extends BodyOf<Key, "input">
    ? { readonly body?: BodyOf<Key, "input"> | FormData }
    : { readonly body: BodyOf<Key, "input"> }) & {
    readonly signal?: AbortSignal;
    /** Where the session has ended: go to sign in and come back after, or stay to be told. */
    readonly signedOut?: "sign-in" | "stay";
  };

/** Has whoever is signed in show again who they are. @returns whether they did */
type AskForProof = () => Promise<boolean>;

let askForProof: AskForProof | null = null;

/** Says how calls that are refused as "proof_needed" get one, and are made again; null: they stay refused. */
export function onProofNeeded(ask: AskForProof | null): void {
  askForProof = ask;
}

/**
 * Calls an endpoint: `call("GET /projects/{project}", { path: { project } })`. Never rejects: a call
 * that `signal` aborts is one that was not answered.
 */
export async function call<Key extends EndpointKey>(
  endpoint: Key,
  given: Call<Key>,
): Promise<Answer<AnswerOf<Key>>> {
  const { body, signal, signedOut } = given;
  const [method = "GET"] = endpoint.split(" ");
  const response = await fetch(urlOf(endpoint, given), {
    method,
    ...(signal ? { signal } : {}),
    ...(body === undefined || body instanceof FormData
      ? { body: body ?? null }
      : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(() => null);
  if (!response) return unanswered("Gainsay cannot be reached. Are you online?");
  const answer = await answerIn<Key>(response, signedOut);
  const needsProof = !answer.ok && answer.code === "proof_needed";
  return needsProof && (await askForProof?.()) ? call(endpoint, given) : answer;
}

/** The address of an endpoint; what is undefined in a query is left out. */
export function urlOf<Key extends EndpointKey>(
  endpoint: Key,
  { path, query }: Target<Key>,
): string {
  const values: Readonly<Record<string, string>> = path ?? {};
  const filled = endpoint
    .replace(/^\w+ /, "")
    .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(name, String(value));
  }
  return `/api/v1${filled}${search.size > 0 ? `?${search}` : ""}`;
}

/** What a response of an endpoint says, however it was asked for. */
export async function answerIn<Key extends EndpointKey>(
  response: Response,
  signedOut: "sign-in" | "stay" = "sign-in",
): Promise<Answer<AnswerOf<Key>>> {
  if (response.ok) {
    try {
      // The server answers with what the contract says; its tests see to that.
      const value = (response.status === 204 ? null : await response.json()) as AnswerOf<Key>;
      return { ok: true, value };
    } catch {
      return unanswered("The answer broke off on its way. Please try again.");
    }
  }
  const failure = await failureIn(response);
  if (failure.code === "unauthenticated" && signedOut === "sign-in") {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  return failure;
}

/** What a problem says, or what may be said of an answer that is none. */
export async function failureIn(response: Response): Promise<Failure> {
  // A proxy on the way may have answered with something else.
  const problem: Partial<Problem> | null = await response.json().catch(() => null);
  const told = problem?.detail ?? "Something went wrong. Please try again.";
  return {
    ok: false,
    message: problem?.id === undefined ? told : `${told} (${problem.id})`,
    field: problem?.field ?? null,
    code: problem?.code ?? "defect",
  };
}

function unanswered(message: string): Failure {
  return { ok: false, message, field: null, code: "unreachable" };
}
