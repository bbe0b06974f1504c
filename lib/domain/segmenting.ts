import { encodeSegmentation } from "./segmentation";
import { sentencesIn } from "./sentences";
import { hasLetterOrDigit } from "./span";
import { type ArticleText, type Block, shownBlocks } from "./text";

/**
 * Which words and sentences a text has. This is decided once, when an article version is stored: what
 * browsers make of it by themselves differs between them and from year to year, mostly in scripts without
 * spaces. docs/decisions/0031-words-and-sentences.md says what counts as one word, and why.
 */

/** Letters of scripts that put no spaces between words: only a dictionary tells where one ends. */
const UNSPACED = String.raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}\p{Nl}]]`;
const LETTER = String.raw`[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}--${UNSPACED}]`;
/** What belongs to the letter before it: marks, joiners, skin tones. */
const TAIL = String.raw`[[\p{L}\p{N}\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}]--${UNSPACED}]`;
/** Invisible, and no space: soft hyphens, marks of direction. */
const INVISIBLE = String.raw`[\p{Cf}--[\u200b\u200c\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]]`;
const CORE = `${LETTER}(?:${TAIL}|${INVISIBLE}+(?=${LETTER}))*`;
/** Signs that are drawn under the digits after them. */
const BEFORE_DIGITS = String.raw`[\u0600-\u0605\u06dd\u0890\u0891]`;
const AMOUNT = String.raw`[\p{Sc}%٪№§]`;

/** What joins letters or digits on both of its sides to one word. */
const joints = (colon: boolean) =>
  [
    String.raw`['’ʼ＇‧·_&\-‐‑־֊](?=${LETTER})`,
    String.raw`(?<=\p{N})[.,:\/٫٬](?=\p{N})`,
    String.raw`\.(?=[\p{Ll}\p{N}]|\p{Lu}(?!\p{L}))`,
    String.raw`(?<=\p{Script=Hebrew}\p{M}?)["״׳](?=\p{Script=Hebrew})`,
    ...(colon ? [String.raw`:(?=\p{Ll})`] : []),
  ].join("|");

/** What an address may be made of. */
const ADDRESS = String.raw`[[\x21-\x7e\p{L}\p{M}\p{N}]--[<>"]--${UNSPACED}]`;

const HOST = String.raw`[[\p{L}\p{N}\-]--${UNSPACED}]`;

/** Words that are more than letters in a row. */
const SPECIAL = [
  // Addresses, without the punctuation of the sentence that they stand in.
  String.raw`(?:https?:\/\/|www\.)${ADDRESS}*[[\p{L}\p{M}\p{N}\/_=&#~+\-]--${UNSPACED}]`,
  String.raw`[[\p{L}\p{N}._%+\-]--${UNSPACED}]{1,64}@${HOST}+(?:\.${HOST}+)+`,
  String.raw`(?<![\p{L}\p{N}])[@＠#＃][\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Grapheme_Extend}_]*(?:[.\-](?=[\p{L}\p{N}_])[\p{L}\p{N}\p{M}\p{Grapheme_Extend}_]*)*`,
  // Letters with full stops, the last one too: "U.S.", "p.m.", "т.е."
  String.raw`(?<!${TAIL})(?:[\p{L}--${UNSPACED}]\p{M}*\.){2,}(?!\p{L})`,
].join("|");
/** What all of those have. Mostly a block has none of it, and is read four times as fast then. */
const special = /[@＠#＃]|:\/\/|www\.|\p{L}\p{M}*\.\p{L}/u;

function wordPatterns(colon: boolean) {
  const simple = String.raw`${AMOUNT}?${BEFORE_DIGITS}?${CORE}(?:(?:${joints(colon)})${CORE})*(?:(?<=\p{N})[\p{Sc}%‰٪])?`;
  return { simple: new RegExp(simple, "gv"), all: new RegExp(`${SPECIAL}|${simple}`, "gv") };
}

const patterns = wordPatterns(false);
/** In these languages a colon stands between a word and its ending: "EU:n", "tv:n". */
const patternsWithColons = wordPatterns(true);
const withColons = new Set(["fi", "sv"]);

const unspaced = new RegExp(UNSPACED, "v");
const unspacedRuns = new RegExp(`${UNSPACED}+`, "gv");

/**
 * Dictionaries go by script, not by language, so one segmenter does for all. That of the machine's own
 * language might have other rules.
 */
const dictionary = new Intl.Segmenter("en", { granularity: "word" });

/** Finds the words and sentences of a text, encoded as they are stored. */
export function segment(
  text: ArticleText,
  blocks: readonly Block[],
  language: string | null,
): Uint8Array {
  const short = shortOf(language);
  const found = { words: new Edges(text), sentences: new Edges(text) };
  for (const { start, end } of shownBlocks(text, blocks)) {
    const from = text.toUtf16(start);
    const block = text.value.slice(from, text.toUtf16(end));
    const inBlock = wordsIn(block, short);
    found.words.add(from, inBlock);
    found.sentences.add(from, sentencesIn(block, inBlock, short));
  }
  return encodeSegmentation(found.words.done(), found.sentences.done());
}

/** The part of a language tag that names the language itself, in lower case; "" if there is none. */
function shortOf(language: string | null): string {
  return /^[a-z]{2,3}(?=$|[-_])/i.exec(language ?? "")?.[0].toLowerCase() ?? "";
}

/** Starts and ends in turn, in UTF-16 units of a block. */
type Units = readonly number[];

function wordsIn(block: string, language: string): Units {
  const { simple, all: every } = withColons.has(language) ? patternsWithColons : patterns;
  const spaced: number[] = [];
  const hasSpecial = special.test(block);
  const pattern = hasSpecial ? every : simple;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(block); found; found = pattern.exec(block)) {
    const { 0: word, index } = found;
    // "@_" is no name.
    if (!hasSpecial || hasLetterOrDigit(word)) spaced.push(index, index + word.length);
  }
  return unspaced.test(block) ? merged(spaced, unspacedWordsIn(block)) : spaced;
}

