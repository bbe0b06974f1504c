import type { WarningCode } from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { ImportWarning } from "@/lib/domain/schemas";

/** The most warnings that are kept of one article; what there is beyond is counted. */
const MOST = 50;

/** In UTF-16 units: a warning may repeat what is wrong with a file. */
const LONGEST_MESSAGE = 500;

/** Gathers what is lost while one article is read. */
export class Warnings {
  readonly #strict: boolean;
  /** By code and message, with how many times each was said. */
  readonly #kept = new Map<string, ImportWarning & { times: number }>();
  #beyond = 0;

  /** @param strict whether the first loss refuses the article instead */
  constructor({ strict = false }: { readonly strict?: boolean | undefined } = {}) {
    this.#strict = strict;
  }

  /**
   * Notes a loss. What says the same as one before is counted with that, and keeps its place.
   *
   * @param line 1-based
   * @param field the key or part that is meant, such as `spans[3].start`
   * @param place stands before the message, such as `spans[3]`, and makes no other loss of it
   * @throws Refusal "unprocessable" with the same message and place if the reading is strict
   */
  add(
    code: WarningCode,
    message: string,
    {
      line,
      field,
      place,
    }: {
      readonly line?: number | null | undefined;
      readonly field?: string | undefined;
      readonly place?: string | undefined;
    } = {},
  ): void {
    const kept = storable(place === undefined ? message : `${place}: ${message}`);
    if (this.#strict) throw new Refusal("unprocessable", kept, { line: line ?? undefined, field });
    this.#keep(code, message, { kept, line, field, place });
  }

  /** Notes what is worth knowing, and no loss: strict reading lets it pass. */
  tell(code: WarningCode, message: string): void {
    this.#keep(code, message, { kept: storable(message) });
  }

  #keep(
    code: WarningCode,
    message: string,
    {
      kept,
      line,
      field,
      place,
    }: {
      readonly kept: string;
      readonly line?: number | null | undefined;
      readonly field?: string | undefined;
      readonly place?: string | undefined;
    },
  ): void {
    const key = `${code} ${place === undefined ? line : ""} ${message}`;
    const said = this.#kept.get(key);
    if (said) said.times += 1;
    else if (this.#kept.size === MOST) this.#beyond += 1;
    else {
      const where = { line: line ?? null, field: field === undefined ? null : storable(field) };
      this.#kept.set(key, { code, message: kept, ...where, times: 1 });
    }
  }

  /** All that were noted, in their order; the last one counts those that were too many to keep. */
  list(): readonly ImportWarning[] {
    const kept = [...this.#kept.values()].map(({ times, message, ...warning }) => ({
      ...warning,
      message: times === 1 ? message : `${message} And ${times - 1} more like it.`,
    }));
    if (this.#beyond === 0) return kept;
    const message = `And ${this.#beyond} more.`;
    return [...kept, { code: "more", message, line: null, field: null }];
  }
}

function storable(message: string): string {
  const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return cut.replaceAll("\0", "\ufffd").toWellFormed();
}
