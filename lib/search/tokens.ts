import { codePointLength } from "@/lib/domain/text";
import { foldWord, joinsWhatIsBefore } from "./folding";
import { SubstringMap } from "./substring-map";

/**
 * What searching understands of a text: its words, folded ({@link foldWord}). The index and the query
 * divide a text alike, so only this module knows how.
 *
 * Scripts without spaces between words are indexed as overlapping pairs of characters, which finds
 * any word of two or more; docs/decisions/0009-search.md gives the reasons and the figures.
 */

/** A word, or one character of a script without spaces. Offsets are UTF-16 units of the original. */
export type Token = {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** Tokens of one run of characters without spaces have the same number; words and symbols have none. */
  readonly run: number | null;
};

/** Longer words are compared by their beginning; PostgreSQL takes lexemes of up to 2046 bytes. */
const LONGEST_WORD = 100;

/** A part of a word is looked for from this many letters on: trigrams need three. */
export const SHORTEST_PART = 3;

/** PostgreSQL holds up to 1 MiB of lexemes a document; what goes beyond is not found by search. */
const MOST_TERM_BYTES = 900_000;

// What a character is to searching. Numbers, so that a table of bytes can hold them.
const separator = 0;
const wordLike = 1;
const unspaced = 2;
const symbol = 3;
/** Belongs to the character before it, whatever that is. */
const joining = 4;
/** A pair of UTF-16 units: what it is, only both together say. */
const astral = 5;

/** The kinds of all characters of the basic plane; half of a surrogate pair is a separator. */
// Stryker disable next-line ObjectLiteral: a shorter table is asked in vain more often
const kinds = Uint8Array.from({ length: 0x10000 }, (_, code) =>
  classify(String.fromCharCode(code)),
);

function classify(character: string): number {
  if (joinsWhatIsBefore(character)) return joining;
  if (
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\uff70]/u.test(
      character,
    ) &&
    /[\p{L}\p{N}]/u.test(character)
  ) {
    return /\p{Nd}/u.test(character) ? wordLike : unspaced;
  }
  if (/\p{Regional_Indicator}/u.test(character)) return unspaced;
  // The modifier apostrophe divides words as the other apostrophes do.
  if (/[\p{L}\p{N}]/u.test(character)) return character === "\u02bc" ? separator : wordLike;
  // "‼" is drawn as an emoji by some, but is two exclamation marks.
  if (/\p{Extended_Pictographic}/u.test(character) && !/\p{P}/u.test(character)) return symbol;
  return separator;
}

/** No letter and no digit, so that no unit folds to it. */
const NOT_ALONE = 0xffff;

/**
 * What a UTF-16 unit folds to wherever it stands, or {@link NOT_ALONE} where that takes more than the
 * one unit or depends on what is beside it: marks compose with letters, the parts of Hangul with one another.
 */
function foldUnit(unit: number): number {
  const character = String.fromCharCode(unit);
  const folded = foldWord(character);
  const stands =
    folded.length === 1 &&
    kinds[unit] !== separator && // as half of a pair is
    kinds[unit] !== joining &&
    !/\p{Script=Hangul}/u.test(character + folded);
  // Stryker disable next-line ConditionalExpression: a word would be folded as a whole, to the same
  return stands ? folded.charCodeAt(0) : NOT_ALONE;
}

/** A term of the index, made once for all the texts that have it. */
type KnownTerm = {
  readonly folded: string;
  /** Whether it is a word that others may be found in: {@link SHORTEST_PART} or more, a letter among them. */
  readonly isWord: boolean;
  /** In UTF-8. */
  readonly bytes: number;
  /** The last reading that met it: cheaper than a set of terms for each article. */
  seenIn: symbol | null;
  /** The pairs it begins, by what comes second. */
  pairs: Map<KnownTerm, KnownTerm> | null;
};

/** A language has some 100,000 forms in daily use, and a text may be in several. */
const MOST_REMEMBERED = 400_000;

/** What the index holds of an article. */
export type IndexEntry = {
  /** The title folded, for substrings and misspellings. */
  readonly title: string;
  /** The distinct terms of title and text: without white space, so a space can join them. */
  readonly terms: readonly string[];
  /** The terms that are words of {@link SHORTEST_PART} letters or more: a dictionary to look for parts of words in. */
  readonly words: readonly string[];
};

