import { type ArticleText, codePointLength, type Range } from "@/lib/domain/text";

/**
 * The words of a text and what stands between them, which together are all of it: each as a range of code points, cut
 * where a span begins or ends. Words are those of Unicode (UAX #29), and of a dictionary where a script puts no spaces
 * between them; no language has rules of its own here, so that the same text has the same tokens on every machine.
 *
 * @param edges where it is cut as well, in code points
 */
export function* wordTokens(text: ArticleText, edges: ReadonlySet<number>): Generator<Range> {
  const { value } = text;
  const cuts = [...edges].sort((a, b) => a - b);
  const hasPairs = text.length !== value.length;
  let next = 0;
  let unit = 0;
  let start = 0;
  for (const endUnit of wordEnds(value)) {
    const length = hasPairs ? codePointLength(value.slice(unit, endUnit)) : endUnit - unit;
    const end = start + length;
    for (; (cuts[next] ?? end) < end; next += 1) {
      const cut = cuts[next] ?? 0;
      if (cut <= start) continue;
      yield { start, end: cut };
      start = cut;
    }
    yield { start, end };
    unit = endUnit;
    start = end;
  }
}

const words = new Intl.Segmenter("und", { granularity: "word" });

/** Where words and what is between them end, in UTF-16 units: as the segmenter says, which is asked where it has to be. */
function* wordEnds(value: string): Generator<number> {
  let at = 0;
  while (at < value.length) {
    const end = plainEnd(value, at);
    if (end !== null) {
      yield end;
      at = end;
      continue;
    }
    const hard = value.slice(at, hardEnd(value, at));
    for (const { segment, index } of words.segment(hard)) yield at + index + segment.length;
    at += hard.length;
  }
}

/** What characters are to the rules of UAX #29, as far as Latin text is concerned. */
const HARD = 0;
/** Letters, digits and the low line: any of them in a row are one word. */
const WORD = 1;
/** Joins what is on both of its sides if those are letters, or digits, as the one in "don't" does. */
const JOINT = 2;
/** Stands alone. */
const ALONE = 3;
const SPACE = 4;

const kinds = Uint8Array.from({ length: 0x2040 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === " ") return SPACE;
  if (".,:;'·‘’".includes(character)) return JOINT;
  if ("\t\n–—“”„…".includes(character)) return ALONE;
  if (code >= 0x250) return HARD;
  if (/[\p{L}0-9_]/u.test(character)) return WORD;
  return /[\p{P}\p{S}]/u.test(character) ? ALONE : HARD;
});

function kindAt(value: string, at: number): number {
  // Behind the end is nothing that would cling or join.
  return at < value.length ? (kinds[value.charCodeAt(at)] ?? HARD) : ALONE;
}

/** Where the piece ends that begins here; null if what is beside it may have a say in that. */
function plainEnd(value: string, start: number): number | null {
  const kind = kindAt(value, start);
  if (kind === HARD) return null;
  let end = start + 1;
  if (kind === WORD || kind === SPACE) while (kindAt(value, end) === kind) end += 1;
  const next = kindAt(value, end);
  const mayJoin = kind === WORD && next === JOINT && [WORD, HARD].includes(kindAt(value, end + 1));
  return next === HARD || mayJoin ? null : end;
}

/** Where, at the soonest, a plain piece follows that nothing before it reaches into. */
function hardEnd(value: string, start: number): number {
  for (let at = start; ; at += 1) {
    at = value.indexOf(" ", at);
    if (at < 0) return value.length;
    const isBehindPlain = at > start && kindAt(value, at - 1) !== HARD;
    if (isBehindPlain && kindAt(value, at - 1) !== SPACE && plainEnd(value, at) !== null) return at;
  }
}