function unspacedWordsIn(block: string): Units {
  const found: number[] = [];
  for (const { segment: word, index } of dictionary.segment(block)) {
    if (!unspaced.test(word)) continue;
    // Letters of other scripts may be in it, which are words of their own, and emoji.
    for (const { 0: run, index: at } of word.matchAll(unspacedRuns)) {
      if (hasLetterOrDigit(run)) found.push(index + at, index + at + run.length);
    }
  }
  return found;
}

/** Both, in the order of the text; of the others none that is within one of the first. */
function merged(first: Units, others: Units): Units {
  const all: number[] = [];
  let next = 0;
  for (let at = 0; at < others.length; at += 2) {
    const [start = 0, end = 0] = [others[at], others[at + 1]];
    for (; (first[next] ?? Number.POSITIVE_INFINITY) < end; next += 2) {
      all.push(first[next] ?? 0, first[next + 1] ?? 0);
    }
    if (start >= (all.at(-1) ?? 0)) all.push(start, end);
  }
  return all.concat(first.slice(next));
}

/** Collects ranges given in UTF-16 units, widened to whole grapheme clusters, as code points. */
class Edges {
  readonly #text: ArticleText;
  readonly #edges: number[] = [];
  /** The same place, counted both ways. */
  #unit = 0;
  #offset = 0;

  constructor(text: ArticleText) {
    this.#text = text;
  }

  /** @param from the unit that these count from; they come in the order of the text */
  add(from: number, units: Units): void {
    for (let at = 0; at < units.length; at += 2) {
      const start = this.#boundary(from + (units[at] ?? 0), -1);
      const end = this.#boundary(from + (units[at + 1] ?? 0), 1);
      // What shares a cluster with the range before is one with it.
      if (start < (this.#edges.at(-1) ?? 0)) this.#edges[this.#edges.length - 1] = end;
      else this.#edges.push(start, end);
    }
  }

  done(): Int32Array {
    return Int32Array.from(this.#edges);
  }

  #boundary(unit: number, by: -1 | 1): number {
    const offset = this.#offsetOf(unit);
    if (isPlainEdge(this.#text.value, unit)) return offset;
    return by === -1 ? this.#text.boundaryBefore(offset) : this.#text.boundaryAfter(offset);
  }

  #offsetOf(unit: number): number {
    const { value, length } = this.#text;
    if (length === value.length) return unit;
    for (; this.#unit < unit; this.#unit += 1) {
      if ((value.charCodeAt(this.#unit) & 0xfc00) !== 0xdc00) this.#offset += 1;
    }
    return this.#offset;
  }
}

const clinging = 0;
const plain = 1;
const mark = 2;

/**
 * What characters do at the edge of a cluster, by UTF-16 unit: marks only cling to what is before them,
 * the plain ones to nothing. Asking the segmenter about each edge would take longer than all the rest.
 */
const edgeKinds = Uint8Array.from({ length: 0x10000 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[\p{Mn}\p{Me}]/u.test(character)) return mark;
  return /[\p{M}\p{C}\p{Grapheme_Extend}\p{Extended_Pictographic}\u0d4e\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u.test(
    character,
  )
    ? clinging
    : plain;
});

function isPlainEdge(value: string, unit: number): boolean {
  if (unit === 0 || unit === value.length) return true;
  const after = value.charCodeAt(unit);
  const before = edgeKinds[value.charCodeAt(unit - 1)];
  if (edgeKinds[after] !== plain) return false;
  return before === plain || (before === mark && after < 0x80);
}
