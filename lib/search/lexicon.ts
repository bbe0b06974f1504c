/**
 * What searching understands of a text: its words, so folded that a reader finds "Élysée" by
 * "elysee", "كتاب" by "کتاب" and "１２" by "۱۲". The index and the query fold alike, so only this
 * module knows how.
 *
 * Scripts without spaces between words are indexed as overlapping pairs of characters, which finds
 * any word of two or more; docs/decisions/0009-search.md gives the reasons and the figures.
 */

/** A word, or one character of a script without spaces. Offsets are UTF-16 units of the original. */
export type Token = {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** Tokens of one unspaced run have the same number; words have -1. */
  readonly run: number;
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

const kinds = (() => {
  const table = new Uint8Array(0x10000);
  for (let code = 0; code < 0x10000; code += 1) {
    if (code < 0xd800 || code > 0xdfff) table[code] = classify(String.fromCharCode(code));
  }
  return table;
})();

function classify(character: string): number {
  if (
    /[\p{M}\p{Emoji_Modifier}\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\uff9e\uff9f]/u.test(
      character,
    )
  ) {
    return joining;
  }
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
  if (/\p{Extended_Pictographic}/u.test(character)) return symbol;
  return separator;
}

const astralKinds = new Map<number, number>();

function kindOf(code: number): number {
  if (code < 0x10000) return kinds[code] ?? separator;
  let kind = astralKinds.get(code);
  if (kind === undefined) {
    kind = classify(String.fromCodePoint(code));
    astralKinds.set(code, kind);
  }
  return kind;
}

/** Points, vowel marks, tatweel, joiners, accents of alphabets, skin tones; Indic vowel signs stay. */
const dropped =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]|[\ufe00-\ufe0f\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\ud83c[\udffb-\udfff]/g;

/** Letters that readers of a language take for one another. */
const alike: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ς: "σ",
  ي: "ی",
  ى: "ی",
  ې: "ی",
  ے: "ی",
  ك: "ک",
  ة: "ه",
  ە: "ه",
  ہ: "ه",
  ھ: "ه",
  ۃ: "ه",
  ٱ: "ا",
};
const likened = new RegExp(`[${Object.keys(alike).join("")}]`, "g");

/** The digit 0 of scripts whose readers also write 0-9; full-width ones are compatibility forms. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
  0xf20, 0x1040, 0x17e0, 0x1810,
];
const digits = new Map(
  zeros.flatMap((zero) =>
    Array.from(
      { length: 10 },
      (_, value) => [String.fromCharCode(zero + value), `${value}`] as const,
    ),
  ),
);
const foreignDigit = new RegExp(`[${[...digits.keys()].join("")}]`, "g");

/** Folds one word. The result may hold separators where a character stands for several ("㏒", "ﷺ"). */
function fold(word: string): string {
  if (/^[0-9a-z]*$/.test(word)) return word;
  if (/^[\x20-\x7e]*$/.test(word)) return word.toLowerCase();
  return word
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(dropped, "")
    .replace(likened, (letter) => alike[letter] ?? letter)
    .replace(foreignDigit, (digit) => digits.get(digit) ?? digit)
    .normalize("NFC");
}

/** A folded word or a pair of characters, made once for all the texts that have it. */
type KnownTerm = {
  readonly folded: string;
  /** Whether it is a word that others may be found in: three characters or more, a letter among them. */
  readonly isWord: boolean;
  /** In UTF-8. */
  readonly bytes: number;
  /** The number of the last text it was indexed for: cheaper than a set of terms for each text. */
  seenIn: number;
  /** The pairs it begins, by what comes second. */
  pairs: Map<KnownTerm, KnownTerm> | null;
};

/** A language has some 100,000 forms in daily use; remembering them makes indexing three times as fast. */
const MOST_REMEMBERED = 200_000;
const termsByFolded = new Map<string, KnownTerm>();
const termsByWriting = new Map<string, readonly KnownTerm[]>();

/** How many texts were indexed so far. */
let indexed = 0;

/** Not in the middle of a text: what is remembered then says what was seen in it. */
function forgetTerms(): void {
  if (termsByFolded.size + termsByWriting.size < 2 * MOST_REMEMBERED) return;
  termsByFolded.clear();
  termsByWriting.clear();
}

function termOf(folded: string, kind: number): KnownTerm {
  let term = termsByFolded.get(folded);
  if (term === undefined) {
    const isWord = kind === wordLike && folded.length >= SHORTEST_PART && /\p{L}/u.test(folded);
    const own = detached(folded);
    term = { folded: own, isWord, bytes: utf8Length(own), seenIn: 0, pairs: null };
    termsByFolded.set(own, term);
  }
  return term;
}

