import { type AnnotationContext, Annotations, type Operation } from "@/lib/domain/operation";
import type { Outbox } from "./outbox";
import type { Fetched, Sent, ServerSet, Transport } from "./transport";

/** A server within the page, for practising: it takes everything by the rules, and forgets it with the page. */
export class PracticeServer implements Transport {
  readonly #set: Annotations;
  readonly #context: AnnotationContext;
  readonly #scheme: unknown;
  #revision: number;
  #submittedAt: string | null;

  constructor(set: ServerSet, context: AnnotationContext) {
    this.#set = new Annotations(set);
    this.#context = context;
    this.#scheme = set.scheme;
    this.#revision = set.revision;
    this.#submittedAt = set.submittedAt;
  }

  async send(_revision: number, operations: readonly Operation[]): Promise<Sent> {
    const revisions = new Map<string, number>();
    for (const operation of operations) {
      this.#set.apply(operation, this.#context);
      this.#revision += 1;
      revisions.set(operation.id, this.#revision);
    }
    return { kind: "accepted", revisions, head: null };
  }

  async fetchSet(): Promise<Fetched> {
    const { spans, relations, note, attributes } = this.#set;
    return {
      kind: "set",
      set: {
        revision: this.#revision,
        head: null,
        note,
        attributes,
        spans: [...spans.values()],
        relations: [...relations.values()],
        submittedAt: this.#submittedAt,
        scheme: this.#scheme,
        common: null,
      },
    };
  }

  submit(): Promise<Fetched> {
    this.#submittedAt = new Date().toISOString();
    return this.fetchSet();
  }

  reopen(): Promise<Fetched> {
    this.#submittedAt = null;
    return this.fetchSet();
  }
}

/** Keeps nothing: what is practised is not to be found again as unsent work. */
export const forgetfulOutbox: Outbox = {
  put: async () => undefined,
  remove: async () => undefined,
  all: async () => ({ operations: [], unreadable: [] }),
  allOf: async () => ({ operations: [], unreadable: [] }),
  reconnect: () => undefined,
};
