import { type AnnotationContext, Annotations, type Operation } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import type { Applied } from "@/lib/sync/ledger";
import type { Kept, Outbox, Owner } from "@/lib/sync/outbox";
import type { Fetched, Sent, ServerSet, Transport, Trouble } from "@/lib/sync/transport";

/** What becomes of the next requests; "after": it is done, and the answer is lost. */
export type Weather = "fine" | "before" | "after";

/** One annotation set on a server in memory that keeps the promises of DESIGN 5. */
export class SetOnServer {
  readonly log: Applied[] = [];
  submittedAt: string | null = null;
  signedIn = true;
  /** Asked at each request. */
  weather: () => Weather = () => "fine";
  readonly #context: AnnotationContext;
  #annotations = new Annotations();

  constructor(context: AnnotationContext) {
    this.#context = context;
  }

  get state(): ServerSet {
    const { spans, relations, note } = this.#annotations;
    return {
      revision: this.log.length,
      note,
      spans: [...spans.values()],
      relations: [...relations.values()],
      submittedAt: this.submittedAt,
    };
  }

  /** The way to it from one browser, with a weather of its own if wanted. */
  transport(weather = () => this.weather()): Transport {
    return {
      send: (revision, operations) =>
        this.#answer(weather, () => this.#apply(revision, operations)),
      fetchSet: () => this.#answer(weather, (): Fetched => ({ kind: "set", set: this.state })),
      close: (revision, how) =>
        this.#answer(weather, (): Fetched => {
          if (revision !== this.log.length) {
            return { kind: "refused", code: "stale_revision", reason: "stale", operation: null };
          }
          this.submittedAt = how === "submit" ? "2024-07-30T14:35:34.000Z" : null;
          return { kind: "set", set: this.state };
        }),
    };
  }

  async #answer<T>(weather: () => Weather, work: () => T): Promise<T | Trouble> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!this.signedIn) return { kind: "signed_out" };
    const now = weather();
    if (now === "before") return { kind: "unreachable" };
    const answer = structuredClone(work());
    await new Promise((resolve) => setTimeout(resolve, 0));
    return now === "after" ? { kind: "unreachable" } : answer;
  }

  #apply(revision: number, operations: readonly Operation[]): Sent {
    const known = new Map(this.log.map((applied) => [applied.id, applied.revision]));
    const fresh = operations.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) {
      const seen = operations.map(({ id }) => known.get(id) ?? 0);
      if (Math.max(revision, ...seen) !== this.log.length) {
        const history = this.log.filter((applied) => applied.revision > revision);
        return { kind: "stale", revision: this.log.length, history };
      }
      if (this.submittedAt !== null) {
        return { kind: "refused", code: "conflict", reason: "submitted", operation: null };
      }
      const { spans, relations, note } = this.#annotations;
      const next = new Annotations({ spans: spans.values(), relations: relations.values(), note });
      for (const operation of fresh) {
        try {
          next.apply(operation, this.#context);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const { code, message: reason } = error;
          return { kind: "refused", code, reason, operation: operation.id };
        }
      }
      this.#annotations = next;
      for (const operation of fresh) {
        this.log.push({ ...structuredClone(operation), revision: this.log.length + 1 });
        known.set(operation.id, this.log.length);
      }
    }
    return {
      kind: "accepted",
      revision: Math.max(...operations.map(({ id }) => known.get(id) ?? 0)),
    };
  }
}

/** An outbox that outlives sessions as IndexedDB outlives pages. */
export class OutboxInMemory implements Outbox {
  readonly entries = new Map<string, Kept>();

  async put(entries: readonly Kept[]): Promise<void> {
    for (const entry of entries) this.entries.set(entry.id, structuredClone(entry));
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.entries.delete(id);
  }

  async all({ user, set }: Owner): Promise<Kept[]> {
    return (await this.allOf(user)).filter((entry) => entry.set === set);
  }

  async allOf(user: string): Promise<Kept[]> {
    return [...this.entries.values()]
      .filter((entry) => entry.user === user)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
