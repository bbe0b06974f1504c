import { ArticleText, type Range } from "@/lib/domain/text";
import { codePointLength, SHORTEST_PART, type Token, tokensOf } from "./lexicon";

/** One thing a reader looks for: a word, or words that stand next to one another. */
export type Clause = {
  /** In this order, without anything but separators between them. */
  readonly tokens: readonly { readonly folded: string; readonly run: number }[];
  /** Whether the last word may go on: "deni" finds "denied". */
  readonly open: boolean;
  /** For a clause of one word, what is as good as it; the word itself is the first. */
  readonly forms: readonly string[];
};

/** What a reader typed, understood: every clause of `all`, and none of `none`. */
export type SearchQuery = {
  readonly all: readonly Clause[];
  readonly none: readonly Clause[];
  /** Folded text that a title may contain instead; null where the query says more than that. */
  readonly title: string | null;
};

/** A term of the index; with `prefix` every term that begins so. */
export type QueryTerm = { readonly text: string; readonly prefix: boolean };

/** More clauses than anybody means; the rest is left out. */
const MOST_CLAUSES = 16;

/** The prefix of a shorter word would find a tenth of all words. */
const SHORTEST_PREFIX = 3;

/**
 * Reads what stands in the search box: words are all looked for, "quoted words" next to one
 * another, -word not at all; the last word may be unfinished.
 *
 * @returns null if there is nothing to look for in it, such as punctuation only
 */
