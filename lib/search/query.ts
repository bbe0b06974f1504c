import type { Excerpt } from "@/lib/domain/schemas";
import { ArticleText, codePointLength, type Range } from "@/lib/domain/text";
import { joinTokens, Lexicon, SHORTEST_PART, type Token } from "./tokens";

/** A term that the index is asked for; with `prefix` every term that begins so. */
export type QueryTerm = { readonly text: string; readonly prefix: boolean };

/** More clauses than anybody means; the rest is left out. */
const MOST_CLAUSES = 16;

/** The prefix of a shorter word would find a tenth of all words; in code points. */
const SHORTEST_PREFIX = 3;

/**
 * Reads what stands in the search box: words are all looked for, "quoted words" next to one
 * another, -word not at all; the last word may be unfinished.
 *
 * @returns null if there is nothing to look for in it, such as punctuation only
 */
export function parseQuery(typed: string): SearchQuery | null {
  const lexicon = new Lexicon();
  const all: Clause[] = [];
  const none: Clause[] = [];
  const parts = [...typed.matchAll(/(?<!\S)(-?)(?:["“”„«]([^"“”„«»]*)|(\S+))|(\S+)/gu)];
  for (const [index, [, minus, quoted, word, rest]] of parts.entries()) {
    const tokens = lexicon.tokensOf(quoted ?? word ?? rest ?? "");
    if (tokens.length === 0 || all.length + none.length === MOST_CLAUSES) continue;
    const clause =
      quoted === undefined
        ? Clause.ofWord(tokens, { last: index === parts.length - 1 })
        : Clause.ofQuoted(tokens);
    (minus === "-" ? none : all).push(clause);
  }
  if (all.length + none.length === 0) return null;
  const plain = none.length === 0 && parts.every(([, , quoted]) => quoted === undefined);
  const title = plain ? all.map((clause) => clause.folded).join(" ") : "";
  return new SearchQuery(all, none, codePointLength(title) >= SHORTEST_PART ? title : null);
}

/** One thing a reader looks for: a word, or words that stand next to one another. */
export class Clause {
  /** One or more, to be found in this order without anything but separators between them. */
  readonly #tokens: readonly Pick<Token, "folded" | "run">[];
  /** Whether the last word may go on: "deni" finds "denied". */
  readonly #open: boolean;
  /** For a clause of one word, what is as good as it; the word itself is the first. */
  readonly #forms: readonly string[];

  private constructor(
    tokens: readonly Pick<Token, "folded" | "run">[],
    { open, forms }: { open: boolean; forms: readonly string[] },
  ) {
    this.#tokens = tokens;
    this.#open = open;
    this.#forms = forms;
  }

  /** Words in a row, as they stand. */
  static ofQuoted(tokens: readonly Token[]): Clause {
    return new Clause(tokens, { open: false, forms: tokens.map(({ folded }) => folded) });
  }

  /**
   * What stands between spaces: nearly always one word, but "F-16" is two in a row.
   *
   * @param last whether nothing follows: then it may be unfinished
   */
  static ofWord(tokens: readonly Token[], { last }: { last: boolean }): Clause {
    const { folded = "", run = null } = tokens.at(-1) ?? {};
    // Korean writes particles at the end of its words.
    const korean = /^\p{Script=Hangul}{2,}$/u.test(folded);
    const open = run === null && (korean || (last && codePointLength(folded) >= SHORTEST_PREFIX));
    return new Clause(tokens, { open, forms: formsOf(folded) });
  }

