import { type CueList, cuesFor } from "@/lib/domain/cues";
import type { ArticleText, Range } from "@/lib/domain/text";
import { Phrases } from "@/lib/search/phrases";
import { nextRange } from "./next-range";

/**
 * The cues of reported speech in an article, whose blocks are read as somebody comes to them, each
 * once: the next cue of a long text is found as fast as that of a short one.
 */
export class ArticleCues {
  readonly #text: ArticleText;
  readonly #blocks: readonly Range[];
  readonly #phrases: Phrases;
  readonly #known = new Map<number, readonly Range[]>();

  /**
   * @param article its blocks sorted and disjoint; what is between them has no cues
   * @param own what the project has added to the lists
   */
  constructor(
    article: {
      readonly text: ArticleText;
      readonly blocks: readonly Range[];
      readonly language: string | null;
    },
    own: readonly string[],
  ) {
    const { text, blocks, language } = article;
    this.#text = text;
    this.#blocks = blocks.length > 0 ? blocks : [{ start: 0, end: text.length }];
    const { cues, others }: CueList = cuesFor({ language, text: text.value }, own);
    this.#phrases = new Phrases(cues, others);
  }

  /** As {@link nextRange} has it among all cues; null where there is none further on. */
  next(from: Range, by: -1 | 1): Range | null {
    const { length } = this.#blocks;
    const behind = this.#blocks.findIndex(({ end }) => end > from.start);
    for (let at = behind < 0 ? length - 1 : behind; at >= 0 && at < length; at += by) {
      const cue = nextRange(this.#cuesOf(at), from, by);
      if (cue) return cue;
    }
    return null;
  }

  #cuesOf(block: number): readonly Range[] {
    const known = this.#known.get(block);
    if (known) return known;
    const { start = 0, end = 0 } = this.#blocks[block] ?? {};
    const first = this.#text.toUtf16(start);
    const words = this.#text.value.slice(first, this.#text.toUtf16(end));
    const cues = this.#phrases.placesIn(words).map((place) => ({
      start: this.#text.fromUtf16(first + place.start),
      end: this.#text.fromUtf16(first + place.end),
    }));
    this.#known.set(block, cues);
    return cues;
  }
}
