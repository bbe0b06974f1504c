import { z } from "zod";
import { Operation, RelationShape, SpanShape } from "@/lib/domain/schemas";
import type { Applied, SetState } from "./ledger";

// Compiling schemas needs eval, which the page's policy forbids.
z.config({ jitless: true });

const revision = z.number().int().min(0);
const Accepted = z.object({ revision });
const Stale = z.object({
  code: z.literal("stale_revision"),
  revision,
  operations: z.array(z.looseObject({ id: z.string(), type: z.string(), revision })),
});
const Problem = z.object({
  code: z.string(),
  detail: z.string(),
  operation: z.string().optional(),
});
const WireSet = z.object({
  revision,
  note: z.string().nullable(),
  submitted_at: z.string().nullable(),
  spans: z.array(z.object(SpanShape.shape)),
  relations: z.array(z.object(RelationShape.shape)),
});

/** An annotation set as the server has it. */
export type ServerSet = SetState & { readonly submittedAt: string | null };

/** Trouble that any request may meet. */
export type Trouble =
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed_out" }
  /** It may work later by itself; `after` is in milliseconds. */
  | { readonly kind: "later"; readonly reason: string; readonly after: number | null }
  | { readonly kind: "forbidden"; readonly reason: string }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly reason: string;
      /** The id of the operation that is to blame, if the server says. */
      readonly operation: string | null;
    };

export type Sent =
  | Trouble
  | { readonly kind: "accepted"; readonly revision: number }
  | {
      readonly kind: "stale";
      readonly revision: number;
      readonly history: readonly Applied[];
    };

export type Fetched = Trouble | { readonly kind: "set"; readonly set: ServerSet };

/** The server, as far as annotating needs it. Nothing here throws. */
export type Transport = {
  send(revision: number, operations: readonly Operation[]): Promise<Sent>;
  fetchSet(): Promise<Fetched>;
  /** Submits the set at a revision, or reopens it. */
  close(revision: number, how: "submit" | "reopen"): Promise<Fetched>;
};

/** A request that takes longer is given up: the operations are sent again, under the same ids. */
const TIMEOUT = 30_000;

/** Browsers let at most 64 KiB outlive the page. */
const KEEPALIVE = 60_000;

export class HttpTransport implements Transport {
  readonly #base: string;

  constructor(set: string) {
    this.#base = `/api/v1/annotation-sets/${set}`;
  }

  async send(at: number, operations: readonly Operation[]): Promise<Sent> {
    const answer = await request(`${this.#base}/operations`, { revision: at, operations });
    if (!("status" in answer)) return answer;
    const stale = Stale.safeParse(answer.body);
    if (answer.status === 409 && stale.success) return staleFrom(stale.data);
    if (answer.status !== 200) return troubleFrom(answer);
    const accepted = Accepted.safeParse(answer.body);
    return accepted.success
      ? { kind: "accepted", revision: accepted.data.revision }
      : { kind: "later", reason: "The server's answer makes no sense.", after: null };
  }

  async fetchSet(): Promise<Fetched> {
    return setFrom(await request(this.#base));
  }

  async close(at: number, how: "submit" | "reopen"): Promise<Fetched> {
    return setFrom(await request(`${this.#base}/${how}`, { revision: at }));
  }
}

type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: number | null;
};

async function request(url: string, body?: unknown): Promise<Answer | Trouble> {
  const text = body === undefined ? null : JSON.stringify(body);
  try {
    const response = await fetch(url, {
      ...(text === null
        ? {}
        : { method: "POST", body: text, headers: { "Content-Type": "application/json" } }),
      keepalive: text !== null && text.length < KEEPALIVE / 3,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const retry = Number(response.headers.get("Retry-After"));
    return {
      status: response.status,
      body: await response.json().catch(() => null),
      retryAfter: retry > 0 ? retry * 1000 : null,
    };
  } catch {
    return { kind: "unreachable" };
  }
}

function staleFrom({ revision: at, operations }: z.infer<typeof Stale>): Sent {
  const history: Applied[] = [];
  for (const { revision: after, ...operation } of operations) {
    const known = Operation.safeParse(operation);
    if (known.success) history.push({ ...known.data, revision: after });
  }
  return { kind: "stale", revision: at, history };
}

function setFrom(answer: Answer | Trouble): Fetched {
  if (!("status" in answer)) return answer;
  if (answer.status !== 200) return troubleFrom(answer);
  const found = WireSet.safeParse(answer.body);
  if (!found.success) {
    return { kind: "later", reason: "The server's answer makes no sense.", after: null };
  }
  const { submitted_at, note, ...set } = found.data;
  return { kind: "set", set: { ...set, note: note ?? "", submittedAt: submitted_at } };
}

function troubleFrom({ status, body, retryAfter }: Answer): Trouble {
  const problem = Problem.safeParse(body);
  const reason = problem.success ? problem.data.detail : `The server answered ${status}.`;
  if (status === 401) return { kind: "signed_out" };
  if (status === 403 || status === 404) return { kind: "forbidden", reason };
  if (status === 408 || status === 429 || status >= 500 || status < 400) {
    return { kind: "later", reason, after: retryAfter };
  }
  return {
    kind: "refused",
    code: problem.success ? problem.data.code : String(status),
    reason,
    operation: problem.success ? (problem.data.operation ?? null) : null,
  };
}
