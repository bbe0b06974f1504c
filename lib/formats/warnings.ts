import type { ImportWarning, WarningCode } from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";

/** The most warnings that are kept of one article; what there is beyond is counted. */
const MOST = 50;

/** In UTF-16 units: a warning may repeat what is wrong with a file. */
const LONGEST_MESSAGE = 500;

/** Gathers what is lost while one article is read. */
export class Warnings {
  readonly #strict: boolean;
  readonly #kept: ImportWarning[] = [];
  #beyond = 0;

  /** @param strict whether the first loss refuses the article instead */
  constructor({ strict = false }: { readonly strict?: boolean | undefined } = {}) {
    this.#strict = strict;
  }

  /**
   * Notes a loss.
   *
   * @param line 1-based
   * @param field the key or part that is meant, such as `spans[3]`
   * @throws Refusal "unprocessable" with the same message and place if the reading is strict
   */
  add(
    code: WarningCode,
    message: string,
    {
      line,
      field,
    }: { readonly line?: number | null | undefined; readonly field?: string | undefined } = {},
  ): void {
    const kept = storable(message);
    if (this.#strict) throw new Refusal("unprocessable", kept, { line: line ?? undefined, field });
    if (this.#kept.length === MOST) this.#beyond += 1;
    else {
      const place = { line: line ?? null, field: field === undefined ? null : storable(field) };
      this.#kept.push({ code, message: kept, ...place });
    }
  }

  /** All that were noted, in their order; the last one counts those that were too many to keep. */
  list(): readonly ImportWarning[] {
    if (this.#beyond === 0) return this.#kept;
    const message = `And ${this.#beyond} more.`;
    return [...this.#kept, { code: "more", message, line: null, field: null }];
  }
}

function storable(message: string): string {
  const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return cut.replaceAll("\0", "\ufffd").toWellFormed();
}