/**
 * Reads texts, and remembers how it folded their words, which makes the next ones of a language three
 * times as fast: whoever reads many texts keeps one lexicon for them. It takes some 55 MB at most,
 * and what it answers never depends on what it has read before.
 */
export class Lexicon {
  readonly #byFolded = new Map<string, KnownTerm>();
  readonly #byWriting = new SubstringMap<readonly KnownTerm[]>();
  /** What {@link foldUnit} says, 0 where it has not been asked yet. */
  readonly #foldedUnits = new Uint16Array(0x10000);
  /** Kinds of characters beyond the table. */
  readonly #astralKinds = new Map<number, number>();
  readonly #mostRemembered: number;

  /** @param mostRemembered how many words and pairs it holds before it begins afresh */
  // Stryker disable next-line BlockStatement: only the memory in use would tell, as below
  constructor(mostRemembered = MOST_REMEMBERED) {
    this.#mostRemembered = mostRemembered;
  }

  /**
   * The tokens of a text in order, none if it has only separators; a text of a million characters has
   * a few hundred thousand. One place in the text may be several tokens, where a character stands for
   * several words ("ﷺ").
   *
   * @param isEnough asked after each token; when it says so, the rest of the text is not read
   */
  tokensOf(text: string, isEnough?: (tokens: readonly Token[]) => boolean): Token[] {
    // Stryker disable next-line CallExpression: only the memory in use would tell
    this.#forget();
    const tokens: Token[] = [];
    this.#scan(text, (kind, start, end, run) => {
      for (const { folded } of this.#termsOf(kind, text, start, end)) {
        tokens.push({ folded, start, end, run });
        if (isEnough?.(tokens)) return true;
      }
      return false;
    });
    return tokens;
  }

  /** A text as its tokens, joined by one space where the original has something between them; may be empty. */
  fold(text: string): string {
    return joinTokens(this.tokensOf(text));
  }

  /** What the index is to hold of an article: of terms beyond {@link MOST_TERM_BYTES} nothing. */
  entryOf(title: string, text: string): IndexEntry {
    // Stryker disable next-line CallExpression: only the memory in use would tell
    this.#forget();
    const reading = Symbol();
    const terms: string[] = [];
    const words: string[] = [];
    let bytes = 0;
    const add = (term: KnownTerm) => {
      if (term.seenIn === reading) return;
      term.seenIn = reading;
      bytes += term.bytes;
      if (bytes > MOST_TERM_BYTES) return;
      terms.push(term.folded);
      if (term.isWord) words.push(term.folded);
    };
    for (const part of [title, text]) {
      let previous: KnownTerm | undefined;
      let previousRun = 0;
      this.#scan(part, (kind, start, end, run) => {
        for (const term of this.#termsOf(kind, part, start, end)) {
          add(term);
          if (run === null) continue;
          if (previous && run === previousRun) add(this.#pairOf(previous, term));
          previous = term;
          previousRun = run;
        }
        return false;
      });
    }
    return { title: this.fold(title), terms, words };
  }

  /** Not in the middle of a text: what is remembered then says what was seen in it. */
  // Stryker disable all: whether it was forgotten shows in the memory in use, and nowhere else
  #forget(): void {
    if (this.#byFolded.size + this.#byWriting.size < this.#mostRemembered) return;
    this.#byFolded.clear();
    this.#byWriting.clear();
  }
  // Stryker restore all

  #termOf(folded: string, kind: number): KnownTerm {
    let term = this.#byFolded.get(folded);
    if (term === undefined) {
      const isWord =
        kind === wordLike && codePointLength(folded) >= SHORTEST_PART && /\p{L}/u.test(folded);
      const own = detached(folded);
      term = { folded: own, isWord, bytes: utf8Length(own), seenIn: null, pairs: null };
      this.#byFolded.set(own, term);
    }
    return term;
  }

  /** The terms of a stretch of letters and digits, nearly always one; or of one character. */
  #termsOf(kind: number, text: string, start: number, end: number): readonly KnownTerm[] {
    let terms = this.#byWriting.find(text, start, end);
    // Stryker disable next-line ConditionalExpression: it would be folded again, to the same
    if (terms === undefined) {
      const raw = text.slice(start, end);
      const folded = this.#fold(raw);
      terms = (kind === wordLike ? folded.split(/[^\p{L}\p{M}\p{N}]/u) : [folded])
        .filter((word) => word !== "")
        .map((word) => this.#termOf(cut(word), kind));
      // Stryker disable next-line all: it would be folded again, or remembered at a greater length
      if (raw.length <= LONGEST_WORD) this.#byWriting.add(detached(raw), terms);
    }
    return terms;
  }

  /** As {@link foldWord}, unit by unit where that comes to the same: most words of most scripts. */
  #fold(word: string): string {
    const units: number[] = [];
    for (let at = 0; at < word.length; at += 1) {
      const unit = word.charCodeAt(at);
      let folded = this.#foldedUnits[unit] ?? 0;
      if (folded === 0) {
        folded = foldUnit(unit);
        this.#foldedUnits[unit] = folded;
      }
      // Stryker disable next-line ConditionalExpression: as a whole it is folded to the same
      if (folded === NOT_ALONE) return foldWord(word);
      units.push(folded);
    }
    // As arguments, of which there may be some ten thousand.
    // Stryker disable next-line EqualityOperator: at that length, both come to the same
    return word.length > LONGEST_WORD ? foldWord(word) : String.fromCharCode(...units);
  }

  #pairOf(one: KnownTerm, two: KnownTerm): KnownTerm {
    one.pairs ??= new Map();
    let pair = one.pairs.get(two);
    // Stryker disable next-line ConditionalExpression: it would be joined again, to the same
    if (pair === undefined) {
      pair = this.#termOf(one.folded + two.folded, unspaced);
      // Stryker disable next-line CallExpression: as above
      one.pairs.set(two, pair);
    }
    return pair;
  }

  /**
   * Calls back for every word, unspaced character and symbol, in order, until it is told that this is
   * enough; see {@link Token}.
   */
  #scan(
    text: string,
    visit: (kind: number, start: number, end: number, run: number | null) => boolean,
  ): void {
    const { length } = text;
    let run = 0;
    let runEnd = -1;
    let at = 0;
    while (at < length) {
      const start = at;
      let kind = kindOfUnit(text, at);
      at += 1;
      if (kind === astral) {
        kind = this.#astralKindAt(text, start);
        at += 1;
      }
      if (kind === separator || kind === joining) continue;
      while (at < length) {
        let next = kindOfUnit(text, at);
        const width = next === astral ? 2 : 1;
        // Stryker disable next-line ConditionalExpression: the table only saves asking
        if (next === astral) next = this.#astralKindAt(text, at);
        if (next !== joining && (kind !== wordLike || next !== wordLike)) break;
        at += width;
      }
      if (kind === unspaced) {
        if (runEnd !== start) run += 1;
        runEnd = at;
      }
      if (visit(kind, start, at, kind === unspaced ? run : null)) return;
    }
  }

  #astralKindAt(text: string, at: number): number {
    const code = text.codePointAt(at) ?? 0;
    let kind = this.#astralKinds.get(code);
    // Stryker disable next-line ConditionalExpression: the table only saves asking again
    if (kind === undefined) {
      kind = classify(String.fromCodePoint(code));
      // Stryker disable next-line CallExpression: as above
      this.#astralKinds.set(code, kind);
    }
    return kind;
  }
}

/** Of the character that begins at a UTF-16 unit; {@link astral} if it takes two of them. */
function kindOfUnit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  // Stryker disable next-line EqualityOperator: a pair never begins with 0xdc00, nor comes to 0xffff
  if (unit >= 0xd800 && unit < 0xdc00 && (text.codePointAt(at) ?? 0) > 0xffff) return astral;
  return kinds[unit] ?? separator;
}

/** Tokens in order, joined by one space where the original has something between them. */
export function joinTokens(tokens: readonly Pick<Token, "folded" | "run">[]): string {
  let joined = "";
  let before: number | null = null;
  for (const { folded, run } of tokens) {
    const touches = run !== null && run === before;
    joined += touches || joined === "" ? folded : ` ${folded}`;
    before = run;
  }
  return joined;
}

/** In bytes. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Each half of a pair is two of its four bytes.
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) bytes += 2;
    // Stryker disable next-line EqualityOperator: no term has U+0080
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes;
}

/** A part of a string keeps the whole of it in memory: this one does not. */
function detached(part: string): string {
  return ` ${part}`.slice(1);
}

function cut(word: string): string {
  return word.slice(0, LONGEST_WORD).toWellFormed();
}
