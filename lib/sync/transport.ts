import type { Operation } from "@/lib/domain/operation";
import { fieldsOf, isListOf, isOperation, isRelation, isRevision, isSpan } from "./shapes";
import type { AppliedOperation, SetState } from "./working-copy";

/** An annotation set as the server has it. */
export type ServerSet = SetState & { readonly submittedAt: string | null };

/** Why a request came to nothing. */
export type Failure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed_out" }
  /** It may work later by itself; `after` is in milliseconds, null if the server does not say. */
  | { readonly kind: "later"; readonly reason: string; readonly after: number | null }
  | { readonly kind: "forbidden"; readonly reason: string }
  | {
      readonly kind: "refused";
      /** See {@link RefusalCode}; the status in digits if the server does not say. */
      readonly code: string;
      readonly reason: string;
      /** The id of the operation that is to blame, if the server says. */
      readonly operation: string | null;
    };

/** What became of a batch of operations. */
export type Sent =
  | Failure
  /** All of it is applied; `revisions` has the set's revision after each, by the operation's id. */
  | { readonly kind: "accepted"; readonly revisions: ReadonlyMap<string, number> }
  /** None of it is applied now; `history` is what the set has been through since the batch's revision. */
  | {
      readonly kind: "stale";
      readonly revision: number;
      readonly history: readonly AppliedOperation[];
    };

export type Fetched = Failure | { readonly kind: "set"; readonly set: ServerSet };

/** The server, as far as one annotation set needs it. Nothing here throws. */
export type Transport = {
  /** @param operations none is in there twice */
  send(revision: number, operations: readonly Operation[]): Promise<Sent>;
  fetchSet(): Promise<Fetched>;
  /** Submits the set at a revision; "refused" if that is not the server's. */
  submit(revision: number): Promise<Fetched>;
  /** Opens the submitted set again; "refused" if the revision is not the server's. */
  reopen(revision: number): Promise<Fetched>;
};

/** A request that takes longer is given up: the operations are sent again, under the same ids. */
const TIMEOUT = 30_000;

/** Browsers let at most 64 KiB outlive the page: bytes, of which a UTF-16 unit may take three. */
const KEEPALIVE = 60_000 / 3;

const nonsense: Failure = {
  kind: "later",
  reason: "The server's answer makes no sense.",
  after: null,
};

/** Speaks `/api/v1` in the browser, as whoever is signed in. */
export class HttpTransport implements Transport {
  readonly #url: string;
  readonly #fetch: typeof fetch;

  /** @param send `fetch`, or what stands in for it */
  // Stryker disable next-line ArrowFunction: the browser's own, in the tests of the pages
  constructor(set: string, send: typeof fetch = (...request) => fetch(...request)) {
    this.#url = `/api/v1/annotation-sets/${set}`;
    this.#fetch = send;
  }

  async send(revision: number, operations: readonly Operation[]): Promise<Sent> {
    const answer = await this.#request("/operations", { revision, operations });
    if (!("status" in answer)) return answer;
    if (answer.status === 200) return acceptedFrom(answer.body, operations) ?? nonsense;
    return staleFrom(answer.body) ?? failureFrom(answer);
  }

  async fetchSet(): Promise<Fetched> {
    return setFrom(await this.#request(""));
  }

  async submit(revision: number): Promise<Fetched> {
    return setFrom(await this.#request("/submit", { revision }));
  }

  async reopen(revision: number): Promise<Fetched> {
    return setFrom(await this.#request("/reopen", { revision }));
  }

  async #request(path: string, body?: unknown): Promise<Answer | Failure> {
    const text = body === undefined ? null : JSON.stringify(body);
    try {
      const response = await this.#fetch(this.#url + path, {
        ...(text === null
          ? {}
          : { method: "POST", body: text, headers: { "Content-Type": "application/json" } }),
        // Stryker disable next-line EqualityOperator: a unit more or less is well within it
        keepalive: text !== null && text.length < KEEPALIVE,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const seconds = Number(response.headers.get("Retry-After"));
      return {
        status: response.status,
        // Stryker disable next-line ArrowFunction: without a body, nothing is found in it
        body: await response.json().catch(() => null),
        after: seconds > 0 ? seconds * 1000 : null,
      };
    } catch {
      return { kind: "unreachable" };
    }
  }
}

type Answer = {
  readonly status: number;
  /** Null if it is no JSON. */
  readonly body: unknown;
  readonly after: number | null;
};

function setFrom(answer: Answer | Failure): Fetched {
  if (!("status" in answer)) return answer;
  if (answer.status !== 200) return failureFrom(answer);
  const { revision, note, submitted_at, spans, relations } = fieldsOf(answer.body);
  const sound =
    isRevision(revision) &&
    (note === null || typeof note === "string") &&
    (submitted_at === null || typeof submitted_at === "string") &&
    isListOf(spans, isSpan) &&
    isListOf(relations, isRelation);
  if (!sound) return nonsense;
  return {
    kind: "set",
    set: { revision, note: note ?? "", submittedAt: submitted_at, spans, relations },
  };
}

function acceptedFrom(body: unknown, sent: readonly Operation[]): Sent | null {
  const { operations } = fieldsOf(body);
  if (!isListOf(operations, isNumbered)) return null;
  const revisions = new Map(operations.map(({ id, revision }) => [id, revision]));
  return sent.every(({ id }) => revisions.has(id)) ? { kind: "accepted", revisions } : null;
}

function staleFrom(body: unknown): Sent | null {
  const { code, revision, operations } = fieldsOf(body);
  if (code !== "stale_revision" || !isRevision(revision) || !Array.isArray(operations)) return null;
  // One of a kind that this page does not know yet leaves a gap, and the whole set is asked for.
  return { kind: "stale", revision, history: operations.filter(isApplied) };
}

function failureFrom({ status, body, after }: Answer): Failure {
  const { code, detail, operation } = fieldsOf(body);
  const reason = typeof detail === "string" ? detail : `The server answered ${status}.`;
  if (status === 401) return { kind: "signed_out" };
  // Deleted (410) is for somebody else to take back: until then it waits, as what is forbidden does.
  if (status === 403 || status === 404 || status === 410) return { kind: "forbidden", reason };
  if (status === 408 || status === 429 || status >= 500 || status < 400) {
    return { kind: "later", reason, after };
  }
  return {
    kind: "refused",
    code: typeof code === "string" ? code : String(status),
    reason,
    operation: typeof operation === "string" ? operation : null,
  };
}

function isNumbered(value: unknown): value is { id: string; revision: number } {
  const { id, revision } = fieldsOf(value);
  // Stryker disable next-line ConditionalExpression: any other is none of an operation's
  return typeof id === "string" && isRevision(revision);
}

function isApplied(value: unknown): value is AppliedOperation {
  return isNumbered(value) && isOperation(value);
}
