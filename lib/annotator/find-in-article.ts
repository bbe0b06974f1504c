import type { ArticleText, Range } from "@/lib/domain/text";
import { FoldedText, type Hits } from "@/lib/search/folded-text";

/** What a reader looks for in the article that is open, and which of its places they are at. */
export class FindInArticle {
  readonly #folded: FoldedText;
  /** Null where there is nothing to look for. */
  #hits: Hits | null = null;
  #index = 0;
  /** Where the first hit is looked for. */
  #from: number;

  /** @param from where the reader is, in code points */
  constructor(text: ArticleText, from: number) {
    this.#folded = new FoldedText(text);
    this.#from = from;
  }

  /**
   * Looks for what has been typed so far, from the place of the last hit on, so that a longer word
   * stays where its beginning was found; from where the reader was if there was none.
   */
  look(typed: string): void {
    this.#from = this.current?.start ?? this.#from;
    this.#hits = this.#folded.find(typed);
    const first = this.#hits?.firstFrom(this.#from) ?? 0;
    this.#index = first < this.count ? first : 0;
  }

  /**
   * Goes to the next or the previous hit, from the last one to the first again.
   *
   * @returns whether it went round
   */
  step(by: -1 | 1): boolean {
    const { count } = this;
    if (count === 0) return false;
    const next = this.#index + by;
    this.#index = (next + count) % count;
    return next !== this.#index;
  }

  /** Whether there is anything to look for. */
  get isLooking(): boolean {
    return this.#hits !== null;
  }

  get count(): number {
    return this.#hits?.count ?? 0;
  }

  /** The number of the current hit, from 1; 0 where there is none. */
  get number(): number {
    return this.count === 0 ? 0 : this.#index + 1;
  }

  /** Where the reader is; null where nothing is found. */
  get current(): Range | null {
    return this.#hits && this.#hits.count > 0 ? this.#hits.at(this.#index) : null;
  }

  /** The hits that begin in a part of the text, for drawing them: so many of them at most. */
  hitsIn({ start, end }: Range, most: number): Range[] {
    const found: Range[] = [];
    if (!this.#hits) return found;
    for (let index = this.#hits.firstFrom(start); index < this.count; index += 1) {
      const hit = this.#hits.at(index);
      if (hit.start >= end || found.length === most) break;
      found.push(hit);
    }
    return found;
  }
}
