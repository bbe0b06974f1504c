import type { Operation } from "@/lib/domain/operation";
import {
  fieldsOf,
  isAttributes,
  isDecision,
  isListOf,
  isOperation,
  isRelation,
  isRevision,
  isSpan,
} from "./shapes";
import type { AppliedOperation, SetContent, SetState } from "./working-copy";

/** An annotation set as the server has it. */
export type ServerSet = SetState & {
  readonly submittedAt: string | null;
  /** The version of its scheme. */
  readonly scheme: unknown;
};

/** The same, compared with what was known of it here. */
export type ComparedSet = ServerSet & {
  /** What it was before its history parted from the one known here; null if it has not. */
  readonly common: SetContent | null;
};

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
  | {
      readonly kind: "accepted";
      readonly revisions: ReadonlyMap<string, number>;
      /** Of the history up to the last of them; see {@link SetState}. */
      readonly head: string | null;
    }
  /** None of it is applied now; `history` is what the set has been through since the batch's revision. */
  | {
      readonly kind: "stale";
      readonly revision: number;
      readonly head: string | null;
      readonly history: readonly AppliedOperation[];
    }
  /** None of it is applied: the set's history does not go on from the one that is known here. */
  | { readonly kind: "parted" };

export type Fetched = Failure | { readonly kind: "set"; readonly set: ComparedSet };

/**
 * The server, as far as one annotation set needs it. Nothing here throws. Each request says by its
 * `head` what is known here, and so finds out whether the server has gone back in time; null, or none, says nothing.
 */
export type Transport = {
  /** @param operations none is in there twice */
  send(revision: number, operations: readonly Operation[], head?: string | null): Promise<Sent>;
  fetchSet(head?: string | null): Promise<Fetched>;
  /** Submits the set at a revision; "refused" if that is not the server's. */
  submit(revision: number, head?: string | null, asked?: Asked): Promise<Fetched>;
  /** Opens the submitted set again; "refused" if the revision is not the server's. */
  reopen(revision: number, head?: string | null): Promise<Fetched>;
};

/** What whoever submits says besides. */
export type Asked = {
  /** Gold is settled though disputes are left in it. */
  readonly leave_disputes?: true;
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

  async send(
    revision: number,
    operations: readonly Operation[],
    head: string | null = null,
  ): Promise<Sent> {
    const answer = await this.#request("/operations", { revision, head, operations });
    if (!("status" in answer)) return answer;
    if (answer.status === 200) return acceptedFrom(answer.body, operations) ?? nonsense;
    return conflictFrom(answer.body) ?? failureFrom(answer);
  }

  async fetchSet(head: string | null = null): Promise<Fetched> {
    return setFrom(await this.#request(head === null ? "" : `?head=${encodeURIComponent(head)}`));
  }

  async submit(revision: number, head: string | null = null, asked?: Asked): Promise<Fetched> {
    return setFrom(await this.#request("/submit", { revision, head, ...asked }));
  }

  async reopen(revision: number, head: string | null = null): Promise<Fetched> {
    return setFrom(await this.#request("/reopen", { revision, head }));
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
  const content = contentFrom(answer.body);
  const { head, submitted_at, scheme_version: scheme, common = null } = fieldsOf(answer.body);
  const before = contentFrom(common);
  if (!content || !isTextOrNull(submitted_at)) return nonsense;
  if (common !== null && before === null) return nonsense;
  const set = { ...content, head: textOf(head), submittedAt: submitted_at, scheme, common: before };
  return { kind: "set", set };
}

function contentFrom(body: unknown): SetContent | null {
  const { revision, note, attributes = {}, spans, relations, decisions } = fieldsOf(body);
  const sound =
    isRevision(revision) &&
    isTextOrNull(note) &&
    isAttributes(attributes) &&
    isListOf(spans, isSpan) &&
    isListOf(relations, isRelation) &&
    (decisions === undefined || isListOf(decisions, isDecision));
  return sound ? { revision, note: note ?? "", attributes, spans, relations, decisions } : null;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

/** Null for what is no text. */
function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function acceptedFrom(body: unknown, sent: readonly Operation[]): Sent | null {
  const { operations, head } = fieldsOf(body);
  if (!isListOf(operations, isNumbered)) return null;
  const revisions = new Map(operations.map(({ id, revision }) => [id, revision]));
  const whole = sent.every(({ id }) => revisions.has(id));
  return whole ? { kind: "accepted", revisions, head: textOf(head) } : null;
}

function conflictFrom(body: unknown): Sent | null {
  const { code, revision, head, operations } = fieldsOf(body);
  if (code === "other_history") return { kind: "parted" };
  if (code !== "stale_revision" || !isRevision(revision) || !Array.isArray(operations)) return null;
  // One of a kind that this page does not know yet leaves a gap, and the whole set is asked for.
  const history = operations.filter(isApplied);
  return { kind: "stale", revision, head: textOf(head), history };
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