  /** Its words as they stand in folded text. */
  get folded(): string {
    return joinTokens(this.#tokens);
  }

  /**
   * The word, if a dictionary can help with it: one word of a script with spaces, long enough for its
   * parts to be looked for. Else null.
   */
  get word(): string | null {
    const [word = ""] = this.#forms;
    return this.#isWord && codePointLength(word) >= SHORTEST_PART ? word : null;
  }

  /** The same clause with whole words of the dictionary in place of its own. */
  withWords(words: readonly string[]): Clause {
    return new Clause(this.#tokens, { open: false, forms: words });
  }

  /**
   * What the index is asked for: one term of each group. Necessary always, and sufficient where
   * {@link isDecidedByTerms}.
   */
  get terms(): readonly (readonly QueryTerm[])[] {
    if (this.#isWord) return [this.#forms.map((text) => ({ text, prefix: this.#open }))];
    return this.#tokens.flatMap(({ folded, run }, index) => {
      const prefix = this.#open && index === this.#tokens.length - 1;
      if (run === null) return [[{ text: folded, prefix }]];
      const next = this.#tokens[index + 1];
      if (next?.run === run) return [[{ text: folded + next.folded, prefix: false }]];
      // The end of a run is in the pair before it, unless it is the whole run.
      return this.#tokens[index - 1]?.run === run ? [] : [[{ text: folded, prefix: false }]];
    });
  }

  /** Whether the terms say all: not for words in a row, which may stand apart in the text. */
  get isDecidedByTerms(): boolean {
    return this.terms.length === 1;
  }

  /** Where it stands first at or after the token with the number `from`; null if nowhere. */
  firstIn(
    tokens: readonly Token[],
    from = 0,
  ): { readonly start: number; readonly end: number; readonly next: number } | null {
    // Stryker disable next-line ArithmeticOperator: beyond the end nothing stands
    for (let at = from; at + this.length <= tokens.length; at += 1) {
      const [first, last] = [tokens[at], this.#lastAt(tokens, at)];
      if (first && last) return { start: first.start, end: last.end, next: at + this.length };
    }
    return null;
  }

  /** In tokens. */
  get length(): number {
    return this.#tokens.length;
  }

  /** Whether it stands at the end of some tokens. */
  // Stryker disable all: it says when an excerpt is read far enough, as below
  ends(tokens: readonly Token[]): boolean {
    return this.#lastAt(tokens, tokens.length - this.length) !== undefined;
  }
  // Stryker restore all

  /** The token that ends it, if it begins at the one with the number `at`. */
  #lastAt(tokens: readonly Token[], at: number): Token | undefined {
    let last: Token | undefined;
    for (let index = 0; index < this.#tokens.length; index += 1) {
      const there = tokens[at + index];
      if (!there || !this.#accepts(there.folded, index)) return undefined;
      last = there;
    }
    return last;
  }

  #accepts(folded: string, index: number): boolean {
    const open = this.#open && index === this.#tokens.length - 1;
    if (!this.#isWord) {
      // Stryker disable next-line OptionalChaining: whoever asks counts no further than they go
      const wanted = this.#tokens[index]?.folded ?? "";
      return open ? folded.startsWith(wanted) : folded === wanted;
    }
    for (const form of this.#forms) {
      if (open ? folded.startsWith(form) : folded === form) return true;
    }
    return false;
  }

  get #isWord(): boolean {
    // Stryker disable next-line OptionalChaining: it has a token at least
    return this.#tokens.length === 1 && this.#tokens[0]?.run === null;
  }
}

// Conjunctions, prepositions and articles that Arabic and Hebrew write as one with the next word,
// in folded letters.
const arabic = ["و", "ف", "ب", "ل", "ال", "وال", "فال", "بال", "کال", "لل", "ولل", "وب", "ول"];
const hebrew = ["ה", "ו", "ב", "ל", "כ", "מ", "ש", "וה", "וב", "ול", "ומ", "וש", "שה", "כש"];

/** A word, and the ways it is written together with what stands before it. */
function formsOf(word: string): string[] {
  if (word.length < 3) return [word];
  if (/^\p{Script=Arabic}+$/u.test(word)) {
    const bare = word.replace(/^[وف]?(?:[بک]?ال|لل)(?=.{3})/u, "");
    return [...new Set([word, bare, ...arabic.map((prefix) => prefix + bare)])];
  }
  if (/^\p{Script=Hebrew}+$/u.test(word)) return [word, ...hebrew.map((prefix) => prefix + word)];
  return [word];
}

/** Most places that are marked in one excerpt. */
const MOST_HIGHLIGHTS = 20;

/** In UTF-16 units: what an excerpt has before the first place, and altogether. */
const BEFORE = 50;
const EXCERPT_LENGTH = 220;

/** What a reader typed, understood. */
export class SearchQuery {
  /** Every one must be in an article; together with `none` there is at least one. */
  readonly all: readonly Clause[];
  /** None may be in it. */
  readonly none: readonly Clause[];
  /** Folded text that a title may contain instead; null where the query says more than that. */
  readonly title: string | null;
  readonly #lexicon = new Lexicon();

  constructor(all: readonly Clause[], none: readonly Clause[], title: string | null) {
    this.all = all;
    this.none = none;
    this.title = title;
  }

