import { layerAtFirst } from "@/lib/domain/layers";
import { Annotations } from "@/lib/domain/operation";
import type { ShownSet } from "./linking";
import type { Standing } from "./wording";
import type { ReadOnlySet, WorkingSet } from "./working-set";

/** What {@link Layers.shown} says of the reviewer's own set; no set has such an id. */
export const OWN_SET = "mine";

/** Which of an article's annotation sets is shown, one at a time. */
export class Layers {
  readonly #own: WorkingSet | null;
  readonly #others: readonly ReadOnlySet[];
  readonly #prepared = new Map<string, ShownSet>();
  #shown: string;

  /** @param own null for those who may only read */
  constructor(own: WorkingSet | null, others: readonly ReadOnlySet[]) {
    this.#own = own;
    this.#others = others;
    this.#shown = shownAtFirst(own, others);
  }

  /** {@link OWN_SET}, or the id of a read-only set. */
  get shown(): string {
    return this.#shown;
  }

  show(set: string): void {
    this.#shown = set;
  }

  /** The read-only set that is shown; null while it is the reviewer's own, or there is none. */
  get other(): ReadOnlySet | null {
    return this.#others.find(({ id }) => id === this.#shown) ?? null;
  }

  /** What may be done with the shown set here and now. */
  get standing(): Standing {
    if (!this.#own) return "reader";
    if (this.#shown !== OWN_SET) return "other_layer";
    return this.#own.view().submittedAt === null ? "writable" : "submitted";
  }

  /** The shown set, for look-ups by id. */
  get set(): Annotations {
    return this.#shown === OWN_SET && this.#own ? this.#own.current : this.#readOnly().set;
  }

  /** The shown set with its lists, which are the same ones until something changes. */
  get shownSet(): ShownSet {
    if (this.#shown !== OWN_SET || !this.#own) return this.#readOnly();
    const { spans, relations } = this.#own.view();
    return { set: this.#own.current, spans, relations };
  }

  #readOnly(): ShownSet {
    const known = this.#prepared.get(this.#shown);
    if (known) return known;
    const { spans, relations } = this.other ?? nothing;
    const set = new Annotations({ spans, relations, note: "" });
    const made = { set, spans: set.spansInOrder(), relations };
    this.#prepared.set(this.#shown, made);
    return made;
  }
}

/** What those see who may read what has no sets. */
const nothing = { spans: [], relations: [] };

function shownAtFirst(own: WorkingSet | null, others: readonly ReadOnlySet[]): string {
  const work = own?.view();
  const isBegun = work && (work.spans.length > 0 || work.submittedAt !== null);
  const first = layerAtFirst(work ? (isBegun ? "begun" : "empty") : null, others);
  return first === null || first === "own" ? OWN_SET : first.id;
}