export function parseQuery(typed: string): SearchQuery | null {
  const all: Clause[] = [];
  const none: Clause[] = [];
  const parts = [...typed.matchAll(/(?<!\S)(-?)(?:["“”„«]([^"“”„«»]*)["“”»]?|(\S+))|(\S+)/gu)];
  parts.forEach(([, minus, quoted, word, rest], index) => {
    const clause = clauseOf(quoted ?? word ?? rest ?? "", {
      quoted: quoted !== undefined,
      last: index === parts.length - 1,
    });
    if (clause && all.length + none.length < MOST_CLAUSES) {
      (minus === "-" ? none : all).push(clause);
    }
  });
  if (all.length + none.length === 0) return null;
  const plain = none.length === 0 && parts.every(([, , quoted]) => quoted === undefined);
  const title = plain ? all.map(textOf).join(" ") : "";
  return { all, none, title: codePointLength(title) >= SHORTEST_PART ? title : null };
}

function clauseOf(
  text: string,
  { quoted, last }: { quoted: boolean; last: boolean },
): Clause | null {
  const tokens = tokensOf(text).map(({ folded, run }) => ({ folded, run }));
  const end = tokens.at(-1);
  if (!end) return null;
  const single = tokens.length === 1 && end.run === -1;
  // Korean writes particles at the end of its words.
  const korean = /^\p{Script=Hangul}{2,}$/u.test(end.folded);
  const open =
    !quoted &&
    end.run === -1 &&
    (korean || (last && codePointLength(end.folded) >= SHORTEST_PREFIX));
  return { tokens, open, forms: single && !quoted ? formsOf(end.folded) : [end.folded] };
}

function textOf({ tokens }: Clause): string {
  return tokens
    .map(({ folded, run }, index) => {
      const joined = index === 0 || (run !== -1 && run === tokens[index - 1]?.run);
      return joined ? folded : ` ${folded}`;
    })
    .join("");
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

/** The same clause with words of the dictionary in place of its own. */
export function withForms(clause: Clause, forms: readonly string[]): Clause {
  return { ...clause, open: false, forms };
}

/** Whether a clause is one word of a script with spaces: what a dictionary can help with. */
export function isWord({ tokens }: Clause): boolean {
  return tokens.length === 1 && tokens[0]?.run === -1;
}

/**
 * What the index is asked for a clause: one term of each group. Necessary always, and sufficient
 * where {@link isDecidedByTerms}.
 */
export function queryTermsOf(clause: Clause): QueryTerm[][] {
  const { tokens, open, forms } = clause;
  if (isWord(clause)) return [forms.map((text) => ({ text, prefix: open }))];
  return tokens.flatMap(({ folded, run }, index) => {
    const term = (text: string) => [{ text, prefix: open && index === tokens.length - 1 }];
    if (run === -1) return [term(folded)];
    const next = tokens[index + 1];
    if (next?.run === run) return [term(folded + next.folded)];
    return tokens[index - 1]?.run === run ? [] : [term(folded)];
  });
}

/** Whether the terms say all: not for words in a row, which may stand apart in the text. */
export function isDecidedByTerms({ tokens }: Clause): boolean {
  const [first, second] = tokens;
  return (
    tokens.length === 1 || (tokens.length === 2 && first?.run === second?.run && first?.run !== -1)
  );
}

/** Whether an article has what the query asks for, as far as its terms leave that open. */
export function accepts(query: SearchQuery, title: string, text: string): boolean {
  const parts = [tokensOf(title), tokensOf(text)];
  const has = (clause: Clause) => parts.some((tokens) => find(tokens, clause, 0) !== null);
  const undecided = (clause: Clause) => !isDecidedByTerms(clause);
  return query.all.filter(undecided).every(has) && !query.none.filter(undecided).some(has);
}

/** Where a clause stands first at or after a token; null if nowhere. */
function find(
  tokens: readonly Token[],
  clause: Clause,
  from: number,
): { at: number; start: number; end: number } | null {
  const length = clause.tokens.length;
  for (let at = from; at + length <= tokens.length; at += 1) {
    if (!standsAt(tokens, clause, at)) continue;
    return { at, start: tokens[at]?.start ?? 0, end: tokens[at + length - 1]?.end ?? 0 };
  }
  return null;
}

function standsAt(tokens: readonly Token[], clause: Clause, at: number): boolean {
  return clause.tokens.every(({ folded }, index) => {
    const there = tokens[at + index]?.folded ?? "";
    const wanted = index === clause.tokens.length - 1 ? clause.open : false;
    if (isWord(clause)) {
      return clause.forms.some((form) => (wanted ? there.startsWith(form) : there === form));
    }
    return wanted ? there.startsWith(folded) : there === folded;
  });
}

/** A piece of text with the places in it that were looked for, in code points. */
export type Excerpt = { readonly text: string; readonly highlights: readonly Range[] };

/** Most places that are marked in one excerpt. */
const MOST_HIGHLIGHTS = 20;

/** The whole text with what the query finds in it. */
export function highlighted(text: string, query: SearchQuery): Excerpt {
  return excerptBetween(text, placesIn(text, query), 0, text.length);
}

/** In UTF-16 units: what an excerpt has before the first place, and altogether. */
const BEFORE = 50;
const EXCERPT_LENGTH = 220;

/** How far a text is looked through for an excerpt, step by step: most places are near its beginning. */
const REACHES = [1500, 6000, Number.POSITIVE_INFINITY];

/** The text around the first place that the query finds in it, on one line; null if it finds none. */
export function excerptOf(text: string, query: SearchQuery): Excerpt | null {
  for (const reach of REACHES) {
    const isWhole = reach >= text.length;
    const part = isWhole ? text : text.slice(0, reach);
    const places = placesIn(part, query);
    const first = places[0];
    if (!first && isWhole) return null;
    // What stands at the end of a part may go on in the next.
    if (!first || (!isWhole && first.start + EXCERPT_LENGTH > part.length)) continue;
    const start =
      first.start <= BEFORE ? 0 : boundaryAfter(text, first.start - BEFORE, first.start);
    const wanted = start + EXCERPT_LENGTH;
    const end = wanted >= text.length ? text.length : boundaryBefore(text, wanted, first.end);
    return excerptBetween(text, places, start, end);
  }
  return null;
}

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
    .filter((place) => place.start >= start && place.end <= end)
    .slice(0, MOST_HIGHLIGHTS)
    .map((place) => ({
      start: counted.fromUtf16(place.start + shift),
      end: counted.fromUtf16(place.end + shift),
    }));
  return { text: shown, highlights };
}

/** Every place of every clause, in UTF-16 units, sorted and apart. */
function placesIn(text: string, query: SearchQuery): Range[] {
  const tokens = tokensOf(text);
  const places: Range[] = [];
  for (const clause of query.all) {
    let place = find(tokens, clause, 0);
    for (let count = 0; place && count < MOST_HIGHLIGHTS; count += 1) {
      places.push({ start: place.start, end: place.end });
      place = find(tokens, clause, place.at + clause.tokens.length);
    }
  }
  places.sort((a, b) => a.start - b.start || b.end - a.end);
  return places.filter((place, index) => place.start >= (places[index - 1]?.end ?? 0));
}

/** A place after `from` where a word begins, or else one that splits no character. */
function boundaryAfter(text: string, from: number, limit: number): number {
  const space = text.slice(from, limit).search(/\s/);
  if (space >= 0) return from + space + 1;
  return isLow(text, from) ? from + 1 : from;
}

function boundaryBefore(text: string, to: number, limit: number): number {
  const space = text.slice(limit, to).lastIndexOf(" ");
  if (space > 0) return limit + space;
  return isLow(text, to) ? to - 1 : to;
}

/** Whether a position lies inside a surrogate pair. */
function isLow(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
