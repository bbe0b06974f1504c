import type { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { commonWords, sequences } from "./common-words";

/**
 * Whether a password is among the first hundred millions that anybody guessing would try. Two look for that:
 * what leaked passwords of twelve characters and more are made of in many languages (one or two common
 * words, names, or rows of keys, with digits and signs around and between, doubled, or written with
 * digits for letters), and zxcvbn, which knows 50,000 leaked ones and the words and names of English, also
 * backwards, in disguise, over and over, and as walks over the keys.
 *
 * @param password in NFKC
 * @param owner the owner's e-mail address and name, counted as common words here
 */
export async function isEasilyGuessed(
  password: string,
  owner: readonly string[],
): Promise<boolean> {
  return (
    isMadeOfCommonWords(password, owner) ||
    isMadeOfOwnWords(password, owner) ||
    (await isSoonGuessed(password, owner))
  );
}

/** What the pages of Gainsay say, and those who look at them think of first. */
const ownWords =
  "gainsay annotate annotation annotations annotator annotationset claim claims denial denials deny attribution attributions source span relation label labels article articles project reviewer curator admin newsroom disinformation misinformation import export dataset release corpus".split(
    " ",
  );

/** As few letters and digits beside words that everybody here thinks of are no secret. */
const FEW_OTHERS = 6;

/** Whether hardly anything is left without the words of this software, its owner's name and address. */
function isMadeOfOwnWords(password: string, owner: readonly string[]): boolean {
  const words = [...ownWords.map(undisguise), ...ownerWords(owner)];
  const eitherWay = words.flatMap((word) => [word, [...word].reverse().join("")]);
  const text = undisguise(password.toLowerCase().slice(0, LONG_ENOUGH));
  let rest = text;
  for (const word of eitherWay.sort((a, b) => b.length - a.length)) {
    rest = rest.replaceAll(word, " ");
  }
  return rest !== text && rest.replace(/[^\p{L}\p{N}]/gu, "").length < FEW_OTHERS;
}

/** What comes after so many characters of a password would only take time to look at. */
const LOOKED_AT = 40;

/** Ways to read a password in disguise: more take longer than they find. */
const DISGUISES_TRIED = 64;

/** Of five, as zxcvbn counts: from 3 on it takes more than a hundred million guesses. */
const GOOD_ENOUGH = 3;

async function isSoonGuessed(password: string, owner: readonly string[]): Promise<boolean> {
  const { check } = await estimator();
  const known = [...ownWords, ...ownerWords(owner)];
  const once = joined(password);
  return [...new Set([once, withoutShift(once), singled(once)])].some((written) => {
    const beginning = [...written].slice(0, LOOKED_AT).join("");
    return check(beginning, known).score < GOOD_ENOUGH;
  });
}

/** The signs of the digits on the keyboard of which most leaked passwords are, in the order of the digits. */
const SHIFTED_DIGITS = ")!@#$%^&*(";

/** What the keys of a password that was written with Shift held write without; another one as it is. */
function withoutShift(password: string): string {
  if (/[\p{Ll}\p{Nd}]/u.test(password)) return password;
  const digit = (sign: string) => `${SHIFTED_DIGITS.indexOf(sign)}`;
  return password.toLowerCase().replace(/[)!@#$%^&*(]/g, digit);
}

/** A password of which each character is written twice, with each of them once; another one as it is. */
function singled(password: string): string {
  return /^(?:(.)\1)+$/su.test(password) ? password.replace(/(.)\1/gsu, "$1") : password;
}

/** A password as if what stands between its words, one by one, had been left out: that is hardly a secret. */
function joined(password: string): string {
  return password.replace(/(?<=[\p{L}\p{N}])[\s._-](?=[\p{L}\p{N}])/gu, "");
}

let loaded: Promise<Pick<ZxcvbnFactory, "check">> | null = null;

/** Loaded when somebody first chooses a password: its lists take 12 MB and a tenth of a second. */
function estimator() {
  loaded ??= (async () => {
    const [{ ZxcvbnFactory }, common, english] = await Promise.all([
      import("@zxcvbn-ts/core"),
      import("@zxcvbn-ts/language-common"),
      import("@zxcvbn-ts/language-en"),
    ]);
    const factory = new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary },
      graphs: common.adjacencyGraphs,
      maxLength: LOOKED_AT,
      l33tMaxSubstitutions: DISGUISES_TRIED,
    });
    return { check: factory.check.bind(factory) };
  })();
  return loaded;
}