/** The terms of a stretch of letters and digits, nearly always one; or of one character. */
function termsOf(kind: number, raw: string): readonly KnownTerm[] {
  let terms = termsByWriting.get(raw);
  if (terms === undefined) {
    const folded = fold(raw);
    const several = kind === wordLike && !/^[0-9a-z]*$/.test(folded);
    terms = (several ? folded.split(/[^\p{L}\p{M}\p{N}]+/u) : [folded])
      .filter((word) => word !== "")
      .map((word) => termOf(cut(word), kind));
    if (raw.length <= LONGEST_WORD) termsByWriting.set(detached(raw), terms);
  }
  return terms;
}

function pairOf(one: KnownTerm, two: KnownTerm): KnownTerm {
  one.pairs ??= new Map();
  let pair = one.pairs.get(two);
  if (pair === undefined) {
    pair = termOf(one.folded + two.folded, unspaced);
    one.pairs.set(two, pair);
  }
  return pair;
}

/** A part of a string keeps the whole of it in memory: this one does not. */
function detached(part: string): string {
  return ` ${part}`.slice(1);
}

function cut(word: string): string {
  return word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD).toWellFormed() : word;
}

/** Calls back for every word, unspaced character and symbol, in order; see {@link Token}. */
function scan(
  text: string,
  visit: (kind: number, start: number, end: number, run: number) => void,
): void {
  const { length } = text;
  let run = 0;
  let runEnd = -1;
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    const astral = code >= 0xd800 && code <= 0xdbff;
    const kind = astral ? kindOf(text.codePointAt(at) ?? 0) : (kinds[code] ?? separator);
    const start = at;
    at += astral ? 2 : 1;
    if (kind === separator || kind === joining) continue;
    while (at < length) {
      const next = text.charCodeAt(at);
      const wide = next >= 0xd800 && next <= 0xdbff;
      const nextKind = wide ? kindOf(text.codePointAt(at) ?? 0) : (kinds[next] ?? separator);
      if (nextKind !== joining && (kind !== wordLike || nextKind !== wordLike)) break;
      at += wide ? 2 : 1;
    }
    if (kind === unspaced) {
      if (runEnd !== start) run += 1;
      runEnd = at;
    }
    visit(kind, start, at, kind === unspaced ? run : -1);
  }
}

/** The tokens of a text in order; a text of a million characters has a few hundred thousand. */
export function tokensOf(text: string): Token[] {
  forgetTerms();
  const tokens: Token[] = [];
  scan(text, (kind, start, end, run) => {
    for (const { folded } of termsOf(kind, text.slice(start, end))) {
      tokens.push({ folded, start, end, run });
    }
  });
  return tokens;
}

/** What the index holds of an article. */
export type IndexEntry = {
  /** The title folded, for substrings and misspellings. */
  readonly title: string;
  /** The distinct terms of title and text: letters and digits only, so a space can join them. */
  readonly terms: readonly string[];
  /** The terms that are words of three or more letters: a dictionary to look for parts of words in. */
  readonly words: readonly string[];
};

export function indexEntryOf(title: string, text: string): IndexEntry {
  forgetTerms();
  indexed += 1;
  const terms: string[] = [];
  const words: string[] = [];
  let bytes = 0;
  const add = (term: KnownTerm) => {
    if (term.seenIn === indexed) return;
    term.seenIn = indexed;
    bytes += term.bytes;
    if (bytes > MOST_TERM_BYTES) return;
    terms.push(term.folded);
    if (term.isWord) words.push(term.folded);
  };
  for (const part of [title, text]) {
    let previous: KnownTerm | undefined;
    let previousRun = -1;
    scan(part, (kind, start, end, run) => {
      if (bytes > MOST_TERM_BYTES) return;
      const found = termsOf(kind, part.slice(start, end));
      if (kind !== unspaced) {
        for (const term of found) add(term);
        return;
      }
      const first = found[0];
      if (first === undefined) return;
      add(first);
      if (previous !== undefined && run === previousRun) add(pairOf(previous, first));
      previous = first;
      previousRun = run;
    });
  }
  return { title: foldedText(title), terms, words };
}

/** A text as its folded words, joined by one space where the original has something between them. */
export function foldedText(text: string): string {
  const parts: string[] = [];
  let run = -1;
  for (const token of tokensOf(text)) {
    if (parts.length > 0 && (token.run === -1 || token.run !== run)) parts.push(" ");
    parts.push(token.folded);
    run = token.run;
  }
  return parts.join("");
}

function utf8Length(term: string): number {
  let bytes = 0;
  for (let at = 0; at < term.length; at += 1) {
    const code = term.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

export function codePointLength(text: string): number {
  return /[\ud800-\udbff]/.test(text) ? [...text].length : text.length;
}