  /** The same query with other clauses to be found, and no more by a part of the title. */
  expandedTo(all: readonly Clause[]): SearchQuery {
    return new SearchQuery(all, this.none, null);
  }

  /** Whether the terms of its clauses say all; if not, {@link accepts} has to read the articles. */
  get isDecidedByTerms(): boolean {
    return [...this.all, ...this.none].every((clause) => clause.isDecidedByTerms);
  }

  /** Whether an article has what the query asks for, as far as its terms leave that open. */
  accepts(title: string, text: string): boolean {
    const parts = [this.#lexicon.tokensOf(title), this.#lexicon.tokensOf(text)];
    const has = (clause: Clause) => parts.some((tokens) => clause.firstIn(tokens) !== null);
    const undecided = (clause: Clause) => !clause.isDecidedByTerms;
    return this.all.filter(undecided).every(has) && !this.none.filter(undecided).some(has);
  }

  /** The whole text with what the query finds in it, white space as spaces. */
  highlighted(text: string): Excerpt {
    const places = this.#placesIn(this.#lexicon.tokensOf(text));
    return excerptBetween(text, places, 0, text.length);
  }

  /** The text around the first place that the query finds in it, on one line; null if it finds none. */
  excerptOf(text: string): Excerpt | null {
    // Stryker disable next-line ConditionalExpression: without it, the whole text is read for nothing
    if (this.all.length === 0) return null;
    const places = this.#placesIn(this.#lexicon.tokensOf(text, this.#untilExcerpt()));
    const first = places[0];
    if (!first) return null;
    const start =
      first.start <= BEFORE ? 0 : boundaryAfter(text, first.start - BEFORE, first.start);
    const wanted = start + EXCERPT_LENGTH;
    const end = wanted >= text.length ? text.length : boundaryBefore(text, wanted, first.end);
    return excerptBetween(text, places, start, end);
  }

  /** Says when what was read of a text holds the first place and all that an excerpt shows after it. */
  // Stryker disable all: whoever says so later reads on, to the same excerpt
  #untilExcerpt(): (tokens: readonly Token[]) => boolean {
    let reach: number | null = null;
    return (tokens) => {
      if (reach === null) {
        const clause = this.all.find((one) => one.ends(tokens));
        if (!clause) return false;
        reach = (tokens.at(-clause.length)?.start ?? 0) + EXCERPT_LENGTH;
      }
      return (tokens.at(-1)?.start ?? 0) >= reach;
    };
  }
  // Stryker restore all

  /** Every place of every clause, in UTF-16 units, sorted and apart. */
  #placesIn(tokens: readonly Token[]): Range[] {
    const places: Range[] = [];
    for (const clause of this.all) {
      let place = clause.firstIn(tokens);
      while (place) {
        places.push({ start: place.start, end: place.end });
        place = clause.firstIn(tokens, place.next);
      }
    }
    places.sort((a, b) => a.start - b.start || b.end - a.end);
    let end = 0;
    return places.filter((place) => {
      if (place.start < end) return false;
      end = place.end;
      return true;
    });
  }
}

/** @param start no further than the first of the places */
function excerptBetween(
  text: string,
  places: readonly Range[],
  start: number,
  end: number,
): Excerpt {
  const before = start > 0 ? "…" : "";
  const shown =
    before + text.slice(start, end).replace(/\s/g, " ") + (end < text.length ? "…" : "");
  const counted = new ArticleText(shown);
  const shift = before.length - start;
  const highlights = places
    .filter((place) => place.end <= end)
    .slice(0, MOST_HIGHLIGHTS)
    .map((place) => ({
      start: counted.fromUtf16(place.start + shift),
      end: counted.fromUtf16(place.end + shift),
    }));
  return { text: shown, highlights };
}

/** A place after `from` where a word begins, or else one that splits no character. */
function boundaryAfter(text: string, from: number, limit: number): number {
  const space = text.slice(from, limit).search(/\s/);
  if (space >= 0) return from + space + 1;
  return isInsideCharacter(text, from) ? from + 1 : from;
}

function boundaryBefore(text: string, to: number, limit: number): number {
  const space = text.slice(limit, to).lastIndexOf(" ");
  if (space > 0) return limit + space;
  return isInsideCharacter(text, to) ? to - 1 : to;
}

/** Whether a position lies inside a surrogate pair. */
function isInsideCharacter(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