function isMadeOfCommonWords(password: string, owner: readonly string[]): boolean {
  const text = password.toLowerCase();
  const characters = [...text];
  if (new Set(characters).size <= 4) return true;
  if (/^[\d\s./:+-]+$/.test(text) && characters.length < 16) return true; // dates, telephone numbers
  const words = new Set([...ownerWords(owner), ...common]);
  if (words.has(undisguise(text.replace(/[^\p{L}\p{M}]/gu, "")))) return true;
  return effort(characters.slice(0, LONG_ENOUGH), words) <= ENOUGH_FOR_A_GUESS;
}

/*
 * The effort of a password, very roughly the logarithm of the number of guesses: a word or a row of
 * keys costs three, a digit or a sign one, a letter that belongs to no word two. Two common words
 * that run together are within reach; the same with signs between and behind, and any three, are not.
 */
const A_PIECE = 3;
const A_SIGN = 1;
const A_LETTER = 2;
const ENOUGH_FOR_A_GUESS = 8;

/** The longest word, in characters; more of a run of one key than that is a second piece. */
const LONGEST_PIECE = 32;

/** What comes after so many characters cannot make a password easy again. */
const LONG_ENOUGH = 64;

/** The shortest run of a character or of neighbouring keys that counts as one piece. */
const SHORTEST_RUN = 3;

/** Letters as people disguise them, told apart no more: l, 1 and ! are all i. */
const disguises: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "!": "i",
  "|": "i",
  l: "i",
  "3": "e",
  "4": "a",
  "@": "a",
  "5": "s",
  $: "s",
  "7": "t",
  "+": "t",
  "8": "b",
};

function undisguise(text: string): string {
  return [...text.normalize("NFKD").replace(/\p{M}/gu, "")]
    .map((character) => disguises[character] ?? character)
    .join("");
}

const common = new Set(commonWords.filter((word) => word.length >= 3).map(undisguise));
const rows = sequences.flatMap((row) => [row, [...row].reverse().join("")]);

/** The parts of an e-mail address and a name that somebody who knows them would try. */
function ownerWords(owner: readonly string[]): string[] {
  return owner
    .map((text) => text.normalize("NFKC").toLowerCase())
    .flatMap((text) => [text.replace(/[^\p{L}\p{M}]/gu, ""), ...text.split(/[^\p{L}\p{M}\p{N}]+/u)])
    .filter((word) => word.length >= 3)
    .map(undisguise);
}

/** The least effort of any way to take the characters to pieces. */
function effort(characters: readonly string[], words: ReadonlySet<string>): number {
  const least = [0];
  for (let end = 1; end <= characters.length; end += 1) {
    const last = characters[end - 1] ?? "";
    let best = (least[end - 1] ?? 0) + (/\p{L}/u.test(last) ? A_LETTER : A_SIGN);
    for (let start = end - SHORTEST_RUN; start >= 0 && end - start <= LONGEST_PIECE; start -= 1) {
      const piece = characters.slice(start, end).join("");
      if (isPiece(piece, words)) best = Math.min(best, (least[start] ?? 0) + A_PIECE);
    }
    for (let size = 1; size <= end / 2; size += 1) {
      // What was just written, written again, is hardly new.
      const again = characters.slice(end - size, end).join("");
      const before = characters.slice(end - 2 * size, end - size).join("");
      if (again === before) best = Math.min(best, (least[end - size] ?? 0) + A_SIGN);
    }
    least.push(best);
  }
  return least[characters.length] ?? 0;
}

function isPiece(piece: string, words: ReadonlySet<string>): boolean {
  return (
    words.has(undisguise(piece)) ||
    /^(?:19|20)\d\d$/.test(piece) ||
    rows.some((row) => row.includes(piece)) ||
    new Set(piece).size === 1
  );
}
