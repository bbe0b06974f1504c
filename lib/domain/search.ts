/**
 * What searching understands of a text: its words, so folded that a reader finds "Élysée" by
 * "elysee", "كتاب" by "کتاب" and "１２" by "۱۲". The index and the query fold alike, so only this
 * module knows how.
 *
 * Scripts without spaces between words are indexed as overlapping pairs of characters, which finds
 * any word of two or more; docs/decisions/0005-search.md gives the reasons and the figures.
 */

/** A word, or one character of a script without spaces. Offsets are UTF-16 units of the original. */
export type Piece = {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** Pieces of one unspaced run have the same number; words have -1. */
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

/** Points, vowel marks, tatweel, joiners and the accents of alphabets; Indic vowel signs stay. */
const dropped =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]|[\ufe00-\ufe0f\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

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

/** A language has some 100,000 forms in daily use; remembering them makes indexing three times as fast. */
const MOST_REMEMBERED = 200_000;
const foldedWords = new Map<string, readonly string[]>();

/** The folded words of a stretch of letters and digits, nearly always one; or the folded character. */
function foldedOf(kind: number, raw: string): readonly string[] {
  let words = foldedWords.get(raw);
  if (words === undefined) {
    const folded = fold(raw);
    const several = kind === wordLike && !/^[0-9a-z]*$/.test(folded);
    words = (several ? folded.split(/[^\p{L}\p{M}\p{N}]+/u) : [folded])
      .filter((word) => word !== "")
      .map(cut);
    if (raw.length <= LONGEST_WORD) {
      if (foldedWords.size >= MOST_REMEMBERED) foldedWords.clear();
      foldedWords.set(raw, words);
    }
  }
  return words;
}

function cut(word: string): string {
  return word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD).toWellFormed() : word;
}

/** Calls back for every word, unspaced character and symbol, in order; see {@link Piece}. */
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

/** The pieces of a text in order; a text of a million characters has a few hundred thousand. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  scan(text, (kind, start, end, run) => {
    for (const folded of foldedOf(kind, text.slice(start, end))) {
      pieces.push({ folded, start, end, run });
    }
  });
  return pieces;
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
  const terms = new Set<string>();
  const words: string[] = [];
  let bytes = 0;
  const add = (term: string, isWord: boolean) => {
    if (terms.has(term)) return;
    bytes += utf8Length(term);
    if (bytes > MOST_TERM_BYTES) return;
    terms.add(term);
    if (isWord && term.length >= SHORTEST_PART && /\p{L}/u.test(term)) words.push(term);
  };
  const seen = new Set<string>();
  for (const part of [title, text]) {
    let previous = "";
    let previousRun = -1;
    scan(part, (kind, start, end, run) => {
      const raw = part.slice(start, end);
      if (kind === unspaced) {
        const folded = foldedOf(kind, raw)[0] ?? "";
        if (folded === "") return;
        add(folded, false);
        if (run === previousRun) add(previous + folded, false);
        previous = folded;
        previousRun = run;
      } else if (!seen.has(raw)) {
        seen.add(raw);
        for (const word of foldedOf(kind, raw)) add(word, true);
      }
    });
  }
  return { title: foldedText(title), terms: [...terms], words };
}

/** A text as its folded words, joined by one space where the original has something between them. */
export function foldedText(text: string): string {
  const parts: string[] = [];
  let run = -1;
  for (const piece of piecesOf(text)) {
    if (parts.length > 0 && (piece.run === -1 || piece.run !== run)) parts.push(" ");
    parts.push(piece.folded);
    run = piece.run;
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
