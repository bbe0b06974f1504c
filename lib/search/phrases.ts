import type { Range } from "@/lib/domain/text";
import { Lexicon, type Token } from "./tokens";

/** What may come next in one of the phrases. */
type Branch = {
  readonly next: Map<string, Branch>;
  /** Set where a phrase ends: whether it is one that is looked for, or one that is passed over. */
  end: "wanted" | "other" | null;
};

/**
 * Words and phrases that are looked for in texts, all of them in one reading of each: whole words,
 * in scripts without spaces any characters, compared as the search compares them.
 */
export class Phrases {
  readonly #root: Branch = { next: new Map(), end: null };
  readonly #lexicon = new Lexicon();

  /**
   * @param wanted those with nothing to compare, such as punctuation only, are never found
   * @param others phrases that hide what is wanted within them: "小说" the cue "说"
   */
  constructor(wanted: Iterable<string>, others: Iterable<string> = []) {
    for (const phrase of others) this.#add(phrase, "other");
    for (const phrase of wanted) this.#add(phrase, "wanted");
  }

  /**
   * Where they stand in a text, in UTF-16 units, in order and apart from each other: of those that
   * begin at one place the longest, and nothing that begins within another.
   */
  placesIn(text: string): Range[] {
    const tokens = this.#lexicon.tokensOf(text);
    const places: Range[] = [];
    for (let at = 0; at < tokens.length; ) {
      const { end, last } = this.#longestAt(tokens, at);
      const [from, to] = [tokens[at], tokens[last]];
      if (end === "wanted" && from && to) places.push({ start: from.start, end: to.end });
      at = end === null ? at + 1 : last + 1;
    }
    return places;
  }

  /** @returns the number of its last token; that of the first where there is none */
  #longestAt(tokens: readonly Token[], first: number): { end: Branch["end"]; last: number } {
    let longest: { end: Branch["end"]; last: number } = { end: null, last: first };
    let branch: Branch | undefined = this.#root;
    for (let at = first; ; at += 1) {
      const token = tokens[at];
      if (!token) return longest;
      branch = branch.next.get(stepTo(token, at === first ? undefined : tokens[at - 1]));
      if (!branch) return longest;
      if (branch.end !== null) longest = { end: branch.end, last: at };
    }
  }

  #add(phrase: string, end: "wanted" | "other"): void {
    let branch = this.#root;
    let before: Token | undefined;
    for (const token of this.#lexicon.tokensOf(phrase)) {
      const step = stepTo(token, before);
      const next: Branch = branch.next.get(step) ?? { next: new Map(), end: null };
      branch.next.set(step, next);
      branch = next;
      before = token;
    }
    if (branch !== this.#root) branch.end = end;
  }
}

/** A character without space before it is another step than one with: 告诉 is not 告 诉. */
function stepTo({ folded, run }: Token, before: Token | undefined): string {
  return run !== null && run === before?.run ? `+${folded}` : folded;
}
